"""Rulesets as files: what ``extends`` may name, and compiling with the plugins they need."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from attrs import frozen

from cadre_eval.errors import Problems, Source, Span
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.plugins.objecting import check_with_plugins
from cadre_eval.plugins.registry import Registry, load_registry
from cadre_eval.ruleset.compile import Effective, compile_ruleset, effective_ruleset
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.workspace.files import Folder, shipped_rulesets
from cadre_eval.workspace.trust import Asked, asked_around


def finder(folder: Folder) -> Callable[[str, Source, Span, Problems], Source | None]:
    """Resolves ``./beside.yaml`` against the asking file, within its folder, and anything else among the shipped."""
    shipped = shipped_rulesets()
    from_shipped: set[str] = set()

    def find(name: str, asking: Source, span: Span, problems: Problems) -> Source | None:
        home = shipped if asking.name in from_shipped else folder
        if name.startswith("./") or name.endswith((".yaml", ".yml")):
            base = (home.root / asking.name.removeprefix(home.label)).parent
            beside = home.resolve(name, span, problems, base)
            found = None if beside is None else home.read(beside, problems, span)
        else:
            home, found = shipped, _shipped(name, span, problems)
        if found is not None and home is shipped:
            from_shipped.add(found.name)
        return found

    return find


def _shipped(name: str, span: Span, problems: Problems) -> Source | None:
    shipped = shipped_rulesets()
    trial = Problems()
    path = shipped.resolve(f"{name}.yaml", span, trial)
    if path is not None:
        return shipped.read(path, problems, span)
    if any(problem.code == "CE113" for problem in trial):
        problems.extend(trial)
    else:
        names = shipped_names()
        problems.add("CE311", span, fix=closest(name, names), name=name, allowed=listed(names, 40))
    return None


def shipped_names() -> list[str]:
    """The names ``extends`` may use for shipped rulesets."""
    shipped = shipped_rulesets()
    paths = [p for p in shipped.yaml_files(shipped.root, Problems()) if not p.name.endswith(".case.yaml")]
    return [p.relative_to(shipped.root).with_suffix("").as_posix() for p in paths]


def effective_at(folder: Folder, path: Path, problems: Problems, span: Span | None = None) -> Effective | None:
    """The merged ruleset of a file."""
    source = folder.read(path, problems, span)
    return None if source is None else effective_ruleset(source, finder(folder), problems)


@frozen(eq=False)
class Merged:
    """A merged ruleset with what its plugins bring: ready to compile, as it is or changed."""

    effective: Effective
    registry: Registry

    def compiled(self, problems: Problems) -> CompiledRuleset | None:
        """The ruleset, compiled, with no objection of a plugin; None with the problems added."""
        before = len(problems)
        registry = self.registry
        rules = compile_ruleset(self.effective, registry.kinds, problems, registry.plugins, registry.rules)
        if rules is not None:
            check_with_plugins(rules, registry, problems)
        return None if len(problems) > before else rules


def merged_at(
    folder: Folder,
    path: Path,
    problems: Problems,
    span: Span | None = None,
    asked: Asked | None = None,
) -> Merged | None:
    """The merged ruleset of a file, with the plugins it and its workspace name; None with the problems added."""
    before = len(problems)
    effective = effective_at(folder, path, problems, span)
    if effective is None:
        return None
    asked = asked or asked_around(path)
    registry = load_registry([*effective.plugins, *asked.plugins], problems, asked.trust)
    return None if len(problems) > before else Merged(effective, registry)


def compiled_at(
    folder: Folder, path: Path, problems: Problems, span: Span | None = None, asked: Asked | None = None
) -> CompiledRuleset | None:
    """The compiled ruleset of a file; None with the problems added."""
    merged = merged_at(folder, path, problems, span, asked)
    return None if merged is None else merged.compiled(problems)
