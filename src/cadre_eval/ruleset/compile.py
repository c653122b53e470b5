"""Layers in, compiled ruleset out, or every problem at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from attrs import evolve, fields, frozen

from cadre_eval.errors import Problems, Source, Span, Text
from cadre_eval.model.dates import Duration
from cadre_eval.model.periods import PERIOD_KINDS, PeriodKind
from cadre_eval.numbers.interval import INTERVAL, Interval, hull, interval
from cadre_eval.reading.nodes import MapNode, Scalar, SeqNode, depth_of, plain_value
from cadre_eval.reading.scalars import NoLimit
from cadre_eval.reading.settings import is_setting, key_of
from cadre_eval.ruleset.accountability import AccountabilityRule
from cadre_eval.ruleset.compile_accountability import compile_accountability
from cadre_eval.ruleset.compile_conditions import compile_condition
from cadre_eval.ruleset.compile_grades import GradeCompiler
from cadre_eval.ruleset.compile_supervision import check_supervision
from cadre_eval.ruleset.compile_tree import DEFAULT_ROUNDING, ZERO, TreeCompiler, index_criteria
from cadre_eval.ruleset.compiling import Compiling, bound, in_period, policies_of, rule_of
from cadre_eval.ruleset.document import EligibilityDoc, FactDoc, PeriodDoc, RulesetDoc
from cadre_eval.ruleset.formulas import adjusted_reach, reach
from cadre_eval.ruleset.kind import CriterionKind
from cadre_eval.ruleset.layers import Finder, Layer, load_layers
from cadre_eval.ruleset.locks import check_locks
from cadre_eval.ruleset.merge import MAX_PATH, merge_layers
from cadre_eval.ruleset.plan import (
    AdjustmentGroup,
    AdjustmentItem,
    Adjustments,
    CompiledRuleset,
    Eligibility,
    Exclusion,
    PeriodPlan,
    PluginVersion,
    Rule,
)
from cadre_eval.ruleset.reader import read_ruleset
from cadre_eval.ruleset.supervision import SupervisionDoc

MOST_YEARS = 10


@frozen(eq=False)
class Effective:
    """The layers of a ruleset and their merged tree."""

    layers: Sequence[Layer]
    root: MapNode

    @property
    def plugins(self) -> list[tuple[str, Span]]:
        """The plugins the layers name, as written, with the places."""
        names = self.root.values.get("plugins")
        items = names.items if isinstance(names, SeqNode) else []
        return [(item.text, item.span) for item in items if isinstance(item, Scalar)]

    def digest(self, plugins: Sequence[PluginVersion] = ()) -> str:
        """SHA-256 of the merged content and of the plugins used; comments, layout and the split into files do not
        change it.
        """
        content = plain_value(self.root)
        used = sorted((plugin.name, plugin.version, plugin.digest) for plugin in plugins)
        text = json.dumps([content, used] if used else content, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def effective_ruleset(source: Source, find: Finder, problems: Problems) -> Effective | None:
    """The merged ruleset, locks checked; None if there is nothing to merge."""
    before = len(problems)
    layers = load_layers(source, find, problems)
    if len(problems) > before or not layers:
        return None
    merged = merge_layers(layers, problems)
    if depth_of(merged.root) > MAX_PATH:
        problems.add("CE108", layers[-1].node.span, limit=str(MAX_PATH))
        return None
    check_locks(layers, merged, problems)
    return Effective(layers, _in_order(merged.root))


def _in_order(root: MapNode) -> MapNode:
    """The merged tree with its top keys in the order of the reference, so that layering does not reorder them."""
    known = [key_of(attribute) for attribute in fields(RulesetDoc) if is_setting(attribute)]
    ordered = MapNode(root.source, root.line, root.column)
    for name in sorted(root.keys, key=lambda n: known.index(n) if n in known else len(known)):
        if name != "extends":
            ordered.put(root.keys[name], root.values[name])
    return ordered


def compile_ruleset(
    effective: Effective,
    kinds: Mapping[str, CriterionKind],
    problems: Problems,
    plugins: Sequence[PluginVersion] = (),
    rules: Mapping[str, AccountabilityRule] | None = None,
) -> CompiledRuleset | None:
    """The merged ruleset ready to assess with; None with every problem added to ``problems``.

    ``plugins`` are those used; their kinds are among ``kinds``, their rules of accountability are ``rules``.
    """
    before = len(problems)
    digest = effective.digest(plugins)
    doc = read_ruleset(effective.root, kinds, problems, rules)
    if doc is None:
        return None
    layers = [layer.source.name for layer in effective.layers]
    compiled = _Compiler(doc, kinds, problems, rules or {}).ruleset(digest, plugins, layers)
    return None if len(problems) > before else compiled


class _Compiler:
    def __init__(
        self,
        doc: RulesetDoc,
        kinds: Mapping[str, CriterionKind],
        problems: Problems,
        rules: Mapping[str, AccountabilityRule],
    ) -> None:
        self.doc, self.rules = doc, rules
        self.problems = problems
        compiling = Compiling(doc, kinds, problems)
        self.compiling = evolve(compiling, criteria=index_criteria(doc.criteria, compiling))
        self.reaches: dict[str, Interval] = {}

    def ruleset(self, digest: str, plugins: Sequence[PluginVersion], layers: Sequence[str]) -> CompiledRuleset:
        doc = self.doc
        self._check_facts()
        check_supervision(self.compiling)
        if not doc.periods:
            self.problems.add("CE202", doc.at.key("periods"), expected=Text("至少一个考核期", "at least one period"))
        self._check_ties()
        if doc.effective_from and doc.effective_until and doc.effective_from > doc.effective_until:
            self.problems.add("CE431", doc.at.value("effective_until"))
        order = sorted(doc.periods, key=lambda key: (doc.periods[key].to.month, doc.periods[key].to.day, key))
        periods = {key: plan for key in order if (plan := self._period(key, doc.periods[key])) is not None}
        titles = {name: d.title for name, d in self.compiling.criteria.items() if d.title} | {**doc.titles}
        records = {getattr(d.params, "record", None): d.title for d in self.compiling.criteria.values() if d.title}
        titles = {name: title for name, title in records.items() if name is not None} | titles
        facts: Mapping[str, FactDoc] = doc.facts
        return CompiledRuleset(
            doc.ruleset, doc.title or doc.ruleset, digest, doc.effective_from, doc.effective_until, tuple(plugins),
            self.compiling.rounding(doc.rounding) or DEFAULT_ROUNDING, doc.compare, facts, {**doc.categories}, titles,
            doc.pools.by if doc.pools else (), doc.ties, periods, rule_of(doc), tuple(layers),
            doc.supervision or SupervisionDoc(),
        )  # fmt: skip

    def _check_facts(self) -> None:
        for name, fact in self.doc.facts.items():
            if fact.type in {"choice", "choices"} and not fact.options:
                self.problems.add("CE407", self.doc.at.entry("facts", name), key="options", allowed="[…]")
            if fact.at_least is not None and fact.at_most is not None and fact.at_least > fact.at_most:
                self.problems.add("CE431", fact.at.value("at_most"))

    def _check_ties(self) -> None:
        allowed = ["open", "exact", *self.compiling.criteria]
        where = self.doc.at.key("ties")
        for name in self.doc.ties:
            self.compiling.known(name, allowed, where, Text("并列处理依据", "tie-break"))
        if "open" in self.doc.ties[:-1] or not self.doc.ties or self.doc.ties[-1] != "open":
            self.problems.add("CE432", where)

    def _period(self, key: str, doc: PeriodDoc) -> PeriodPlan | None:
        kind = self._kind(key, doc)
        self._check_combine(key, doc)
        before = len(self.problems)
        root = TreeCompiler(self.compiling, key).root()
        whole = len(self.problems) == before
        adjustments = self._adjustments(key)
        own_grades = doc.grades is not None
        given = doc.grades if own_grades else self.doc.grades
        scales = {} if given is None or isinstance(given, NoLimit) else {**given}
        if isinstance(given, dict) and not given:
            where = doc.at.key("grades") if own_grades else self.doc.at.key("grades")
            self.problems.add("CE202", where, expected=Text("等次，或 none", "grades, or none"))
        grader = GradeCompiler(self.compiling, key, scales, doc.at if own_grades else self.doc.at)
        gates, quotas = grader.gates(), grader.quotas()
        grader.check_categories()
        eligibility = self._eligibility(key)
        accountability = compile_accountability(self.compiling, self.rules, key)
        if root is None or kind is None:
            return None
        own = adjusted_reach(reach(root, self.doc.facts), adjustments)
        total = self._combined_reach(key, doc, own)
        rounding = root.rounding or DEFAULT_ROUNDING
        self.reaches[key] = hull([total, INTERVAL.rounded(total, rounding.places, rounding.mode)])
        grader.check_bands(self.reaches[key], rounding, gates, quotas, whole=whole)
        return PeriodPlan(
            key, doc.title or key, kind, doc.from_, doc.to, doc.years, doc.combine or {}, doc.carry, doc.absent,
            root, adjustments, gates, grader.scales, quotas, eligibility, rule_of(doc), self.reaches[key], accountability,
        )  # fmt: skip

    def _kind(self, key: str, doc: PeriodDoc) -> PeriodKind | None:
        if (doc.from_.month, doc.from_.day) > (doc.to.month, doc.to.day) and doc.years < 2:
            self.problems.add("CE431", doc.at.value("to"))
        if not 1 <= doc.years <= MOST_YEARS:
            limit = Text(f"在 1 到 {MOST_YEARS} 之间", f"1 to {MOST_YEARS}")
            self.problems.add("CE213", doc.at.value("years"), text=str(doc.years), limit=limit)
        kind = doc.kind or next((k for k in PERIOD_KINDS if k == key), None)
        if kind is None:
            where = self.doc.at.entry("periods", key)
            self.problems.add("CE407", where, key="kind", allowed=", ".join(PERIOD_KINDS))
        return kind

    def _check_combine(self, key: str, doc: PeriodDoc) -> None:
        if doc.combine is None:
            return
        where = doc.at.key("combine")
        for name, choices in (("carry", "rounded, exact"), ("absent", "block, renormalise, zero")):
            if getattr(doc, name) is None:
                self.problems.add("CE407", where, key=name, allowed=choices)
        self.compiling.weights(list(doc.combine.values()), "percent", where)
        if key not in doc.combine:
            self.problems.add("CE433", where, period=key)
        for name in doc.combine:
            span = doc.at.entry("combine", name)
            if self.compiling.known(name, self.doc.periods, span, Text("考核期", "period")) and name != key:
                other = self.doc.periods[name]
                if (other.to.month, other.to.day) >= (doc.to.month, doc.to.day) or other.combine:
                    self.problems.add("CE434", span, period=name)

    def _combined_reach(self, key: str, doc: PeriodDoc, own: Interval) -> Interval:
        if not doc.combine:
            return own
        total = sum(doc.combine.values(), ZERO)
        result, alone = interval(ZERO), [own]
        for name, weight in doc.combine.items():
            part = own if name == key else self.reaches.get(name, own)
            if doc.absent == "zero" and name != key:
                part = hull([part, ZERO])
            alone.append(part)
            result = result + part * (weight / total)
        return hull([result, *alone]) if doc.absent == "renormalise" else result

    def _adjustments(self, key: str) -> Adjustments:
        doc = self.doc.adjustments
        if doc is None:
            return Adjustments()
        groups = []
        for group in doc.groups:
            self.compiling.periods(group.periods, group.at.key("periods"))
            items = []
            for item in group.items:
                self.compiling.fact(item.fact, item.at.value("fact"), "count", "number", "flag")
                items.append(AdjustmentItem(
                    item.id, item.title or item.id, item.fact, item.each, bound(item.cap),
                    policies_of(item.policies, None), rule_of(item),
                ))  # fmt: skip
            if in_period(group.periods, key):
                groups.append(AdjustmentGroup(
                    group.id, group.title or group.id, group.direction, group.counting, bound(group.cap),
                    tuple(items), rule_of(group),
                ))  # fmt: skip
        cap = doc.cap
        return Adjustments(
            bound(doc.floor), bound(doc.ceiling), tuple(groups),
            bound(cap.bonus) if cap else None, bound(cap.deduction) if cap else None,
        )  # fmt: skip

    def _eligibility(self, key: str) -> Eligibility:
        doc = self.doc.eligibility
        if doc is None:
            return Eligibility(None, None, None, True, None, "block", (), rule_of(self.doc))
        minimum = self._minimum_service(doc, key)
        exclusions = []
        for exclusion in doc.exclusions:
            condition = compile_condition(exclusion.when, self.compiling)
            if condition is not None:
                rule = Rule(exclusion.at.span, exclusion.basis)
                ignore = exclusion.missing == "ignore"
                exclusions.append(Exclusion(exclusion.id, exclusion.title, condition, exclusion.label, ignore, rule))
        return Eligibility(
            minimum, doc.service, doc.otherwise, doc.assessment_relation == "required", doc.transfer_within,
            doc.several_postings, tuple(exclusions), rule_of(doc),
        )  # fmt: skip

    def _minimum_service(self, doc: EligibilityDoc, key: str) -> Duration | None:
        given = doc.minimum_service
        if given is None:
            return None
        for name, choices in (("service", "within-period, since-start"), ("otherwise", "…")):
            if getattr(doc, name) is None:
                self.problems.add("CE407", doc.at.key("minimum_service"), key=name, allowed=choices)
        if isinstance(given, Duration):
            return given
        for name in given:
            self.compiling.periods((name,), doc.at.entry("minimum_service", name))
        return given.get(key)
