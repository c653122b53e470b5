"""A scored block as bytes and back: arrays and plain text, nothing that runs when it is read."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from cadre_eval.columns.drafts import COLUMNS, Drafts, Link
from cadre_eval.columns.integers import Array
from cadre_eval.columns.program import Exact
from cadre_eval.columns.sums import Sum
from cadre_eval.numbers.interval import Interval, Number
from cadre_eval.tables.aligned import Block
from cadre_eval.tables.kernel import Scored


def packed(scored: Scored) -> bytes:
    """The block without its points, which are written apart."""
    arrays: dict[str, Array] = {"rows": scored.rows, "postings": scored.postings}
    drafts = scored.drafts
    arrays |= {f"draft/{name}": getattr(drafts, name) for name in COLUMNS}
    arrays |= {f"barred/{quota}": truth for quota, truth in drafts.barred.items()}
    said: dict[str, Any] = {
        "block": [scored.block.number, scored.block.first, scored.block.last],
        "by_columns": scored.by_columns,
        "spans": {str(row): [_end(low), _end(high)] for row, (low, high) in drafts.spans.items()},
        "open_totals": {str(row): [_open(t), _open(e)] for row, (t, e) in scored.open_totals.items()},
        "links": {},
        "wide": [],
    }
    for name, link in drafts.links.items():
        arrays |= {f"link/{name}/{part}": getattr(link, part) for part in ("at", "there", "open")}
        said["links"][name] = [_shape(piece) for piece in link.pieces]
        for number, piece in enumerate(link.pieces):
            arrays |= {f"piece/{name}/{number}/{i}": array for i, array in enumerate(piece.arrays)}
    for name, array in arrays.items():
        if array.dtype == object:  # integers beyond 64 bits, as text
            said["wide"].append(name)
            arrays[name] = np.frombuffer(" ".join(f"{int(x):x}" for x in array).encode(), dtype=np.uint8)
    stored: dict[str, Any] = {f"a{i}": array for i, array in enumerate(arrays.values())}
    said["names"] = list(arrays)
    file = io.BytesIO()
    np.savez(file, said=np.frombuffer(json.dumps(said).encode(), dtype=np.uint8), **stored)
    return file.getvalue()


def unpacked(raw: bytes) -> Scored:
    """The block again.

    Raises:
        ValueError: these are not the bytes of a block.
    """
    try:
        return _unpacked(raw)
    except (KeyError, OSError, EOFError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"not the bytes of a block: {error}") from error


def _unpacked(raw: bytes) -> Scored:
    with np.load(io.BytesIO(raw), allow_pickle=False) as file:
        said = json.loads(file["said"].tobytes())
        arrays = {name: file[f"a{i}"] for i, name in enumerate(said["names"])}
    for name in said["wide"]:
        arrays[name] = _wide([int(x, 16) for x in arrays[name].tobytes().decode().split()])
    links = {name: _link(name, pieces, arrays) for name, pieces in said["links"].items()}
    columns = {name: arrays[f"draft/{name}"] for name in COLUMNS}
    barred = {name.removeprefix("barred/"): array for name, array in arrays.items() if name.startswith("barred/")}
    spans = {int(row): (_end_of(low), _end_of(high)) for row, (low, high) in said["spans"].items()}
    drafts = Drafts(**columns, barred=barred, links=links, spans=spans)
    open_totals = {int(row): (_open_of(t), _open_of(e)) for row, (t, e) in said["open_totals"].items()}
    return Scored(
        Block(*said["block"]), arrays["rows"], drafts, arrays["postings"], {}, open_totals, said["by_columns"]
    )


def _shape(piece: Exact) -> list[Any]:
    shape = piece.shape
    return [
        _text(shape.const),
        [_text(x) for x in shape.factors],
        [_text(x) for x in shape.quotients],
        piece.rows,
        len(piece.arrays),
    ]


def _link(name: str, pieces: list[list[Any]], arrays: Mapping[str, Array]) -> Link:
    found = []
    for number, (const, factors, quotients, rows, count) in enumerate(pieces):
        shape = Sum(_number_of(const), tuple(map(_number_of, factors)), tuple(map(_number_of, quotients)))
        found.append(Exact(shape, tuple(arrays[f"piece/{name}/{number}/{i}"] for i in range(count)), rows))
    return Link(tuple(found), *(arrays[f"link/{name}/{part}"] for part in ("at", "there", "open")))


def _wide(values: list[int]) -> Array:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def _text(number: Fraction) -> str:
    """In hexadecimal digits: as many as there are, which Python limits for decimal ones."""
    return f"{number.numerator:x}/{number.denominator:x}"


def _number_of(text: str) -> Fraction:
    top, bottom = text.split("/")
    return Fraction(int(top, 16), int(bottom, 16))


def _end(number: Fraction | None) -> str | None:
    return None if number is None else _text(number)


def _end_of(text: str | None) -> Fraction | None:
    return None if text is None else _number_of(text)


def _open(number: Number) -> list[str | None]:
    return [_end(number.low), _end(number.high)] if isinstance(number, Interval) else [_text(number)]


def _open_of(written: list[str | None]) -> Number:
    if len(written) == 2:
        return Interval(_end_of(written[0]), _end_of(written[1]))
    return _number_of(written[0] or "")
