#!/usr/bin/env python3
"""生成示例工作区 resettlement-district 的名册、档案和监督记录（roster/、records/、supervision/）。

全部人名、单位、地名和数据都是虚构的。数据由固定种子的随机数生成，只生成一次，生成的文件一并提交；
本脚本留着，是为了说明这些数据怎么来的，并能逐字节复现：

    python generate_resettlement_district.py            # 重写 roster/、records/、supervision/
    python generate_resettlement_district.py --check    # 只比较，不写；不一致时退出码为 1

特别的情形（水灾延期、轮换、处分……）写成下面“故事”一节里的一个个具名函数：改的是发生了什么事，
不是分数；分数由考核办法算出来，这里一概不算。一年的监督记录在 supervision_year.py。只用标准库；随机数只取 Random.random()，各版本 Python 结果相同。
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

import supervision_year

SEED = "resettlement-district-2025"
HERE = Path(__file__).resolve().parent / "resettlement-district"
YEAR = 2025
MID, END = "mid-year", "year-end"
PERIOD_TITLE = {MID: "半年考核", END: "年终考核"}
FIRST, LAST = date(YEAR, 1, 1), {MID: date(YEAR, 6, 30), END: date(YEAR, 12, 31)}


# ── 谁在哪里 ─────────────────────────────────────────────────────

STREETS = {"t-01": "云桥街道", "t-02": "松岚街道", "t-03": "映溪街道", "t-04": "鹿台街道"}


@dataclass(frozen=True)
class Community:
    id: str
    name: str
    street: str
    committee: int  # 社区“两委”人数
    stewards: int  # 社区管家人数
    residents: int  # 参加测评的搬迁群众代表人数
    by_phone: int = 0  # 其中扫码投票的，其余为纸质票


COMMUNITIES = {
    c.id: c
    for c in (
        Community("h-01", "安和社区", "t-01", 7, 9, 45, 15),
        Community("h-02", "乐川社区", "t-01", 5, 7, 40),
        Community("h-03", "新禾社区", "t-02", 7, 8, 42, 12),
        Community("h-04", "望桥社区", "t-02", 5, 6, 36),
        Community("h-05", "映山社区", "t-03", 7, 10, 48, 20),
        Community("h-06", "聚源社区", "t-03", 7, 8, 40),
        Community("h-07", "同舟社区", "t-04", 5, 4, 38),
        Community("h-08", "归园社区", "t-04", 7, 9, 44, 14),
    )
}

UNITS = {
    "u-01": "区财政局",
    "u-02": "区农业农村局",
    "u-03": "区水务局",
    "u-04": "区教育局",
    "u-05": "区疾病预防控制中心",
    "u-06": "区住房和城乡建设局",
    "u-07": "区市场监督管理局",
    "u-08": "区人力资源和社会保障局",
    "u-09": "区文化馆",
    "u-10": "区融媒体中心",
    "u-11": "区第二人民医院",
    "u-12": "青岚城市建设投资有限公司",
}

CIVIL, INSTITUTION, ENTERPRISE = "civil-servant", "institution", "enterprise"


@dataclass(frozen=True)
class Cadre:
    id: str
    name: str
    category: str
    unit: str
    party_member: bool = True


CADRES = {
    c.id: c
    for c in (
        Cadre("c-0001", "林知远", CIVIL, "u-01"),
        Cadre("c-0002", "沈砚秋", CIVIL, "u-02"),
        Cadre("c-0003", "周\U0002c029", CIVIL, "u-03"),
        Cadre("c-0004", "秦牧川", CIVIL, "u-04"),
        Cadre("c-0005", "贺云岫", INSTITUTION, "u-05"),
        Cadre("c-0006", "陆明霁", CIVIL, "u-06"),
        Cadre("c-0007", "唐若谷", CIVIL, "u-07"),
        Cadre("c-0008", "吉木·依诺", CIVIL, "u-08"),
        Cadre("c-0009", "方晓棠", CIVIL, "u-01"),
        Cadre("c-0010", "韦以宁", CIVIL, "u-02"),
        Cadre("c-0011", "罗青原", INSTITUTION, "u-10"),
        Cadre("c-0012", "郑怀瑾", INSTITUTION, "u-11", party_member=False),
        Cadre("c-0013", "段临川", CIVIL, "u-03"),
        Cadre("c-0014", "邹雨眠", CIVIL, "u-07"),
        Cadre("c-0015", "马骁野", CIVIL, "u-04"),
        Cadre("c-0016", "何既明", ENTERPRISE, "u-12"),
        Cadre("c-0017", "夏禾", INSTITUTION, "u-10"),
        Cadre("c-0018", "田一苇", INSTITUTION, "u-09"),
        Cadre("c-0019", "梁疏影", INSTITUTION, "u-05"),
        Cadre("c-0020", "扎西·云丹", INSTITUTION, "u-11"),
        Cadre("c-0021", "彭启山", CIVIL, "u-06"),
        Cadre("c-0022", "苏见微", INSTITUTION, "u-09"),
        Cadre("c-0023", "冯念慈", INSTITUTION, "u-10"),
        Cadre("c-0024", "蒋行舟", ENTERPRISE, "u-12"),
        Cadre("c-0025", "白露生", CIVIL, "u-07"),
        Cadre("c-0026", "石惟一", INSTITUTION, "u-05"),
    )
}

DUTIES = (
    "宣传党的方针政策",
    "帮建强基层组织",
    "帮巩固脱贫成果防返贫",
    "帮发展集体经济",
    "帮办民生实事",
    "帮化解矛盾维护稳定",
    "帮社区治理和移风易俗",
)

# 划转：effective 为 None 的，这一关系没有转；整个值为 None 的，不适用（非中共党员的党组织关系）。
# 一个关系登记了几条的（转出又转回、登记错了更正），写成一串。
Transfers = dict[str, "Transfer | tuple[Transfer, ...] | None"]


@dataclass(frozen=True)
class Transfer:
    to: str
    effective: date
    evidence: str | None = None
    returned: date | None = None
    known_on: date | None = None  # 何日登记；缺省是生效当天
    withdrawn: tuple[date, str] | None = None  # 登记有误：何日起不再采信，为什么


@dataclass(frozen=True)
class Posting:
    id: str
    cadre: Cadre
    community: Community
    leader: bool
    start: date
    term_end: date
    transfers: Transfers
    ended: date | None = None
    reason: str | None = None
    known_on: date | None = None  # 派驻的文件何日印发；缺省是一直知道

    @property
    def last(self) -> date:
        return self.ended or self.term_end

    def within(self, period: str) -> tuple[date, date]:
        return max(self.start, FIRST), min(self.last, LAST[period])

    def months(self, period: str) -> list[int]:
        """考核期内在岗不少于10天的月份。"""
        first, last = self.within(period)
        return [m for m in range(1, 13) if _days_in_month(m, first, last) >= 10]


def _days_in_month(month: int, first: date, last: date) -> int:
    start = date(YEAR, month, 1)
    end = date(YEAR + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return (min(last, end) - max(first, start)).days + 1


def _usual_transfers(number: int, community: Community, start: date) -> Transfers:
    """到岗一周内转党组织关系、管理和考核关系，次月1日起转工资关系。"""
    soon = start + timedelta(days=7)
    next_month = date(start.year + start.month // 12, start.month % 12 + 1, 1)
    letter = f"青组介{start.year}-{100 + number:03d}号"
    return {
        "party": Transfer(community.id, soon, letter),
        "salary": Transfer(community.street, next_month),
        "management": Transfer(community.street, soon),
        "assessment": Transfer(community.street, soon, f"考核关系划转表{start.year}-{number:02d}号"),
    }


def _posting(number: int, cadre_id: str, host: str, start: date, **changes: object) -> Posting:
    cadre, community = CADRES[cadre_id], COMMUNITIES[host]
    transfers = _usual_transfers(number, community, start)
    if not cadre.party_member:
        transfers["party"] = None
    term_end = date(start.year + 2, start.month, start.day) - timedelta(days=1)
    posting = Posting(f"p-{number:04d}", cadre, community, number <= 8, start, term_end, transfers)
    return replace(posting, **changes)  # type: ignore[arg-type]


def _returned(posting: Posting) -> Posting:
    """离任次日，四个关系转回派出单位。"""
    assert posting.ended is not None
    back = posting.ended + timedelta(days=1)
    moved = {k: replace(t, returned=back) if isinstance(t, Transfer) else t for k, t in posting.transfers.items()}
    return replace(posting, transfers=moved)


def _postings() -> dict[str, Posting]:
    term = date(2024, 5, 13)
    found = [_posting(n, f"c-{n:04d}", f"h-{n:02d}", term) for n in range(1, 9)]
    found += [_posting(n, f"c-{n:04d}", f"h-{(n - 7) // 2:02d}", term) for n in range(9, 25)]
    by_id = {p.id: p for p in found}
    for change in (
        posting_seconded_back,
        posting_relation_never_moved,
        posting_moved_within_district,
        posting_late_transfer,
        posting_recalled,
        posting_enterprise_pay_stays,
        posting_replacements,
        posting_registered_late,
        posting_registered_wrongly,
    ):
        change(by_id)
    return by_id


# ── 故事之一：人员和划转 ─────────────────────────────────────────


def posting_seconded_back(postings: dict[str, Posting]) -> None:
    """邹雨眠被派出单位抽回：管理6月3日先转了回去，6月13日派驻提前结束；半年够3个月，全年不够半年。"""
    p = postings["p-0014"]
    p = _returned(replace(p, ended=date(2025, 6, 13), reason="派出单位抽回"))
    there = p.transfers["management"]
    assert isinstance(there, Transfer)
    back = Transfer(p.cadre.unit, date(2025, 6, 3), "青市监人函2025-31号", known_on=date(2025, 6, 5))
    postings[p.id] = replace(p, transfers=p.transfers | {"management": (replace(there, returned=None), back)})


def posting_relation_never_moved(postings: dict[str, Posting]) -> None:
    """何既明的考核关系、工资关系一直留在城投公司，没有划转：不在街道考核。"""
    p = postings["p-0016"]
    kept = {k: t for k, t in p.transfers.items() if k in ("party", "management")}
    postings[p.id] = replace(p, transfers=kept)


def posting_moved_within_district(postings: dict[str, Posting]) -> None:
    """田一苇9月1日由映山社区调到同舟社区，接被召回的苏见微的岗：一年两个派驻。"""
    p = postings["p-0018"]
    postings[p.id] = _returned(replace(p, ended=date(2025, 8, 31), reason="区内调整"))
    known_on = date(2025, 8, 11)
    postings["p-0027"] = _posting(27, "c-0018", "h-07", date(2025, 9, 1), term_end=p.term_end, known_on=known_on)


def posting_late_transfer(postings: dict[str, Posting]) -> None:
    """扎西·云丹2月17日到岗，党组织关系随到随转，考核关系和管理拖到4月28日才转，工资关系5月起转。"""
    p = _posting(20, "c-0020", "h-06", date(2025, 2, 17))
    late = {
        "party": p.transfers["party"],
        "salary": Transfer("t-03", date(2025, 5, 1)),
        "management": Transfer("t-03", date(2025, 4, 28)),
        "assessment": Transfer("t-03", date(2025, 4, 28), "考核关系划转表2025-20号（补办）"),
    }
    postings[p.id] = replace(p, transfers=late)


def posting_recalled(postings: dict[str, Posting]) -> None:
    """苏见微三次被查到在文化馆上班，7月31日召回，关系转回文化馆；全年在岗七个月，年终仍要考核。"""
    p = postings["p-0022"]
    postings[p.id] = _returned(replace(p, ended=date(2025, 7, 31), reason="召回"))


def posting_enterprise_pay_stays(postings: dict[str, Posting]) -> None:
    """蒋行舟的工资关系按企业规定留在城投公司，其余三个关系照转。"""
    p = postings["p-0024"]
    postings[p.id] = replace(p, transfers={k: t for k, t in p.transfers.items() if k != "salary"})


def posting_replacements(postings: dict[str, Posting]) -> None:
    """白露生6月16日接邹雨眠；石惟一8月18日接田一苇，8月底前两人交接。"""
    postings["p-0025"] = _posting(25, "c-0025", "h-03", date(2025, 6, 16), known_on=date(2025, 6, 12))
    postings["p-0026"] = _posting(26, "c-0026", "h-05", date(2025, 8, 18), known_on=date(2025, 8, 11))


def posting_registered_late(postings: dict[str, Posting]) -> None:
    """罗青原的考核关系2024年5月就转了，街道漏报，2025年2月10日才补登：1月看是没有转，2月看是早就转了。"""
    p = postings["p-0011"]
    moved = p.transfers["assessment"]
    assert isinstance(moved, Transfer)
    late = replace(moved, known_on=date(2025, 2, 10))
    postings[p.id] = replace(p, transfers=p.transfers | {"assessment": late})


def posting_registered_wrongly(postings: dict[str, Posting]) -> None:
    """方晓棠的党组织关系登记成了乐川社区，2025年1月22日查对介绍信后更正为安和社区。"""
    p = postings["p-0009"]
    right = p.transfers["party"]
    assert isinstance(right, Transfer)
    found = date(2025, 1, 22)
    wrong = replace(right, to="h-02", withdrawn=(found, "抄错社区，介绍信上是安和社区"))
    postings[p.id] = replace(p, transfers=p.transfers | {"party": (wrong, replace(right, known_on=found))})


POSTINGS = _postings()


# ── 随机数 ───────────────────────────────────────────────────────


class Dice:
    """一个名目一串随机数：名目不同互不影响，增减一个人不会牵动别人。"""

    def __init__(self, *key: object) -> None:
        self.unit = Random("|".join([SEED, *map(str, key)])).random

    def normal(self) -> float:
        """近似标准正态（十二个均匀数之和减六），只用加法，各平台结果相同。"""
        return sum(self.unit() for _ in range(12)) - 6.0

    def chance(self, probability: float) -> bool:
        return self.unit() < probability

    def whole(self, low: int, high: int) -> int:
        return low + int(self.unit() * (high - low + 1))


def _between(low: float, value: float, high: float) -> float:
    return max(low, min(high, value))


# 同吃同住同工作的两名队员：方晓棠、韦以宁。两人共一串随机数，共一份成绩来源（见 story_pair）。
PAIR = {"p-0010": "p-0009"}


def _twin(posting: Posting) -> str:
    return PAIR.get(posting.id, posting.id)


def quality(posting: Posting) -> float:
    """一个人干得怎样，0到1：先有人，再有所在社区。"""
    person = posting.cadre.id if posting.id not in PAIR else POSTINGS[PAIR[posting.id]].cadre.id
    own = Dice("person", person).normal()
    place = Dice("place", posting.community.id).normal()
    return _between(0.45, 0.76 + 0.10 * own + 0.04 * place, 0.97)


# ── 一份档案 ─────────────────────────────────────────────────────


@dataclass
class Fact:
    value: str
    evidence: tuple[str, ...] = ()
    known_on: date | None = None


@dataclass
class State:
    state: str
    reason: str


@dataclass
class Survey:
    held_on: date
    classes: dict[str, list[Ballots]]


@dataclass
class Ballots:
    """一个测评主体一条渠道收回的票。"""

    issued: int
    votes: list[str]
    channel: str = "paper"
    single: bool = False  # 逐张登记，而不是计票


@dataclass
class Dossier:
    posting: Posting
    period: str
    facts: dict[str, Fact | State]
    debrief_on: date
    marks: dict[str, list[int]]  # 以半分为单位
    survey: Survey
    cross: tuple[int, date]  # 交叉检查得分（以十分之一分为单位）和日期
    evidence: dict[str, tuple[str, str, date]]
    notes: list[str] = field(default_factory=list)

    def count(self, fact: str, value: int) -> None:
        old = self.facts[fact]
        self.facts[fact] = Fact(str(value), old.evidence if isinstance(old, Fact) else ())


# 不登记、由监督记录得出的数：请假天数（考勤簿）。这里照样算出来，考勤簿照着它记。
DERIVED = ("leave_days",)

SECTIONS: list[tuple[str, tuple[str, ...]]] = [
    ("宣传党的方针政策", ("policy_talks", "unaware_households", "publicity_channels", "village_facts_test")),
    ("帮建强基层组织", ("party_meetings", "dues_rate", "members_developed", "branch_standing")),
    (
        "帮巩固脱贫成果防返贫",
        ("visit_rate", "household_record_errors", "village_record_errors", "cases_due", "cases_cleared"),
    ),
    ("帮发展集体经济", ("income_growth", "project_progress", "people_trained", "people_employed")),
    (
        "帮办民生实事",
        (
            "deeds",
            "site_deeds",
            "problems_received",
            "problems_closed",
            "promises_made",
            "promises_kept",
            "linked_households",
        ),
    ),
    (
        "帮化解矛盾维护稳定",
        (
            "disputes_found",
            "disputes_mediated",
            "county_petitions",
            "city_petitions",
            "province_petitions",
            "risk_screenings",
            "mediation_room",
        ),
    ),
    (
        "帮社区治理和移风易俗",
        ("village_rules", "environment_score", "coverage_rate", "culture_events", "households_per_steward"),
    ),
    ("查看资料", ("documents",)),
    (
        "表彰和督查",
        (
            "county_awards",
            "repeat_awards",
            "city_awards",
            "overdue_tasks",
            "overdue_rectifications",
            "cross_findings",
        ),
    ),
    (
        "考勤、纪律和参加考核的条件",
        (
            "residence_rate",
            "awareness_rate",
            "short_months",
            "beijing_petitions",
            "sanction",
            "open_case",
            "probation",
        ),
    ),
]


def _tenths(value: float) -> str:
    whole = int(value * 10 + 0.5)
    return str(whole // 10) if whole % 10 == 0 else f"{whole // 10}.{whole % 10}"


def _rate(lost: float) -> str:
    """100%减去若干百分点，保留一位小数。"""
    return _tenths(_between(0.0, 100.0 - lost, 100.0)) + "%"


def _flag(value: bool) -> str:
    return "是" if value else "否"


def _monthly(posting: Posting, period: str, fact: str, draw: Callable[[Dice], int], key: str | None = None) -> int:
    """逐月发生数之和；年终的数含半年的数，因为各月的随机数是同一串。"""
    dice = Dice("monthly", fact, key or _twin(posting))
    by_month = [draw(dice) for _ in range(12)]
    return sum(by_month[m - 1] for m in posting.months(period))


def _personal_facts(p: Posting, period: str) -> dict[str, str]:
    """一个人自己的数：登记人是本人，社区和街道核实。"""
    q, who = quality(p), _twin(p)
    dice = Dice("checked", who, period)

    def monthly(fact: str, draw: Callable[[Dice], int]) -> int:
        return _monthly(p, period, fact, draw)

    received = monthly("problems", lambda d: d.whole(1, 3))
    open_problems = sum(dice.chance(0.22 * (1.2 - q)) for _ in range(received))
    disputes = monthly("disputes", lambda d: d.whole(0, 2))
    open_disputes = sum(dice.chance(0.25 * (1.2 - q)) for _ in range(disputes))
    promises = 2 if period == MID else 4
    broken = sum(dice.chance(0.25 * (1.1 - q)) for _ in range(promises))
    linked = 10 - sum(dice.chance(0.12 * (1.2 - q)) for _ in range(10))
    trained = sum(
        Dice("training", who, quarter).whole(9, 16) for quarter in range(4) if quarter * 3 + 2 in p.months(period)
    )
    return {
        "policy_talks": str(monthly("talks", lambda d: 1 + d.chance(0.15 + 0.45 * q))),
        "unaware_households": str(sum(dice.chance(0.16 * (1.3 - q)) for _ in range(10))),
        "publicity_channels": str(2 + dice.whole(0, 2)),
        "village_facts_test": _tenths(_between(60.0, int(152 + 40 * q + 6 * dice.normal()) / 2, 100.0)),
        "party_meetings": str(monthly("meetings", lambda d: 1 + d.chance(0.25) - d.chance(0.12))),
        "visit_rate": _rate(max(0.0, 3.0 * (1.12 - q) + 0.35 * dice.normal())),
        "household_record_errors": str(sum(dice.chance(0.30 * (1.1 - q)) for _ in range(3))),
        "people_trained": str(trained),
        "people_employed": str(monthly("employed", lambda d: d.whole(0, 2))),
        "deeds": str(monthly("deeds", lambda d: d.chance(0.35 + 0.4 * q))),
        "problems_received": str(received),
        "problems_closed": str(received - open_problems),
        "promises_made": str(promises),
        "promises_kept": str(promises - broken),
        "linked_households": f"{{checked: 10, passed: {linked}}}",
        "disputes_found": str(disputes),
        "disputes_mediated": str(disputes - open_disputes),
        "risk_screenings": str(monthly("screenings", lambda d: 1 + d.chance(0.2) - d.chance(0.08))),
        "documents": _documents(q, dice),
        "county_awards": str(int(period == END and Dice("award", who).chance(0.15))),
        "repeat_awards": "0",
        "city_awards": "0",
        "overdue_tasks": str(sum(dice.chance(0.25 * (1.05 - q)) for _ in range(3))),
        "overdue_rectifications": str(int(dice.chance(0.25 * (1.0 - q)))),
        "cross_findings": str(sum(dice.chance(0.45 * (1.1 - q)) for _ in range(4))),
        "residence_rate": _rate(max(0.0, 2.6 * (1.08 - q) + 0.3 * dice.normal())),
        "short_months": "0",
        "leave_days": str(monthly("leave", lambda d: d.whole(0, 2) * d.chance(0.45))),
        "sanction": "否",
        "open_case": "否",
        "probation": "否",
    }


def _documents(q: float, dice: Dice) -> str:
    kept = ["驻村日记"]
    others = (("工作清单台账", 0.97), ("走访记录", 0.75), ("实事佐证", 0.88), ("请销假手续", 0.82))
    for name, probability in others:
        if dice.chance(probability + 0.25 * (q - 0.76)):
            kept.append(name)
    return "[" + ", ".join(kept) + "]"


def _community_facts(p: Posting, period: str) -> dict[str, str]:
    """一个安置点的数：在同一安置点的人登记的是同一个数；信访等只算本人在岗的月份。"""
    host = p.community.id
    good = _between(-2.0, Dice("place", host).normal(), 2.0)
    dice = Dice("community", host, period)

    def monthly(fact: str, draw: Callable[[Dice], int]) -> int:
        return _monthly(p, period, fact, draw, host)

    due = monthly("cases", lambda d: d.chance(0.18))
    late = sum(dice.chance(0.08) for _ in range(due))
    steps = ["已谋划", "已立项", "资金到位", "已见效"]
    reached = _between(1, int(2.3 + 0.5 * good + (1.0 if period == END else 0.0)), 4)
    tidiness = int(2 * (88.0 + 3.0 * good + 2.0 * dice.normal())) / 2
    stewards = 40.0 + 14.0 * Dice("stewards", host).unit()
    return {
        "dues_rate": _rate(3.0 * dice.unit() if dice.chance(0.4) else 0.0),
        "members_developed": str(_members(host, period)),
        "branch_standing": "好" if good + dice.normal() > -0.4 else "较好",
        "village_record_errors": str(int(dice.chance(0.3))),
        "cases_due": str(due),
        "cases_cleared": str(due - late),
        "income_growth": _tenths(_between(-3.0, 8.0 + 2.5 * good + 1.5 * dice.normal(), 20.0)),
        "project_progress": "[" + ", ".join(steps[: int(reached)]) + "]",
        "site_deeds": str(_site_deeds(host, period)),
        "county_petitions": str(monthly("county-petitions", lambda d: d.chance(0.03))),
        "city_petitions": str(monthly("city-petitions", lambda d: d.chance(0.006))),
        "province_petitions": "0",
        "beijing_petitions": "0",
        "mediation_room": "是",
        "village_rules": _flag(Dice("rules", host).chance(0.9)),
        "environment_score": _tenths(_between(70.0, tidiness, 99.0)),
        "coverage_rate": _rate(max(0.0, 2.5 - good + dice.normal())),
        "culture_events": str(2 + dice.whole(0, 2) + (2 if period == END else 0)),
        "awareness_rate": _rate(1.8 * dice.unit()),
        "households_per_steward": _tenths(stewards),
    }


def _members(host: str, period: str) -> int:
    dice = Dice("members", host)
    first, second = dice.whole(0, 2), dice.whole(1, 2)
    return first + (second if period == END else 0)


def _site_deeds(host: str, period: str) -> int:
    dice = Dice("site-deeds", host)
    first, second = dice.whole(5, 7), dice.whole(5, 8)
    return first + (second if period == END else 0)


def _marks(p: Posting, period: str) -> dict[str, list[int]]:
    """述职评议打分，以半分为单位；同一评委对不同的人松紧一致。"""
    q = quality(p)
    committee = p.community.committee
    seats = {"street-committee": 7, "host-committee": committee, "party-members": 8, "residents": 6}
    result = {}
    for name, number in seats.items():
        body = p.community.street if name == "street-committee" else p.community.id
        marks = []
        for seat in range(number):
            strict = Dice("judge", body, name, seat).normal()
            mood = Dice("mark", _twin(p), period, name, seat).normal()
            marks.append(int(_between(120, 2 * (78.5 + 17.0 * q + 1.4 * strict + 1.6 * mood), 199)))
        result[name] = marks
    return result


OPTIONS = ("满意", "较满意", "基本满意", "不满意")


def _votes(p: Posting, period: str, voters: str, issued: int) -> list[str]:
    """发出的票投成什么样；没有交回的不在内。"""
    q = quality(p) + {"residents": 0.0, "stewards": 0.03, "host-committee": 0.06}[voters]
    satisfied = _between(0.3, 0.28 + 0.72 * q, 0.97)
    steps = (satisfied, satisfied + 0.72 * (1 - satisfied), satisfied + 0.94 * (1 - satisfied))
    dice = Dice("ballot", _twin(p), period, voters)
    votes = []
    for _ in range(issued):
        returned, blank, spoiled, opinion = dice.unit(), dice.unit(), dice.unit(), dice.unit()
        if voters == "residents" and returned < 0.06:
            continue
        if blank < 0.03:
            votes.append("弃权")
        elif voters == "residents" and spoiled < 0.02:
            votes.append("无效")
        else:
            votes.append(OPTIONS[sum(opinion >= step for step in steps)])
    return votes


# 聚源社区“两委”当场唱票，逐张登记；其余社区只报计票数。
SINGLE_BALLOTS = {"h-06"}


def _survey(p: Posting, period: str, held_on: date) -> Survey:
    place = p.community
    votes = {
        name: _votes(p, period, name, issued)
        for name, issued in (
            ("residents", place.residents),
            ("stewards", place.stewards),
            ("host-committee", place.committee),
        )
    }
    classes = {
        "residents": _by_channel(place, votes["residents"]),
        "stewards": [Ballots(place.stewards, votes["stewards"])],
        "host-committee": [Ballots(place.committee, votes["host-committee"], single=place.id in SINGLE_BALLOTS)],
    }
    return Survey(held_on, classes)


def _by_channel(place: Community, votes: list[str]) -> list[Ballots]:
    """扫码的票全部交回，没有交回的都算在纸质票里。"""
    if not place.by_phone:
        return [Ballots(place.residents, votes)]
    return [
        Ballots(place.residents - place.by_phone, votes[place.by_phone :]),
        Ballots(place.by_phone, votes[: place.by_phone], "online"),
    ]


def _meeting_day(p: Posting, period: str) -> date:
    """述职评议的日子：各社区排在不同的工作日；中途离任的，在离任前两天。"""
    _first, last = p.within(period)
    if last < LAST[period]:
        return last - timedelta(days=2)
    days = {MID: (16, 17, 18, 19, 20, 23, 24, 25), END: (8, 9, 10, 11, 12, 15, 16, 17)}[period]
    return LAST[period].replace(day=days[int(p.community.id[-1]) - 1])


def _cross(p: Posting, period: str) -> tuple[int, date]:
    """交叉检查一年两次，6月和11月；离任在前的，用最近一次的得分。"""
    autumn = period == END and p.last >= date(YEAR, 11, 14)
    held = date(YEAR, 11, 14) if autumn else date(YEAR, 6, 6)
    score = 77.0 + 17.0 * quality(p) + 1.8 * Dice("cross", _twin(p), held).normal()
    return int(10 * _between(55.0, score, 99.5)), held


def dossier(p: Posting, period: str) -> Dossier:
    values = _personal_facts(p, period) | _community_facts(p, period)
    facts: dict[str, Fact | State] = {
        name: Fact(values[name]) for _title, names in (*SECTIONS, ("", DERIVED)) for name in names
    }
    last = p.within(period)[1]
    meeting = _meeting_day(p, period)
    cross = _cross(p, period)
    evidence = {
        "e-1": ("办实事台账及群众签字单", p.community.name, last),
        "e-2": ("入户走访登记簿", "本人", last),
        "e-3": ("交叉检查反馈单", CROSS_TEAM[p.community.street], cross[1]),
    }
    facts["deeds"] = Fact(values["deeds"], ("e-1",))
    facts["site_deeds"] = Fact(values["site_deeds"], ("e-1",))
    facts["visit_rate"] = Fact(values["visit_rate"], ("e-2",))
    facts["cross_findings"] = Fact(values["cross_findings"], ("e-3",))
    survey = _survey(p, period, meeting + timedelta(days=1))
    sheet = Dossier(p, period, facts, meeting, _marks(p, period), survey, cross, evidence)
    for happened in STORY:
        happened(sheet)
    return sheet


# 交叉检查组由别的街道抽人组成。
CROSS_TEAM = {
    "t-01": "交叉检查第一组（松岚街道）",
    "t-02": "交叉检查第二组（映溪街道）",
    "t-03": "交叉检查第三组（鹿台街道）",
    "t-04": "交叉检查第四组（云桥街道）",
}


# ── 故事之二：发生了什么事 ───────────────────────────────────────
# 每个函数看一份档案，与自己有关的才改。改的都是事实，不碰分数。

STORY: list[Callable[[Dossier], None]] = []


def happened(function: Callable[[Dossier], None]) -> Callable[[Dossier], None]:
    STORY.append(function)
    return function


@happened
def story_pair(sheet: Dossier) -> None:
    """方晓棠、韦以宁同住一间、同跑一片，联合述职、同卷测评：成绩来源完全相同，只有请假天数不同。"""
    if sheet.posting.id == "p-0009":
        sheet.notes.append("与韦以宁（c-0010）分片不分家：联合登记、联合述职、同卷测评。")
    if sheet.posting.id == "p-0010":
        sheet.notes.append("与方晓棠（c-0009）分片不分家：联合登记、联合述职、同卷测评；请假各记各的。")
        sheet.count("leave_days", {MID: 4, END: 6}[sheet.period])


@happened
def story_not_a_party_member(sheet: Dossier) -> None:
    """郑怀瑾不是中共党员，不承担组织“三会一课”，这一项不适用。"""
    if not sheet.posting.cadre.party_member:
        sheet.facts["party_meetings"] = State("not-applicable", "非中共党员，不承担组织“三会一课”")


@happened
def story_flood(sheet: Dossier) -> None:
    """6月25日夜归园社区遭水灾，群众转移，满意度测评推迟到7月9日。"""
    if sheet.posting.community.id == "h-08" and sheet.period == MID:
        sheet.survey.held_on = date(2025, 7, 9)
        sheet.notes.append("6月25日夜安置点遭水灾，群众转移，满意度测评推迟到7月9日补测。")


@happened
def story_make_up_test(sheet: Dossier) -> None:
    """陆明霁6月在外参加防汛，社区情测试7月3日补考。"""
    if sheet.posting.id == "p-0006" and sheet.period == MID:
        old = sheet.facts["village_facts_test"]
        assert isinstance(old, Fact)
        sheet.facts["village_facts_test"] = replace(old, known_on=date(2025, 7, 3))
        sheet.notes.append("社区情测试因抽调防汛，7月3日补考。")


@happened
def story_excused_from_test(sheet: Dossier) -> None:
    """梁疏影年终测试时住院，经街道批准免考。"""
    if sheet.posting.id == "p-0019" and sheet.period == END:
        sheet.facts["village_facts_test"] = State("excused", "测试期间住院，经街道党工委批准免考")
        sheet.evidence["e-4"] = ("住院证明和免考审批表", "映溪街道", date(2025, 12, 5))


@happened
def story_residence_below_line(sheet: Dossier) -> None:
    """秦牧川9月三次到市里学习没有报备，不算驻村，全年到岗率降到97.2%。"""
    if sheet.posting.id == "p-0004" and sheet.period == END:
        sheet.facts["residence_rate"] = Fact("97.2%")
        sheet.notes.append("9月三次外出学习未报备，不计驻村天数。")


@happened
def story_short_month(sheet: Dossier) -> None:
    """夏禾2月家中有事，只驻村18天。"""
    if sheet.posting.id == "p-0017":
        sheet.count("short_months", 1)
        sheet.count("leave_days", 9 if sheet.period == MID else 12)
        sheet.notes.append("2月驻村18天，其余各月均满20天。")


@happened
def story_tasks_left_undone(sheet: Dossier) -> None:
    """马骁野工作清单一拖再拖；脱岗和作风漂浮在督查记录里。"""
    if sheet.posting.id == "p-0015":
        sheet.count("overdue_tasks", 2 if sheet.period == MID else 4)


@happened
def story_sanction(sheet: Dossier) -> None:
    """彭启山违规收受管理服务对象礼品，11月受政务警告处分，已结案。"""
    if sheet.posting.id == "p-0021" and sheet.period == END:
        sheet.facts["sanction"] = Fact("是", ("e-4",))
        sheet.evidence["e-4"] = ("政务警告处分决定书", "区纪委监委", date(2025, 11, 18))


@happened
def story_deeds_fell_short(sheet: Dossier) -> None:
    """映山社区的充电棚到年底没有验收，全年只办成9件实事。"""
    if sheet.posting.community.id == "h-05" and sheet.period == END:
        sheet.count("site_deeds", 9)
        sheet.notes.append("安置点充电棚到12月底未验收，不计入实事。")


@happened
def story_left_during_the_year(sheet: Dossier) -> None:
    """年中离开安置点的人，不按全年10件实事考核。"""
    left = sheet.posting.ended
    if left is not None and sheet.period == END:
        reason = f"{left.month}月{left.day}日离任，不按全年10件考核"
        sheet.facts["site_deeds"] = State("not-applicable", reason)


# ── 写成文件 ─────────────────────────────────────────────────────


def _wrap(head: str, items: Iterable[str], width: int = 100) -> list[str]:
    """一行写得下就写一行，写不下的折行，第二行起多缩进两格。"""
    indent = " " * (len(head) - len(head.lstrip()) + 2)
    lines, line = [], head + "["
    for number, item in enumerate(items):
        piece = item if number == 0 else ", " + item
        if _cells(line + piece) > width:
            lines.append(line + ",")
            line = indent + item
        else:
            line += piece
    return [*lines, line + "]"]


def _cells(text: str) -> int:
    return sum(1 if ord(c) < 0x2000 else 2 for c in text)


def _fact_line(name: str, fact: Fact | State) -> str:
    if isinstance(fact, State):
        return f"  {name}: {{state: {fact.state}, reason: {fact.reason}}}"
    more = f", evidence: [{', '.join(fact.evidence)}]" if fact.evidence else ""
    more += f", known_on: {fact.known_on}" if fact.known_on else ""
    return f"  {name}: {{value: {fact.value}{more}}}" if more else f"  {name}: {fact.value}"


def _half(mark: int) -> str:
    return f"{mark // 2}.5" if mark % 2 else str(mark // 2)


def _ballots_entry(ballots: Ballots) -> str:
    counts = {option: ballots.votes.count(option) for option in OPTIONS}
    tally = ", ".join(f"{option}: {count}" for option, count in counts.items())
    abstain, invalid = ballots.votes.count("弃权"), ballots.votes.count("无效")
    return (
        f"{{issued: {ballots.issued}, tally: {{{tally}}}, abstain: {abstain}, invalid: {invalid}, "
        f"channel: {ballots.channel}}}"
    )


def _survey_lines(survey: Survey) -> list[str]:
    lines = ["surveys:", "  satisfaction:", f"    held_on: {survey.held_on}", "    classes:"]
    for name, entries in survey.classes.items():
        if len(entries) > 1:
            lines.append(f"      {name}:")
            lines += [f"        - {_ballots_entry(entry)}" for entry in entries]
        elif entries[0].single:
            lines += [f"      {name}:", f"        issued: {entries[0].issued}"]
            lines += _wrap("        ballots: ", entries[0].votes)
        else:
            lines.append(f"      {name}: {_ballots_entry(entries[0])}")
    return lines


def _two_postings(p: Posting, period: str) -> bool:
    return sum(o.cadre == p.cadre and o.months(period) != [] for o in POSTINGS.values()) > 1


def dossier_text(sheet: Dossier) -> str:
    p, period = sheet.posting, sheet.period
    first, last = p.within(period)
    role = "驻村第一书记" if p.leader else "驻村工作队员"
    who = f"{p.community.name}{role} {p.cadre.name}（{UNITS[p.cadre.unit]}派出）"
    lines = [
        f"# {YEAR}年{PERIOD_TITLE[period]}登记表：{who}",
        f"# 数据为{first.month}月{first.day}日至{last.month}月{last.day}日累计，"
        f"由{STREETS[p.community.street]}党政办登记。",
        *(f"# {note}" for note in sheet.notes),
        f"dossier: {p.cadre.id}",
        f"period: {YEAR}-{period}",
    ]
    if _two_postings(p, period):
        lines.append(f"posting: {p.id}")
    lines += ["", "facts:"]
    for title, names in SECTIONS:
        lines.append(f"  # {title}")
        lines += [_fact_line(name, sheet.facts[name]) for name in names]
    lines += ["", "reviews:", "  debriefing:", f"    held_on: {sheet.debrief_on}", "    classes:"]
    for name, marks in sheet.marks.items():
        lines += _wrap(f"      {name}: ", map(_half, marks))
    lines += ["", *_survey_lines(sheet.survey)]
    score, held = sheet.cross
    issuer = CROSS_TEAM[p.community.street]
    result = f"score: {_tenths(score / 10)}, issuer: {issuer}, issued_on: {held}, evidence: [e-3]"
    lines += [
        "",
        "external:",
        f"  cross-inspection: {{{result}}}",
        "",
        "evidence:",
    ]
    lines += [
        f"  {name}: {{title: {title}, source: {source}, date: {day}}}"
        for name, (title, source, day) in sheet.evidence.items()
    ]
    return "\n".join(lines) + "\n"


# 没有登记表的：半年时刚到岗两周的；年终时已离岗、全年不满半年的；考核关系没有转来的。
NO_DOSSIER = {("p-0025", MID), ("p-0014", END), ("p-0016", MID), ("p-0016", END)}


def _record_files() -> dict[str, str]:
    files = {}
    for period in (MID, END):
        for p in POSTINGS.values():
            if p.months(period) and (p.id, period) not in NO_DOSSIER:
                name = f"{p.cadre.id}-{p.id}" if _two_postings(p, period) else p.cadre.id
                files[f"records/{YEAR}-{period}/{name}.yaml"] = dossier_text(dossier(p, period))
    return files


def _targets(p: Posting) -> str:
    """定标：全年任务数，按当年在岗月数折算。"""
    yearly = {
        "policy_talks": 16,
        "party_meetings": 12,
        "risk_screenings": 12,
        "people_trained": 36 + 4 * Dice("target", _twin(p)).whole(0, 3),
        "people_employed": 10,
        "deeds": 6,
    }
    months = len(p.months(END))
    return ", ".join(f"{fact}: {(number * months + 6) // 12}" for fact, number in yearly.items())


def _transfer_lines(relation: str, transfer: Transfer | tuple[Transfer, ...] | None) -> list[str]:
    if transfer is None:
        return [f"      {relation}: not-applicable"]
    if isinstance(transfer, Transfer):
        return [f"      {relation}: {_transfer(transfer)}"]
    return [f"      {relation}:", *(f"        - {_transfer(one)}" for one in transfer)]


def _transfer(transfer: Transfer) -> str:
    text = f"to: {transfer.to}, effective: {transfer.effective}"
    text += f", returned: {transfer.returned}" if transfer.returned else ""
    text += f", known_on: {transfer.known_on}" if transfer.known_on else ""
    text += f", evidence: {transfer.evidence}" if transfer.evidence else ""
    if transfer.withdrawn:
        text += f", withdrawn: {{on: {transfer.withdrawn[0]}, reason: {transfer.withdrawn[1]}}}"
    return f"{{{text}}}"


def _posting_lines(number: int, p: Posting) -> list[str]:
    lines = [
        f"  # {p.community.name}：{p.cadre.name}",
        f"  - id: {p.id}",
        f"    cadre: {p.cadre.id}",
        f"    host: {p.community.id}",
        f"    role: {'first-secretary' if p.leader else 'team-member'}",
        f"    sending_unit: {p.cadre.unit}",
        f"    from: {p.start}",
        f"    to: {p.term_end}",
    ]
    if p.known_on:
        lines.append(f"    known_on: {p.known_on}")
    if p.ended:
        lines.append(f"    ended: {{on: {p.ended}, reason: {p.reason}}}")
    own = DUTIES if p.leader else (DUTIES[0], DUTIES[1 + number % 6], DUTIES[1 + (number + 2) % 6])
    lines += _wrap("    duties: ", own)
    lines.append(f"    targets: {{{_targets(p)}}}")
    lines.append("    transfers:")
    lines += [line for relation, t in p.transfers.items() for line in _transfer_lines(relation, t)]
    return lines


@cache
def _leave_days(posting_id: str, period: str) -> int:
    """到考核期末累计的请假天数；考核期里不在岗的，没有。"""
    p = POSTINGS[posting_id]
    fact = dossier(p, period).facts["leave_days"] if p.months(period) else Fact("0")
    assert isinstance(fact, Fact)
    return int(fact.value)


def _supervision_files() -> dict[str, str]:
    teams = supervision_year.teams_drawn(HERE / "supervision" / "draws")
    world = supervision_year.World(POSTINGS, Dice, lambda p, period: _leave_days(p.id, period), teams)
    return supervision_year.all_files(world)


def _roster_files() -> dict[str, str]:
    places = ["# 街道和安置社区", f"roster: {YEAR}-places", "townships:"]
    places += [f"  - {{id: {i}, name: {name}, kind: street}}" for i, name in STREETS.items()]
    places.append("hosts:")
    for c in COMMUNITIES.values():
        places.append(f"  - {{id: {c.id}, name: {c.name}, township: {c.street}, kind: community}}")
    units = ["# 派出单位", f"roster: {YEAR}-sending-units", "sending_units:"]
    units += [f"  - {{id: {i}, name: {name}}}" for i, name in UNITS.items()]
    cadres = [
        "# 驻村干部名册：第一书记8名（c-0001至c-0008），其余为工作队员；c-0025、c-0026为年中接替",
        f"roster: {YEAR}-cadres",
        "cadres:",
    ]
    for person in CADRES.values():
        member = "yes" if person.party_member else "no"
        about = f"id: {person.id}, name: {person.name}, category: {person.category}, party_member: {member}"
        cadres.append(f"  - {{{about}}}")
    postings = [
        "# 派驻记录：定村、定人、定标（targets，全年数）、定责（duties），以及四个划转",
        "# 没有写某个关系的，就是没有划转；not-applicable 是不适用（非中共党员）",
        "# known_on 是何日登记；withdrawn 是登记有误，从哪天起不再采信",
        f"roster: {YEAR}-postings",
        "postings:",
    ]
    for number, p in enumerate(POSTINGS.values()):
        postings += _posting_lines(number, p)
    texts = {"places": places, "sending-units": units, "cadres": cadres, "postings": postings}
    return {f"roster/{name}.yaml": "\n".join(lines) + "\n" for name, lines in texts.items()}


def all_files() -> dict[str, bytes]:
    return {
        name: text.encode("utf-8")
        for name, text in sorted((_roster_files() | _record_files() | _supervision_files()).items())
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="生成示例工作区的名册、档案和监督记录")
    parser.add_argument("--check", action="store_true", help="只与已有文件逐字节比较，不写")
    arguments = parser.parse_args()
    files = all_files()
    there = {
        path.relative_to(HERE).as_posix()
        for folder in ("roster", "records", "supervision")
        for path in (HERE / folder).rglob("*.yaml")
    }
    there -= {name for name in there if supervision_year.BY_HAND.search(name)}
    stray = sorted(there - set(files))
    if arguments.check:
        different = [n for n, raw in files.items() if n not in there or (HERE / n).read_bytes() != raw]
        for name in [*different, *stray]:
            print(f"不一致：{name}")
        print(f"共 {len(files)} 个文件，{len(different) + len(stray)} 个不一致")
        return 1 if different or stray else 0
    for name in stray:
        print(f"多出来的文件，请自行处理：{name}")
    for name, raw in files.items():
        (HERE / name).parent.mkdir(parents=True, exist_ok=True)
        (HERE / name).write_bytes(raw)
    print(f"写好 {len(files)} 个文件")
    return 0


if __name__ == "__main__":
    sys.exit(main())
