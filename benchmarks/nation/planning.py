"""The page that plans beyond one nation: what was measured, drawn on in a straight line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil

from attrs import frozen

from cadre_eval.errors import Lang
from cadre_eval.tables.run import BLOCK
from nation.figures import NATION, Found, memory_of, middle, sizes_of
from nation.generate import BALLOTS
from nation.tables import Bilingual

TIMES = (1, 10, 100)
MACHINES = (1, 10, 31, 100)


@frozen
class Straight:
    """``start + each * n``, through the two largest sizes that were measured."""

    start: float
    each: float

    def at(self, n: float) -> float:
        return self.start + self.each * n

    def reaches(self, most: float) -> int:
        """The n at which it comes to so much."""
        return int((most - self.start) / self.each)


def straight(values: Mapping[int, float]) -> Straight:
    """Where the two do not tell them apart, everything is taken to grow."""
    *_, (n, value) = sorted(values.items())
    if len(values) > 1:
        m, less = sorted(values.items())[-2]
        each = (value - less) / (n - m)
        if each > 0 and value - each * n >= 0:
            return Straight(value - each * n, each)
    return Straight(0, value / n)


@frozen
class Rates:
    """Everything by the number of cadres."""

    seconds: Mapping[str, Straight]
    """By ``--jobs``."""
    memory: Straight
    counting: Straight
    counting_memory: Straight
    read: float
    """Bytes for a cadre, of all tables but single ballots."""
    tallies: float
    ballots: float
    written: float


def rates_of(found: Found) -> Rates:
    sizes = {size: found["sizes"][str(size)] for size in sizes_of(found)}
    size, last = max(sizes.items())
    counted = {int(n): taken for n, taken in found["ballots"].items()}
    columns = {n: taken["ways"]["columns"] for n, taken in counted.items()}
    return Rates(
        {jobs: straight({n: middle(taken["bulk"][jobs]) for n, taken in sizes.items()}) for jobs in ("1", "2")},
        straight({n: memory_of(taken["bulk"]["1"]) for n, taken in sizes.items()}),
        straight({n: middle(taken) for n, taken in columns.items()}),
        straight({n: taken["mb"] for n, taken in columns.items()}),
        sum(last["bytes"].values()) / size,
        last["bytes"]["tallies"] / size,
        counted[max(counted)]["bytes"] / max(counted),
        last["bytes_out"] / size,
    )


def planning_page(found: Found, lang: Lang) -> str:
    return "\n".join(Planning(found, lang, rates_of(found)).lines())


@frozen
class Planning(Bilingual):
    rates: Rates

    def many(self, n: float) -> str:
        """A large number of people or ballots, in words."""
        if self.lang == "zh":
            return f"{n / 1e8:,.1f} 亿" if n >= 1e8 else f"{n / 1e4:,.{0 if n >= 1e7 else 1}f} 万"
        if n < 1e6:
            return f"{n:,.0f}"
        return f"{n / 1e9:,.1f} billion" if n >= 1e9 else f"{n / 1e6:,.1f} million"

    def time(self, seconds: float) -> str:
        if seconds < 120:
            return self.say(f"{seconds:,.1f} 秒", f"{seconds:,.1f} s")
        if seconds < 7200:
            return self.say(f"{seconds / 60:,.0f} 分", f"{seconds / 60:,.0f} min")
        return self.say(f"{seconds / 3600:,.1f} 小时", f"{seconds / 3600:,.1f} h")

    @staticmethod
    def bytes(n: float) -> str:
        if n < 1e9:
            return f"{n / 1e6:,.0f} MB"
        return f"{n / 1e9:,.1f} GB" if n < 1e12 else f"{n / 1e12:,.2f} TB"

    def lines(self) -> Iterator[str]:
        yield from self.opening()
        yield from self.one_machine()
        yield from self.several()
        yield from self.breaks()
        yield from self.then()

    def opening(self) -> Iterator[str]:
        yield from self.heading(1, "再大十倍、百倍", "Planning beyond")
        sizes = [f"{size:,}" for size in sizes_of(self.found)[-2:]]
        machine = self.found["machine"]
        yield from self.paragraph(
            f"全国 {NATION:,} 人的十倍、一百倍要多少时间、内存和盘。数字由 `make bench-nation` 从[量得的数字](benchmarks.md)"
            f"按直线推出（{'、'.join(sizes)} 人两点，{machine['cores']} 核的 {machine['cpu']}），没有在那么大的数据上量过。",
            f"What ten and a hundred times a nation of {NATION:,} cadres would take. `make bench-nation` draws these numbers on from\n"
            f"[what it measured](benchmarks.en.md), in a straight line ({' and '.join(sizes)} cadres, {machine['cores']} cores of {machine['cpu']});\n"
            "nobody has measured tables of that size.",
        )
        other, title = (
            ("planning.en.md", "English: [Planning beyond]")
            if self.lang == "zh"
            else ("planning.md", "中文：[再大十倍、百倍]")
        )
        yield f"{title}({other})"
        yield ""

    def one_machine(self) -> Iterator[str]:
        yield from self.heading(2, "一台机器", "One machine")
        table = self.table(
            "人数|--jobs 1|--jobs 2|内存|表|结果和得分",
            "Cadres|--jobs 1|--jobs 2|Memory|Tables|Results and points",
            right_from=0,
        )
        for times in TIMES:
            n = NATION * times
            table.add(
                self.many(n), *(self.time(self.rates.seconds[jobs].at(n)) for jobs in ("1", "2")),
                self.bytes(self.rates.memory.at(n) * 1e6), self.bytes(self.rates.read * n), self.bytes(self.rates.written * n),
            )  # fmt: skip
        yield from table.lines()
        yield from self.paragraph("先把选票计成票数：", "Before that, ballots to tallies:")
        table = self.table(
            "选票|时间|内存|选票文件|计票文件", "Ballots|Time|Memory|Ballot files|Tally files", right_from=0
        )
        for times in TIMES:
            n = NATION * times
            table.add(
                self.many(n * BALLOTS), self.time(self.rates.counting.at(n)), self.bytes(self.rates.counting_memory.at(n) * 1e6),
                self.bytes(self.rates.ballots * n), self.bytes(self.rates.tallies * n),
            )  # fmt: skip
        yield from table.lines()

    def several(self) -> Iterator[str]:
        yield from self.heading(2, "几台机器，按省分", "Several machines, by province")
        yield from self.paragraph(
            "每台各算几个省，各有自己的名册、事实和计票；池不跨省，算完没有要合并的。这里按平均分，实际由最大的一份决定。",
            "Each takes some provinces with their own roster, facts and tallies; no pool crosses a province, so nothing is merged.\n"
            "Shares are taken as equal here; in truth the largest decides.",
        )
        table = self.table(
            "人数|机器|每台人数|时间|每台内存|每台计票",
            "Cadres|Machines|Cadres each|Time|Memory each|Tallying each",
            right_from=0,
        )
        for times in TIMES[1:]:
            for k in MACHINES:
                n = NATION * times / k
                table.add(
                    self.many(NATION * times), str(k), self.many(n), self.time(self.rates.seconds["2"].at(n)),
                    self.bytes(self.rates.memory.at(n) * 1e6), self.time(self.rates.counting.at(n)),
                )  # fmt: skip
        yield from table.lines()

    def breaks(self) -> Iterator[str]:
        yield from self.heading(2, "在哪里到头", "Where it would break")
        memory = self.found["machine"]["memory_mb"]
        most = self.many(self.rates.memory.reaches(memory))
        each = self.rates.memory.each * 1e6
        yield self.say(
            f"- **名册、计票、评分在一个进程的内存里。** 每人约 {each:,.0f} 字节，{memory / 1000:.0f} GB 的机器大约到 {most}人为止；"
            "事实表不在其中，它一块一块地读。",
            f"- **Roster, tallies and marks are in the memory of one process.** About {each:,.0f} bytes a cadre: a machine of {memory / 1000:.0f} GB\n"
            f"  ends at about {most} cadres. Facts are not among it: they are read block by block.",
        )
        handed = self.found["handed_out"]
        task, drafts, points = (handed[key] / handed["rows"] for key in ("task", "drafts", "points"))
        huge = NATION * TIMES[-1]
        yield self.say(
            f"- **所有的池一次排序。** 排名、名额在所有块算完以后由一个进程做，要所有人的整数（每人 {drafts:,.0f} 字节，压缩后），"
            f"{self.many(huge)}人是 {self.bytes(drafts * huge)}；全国一个池也是一次排序，`n log n`。",
            f"- **All pools are sorted at once.** Ranks and quotas come when every block is done, in one process that holds everybody's\n"
            f"  integers ({drafts:,.0f} bytes each, packed): {self.bytes(drafts * huge)} for {self.many(huge)} cadres. One pool of the whole nation is one sort, `n log n`.",
        )
        yield self.say(
            "- **并列处理的每一环都为每个人留着分数**，到排完名次为止；环越多，上面的字节越多。只有总分并列的人才去比。",
            "- **Every link of the tie-break chain keeps its score of everybody** until ranks are found; more links, more of those bytes.\n"
            "  Only those tied on the total are compared.",
        )
        blocks = ceil(huge / BLOCK)
        yield self.say(
            f"- **派任务的一端。** 每块的名册、计票、评分随任务发出，每人 {task:,.0f} 字节，得分收回每人 {points:,.0f} 字节："
            f"{self.many(huge)}人经过它的网口 {self.bytes((task + drafts + points) * huge)}。一次只有几块在路上，所以内存不涨，时间会涨。",
            f"- **The client that hands out tasks.** A block's share of roster, tallies and marks goes out with its task, {task:,.0f} bytes a cadre;\n"
            f"  points come back, {points:,.0f} bytes: {self.bytes((task + drafts + points) * huge)} through one network card for {self.many(huge)} cadres. Only some blocks are on\n"
            "  the way at once, so its memory does not grow, but the time does.",
        )
        yield self.say(
            f"- **一个调度器。** {self.many(huge)}人是 {blocks:,} 个任务（每块 {BLOCK:,} 行），调度器本身不是瓶颈；它倒了，已写完的块还在，接着做。",
            f"- **One scheduler.** {self.many(huge)} cadres are {blocks:,} tasks of {BLOCK:,} rows, which is little for it. If it is lost, the blocks that\n"
            "  were written stay, and the run goes on.",
        )
        yield self.say(
            f"- **盘。** {self.many(huge)}人的得分写出 {self.bytes(self.rates.written * huge)}，逐张的选票 {self.bytes(self.rates.ballots * huge)}；一台机器的盘要跟得上读。",
            f"- **Disk.** Points of {self.many(huge)} cadres are {self.bytes(self.rates.written * huge)}, single ballots {self.bytes(self.rates.ballots * huge)}; one machine's disk has to keep up.",
        )
        yield ""

    def then(self) -> Iterator[str]:
        yield from self.heading(2, "到时候怎么办", "What to do then")
        yield self.say(
            "1. **按省分。** 池和名额按乡镇，从不跨省：每省一个工作区，各跑 `cadre-eval bulk`，结果并排放着就是全国的。上面每一处都除以省数。",
            "1. **Partition by province.** Pools and quotas are by township and never cross one: a workspace for each province, `cadre-eval bulk` in\n"
            "   each, and the results side by side are the nation's. Everything above is divided by the number of provinces.",
        )
        yield self.say(
            f"2. **选票先在各份里计成票数。** 票数可以相加；每人 {BALLOTS} 张票的 {self.rates.ballots:,.0f} 字节变成 {self.rates.tallies:,.0f} 字节的计票，"
            "考核只读计票。没有计票的那一份不耽误别的。",
            f"2. **Tally ballots in each part first.** Counts add up; the {self.rates.ballots:,.0f} bytes of {BALLOTS} ballots become {self.rates.tallies:,.0f} bytes of tallies, and only\n"
            "   those are read by the assessment. A part that is late holds up no other.",
        )
        yield self.say(
            "3. **池要跨省的**（全国一个名次），各份照算，只把整数收到一处排：就是分到多台机器时收回的那些，不再读事实。",
            "3. **Where a pool does cross provinces** (one rank of the nation), score the parts as they are and bring only the integers to one\n"
            "   place: what comes back where a run is spread over machines. Facts are not read again.",
        )
        yield self.say(
            "4. **一省仍太大**，按市再分；只要池不被切开，结果不变。",
            "4. **A province that is still too large** is cut again, by city. As long as no pool is cut, results are the same.",
        )
        yield ""
