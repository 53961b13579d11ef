"""A feed as other programs subscribe to it: Atom (RFC 4287), made with the standard library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from xml.etree import ElementTree as Xml

NAMESPACE = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True)
class Item:
    """Something published: its lasting id, what it says, the day, and where it was published."""

    id: str
    title: str
    text: str
    published_on: date
    url: str | None = None


def feed(id: str, title: str, language: str, items: Sequence[Item]) -> str:
    """The text of a feed, in the order given; the newest first reads best."""
    Xml.register_namespace("", NAMESPACE)
    root = Xml.Element(_tag("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": language})
    newest = max((item.published_on for item in items), default=date(1970, 1, 1))
    _add(root, "id", id)
    _add(root, "title", title)
    _add(root, "updated", _moment(newest))
    _add(Xml.SubElement(root, _tag("author")), "name", title)
    for item in items:
        entry = Xml.SubElement(root, _tag("entry"))
        _add(entry, "id", item.id)
        _add(entry, "title", item.title)
        _add(entry, "updated", _moment(item.published_on))
        _add(entry, "published", _moment(item.published_on))
        if item.url:
            Xml.SubElement(entry, _tag("link"), {"rel": "alternate", "href": item.url})
        _add(entry, "content", item.text).set("type", "text")
    Xml.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _add(parent: Xml.Element, name: str, text: str) -> Xml.Element:
    element = Xml.SubElement(parent, _tag(name))
    element.text = text
    return element


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _moment(day: date) -> str:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).isoformat().replace("+00:00", "Z")
