"""What tests about money are told with: a small consortium, a grant, and a short way to act.

Only the domain is here: no file, no service. A `Money` plays the commands that a user gives, keeps
the events that were accepted, and refuses as the ledger would.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from ledger.funds import state
from ledger.funds.events import EvidenceRef, ExpenseRecorded, PlanLine, PlannedInstalment
from ledger.funds.model import (
    AllocateFunds,
    CallInstalment,
    ReallocateFunds,
    ReceiveInstalment,
    RecordDedicatedFunds,
    RecordExpense,
    SignConvention,
)
from ledger.funds.room import used
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.readmodel import creation
from ledger.readmodel.rows import Fold
from ledger.readmodel.schema import HANDLERS, shapes

TODAY = date(2024, 3, 5)
LIEUX = ("fabrique", "verrerie", "archipel", "parade", "pop", "cuisine")

INVOICE = EvidenceRef(sha256="a" * 64, evidence_kind="invoice")
PAYMENT = EvidenceRef(sha256="b" * 64, evidence_kind="proof_of_payment")


@dataclass
class Consortium:
    """Six lieux around a carrier; `verrerie` may leave."""

    founded: bool = True
    consortium_kind: str = "operational"
    lieux: tuple[str, ...] = LIEUX
    people: tuple[str, ...] = ("P-1",)
    carriers: tuple[str, ...] = ("asso-fabrique",)
    rules: dict[str, Any] = field(default_factory=dict)

    def active_lieux(self, on: date) -> tuple[str, ...]:
        return self.lieux

    def is_active_person(self, person_id: str, on: date) -> bool:
        return person_id in self.people

    def lieu_of(self, person_id: str, on: date) -> str | None:
        return None

    def holders(self, role: str, on: date) -> tuple[str, ...]:
        return self.carriers if role == "carrier" else ()

    def is_party(self, party_id: str) -> bool:
        return party_id in (*LIEUX, *self.people, *self.carriers, "anct", "region")

    def rule(self, name: str, on: date) -> Any:
        return self.rules.get(name)


@dataclass(frozen=True)
class Decided:
    """A decision as money sees it."""

    status: str = "adopted"
    ceiling_cents: int | None = None
    effective_on: date | None = date(2024, 1, 15)
    expires_on: date | None = None
    voters: frozenset[str] = frozenset()


class Money:
    """The money of a consortium: `decisions` are those adopted, `events` what was recorded."""

    def __init__(self, consortium: Consortium | None = None, **decisions: Decided) -> None:
        self.consortium = consortium or Consortium()
        self.decisions = decisions
        self.states: dict[str, Any] = {}
        self.events: list[tuple[date, Event]] = []

    def do(self, command: Command) -> list[Event]:
        """Give a command, as the service does; what is refused leaves no trace."""
        command = command if command.on else command.model_copy(update={"on": TODAY})
        events = sys.modules[type(command).__module__].decide(command, self._facts(command))
        covered = command.covers()
        on = covered[1] if covered else command.on
        assert on is not None
        for event in events:
            stream = event.stream()
            self.states[stream] = state.evolve(self._state(stream), event, on)
            self.events.append((on, event))
        return events

    def envelopes(self) -> Iterator[dict[str, Any]]:
        """What was recorded, as the projector reads it."""
        for seq, (on, event) in enumerate(self.events, 1):
            yield {
                "seq": seq,
                "stream": event.stream(),
                "kind": event.TOPIC,
                "occurred_on": on.isoformat(),
                "recorded_at": f"{on.isoformat()}T09:00:00Z",
                "scope": list(event.scope()),
                "data": event.model_dump(mode="json", exclude_none=True),
            }

    def _facts(self, command: Command) -> Facts:
        states = {
            **{f"decision/{name.replace('_', '-')}": decided for name, decided in self.decisions.items()},
            **{name: self._state(name) for name in self._named(command.reads())},
        }
        return Facts(today=TODAY, actor=None, roster=self.consortium, states=states)

    def _named(self, streams: tuple[str, ...]) -> set[str]:
        found: set[str] = set()
        for stream in streams:
            family, _, which = stream.partition("/")
            if which[:1] in ("*", "@"):
                found |= {name for name in self.states if name.startswith(f"{family}/")}
            elif family != "decision":
                found.add(stream)
        return found

    def _state(self, stream: str) -> Any:
        return self.states.get(stream) or state.INITIAL[stream.partition("/")[0]]()

    def tables(self) -> sqlite3.Connection:
        """The read model of what was recorded, with the decisions and lieux that it speaks of."""
        connection = sqlite3.connect(":memory:")
        creation.create_tables(connection)
        fold = Fold(shapes(), lambda ref: f"text of {ref}")
        for name, decided in self.decisions.items():
            row = {"id": name.replace("_", "-"), "title": name, "status": decided.status}
            fold.put("decisions", {**row, "effective_on": str(decided.effective_on)})
        for lieu in LIEUX:
            fold.put("lieux", {"id": lieu, "name": lieu.title()})
        for envelope in self.envelopes():
            fold.apply(envelope, HANDLERS[envelope["kind"]])
        fold.flush(connection)
        creation.complete(connection)
        return connection

    # -- what users say -----------------------------------------------------------------------

    def sign(self, convention: str = "ANCT", euros: int = 150_000, **changes: Any) -> list[Event]:
        """Sign a convention of 2024–26 with a plan of three lines."""
        said: dict[str, Any] = {
            "id": convention,
            "title": "Fabrique de territoire",
            "funders": ("anct",),
            "amount_cents": euros * 100,
            "starts": date(2024, 1, 15),
            "ends": date(2026, 12, 31),
            "plan": (
                *(
                    PlanLine(line="lieux", label="Animation", amount_cents=600_000, lieu_id=lieu)
                    for lieu in LIEUX
                ),
                PlanLine(line="tour-bus", label="Tour bus", amount_cents=450_000),
                PlanLine(line="outils", label="Outils communs", amount_cents=381_200),
            ),
            "instalments": (
                PlannedInstalment(
                    instalment_id=f"{convention}-avance",
                    instalment_kind="advance",
                    year=2024,
                    amount_cents=4_000_000,
                ),
                PlannedInstalment(
                    instalment_id=f"{convention}-solde",
                    instalment_kind="balance",
                    year=2024,
                    amount_cents=1_000_000,
                ),
            ),
        }
        return self.do(SignConvention(**{**said, **changes}))

    def call(self, instalment: str, **said: Any) -> list[Event]:
        """Call an instalment of ANCT."""
        return self.do(CallInstalment(convention="ANCT", instalment=instalment, **said))

    def receive(self, instalment: str, euros: int, **said: Any) -> list[Event]:
        """Receive money for ANCT."""
        return self.do(
            ReceiveInstalment(convention="ANCT", instalment=instalment, amount_cents=euros * 100, **said)
        )

    def allocate(self, allocation: str, euros: int, **said: Any) -> list[Event]:
        """Allocate money, of ANCT unless said otherwise."""
        values = {"convention": "ANCT", "line": "lieux", "decision": "D", **said}
        return self.do(AllocateFunds(id=allocation, amount_cents=euros * 100, **values))

    def move(self, source: str, target: str, euros: int, **said: Any) -> list[Event]:
        """Move money between two allocations of ANCT."""
        return self.do(
            ReallocateFunds(
                convention="ANCT",
                from_allocation=source,
                to_allocation=target,
                amount_cents=euros * 100,
                **said,
            )
        )

    def spend(self, expense: str, euros: int, **said: Any) -> ExpenseRecorded:
        """Record a payment, on ANCT unless said otherwise."""
        values = {"convention": "ANCT", "label": "Achat", "evidence": (INVOICE, PAYMENT), **said}
        (event,) = self.do(RecordExpense(id=expense, amount_cents=euros * 100, **values))
        assert isinstance(event, ExpenseRecorded)
        return event

    def dedicate(self, year: int, euros: int, movement: str = "carried") -> list[Event]:
        """Record dedicated funds of ANCT."""
        return self.do(
            RecordDedicatedFunds(convention="ANCT", year=year, movement=movement, amount_cents=euros * 100)
        )

    def convention(self, name: str = "ANCT") -> Any:
        """The state of a convention."""
        return self.states[f"convention/{name}"]

    def used_cents(self, allocation: str, convention: str = "ANCT") -> int:
        """What of an allocation is spent or promised."""
        facts = Facts(today=TODAY, actor=None, roster=self.consortium, states=self.states)
        return used(self.convention(convention), allocation, facts).total_cents()


@pytest.fixture(scope="session")
def a_consortium() -> Callable[..., Money]:
    """Makes a consortium with decisions: `D=4500` is adopted with that ceiling in euros, `D=None` with
    none, `D={"status": "open"}` differs from an adopted decision by what it says."""

    def make(consortium: dict[str, Any] | None = None, **decisions: int | dict[str, Any] | None) -> Money:
        return Money(
            Consortium(**(consortium or {})),
            **{name: _decided(said) for name, said in decisions.items()},
        )

    return make


def _decided(said: int | dict[str, Any] | None) -> Decided:
    if isinstance(said, dict):
        return Decided(**{"ceiling_cents": 10_000_000, **said})
    return Decided(ceiling_cents=None if said is None else said * 100)
