"""What a column is read as, and the Arrow types that can be read so: nothing is guessed, nothing is rounded."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa
from attrs import frozen

from cadre_eval.errors import Problems, Text
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.ruleset.document import FactDoc
from cadre_eval.tables.cells import header
from cadre_eval.tables.kinds import holds_lists, is_text, kind_name


@frozen(eq=False)
class Role:
    """One way of reading a column."""

    name: Text
    takes: Callable[[pa.DataType], bool]


def is_number(kind: pa.DataType) -> bool:
    """Whether the values are numbers, exactly. A truth is no number, nor is one a truth."""
    return bool(pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale >= 0))


def _words(kind: pa.DataType) -> bool:
    return is_text(kind) or bool(pa.types.is_integer(kind))


def _numbers(kind: pa.DataType) -> bool:
    return is_text(kind) or is_number(kind)


def _days(kind: pa.DataType) -> bool:
    return is_text(kind) or bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


WORD = Role(Text("文字", "text"), _words)
NUMBER = Role(Text("整数、定点小数或文字", "whole numbers, decimals or text"), _numbers)
COUNT = Role(Text("整数", "whole numbers"), _numbers)
FLAG = Role(Text("是/否", "truths, or text that says yes or no"), lambda kind: is_text(kind) or kind == pa.bool_())
SET = Role(Text("词的列表或文字", "lists of words, or text"), lambda kind: is_text(kind) or holds_lists(kind))
DAY = Role(Text("日期", "dates"), _days)
_OF_FACTS = {"flag": FLAG, "choice": WORD, "choices": SET, "count": COUNT, "number": NUMBER, "rate": NUMBER}


def role_of(doc: FactDoc) -> Role:
    """How the values of a fact are read, but for samples, whose two columns are counts."""
    return _OF_FACTS[doc.type]


def check_columns(
    columns: Mapping[str, pa.DataType], allowed: Mapping[str, Role], needed: tuple[str, ...], file: str,
    problems: Problems,
) -> bool:  # fmt: skip
    """Whether a table has the columns it needs, none it may not have, and every one of a type it is read from."""
    before = len(problems)
    for name, kind in columns.items():
        role = allowed.get(name)
        if role is None:
            fix = closest(name, list(allowed))
            problems.add("CE201", header(file, name), fix=fix, key=name, allowed=listed(allowed, 40))
        elif _holds_floats(kind):
            problems.add("CE821", header(file, name), column=name, type=str(kind))
        elif not pa.types.is_null(kind) and not role.takes(kind):
            problems.add("CE822", header(file, name), column=name, type=kind_name(kind), expected=role.name)
    for name in needed:
        if name not in columns:
            problems.add("CE203", header(file, name), key=name)
    return len(problems) == before


def _holds_floats(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind) or pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _holds_floats(kind.value_type)
    return bool(pa.types.is_floating(kind))
