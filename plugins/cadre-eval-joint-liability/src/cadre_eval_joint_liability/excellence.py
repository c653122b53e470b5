"""``unit-not-excellent``: a unit may not have the best grade where a gate was triggered for one of its cadres."""

from __future__ import annotations

from typing import Literal

from attrs import evolve, field, frozen

from cadre_eval.plugins.api import (
    AccountabilityRule,
    Answerable,
    AssessedCadre,
    CheckContext,
    Id,
    Place,
    ProposedMeasure,
    Span,
    Text,
    Word,
    place,
    setting,
)
from cadre_eval_joint_liability.wording import joined


@frozen
class Excellence:
    """What the ruleset says, checked."""

    unit: Literal["sending-unit", "township"]
    gates: tuple[str, ...]
    grade: str
    at_gates: Span = field(eq=False)


@frozen
class ExcellenceParams:
    """What a ruleset says."""

    at: Place = place()
    unit: Literal["sending-unit", "township"] = setting("哪个单位", "which unit")
    gates: tuple[Id, ...] = setting("干部触发其中一条", "a cadre triggers one of these gates")
    grade: Word = setting("单位不得评为", "what the unit may not be graded", default="优秀")
    checked: Excellence | None = None
    """The same, checked, once the ruleset is compiled."""


def prepare(p: ExcellenceParams, ctx: CheckContext) -> ExcellenceParams:
    ctx.filled(p, "gates")
    return evolve(p, checked=Excellence(p.unit, p.gates, p.grade, p.at.key("gates")))


def propose(p: Excellence, answerable: Answerable) -> list[ProposedMeasure]:
    """One measure, whichever of its cadres it follows from."""
    cadres = sorted(answerable.cadres, key=lambda cadre: cadre.id)
    wanted = set(p.gates)
    guilty = [cadre for cadre in cadres if wanted & set(cadre.gates)]
    if not guilty:
        return []
    zh = "、".join(f"{cadre.name}（{'，'.join(_titles(cadre, cadre.gates, wanted))}）" for cadre in guilty)
    en = ", ".join(f"{cadre.name} ({', '.join(_titles(cadre, cadre.gates, wanted))})" for cadre in guilty)
    told = Text(f"其干部 {zh}", f"of its cadres {en}")
    measure = Text(f"不得评为{p.grade}", f"may not be graded {p.grade}")
    return [ProposedMeasure(measure, joined(told, _open(cadres, wanted)), None, tuple(c.id for c in guilty))]


def _titles(cadre: AssessedCadre, gates: tuple[str, ...], wanted: set[str]) -> list[str]:
    return [cadre.gate_titles.get(gate, gate) for gate in gates if gate in wanted]


def _open(cadres: list[AssessedCadre], wanted: set[str]) -> Text:
    """Whose gates are not settled yet; empty if all are."""
    names = [cadre.name for cadre in cadres if wanted & set(cadre.gates_open)]
    if not names:
        return Text("", "")
    return Text(f"{'、'.join(names)} 还没有定", f"{', '.join(names)} not settled yet")


UNIT_NOT_EXCELLENT = AccountabilityRule(
    "unit-not-excellent",
    Text("单位不得评优", "the unit may not have the best grade"),
    ExcellenceParams,
    lambda p: p.unit,
    lambda p, answerable: propose(p.checked, answerable),
    prepare,
)
