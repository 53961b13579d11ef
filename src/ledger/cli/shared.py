"""What several commands share: the ledger at hand, options, how things are printed."""

from __future__ import annotations

import json as jsonlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ledger.folder import Folder, find
from ledger.kernel.errors import LedgerError, StorageFailure, UsageError
from ledger.language.catalogue import N_, _, ngettext, render

if TYPE_CHECKING:
    from ledger.service.ledger import Ledger, Outcome

WIDTH = 80
F = TypeVar("F", bound=Callable[..., Any])


class Session:
    """The ledger that a command works on, found when first needed."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._said_withheld = False

    @cached_property
    def folder(self) -> Folder:
        return find(self._options.get("ledger"))

    @property
    def author(self) -> str | None:
        """Who records: `--as`, else `LEDGER_AS`, else `[me]` of this machine."""
        return self._options.get("author") or os.environ.get("LEDGER_AS") or self.folder.me

    @property
    def language(self) -> str | None:
        """The language asked for: `--lang`, else the ledger's."""
        return self._options.get("lang") or self.folder.language

    @contextmanager
    def ledger(self, *, read_only: bool = False, pinned: bool = True) -> Iterator[Ledger]:
        """The open ledger; see `Ledger.open`. What is read without names is said to be so, once."""
        from ledger.service.ledger import Ledger

        opened = Ledger.open(self.folder, read_only=read_only, pinned=pinned)
        with opened as ledger, said_if_recorded(ledger):
            ledger.acting_as = self._options.get("acting_as")
            self._say_withheld(ledger.vault.withheld)
            yield ledger

    def _say_withheld(self, why: LedgerError | None) -> None:
        if why and not self._said_withheld:
            self._said_withheld = True
            click.echo(told(why), err=True)

    @contextmanager
    def view(self, as_of: date | None = None, known_at: date | None = None) -> Iterator[View]:
        """The read model at a cut; without dates, as it stands now (a demo's own date in a demo)."""
        stated = self.folder.settings.get("demo", {}).get("as_of")
        as_of = as_of or (date.fromisoformat(stated) if stated else None)
        with self.ledger(read_only=True) as ledger, ExitStack() as kept:
            path = self._tables(kept, ledger, as_of, known_at)
            try:
                connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            except sqlite3.OperationalError as error:
                raise StorageFailure(
                    N_("The tables cannot be read ({reason})."), "ledger rebuild", reason=error
                ) from error
            kept.callback(connection.close)
            connection.row_factory = sqlite3.Row
            yield View(connection, as_of or date.today(), known_at, self.folder)  # noqa: DTZ011

    def _tables(self, kept: ExitStack, ledger: Ledger, as_of: date | None, known_at: date | None) -> Path:
        """Tables up to date; old ones that cannot be are read as they are, and it is said."""
        try:
            return kept.enter_context(ledger.tables(as_of, known_at))
        except LedgerError as error:
            if as_of or known_at or not self.folder.members.exists():
                raise
            click.echo(told(error), err=True)
            click.echo(_("These figures are of older tables."), err=True)
            return self.folder.members


class Stopped(LedgerError):
    """Somebody stopped the command when something was recorded already."""

    exit_code = 130


@contextmanager
def said_if_recorded(ledger: Ledger) -> Iterator[None]:
    """Whatever keeps a command from telling what it recorded, nobody is left to believe that it did not.

    Raises:
        StorageFailure: what was recorded cannot be told.
        Stopped: by the keyboard, after the commit point.
    """
    see = "ledger log --last {count}"
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if not ledger.recorded:
            raise
        told = N_("Recorded, but it cannot be shown: {reason}.")
        raise StorageFailure(told, see, count=ledger.recorded, reason=error) from error
    except KeyboardInterrupt as error:
        if not ledger.recorded:
            raise
        raise Stopped(N_("Stopped after something was recorded."), see, count=ledger.recorded) from error


class View:
    """The read model, open at a cut."""

    def __init__(self, db: sqlite3.Connection, as_of: date, known_at: date | None, folder: Folder) -> None:
        self.db = db
        self.as_of = as_of
        self.known_at = known_at
        self.folder = folder

    @cached_property
    def names(self) -> Callable[[str], str]:
        """What things are called, for sentences."""
        from ledger.readmodel.names import Names

        return Names(self.db)


pass_session = click.make_pass_decorator(Session, ensure=False)


def session_of(ctx: click.Context) -> Session:
    """The session of a running command."""
    root = ctx.find_root()
    if not isinstance(root.obj, Session):
        root.obj = Session(root.obj or {})
    return root.obj


class Day(click.ParamType[date]):
    """A day as a person writes it."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        found = value if isinstance(value, date) else _read_day(value)
        if not 1990 <= found.year <= 2100:
            raise UsageError(N_("“{day}” is outside the years of this ledger."), "2024-12-31", day=str(value))
        return found


def _read_day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        from ledger.exchange.words import day
        from ledger.kernel.errors import Place

        return day(value, Place(_("command line"), 0))


class Count(click.ParamType[int]):
    """A whole number, of at least so many.

    Args:
        least: the smallest that makes sense.
        example: what to type.
    """

    name = "count"

    def __init__(self, least: int, example: str) -> None:
        self._least = least
        self._example = example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        said = str(value).strip()
        if not said.isascii() or not said.isdigit() or int(said) < self._least:
            raise UsageError(
                N_("“{value}” is not a whole number of at least {least}."),
                self._example,
                value=said,
                least=self._least,
            )
        return int(said)


def json_option(function: F) -> F:
    """`--json`: data instead of text."""
    return click.option("--json", "as_json", is_flag=True, help=N_("Print data, for programs."))(function)


def cut_options(function: F) -> F:
    """`--as-of` and `--known-at`: what had happened by a day, as far as it was recorded by another."""
    function = click.option(
        "--known-at", type=Day(), metavar="DATE", help=N_("Only what was recorded by then.")
    )(function)
    return click.option("--as-of", type=Day(), metavar="DATE", help=N_("Only what had happened by then."))(
        function
    )


def print_json(data: Any) -> None:
    """Data on one screen, keys in the order in which they were made."""
    click.echo(jsonlib.dumps(data, ensure_ascii=False, indent=2, default=str))


def say(text: str = "") -> None:
    """Print with ordinary spaces, so that what is read can be searched for and copied."""
    from ledger.language.formats import plain

    click.echo(plain(text))


def told(error: LedgerError) -> str:
    """A mistake and what to try, in lines of at most 80 columns."""
    lines = render(error).splitlines()
    return "\n".join(wrapped(line.lstrip(), "    ", "  " if line.startswith(" ") else "") for line in lines)


def table(headers: Sequence[str], rows: Iterable[Sequence[Any]], right: Iterable[int] = ()) -> str:
    """A plain table of at most 80 columns; the widest text columns give way.

    Args:
        right: indexes of the columns aligned to the right.
    """
    cells = [list(map(str, row)) for row in rows]
    widths = [max(len(r[i]) for r in [list(headers), *cells]) for i in range(len(headers))]
    numeric = set(right)
    flexible = [i for i in range(len(widths)) if i not in numeric]
    for _spare in range(sum(widths) + 2 * (len(widths) - 1) - WIDTH):
        widest = max(flexible, key=lambda i: widths[i])
        widths[widest] = max(8, widths[widest] - 1)
    lines = [_line(headers, widths, numeric), _line(["─" * w for w in widths], widths, numeric)]
    return "\n".join([*lines, *(_line(row, widths, numeric) for row in cells)])


def _line(cells: Sequence[str], widths: Sequence[int], right: set[int]) -> str:
    out = []
    for index, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        out.append(cut(cell, width).rjust(width) if index in right else cut(cell, width).ljust(width))
    return "  ".join(out).rstrip()


def cut(text: str, width: int) -> str:
    """The text, or as much of it as there is room for."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def wrapped(text: str, indent: str = "", first: str | None = None) -> str:
    """A paragraph of at most 80 columns."""
    import textwrap

    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )


def tell_outcome(outcome: Outcome, names: Callable[[str], str], *, quiet_end: bool = False) -> None:
    """Print what was recorded, as sentences with their number.

    Args:
        quiet_end: the caller says itself that nothing was recorded.
    """
    from ledger.service.telling import sentences

    def named(id: str) -> str:
        return outcome.staged.get(id) or names(id)

    for seq, sentence in sentences(outcome.events, named):
        say(wrapped(sentence, indent="      ", first=f"{seq:>4}  "))
    if any(event["data"].get("guests") for event in outcome.events):
        say(
            wrapped(
                _("Guests are bodies: their names stay in the log for ever. No person's name goes there.")
            )
        )
    tell_amended(outcome, named)
    for problem in outcome.warnings:
        click.echo(told(problem), err=True)
    if quiet_end:
        return
    tell_flags(outcome, names)
    if outcome.dry_run:
        say(_("Nothing was recorded: this was a trial."))


def tell_amended(outcome: Outcome, names: Callable[[str], str]) -> None:
    """Print what new rules give to each voice, beside what the rules before gave."""
    if outcome.amended is None:
        return
    from ledger.balance.power import power
    from ledger.cli.balance import tell_power
    from ledger.language import formats

    before, after, on = outcome.amended
    found, earlier = power(after, on), power(before, on)
    if found is None or found == earlier:
        return
    say("\n" + _("What the rules give to each voice on {day}").format(day=formats.day(on)))
    tell_power(found, names, earlier)
    say()


MOST_FLAGS = 5
"""How many flags are told after recording: the rest is in `ledger flags`."""


def tell_flags(outcome: Outcome, names: Callable[[str], str]) -> None:
    """Print which flags the recording raised, cleared or changed, or would have in a trial; alerts first."""
    if outcome.flags is None or not any(outcome.flags):
        return
    from ledger.balance.flags.catalogue import CATALOGUE
    from ledger.language import terms

    def named(id: str) -> str:
        return outcome.staged.get(id) or names(id)

    if outcome.dry_run:
        raised = _("A flag would be raised, {level}: {sentence} ({code})")
        moved = _("A flag would go from {before} to {level}: {sentence} ({code})")
        cleared = _("A flag would be cleared: {sentence} ({code})")
    else:
        raised = _("A flag is raised, {level}: {sentence} ({code})")
        moved = _("A flag goes from {before} to {level}: {sentence} ({code})")
        cleared = _("A flag is cleared: {sentence} ({code})")
    found = [(raised, "", row) for row in outcome.flags.raised]
    found += [(moved, before["level"], row) for before, row in outcome.flags.moved]
    found.sort(key=lambda each: ("alert", "watch", "info").index(each[2]["level"]))
    found += [(cleared, "", row) for row in outcome.flags.cleared]
    for template, before, row in found[:MOST_FLAGS]:
        words = {
            "before": terms.label(before) if before else "",
            "level": terms.label(row["level"]),
            "sentence": CATALOGUE[row["code"]].sentence(row, named),
            "code": row["code"],
        }
        say(wrapped(template.format(**words), "  ", ""))
    if (more := len(found) - MOST_FLAGS) > 0:
        say(ngettext("And {count} other flag.", "And {count} other flags.", more).format(count=more))


__all__ = [
    "Count",
    "Day",
    "LedgerError",
    "Path",
    "Session",
    "UsageError",
    "View",
    "cut",
    "cut_options",
    "json_option",
    "print_json",
    "say",
    "session_of",
    "table",
    "tell_amended",
    "tell_flags",
    "tell_outcome",
    "told",
    "wrapped",
]
