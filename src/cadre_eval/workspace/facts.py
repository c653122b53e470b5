"""A fact as written to a fact as declared."""

from __future__ import annotations

from cadre_eval.errors import Problems, Span, Text
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.model.records import Fact, FactState, FactValue, Sample
from cadre_eval.numbers.decimals import number_text
from cadre_eval.numbers.exact import is_less
from cadre_eval.reading.nodes import MapNode, Node, Scalar, SeqNode
from cadre_eval.reading.scalars import BadScalar, parse_flag, parse_number, parse_whole
from cadre_eval.reading.structure import StrictReader
from cadre_eval.ruleset.document import FactDoc
from cadre_eval.ruleset.kind import fact_bounds
from cadre_eval.workspace.documents import FactEntryDoc, SampleDoc

_SAMPLE_KEYS = {"checked", "passed"}


class FactReader:
    """Reads facts by their declarations."""

    def __init__(self, reader: StrictReader, problems: Problems) -> None:
        self.reader = reader
        self.problems = problems

    def read(self, node: Node, doc: FactDoc) -> Fact | None:
        """The fact, or None with problems noted."""
        if not isinstance(node, MapNode) or (doc.type == "sample" and _SAMPLE_KEYS & set(node.keys)):
            value = self._value(node, doc)
            return None if value is None else Fact(FactState.PRESENT, value, span=node.span)
        entry = self.reader.read(node, FactEntryDoc, self.problems)
        return None if entry is None else self._entry(entry, doc)

    def _entry(self, entry: FactEntryDoc, doc: FactDoc) -> Fact | None:
        state = FactState(entry.state or "present")
        if (entry.value is not None) != (state is FactState.PRESENT):
            self.problems.add("CE605", entry.at.key("value" if entry.value is not None else "state"))
            return None
        value = None
        if state is FactState.PRESENT:
            value = self._value(entry.value, doc)
            if value is None:
                return None
        return Fact(state, value, entry.reason, entry.evidence, entry.known_on, entry.at.value("value"))

    def _value(self, node: Node, doc: FactDoc) -> FactValue | None:
        if doc.type == "choices":
            return self._choices(node, doc)
        if doc.type == "sample":
            return self._sample(node)
        if not isinstance(node, Scalar):
            expected = Text("一个值", "one value")
            self.problems.add("CE204", node.span, expected=expected)
            return None
        if node.is_empty:
            self.problems.add("CE202", node.span, expected=Text(doc.title or doc.type, doc.title or doc.type))
            return None
        if doc.type == "choice":
            return self._word(node, doc)
        return self._number(node, doc)

    def _number(self, node: Scalar, doc: FactDoc) -> FactValue | None:
        try:
            if doc.type == "flag":
                return parse_flag(node.text)
            if doc.type == "count":
                parse_whole(node.text)  # or it is refused
            value = parse_number(node.text)
        except BadScalar as bad:
            self.problems.add_bad(bad.code, node.span, bad.fix, bad.args_)
            return None
        low, high = fact_bounds(doc)
        if not (low is not None and is_less(value, low)) and not (high is not None and is_less(high, value)):
            return value
        percent = doc.type == "rate"
        shown = ["" if end is None else number_text(end, percent) for end in (low, high)]
        limit = Text(
            f"在 {shown[0] or '−∞'} 到 {shown[1] or '+∞'} 之间", f"between {shown[0] or '−∞'} and {shown[1] or '+∞'}"
        )
        fix = f"{node.text}%" if percent and 1 < value <= 100 and not node.text.endswith("%") else None
        self.problems.add("CE213", node.span, fix=fix, text=node.text, limit=limit)
        return None

    def _word(self, node: Scalar, doc: FactDoc) -> str | None:
        if node.text in doc.options:
            return node.text
        fix = closest(node.text, doc.options)
        self.problems.add("CE404", node.span, fix=fix, word=node.text, allowed=listed(doc.options))
        return None

    def _choices(self, node: Node, doc: FactDoc) -> frozenset[str] | None:
        if not isinstance(node, SeqNode):
            self.problems.add(
                "CE204", node.span, expected=Text("列表，如 [甲, 乙]；没有时写 []", "a list; [] for none")
            )
            return None
        words: dict[str, Span] = {}
        sound = True
        for item in node.items:
            word = self._word(item, doc) if isinstance(item, Scalar) else None
            if word is None:
                sound = False
                if not isinstance(item, Scalar):
                    self.problems.add("CE204", item.span, expected=Text("一个词", "a word"))
            elif word in words:
                self.problems.add("CE306", item.span, id=word, also=[(Text("第一次", "first"), words[word])])
                sound = False
            else:
                words[word] = item.span
        return frozenset(words) if sound else None

    def _sample(self, node: Node) -> Sample | None:
        doc = self.reader.read(node, SampleDoc, self.problems)
        if doc is None:
            return None
        if doc.passed > doc.checked:
            limit = Text(f"不大于 {doc.checked}", f"at most {doc.checked}")
            self.problems.add("CE213", doc.at.value("passed"), text=str(doc.passed), limit=limit)
            return None
        return Sample(doc.checked, doc.passed)
