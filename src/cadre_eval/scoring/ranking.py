"""Order within a pool: by total, then the declared tie-break chain; what it leaves open stays open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import accumulate

from attrs import evolve, frozen

from cadre_eval.numbers.interval import Interval, Number, interval
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.scoring.result import Note, Result, note


def compared(result: Result, rules: CompiledRuleset) -> Number | None:
    """The total that is compared: the rounded one, or the exact one if the ruleset says so."""
    return result.total if rules.compare == "rounded" else result.exact


def final_total(result: Result, rules: CompiledRuleset) -> Fraction | None:
    """The compared total, if it is certain (the grade may still wait for a gate)."""
    total = compared(result, rules)
    return total if result.state != "not-assessed" and isinstance(total, Fraction) else None


def tie_value(result: Result, criterion: str) -> Fraction | None:
    """The score a link of the chain compares."""
    score = tie_score(result, criterion)
    return score if isinstance(score, Fraction) else None


def tie_score(result: Result, criterion: str) -> Number | None:
    return result.exact if criterion == "exact" else result.score_of(criterion)


MOST_NAMES = 8


@frozen(eq=False)
class Order:
    """The final results of a pool, best first, in groups that nothing tells apart; and those still open."""

    groups: tuple[tuple[Result, ...], ...]
    undecided: tuple[Result, ...]
    decided_by: dict[str, tuple[str, tuple[str, ...]]]
    unsettled: frozenset[str] = frozenset()
    """Cadres whose place among equals waits for a score the tie-break chain asks for."""

    def position(self, result: Result) -> tuple[int, int]:
        """How many final results are ahead, and how many are tied with this one."""
        return self.positions.get(result.cadre.id, (sum(map(len, self.groups)), 0))

    @cached_property
    def positions(self) -> Mapping[str, tuple[int, int]]:
        """The position of everybody whose result is final, by cadre."""
        ahead = list(accumulate(map(len, self.groups), initial=0))
        return {
            r.cadre.id: (before, len(group) - 1)
            for before, group in zip(ahead, self.groups, strict=False)
            for r in group
        }


def order_pool(results: Sequence[Result], rules: CompiledRuleset) -> Order:
    """Sorts a pool; equal totals go down the tie-break chain."""
    final = [r for r in results if final_total(r, rules) is not None]
    undecided = tuple(
        r for r in results if r.state != "not-assessed" and r.total is not None and final_total(r, rules) is None
    )
    decided_by: dict[str, tuple[str, tuple[str, ...]]] = {}
    groups = _split(final, lambda r: final_total(r, rules))
    unsettled: set[str] = set()
    for link in rules.ties[:-1]:
        finer = []
        for group in groups:
            tied = len(group) > 1
            if tied and (
                group[0].cadre.id in unsettled or any(isinstance(tie_score(r, link), Interval) for r in group)
            ):
                unsettled |= {r.cadre.id for r in group}
                finer.append(group)
            else:
                finer.extend(_break(group, link, decided_by))
        groups = finer
    ordered = tuple(tuple(sorted(group, key=lambda r: r.cadre.id)) for group in groups)
    return Order(ordered, undecided, decided_by, frozenset(unsettled))


def _break(
    group: tuple[Result, ...], link: str, decided_by: dict[str, tuple[str, tuple[str, ...]]]
) -> list[tuple[Result, ...]]:
    """One link of the chain on one tied group; a score that is not there for all of them decides nothing."""
    if len(group) < 2 or any(tie_value(r, link) is None for r in group):
        return [group]
    parts = _split(group, lambda r: tie_value(r, link))
    if len(parts) > 1:
        for result in group:
            others = tuple(sorted(r.cadre.name for r in group if r is not result))
            decided_by.setdefault(result.cadre.id, (link, others))
    return parts


def _split(results: Sequence[Result], key: Callable[[Result], Fraction | None]) -> list[tuple[Result, ...]]:
    """Groups of equal keys, highest first."""
    grouped: dict[Fraction, list[Result]] = {}
    for result in results:
        grouped.setdefault(key(result) or Fraction(0), []).append(result)
    return [tuple(grouped[value]) for value in sorted(grouped, reverse=True)]


def ranked(results: Sequence[Result], rules: CompiledRuleset) -> tuple[list[Result], Order]:
    """The pool's results with ranks where they are certain, and their order."""
    order = order_pool(results, rules)
    updated = [_with_rank(result, order, rules) for result in results]
    by_id = {r.cadre.id: r for r in updated}
    groups = tuple(tuple(by_id[r.cadre.id] for r in group) for group in order.groups)
    undecided = tuple(by_id[r.cadre.id] for r in order.undecided)
    return updated, Order(groups, undecided, order.decided_by, order.unsettled)


def _with_rank(result: Result, order: Order, rules: CompiledRuleset) -> Result:
    total = final_total(result, rules)
    if total is None:
        return result
    ahead, tied = order.position(result)
    notes: list[Note] = []
    if result.cadre.id in order.decided_by:
        link, others = order.decided_by[result.cadre.id]
        notes.append(note("tie-broken", others=few_names(others), by=rules.name_of(link)))
    waiting = result.cadre.id in order.unsettled
    if tied and not waiting:
        group = next(g for g in order.groups if result in g)
        others = tuple(r.cadre.name for r in group if r is not result)
        notes.append(note("tie-open", others=few_names(others)))
    sure, possible = open_ahead(total, order.undecided, rules)
    if waiting:
        possible += tied
    if sure == possible:
        return evolve(result, rank=1 + ahead + sure, notes=(*result.notes, *notes))
    best, worst = str(1 + ahead + sure), str(1 + ahead + possible)
    return evolve(result, notes=(*result.notes, *notes, note("rank-open", best=best, worst=worst)))


def few_names(names: Sequence[str]) -> str:
    """Names as a note lists them: of many only the first."""
    return "、".join(names) if len(names) <= MOST_NAMES else "、".join(names[:MOST_NAMES]) + f"……（{len(names)}）"


def open_ahead(total: Fraction, undecided: Sequence[Result], rules: CompiledRuleset) -> tuple[int, int]:
    """How many undecided results are surely, and how many possibly, ahead of a total (equal counts as possibly)."""
    sure = possible = 0
    for other in undecided:
        span: Interval = interval(compared(other, rules) or Fraction(0))
        sure += span.low is not None and span.low > total and not other.may_leave
        possible += span.high is None or span.high >= total
    return sure, possible
