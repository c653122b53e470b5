"""Types of columns: which can be read alike where files differ, and what people call them."""

from __future__ import annotations

import pyarrow as pa

from cadre_eval.errors import Text

TEXT = pa.string()
LIST = pa.list_(TEXT)
WIDTHS = (pa.int8(), pa.int16(), pa.int32(), pa.int64())
UNSIGNED = (pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())
_NAMES = {
    "text": Text("文字", "text"),
    "whole": Text("整数", "whole numbers"),
    "list": Text("列表", "lists"),
}


def is_text(kind: pa.DataType) -> bool:
    """Whether the values are text, each written out or named by a number of a dictionary."""
    if pa.types.is_dictionary(kind):
        return is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def holds_lists(kind: pa.DataType) -> bool:
    """Whether the values are lists of text."""
    is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind)
    return bool(is_list and (is_text(kind.value_type) or pa.types.is_null(kind.value_type)))


def kind_name(kind: pa.DataType) -> Text:
    """What people call a type; the rarer ones by Arrow's name."""
    if is_text(kind):
        return _NAMES["text"]
    if pa.types.is_integer(kind):
        return _NAMES["whole"]
    return _NAMES["list"] if holds_lists(kind) else Text(str(kind), str(kind))


def united(a: pa.DataType, b: pa.DataType) -> pa.DataType | None:
    """A type both can be read as without any loss; None if they are different things. Whole numbers beside text are
    text; a column that is null everywhere goes with any other.
    """
    if a == b or pa.types.is_null(b):
        return a
    if pa.types.is_null(a):
        return b
    if holds_lists(a) and holds_lists(b):
        return LIST
    texts, whole = [is_text(kind) for kind in (a, b)], [pa.types.is_integer(kind) for kind in (a, b)]
    if all(whole):
        return _widest(a, b)
    return TEXT if all(text or number for text, number in zip(texts, whole, strict=True)) else None


def _widest(a: pa.DataType, b: pa.DataType) -> pa.DataType:
    for kinds in (WIDTHS, UNSIGNED):
        if a in kinds and b in kinds:
            return max(a, b, key=kinds.index)
    return TEXT if pa.uint64() in (a, b) else pa.int64()


def conformed(batch: pa.RecordBatch, names: list[str], schema: pa.Schema) -> pa.RecordBatch:
    """The columns of these names as ``schema`` has them: in this order, of its types, null where the batch has none.

    Raises:
        pa.ArrowInvalid: a text is too long for its type.
    """
    own = set(batch.schema.names)
    arrays = [
        _as(batch.column(name), schema.field(name).type)
        if name in own
        else pa.nulls(batch.num_rows, schema.field(name).type)
        for name in names
    ]
    return batch_of(arrays, names, batch.num_rows)


def written_out(table: pa.Table) -> pa.Table:
    """The same table with text in place of numbers of a dictionary."""
    coded = [(at, field.name) for at, field in enumerate(table.schema) if pa.types.is_dictionary(field.type)]
    for at, name in coded:
        table = table.set_column(at, name, table.column(at).cast(table.schema.field(at).type.value_type))
    return table


def batch_of(arrays: list[pa.Array], names: list[str], rows: int) -> pa.RecordBatch:
    """Columns as a batch; one without columns has its rows all the same."""
    if arrays:
        return pa.RecordBatch.from_arrays(arrays, names=names)
    return pa.RecordBatch.from_arrays([pa.nulls(rows)], names=["none"]).select([])


def _as(array: pa.Array, kind: pa.DataType) -> pa.Array:
    if array.type == kind:
        return array
    return pa.nulls(len(array), kind) if array.null_count == len(array) else array.cast(kind)
