"""What other programs subscribe to: `/agenda.ics` for calendars, `/published.xml` for readers of feeds.

No person is named in either; who may read them is decided as for any page.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import copy_context
from datetime import date

from datasette import Response, hookimpl
from datasette.resources import DatabaseResource

from ledger.exchange import atom, ics
from ledger.exchange.words import slug
from ledger.language.catalogue import language
from ledger.service.agenda import agenda, name_of, published

DATABASE = "members"
ROUTES: list[tuple[str, Callable[..., Awaitable[Response]]]] = []


def feed(pattern: str, media_type: str, write: Callable[..., str]) -> None:
    """Declare a feed: where it is, what it is, and what writes it from a connection and a day."""

    async def view(datasette, request) -> Response:
        await datasette.ensure_permission(
            action="view-database", resource=DatabaseResource(database=DATABASE), actor=request.actor
        )
        stated = (datasette.plugin_config("ledger") or {}).get("as_of")
        on = date.fromisoformat(stated) if stated else date.today()  # noqa: DTZ011 - the reader's own day
        context = copy_context()  # the language of this request, in the thread that reads
        text = await datasette.get_database(DATABASE).execute_fn(
            lambda connection: context.run(write, connection, on)
        )
        return Response(
            text, content_type=f"{media_type}; charset=utf-8", headers={"cache-control": "no-cache"}
        )

    ROUTES.append((pattern, view))


def _agenda(connection, on: date) -> str:
    return ics.calendar(name_of(connection), language(), agenda(connection, on))


def _published(connection, _on: date) -> str:
    name = name_of(connection)
    return atom.feed(f"urn:ledger:{slug(name)}", name, language(), published(connection))


feed(r"^/agenda\.ics$", "text/calendar", _agenda)
feed(r"^/published\.xml$", "application/atom+xml", _published)


@hookimpl
def register_routes():
    return ROUTES
