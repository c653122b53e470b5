"""Words of the reports on transfers."""

from __future__ import annotations

from collections.abc import Mapping

from cadre_eval.errors import Lang, Text
from cadre_eval.model.transfers import Relation
from cadre_eval.supervision.timeline import Line, Question, Statement
from cadre_eval.supervision.timelines import Transfers, undeclared

RELATIONS_SHORT: Mapping[Relation, Text] = {
    "party": Text("党组织关系", "Party"),
    "salary": Text("工资关系", "Salary"),
    "management": Text("管理关系", "Management"),
    "assessment": Text("考核关系", "Assessment"),
}
MARKS = {"moved": "✓", "not-moved": "…", "nobody": "!", "not-applicable": "—"}
PROBLEM = "!"
STYLES = {"!": "head", "…": "pending", "—": "not-assessed"}
LEGEND = Text(
    "✓ 已划转　… 没有划转　! 有问题，见最上面　— 不适用",
    "✓ moved   … not moved   ! something is wrong, see above   — not applicable",
)


def mark_of(line: Line) -> str:
    """What a relation's state is at a glance."""
    return PROBLEM if line.statements else MARKS[line.state]


def days_asked(asked: Question) -> Text:
    """The two days of the question."""
    on, known = asked.on.isoformat(), asked.known_on.isoformat()
    if on == known:
        return Text(f"截至 {on}", f"as of {on}")
    return Text(f"{on} 的情况，按 {known} 所知", f"on {on}, as known on {known}")


def undeclared_text(report: Transfers) -> Text | None:
    """Of which relations lateness is not judged; None if all have a limit."""
    relations = undeclared(report.asked)
    if report.ruleset is None:
        return Text(
            f"{report.asked.on} 没有施行中的考核办法，不判断是否迟划。",
            f"No ruleset is in force on {report.asked.on}: nothing is said of lateness.",
        )
    if not relations:
        return None
    if len(relations) == len(RELATIONS_SHORT):
        return Text(
            "办法没有规定划转时限（supervision.transfers），不判断是否迟划。",
            "The ruleset declares no limit for transfers (supervision.transfers): nothing is said of lateness.",
        )
    zh = "、".join(RELATIONS_SHORT[r].zh for r in relations)
    en = ", ".join(RELATIONS_SHORT[r].en.lower() for r in relations)
    return Text(
        f"办法没有规定时限，不判断是否迟划：{zh}。", f"No limit is declared, nothing is said of lateness: {en}."
    )


def statement_text(statement: Statement, lang: Lang) -> str:
    """The statement with its proof and clause."""
    text = statement.text.in_(lang)
    if statement.evidence:
        proof = ("、" if lang == "zh" else ", ").join(statement.evidence)
        text += Text(f"，凭据：{proof}", f", proof: {proof}").in_(lang)
    basis = f"〔{statement.basis}〕" if lang == "zh" else f" [{statement.basis}]"
    return text + basis if statement.basis else text


def counted(report: Transfers) -> Text:
    """How many relations stand how."""
    states = [line.state for line in report.lines]
    moved, still = states.count("moved"), states.count("not-moved")
    nobody, none = states.count("nobody"), states.count("not-applicable")
    said = len(report.statements)
    zh = f"共 {len(report.postings)} 个派驻、{len(states)} 项关系：已划转 {moved}，没有划转 {still}，不适用 {none}"
    en = f"{len(report.postings)} postings, {len(states)} relations: {moved} moved, {still} not moved, {none} not applicable"
    if nobody:
        zh, en = f"{zh}，无人持有 {nobody}", f"{en}, {nobody} held by nobody"
    return Text(f"{zh}；问题 {said} 处", f"{en}; problems: {said}")
