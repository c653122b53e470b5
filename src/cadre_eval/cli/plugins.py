"""The commands about plugins: listing, locking, and running what they bring."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from cadre_eval.cli.checking import folder_of
from cadre_eval.cli.language import MESSAGES, say
from cadre_eval.cli.output import DONE, exit_code
from cadre_eval.errors import Problems, Source, Span, Text, UsageError
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.plugins.discovery import lock_text
from cadre_eval.plugins.loading import Trust, available
from cadre_eval.plugins.proposing import answered
from cadre_eval.plugins.registry import Registry, load_registry
from cadre_eval.reading.versions import requirement_of
from cadre_eval.scoring.result import PeriodResult
from cadre_eval.workspace.files import Folder, write_atomically
from cadre_eval.workspace.rulesets import effective_at
from cadre_eval.workspace.trust import CONFIG, LOCK, asked_around, read_config

Named = Sequence[tuple[str, Span]]


def registry_for(path: Path | None) -> Registry:
    """What may be used in the workspace or ruleset at ``path``; the built-in kinds without one.

    Raises:
        RefusedInput: it, or a plugin it names, cannot be used.
    """
    problems = Problems()
    named, trust = ((), Trust()) if path is None else _named_by(path, problems)
    registry = load_registry(named, problems, trust)
    problems.raise_if_any()
    return registry


def _named_by(path: Path, problems: Problems) -> tuple[Named, Trust]:
    """The plugins a workspace with its rulesets, or a ruleset, names."""
    if not (path / CONFIG).is_file():
        folder, file = folder_of(path)
        effective = effective_at(folder, file, problems)
        return effective.plugins if effective is not None else (), asked_around(file).trust
    folder = Folder(path)
    found = read_config(folder, problems)
    if found is None:
        return (), Trust()
    doc, asked = found
    named = list(asked.plugins)
    for name in doc.ruleset if isinstance(doc.ruleset, tuple) else (doc.ruleset,):
        file_ = folder.resolve(name, doc.at.value("ruleset"), problems)
        effective = None if file_ is None else effective_at(folder, file_, problems)
        named += effective.plugins if effective is not None else []
    return named, asked.trust


def list_plugins(path: Path | None, form: str) -> int:
    """Prints every plugin there is. Those that the workspace or ruleset at ``path`` names are loaded; without a path, all
    that are installed.
    """
    problems = Problems()
    named, trust = ((), Trust()) if path is None else _named_by(path, problems)
    here = Span(Source("—"), 1, 1)
    known = available(trust)
    asked: dict[str, list[tuple[str, Span]]] = {} if path else {name: [(name, here)] for name in known}
    for text, span in named:
        requirement = requirement_of(text)
        asked.setdefault(requirement.name if requirement else text, []).append((text, span))
    rows = [_row(name, known, asked, trust, problems, path is not None) for name in sorted({*known, *asked})]
    builtin = load_registry((), Problems())
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _print_rows(rows, builtin)
    return exit_code(problems)


def _row(
    name: str,
    known: dict[str, Any],
    asked: dict[str, list[tuple[str, Span]]],
    trust: Trust,
    problems: Problems,
    for_path: bool,
) -> dict[str, Any]:
    found = known.get(name, [])
    row: dict[str, Any] = {
        "name": name,
        "version": found[0].version if found else None,
        "origin": "、".join(f.origin for f in found) or None,
        "hooks": [],
        "kinds": [],
        "rules": [],
        "status": "blocked" if name in trust.blocked else "not-used",
        "digest": None,
        "problems": [],
    }
    if name not in asked:
        return row
    own = Problems()
    registry = load_registry(asked[name], own, trust)
    problems.extend(own)
    row["problems"] = [f"{problem.code} {problem.message(MESSAGES)}" for problem in own]
    for plugin in registry.loaded:
        row["hooks"], row["digest"] = sorted(plugin.hooks), plugin.used.digest
    mine = [k.name for k in registry.kinds.values() if k.provider is not None]
    row["kinds"], row["rules"] = (
        sorted(mine),
        sorted(r.name for r in registry.rules.values() if r.provider is not None),
    )
    row["status"] = _status(own, "used" if for_path else "installed")
    return row


def _status(problems: Problems, sound: str) -> str:
    codes = {problem.code for problem in problems}
    states = {"CE501": "missing", "CE505": "blocked", "CE510": "changed", "CE508": "failed"}
    return next((states[code] for code in sorted(codes & set(states))), "refused" if codes else sound)


_STATES = {
    "used": Text("在用", "used"),
    "installed": Text("已安装", "installed"),
    "not-used": Text("未用", "not used"),
    "blocked": Text("禁止", "blocked"),
    "missing": Text("缺", "missing"),
    "changed": Text("与锁定不符", "not as locked"),
    "failed": Text("出错", "failed"),
    "refused": Text("不能用", "refused"),
}


def _print_rows(rows: list[dict[str, Any]], builtin: Registry) -> None:
    click.echo(say("计分方法（内置）：", "Kinds of criterion (built in):"))
    click.echo("  " + "、".join(f"{name}（{kind.title.in_(MESSAGES)}）" for name, kind in builtin.kinds.items()))
    click.echo(say("问责规则（内置）：", "Rules of accountability (built in):"))
    click.echo("  " + "、".join(f"{name}（{rule.title.in_(MESSAGES)}）" for name, rule in builtin.rules.items()))
    click.echo(say("插件：", "Plugins:"))
    for row in rows:
        state = _STATES[row["status"]].in_(MESSAGES)
        click.echo(f"  {row['name']} {row['version'] or '—'}  {state}  {row['origin'] or '—'}")
        for key, title in (
            ("hooks", say("挂接点", "hooks")),
            ("kinds", say("计分方法", "kinds")),
            ("rules", say("问责规则", "rules")),
        ):
            if row[key]:
                click.echo(f"    {title}: {'、'.join(row[key])}")
        for problem in row["problems"]:
            click.echo(f"    {problem}")
    if not rows:
        click.echo("  —")


def lock_plugins(path: Path | None) -> int:
    """Writes the workspace's ``plugins.lock``.

    Raises:
        UsageError: ``path`` is not a workspace.
        RefusedInput: a plugin cannot be used.
    """
    home = path or Path()
    if not (home / CONFIG).is_file():
        raise UsageError(Text(f"{home} 不是工作区：没有 {CONFIG}", f"{home} is not a workspace: it has no {CONFIG}"))
    problems = Problems()
    named, trust = _named_by(home, problems)
    problems = Problems(p for p in problems if p.span.source.name != LOCK)  # a lock that cannot be read is made anew
    unlocked = Trust(trust.beside, trust.blocked, None, trust.seconds)
    registry = load_registry(named, problems, unlocked)
    problems.raise_if_any()
    used = [(p.name, p.version, p.digest) for p in registry.plugins]
    write_atomically(home / LOCK, lock_text(used).encode())
    plural = "" if len(used) == 1 else "s"
    click.echo(
        say(f"已锁定 {len(used)} 个插件：{home / LOCK}", f"{len(used)} plugin{plural} locked in {home / LOCK}")
    )
    return DONE


def list_commands(path: Path) -> int:
    """Prints the commands the workspace's plugins bring."""
    registry = registry_for(path)
    for name, (plugin, command) in registry.commands.items():
        click.echo(f"{name}  {command.title.in_(MESSAGES)}（{plugin.used.name} {plugin.used.version}）")
    if not registry.commands:
        click.echo(say("插件没有提供命令", "the plugins bring no command"))
    return DONE


def known_command(registry: Registry, name: str) -> Callable[[PeriodResult, tuple[str, ...]], str]:
    """The command of this name. Raises UsageError: there is none."""
    if name not in registry.commands:
        near, known = closest(name, registry.commands), listed(registry.commands) or "—"
        meant = (f"；是不是 {near}？", f"; did you mean {near}?") if near else ("", "")
        raise UsageError(
            Text(
                f"插件没有提供命令 {name}{meant[0]}（可用：{known}）",
                f"no plugin brings the command {name}{meant[1]} (known: {known})",
            )
        )
    return lambda found, arguments: answered(found, registry, name, arguments)
