"""Problems with what users wrote, and the exceptions that carry them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from attrs import field, frozen

from cadre_eval.errors.catalogue import CATALOGUE
from cadre_eval.errors.span import Span
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.errors.text import Arg, Lang, Text, message_text


@frozen
class Problem:
    """One thing that is wrong in an input: what, where, and how to mend it.

    ``also`` names other places that take part (the first definition of a duplicate, say); ``fix`` is the
    text to write instead, where there is an obvious one.
    """

    code: str
    span: Span
    args: Mapping[str, Arg] = field(factory=dict, hash=False)
    fix: str | None = None
    also: tuple[tuple[Text, Span], ...] = ()

    def message(self, lang: Lang) -> str:
        return message_text(CATALOGUE[self.code].message, self.args, lang)

    def cure(self, lang: Lang) -> str:
        return CATALOGUE[self.code].cure.in_(lang)

    @property
    def sort_key(self) -> tuple[tuple[str, int, int], str, str]:
        return (self.span.sort_key, self.code, self.message("en"))


class Problems:
    """A collector: everything wrong is gathered, then reported at once."""

    def __init__(self, found: Iterable[Problem] = ()) -> None:
        self._found: list[Problem] = list(found)

    def add(
        self,
        code: str,
        span: Span,
        *,
        fix: str | None = None,
        also: Iterable[tuple[Text, Span]] = (),
        **args: Arg,
    ) -> None:
        self._found.append(Problem(code, span, args, fix, tuple(also)))

    def known(self, name: str, allowed: Collection[str], span: Span, what: Text, *, guess: bool = True) -> bool:
        """Whether ``name`` is one of ``allowed``; that it is not is a problem, with the one probably meant (``guess``)."""
        if name in allowed:
            return True
        options = list(allowed)
        fix = closest(name, options) if guess else None
        self.add("CE421", span, fix=fix, name=str(name), what=what, allowed=listed(options) or "—")
        return False

    def add_bad(self, code: str, span: Span, fix: str | None, args: Mapping[str, Arg]) -> None:
        """A problem whose arguments were collected elsewhere."""
        self._found.append(Problem(code, span, args, fix))

    def add_failure(self, failure: PluginFailure, span: Span) -> None:
        """A plugin that failed where its part is asked for."""
        hook, reason = failure.hook, failure.reason
        self.add("CE508", span, plugin=failure.plugin, version=failure.version, hook=hook, reason=reason)

    @property
    def plugin_failed(self) -> bool:
        """True if any problem is the fault of a plugin, not of what the user wrote."""
        return any(problem.code == "CE508" for problem in self._found)

    def extend(self, problems: Iterable[Problem]) -> None:
        self._found.extend(problems)

    def __bool__(self) -> bool:
        return bool(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Problem]:
        """In the order of places, each problem once."""
        seen: set[tuple[tuple[str, int, int], str, str]] = set()
        for problem in sorted(self._found, key=lambda p: p.sort_key):
            if problem.sort_key not in seen:
                seen.add(problem.sort_key)
                yield problem

    def raise_if_any(self) -> None:
        if self._found:
            raise RefusedInput(self)


class CadreEvalError(Exception):
    """Any error this package raises on purpose."""


class _Told(CadreEvalError):
    """An error of which there is one thing to say."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text

    def __reduce__(self) -> tuple[type[_Told], tuple[Text]]:
        return type(self), (self.text,)


class UsageError(_Told):
    """A call that cannot be carried out: an unknown period or cadre, a folder that is not a workspace."""


class RunFailed(_Told):
    """Neither the input nor the program is at fault: memory, processes or machines that a run needs were not to be had."""


class RefusedInput(CadreEvalError):
    """Rules or records that cannot be used; ``problems`` says everything that is wrong with them."""

    def __init__(self, problems: Problems | Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(self._headline())

    def __reduce__(self) -> tuple[type[RefusedInput], tuple[list[Problem]]]:
        return type(self), (self.problems,)

    def _headline(self) -> str:
        shown = [f"{p.span}: {p.code}: {p.message('en')}" for p in self.problems[:5]]
        more = len(self.problems) - len(shown)
        return "\n".join([*shown, f"({more} more)"] if more > 0 else shown)


class PluginFailure(CadreEvalError):
    """A plugin raised, returned what it may not, or took too long: names plugin, version and hook, and the cadre if the
    call was about one.
    """

    def __init__(self, plugin: str, version: str, hook: str, reason: str, cadre: str | None = None) -> None:
        self.plugin, self.version, self.hook, self.reason, self.cadre = plugin, version, hook, reason, cadre
        super().__init__(self.text.en)

    def __reduce__(self) -> tuple[type[PluginFailure], tuple[str, str, str, str, str | None]]:
        return type(self), (self.plugin, self.version, self.hook, self.reason, self.cadre)

    @property
    def text(self) -> Text:
        zh, en = (f"，{self.cadre}", f", {self.cadre}") if self.cadre else ("", "")
        return Text(
            f"插件 {self.plugin} {self.version} 出错（{self.hook}{zh}）：{self.reason}",
            f"the plugin {self.plugin} {self.version} failed ({self.hook}{en}): {self.reason}",
        )

    def about(self, cadre: str, where: str = "") -> PluginFailure:
        """The same failure, of a call about this cadre (and this criterion)."""
        hook = f"{self.hook}, {where}" if where else self.hook
        return PluginFailure(self.plugin, self.version, hook, self.reason, cadre)
