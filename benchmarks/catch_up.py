"""Catching up after one act, on a small ledger and on a large one: the cost must be the same.

Each act is appended and caught up with a few times; medians, in milliseconds, and their ratio.
`python -m benchmarks.catch_up [SMALL] [LARGE] [FOLDER]`.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from benchmarks.generate import LIEUX, PEOPLE, write
from ledger.readmodel.projector import Projector
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


ACTS: dict[str, Facts] = {
    "hours": _hours,
    "expense": _expense,
    "task": _task,
    "turn": _turn,
    "decision": _decision,
    "meeting": _meeting,
}


def _append(log: Log, day: date, topic: str, stream: str, data: dict[str, Any]) -> int:
    version = len(log.stream(stream)) + 1
    envelope = {
        "stream": stream,
        "version": version,
        "kind": topic,
        "occurred_on": day.isoformat(),
        "recorded_at": "2100-01-01T00:00:00Z",
        "command": {"id": "benchmark"},
        "salt": "0" * 32,
        "data": data,
    }
    with log.writing() as writer:
        (seq,) = writer.append(
            [NewEvent(stream, version, topic, orjson.dumps(envelope))], commands=["benchmark"]
        )
    return seq


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def measure(folder: Path, events: int) -> dict[str, float]:
    """Median milliseconds of catching up after one act of each kind, and after a correction."""
    found: dict[str, float] = {}
    with closing(write(folder, events, exact=False)) as log:
        projector = Projector(log, folder / "members.db", None)
        projector.catch_up()
        newest = log.last()
        assert newest is not None
        day = date.fromisoformat(orjson.loads(newest.state)["occurred_on"])
        for name, fact in ACTS.items():
            times, corrected = [], []
            for round in range(ROUNDS):
                topic, stream, data = fact(round, day)
                seq = _append(log, day, topic, stream, data)
                times.append(_timed(projector.catch_up))
                if name == "hours":
                    _append(log, day, *_correction(seq, stream))
                    corrected.append(_timed(projector.catch_up))
            found[name] = median(times)
            if corrected:
                found["correction"] = median(corrected)
    return found


def _correction(seq: int, stream: str) -> tuple[str, str, dict[str, Any]]:
    data = {"corrected_stream": stream, "corrected_seq": seq, "how": "reverse", "reason_code": "mistake"}
    return "event.corrected.v1", stream, {**data, "group_id": f"K-{seq}"}


def main(small: int, large: int, folder: Path) -> None:
    """Prints one JSON line for each kind of act."""
    few, many = (measure(folder / f"{events}", events) for events in (small, large))
    for act in few:
        ratio = many[act] / few[act]
        line = {"act": act, f"{small}_ms": few[act], f"{large}_ms": many[act], "ratio": ratio}
        print(json.dumps({k: round(v, 2) if isinstance(v, float) else v for k, v in line.items()}))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(
            int(sys.argv[1]) if len(sys.argv) > 1 else 10_000,
            int(sys.argv[2]) if len(sys.argv) > 2 else 200_000,
            Path(sys.argv[3]) if len(sys.argv) > 3 else Path(temporary),
        )
