"""Everything the plugins of a ruleset bring, and the plugins themselves. Nothing that is not named is loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import pluggy
from attrs import field, frozen

from cadre_eval.errors import PluginFailure, Problems, Span, Text
from cadre_eval.plugins import builtin
from cadre_eval.plugins.brought import PluginCommand, ReportFormat
from cadre_eval.plugins.isolation import Misbehaved
from cadre_eval.plugins.loading import HOOKS, Loaded, Trust, chosen, load, registered
from cadre_eval.plugins.protecting import (
    check_callable,
    check_kind,
    check_name,
    check_rule,
    check_title,
    protected_kind,
    protected_rule,
    records,
)
from cadre_eval.ruleset.accountability import AccountabilityRule
from cadre_eval.ruleset.kind import CriterionKind
from cadre_eval.ruleset.plan import PluginVersion
from cadre_eval.scoring.methods import (
    ReviewMethod,
    ReviewMethodParams,
    SurveyMethod,
    SurveyMethodParams,
    review_kind,
    survey_kind,
)

BUILTIN = "built-in"
R = TypeVar("R")
T = TypeVar("T")


@frozen(eq=False)
class Hook:
    """One plugin's implementation of one hook."""

    name: str
    plugin: Loaded
    function: Callable[..., Any]
    arguments: tuple[str, ...]

    def call(self, check: Callable[[Any], T], **given: Any) -> T:
        """What it returns for those of the arguments it takes, checked.

        Raises:
            PluginFailure: it failed, or ``check`` raised.
        """
        own = {name: value for name, value in given.items() if name in self.arguments}
        return self.plugin.isolation.call(self.name, lambda: check(self.function(**own)))


@frozen(eq=False)
class Registry:
    """What may be used in a run: the built-in kinds, and what the plugins bring."""

    kinds: Mapping[str, CriterionKind]
    rules: Mapping[str, AccountabilityRule] = field(factory=dict)
    formats: Mapping[str, tuple[Loaded, ReportFormat]] = field(factory=dict)
    commands: Mapping[str, tuple[Loaded, PluginCommand]] = field(factory=dict)
    loaded: tuple[Loaded, ...] = ()
    hooks: Mapping[str, tuple[Hook, ...]] = field(factory=dict)
    """Implementations of the hooks that are called at run time, in the order of the plugins' names."""

    @property
    def plugins(self) -> tuple[PluginVersion, ...]:
        return tuple(plugin.used for plugin in self.loaded)


def load_registry(named: Iterable[tuple[str, Span]], problems: Problems, trust: Trust | None = None) -> Registry:
    """The built-in kinds and what the named plugins bring.

    Whatever is wrong with a plugin is a problem at the place that names it.
    """
    trust = trust or Trust()
    loaded = [p for found, span in chosen(named, trust, problems) if (p := load(found, span, trust, problems))]
    try:
        manager = registered(loaded, builtin, BUILTIN)
    except PluginFailure as failure:
        span = next(plugin.span for plugin in loaded if plugin.used.name == failure.plugin)
        problems.add_failure(failure, span)
        return _Collector(problems).registry(())
    collector = _Collector(problems)
    for plugin in loaded:
        collector.add(plugin, _hooks_of(plugin, manager))
    return collector.registry(tuple(loaded))


def _hooks_of(plugin: Loaded, manager: pluggy.PluginManager) -> dict[str, Hook]:
    found = {}
    for name in HOOKS:
        for implementation in getattr(manager.hook, name).get_hookimpls():
            if implementation.plugin_name == plugin.used.name:
                arguments = tuple(implementation.argnames)
                found[name] = Hook(name, plugin, implementation.function, arguments)
    return found


class _Collector:
    """Asks the plugins one by one what they bring; two that bring the same are a problem naming both."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.kinds = {kind.name: kind for kind in builtin.cadre_eval_register_criterion_kinds()}
        self.rules = {rule.name: rule for rule in builtin.cadre_eval_register_accountability_rules()}
        self.formats: dict[str, tuple[Loaded, ReportFormat]] = {}
        self.commands: dict[str, tuple[Loaded, PluginCommand]] = {}
        self.owner: dict[tuple[str, str], str] = {("kind", name): BUILTIN for name in self.kinds}
        self.owner |= {("rule", name): BUILTIN for name in self.rules}
        self.owner |= {("format", name): BUILTIN for name in ("table", "json")}
        self.hooks: dict[str, list[Hook]] = {}

    def registry(self, loaded: tuple[Loaded, ...]) -> Registry:
        hooks = {name: tuple(found) for name, found in self.hooks.items()}
        return Registry(self.kinds, self.rules, self.formats, self.commands, loaded, hooks)

    def add(self, plugin: Loaded, hooks: Mapping[str, Hook]) -> None:
        for kind in self._kinds(plugin, hooks):
            if self._free(plugin, "kind", kind.name):
                self.kinds[kind.name] = protected_kind(kind, plugin.isolation)
        for rule in self._brought(hooks, "accountability_rules", AccountabilityRule, check_rule):
            if self._free(plugin, "rule", rule.name):
                self.rules[rule.name] = protected_rule(rule, plugin.isolation)
        for form in self._brought(hooks, "report_formats", ReportFormat, _check_format):
            if self._free(plugin, "format", form.name):
                self.formats[form.name] = (plugin, form)
        for command in self._brought(hooks, "commands", PluginCommand, _check_command):
            if self._free(plugin, "command", command.name):
                self.commands[command.name] = (plugin, command)
        for name, hook in hooks.items():
            if "_register_" not in name:
                self.hooks.setdefault(name, []).append(hook)

    def _kinds(self, plugin: Loaded, hooks: Mapping[str, Hook]) -> list[CriterionKind]:
        """Kinds, and the kinds that methods make."""
        found = self._brought(hooks, "criterion_kinds", CriterionKind, check_kind)
        surveys = self._brought(hooks, "survey_methods", SurveyMethod, _check_survey)
        reviews = self._brought(hooks, "review_methods", ReviewMethod, _check_review)
        return [*found, *map(survey_kind, surveys), *map(review_kind, reviews)]

    def _brought(self, hooks: Mapping[str, Hook], what: str, of: type[R], check: Callable[[R], None]) -> Sequence[R]:
        hook = hooks.get(f"cadre_eval_register_{what}")
        if hook is None:
            return ()

        def checked(returned: Any) -> list[R]:
            found = records(returned, of)
            for record in found:
                check(record)
            return found

        try:
            return hook.call(checked)
        except PluginFailure as failure:
            self.problems.add_failure(failure, hook.plugin.span)
            return ()

    def _free(self, plugin: Loaded, what: str, name: str) -> bool:
        """Whether nobody has brought this yet; the place of the problem is that of the second."""
        first = self.owner.get((what, name))
        if first is None:
            self.owner[what, name] = plugin.used.name
            return True
        self.problems.add("CE502", plugin.span, what=_WHAT[what], key=name, a=first, b=plugin.used.name)
        return False


_WHAT = {
    "kind": Text("计分方法", "kind"),
    "rule": Text("问责规则", "rule of accountability"),
    "format": Text("报表格式", "report format"),
    "command": Text("命令", "command"),
}


def _check_format(form: ReportFormat) -> None:
    check_name(form.name)
    check_title(form.title)
    check_name(form.suffix)
    check_callable(form, "render")


def _check_command(command: PluginCommand) -> None:
    check_name(command.name)
    check_title(command.title)
    check_callable(command, "run")


def _check_survey(method: SurveyMethod) -> None:
    _check_params(method.params, SurveyMethodParams)
    check_callable(method, "score", "prepare")
    check_kind(survey_kind(method))


def _check_review(method: ReviewMethod) -> None:
    _check_params(method.params, ReviewMethodParams)
    check_callable(method, "score", "marks", "prepare", "secret")
    check_kind(review_kind(method))


def _check_params(params: Any, base: type) -> None:
    if not (isinstance(params, type) and issubclass(params, base)):
        raise Misbehaved(f"params is not a subclass of {base.__name__}")
