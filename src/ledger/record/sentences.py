"""Facts about the record itself, told in a sentence. Date and author are added by who tells them."""

from __future__ import annotations

from ledger.language.catalogue import N_

SENTENCES: dict[str, str] = {
    "evidence.attached.v1": N_(
        "Evidence {sha256:fingerprint} kept: {evidence_kind:word}, {media_type}[, about {describes}]"
    ),
    "event.corrected.v1": N_(
        "Event {corrected_seq} [how=reverse?reversed][how=replace?replaced] ({reason_code:word})"
        "[, it now counts on {replaced_occurred_on:day}][, in the period sealed up to {sealed_until:day}]"
        "[, by {decision_id:name}][: {reason}]"
    ),
    "flag.answered.v1": N_(
        "Flag {flag} ({subject:name}) [answer=acknowledged?taken into account][answer=contested?contested]"
        "[answer=by_design?said to be by design][answer=reply?replied to][ until {until:day}][ by {body}]"
        "[, {decision_id:name}][, events {events}][: {reason}]"
    ),
    "period.sealed.v1": N_("All days up to {until:day} sealed, as {event_count} events told them"),
}
