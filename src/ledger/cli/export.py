"""`export`: what other programs read: a calendar, a feed of what was published."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ledger.cli.meant import Group
from ledger.cli.shared import say, session_of
from ledger.kernel.errors import StorageFailure
from ledger.language.catalogue import N_, _, language

_TO = click.option("--to", type=click.Path(path_type=Path), metavar="FILE", help=N_("Write to a file."))


@click.group(cls=Group)
def export() -> None:
    """Export for other programs: a calendar, a feed.

    Example: ledger export ics --to agenda.ics
    """


@export.command("ics")
@_TO
@click.pass_context
def ics(ctx: click.Context, to: Path | None) -> None:
    """Print the agenda that calendars subscribe to: meetings, turns, deadlines. No person is named.

    Example: ledger export ics --to agenda.ics
    """
    from ledger.exchange.ics import calendar
    from ledger.service.agenda import agenda, name_of

    with session_of(ctx).view() as view:
        _deliver(calendar(name_of(view.db), language(), agenda(view.db, view.as_of)), to)


@export.command("feed")
@_TO
@click.pass_context
def feed(ctx: click.Context, to: Path | None) -> None:
    """Print the feed (Atom) of the decisions and opinions that were published.

    Example: ledger export feed --to published.xml
    """
    from ledger.exchange import atom
    from ledger.exchange.words import slug
    from ledger.service.agenda import name_of, published

    with session_of(ctx).view() as view:
        name = name_of(view.db)
        _deliver(atom.feed(f"urn:ledger:{slug(name)}", name, language(), published(view.db)), to)


def _deliver(text: str, to: Path | None) -> None:
    """To the terminal, or to a file as it is: no line ending is translated."""
    if to is None:
        sys.stdout.buffer.write(text.encode())
        return
    try:
        to.write_bytes(text.encode())
    except OSError as error:
        raise StorageFailure(
            N_("“{file}” cannot be written: {reason}."), file=str(to), reason=error
        ) from None
    say(_("Written to {file}.").format(file=to))
