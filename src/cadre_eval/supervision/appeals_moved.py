"""Who stands otherwise after a re-examination than before: total, grade, gates, rank, place within a quota."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, TypeAlias

from attrs import frozen

from cadre_eval.model.people import Cadre
from cadre_eval.scoring.kept import reads_same
from cadre_eval.scoring.result import PeriodResult, Result, State

Place: TypeAlias = Literal["in", "out", "open", "barred"]
Why: TypeAlias = Literal["corrected", "records", "follows"]

_PLACES: Mapping[str, Place] = {
    "quota-in": "in",
    "quota-cut": "out",
    "quota-none": "out",
    "quota-tie": "open",
    "quota-open": "open",
    "quota-excluded": "barred",
    "quota-minimum": "barred",
}
"""What a note says of a cadre's place within a quota."""


@frozen
class Standing:
    """What a result comes to, as people see it."""

    state: State
    total: str
    grades: tuple[str, ...]
    """Those still possible, best first."""
    rank: str
    """Empty where there is none; both ends while it is open."""
    gates: tuple[tuple[str, bool], ...]
    """Gates triggered (True) or open, by title."""
    places: tuple[tuple[str, Place], ...]
    """Places within quotas, by the quota's title."""


@frozen
class Moved:
    """A cadre whose standing changed, or whose records were corrected."""

    cadre: Cadre
    why: Why
    """Own records corrected by an appeal; own records that became known on the same day; or only what follows from the
    others' (rank, quota, figures of the pool).
    """
    before: Standing | None
    after: Standing | None
    """None while it was not known that the cadre was posted at all."""


def standing(result: Result) -> Standing:
    """How a cadre stands."""
    open_rank = next((n.args for n in result.notes if n.key == "rank-open"), None)
    rank = str(result.rank) if result.rank else f"{open_rank['best']}～{open_rank['worst']}" if open_rank else ""
    gates = sorted((outcome.gate.title, outcome.certain) for outcome in result.gates)
    places = [(str(n.args["quota"]), _PLACES[n.key]) for n in result.notes if n.key in _PLACES]
    return Standing(
        result.state, result.total_text, result.grades_possible, rank, tuple(gates), tuple(sorted(places))
    )  # fmt: skip


def moved(before: PeriodResult, after: PeriodResult, corrected: Collection[str]) -> tuple[Moved, ...]:
    """Everybody who is affected, those whose records were corrected first, then by id.

    Args:
        before, after: results of the same period, as known on two days.
        corrected: ids of the cadres whose records were corrected in between.
    """
    old, new = ({result.cadre.id: result for result in results} for results in (before, after))
    found = []
    for name in sorted({*old, *new}):
        then, now = old.get(name), new.get(name)
        stood, stands = (None if result is None else standing(result) for result in (then, now))
        if stood != stands or name in corrected:
            cadre = next(result.cadre for result in (now, then) if result is not None)
            found.append(Moved(cadre, "corrected" if name in corrected else _why(then, now), stood, stands))
    return tuple(sorted(found, key=lambda m: (m.why != "corrected", m.cadre.id)))


def _why(before: Result | None, after: Result | None) -> Why:
    """Why a cadre whose records were not corrected stands otherwise."""
    if before is None or after is None:
        return "records"
    seen = {s.posting.id: s for s in before.subjects}
    same = all(s.posting.id in seen and reads_same(seen[s.posting.id], s) for s in after.subjects)
    return "follows" if same and len(seen) == len(after.subjects) else "records"
