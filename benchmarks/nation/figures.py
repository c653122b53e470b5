"""The figures to reach, each with what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from math import log
from statistics import median
from typing import Any, TypeAlias

from attrs import frozen

from cadre_eval.errors import Text

Found: TypeAlias = "Mapping[str, Any]"
"""What the command measured, as it is kept."""

LIMIT, OWN = "int64", "columns"
NATION = 563_000
"""Cadres the figures are about."""
BESIDE_OPENFISCA = 100_000
FROM = 10_000
"""From so many cadres on the columns are held against the limit."""

MOST_OVER_LIMIT, AIM_OVER_LIMIT = 3, 2
MOST_OVER_OPENFISCA = 1
MOST_SECONDS, MOST_MB = 3, 700
MOST_OVER_BINCOUNT, MOST_BALLOTS_MB = 1.5, 500
MOST_OVER_PARSER, AND_SECONDS = 1.5, 1
MOST_FOR_PLUGIN = 25
NO_SLOWER = 1.05
"""Two runs of the same command differ by as much."""

NOT_MEASURED = Text("没有测", "not measured")


@frozen
class Figure:
    """``reached`` is None where it was not measured at the size asked for, or not at all."""

    what: Text
    goal: Text
    measured: Text
    reached: bool | None


def middle(measured: Found) -> float:
    """The median of the seconds."""
    return float(median(measured["seconds"]))


def time_text(seconds: float) -> str:
    if seconds < 0.01:
        return f"{seconds * 1000:.2f} ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def spread_text(measured: Found) -> str:
    return f"{time_text(min(measured['seconds']))} – {time_text(max(measured['seconds']))}"


def sizes_of(found: Found) -> list[int]:
    return sorted(int(size) for size in found["sizes"])


def peers_at(found: Found, size: int) -> Found:
    peers: Found = found["sizes"][str(size)]["peers"]["peers"]
    return peers


def over(found: Found, size: int, name: str, other: str) -> float:
    """How many times as long a peer takes for a cadre as another one."""
    peers = peers_at(found, size)
    return _each(peers[name]) / _each(peers[other])


def _each(peer: Found) -> float:
    return middle(peer) / int(peer["rows"])


def nearest(found: Found, size: int) -> int:
    """The size itself, or the largest below it, or the smallest."""
    sizes = sizes_of(found)
    return max((s for s in sizes if s <= size), default=sizes[0])


def growth(found: Found, seconds: Mapping[int, float]) -> float | None:
    """The power of the number of cadres that the seconds grow by, from 10,000 (or the least) to the most."""
    sizes = [size for size in sizes_of(found) if size >= FROM]
    sizes = sizes if len(sizes) > 1 else sizes_of(found)
    if len(sizes) < 2:
        return None
    return log(seconds[sizes[-1]] / seconds[sizes[0]]) / log(sizes[-1] / sizes[0])


def at(size: int) -> Text:
    return Text(f"{size:,} 人", f"{size:,} cadres")


def figures_of(found: Found) -> list[Figure]:
    return [
        beside_limit(found),
        beside_openfisca(found),
        mistakes(found),
        *(nation(found, jobs) for jobs in (1, 2)),
        *ballots(found),
        dossiers(found),
        plugin(found),
        example(found),
    ]


def beside_limit(found: Found) -> Figure:
    sizes = [size for size in sizes_of(found) if size >= FROM]
    ratios = {size: over(found, size, OWN, LIMIT) for size in sizes}
    shown = {lang: "；".join(f"{at(s).in_(lang)} {r:.2f}" for s, r in ratios.items()) for lang in ("zh", "en")}
    return Figure(
        Text("列计分（各项得分都留着）比手写的 int64 核", "columns, points kept, to the hand-written int64 kernel"),
        Text(
            f"{FROM:,} 人起不过 {MOST_OVER_LIMIT} 倍（争取 {AIM_OVER_LIMIT} 倍）",
            f"from {FROM:,} cadres on at most {MOST_OVER_LIMIT} times (aim: {AIM_OVER_LIMIT})",
        ),
        Text(shown["zh"], shown["en"].replace("；", "; ")) if ratios else NOT_MEASURED,
        max(ratios.values()) <= MOST_OVER_LIMIT if ratios else None,
    )


def beside_openfisca(found: Found) -> Figure:
    size = nearest(found, BESIDE_OPENFISCA)
    peers = peers_at(found, size)
    what = Text("列计分比 OpenFisca 的填数加计算", "columns to OpenFisca's inputs and calculation")
    goal = Text(
        f"{BESIDE_OPENFISCA:,} 人不过 {MOST_OVER_OPENFISCA} 倍，一个不错",
        f"at {BESIDE_OPENFISCA:,} cadres at most {MOST_OVER_OPENFISCA} times, none wrong",
    )
    if "openfisca" not in peers:
        return Figure(what, goal, NOT_MEASURED, None)
    ratio, own = over(found, size, OWN, "openfisca"), wrong_count(peers[OWN])
    theirs = peers["openfisca"]["wrong"]
    measured = Text(
        f"{at(size).zh}：{ratio:.2f} 倍，错 {own}（OpenFisca 错 {theirs['totals']} 个总分）",
        f"{at(size).en}: {ratio:.2f} times, {own} wrong (OpenFisca: {theirs['totals']} totals wrong)",
    )
    asked = size == BESIDE_OPENFISCA
    return Figure(what, goal, measured, ratio <= MOST_OVER_OPENFISCA and not own if asked else None)


def wrong_count(peer: Found) -> int:
    """Totals, ranks, grades and points that are wrong, of those there are."""
    return sum(count or 0 for count in peer["wrong"].values())


def mistakes(found: Found) -> Figure:
    wrong = compared = 0
    for size in sizes_of(found):
        reference = found["sizes"][str(size)]["peers"]["reference"]
        peers = peers_at(found, size)
        own = [name for name in peers if name.partition(":")[0] == OWN]
        compared += size * len(own)
        wrong += sum(wrong_count(peers[name]) for name in own) + sum(reference["wrong"].values())
        wrong += sum(bulk["wrong_totals"] for bulk in found["sizes"][str(size)]["bulk"].values())
    return Figure(
        Text("总分、名次、等次、各项得分有几个错", "totals, ranks, grades and points that are wrong"),
        Text("0", "0"),
        Text(f"{compared:,} 人次中 {wrong}", f"{wrong} of {compared:,} cadres scored"),
        wrong == 0,
    )


def nation(found: Found, jobs: int) -> Figure:
    size = nearest(found, NATION)
    bulk = found["sizes"][str(size)]["bulk"][str(jobs)]
    seconds, mb = middle(bulk), memory_of(bulk)
    return Figure(
        Text(
            f"从 Parquet 到排好名次、定好等次的结果和各项得分（Parquet），整条命令，--jobs {jobs}",
            f"from Parquet to ranked, graded results with points in Parquet, the whole command, --jobs {jobs}",
        ),
        Text(
            f"{NATION:,} 人 {MOST_SECONDS} 秒、{MOST_MB} MB", f"{NATION:,} cadres in {MOST_SECONDS} s, {MOST_MB} MB"
        ),
        Text(
            f"{at(size).zh}：{time_text(seconds)}，{mb:.0f} MB", f"{at(size).en}: {time_text(seconds)}, {mb:.0f} MB"
        ),
        seconds <= MOST_SECONDS and mb <= MOST_MB if size == NATION else None,
    )


def memory_of(bulk: Found) -> float:
    """The peak of all processes together, or of the largest where the system tells no more."""
    return float(max(bulk["mb"], bulk["mb_together"] or 0))


def ballots(found: Found) -> list[Figure]:
    size = max(int(size) for size in found["ballots"])
    counted = found["ballots"][str(size)]
    ways, many = counted["ways"], counted["ballots"]
    ratio, mb = middle(ways["columns"]) / middle(ways["numpy"]), ways["columns"]["mb"]
    number = Text(f"{many:,} 张", f"{many:,} ballots")
    return [
        Figure(
            Text(
                "选票从 Parquet 到计票，比 numpy bincount 连读", "ballots from Parquet to tallies, to numpy bincount"
            ),
            Text(f"2800 万张不过 {MOST_OVER_BINCOUNT} 倍", f"28 million at most {MOST_OVER_BINCOUNT} times"),
            Text(f"{number.zh}：{ratio:.2f} 倍", f"{number.en}: {ratio:.2f} times"),
            ratio <= MOST_OVER_BINCOUNT and not counted["wrong_columns"] if size == NATION else None,
        ),
        Figure(
            Text("计票占用的内存", "memory for the tallies"),
            Text(f"2800 万张 {MOST_BALLOTS_MB} MB", f"28 million: {MOST_BALLOTS_MB} MB"),
            Text(f"{number.zh}：{mb:.0f} MB", f"{number.en}: {mb:.0f} MB"),
            mb <= MOST_BALLOTS_MB if size == NATION else None,
        ),
    ]


def dossiers(found: Found) -> Figure:
    taken = found["dossiers"]
    seconds, most = middle(taken["assess"]), MOST_OVER_PARSER * middle(taken["parser"]) + AND_SECONDS
    return Figure(
        Text(f"{taken['dossiers']:,} 份 YAML 档案，整条命令", f"{taken['dossiers']:,} YAML dossiers, whole command"),
        Text(
            f"不过快速解析器的 {MOST_OVER_PARSER} 倍加 {AND_SECONDS} 秒，即 {time_text(most)}",
            f"at most {MOST_OVER_PARSER} times the bare fast parser and {AND_SECONDS} s: {time_text(most)}",
        ),
        Text(time_text(seconds), time_text(seconds)),
        seconds <= most,
    )


def plugin(found: Found) -> Figure:
    size = nearest(found, NATION)
    more = (over(found, size, "columns:plugin", OWN) - 1) * 100
    values = found["plugin_values"]
    return Figure(
        Text(
            f"35 项中一项由插件的普通函数计分（{values} 个不同的值）",
            f"one of the 35 by an ordinary function of a plugin ({values} different values)",
        ),
        Text(f"不过多 {MOST_FOR_PLUGIN} %", f"at most {MOST_FOR_PLUGIN} % more"),
        Text(f"{at(size).zh}：多 {more:.0f} %", f"{at(size).en}: {more:.0f} % more"),
        more <= MOST_FOR_PLUGIN if size == NATION else None,
    )


def example(found: Found) -> Figure:
    taken = found["small"]
    seconds, bare = middle(taken["assess"]), middle(taken["bare"])
    zh, en = (
        f"{time_text(seconds)}（空的 Python {time_text(bare)}）",
        f"{time_text(seconds)} (bare Python {time_text(bare)})",
    )
    reached = None
    if "before" in taken:
        before = middle(taken["before"])
        zh, en = f"{zh}；以前 {time_text(before)}", f"{en}; before: {time_text(before)}"
        reached = seconds <= before * NO_SLOWER
    return Figure(
        Text("示例区 24 人，整条命令", "the example's 24 cadres, whole command"),
        Text("不比以前慢", "no slower than before"),
        Text(zh, en),
        reached,
    )
