"""Writes a large, plausible ledger straight through the store: `python -m benchmarks.generate FOLDER EVENTS`.

Twelve lieux and sixty people over the years: mostly hours, then evidence and expenses, tasks, decisions,
meetings, money set aside, one correction in a thousand, and an answer to a flag. Same seed, same ledger,
salts included.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from ledger.store.log import Log, NewEvent

LIEUX = tuple(f"lieu-{n}" for n in range(1, 13))
PEOPLE = tuple(f"P-{n:08x}" for n in range(1, 61))
ACTIVITIES = ("commons", "hosting", "admin", "coordination", "reporting", "outreach")
ANSWERED = date(2006, 1, 1)
BATCH = 20_000


class Generator:
    """An endless plausible ledger.

    Args:
        seed: of everything random in it.
        events_per_month: how busy the consortium is.
    """

    def __init__(self, seed: int = 1, events_per_month: int = 4_000) -> None:
        self._random = random.Random(seed)
        self._events_per_month = events_per_month
        self._versions: dict[str, int] = defaultdict(int)
        self._seq = 0
        self._moment = datetime(2005, 1, 1, 8, tzinfo=UTC)

    def events(self) -> Iterator[NewEvent]:
        """The founding, then month after month."""
        yield from self._founding()
        month = date(2005, 1, 1)
        while True:
            year = f"{month:%Y}"
            if month.month == 1:
                yield from self._convention(year)
            if month == ANSWERED:
                yield self._answer(month)
            yield from self._month(month, year)
            month = (month + timedelta(days=32)).replace(day=1)

    def _event(
        self,
        topic: str,
        stream: str,
        day: date,
        data: dict[str, Any],
        *introduces: tuple[str, str],
        first_day: date | None = None,
        scope: tuple[str, ...] = (),
    ) -> NewEvent:
        self._seq += 1
        self._versions[stream] += 1
        self._moment = max(
            self._moment + timedelta(seconds=1), datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
        )
        envelope: dict[str, Any] = {
            "stream": stream,
            "version": self._versions[stream],
            "kind": topic,
            "occurred_on": day.isoformat(),
            "recorded_at": self._moment.isoformat().replace("+00:00", "Z"),
            "recorded_by": PEOPLE[0],
            "command": {
                "id": f"{self._seq:016x}",
                "file": f"{day:%Y-%m}",
                "position": f"acts.{self._seq % 900}",
            },
            "scope": list(scope),
            "salt": f"{self._random.getrandbits(128):032x}",
            "data": data,
        }
        if first_day:
            envelope["occurred_from"] = first_day.isoformat()
        state = orjson.dumps(envelope)
        return NewEvent(stream, self._versions[stream], topic, state, scope, introduces)

    def _founding(self) -> Iterator[NewEvent]:
        day, stream = date(2005, 1, 1), "consortium"
        founded = {"name": "Benchmark", "consortium_kind": "operational", "illustrative": True}
        yield self._event("consortium.founded.v1", stream, day, founded)
        for name in ("carrier", "funder"):
            data = {"organisation_id": name, "name": name.title()}
            yield self._event("organisation.registered.v1", stream, day, data, ("organisation", name))
        for lieu in LIEUX:
            data = {"lieu_id": lieu, "name": lieu.title(), "organisation_id": "carrier"}
            yield self._event("lieu.registered.v1", stream, day, data, ("lieu", lieu))
            role = {
                "role_id": f"member-{lieu}",
                "role": "member",
                "lieu_id": lieu,
                "held_from": day.isoformat(),
            }
            yield self._event("role.given.v1", stream, day, role, ("role", role["role_id"]))
        for number, person in enumerate(PEOPLE):
            person_data: dict[str, Any] = {
                "person_id": person,
                "identity": {"ref": f"v-{person}", "sha256": "0" * 64},
                "engagement": "volunteer" if number % 3 else "employee",
                "active_from": day.isoformat(),
            }
            yield self._event("person.registered.v1", stream, day, person_data, ("person", person))
        coordination: dict[str, Any] = {
            "role_id": "coordination",
            "role": "coordination",
            "person_id": PEOPLE[0],
            "held_from": day.isoformat(),
            "critical": True,
            "minutes_per_month": 7 * self._events_per_month,  # a fourth less than it takes
        }
        yield self._event("role.given.v1", stream, day, coordination, ("role", "coordination"))
        rotation = {
            "rotation_id": "breakfasts",
            "name": "Breakfasts",
            "order": list(LIEUX),
            "period": "month",
            "starts_on": day.isoformat(),
        }
        yield self._event("rotation.set.v1", stream, day, rotation, ("rotation", "breakfasts"))

    def _answer(self, day: date) -> NewEvent:
        """The consortium knows who carries most."""
        flag, subject = "PERSON_RELIANCE", PEOPLE[0]
        data = {"flag": flag, "subject": subject, "answer": "acknowledged", "level": "alert"}
        return self._event("flag.answered.v1", f"flag/{flag}/{subject}", day, data)

    def _convention(self, year: str, received_cents: int | None = None) -> Iterator[NewEvent]:
        """A grant, its plan and allocations; of it, so much was received, four fifths by default."""
        day, convention = date(int(year), 1, 2), f"C-{year}"
        each = 6_250 * self._events_per_month  # a fourth more than a line spends in a year
        amounts = dict.fromkeys(LIEUX, each) | {LIEUX[-1]: each * 3 // 4}  # whose last month is too much
        granted = sum(amounts.values())
        received = granted * 4 // 5 if received_cents is None else received_cents
        plan = [
            {"line": f"line-{lieu}", "label": f"Work of {lieu}", "amount_cents": cents, "lieu_id": lieu}
            for lieu, cents in amounts.items()
        ]
        data = {
            "convention_id": convention,
            "title": f"Grant of {year}",
            "funders": ["funder"],
            "carrier_id": "carrier",
            "amount_cents": granted,
            "starts_on": f"{year}-01-01",
            "ends_on": f"{year}-12-31",
            "plan": plan,
            "instalments": [
                {
                    "instalment_id": f"I-{year}-1",
                    "instalment_kind": "advance",
                    "year": int(year),
                    "amount_cents": received,
                }
            ],
        }
        introduces = (("convention", convention), ("instalment", f"I-{year}-1"))
        stream, scope = f"convention/{convention}", (convention,)
        yield self._event("convention.signed.v1", stream, day, data, *introduces, scope=scope)
        yield from self._decision(f"D-{year}-money", day, "money", ceiling_cents=granted)
        for lieu, cents in amounts.items():
            allocation = f"A-{year}-{lieu}"
            data = {
                "convention_id": convention,
                "allocation_id": allocation,
                "line": f"line-{lieu}",
                "lieu_id": lieu,
                "amount_cents": cents,
                "decision_id": f"D-{year}-money",
            }
            yield self._event(
                "funds.allocated.v1", stream, day, data, ("allocation", allocation), scope=scope
            )
        data = {
            "convention_id": convention,
            "instalment_id": f"I-{year}-1",
            "instalment_kind": "advance",
            "amount_cents": received,
        }
        yield self._event("instalment.received.v1", stream, day, data, scope=scope)

    def _decision(self, id: str, day: date, domain: str, **fields: Any) -> Iterator[NewEvent]:
        stream = f"decision/{id}"
        proposal = {
            "decision_id": id,
            "revision": 1,
            "text": f"What was agreed on {day:%d %B}: a shared way of doing things, and who looks after it.",
            "domain": domain,
            "proposer_id": self._random.choice(PEOPLE),
            **fields,
        }
        yield self._event("proposal.made.v1", stream, day, proposal, ("decision", id))
        opened = {"decision_id": id, "method": "consent", "quorum_seats": 7, "electorate": list(LIEUX)}
        yield self._event("decision.opened.v1", stream, day, opened)
        adopted = {
            "decision_id": id,
            "revision": 1,
            "effective_on": day.isoformat(),
            "represented": self._random.sample(LIEUX, 9),
        }
        yield self._event("decision.adopted.v1", stream, day, adopted)

    def _month(self, month: date, year: str) -> Iterator[NewEvent]:
        """One month; the last event of its hours may be corrected the day after."""
        number = f"{month:%Y-%m}"
        yield from self._meeting(number, month)
        for index in range(self._events_per_month // 100):
            day = month + timedelta(days=index % 28)
            yield from self._decision(f"D-{number}-{index}", day, "commons") if index % 4 == 0 else ()
            yield from self._tasks(number, index, day)
            yield from self._hours(number, index, day)
            yield from self._expenses(number, year, index, day)

    def _meeting(self, number: str, month: date) -> Iterator[NewEvent]:
        day, meeting = month + timedelta(days=4), f"M-{number}"
        host = LIEUX[(month.year * 12 + month.month) % len(LIEUX)]
        data = {
            "meeting_id": meeting,
            "meeting_kind": "breakfast",
            "host_lieu_id": host,
            "facilitator_id": PEOPLE[month.month],
            "present": self._random.sample(PEOPLE, 20),
            "represented": self._random.sample(LIEUX, 9),
        }
        yield self._event("meeting.held.v1", f"meeting/{meeting}", day, data, ("meeting", meeting))
        turn = {"rotation_id": "breakfasts", "lieu_id": host, "meeting_id": meeting}
        yield self._event("turn.taken.v1", "consortium", day, turn)

    def _tasks(self, number: str, index: int, day: date) -> Iterator[NewEvent]:
        for place in range(5):
            task = f"T-{number}-{index}-{place}"
            stream, person = f"task/{task}", self._random.choice(PEOPLE)
            opened = {
                "task_id": task,
                "title": f"Task {place} of the day",
                "purpose": ACTIVITIES[place],
                "estimate_minutes": 120,
                "due_on": (day + timedelta(days=20)).isoformat(),
                "decision_id": f"D-{number}-{index - index % 4}",
            }
            yield self._event("task.opened.v1", stream, day, opened, ("task", task))
            given = {"task_id": task, "person_id": person, "lieu_id": self._random.choice(LIEUX)}
            yield self._event("task.assigned.v1", stream, day, given)
            if place:
                closed = {"task_id": task, "outcome": "completed"}
                yield self._event("task.closed.v1", stream, day + timedelta(days=9), closed)

    def _hours(self, number: str, index: int, day: date) -> Iterator[NewEvent]:
        for _ in range(50):  # one person carries more than half of it, so that flags have work to do
            person = PEOPLE[0] if self._random.random() < 0.55 else self._random.choice(PEOPLE)
            data = {
                "subject_id": person,
                "month": number,
                "person_id": person,
                "lieu_id": LIEUX[int(person[2:], 16) % len(LIEUX)],
                "activity": self._random.choice(ACTIVITIES),
                "minutes": 30 * self._random.randint(1, 12),
                "basis": "volunteer",
            }
            stream = f"time/{person}/{number}"
            yield self._event("time.logged.v1", stream, day, data)
        if index % 10 == 0:
            corrected = {
                "corrected_stream": stream,
                "corrected_seq": self._seq,
                "how": "replace",
                "reason_code": "mistake",
                "group_id": f"K-{self._seq}",
                "replacement": {**data, "minutes": 45},
            }
            yield self._event("event.corrected.v1", stream, day, corrected)

    def _expenses(self, number: str, year: str, index: int, day: date) -> Iterator[NewEvent]:
        scope = (f"C-{year}",)
        for place in range(11):
            expense, lieu = f"E-{number}-{index}-{place}", self._random.choice(LIEUX)
            files = [sha256(f"{expense}/{kind}".encode()).hexdigest() for kind in ("invoice", "payment")]
            if index % 5 == place == 3:  # now and then, the proof of payment is missing
                files.pop()
            kinds = ("invoice", "proof_of_payment")[: len(files)]
            for digest in files:
                attached = {
                    "sha256": digest,
                    "media_type": "application/pdf",
                    "size_bytes": 20_000,
                    "evidence_kind": "invoice",
                    "convention_id": scope[0],
                }
                yield self._event("evidence.attached.v1", f"evidence/{digest}", day, attached, scope=scope)
            data = {
                "expense_id": expense,
                "amount_cents": self._random.randint(1_000, 90_000),
                "label": f"Supplies {place}",
                "convention_id": scope[0],
                "allocation_id": f"A-{year}-{lieu}",
                "line": f"line-{lieu}",
                "lieu_id": lieu,
                "decision_id": f"D-{year}-money",
                "account": "60",
                "evidence": [
                    {"sha256": digest, "evidence_kind": kind}
                    for digest, kind in zip(files, kinds, strict=True)
                ],
            }
            if index == place == 7:  # now and then, money that nobody decided to spend
                del data["decision_id"]
            stream = f"expense/{expense}"
            yield self._event("expense.recorded.v1", stream, day, data, ("expense", expense), scope=scope)


def write(
    folder: Path, events: int, seed: int = 1, *, exact: bool = True, events_per_month: int = 4_000
) -> Log:
    """A log of that many events in a folder; one that is there already is used as it is.

    Args:
        exact: refuse a log to which more was added since.
        events_per_month: how busy the consortium is.

    Raises:
        ValueError: the log that is there has another size.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = Log.create(folder / "log.db", "ledger-benchmark")
    size = log.head().size
    if size not in (0, events) and (exact or size < events):
        raise ValueError(f"{folder} holds {size} events, not {events}")
    wanted = islice(Generator(seed, events_per_month).events(), events if size == 0 else 0)
    while batch := list(islice(wanted, BATCH)):
        with log.writing() as writer:
            writer.append(
                batch, commands=[str(orjson.loads(event.state)["command"]["id"]) for event in batch]
            )
    return log


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), int(sys.argv[2])).head())
