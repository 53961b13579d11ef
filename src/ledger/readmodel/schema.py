"""The tables of `members.db`: gathered from the concepts, with those of the read model itself.

What is here describes; `creation.py` makes the file, which is disposable.
"""

from __future__ import annotations

from functools import cache

from ledger.balance.flags.engine import TABLES as FLAG_TABLES
from ledger.consortium import projection as consortium
from ledger.decisions import projection as decisions
from ledger.funds import projection as funds
from ledger.kernel.tables import Column, Handler, Table
from ledger.language.catalogue import N_
from ledger.meetings import projection as meetings
from ledger.readmodel.rows import Shape
from ledger.readmodel.views import VIEWS
from ledger.record import projection as record
from ledger.reviews import projection as reviews
from ledger.tasks import projection as tasks

SEQ = Column("integer", N_("Number of the event that last wrote the row."), "events")

CONCEPTS = (consortium, meetings, decisions, tasks, funds, reviews, record)

HANDLERS: dict[str, Handler] = {
    topic: handler for concept in CONCEPTS for topic, handler in concept.HANDLERS.items()
}


def _text(about: str, references: str | None = None) -> Column:
    return Column("text", about, references)


def _integer(about: str, references: str | None = None) -> Column:
    return Column("integer", about, references)


EVENT_TABLES: dict[str, Table] = {
    "events": Table(
        about=N_("Every event, as recorded: what all other tables are computed from."),
        columns={
            "seq": _integer(N_("Number of the event, from 1 without a gap.")),
            "stream": _text(N_("What one rule sums: a decision, a convention, a month of hours…")),
            "version": _integer(N_("Place in the stream, from 1.")),
            "kind": _text(N_("Kind of event.")),
            "occurred_on": _text(N_("The day of the fact, the last one when it covers a period.")),
            "occurred_from": _text(N_("First day of the period; empty for one day.")),
            "recorded_at": _text(N_("When it was recorded, in universal time.")),
            "recorded_by": _text(N_("Who recorded it."), "people"),
            "acting_as": _text(N_("Under which mandate of theirs, when that was said."), "roles"),
            "command_file": _text(N_("The file it was read from.")),
            "command_position": _text(N_("The act's place in that file.")),
            "corrected_by": _integer(N_("Number of the event that corrected it, if any."), "events"),
            "data": _text(N_("What the event says, as JSON.")),
        },
        key=("seq",),
        indexes=(("stream",),),
        personal=frozenset(
            {"stream", "recorded_by", "acting_as", "command_file", "command_position", "data"}
        ),
        audiences=frozenset({"members", "funder"}),
    ),
    "event_conventions": Table(
        about=N_("The conventions that an event touches."),
        columns={
            "seq": _integer(N_("Number of the event."), "events"),
            "convention_id": _text(N_("The convention."), "conventions"),
        },
        key=("seq", "convention_id"),
        indexes=(("convention_id",),),
        audiences=frozenset({"members", "funder"}),
    ),
}
"""What the projector writes of every event, whatever its kind; the log's own order, nothing folded."""

OWN_TABLES: dict[str, Table] = EVENT_TABLES | FLAG_TABLES
"""What no handler writes."""


@cache
def tables() -> dict[str, Table]:
    """Every table that handlers write, by name. Rows also carry `seq`.

    Raises:
        ValueError: two concepts claim one name.
    """
    found: dict[str, Table] = {}
    for owner in (concept.TABLES for concept in CONCEPTS):
        if twice := found.keys() & owner.keys():
            raise ValueError(f"tables of two rooms: {sorted(twice)}")
        found |= owner
    return found


def all_columns() -> dict[str, dict[str, Column]]:
    """Every column of every table as it is in the file, `seq` included."""
    folded = {name: {**table.columns, "seq": SEQ} for name, table in tables().items()}
    return {name: dict(table.columns) for name, table in OWN_TABLES.items()} | folded


def descriptions() -> dict[str, dict[str, str]]:
    """What tables and views mean: by name, then by column; "" is the table itself. Message ids."""
    about = {name: each.about for name, each in (OWN_TABLES | tables() | VIEWS).items()}
    columns = all_columns() | {name: dict(view.columns) for name, view in VIEWS.items()}
    return {
        name: {"": about[name], **{column: what.about for column, what in columns[name].items()}}
        for name in about
    }


@cache
def shapes() -> dict[str, Shape]:
    """Keys and statements of `tables()`."""
    return {name: Shape(name, table) for name, table in tables().items()}
