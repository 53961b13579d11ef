"""The shell around every page: language, templates and their translation, errors.

Datasette speaks English only. Its own templates that remain in use are translated while they are
loaded (`ledger.pages.core_texts`); the others are ours and call `_()`. The same loader gives each
script and style that a template wrote, and never one that data wrote, the nonce of its request.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import Response, hookimpl
from datasette.plugins import pm
from datasette.resources import DatabaseResource
from datasette.utils import tilde_decode, tilde_encode
from datasette.utils.asgi import Base400, NotFound
from datasette.views.base import DatasetteError
from jinja2 import BaseLoader
from markupsafe import Markup, escape

from ledger.language.catalogue import LANGUAGES, N_, _, message, speaking
from ledger.pages import cells, labels, shell
from ledger.pages.asking import Asked, Misasked
from ledger.pages.core_texts import translatable
from ledger.pages.rendering import furnish

DATABASE = "members"
COOKIE = "ledger_lang"


@hookimpl
def asgi_wrapper(datasette):
    configured = (datasette.plugin_config("ledger") or {}).get("language")

    def wrap(app):
        async def speaking_app(scope, receive, send):
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            scope, asked = _take_language(scope)
            with speaking(asked or _kept(scope) or _known(configured) or _accepted(scope) or "en"):
                await app(scope, receive, _keeping(send, asked) if asked else send)

        return speaking_app

    return wrap


@hookimpl
def startup(datasette):
    """Datasette's own error handler prints local variables, people's names among them: it is retired."""
    if pm.has_plugin("datasette.handle_exception"):
        pm.unregister(name="datasette.handle_exception")


@hookimpl
def prepare_jinja2_environment(env, datasette):
    env.loader = Loader(env.loader)
    furnish(env)
    env.globals.update(
        menu=shell.MENU,
        about=shell.about,
        badge=cells.badge,
        filled=cells.filled,
        once=cache,
        cell=lambda value, name, table=None: (
            cells.shown(value, name, table, datasette.urls.path, tilde_encode) or value
        ),
        link=lambda thing: datasette.urls.path("/show/" + tilde_encode(thing)),
        key=lambda table, raw: cells.key(table, raw, tilde_decode(raw), datasette.urls.path),
    )
    env.globals["urls"] = datasette.urls
    env.globals["static"] = cache(datasette.static)  # which looks for the file on the disk at each call
    env.filters.update(
        thing=_thing(datasette.urls), tilde=tilde_encode, name_of=shell.name_of, readable=labels.english_table
    )
    # What awaits nothing is rendered without Jinja's asynchronous mode, at a third of the cost.
    direct = env.overlay(enable_async=False)
    env.extend(direct=direct)
    env.globals["directly"] = lambda template, **values: Markup(direct.get_template(template).render(values))


@hookimpl
def extra_template_vars(datasette, request):
    async def added():
        if request is None:
            return {}
        return {
            "csp_nonce": request.scope.get("csp_nonce", ""),
            "consortium": await _consortium(datasette, request),
            "other_language": shell.other_language(request.query_string),
            "day": Asked(as_of=(datasette.plugin_config("ledger") or {}).get("as_of")).last_day(),
        }

    return added


@hookimpl(tryfirst=True)
def handle_exception(datasette, request, exception):
    """An error as a page of this surface. What failed inside is for the terminal, not for the reader."""

    async def answer():
        status, said = (
            500,
            _(N_("Something went wrong here. The terminal that runs ledger serve says more.")),
        )
        if isinstance(exception, NotFound):
            status, said = 404, ""
        elif isinstance(exception, Misasked):
            status, said = 400, message(exception)
        elif isinstance(exception, Base400):
            status, said = exception.status, str(exception.args[0] if exception.args else "")
        elif isinstance(exception, DatasetteError):
            status, said = exception.status, exception.plain_message or str(exception.message)
        else:
            import traceback

            traceback.print_exception(exception)
        if request.path.partition("?")[0].endswith((".json", ".csv")):
            return Response.json({"ok": False, "error": said, "status": status}, status=status)
        context = {"status": status, "error": said, "title": _error_title(status)}
        return Response.html(
            await datasette.render_template("error.html", context, request=request), status=status
        )

    return answer


@hookimpl(tryfirst=True)
def forbidden(datasette, request, message):
    async def answer():
        context = {"status": 403, "error": _(N_("Open the full address that ledger serve printed."))}
        context["title"] = _error_title(403)
        return Response.html(
            await datasette.render_template("error.html", context, request=request), status=403
        )

    return answer


def _thing(urls):
    """The filter that makes an id a link to the history of its thing."""

    @lru_cache(10_000)  # pages name the same things again and again
    def thing(id: str, text: str | None = None, title: str | None = None) -> Markup:
        hint = f' title="{escape(title)}"' if title else ""
        return Markup(
            f'<a href="{escape(urls.path("/show/" + tilde_encode(id)))}"{hint}>{escape(text or id)}</a>'
        )

    return thing


class Loader(BaseLoader):
    """Datasette's loader, with core texts made translatable and a nonce on each script and style."""

    def __init__(self, inner: BaseLoader) -> None:
        self.inner = inner

    def get_source(self, environment, template):
        source, filename, uptodate = self.inner.get_source(environment, template)
        source = translatable(template.removeprefix("default:"), source)
        return re.sub(r"<(script|style)(?=[\s>])", r'<\1 nonce="{{ csp_nonce }}"', source), filename, uptodate

    def list_templates(self):
        return self.inner.list_templates()


def _error_title(status: int) -> str:
    titles = {403: N_("This page is not open to you"), 404: N_("There is nothing at this address")}
    return _(titles.get(status, N_("This page could not be shown")))


async def _consortium(datasette, request) -> dict[str, Any] | None:
    """Name and nature of the consortium, for who may see the database."""
    allowed = await datasette.allowed(
        action="view-database", resource=DatabaseResource(database=DATABASE), actor=request.actor
    )
    return await datasette.get_database(DATABASE).execute_fn(shell.consortium) if allowed else None


def _take_language(scope: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """The request without `lang`, which a table page would take for a column, and what it asked."""
    query = scope["query_string"].decode("latin-1")
    if "lang=" not in query:
        return scope, None
    pairs = parse_qsl(query, keep_blank_values=True)
    asked = next((value for key, value in pairs if key == "lang"), None)
    rest = urlencode([(key, value) for key, value in pairs if key != "lang"])
    return {**scope, "query_string": rest.encode("latin-1")}, _known(asked)


def _known(code: str | None) -> str | None:
    return code if code in LANGUAGES else None


def _header(scope: dict[str, Any], name: bytes) -> str:
    return next((value for key, value in scope["headers"] if key == name), b"").decode("latin-1")


def _kept(scope: dict[str, Any]) -> str | None:
    found = re.search(rf"(?:^|;\s*){COOKIE}=(\w+)", _header(scope, b"cookie"))
    return _known(found[1]) if found else None


def _accepted(scope: dict[str, Any]) -> str | None:
    """The first language of the browser's list that the ledger speaks."""
    wishes = (
        part.split(";")[0].strip()[:2].lower() for part in _header(scope, b"accept-language").split(",")
    )
    return next(filter(_known, wishes), None)


def _keeping(send, asked: str):
    cookie = SimpleCookie({COOKIE: asked})
    cookie[COOKIE].update({"path": "/", "max-age": 365 * 86_400, "httponly": True, "samesite": "Lax"})
    line = (b"set-cookie", cookie[COOKIE].OutputString().encode())

    async def sending(message):
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), line]}
        await send(message)

    return sending
