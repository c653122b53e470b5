"""The documentation is run: commands and their output, Python, files; and it names every key, kind, command and word.

What a document may hold:

* a ``console`` block: ``$ command`` lines and their output. A line ``…`` stands for any lines, ``…`` within a line for
  any text; a command with nothing shown below it must only succeed. Commands run one after the other, in a folder of the
  document's own (with copies of ``examples/`` and ``rulesets/`` where the document names them).
* a ``yaml`` block that begins ``# file: NAME``: the file is written. A ``csv`` one is written without that line.
* a ``diff`` block that begins ``# NAME``: the lines with ``-`` are changed to those with ``+``.
* a ``python`` block: run; an ``output`` block after it is what it prints. One that begins ``# file: NAME`` is written (a
  plugin, say); one that begins ``def cadre_eval_`` shows the signature of a hook.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, get_args

import attrs
import click
import pytest
from attrs import define, field, frozen

from cadre_eval import assess, open_workspace
from cadre_eval.cases import documents as case_documents
from cadre_eval.cli.commands import cadre_eval
from cadre_eval.errors import Problems
from cadre_eval.errors.render import problem_json
from cadre_eval.plugins import rules as accountability_rules
from cadre_eval.plugins.registry import load_registry
from cadre_eval.reading.settings import is_setting, key_of
from cadre_eval.reports.results_json import results_document
from cadre_eval.ruleset import document as ruleset_documents
from cadre_eval.ruleset import supervision as ruleset_supervision
from cadre_eval.workspace import documents
from cadre_eval.workspace import supervision as supervision_files
from cadre_eval.workspace.files import Folder
from cadre_eval.workspace.making import make_workspace
from cadre_eval.workspace.rulesets import compiled_at
from forking import forked
from own_environment import OFFLINE, own_python

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGES = sorted([*ROOT.glob("README*.md"), *DOCS.rglob("*.md")])
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
FENCE = re.compile(r"^```([\w-]*)[^\n]*\n(.*?)^```$", re.M | re.S)
KINDS = load_registry((), Problems()).kinds
SIGNATURE = "def cadre_eval_"
PROGRAMS = {"cadre-eval": "cadre_eval.cli.main", "pytest": "pytest", "pip": "pip"}
"""What a reader may run, as modules. Who runs pip does so in an environment of their own."""

WORDS = """
    cadre 驻村干部, role 职务, first-secretary 第一书记, team-member 工作队员, sending unit 派出单位, host 帮扶村/社区,
    village 村, community 社区, township 乡镇, street 街道, posting 派驻, transfer 划转, relation 关系, party 党组织关系,
    salary 工资关系, management 管理, assessment 考核, period 考核期, mid-year 半年, year-end 年终, routine 平时,
    end-of-term 期满考核, grade 等次, grade scale 等次表, work list 工作清单, accountability 问责, measure 处理措施, talk 约谈,
    admonition 诫勉, recall 召回, ruleset 考核办法, basis 依据条款, criterion 考核指标, dimension 一宣六帮,
    debriefing review 述职评议, satisfaction survey 满意度测评, ballot 选票, tally 计票, voter class 测评主体类别,
    document check 查看资料, evidence 佐证, adjustment 加减分, bonus 加分, deduction 扣分, gate 一票否优, veto 一票否决,
    pool 排名范围, quota 名额, tie-break 并列处理, inspection 督查, cross-inspection 交叉检查, finding 问题,
    rectification 整改, joint liability 连带监管责任, personal archive 个人档案, appeal 申诉, survey method 测评办法,
    review method 评议办法, accountability rule 问责规则, ballot sheet 多人选票, proposal 建议, plugin 插件, hook 挂接点, lock 锁定,
    digest 摘要, report format 报表格式, bulk assessment 批量考核, table 表, block 块, one by one 逐人计分, points 得分
"""


@frozen
class Block:
    """One fenced block."""

    language: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    text = page.read_text("utf-8")
    return [Block(m[1], m[2], text.count("\n", 0, m.start()) + 1) for m in FENCE.finditer(text)]


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text("utf-8"))


@define
class Session:
    """The reader who types what the document shows."""

    page: Path
    folder: Path
    here: Path
    variables: dict[str, str]
    interpreter: str | Path = sys.executable
    code: int = 0
    names: dict[str, Any] = field(factory=dict)

    def play(self) -> None:
        """Everything in the order of the page."""
        printed = ""
        for block in blocks(self.page):
            place = f"{self.page.name}:{block.line}"
            if block.language == "console":
                self.console(block, place)
            elif block.language == "yaml" or block.text.startswith(("# file: ", SIGNATURE)):
                self.write(block)
            elif block.language == "python":
                printed = self.python(block, place)
            elif block.language == "output":
                assert_shown(block.text, printed, place)
            elif block.language == "diff":
                self.patch(block, place)

    def console(self, block: Block, place: str) -> None:
        for step in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
            command, _, shown = step.partition("\n")
            printed = self.command(command)
            if shown.strip():
                assert_shown(shown, printed, f"{place}: {command}")
            else:
                assert self.code == 0, f"{place}: {command}\n{printed}"

    def command(self, line: str) -> str:
        words = shlex.split(line)
        if words == ["echo", "$?"]:
            return f"{self.code}\n"
        if words[0] == "cd":
            self.here, self.code = self.here / words[1], 0
        elif words[0] == "export":
            self.variables.update(word.split("=", 1) for word in words[1:])
        elif words[0] == "cat":
            return (self.here / words[1]).read_text("utf-8-sig")  # a terminal shows no mark
        else:
            assert words[0] in PROGRAMS, f"the tests cannot run: {line}"
            return self.program(PROGRAMS[words[0]], words[1:])
        return ""

    def program(self, module: str, words: list[str]) -> str:
        target = None
        if ">" in words:
            words, target = words[: words.index(">")], words[-1]
        if module == PROGRAMS["cadre-eval"] and self.interpreter == sys.executable:
            self.code, printed = forked(words, self.here, self.variables)
        else:
            done = subprocess.run(
                [self.interpreter, "-m", module, *words],
                cwd=self.here, env=self.variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                check=False,
            )  # fmt: skip
            self.code, printed = done.returncode, done.stdout.decode()
        if target is None:
            return printed
        path = self.here / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(printed, "utf-8")
        return ""

    def python(self, block: Block, place: str) -> str:
        printed = io.StringIO()
        before = Path.cwd()
        os.chdir(self.here)
        try:
            with contextlib.redirect_stdout(printed):
                exec(compile(block.text, place, "exec"), self.names)
        finally:
            os.chdir(before)
        return printed.getvalue()

    def write(self, block: Block) -> None:
        named = re.match(r"# file: (\S+)", block.text)
        if named:
            path = self.here / named[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text.partition("\n")[2] if block.language == "csv" else block.text, "utf-8")

    def patch(self, block: Block, place: str) -> None:
        head, _, body = block.text.partition("\n")
        path = self.here / head.removeprefix("# ").split()[0]
        lines = body.splitlines()
        old = "".join(f"{line[1:]}\n" for line in lines if line[:1] in {"-", " "})
        new = "".join(f"{line[1:]}\n" for line in lines if line[:1] in {"+", " "})
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{place}: these lines are not once in {path.name}:\n{old}"
        path.write_text(text.replace(old, new), "utf-8")


def assert_shown(shown: str, printed: str, place: str) -> None:
    """What is shown is what was printed, but for ``…``."""
    wanted = [line.rstrip() for line in shown.strip("\n").splitlines()]
    found = "".join(f"{line.rstrip()}\n" for line in printed.strip("\n").splitlines())
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line).replace("…", ".*?") + "\n" for line in wanted
    )
    assert re.fullmatch(pattern, found), f"{place}\n--- shown\n{shown}\n--- printed\n{found}"


def english(page: Path) -> bool:
    return page.name == "README.md" or page.name.endswith(".en.md")


def session(page: Path, folder: Path) -> Session:
    typed = "\n".join(re.findall(r"^\$ .*", page.read_text("utf-8"), re.M))
    for name in ("examples", "rulesets"):
        if f" {name}/" in typed:
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    spoken = {"LANG": "en_US.UTF-8" if english(page) else "zh_CN.UTF-8"}
    kept = {k: v for k, v in os.environ.items() if k not in {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "CADRE_EVAL_LANG"}}
    if not re.search(r"^\$ pip ", typed, re.M):
        return Session(page, folder, folder, {**kept, **spoken})
    return Session(page, folder, folder, {**kept, **spoken, **OFFLINE}, own_python(folder / ".environment"))


def runs(page: Path) -> bool:
    return any(block.language in {"console", "python", "diff"} for block in blocks(page))


@pytest.mark.parametrize("name", [n for n, page in zip(NAMES, PAGES, strict=True) if runs(page)])
def test_what_the_page_shows_is_what_happens(name: str, tmp_path: Path) -> None:
    session(ROOT / name, tmp_path).play()


def test_guides_and_readmes_are_run() -> None:
    run = {name for name, page in zip(NAMES, PAGES, strict=True) if runs(page)}
    guides = {
        page.relative_to(ROOT).as_posix() for home in ("guide", "supervision") for page in (DOCS / home).glob("*.md")
    }
    reference = {f"docs/reference/{name}.md" for name in ("commands", "hooks", "kinds")}
    scale = {f"docs/scale/{name}{ending}.md" for name in ("bulk", "tables") for ending in ("", ".en")}
    explanations = {f"docs/explanation/{name}.md" for name in ("columns", "plugins")}
    assert run >= guides | reference | scale | explanations | {"README.md", "README.zh-CN.md"}


# ── nothing is left out ────────────────────────────────────────────────────────────────────────────────────────


def records_of(module: ModuleType) -> Iterator[type]:
    for _, record in inspect.getmembers(module, inspect.isclass):
        if attrs.has(record) and record.__module__ == module.__name__:
            yield record


def keys_of(record: type) -> list[str]:
    return [key_of(a) for a in attrs.fields(record) if is_setting(a)]


def named_in(text: str) -> set[str]:
    """The keys a text names: in backticks, or before a colon."""
    quoted = {word for span in re.findall(r"`([^`\n]+)`", text) for word in re.findall(r"[\w-]+", span)}
    return quoted | set(re.findall(r"([\w-]+):", text))


@pytest.mark.parametrize("suffix", ["", ".zh-CN"])
@pytest.mark.parametrize(
    ("module", "page"),
    [(ruleset_documents, "ruleset"), (documents, "workspace"), (case_documents, "workspace")],
    ids=["ruleset", "workspace", "cases"],
)
def test_the_reference_names_every_key(module: ModuleType, page: str, suffix: str) -> None:
    named = named_in((REFERENCE / f"{page}{suffix}.md").read_text("utf-8"))
    lacking = {r.__name__: [k for k in keys_of(r) if k not in named] for r in records_of(module)}
    assert {name: keys for name, keys in lacking.items() if keys} == {}


SUPERVISION = [
    ruleset_supervision,
    *(import_module(f"{supervision_files.__name__}.{found.name}") for found in iter_modules(supervision_files.__path__)
      if found.name.endswith("_documents")),
    *(import_module(f"{accountability_rules.__name__}.{found.name}") for found in iter_modules(accountability_rules.__path__)),
]  # fmt: skip


@pytest.mark.parametrize("ending", [".md", ".en.md"], ids=["zh", "en"])
@pytest.mark.parametrize("module", SUPERVISION, ids=lambda module: module.__name__.rpartition(".")[2])
def test_the_pages_of_supervision_name_every_key(module: ModuleType, ending: str) -> None:
    pages = [
        p for p in (DOCS / "supervision").glob(f"*{ending}") if (ending == ".en.md") == p.name.endswith(".en.md")
    ]
    named = named_in("\n".join(page.read_text("utf-8") for page in pages))
    lacking = {r.__name__: [k for k in keys_of(r) if k not in named] for r in records_of(module)}
    assert {name: keys for name, keys in lacking.items() if keys} == {}


def sections(page: Path) -> dict[str, str]:
    """The text below each heading of the second level, by the words of the heading in backticks."""
    pieces = re.split(r"^## (.+)$", page.read_text("utf-8"), flags=re.M)[1:]
    return {
        quoted: text
        for heading, text in zip(pieces[::2], pieces[1::2], strict=True)
        for quoted in re.findall(r"`([^`]+)`", heading)
    }


def params_of(record: type) -> Iterator[str]:
    """The keys of a kind's parameters, and of the records in them."""
    for attribute in attrs.fields(record):
        if not is_setting(attribute):
            continue
        yield key_of(attribute)
        for part in parts_of(attribute.type):
            yield from params_of(part)


def parts_of(annotation: Any) -> Iterator[type]:
    if isinstance(annotation, type) and attrs.has(annotation):
        yield annotation
    for argument in get_args(annotation):
        yield from parts_of(argument)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_section_with_its_parameters_and_an_example(kind: str) -> None:
    section = sections(REFERENCE / "kinds.md").get(kind, "")
    params = KINDS[kind].params
    attrs.resolve_types(params)
    assert [key for key in params_of(params) if f"`{key}`" not in section] == []
    examples = [b for b in re.findall(r"^```yaml\n(# file: .*?)^```$", section, re.M | re.S) if f"kind: {kind}" in b]
    assert examples, f"kinds.md has no runnable example of {kind}"
    assert "cases_for: " in section


def test_no_section_is_about_a_kind_there_is_not() -> None:
    assert set(sections(REFERENCE / "kinds.md")) == set(KINDS)


def commands() -> Iterator[tuple[str, click.Command]]:
    yield "cadre-eval", cadre_eval
    for name, command in cadre_eval.commands.items():
        yield f"cadre-eval {name}", command


@pytest.mark.parametrize(
    ("name", "command"), list(commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_has_a_section_with_its_options(name: str, command: click.Command) -> None:
    section = sections(REFERENCE / "commands.md").get(name, "")
    wanted = [option for p in command.params for option in (*p.opts, *p.secondary_opts) if option.startswith("-")]
    wanted += [(p.metavar or p.name or "").upper() for p in command.params if isinstance(p, click.Argument)]
    choices = [c for p in command.params if isinstance(p.type, click.Choice) for c in p.type.choices]
    named = {word for span in re.findall(r"`([^`\n]+)`", section) for word in re.split(r"[\s|\[\]…]+", span)}
    assert [word for word in (*wanted, *choices) if word not in named] == []


def test_commands_name_exit_codes_and_variables() -> None:
    text = (REFERENCE / "commands.md").read_text("utf-8")
    for word in ("CADRE_EVAL_LANG", "CADRE_EVAL_DEBUG", "NO_COLOR", "| 0 |", "| 1 |", "| 2 |", "| 3 |"):
        assert word in text


def keys_in(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield key
            yield from keys_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from keys_in(part)


def test_commands_name_every_key_of_the_results(tmp_path: Path) -> None:
    make_workspace(tmp_path / "w")
    found = results_document(assess(open_workspace(tmp_path / "w"), "2025-year-end"))
    grades = set(found["summary"].pop("grades"))
    named = named_in((REFERENCE / "commands.md").read_text("utf-8"))
    assert set(keys_in(found)) - grades - named == set()


def test_commands_name_every_key_of_a_problem(tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_text("ruleset: odd\n", "utf-8")
    problems = Problems()
    compiled_at(Folder(tmp_path), tmp_path / "odd.yaml", problems)
    named = named_in((REFERENCE / "commands.md").read_text("utf-8"))
    assert set(keys_in([problem_json(problem, "zh") for problem in problems])) - named == set()


def test_the_glossary_has_every_word() -> None:
    rows = [line for line in (REFERENCE / "glossary.md").read_text("utf-8").splitlines() if line.startswith("|")]
    lacking = []
    for entry in " ".join(WORDS.split()).split(", "):
        code, _, chinese = entry.rpartition(" ")
        if not any(re.search(rf"\b{re.escape(code)}\b", row) and chinese in row for row in rows):
            lacking.append(entry)
    assert lacking == []


def slug(heading: str) -> str:
    """The anchor of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
            if not re.match(r"[a-z]+:", target):
                yield page, target


def test_links_lead_somewhere() -> None:
    broken = []
    for page, target in links():
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        known = (
            {slug(h) for h in re.findall(r"^#+ (.+)$", prose(file), re.M)} if anchor and file.is_file() else {anchor}
        )
        if not file.exists() or anchor not in known:
            broken.append(f"{page.relative_to(ROOT)} -> {target}")
    assert broken == []


def test_the_map_leads_to_every_page() -> None:
    index = DOCS / "index.md"
    led = {(index.parent / t.partition("#")[0]).resolve() for page, t in links() if page == index}
    assert [
        page.relative_to(ROOT).as_posix() for page in DOCS.rglob("*.md") if page != index and page not in led
    ] == []


def test_every_decision_has_context_decision_and_rejected_options() -> None:
    pages = sorted((DOCS / "adr").glob("*.md"))
    assert pages
    for number, page in enumerate(pages, 1):
        assert page.name.startswith(f"{number:04d}-"), page.name
        headings = re.findall(r"^## (.+)$", page.read_text("utf-8"), re.M)
        assert headings[:3] == ["Context", "Decision", "Rejected"], page.name


def test_a_new_workspace_is_sound_and_assesses_both_periods(tmp_path: Path) -> None:
    make_workspace(tmp_path / "mine")
    workspace = open_workspace(tmp_path / "mine")
    assert workspace.period_ids() == ["2025-mid-year", "2025-year-end"]
    assert {r.state for r in assess(workspace, "2025-mid-year")} == {"final", "pending"}
    assert {r.state for r in assess(workspace, "2025-year-end")} == {"final"}
