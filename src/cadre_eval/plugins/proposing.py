"""Run-time hooks: what plugins and rules of accountability propose once a period is assessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from attrs import evolve

from cadre_eval.errors import PluginFailure
from cadre_eval.model.people import Host, Township
from cadre_eval.model.postings import Posting
from cadre_eval.plugins.isolation import MOST_ITEMS, Misbehaved
from cadre_eval.plugins.protecting import records
from cadre_eval.plugins.registry import Hook, Registry
from cadre_eval.plugins.viewing import fresh, view_of_cadre, view_of_measure, view_of_period, view_of_ruleset
from cadre_eval.plugins.views import Answerable, OnFile
from cadre_eval.ruleset.accountability import Target
from cadre_eval.ruleset.plan import Accountability
from cadre_eval.scoring.plain import exact_number, sound_text
from cadre_eval.scoring.proposals import (
    EvidenceRemark,
    Measure,
    Proposal,
    Proposed,
    ProposedAdjustment,
    ProposedMeasure,
    ReviewRequest,
)
from cadre_eval.scoring.result import PeriodResult, Result, note

ABOUT_A_CADRE: Mapping[str, type] = {
    "cadre_eval_check_evidence": EvidenceRemark,
    "cadre_eval_propose_adjustments": ProposedAdjustment,
    "cadre_eval_request_review": ReviewRequest,
}
"""The hooks called for each cadre, with what they return."""


Files = Callable[[Target, str], OnFile]
"""What supervision has on record of a cadre or unit, by its id."""
Ranks: TypeAlias = "Counter[tuple[tuple[str, ...], int | None]]"
"""How many have each rank of each pool, or none yet."""


def nothing_on_file(_target: Target, _id: str) -> OnFile:
    return OnFile()


def with_proposals(found: PeriodResult, registry: Registry, files: Files = nothing_on_file) -> PeriodResult:
    """The results with what is proposed. A cadre of a call that failed is pending, with the reason."""
    measures, failures = _measures(found, files)
    results = []
    for result in found:
        proposals, own = _about(result, found, registry)
        failed = [*result.failures, *own, *failures.get(result.cadre.id, ())]
        results.append(_pending(evolve(result, proposals=tuple(proposals)) if proposals else result, failed))
    return evolve(found, results=tuple(results), measures=tuple(measures))


def _pending(result: Result, failures: Sequence[PluginFailure]) -> Result:
    if not failures:
        return result
    said = [failure for failure in failures if failure not in result.failures]
    notes = (*result.notes, *(note("plugin-failed", text=failure.text) for failure in said))
    state = "pending" if result.state == "final" else result.state
    return evolve(result, state=state, notes=notes, failures=tuple(failures))


def _about(
    result: Result, found: PeriodResult, registry: Registry
) -> tuple[list[Proposal], list[PluginFailure]]:  # fmt: skip
    proposals: list[Proposal] = []
    failures = []
    items = {item.id for group in found.plan.adjustments.groups for item in group.items}
    for name, of in ABOUT_A_CADRE.items():
        for hook in registry.hooks.get(name, ()):
            cadre, ruleset = view_of_cadre(result, found.plan), view_of_ruleset(found.rules, found.plan)
            try:
                returned = hook.call(_sound_records(of, items), cadre=cadre, ruleset=ruleset)
            except PluginFailure as failure:
                failures.append(failure.about(result.cadre.id))
                continue
            used = hook.plugin.used
            proposals += [Proposal(used.name, used.version, record) for record in returned]
    return proposals, failures


def _sound_records(of: type, items: set[str]) -> Callable[[Any], list[Proposed]]:
    def check(returned: Any) -> list[Proposed]:
        found: list[Any] = records(returned, of)
        return [_sound(record, items) for record in found]

    return check


def _sound(record: Any, items: set[str]) -> Proposed:
    """The record with exact numbers and sound texts. Raises Misbehaved, TypeError or ValueError."""
    reason, evidence = sound_text(record.reason), _words(record.evidence)
    if isinstance(record, EvidenceRemark):
        return EvidenceRemark(sound_text(record.record).zh, reason, evidence)
    if isinstance(record, ReviewRequest):
        return ReviewRequest(sound_text(record.by), reason, evidence)
    if type(record.item) is not str or record.item not in items:
        raise Misbehaved(f"proposed the adjustment {record.item!r}, which the ruleset does not have")
    return ProposedAdjustment(record.item, exact_number(record.count), reason, evidence)


def _words(given: Any) -> tuple[str, ...]:
    if type(given) not in {tuple, list} or any(type(word) is not str for word in given):
        raise Misbehaved("evidence and cadres must be tuples of ids")
    if len(given) > MOST_ITEMS:
        raise Misbehaved(f"gave more than {MOST_ITEMS} ids")
    return tuple(sound_text(word).zh for word in given)


def _measures(found: PeriodResult, files: Files) -> tuple[list[Measure], dict[str, list[PluginFailure]]]:
    """The measures of every rule, in the order of the rules and of whom they are about; failures by cadre."""
    measures: list[Measure] = []
    failures: dict[str, list[PluginFailure]] = {}
    ranks = Counter((r.pool, r.rank) for r in found if r.state != "not-assessed")
    shared: dict[Target, tuple[Answerable, ...]] = {}
    for use in found.plan.accountability:
        asked_about: Iterable[Answerable] = _answerable(found, use.target, files, ranks)
        if use.of.provider is None:  # the built-in rules change nothing, and may share what they are shown
            if use.target not in shared:
                shared[use.target] = tuple(asked_about)
            asked_about = shared[use.target]
        for answerable in asked_about:
            id_, cadres = answerable.id, [cadre.id for cadre in answerable.cadres]
            try:
                measures += _asked(use, answerable, found)
            except PluginFailure as failure:
                own = failure.about(id_)
                for cadre in cadres:
                    failures.setdefault(cadre, []).append(own)
    return measures, failures


def _asked(use: Accountability, answerable: Answerable, assessed: PeriodResult) -> list[Measure]:
    known = {cadre.id for cadre in answerable.cadres} | {f.cadre for f in answerable.findings if f.cadre is not None}
    period, declared = assessed.period, assessed.rules.supervision.measures
    target, id_, name = answerable.target, answerable.id, answerable.name

    def call() -> list[ProposedMeasure]:
        found = records(use.of.propose(use.params, answerable), ProposedMeasure)
        sound = [_sound_measure(measure, known, declared, assessed.as_of) for measure in found]
        if len({measure.follows_from or period.id for measure in sound}) < len(sound):
            raise Misbehaved("proposed two measures that follow from the same")
        return sound

    proposed = use.of.guarded(use.id, call)
    return [
        Measure(
            use, target, id_, name, measure, period.id, measure.on or period.days.last,
            declared.get(measure.measure_id or ""),
        )
        for measure in proposed
    ]  # fmt: skip


def _sound_measure(
    measure: ProposedMeasure, known: set[str], declared: Mapping[str, Any], as_of: date
) -> ProposedMeasure:
    cadres = _words(measure.cadres)
    if not known.issuperset(cadres):
        raise Misbehaved("a measure follows from cadres the rule was not asked about")
    points = None if measure.points is None else exact_number(measure.points)
    if measure.measure_id is not None and measure.measure_id not in declared:
        raise Misbehaved(f"proposed the measure {measure.measure_id!r}, which the ruleset does not declare")
    if measure.on is not None and type(measure.on) is not date:
        raise Misbehaved("the day of a measure must be a date")
    if measure.on is not None and measure.on > as_of:
        raise Misbehaved(f"proposed a measure that arises on {measure.on}, after the day of assessment")
    from_, waits = measure.follows_from, measure.waits_for
    if from_ is not None and (type(from_) is not str or not from_.strip() or "/" in from_):
        raise Misbehaved(f"what a measure follows from must be an id, not {from_!r}")
    return ProposedMeasure(
        sound_text(measure.measure), sound_text(measure.reason), points, cadres, _words(measure.evidence),
        measure.measure_id, None if from_ is None else sound_text(from_).zh, measure.on,
        None if waits is None else sound_text(waits),
    )  # fmt: skip


def _answerable(found: PeriodResult, target: Target, files: Files, ranks: Ranks) -> Iterator[Answerable]:
    """Everybody a rule is asked about, by id. A unit sees the postings that concern it, and nothing of others. Who is not
    assessed answers all the same.
    """
    grouped: dict[str, tuple[str, list[Result]]] = {}
    for result in sorted(found, key=lambda r: r.cadre.id):
        for posting in [subject.posting for subject in result.subjects] or [result.posting]:
            key, name = answers(posting, target)
            results = grouped.setdefault(key, (name, []))[1]
            if not results or results[-1] is not result:
                results.append(result)
    pools: Counter[tuple[str, ...]] = Counter()
    for (pool, rank), count in ranks.items():
        pools[pool] += count if rank is not None else 0
    for key in sorted(grouped):
        name, results = grouped[key]
        cadres = []
        for result in results:
            tied = 1 if result.rank is None else max(1, ranks[result.pool, result.rank])
            view = view_of_cadre(_only(result, key, target), found.plan)
            open_ = ranks[result.pool, None]
            cadres.append(evolve(view, ranked=pools[result.pool], tied=tied, unranked=open_))
        file, days = fresh(files(target, key)), fresh(found.period.days)
        yield Answerable(target, key, name, found.period.id, tuple(cadres), days, file.findings, file.history)


def answers(posting: Posting, target: Target) -> tuple[str, str]:
    """Who of this sort answers for a posting: id and name."""
    if target == "cadre":
        return posting.cadre.id, posting.cadre.name
    if target == "sending-unit":
        return posting.sending_unit.id, posting.sending_unit.name
    unit: Host | Township = posting.host if target == "host" else posting.host.township
    return unit.id, unit.name


def _only(result: Result, key: str, target: Target) -> Result:
    subjects = tuple(s for s in result.subjects if answers(s.posting, target)[0] == key)
    return evolve(result, subjects=subjects)


def tell(found: PeriodResult, registry: Registry, folder: str) -> list[PluginFailure]:
    """Tells the observers what was recorded in ``folder``; returns those that failed. Nothing they do changes what was
    written.
    """
    failures = []
    for hook in registry.hooks.get("cadre_eval_assessment_recorded", ()):
        failures += _told(hook, found, folder)
    for hook in registry.hooks.get("cadre_eval_measure_recorded", ()):
        for measure in found.measures:
            failures += _told(hook, found, folder, measure=view_of_measure(measure))
    return failures


def _told(hook: Hook, found: PeriodResult, folder: str, **given: Any) -> list[PluginFailure]:
    try:
        hook.call(_nothing, assessment=view_of_period(found), folder=folder, **given)
    except PluginFailure as failure:
        return [failure]
    return []


def _nothing(returned: Any) -> None:
    if returned is not None:
        raise Misbehaved(f"returned {type(returned).__name__}, not None")


def rendered(found: PeriodResult, registry: Registry, name: str) -> str:
    """The results in a plugin's format. Raises PluginFailure."""
    plugin, form = registry.formats[name]
    return plugin.isolation.call(f"report format {name}", lambda: _text(form.render(view_of_period(found))))


def answered(found: PeriodResult, registry: Registry, name: str, arguments: tuple[str, ...]) -> str:
    """What a plugin's command says. Raises PluginFailure."""
    plugin, command = registry.commands[name]
    return plugin.isolation.call(f"command {name}", lambda: _text(command.run(view_of_period(found), arguments)))


def _text(returned: Any) -> str:
    if type(returned) is not str:
        raise Misbehaved(f"returned {type(returned).__name__}, not text")
    returned.encode()  # half of a character could not be printed
    return returned
