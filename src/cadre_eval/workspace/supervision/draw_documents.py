"""What the files of draws may say, key by key: the draw as declared, and its result."""

from __future__ import annotations

from datetime import date
from typing import Literal

from attrs import frozen

from cadre_eval.reading.scalars import Id, PlacedWord, Prose, Whole, Word
from cadre_eval.reading.settings import Place, place, setting


@frozen
class SkillDoc:
    """What each team must have: ``role`` or ``people``."""

    at: Place = place()
    title: Word | None = setting("名称", "title", default=None)
    role: Literal["first-secretary", "team-member"] | None = setting(
        "有这一职务的人", "people in this role", default=None
    )
    people: tuple[PlacedWord, ...] | None = setting("或者：这些人", "or: these people", default=None)
    at_least: Whole = setting("每组至少几人", "at least so many in each team")
    at_least_at: dict[Id, Whole] = setting("个别社区另定的人数", "another number at some hosts", factory=dict)


@frozen
class SoftRuleDoc:
    """What is to be avoided where it can be."""

    at: Place = place()
    rule: Literal["same-host-before", "same-township-team", "same-unit-team"] = setting(
        "尽量避免什么", "what is to be avoided"
    )
    weight: Whole = setting("权重（1—1000000）", "weight, 1 to 1000000")
    with_: tuple[PlacedWord, ...] = setting(
        "以前的抽签结果或督查", "results of earlier draws, or inspections", default=()
    )


@frozen
class DrawDoc:
    """A draw as declared."""

    at: Place = place()
    draw: Id = setting("抽签的代码", "id of the draw")
    title: Word | None = setting("名称", "title", default=None)
    on: date = setting("以哪天的派驻为准", "the day whose postings count")
    seed: Word | None = setting("种子，公开摇号后填写", "the seed, written once it is publicly known", default=None)
    inspectors: Literal["all"] | tuple[PlacedWord, ...] = setting(
        "检查人员；all 是当天派驻的全部干部，可与代码并列",
        "who inspects; 'all' is every cadre posted that day, and may stand beside ids",
    )
    without: tuple[PlacedWord, ...] = setting("不参加的检查人员", "inspectors who do not take part", default=())
    hosts: Literal["all"] | tuple[PlacedWord, ...] = setting("受检的社区/村", "the hosts inspected")
    cover: Whole = setting("每处几人", "inspectors for each host")
    cover_at: dict[Id, Whole] = setting("个别社区另定的人数", "another number at some hosts", factory=dict)
    skills: tuple[SkillDoc, ...] = setting("每组须有的人", "what each team must have", default=())
    most_apart: Whole = setting("每人检查次数最多相差", "how far apart loads may be")
    reciprocal: Literal["avoid", "forbid", "allow"] = setting("互查：避免、禁止、允许", "reciprocal pairs")
    former: Literal["host", "township"] = setting(
        "原任职回避到社区/村，还是街道", "former postings bar the host, or its whole street"
    )
    soft: tuple[SoftRuleDoc, ...] = setting("尽量做到的", "what is to be avoided where it can be", default=())
    households: dict[Id, Whole] = setting("各处登记户数", "households on each register", factory=dict)
    sample: Whole | None = setting("每处抽几户", "households drawn at each host", default=None)
    note: Prose | None = setting("说明", "note", default=None)


@frozen
class TeamDoc:
    at: Place = place()
    inspectors: tuple[PlacedWord, ...] = setting("检查组", "the team")
    households: tuple[Whole, ...] = setting("抽查户的编号", "numbers of the households", default=())


@frozen
class DrawnDoc:
    """The result of a draw, as ``cadre-eval draw --out`` writes it."""

    at: Place = place()
    drawn: Id = setting("哪次抽签", "which draw")
    title: Word | None = setting("名称", "title", default=None)
    on: date = setting("以哪天的派驻为准", "the day whose postings count")
    seed: Word = setting("种子", "the seed")
    digest: Word = setting("输入的摘要", "digest of the input")
    tickets: Word = setting("签号的算法", "how tickets are made")
    program: Word = setting("程序版本", "version of the program")
    teams: dict[Id, TeamDoc] = setting("各处的检查组", "the team of each host")
    note: Prose | None = setting("说明", "note", default=None)
