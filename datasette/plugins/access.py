"""Who may look and what a page may do: host names, the secret of an open address, headers, limits on SQL.

Every answer passes here once. The surface only reads: any other method than GET or HEAD is refused,
and so are Datasette's own tools (`/-/…`) but the few that a reader needs.
"""

from __future__ import annotations

import hmac
import re
import secrets
import sqlite3
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
TOOLS = re.compile(
    r"^/-/static/|^/-/static-plugins/"
    r"|^/[^/]+/-/(query(/parameters)?|schema)(\.(json|csv|md))?$|^/[^/]+/[^/]+/-/schema(\.(json|md))?$"
)
COOKIE = "ledger_token"


@hookimpl
def asgi_wrapper(datasette):
    config = datasette.plugin_config("ledger") or {}

    def wrap(app):
        async def guarded(scope, receive, send):
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            nonce = secrets.token_urlsafe(16)
            send = _with_headers(send, nonce)
            refusal = _refusal(scope, config.get("hosts"))
            secret = config.get("secret_token")
            if refusal:
                await _answer(send, *refusal)
            elif secret and _brought(scope, secret):
                await _answer(send, 303, "", [("location", _without_token(scope)), _cookie(secret)])
            else:
                await app({**scope, "csp_nonce": nonce}, receive, send)

        return guarded

    return wrap


@hookimpl
def actor_from_request(datasette, request):
    """Whoever kept the secret of the printed address is a member; nobody else is anybody."""
    secret = (datasette.plugin_config("ledger") or {}).get("secret_token")
    kept = request.cookies.get(COOKIE, "")
    if secret and hmac.compare_digest(kept.encode(), secret.encode()):
        return {"id": "member"}
    return None


@hookimpl
def prepare_connection(conn, database, datasette):
    """Limits that a time limit alone does not give: one call can otherwise fill the memory."""
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2_000_000)
    conn.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 20_000)
    conn.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    conn.execute("pragma trusted_schema = off")
    conn.text_factory = (
        str  # what we wrote is UTF-8: Datasette would ask a function about each text of a page
    )


def _refusal(scope: dict[str, Any], hosts: list[str] | None) -> tuple[int, str] | None:
    if hosts is not None and _host(scope) not in hosts:
        return 421, "This address does not serve that host name."
    if scope["method"] not in ("GET", "HEAD"):
        return 405, "This surface only reads."
    path = scope["path"]
    if "/-/" in path and not TOOLS.search(path):
        return 404, "Not found."
    return None


def _host(scope: dict[str, Any]) -> str:
    value = next((v for k, v in scope["headers"] if k == b"host"), b"").decode("latin-1")
    return re.sub(r":\d+$", "", value).lower()


def _brought(scope: dict[str, Any], secret: str) -> bool:
    token = dict(parse_qsl(scope["query_string"].decode("latin-1"))).get("token", "")
    return hmac.compare_digest(token.encode(), secret.encode())


def _without_token(scope: dict[str, Any]) -> str:
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    rest = urlencode([(key, value) for key, value in pairs if key != "token"])
    return "/" + scope["path"].lstrip("/\\") + (f"?{rest}" if rest else "")


def _cookie(secret: str) -> tuple[str, str]:
    cookie = SimpleCookie({COOKIE: secret})
    cookie[COOKIE].update({"path": "/", "httponly": True, "samesite": "Strict"})
    return "set-cookie", cookie[COOKIE].OutputString()


async def _answer(send, status: int, text: str, headers: list[tuple[str, str]] | None = None) -> None:
    lines = [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store"), *(headers or [])]
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in lines]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": text.encode()})


def _with_headers(send, nonce: str):
    added = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
    added.append((b"content-security-policy", POLICY.format(nonce=nonce).encode()))

    ours = {name for name, _value in added}

    async def sending(message):
        if message["type"] == "http.response.start":
            others = [(name, value) for name, value in message.get("headers", []) if name.lower() not in ours]
            message = {**message, "headers": [*others, *added]}
        await send(message)

    return sending
