"""What the author of a plugin is told of a mistake: which line of which file, which type was meant."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import frozen

from cadre_eval import assess, open_workspace
from cadre_eval.errors import Text
from cadre_eval.numbers.interval import INTERVAL, Interval
from cadre_eval.plugins.api import Id, Place, ReviewMethod, ReviewMethodParams, Score, Whole, place, setting
from cadre_eval.scoring.methods import review_kind
from cadre_eval.workspace.making import make_workspace
from running import ran

RULE = """\
      - {id: livelihood, title: 帮办民生实事, kind: target, points: 20, fact: deeds,
         target: {mid-year: 5, year-end: 10}, basis: 第五条第五项}
"""
PLUGIN = """\
import json

from attrs import frozen

from cadre_eval.plugins.api import *
from cadre_eval.plugins.api import Id, Place, Whole


@frozen
class DeedsParams:
    at: Place = place()
    fact: Id = setting("件数", "the count")
    each: Whole = setting("每件的分", "points for each")


def prepare(p, ctx):
    ctx.fact(p.fact, p.at.value("fact"), "count")
    return p


def score(p, values, points):
    deeds = values["deeds"]
    return Score(deeds * p.each, f"{deeds} × {p.each}")


def inputs(p):
    return [NumberOf("deeds", p.fact)]


KIND = plain_kind("deeds", Text("按件", "by the piece"), DeedsParams, inputs, score, prepare)


@hookimpl
def cadre_eval_register_criterion_kinds():
    return [KIND]
"""


def workspace(folder: Path, plugin: str = PLUGIN, settings: str = "fact: deeds, each: 4") -> Path:
    """A new workspace whose ruleset scores by the plugin in its folder."""
    make_workspace(folder)
    path = folder / "rulesets" / "my-district-2025.yaml"
    rules = path.read_text("utf-8").replace("\nruleset: my", "\nplugins: [deeds]\nruleset: my")
    assert RULE in rules
    own = f"      - {{id: livelihood, kind: deeds, points: 20, {settings}}}\n"
    path.write_text(rules.replace(RULE, own), "utf-8")
    (folder / "plugins").mkdir()
    (folder / "plugins" / "deeds.py").write_text(plugin, "utf-8")
    return folder


def spoilt(old: str, new: str) -> str:
    assert PLUGIN.count(old) == 1
    return PLUGIN.replace(old, new)


def test_the_plugin_without_a_mistake_scores(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "sound")
    assert ran("check", folder).code == 0
    assert assess(open_workspace(folder), "2025-year-end")["c-0004"].main.tree.find("livelihood").score == 20


MISTAKES = {
    "a name there is not, at the top": ("KIND = plain_kind", "KIND = plane_kind", "NameError", 30),
    "a name there is not, in an import": ("import Id, Place, Whole", "import Id, Plaice, Whole", "ImportError", 6),
    "a name there is not, as a type": ("each: Whole", "each: Hole", "NameError", 13),
    "an attribute there is not": ("p.at.value", "p.att.value", "AttributeError", 17),
    "a key there is not": ('values["deeds"]', 'values["deed"]', "KeyError", 22),
    "what a library raised for it": ('values["deeds"]', 'json.loads("{")', "JSONDecodeError", 22),
    "what the package raised for it": (', "count")', ", number_text(None))", "AttributeError", 17),
    "a recursion, where it began": ("    return p\n", "    return prepare(p, ctx)\n", "RecursionError", 18),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_the_line_of_the_plugin(name: str, tmp_path: Path) -> None:
    old, new, error, line = MISTAKES[name]
    folder = workspace(tmp_path / "bad", spoilt(old, new))
    done = ran("assess", folder, "--period", "2025-year-end")
    assert done.code == 3
    found = re.findall(rf"{error}: .*?\((?:.*/)?(?:plugins/)?deeds\.py(?::|, line )(\d+)\)", done.said)
    assert set(found) == {str(line)}, done.said
    assert "site-packages" not in done.said
    assert str(Path(assess.__code__.co_filename).parent) not in done.said


TYPES = {
    "int": "write Whole", "str": "write Word", "float": "write Number", "Fraction": "write Number", "bool": "write Flag",
    "list[Id]": "write tuple[…, ...]", "dict[Id, float]": "write Number", "tuple[Whole, Whole]": "cannot be read",
    "Inner": "write Number",
}  # fmt: skip


@pytest.mark.parametrize("wrong", TYPES)
def test_a_type_that_cannot_be_read_is_refused_with_the_one_that_is_meant(wrong: str, tmp_path: Path) -> None:
    inner = '@frozen\nclass Inner:\n    at: Place = place()\n    much: float = setting("多", "much")\n\n\n'
    text = "from fractions import Fraction\n" + spoilt("    each: Whole =", f"    each: {wrong} =")
    text = text.replace("@frozen\nclass DeedsParams", f"{inner}@frozen\nclass DeedsParams")
    done = ran("check", workspace(tmp_path / "bad", text), "--lang", "en")
    assert done.code == 3
    where = "Inner.much" if wrong == "Inner" else "DeedsParams.each"
    assert re.search(rf"CE508: .*{where}: .*{re.escape(TYPES[wrong])}", done.out), done.out


def test_a_field_without_setting_is_refused(tmp_path: Path) -> None:
    text = spoilt('    each: Whole = setting("每件的分", "points for each")', "    each: Whole")
    done = ran("check", workspace(tmp_path / "bad", text))
    assert done.code == 3
    assert "DeedsParams.each is not a setting" in done.out


def test_a_name_that_is_not_there_as_a_type_written_late_is_the_plugins_fault(tmp_path: Path) -> None:
    text = "from __future__ import annotations\n" + spoilt("each: Whole", "each: Hole")
    done = ran("check", workspace(tmp_path / "bad", text))
    assert done.code == 3
    assert "CE508" in done.out
    assert "name 'Hole' is not defined" in done.out


def test_a_misspelt_key_of_a_plugin_is_told_once_and_where_it_stands(tmp_path: Path) -> None:
    done = ran("check", workspace(tmp_path / "slip", settings="fact: deeds, eech: 4"), "--lang", "en")
    assert done.code == 1
    assert re.findall(r":\d+:(\d+): (CE\d+): .*'(\w+)'", done.out) == [("64", "CE201", "eech")]
    assert "write: each" in done.out


def test_a_record_made_in_a_test_stands_nowhere() -> None:
    @frozen
    class Params:
        at: Place = place()
        fact: Id = setting("数", "count")
        each: Whole = setting("分", "points", default=2)

    made = Params(fact="visits")
    assert (made.each, made.at.value("fact").source.name) == (2, "—")
    assert made == Params(fact="visits", each=2)


def test_an_open_score_may_be_all_that_the_criterion_allows(tmp_path: Path) -> None:
    """A ceiling above the points and a floor below 0 count, not the points."""
    folder = workspace(tmp_path / "open", settings="fact: deeds, each: 4, floor: -5, ceiling: 30")
    path = folder / "records" / "2025-year-end" / "c-0004.yaml"
    path.write_text(path.read_text("utf-8").replace("deeds: 10", "deeds: {state: pending, reason: 在查}"), "utf-8")
    found = assess(open_workspace(folder), "2025-year-end")
    score = found["c-0004"].main.tree.find("livelihood").score
    assert (score.low, score.high) == (Fraction(-5), Fraction(30))
    assert found["c-0002"].main.tree.find("livelihood").score == 30


def test_a_method_that_is_not_settled_may_give_whatever_its_criterion_may() -> None:
    """Not only up to the points: a criterion may have a ceiling above them, or no floor."""
    kind = review_kind(
        ReviewMethod("nod", Text("点头", "nod"), ReviewMethodParams, lambda *_: Score(0, ""), lambda *_: [])
    )
    assert kind.formula(INTERVAL, None, {}, Fraction(10)) == Interval(None, None)
