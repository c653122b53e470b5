"""The supervision folder: each file says by its first key what it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from cadre_eval.errors import Text
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.reading.nodes import MapNode, Node
from cadre_eval.reading.structure import StrictReader
from cadre_eval.reading.yaml_reader import read_yaml
from cadre_eval.supervision.on_record import OnRecord, on_record
from cadre_eval.workspace.files import Folder
from cadre_eval.workspace.supervision.appeal_documents import PublicityDoc
from cadre_eval.workspace.supervision.appeals import read_publicity
from cadre_eval.workspace.supervision.attendance import read_book, read_day_reports, read_slips
from cadre_eval.workspace.supervision.attendance_documents import BookDoc, DayReportsDoc, SlipsDoc
from cadre_eval.workspace.supervision.decision_documents import DecisionsDoc, HistoryDoc
from cadre_eval.workspace.supervision.decisions import read_decisions
from cadre_eval.workspace.supervision.draw_documents import DrawDoc, DrawnDoc
from cadre_eval.workspace.supervision.draws import read_draw, read_drawn
from cadre_eval.workspace.supervision.history import read_history
from cadre_eval.workspace.supervision.inspection_documents import InspectionDoc
from cadre_eval.workspace.supervision.inspections import read_inspection
from cadre_eval.workspace.supervision.reading import Reading
from cadre_eval.workspace.supervision.worklist_documents import WorklistDoc
from cadre_eval.workspace.supervision.worklists import read_worklist


@frozen(eq=False)
class FileKind:
    """A sort of file: its record, and what makes records of the model of it."""

    document: type
    read: Callable[[Any, Reading], Iterator[Any]]


FILES: Mapping[str, FileKind] = {
    "attendance": FileKind(BookDoc, read_book),
    "leave": FileKind(SlipsDoc, read_slips),
    "day_reports": FileKind(DayReportsDoc, read_day_reports),
    "inspection": FileKind(InspectionDoc, read_inspection),
    "worklist": FileKind(WorklistDoc, read_worklist),
    "decisions": FileKind(DecisionsDoc, read_decisions),
    "history": FileKind(HistoryDoc, read_history),
    "publicity": FileKind(PublicityDoc, read_publicity),
    "draw": FileKind(DrawDoc, read_draw),
    "drawn": FileKind(DrawnDoc, read_drawn),
}
"""By the key that names the sort of file; where a file has two of them (an inspection names its draw), the first here."""


def read_supervision(folder: Folder, path: Path, reader: StrictReader, reading: Reading) -> OnRecord:
    """Every file below ``path``; the problems of all are added."""
    records: list[Any] = []
    for file in folder.yaml_files(path, reading.problems):
        source = folder.read(file, reading.problems)
        node = None if source is None else read_yaml(source, reading.problems)
        if node is not None:
            records += _records(node, reader, reading)
    return on_record(records)


def _records(node: Node, reader: StrictReader, reading: Reading) -> list[Any]:
    kind = _kind(node, reading)
    doc = None if kind is None else reader.read(node, kind.document, reading.problems)
    return [] if kind is None or doc is None else list(kind.read(doc, reading))


def _kind(node: Node, reading: Reading) -> FileKind | None:
    if not isinstance(node, MapNode):
        expected = Text("若干“键: 值”", "a mapping of keys and values")
        reading.problems.add("CE204", node.span, expected=expected)
        return None
    named = [key for key in FILES if key in node.keys]
    if named:
        return FILES[named[0]]
    first = next(iter(node.keys.values()), None)
    span = first.span if first is not None else node.span
    fix = closest(first.text, FILES) if first is not None else None
    allowed = listed(FILES, 40)
    reading.problems.add(
        "CE421",
        span,
        fix=fix,
        name=first.text if first else "—",
        what=Text("监督文件的种类", "sort of supervision file"),
        allowed=allowed,
    )
    return None
