"""The commands."""

from __future__ import annotations

import shlex
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from cadre_eval import __version__
from cadre_eval.cli.appeals import appeals
from cadre_eval.cli.arguments import EXISTING, as_of_period_end
from cadre_eval.cli.bulk import bulk
from cadre_eval.cli.draw import draw
from cadre_eval.cli.inspections import inspections
from cadre_eval.cli.language import say
from cadre_eval.cli.measures import measures
from cadre_eval.cli.output import DONE, Progress, show_failures
from cadre_eval.cli.percent import Percent
from cadre_eval.cli.signals import signals
from cadre_eval.cli.transfers import transfers
from cadre_eval.cli.worklist import worklist
from cadre_eval.errors import Text, UsageError
from cadre_eval.errors.suggest import closest, listed

if TYPE_CHECKING:
    from cadre_eval.plugins.registry import Registry
    from cadre_eval.scoring.result import PeriodResult

    _FormatType = click.ParamType[str]
else:
    _FormatType = click.ParamType  # generic only in newer versions of click

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Format(_FormatType):
    """A format of the results; the plugins of the workspace may bring more, so it is checked there."""

    name = "[table|json|…]"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(name) for name in ("table", "json") if name.startswith(incomplete)]


@click.group(
    context_settings=CONTEXT,
    help=say(
        "驻村干部考核：依规则、精确、可解释。", "Assess resident village cadres: by rule, exactly, with reasons."
    ),
)
@click.version_option(
    __version__, "--version", message="cadre-eval %(version)s", help=say("显示版本。", "Show the version.")
)
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    expose_value=False,
    help=say("语言（也可设 CADRE_EVAL_LANG）。", "Language (or set CADRE_EVAL_LANG)."),
)
def cadre_eval() -> None:
    """The group of all commands."""


def lang_option(command: click.Command) -> click.Command:
    """Every command takes ``--lang`` too; it was read when the program started."""
    command.params.append(
        click.Option(["--lang"], type=click.Choice(["zh", "en"]), expose_value=False, help=say("语言。", "Language."))
    )
    return command


@cadre_eval.command(
    help=say(
        "新建一个能直接运行的工作区；--plugin 新建一个插件项目。",
        "Make a new workspace that runs; with --plugin, a plugin's project.",
    )
)
@click.argument("folder", type=EXISTING, required=False)
@click.option(
    "--plugin",
    metavar="NAME",
    help=say(
        "新建插件 cadre-eval-NAME 的项目（FOLDER 缺省同名），测试马上能通过。",
        "Make the project of a plugin cadre-eval-NAME (FOLDER, if left out, is called so); its tests pass at once.",
    ),
)
def init(folder: Path | None, plugin: str | None) -> None:
    from cadre_eval.workspace.making import make_plugin, make_workspace

    if plugin is not None:
        home, made = make_plugin(plugin, folder)
        follow = f"cd {shlex.quote(home.as_posix())} && pip install -e '.[test]' && pytest"
    elif folder is not None:
        made = make_workspace(folder)
        follow = f"cadre-eval assess {shlex.quote(folder.as_posix())} --period 2025-mid-year"
    else:
        raise UsageError(
            Text("写上新文件夹的名称：cadre-eval init FOLDER", "name the new folder: cadre-eval init FOLDER")
        )
    for path in made:
        click.echo(path.as_posix())
    click.echo(say(f"下一步：{follow}", f"next: {follow}"))


@cadre_eval.command(
    help=say(
        "检查工作区或办法：列出所有问题、位置和改法。",
        "Check workspaces or rulesets: every problem, with place and fix.",
    )
)
@click.argument("paths", nargs=-1, type=EXISTING)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help=say("输出格式。", "Output format.")
)
def check(paths: tuple[Path, ...], form: str) -> int:
    from cadre_eval.cli.checking import check_paths, report_check

    found, checked = check_paths(paths or (Path(),), Progress())
    return report_check(found, checked, form)


@cadre_eval.command(help=say("考核一个考核期内的全部驻村干部。", "Assess every cadre posted in a period."))
@click.argument("workspace", type=EXISTING)
@click.option("--period", help=say("考核期，如 2025-mid-year。", "The period, such as 2025-mid-year."))
@as_of_period_end
@click.option(
    "--format",
    "form",
    type=Format(),
    default="table",
    help=say("输出格式：table、json，或插件提供的。", "Output format: table, json, or one a plugin brings."),
)
@click.option("--out", type=EXISTING, help=say("把结果写入此文件夹。", "Write the results into this folder."))
@click.option("--explain", is_flag=True, help=say("逐人列出依据。", "Add the account of every cadre."))
def assess(
    workspace: Path, period: str | None, as_of: date | None, form: str, out: Path | None, explain: bool
) -> int:
    from cadre_eval.cli.assessing import explain_to_screen, record, show_results

    found, registry = _assessed(workspace, period, as_of)
    show = show_results(found, registry, form)  # a format that does not exist is refused before anything is written
    code = record(found, registry, out) if out is not None else DONE
    show()
    unexplained = []
    for result in found if explain and form == "table" else ():
        click.echo()
        unexplained += explain_to_screen(found, result)
    return show_failures([*found.failures, *unexplained]) or code


def _assessed(folder: Path, period: str | None, as_of: date | None) -> tuple[PeriodResult, Registry]:
    from cadre_eval.cli.opening import opened_workspace
    from cadre_eval.workspace.assessing import assess as assess_workspace

    progress = Progress()
    workspace = opened_workspace(folder, progress)
    progress.clear()
    if period is None:
        known = listed(workspace.period_ids(), 40) or "—"
        raise UsageError(
            Text(f"用 --period 指定考核期；有记录的：{known}", f"name a period with --period; on record: {known}")
        )
    found = assess_workspace(workspace, period, as_of, progress)
    progress.clear()
    if not len(found):
        raise UsageError(Text(f"{period} 没有派驻中的干部", f"nobody was posted in {period}"))
    return found, workspace.registry(found.rules)


@cadre_eval.command(
    help=say(
        "说明一个人的结果：每个数的依据，离上一等次差什么。",
        "Explain a result: the reason of every number, what was lacking.",
    )
)
@click.argument("workspace", type=EXISTING)
@click.argument("cadre")
@click.argument("criterion", required=False)
@click.option("--period", help=say("考核期，如 2025-mid-year。", "The period, such as 2025-mid-year."))
@as_of_period_end
def explain(workspace: Path, cadre: str, criterion: str | None, period: str | None, as_of: date | None) -> int:
    from cadre_eval.cli.assessing import explain_to_screen

    found, _ = _assessed(workspace, period, as_of)
    result = found.named(cadre)
    try:
        unexplained = explain_to_screen(found, result, criterion)
    except KeyError as error:
        near = str(error.args[0])
        meant = (f"；是不是 {near}？", f"; did you mean {near}?") if near else ("", "")
        raise UsageError(
            Text(f"没有指标 {criterion}{meant[0]}", f"there is no criterion {criterion}{meant[1]}")
        ) from None
    return show_failures([*result.failures, *unexplained])


@cadre_eval.command(help=say("运行办法自带的算例（*.case.yaml）。", "Run the rulesets' own cases (*.case.yaml)."))
@click.argument("paths", nargs=-1, type=EXISTING, required=True)
@click.option(
    "-k", "only", default="", help=say("只运行名称含此文字的算例。", "Only cases whose name contains this.")
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "junit"]),
    default="text",
    help=say("输出格式。", "Output format."),
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help=say("用几个进程（缺省：值得才用）。", "Processes (default: several where it helps)."),
)
@click.option("--coverage", is_flag=True, help=say("列出没有算例用到的规则。", "List the rules no case uses."))
@click.option(
    "--mutate",
    is_flag=True,
    help=say("逐处改动办法，列出没有算例察觉的改动。", "Change the rules; list what no case notices."),
)
@click.option(
    "--boundaries",
    is_flag=True,
    help=say("列出每条界线上下的分数和等次。", "Show scores and grades around each threshold."),
)
@click.option(
    "--fail-under",
    type=Percent(),
    help=say("覆盖或察觉的百分比低于此数就算失败。", "Fail if coverage or mutation score is below this percentage."),
)
def test(
    paths: tuple[Path, ...],
    only: str,
    form: str,
    jobs: int | None,
    coverage: bool,
    mutate: bool,
    boundaries: bool,
    fail_under: Fraction | None,
) -> int:
    from cadre_eval.cli.case_report import show_run
    from cadre_eval.cli.testing import Wanted, run_cases

    wanted = Wanted(only, form, jobs, coverage, mutate, boundaries, fail_under)
    return show_run(run_cases(paths, wanted, Progress()))


@cadre_eval.command(
    help=say("显示合并后的办法和每个值的来处。", "Print the merged ruleset with the origin of every value.")
)
@click.argument("ruleset", type=EXISTING)
def effective(ruleset: Path) -> None:
    from cadre_eval.cli.checking import folder_of
    from cadre_eval.errors import Problems
    from cadre_eval.reports.effective import effective_text
    from cadre_eval.workspace.rulesets import effective_at

    folder, path = folder_of(ruleset)
    problems = Problems()
    merged = effective_at(folder, path, problems)
    problems.raise_if_any()
    if merged is not None:
        click.echo(effective_text(merged), nl=False)


@cadre_eval.command(
    help=say("打印用户文件的 JSON Schema（draft-07）。", "Print the JSON Schema (draft-07) of the files users write.")
)
@click.argument("document", required=False)
@click.option(
    "--for",
    "path",
    type=EXISTING,
    help=say("包括这个工作区或办法所用插件提供的。", "With what the plugins of this workspace or ruleset bring."),
)
def schema(document: str | None, path: Path | None) -> None:
    from cadre_eval.cli.plugins import registry_for
    from cadre_eval.reports.schemas import SCHEMAS, all_schemas, schema_of, schema_text

    registry = registry_for(path)
    if document is None:
        found = all_schemas(registry.kinds, registry.rules)
    elif document in SCHEMAS:
        found = schema_of(document, registry.kinds, registry.rules)
    else:
        near, known = closest(document, SCHEMAS), listed(SCHEMAS)
        raise UsageError(
            Text(
                f"没有“{document}”这种文件；可用：{known}",
                f"there is no document '{document}'; known: {known}" + (f"; did you mean {near}?" if near else ""),
            )
        )
    click.echo(schema_text(found), nl=False)


@cadre_eval.command(
    help=say(
        "列出插件：名称、版本、来源、挂接点、计分方法、状态；写上工作区或办法就看它用的。",
        "List plugins: name, version, origin, hooks, kinds, status; with a workspace or ruleset, those it uses.",
    )
)
@click.argument("path", type=EXISTING, required=False)
@click.option(
    "--lock",
    is_flag=True,
    help=say(
        "把工作区所用插件的版本和摘要写入 plugins.lock。",
        "Write plugins.lock: versions and digests of the workspace's plugins.",
    ),
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help=say("输出格式。", "Output format.")
)
def plugins(path: Path | None, lock: bool, form: str) -> int:
    from cadre_eval.cli.plugins import list_plugins, lock_plugins

    return lock_plugins(path) if lock else list_plugins(path, form)


@cadre_eval.command(
    help=say(
        "运行插件提供的命令；不写 COMMAND 就列出有哪些。",
        "Run a command a plugin brings; without COMMAND, list them.",
    )
)
@click.argument("workspace", type=EXISTING)
@click.argument("command", required=False)
@click.argument("arguments", nargs=-1)
@click.option("--period", help=say("考核期，如 2025-mid-year。", "The period, such as 2025-mid-year."))
@as_of_period_end
def run(
    workspace: Path, command: str | None, arguments: tuple[str, ...], period: str | None, as_of: date | None
) -> int:
    from cadre_eval.cli.plugins import known_command, list_commands

    if command is None:
        return list_commands(workspace)
    found, registry = _assessed(workspace, period, as_of)
    click.echo(known_command(registry, command)(found, arguments), nl=False)
    return show_failures(found.failures)


@cadre_eval.command(help=say("打印命令补全脚本。", "Print the script for shell completion."))
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is not None:
        click.echo(found(cadre_eval, {}, "cadre-eval", "_CADRE_EVAL_COMPLETE").source())


for _command in (appeals, bulk, draw, inspections, measures, signals, transfers, worklist):
    cadre_eval.add_command(_command)
for _command in cadre_eval.commands.values():
    lang_option(_command)
