"""`demo`: a scenario played before one's eyes, then told: balance, flags, trail, verification."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ledger.cli.shared import Count, Session, say, told
from ledger.language.catalogue import N_, _, language


@click.command()
@click.argument("name", required=False)
@click.option("--into", type=click.Path(path_type=Path), metavar="DIR", help=N_("Where to play it."))
@click.option("--no-serve", is_flag=True, help=N_("Stop before opening the pages."))
@click.option(
    "--port", type=Count(0, "--port 8001"), default=None, metavar="PORT", help=N_("The port to listen on.")
)
@click.pass_context
def demo(ctx: click.Context, name: str | None, into: Path | None, no_serve: bool, port: int | None) -> None:
    """Play the scenario NAME into a folder, show what it tells, and open its pages.

    Without a name, lists the scenarios. A demonstration that is there already is played anew.

    Example: ledger demo arles --no-serve
    """
    from ledger.demo import play, scenarios

    if name is None:
        for each in scenarios():
            say(each)
        return
    into = into or Path("demo") / Path(name).name
    with _progress() as progress:
        played = play(name, into, language=language(), replace=True, progress=progress.step)
    say(
        _("{files} files played into {path}: {events} events.").format(
            files=played.files, path=into, events=played.events
        )
    )
    _report(ctx, into)
    _show_refusals(name, into)
    if not no_serve:
        from ledger.cli.serve import run

        run(Session({"ledger": str(into)}), port=port)


class _progress:  # noqa: N801 - reads as a statement
    """A progress bar over the files of a scenario."""

    def __enter__(self) -> Any:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._bar = Progress(
            TextColumn("{task.description:<40}"),
            BarColumn(20),
            MofNCompleteColumn(),
            console=Console(stderr=True),
        )
        self._task = self._bar.add_task("", total=None)
        return self

    def step(self, file: str, number: int, total: int) -> None:
        """Says which file is being played."""
        self._bar.start()
        self._bar.update(self._task, description=file[:40], completed=number, total=total)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def _show_refusals(name: str, into: Path) -> None:
    """Tries the acts that the rules must refuse, and shows what they say."""
    from ledger.demo import refusals
    from ledger.folder import read

    refused = refusals(name, read(into))
    if refused:
        _title(_("Refused by the rules"))
    for file, error in refused:
        if error.place:
            error.place = error.place._replace(file=file.name)
        say(told(error))


def _title(text: str) -> None:
    say("\n" + click.style(f"── {text} " + "─" * (76 - len(text)), bold=True))


def _report(ctx: click.Context, into: Path) -> None:
    """What the played ledger tells, by the very commands that tell it."""
    from ledger.cli.balance import balance
    from ledger.cli.reports import flags, trail
    from ledger.cli.trust import verify

    session = Session({"ledger": str(into)})
    ctx.find_root().obj = session
    with session.view() as view:
        conventions = [id for (id,) in view.db.execute("SELECT id FROM conventions ORDER BY seq")]
    steps: list[tuple[str, click.Command, dict[str, Any]]] = [
        (_("Balance"), balance, {}),
        (_("Flags"), flags, {}),
        *((_("Financing trail"), trail, {"convention": id}) for id in conventions),
        (_("Verification"), verify, {}),
    ]
    for title, command, options in steps:
        _title(title)
        ctx.invoke(command, **options)
