"""The draws of a workspace: drawn, and a written result held against what is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from cadre_eval.errors import Problems, RefusedInput, Text, UsageError
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.model.draws import Draw, Drawn, SoftRule
from cadre_eval.reading.structure import StrictReader
from cadre_eval.reading.yaml_reader import read_yaml
from cadre_eval.supervision.draw.drawing import Result, can_be_drawn, drawn
from cadre_eval.supervision.draw.objections import (
    object_to_breaches,
    object_to_clash,
    object_to_differences,
    object_to_effort,
)
from cadre_eval.supervision.draw.people import People
from cadre_eval.supervision.draw.solving import NotProven
from cadre_eval.supervision.draw.task import Task, Visits, make_task
from cadre_eval.supervision.on_record import OnRecord
from cadre_eval.workspace.files import Folder
from cadre_eval.workspace.opening import Workspace
from cadre_eval.workspace.roster import Roster
from cadre_eval.workspace.supervision.draw_documents import DrawnDoc
from cadre_eval.workspace.supervision.draws import drawn_of
from cadre_eval.workspace.supervision.reading import Reading


def task_named(workspace: Workspace, name: str) -> Task:
    """The task of the draw with this id.

    Raises:
        UsageError: there is no such draw.
        RefusedInput: it names earlier draws or inspections that are not on record.
    """
    draws = {draw.id: draw for draw in workspace.on_record.draws}
    if name not in draws:
        near, known = closest(name, draws), listed(draws) or "—"
        meant = (f"；是不是 {near}？", f"; did you mean {near}?") if near else ("", "")
        raise UsageError(
            Text(f"没有抽签 {name}{meant[0]}（有：{known}）", f"there is no draw {name}{meant[1]} (known: {known})")
        )
    draw, problems = draws[name], Problems()
    visits = _visits_before(draw, workspace.on_record)
    earlier = [_repeated(rule, draw, visits, problems) for rule in draw.soft]
    problems.raise_if_any()
    return make_task(draw, _people(workspace.roster, draw.on), earlier)


def draw_lots(task: Task) -> Result:
    """The draw.

    Raises:
        UsageError: it has no seed yet, or the solver is not installed.
        RefusedInput: it is impossible, or was not proven.
    """
    problems = Problems()
    if task.draw.seed is None:
        raise UsageError(Text("还没有种子（seed），不能抽签", "there is no seed yet, so nothing can be drawn"))
    try:
        result = drawn(task)
    except NotProven:
        object_to_effort(task.draw, problems)
        raise RefusedInput(problems) from None
    if isinstance(result, Result):
        return result
    object_to_clash(task, result, problems)
    raise RefusedInput(problems)


def check_possible(task: Task) -> None:
    """Raises RefusedInput if the draw is impossible, whatever its seed will be."""
    problems = Problems()
    try:
        clash = can_be_drawn(task)
    except NotProven:
        object_to_effort(task.draw, problems)
        clash = None
    if clash is not None:
        object_to_clash(task, clash, problems)
    problems.raise_if_any()


def verify(workspace: Workspace, result: Result, path: Path) -> None:
    """Holds a written result against the hard rules, one by one, and against the draw made again.

    Raises:
        RefusedInput: the file cannot be read, breaks a rule, or differs; carries everything that is wrong.
    """
    problems = Problems()
    written = _written(workspace, path, problems)
    problems.raise_if_any()
    if written is not None:
        if _same_people(result.task, written, problems):
            object_to_breaches(result.task, written, problems)
        object_to_differences(result, written, problems)
    problems.raise_if_any()


def _same_people(task: Task, written: Drawn, problems: Problems) -> bool:
    """Whether the result is of inspectors and hosts of this draw."""
    before = len(problems)
    for team in written.teams:
        span = team.span or written.places["teams"]
        for person in sorted(set(team.inspectors) - set(task.inspectors)):
            problems.add("CE754", span, rule=Text(f"{person} 不是这次的检查人员", f"{person} does not take part"))
        if team.host not in task.hosts:
            problems.add("CE754", span, rule=Text(f"{team.host} 不在这次的受检范围", f"{team.host} is not inspected"))
    return len(problems) == before


def _written(workspace: Workspace, path: Path, problems: Problems) -> Drawn | None:
    if not path.is_file():
        raise UsageError(Text(f"没有文件 {path}", f"there is no file {path}"))
    folder = Folder(path.parent)
    source = folder.read(folder.root / path.name, problems)
    node = None if source is None else read_yaml(source, problems)
    doc = None if node is None else StrictReader().read(node, DrawnDoc, problems)
    return None if doc is None else drawn_of(doc, Reading(workspace.roster, workspace.rulesets, problems))


def _people(roster: Roster, day: date) -> People:
    """Everybody, posted as known on the day."""
    names = {township.id: township.name for township in roster.townships.values()}
    known = (posting.as_known(day) for posting in roster.postings.values())
    postings = tuple(posting for posting in known if posting is not None)
    return People(roster.cadres, roster.officials, postings, roster.hosts, names)


def _visits_before(draw: Draw, kept: OnRecord) -> Mapping[str, Visits]:
    """Who went where before a draw, as known on its day, by the id of the result of a draw or of the inspection (both, if
    they share it). Not the draw's own result: kept on record, it would make another draw of it.
    """
    found: dict[str, Visits] = {}
    for other in kept.drawn:
        if other.draw != draw.id and other.on <= draw.on:
            made = frozenset((person, team.host) for team in other.teams for person in team.inspectors)
            found[other.draw] = found.get(other.draw, frozenset()) | made
    for inspection in kept.inspections:
        past = [v for v in inspection.visits if v.on < draw.on and v.known_on <= draw.on]
        if past and inspection.id != draw.id:
            made = frozenset((person, visit.host) for visit in past for person in visit.by)
            found[inspection.id] = found.get(inspection.id, frozenset()) | made
    return found


def _repeated(rule: SoftRule, draw: Draw, visits: Mapping[str, Visits], problems: Problems) -> Visits:
    """The visits that a rule does not want repeated."""
    for name in rule.earlier:
        what = Text("在这次抽签以前的抽签结果或督查", "result of a draw, or inspection, before this draw")
        problems.known(name, visits, draw.places[f"with/{name}"], what)
    return frozenset().union(*(visits[name] for name in rule.earlier if name in visits))
