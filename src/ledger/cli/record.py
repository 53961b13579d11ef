"""`record`, `template`, `schema`: members' files, from the empty template to the recorded meeting."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from ledger.cli.meant import Group
from ledger.cli.shared import print_json, say, session_of, tell_flags, tell_outcome, wrapped
from ledger.language.catalogue import N_, _, ngettext, render


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--dry-run", is_flag=True, help=N_("Say what would be recorded, and record nothing."))
@click.option(
    "--correct", metavar="REASON", help=N_("Record what changed in the file since, as corrections, and why.")
)
@click.pass_context
def record(ctx: click.Context, files: tuple[Path, ...], dry_run: bool, correct: str | None) -> None:
    """Record members' FILES: minutes of a meeting, or lists of acts.

    All acts of a file are recorded, or none. A file recorded before does nothing; edited since, its new
    acts are recorded and its changes are shown.

    Example: ledger record 2024-03-05.yaml --dry-run
    """
    session = session_of(ctx)
    if len(files) > 1:
        _require_readable(files)
    with session.ledger() as ledger:
        for file in files:
            done = ledger.record_file(file, author=session.author, dry_run=dry_run, correct=correct)
            if len(files) > 1:
                say(f"{file.name}:")
            _tell(ledger, done)


def _require_readable(files: tuple[Path, ...]) -> None:
    """Nothing of the first file is recorded when the last one is not there, or is no member's file."""
    from ledger.exchange import documents

    for file in files:
        documents.read(file)


def _tell(ledger: Any, done: Any) -> None:
    from ledger.exchange.summary import summary

    outcome, edits = done.outcome, done.edits
    if not outcome.events and not edits.changed and not edits.removed:
        say(_("Nothing new: this file was recorded already, and says the same."))
        return
    tell_outcome(outcome, ledger.names(), quiet_end=True)
    _tell_corrected(ledger, outcome)
    if outcome.events:
        on = date.fromisoformat(outcome.events[-1]["occurred_on"])
        members = len(ledger.roster().active_lieux(on))
        head = _("Would record: {summary}.") if outcome.dry_run else _("Recorded: {summary}.")
        say(wrapped(head.format(summary=summary(outcome.events, members))))
    if edits.unchanged:
        say(
            ngettext(
                "{count} act of this file was recorded before and is left as it is.",
                "{count} acts of this file were recorded before and are left as they are.",
                edits.unchanged,
            ).format(count=edits.unchanged)
        )
    tell_flags(outcome, ledger.names())
    if not done.corrected:
        _tell_edits(ledger, edits)
    if outcome.dry_run:
        say(_("Nothing was recorded: this was a trial."))


def _tell_corrected(ledger: Any, outcome: Any) -> None:
    """What each correction changed: the fact as it counted before, and as it counts now."""
    from ledger.language.sentences import Teller
    from ledger.service.telling import corrected, templates

    names = ledger.names()
    teller = Teller(templates(), lambda known: outcome.staged.get(known) or names(known))
    for seq, before, now in corrected(ledger.log, outcome.events):
        was = teller.tell(before) if before else _("did not count")
        becomes = teller.tell(now) if now else _("no longer counts")
        for text in (
            _("Event {seq} before: {sentence}").format(seq=seq, sentence=was),
            _("Event {seq} now: {sentence}").format(seq=seq, sentence=becomes),
        ):
            say(wrapped(text, indent="        ", first="      "))


def _tell_edits(ledger: Any, edits: Any) -> None:
    """What changed in the file and was not recorded: it takes a reason to correct."""
    from ledger.exchange.edits import written
    from ledger.service.files import called

    words = called(ledger.vault)
    for act in edits.changed:
        said = written(act.position, words)
        say(f"{act.place}: " + _("changed since it was recorded: {act}").format(act=said))
    for position in edits.removed:
        say(_("no longer in the file: {act}").format(act=written(position, words)))
    if edits.changed or edits.removed:
        hint = _('record them as corrections: ledger record FILE --correct "why"')
        say("  " + _("Try: {hint}").format(hint=hint))


@click.group(cls=Group)
def template() -> None:
    """Print a file to fill in, prefilled from the ledger.

    Example: ledger template minutes > minutes.yaml
    """


@template.command("minutes")
@click.option("--rotation", metavar="ID", help=N_("The rotation that says who hosts."))
@click.pass_context
def template_minutes(ctx: click.Context, rotation: str | None) -> None:
    """Print minutes for the next meeting: who is who, who hosts, which tasks are open.

    Example: ledger template minutes > 2024-03-05.yaml
    """
    from ledger.exchange.template import minutes
    from ledger.service.prefill import prefill

    with session_of(ctx).view() as view:
        click.echo(minutes(prefill(view.db, view.as_of, rotation)), nl=False)


@template.command("act")
@click.argument("name", required=False)
def template_act(name: str | None) -> None:
    """Print the skeleton of one act, by its NAME; without one, list them all.

    Example: ledger template act record-expense
    """
    from ledger.exchange import keys
    from ledger.exchange.template import act
    from ledger.language.catalogue import language

    if name:
        click.echo(act(name), nl=False)
        return
    for english, french in keys.ACTS.items():
        say(french if language() == "fr" else english)


@template.command("agreement")
@click.argument("form", required=False)
def template_agreement(form: str | None) -> None:
    """Print an agreement to fill in, by its FORM; without one, list them all.

    Example: ledger template agreement horizontal > agreement.yaml
    """
    from ledger.exchange.agreements import agreement, forms

    if form:
        click.echo(agreement(form), nl=False)
        return
    for name in forms():
        say(name)


@click.command()
@click.argument("shape", type=click.Choice(["acts", "minutes"]), default="acts")
def schema(shape: str) -> None:
    """Print the JSON Schema of members' files, for an editor that completes and checks.

    Example: ledger schema minutes > minutes.schema.json
    """
    from ledger.exchange import schema as schemas

    print_json(schemas.minutes() if shape == "minutes" else schemas.acts())


__all__ = ["record", "render", "schema", "template"]
