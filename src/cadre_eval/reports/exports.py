"""A folder of results: JSON for programs, a sheet for Excel and WPS, an account for each cadre."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from cadre_eval.errors import Lang, PluginFailure, Text, UsageError, as_text
from cadre_eval.numbers.decimals import number_text
from cadre_eval.reports.results_json import results_json
from cadre_eval.reports.wording import COLUMNS, OR, ROLES, STATES, pool_title
from cadre_eval.scoring.explain import account_text, explain_result
from cadre_eval.scoring.proposals import MEASURES_TITLE, measure_text
from cadre_eval.scoring.result import PeriodResult, Result
from cadre_eval.workspace.files import write_atomically


def results_sheet(found: PeriodResult, lang: Lang) -> bytes:
    """The results as CSV with a byte order mark, so that Excel and WPS read the Chinese."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    keys = ("pool", "rank", "cadre", "name", "host", "role", "total", "grade", "state", "notes")
    writer.writerow([COLUMNS[key].in_(lang) for key in keys])
    for result in found:
        role = ROLES.get(result.posting.role)
        writer.writerow([
            cell if cell == result.total_text else _safe(cell)
            for cell in (
                pool_title(result, found.rules).in_(lang),
                str(result.rank or ""),
                result.cadre.id,
                result.cadre.name,
                result.posting.host.name,
                role.in_(lang) if role else result.posting.role,
                "" if result.total is None else result.total_text,
                OR.in_(lang).join(result.grades_possible),
                STATES[result.state].in_(lang),
                "；".join(note.text(lang) for note in result.notes),
            )
        ])  # fmt: skip
    return buffer.getvalue().encode("utf-8-sig")


MEASURE_COLUMNS = (
    Text("对谁", "For"), Text("代码", "Id"), Text("措施", "Measure"), Text("分数", "Points"), Text("理由", "Reason"),
    Text("待查明", "Waits for"), Text("佐证", "Evidence"), Text("依据", "Rule"), Text("建议代码", "Proposal"),
)  # fmt: skip


def measures_sheet(found: PeriodResult, lang: Lang) -> bytes:
    """The proposed measures as CSV, as ``results_sheet``."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([column.in_(lang) for column in MEASURE_COLUMNS])
    for measure in found.measures:
        proposed = measure.proposed
        points = "" if proposed.points is None else number_text(Fraction(proposed.points))
        waits = "" if proposed.waits_for is None else as_text(proposed.waits_for).in_(lang)
        texts = [measure.name, measure.id, as_text(proposed.measure).in_(lang)]
        more = [
            as_text(proposed.reason).in_(lang),
            waits,
            "、".join(proposed.evidence),
            measure.use.rule.shown,
            measure.key,
        ]
        writer.writerow([*map(_safe, texts), points, *map(_safe, more)])
    return buffer.getvalue().encode("utf-8-sig")


def proposed_text(found: PeriodResult, result: Result, lang: Lang) -> str:
    """The measures proposed for a cadre, below the account; empty if there are none."""
    measures = found.measures_for(result.cadre.id)
    if not measures:
        return ""
    return "\n".join([f"\n{MEASURES_TITLE.in_(lang)}", *(f"  {measure_text(m).in_(lang)}" for m in measures)]) + "\n"


def _safe(cell: str) -> str:
    """A name that begins like a formula stays text in a spreadsheet."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def write_results(
    found: PeriodResult, folder: Path, lang: Lang, extra: Mapping[str, str] | None = None
) -> tuple[list[Path], list[PluginFailure]]:
    """Writes the folder; everything is made before the first file is written, each file whole. ``extra`` are texts of
    other formats, by what follows the period in the file's name. Returns the files, and what plugins failed to explain.

    Raises:
        UsageError: a file stands where the folder should be.
        OSError: a file cannot be written.
    """
    if any(part.exists() and not part.is_dir() for part in (folder, *folder.parents)):
        raise UsageError(Text(f"{folder} 不是文件夹，不能写入", f"{folder} is not a folder to write into"))
    stem = found.period.id
    content = {
        folder / f"{stem}.json": results_json(found, lang).encode(),
        folder / f"{stem}.csv": results_sheet(found, lang),
    }
    if found.measures:
        content[folder / f"{stem}.measures.csv"] = measures_sheet(found, lang)
    failures = []
    for result in found:
        account = explain_result(result)
        failures += [failure.about(result.cadre.id) for failure in account.failures]
        text = f"{account_text(account, lang)}\n{proposed_text(found, result, lang)}"
        content[folder / stem / f"{result.cadre.id}.txt"] = text.encode()
    for ending, text in sorted((extra or {}).items()):
        content[folder / f"{stem}.{ending}"] = text.removeprefix("\ufeff").encode(
            "utf-8-sig" if ending.endswith(".csv") else "utf-8"
        )
    for path, raw in content.items():
        write_atomically(path, raw)
    return list(content), failures
