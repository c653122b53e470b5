"""The one place where other people's code is called. Whatever it does, the caller gets a checked value or a
``PluginFailure`` that names the plugin.

This keeps a faulty plugin from spoiling other results; it is not a wall against a hostile one: a plugin is trusted code in
the same process (see docs/explanation/plugins.md).
"""

from __future__ import annotations

import ctypes
import decimal
import locale
import os
import re
import sys
import threading
import warnings
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias, TypeVar

from attrs import frozen

from cadre_eval.errors import PluginFailure
from cadre_eval.plugins.authors import raised_at

T = TypeVar("T")
SECONDS = 10
"""How long a call may take unless the workspace says otherwise."""
MOST_TIMEOUTS = 3
"""A plugin that so often takes too long is not called again in the run."""
MOST_SAID = 200
"""Characters of what an exception says that are told."""
MOST_ITEMS = 1000
"""More than so many records from one call are nonsense."""


class Misbehaved(Exception):
    """What a plugin returned or did cannot be used; the message says why."""


@frozen
class _Surroundings:
    """What all code of the process shares and a call must leave as it was."""

    locale: str
    folder: str
    recursion: int
    digits: int
    context: tuple[object, ...]
    variables: dict[Any, Any]

    @classmethod
    def now(cls) -> _Surroundings:
        folder = ""
        with suppress(OSError):  # the working folder was removed by somebody
            folder = os.getcwd()
        shared = decimal.DefaultContext
        return cls(
            locale.setlocale(locale.LC_ALL), folder, sys.getrecursionlimit(), sys.get_int_max_str_digits(),
            _settings(shared), _variables(),
        )  # fmt: skip

    def put_back(self) -> str | None:
        """Restores what was changed, and says what it was; None if nothing was."""
        found = _Surroundings.now()
        if found == self:
            return None
        changed = []
        if found.locale != self.locale:
            locale.setlocale(locale.LC_ALL, self.locale)
            changed.append("the locale")
        if found.folder != self.folder:
            with suppress(OSError):  # there is none to go back to
                os.chdir(self.folder)
            changed.append("the working folder")
        if found.recursion != self.recursion:
            sys.setrecursionlimit(self.recursion)
            changed.append("the recursion limit")
        if found.digits != self.digits:
            sys.set_int_max_str_digits(self.digits)
            changed.append("the limit on digits")
        if found.context != self.context:
            _restore(decimal.DefaultContext, self.context)
            changed.append("the decimal context")
        if found.variables != self.variables:
            os.environ.clear()
            os.environ.update({os.fsdecode(name): os.fsdecode(value) for name, value in self.variables.items()})
            changed.append("environment variables")
        return "changed " + ", ".join(changed)


def _variables() -> dict[Any, Any]:
    """The environment as the system holds it: to decode it for every call would cost more than the call."""
    held = getattr(os.environ, "_data", None)
    return dict(held) if isinstance(held, dict) else dict(os.environ)


def _settings(context: decimal.Context) -> tuple[object, ...]:
    traps = tuple(sorted(signal.__name__ for signal, on in context.traps.items() if on))
    return (context.prec, context.rounding, context.Emin, context.Emax, context.capitals, context.clamp, traps)


def _restore(context: Any, settings: tuple[Any, ...]) -> None:
    context.prec, context.rounding, context.Emin, context.Emax, context.capitals, context.clamp, traps = settings
    for signal in context.traps:
        context.traps[signal] = signal.__name__ in traps


class _Outlet:
    """Stands for ``sys.stdout`` and ``sys.stderr`` while a plugin runs: what its thread writes is counted and dropped, and
    it gets at nothing below.
    """

    def __init__(self, real: Any, thread: threading.Thread) -> None:
        self._real, self._thread = real, thread
        self.written = False
        self.kept = False
        """True once the thread was left behind: what it may still print must not reach anybody."""

    def write(self, text: str) -> int:
        if threading.current_thread() is not self._thread:
            return int(self._real.write(text))
        self.written = True
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        if threading.current_thread() is self._thread and name not in _ASKED:
            self.written = True
            raise AttributeError(f"a plugin may not use {name} of the standard output")
        return getattr(self._real, name)


_ASKED = {
    "encoding",
    "errors",
    "newlines",
    "flush",
    "isatty",
    "writable",
    "readable",
    "seekable",
    "closed",
    "mode",
    "name",
}
"""What a plugin may ask of the output."""


Call: TypeAlias = 'tuple[Callable[[], Any], "SimpleQueue[tuple[bool, Any]]"]'


class _Worker(threading.Thread):
    """Runs one call after the other, until it is told to end. Left behind when a call does not return."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="plugin")
        self.calls: SimpleQueue[Call | None] = SimpleQueue()
        self.start()

    def run(self) -> None:
        while (call := self.calls.get()) is not None:
            self._answer(*call)
            del call  # or what it knows of would live on

    def _answer(self, function: Callable[[], Any], answer: SimpleQueue[tuple[bool, Any]]) -> None:
        decimal.setcontext(decimal.Context())
        fresh = _settings(decimal.getcontext())
        try:
            value = function()
            if _settings(decimal.getcontext()) != fresh:
                raise Misbehaved("changed the decimal context")
            answer.put((True, value))
        except BaseException as error:  # the boundary: SystemExit and the like end here too
            answer.put((False, said(error)))

    def stop(self) -> None:
        """Asks the thread to end; one that waits inside C code cannot hear it, and is only left alone."""
        self.calls.put(None)
        if self.ident is not None:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.ident), ctypes.py_object(SystemExit))


def said(error: BaseException) -> str:
    """What an exception says, in one short line that is the same in every run."""
    try:
        text = str(error)
    except BaseException:  # an exception that cannot even be shown
        text = "…"
    plain = re.sub(r"0x[0-9a-fA-F]+", "0x…", text[: 10 * MOST_SAID])
    if isinstance(error, ImportError):
        plain = re.sub(r" \([^()]*[/\\][^()]*\)$", "", plain)  # where a package lies differs from machine to machine
    line = " ".join("".join(c if c.isprintable() else " " for c in plain).split())
    line = line if len(line) <= MOST_SAID else line[:MOST_SAID] + "…"
    if isinstance(error, Misbehaved):
        return line
    name, where = type(error).__name__, raised_at(error)
    return (f"{name}: {line}" if line else name) + (where and f" ({where})")


@contextmanager
def _listening(thread: threading.Thread) -> Iterator[tuple[_Outlet, _Outlet]]:
    """What the thread prints is caught; what others print goes its way. Warnings are ignored: Python tells each but once
    in a process, so one run would differ from the next.
    """
    kept = sys.stdout, sys.stderr
    outlets = _Outlet(kept[0], thread), _Outlet(kept[1], thread)
    sys.stdout, sys.stderr = outlets
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield outlets
    finally:
        sys.stdout, sys.stderr = outlets if outlets[0].kept else kept


def _printed(outlets: tuple[_Outlet, _Outlet]) -> str | None:
    """What the thread did to the output; None if nothing."""
    for name, outlet in zip(("stdout", "stderr"), outlets, strict=True):
        if getattr(sys, name, None) is not outlet:
            return f"replaced sys.{name}"
    return "printed something" if any(outlet.written for outlet in outlets) else None


class Isolation:
    """Calls the code of one plugin."""

    def __init__(self, plugin: str, version: str, seconds: int = SECONDS) -> None:
        self.plugin, self.version, self.seconds = plugin, version, seconds
        self._timeouts = 0
        self._worker: _Worker | None = None

    def call(self, hook: str, function: Callable[[], T]) -> T:
        """The value of ``function``, which must check what the plugin returned.

        Raises:
            PluginFailure: it raised, took too long, printed, or changed what everybody shares.
        """
        if self._timeouts >= MOST_TIMEOUTS:
            raise self.failure(hook, f"not called any more after {MOST_TIMEOUTS} calls that took too long")
        worker = self._worker or self._hired()
        if threading.current_thread() is worker:  # plugin code that calls back into its own kind
            return function()
        before = _Surroundings.now()
        answer: SimpleQueue[tuple[bool, Any]] = SimpleQueue()
        with _listening(worker) as outlets:
            worker.calls.put((function, answer))
            try:
                done, value = answer.get(timeout=self.seconds)
            except Empty:
                done, value = False, self._give_up(worker)
                outlets[0].kept = True
            printed = _printed(outlets)
        changed = before.put_back() or printed
        if done and changed is not None:
            done, value = False, changed
        if not done:
            raise self.failure(hook, value)
        return value  # type: ignore[no-any-return]

    def _hired(self) -> _Worker:
        """A thread, which ends once nobody can call the plugin any more."""
        worker = self._worker = _Worker()
        weakref.finalize(self, worker.calls.put, None)
        return worker

    def _give_up(self, worker: _Worker) -> str:
        self._timeouts += 1
        self._worker = None
        worker.stop()
        return f"took longer than {self.seconds} seconds"

    def failure(self, hook: str, reason: str) -> PluginFailure:
        return PluginFailure(self.plugin, self.version, hook, reason)
