"""Measures the command against the least it could cost, side by side in one run. `make bench`, or

python benchmarks/run.py [--cadres 2000] [--runs 5]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from attrs import frozen
from generate import PERIOD, make_workspace

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "resettlement-district"

HEAVY = ("attrs", "cattrs", "click", "numpy", "pluggy", "ruamel.yaml", "yaml")
"""What importing the package must not bring in."""

BARE = ["-c", "pass"]
IMPORT = ["-c", "import cadre_eval"]
LOADED = ["-c", f"import sys, cadre_eval; print(*(m for m in {HEAVY} if m in sys.modules))"]
COMMAND = "from cadre_eval.cli.main import main; main()"
WITHOUT_LIBYAML = f"import sys; sys.modules['yaml'] = None; {COMMAND}"
READ_FAST = """\
import gc, sys, yaml
from pathlib import Path
gc.disable()
kept = [yaml.load(p.read_bytes(), yaml.CBaseLoader) for p in sorted(Path(sys.argv[1]).rglob("*.yaml"))]
"""


@frozen
class Cost:
    """One run of a process."""

    wall: float
    cpu: float
    memory: float
    """The peak, in MiB."""


def run_once(arguments: Sequence[str]) -> Cost:
    """Runs Python with these arguments.

    Raises:
        SystemExit: it failed.
    """
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"exit code {process.returncode}: python {' '.join(arguments)}")
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit)


def measure(kinds: Sequence[Sequence[str]], runs: int) -> list[Cost]:
    """The median cost of each; they take turns, so that a busy moment of the machine falls on all."""
    for arguments in kinds:
        run_once(arguments)  # compiles the modules, warms the files
    taken = [[run_once(arguments) for arguments in kinds] for _ in range(runs)]
    return [
        Cost(median(c.wall for c in costs), median(c.cpu for c in costs), median(c.memory for c in costs))
        for costs in zip(*taken, strict=True)
    ]


def assess(workspace: Path, period: str, command: str = COMMAND) -> list[str]:
    return ["-c", command, "assess", str(workspace), "--period", period]


def heading(title: str) -> None:
    print(f"\n{title}\n{'':44}{'wall':>10}{'CPU':>10}{'memory':>10}{'ratio':>8}")


def row(name: str, cost: Cost, base: Cost) -> None:
    """A line of the table; the ratio is of CPU time, which other work on the machine hardly changes."""
    times = "".join(
        f"{seconds * 1000:>7.0f} ms" if seconds < 1 else f"{seconds:>8.2f} s" for seconds in (cost.wall, cost.cpu)
    )
    print(f"{name:<44}{times}{cost.memory:>6.0f} MiB{cost.cpu / base.cpu:>8.2f}")


def start_and_example(runs: int) -> None:
    costs = measure([BARE, IMPORT, assess(EXAMPLE, "2025-mid-year"), assess(EXAMPLE, "2025-year-end")], runs)
    bare, imported, mid_year, year_end = costs
    heading(f"Start, and one district; medians of {runs}")
    row("bare Python", bare, bare)
    row("import cadre_eval", imported, bare)
    row("assess the example, mid-year", mid_year, bare)
    row("assess the example, year-end", year_end, bare)
    print(f"importing costs {(imported.cpu - bare.cpu) * 1000:.0f} ms over bare Python (aim: at most 100)")
    loaded = subprocess.run([sys.executable, *LOADED], capture_output=True, check=True, text=True).stdout.strip()
    print(f"and brings in, of {', '.join(HEAVY)}: {loaded or 'nothing'}")


def many_dossiers(cadres: int, runs: int) -> None:
    with TemporaryDirectory() as folder:
        workspace = Path(folder)
        files = make_workspace(workspace, cadres)
        size = sum(file.stat().st_size for file in files) / len(files)
        reader, whole = measure([["-c", READ_FAST, folder], assess(workspace, PERIOD)], runs)
        slow = run_once(assess(workspace, PERIOD, WITHOUT_LIBYAML))
        heading(f"{cadres} dossiers of {size:.0f} bytes; medians of {runs}, without libyaml: 1")
        row("the same files read by PyYAML's CBaseLoader", reader, reader)
        row("assess, with libyaml (the extra `fast`)", whole, reader)
        row("assess, without libyaml", slow, reader)
        print(f"{whole.cpu / cadres * 1000:.2f} ms for each dossier, whole command")
        print(f"(aim: 1.5 times the reader and a second, {1.5 * reader.wall + 1:.2f} s)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--cadres", type=int, default=2000, help="how many dossiers to generate (default: 2000)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each measurement (default: 5)")
    chosen = parser.parse_args()
    try:
        yaml = version("PyYAML")
    except PackageNotFoundError:
        sys.exit("PyYAML is needed: pip install 'cadre-eval[fast]'")
    print(
        f"Python {sys.version.split()[0]}, PyYAML {yaml}, ruamel.yaml {version('ruamel.yaml')}, {os.cpu_count()} CPUs"
    )
    start_and_example(chosen.runs)
    many_dossiers(chosen.cadres, max(1, chosen.runs // 2))


if __name__ == "__main__":
    main()
