"""`serve`: the consortium's pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import click

from ledger.cli.shared import Count, Session, say, session_of
from ledger.language.catalogue import N_, _


@click.command()
@click.option("--host", default=None, metavar="HOST", help=N_("The interface to listen on."))
@click.option(
    "--port", type=Count(0, "--port 8001"), default=None, metavar="PORT", help=N_("The port to listen on.")
)
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Open the consortium's pages in a browser: balance, funding, decisions, every table.

    Only this machine can read them, unless another interface is given. Ends with Ctrl-C.

    Example: ledger serve --port 8001
    """
    run(session_of(ctx), host, port)


def run(session: Session, host: str | None = None, port: int | None = None) -> None:
    """Serve the ledger at hand until interrupted."""
    from ledger.serving import HOST, PORT, Surface
    from ledger.serving import serve as listen

    folder = session.folder
    with session.ledger() as ledger:
        ledger.projector().catch_up()
    settings = folder.settings.get("serve", {})
    stated = folder.settings.get("demo", {}).get("as_of")
    renew = _cut(session, date.fromisoformat(stated)) if stated else None
    surface = Surface(
        renew() if renew else folder.members,
        language=session.language,
        as_of=stated,
        renew=renew,
        host=host or settings.get("host", HOST),
        port=PORT
        if port is None and "port" not in settings
        else port
        if port is not None
        else settings["port"],
    )
    listen(surface, lambda url: say(_("Serving on {url} — Ctrl-C to stop.").format(url=url)))


def _cut(session: Session, as_of: date) -> Callable[[], Path]:
    """What finds the tables at the day of a demo, as the commands do: made anew once something was recorded."""
    written: tuple[tuple[int, int], ...] = ()
    found = session.folder.members

    def cut() -> Path:
        nonlocal written, found
        now = tuple(_state(path) for path in (session.folder.log, session.folder.vault))
        if now != written or not found.exists():  # only the last cuts are kept
            with session.ledger(read_only=True) as ledger:
                found = ledger.cut(as_of, None)
            written = now
        return found

    return cut


def _state(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size
