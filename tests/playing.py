"""A ledger in memory: commands are decided one after the other, and nothing is stored.

The fixtures of the rooms of governance, which their `conftest.py` take up.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ledger.kernel.errors import LedgerError
from ledger.kernel.facts import Facts, MintedPerson
from ledger.kernel.marks import fields
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import Sealed
from ledger.service.streams import evolve, initial


class Play:
    """Commands decided one after the other over the states that earlier ones left.

    Attributes:
        today: the day of recording, and of every command that names none.
        actor: who records.
        events: what happened, in order.
        days: the day of each of them.
    """

    def __init__(self) -> None:
        self.today = date(2024, 1, 15)
        self.actor: str | None = None
        self.events: list[Event] = []
        self.days: list[date] = []
        self.states: dict[str, Any] = {}
        self._numbers: Counter[str] = Counter()

    def state(self, stream: str) -> Any:
        """The state of a stream now."""
        if stream not in self.states:
            self.states[stream] = initial(stream)
        return self.states[stream]

    @property
    def roster(self) -> Any:
        """The consortium's state now."""
        return self.state("consortium")

    def new_id(self, noun: str) -> str:
        """`role-1`, `role-2`…"""
        self._numbers[noun] += 1
        return f"{noun}-{self._numbers[noun]}"

    def __call__(self, command: Command) -> list[Event]:
        """Decide, evolve, and return the new events."""
        command = self._completed(command)
        decide = sys.modules[type(command).__module__].decide
        events: list[Event] = decide(command, self.facts(command))
        last = (command.covers() or (None, command.on))[1]
        for event in events:
            stream = event.stream()
            self.states[stream] = evolve(stream, self.state(stream), event, last)
        self.events += events
        self.days += [last] * len(events)
        return events

    def replayed(self, count: int) -> dict[str, Any]:
        """The state of each stream after the first `count` events, told again from nothing."""
        states: dict[str, Any] = {}
        for event, day in list(zip(self.events, self.days, strict=True))[:count]:
            stream = event.stream()
            states[stream] = evolve(stream, states.get(stream, initial(stream)), event, day)
        return states

    def refused(self, rule: str, command: Command) -> LedgerError:
        """The refusal of a command that breaks a rule; fails when it is accepted."""
        with pytest.raises(LedgerError) as caught:
            self(command)
        assert getattr(caught.value, "rule", type(caught.value).__name__) == rule
        assert "{" not in str(caught.value), "a field of the message was not filled"
        return caught.value

    def facts(self, command: Command) -> Facts:
        """What the service would hand in."""
        streams = ("consortium", *(s for read in command.reads() for s in self._named(read)))
        handle = getattr(command, "id", None) or "somebody"
        return Facts(
            today=self.today,
            actor=self.actor,
            roster=self.roster,
            states={stream: self.state(stream) for stream in streams},
            new_id=self.new_id,
            minted_person=MintedPerson(f"P-{handle}", sealed(handle)),
        )

    def _named(self, read: str) -> list[str]:
        """The streams that a name stands for: `contract/*` is every contract."""
        family, _, which = read.partition("/")
        return [s for s in self.states if s.startswith(f"{family}/")] if which == "*" else [read]

    def _completed(self, command: Command) -> Command:
        """The day and the id that the service fills."""
        changes: dict[str, Any] = {} if command.on else {"on": self.today}
        for item in fields(type(command)):
            mark = item.mark
            if mark and mark.new and mark.what == "ref" and getattr(command, item.name) is None:
                changes[item.name] = self.new_id(mark.noun)
        return command.model_copy(update=changes)


def sealed(text: str) -> Sealed:
    """A text as the vault would seal it."""
    return Sealed(ref=f"v-{text}", sha256="0" * 64)


@pytest.fixture
def play() -> Play:
    """An empty ledger in memory."""
    return Play()


def _arles(play: Play) -> Play:
    from ledger.consortium.model import FoundConsortium, RegisterLieu, RegisterOrganisation, RegisterPerson

    play(FoundConsortium(name="Les 6 lieux"))
    for lieu, handle, siret in (
        ("fabrique", "fab", "90000000100017"),
        ("verrerie", "ver", "90000001900019"),
        ("pop", "pop", None),
    ):
        play(RegisterOrganisation(id=f"{lieu}-asso", name=lieu.title(), siret=siret))
        play(RegisterLieu(id=lieu, name=lieu.title(), organisation=f"{lieu}-asso", member=True))
        play(RegisterPerson(id=handle, lieu=lieu, referent=True))
    play(RegisterPerson(id="coord", engagement="employee"))
    left = {"from_": date(2023, 1, 9), "until": date(2023, 8, 31)}
    play(RegisterPerson(id="gone", engagement="civic_service", **left))
    return play


@pytest.fixture
def arles(play: Play) -> Play:
    """Three lieux, their people `P-ver`, `P-pop`, `P-fab`, a coordinator, and a volunteer who left."""
    return _arles(play)


@pytest.fixture(scope="session")
def new_arles() -> Callable[[], Play]:
    """Makes ledgers like `arles`, for tests that need many."""
    return lambda: _arles(Play())
