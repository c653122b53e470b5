"""The built-in rules of accountability; they come in through the same door as those of plugins."""

from __future__ import annotations

from cadre_eval.plugins.rules.bottom_rank import BOTTOM_RANK
from cadre_eval.plugins.rules.finding_ladder import FINDING_LADDER
from cadre_eval.plugins.rules.finding_points import FINDING_POINTS
from cadre_eval.plugins.rules.gate_measure import GATE_MEASURE
from cadre_eval.plugins.rules.grade_measure import GRADE_MEASURE

BUILTIN_RULES = (BOTTOM_RANK, FINDING_LADDER, FINDING_POINTS, GATE_MEASURE, GRADE_MEASURE)
