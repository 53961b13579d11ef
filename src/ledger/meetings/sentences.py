"""Facts about meetings, told in a sentence. Date and author are added by who tells them."""

from __future__ import annotations

from ledger.language.catalogue import N_

SENTENCES: dict[str, str] = {
    "meeting.convened.v1": N_(
        "meeting convened for {planned_on:day}: {meeting_kind}[, at {host_lieu_id:name}][; agenda: {agenda}]"
    ),
    "meeting.held.v1": N_(
        "meeting held: {meeting_kind}[, at {host_lieu_id:name}][, {present:number:person|people} present]"
        "[, {represented:number:lieu|lieux} represented][, facilitated by {facilitator_id:person}]"
        "[, minutes by {minute_taker_id:person}][, {minutes:duration}][; excused: {excused:person}]"
        "[; guests: {guests}][, {proxies:number:proxy|proxies}]"
    ),
    "meeting.closed.v1": N_(
        "meeting {meeting_id}[outcome=approved?: minutes approved][outcome=cancelled?: cancelled][, {reason}]"
    ),
}
