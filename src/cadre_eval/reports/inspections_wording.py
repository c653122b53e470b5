"""What is said of inspections and findings: the words of states, the sentence for a report, the notes on a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from attrs import frozen

from cadre_eval.errors import Text
from cadre_eval.model.inspections import Finding
from cadre_eval.model.people import Host
from cadre_eval.supervision.findings import SETTLED, Standing
from cadre_eval.supervision.inspections import Account, Figures, figures
from cadre_eval.supervision.inspections_facts import some

KINDS = {"district": Text("督查", "inspection"), "cross": Text("交叉检查", "cross-inspection")}
INSPECTION_STATES = {
    "planned": Text("计划", "planned"),
    "under-way": Text("进行中", "under way"),
    "held": Text("已开展", "held"),
    "not-held": Text("没有记录", "nothing on record"),
}
STATES = {
    "overdue": Text("逾期未整改", "overdue"),
    "not-rectified": Text("退回重改", "sent back"),
    "open": Text("待整改", "open"),
    "rectified-reported": Text("待复查", "to be re-checked"),
    "rectified-late": Text("逾期整改", "put right late"),
    "rectified": Text("已整改", "put right"),
    "withdrawn": Text("已撤销", "withdrawn"),
}
_LEVELS = {"区": "区级", "县": "县级", "市": "市级", "旗": "旗级"}


@frozen(eq=False)
class Names:
    """What people call what the records name by ids."""

    district: str
    hosts: Mapping[str, Host]
    people: Mapping[str, str]
    severities: Mapping[str, str]
    titles: Mapping[str, str]
    """Of the questions asked."""

    def host(self, name: str) -> str:
        return self.hosts[name].name if name in self.hosts else name

    def person(self, name: str) -> str:
        return self.people.get(name, name)

    def whose(self, finding: Finding) -> Text:
        """The cadre, or the host as a whole."""
        if finding.cadre is not None:
            return Text(self.person(finding.cadre), self.person(finding.cadre))
        village = finding.host in self.hosts and self.hosts[finding.host].kind == "village"
        return Text("（全村）", "(the village)") if village else Text("（全社区）", "(the community)")


def sentence(account: Account, names: Names) -> Text:
    """The year in one sentence, ready to be pasted into a report."""
    this_year = account.year == account.as_of.year
    when = Text("今年以来", "This year so far") if this_year else Text(f"{account.year}年", f"In {account.year}")
    level = _LEVELS.get(names.district[-1:], "区级")
    times = {kind: account.times(kind) for kind in KINDS}
    if not any(times.values()):
        return Text(
            f"{when.zh}，{level}尚未开展驻村工作督查。", f"{when.en}, the district has held no inspection yet."
        )
    found = findings_text(figures(account.findings))
    return Text(
        f"{when.zh}，{level}共开展驻村工作督查{times['district']}次，开展交叉检查{times['cross']}次，{found.zh}。",
        f"{when.en} the district held {some(times['district'], 'inspection')} and {some(times['cross'], 'cross-inspection')}; {found.en}.",
    )


def findings_text(found: Figures) -> Text:
    """The figures in words; parts that are 0 are left out, but for what was put right and what is overdue."""
    apart = (
        Text(f"（另有{found.withdrawn}个经核实撤销）", f" ({found.withdrawn} more withdrawn)")
        if found.withdrawn
        else Text("", "")
    )
    if not found.found:
        return Text(f"未发现问题{apart.zh}", f"no problem was found{apart.en}")
    late = Text(f"（其中逾期整改{found.late}个）", f" ({found.late} of them late)") if found.late else Text("", "")
    zh = [f"发现问题{found.found}个{apart.zh}", f"已整改{found.rectified}个{late.zh}"]
    en = [f"{some(found.found, 'problem')} found{apart.en}", f"{found.rectified} put right{late.en}"]
    if found.in_hand:
        zh.append(f"正在整改{found.in_hand}个")
        en.append(f"{found.in_hand} in hand")
    zh.append(f"逾期未整改{found.overdue}个")
    en.append(f"{found.overdue} overdue")
    if found.recurring:
        zh.append(f"反复出现{found.recurring}个")
        en.append(f"{found.recurring} found again")
    return Text("，".join(zh), ", ".join(en))


def finding_notes(standing: Standing, as_of: date, names: Names) -> Iterator[Text]:
    """What was found, and how it came to stand as it does."""
    finding = standing.finding
    grave = names.severities.get(finding.severity or "", finding.severity or "")
    yield (
        Text(f"〔{grave}〕{finding.text}", f"[{grave}] {finding.text}") if grave else Text(finding.text, finding.text)
    )
    if standing.recurs is not None:
        earlier, on = standing.recurs.id, standing.recurs.on.isoformat()
        yield Text(f"反复：前一次 {earlier}（{on}）", f"found again after {earlier} ({on})")
    for note in (_sent_back, _reported, _ended, _deadline):
        text = note(standing, as_of)
        if text is not None:
            yield text


Note = Callable[[Standing, date], "Text | None"]


def _sent_back(standing: Standing, as_of: date) -> Text | None:
    recheck = standing.recheck
    if recheck is None or recheck.rectified:
        return None
    on, why = recheck.on.isoformat(), recheck.reason or "—"
    return Text(f"{on} 复查退回：{why}", f"sent back on {on}: {why}")


def _reported(standing: Standing, as_of: date) -> Text | None:
    if standing.state != "rectified-reported" or standing.reported is None:
        return None
    on = standing.reported.isoformat()
    return (
        Text(f"{on} 逾期报整改", f"reported late, on {on}")
        if standing.late
        else Text(f"{on} 报整改", f"reported on {on}")
    )


def _ended(standing: Standing, as_of: date) -> Text | None:
    if standing.withdrawal is not None:
        on, why = standing.withdrawal.on.isoformat(), standing.withdrawal.reason
        return Text(f"{on} 撤销：{why}", f"withdrawn on {on}: {why}")
    if standing.state not in SETTLED or standing.recheck is None:
        return None
    on = standing.recheck.on.isoformat()
    return Text(f"{on} 复查合格", f"re-checked on {on}")


def _deadline(standing: Standing, as_of: date) -> Text | None:
    if standing.state == "overdue" and standing.deadline is not None:
        days = (as_of - standing.deadline).days
        return Text(f"逾期 {days} 天", f"{days} day{'' if days == 1 else 's'} overdue")
    if standing.deadline is None and standing.state not in SETTLED:
        return Text("没有定期限", "no deadline was set")
    return None


def remarks(account: Account) -> Iterator[Text]:
    """What could not be looked at, and what must be known to read the figures."""
    every = [*account.findings, *account.carried_over]
    undated = sum(s.deadline is None and s.state not in SETTLED for s in every)
    if undated:
        yield Text(f"没有定整改期限的 {undated} 个，不算逾期。", f"{undated} without a deadline: never overdue.")
    if every and all(s.finding.recurs_until is None for s in every):
        yield Text(
            "办法没有规定多久之内又发现算反复（recurs_within），所以没有查反复。",
            "The rules do not say within what time a finding recurs (recurs_within), so that was not checked.",
        )
    old = len(account.carried_over)
    if old:
        yield Text(
            f"所列问题中有 {old} 个是往年督查发现、还没有整改到位的，不计入本年数字。",
            f"Of those listed, {old} of earlier years, not settled yet: not in the figures of this year.",
        )
    empty = [held.inspection.id for held in account.held if held.state == "not-held"]
    if empty:
        yield Text(
            f"日期已过，没有走访和问题记录，不计入次数：{'、'.join(empty)}。",
            f"Over, with no visit and no finding on record, and not counted: {', '.join(empty)}.",
        )
