"""Calendars and readers of feeds subscribe to the surface."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from tests.surface.conftest import served

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_agenda_is_a_calendar(surface: Any) -> None:
    answer = await surface.client.get("/agenda.ics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    lines = answer.text.replace("\r\n ", "").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert "DTSTART;VALUE=DATE:20240305" in lines, "the breakfast of March"
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") > 12


async def test_the_feed_is_there_before_anything_is_published(surface: Any) -> None:
    answer = await surface.client.get("/published.xml")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert Xml.fromstring(answer.content).tag.endswith("feed")


async def test_every_page_tells_where_they_are(surface: Any) -> None:
    for path in ("/", "/balance", "/members/decisions"):
        head = (await surface.client.get(path)).text.partition("</head>")[0]
        assert 'type="application/atom+xml" title="Ce qui a été rendu public" href="/published.xml"' in head
        assert 'type="text/calendar" title="Agenda partagé" href="/agenda.ics"' in head


async def test_both_speak_the_language_asked_for(surface: Any) -> None:
    assert "À revoir" in (await surface.client.get("/agenda.ics")).text
    assert "To look at again" in (await surface.client.get("/agenda.ics?lang=en")).text


async def test_an_open_address_keeps_them_to_who_holds_the_secret(arles: Path) -> None:
    async with served(arles / "views" / "members.db", token="secret", host="0.0.0.0") as datasette:
        for path in ("/agenda.ics", "/published.xml"):
            assert (await datasette.client.get(path)).status_code == 403


async def test_an_empty_ledger_has_an_empty_agenda(empty: Path) -> None:
    async with served(empty, as_of=None) as datasette:
        assert "BEGIN:VEVENT" not in (await datasette.client.get("/agenda.ics")).text
