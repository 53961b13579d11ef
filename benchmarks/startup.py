"""How fast a command starts, beside the bare interpreter of the same environment and run.

Whole processes in turns: nothing imported, everything imported eagerly, `--help`, reports, and commands
that write, on the Arles scenario. Goals were set where the bare interpreter took 12 ms, so they are
kept here as multiples of it. `python -m benchmarks.startup [ROUNDS]`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import Program, Row, compiled, interleaved, told
from ledger.demo import play

ROUNDS = 7
BARE_MS = 12
REACH_MS = {"help": 80, "read": 120, "write": 250}

_EAGERLY = """
import pkgutil, importlib, ledger
import datasette.app, sqlite_utils, eventsourcing.application, pydantic, rich.console, yaml
for module in pkgutil.walk_packages(ledger.__path__, "ledger."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""

_READ = {
    "ledger balance": ("balance",),
    "ledger balance --json": ("balance", "--json"),
    "ledger status": ("status",),
    "ledger flags": ("flags",),
    "ledger trail": ("trail",),
    "ledger log": ("log", "--last", "20"),
}
_WRITE = {
    "ledger time log": ("time", "log", "--person", "coord", "--duration", "2h", "--activity", "coordination"),
    "ledger task open": ("task", "open", "--title", "Benchmark"),
    "ledger money spend": (
        "money",
        "spend",
        "--amount",
        "12 €",
        "--label",
        "Café",
        "--allocation",
        "A-2024-001",
    ),
}


def main(rounds: int = ROUNDS) -> list[Row]:
    """All rows."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        read, written = (play("arles", folder / name).folder.path for name in ("read", "written"))
        environment = compiled(folder)
        python = sys.executable
        ledger: tuple[str | Path, ...] = (python, "-c", "from ledger.cli.main import main; main()")
        programs = {
            "bare interpreter": Program((python, "-c", "pass"), environment),
            "everything imported": Program((python, "-c", _EAGERLY), environment),
            "ledger --help": Program((*ledger, "--help"), environment),
        }
        programs |= {
            name: Program((*ledger, "--ledger", where, "--as", "coord", *words), environment)
            for commands, where in ((_READ, read), (_WRITE, written))
            for name, words in commands.items()
        }
        for program in programs.values():  # compiles what it imports, makes the cut that it reads
            program.output()
        taken = interleaved({name: program.output for name, program in programs.items()}, rounds)
    bare = taken["bare interpreter"]
    return [_row(name, took, bare) for name, took in taken.items()]


def _row(name: str, took: float, bare: float) -> Row:
    kind = (
        "help" if name == "ledger --help" else "read" if name in _READ else "write" if name in _WRITE else ""
    )
    ours, ratio = f"{took * 1e3:.0f} ms", took / bare
    if not kind:
        return Row(name, ours, f"bare {bare * 1e3:.0f} ms", ratio)
    limit = REACH_MS[kind] / BARE_MS
    return Row(
        name,
        ours,
        f"bare {bare * 1e3:.0f} ms",
        ratio,
        f"≤ {limit:.1f} × ({REACH_MS[kind]} ms)",
        ratio <= limit,
    )


if __name__ == "__main__":
    print(told(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)))
