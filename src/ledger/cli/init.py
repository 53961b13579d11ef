"""`init`: the first command of a consortium."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from ledger.cli.shared import Day, said_if_recorded, say, tell_outcome
from ledger.language.catalogue import N_, _, language


@click.command()
@click.argument("directory", type=click.Path(path_type=Path), default=Path(), metavar="[DIR]")
@click.option("--name", metavar="NAME", help=N_("What the consortium is called."))
@click.option(
    "--kind",
    type=click.Choice(["operational", "advisory"]),
    default="operational",
    show_default=True,
    help=N_("Whether it holds grants and decides, or gives opinions."),
)
@click.option("--territory", metavar="TEXT", help=N_("Where it acts."))
@click.option("--me", metavar="HANDLE", help=N_("Your short handle: who sits at this machine."))
@click.option("--my-name", metavar="NAME", help=N_("Your name; kept in the vault only."))
@click.option("--on", type=Day(), metavar="DAY", help=N_("The day it was founded; today by default."))
def init(
    directory: Path,
    name: str | None,
    kind: str,
    territory: str | None,
    me: str | None,
    my_name: str | None,
    on: date | None,
) -> None:
    """Found a consortium's ledger in DIR.

    No agreement is needed yet: rules can come later.

    Example: ledger init les-6-lieux --name "Les 6 lieux" --me coord
    """
    from ledger.consortium.founding import FoundConsortium
    from ledger.consortium.parties import RegisterPerson
    from ledger.exchange import words
    from ledger.kernel.errors import Place
    from ledger.service.founding import found

    name = words.text(name or click.prompt(_("What is the consortium called?")), Place("--name", 0))
    handle = me or click.prompt(_("Your short handle, such as “coord” or “ver”"))
    founding = FoundConsortium(on=on, name=name, kind="advisory" if kind == "advisory" else "operational")
    if territory:
        founding = founding.model_copy(update={"territory": words.text(territory, Place("--territory", 0))})
    first = RegisterPerson(on=on, id=words.identifier(handle, Place("--me", 0)), name=my_name)
    ledger, outcome = found(directory, language(), founding, first)
    with ledger, said_if_recorded(ledger):
        tell_outcome(outcome, ledger.names())
        say(_("The ledger is in {path}.").format(path=directory))
        say("  " + _("Next: {command}").format(command="ledger lieu register --help"))
