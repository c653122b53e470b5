"""Finds the plugins a ruleset names, and collects what they bring. Nothing that is not named is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pluggy
from attrs import evolve, frozen

from cadre_eval.errors import PluginFailure, Problems, Span
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.plugins import builtin, hookspecs
from cadre_eval.ruleset.kind import CriterionKind

BUILTIN = "built-in"
GROUP = "cadre_eval"


@frozen(eq=False)
class Registry:
    """The kinds of a run, and name and version of the plugins beside the built-in one."""

    kinds: Mapping[str, CriterionKind]
    plugins: tuple[tuple[str, str], ...] = ()


def installed() -> Mapping[str, EntryPoint]:
    """The installed plugins by name, none of them loaded."""
    return {point.name: point for point in sorted(entry_points(group=GROUP), key=lambda p: p.name)}


def load_registry(named: Iterable[tuple[str, Span]], problems: Problems) -> Registry:
    """The built-in kinds and those of the named plugins.

    A plugin that is not installed, and a kind brought twice, is a problem at the place that names the plugin.

    Raises:
        PluginFailure: a plugin raised, or returned something that is not what its hook asks for.
    """
    places: dict[str, Span] = {}
    for name, span in named:
        places.setdefault(name, span)
    found = installed()
    for name, span in places.items():
        if name not in found:
            problems.add("CE501", span, fix=closest(name, found), plugin=name, allowed=listed(found) or "—")
    chosen = {name: found[name] for name in sorted(places) if name in found}
    manager = _manager(chosen)
    return _collect(manager, chosen, places, problems)


def _version(point: EntryPoint) -> str:
    return point.dist.version if point.dist is not None else "?"


def _manager(chosen: Mapping[str, EntryPoint]) -> pluggy.PluginManager:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(builtin, BUILTIN)
    for name, point in chosen.items():
        try:
            manager.register(point.load(), name)
            manager.check_pending()
        except Exception as error:  # the boundary to other people's code: whatever it raises is named
            raise PluginFailure(name, _version(point), "load", f"{type(error).__name__}: {error}") from error
    return manager


def _collect(
    manager: pluggy.PluginManager,
    chosen: Mapping[str, EntryPoint],
    places: Mapping[str, Span],
    problems: Problems,
) -> Registry:
    kinds: dict[str, CriterionKind] = {}
    provider: dict[str, str] = {}
    versions = {name: _version(point) for name, point in chosen.items()}
    implementations = manager.hook.cadre_eval_register_criterion_kinds.get_hookimpls()
    for implementation in sorted(implementations, key=lambda i: (i.plugin_name != BUILTIN, i.plugin_name)):
        name = implementation.plugin_name
        for kind in _kinds_of(implementation, name, versions.get(name, "")):
            if kind.name in kinds:
                problems.add("CE502", places[name], kind=kind.name, a=provider[kind.name], b=name)
                continue
            brought = kind if name == BUILTIN else evolve(kind, provider=(name, versions[name]))
            kinds[kind.name], provider[kind.name] = brought, name
    return Registry(kinds, tuple(sorted(versions.items())))


def _kinds_of(implementation: Any, name: str, version: str) -> list[CriterionKind]:
    hook = "cadre_eval_register_criterion_kinds"
    try:
        kinds = list(implementation.function())
    except Exception as error:  # as above: an exception of a plugin must name the plugin
        raise PluginFailure(name, version, hook, f"{type(error).__name__}: {error}") from error
    for kind in kinds:
        if not isinstance(kind, CriterionKind):
            raise PluginFailure(name, version, hook, f"returned {type(kind).__name__}, not CriterionKind")
    return kinds
