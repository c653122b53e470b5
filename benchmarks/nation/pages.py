"""The pages of docs/scale/ that say what was measured: made of what the command keeps, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from cadre_eval.errors import Text
from nation.charts import growth_svg, peers_svg
from nation.figures import (
    LIMIT,
    OWN,
    Figure,
    Found,
    figures_of,
    growth,
    memory_of,
    middle,
    over,
    peers_at,
    sizes_of,
    spread_text,
    time_text,
)
from nation.planning import planning_page
from nation.tables import Bilingual

REACHED = {True: Text("达到", "reached"), False: Text("**没有达到**", "**not reached**"), None: Text("—", "—")}
WHAT_PEERS_ARE = {
    "int64": Text(
        "极限：为这套办法手写的 numpy 整数核，精确，各项得分都留着",
        "the limit: numpy integers written by hand for these rules, exact, every point kept",
    ),
    "columns": Text("本软件，不带一票否优、名额和并列处理，与别家一样", "this package, no gates, quotas and ties, as all peers"),
    "columns:plugin": Text("同上，一项由插件的普通函数计分，每次重新问", "the same, one criterion by a plugin's plain function, asked anew"),
    "columns:whole": Text("本软件，办法原样", "this package, the rules as they stand"),
    "float64": Text("numpy 浮点数，`np.round`", "numpy doubles, `np.round`"),
    "polars": Text("polars 一次查询，浮点数", "polars, one query on doubles"),
    "openfisca": Text("OpenFisca，32 位浮点数：填数加计算", "OpenFisca, 32-bit floats: inputs and calculation"),
    "exact": Text("对照：逐人用分数算，手写", "the oracle: fractions, one cadre at a time, by hand"),
    "closures": Text("编成闭包，逐人用分数算", "rules compiled to closures over fractions"),
    "zen": Text("zen-engine，28 位小数，逐人", "zen-engine, decimals of 28 digits, one cadre at a time"),
}  # fmt: skip


def pages_of(found: Found) -> dict[str, str]:
    """Every page by its name."""
    return {
        "benchmarks.md": "\n".join(Page(found, "zh").lines()),
        "benchmarks.en.md": "\n".join(Page(found, "en").lines()),
        "planning.md": planning_page(found, "zh"),
        "planning.en.md": planning_page(found, "en"),
        "peers.svg": peers_svg(found),
        "growth.svg": growth_svg(found),
    }


@frozen
class Page(Bilingual):
    """The page of figures."""

    def lines(self) -> Iterator[str]:
        yield from self.opening()
        yield from self.reached(figures_of(self.found))
        yield from self.peers()
        yield from self.growing()
        yield from self.commands()
        yield from self.ballots()
        yield from self.readers()
        yield from self.small()
        yield from self.memory()

    def opening(self) -> Iterator[str]:
        machine = self.found["machine"]
        yield from self.heading(1, "基准测试", "Benchmarks")
        yield from self.paragraph(
            "`make bench-nation` 一条命令量出本页的全部数字，写成本页；数字出自 [benchmarks.json](benchmarks.json)。"
            "各家轮流跑，每轮换一个先跑，比值只在同一次里有意义。",
            "One command, `make bench-nation`, measures every figure of this page and writes it, from\n"
            "[benchmarks.json](benchmarks.json). All take turns, another one first each time; a ratio means something within one run only.",
        )
        other, title = ("benchmarks.en.md", "English") if self.lang == "zh" else ("benchmarks.md", "中文")
        yield f"{title}: [{'Benchmarks' if self.lang == 'zh' else '基准测试'}]({other})"
        yield ""
        versions = ", ".join(f"{name} {number}" for name, number in self.found["versions"].items())
        memory = machine["memory_mb"] / 1000
        yield from self.paragraph(
            f"机器：{machine['cpu']}，{machine['cores']} 核，内存 {memory:.0f} GB，{machine['system']}，Python {machine['python']}。"
            f"每项量 {self.found['runs']} 次（人少的计分量得更多），取中位数，括号里或旁边是最少和最多。",
            f"The machine: {machine['cpu']}, {machine['cores']} cores, {memory:.0f} GB of memory, {machine['system']}, "
            f"Python {machine['python']}.\nEach is measured {self.found['runs']} times, scoring of few cadres more often; given are medians, and the least and the most.",
        )
        yield from self.paragraph(f"版本：{versions}。", f"Versions: {versions}.")

    def reached(self, figures: Sequence[Figure]) -> Iterator[str]:
        yield from self.heading(2, "要达到的", "What is to be reached")
        table = self.table("什么|要求|量得|", "What|To reach|Measured|", right_from=4)
        for figure in figures:
            texts = (figure.what, figure.goal, figure.measured, REACHED[figure.reached])
            table.add(*(text.in_(self.lang) for text in texts))
        yield from table.lines()
        if any(figure.reached is None for figure in figures):
            yield from self.paragraph(
                "—：这次没有按要求的规模量，或没有可比的。",
                "—: not measured at the size asked for, or nothing to compare with.",
            )

    def peers(self) -> Iterator[str]:
        yield from self.heading(2, "与别家并排", "Beside the others")
        yield from self.paragraph(
            "只量计分：35 项指标、总分、池内名次、等次；表已在内存里，各用自己最顺手的样子。慢的只算一部分人，比值按每人算。"
            "“错”是与精确的对照不同的个数；浮点数的各项得分不比：三分之一本来就不是浮点数。",
            "Timed is scoring alone: 35 criteria, the total, the rank in the pool, the grade; the tables are in memory, in the form a\n"
            "peer likes best. Slow ones score some of the cadres; ratios are for one cadre. Wrong is what differs from the exact oracle;\n"
            "points of floats are not compared: a third is no float.",
        )
        yield f"![{self.say('每人用时', 'Time for a cadre')}](peers.svg)"
        yield ""
        for name, what in WHAT_PEERS_ARE.items():
            if any(name in peers_at(self.found, size) for size in sizes_of(self.found)):
                yield f"- `{name}`: {what.in_(self.lang)}"
        yield ""
        for size in sizes_of(self.found):
            yield from self.peers_of(size)

    def peers_of(self, size: int) -> Iterator[str]:
        yield from self.heading(3, f"{size:,} 人", f"{size:,} cadres")
        table = self.table(
            "|版本|人数|中位数|最少–最多|是 int64 的几倍|总分错|名次错|等次错|得分错",
            "|Version|Cadres|Median|Least – most|Times int64|Totals wrong|Ranks|Grades|Points",
            right_from=2,
        )
        peers = peers_at(self.found, size)
        for name, peer in peers.items():
            wrong = ("—" if n is None else f"{n:,}" for n in peer["wrong"].values())
            times = f"{over(self.found, size, name, LIMIT):,.2f}"
            table.add(
                f"`{name}`",
                peer["version"],
                f"{peer['rows']:,}",
                time_text(middle(peer)),
                spread_text(peer),
                times,
                *wrong,
            )
        yield from table.lines()
        given = self.found["sizes"][str(size)]["peers"]
        reference = given["reference"]
        rows = f"{reference['random_rows']:,}", f"{reference['rows_of_whole_pools']:,}"
        wrong_there = sum(reference["wrong"].values())
        yield self.say(
            f"`int64` 先与对照核对：随机 {rows[0]} 人、整池 {rows[1]} 人，错 {wrong_there}。",
            f"`int64` itself is compared with the oracle first: {rows[0]} random cadres and {rows[1]} of whole pools, {wrong_there} wrong.",
        )
        if given["not_installed"]:
            names = ", ".join(given["not_installed"])
            yield self.say(f"没有安装：{names}。", f"Not installed: {names}.")
        yield ""

    def growing(self) -> Iterator[str]:
        yield from self.heading(2, "随人数增长", "Growth")
        sizes = sizes_of(self.found)
        columns = {size: middle(peers_at(self.found, size)[OWN]) for size in sizes}
        power = growth(self.found, columns)
        if power is not None:
            yield from self.paragraph(
                f"列计分的用时按人数的 {power:.2f} 次方增长（1 是线性）。整条命令先要启动、读办法，人少时主要是这个。",
                f"The time of the columns grows with the number of cadres to the power of {power:.2f} (1 is linear). The whole\n"
                "command has to start and to read the rules first, which is most of it where cadres are few.",
            )
        yield f"![{self.say('每10万人用几秒', 'Seconds for 100,000 cadres')}](growth.svg)"
        yield ""
        yield from self.paragraph("每 10 万人的秒数：", "Seconds for 100,000 cadres:")
        ways = "`int64`|`columns`|bulk --jobs 1|bulk --jobs 2"
        table = self.table(f"人数|{ways}", f"Cadres|{ways}", right_from=0)
        for size in sizes:
            bulk = self.found["sizes"][str(size)]["bulk"]
            seconds = [middle(peers_at(self.found, size)[name]) for name in (LIMIT, OWN)]
            seconds += [middle(bulk[jobs]) for jobs in ("1", "2")]
            table.add(f"{size:,}", *(f"{s / size * 1e5:.3f}" for s in seconds))
        yield from table.lines()

    def commands(self) -> Iterator[str]:
        yield from self.heading(2, "整条命令 `cadre-eval bulk`", "The whole command `cadre-eval bulk`")
        yield from self.paragraph(
            "从空的进程开始，到结果和各项得分都在盘上；办法原样，有一票否优、名额和并列处理。内存是各进程合计的最高值，共用的只算一次。",
            "From an empty process until results and points are on disk; the rules as they stand, with gates, quotas and ties. Memory is\n"
            "the peak of all processes together, what they share counted once.",
        )
        table = self.table(
            "人数|--jobs|中位数|最少–最多|CPU|内存|读|写|总分错",
            "Cadres|--jobs|Median|Least – most|CPU|Memory|Read|Written|Totals wrong",
            right_from=0,
        )
        for size in sizes_of(self.found):
            taken = self.found["sizes"][str(size)]
            read, written = sum(taken["bytes"].values()) / 1e6, taken["bytes_out"] / 1e6
            for jobs, bulk in taken["bulk"].items():
                table.add(
                    f"{size:,}", jobs, time_text(middle(bulk)), spread_text(bulk), f"{bulk['cpu']:.2f} s",
                    f"{memory_of(bulk):.0f} MB", f"{read:.1f} MB", f"{written:.1f} MB", f"{bulk['wrong_totals']:,}",
                )  # fmt: skip
        yield from table.lines()

    def ballots(self) -> Iterator[str]:
        yield from self.heading(2, "选票", "Ballots")
        yield from self.paragraph(
            "逐张的选票从 Parquet 读出、计票。`read` 只读，`numpy` 用 bincount 连读，`columns` 是本软件的读法，每张都核对。",
            "Single ballots are read from Parquet and counted. `read` only reads, `numpy` is bincount with the read, `columns` the\n"
            "package's own reader, which checks every one.",
        )
        table = self.table(
            "选票|做法|中位数|最少–最多|是 numpy 的几倍|内存|计票错",
            "Ballots|Way|Median|Least – most|Times numpy|Memory|Counts wrong",
            right_from=2,
        )
        for counted in self.found["ballots"].values():
            for way, taken in counted["ways"].items():
                times = middle(taken) / middle(counted["ways"]["numpy"])
                wrong = "—" if way == "read" else f"{counted[f'wrong_{way}']:,}"
                table.add(
                    f"{counted['ballots']:,}", f"`{way}`", time_text(middle(taken)), spread_text(taken), f"{times:.2f}",
                    f"{taken['mb']:.0f} MB", wrong,
                )  # fmt: skip
        yield from table.lines()

    def readers(self) -> Iterator[str]:
        given = self.found["readers"]
        yield from self.heading(2, "读取器与解析器", "Readers beside bare parsers")
        yield from self.paragraph(
            f"同一张事实表，{given['rows']:,} 行：解析器只解析（pyarrow，JSON 行用 `json`）；读取器记得每个单元格怎么写、在哪一行；"
            "核对过的到计分用的列为止。",
            f"The same table of facts, {given['rows']:,} rows. The parser only parses (pyarrow; `json` for JSON lines); the reader keeps\n"
            "every cell as it is written, and its line; checked is the whole way to the columns that are scored.",
        )
        table = self.table(
            "格式|MB|解析器|读取器|倍数|核对过|倍数", "Format|MB|Parser|Reader|Times|Checked|Times", right_from=1
        )
        for form, taken in given["formats"].items():
            bare, reader, checked = (middle({"seconds": taken[way]}) for way in ("bare", "reader", "checked"))
            table.add(
                form, f"{taken['bytes'] / 1e6:.1f}", time_text(bare), time_text(reader), f"{reader / bare:.2f}",
                time_text(checked), f"{checked / bare:.2f}",
            )  # fmt: skip
        dossiers = self.found["dossiers"]
        parser, whole = middle(dossiers["parser"]), middle(dossiers["assess"])
        yield from table.lines()
        each = dossiers["bytes"] / dossiers["dossiers"]
        yield from self.paragraph(
            f"{dossiers['dossiers']:,} 份 YAML 档案，每份 {each:.0f} 字节：只用 PyYAML 的 CBaseLoader 解析 {time_text(parser)}"
            f"（{spread_text(dossiers['parser'])}），整条命令 {time_text(whole)}（{spread_text(dossiers['assess'])}），{whole / parser:.2f} 倍。",
            f"{dossiers['dossiers']:,} YAML dossiers of {each:.0f} bytes: only parsed by PyYAML's CBaseLoader in {time_text(parser)} "
            f"({spread_text(dossiers['parser'])}),\nthe whole command {time_text(whole)} ({spread_text(dossiers['assess'])}), {whole / parser:.2f} times.",
        )

    def small(self) -> Iterator[str]:
        taken = self.found["small"]
        yield from self.heading(2, "24 人的区", "A district of 24")
        names = {
            "bare": Text("空的 Python", "bare Python"),
            "import": Text("`import cadre_eval`", "`import cadre_eval`"),
            "assess": Text("`cadre-eval assess`，示例区年终", "`cadre-eval assess`, the example, year-end"),
            "before": Text(f"同上，版本 {taken['revision']}", f"the same, revision {taken['revision']}"),
        }
        table = self.table("|中位数|最少–最多|CPU|内存", "|Median|Least – most|CPU|Memory", right_from=1)
        for name, title in names.items():
            if name in taken:
                cost = taken[name]
                table.add(
                    title.in_(self.lang),
                    time_text(middle(cost)),
                    spread_text(cost),
                    time_text(cost["cpu"]),
                    f"{cost['mb']:.0f} MB",
                )
        yield from table.lines()

    def memory(self) -> Iterator[str]:
        memory: Mapping[str, float] = self.found["memory"]
        size = sizes_of(self.found)[-1]
        yield from self.heading(2, "各家的内存", "Memory of the peers")
        yield from self.paragraph(
            f"{size:,} 人：只读表的进程最高 {memory['read']:.0f} MB（这些整数数组各家都从它开始；本软件自己另读一遍），读了再计分的多出：",
            f"{size:,} cadres. A process that only reads the tables reaches {memory['read']:.0f} MB (whole numbers that every peer starts\n"
            "from; this package reads the tables again for itself). Scoring adds to that:",
        )
        table = self.table("|最高|多出", "|Peak|More", right_from=1)
        for name, mb in memory.items():
            if name != "read":
                table.add(f"`{name}`", f"{mb:.0f} MB", f"{max(mb - memory['read'], 0):.0f} MB")
        yield from table.lines()
