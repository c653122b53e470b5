"""Mutations of conditions and effects: another comparison, any for all, another word, another grade."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cadre_eval.cases.changed.edits import rekeyed, replaced
from cadre_eval.cases.changed.idle_values import same_truth
from cadre_eval.cases.changed.mutating import Change, Target, reworded
from cadre_eval.cases.changed.tokens import Token
from cadre_eval.errors import Text
from cadre_eval.reading.nodes import MapNode, Node, Scalar, SeqNode, scalar_at
from cadre_eval.reading.scalars import BadScalar, parse_flag
from cadre_eval.ruleset.document import ConditionDoc, EffectDoc, QuotaDoc
from cadre_eval.ruleset.plan import Comparison

COMPARISON = Text("换一种比较", "another comparison")
ANY_ALL = Text("任一改全部，或全部改任一", "any instead of all, or the reverse")
NOT_DROPPED = Text("去掉“不成立”", "'not' taken out")
WORD = Text("换成另一个词", "another word")
IMPOSED = Text("不高于改直接定为，或相反", "cap instead of force, or the reverse")
GRADE = Text("换成相邻等次", "the neighbouring grade")

_SIGNS: Mapping[Comparison, tuple[Comparison, ...]] = {
    "below": ("at_most",),
    "at_most": ("below",),
    "above": ("at_least",),
    "at_least": ("above",),
    "equals": ("at_most", "at_least"),
}
_LEVEL = re.compile(r"level ([1-9])")


def _renamed(node: MapNode, name: str, other: str, what: Text) -> Change:
    return Change(node.keys[name].span, what, name, other, (rekeyed(node, {name: other}),))


def conditions(token: Token, target: Target) -> Iterator[Change]:
    """A condition: its comparison, its word, how it combines others."""
    node = token.node
    if not isinstance(node, MapNode) or token.of(ConditionDoc) is None:
        return
    for sign, others in _SIGNS.items():
        number = scalar_at(node, sign)
        for other in others if number is not None else ():
            if number is not None and not same_truth(node, (sign, number.text), (other, number.text), target):
                yield _renamed(node, sign, other, COMPARISON)
    for how, instead in (("any", "all"), ("all", "any")):
        below = node.values.get(how)
        if isinstance(below, SeqNode) and len(below.items) > 1:
            yield _renamed(node, how, instead, ANY_ALL)
    inner = node.values.get("not")
    if isinstance(inner, MapNode):
        yield Change(node.keys["not"].span, NOT_DROPPED, "not", "—", (replaced(node, inner),))
    yield from _words(node, token.path, target)


def _words(node: MapNode, path: str, target: Target) -> Iterator[Change]:
    """``is`` and ``includes``: each other word the fact may have."""
    fact = target.rules.facts.get(getattr(scalar_at(node, "fact"), "text", ""))
    for key in ("is", "includes"):
        word = scalar_at(node, key)
        if fact is None or word is None:
            continue
        options = fact.options if fact.type != "flag" else ("no" if _yes(word.text) else "yes",)
        yield from (reworded(word, option, WORD, f"{path}.{key}") for option in options if option != word.text)


def _yes(text: str) -> bool:
    try:
        return parse_flag(text)
    except BadScalar:
        return False


def effects(token: Token, target: Target) -> Iterator[Change]:
    """``cap_grade`` for ``force_grade``, where only one of them stands. Of the worst grade they say the same."""
    node = token.node
    if isinstance(node, MapNode) and token.of(EffectDoc) is not None:
        for name, other in (("cap_grade", "force_grade"), ("force_grade", "cap_grade")):
            if name in node.keys and other not in node.keys and not _worst(node.values[name], target):
                yield _renamed(node, name, other, IMPOSED)


def _worst(node: Node, target: Target) -> bool:
    """Whether every label is the last of each scale that has it."""
    items = node.items if isinstance(node, SeqNode) else [node]
    named = [item.text for item in items if isinstance(item, Scalar)]
    ends = {scale[-1] for scale in target.scales}
    inside = {label for scale in target.scales for label in scale[:-1]}
    return all(label in ends and label not in inside for label in named)


def labels(token: Token, target: Target) -> Iterator[Change]:
    """A grade of an effect or a quota: the next better, the next worse."""
    grade = token.record is EffectDoc and token.key in {"cap_grade", "force_grade"}
    if not grade and not (token.record is QuotaDoc and token.key == "grade"):
        return
    if isinstance(token.node, Scalar):
        for other in _neighbours(token.node.text, target):
            yield reworded(token.node, other, GRADE)


def _neighbours(label: str, target: Target) -> list[str]:
    level = _LEVEL.fullmatch(label)
    if level is not None:
        return [f"level {n}" for n in (int(level[1]) - 1, int(level[1]) + 1) if n]
    found: dict[str, None] = {}
    for scale in target.scales:
        if label in scale:
            at = scale.index(label)
            found |= dict.fromkeys(scale[i] for i in (at - 1, at + 1) if 0 <= i < len(scale))
    return list(found)
