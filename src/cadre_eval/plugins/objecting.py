"""What plugins object to in a ruleset that compiled: a district's own checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cadre_eval.errors import PluginFailure, Problems, Span, Text
from cadre_eval.plugins.brought import Objection
from cadre_eval.plugins.isolation import Misbehaved
from cadre_eval.plugins.protecting import check_place, records
from cadre_eval.plugins.registry import Hook, Registry
from cadre_eval.plugins.viewing import view_of_ruleset
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.scoring.plain import sound_text


def check_with_plugins(rules: CompiledRuleset, registry: Registry, problems: Problems) -> None:
    """Asks about each period; objections and failures become problems."""
    check = _sound(frozenset(rules.layers))
    for hook in registry.hooks.get("cadre_eval_check_ruleset", ()):
        try:
            _ask(hook, rules, check, problems)
        except PluginFailure as failure:
            problems.add_failure(failure, hook.plugin.span)


def _ask(
    hook: Hook, rules: CompiledRuleset, check: Callable[[Any], list[tuple[Span, Text]]], problems: Problems
) -> None:
    used = hook.plugin.used
    for plan in rules.periods.values():
        for span, reason in hook.call(check, ruleset=view_of_ruleset(rules, plan)):
            problems.add("CE509", span, plugin=used.name, version=used.version, reason=reason)


def _sound(files: frozenset[str]) -> Callable[[Any], list[tuple[Span, Text]]]:
    """Places must be of the ruleset's own files: a view gave them."""

    def check(returned: Any) -> list[tuple[Span, Text]]:
        found = records(returned, Objection)
        for objection in found:
            check_place(objection.span)
            if objection.span.source.name not in files:
                raise Misbehaved("objected to a place that is not in the ruleset")
        return [(objection.span, sound_text(objection.reason)) for objection in found]

    return check
