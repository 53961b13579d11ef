"""`verify`, `correct`, `rebuild`, `doctor`: what makes the record trustworthy, and keeps it so."""

from __future__ import annotations

from typing import Any

import click

from ledger.cli.shared import json_option, print_json, say, session_of, tell_outcome, wrapped
from ledger.language.catalogue import N_, _, ngettext


@click.command()
@json_option
@click.pass_context
def verify(ctx: click.Context, as_json: bool) -> int:
    """Check every event, the tree over them and the files of evidence.

    Says in one sentence whether what is stored is what was recorded.

    Example: ledger verify
    """
    from ledger.service.verifying import verify as check

    with session_of(ctx).ledger(read_only=True) as ledger:
        report = check(ledger)
    if as_json:
        print_json(report.as_dict())
    else:
        say(_verdict(report))
    return 1 if report.problems else 0


def _verdict(report: Any) -> str:
    if not report.problems:
        return (
            ngettext(
                "Intact: {count} event, unchanged since it was recorded; unsigned.",
                "Intact: {count} events, unchanged since they were recorded; unsigned.",
                report.events,
            ).format(count=report.events)
            + "\n"
            + _("Root {root}").format(root=report.root)
        )
    lines = [
        ngettext(
            "ALTERED: {count} problem found.", "ALTERED: {count} problems found.", len(report.problems)
        ).format(count=len(report.problems))
    ]
    return "\n".join([*lines, *(wrapped(problem, "    ", "  ") for problem in report.sentences())])


@click.command()
@click.pass_context
def rebuild(ctx: click.Context) -> None:
    """Make the tables anew from the events. Nothing recorded is touched.

    Readers keep the old tables until the new ones are ready.

    Example: ledger rebuild
    """
    with session_of(ctx).ledger() as ledger:
        ledger.projector().rebuild()
        size = ledger.log.head().size
    say(
        ngettext(
            "Tables made anew from {count} event.", "Tables made anew from {count} events.", size
        ).format(count=size)
    )


@click.command()
@click.argument("event", metavar="EVENT", type=str)
@click.option("--reverse", is_flag=True, help=N_("It did not happen: it no longer counts."))
@click.option("--set", "changes", multiple=True, metavar="KEY=VALUE", help=N_("What it should have said."))
@click.option("--reason", required=True, help=N_("Why, in your own words; kept in the vault."))
@click.option(
    "--because",
    type=click.Choice(["mistake", "duplicate", "late_information", "dispute", "other"]),
    default="mistake",
    show_default=True,
    help=N_("What kind of correction it is."),
)
@click.option("--dry-run", is_flag=True, help=N_("Say what would be recorded, and record nothing."))
@click.pass_context
def correct(
    ctx: click.Context,
    event: str,
    reverse: bool,
    changes: tuple[str, ...],
    reason: str,
    because: str,
    dry_run: bool,
) -> None:
    """Correct EVENT, given by its number in `ledger log`. The event itself stays readable for ever.

    Example: ledger correct 128 --reverse --reason "counted twice"

    Example: ledger correct 128 --set amount="1 250 €" --reason "misread"
    """
    from ledger.service.correcting import correction

    session = session_of(ctx)
    with session.ledger() as ledger:
        outcome = ledger.correct(
            correction(event, reverse=reverse, changes=changes, reason=reason, because=because),
            author=session.author,
            dry_run=dry_run,
        )
        tell_outcome(outcome, ledger.names())


@click.command()
@click.pass_context
def doctor(ctx: click.Context) -> int:
    """Look over the ledger's folder: files, rights, vault, tables; say what needs care.

    Example: ledger doctor
    """
    from ledger.service.doctor import examine

    with session_of(ctx).ledger() as ledger:
        findings = examine(ledger)
    for finding in findings:
        say(wrapped(finding, "  ", ""))
    if not findings:
        say(_("All is well."))
    return 0
