"""Cases whose input must be refused: just these problems, where they are named at just these places."""

from __future__ import annotations

from collections.abc import Iterator

from cadre_eval.cases.documents import ExpectDoc, RefusalDoc
from cadre_eval.cases.expectations import Mismatch, shown
from cadre_eval.cases.inputs import EXPECTATIONS, OWN_KEYS
from cadre_eval.errors import Problem, Problems, Span, Text
from cadre_eval.errors.catalogue import CATALOGUE
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.reading.nodes import MapNode, Node, SeqNode, scalar_at
from cadre_eval.reading.scalars import PlacedWord
from cadre_eval.reading.structure import StrictReader

_RESULTS = EXPECTATIONS - {"expect"}


def refusal_expected(node: MapNode, reader: StrictReader) -> ExpectDoc | None:
    """The expectation of a case that expects problems; None if it expects results, or if it cannot be read."""
    expect = node.values.get("expect")
    if not isinstance(expect, MapNode) or "problems" not in expect.keys:
        return None
    return reader.read(expect, ExpectDoc, Problems())


def compare_refusal(expect: ExpectDoc, node: MapNode, found: Problems, own: Problems) -> Iterator[Mismatch]:
    """What was found against what is expected: nothing lacking, nothing besides. ``own`` takes what is wrong with
    the expectation itself.
    """
    _check_alone(expect, node, own)
    wanted = [w for w in expect.problems or () if _can_be_had(w, node, own)]
    if own:
        return
    besides, lacking = list(found), False
    for one in sorted(wanted, key=lambda w: not isinstance(w, RefusalDoc)):  # those that name a place choose first
        match = next((problem for problem in besides if _is(problem, one, node)), None)
        lacking = lacking or match is None
        besides = [problem for problem in besides if problem is not match]
    if lacking or besides:
        got = [f"{problem.code} ({problem.span.line}:{problem.span.column})" for problem in found]
        yield Mismatch(
            "problems", shown([_written(w) for w in wanted]), shown(got), expect.at.key("problems"),
            problems=tuple(besides),
        )  # fmt: skip


def _check_alone(expect: ExpectDoc, node: MapNode, own: Problems) -> None:
    """Where there are problems there is no result to compare."""
    others = [key for key in expect.at.node.keys.values() if key.text != "problems"]
    others += [key for key in node.keys.values() if key.text in _RESULTS]
    for key in others:
        needed = Text("problems 单独写：输入有问题就没有结果", "'problems' alone: a refused input has no result")
        own.add("CE406", key.span, needed=needed)


def _can_be_had(wanted: PlacedWord | RefusalDoc, node: MapNode, own: Problems) -> bool:
    code = wanted.code if isinstance(wanted, RefusalDoc) else wanted
    sound = own.known(code, CATALOGUE, code.span, Text("问题代码", "problem code"))
    if isinstance(wanted, RefusalDoc) and not _spans_at(node, wanted.at):
        what, paths = Text("输入位置", "place in the input"), list(_paths(node.only(frozenset(node.keys) - OWN_KEYS)))
        fix, allowed = closest(wanted.at, paths), listed(paths, 40)
        own.add("CE421", wanted.at.span, fix=fix, name=wanted.at, what=what, allowed=allowed)
        return False
    return sound


def _written(wanted: PlacedWord | RefusalDoc) -> str:
    return f"{wanted.code} at {wanted.at}" if isinstance(wanted, RefusalDoc) else wanted


def _is(problem: Problem, wanted: PlacedWord | RefusalDoc, node: MapNode) -> bool:
    if isinstance(wanted, RefusalDoc):
        return problem.code == wanted.code and problem.span in _spans_at(node, wanted.at)
    return problem.code == wanted


def _spans_at(node: MapNode, path: str) -> list[Span]:
    """The key at the path and all that stands below it; an item of a list is named by its cadre, or counted from 1."""
    here: Node | None = node
    spans: list[Span] = []
    for step in path.split("."):
        if isinstance(here, MapNode) and step in here.keys:
            spans, here = [here.keys[step].span], here.values[step]
        elif isinstance(here, SeqNode):
            here = _item(here, step)
            spans = []
        else:
            return []
    return spans if here is None else [*spans, *_spans_in(here)]


def _paths(node: Node, head: str = "", depth: int = 2) -> Iterator[str]:
    """The places a case may name: its keys, and those one level below."""
    if isinstance(node, MapNode) and depth:
        for name, value in node.values.items():
            yield head + name
            yield from _paths(value, f"{head}{name}.", depth - 1)


def _item(items: SeqNode, step: str) -> Node | None:
    for number, item in enumerate(items.items, 1):
        name = scalar_at(item, "cadre")
        if step == (str(number) if name is None else name.text):
            return item
    return None


def _spans_in(node: Node) -> Iterator[Span]:
    yield node.span
    if isinstance(node, MapNode):
        for key, value in node.items():
            yield key.span
            yield from _spans_in(value)
    elif isinstance(node, SeqNode):
        for item in node.items:
            yield from _spans_in(item)
