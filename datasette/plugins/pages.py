"""The surface's own pages: home, balance, funding, and the history of one thing.

Each view is declared once, with `page`: the declaration is also its permission check, so that no
page of ours can be reached by whom Datasette would refuse the data behind it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import copy_context
from secrets import token_hex
from typing import Any
from weakref import WeakKeyDictionary

from datasette import NotFound, Response, hookimpl
from datasette.resources import DatabaseResource
from datasette.utils import tilde_decode

from ledger.language.catalogue import language
from ledger.pages import balance, documents, funding, history, home, relay, shell
from ledger.pages.asking import Asked
from ledger.pages.kept import Kept

DATABASE = "members"
KEPT: WeakKeyDictionary[Any, Kept] = WeakKeyDictionary()
NONCE = token_hex(16)
"""Stands in a page that is kept where each reader's own nonce goes."""

ROUTES: list[tuple[str, Callable[..., Awaitable[Response]]]] = []


def page(
    pattern: str, template: str, read: Callable[[Any, Asked], dict[str, Any] | None], *, dated: bool = False
) -> None:
    """Declare a page: where it is, its template, and the function that reads its data.

    Args:
        pattern: regular expression of the path; its groups reach `read` in `Asked.parts`.
        template: file under `templates/`; it is rendered in the thread that reads, off the event loop.
        read: from a connection and what was asked to the template's values; None is not found.
        dated: it can speak of an earlier day, `?as_of=`.
    """

    async def view(datasette, request) -> Response:
        await datasette.ensure_permission(
            action="view-database", resource=DatabaseResource(database=DATABASE), actor=request.actor
        )
        layout = datasette.get_jinja_environment(request).direct.get_template(template)
        asked = _asked(datasette, request, dated)

        def render(connection) -> str | None:
            values = read(connection, asked)
            if values is None:
                return None
            around = {
                "request": request,
                "csp_nonce": NONCE,
                "consortium": shell.consortium(connection),
                "other_language": shell.other_language(request.query_string),
                "day": asked.last_day(),
                "unheard": asked.unheard(),
            }
            return layout.render(around | values)

        question = (request.path, request.query_string, language(), asked.as_of)
        kept = KEPT.setdefault(datasette, Kept())
        context = copy_context()  # the language of this request, in the thread that reads and renders
        html = await datasette.get_database(DATABASE).execute_fn(
            lambda connection: kept.page(connection, question, lambda: context.run(render, connection))
        )
        if html is None:
            raise NotFound("")
        html = html.replace(NONCE, request.scope["csp_nonce"])
        return Response.html(html, headers={"cache-control": "private, no-cache"})

    ROUTES.append((pattern, view))


page(r"^/$", "home.html", home.read)
page(r"^/balance$", "balance.html", balance.read, dated=True)
page(r"^/relay$", "relay.html", relay.read)
page(r"^/funding$", "fundings.html", funding.read_all)
page(r"^/funding/(?P<id>[^/]+)$", "funding.html", funding.read)
page(r"^/funding/(?P<id>[^/]+)/report$", "document.html", documents.read_report)
page(r"^/funding/(?P<id>[^/]+)/plan$", "document.html", documents.read_plan)
page(r"^/funding/(?P<id>[^/]+)/calendar$", "document.html", documents.read_calendar)
page(r"^/funding/(?P<id>[^/]+)/indicators$", "document.html", documents.read_indicators)
page(r"^/funding/(?P<id>[^/]+)/(?P<stage>kick-off|mid-term|final)$", "document.html", documents.read_dossier)
page(r"^/calendar$", "document.html", documents.read_calendar)
page(r"^/indicators$", "document.html", documents.read_indicators)
page(r"^/calls$", "document.html", documents.read_calls)
page(r"^/calls/(?P<id>[^/]+)$", "document.html", documents.read_calls)
page(r"^/contracts$", "contracts.html", documents.read_contracts)
page(r"^/contracts/(?P<id>[^/]+)$", "document.html", documents.read_contract)
page(r"^/events/(?P<seq>\d{1,15})$", "event.html", history.read_event)
page(r"^/show/(?P<id>[^/]+)$", "show.html", history.read_thing)


@hookimpl
def register_routes():
    return ROUTES


def _asked(datasette, request, dated: bool) -> Asked:
    config = datasette.plugin_config("ledger") or {}
    parts = {name: tilde_decode(value) for name, value in request.url_vars.items()}
    arguments = {name: request.args.get(name) for name in request.args}
    return Asked(parts=parts, arguments=arguments, as_of=config.get("as_of"), dated=dated)
