"""A command on its way in, and an event on its way out: what a unit of work handles."""

from __future__ import annotations

import os
from datetime import date
from typing import NamedTuple

from ledger.kernel.errors import Place
from ledger.kernel.messages import Command, CommandRef, Event


class Request(NamedTuple):
    """A command, and where it comes from.

    Args:
        ref: its unique id, and its file and position when it was read from one.
        place: where to point when it is refused.
        author: handle or opaque id of who records it; may be registered by an earlier act.
        acting_as: under which mandate of theirs, by its role or its id; None when nobody says.
    """

    command: Command | None
    ref: CommandRef
    place: Place | None = None
    author: str | None = None
    acting_as: str | None = None


def alone(command: Command | None, author: str | None) -> Request:
    """A command that comes from no file, under an id of its own."""
    return Request(command, CommandRef(id=os.urandom(8).hex()), author=author)


class Draft(NamedTuple):
    """An event accepted in this unit and not yet appended."""

    event: Event
    occurred_from: date | None
    occurred_on: date
    request: Request
    acting_as: str | None = None
    """Id of the mandate."""
