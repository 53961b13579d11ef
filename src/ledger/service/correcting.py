"""Turns what a member says of a mistake into a correction of the event behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ledger.exchange.options import from_words
from ledger.kernel.errors import UnknownId, UsageError
from ledger.language.catalogue import N_, language
from ledger.record.model import CorrectEvent, correctable
from ledger.service.files import UnitContext
from ledger.service.numbers import number
from ledger.service.unit import UnitOfWork

Corrections = Callable[[UnitOfWork], list[CorrectEvent]]


def correction(
    event: str, *, reverse: bool, changes: Sequence[str], reason: str, because: str
) -> Corrections:
    """A correction of one event, made inside the unit of work that records it.

    Args:
        event: its number in the log, with or without `#`.
        reverse: it did not happen.
        changes: `key=value` words, as in files (`amount=1 250 €`, `montant=1 250 €`).
        reason: why; kept in the vault.
        because: the reason's code.

    Raises:
        UsageError: nothing to change, or both at once, or a word that cannot be read.
    """
    seq = number(event)
    if seq is None:
        raise UsageError(
            N_("“{event}” is not the number of an event."),
            N_("see the numbers with: ledger log"),
            event=event,
        )
    if reverse == bool(changes):
        raise UsageError(
            N_("Say either that the event did not happen, or what it should have said."),
            'ledger correct {event} --reverse --reason "…", ledger correct {event} --set amount="1 250 €" --reason "…"',
            event=event,
        )

    def made(unit: UnitOfWork) -> list[CorrectEvent]:
        fields: dict[str, Any] = {}
        if changes:
            fields = _replacement(unit, seq, dict(_split(change) for change in changes))
        return [
            CorrectEvent(
                seq=seq,
                how="reverse" if reverse else "replace",
                reason=reason,
                reason_code=because,  # type: ignore[arg-type]
                **fields,
            )
        ]

    return made


def _split(change: str) -> tuple[str, str]:
    key, equals, value = change.partition("=")
    if not equals or not key.strip():
        raise UsageError(
            N_("“{change}” does not say what to change."), '--set amount="1 250 €"', change=change
        )
    return key.strip(), value.strip()


def _replacement(unit: UnitOfWork, seq: int, words: dict[str, str]) -> dict[str, Any]:
    """The event's data with these words read into it, and its day when that changes."""
    stored = unit.writer.event(seq)
    if stored is None:
        raise UnknownId(N_("There is no event {seq}."), N_("see the numbers with: ledger log"), seq=seq)
    target = correctable(seq, unit.history(stored.stream))
    current = target.current or target.first
    context = UnitContext(unit, language())
    on, data = from_words(type(current.event), words, current.event, context, Path.cwd())
    replacement = data.model_dump(mode="json", exclude_none=True)
    return {"replacement": replacement} | ({"occurred_on": on} if on else {})
