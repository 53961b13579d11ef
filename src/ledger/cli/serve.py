"""`serve`: the consortium's pages."""

from __future__ import annotations

import click

from ledger.cli.shared import Session, say, session_of
from ledger.language.catalogue import N_, _


@click.command()
@click.option("--host", default=None, metavar="HOST", help=N_("The interface to listen on."))
@click.option("--port", type=int, default=None, metavar="PORT", help=N_("The port to listen on."))
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
    surface = Surface(
        folder.members,
        language=folder.language,
        as_of=folder.settings.get("demo", {}).get("as_of"),
        host=host or settings.get("host", HOST),
        port=PORT
        if port is None and "port" not in settings
        else port
        if port is not None
        else settings["port"],
    )
    listen(surface, lambda url: say(_("Serving on {url} — Ctrl-C to stop.").format(url=url)))
