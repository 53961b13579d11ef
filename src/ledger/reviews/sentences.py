"""Facts about reviews, told in a sentence. Date and author are added by who tells them."""

from __future__ import annotations

from ledger.language.catalogue import N_

SENTENCES: dict[str, str] = {
    "review.held.v1": N_(
        "Review of {convention_id} held: {stage:word}[, with {participants:name}][, meeting {meeting_id}]"
        "[; {conclusions}][; {adjustments:number:adjustment|adjustments} agreed]"
    ),
}
