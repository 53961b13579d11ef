"""Values that read well and cannot be meant: a fact of next year, a review before the adoption.

Not rules: a slip of the hand is asked about before anything is recorded.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from ledger.kernel.messages import Command
from ledger.language.catalogue import N_

_HAPPENED = frozenset(
    {
        "hold-meeting",
        "make-proposal",
        "raise-objection",
        "settle-objection",
        "cast-ballot",
        "adopt-decision",
        "reject-decision",
        "issue-opinion",
        "close-task",
        "log-time",
        "receive-instalment",
        "transfer-funds",
        "record-expense",
        "hold-review",
        "measure-indicator",
    }
)
"""Acts that tell what happened; the others may say what is to hold from a day on."""

_PAST = {"on": "on", "paid": "paid", "from_": "from", "until": "until"}
_LATER = ("review", "expires")
MEETING_MINUTES = 24 * 60


class Slip(NamedTuple):
    """A value that cannot be meant: its key, what is wrong, what to try."""

    key: str
    template: str
    hint: str
    params: dict[str, Any]


def future(day: date, key: str = "on") -> Slip:
    """A fact that is said to have happened on a day to come."""
    return Slip(key, N_("{day} is in the future."), N_("check the year"), {"day": day})


def slip(command: Command, latest: date) -> Slip | None:
    """The first value of an act that cannot be meant; None when there is none.

    Args:
        command: as read.
        latest: the last day on which something can have happened.
    """
    if command.ACT in _HAPPENED:
        for name, key in _PAST.items():
            day = getattr(command, name, None)
            if day and day > latest:
                return future(day, key)
    for name in _LATER:
        day = getattr(command, name, None)
        if day and command.on and day < command.on:
            return Slip(
                name, N_("{day} lies before {on}, the day of the decision."), N_("check the year"),
                {"day": day, "on": command.on},
            )  # fmt: skip
    return _of_meeting(command) if command.ACT == "hold-meeting" else None


def _of_meeting(command: Any) -> Slip | None:
    if (command.duration or 0) > MEETING_MINUTES:
        return Slip("duration", N_("No meeting lasts longer than a day."), N_("1h30, 90 min"), {})
    for key in ("facilitator", "minute_taker"):
        person = getattr(command, key)
        if person and command.present and person not in command.present:
            return Slip(
                key,
                N_("{person} had a part in the meeting, and is not among those present."),
                N_("add {person} to those present, or name somebody who was there"),
                {"person": person},
            )
    return None
