"""A compiled ruleset: everything scoring needs, checked, with the place of every rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from cadre_eval.errors import Span
from cadre_eval.model.dates import Duration, YearDay
from cadre_eval.model.periods import PeriodKind
from cadre_eval.numbers.interval import Interval
from cadre_eval.numbers.ranges import Range
from cadre_eval.ruleset.accountability import AccountabilityRule, Target
from cadre_eval.ruleset.document import ByQuota, FactDoc, Policy
from cadre_eval.ruleset.kind import CriterionKind, Input
from cadre_eval.ruleset.supervision import SupervisionDoc


@frozen
class Rule:
    """Where a rule stands (file:line of its layer) and the clause it rests on."""

    span: Span
    basis: str | None = None

    @property
    def shown(self) -> str:
        """File and line, and the clause."""
        return f"{self.span.short} {self.basis.strip()}" if self.basis else self.span.short


@frozen
class PluginVersion:
    """A plugin as it was used: name, version, and the SHA-256 of its files."""

    name: str
    version: str
    digest: str


@frozen
class Rounding:
    places: int
    mode: str


@frozen
class Policies:
    """What to do with a fact that is not present; None (undeclared) blocks."""

    missing: Policy | None = None
    not_applicable: Policy | None = None
    excused: Policy | None = None

    @property
    def means(self) -> bool:
        """Whether the mean of the pool may stand in."""
        return "pool-mean" in {self.missing, self.not_applicable, self.excused}


@frozen(eq=False)
class Leaf:
    """A scored criterion; its score lies on 0..``points``, held between ``floor`` and ``ceiling``."""

    id: str
    title: str
    points: Fraction
    kind: CriterionKind
    params: Any
    inputs: tuple[Input, ...]
    floor: Fraction | None
    ceiling: Fraction | None
    rounding: Rounding | None
    policies: Policies
    rule: Rule
    dimension: str | None = None

    @cached_property
    def known(self) -> dict[tuple[tuple[int, int], ...], Fraction]:
        """Scores that were worked out already, by the numerators and denominators of the criterion's numbers."""
        return {}

    @cached_property
    def pooled(self) -> bool:
        return any(source.pooled for source in self.inputs)


@frozen(eq=False)
class Part:
    """A child of a group, with its weight: the one declared, or (in a sum) its points."""

    node: Node
    weight: Fraction


@frozen(eq=False)
class Group:
    """A criterion made of parts: summed points, or a weighted mean on ``points``."""

    id: str
    title: str
    points: Fraction
    weighted: bool
    parts: tuple[Part, ...]
    floor: Fraction | None
    ceiling: Fraction | None
    rounding: Rounding | None
    rule: Rule
    dimension: str | None = None

    @cached_property
    def factors(self) -> Mapping[Part, Fraction | None] | None:
        """Those of its parts while all of them count."""
        return factors_of(self.points, self.parts)

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """The group and all below."""
        return {node.id: node for node in nodes(self)}


def factors_of(points: Fraction, counted: Sequence[Part]) -> Mapping[Part, Fraction | None] | None:
    """What the score of each part that counts is multiplied by in a group of so many points (None: by 1); None if they
    weigh nothing.
    """
    weights = sum((part.weight for part in counted), Fraction(0))
    if not weights:
        return None
    factors = {part: points * part.weight / weights / part.node.points for part in counted}
    return {part: None if factor == 1 else factor for part, factor in factors.items()}


Node: TypeAlias = Leaf | Group


def leaves(node: Node) -> Iterator[Leaf]:
    """The leaves below, in order."""
    if isinstance(node, Leaf):
        yield node
    else:
        for part in node.parts:
            yield from leaves(part.node)


def nodes(node: Node) -> Iterator[Node]:
    """The node and all below, parents first."""
    yield node
    if isinstance(node, Group):
        for part in node.parts:
            yield from nodes(part.node)


@frozen(eq=False)
class AdjustmentItem:
    id: str
    title: str
    fact: str
    each: Fraction
    cap: Fraction | None
    policies: Policies
    rule: Rule


@frozen(eq=False)
class AdjustmentGroup:
    id: str
    title: str
    direction: Literal["bonus", "deduction"]
    counting: Literal["cumulative", "highest"]
    cap: Fraction | None
    items: tuple[AdjustmentItem, ...]
    rule: Rule


@frozen(eq=False)
class Adjustments:
    floor: Fraction | None = None
    ceiling: Fraction | None = None
    groups: tuple[AdjustmentGroup, ...] = ()
    bonus_cap: Fraction | None = None
    deduction_cap: Fraction | None = None


Comparison: TypeAlias = Literal["below", "at_most", "above", "at_least", "equals"]


@frozen(eq=False)
class FactCompare:
    fact: str
    sign: Comparison
    number: Fraction
    span: Span


@frozen(eq=False)
class FactWord:
    """A choice or flag equals the word, or (``includes``) a set of choices has it."""

    fact: str
    word: str | bool
    includes: bool
    span: Span


@frozen(eq=False)
class ScoreCompare:
    """The score of a criterion, or the total (``total``)."""

    criterion: str
    sign: Comparison
    number: Fraction
    span: Span


@frozen(eq=False)
class ShareCompare:
    """The share of some options among the ballots that count in a survey."""

    criterion: str
    options: frozenset[str]
    sign: Comparison
    number: Fraction
    span: Span


@frozen(eq=False)
class Combined:
    how: Literal["any", "all", "not"]
    parts: tuple[Condition, ...]
    span: Span


Condition: TypeAlias = FactCompare | FactWord | ScoreCompare | ShareCompare | Combined


@frozen(eq=False)
class Effect:
    """What a gate does. Grades are given for each scale, by its category, as an index from the best."""

    cap_grade: Mapping[str, int] = field(factory=dict)
    force_grade: Mapping[str, int] = field(factory=dict)
    refer: str | None = None
    note: str | None = None


@frozen(eq=False)
class Gate:
    """A condition and its effect, or a ladder of effects by the count of a fact."""

    id: str
    title: str
    condition: Condition | None
    effect: Effect
    count: str | None
    ladder: tuple[tuple[int, Effect], ...]
    also: Mapping[str, str]
    ignore_missing: bool
    rule: Rule


@frozen(eq=False)
class GradeScale:
    """Labels, best first; a band of ``ByQuota`` is reached only through a quota."""

    category: str
    labels: tuple[str, ...]
    bands: tuple[Range | ByQuota, ...]
    span: Span

    def index_of(self, total: Fraction) -> int:
        """The index of the label whose band holds ``total``; the bands cover every reachable total."""
        return next(i for i, b in enumerate(self.bands) if isinstance(b, Range) and total in b)

    def level(self, grades: Mapping[str, int]) -> int | None:
        """The index on this scale, of grades given by scale."""
        return grades.get(self.category)


@frozen(eq=False)
class Quota:
    id: str
    title: str
    grade: Mapping[str, int]
    share: Fraction
    rounding: Literal["floor", "half-up", "ceil"]
    base: Literal["assessed", "posted"]
    pool_by: tuple[str, ...]
    minimum_score: Fraction | None
    at_least: int
    excluded: Condition | None
    rule: Rule

    def places(self, base: int) -> int:
        """How many of ``base`` people may have the grade; never more than there are people."""
        exact = self.share * base
        whole = exact.numerator // exact.denominator
        rest = exact - whole
        up = {"floor": False, "half-up": rest >= Fraction(1, 2), "ceil": rest > 0}[self.rounding]
        return min(base, max(self.at_least, whole + up))


@frozen(eq=False)
class Accountability:
    """One use of a rule of accountability."""

    id: str
    title: str
    of: AccountabilityRule
    params: Any
    target: Target
    rule: Rule


@frozen(eq=False)
class Exclusion:
    id: str
    title: str
    condition: Condition
    label: str
    ignore_missing: bool
    rule: Rule


@frozen(eq=False)
class Eligibility:
    minimum_service: Duration | None
    service: Literal["within-period", "since-start"] | None
    otherwise: str | None
    relation_required: bool
    transfer_within: Duration | None
    several_postings: Literal["longest", "by-days", "block"]
    exclusions: tuple[Exclusion, ...]
    rule: Rule


@frozen(eq=False)
class PeriodPlan:
    """The rules of one period: its tree, what it combines with, its gates, grades and quotas."""

    key: str
    title: str
    kind: PeriodKind
    first: YearDay
    last: YearDay
    years: int
    combine: Mapping[str, Fraction]
    carry: Literal["rounded", "exact"] | None
    absent: Literal["block", "renormalise", "zero"] | None
    root: Group
    adjustments: Adjustments
    gates: tuple[Gate, ...]
    grades: Mapping[str, GradeScale]
    quotas: tuple[Quota, ...]
    eligibility: Eligibility
    rule: Rule
    reach: Interval
    """The lowest and highest rounded total the rules allow."""
    accountability: tuple[Accountability, ...] = ()

    def scale(self, category: str) -> GradeScale | None:
        return self.grades.get(category) or self.grades.get("any")


@frozen(eq=False)
class CompiledRuleset:
    """A ruleset ready to assess with. ``digest`` is the SHA-256 of its merged content."""

    id: str
    title: str
    digest: str
    effective_from: date | None
    effective_until: date | None
    plugins: tuple[PluginVersion, ...]
    rounding: Rounding
    compare: Literal["rounded", "exact"]
    facts: Mapping[str, FactDoc]
    categories: Mapping[str, str]
    titles: Mapping[str, str]
    pools: tuple[str, ...]
    ties: tuple[str, ...]
    periods: Mapping[str, PeriodPlan]
    rule: Rule
    layers: tuple[str, ...] = field(default=())
    supervision: SupervisionDoc = field(factory=SupervisionDoc)

    def name_of(self, code: str) -> str:
        """The title of a voter class, reviewer class or question; the code if it has none."""
        return self.titles.get(code, code)

    def fact_title(self, fact: str) -> str:
        doc = self.facts.get(fact)
        return fact if doc is None or doc.title is None else doc.title
