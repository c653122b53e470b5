"""The commands."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cadre_eval import __version__
from cadre_eval.cli.language import REPORTS, say
from cadre_eval.cli.output import Progress, painter, terminal_width
from cadre_eval.errors import Text, UsageError
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.reading.scalars import BadScalar, parse_date

if TYPE_CHECKING:
    from cadre_eval.scoring.result import PeriodResult

    _DateType = click.ParamType[date]
else:
    _DateType = click.ParamType  # generic only in newer versions of click

EXISTING = click.Path(path_type=Path)
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Day(_DateType):
    """A date as an argument."""

    name = "date"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return parse_date(value)
        except BadScalar:
            self.fail(
                say(f"“{value}”不是日期，写成 2025-06-30", f"'{value}' is not a date such as 2025-06-30"), param, ctx
            )


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


@cadre_eval.command(help=say("新建一个能直接运行的工作区。", "Make a new workspace that runs."))
@click.argument("folder", type=EXISTING)
def init(folder: Path) -> None:
    from cadre_eval.workspace.making import make_workspace

    for path in make_workspace(folder):
        click.echo(path.as_posix())
    click.echo(
        say(
            f"下一步：cadre-eval assess {folder.as_posix()} --period 2025-mid-year",
            f"next: cadre-eval assess {folder.as_posix()} --period 2025-mid-year",
        )
    )


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
@click.option(
    "--as-of",
    type=Day(),
    help=say("截至哪天所知（缺省为期末）。", "Day of knowledge (default: the period's last day)."),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    help=say("输出格式。", "Output format."),
)
@click.option("--out", type=EXISTING, help=say("把结果写入此文件夹。", "Write the results into this folder."))
@click.option("--explain", is_flag=True, help=say("逐人列出依据。", "Add the account of every cadre."))
def assess(
    workspace: Path, period: str | None, as_of: date | None, form: str, out: Path | None, explain: bool
) -> int:
    found = _assessed(workspace, period, as_of)
    if out is not None:
        from cadre_eval.reports.exports import write_results

        written = write_results(found, out, REPORTS)
        click.echo(say(f"已写入 {len(written)} 个文件：{out}", f"{len(written)} files written to {out}"), err=True)
    if form == "json":
        from cadre_eval.reports.results_json import results_json

        click.echo(results_json(found, REPORTS), nl=False)
        return 0
    from cadre_eval.reports.table import results_table

    width = terminal_width(sys.stdout)
    click.echo(results_table(found, REPORTS, painter(sys.stdout), width), nl=False)
    if explain:
        for result in found:
            click.echo("\n" + result.explain(REPORTS))
    return 0


def _assessed(folder: Path, period: str | None, as_of: date | None) -> PeriodResult:
    from cadre_eval.workspace.assessing import assess as assess_workspace
    from cadre_eval.workspace.opening import open_workspace

    progress = Progress()
    workspace = open_workspace(folder, progress)
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
    return found


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
@click.option(
    "--as-of",
    type=Day(),
    help=say("截至哪天所知（缺省为期末）。", "Day of knowledge (default: the period's last day)."),
)
def explain(workspace: Path, cadre: str, criterion: str | None, period: str | None, as_of: date | None) -> None:
    found = _assessed(workspace, period, as_of)
    result = found.named(cadre)
    try:
        click.echo(result.explain(REPORTS, criterion))
    except KeyError as error:
        near = str(error.args[0])
        meant = (f"；是不是 {near}？", f"; did you mean {near}?") if near else ("", "")
        raise UsageError(
            Text(f"没有指标 {criterion}{meant[0]}", f"there is no criterion {criterion}{meant[1]}")
        ) from None


@cadre_eval.command(help=say("运行办法自带的算例（*.case.yaml）。", "Run the rulesets' own cases (*.case.yaml)."))
@click.argument("paths", nargs=-1, type=EXISTING, required=True)
@click.option(
    "-k", "only", default="", help=say("只运行名称含此文字的算例。", "Only cases whose name contains this.")
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help=say("输出格式。", "Output format.")
)
def test(paths: tuple[Path, ...], only: str, form: str) -> int:
    from cadre_eval.cli.testing import report_cases, run_cases

    outcomes, problems = run_cases(paths, only)
    return report_cases(outcomes, problems, form)


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
def schema(document: str | None) -> None:
    from cadre_eval.errors import Problems
    from cadre_eval.plugins.registry import load_registry
    from cadre_eval.reports.schemas import SCHEMAS, all_schemas, schema_of, schema_text

    kinds = load_registry((), Problems()).kinds
    if document is None:
        found = all_schemas(kinds)
    elif document in SCHEMAS:
        found = schema_of(document, kinds)
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
    help=say("列出计分方法和已安装的插件。", "List the kinds of criterion and the plugins installed.")
)
def plugins() -> None:
    from cadre_eval.cli.language import MESSAGES
    from cadre_eval.errors import Problems
    from cadre_eval.errors.width import padded
    from cadre_eval.plugins.registry import installed, load_registry

    click.echo(say("计分方法（内置）：", "Kinds of criterion (built in):"))
    for name, kind in load_registry((), Problems()).kinds.items():
        click.echo(f"  {padded(name, 16)}{kind.title.in_(MESSAGES)}")
    click.echo(say("已安装的插件：", "Plugins installed:"))
    points = installed()
    for name, point in points.items():
        click.echo(f"  {padded(name, 32)}{point.dist.version if point.dist else '?'}")
    if not points:
        click.echo("  —")


@cadre_eval.command(help=say("打印命令补全脚本。", "Print the script for shell completion."))
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is not None:
        click.echo(found(cadre_eval, {}, "cadre-eval", "_CADRE_EVAL_COMPLETE").source())


for _command in cadre_eval.commands.values():
    lang_option(_command)
