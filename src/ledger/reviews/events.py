"""Facts about reviews, in stream `review/<id>`. Append-only for ever."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.kernel.messages import Event
from ledger.kernel.values import Id, Sealed, Text


class ReviewHeld(Event):
    """One of the three meetings with the funder. `narrative` about people is in the vault."""

    TOPIC: ClassVar[str] = "review.held.v1"

    review_id: Id
    convention_id: Id
    stage: Literal["kick_off", "mid_term", "final"]
    meeting_id: Id | None = None
    participants: tuple[Id, ...] = ()
    conclusions: Text | None = None
    adjustments: tuple[Text, ...] = ()
    narrative: Sealed | None = None

    def stream(self) -> str:
        return f"review/{self.review_id}"

    def scope(self) -> tuple[str, ...]:
        return (self.convention_id,)

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("review", self.review_id),)


EVENTS: tuple[type[Event], ...] = (ReviewHeld,)
