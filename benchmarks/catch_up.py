"""Catching up after one act, on a small ledger and on a large one: the cost must be the same.

Each act is appended and caught up with a few times; medians, in milliseconds of processor time, and their ratio.
`python -m benchmarks.catch_up [SMALL] [LARGE] [FOLDER]`.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from benchmarks.generate import LIEUX, PEOPLE, write
from ledger.balance.flags.engine import refresh
from ledger.readmodel.projector import AfterPage, Projector
from ledger.store.log import Log, NewEvent

ROUNDS = 9

Facts = Callable[[int, date], tuple[str, str, dict[str, Any]]]
"""From a round and a day to the topic, stream and data of an act's event."""


def _hours(round: int, day: date) -> tuple[str, str, dict[str, Any]]:
    month = f"{day:%Y-%m}"
    data = {"subject_id": "lieu-1", "month": month, "lieu_id": "lieu-1", "activity": "commons", "minutes": 60}
    return "time.logged.v1", f"time/lieu-1/{month}", {**data, "basis": "volunteer"}


def _expense(round: int, day: date) -> tuple[str, str, dict[str, Any]]:
    id = f"E-act-{round}-{time.time_ns()}"
    year = f"{day:%Y}"
    data = {"expense_id": id, "amount_cents": 1_000, "label": "One more", "convention_id": f"C-{year}"}
    return "expense.recorded.v1", f"expense/{id}", {**data, "allocation_id": f"A-{year}-lieu-1"}


def _task(round: int, day: date) -> tuple[str, str, dict[str, Any]]:
    id = f"T-act-{round}-{time.time_ns()}"
    return "task.opened.v1", f"task/{id}", {"task_id": id, "title": "One more"}


def _turn(round: int, day: date) -> tuple[str, str, dict[str, Any]]:
    return "turn.taken.v1", "consortium", {"rotation_id": "breakfasts", "lieu_id": f"lieu-{round % 12 + 1}"}


def _decision(round: int, day: date) -> tuple[str, str, dict[str, Any]]:
    id = f"D-act-{round}-{time.time_ns()}"
    data = {
        "decision_id": id,
        "revision": 1,
        "text": "One more",
        "domain": "commons",
        "proposer_id": PEOPLE[1],
    }
    return "proposal.made.v1", f"decision/{id}", data


def _meeting(round: int, day: date) -> tuple[str, str, dict[str, Any]]:
    id = f"M-act-{round}-{time.time_ns()}"
    data = {"meeting_id": id, "meeting_kind": "breakfast", "host_lieu_id": LIEUX[0]}
    return "meeting.held.v1", f"meeting/{id}", {**data, "facilitator_id": PEOPLE[1], "present": PEOPLE[:9]}


def _allocation(round: int, day: date) -> tuple[str, str, dict[str, Any]]:
    id = f"A-act-{round}-{time.time_ns()}"
    year, lieu = f"{day:%Y}", LIEUX[0]
    data = {"allocation_id": id, "convention_id": f"C-{year}", "line": f"line-{lieu}", "lieu_id": lieu}
    money = {"amount_cents": 1_000, "decision_id": f"D-{year}-money"}
    return "funds.allocated.v1", f"convention/C-{year}", {**data, **money}


ACTS: dict[str, Facts] = {
    "hours": _hours,
    "expense": _expense,
    "task": _task,
    "turn": _turn,
    "decision": _decision,
    "meeting": _meeting,
    "allocation": _allocation,
}


class Ledger:
    """A log with its tables, and the day on which it stands.

    Args:
        log: events written by `generate`.
        view: the file of its tables; made when it is not there.
        after_page: as for `Projector`.
    """

    def __init__(self, log: Log, view: Path, after_page: AfterPage = refresh) -> None:
        self._log = log
        self._projector = Projector(log, view, None, after_page=after_page)
        self._projector.catch_up()
        newest = log.last()
        assert newest is not None
        envelope = orjson.loads(newest.state)
        self.day, self._now = date.fromisoformat(envelope["occurred_on"]), envelope["recorded_at"]

    def after(self, topic: str, stream: str, data: dict[str, Any]) -> tuple[int, float]:
        """Records one event; its number, and the milliseconds of processor time that the tables take after it."""
        version = len(self._log.stream(stream)) + 1
        envelope = {
            "stream": stream,
            "version": version,
            "kind": topic,
            "occurred_on": self.day.isoformat(),
            "recorded_at": self._now,
            "command": {"id": "benchmark"},
            "salt": "0" * 32,
            "data": data,
        }
        with self._log.writing() as writer:
            event = NewEvent(stream, version, topic, orjson.dumps(envelope))
            (seq,) = writer.append([event], commands=["benchmark"])
        start = time.process_time()
        self._projector.catch_up(on=self.day.isoformat())
        return seq, (time.process_time() - start) * 1e3


def measure(ledgers: Mapping[str, Ledger]) -> dict[str, dict[str, float]]:
    """Median milliseconds of processor time after one act of each kind, and after a correction, on each ledger.

    The ledgers take turns: a busy moment spoils none of them alone.
    """
    taken: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for act, fact in ACTS.items():
        for round in range(ROUNDS):
            for name, ledger in ledgers.items():
                topic, stream, data = fact(round, ledger.day)
                seq, milliseconds = ledger.after(topic, stream, data)
                taken[act][name].append(milliseconds)
                if act == "hours":
                    taken["correction"][name].append(ledger.after(*_correction(seq, stream))[1])
    return {act: {name: median(times) for name, times in each.items()} for act, each in taken.items()}


def _correction(seq: int, stream: str) -> tuple[str, str, dict[str, Any]]:
    data = {"corrected_stream": stream, "corrected_seq": seq, "how": "reverse", "reason_code": "mistake"}
    return "event.corrected.v1", stream, {**data, "group_id": f"K-{seq}"}


def main(small: int, large: int, folder: Path) -> None:
    """Prints one JSON line for each kind of act."""
    with ExitStack() as stack:
        logs = {
            f"{n}_ms": stack.enter_context(closing(write(folder / f"{n}", n, exact=False)))
            for n in (small, large)
        }
        found = measure({name: Ledger(log, log.path.with_name("members.db")) for name, log in logs.items()})
    for act, times in found.items():
        few, many = times.values()
        line = {**times, "ratio": many / few}
        print(json.dumps({"act": act, **{name: round(value, 2) for name, value in line.items()}}))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(
            int(sys.argv[1]) if len(sys.argv) > 1 else 10_000,
            int(sys.argv[2]) if len(sys.argv) > 2 else 200_000,
            Path(sys.argv[3]) if len(sys.argv) > 3 else Path(temporary),
        )
