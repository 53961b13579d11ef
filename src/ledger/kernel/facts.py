"""What a decision may know besides its own stream: values handed in by the service, never fetched."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from ledger.kernel.errors import Refused
from ledger.kernel.values import Sealed


class Roster(Protocol):
    """Who is who in the consortium, as other concepts may ask it. Implemented by its state."""

    founded: bool
    consortium_kind: str
    """`operational` (holds grants and decides) or `advisory` (opinions only)."""

    def active_lieux(self, on: date) -> tuple[str, ...]:
        """Ids of the lieux that are members on that day, in the order they joined."""

    def is_active_person(self, person_id: str, on: date) -> bool: ...

    def engagement_of(self, person_id: str, on: date) -> str | None:
        """On what footing somebody acts on that day: `employee`, `volunteer`, `civic_service`…"""

    def lieu_of(self, person_id: str, on: date) -> str | None:
        """The lieu a person is attached to on that day; None for a shared function."""

    def holders(self, role: str, on: date) -> tuple[str, ...]:
        """Ids of the persons, lieux or organisations that hold a role (`carrier`, `coordinator`…)."""

    def is_party(self, party_id: str) -> bool: ...

    def rule(self, name: str, on: date) -> Any:
        """The value of an adopted rule in force on that day, or the product's default."""


class MintedPerson(NamedTuple):
    """What the vault prepared for a new person: the opaque id that the log will carry, and the card."""

    person_id: str
    identity: Sealed


class Head(NamedTuple):
    """Where the log stood before this unit of work: its number of events and its Merkle root."""

    size: int = 0
    root: bytes = b""


def _no_ids(noun: str) -> str:
    raise LookupError(f"no id prepared for {noun}")


class Facts(NamedTuple):
    """Everything from outside that `decide` may look at.

    Attributes:
        today: the day of recording (demo ledgers inject it).
        actor: opaque id of the author, None before anybody is registered.
        roster: the consortium's state at this point of the unit of work.
        states: state of each stream that the command's `reads()` names; a stream that does not
            exist yet has its concept's initial state.
        nouns: noun of each id that the command mentions (`{"bus": "decision"}`), None when unknown.
        new_id: the next free id for a noun (`role` gives `R-2024-003`), unique in this unit of work.
        minted_person: opaque id and vault card prepared for `register-person`.
        head: what was recorded before.
    """

    today: date
    actor: str | None
    roster: Roster
    states: Mapping[str, Any] = MappingProxyType({})
    nouns: Mapping[str, str | None] = MappingProxyType({})
    new_id: Callable[[str], str] = _no_ids
    minted_person: MintedPerson | None = None
    head: Head = Head()

    def require_founded(self) -> None:
        """Nothing happens in a ledger before its consortium is founded.

        Raises:
            Refused: ORDER.
        """
        if not self.roster.founded:
            raise Refused("ORDER", "Nothing can be recorded before the consortium is founded.", "ledger init")
