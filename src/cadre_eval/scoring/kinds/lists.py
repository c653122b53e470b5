"""Kinds that count or look for things: per-occurrence, all-or-nothing, checklist, options, graded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal

from attrs import evolve, frozen

from cadre_eval.errors import Text
from cadre_eval.numbers.decimals import number_text
from cadre_eval.numbers.ops import Num, Ops, total
from cadre_eval.reading.scalars import Id, Number, Word
from cadre_eval.reading.settings import Place, place, setting
from cadre_eval.ruleset.kind import CheckContext, CriterionKind, Input, Naming
from cadre_eval.scoring.inputs import ZERO, NumberOf, WordOf, WordsOf, shown_number

_NUMERIC = ("count", "number", "rate")


@frozen
class PerOccurrenceParams:
    """So many points for each occurrence: from all points down, or from 0 up."""

    at: Place = place()
    fact: Id | None = setting("次数", "the count", default=None)
    each: Number | dict[Id, Number] = setting(
        "每次几分；可按几个事实分别写", "points for each; may be a mapping of facts"
    )


def _each(p: PerOccurrenceParams) -> Mapping[str, Fraction]:
    return p.each if isinstance(p.each, dict) else {p.fact or "": p.each}


def _per_occurrence(ops: Ops, p: PerOccurrenceParams, x: Mapping[str, Num], points: Fraction) -> Num:
    each = _each(p)
    start = points if all(number < 0 for number in each.values()) else ZERO
    return start + total([number * x[fact] for fact, number in each.items()])


def _per_occurrence_account(p: PerOccurrenceParams, x: Mapping[str, Num], points: Fraction, name: Naming) -> Text:
    each = _each(p)
    terms = [f"({number_text(n)}) × {shown_number(x[fact])}" for fact, n in each.items()]
    if all(number < 0 for number in each.values()):
        terms.insert(0, number_text(points))
    formula = " + ".join(terms)
    return Text(formula, formula)


def _prepare_per_occurrence(p: PerOccurrenceParams, ctx: CheckContext) -> PerOccurrenceParams:
    if isinstance(p.each, dict) == (p.fact is not None):
        ctx.problems.add(
            "CE406",
            p.at.span,
            needed=Text("fact 和 each，或者 each: {事实: 分}", "fact and each, or each: {fact: points}"),
        )
        return p
    ctx.filled(p, "each")
    for fact in _each(p):
        span = p.at.entry("each", fact) if isinstance(p.each, dict) else p.at.value("fact")
        ctx.fact(fact, span, *_NUMERIC, "flag")
    signs = {number > 0 for number in _each(p).values()}
    if len(signs) != 1 or any(number == 0 for number in _each(p).values()):
        ctx.problems.add("CE410", p.at.key("each"))
    return p


PER_OCCURRENCE = CriterionKind(
    "per-occurrence",
    Text("按次计分", "per occurrence"),
    PerOccurrenceParams,
    lambda p: [NumberOf(fact, fact) for fact in _each(p)],
    _per_occurrence,
    _per_occurrence_account,
    _prepare_per_occurrence,
)


@frozen
class AllOrNothingParams:
    """All points if everything needed is there, else none."""

    at: Place = place()
    fact: Id = setting("应齐备的事项，或数值", "what must be in place, or a number")
    options: tuple[Word, ...] | None = setting(
        "须齐备的事项（缺省为全部）", "the options needed (default: all)", default=None
    )
    at_least: Number | dict[Id, Number] | None = setting(
        "数值不少于", "the number must be at least", default=None, by_period=True
    )
    at_most: Number | dict[Id, Number] | None = setting(
        "数值不多于", "the number must be at most", default=None, by_period=True
    )


def _all_inputs(p: AllOrNothingParams) -> Sequence[Input]:
    if p.options is not None:
        return [WordsOf(p.fact, tuple(p.options))]
    return [NumberOf("value", p.fact)]


def _all_or_nothing(ops: Ops, p: AllOrNothingParams, x: Mapping[str, Num], points: Fraction) -> Num:
    if p.options is not None:
        there = total([x[word] for word in p.options])
        return ops.where(ops.at_most(Fraction(len(p.options)), there), points, ZERO)
    least = p.at_least if p.at_least is not None else x["value"] if p.at_most is not None else Fraction(1)
    good = ops.at_most(least, x["value"])
    if p.at_most is not None:
        good = ops.both(good, ops.at_most(x["value"], p.at_most))
    return ops.where(good, points, ZERO)


def _all_account(p: AllOrNothingParams, x: Mapping[str, Num], points: Fraction, name: Naming) -> Text:
    if p.options is not None:
        there = shown_number(total([x[word] for word in p.options]))
        return Text(f"应有 {len(p.options)} 项，齐备 {there} 项", f"{there} of {len(p.options)} in place")
    if p.at_least is None and p.at_most is None:
        shown = {Fraction(1): Text("是", "yes"), ZERO: Text("否", "no")}
        return shown.get(x["value"], Text("…", "…"))
    limits = [f"≥ {shown_number(p.at_least)}"] * (p.at_least is not None)
    limits += [f"≤ {shown_number(p.at_most)}"] * (p.at_most is not None)
    text = f"{shown_number(x['value'])}（{'，'.join(limits)}）"
    return Text(text, text)


def _prepare_all(p: AllOrNothingParams, ctx: CheckContext) -> AllOrNothingParams:
    doc = ctx.fact(p.fact, p.at.value("fact"), *_NUMERIC, "flag", "choices")
    if doc is None:
        return p
    limited = p.at_least is not None or p.at_most is not None
    if doc.type == "choices":
        if limited:
            ctx.problems.add(
                "CE406", p.at.span, needed=Text("options（须齐备的事项）", "options (what must be in place)")
            )
        if p.options is None:
            return evolve(p, options=doc.options)
        ctx.words(doc, dict.fromkeys(p.options, 1), p.at, "options", all_needed=False)
    elif p.options is not None or (doc.type != "flag" and not limited):
        ctx.problems.add("CE406", p.at.span, needed=Text("at_least 或 at_most", "at_least or at_most"))
    elif doc.type == "flag" and limited:
        ctx.problems.add("CE406", p.at.span, needed=Text("只写 fact", "fact alone"))
    return p


ALL_OR_NOTHING = CriterionKind(
    "all-or-nothing",
    Text("齐备得分，缺一不得", "all or nothing"),
    AllOrNothingParams,
    _all_inputs,
    _all_or_nothing,
    _all_account,
    _prepare_all,
)


@frozen
class ChecklistParams:
    """Points for each item in place."""

    at: Place = place()
    fact: Id = setting("齐备的事项", "the items in place (choices)")
    items: dict[Word, Number] = setting(
        "各项分值；不写则平分", "items and their points; else equal shares", factory=dict
    )


def _chosen_points(given: Mapping[Word, Number], x: Mapping[str, Num]) -> Num:
    return total([number * x[word] for word, number in given.items()])


def _chosen_account(given: Mapping[Word, Number], x: Mapping[str, Num]) -> Text:
    chosen = [f"{word} {number_text(number)}" for word, number in given.items() if x[word] == 1]
    absent = [word for word in given if x[word] == 0]
    zh = " + ".join(chosen) or "0"
    lacking = f"（缺：{'、'.join(absent)}）" if absent else ""
    return Text(zh + lacking, zh + (f" (lacking: {', '.join(absent)})" if absent else ""))


def _prepare_checklist(p: ChecklistParams, ctx: CheckContext) -> ChecklistParams:
    doc = ctx.fact(p.fact, p.at.value("fact"), "choices")
    if not p.items and doc is not None and doc.options:
        return evolve(p, items=dict.fromkeys(doc.options, Number(ctx.points / len(doc.options))))
    ctx.words(doc, p.items, p.at, "items", all_needed=False)
    reached = sum(p.items.values(), ZERO)
    if reached != ctx.points:
        ctx.problems.add("CE411", p.at.key("items"), sum=number_text(reached), points=number_text(ctx.points))
    return p


CHECKLIST = CriterionKind(
    "checklist",
    Text("清单", "checklist"),
    ChecklistParams,
    lambda p: [WordsOf(p.fact, tuple(p.items))],
    lambda ops, p, x, points: _chosen_points(p.items, x),
    lambda p, x, points, name: _chosen_account(p.items, x),
    _prepare_checklist,
)


@frozen
class OptionsParams:
    """Points of the options chosen: all of them, or the highest."""

    at: Place = place()
    fact: Id = setting("符合的情形", "the options that apply (choices)")
    options: dict[Word, Number] = setting("各情形分值", "options and their points")
    counting: Literal["cumulative", "highest"] = setting("累计或取最高", "add up, or take the highest")


def _options(ops: Ops, p: OptionsParams, x: Mapping[str, Num], points: Fraction) -> Num:
    if p.counting == "cumulative":
        return _chosen_points(p.options, x)
    lowest = min(p.options.values())
    best: Num = lowest
    for word, number in p.options.items():
        best = ops.maximum(best, ops.where(ops.at_most(Fraction(1), x[word]), number, lowest))
    return ops.where(ops.at_most(Fraction(1), total([x[word] for word in p.options])), best, ZERO)


def _options_account(p: OptionsParams, x: Mapping[str, Num], points: Fraction, name: Naming) -> Text:
    chosen = [f"{word} {number_text(n)}" for word, n in p.options.items() if x[word] == 1] or ["—"]
    if p.counting == "cumulative":
        return Text(" + ".join(chosen), " + ".join(chosen))
    return Text(f"取最高：{'、'.join(chosen)}", f"highest of: {', '.join(chosen)}")


def _prepare_options(p: OptionsParams, ctx: CheckContext) -> OptionsParams:
    doc = ctx.fact(p.fact, p.at.value("fact"), "choices")
    ctx.filled(p, "options")
    ctx.words(doc, p.options, p.at, "options", all_needed=True)
    ctx.within_points(p.options, p.at, "options")
    return p


OPTIONS = CriterionKind(
    "options",
    Text("按情形计分", "options"),
    OptionsParams,
    lambda p: [WordsOf(p.fact, tuple(p.options))],
    _options,
    _options_account,
    _prepare_options,
)


@frozen
class GradedParams:
    """Points of the word an assessor chose."""

    at: Place = place()
    fact: Id = setting("评定的档次", "the word chosen (choice)")
    levels: dict[Word, Number] = setting("各档得分", "words and their points")


def _graded_account(p: GradedParams, x: Mapping[str, Num], points: Fraction, name: Naming) -> Text:
    index = x["index"]
    word = list(p.levels)[int(index)] if isinstance(index, Fraction) else "…"
    return Text(f"评为“{word}”", f"graded '{word}'")


def _prepare_graded(p: GradedParams, ctx: CheckContext) -> GradedParams:
    doc = ctx.fact(p.fact, p.at.value("fact"), "choice")
    ctx.filled(p, "levels")
    ctx.words(doc, p.levels, p.at, "levels", all_needed=True)
    ctx.within_points(p.levels, p.at, "levels")
    return p


GRADED = CriterionKind(
    "graded",
    Text("评档", "graded"),
    GradedParams,
    lambda p: [WordOf("index", p.fact, tuple(p.levels))],
    lambda ops, p, x, points: ops.table(x["index"], list(p.levels.values())),
    _graded_account,
    _prepare_graded,
)
