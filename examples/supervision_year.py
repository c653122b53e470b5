"""示例区2025年的监督记录：督查、交叉检查、工作清单、考勤、请假条、日志、2024年的结果。

由 generate_resettlement_district.py 调用。和登记表一样：写的是发生了什么事，考勤、清单等由固定种子的随机数补齐。
下列文件不由本脚本生成，是人写的：处理决定（decisions-2025.yaml）、公示和申诉（publicity-2025-year-end.yaml）；
抽签结果（draws/*.drawn.yaml）由 cadre-eval draw --out 写出，督查记录照着结果派人，所以这里要读它们。
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

YEAR = 2025
BY_HAND = re.compile(r"^supervision/(decisions-|publicity-|draws/.*\.drawn\.)")
DAY = timedelta(days=1)


def d(month: int, day: int) -> date:
    return date(YEAR, month, day)


# ── 日历：2025年的放假和调休（国务院办公厅通知） ──────────────────

_OFF = {
    d(1, 1), *(d(1, 28) + k * DAY for k in range(8)), *(d(4, 4) + k * DAY for k in range(3)),
    *(d(5, 1) + k * DAY for k in range(5)), *(d(5, 31) + k * DAY for k in range(3)),
    *(d(10, 1) + k * DAY for k in range(8)),
}  # fmt: skip
_MADE_UP = {d(1, 26), d(2, 8), d(4, 27), d(9, 28), d(10, 11)}


def works(day: date) -> bool:
    return day in _MADE_UP or (day.weekday() < 5 and day not in _OFF)


def each_day(first: date, last: date) -> Iterator[date]:
    return (first + k * DAY for k in range((last - first).days + 1))


def month_end(month: int) -> date:
    return (d(month, 28) + 4 * DAY).replace(day=1) - DAY


def workday_on_or_before(day: date) -> date:
    while not works(day):
        day -= DAY
    return day


def workdays_after(day: date, count: int) -> date:
    while count:
        day += DAY
        count -= works(day)
    return day


# ── 经办人员 ─────────────────────────────────────────────────────


@dataclass(frozen=True)
class Official:
    id: str
    name: str
    offices: tuple[tuple[str, str, str, str | None], ...]  # 单位、职务、任职、免职


DISTRICT = "qinglan"
OFFICIALS = (
    Official("o-01", "程望舒", ((DISTRICT, "区委组织部副部长", "2022-03-01", None),)),
    Official("o-02", "顾清扬", ((DISTRICT, "区驻村办主任", "2023-06-01", None),)),
    Official("o-03", "陶安", ((DISTRICT, "区驻村办督查专员", "2023-06-01", None),)),
    Official("o-04", "冷星河", ((DISTRICT, "区驻村办督查专员", "2023-06-01", None),)),
    Official("o-05", "柏文澜", ((DISTRICT, "区委组织部干部监督科科长", "2021-09-01", None),)),
    Official("o-06", "钟离岸", ((DISTRICT, "区驻村办考核专员", "2024-01-02", None),)),
    Official("o-07", "温如岚", (("t-03", "映溪街道党建办干事", "2020-07-01", "2024-06-30"), (DISTRICT, "区驻村办督查专员", "2024-07-01", None))),
    Official("o-08", "管彤", ((DISTRICT, "区民政局督查员", "2022-05-01", None),)),
    Official("o-09", "蓝若水", ((DISTRICT, "区纪委监委党风室干部", "2022-05-01", None),)),
    Official("o-11", "邵一舟", (("t-01", "云桥街道组织委员", "2023-01-01", None),)),
    Official("o-12", "连小池", (("t-01", "云桥街道党建办干事", "2023-01-01", None),)),
    Official("o-21", "伍言蹊", (("t-02", "松岚街道组织委员", "2023-01-01", None),)),
    Official("o-22", "昌露", (("t-02", "松岚街道党建办干事", "2023-01-01", None),)),
    Official("o-31", "闻人溪", (("t-03", "映溪街道组织委员", "2023-01-01", None),)),
    Official("o-32", "戚禾", (("t-03", "映溪街道党建办干事", "2023-01-01", None),)),
    Official("o-41", "岑北望", (("t-04", "鹿台街道组织委员", "2022-01-01", "2025-06-30"),)),
    Official("o-42", "师以南", (("t-04", "鹿台街道组织委员", "2025-07-01", None),)),
    Official("o-43", "明澈", (("t-04", "鹿台街道党建办干事", "2023-01-01", None),)),
    Official("o-51", "宗小满", (("u-12", "青岚城投人力资源部经理", "2021-01-01", None),)),
)  # fmt: skip
RELATIVES = {"o-03": "c-0006", "c-0011": "c-0020"}
"""申报的亲属，写在一方就够。"""
SIGNERS = {"t-01": "o-11", "t-02": "o-21", "t-03": "o-31", "t-04": "o-42"}
CHECKERS = {"t-01": "o-12", "t-02": "o-22", "t-03": "o-32", "t-04": "o-43"}


def street_signer(street: str, on: date) -> str:
    """鹿台街道的组织委员年中换人。"""
    return "o-41" if street == "t-04" and on <= d(6, 30) else SIGNERS[street]


def officials_file() -> str:
    lines = ["# 经办人员：督查、核查、批假、决定、复核的人，任职写明起止", "roster: 2025-officials", "officials:"]
    for who in OFFICIALS:
        lines += [f"  - id: {who.id}", f"    name: {who.name}"]
        if who.id in RELATIVES:
            lines.append(f"    relatives: [{RELATIVES[who.id]}]")
        lines.append("    offices:")
        for unit, title, first, last in who.offices:
            to = f", to: {last}" if last else ""
            lines.append(f"      - {{unit: {unit}, title: {title}, from: {first}{to}}}")
    return "\n".join(lines) + "\n"


# ── 从主脚本拿来的：派驻和随机数 ─────────────────────────────────


@dataclass(frozen=True)
class World:
    """``postings`` 是主脚本的派驻；``dice`` 造随机数；``leave`` 是某派驻到某考核期末累计的请假天数；
    ``teams`` 是一次抽签的结果：各社区由谁检查。"""

    postings: Mapping[str, Any]
    dice: Callable[..., Any]
    leave: Callable[[Any, str], int]
    teams: Callable[[str], Mapping[str, tuple[str, ...]]]

    def posted(self, day: date, host: str | None = None) -> list[Any]:
        found = [p for p in self.postings.values() if p.start <= day <= p.last]
        return [p for p in found if host in {None, p.community.id}]


# ── 督查和交叉检查：哪天去哪里 ───────────────────────────────────


@dataclass(frozen=True)
class Finding:
    id: str
    kind: str
    host: str
    cadre: str | None
    on: date
    text: str
    evidence: tuple[str, ...]
    deadline: date | None = None


@dataclass(frozen=True)
class Inspection:
    id: str
    title: str
    first: date
    hosts: tuple[str, ...]
    seed: str
    cross: bool = False
    findings: tuple[Finding, ...] = ()
    after: str = ""  # 整改、复查、撤销，照原样写进文件

    @property
    def last(self) -> date:
        return self.first + (2 if self.cross else 1) * DAY

    def day(self, host: str) -> date:
        """前一半社区头一天去，以此类推。"""
        place, days = self.hosts.index(host), (self.last - self.first).days + 1
        return self.first + (place * days // len(self.hosts)) * DAY


ODD, EVEN = ("h-01", "h-03", "h-05", "h-07"), ("h-02", "h-04", "h-06", "h-08")
ALL = tuple(sorted(ODD + EVEN))
AWAY = "没有报备，也没有请假"

INSPECTIONS = (
    Inspection("i-01", "第一次驻村工作督查", d(1, 14), ODD, "2025-01-13公开摇号4847"),
    Inspection("i-02", "第二次驻村工作督查", d(2, 25), EVEN, "2025-02-24公开摇号3856"),
    Inspection("i-03", "第三次驻村工作督查", d(3, 18), ("h-03", "h-07", "h-01", "h-05"), "2025-03-17公开摇号0323",
        findings=(
            Finding("f-03-1", "at-old-unit", "h-07", "c-0022", d(3, 18),
                "上午不在社区，在区文化馆排练节目，没有报备", ("现场照片03-07", "区文化馆排练签到表")),
        ),
        after="""
rectifications:
  - {finding: f-03-1, on: 2025-03-28, text: 本人回岗并书面说明, evidence: [书面说明03-28]}
rechecks:
  - {finding: f-03-1, on: 2025-04-02, by: o-04, result: rectified}
"""),
    Inspection("i-04", "第四次驻村工作督查", d(4, 15), ("h-02", "h-04", "h-06", "h-08"), "2025-04-14公开摇号8466",
        findings=(
            Finding("f-04-1", "absent", "h-04", "c-0015", d(4, 15),
                "下午2时到社区，马骁野不在，电话称在家，没有请假", ("现场照片04-04", "电话记录04-04")),
            Finding("f-04-2", "absent", "h-08", "c-0023", d(4, 16),
                "上午10时到社区，冯念慈不在，同事说不清去向", ("现场照片04-08",)),
        ),
        after="""
rectifications:
  - {finding: f-04-1, on: 2025-04-25, text: 本人书面检查，街道每日点名一个月, evidence: [书面检查04-25]}
rechecks:
  - {finding: f-04-1, on: 2025-05-08, by: o-03, result: rectified}
withdrawn:
  - {finding: f-04-2, on: 2025-04-22, by: o-02, reason: 当天在区委党校参加驻村干部培训，有通知和签到表，属公务外出}
"""),
    Inspection("i-05", "第五次驻村工作督查", d(5, 20), ("h-01", "h-07", "h-03", "h-05"), "2025-05-19公开摇号9961",
        findings=(
            Finding("f-05-1", "at-old-unit", "h-07", "c-0022", d(5, 20),
                "又在区文化馆上班，馆里值班表本月还排了22日、26日", ("现场照片05-07", "区文化馆值班表5月")),
            Finding("f-05-2", "at-old-unit", "h-03", "c-0014", d(5, 21),
                "在区市场监督管理局参加专项检查，派出单位打电话叫回，没有报备", ("现场照片05-03", "专项检查分组表")),
        ),
        after="""
rectifications:
  - {finding: f-05-1, on: 2025-06-03, text: 本人书面检查，区文化馆书面承诺不再抽用, evidence: [书面检查06-03, 文化馆承诺书]}
  - {finding: f-05-2, on: 2025-05-30, text: 本人书面报告经过, evidence: [书面报告05-30]}
  - {finding: f-05-1, on: 2025-08-05, text: 本人已召回，派出单位作了检查, evidence: [召回通知, 文化馆检查08-05]}
rechecks:
  - {finding: f-05-2, on: 2025-06-04, by: o-07, result: rectified}
  - {finding: f-05-1, on: 2025-07-15, by: o-04, result: not-rectified, reason: 复查当天又在区文化馆, deadline: 2025-07-25}
  - {finding: f-05-1, on: 2025-08-20, by: o-04, result: rectified}
"""),
    Inspection("x-01", "上半年交叉检查", d(6, 4), ALL, "2025-06-03公开摇号5157", cross=True,
        findings=(
            Finding("f-x1-1", "record-error", "h-06", "c-0020", d(6, 5),
                "三户监测户的台账和一户一档对不上", ("台账照片06-06", "交叉检查反馈单聚源社区")),
        ),
        after="""
rectifications:
  - {finding: f-x1-1, on: 2025-06-17, text: 逐户核对，台账已更正, evidence: [更正后台账06-17]}
rechecks:
  - {finding: f-x1-1, on: 2025-07-15, by: o-08, result: rectified}
"""),
    Inspection("i-06", "第六次驻村工作督查", d(7, 15), ("h-06", "h-07", "h-04", "h-08"), "2025-07-14公开摇号4166",
        findings=(
            Finding("f-06-1", "at-old-unit", "h-07", "c-0022", d(7, 15),
                "第三次在区文化馆上班，诫勉之后没有改", ("现场照片07-07", "区文化馆值班表7月")),
        ),
        after="""
rectifications:
  - {finding: f-06-1, on: 2025-07-28, text: 本人写出书面检查，召回决定已送达, evidence: [书面检查07-28]}
rechecks:
  - {finding: f-06-1, on: 2025-08-20, by: o-04, result: rectified}
"""),
    Inspection("i-07", "第七次驻村工作督查", d(9, 16), ("h-01", "h-02", "h-03", "h-05"), "2025-09-15公开摇号5885"),
    Inspection("i-08", "第八次驻村工作督查", d(10, 21), ("h-04", "h-02", "h-06", "h-07"), "2025-10-20公开摇号7380",
        findings=(
            Finding("f-08-1", "absent", "h-04", "c-0015", d(10, 21),
                "上午9时半到社区，马骁野不在，没有请假，下午才回", ("现场照片10-04", "社区值班记录10-21")),
            Finding("f-08-2", "perfunctory", "h-04", "c-0015", d(10, 21),
                "驻村日记是一次补写的，走访记录与群众说的对不上", ("驻村日记复印件", "入户笔录三份")),
        ),
        after="""
rectifications:
  - {finding: f-08-1, on: 2025-11-03, text: 本人书面检查, evidence: [书面检查11-03]}
  - {finding: f-08-2, on: 2025-11-18, text: 重新走访联系户，日记每周交街道查看, evidence: [走访记录11月, 街道查看记录]}
rechecks:
  - {finding: f-08-1, on: 2025-11-10, by: o-08, result: rectified}
  - {finding: f-08-2, on: 2025-12-10, by: o-08, result: rectified}
"""),
    Inspection("x-02", "下半年交叉检查", d(11, 12), ALL, "2025-11-11公开摇号8009", cross=True,
        findings=(
            Finding("f-x2-1", "deeds-behind", "h-05", None, d(11, 13),
                "充电棚应在10月完工，现场还没有通电，验收没有申请", ("现场照片11-05", "实事台账"), d(12, 31)),
        )),
    Inspection("i-09", "第九次驻村工作督查", d(11, 25), ("h-01", "h-03", "h-06", "h-08"), "2025-11-24公开摇号0956",
        findings=(
            Finding("f-09-1", "record-error", "h-06", "c-0019", d(11, 26),
                "帮扶台账缺9月、10月两个月的记录", ("台账照片11-06",)),
        )),
    Inspection("i-10", "第十次驻村工作督查", d(12, 10), ALL, "2025-12-09公开摇号4071"),
)  # fmt: skip

LEADERS = ("o-03", "o-04", "o-07")
DISTRICT_INSPECTORS = (*LEADERS, "o-06", "o-08", "o-09")
HOUSEHOLDS = {"h-01": 412, "h-02": 286, "h-03": 355, "h-04": 240, "h-05": 468, "h-06": 321, "h-07": 198, "h-08": 377}
SAMPLE = 20


def visits_on(day: date) -> set[str]:
    """这一天有人去看的社区。"""
    return {host for i in INSPECTIONS for host in i.hosts if i.day(host) == day}


def cross_days(who: str, world: World) -> set[date]:
    """到别的社区参加交叉检查的日子，考勤簿记出差。"""
    return {i.day(host) for i in INSPECTIONS if i.cross for host, team in world.teams(i.id).items() if who in team}


def draw_file(i: Inspection) -> str:
    """抽签的规则，先于种子公布。"""
    lines = [
        f"# {i.title}抽签：规则先公布，种子由公开摇号产生；谁都可以重抽一遍核对",
        f"draw: {i.id}",
        f"title: {i.title}抽签",
        f"on: {i.first}",
        f"seed: {i.seed}",
    ]
    before = [other.id for other in INSPECTIONS[: INSPECTIONS.index(i)] if other.cross == i.cross][-1:]
    if i.cross:
        june = i.first.month == 6
        lines.append("inspectors: all")
        # 邹雨眠6月3日已被派出单位抽回；苏见微刚受诫勉，马骁野刚被查出作风漂浮，不去检查别人。
        lines.append(f"without: [{'c-0014, c-0022' if june else 'c-0015'}]")
        lines += [f"hosts: [{', '.join(i.hosts)}]", "cover: 3"]
        lines.append(f"cover_at: {{{'h-04: 2, h-07: 2' if june else 'h-07: 2'}}}")
        lines += ["skills:", "  - {title: 每组一名第一书记, role: first-secretary, at_least: 1}"]
        lines += ["most_apart: 1", "reciprocal: avoid", "former: township", "soft:"]
        lines += [f"  - {{rule: same-host-before, weight: 20, with: [{name}]}}" for name in before]
        lines += ["  - {rule: same-unit-team, weight: 5}", "  - {rule: same-township-team, weight: 2}"]
        lines.append(f"households: {{{', '.join(f'{h}: {n}' for h, n in HOUSEHOLDS.items())}}}")
        lines.append(f"sample: {SAMPLE}")
    else:
        lines += [f"inspectors: [{', '.join(DISTRICT_INSPECTORS)}]", f"hosts: [{', '.join(i.hosts)}]", "cover: 2"]
        lines += ["skills:", f"  - {{title: 每组一名督查专员, people: [{', '.join(LEADERS)}], at_least: 1}}"]
        lines += ["most_apart: 1", "reciprocal: allow", "former: township"]
        if before:
            lines += ["soft:", f"  - {{rule: same-host-before, weight: 10, with: [{before[0]}]}}"]
    return "\n".join(lines) + "\n"


def inspection_file(
    i: Inspection, teams: Mapping[str, tuple[str, ...]], months: Mapping[int, Any], world: World
) -> str:
    team = sorted({person for people in teams.values() for person in people})
    lines = [
        f"# {i.title}：{i.first.month}月{i.first.day}日至{i.last.month}月{i.last.day}日，人员按抽签结果",
        f"inspection: {i.id}",
        f"title: {i.title}",
        f"kind: {'cross' if i.cross else 'district'}",
        f"from: {i.first}",
        f"to: {i.last}",
        f"planned_on: {i.first - 7 * DAY}",
        f"draw: {i.id}",
        f"team: [{', '.join(team)}]",
        f"hosts: [{', '.join(i.hosts)}]",
        "visits:",
    ]
    lines += [line for host in i.hosts for line in _visit(i, host, teams[host], months, world)]
    if i.findings:
        lines.append("findings:")
        lines += [line for f in i.findings for line in _finding(f)]
    return "\n".join(lines) + "\n" + i.after.lstrip("\n")


def _visit(i: Inspection, host: str, team: Iterable[str], months: Mapping[int, Any], world: World) -> Iterator[str]:
    on = i.day(host)
    found = {f.cadre for f in i.findings if f.host == host and f.kind in {"absent", "at-old-unit"}}
    posted = [p.cadre.id for p in world.posted(on, host)]
    rows = months[on.month]
    away = found | {who for who in posted if on in rows[who].unit}
    present = [who for who in posted if who not in away and on in rows[who].village]
    line = f"  - {{host: {host}, on: {on}, by: [{', '.join(sorted(team))}], present: [{', '.join(present)}]"
    if away & set(posted):
        line += f", absent: [{', '.join(sorted(away & set(posted)))}]"
    if not i.cross:
        yield line + "}"
        return
    dice = world.dice("households", i.id, host)
    aware, content = SAMPLE - int(3 * dice.unit()), SAMPLE - int(5 * dice.unit())
    yield line + ","
    yield f"     households: {{policy-aware: {{checked: {SAMPLE}, passed: {aware}}}, visited: {{checked: {SAMPLE}, passed: {content}}}}}}}"


def _finding(f: Finding) -> Iterator[str]:
    yield f"  - id: {f.id}"
    yield f"    kind: {f.kind}"
    yield f"    host: {f.host}"
    if f.cadre:
        yield f"    cadre: {f.cadre}"
    yield f"    on: {f.on}"
    yield f"    text: {f.text}"
    yield f"    evidence: [{', '.join(f.evidence)}]"
    if f.deadline:
        yield f"    deadline: {f.deadline}"


# ── 考勤、请假条、日志 ───────────────────────────────────────────


@dataclass
class Month:
    village: set[date] = field(default_factory=set)
    trip: set[date] = field(default_factory=set)
    leave: set[date] = field(default_factory=set)
    unit: set[date] = field(default_factory=set)


@dataclass(frozen=True)
class Slip:
    cadre: str
    first: date
    last: date
    kind: str
    by: str
    signed: date


TRIPS = {
    "c-0023": (d(4, 16), d(4, 17)),  # 区委党校培训
    "c-0006": tuple(each_day(d(6, 18), d(6, 24))),  # 抽调防汛
    "c-0001": (d(3, 12), d(3, 13)),
    "c-0003": (d(9, 9), d(9, 10)),
    "c-0008": (d(5, 14),),
    "c-0013": (d(10, 28), d(10, 29)),
}
UNIT = {
    "c-0022": (d(5, 20), d(5, 22), d(5, 26), d(7, 15), d(7, 16)),
    "c-0014": (d(5, 21), d(5, 22), *(x for x in each_day(d(6, 3), d(6, 13)) if works(x) and x.day not in {11, 12})),
}
"""考勤簿记在派出单位的日子。苏见微3月18日在文化馆，考勤簿却记在村。"""
BLANK = {
    "c-0004": (d(9, 11), d(9, 18), d(9, 24)),  # 三次外出学习没有报备
    "c-0015": (d(10, 21),),  # 脱岗；4月15日那次考勤簿仍记在村
}
SHORT = {("c-0017", 2): 18}  # 夏禾2月
# 有来历的请假：夏禾2月家中有事，梁疏影12月住院；蒋行舟的一张找错了人批；段临川的一张事后才批。
SET_LEAVE = {
    "c-0017": [(d(2, 10), d(2, 14), "事假"), (d(2, 17), d(2, 18), "事假")],
    "c-0019": [(d(12, 3), d(12, 5), "病假")],
}
WRONG_SIGNER = {"c-0024": "o-51"}
SIGNED_LATE = {"c-0013"}


def _leave_slips(world: World) -> list[Slip]:
    """每个派驻的请假天数拆成几张假条，都落在工作日，避开督查去的那天和开会的日子。"""
    found: list[Slip] = []
    for p in world.postings.values():
        half, whole = world.leave(p, "mid-year"), world.leave(p, "year-end")
        first, last = max(p.start, d(1, 1)), min(p.last, d(12, 31))
        wanted = [(max(first, d(1, 1)), min(last, d(5, 29)), half), (max(first, d(7, 1)), last, whole - half)]
        for begin, end, count in wanted:
            found += _placed(world, p, begin, end, count)
    return sorted(found, key=lambda s: (s.first, s.cadre))


def _placed(world: World, p: Any, begin: date, end: date, count: int) -> list[Slip]:
    who, dice = p.cadre.id, world.dice("slips", p.id, begin)
    found, taken = [], set(TRIPS.get(who, ())) | set(UNIT.get(who, ())) | set(BLANK.get(who, ()))
    for first, last, kind in SET_LEAVE.get(who, ()):
        if begin <= first <= end:
            days = [x for x in each_day(first, last) if works(x)]
            found.append(_slip(p, days, kind))
            taken |= set(days)
            count -= len(days)
    taken |= {x for x in each_day(begin, end) if p.community.id in visits_on(x)}
    taken |= set(each_day(d(12, 7), d(12, 31)))
    starts = [x for x in each_day(begin, end) if works(x)]
    while count > 0:
        length = min(count, 5 if count >= 7 else dice.whole(1, 3))
        days: list[date] = []
        while not days:
            first = starts[int(dice.unit() * len(starts))]
            run = [first + k * DAY for k in range(length)]
            if all(works(x) and x <= end and x not in taken for x in run):
                days = run
        found.append(_slip(p, days, "事假" if dice.chance(0.7) else "病假"))
        taken |= set(days) | {days[0] - DAY, days[-1] + DAY}
        count -= length
    return found


def _slip(p: Any, days: list[date], kind: str) -> Slip:
    signed = workday_on_or_before(days[0] - DAY)
    street = p.community.street
    by = street_signer(street, signed) if (days[-1] - days[0]).days < 3 else "o-02"
    return Slip(p.cadre.id, days[0], days[-1], kind, by, signed)


def _with_stories(slips: list[Slip]) -> list[Slip]:
    """一张批错人，一张补批。"""
    told: set[str] = set()
    found = []
    for slip in slips:
        by, signed, short = slip.by, slip.signed, (slip.last - slip.first).days < 3
        if slip.cadre in WRONG_SIGNER and slip.cadre not in told and short:
            by = WRONG_SIGNER[slip.cadre]
            told.add(slip.cadre)
        if slip.cadre in SIGNED_LATE and slip.cadre not in told:
            signed = workdays_after(slip.last, 1)
            told.add(slip.cadre)
        found.append(Slip(slip.cadre, slip.first, slip.last, slip.kind, by, signed))
    return found


def book(world: World, slips: Iterable[Slip]) -> dict[int, dict[str, Month]]:
    """十二个月的考勤簿。"""
    leave: dict[str, set[date]] = {}
    for slip in slips:
        leave.setdefault(slip.cadre, set()).update(x for x in each_day(slip.first, slip.last) if works(x))
    found: dict[int, dict[str, Month]] = {}
    for month in range(1, 13):
        rows: dict[str, Month] = {}
        for p in sorted(world.postings.values(), key=lambda p: (p.cadre.id, p.start)):
            days = [x for x in each_day(d(month, 1), month_end(month)) if p.start <= x <= p.last]
            if days:
                _fill(rows.setdefault(p.cadre.id, Month()), p, month, days, leave.get(p.cadre.id, set()), world)
        found[month] = rows
    return found


def _fill(row: Month, p: Any, month: int, days: list[date], leave: set[date], world: World) -> None:
    who = p.cadre.id
    row.leave |= {x for x in days if x in leave}
    row.trip |= {x for x in days if x in TRIPS.get(who, ()) or (x in cross_days(who, world) and x not in row.leave)}
    row.unit |= {x for x in days if x in UNIT.get(who, ())}
    other = row.leave | row.trip | row.unit | set(BLANK.get(who, ()))
    village = {x for x in days if works(x) and x not in other}
    rest = [x for x in days if not works(x) and x not in other]
    dice = world.dice("book", who, month)
    # 每月至少20天，周末节日也有人值守；在岗不满月的按天数折算。
    least = 20 + dice.whole(0, 2) if len(days) >= 28 else len(days) * 20 // 30
    least = SHORT.get((who, month), least)
    while rest and len(village) + len(row.trip) < least:
        village.add(rest.pop(int(dice.unit() * len(rest))))
    for day in sorted(village, reverse=True):
        if (who, month) in SHORT and len(village) > least:
            village.remove(day)
    row.village |= village


def day_list(days: Iterable[date]) -> str:
    runs: list[list[int]] = []
    for number in sorted(x.day for x in days):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{a}-{b}" if a < b else f"{a}" for a, b in runs)


def book_file(month: int, rows: Mapping[str, Month]) -> str:
    lines = [
        f"# {YEAR}年{month}月考勤簿：各街道党政办登记，月底汇总到区驻村办",
        f"attendance: {YEAR}-{month:02d}",
        "cadres:",
    ]
    for who in sorted(rows):
        marks = {name: getattr(rows[who], name) for name in ("village", "trip", "leave", "unit")}
        written = [f'{name}: "{day_list(days)}"' for name, days in marks.items() if days]
        lines.append(f"  {who}: {{{', '.join(written)}}}")
    return "\n".join(lines) + "\n"


def slips_file(slips: list[Slip]) -> str:
    lines = ["# 请假条：3天以内由管理关系所在的街道批，3天以上由区驻村办批", f"leave: {YEAR}", "slips:"]
    for number, slip in enumerate(slips, 1):
        about = f"id: s-{number:03d}, cadre: {slip.cadre}, from: {slip.first}, to: {slip.last}, kind: {slip.kind}"
        lines.append(f"  - {{{about}, signed_by: {slip.by}, signed_on: {slip.signed}}}")
    return "\n".join(lines) + "\n"


DAY_REPORTS = (
    (d(3, 18), "c-0007", "h-07", "入户走访联系户6户，调解楼道堆物纠纷一起", ()),
    (d(3, 18), "c-0022", "u-09", "参加馆里节目排练，准备社区文艺汇演", ("排练签到表",)),
    (d(4, 16), "c-0023", DISTRICT, "到区委党校参加驻村干部培训", ("培训通知", "签到表")),
    (d(5, 20), "c-0022", "u-09", "在馆里值班，接待群众借阅", ()),
    (d(5, 21), "c-0014", "u-07", "参加局里食品安全专项检查", ("专项检查分组表",)),
    (d(5, 21), "c-0013", "h-03", "陪同督查组查看实事项目", ()),
    (d(6, 20), "c-0006", "t-03", "在街道防汛指挥部值守", ("抽调通知",)),
    (d(7, 15), "c-0022", "u-09", "在馆里布置展览", ()),
    (d(10, 21), "c-0016", "h-04", "走访老人7户，登记独居老人3名", ()),
    (d(11, 13), "c-0005", "h-05", "协调充电棚通电，供电所答复下月初", ()),
)


def day_report_files() -> dict[str, str]:
    files = {}
    for month in sorted({on.month for on, *_ in DAY_REPORTS}):
        lines = [f"# {YEAR}年{month}月驻村日志摘录：督查核对时调取的", f"day_reports: {YEAR}-{month:02d}", "reports:"]
        for on, who, at, text, evidence in DAY_REPORTS:
            if on.month == month:
                more = f", evidence: [{', '.join(evidence)}]" if evidence else ""
                lines.append(f"  - {{cadre: {who}, on: {on}, at: {at}, text: {text}{more}}}")
        files[f"supervision/day-reports/{YEAR}-{month:02d}.yaml"] = "\n".join(lines) + "\n"
    return files


# ── 工作清单 ─────────────────────────────────────────────────────

EVERYONE, FIRST, TEAM = "everyone", "first-secretaries", "team-members"
LISTS: tuple[tuple[str, tuple[str, str], tuple[str, str, str]], ...] = (
    ("春节前走访慰问", ("走访联系户并登记困难需求", "走访登记表"), (FIRST, "召开节前安全隐患排查会", "会议记录")),
    ("返岗就业服务", ("登记返乡人员就业意向", "就业意向表"), (TEAM, "组织一场招聘政策宣讲", "签到表和照片")),
    ("防返贫集中排查", ("完成联系户收入核对", "收入核对表"), (FIRST, "主持一次监测对象评议", "评议记录")),
    ("春季环境整治", ("参加楼栋环境整治", "整治前后照片"), (TEAM, "更新楼栋长联系牌", "联系牌照片")),
    ("社区情测试准备", ("核对联系户一户一档", "一户一档抽查单"), (FIRST, "讲一堂党课", "讲稿和签到表")),
    ("半年总结", ("报送半年工作小结", "书面小结"), (TEAM, "汛期值守排班到人", "值守排班表")),
    ("暑期儿童关爱", ("走访留守儿童家庭", "走访登记表"), (FIRST, "防溺水警示牌核查", "警示牌照片")),
    ("秋季开学帮扶", ("核对助学政策落实", "助学台账"), (TEAM, "入户宣讲控辍保学", "宣讲记录")),
    ("实事项目推进", ("报送牵头实事进度", "进度表和照片"), (FIRST, "召开群众议事会", "会议记录")),
    ("医保参保动员", ("动员联系户参保", "参保名单"), (TEAM, "协助老人线上缴费", "缴费登记")),
    ("冬季取暖排查", ("排查用电用火隐患", "隐患排查表"), (FIRST, "组织一次消防演练", "演练照片")),
    ("年终总结", ("报送全年工作总结", "书面总结"), (TEAM, "整理全年台账移交街道", "台账移交单")),
)  # fmt: skip
"""一月一份：清单名称；人人都做的一项和佐证；第一书记或队员做的一项和佐证。"""

# 没有按时做的：到几时才报（None 是一直没有报）。其余都在期限前办结。
LATE: dict[tuple[str, str], date | None] = {
    ("c-0020", "2503-1"): d(3, 28),
    ("c-0015", "2505-1"): None,
    ("c-0015", "2506-1"): None,
    ("c-0012", "2506-1"): d(7, 4),
    ("c-0013", "2506-1"): d(7, 8),
    ("c-0008", "2509-2"): d(9, 29),
    ("c-0015", "2509-1"): None,
    ("c-0015", "2511-1"): None,
    ("c-0005", "2511-2"): date(2026, 1, 8),
    ("c-0005", "2512-1"): date(2026, 1, 8),
    ("c-0018", "2512-1"): date(2026, 1, 6),
    ("c-0024", "2512-2"): date(2026, 1, 6),
    ("c-0025", "2512-1"): date(2026, 1, 7),
}
# 头一次报送被退回的：原因，重新报送的日子。
RETURNED = {
    ("c-0004", "2504-1"): ("照片没有整治前的对比", d(4, 24)),
    ("c-0019", "2507-1"): ("漏了两户", d(7, 29)),
    ("c-0010", "2510-1"): ("名单没有联系户签字", d(10, 23)),
}


def worklist_files(world: World, months: Mapping[int, Mapping[str, Month]]) -> dict[str, str]:
    return {
        f"supervision/worklists/{YEAR}-{month:02d}.yaml": _worklist(month, months, world) for month in range(1, 13)
    }


def _worklist(month: int, months: Mapping[int, Mapping[str, Month]], world: World) -> str:
    title, (all_title, all_proof), (whom, own_title, own_proof) = LISTS[month - 1]
    issued = workdays_after(d(month, 1) - DAY, 2)
    due = workday_on_or_before(d(month, 24 if month in {1, 12} else 25))
    name = f"w-{YEAR}-{month:02d}"
    items = [
        (f"{YEAR % 100}{month:02d}-1", all_title, all_proof, EVERYONE),
        (f"{YEAR % 100}{month:02d}-2", own_title, own_proof, whom),
    ]
    lines = [
        f"# {YEAR}年{month}月工作清单：区驻村办下发，街道转发、核查",
        f"worklist: {name}",
        f"title: {month}月工作清单：{title}",
        f"source: 青驻村办提示{YEAR}-{month:02d}号",
        f"issued: {issued}",
        "items:",
    ]
    lines += [f"  - {{id: {i}, title: {t}, due: {due}, for: {w}, evidence: {proof}}}" for i, t, proof, w in items]
    lines.append("dispatched:")
    for street in ("t-01", "t-02", "t-03", "t-04"):
        later = 1 + world.dice("dispatch", month, street).whole(0, 1)
        lines.append(f"  {street}: {workdays_after(issued, 6 if (street, month) == ('t-03', 9) else later)}")
    reports, checks = [], []
    for item, _, proof, whom in items:
        for p in world.posted(due):
            if whom == EVERYONE or (whom == FIRST) == p.leader:
                made, checked = _work(item, proof, p, due, months, world)
                reports += made
                checks += checked
    return "\n".join([*lines, "reports:", *reports, "checks:", *checks]) + "\n"


def _work(
    item: str, proof: str, p: Any, due: date, months: Mapping[int, Mapping[str, Month]], world: World
) -> tuple[list[str], list[str]]:
    """报送和核查的各行。"""
    who, key = p.cadre.id, (p.cadre.id, item)
    dice = world.dice("work", who, item)
    reports, checks = [], []

    def report(on: date) -> None:
        reports.append(f"  - {{item: {item}, cadre: {who}, on: {on}, evidence: [{proof}]}}")

    def check(of: date, result: str) -> None:
        on, by = workdays_after(of, 1 + dice.whole(0, 1)), CHECKERS[p.community.street]
        checks.append(f"  - {{item: {item}, cadre: {who}, on: {on}, by: {by}, result: {result}}}")

    if key in LATE and LATE[key] is None:
        return reports, checks
    on = LATE.get(key)
    if on is None:
        days = [
            x for x in each_day(max(due - 9 * DAY, p.start), due) if x in months[x.month][who].village and works(x)
        ]
        on = days[int(dice.unit() * len(days))]
    if key in RETURNED:
        reason, again = RETURNED[key]
        on = min(on, workdays_after(due - 8 * DAY, 1))
        report(on)
        check(on, f"returned, reason: {reason}")
        on = again
    report(on)
    check(on, "accepted")
    return reports, checks


# ── 2024年的结果 ─────────────────────────────────────────────────


def history_file(world: World) -> str:
    """前一年的等次和名次，从档案转录；2024年到岗的22人。"""
    pools: dict[str, list[str]] = {}
    for p in world.postings.values():
        if p.start.year == 2024:
            pools.setdefault(p.cadre.category, []).append(p.cadre.id)
    lines = ["# 2024年年终考核结果，从个人档案转录", "history: 2024-year-end", "results:"]
    rows = {}
    for category in sorted(pools):
        # 马骁野2024年就排在公务员末位，城投公司两人何既明在后；其余名次随机。
        last = {"c-0015", "c-0016"}
        members = sorted(pools[category], key=lambda who: (who in last, world.dice("2024", who).unit()))
        best = len(members) // 4
        good = "称职" if category == "civil-servant" else "合格"
        for rank, who in enumerate(members, 1):
            grade = "优秀" if rank <= best else good
            rows[who] = f"  - {{cadre: {who}, grade: {grade}, rank: {rank}, of: {len(members)}}}"
    return "\n".join([*lines, *(rows[who] for who in sorted(rows))]) + "\n"


# ── 全部文件 ─────────────────────────────────────────────────────


def teams_drawn(folder: Path) -> Callable[[str], Mapping[str, tuple[str, ...]]]:
    """抽签结果里各社区的检查组；还没有抽的，没有。"""

    def teams(name: str) -> Mapping[str, tuple[str, ...]]:
        path = folder / f"{name}.drawn.yaml"
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        found = re.findall(r'^  "(h-\d\d)":.*\n    inspectors: \[([^\]]*)\]', text, re.M)
        return {host: tuple(re.findall(r'"([^"]+)"', people)) for host, people in found}

    return teams


def all_files(world: World) -> dict[str, str]:
    slips = _with_stories(_leave_slips(world))
    months = book(world, slips)
    files = {"roster/officials.yaml": officials_file(), f"supervision/leave-{YEAR}.yaml": slips_file(slips)}
    files |= {f"supervision/attendance/{YEAR}-{m:02d}.yaml": book_file(m, rows) for m, rows in months.items()}
    files |= day_report_files()
    files |= worklist_files(world, months)
    files["supervision/history-2024.yaml"] = history_file(world)
    for i in INSPECTIONS:
        files[f"supervision/draws/{i.id}.yaml"] = draw_file(i)
        teams = world.teams(i.id)
        if teams:
            files[f"supervision/inspections/{i.id}.yaml"] = inspection_file(i, teams, months, world)
    return files
