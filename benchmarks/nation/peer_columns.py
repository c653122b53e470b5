"""The package itself: its columns on the same files, read and checked by its own readers.

Timed are scoring, drafting, ranks and grades; the batch is made beforehand. ``plain`` leaves out gates, ties and quotas, as
every peer does. ``plugin`` is the same with one of the 35 criteria scored by an ordinary function of a plugin, which is
asked anew in every run. ``whole`` is the ruleset as it stands: its ranks and grades are its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from attrs import field, frozen

from cadre_eval.columns.placed import Placed, placed
from cadre_eval.errors import Problems, Source, Span
from cadre_eval.plugins.discovery import beside
from cadre_eval.plugins.loading import Trust
from cadre_eval.plugins.registry import load_registry
from cadre_eval.ruleset.compile import effective_ruleset
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.tables.aligned import Block
from cadre_eval.tables.assess import plan_of
from cadre_eval.tables.facts import FactRows
from cadre_eval.tables.files import open_tables
from cadre_eval.tables.run import Opened, TableRun
from cadre_eval.workspace.files import Folder
from cadre_eval.workspace.rulesets import Merged, finder
from nation.data import AnyArray, Data
from nation.rules import RULESET
from nation.scored import Scored, Scorer

DISTRIBUTION = "cadre-eval"
PERIOD = "2025-year-end"
DISTRICT = "nation"
TABLES = ("roster", "facts", "reviews", "tallies")
LEFT_OUT = ("gates", "ties", "quotas")
PLUGIN = Path(__file__).with_name("plugins") / "visits_by_hand.py"
BUILT_IN = "kind: target, points: 5, fact: household_visits"
BY_HAND = "kind: visits-by-hand, points: 5, fact: household_visits"

LEVELS = np.zeros(1 << 4 | 1, np.int64)
"""Which grade a bit stands for."""
LEVELS[1 << np.arange(5)] = np.arange(5)


def variant_text(variant: str) -> str:
    """The ruleset of a variant."""
    text = RULESET.read_text(encoding="utf-8")
    if variant == "whole":
        return text
    sections = re.split(r"^(?=[a-z]\w*:)", text, flags=re.MULTILINE)
    text = "".join(section for section in sections if section.partition(":")[0] not in LEFT_OUT)
    if variant == "plain":
        return text
    if text.count(BUILT_IN) != 1:
        raise ValueError(f"the ruleset has no criterion with {BUILT_IN}")
    return f"plugins: [visits-by-hand]\n{text.replace(BUILT_IN, BY_HAND)}"


def compiled(variant: str) -> CompiledRuleset:
    """The compiled ruleset of a variant, with its plugin."""
    problems = Problems()
    source = Source(f"{variant}.yaml", variant_text(variant))
    effective = effective_ruleset(source, finder(Folder(RULESET.parent)), problems)
    problems.raise_if_any()
    assert effective is not None, "without a problem it is merged"
    registry = load_registry(effective.plugins, problems, Trust(beside([PLUGIN])))
    rules = Merged(effective, registry).compiled(problems)
    problems.raise_if_any()
    assert rules is not None, "without a problem it is compiled"
    return rules


@frozen(eq=False)
class Ready:
    """A table read and checked, and whether to forget what a plugin said of it."""

    opened: Opened
    facts: FactRows
    forget: bool
    pools: dict[tuple[str, ...], AnyArray] = field(factory=dict)

    def score(self) -> Scored:
        kernel, tallied = self.opened.kernel, self.opened.tallied
        if self.forget:
            kernel.scorer.plain.scores.clear()
        batch = kernel.batch(Block(0, 0, self.facts.rows), tallied, self.facts, {}, {})
        drafts, unsettled, points = kernel.by_columns(batch)
        if unsettled.any():
            raise ValueError("the tables leave something open: the peers score complete ones")
        found = placed(kernel.scorer, drafts, self.pools_of)
        return self.scored([exact for exact, _ in points.values()], found)

    def scored(self, points: Sequence[object], found: Placed) -> Scored:
        if self.opened.kernel.plan.gates:
            return Scored(points, found.drafts.shown, None, None)
        return Scored(points, found.drafts.shown, found.ranks, LEVELS[found.drafts.grades])

    def pools_of(self, keys: Sequence[str]) -> AnyArray:
        """Numbered once: the other peers have theirs numbered too."""
        if tuple(keys) not in self.pools:
            self.pools[tuple(keys)] = self.opened.tallied.roster.pools(keys, np.arange(self.facts.rows))
        return self.pools[tuple(keys)]


def opened(folder: Path, rules: CompiledRuleset, names: Sequence[str] = TABLES) -> tuple[TableRun, Opened]:
    """The tables of a folder, everything but the facts read.

    Raises:
        RefusedInput: something in them cannot be used.
    """
    problems, where = Problems(), Span(Source(folder.name), 1, 1)
    found = {name: open_tables([folder / f"{name}.parquet"], problems, where) for name in names}
    problems.raise_if_any()
    sources = {name: table for name, table in found.items() if table is not None}
    plan, period = plan_of(rules, PERIOD)
    run = TableRun(rules, plan, period, period.days.last, DISTRICT, sources, problems, {})
    return run, run.opened()


def ready(folder: Path, variant: str) -> Ready:
    run, done = opened(folder, compiled(variant))
    rows = done.tallied.roster.rows
    ((_, facts),) = run.facts(done, [Block(0, 0, rows)])
    run.problems.raise_if_any()
    found = Ready(done, facts, variant == "plugin")
    found.pools_of(done.kernel.rules.pools)
    return found


def prepare(data: Data, variant: str = "plain") -> Scorer:
    """Scores the folder that the data were read from.

    Raises:
        ValueError: they are not the whole of it.
    """
    if data.folder is None:
        raise ValueError("the package reads its own tables: all rows of a folder, or none")
    return ready(data.folder, variant).score


def asked(data: Data) -> int:
    """How many different values the plugin's function is asked for."""
    return len(np.unique(data.facts["household_visits"]))
