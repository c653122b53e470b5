"""What rules of accountability name must be declared: measures, kinds of findings, severities."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from cadre_eval.errors import Span, Text
from cadre_eval.plugins.views import FindingView
from cadre_eval.reading.settings import Place
from cadre_eval.ruleset.accountability import Target
from cadre_eval.ruleset.kind import CheckContext


@frozen
class Declared:
    """A measure the ruleset declares."""

    id: str  # noqa: A003
    title: str


def declared_measure(name: str, span: Span, ctx: CheckContext, target: Target = "cadre") -> Declared:
    """The measure; a problem is noted if the ruleset does not declare it."""
    measures = ctx.supervision.measures
    if not ctx.known(
        name, measures, span, Text("处理措施（supervision.measures）", "measure (supervision.measures)")
    ):
        return Declared(name, name)
    if target != "cadre" and measures[name].decided_by != "district":
        ctx.problems.add("CE439", span, measure=name)
    return Declared(name, measures[name].title)


@frozen
class Wanted:
    """Which findings count: of these kinds, and of one of these severities (None: of any)."""

    kinds: frozenset[str]
    severities: frozenset[str | None] | None

    def among(self, findings: Iterable[FindingView]) -> list[FindingView]:
        """Those that count, by day and id."""
        found = [
            f for f in findings if f.kind in self.kinds and (self.severities is None or f.severity in self.severities)
        ]
        return sorted(found, key=lambda f: (f.on, f.id))


def wanted_findings(kinds: tuple[str, ...], severity: str | None, at: Place, ctx: CheckContext) -> Wanted:
    """The kinds, and the severities from ``severity`` up; problems are noted for what is not declared."""
    supervision = ctx.supervision
    spans = [node.span for node in getattr(at.node.values.get("findings"), "items", ())]
    for kind, span in zip(kinds, spans, strict=False):
        what = Text("督查问题的种类（supervision.findings）", "kind of finding (supervision.findings)")
        ctx.known(kind, supervision.findings, span, what)
    if not kinds:
        ctx.problems.add("CE202", at.key("findings"), expected=Text("至少一种问题", "at least one kind of finding"))
    if severity is None:
        return Wanted(frozenset(kinds), None)
    what = Text("严重程度（supervision.severities）", "severity (supervision.severities)")
    order = list(supervision.severities)
    if not ctx.known(severity, order, at.value("severity"), what):
        return Wanted(frozenset(kinds), frozenset())
    return Wanted(frozenset(kinds), frozenset(order[order.index(severity) :]))
