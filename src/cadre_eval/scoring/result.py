"""The outcome of an assessment: one result for each cadre, with everything that led to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from cadre_eval.errors import Lang, PluginFailure, Text, UsageError
from cadre_eval.errors.suggest import closest
from cadre_eval.errors.text import Arg
from cadre_eval.model.people import Cadre
from cadre_eval.model.periods import Period
from cadre_eval.model.postings import Posting
from cadre_eval.numbers.interval import Interval, Number, interval
from cadre_eval.ruleset.plan import (
    AdjustmentGroup,
    AdjustmentItem,
    CompiledRuleset,
    Effect,
    Gate,
    GradeScale,
    PeriodPlan,
)
from cadre_eval.scoring.conditions import Finding
from cadre_eval.scoring.notes import note_text
from cadre_eval.scoring.proposals import Measure, Proposal
from cadre_eval.scoring.subject import Lack, Subject, Used
from cadre_eval.scoring.tree import NodeScore

State: TypeAlias = Literal["final", "pending", "not-assessed"]


@frozen
class Note:
    """One remark: a key of ``notes`` and its arguments."""

    key: str
    args: Mapping[str, Arg] = field(factory=dict, hash=False)

    def text(self, lang: Lang) -> str:
        return note_text(self.key, dict(self.args), lang)


def note(key: str, **args: Arg) -> Note:
    return Note(key, args)


@frozen(eq=False)
class ItemScore:
    """An adjustment item: what it counted and the points it gave before the group's cap."""

    item: AdjustmentItem
    points: Number
    used: tuple[Used, ...] = ()
    lacks: tuple[Lack, ...] = ()


@frozen(eq=False)
class GroupAdjustment:
    """An adjustment group: signed points, after its cap."""

    group: AdjustmentGroup
    points: Number
    items: tuple[ItemScore, ...]


@frozen(eq=False)
class PostingScore:
    """The scores of one posting in the period, before earlier periods are combined in."""

    subject: Subject
    days: int
    tree: NodeScore
    adjustments: tuple[GroupAdjustment, ...]
    own: Number | None


@frozen(eq=False)
class EarlierPart:
    """An earlier period's total as it enters this one."""

    period: str
    title: str
    weight: Fraction
    total: Number | None
    source: Literal["assessed", "recorded", "absent", "own"]


@frozen(eq=False)
class GateOutcome:
    """A gate that was triggered (or may be): the effect and what it looked at."""

    gate: Gate
    effect: Effect
    finding: Finding
    subjects: tuple[Subject, ...] = ()
    """The postings in which it was triggered, or may be: their units are told."""
    surely: tuple[Subject, ...] = ()
    """Those of them that triggered it, whatever is still open."""

    @property
    def certain(self) -> bool:
        return False not in self.finding.truth


@frozen(eq=False)
class Result:
    """What one cadre got in the period, and why.

    Attributes:
        total: the rounded total; an Interval while something is open; None if not assessed.
        exact: the same before the last rounding.
        grade: the grade, if only one is possible.
        grades_possible: all grades still possible, best first.
        rank: rank in the pool, if certain.
    """

    cadre: Cadre
    posting: Posting = field(repr=lambda posting: posting.id)
    pool: tuple[str, ...]
    state: State
    scale: GradeScale | None = field(repr=False)
    _scores: tuple[PostingScore, ...] | Callable[[], tuple[PostingScore, ...]] = field(default=(), repr=False)
    subjects: tuple[Subject, ...] = field(default=(), repr=False)
    """Every posting of the period, those that are not scored too."""
    earlier: tuple[EarlierPart, ...] = field(default=(), repr=False)
    total: Number | None = None
    exact: Number | None = None
    gates: tuple[GateOutcome, ...] = field(default=(), repr=False)
    grades: frozenset[int] = frozenset()
    best_allowed: int = 0
    surely_allowed: int = 0
    """The best grade a quota may give: as things may turn out, and whatever they turn out to be."""
    rank: int | None = None
    may_leave: bool = field(default=False, repr=False)
    """True while an exclusion is open: the cadre may yet not be assessed at all."""
    notes: tuple[Note, ...] = field(default=(), repr=False)
    proposals: tuple[Proposal, ...] = field(default=(), repr=False)
    failures: tuple[PluginFailure, ...] = field(default=(), repr=False)
    """What plugins failed to do for this cadre; the result is pending for it."""
    known: Mapping[str, Number | None] = field(factory=dict, repr=False)
    """Scores of criteria that are known before ``scores`` are worked out."""

    @property
    def scores(self) -> tuple[PostingScore, ...]:
        """What the total is made of; where only the total was asked for, it is worked out once somebody looks."""
        return self._scores() if callable(self._scores) else self._scores

    @property
    def main(self) -> PostingScore | None:
        """The scores of the posting the cadre is ranked with."""
        return self.scores[0] if self.scores else None

    @property
    def grades_possible(self) -> tuple[str, ...]:
        return () if self.scale is None else tuple(self.scale.labels[i] for i in sorted(self.grades))

    @property
    def grade(self) -> str | None:
        possible = self.grades_possible
        return possible[0] if len(possible) == 1 and self.state == "final" else None

    @property
    def total_text(self) -> str:
        """The total with its declared decimals; both ends while it is open; "—" if there is none."""
        return "—" if self.total is None else str(self.total)

    @property
    def interval(self) -> Interval | None:
        """The bounds of the total while the result is pending: equal where only a gate is open."""
        return interval(self.total) if self.state == "pending" and self.total is not None else None

    def explain(self, lang: Lang = "zh", criterion: str | None = None) -> str:
        """The account of the result, or of one criterion, as indented text.

        Raises:
            KeyError: there is no such criterion.
        """
        from cadre_eval.scoring.explain import explanation  # a room of the same floor that knows results

        return explanation(self, lang, criterion)

    def score_of(self, criterion: str) -> Number | None:
        """The score of a criterion in the main posting; ``total`` is the rounded total."""
        if criterion == "total":
            return self.total
        if criterion in self.known:
            return self.known[criterion]
        found = self.main.tree.find(criterion) if self.main else None
        return None if found is None else found.score


@frozen(eq=False)
class PeriodResult:
    """All results of a period, sorted by pool, rank and cadre id."""

    rules: CompiledRuleset = field(repr=lambda rules: rules.id)
    plan: PeriodPlan = field(repr=lambda plan: plan.key)
    period: Period
    as_of: date
    results: tuple[Result, ...] = field(repr=lambda results: f"<{len(results)} results>")
    measures: tuple[Measure, ...] = field(default=(), repr=lambda measures: f"<{len(measures)} measures>")

    def measures_for(self, cadre_id: str) -> list[Measure]:
        """The measures proposed for a cadre."""
        return [m for m in self.measures if (m.target, m.id) == ("cadre", cadre_id)]

    @property
    def failures(self) -> tuple[PluginFailure, ...]:
        """Everything plugins failed to do, each once."""
        found = {str(failure): failure for result in self.results for failure in result.failures}
        return tuple(found[name] for name in sorted(found))

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __contains__(self, cadre_id: object) -> bool:
        return any(result.cadre.id == cadre_id or result is cadre_id for result in self.results)

    def __getitem__(self, cadre_id: str) -> Result:
        """Raises UsageError if the cadre has no posting in the period."""
        for result in self.results:
            if result.cadre.id == cadre_id:
                return result
        names = {r.cadre.name: r.cadre.id for r in self.results}
        near = closest(str(cadre_id), [*names.values(), *names])
        fix = names.get(near, near) if near is not None else None
        raise UsageError(
            Text(
                f"{self.period.id} 没有驻村干部 {cadre_id} 的结果" + (f"；是不是 {near}（{fix}）？" if fix else ""),
                f"no result for cadre {cadre_id} in {self.period.id}"
                + (f"; did you mean {near} ({fix})?" if fix else ""),
            )
        )

    def named(self, name: str) -> Result:
        """The result of the cadre with this id, or with this name.

        Raises:
            UsageError: there is none, or several have the name.
        """
        found = [result for result in self.results if result.cadre.name == name]
        if len(found) > 1:
            ids = "、".join(result.cadre.id for result in found)
            raise UsageError(
                Text(
                    f"有 {len(found)} 人叫{name}，请用代码：{ids}",
                    f"{len(found)} cadres are called {name}; use the id: {ids}",
                )
            )
        return found[0] if found else self[name]
