"""From a name to a loaded plugin: found, allowed, of the right version and digest, and with hooks of the right shape."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pluggy
from attrs import field, frozen

from cadre_eval.errors import PluginFailure, Problems, Span, Text
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.plugins import hookspecs
from cadre_eval.plugins.discovery import Found, digest_of, installed
from cadre_eval.plugins.isolation import SECONDS, Isolation, Misbehaved
from cadre_eval.reading.versions import Requirement, requirement_of
from cadre_eval.ruleset.plan import PluginVersion

IMPLEMENTATION = f"{hookspecs.PROJECT}_impl"
SPECIFICATION = f"{hookspecs.PROJECT}_spec"
HOOKS: Mapping[str, tuple[str, ...]] = {
    name: tuple(inspect.signature(spec).parameters)
    for name, spec in vars(hookspecs).items()
    if name.startswith("cadre_eval_")
}
"""Every hook with the names of its arguments."""


@frozen(eq=False)
class Trust:
    """Where plugins may come from beside the installed ones, and what is asked of them."""

    beside: Mapping[str, list[Found]] = field(factory=dict)
    blocked: Mapping[str, Span] = field(factory=dict)
    locked: Mapping[str, tuple[str, str]] | None = None
    """Version and digest by name; None: nothing is locked."""
    seconds: int = SECONDS


@frozen(eq=False)
class Loaded:
    """A plugin ready to be asked, by the hooks it implements."""

    used: PluginVersion
    origin: str
    isolation: Isolation
    module: object
    hooks: Mapping[str, Callable[..., Any]]
    span: Span


def chosen(
    named: Iterable[tuple[str, Span]], trust: Trust, problems: Problems
) -> list[tuple[Found, Span]]:  # fmt: skip
    """The plugins that are named, each once, in the order of names; problems noted for those that cannot be used."""
    wanted: dict[str, list[tuple[Requirement, Span]]] = {}
    for text, span in named:
        requirement = requirement_of(text)
        if requirement is None:
            problems.add("CE504", span, text=text)
        else:
            wanted.setdefault(requirement.name, []).append((requirement, span))
    if not wanted:
        return []
    known = available(trust)
    found = [(_one(name, asked, known, trust, problems), asked[0][1]) for name, asked in sorted(wanted.items())]
    return [(plugin, span) for plugin, span in found if plugin is not None]


def available(trust: Trust) -> dict[str, list[Found]]:
    """Every plugin that could be named."""
    known = {name: list(found) for name, found in installed().items()}
    for name, found in trust.beside.items():
        known.setdefault(name, []).extend(found)
    return known


def _one(
    name: str,
    asked: list[tuple[Requirement, Span]],
    known: Mapping[str, list[Found]],
    trust: Trust,
    problems: Problems,
) -> Found | None:
    span = asked[0][1]
    candidates = known.get(name, [])
    if not candidates:
        problems.add("CE501", span, fix=closest(name, known), plugin=name, allowed=listed(known) or "—")
        return None
    if len(candidates) > 1:
        a, b = candidates[0].origin, candidates[1].origin
        problems.add("CE502", span, what=Text("插件", "plugin"), key=name, a=a, b=b)
        return None
    found = candidates[0]
    before = len(problems)
    if name in trust.blocked:
        label, where = Text("在这里禁止", "blocked here"), trust.blocked[name]
        problems.add(
            "CE505", span, plugin=name, version=found.version, where=where.short, also=[(label, where)]
        )  # fmt: skip
    for requirement, place in asked:
        if not requirement.accepts(found.version):
            wanted = str(requirement).removeprefix(name).strip()
            problems.add("CE503", place, plugin=name, version=found.version, wanted=wanted)
    return found if len(problems) == before else None


def load(found: Found, span: Span, trust: Trust, problems: Problems) -> Loaded | None:
    """The plugin, loaded; None with problems noted."""
    isolation = Isolation(found.name, found.version, trust.seconds)
    before = len(problems)
    try:
        files = isolation.call("load", found.files)
        used = PluginVersion(found.name, found.version, digest_of(files))
        if not _as_locked(used, span, trust, problems):
            return None
        module = isolation.call("load", lambda: found.load(files))
        hooks = isolation.call("load", lambda: _hooks(module))
        written = isolation.call("load", lambda: [_parameters(function) for _, _, function, _ in hooks])
    except PluginFailure as failure:
        problems.add_failure(failure, span)
        return None
    sound = {}
    for (attribute, hook, function, trouble), parameters in zip(hooks, written, strict=True):
        if trouble is not None:
            fix = closest(attribute, HOOKS) if hook not in HOOKS else None
            problems.add(
                "CE506", span, fix=fix, plugin=used.name, version=used.version, hook=attribute, reason=trouble
            )  # fmt: skip
        else:
            _check_signature(hook, parameters, used, span, problems)
            sound[hook] = function
    if len(problems) > before:
        return None
    return Loaded(used, found.origin, isolation, module, sound, span)


def _as_locked(used: PluginVersion, span: Span, trust: Trust, problems: Problems) -> bool:
    if trust.locked is None or trust.locked.get(used.name) == (used.version, used.digest):
        return True
    entry = trust.locked.get(used.name)
    if entry is None:
        reason = Text("没有锁定它", "it is not locked")
    elif entry[0] != used.version:
        reason = Text(f"锁定的版本是 {entry[0]}", f"version {entry[0]} is locked")
    else:
        was, now = entry[1][:12], used.digest[:12]
        reason = Text(f"文件改过了（锁定 {was}，现在 {now}）", f"its files changed (locked {was}, now {now})")
    problems.add("CE510", span, plugin=used.name, version=used.version, reason=reason)
    return False


def _hooks(module: object) -> list[tuple[str, str, Callable[..., Any], Text | None]]:
    """Attribute, hook, function, and what is wrong with it (None: nothing) of everything that is or looks like a hook."""
    found: list[tuple[str, str, Callable[..., Any], Text | None]] = []
    for attribute in sorted(dir(module)):
        function = getattr(module, attribute, None)
        options = getattr(function, IMPLEMENTATION, None) if callable(function) else None
        named = attribute.startswith("cadre_eval_") and callable(function)
        if callable(function) and (options is not None or (named and not hasattr(function, SPECIFICATION))):
            hook = str((options or {}).get("specname") or attribute)
            twice = any(hook == other for _, other, _, _ in found)
            found.append((attribute, hook, function, _trouble(hook, function, options, twice)))
    if not found:
        raise Misbehaved("it has no hook")
    return found


def _trouble(hook: str, function: Callable[..., Any], options: Mapping[str, Any] | None, twice: bool) -> Text | None:
    if hook not in HOOKS:
        return Text("没有这个挂接点", "there is no such hook")
    if options is None:
        return Text("没有用 @hookimpl 标记", "it is not marked with @hookimpl")
    if not (inspect.isfunction(function) or inspect.ismethod(function)):  # it would never be called
        return Text("它不是普通的函数", "it is not an ordinary function")
    if twice:
        return Text(f"{hook} 已经有了", f"there is another for {hook}")
    if options.get("wrapper") or options.get("hookwrapper"):
        return Text("不接受包装别的插件的写法", "wrappers around other plugins are not accepted")
    return None


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []


def _check_signature(
    hook: str, parameters: Sequence[inspect.Parameter], used: PluginVersion, span: Span, problems: Problems
) -> None:
    names = [str(parameter) for parameter in parameters]
    simple = all(p.kind is p.POSITIONAL_OR_KEYWORD and p.default is p.empty for p in parameters)
    if not simple or any(p.name not in HOOKS[hook] for p in parameters):
        given, signature = (f"({', '.join(words)})" for words in (names, HOOKS[hook]))
        problems.add(
            "CE507", span, plugin=used.name, version=used.version, hook=hook, given=given, signature=signature
        )  # fmt: skip


def registered(loaded: Iterable[Loaded], builtin: object, name: str) -> pluggy.PluginManager:
    """The plugins with a manager, the built-in one first; every implementation has its hook."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(builtin, name)
    for plugin in loaded:
        plugin.isolation.call("load", lambda plugin=plugin: manager.register(plugin.module, plugin.used.name))  # type: ignore[misc]
    manager.check_pending()
    return manager
