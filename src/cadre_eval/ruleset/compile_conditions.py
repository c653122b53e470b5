"""Conditions of gates, exclusions and quotas."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal, get_args

from cadre_eval.errors import Text
from cadre_eval.errors.suggest import listed
from cadre_eval.numbers.decimals import number_text
from cadre_eval.numbers.ranges import Range
from cadre_eval.reading.scalars import BadScalar, parse_flag
from cadre_eval.ruleset.compiling import Compiling
from cadre_eval.ruleset.document import ConditionDoc
from cadre_eval.ruleset.kind import fact_bounds
from cadre_eval.ruleset.plan import (
    Combined,
    Comparison,
    Condition,
    FactCompare,
    FactWord,
    ScoreCompare,
    ShareCompare,
)

_SIGNS: tuple[Comparison, ...] = get_args(Comparison)
_FORMS = ("fact", "criterion", "survey", "any", "all", "not")
_NEEDED = Text(
    "fact、criterion、survey（带 share_of）、any、all、not 之一，并恰好一个比较（below、at_most、above、at_least、equals、is、includes）",
    "one of fact, criterion, survey (with share_of), any, all, not, and just one comparison",
)


def compile_condition(doc: ConditionDoc, compiling: Compiling) -> Condition | None:
    """The condition, or None with problems noted."""
    used = [name for name in _FORMS if doc.at.has(name)]
    signs = [name for name in (*_SIGNS, "is", "includes") if doc.at.has(name)]
    combined = bool(used) and used[0] in {"any", "all", "not"}
    if doc.share_of == ():
        compiling.problems.add(
            "CE202", doc.at.value("share_of"), expected=Text("至少一个选项", "at least one option")
        )
        return None
    if len(used) != 1 or len(signs) != (0 if combined else 1) or (doc.share_of is not None) != (used == ["survey"]):
        compiling.problems.add("CE406", doc.at.span, needed=_NEEDED)
        return None
    if combined:
        return _combined(doc, "any" if doc.any is not None else "all" if doc.all is not None else "not", compiling)
    if used == ["fact"]:
        return _fact(doc, signs[0], compiling)
    if signs[0] in {"is", "includes"}:
        compiling.problems.add("CE406", doc.at.key(signs[0]), needed=_NEEDED)
        return None
    return _score(doc, signs[0], compiling)


def _combined(doc: ConditionDoc, how: Literal["any", "all", "not"], compiling: Compiling) -> Condition | None:
    docs = (doc.not_,) if doc.not_ is not None else doc.any or doc.all or ()
    parts = [compile_condition(part, compiling) for part in docs]
    known = tuple(part for part in parts if part is not None)
    if not parts:
        compiling.problems.add("CE406", doc.at.span, needed=_NEEDED)
    return Combined(how, known, doc.at.span) if len(known) == len(parts) and parts else None


def _fact(doc: ConditionDoc, sign: str, compiling: Compiling) -> Condition | None:
    name, where = doc.fact or "", doc.at.value("fact")
    if sign == "is":
        return _fact_is(doc, name, compiling)
    if sign == "includes":
        if not compiling.fact(name, where, "choices"):
            return None
        return _word(doc, name, doc.includes or "", "includes", compiling)
    if not compiling.fact(name, where, "count", "number", "rate"):
        return None
    low, high = fact_bounds(compiling.doc.facts[name])
    _check_open(doc, sign, low, high, compiling.doc.facts[name].type == "rate", compiling)
    return FactCompare(name, _sign(sign), getattr(doc, sign), doc.at.span)


def _check_open(
    doc: ConditionDoc, sign: str, low: Fraction | None, high: Fraction | None, rate: bool, compiling: Compiling
) -> None:
    """A comparison that can never be true, or a rate held against more than all, is a slip, such as 98 for 98 %."""
    number: Fraction = getattr(doc, sign)
    reach = Range(low, high)
    meets = {
        "below": Range(None, number, True, False),
        "at_most": Range(None, number),
        "above": Range(number, None, False, True),
        "at_least": Range(number, None),
        "equals": Range(number, number),
    }[sign]
    never = reach.meet(meets).is_empty
    if not never and not (rate and number > 1):
        return  # always true is how a gate says "whenever this is on record"
    outcome = Text("不成立", "false") if never else Text("成立", "true")
    ends = ["∞" if end is None else number_text(end, rate) for end in (low, high)]
    fix = f"{number_text(number)}%" if rate and 1 < number <= 100 else None
    compiling.problems.add("CE438", doc.at.value(sign), fix=fix, outcome=outcome, low=ends[0], high=ends[1])


def _fact_is(doc: ConditionDoc, name: str, compiling: Compiling) -> Condition | None:
    if not compiling.fact(name, doc.at.value("fact"), "choice", "flag"):
        return None
    if compiling.doc.facts[name].type == "choice":
        return _word(doc, name, doc.is_ or "", "is", compiling)
    try:
        return FactWord(name, parse_flag(doc.is_ or ""), False, doc.at.span)
    except BadScalar as bad:
        compiling.problems.add_bad(bad.code, doc.at.value("is"), bad.fix, bad.args_)
        return None


def _word(doc: ConditionDoc, name: str, word: str, key: str, compiling: Compiling) -> Condition | None:
    options = compiling.doc.facts[name].options
    if not compiling.known(word, options, doc.at.value(key), Text("选项", "option")):
        return None
    return FactWord(name, word, key == "includes", doc.at.span)


def _score(doc: ConditionDoc, sign: str, compiling: Compiling) -> Condition | None:
    number: Any = getattr(doc, sign)
    if doc.criterion is not None:
        allowed = ["total", *compiling.criteria]
        if not compiling.known(doc.criterion, allowed, doc.at.value("criterion"), Text("指标", "criterion")):
            return None
        return ScoreCompare(doc.criterion, _sign(sign), number, doc.at.span)
    survey, where = doc.survey or "", doc.at.value("survey")
    surveys = {name: d for name, d in compiling.criteria.items() if _is_survey(d.params)}
    if not compiling.known(survey, surveys, where, Text("测评", "survey")):
        return None
    options = list(surveys[survey].params.options)
    unknown = [word for word in doc.share_of or () if word not in options]
    for word in unknown:
        what = Text("选项", "option")
        compiling.problems.add("CE421", doc.at.value("share_of"), name=word, what=what, allowed=listed(options))
    if unknown:
        return None
    _check_open(doc, sign, Fraction(0), Fraction(1), True, compiling)
    return ShareCompare(survey, frozenset(doc.share_of or ()), _sign(sign), number, doc.at.span)


def _is_survey(params: Any) -> bool:
    """Whether these are parameters of a survey, whatever method makes scores of it."""
    return hasattr(params, "voters") and hasattr(params, "options")


def _sign(name: str) -> Comparison:
    return next(sign for sign in _SIGNS if sign == name)
