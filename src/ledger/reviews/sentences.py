"""Facts about reviews, told in a sentence. Date and author are added by who tells them."""

from __future__ import annotations

from ledger.language.catalogue import N_

SENTENCES: dict[str, str] = {
    "review.held.v1": N_(
        "Review of {convention_id} held: {stage:word}[, with {participants:name}][, meeting {meeting_id}]"
        "[; {conclusions}][; {adjustments:number:adjustment|adjustments} agreed][; next: {perspectives}]"
    ),
    "indicator.set.v1": N_(
        "Indicator {indicator_id} [!revised?set][revised?revised]: {title:quote} ({indicator_kind:word})"
        "[, target {target_milli:thousandths}[ {unit}]][, aim: {aim}][, for {public}][, by {target_on:day}]"
        "[, source: {source}][; {reason}][, by {decision_id:name}]"
    ),
    "indicator.measured.v1": N_(
        "Indicator {indicator_id} measured[: {value_milli:thousandths}][: {rating}]"
        "[, in {parts:number:part|parts}][claim=reached?, said to be reached]"
        "[claim=not_reached?, said not to be reached][, method: {method}][; {narrative}]"
    ),
    "lesson.learned.v1": N_(
        "Lesson {lesson_id}: {text}[, from {about:name}][, convention {convention_id}][, by {decision_id:name}]"
    ),
    "accompaniment.signed.v1": N_(
        "Accompaniment {contract_id} [!amendment?signed][amendment?amended (no. {amendment})]: {title:quote}, "
        "{provider_id:name} for {client_id:name}, {amount_cents:money}, "
        "{missions:number:mission|missions}, from {starts_on:day} to {ends_on:day}[; {reason}]"
    ),
    "mission.started.v1": N_("Mission {mission} of {contract_id} started[despite?, against rule {despite}]"),
    "deliverable.submitted.v1": N_(
        "Deliverable {deliverable_id} submitted (mission {mission} of {contract_id})"
        "[despite?, against rule {despite}]"
    ),
    "deliverable.answered.v1": N_(
        "Deliverable {deliverable_id} [answer=accepted?accepted][answer=refused?refused]"
        " (mission {mission} of {contract_id})[: {reason}]"
    ),
}
