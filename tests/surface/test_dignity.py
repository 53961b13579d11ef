"""People: no name and no figure of anybody where the consortium looks at itself; nobody is ranked."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from tests.surface.conftest import served

pytestmark = pytest.mark.asyncio(loop_scope="session")

PEOPLE = "update people set name = 'Nom-Très-Secret ' || rowid, handle = 'court-secret-' || rowid"
FLAG = """insert into flags (id, code, subject, level, value, threshold, threshold_source, raised_on, since, status,
    acts, window_from, window_until)
  select 'PERSON_RELIANCE:' || id, 'PERSON_RELIANCE', id, 'watch', 0.6, 0.5, 'default', '2024-11-30', '2024-11-30',
    'open', 20, '2024-01-01', '2024-12-31' from people limit 1"""
NAMED = (PEOPLE, FLAG)
DOCUMENTS = tuple(
    f"/funding/ANCT-2024/{end}"
    for end in ("report", "plan", "calendar", "indicators", "kick-off", "mid-term", "final")
)
COMMON = (
    "/",
    "/balance",
    "/balance?window=730",
    "/relay",
    "/relay?function=coordinator",
    "/relay?function=comptes",
    "/funding",
    "/funding/ANCT-2024",
    "/calls",
    *DOCUMENTS,
)


async def test_no_person_is_named_where_the_consortium_looks_at_itself(doctored: Callable[..., Any]) -> None:
    with doctored(*NAMED) as members:
        async with served(members) as datasette:
            for path, language in product(COMMON, ("fr", "en")):
                page = (
                    await datasette.client.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
                ).text
                assert "Nom-Très-Secret" not in page, path
                assert "court-secret" not in page, path
                assert not re.search(r"P-[0-9a-f]{8}", page), path


async def test_a_flag_about_one_person_shows_no_event_of_theirs(doctored: Callable[..., Any]) -> None:
    with doctored("delete from flags", *NAMED) as members:
        async with served(members) as datasette:
            page = (await datasette.client.get("/balance?lang=en")).text
            assert "one person" in page
            assert "/events/" not in page.partition('id="rotations"')[0].partition('id="flags"')[2]


async def test_full_names_stay_in_their_own_table(doctored: Callable[..., Any]) -> None:
    with doctored(*NAMED) as members:
        async with served(members) as datasette:
            assert "Nom-Très-Secret" in (await datasette.client.get("/members/people")).text
            for path in (
                "/members/roles",
                "/members/tasks",
                "/members/meetings",
                "/show/court-secret-1",
                "/events/30",
                "/show/T-2024-001",
                "/members/events",
            ):
                answer = await datasette.client.get(path)
                assert answer.status_code == 200, path
                assert "Nom-Très-Secret" not in answer.text, path


async def test_text_of_the_vault_is_told_as_withheld_when_only_the_log_names_it(surface: Any) -> None:
    database = surface.get_database("members")
    found = await database.execute('select seq from events where data like \'%"ref":"v-%\' limit 1')
    for (seq,) in found.rows:
        answer = await surface.client.get(f"/events/{seq}")
        assert answer.status_code == 200
