"""The assessment of a period: plan and records in, results with their reasons out. Pure; the caller brings all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from typing import TypeAlias

from attrs import evolve, frozen

from cadre_eval.errors import PluginFailure, Text
from cadre_eval.model.periods import Period
from cadre_eval.model.records import Dossier, FactState
from cadre_eval.numbers.interval import Interval, Number, interval
from cadre_eval.ruleset.plan import CompiledRuleset, Leaf, PeriodPlan, leaves
from cadre_eval.scoring.conditions import FALSE, TRUE, Judge, either
from cadre_eval.scoring.eligibility import Entrant, reasons_not_assessed, remarks, served
from cadre_eval.scoring.grading import gate_notes, gate_outcomes, lacks_text, standings
from cadre_eval.scoring.kept import NOTHING_KEPT, Kept, kept_of
from cadre_eval.scoring.pools import Pool, pool_mean, pool_of, pools_by
from cadre_eval.scoring.quotas import apply_quotas
from cadre_eval.scoring.ranking import compared, ranked
from cadre_eval.scoring.result import EarlierPart, Note, PeriodResult, PostingScore, Result, State, note
from cadre_eval.scoring.states import LeafOutcome, ScoreState, policy_state, score_leaf, waiting_for
from cadre_eval.scoring.subject import Lack, Subject, Used
from cadre_eval.scoring.totals import cadre_own, combined_total, earlier_part, posting_score
from cadre_eval.scoring.tree import score_tree

Progress = Callable[[int], None]
NO_EARLIER: Mapping[str, Result | None] = {}
NONE_KNOWN: Mapping[str, Number | None] = {}
EarlierTotal: TypeAlias = "Callable[[str, Subject], Number | None]"
"""The total of an earlier period as it enters a posting's, by the period's key; None if there is none."""


@frozen(eq=False)
class Settled:
    """A posting about which nothing is open, and which no exclusion and no gate concerns: its own score, and those the
    tie-break chain asks for.
    """

    own: Fraction
    scores: Mapping[str, Fraction | None]


Settling: TypeAlias = Callable[[Sequence[Subject], EarlierTotal], Mapping[str, Settled]]
"""Finds them among many postings, by id. The others are scored one by one."""


def one_by_one(_subjects: Sequence[Subject], _earlier: EarlierTotal) -> Mapping[str, Settled]:
    """Settles nobody."""
    return {}


def assess_period(
    rules: CompiledRuleset,
    plan: PeriodPlan,
    period: Period,
    as_of: date,
    entrants: Sequence[Entrant],
    district: Collection[str],
    earlier: Mapping[str, PeriodResult],
    progress: Progress = lambda _: None,
    kept: PeriodResult | None = None,
    settling: Settling = one_by_one,
) -> PeriodResult:
    """Assesses every entrant.

    Args:
        as_of: the day of knowledge; what became known later is pending.
        entrants: cadres with postings that touch the period, in any order.
        district: ids of the units that belong to the assessing district.
        earlier: results of the periods this one combines, by period key.
        progress: called with the number of cadres done.
        kept: results of the same period as of another day. Scores of those whose records read the same are taken from
            them; the outcome is the same as without.
        settling: a faster way to the scores of those about whom there is little to say; the outcome is the same as without.
    """
    run = _Run(rules, plan, period, as_of, district, earlier, kept_of(kept, rules, period), settling)
    return PeriodResult(rules, plan, period, as_of, tuple(run.placed(run.scored(entrants, progress))))


def score_entrants(
    rules: CompiledRuleset,
    plan: PeriodPlan,
    period: Period,
    as_of: date,
    entrants: Sequence[Entrant],
    district: Collection[str],
    earlier: Mapping[str, Iterable[Result]],
) -> list[Result]:
    """As ``assess_period``, but nobody is placed: no ranks and no quotas. Where the rules compare with the pool, the
    entrants must be whole pools.
    """
    return _Run(rules, plan, period, as_of, district, earlier, NOTHING_KEPT).scored(entrants, lambda _: None)


class _Run:
    def __init__(
        self,
        rules: CompiledRuleset,
        plan: PeriodPlan,
        period: Period,
        as_of: date,
        district: Collection[str],
        earlier: Mapping[str, Iterable[Result]],
        kept: Kept,
        settling: Settling = one_by_one,
    ) -> None:
        self.rules, self.plan, self.period, self.as_of, self.district = rules, plan, period, as_of, district
        self.kept, self.settling = kept, settling
        self.earlier = {key: {r.cadre.id: r for r in found} for key, found in earlier.items()}
        self.days = period.days
        self.leaves = tuple(leaves(plan.root))
        self.pools: Mapping[tuple[str, ...], Pool] = {}

    def scored(self, entrants: Sequence[Entrant], progress: Progress) -> list[Result]:
        """Everybody's result before any is placed among the others."""
        ordered = sorted(entrants, key=lambda e: e.cadre.id)
        reasons = {
            e.cadre.id: reasons_not_assessed(e, self.period, self.as_of, self.plan.eligibility, self.district)
            for e in ordered
        }
        results = [self.not_assessed(e, reasons[e.cadre.id]) for e in ordered if reasons[e.cadre.id]]
        return results + self.assess([e for e in ordered if not reasons[e.cadre.id]], progress)

    def not_assessed(self, entrant: Entrant, reasons: Sequence[Note]) -> Result:
        posting = entrant.main
        pool = pool_of(posting, self.rules.pools)
        scale = self.plan.scale(entrant.cadre.category)
        return Result(
            entrant.cadre, posting, pool, "not-assessed", scale, notes=(*reasons, *correction_notes(entrant))
        )

    def assess(self, entrants: Sequence[Entrant], progress: Progress) -> list[Result]:
        subjects = {e.cadre.id: self._subjects(e) for e in entrants}
        everyone = [s for found in subjects.values() for s in found]
        self.pools = pools_by([found[0] for found in subjects.values()], self.rules.pools)
        seen = [evolve(s, pool=self._pool(s)) for s in everyone]
        by_posting = {s.posting.id: s for s in seen}
        single = [by_posting[e.main.id] for e in entrants if len(e.postings) == 1]
        known = self.settling(single, self._earlier_total)
        left = [s for s in seen if s.posting.id not in known]
        outcomes = {s.posting.id: self._outcomes(s) for s in left}
        self._fill_pool_means(left, outcomes)
        results = []
        for count, entrant in enumerate(entrants, 1):
            if entrant.main.id in known:
                results.append(self._settled_result(entrant, by_posting[entrant.main.id], known[entrant.main.id]))
            else:
                own = [by_posting[s.posting.id] for s in subjects[entrant.cadre.id]]
                results.append(self._result(entrant, own, outcomes))
            progress(count)
        return results

    def _earlier_total(self, key: str, subject: Subject) -> Number | None:
        found = self.earlier[key].get(subject.posting.cadre.id) if key in self.earlier else None
        part = earlier_part(key, self.plan.combine[key], self.plan, subject, found)
        return None if part.source == "absent" else part.total

    def _outcomes(self, subject: Subject) -> dict[str, LeafOutcome]:
        kept = self.kept.outcomes_of(subject)
        return {leaf.id: kept.get(leaf.id) or score_leaf(leaf, subject) for leaf in self.leaves}

    def _pool(self, subject: Subject) -> Pool:
        """The pool of a posting; a cadre with several is a member by the longest only."""
        return self.pools.get(pool_of(subject.posting, self.rules.pools), Pool(()))

    def _subjects(self, entrant: Entrant) -> list[Subject]:
        postings = entrant.postings
        if self.plan.eligibility.several_postings == "longest":
            postings = postings[:1]
        return [Subject(posting, self.period, self.as_of, dossier, self.rules) for posting, dossier in postings]

    def _fill_pool_means(self, subjects: Sequence[Subject], outcomes: Mapping[str, dict[str, LeafOutcome]]) -> None:
        """Scores that are the mean of the pool's, once the others' are known."""
        for leaf in (leaf for leaf in self.leaves if leaf.policies.means):
            means: dict[tuple[str, ...], tuple[Number | None, int]] = {}
            for subject in subjects:
                outcome = outcomes[subject.posting.id][leaf.id]
                if outcome.state is not ScoreState.POOL_MEAN:
                    continue
                pool = pool_of(subject.posting, self.rules.pools)
                if pool not in means:
                    members = self._pool(subject).members
                    means[pool] = pool_mean([outcomes[s.posting.id][leaf.id] for s in members])
                outcomes[subject.posting.id][leaf.id] = _with_mean(outcome, means[pool], leaf)

    def _result(
        self, entrant: Entrant, subjects: Sequence[Subject], outcomes: Mapping[str, Mapping[str, LeafOutcome]]
    ) -> Result:
        scores = tuple(self._posting_score(subject, outcomes[subject.posting.id]) for subject in subjects)
        own = cadre_own(scores, self.plan.eligibility.several_postings, self.plan)
        draft = evolve(self._draft(entrant, subjects[0], own, lambda: scores), failures=_failures(scores))
        if draft.total is None:
            return evolve(draft, state="not-assessed", notes=(*draft.notes, note("all-excluded")))
        return self._graded(self._judged(draft, self._judges(entrant, draft)))

    def _settled_result(self, entrant: Entrant, subject: Subject, known: Settled) -> Result:
        """The result of one whose scores are known. How they came about is worked out once somebody asks."""
        scores = cache(lambda: (self._posting_score(subject, self._outcomes(subject)),))
        draft = self._draft(entrant, subject, known.own, scores, known.scores)
        if _nothing_recorded(subject.dossier):
            draft = evolve(draft, notes=(*draft.notes, note("no-dossier")))
        return self._graded(draft)

    def _draft(
        self, entrant: Entrant, main: Subject, own: Number | None, scores: Callable[[], tuple[PostingScore, ...]],
        known: Mapping[str, Number | None] = NONE_KNOWN,
    ) -> Result:  # fmt: skip
        """The result before exclusions, gates and grades."""
        earlier = {key: found.get(entrant.cadre.id) for key, found in self.earlier.items()}
        total = combined_total(own, self.plan, self.rules, main, earlier)
        notes = [*remarks(entrant, self.period, self.as_of, self.plan.eligibility), *self._posting_notes(entrant)]
        notes += [*correction_notes(entrant, total.earlier, earlier), *total.notes]
        return Result(
            entrant.cadre, main.posting, pool_of(main.posting, self.rules.pools), "final",
            self.plan.scale(entrant.cadre.category), scores, self._every_subject(entrant), total.earlier,
            total.shown, total.exact, notes=tuple(notes), known=known,
        )  # fmt: skip

    def _every_subject(self, entrant: Entrant) -> tuple[Subject, ...]:
        return tuple(Subject(p, self.period, self.as_of, dossier, self.rules) for p, dossier in entrant.postings)

    def _judges(self, entrant: Entrant, draft: Result) -> list[Judge]:
        """One for each posting, the shorter ones too: a veto in any of them counts."""
        return [Judge(subject, self.plan.root, draft.score_of) for subject in self._every_subject(entrant)]

    def _posting_score(self, subject: Subject, outcomes: Mapping[str, LeafOutcome]) -> PostingScore:
        tree = score_tree(self.plan.root, outcomes)
        return posting_score(subject, served(subject.posting, self.days), tree, self.plan.adjustments)

    def _posting_notes(self, entrant: Entrant) -> list[Note]:
        if len(entrant.postings) < 2:
            return []
        shares = [f"{p.host.name} {served(p, self.days)}天" for p, _ in entrant.postings]
        rule = note(
            {"longest": "longest", "by-days": "by-days"}.get(
                self.plan.eligibility.several_postings, "blocked-postings"
            )
        )
        return [note("several-postings", postings="、".join(shares), rule=Text(rule.text("zh"), rule.text("en")))]

    def _judged(self, draft: Result, judges: Sequence[Judge]) -> Result:
        """The result after exclusions and gates, with what it waits for."""
        notes, verdict = list(draft.notes), self._exclusion(judges)
        if verdict is not None and verdict[0]:
            return evolve(draft, state="not-assessed", total=None, notes=(*notes, verdict[1]))
        gates = gate_outcomes(self.plan, judges)
        notes += gate_notes(gates, draft.scale)
        notes += [verdict[1]] if verdict is not None else []
        notes += waiting_notes(draft)
        pending = verdict is not None or isinstance(draft.total, Interval)
        found = evolve(draft, state="pending" if pending else "final", gates=gates, notes=tuple(notes))
        if verdict is not None:
            found = evolve(found, may_leave=True, total=None if draft.total is None else interval(draft.total))
        return found

    def _graded(self, found: Result) -> Result:
        """The result with the grades that are possible."""
        met = compared(found, self.rules)
        if found.state == "not-assessed" or found.scale is None or met is None:
            return found
        possible = standings(met, found.scale, found.gates)
        grades = frozenset(s.grade for s in possible)
        allowed = [s.best_allowed for s in possible]
        state: State = "final" if found.state == "final" and len(grades) == 1 else "pending"
        return evolve(found, state=state, grades=grades, best_allowed=min(allowed), surely_allowed=max(allowed))

    def _exclusion(self, judges: Sequence[Judge]) -> tuple[bool, Note] | None:
        """An exclusion that holds (True) or may hold (False), with its note."""
        maybe = None
        for exclusion in self.plan.eligibility.exclusions:
            own = [judge.ignoring(exclusion.ignore_missing) for judge in judges]
            finding = either([judge.judge(exclusion.condition) for judge in own])
            if finding.truth == TRUE:
                return True, note("excluded", title=exclusion.title, label=exclusion.label)
            if finding.truth != FALSE and maybe is None:
                what = lacks_text(finding.lacks) or exclusion.title
                maybe = (False, note("maybe-excluded", title=exclusion.title, what=what))
        return maybe

    def placed(self, results: Sequence[Result]) -> list[Result]:
        """Ranks, quotas, and the order of the report: pool, rank, cadre id."""
        grouped: dict[tuple[str, ...], list[Result]] = {}
        for result in results:
            grouped.setdefault(result.pool, []).append(result)
        with_ranks = [r for pool in grouped.values() for r in ranked(pool, self.rules)[0]]
        done = apply_quotas(with_ranks, self.plan, self.rules)
        return sorted(done, key=lambda r: (r.pool, r.rank is None, r.rank or 0, r.cadre.id))


def _failures(scores: Sequence[PostingScore]) -> tuple[PluginFailure, ...]:
    outcomes = [node.outcome for score in scores for node in score.tree.walk()]
    return tuple(outcome.failure for outcome in outcomes if outcome is not None and outcome.failure is not None)


def _with_mean(outcome: LeafOutcome, found: tuple[Number | None, int], leaf: Leaf) -> LeafOutcome:
    """Nobody in the pool has a score: the leaf stays open on its whole scale."""
    mean, people = found
    used = Used(Text("池内平均", "mean of the pool"), Text(f"{people} 人", f"{people} people"))
    outcome = evolve(outcome, reading=evolve(outcome.reading, used=(*outcome.reading.used, used)))
    if mean is None:
        low, high = leaf.floor, leaf.ceiling
        return evolve(outcome, state=ScoreState.OPEN, score=Interval(low, high))
    state = ScoreState.OPEN if isinstance(mean, Interval) else ScoreState.POOL_MEAN
    return evolve(outcome, state=state, score=mean)


def correction_notes(
    entrant: Entrant, parts: Sequence[EarlierPart] = (), earlier: Mapping[str, Result | None] = NO_EARLIER
) -> list[Note]:
    """What appeals corrected in the records of the period, and of the earlier periods that enter the total."""
    notes = []
    made = [correction for _, dossier in entrant.postings for correction in dossier.corrections]
    for appeal, day in dict.fromkeys((correction.appeal, correction.on) for correction in made):
        said = [correction.text for correction in made if correction.appeal == appeal]
        changes = Text("；".join(text.zh for text in said), "; ".join(text.en for text in said))
        notes.append(note("corrected", appeal=appeal, day=day.isoformat(), changes=changes))
    for part in parts:
        found = earlier.get(part.period) if part.source == "assessed" else None
        before = [n for n in found.notes if n.key == "corrected"] if found is not None else []
        notes += [note("corrected-earlier", period=part.title, **n.args) for n in before]
    return notes


def waiting_notes(result: Result) -> list[Note]:
    """What the result waits for: each thing once."""
    if all(_nothing_recorded(score.subject.dossier) for score in result.scores):
        return [note("no-dossier")]
    lacks = [lack for score in result.scores for node in score.tree.walk() for lack in _open_lacks(node.outcome)]
    items = [i for s in result.scores for g in s.adjustments for i in g.items if isinstance(i.points, Interval)]
    lacks += [lack for item in items for lack in item.lacks]
    notes = []
    for lack in waiting_for(tuple(lacks)):
        if lack.state in {FactState.EXCUSED, FactState.NOT_APPLICABLE}:
            notes.append(note("undeclared", what=lack.what, state=lack.state.value))
            continue
        key = "waiting" if lack.state is FactState.PENDING else "missing"
        if lack.reason:
            notes.append(note(f"{key}-because", what=lack.what, reason=lack.reason))
        else:
            notes.append(note(key, what=lack.what))
    return notes


def _nothing_recorded(dossier: Dossier) -> bool:
    """Whether there is neither a dossier nor anything that follows from other records."""
    return dossier.span is None and all(fact.detail is None for fact in dossier.facts.values())


def _open_lacks(outcome: LeafOutcome | None) -> list[Lack]:
    """What keeps a leaf open: not what a declared policy would have settled."""
    if outcome is None or outcome.state is not ScoreState.OPEN:
        return []
    policies = outcome.leaf.policies
    return [
        lack for lack in outcome.reading.lacks if lack.blocks or policy_state(lack.state, policies) is ScoreState.OPEN
    ]
