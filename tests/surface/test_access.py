"""Who may look, and what a reader can do: read, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from tests.surface.conftest import served

from ledger.serving import Surface, address, configuration

pytestmark = pytest.mark.asyncio(loop_scope="session")


OF_OTHERS = ("/calls/ANCT-2024", "/contracts/ANCT-2024")
"""Pages that are not about conventions: nothing there is called so."""


def _routes(datasette: Any) -> list[tuple[str, Any]]:
    from datasette.plugins import pm

    return [route for routes in pm.hook.register_routes(datasette=datasette) for route in routes]


def _example(pattern: str) -> str:
    groups = (
        (r"(?P<id>[^/]+)", "ANCT-2024"),
        (r"(?P<seq>\d{1,15})", "1"),
        ("(?P<stage>kick-off|mid-term|final)", "mid-term"),
    )
    for group, value in groups:
        pattern = pattern.replace(group, value)
    return pattern.strip("^$").replace("\\.", ".")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def locked(arles: Path) -> AsyncIterator[Any]:
    """Datasette as on an open interface: only for who holds the secret."""
    async with served(arles / "views" / "members.db", token="s3cret", host="192.0.2.1") as datasette:
        yield datasette


async def test_each_page_of_ours_asks_for_permission(locked: Any) -> None:
    ours = _routes(locked)
    assert len(ours) >= 6
    for pattern, _view in ours:
        path = _example(pattern)
        answer = await locked.client.get(path)
        assert answer.status_code == 403, path
        assert "Les 6 lieux" not in answer.text
        opened = await locked.client.get(path, cookies={"ledger_token": "s3cret"})
        assert opened.status_code == (404 if path in OF_OTHERS else 200), path


@pytest.mark.parametrize(
    "path",
    [
        "/members",
        "/members/people",
        "/members/people.json",
        "/members/people.csv",
        "/members/members",
        "/members/-/query.json?sql=select+1",
        "/members/lieux/pop",
    ],
)
async def test_without_the_secret_nothing_is_shown(locked: Any, path: str) -> None:
    for cookies in ({}, {"ledger_token": "other"}, {"ledger_token": ""}):
        answer = await locked.client.get(path, cookies=cookies)
        assert answer.status_code == 403
        assert "la Fabrique" not in answer.text


async def test_the_printed_address_opens_for_the_session(locked: Any) -> None:
    wrong = await locked.client.get("/balance?token=guess")
    assert wrong.status_code == 403
    right = await locked.client.get("/balance?window=182&token=s3cret")
    assert right.status_code == 303
    assert right.headers["location"] == "/balance?window=182"
    assert "HttpOnly" in right.headers["set-cookie"]
    assert "SameSite=Strict" in right.headers["set-cookie"]
    away = await locked.client.get("//evil.example/?token=s3cret")
    assert away.headers["location"].startswith("/evil")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8001", "127.0.0.1.evil.example", ""])
async def test_on_this_machine_another_host_name_is_turned_away(surface: Any, host: str) -> None:
    answer = await surface.client.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "lieux" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8001", "localhost:1234", "[::1]:8001", "LOCALHOST"])
async def test_this_machine_goes_by_its_names(surface: Any, host: str) -> None:
    assert (await surface.client.get("/", headers={"host": host})).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/members", "/members/tasks/-/insert", "/-/create-token"])
async def test_the_surface_only_reads(surface: Any, method: str, path: str) -> None:
    assert (await surface.client.request(method, path)).status_code == 405


TOOLS = (
    "/-/plugins",
    "/-/versions",
    "/-/settings",
    "/-/config",
    "/-/databases",
    "/-/threads",
    "/-/actor",
    "/-/permissions",
    "/-/allow-debug",
    "/-/patterns",
    "/-/messages",
    "/-/create-token",
    "/-/api",
    "/-/schema",
    "/-/jump",
    "/-/metadata",
    "/members/-/create",
    "/members/-/queries",
    "/members/tasks/-/insert",
    "/members.db",
    "/log",
    "/vault",
    "/_memory",
    "/_internal",
    "/members/../log.db",
    "/static/../datasette.yaml",
    "/static/%2e%2e/datasette.yaml",
)


@pytest.mark.parametrize("path", TOOLS)
async def test_tools_and_other_files_are_not_there(surface: Any, path: str) -> None:
    answer = await surface.client.get(path)
    if answer.status_code == 302:
        answer = await surface.client.get(answer.headers["location"])
    assert answer.status_code in (403, 404)
    assert "sqlite" not in answer.text.lower()


REFUSED = (
    "insert into tasks (id) values ('x')",
    "with x as (select 1) delete from tasks",
    "drop table tasks",
    "attach database '/etc/passwd' as other",
    "pragma writable_schema = on",
    "vacuum into '/tmp/stolen.db'",
    "select load_extension('x')",
    "select hex(randomblob(200000000))",
    "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n",
)


@pytest.mark.parametrize("sql", REFUSED)
async def test_sql_neither_writes_nor_exhausts(surface: Any, sql: str) -> None:
    answer = await surface.client.get("/members/-/query.json", params={"sql": sql})
    assert answer.status_code in (400, 403)


async def test_one_call_cannot_fill_the_memory(surface: Any) -> None:
    answer = await surface.client.get(
        "/members/-/query.json", params={"sql": "select length(hex(zeroblob(1500000))) as n"}
    )
    assert answer.status_code == 400 or not answer.json()["rows"][0]["n"]


async def test_a_commit_is_visible_at_once(doctored: Callable[..., Any]) -> None:
    import sqlite3

    with doctored() as path:
        connection = sqlite3.connect(path)
        connection.execute("pragma journal_mode = wal")
        async with served(path) as datasette:
            assert "Une tâche toute neuve" not in (await datasette.client.get("/members/tasks")).text
            connection.execute(
                "insert into tasks (id, title, status, opened_on, due_on, seq)"
                " values ('T-9', 'Une tâche toute neuve', 'open', '2024-12-30', '2024-01-01', 1)"
            )
            connection.commit()
            assert "Une tâche toute neuve" in (await datasette.client.get("/")).text
        connection.close()


async def test_only_the_members_view_is_opened(surface: Any) -> None:
    assert list(surface.databases) == ["members"]
    assert not any(name in str(surface.config) for name in ("vault", "log.db"))


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("192.168.1.4", False),
        ("::", False),
        ("ledger.example", False),
    ],
)
async def test_what_is_only_this_machine(host: str, loopback: bool) -> None:
    surface = Surface(Path("members.db"), host=host)
    assert surface.loopback is loopback


async def test_another_interface_lets_in_who_holds_the_secret_only() -> None:
    from ledger.data import locate

    config = configuration(locate("datasette"), Surface(Path("x"), host="0.0.0.0"), "s3cret")
    assert config["allow"] == {"id": "member"}
    assert config["databases"]["members"]["allow_sql"] == {"id": "member"}
    assert address(Surface(Path("x"), host="::1"), 8001, None) == "http://[::1]:8001/"
    assert address(Surface(Path("x"), host="192.0.2.1"), 80, "s3cret") == "http://192.0.2.1:80/?token=s3cret"
