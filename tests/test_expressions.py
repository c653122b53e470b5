"""Kinds of plugins whose formulas are offered for columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from build import assessed_folder
from cadre_eval.columns.plain_leaves import PlainLeaves
from cadre_eval.workspace import assessing
from columns_agree import agreeing
from plugin_workspace import GOOD, make

STEEP = '"steep", Text("阶梯", "steep"), SteepParams, lambda p: [NumberOf("number", p.fact)], steep, steep_account,\n        lambda params, ctx: params,'
FORMULA = 'return x["number"] * (points / 20)'
BRANCH = """\
    if x["number"] == 13:
        pass
        # here: exact formula
"""
OFFERED = GOOD.replace(STEEP, f"{STEEP} on_columns=True,").replace(BRANCH, "")


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The leaves whose formulas are called for each set of values, where an assessment is held against the columns."""
    leaves: list[str] = []
    inputs = PlainLeaves.inputs

    def seen(self: PlainLeaves, leaf: object, batch: object) -> object:
        leaves.append(leaf.id)  # type: ignore[attr-defined]
        return inputs(self, leaf, batch)  # type: ignore[arg-type]

    monkeypatch.setattr(PlainLeaves, "inputs", seen)
    monkeypatch.setattr(assessing, "assess_period", agreeing)
    return leaves


def written(formula: str) -> str:
    assert FORMULA in OFFERED
    return OFFERED.replace(FORMULA, formula)


@pytest.mark.parametrize(
    "formula",
    [
        FORMULA,
        'return ops.divide(x["number"], x["number"] + 7, points / 2) * (points / 3)',
        'return ops.minimum(ops.rounded(x["number"] * (points / 7), 1, "half-up"), points)',
        'return ops.where(ops.less(x["number"], 13 * points / points), points / 2, points)',
    ],
)
def test_a_formula_that_is_offered_runs_on_columns(tmp_path: Path, called: list[str], formula: str) -> None:
    assessed_folder(make(tmp_path, written(formula)), "2025-year-end")
    assert "visit" in called
    assert "talk" not in called


def test_one_that_is_not_offered_is_called_for_each_set(tmp_path: Path, called: list[str]) -> None:
    assessed_folder(make(tmp_path), "2025-year-end")
    assert "talk" in called


@pytest.mark.parametrize(
    "formula",
    [
        'return points if x["number"] == 15 else points / 2',
        'return points if type(x["number"]) is Fraction else points / 2',
        "return None if type(ops).__name__ == 'ColumnOps' else points",
        "return 'a word' if type(ops).__name__ == 'ColumnOps' else points",
    ],
)
def test_one_that_turns_out_to_be_no_expression_is_called_for_each_set(
    tmp_path: Path, called: list[str], formula: str
) -> None:
    assessed_folder(make(tmp_path, written(formula)), "2025-year-end")
    assert "talk" in called
