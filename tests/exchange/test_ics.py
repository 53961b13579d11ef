"""Calendars as the standard has them (RFC 5545), feeds that any reader of Atom takes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from xml.etree import ElementTree as Xml

from hypothesis import given
from hypothesis import strategies as st

from ledger.exchange.atom import NAMESPACE, Item, feed
from ledger.exchange.ics import MOST_OCTETS, Entry, calendar

MARCH = date(2024, 3, 5)
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=200)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def value(text: str, name: str) -> str:
    """The value of a property, unescaped."""
    (found,) = [line.partition(":")[2] for line in unfolded(text) if line.startswith(f"{name}:")]
    for written, sign in (("\\n", "\n"), ("\\,", ","), ("\\;", ";"), ("\\\\", "\\")):
        found = found.replace(written, sign)
    return found


def test_a_day_ends_where_the_next_begins() -> None:
    entry = Entry(
        uid="meeting-m@six",
        title="Petit-déjeuner, chez POP",
        first=MARCH,
        place="POP",
        changed_at=datetime(2024, 3, 1, 9, 30, tzinfo=UTC),
        revision=12,
    )
    lines = unfolded(calendar("Les 6 lieux", "fr", [entry]))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert "X-WR-CALNAME:Les 6 lieux" in lines
    assert {"DTSTART;VALUE=DATE:20240305", "DTEND;VALUE=DATE:20240306", "DTSTAMP:20240301T093000Z"} <= set(
        lines
    )
    assert {"SUMMARY:Petit-déjeuner\\, chez POP", "LOCATION:POP", "SEQUENCE:12", "STATUS:CONFIRMED"} <= set(
        lines
    )
    assert lines[-2:] == ["END:VCALENDAR", ""]


def test_what_is_cancelled_stays_in_the_calendar() -> None:
    assert "STATUS:CANCELLED" in unfolded(calendar("x", "en", [Entry("a", "b", MARCH, cancelled=True)]))


@given(title=TEXT, details=TEXT)
def test_any_text_survives_folding_and_escaping(title: str, details: str) -> None:
    text = calendar("x", "en", [Entry("a", title, MARCH, details=f"{details}\nend")])
    assert all(len(line.encode()) <= MOST_OCTETS for line in text.split("\r\n"))
    if "\\" not in title + details:  # the test's own unescaping is not that careful
        assert value(text, "SUMMARY") == title
        assert value(text, "DESCRIPTION") == f"{details}\nend"


def test_a_feed_is_well_formed_whatever_it_says() -> None:
    item = Item(
        "urn:x:1", "Avis <favorable> & publié", "Soutenir l'atelier", MARCH, "https://example.org/?a=1&b=2"
    )
    root = Xml.fromstring(feed("urn:x", "Val Clair", "fr", [item]).encode())
    assert root.findtext(f"{{{NAMESPACE}}}updated") == "2024-03-05T00:00:00Z"
    (entry,) = root.findall(f"{{{NAMESPACE}}}entry")
    assert entry.findtext(f"{{{NAMESPACE}}}title") == "Avis <favorable> & publié"
    link = entry.find(f"{{{NAMESPACE}}}link")
    assert link is not None
    assert link.get("href") == "https://example.org/?a=1&b=2"


def test_a_feed_of_nothing() -> None:
    assert Xml.fromstring(feed("urn:x", "x", "en", []).encode()).findall(f"{{{NAMESPACE}}}entry") == []
