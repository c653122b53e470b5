"""YAML is text with a place: one dialect whichever reader is installed, types by the schema, carets under the word."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from cadre_eval.errors import Problem, Problems, RefusedInput, Source, Span, Text
from cadre_eval.errors.render import excerpt, problem_json, problem_text, problems_text
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.errors.width import padded, text_width
from cadre_eval.model.dates import Duration, YearDay
from cadre_eval.numbers.ranges import Range
from cadre_eval.reading import yaml_events
from cadre_eval.reading.nodes import MapNode, Node, Scalar, SeqNode, plain_value
from cadre_eval.reading.scalars import (
    BadScalar,
    Flag,
    Id,
    Number,
    Prose,
    Whole,
    Word,
    parse_date,
    parse_duration,
    parse_flag,
    parse_id,
    parse_no_limit,
    parse_number,
    parse_positive,
    parse_prose,
    parse_step,
    parse_unsigned,
    parse_whole,
    parse_word,
    parse_year_day,
)
from cadre_eval.reading.settings import Place, place, setting
from cadre_eval.reading.structure import StrictReader
from cadre_eval.reading.yaml_reader import decode, read_yaml
from cadre_eval.ruleset.bands import parse_by_quota, parse_range
from small_workspace import FIRST_DOSSIER, LAYER, SMALL, shown, spoiled
from test_hostile import mutated

ROOT = Path(__file__).parents[1]
SHIPPED = sorted(p for folder in ("rulesets", "examples") for p in (ROOT / folder).rglob("*.yaml"))


def read(text: str, reader: Any = None) -> tuple[Node | None, list[Problem]]:
    problems = Problems()
    node = read_yaml(Source("text.yaml", text), problems, reader)
    return node, list(problems)


def read_only(text: str, reader: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Node | None, list[Problem]]:
    """What one reader makes of the text, without the other to fall back on."""
    if reader == "ruamel":
        return read(text, "ruamel")
    with monkeypatch.context() as patch:
        real = yaml_events.events
        patch.setattr("cadre_eval.reading.yaml_reader.events", lambda source, _which: real(source, "fast"))
        return read(text, "fast")


def flat(node: Node | None) -> Any:
    """The tree with every text and place, to compare."""
    if node is None:
        return None
    if isinstance(node, Scalar):
        return (node.text, node.line, node.column, node.length, node.plain)
    if isinstance(node, SeqNode):
        return [(node.line, node.column), *(flat(item) for item in node.items)]
    return {"at": (node.line, node.column), "entries": [(flat(key), flat(value)) for key, value in node.items()]}


def both(text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    fast, ruamel = (read_only(text, reader, monkeypatch) for reader in ("fast", "ruamel"))
    for node, problems in (fast, ruamel):
        assert (node is None) == bool(problems)
    return flat(fast[0]), flat(ruamel[0])


# One dialect


def test_a_fast_reader_is_installed_here_so_that_the_two_can_be_compared() -> None:
    assert yaml_events.fast_loader() is not None


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_both_readers_see_the_same_in_every_shipped_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problems = Problems()
    source = decode(path.name, path.read_bytes(), problems)
    assert source is not None
    fast, ruamel = both(source.text, monkeypatch)
    assert fast is not None
    assert fast == ruamel


ACCEPTED = [
    "a: b", "a:   b   # c", "'a b' : c", "a : b", "a: 'it''s'", 'a: "x\\ty"', 'a: "\\u4e2d\\U0001f600"', "a: |\n  x\n  y\n", "a: |-\n  x\n\n",
    "a: |+\n  x\n\n\nb: 1", "a: |2\n    x\n", "a: |\n  x\n # c\n", "a: >-\n  😀\n", "a: >\n  x\n  y\n\n  z\n", "a: >\n  x\n   y\n  z\n",
    'a: "x\n  y"', "a: x\n  y", "a: 'b\n\n  c'", 'a: "x\\\n  b"', "[a, b]", "a: [b,\n  c]", "a: [x # c\n, y]", "a: {b: c,}", "{a, b: 1}", "[a: 1]",
    "{url: http://x, at: 12:30}", "a: -x", "a: x#y", "a: x]", "a: x?y", "x:y", "- - a\n  - b", "-a: 1", "- a: 1\n  b: 2\n- c", "a:\n- b\n- c",
    "---\na: 1", "--- a", "a: 1\n...", "# c\na: 1\n# end\n", "a: ~", "a: null", "a: =", "a: <<", "a: ''", "😀: 𬀩", "[😀, 𬀩, x]", "é: e\u0301",
    "a:\u3000b: c", "a: x\u200by", "a: \xa0x", "? a\n: b", "key with spaces: v", "a: " + "长" * 200, "  a: 1\n  b: 2\n", "0123: 0.30", "a: yes",
    "a:", "a:\nb: 1", "a:\n  b:\nc: 1", "a: # c\nb: 1", "{a: , b: 1}", "- \n- x", "- a:\n- b", "a:   \n\n\nb: 1", "[a, ]", "a: {}\nb: []",
]  # fmt: skip

REFUSED = [
    "", "# c", "...", "a: 1\na: 2", "'a': 1\na: 2", "{a: 1, a: 2}", "a: &x y", "a: *x", "a: !x y", "a: ! y", "- !", "!!map {a: 1}", "<<: {a: 1}",
    "? [a]: b", "[a]: b", "{a: b}: c", ": b", "a: 1\n---\nb: 2", "a: 1\n...\nb: 2", "%YAML 1.2\n---\na: 1", "a: @x", "a: `x", "a: %x", "a: 'x", 'a: "x', "a: [x",
    "a: {x", "a: ::", "a: x:", "]", "a: 'x'y", "a: [x]y", "a: b: c", "a: - b", "a:\n  b\n c: 1", "  a: 1\nb: 2", "a: 1\n  b: 2", "a: 1\nb", "\ta: b", "a:\n\t- b",
    'a: "\\q"', 'a: "\\ud800"', 'a: "\\ud83d\\ude00"', 'a: "\\0"', 'a: "\\x1b"', 'a: "\\uffff"', "a: |x\n y", "- a\nb: 1", "[a,,b]",
    "[" * 33 + "]" * 33, "x" * 1100 + ": 1",
]  # fmt: skip


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_one_reader_accepts_the_other_reads_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fast, ruamel = both(text, monkeypatch)
    assert ruamel is not None
    assert fast == ruamel


@pytest.mark.parametrize("text", REFUSED)
def test_what_one_reader_refuses_the_other_refuses(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fast, ruamel = both(text, monkeypatch)
    assert (fast, ruamel) == (None, None)


@pytest.mark.parametrize(
    "text", [*REFUSED, "{a:, b: 1}", "---", "? a", "a:\tb", "a: b\t", "a: |\t\n x", "{a:\tb}", "a:\n  - b\t# c"]
)
def test_what_is_said_does_not_depend_on_the_reader_installed(text: str) -> None:
    with_fast, without = read(text), read(text, "ruamel")
    assert flat(with_fast[0]) == flat(without[0])
    assert shown(with_fast[1]) == shown(without[1])


PLAIN = [
    "甲",
    "好的",
    "90",
    "0.30",
    "yes",
    "a b",
    "x-1",
    "97.5%",
    "[no",
    "𬀩",
    "2025-06-30",
    "1/3",
    "null",
    "~x",
    "a#b",
]
QUOTED = [
    *PLAIN,
    "",
    " ",
    "a: b",
    "# c",
    "- x",
    "it's",
    'say "x"',
    "\\",
    "{",
    "]",
    "*a",
    "é\u0301",
    "\U0001f600",
    "line\nbreak",
]


class Maker:
    """Random files of the dialect, and the values they hold."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def scalar(self, flow: bool) -> tuple[str, str]:
        style = self.rng.randrange(3)
        if style == 0:
            text = self.rng.choice([w for w in PLAIN if not w.startswith("[")])
            return text, text
        text = self.rng.choice([w for w in QUOTED if style == 2 or "\n" not in w])
        if style == 1:
            return "'" + text.replace("'", "''") + "'", text
        return json.dumps(text, ensure_ascii=self.rng.random() < 0.2 and all(ord(c) < 0x10000 for c in text)), text

    def flow(self, depth: int) -> tuple[str, Any]:
        which = self.rng.randrange(4)
        if depth <= 0 or which > 1:
            return self.scalar(True)
        gap = self.rng.choice(["", " "])
        if which == 0:
            items = [self.flow(depth - 1) for _ in range(self.rng.randrange(4))]
            return f"[{gap}{', '.join(w for w, _ in items)}{gap}]", [v for _, v in items]
        entries = {f"k{i}": self.flow(depth - 1) for i in range(self.rng.randrange(4))}
        return f"{{{gap}{', '.join(f'{k}: {w}' for k, (w, _) in entries.items())}{gap}}}", {
            k: v for k, (_, v) in entries.items()
        }

    def comment(self) -> str:
        return self.rng.choice(["", "", "", "  # 说明: [x", " # 'y"])

    def block(self, depth: int, indent: int) -> tuple[list[str], Any]:
        """Lines of a mapping or list, and its value."""
        pad, lines, listing = " " * indent, [], self.rng.random() < 0.4
        values: Any = [] if listing else {}
        for number in range(self.rng.randrange(1, 5)):
            name = self.rng.choice(["", "指标", "a b", "key"]) + str(number)
            head = "-" if listing else f"{name}:"
            if self.rng.random() < 0.15:
                lines.append(pad + "# 一行说明")
            if depth > 0 and self.rng.random() < 0.4:
                below, value = self.block(depth - 1, indent + self.rng.choice([2, 4]))
                lines += [pad + head + self.comment(), *below]
            elif self.rng.random() < 0.1:
                lines += [f"{pad}{head} {self.rng.choice(['|', '>'])}-", f"{pad}  一段文字 # 不是注释"]
                value = "一段文字 # 不是注释"
            else:
                written, value = self.flow(2)
                lines.append(f"{pad}{head} {written}{self.comment()}")
            if listing:
                values.append(value)
            else:
                values[name] = value
        return lines, values


@pytest.mark.parametrize("chunk", range(6))
def test_both_readers_read_what_was_meant_in_random_files(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(40):
        lines, value = Maker(random.Random(f"{chunk} {seed}")).block(4, 0)
        text = "\n".join(lines) + "\n"
        for reader in ("fast", "ruamel"):
            node, problems = read_only(text, reader, monkeypatch)
            assert node is not None, f"{text}\n{shown(problems)}"
            assert plain_value(node) == value, text
        fast, ruamel = both(text, monkeypatch)
        assert fast == ruamel, text


@pytest.mark.parametrize("chunk", range(6))
def test_a_spoilt_file_means_the_same_with_and_without_the_fast_reader(chunk: int) -> None:
    rng = random.Random(f"conformance {chunk}")
    for _ in range(60):
        raw = mutated(rng, SMALL[rng.choice(list(SMALL))])
        source = decode("spoilt.yaml", raw, Problems())
        if source is not None:
            with_fast, without = read(source.text), read(source.text, "ruamel")
            assert flat(with_fast[0]) == flat(without[0]), raw
            assert shown(with_fast[1]) == shown(without[1]), raw


def test_without_the_fast_reader_a_folded_text_is_the_same_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (
        LAYER
        + "gates:\n  - {id: punished}\nadjustments:\n  groups:\n    - id: honours\n      note: >\n        一\n        二\n"
    )
    with_fast = plain_value(read(text)[0] or SeqNode(Source("none"), 1, 1))
    monkeypatch.setattr("cadre_eval.reading.yaml_reader.fast_loader", lambda: None)
    assert plain_value(read(text)[0] or SeqNode(Source("none"), 1, 1)) == with_fast


@pytest.mark.parametrize("text", ["a:\nb: 1", "x: 1\na: # c\nb: 1", "a:", "{a: , b: 1}", "a:   \n\n\nb: 1"])
@pytest.mark.parametrize("reader", ["fast", "ruamel"])
def test_an_empty_value_stands_on_the_line_of_its_key(
    text: str, reader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, _ = read_only(text, reader, monkeypatch)
    assert isinstance(node, MapNode)
    value = node.values["a"]
    assert isinstance(value, Scalar)
    assert value.is_empty
    assert value.line == node.keys["a"].line


# Places


@pytest.mark.parametrize(
    ("text", "word", "place"),
    [
        ("a: 好\nb: [x, 𬀩, target]", "target", (2, 11, 6)),
        ("😀: target", "target", (1, 4, 6)),
        ("e\u0301: target", "target", (1, 5, 6)),
        ("a: 'target'", "target", (1, 4, 8)),
        ("\ufeffa: target", "target", (1, 4, 6)),
        ("a: 1\r\nb: target", "target", (2, 4, 6)),
        ("a: 1\rb: target", "target", (2, 4, 6)),
        ("甲乙丙: {丁: target}", "target", (1, 10, 6)),
        ("a: target # target", "target", (1, 4, 6)),
        ("- - - target", "target", (1, 7, 6)),
    ],
)
@pytest.mark.parametrize("reader", ["fast", "ruamel"])
def test_a_word_stands_where_it_is_written(text: str, word: str, place: tuple[int, int, int], reader: Any) -> None:
    source = decode("text.yaml", text.encode(), Problems())
    assert source is not None
    node = read_yaml(source, Problems(), reader)
    todo, found = [node], []
    while todo:
        here = todo.pop()
        if isinstance(here, Scalar):
            found.append(here)
        elif here is not None:
            todo += here.items if isinstance(here, SeqNode) else list(here.values.values())
    assert [(s.line, s.column, s.length) for s in found if s.text == word] == [place]


def caret(line: str, word: str) -> tuple[str, str]:
    """The excerpt's two lines for a span over ``word``."""
    at = line.index(word)
    above, below = excerpt(Span(Source("f", line), 1, at + 1, len(word)))
    return above, below


@pytest.mark.parametrize(
    "line",
    [
        "a: word",
        "指标：好: word",
        "𬀩一: word",
        "e\u0301u\u0308: word",
        "😀😀: word",
        "\ta:\tword",
        "ｆｕｌｌ: word",
        "한국어: word",
        "a\u200bb: word",
        "ﾊﾝ: word",
    ],
)
def test_the_caret_is_under_the_word_whatever_stands_before_it(line: str) -> None:
    above, below = caret(line, "word")
    assert text_width(above[: above.index("word")]) == text_width(below[: below.index("^")])
    assert below.count("^") == 4
    assert "\t" not in above


def test_the_caret_is_as_wide_as_the_word() -> None:
    assert caret("a: 驻村干部 x", "驻村干部")[1].count("^") == 8
    assert caret("a: 𬀩 x", "𬀩")[1].count("^") == 2
    assert caret("a: e\u0301 x", "e\u0301")[1].count("^") == 1


@pytest.mark.parametrize("before", [0, 1, 39, 40, 41, 100, 5000])
@pytest.mark.parametrize("after", [0, 100, 5000])
@pytest.mark.parametrize("fill", ["x", "长"])
def test_a_long_line_is_cut_around_the_word(before: int, after: int, fill: str) -> None:
    above, below = caret(fill * before + "WORD" + fill * after, "WORD")
    assert "WORD" in above
    assert text_width(above[: above.index("WORD")]) == text_width(below[: below.index("^")])
    assert below.count("^") == 4
    assert len(above) <= 170


@pytest.mark.parametrize(("line", "column"), [(1, 1), (1, 3), (2, 1), (3, 1), (99, 1), (1, 99)])
def test_an_excerpt_can_be_made_of_any_place(line: int, column: int) -> None:
    above, below = excerpt(Span(Source("f", "ab\ncd"), line, column, 3))
    assert above.startswith(f"  {line} |")
    assert below.endswith("^")


def test_padding_counts_columns() -> None:
    assert padded("驻村", 6) == "驻村  "
    assert padded("驻村", 6, right=True) == "  驻村"
    assert padded("驻村干部", 6) == "驻村干部"


@pytest.mark.parametrize("name", ["周𬀩", "张\U0002ebf0", "李\ue000", "吉木·依诺", "王\U000e0100"])
def test_a_rare_character_of_a_name_is_shown_not_replaced(name: str) -> None:
    """Names hold characters newer than this Python's tables, and the private ones of older name systems."""
    above, _ = excerpt(Span(Source("f", f"name: {name}"), 1, 7, len(name)))
    assert above == f"  1 | name: {name}"


# Scalars


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.30", Fraction(3, 10)), ("90", Fraction(90)), ("-2", Fraction(-2)), ("+2", Fraction(2)), ("30%", Fraction(3, 10)), ("97.5%", Fraction(39, 40)),
        ("2/3", Fraction(2, 3)), ("007", Fraction(7)), ("0.1", Fraction(1, 10)), ("-0", Fraction(0)), ("999999999999999999", Fraction(10**18 - 1)),
        ("0.000000000000000001", Fraction(1, 10**18)), ("0/5", Fraction(0)),
    ],
)  # fmt: skip
def test_a_number_is_exactly_what_is_written(text: str, number: Fraction) -> None:
    assert parse_number(text) == number


NOT_NUMBERS = [
    "", " ", "九十", "1e3", "0x10", "1_000", ".5", "5.", "--1", "1/0", "1/2/3", "-1/2", "nan", "inf", "٣", "1 2", "1.2.3", "90%%", "%", "½", "Ⅷ",
    "1234567890123456789", "0.1234567890123456789", "1\n",
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadScalar) as bad:
        parse_number(text)
    assert bad.value.code == "CE206"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("９０", "90"),
        ("９０．５％", "90.5%"),
        ("1,000", "1000"),
        ("90分", "90"),
        ("３户", "3"),
        ("9 0", "90"),
        ("九十", None),
        ("90元整", None),
        ("abc", None),
    ],
)
def test_a_number_in_a_slip_of_style_is_refused_with_the_number_meant(text: str, meant: str | None) -> None:
    with pytest.raises(BadScalar) as bad:
        parse_number(text)
    assert bad.value.fix == meant
    assert meant is None or parse_number(meant) is not None


GOOD: list[tuple[Callable[[str], Any], str, Any]] = [
    (parse_id, "0123", "0123"), (parse_id, "c-0001", "c-0001"), (parse_id, "驻村_1", "驻村_1"), (parse_id, "x" * 64, "x" * 64),
    (parse_word, "no", "no"), (parse_word, "null", "null"), (parse_word, "吉木·依诺", "吉木·依诺"), (parse_word, "x" * 500, "x" * 500),
    (parse_prose, "a\nb", "a\nb"), (parse_whole, "12", 12), (parse_whole, "007", 7), (parse_positive, "0.01", Fraction(1, 100)), (parse_unsigned, "0", 0),
    (parse_flag, "yes", True), (parse_flag, "否", False), (parse_flag, "false", False), (parse_date, "2024-02-29", date(2024, 2, 29)),
    (parse_year_day, "06-30", YearDay(6, 30)), (parse_duration, "6 months", Duration(6, "months")), (parse_duration, "6个月", Duration(6, "months")),
    (parse_duration, "1 day", Duration(1, "days")), (parse_duration, "2年", Duration(2, "years")), (parse_duration, "30天", Duration(30, "days")),
    (parse_range, ">= 90", Range(Fraction(90), None)), (parse_range, "≥90", Range(Fraction(90), None)), (parse_range, "[75, 90)", Range(Fraction(75), Fraction(90), True, False)),
    (parse_range, "（75，90]".replace("（", "("), Range(Fraction(75), Fraction(90), False, True)), (parse_range, "any", Range(None, None)), (parse_range, "= 3", Range(Fraction(3), Fraction(3))),
    (parse_range, "< 98%", Range(None, Fraction(49, 50), True, False)),
]  # fmt: skip


@pytest.mark.parametrize(("parse", "text", "value"), GOOD)
def test_a_scalar_is_read_by_the_type_its_key_declares(parse: Callable[[str], Any], text: str, value: Any) -> None:
    assert parse(text) == value


BAD: list[tuple[Callable[[str], Any], str, str, str | None]] = [
    (parse_id, "a b", "CE211", None), (parse_id, "-a", "CE211", None), (parse_id, "_a", "CE211", None), (parse_id, "a/b", "CE211", None), (parse_id, "", "CE211", None),
    (parse_id, "x" * 65, "CE211", None), (parse_id, "a\n", "CE211", None), (parse_word, "", "CE214", None), (parse_word, "  ", "CE214", None), (parse_word, "a\nb", "CE214", None),
    (parse_word, "x" * 501, "CE214", None), (parse_prose, " \n", "CE214", None), (parse_whole, "7.0", "CE207", None), (parse_whole, "-1", "CE207", None),
    (parse_whole, "70%", "CE207", None), (parse_whole, "4/2", "CE207", None), (parse_whole, "１２", "CE206", "12"), (parse_positive, "0", "CE213", None),
    (parse_positive, "-1", "CE213", None), (parse_unsigned, "-0.01", "CE213", None), (parse_flag, "YES", "CE210", "yes"), (parse_flag, "1", "CE210", None),
    (parse_flag, "有", "CE210", None), (parse_date, "2024-02-30", "CE208", None), (parse_date, "2023-02-29", "CE208", None), (parse_date, "2024/2/5", "CE208", "2024-02-05"),
    (parse_date, "2024年2月5日", "CE208", "2024-02-05"), (parse_date, "2024.02.05", "CE208", "2024-02-05"), (parse_date, "2024/2/30", "CE208", None),
    (parse_date, "20240205", "CE208", None), (parse_date, "２０２４-02-05", "CE208", "2024-02-05"), (parse_date, "0000-01-01", "CE208", None), (parse_date, "2024-1-5", "CE208", "2024-01-05"),
    (parse_year_day, "02-29", "CE215", None), (parse_year_day, "6-30", "CE215", None), (parse_year_day, "13-01", "CE215", None), (parse_duration, "6", "CE209", None),
    (parse_duration, "半年", "CE209", None), (parse_duration, "-6 months", "CE209", None), (parse_step, "0", "CE213", None), (parse_step, "x", "CE206", None),
    (parse_no_limit, "None", "CE206", None), (parse_range, "90", "CE212", None), (parse_range, "[90, 75)", "CE212", None), (parse_range, "(75, 75)", "CE212", None),
    (parse_range, ">= 九十", "CE212", None), (parse_range, "75-90", "CE212", None), (parse_range, "> ", "CE212", None), (parse_by_quota, "quota", "CE212", None),
]  # fmt: skip


@pytest.mark.parametrize(("parse", "text", "code", "fix"), BAD)
def test_a_scalar_that_is_not_of_its_type_is_refused(
    parse: Callable[[str], Any], text: str, code: str, fix: str | None
) -> None:
    with pytest.raises(BadScalar) as bad:
        parse(text)
    assert (bad.value.code, bad.value.fix) == (code, fix)


@frozen
class Doc:
    at: Place = place()
    code: Id = setting("代码", "code")
    name: Word | None = setting("名称", "name", default=None)
    share: Number | None = setting("比例", "share", default=None)
    count: Whole = setting("数", "count", default=0)
    open_: Flag = setting("开", "open", default=False)
    note: Prose | None = setting("说明", "note", default=None)
    marks: tuple[Word, ...] | dict[Id, tuple[Word, ...]] = setting("分", "marks", default=())


def typed(text: str) -> tuple[Doc | None, list[Problem]]:
    node, problems = read(text)
    assert node is not None, shown(problems)
    found = Problems()
    return StrictReader().read(node, Doc, found), list(found)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("{code: 0123, name: no, share: 0.30, count: 7, open: yes}", ("0123", "no", Fraction(3, 10), 7, True)),
        (
            "{code: '0123', name: 'no', share: '0.30', count: '7', open: 'yes'}",
            ("0123", "no", Fraction(3, 10), 7, True),
        ),
        ('{code: "1e3", name: "7", share: "30%", count: "007", open: 是}', ("1e3", "7", Fraction(3, 10), 7, True)),
        ("{code: null, name: ~, share: 2/3, count: 0, open: false}", ("null", "~", Fraction(2, 3), 0, False)),
        (
            "{code: true, name: 2025-06-30, share: -1, count: 1, open: true}",
            ("true", "2025-06-30", Fraction(-1), 1, True),
        ),
    ],
)
def test_the_schema_gives_the_type_not_yaml(text: str, values: tuple[Any, ...]) -> None:
    doc, problems = typed(text)
    assert doc is not None, shown(problems)
    assert (doc.code, doc.name, doc.share, doc.count, doc.open_) == values


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{code: a, nmae: x}", [("CE201", 1, 11, "name")]),
        ("{code: a, Name: x}", [("CE201", 1, 11, "name")]),
        ("{code: a, zzz: x}", [("CE201", 1, 11, None)]),
        ("{name: x}", [("CE203", 1, 2, None)]),
        ("[x]", [("CE204", 1, 1, None)]),
        ("x", [("CE204", 1, 1, None)]),
        ("{code: [x]}", [("CE204", 1, 8, None)]),
        ("{code: {x: y}}", [("CE204", 1, 9, None)]),
        ("{code: a, count: 3.99}", [("CE207", 1, 18, None)]),
        ("{code: a, count: true}", [("CE206", 1, 18, None)]),
        ("{code: a, open: 1}", [("CE210", 1, 17, None)]),
        ("{code: a, marks: x}", [("CE204", 1, 18, None)]),
        ("{code: a, marks: {q: x}}", [("CE204", 1, 22, None)]),
        ("{code: a, marks: [x, [y], '']}", [("CE204", 1, 22, None), ("CE214", 1, 27, None)]),
        ("code: a b\nname: ''\nshare: x\nodd: 1\nodds: 2", [("CE211", 1, 7, None), ("CE214", 2, 7, None), ("CE206", 3, 8, None), ("CE201", 4, 1, None), ("CE201", 5, 1, None)]),
    ],
)  # fmt: skip
def test_every_fault_of_a_record_is_placed_under_its_word(
    text: str, found: list[tuple[str, int, int, str | None]]
) -> None:
    doc, problems = typed(text)
    assert doc is None
    assert [(p.code, p.span.line, p.span.column, p.fix) for p in problems] == sorted(found, key=lambda f: f[1:3])


# Did you mean


@pytest.mark.parametrize(
    ("word", "allowed", "meant"),
    [
        ("criterai", ["criteria", "categories"], "criteria"),
        ("effective-from", ["effective_from", "effective_until"], "effective_from"),
        ("Survey", ["survey", "review"], "survey"),
        ("满义", ["满意", "不满意"], "满意"),
        ("xyz", ["criteria", "grades"], None),
        ("c-0010", ["c-0001", "c-0011", "c-1000"], None),
        ("c-1", ["c-0001", "c-0011"], "c-0001"),
        ("x", [], None),
        ("", ["a"], None),
    ],
)
def test_the_word_meant_is_the_nearest_one_if_any_is_near(word: str, allowed: list[str], meant: str | None) -> None:
    for order in (allowed, allowed[::-1]):
        found = closest(word, order)
        assert found == meant
    assert closest(word, allowed) == closest(word, allowed[::-1])


def test_a_key_already_written_is_not_what_was_meant() -> None:
    _, problems = typed("{code: a, name: x, nam: y}")
    assert [p.fix for p in problems] == [None] or problems[0].fix != "name"


def test_allowed_words_are_listed_in_order_and_cut() -> None:
    assert listed(["b", "a"]) == "a, b"
    assert listed(str(n) for n in range(20)).endswith(", …")
    assert listed((str(n) for n in range(20)), 40).count(",") == 19


# Problems


def a_problem(line: int, column: int = 1, code: str = "CE206", name: str = "f.yaml", **args: str) -> Problem:
    source = Source(name, "\n".join(["甲: 乙"] * 30))
    return Problem(code, Span(source, line, column, 1), {"text": "x", **args})


def test_problems_come_in_the_order_of_places_each_once() -> None:
    given = [
        a_problem(9),
        a_problem(10),
        a_problem(2, 3),
        a_problem(2),
        a_problem(2),
        a_problem(1, name="g.yaml"),
        a_problem(2, code="CE207"),
    ]
    for seed in range(5):
        shuffled = given[:]
        random.Random(seed).shuffle(shuffled)
        found = [(p.span.source.name, p.span.line, p.span.column, p.code) for p in Problems(shuffled)]
        assert found == [
            ("f.yaml", 2, 1, "CE206"), ("f.yaml", 2, 1, "CE207"), ("f.yaml", 2, 3, "CE206"), ("f.yaml", 9, 1, "CE206"), ("f.yaml", 10, 1, "CE206"), ("g.yaml", 1, 1, "CE206"),
        ]  # fmt: skip


def test_two_problems_that_differ_only_in_their_words_are_both_told() -> None:
    assert len(list(Problems([a_problem(1, text="a"), a_problem(1, text="b")]))) == 2


def test_a_refusal_carries_every_problem_and_says_the_first() -> None:
    problems = Problems(a_problem(n) for n in range(1, 9))
    with pytest.raises(RefusedInput) as refusal:
        problems.raise_if_any()
    assert len(refusal.value.problems) == 8
    assert str(refusal.value).startswith("f.yaml:1:1: CE206: 'x' is not a number\n")
    assert str(refusal.value).endswith("(3 more)")
    Problems().raise_if_any()


def test_a_problem_is_shown_as_a_compiler_would() -> None:
    source = Source("规则.yaml", "指标:\n  分值: ９０")
    also = ((Text("第一次", "first"), Span(source, 1, 1, 2)),)
    problem = Problem("CE206", Span(source, 2, 7, 2), {"text": "９０"}, "90", also)
    assert problem_text(problem, "zh").split("\n") == [
        "规则.yaml:2:7: CE206: “９０”不是数",
        "  2 |   分值: ９０",
        "    |         ^^^^",
        "  参见 规则.yaml:1:1: 第一次",
        "  1 | 指标:",
        "    | ^^^^",
        "  = 改为: 90",
        "  = 办法: 用半角写，如 90、0.30、-2、30%、2/3",
    ]
    assert problem_text(problem, "en").split("\n")[0] == "规则.yaml:2:7: CE206: '９０' is not a number"
    assert problems_text([problem, problem], "en").count("\n\n") == 1


def test_a_problem_for_programs_has_everything_and_is_json() -> None:
    source = Source("f.yaml", "a: x")
    problem = Problem(
        "CE206", Span(source, 1, 4, 1), {"text": "x"}, None, ((Text("另一处", "the other"), Span(source, 1, 1)),)
    )
    assert json.loads(json.dumps(problem_json(problem, "en"))) == {
        "code": "CE206", "file": "f.yaml", "line": 1, "column": 4, "length": 1, "message": "'x' is not a number", "fix": None,
        "help": "write 90, 0.30, -2, 30% or 2/3", "see": [{"place": "f.yaml:1:1", "what": "the other"}],
    }  # fmt: skip


def test_a_fix_that_is_offered_cures_the_problem(tmp_path: Path) -> None:
    """Applied one after the other to a file of slips, the fixes leave nothing to mend."""
    text = SMALL[FIRST_DOSSIER]
    for good, slip in (
        ("talks: 7", "talk: 7"),
        ("visits: {value: 98.5%", "visits: {valeu: 98.5"),
        ("sanction: 否", "sanction: No"),
        ("asked: 12", "asked: １２"),
        ("score: 88,", "score: 88分,"),
        ("date: 2025-06-28", "date: 2025.6.28"),
        ("较满意: 3", "较满: 3"),
    ):
        assert good in text
        text = text.replace(good, slip)
    for _ in range(20):
        problems = [p for p in spoiled(tmp_path, {FIRST_DOSSIER: text}) if p.fix is not None]
        if not problems:
            break
        span, lines = problems[0].span, text.split("\n")
        line = lines[span.line - 1]
        lines[span.line - 1] = (
            line[: span.column - 1] + (problems[0].fix or "") + line[span.column - 1 + span.length :]
        )
        text = "\n".join(lines)
    assert not spoiled(tmp_path, {FIRST_DOSSIER: text}), shown(spoiled(tmp_path, {FIRST_DOSSIER: text}))
