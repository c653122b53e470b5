"""Measures a nation: the package beside every other way, in one run. `make bench-nation`, or

python benchmarks/nation/run.py [--sizes 1000,10000,100000,563000] [--runs 5] [--folder DIR] [--before REVISION] [--write]
python benchmarks/nation/run.py --again

Prints the pages it makes of what was measured; ``--write`` puts them, and what they are made of, into docs/scale/; ``--again``
only makes them again, of what is there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import generate as dossiers
from attrs import frozen
from run import BARE, EXAMPLE, IMPORT, READ_FAST, ROOT

from nation import peers
from nation.data import load
from nation.generate import Wanted, make_nation
from nation.handing import handed_out
from nation.pages import pages_of
from nation.peer_columns import asked
from nation.turns import Measured, Whole, answer, command, in_turns, memory_together, rotated
from nation.workspaces import bulk, make_workspace, out_of, size, wrong_totals

HERE = Path(__file__).parent
PAGES = ROOT / "docs" / "scale"
KEPT = "benchmarks.json"
SIZES = "1000,10000,100000,563000"
DOSSIERS = 2000
JOBS = (1, 2)
FORMULAS = ("generate.py", "drawing.py", "writing.py", "ruleset.yaml")
PACKAGES = (
    "cadre-eval", "numpy", "pyarrow", "polars", "OpenFisca-Core", "zen-engine", "PyYAML", "ruamel.yaml", "attrs", "cattrs",
)  # fmt: skip
OLD_COMMAND = "import sys; sys.path.insert(0, sys.argv.pop(1)); from cadre_eval.cli.main import main; main()"


@frozen
class Plan:
    """What is measured, and where the tables lie."""

    sizes: Sequence[int]
    runs: int
    folder: Path
    before: str | None

    def home(self, cadres: int) -> Path:
        return self.folder / f"nation-{cadres}"


def told(step: str) -> None:
    print(step, file=sys.stderr, flush=True)


def machine() -> dict[str, Any]:
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_mb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _cpu() -> str:
    told_by = Path("/proc/cpuinfo")
    lines = told_by.read_text().splitlines() if told_by.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"


def versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def make_data(plan: Plan, cadres: int, single: bool) -> Path:
    """The tables of so many cadres, unless they are there already."""
    home, kept = plan.home(cadres), {"cadres": cadres, "single": single, "made_by": _made_by()}
    mark = home / "made.json"
    if not mark.exists() or json.loads(mark.read_text()) != kept:
        told(f"{cadres} cadres are made")
        make_nation(home, Wanted(cadres, single=single))
        mark.write_text(json.dumps(kept))
    return home


def _made_by() -> str:
    whole = hashlib.sha256()
    for name in FORMULAS:
        whole.update((HERE / name).read_bytes())
    return whole.hexdigest()


def measure(plan: Plan) -> dict[str, Any]:
    largest = sorted(plan.sizes)[-2:]
    homes = {cadres: make_data(plan, cadres, cadres in largest) for cadres in sorted(plan.sizes)}
    last = homes[largest[-1]]
    return {
        "machine": machine(),
        "versions": versions(),
        "runs": plan.runs,
        "sizes": {str(cadres): one_size(home, cadres, plan.runs) for cadres, home in homes.items()},
        "ballots": {str(cadres): ballots(homes[cadres], cadres, plan.runs) for cadres in largest},
        "memory": peer_memory(last),
        "plugin_values": asked(load(last)),
        "handed_out": handed_out(last / "workspace"),
        "readers": readers(last, plan.runs),
        "dossiers": many_dossiers(plan),
        "small": small(plan),
    }


def one_size(home: Path, cadres: int, runs: int) -> dict[str, Any]:
    told(f"{cadres} cadres: every peer")
    scored, _ = answer(HERE / "peers.py", home, "--runs", str(runs))
    told(f"{cadres} cadres: the command")
    workspace = make_workspace(home)
    taken = in_turns({str(jobs): bulk(workspace, jobs) for jobs in JOBS}, runs)
    for jobs in JOBS:
        taken[str(jobs)]["mb_together"] = memory_together(bulk(workspace, jobs))
        taken[str(jobs)]["wrong_totals"] = wrong_totals(home, out_of(workspace, jobs))
    tables = {path.stem: size(path) for path in sorted((workspace / "tables").iterdir())}
    return {"peers": scored, "bulk": taken, "bytes": tables, "bytes_out": size(out_of(workspace, JOBS[0]))}


def ballots(home: Path, cadres: int, runs: int) -> dict[str, Any]:
    """Counted in a process for each way and run."""
    told(f"ballots of {cadres} cadres")
    found, _ = answer(HERE / "ballots.py", home, "check")
    ways: dict[str, Measured] = {way: {"seconds": [], "mb": 0.0} for way in ("read", "numpy", "columns")}
    for turn in range(runs + 1):
        for way in rotated(list(ways), turn):
            said, mb = answer(HERE / "ballots.py", home, way)
            if turn:  # the first warms the files
                ways[way]["seconds"].append(round(said["seconds"], 4))
                ways[way]["mb"] = max(ways[way]["mb"], mb)
    return {**found, "bytes": size(home / "ballots.parquet"), "ways": ways}


def peer_memory(home: Path) -> dict[str, float]:
    """The peak of a process that reads the tables and scores them with one peer."""
    told("memory of every peer")
    found = {name: answer(HERE / "peers.py", home, "--only", name) for name in (peers.READ, *peers.WHOLE)}
    return {name: mb for name, (there, mb) in found.items() if there}


def readers(home: Path, runs: int) -> Any:
    told("readers")
    return answer(HERE / "readers.py", home, "--runs", str(runs))[0]


def many_dossiers(plan: Plan) -> dict[str, Any]:
    told(f"{DOSSIERS} dossiers")
    with TemporaryDirectory() as name:
        folder = Path(name)
        files = dossiers.make_workspace(folder, DOSSIERS)
        written = sum(file.stat().st_size for file in files)
        assess = command("assess", folder, "--period", dossiers.PERIOD)
        taken = in_turns({"parser": Whole(["-c", READ_FAST, name]), "assess": Whole(assess)}, max(1, plan.runs // 2))
    return {"dossiers": len(files), "bytes": written, **taken}


def small(plan: Plan) -> dict[str, Any]:
    """The example's district, beside a bare start of Python and the package as it was."""
    told("the example")
    words = ("assess", EXAMPLE, "--period", "2025-year-end")
    with TemporaryDirectory() as name:
        wholes = {"bare": Whole(BARE), "import": Whole(IMPORT), "assess": Whole(command(*words))}
        if plan.before is not None:
            sources = as_it_was(plan.before, Path(name))
            wholes["before"] = Whole(["-c", OLD_COMMAND, str(sources), *map(str, words)])
        found: dict[str, Any] = in_turns(wholes, plan.runs)
    return {"revision": plan.before, **found}


def as_it_was(revision: str, folder: Path) -> Path:
    """The package of another revision."""
    packed = subprocess.run(
        ["git", "archive", revision, "src", "rulesets"], cwd=ROOT, check=False, stdout=subprocess.PIPE
    )
    if packed.returncode:
        sys.exit(f"there is no revision {revision}")
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)
    return folder / "src"


def write(measured: Mapping[str, Any], pages: Mapping[str, str]) -> None:
    PAGES.mkdir(parents=True, exist_ok=True)
    kept = json.dumps(measured, indent=1, ensure_ascii=False) + "\n"
    for name, text in {KEPT: kept, **pages}.items():
        (PAGES / name).write_text(text, encoding="utf-8", newline="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--sizes", default=SIZES, help=f"how many cadres (default: {SIZES})")
    parser.add_argument("--runs", type=int, default=5, help="runs of each measurement (default: 5)")
    parser.add_argument("--folder", type=Path, help="where the tables are made and kept (default: nowhere for long)")
    parser.add_argument("--before", metavar="REVISION", help="measure the small command of this revision too")
    parser.add_argument("--write", action="store_true", help="write docs/scale/")
    parser.add_argument("--again", action="store_true", help="only write the pages again")
    chosen = parser.parse_args()
    if chosen.again:
        measured = json.loads((PAGES / KEPT).read_text(encoding="utf-8"))
        write(measured, pages_of(measured))
        return
    sizes = sorted({int(text) for text in chosen.sizes.split(",")})
    with TemporaryDirectory() as temporary:
        plan = Plan(sizes, max(1, chosen.runs), chosen.folder or Path(temporary), chosen.before)
        measured = measure(plan)
    pages = pages_of(measured)
    for name, text in pages.items():
        if name.endswith(".en.md"):
            print(text)
    if chosen.write:
        write(measured, pages)


if __name__ == "__main__":
    main()
