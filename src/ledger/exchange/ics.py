"""A calendar as other programs read it: RFC 5545, only what an agenda of whole days needs.

Written here rather than with a library: six properties, two rules of escaping and folding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

MOST_OCTETS = 75
PRODUCT = "-//consortium-ledger//agenda//"


@dataclass(frozen=True)
class Entry:
    """Something that stands in the agenda on a day, or from one day to another.

    Attributes:
        uid: stays the same when the entry changes, so that calendars replace it.
        changed_at: when it was last recorded, in universal time.
        revision: grows with each change.
        cancelled: kept in the calendar, crossed out.
    """

    uid: str
    title: str
    first: date
    last: date | None = None
    place: str = ""
    details: str = ""
    changed_at: datetime | None = None
    revision: int = 0
    cancelled: bool = False


def calendar(name: str, language: str, entries: Iterable[Entry]) -> str:
    """The text of a calendar file, lines ending with CRLF as the standard has it."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}{language.upper()}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
        *(line for entry in entries for line in _event(entry)),
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(entry: Entry) -> list[str]:
    stamp = entry.changed_at or datetime.combine(entry.first, datetime.min.time())
    after = (entry.last or entry.first) + timedelta(days=1)  # the standard's end is the day after
    optional = (("LOCATION", entry.place), ("DESCRIPTION", entry.details))
    return [
        "BEGIN:VEVENT",
        f"UID:{_escaped(entry.uid)}",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%S}Z",
        f"SEQUENCE:{entry.revision}",
        f"DTSTART;VALUE=DATE:{entry.first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        f"SUMMARY:{_escaped(entry.title)}",
        *(f"{name}:{_escaped(text)}" for name, text in optional if text),
        f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",  # a whole day in the agenda does not mean being busy all day
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        text = text.replace(sign, written)
    return text


def _folded(line: str) -> str:
    """Lines of at most 75 octets, never cut inside a character; what follows begins with a space."""
    parts, part, octets = [], "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > MOST_OCTETS:
            parts.append(part)
            part, octets = " ", 1
        part, octets = part + character, octets + size
    return "\r\n".join([*parts, part])
