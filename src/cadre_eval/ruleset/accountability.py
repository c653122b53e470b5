"""What a rule of accountability (问责) is: it proposes measures for a cadre, or for a unit that shares the liability."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias, TypeVar

from attrs import frozen

from cadre_eval.errors import Text
from cadre_eval.ruleset.kind import CheckContext, Guard

T = TypeVar("T")
Target: TypeAlias = Literal["cadre", "sending-unit", "township", "host"]
TARGETS: tuple[Target, ...] = ("cadre", "sending-unit", "township", "host")


@frozen(eq=False)
class AccountabilityRule:
    """A rule a ruleset may use under ``accountability``.

    Attributes:
        name: the word after ``rule:``.
        title: what it is, in one line.
        params: attrs record of its parameters, read like those of a criterion.
        of: ``(params) -> target``: whom each call is about.
        propose: ``(params, answerable) -> measures``: called once for each such cadre or unit when a period was assessed;
            proposes, and decides nothing.
        prepare: checks the parameters while compiling, and returns them.
    """

    name: str
    title: Text
    params: type
    of: Callable[[Any], Target]
    propose: Callable[[Any, Any], Sequence[Any]]
    prepare: Callable[[Any, CheckContext], Any] = lambda params, _ctx: params
    provider: tuple[str, str] | None = None
    guard: Guard | None = None

    def guarded(self, where: str, call: Callable[[], T]) -> T:
        """Calls code of the rule. Raises PluginFailure, naming its plugin, for whatever a plugin's code does."""
        return call() if self.guard is None else self.guard(f"accountability rule {self.name}, {where}", call)
