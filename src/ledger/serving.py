"""`ledger serve`: Datasette over `views/members.db`, on this machine unless told otherwise.

Owns the process that listens: which database is opened, who may look, which port. On the loopback
interface whoever reaches the port may look, and a request for another host name is turned away (a
page elsewhere could otherwise point its own name here). On any other interface the printed address
carries a secret made at each start. No page opens `log.db` or `vault.db`; a demonstration is served
from the cut of its day, which is made anew (`Surface.renew`) when something was recorded.
"""

from __future__ import annotations

import asyncio
import errno
import secrets
import socket
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger.data import locate
from ledger.kernel.errors import LedgerError, StorageFailure, UsageError
from ledger.language.catalogue import N_

if TYPE_CHECKING:
    from datasette.app import Datasette

HOST = "127.0.0.1"
PORT = 8001
HIGHEST_PORT = 65_535
DATABASE = "members"
GRACE = 15
"""Seconds for which a cut that was replaced stays open, for whoever still reads it."""


class PortTaken(LedgerError):
    """Something already listens there."""

    exit_code = 6


@dataclass(frozen=True)
class Surface:
    """What to serve and to whom.

    Args:
        members: the read model, `views/members.db`; for a demo, the cut of its day.
        language: the one asked for, else the ledger's own; a reader's choice goes before it.
        as_of: ISO day at which the pages of a demo stand; None is today.
        host: interface to listen on.
        port: 0 lets the system choose.
        renew: makes the cut anew when something was recorded; None when `members` follows by itself.
    """

    members: Path
    language: str | None = None
    as_of: str | None = None
    host: str = HOST
    port: int = PORT
    renew: Callable[[], Path] | None = None

    @property
    def loopback(self) -> bool:
        """Only this machine can connect."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def serve(surface: Surface, say: Callable[[str], None] = print) -> None:
    """Listen until interrupted.

    Args:
        surface: what to serve.
        say: told the address, once the port is ours.

    Raises:
        PortTaken: the port is in use.
        UsageError: the host is not of this machine, or the port is not allowed.
        StorageFailure: the read model is not there.
    """
    import uvicorn

    listening = listen(surface)
    token = None if surface.loopback else secrets.token_urlsafe(24)
    with listening:
        application = build(surface, token)
        say(address(surface, listening.getsockname()[1], token))
        config = uvicorn.Config(
            _renewed(application, surface.renew),
            log_level="warning",
            access_log=False,
            lifespan="on",
            timeout_graceful_shutdown=3,
            server_header=False,
        )
        server = uvicorn.Server(config)
        try:
            server.run(sockets=[listening])
        except KeyboardInterrupt:  # uvicorn closes first, then hands the signal on
            return


def listen(surface: Surface) -> socket.socket:
    """A socket bound to the surface's host and port, before anything slow is loaded."""
    if not isinstance(surface.port, int) or not 0 <= surface.port <= HIGHEST_PORT:
        raise UsageError(
            N_("{port} is not a port: these go from 0 to {highest}."),
            "ledger serve --port 8001",
            port=str(surface.port),
            highest=str(HIGHEST_PORT),
        )
    family = socket.AF_INET6 if ":" in surface.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((surface.host, surface.port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise _refusal(surface, error) from error
    return listening


def _refusal(surface: Surface, error: OSError) -> LedgerError:
    if error.errno == errno.EADDRINUSE:
        return PortTaken(
            N_("port {port} of {host} is in use already"),
            N_("stop what listens there, or choose another: ledger serve --port {other}"),
            host=surface.host,
            port=str(surface.port),
            other=str(surface.port + 1),
        )
    return UsageError(
        N_("cannot listen on {host}, port {port}: {reason}"),
        "ledger serve --host 127.0.0.1 --port 8001",
        host=surface.host,
        port=str(surface.port),
        reason=error,
    )


def address(surface: Surface, port: int, token: str | None) -> str:
    """The address to open, with the secret when one is needed."""
    host = f"[{surface.host}]" if ":" in surface.host else surface.host
    return f"http://{host}:{port}/" + (f"?token={token}" if token else "")


def build(surface: Surface, token: str | None = None) -> Datasette:
    """Datasette over the read model, with this project's pages, templates and rules.

    Args:
        surface: what to serve.
        token: secret that a reader must have brought once; None lets everybody in.

    Raises:
        StorageFailure: the read model is not there.
    """
    from datasette.app import Datasette

    if not surface.members.is_file():
        raise StorageFailure(
            N_("the read model {path} is not there"), "ledger rebuild", path=str(surface.members)
        )
    folder = locate("datasette")
    datasette = Datasette(  # type: ignore[no-untyped-call]
        [str(surface.members)],
        config=configuration(folder, surface, token),
        metadata=_descriptions(),
        plugins_dir=str(folder / "plugins"),
        template_dir=str(folder / "templates"),
        static_mounts=[("static", str(folder / "static"))],
        secret=secrets.token_hex(32),
        default_deny=True,
    )
    _open(datasette, surface.members)
    return datasette


def _open(datasette: Datasette, path: Path) -> None:
    """Let the pages read that file: a cut has a name of its own, and another file when it is made anew."""
    from datasette.database import Database

    database = Database(datasette, path=str(path))  # type: ignore[no-untyped-call]
    database.name = database.route = DATABASE
    datasette.databases = OrderedDict({DATABASE: database})


def _renewed(datasette: Datasette, renew: Callable[[], Path] | None) -> Any:
    """The application; over a cut, each request first finds the cut of what is recorded by then."""
    application = datasette.app()  # type: ignore[no-untyped-call]
    if renew is None:
        return application
    turn = asyncio.Lock()
    opened = Path(datasette.databases[DATABASE].path).stat()

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        nonlocal opened
        if scope["type"] == "http":
            async with turn:
                path = await asyncio.to_thread(renew)
                found = path.stat()
                if (found.st_dev, found.st_ino) != (opened.st_dev, opened.st_ino):
                    before = datasette.databases[DATABASE]
                    _open(datasette, path)
                    opened = found
                    asyncio.get_running_loop().call_later(GRACE, before.close)
        await application(scope, receive, send)

    return answer


def configuration(folder: Path, surface: Surface, token: str | None) -> dict[str, Any]:
    """`datasette.yaml`, with who may look: everybody on this machine, or who holds the secret."""
    import yaml

    config: dict[str, Any] = yaml.safe_load((folder / "datasette.yaml").read_text(encoding="utf-8"))
    who = {"id": "member"} if token else True
    config["allow"] = who
    config["databases"][DATABASE] |= {"allow": who, "allow_sql": who}
    config["plugins"] = {
        "ledger": {
            "language": surface.language,
            "as_of": surface.as_of,
            "hosts": ["127.0.0.1", "localhost", "[::1]"] if surface.loopback else None,
            "secret_token": token,
        }
    }
    return config


def _descriptions() -> dict[str, Any]:
    """What each table and column holds, as the concepts describe them."""
    from ledger.readmodel.schema import descriptions

    tables = {
        name: {"description": columns[""], "columns": {key: text for key, text in columns.items() if key}}
        for name, columns in descriptions().items()
    }
    return {"databases": {DATABASE: {"tables": tables}}}
