"""How many relations of a posting moved late, never, or back early: facts for the ruleset."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from cadre_eval.errors import Text
from cadre_eval.model.records import Fact, FactState
from cadre_eval.ruleset.supervision import FactSourceDoc, TransferRulesDoc
from cadre_eval.scoring.eligibility import RELATION_NAMES
from cadre_eval.supervision.calendar import last_day
from cadre_eval.supervision.scope import Scope
from cadre_eval.supervision.timeline import Line, Question
from cadre_eval.supervision.timelines import transfers_of

_WORDS = {
    "late": Text("迟划", "moved late"),
    "not-moved": Text("没有划转", "never moved"),
    "moved-back": Text("提前转回", "back early"),
}


def transfers_fact(source: FactSourceDoc, scope: Scope) -> Fact:
    """The number of relations that ``source`` asks for, within the posting, by what was known on ``scope.as_of``. Late is
    missing where no limit is declared for any relation that applies.
    """
    asked = Question(scope.until, scope.as_of, scope.rules.transfers or TransferRulesDoc())
    found = transfers_of([scope.posting], asked)
    lines = [line for lines in found for line in lines.lines.values() if line.now is not None]
    wanted = source.transfers or "late"
    of = [line for line in lines if not _stays(line, asked)]
    if not lines:
        return Fact(FactState.MISSING, reason=Text("派驻还没有开始", "the posting has not begun"))
    if wanted == "late":
        terms = {line.relation: rule.within for line in of if (rule := asked.rule(line.relation)) and rule.within}
        of = [line for line in of if line.relation in terms]
        if not of:
            return Fact(FactState.MISSING, reason=Text("没有规定划转时限", "no limit for transfers is declared"))
        if any(last_day(scope.posting.start, term) is None for term in terms.values()):
            reason = Text("工作日历没有编到那时，期限算不出", "the calendar of workdays does not reach so far")
            return Fact(FactState.MISSING, reason=reason)
    return _counted([line for line in of if _TESTS[wanted](line)], of, wanted)


def _counted(hit: Sequence[Line], of: Sequence[Line], wanted: str) -> Fact:
    word = _WORDS[wanted]
    zh = "、".join(RELATION_NAMES[line.relation].zh for line in hit)
    en = ", ".join(RELATION_NAMES[line.relation].en for line in hit)
    text = Text(
        f"{len(of)} 项关系，{word.zh} {len(hit)} 项" + (f"：{zh}" if hit else ""),
        f"{len(of)} relations, {len(hit)} {word.en}" + (f": {en}" if hit else ""),
    )
    evidence = tuple(f"{line.posting.id}/{line.relation}" for line in hit)
    return Fact(FactState.PRESENT, Fraction(len(hit)), evidence=evidence, detail=text)


def _stays(line: Line, asked: Question) -> bool:
    """The ruleset leaves this relation with the sending unit."""
    rule = asked.rule(line.relation)
    return rule is not None and rule.to == "sending-unit"


def _says(line: Line, *codes: str) -> bool:
    return any(statement.code in codes for statement in line.statements)


_TESTS: Mapping[str, Callable[[Line], bool]] = {
    "late": lambda line: _says(line, "moved-late"),
    "not-moved": lambda line: line.arrived is None,
    "moved-back": lambda line: _says(line, "moved-back", "seconded-back"),
}
