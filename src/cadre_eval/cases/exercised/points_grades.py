"""What cases are to show of grades, quotas and the tie-break chain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from attrs import evolve

from cadre_eval.cases.exercised.points import Point, point
from cadre_eval.cases.exercised.points_conditions import condition_points
from cadre_eval.cases.exercised.seen import Seen
from cadre_eval.errors import Span
from cadre_eval.reading.nodes import SeqNode
from cadre_eval.ruleset.document import QuotaDoc, RulesetDoc
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan, Quota
from cadre_eval.scoring.conditions import Judge
from cadre_eval.scoring.ranking import Order, order_pool
from cadre_eval.scoring.result import Result


def grade_points(doc: RulesetDoc, rules: CompiledRuleset) -> Iterator[Point]:
    """Each grade of each scale given."""
    for plan in rules.periods.values():
        own = doc.periods[plan.key]
        at = doc.at if own.grades is None else own.at
        for category, scale in plan.grades.items():
            for label in scale.labels:
                where = at.entry("grades", category, label)
                people = rules.categories.get(category, "")
                yield point(where, people, f"评为{label}", f"graded {label}", _graded(plan.key, category, label))


def _graded(key: str, category: str, label: str) -> Callable[[Seen], bool]:
    def graded(seen: Seen) -> bool:
        given = [(r.scale.category, r.grade) for r in seen.assessed if r.scale is not None]
        return seen.of_period(key) and (category, label) in given

    return graded


# ── quotas ──────────────────────────────────────────────────────────


def quota_points(doc: RulesetDoc, rules: CompiledRuleset) -> Iterator[Point]:
    docs = {quota.id: quota for quota in doc.quotas}
    for plan in rules.periods.values():
        for quota in plan.quotas:
            yield from _quota_points(docs[quota.id], quota, plan, rules)


def _quota_points(doc: QuotaDoc, quota: Quota, plan: PeriodPlan, rules: CompiledRuleset) -> Iterator[Point]:
    def noted(*keys: str) -> Callable[[Seen], bool]:
        return lambda seen: seen.of_period(plan.key) and bool(list(_noted(seen, quota, keys)))

    where, title = doc.at.value("id"), quota.title
    yield point(where, title, "在名额之内", "within the places", noted("quota-in"))
    yield point(where, title, "在名额之外", "beyond the places", noted("quota-cut", "quota-none"))
    bare = evolve(quota, at_least=0)
    if quota.share.denominator > 1:

        def rounded(seen: Seen) -> bool:
            return any((quota.share * base).denominator > 1 for base in _bases(seen, quota, plan))

        yield point(doc.at.value("round"), title, "名额要取整", "places had to be rounded", rounded)
    if quota.at_least:

        def lifted(seen: Seen) -> bool:
            return any(bare.places(base) < quota.places(base) for base in _bases(seen, quota, plan))

        yield point(doc.at.value("at_least"), title, "名额按最少数给", "at least so many places", lifted)
    if quota.minimum_score is not None:
        where = doc.at.value("minimum_score")
        yield point(where, title, "低于最低分", "below the minimum", noted("quota-minimum"))
    if quota.excluded is not None:

        def judges(seen: Seen) -> Iterable[Judge]:
            results = seen.assessed if seen.of_period(plan.key) else []
            return [judge for result in results for judge in seen.judges(result)]

        where = doc.at.key("excluded")
        yield point(where, title, "不得占用名额", "barred from a place", noted("quota-excluded"))
        yield from condition_points(title, quota.excluded, judges, rules)


def _noted(seen: Seen, quota: Quota, keys: tuple[str, ...]) -> Iterator[int]:
    """The people in the pools of which the quota said one of these things."""
    for _, note in seen.notes(*keys):
        if note.args.get("id") == quota.id:
            yield int(str(note.args.get("base", 0)))


def _bases(seen: Seen, quota: Quota, plan: PeriodPlan) -> list[int]:
    """The sizes of the pools whose places a case shows: those asked for, or those that were filled or cut."""
    if seen.places is not None:
        return list(seen.places.bases.values()) if seen.places.quota == quota.id else []
    if not seen.of_period(plan.key):
        return []
    return list(_noted(seen, quota, ("quota-in", "quota-cut", "quota-none", "quota-tie")))


# ── ties ────────────────────────────────────────────────────────────


def tie_points(doc: RulesetDoc, rules: CompiledRuleset) -> Iterator[Point]:
    """Each link of the chain decided an order; ``open`` left one open."""
    written = doc.at.node.values.get("ties")
    if not isinstance(written, SeqNode):
        return
    for index, (item, link) in enumerate(zip(written.items, doc.ties, strict=True)):
        yield _open_point(item.span) if link == "open" else _link_point(item.span, link, index, rules)


def _link_point(where: Span, link: str, index: int, rules: CompiledRuleset) -> Point:
    def decided(seen: Seen) -> bool:
        return any(
            len(_order(pool, rules, index + 1).groups) > len(_order(pool, rules, index).groups)
            for pool in _pools(seen)
        )

    name = rules.name_of(link)
    return point(where, "", f"总分相同，由{name}分出先后", f"equal totals decided by {name}", decided)


def _open_point(where: Span) -> Point:
    def left_open(seen: Seen) -> bool:
        return bool(seen.notes("tie-open"))

    return point(where, "", "并列未能分出", "a tie left open", left_open)


def _pools(seen: Seen) -> list[list[Result]]:
    grouped: dict[tuple[str, ...], list[Result]] = {}
    for result in seen.results:
        grouped.setdefault(result.pool, []).append(result)
    return [pool for pool in grouped.values() if len(pool) > 1]


def _order(pool: list[Result], rules: CompiledRuleset, links: int) -> Order:
    """The order of a pool by the first links of the chain alone."""
    return order_pool(pool, evolve(rules, ties=(*rules.ties[:links], "open")))
