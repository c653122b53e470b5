"""Every problem code: what it says and how to cure it. Documented in ``docs/reference/problems.md``."""

from __future__ import annotations

from cadre_eval.errors.codes_plugins import PLUGIN_CODES
from cadre_eval.errors.codes_reading import FILES, VALUES
from cadre_eval.errors.codes_records import RECORDS
from cadre_eval.errors.codes_rules import LAYERS, RULES
from cadre_eval.errors.codes_supervision import SUPERVISION
from cadre_eval.errors.codes_tables import TABLE_FILES
from cadre_eval.errors.entry import Entry

CATALOGUE: dict[str, Entry] = FILES | VALUES | LAYERS | RULES | PLUGIN_CODES | RECORDS | SUPERVISION | TABLE_FILES
