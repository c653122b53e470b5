"""Grade scales, gates and quotas of a period: nobody is graded by omission, every grade can be reached."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from cadre_eval.errors import Span, Text
from cadre_eval.errors.suggest import listed
from cadre_eval.numbers.decimals import number_text
from cadre_eval.numbers.interval import Interval
from cadre_eval.numbers.ranges import Range, gaps, overlaps
from cadre_eval.reading.settings import Place
from cadre_eval.ruleset.compile_conditions import compile_condition
from cadre_eval.ruleset.compiling import HUNDRED, Compiling, in_period, rule_of
from cadre_eval.ruleset.document import ByQuota, EffectDoc, GateDoc, QuotaDoc
from cadre_eval.ruleset.plan import Effect, Gate, GradeScale, Quota, Rounding

ONE = Fraction(1)
_LEVEL = re.compile(r"level ([1-9])")


def best_first(bands: Mapping[str, Range | ByQuota]) -> Mapping[str, Range | ByQuota]:
    """The grades by score, best first, however they are listed (a layer may add one). A grade given by quota keeps
    its place before the grade it is listed before.
    """
    groups: list[list[str]] = [[]]
    for label, band in bands.items():
        groups[-1].append(label)
        if isinstance(band, Range):
            groups.append([])

    def lowest(group: list[str]) -> tuple[bool, Fraction]:
        band = bands[group[-1]] if group else None
        low = band.low if isinstance(band, Range) else None
        return (low is not None, low or Fraction(0))

    return {label: bands[label] for group in sorted(groups, key=lowest, reverse=True) for label in group}


class GradeCompiler:
    """Compiles what follows the total in one period."""

    def __init__(
        self, compiling: Compiling, period: str, grades: Mapping[str, Mapping[str, Range | ByQuota]], at: Place
    ) -> None:
        self.compiling = compiling
        self.problems = compiling.problems
        self.period = period
        self.at = at
        self.scales = {name: self._scale(name, bands) for name, bands in grades.items()}
        doc = compiling.doc
        everywhere = [doc.grades, *(p.grades for p in doc.periods.values())]
        self.all_scales = [s for scales in everywhere if isinstance(scales, dict) for s in scales.values()]

    def _scale(self, category: str, bands: Mapping[str, Range | ByQuota]) -> GradeScale:
        known = ["any", *self.compiling.doc.categories]
        self.compiling.known(category, known, self.at.entry("grades", category), Text("人员类别", "category"))
        ordered = best_first(bands)
        return GradeScale(category, tuple(ordered), tuple(ordered.values()), self.at.entry("grades", category))

    def check_categories(self) -> None:
        """Every category of person has a scale."""
        lacking = [c for c in self.compiling.doc.categories if c not in self.scales]
        if self.scales and "any" not in self.scales and (lacking or not self.compiling.doc.categories):
            self.problems.add("CE424", self.at.key("grades"), categories=listed(lacking) or "any")

    def check_bands(
        self, reach: Interval, rounding: Rounding, gates: Sequence[Gate], quotas: Sequence[Quota], *, whole: bool
    ) -> None:
        """Every total has one grade, and every grade a total; the latter only if the ``whole`` tree compiled."""
        step = None
        if self.compiling.doc.compare == "rounded":
            step = Fraction(1, 10**rounding.places)
        for scale in self.scales.values():
            self._check_cover(scale, Range(reach.low, reach.high), step)
            if whole:
                self._check_reachable(scale, Range(reach.low, reach.high), step, gates, quotas)

    def _check_cover(self, scale: GradeScale, within: Range, step: Fraction | None) -> None:
        bands = [
            (label, band) for label, band in zip(scale.labels, scale.bands, strict=True) if isinstance(band, Range)
        ]
        ranges = [band for _, band in bands]
        for gap in gaps(ranges, within):
            witness = gap.witness(step)
            if witness is not None:
                self.problems.add("CE425", scale.span, score=number_text(witness), category=scale.category)
        for i, j, shared in overlaps(ranges):
            witness = shared.meet(within).witness(step)
            if witness is not None:
                spans = [self.at.entry("grades", scale.category, bands[k][0]) for k in (i, j)]
                label = Text("另一等次", "the other grade")
                self.problems.add(
                    "CE426",
                    spans[1],
                    score=number_text(witness),
                    a=bands[i][0],
                    b=bands[j][0],
                    also=[(label, spans[0])],
                )

    def _check_reachable(
        self, scale: GradeScale, within: Range, step: Fraction | None, gates: Sequence[Gate], quotas: Sequence[Quota]
    ) -> None:
        effects = [e for gate in gates for e in (gate.effect, *(effect for _, effect in gate.ladder))]
        imposed = {scale.level(grades) for effect in effects for grades in (effect.cap_grade, effect.force_grade)}
        for index, (label, band) in enumerate(zip(scale.labels, scale.bands, strict=True)):
            where = self.at.entry("grades", scale.category, label)
            if isinstance(band, ByQuota):
                limited = any(scale.level(quota.grade) == index for quota in quotas)
                if not limited or index + 1 == len(scale.labels) or isinstance(scale.bands[index + 1], ByQuota):
                    self.problems.add("CE427", where, label=label)
            elif index not in imposed and band.meet(within).witness(step) is None:
                low = "−∞" if within.low is None else number_text(within.low)
                high = "+∞" if within.high is None else number_text(within.high)
                self.problems.add("CE428", where, label=label, low=low, high=high)

    def levels(self, given: str | tuple[str, ...], span: Span) -> dict[str, int]:
        """The grade meant on each scale: one label of each, or ``level 2`` for the second from the best on all."""
        labels = (given,) if isinstance(given, str) else given
        position = _LEVEL.fullmatch(labels[0]) if len(labels) == 1 else None
        if position is not None:
            return self._at_position(int(position[1]), span)
        all_labels = sorted({label for scale in self.all_scales for label in scale})
        for label in labels:
            if self.scales:
                self.compiling.known(label, all_labels, span, Text("等次", "grade"))
        levels = {}
        for scale in self.scales.values():
            found = [index for index, label in enumerate(scale.labels) if label in labels]
            if len(found) == 1:
                levels[scale.category] = found[0]
            elif set(labels) <= set(all_labels):
                self.problems.add("CE429", span, category=scale.category, allowed=listed(scale.labels))
        return levels

    def _at_position(self, position: int, span: Span) -> dict[str, int]:
        for scale in self.scales.values():
            if not 1 <= position <= len(scale.labels):
                self.problems.add("CE429", span, category=scale.category, allowed=listed(scale.labels))
        return dict.fromkeys(self.scales, position - 1)

    def gates(self) -> tuple[Gate, ...]:
        docs = self.compiling.doc.gates
        compiled = [self._gate(doc) for doc in docs]
        kept = zip(docs, compiled, strict=True)
        return tuple(gate for doc, gate in kept if gate is not None and in_period(doc.periods, self.period))

    def _gate(self, doc: GateDoc) -> Gate | None:
        self.compiling.periods(doc.periods, doc.at.key("periods"))
        simple = doc.when is not None and doc.effect is not None and doc.count is None and doc.ladder is None
        counted = doc.count is not None and bool(doc.ladder) and doc.when is None and doc.effect is None
        if not simple and not counted:
            needed = Text("when 和 effect，或者 count 和 ladder", "when and effect, or count and ladder")
            self.problems.add("CE406", doc.at.span, needed=needed)
            return None
        if not in_period(doc.periods, self.period):
            return None
        condition = compile_condition(doc.when, self.compiling) if doc.when else None
        if doc.ladder and min(doc.ladder) < 1:
            limit = Text("不小于 1", "1 or more")
            self.problems.add("CE213", doc.at.key("ladder"), text=str(min(doc.ladder)), limit=limit)
        if doc.count is not None:
            self.compiling.fact(doc.count, doc.at.value("count"), "count")
        effect = self._effect(doc.effect) if doc.effect else Effect()
        ladder = tuple((n, self._effect(e)) for n, e in sorted((doc.ladder or {}).items()))
        if simple and condition is None:
            return None
        ignore = doc.missing == "ignore"
        return Gate(
            doc.id, doc.title or doc.id, condition, effect, doc.count, ladder, {str(unit): note for unit, note in doc.also.items()}, ignore, rule_of(doc)
        )  # fmt: skip

    def _effect(self, doc: EffectDoc) -> Effect:
        cap = self.levels(doc.cap_grade, doc.at.value("cap_grade")) if doc.cap_grade else {}
        force = self.levels(doc.force_grade, doc.at.value("force_grade")) if doc.force_grade else {}
        if not doc.cap_grade and not doc.force_grade and doc.refer is None and doc.note is None:
            needed = Text(
                "cap_grade、force_grade、refer、note 至少一项", "at least one of cap_grade, force_grade, refer, note"
            )
            self.problems.add("CE406", doc.at.span, needed=needed)
        return Effect(cap, force, doc.refer, doc.note)

    def quotas(self) -> tuple[Quota, ...]:
        here = [doc for doc in self.compiling.doc.quotas if in_period(doc.periods, self.period)]
        return tuple(self._quota(doc) for doc in here) if self.scales else ()

    def _quota(self, doc: QuotaDoc) -> Quota:
        self.compiling.periods(doc.periods, doc.at.key("periods"))
        if doc.share > ONE:
            meant = f"{number_text(doc.share)}%" if doc.share <= HUNDRED else None
            self.problems.add("CE430", doc.at.value("share"), fix=meant, share=number_text(doc.share, percent=True))
        excluded = compile_condition(doc.excluded, self.compiling) if doc.excluded else None
        grade = self.levels(doc.grade, doc.at.value("grade"))
        for scale in self.scales.values():
            if scale.level(grade) == len(scale.labels) - 1:
                self.problems.add("CE435", doc.at.value("grade"))
        return Quota(
            doc.id, doc.title or doc.id, grade, doc.share, doc.round, doc.base, doc.pool_by, doc.minimum_score,
            doc.at_least, excluded, rule_of(doc),
        )  # fmt: skip
