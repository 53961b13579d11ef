"""Old kinds of events brought to their newest form on reading; what is stored never changes.

An upcaster takes the envelope of one topic as a plain dict and returns it under the next topic.
Empty while every kind is at its first version.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTERS: dict[str, Upcaster] = {}
"""By topic: `{"task.opened.v1": lambda event: {**event, "kind": "task.opened.v2", …}}`."""


def newest(event: dict[str, Any]) -> dict[str, Any]:
    """The envelope under the newest topic of its kind; the same object when it already is.

    Args:
        event: a stored envelope as a plain dict; `kind` is its topic.
    """
    while event["kind"] in UPCASTERS:
        event = UPCASTERS[event["kind"]](event)
    return event
