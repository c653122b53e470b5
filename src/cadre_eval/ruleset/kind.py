"""What a kind of criterion is: parameters, inputs, one formula. Built-in kinds and plugins bring these records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol, TypeAlias, TypeVar

from attrs import AttrsInstance, evolve, frozen

from cadre_eval.errors import Problems, Span, Text
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.numbers.decimals import number_text
from cadre_eval.numbers.ops import Num, Ops
from cadre_eval.reading.settings import Place
from cadre_eval.ruleset.document import FactDoc
from cadre_eval.ruleset.supervision import SupervisionDoc

T = TypeVar("T")
Naming: TypeAlias = Callable[[str], str]
"""What people call a voter class, a class of reviewers or a question."""

Guard: TypeAlias = Callable[[str, Callable[[], Any]], Any]
"""Calls other people's code: told where, and what to call. Raises PluginFailure."""

Bounds: TypeAlias = "tuple[Fraction | None, Fraction | None]"
ZERO, ONE = Fraction(0), Fraction(1)


def fact_bounds(doc: FactDoc | None) -> Bounds:
    """The lowest and highest value a fact of this declaration may have. A range declared is what entries are checked against:
    what follows from the records of supervision is not entered, and may lie outside.
    """
    if doc is None:
        return None, None
    low, high = (doc.at_least, doc.at_most) if doc.from_ is None else (None, None)
    if doc.type in {"count", "rate", "flag"}:
        low = low if low is not None else ZERO
    if doc.type in {"rate", "flag"}:
        high = high if high is not None else ONE
    return low, high


class StaysOpen(Exception):
    """A formula says that its score cannot be settled yet, and why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


class Input(Protocol):
    """Where some of a formula's numbers come from: a fact, a class of marks, a tally, the pool.

    ``domain`` gives the bounds of each number by name, from what the ruleset declares; ``read`` (see
    ``scoring.inputs``) gives the numbers themselves for one cadre, or says what is lacking.
    """

    @property
    def pooled(self) -> bool:
        """True if the numbers depend on other cadres of the pool."""
        ...

    @property
    def may_exclude(self) -> bool:
        """True if it may take the criterion out by itself (a whole of 0)."""
        ...

    def domain(self, facts: Mapping[str, FactDoc]) -> Mapping[str, Bounds]: ...

    def read(self, subject: Any) -> Any: ...


@frozen
class CheckContext:
    """What a kind may look at while its parameters are checked."""

    criterion: str
    period: str
    points: Fraction
    ceiling: Fraction | None
    facts: Mapping[str, FactDoc]
    problems: Problems
    provider: tuple[str, str] | None = None
    supervision: SupervisionDoc = SupervisionDoc()
    gates: tuple[str, ...] = ()
    """Ids of the ruleset's gates."""
    labels: tuple[str, ...] = ()
    """The labels of its grades, of every category."""

    def known(self, name: str, allowed: Iterable[str], span: Span, what: Text) -> bool:
        """Whether ``name`` is one of ``allowed``; a problem is noted if not."""
        return self.problems.known(name, list(allowed), span, what)

    def object(self, span: Span, reason: Text) -> None:
        """Refuses the parameters: what a plugin's kind does not accept, in its own words."""
        plugin, version = self.provider or ("built-in", "")
        self.problems.add("CE509", span, plugin=plugin, version=version, reason=reason)

    def fact(self, name: str, span: Span, *types: str) -> FactDoc | None:
        """The fact, if it is declared and of one of ``types``; else None with a problem noted."""
        doc = self.facts.get(name)
        if doc is None:
            fix = closest(name, self.facts)
            self.problems.add("CE401", span, fix=fix, fact=name, allowed=listed(self.facts))
            return None
        if doc.type not in types:
            self.problems.add("CE402", span, fact=name, type=doc.type, allowed=listed(types))
            return None
        return doc

    def words(self, doc: FactDoc | None, given: Mapping[str, Any], at: Place, key: str, *, all_needed: bool) -> None:
        """The words under ``key`` must be options of the fact, and with ``all_needed`` every option must be there."""
        if doc is None:
            return
        for word in given:
            if word not in doc.options:
                span = at.entry(key, word)
                fix = closest(word, doc.options)
                self.problems.add("CE404", span, fix=fix, word=word, allowed=listed(doc.options))
        missing = [word for word in doc.options if word not in given]
        if all_needed and missing:
            self.problems.add("CE405", at.key(key), words=listed(missing))

    def filled(self, params: Any, *keys: str) -> None:
        """None of these mappings may be empty."""
        for key in keys:
            value = getattr(params, key)
            if isinstance(value, dict | tuple) and not value:
                self.problems.add("CE202", params.at.key(key), expected=Text("至少一项", "at least one entry"))

    def within_points(self, given: Mapping[str, Fraction], at: Place, key: str) -> None:
        """No single value is higher than the criterion can give: it would be cut without a word."""
        for name, number in given.items():
            if self.ceiling is not None and number > self.ceiling:
                span = at.value(key, name)
                self.problems.add("CE436", span, value=number_text(number), ceiling=number_text(self.ceiling))


@frozen
class CriterionKind:
    """A way to score a leaf.

    Attributes:
        name: the word after ``kind:``.
        title: what it is, in one line.
        params: attrs record of its parameters; read strictly, so every key gets its place for free.
        inputs: the inputs the parameters ask for.
        formula: ``(ops, params, numbers, points) -> score``; an expression that never branches on a number.
        account: ``(params, numbers, points, name) -> Text``; the formula with its numbers, for the receipt. Numbers may
            be intervals; ``name`` gives what people call a class or question.
        prepare: called while compiling, once for each period: adds problems with the parameters, and returns them with
            what follows from the ruleset filled in.
        on_columns: a plugin's word that its formula is indeed such an expression: it is run once on whole columns, and not
            for every set of numbers. A few rows are compared each time; where they differ, it is called as ever.
    """

    name: str
    title: Text
    params: type
    inputs: Callable[[Any], Sequence[Input]]
    formula: Callable[[Ops, Any, Mapping[str, Num], Fraction], Num]
    account: Callable[[Any, Mapping[str, Num], Fraction, Naming], Text]
    prepare: Callable[[Any, CheckContext], Any]
    on_columns: bool = False
    provider: tuple[str, str] | None = None
    """Name and version of the plugin that brought it; set by the registry, None for the built-in kinds."""
    guard: Guard | None = None
    """Calls code of the plugin so that whatever it does names the plugin; None for the built-in kinds."""

    def guarded(self, where: str, call: Callable[[], T]) -> T:
        """Calls code of the kind. Raises PluginFailure, naming its plugin, for whatever a plugin's code does."""
        return call() if self.guard is None else self.guard(f"kind {self.name}, {where}", call)


P = TypeVar("P", bound=AttrsInstance)


def own_record(params: P, ctx: CheckContext) -> P:
    """Parameters whose ``record`` is the criterion's own id unless they name another."""
    record = getattr(params, "record", None)
    return params if record is not None else evolve(params, record=ctx.criterion)  # type: ignore[misc]
