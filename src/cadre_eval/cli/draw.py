"""The ``draw`` command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cadre_eval import __version__
from cadre_eval.cli.arguments import EXISTING, table_or_json
from cadre_eval.cli.language import REPORTS, say
from cadre_eval.cli.output import painter, terminal_width
from cadre_eval.errors import Text, UsageError

if TYPE_CHECKING:
    from cadre_eval.supervision.draw.drawing import Result
    from cadre_eval.supervision.draw.task import Task


@click.command(
    help=say(
        "抽签：谁去检查哪个社区（村），抽查哪些户。结果由规则和种子唯一确定，谁都能重算核对。",
        "Draw who inspects which host, and which households: rules and seed define it, anybody can draw again.",
    )
)
@click.argument("workspace", type=EXISTING)
@click.argument("name", metavar="DRAW")
@click.option(
    "--out", type=EXISTING, help=say("把结果写入这个文件（YAML）。", "Write the result to this file (YAML).")
)
@click.option("--map", "picture", type=EXISTING, help=say("画一张去向图（SVG）。", "Draw who goes where (SVG)."))
@click.option(
    "--verify",
    "written",
    type=EXISTING,
    help=say("核对这个结果文件：重新抽签，逐条查规则。", "Check this result: draw again, and test each rule."),
)
@table_or_json
def draw(workspace: Path, name: str, out: Path | None, picture: Path | None, written: Path | None, form: str) -> None:
    from cadre_eval.cli.opening import opened_workspace
    from cadre_eval.workspace.drawing import check_possible, draw_lots, task_named, verify
    from cadre_eval.workspace.supervised import require_supervision

    if out is not None and picture is not None and out.absolute() == picture.absolute():
        raise UsageError(Text(f"--out 和 --map 写的是同一个文件 {out}", f"--out and --map name the same file {out}"))
    opened = opened_workspace(workspace)
    require_supervision(opened)
    task = task_named(opened, name)
    if task.draw.seed is None:
        if out or picture or written:
            raise UsageError(
                Text(
                    "还没有种子（seed），没有结果可写、可核对",
                    "without a seed there is nothing to write or to verify",
                )
            )
        check_possible(task)
        _show_prepared(task, form)
        return
    result = draw_lots(task)
    if written is not None:
        verify(opened, result, written)
        _say_the_same(result, written)
    _write(result, out, picture)
    if written is None:
        _show(result, form)


def _show_prepared(task: Task, form: str) -> None:
    from cadre_eval.reports.draw_json import prepared_json
    from cadre_eval.reports.draw_table import prepared_text

    text = prepared_json(task) if form == "json" else prepared_text(task, REPORTS, painter(sys.stdout))
    click.echo(text, nl=False)


def _show(result: Result, form: str) -> None:
    from cadre_eval.reports.draw_json import draw_json
    from cadre_eval.reports.draw_table import draw_table

    if form == "json":
        click.echo(draw_json(result), nl=False)
    else:
        click.echo(draw_table(result, REPORTS, painter(sys.stdout), terminal_width(sys.stdout)), nl=False)


def _say_the_same(result: Result, written: Path) -> None:
    task = result.task
    text = Text(
        f"一致：{written} 与重新抽签的结果相同（{len(task.hosts)} 个检查组，{len(result.visits)} 人次），规则逐条核对无误。"
        "核对的是代码和编号，不包括标题、说明和 # 后面的注释",
        f"the same: {written} is what drawing again gives ({len(task.hosts)} teams, {len(result.visits)} visits);"
        " every rule was checked. Ids and numbers were held against it, not the title, notes, or what follows a #",
    )
    click.echo(text.in_(REPORTS))


def _write(result: Result, out: Path | None, picture: Path | None) -> None:
    """Everything is made before the first file is written."""
    from cadre_eval.reports.draw_file import draw_file
    from cadre_eval.reports.draw_svg import draw_svg
    from cadre_eval.workspace.files import write_atomically

    content = {}
    if out is not None:
        content[out] = draw_file(result, f"cadre-eval {__version__}")
    if picture is not None:
        content[picture] = draw_svg(result, REPORTS)
    for path in content:
        if path.is_dir() or any(part.exists() and not part.is_dir() for part in path.parents):
            raise UsageError(Text(f"{path} 不能写入：不是文件", f"{path} cannot be written: it is not a file"))
    if out is not None and out.is_file() and out.read_bytes() != content[out].encode():
        raise UsageError(
            Text(
                f"{out} 已经有另一个结果：抽出的结果不覆盖。换一个文件名，或核实后自己删去",
                f"{out} holds another result, and a result is not overwritten: name another file, or remove it yourself",
            )
        )
    for path, text in content.items():
        write_atomically(path, text.encode())
        click.echo(say(f"已写入 {path}", f"written: {path}"), err=True)
