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

    with session_of(ctx).ledger(read_only=True, pinned=False) as ledger:
        report = check(ledger)
    if as_json:
        print_json(report.as_dict())
    else:
        say(_verdict(report))
        if report.withheld:
            say(_("Names and private texts were not looked at."))
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
@json_option
@click.pass_context
def rebuild(ctx: click.Context, as_json: bool) -> None:
    """Make the tables anew from the events. Nothing recorded is touched.

    Readers keep the old tables until the new ones are ready.

    Example: ledger rebuild
    """
    with session_of(ctx).ledger(read_only=True) as ledger:
        ledger.projector().rebuild()
        size = ledger.log.head().size
    if as_json:
        print_json({"events": size})
        return
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
@json_option
@click.pass_context
def correct(ctx: click.Context, /, event: str, *, dry_run: bool, as_json: bool, **said: Any) -> None:
    """Correct EVENT, given by its number in `ledger log`. The event itself stays readable for ever.

    Example: ledger correct 128 --reverse --reason "counted twice"

    Example: ledger correct 128 --set amount="1 250 €" --reason "misread"
    """
    from ledger.service.correcting import correction

    session = session_of(ctx)
    with session.ledger() as ledger:
        outcome = ledger.correct(
            correction(event, **said),
            author=session.author,
            dry_run=dry_run,
        )
        if as_json:
            print_json(outcome.events)
        else:
            tell_outcome(outcome, ledger.names())


@click.command()
@click.option(
    "--accept-log",
    is_flag=True,
    help=N_("Take this log for the ledger's own, when the newer one is lost for good."),
)
@click.option(
    "--reason", default="", metavar="TEXT", help=N_("With --accept-log: why; kept on this machine.")
)
@json_option
@click.pass_context
def doctor(ctx: click.Context, accept_log: bool, reason: str, as_json: bool) -> None:
    """Look over the ledger's folder: files, rights, vault, tables; say what needs care.

    Example: ledger doctor

    Example: ledger doctor --accept-log --reason "the computer was stolen"
    """
    from ledger.service import doctor as service

    folder = session_of(ctx).folder
    if accept_log:
        _tell_accepted(service.accept_log(folder, reason), as_json)
        return
    findings = service.examine(folder)
    if as_json:
        print_json({"well": not findings, "findings": findings})
        return
    for finding in findings:
        say(wrapped(finding, "  ", ""))
    if not findings:
        say(_("All is well."))


def _tell_accepted(accepted: Any, as_json: bool) -> None:
    """What took the place of what, and what is lost."""
    seen, head, note, lost = accepted
    if as_json:
        print_json({"events": head.size, "seen": seen.size, "note": note, "lost": lost})
        return
    told = _("The log of {size} events is accepted in the place of the one of {seen} that was seen here.")
    say(wrapped(told.format(size=head.size, seen=seen.size)))
    if seen.size > head.size:
        say(wrapped(_("Events {first} to {last} are lost.").format(first=head.size + 1, last=seen.size)))
    else:
        say(wrapped(_("What the other one held and this one does not is lost.")))
    _tell_lost(lost)
    say(wrapped(_("{note} keeps the head that was seen, and your reason.").format(note=note)))
    say(
        wrapped(
            _(
                "If the other log may still turn up, copy vault.db now: the next `ledger doctor` removes texts "
                "that no event names."
            )
        )
    )


def _tell_lost(lost: list[dict[str, Any]]) -> None:
    from ledger.language import formats
    from ledger.service.telling import sentences

    if lost:
        say(_("The tables still tell them; record again what happened:"))
    for event, (seq, sentence) in zip(lost, sentences(lost, str), strict=True):
        say(wrapped(f"{formats.day(event['occurred_on'])} · {sentence}", "       ", f"{seq:>5}  "))
