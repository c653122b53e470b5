"""A county with a few cadres who debriefed: a ruleset, the views a plugin is shown, a whole workspace."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
from cadre_eval_three_debriefs.declared import ThreeDebriefsParams
from cadre_eval_three_debriefs.rank_opinion import RankOpinionParams

from cadre_eval import PeriodResult, RefusedInput, assess, open_workspace
from cadre_eval.errors import Source
from cadre_eval.plugins.api import AssessedCadre, CriterionView, FactView, PostingView, RulesetView, Span
from cadre_eval.plugins.views import AccountabilityView, ReviewView

PLUGIN = "cadre-eval-three-debriefs"
ROOT = Path(__file__).parents[3]
OPTIONS = {"满意": Fraction(100), "基本满意": Fraction(60), "不满意": Fraction(0)}
COMMENTS = {"好": Fraction(100), "较好": Fraction(80), "一般": Fraction(60), "差": Fraction(0)}
HEARERS = {"villagers": Fraction(60), "township": Fraction(20), "sending-unit": Fraction(20)}
NOWHERE = Span(Source("rules.yaml"), 1, 1)

Answers = Mapping[str, Mapping[str, Sequence[str]]]


def shown(view: Any, **known: Any) -> Any:
    """A record a hook is shown, of which the hook looks at no more than what is known here."""
    return view(**{attribute.name: known.get(attribute.name) for attribute in attrs.fields(view)})


def declared(**changes: Any) -> ThreeDebriefsParams:
    """What a ruleset declares, as the plugin gets it."""
    usual: dict[str, Any] = {
        "reviewers": HEARERS, "options": OPTIONS, "comments": COMMENTS, "question": "conduct", "record": "debriefs",
        "absent_class": "block", "aside": {"stay": ("留任", "调整")}, "keep_or_replace": "stay", "replace": ("调整",),
        "review_when_replace_at_least": Fraction(1, 3), "review_by": "组织部",
    }  # fmt: skip
    return ThreeDebriefsParams(**{**usual, **changes})


def opinions(**changes: Any) -> RankOpinionParams:
    """A rank opinion as a ruleset declares it."""
    usual = {"fact": "place", "differs_by_more_than": 2, "ask": "书面说明"}
    return RankOpinionParams(**{**usual, **changes})


def rules(
    params: ThreeDebriefsParams | None = None,
    opinion: RankOpinionParams | None = None,
    pools: tuple[str, ...] = ("township",),
    days: int = 181,
) -> Any:
    """A ruleset as a hook is shown it."""
    criterion = {"id": "debriefs", "params": params, "span": NOWHERE}
    return shown(
        RulesetView,
        period="mid-year",
        criteria=() if params is None else (shown(CriterionView, **criterion),),
        accountability=() if opinion is None else (shown(AccountabilityView, params=opinion),),
        pools=pools,
        days=days,
    )


def posting(
    answers: Answers | None = None,
    papers: Sequence[str] = (),
    place: int | None = None,
    place_papers: Sequence[str] = (),
    state: str = "present",
    host: str = "平湾村",
    township: str = "t",
) -> Any:
    """A posting with what its hearers said, and the place the township gives."""
    marks = {of: {q: tuple(given) for q, given in said.items()} for of, said in (answers or {}).items()}
    review = shown(ReviewView, state=state, evidence=tuple(papers), marks=marks)
    value = None if place is None else Fraction(place)
    known = "missing" if place is None else "present"
    fact = shown(FactView, state=known, value=value, evidence=tuple(place_papers))
    reviews = {} if answers is None else {"debriefs": review}
    return shown(PostingView, host_name=host, township=township, facts={"place": fact}, reviews=reviews)


def cadre(
    *postings: PostingView,
    name: str = "a",
    total: Fraction | int | None = 90,
    rank: int | None = 1,
    state: str = "final",
    pool: tuple[str, ...] = ("t",),
) -> Any:
    """A cadre's result as a hook is shown it."""
    score = None if total is None else Fraction(total)
    return shown(
        AssessedCadre, id=name, name=f"干部{name}", pool=pool, state=state, total=score, rank=rank,
        postings=postings or (posting(),),
    )  # fmt: skip


# ── whole rulesets and workspaces ───────────────────────────────────

CRITERION: dict[str, Any] = {
    "id": "debriefs",
    "weight": 100,
    "kind": "three-debriefs",
    "reviewers": {"villagers": 60, "township": 20, "sending-unit": 20},
    "question": "conduct",
    "options": {"满意": 100, "基本满意": 60, "不满意": 0},
    "comments": {"好": 100, "较好": 80, "一般": 60, "差": 0},
    "aside": {"stay": ["留任", "调整"]},
    "keep_or_replace": "stay",
    "replace": ["调整"],
    "absent_class": "block",
}
REVIEW: dict[str, Any] = {
    "classes": {
        "villagers": {"conduct": {"满意": 30, "基本满意": 6}},
        "township": {"conduct": ["好"]},
        "sending-unit": {"conduct": ["较好"]},
    }
}
"""92 points: (30×100 + 6×60) ÷ 36 × 60% + 100 × 20% + 80 × 20%."""


def ruleset(without: Sequence[str] = (), top: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A sound ruleset with changes to its criterion, and to its top level."""
    criterion = {key: value for key, value in {**CRITERION, **changes}.items() if key not in without}
    return {
        "ruleset": "r", "plugins": [PLUGIN], "periods": {"mid-year": {"from": "01-01", "to": "06-30"}},
        "criteria": [criterion], "grades": "none", **(top or {}),
    }  # fmt: skip


def district(folder: Path, rules: Mapping[str, Any], *records: Mapping[str, Any]) -> Path:
    """A workspace with a cadre for each of the records, all in one township."""
    people = [f"c-{number}" for number in range(1, len(records) + 1)]
    moved = {"assessment": {"to": "t", "effective": "2024-01-01"}}
    roster = {
        "roster": "r",
        "townships": [{"id": "t", "name": "青石镇", "kind": "township"}],
        "hosts": [{"id": f"h-{c}", "name": f"村{c}", "township": "t", "kind": "village"} for c in people],
        "sending_units": [{"id": "u", "name": "水务局"}],
        "cadres": [{"id": c, "name": f"干部{c}", "category": "any", "party_member": "yes"} for c in people],
        "postings": [
            {"id": f"p-{c}", "cadre": c, "host": f"h-{c}", "role": "first-secretary", "sending_unit": "u",
             "from": "2024-01-01", "transfers": moved} for c in people
        ],
    }  # fmt: skip
    files = {
        "cadre-eval.yaml": {
            "workspace": "w", "district": {"id": "d", "name": "青石县"}, "ruleset": "rules.yaml",
            "roster": "roster.yaml", "records": "records",
        },
        "rules.yaml": rules,
        "roster.yaml": roster,
        **{
            f"records/{c}.yaml": {"dossier": c, "period": "2025-mid-year", **record}
            for c, record in zip(people, records, strict=True)
        },
    }  # fmt: skip
    for name, plain in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(plain, ensure_ascii=False, indent=1), encoding="utf-8")
    return folder


def results(folder: Path, rules: Mapping[str, Any], *records: Mapping[str, Any]) -> PeriodResult:
    """What the workspace comes to."""
    return assess(open_workspace(district(folder, rules, *records)), "2025-mid-year")


def refusals(folder: Path, rules: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Code, the words under the caret, and message of everything wrong with a ruleset."""
    try:
        open_workspace(district(folder, rules, {}))
    except RefusedInput as refused:
        return [(p.code, _marked(p.span), p.message("zh")) for p in refused.problems]
    return []


def _marked(span: Span) -> str:
    line = span.source.text.splitlines()[span.line - 1]
    return line[span.column - 1 :][: span.length]
