"""The draw: never breaks a hard rule, is what its definition says, the same in any order, and says why it is impossible."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain, combinations
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from cadre_eval.model.dates import Days
from cadre_eval.model.draws import Draw, Skill, SoftRule
from cadre_eval.model.people import Cadre, Host, Office, Official, SendingUnit, Township
from cadre_eval.model.postings import Posting
from cadre_eval.supervision.draw.bars import BARS
from cadre_eval.supervision.draw.breaches import breaches
from cadre_eval.supervision.draw.clash import Change, Clash, changed, clash_of, possible
from cadre_eval.supervision.draw.drawing import Result, can_be_drawn, drawn
from cadre_eval.supervision.draw.people import People
from cadre_eval.supervision.draw.rules import Rule, rules_of
from cadre_eval.supervision.draw.task import Task, Visits, make_task

pytest.importorskip("ortools")
DAY = date(2025, 6, 10)
FEW = settings(max_examples=40, deadline=None)


# ── small districts ────────────────────────────────────────────────────────────────────────────────────────────────


def people_of(homes: Sequence[int], streets: Sequence[int], units: Sequence[int], kin: Sequence[tuple[int, int]],
              former: Sequence[tuple[int, int]]) -> People:  # fmt: skip
    """Cadre k lives at host ``homes[k]``, sent by unit ``units[k]``; host h lies in street ``streets[h]``."""
    townships = {f"t-{t}": Township(f"t-{t}", f"街{t}") for t in set(streets)}
    hosts = {f"h-{h}": Host(f"h-{h}", f"社区{h}", townships[f"t-{t}"]) for h, t in enumerate(streets)}
    related = {k: {b for a, b in [*kin, *((b, a) for a, b in kin)] if a == k and b != k} for k in range(len(homes))}
    cadres = {
        f"c-{k}": Cadre(f"c-{k}", f"干部{k}", "any", relatives=frozenset(f"c-{r}" for r in related[k]))
        for k in range(len(homes))
    }
    postings = [
        Posting(f"p-{k}", cadres[f"c-{k}"], hosts[f"h-{h}"], "first-secretary" if k % 2 == 0 else "team-member",
                SendingUnit(f"u-{units[k]}", "单位"), date(2025, 1, 1))
        for k, h in enumerate(homes)
    ]  # fmt: skip
    postings += [
        Posting(f"q-{k}-{h}", cadres[f"c-{k}"], hosts[f"h-{h}"], "team-member", SendingUnit("u-9", "单位"),
                date(2023, 1, 1), ended=date(2024, 6, 30))
        for k, h in former
    ]  # fmt: skip
    return People(cadres, {}, postings, hosts, {t.id: t.name for t in townships.values()})


@st.composite
def tasks(draw: st.DrawFn, seed: str | None = "7") -> Task:
    hosts = draw(st.integers(1, 4))
    people = draw(st.integers(1, 5 if hosts < 4 else 4))
    index, host = st.integers(0, people - 1), st.integers(0, hosts - 1)
    streets = draw(st.lists(st.integers(0, 3), min_size=hosts, max_size=hosts))
    homes = draw(st.lists(host, min_size=people, max_size=people))
    units = draw(st.lists(st.integers(0, 3), min_size=people, max_size=people))
    known = people_of(
        homes, streets, units,
        draw(st.lists(st.tuples(index, index), max_size=1)), draw(st.lists(st.tuples(index, host), max_size=1)),
    )  # fmt: skip
    ids = [f"h-{h}" for h in range(hosts)]
    visits = st.tuples(index.map("c-{}".format), host.map("h-{}".format))
    soft: list[SoftRule] = []
    earlier: list[Visits] = []
    for rule in draw(
        st.lists(st.sampled_from(["same-host-before", "same-township-team", "same-unit-team"]), max_size=2)
    ):
        before = frozenset(draw(st.lists(visits, max_size=3))) if rule == "same-host-before" else frozenset()
        soft.append(SoftRule(rule, draw(st.integers(1, 5)), ("x",) if before else ()))  # type: ignore[arg-type]
        earlier.append(before)
    skills = draw(st.sampled_from([(), (Skill(1, "first-secretary"),), (Skill(1, people=("c-0", "c-1")),)]))
    declared = Draw(
        "d", "抽签", DAY, tuple(known.cadres), tuple(ids), draw(st.integers(0, 2)), draw(st.integers(0, 2)),
        draw(st.sampled_from(["avoid", "forbid", "allow"])), draw(st.sampled_from(["host", "township"])), seed,
        {h: draw(st.integers(0, 2)) for h in ids[: draw(st.integers(0, 1))]}, skills, tuple(soft),
    )  # fmt: skip
    return make_task(declared, known, earlier)


# ── a second implementation, by trying everything ──────────────────────────────────────────────────────────────────


def every(task: Task, rules: Sequence[Rule]) -> Iterator[Visits]:
    """Every set of visits that keeps just these rules."""
    held = {(r.kind, r.host) for r in rules}
    choices = []
    for host in task.hosts:
        allowed = [p for p in task.inspectors if not any((bar, host) in held for bar in task.bars.get((p, host), ()))]
        covered = Rule("cover", host) in rules
        sizes = [task.draw.needed(host)] if covered else range(len(allowed) + 1)
        teams = chain.from_iterable(combinations(allowed, size) for size in sizes)
        wanted = [
            (task.skilled[r.skill], task.needed(r.skill, host))
            for r in rules
            if r.host == host and r.skill is not None
        ]
        choices.append([t for t in teams if all(len(who & set(t)) >= least for who, least in wanted)])
    yield from _combined(task, rules, choices, list(task.hosts), frozenset())


def _combined(
    task: Task, rules: Sequence[Rule], choices: list[list[Any]], hosts: list[str], made: Visits
) -> Iterator[Visits]:
    if not choices:
        loads = [sum(i == p for i, _ in made) for p in task.inspectors]
        if Rule("most-apart") in rules and max(loads) - min(loads) > task.draw.most_apart:
            return
        if Rule("reciprocal") in rules and mutual(task, made):
            return
        yield made
        return
    for team in choices[0]:
        yield from _combined(task, rules, choices[1:], hosts[1:], made | {(p, hosts[0]) for p in team})


def mutual(task: Task, visits: Visits) -> int:
    home = {p.id: p.host for p in task.inspectors.values()}
    return sum(
        (a, home[b]) in visits and (b, home[a]) in visits and home[a] != home[b]
        for a, b in combinations(sorted(home), 2)
    )


def judged(task: Task, visits: Visits) -> tuple[int, int, int]:
    """Reciprocal pairs, penalty, tickets, each computed anew."""
    penalty = 0
    for k, rule in enumerate(task.draw.soft):
        if rule.rule == "same-host-before":
            penalty += rule.weight * len(visits & task.earlier[k])
            continue
        key = "township" if rule.rule == "same-township-team" else "unit"
        for host in task.hosts:
            team = [getattr(task.inspectors[p], key) for p, h in visits if h == host]
            penalty += rule.weight * sum(a == b for a, b in combinations(team, 2))
    tickets = sum(
        int(
            hashlib.sha256(
                json.dumps([task.draw.seed, task.digest, i, h], separators=(",", ":")).encode()
            ).hexdigest()[:10],
            16,
        )
        for i, h in visits
    )
    return (mutual(task, visits) if task.draw.reciprocal == "avoid" else 0, penalty, tickets)


@FEW
@given(tasks())
def test_the_draw_is_the_best_of_all_by_its_definition_and_impossible_only_if_there_is_none(task: Task) -> None:
    result = drawn(task)
    best = min(every(task, rules_of(task)), key=lambda visits: judged(task, visits), default=None)
    assert isinstance(result, Result) == (best is not None)
    if isinstance(result, Result):
        assert result.visits == best
        worth = result.worth
        assert (worth.pairs, worth.penalty, worth.tickets) == judged(task, result.visits)
        assert breaches(task, result.teams) == []


@FEW
@given(tasks())
def test_the_named_rules_clash_alone_and_no_fewer_of_them_do(task: Task) -> None:
    result = drawn(task)
    if isinstance(result, Clash):
        assert result.rules
        assert next(every(task, result.rules), None) is None
        for rule in result.rules:
            assert next(every(task, [r for r in result.rules if r != rule]), None) is not None


def loosened(task: Task, steps: int) -> Iterator[list[Change]]:
    """Every way to loosen the rules of a task by so many steps."""
    soft = [r for r in rules_of(task) if r.kind not in BARS]
    room = {r: _room(task, r) for r in soft}

    def choose(rest: list[Rule], left: int) -> Iterator[list[Change]]:
        if not rest:
            yield from [[]] if left == 0 else []
            return
        for by in range(min(left, room[rest[0]]) + 1):
            yield from ([Change(rest[0], by), *more] if by else more for more in choose(rest[1:], left - by))

    return choose(soft, steps)


def _room(task: Task, rule: Rule) -> int:
    if rule.kind == "cover":
        return task.draw.needed(str(rule.host))
    return 1 if rule.kind == "reciprocal" else 3 if rule.skill is None else task.needed(rule.skill, str(rule.host))


def retold(task: Task, changes: Sequence[Change]) -> Task:
    return Task(changed(task.draw, changes), task.inspectors, task.hosts, task.bars, task.skilled, task.earlier)


def feasible(task: Task) -> bool:
    return next(every(task, rules_of(task)), None) is not None


@FEW
@given(tasks())
def test_the_relaxation_works_and_no_smaller_one_does(task: Task) -> None:
    result = drawn(task)
    if isinstance(result, Clash):
        steps = sum(change.by for change in result.changes)
        assert feasible(retold(task, result.changes))
        for fewer in range(min(steps, 3)):
            assert not any(feasible(retold(task, changes)) for changes in loosened(task, fewer))


@FEW
@given(tasks(), st.randoms(use_true_random=False))
def test_the_order_of_lists_changes_nothing(task: Task, random: Any) -> None:
    draw = task.draw
    people, hosts = list(draw.inspectors), list(draw.hosts)
    random.shuffle(people)
    random.shuffle(hosts)
    other = Task(
        evolve(draw, inspectors=tuple(people), hosts=tuple(hosts)), task.inspectors, task.hosts,
        dict(reversed(list(task.bars.items()))), task.skilled, task.earlier,
    )  # fmt: skip
    assert other.digest == task.digest
    one, two = drawn(task), drawn(other)
    if isinstance(one, Result) and isinstance(two, Result):
        assert one.teams == two.teams
    else:
        assert one == two


@FEW
@given(tasks(seed=None))
def test_whether_it_is_possible_is_known_before_the_seed(task: Task) -> None:
    assert (can_be_drawn(task) is None) == feasible(task)
    assert possible(task, rules_of(task)) == feasible(task)


@FEW
@given(tasks(), st.data())
def test_the_check_finds_whatever_breaks_a_rule(task: Task, data: st.DataObject) -> None:
    teams = {
        h: data.draw(st.lists(st.sampled_from(sorted(task.inspectors)), unique=True, max_size=3)) for h in task.hosts
    }
    visits = frozenset((p, h) for h, team in teams.items() for p in team)
    assert (not breaches(task, teams)) == (visits in set(every(task, rules_of(task))))


# ── who may not inspect where ──────────────────────────────────────────────────────────────────────────────────────


def barred(known: People, former: str = "host", extra: Sequence[str] = ()) -> dict[str, set[str]]:
    draw = Draw("d", "", DAY, (*known.cadres, *extra), tuple(known.hosts), 1, 1, "allow", former)  # type: ignore[arg-type]
    task = make_task(draw, known, ())
    return {f"{i} {h}": set(why) for (i, h), why in task.bars.items()}


def test_nobody_inspects_street_unit_former_posting_or_relatives() -> None:
    known = people_of([0, 1, 2, 3], [0, 0, 1, 2], [0, 1, 1, 2], kin=[(0, 3)], former=[(1, 3), (3, 0)])
    own = {"own-township"}
    assert barred(known) == {
        "c-0 h-0": {"own-township", "own-unit"}, "c-0 h-1": own, "c-0 h-3": {"relative"},
        "c-1 h-0": own, "c-1 h-1": {"own-township", "own-unit"}, "c-1 h-2": {"own-unit"}, "c-1 h-3": {"former-posting"},
        "c-2 h-2": {"own-township", "own-unit"}, "c-2 h-1": {"own-unit"},
        "c-3 h-3": {"own-township", "own-unit"}, "c-3 h-0": {"former-posting", "relative"},
    }  # fmt: skip
    assert barred(known, "township")["c-3 h-1"] == {"former-posting"}


def test_an_official_is_kept_from_own_unit_street_former_office_and_relatives() -> None:
    known = people_of([0, 1, 2], [0, 1, 2], [0, 1, 2], kin=[], former=[])
    always, past = Days(date(2020, 1, 1), date.max), Days(date(2020, 1, 1), date(2024, 1, 1))
    officials = {
        "o-unit": Official("o-unit", "甲", (Office("u-1", "科长", always),)),
        "o-street": Official("o-street", "乙", (Office("t-0", "书记", always), Office("t-2", "书记", past))),
        "o-cadre": Official("o-cadre", "丙", cadre="c-2"),
        "o-kin": Official("o-kin", "丁", relatives=frozenset({"o-cadre"})),
    }
    known = People(known.cadres, officials, known.postings, known.hosts, known.townships)
    found = {k: v for k, v in barred(known, "township", tuple(officials)).items() if k.startswith("o-")}
    assert found == {
        "o-unit h-1": {"own-unit"}, "o-street h-0": {"own-township"}, "o-street h-2": {"former-posting"},
        "o-cadre h-2": {"own-township", "own-unit"}, "o-kin h-2": {"relative"},
    }  # fmt: skip


# ── clashes people meet ────────────────────────────────────────────────────────────────────────────────────────────


def clash(people: int, hosts: int, cover: int, **declared: Any) -> tuple[Task, Clash]:
    known = people_of([k % hosts for k in range(people)], list(range(hosts)), list(range(people)), [], [])
    draw = Draw("d", "", DAY, tuple(known.cadres), tuple(known.hosts), cover, declared.pop("apart", 1),
                declared.pop("reciprocal", "allow"), "host", "7", **declared)  # fmt: skip
    task = make_task(draw, known, [frozenset()] * len(draw.soft))
    found = drawn(task)
    assert isinstance(found, Clash)
    return task, found


def test_too_few_inspectors_is_a_clash_of_one_need() -> None:
    _, found = clash(2, 3, 3)
    assert found.rules == (Rule("cover", "h-0"),)
    assert sum(change.by for change in found.changes) == 5  # one or none of the two may go to each own host


def test_loads_that_cannot_be_equal_are_loosened_first() -> None:
    _, found = clash(4, 3, 1, apart=0)
    assert Rule("most-apart") in found.rules
    assert found.changes == (Change(Rule("most-apart"), 1),)


def test_two_who_must_inspect_each_other_are_a_clash_where_that_is_forbidden() -> None:
    _, found = clash(2, 2, 1, reciprocal="forbid")
    assert set(found.rules) > {Rule("reciprocal"), Rule("cover", "h-0"), Rule("cover", "h-1")}
    assert found.changes == (Change(Rule("reciprocal"), 1),)


def test_a_clash_follows_from_the_task_alone() -> None:
    task, found = clash(5, 3, 4, skills=(Skill(2, "first-secretary"),))
    assert clash_of(task) == found
