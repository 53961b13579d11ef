"""What a consortium may still decide at its end: rules of its life that every concept obeys.

Before any agreement everything is possible, by the rules by default. Facts are recorded at every stage.
"""

from __future__ import annotations

from datetime import date

from ledger.consortium.state import State
from ledger.kernel.errors import Refused
from ledger.kernel.messages import Command
from ledger.language.catalogue import N_

BEGINS = frozenset({"sign-convention", "file-application", "sign-accompaniment"})
"""What a consortium that is being dissolved does not begin any more."""

DECIDES = BEGINS | {
    "convene-meeting",
    "make-proposal",
    "raise-objection",
    "settle-objection",
    "open-decision",
    "cast-ballot",
    "adopt-decision",
    "reject-decision",
    "issue-opinion",
    "open-task",
    "allocate-funds",
    "reallocate-funds",
    "commit-funds",
    "set-indicator",
}
"""What nobody is there to do any more once it is dissolved."""


def check(command: Command, consortium: State, today: date) -> None:
    """Whether the consortium still does such a thing on the day that the command speaks of.

    Raises:
        Refused: ORDER.
    """
    if command.ACT not in DECIDES:
        return
    stage = consortium.stage(command.on or today)
    if stage == "dissolved":
        raise Refused(
            "ORDER",
            N_("The consortium is dissolved: it decides nothing more."),
            N_("facts can still be recorded: expenses, time, receipts"),
        )
    if stage == "dissolving" and command.ACT in BEGINS:
        raise Refused(
            "ORDER",
            N_("The consortium is being dissolved since {day}: nothing new begins."),
            N_("settle what is open: reports, payments, conventions; then dissolve-consortium"),
            day=consortium.dissolving_on,
        )
