"""The only module that knows a YAML library: text in, a stream of parser events out.

Two readers give the same events for the dialect we accept (a conformance test holds them equal): libyaml
through PyYAML where it is installed (the ``fast`` extra), and ruamel.yaml, which words syntax errors.
Scalars stay text in both: no resolver ever runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, TypeAlias

Reader: TypeAlias = Literal["fast", "ruamel"]


class NotYaml(Exception):
    """A syntax error; line and column count from 1."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(reason)
        self.reason, self.line, self.column = reason, line, column


@cache
def fast_loader() -> Any:
    """PyYAML's libyaml loader, or None where it is not installed."""
    try:
        from yaml import CBaseLoader
    except ImportError:
        return None
    return CBaseLoader


def events(text: str, reader: Reader) -> Iterator[Any]:
    """Parser events with 0-based marks.

    Raises:
        NotYaml: the text is not YAML.
    """
    return _fast_events(text) if reader == "fast" else _ruamel_events(text)


def _fast_events(text: str) -> Iterator[Any]:
    import yaml

    loader = fast_loader()(text)
    try:
        yield from iter(loader.get_event, None)
    except yaml.YAMLError as error:
        raise _syntax_error(error, 0, 0) from None
    finally:
        loader.dispose()


def _ruamel_events(text: str) -> Iterator[Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    line = column = 0
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            line, column = event.end_mark.line, event.end_mark.column
            yield event
    except YAMLError as error:
        raise _syntax_error(error, line, column) from None
    except (AssertionError, TypeError, ValueError, IndexError, AttributeError, KeyError, RecursionError):
        # ruamel leaks these on odd input (measured); the place is that of the last event.
        raise NotYaml("not well-formed", line + 1, column + 1) from None


def _syntax_error(error: Any, line: int, column: int) -> NotYaml:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        line, column = mark.line, mark.column
    reason = getattr(error, "problem", None) or getattr(error, "context", None) or "not well-formed"
    return NotYaml(str(reason), line + 1, column + 1)
