"""Records as written to records as the rules expect them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from cadre_eval.errors import Problems, Span, Text
from cadre_eval.errors.suggest import listed
from cadre_eval.model.records import (
    Count,
    Dossier,
    EarlierTotal,
    Evidence,
    ExternalScore,
    FactState,
    ReviewRecord,
    SurveyRecord,
    Tally,
)
from cadre_eval.numbers.decimals import number_text
from cadre_eval.numbers.exact import is_less
from cadre_eval.reading.nodes import MapNode
from cadre_eval.reading.scalars import BadScalar, PlacedWord, parse_number
from cadre_eval.reading.settings import Place
from cadre_eval.reading.structure import StrictReader
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan
from cadre_eval.workspace.documents import (
    ClassVotesDoc,
    CountDoc,
    ExternalDoc,
    RecordsDoc,
    ReviewDoc,
    SurveyDoc,
)
from cadre_eval.workspace.facts import FactReader
from cadre_eval.workspace.shapes import Allowed, ReviewShape, Shapes, SurveyShape, shapes_of

ZERO, ONE = Fraction(0), Fraction(1)
ABSTAIN, INVALID = "弃权", "无效"


MOST_MARKS = 100_000
"""So many people give marks in no review; a slip in a count must not fill the memory."""


class MarkReader:
    """Reads marks as their review takes them: numbers up to its scale, its words, or ranks."""

    def __init__(self, allowed: Allowed, problems: Problems) -> None:
        self.allowed, self.problems = allowed, problems

    def marks(self, written: Iterable[PlacedWord]) -> tuple[Fraction | str, ...]:
        return tuple(mark for text in written if (mark := self.read(str(text), text.span)) is not None)

    def counted(self, written: Mapping[str, int], place: Place, path: Sequence[str]) -> tuple[Fraction | str, ...]:
        """Words (or marks) with how often each was given."""
        marks: list[Fraction | str] = []
        for word, count in written.items():
            span = place.entry("classes", *path, word)
            mark = self.read(word, span)
            if count > MOST_MARKS:
                limit = Text(f"不大于 {MOST_MARKS}", f"at most {MOST_MARKS}")
                self.problems.add("CE213", span, text=str(count), limit=limit)
            elif mark is not None:
                marks += [mark] * count
        return tuple(marks)

    def read(self, text: str, span: Span) -> Fraction | str | None:
        if self.allowed is not None and not isinstance(self.allowed, Fraction):
            return self._word(text, span, self.allowed)
        try:
            mark = parse_number(text)
        except BadScalar as bad:
            self.problems.add_bad(bad.code, span, bad.fix, bad.args_)
            return None
        low = ONE if self.allowed is None else ZERO
        above = self.allowed is not None and is_less(self.allowed, mark)
        if is_less(mark, low) or above or (self.allowed is None and mark.denominator != 1):
            high = "∞" if self.allowed is None else number_text(self.allowed)
            limit = Text(f"在 {low} 到 {high} 之间", f"between {low} and {high}")
            self.problems.add("CE213", span, text=text, limit=limit)
            return None
        return mark

    def _word(self, text: str, span: Span, words: Collection[str]) -> str | None:
        return (
            text if text in words or self.problems.known(text, words, span, Text("评语", "word for a mark")) else None
        )


class DossierReader:
    """Reads the records of one period under one ruleset; ``shapes`` are those of the period's records, if known already."""

    def __init__(
        self,
        rules: CompiledRuleset,
        plan: PeriodPlan,
        reader: StrictReader,
        problems: Problems,
        shapes: Shapes | None = None,
    ) -> None:
        self.rules, self.plan, self.problems = rules, plan, problems
        self.facts = FactReader(reader, problems)
        self.shapes = shapes or shapes_of(plan)

    def read(self, doc: RecordsDoc, period: str) -> Dossier:
        """The records that are sound; problems noted for the others."""
        facts = {}
        for name, node in doc.facts.items():
            known = name in self.rules.facts
            if known or self.problems.known(
                name, self.rules.facts, doc.at.entry("facts", name), Text("事实", "fact")
            ):
                fact = self.facts.read(node, self.rules.facts[name])
                if fact is not None:
                    facts[name] = fact
                    if fact.evidence:
                        self._evidence(fact.evidence, doc, fact.span or doc.at.span)
        evidence = {k: Evidence(k, e.title, e.source, e.date) for k, e in doc.evidence.items()}
        return Dossier(
            period, facts,
            {k: r for k, d in doc.reviews.items() if (r := self._review(k, d, doc)) is not None},
            {k: s for k, d in doc.surveys.items() if (s := self._survey(k, d, doc)) is not None},
            {k: e for k, d in doc.external.items() if (e := self._external(k, d, doc)) is not None},
            self._earlier(doc), evidence, doc.at.span,
        )  # fmt: skip

    def _evidence(self, names: Iterable[str], doc: RecordsDoc, span: Span) -> None:
        written = doc.at.node.values.get("evidence")
        known = written.keys if isinstance(written, MapNode) else {}
        for name in names:
            self.problems.known(name, known, span, Text("佐证", "evidence"))

    def _state(self, state: str | None, has_content: bool, at: Place) -> FactState | None:
        """Records have content just if they are present."""
        found = FactState(state or "present")
        if has_content != (found is FactState.PRESENT):
            self.problems.add("CE605", at.key("state"))
            return None
        return found

    def _earlier(self, doc: RecordsDoc) -> dict[str, EarlierTotal]:
        found = {}
        for key, entry in doc.earlier.items():
            allowed = [k for k in self.plan.combine if k != self.plan.key]
            if not self.problems.known(
                key, allowed, doc.at.entry("earlier", key), Text("可合并的前期", "earlier period")
            ):
                continue
            reach = self.rules.periods[key].reach
            if entry.total not in reach:
                ends = [number_text(e) if e is not None else "∞" for e in (reach.low, reach.high)]
                limit = Text(f"在 {ends[0]} 到 {ends[1]} 之间", f"between {ends[0]} and {ends[1]}")
                self.problems.add("CE213", entry.at.value("total"), text=number_text(entry.total), limit=limit)
            self._evidence(entry.evidence, doc, entry.at.key("evidence"))
            found[key] = EarlierTotal(entry.total, entry.evidence, entry.at.span)
        return found

    def _external(self, name: str, entry: ExternalDoc, doc: RecordsDoc) -> ExternalScore | None:
        if not self.problems.known(
            name, self.shapes.externals, doc.at.entry("external", name), Text("外部结果", "external score")
        ):
            return None
        state = self._state(entry.state, entry.score is not None, entry.at)
        scale = self.shapes.externals[name]
        if entry.score is not None and not 0 <= entry.score <= scale:
            limit = Text(f"在 0 到 {number_text(scale)} 之间", f"between 0 and {number_text(scale)}")
            self.problems.add("CE213", entry.at.value("score"), text=number_text(entry.score), limit=limit)
        self._evidence(entry.evidence, doc, entry.at.key("evidence"))
        if state is None:
            return None
        return ExternalScore(
            entry.score, state, entry.reason, entry.issuer, entry.issued_on, entry.evidence, entry.at.value("score")
        )  # fmt: skip

    def _review(self, name: str, entry: ReviewDoc, doc: RecordsDoc) -> ReviewRecord | None:
        if not self.problems.known(name, self.shapes.reviews, doc.at.entry("reviews", name), Text("评议", "review")):
            return None
        shape = self.shapes.reviews[name]
        marks: dict[str, dict[str, tuple[Fraction | str, ...]]] = {}
        for reviewer, given in entry.classes.items():
            span = entry.at.entry("classes", reviewer)
            known = shape.any_class or self.problems.known(
                reviewer, shape.marks, span, Text("评议主体", "class of reviewers")
            )
            if known:
                by_question = given if isinstance(given, dict) else {"": given}
                self._questions(by_question, set(shape.marks.get(reviewer, {"": None})), span)
                marks[reviewer] = self._marks(by_question, reviewer, shape, entry.at)
        self._evidence(entry.evidence, doc, entry.at.key("evidence"))
        state = self._state(entry.state, bool(entry.classes), entry.at)
        if state is None:
            return None
        return ReviewRecord(marks, state, entry.reason, entry.held_on, entry.evidence, doc.at.entry("reviews", name))

    def _marks(
        self, given: Mapping[str, Any], reviewer: str, shape: ReviewShape, place: Place
    ) -> dict[str, tuple[Fraction | str, ...]]:
        found = {}
        for question, written in given.items():
            reader = MarkReader(shape.allowed(reviewer, question), self.problems)
            counted = isinstance(written, Mapping)
            path = (reviewer, question)
            found[question] = reader.counted(written, place, path) if counted else reader.marks(written)
        return found

    def _questions(self, given: Mapping[str, object], asked: set[str], span: Span) -> None:
        """Each question given must be asked; a record that asks none is written without questions."""
        for question in given:
            if question not in asked:
                shown = question or Text("（不分题）", "(no questions)").zh
                allowed = listed(q or "（不分题）" for q in asked)
                self.problems.add("CE421", span, name=shown, what=Text("题目", "question"), allowed=allowed)

    def _survey(self, name: str, entry: SurveyDoc, doc: RecordsDoc) -> SurveyRecord | None:
        if not self.problems.known(name, self.shapes.surveys, doc.at.entry("surveys", name), Text("测评", "survey")):
            return None
        shape = self.shapes.surveys[name]
        tallies = []
        for voters, given in entry.classes.items():
            span = entry.at.entry("classes", voters)
            if not shape.any_class and not self.problems.known(
                voters, shape.classes, span, Text("测评主体", "voter class")
            ):
                continue
            for votes in given if isinstance(given, tuple) else (given,):
                tally = self._tally(voters, votes, shape, span)
                if tally is not None:
                    tallies.append(tally)
        self._evidence(entry.evidence, doc, entry.at.key("evidence"))
        state = self._state(entry.state, bool(entry.classes), entry.at)
        if state is None:
            return None
        return SurveyRecord(
            tuple(tallies), state, entry.reason, entry.held_on, entry.evidence, doc.at.entry("surveys", name)
        )  # fmt: skip

    def _tally(self, voters: str, votes: ClassVotesDoc, shape: SurveyShape, span: Span) -> Tally | None:
        forms = [f for f in ("tally", "ballots", "questions") if getattr(votes, f) is not None]
        beside = forms != ["tally"] and (votes.at.has("abstain") or votes.at.has("invalid"))
        if beside:
            span = votes.at.key("abstain" if votes.at.has("abstain") else "invalid")
        if len(forms) != 1 or beside:
            needed = Text(
                "tally、ballots、questions 之一；abstain、invalid 只与 tally 同写",
                "one of tally, ballots, questions; abstain and invalid go with tally only",
            )
            self.problems.add("CE406", span, needed=needed)
            return None
        if votes.questions is not None:
            counts = {q: self._count(c, shape, c.at) for q, c in votes.questions.items()}
        elif votes.ballots is not None:
            counts = self._ballots(votes, shape)
        else:
            plain = CountDoc(at=votes.at, tally=votes.tally, abstain=votes.abstain, invalid=votes.invalid)
            counts = {"": self._count(plain, shape, votes.at)}
        self._questions(counts, shape.questions, span)
        cast = max((count.cast for count in counts.values()), default=0)
        if votes.issued is not None and cast > votes.issued:
            self.problems.add("CE606", votes.at.value("issued"), cast=str(cast), issued=str(votes.issued))
        return Tally(voters, counts, votes.issued, votes.channel, span)

    def _count(self, doc: CountDoc, shape: SurveyShape, at: Place) -> Count:
        options = {}
        for option, number in (doc.tally or {}).items():
            if option in shape.options or self.problems.known(
                option, shape.options, at.entry("tally", option), Text("选项", "option")
            ):
                options[option] = number
        return Count(options, doc.abstain, doc.invalid)

    def _ballots(self, votes: ClassVotesDoc, shape: SurveyShape) -> dict[str, Count]:
        """Single ballots as counts; each says one word, or one for each question."""
        counts: dict[str, dict[str, int]] = {}
        words = [*shape.options, ABSTAIN, INVALID]
        for ballot in votes.ballots or ():
            for question, word in (ballot if isinstance(ballot, dict) else {"": ballot}).items():
                if self.problems.known(word, words, word.span, Text("选项", "option")):
                    count = counts.setdefault(question, {})
                    count[str(word)] = count.get(str(word), 0) + 1
        return {
            q: Count({o: n for o, n in c.items() if o in shape.options}, c.get(ABSTAIN, 0), c.get(INVALID, 0))
            for q, c in counts.items()
        }
