"""``gate-measure``: a gate that was triggered brings a measure, for the cadre or for a unit that answers for the cadre."""

from __future__ import annotations

from typing import Any

from attrs import evolve, frozen

from cadre_eval.errors import Text
from cadre_eval.plugins.rules.declared import Declared, declared_measure
from cadre_eval.plugins.views import Answerable
from cadre_eval.reading.scalars import Id
from cadre_eval.reading.settings import Place, place, setting
from cadre_eval.ruleset.accountability import AccountabilityRule, Target
from cadre_eval.ruleset.kind import CheckContext
from cadre_eval.scoring.proposals import ProposedMeasure


@frozen
class GateMeasureParams:
    at: Place = place()
    of: Target = setting("对谁", "for whom", default="cadre")
    gates: tuple[Id, ...] = setting("触发其中任一条（gates 的 id）", "any of these gates was triggered")
    measure: Id = setting("什么措施", "the measure")
    checked: Declared | None = None
    """The measure, once the ruleset is compiled."""


def prepare(p: GateMeasureParams, ctx: CheckContext) -> GateMeasureParams:
    ctx.filled(p, "gates")
    spans = [node.span for node in getattr(p.at.node.values.get("gates"), "items", ())]
    for gate, span in zip(p.gates, spans, strict=False):
        ctx.known(gate, ctx.gates, span, Text("gates 中的一条", "gate"))
    return evolve(p, checked=declared_measure(p.measure, p.at.value("measure"), ctx, p.of))


def propose(p: Any, answerable: Answerable) -> list[ProposedMeasure]:
    """One measure, whichever gates and however many cadres it follows from; open gates are told."""
    sure: dict[tuple[str, str], list[str]] = {}
    open_: dict[tuple[str, str], list[str]] = {}
    for cadre in answerable.cadres:
        named = {gate: cadre.gate_titles.get(gate, gate) for gate in p.gates}
        sure |= {(cadre.id, cadre.name): [named[g] for g in p.gates if g in cadre.gates]}
        open_ |= {(cadre.id, cadre.name): [named[g] for g in p.gates if g in cadre.gates_open]}
    found, waiting = _told(sure), _told(open_)
    if not found and not waiting:
        return []
    who = found or waiting
    reason = Text("；".join(f"{name}：{'、'.join(gates)}" for (_, name), gates in who.items()),
                  "; ".join(f"{name}: {', '.join(gates)}" for (_, name), gates in who.items()))  # fmt: skip
    waits = None if found else Text("还不能断定是否触发", "it cannot be said yet whether it was triggered")
    cadres = tuple(key for key, _ in who)
    measure: Declared = p.checked
    return [ProposedMeasure(measure.title, reason, None, cadres, (), measure.id, waits_for=waits)]


def _told(gates: dict[tuple[str, str], list[str]]) -> dict[tuple[str, str], list[str]]:
    return {who: gates[who] for who in sorted(gates) if gates[who]}


GATE_MEASURE = AccountabilityRule(
    "gate-measure",
    Text("触发否优、否决等条款的措施", "a measure for a gate that was triggered"),
    GateMeasureParams,
    lambda p: p.of,
    propose,
    prepare,
)
