"""Facts about decisions, told in a sentence. Date and author are added by who tells them."""

from __future__ import annotations

from ledger.language.catalogue import N_

SENTENCES: dict[str, str] = {
    "proposal.made.v1": N_(
        "[revision=1?proposal][!revision=1?revision {revision} of the proposal] {decision_id}: {text:quote}"
        "[, up to {ceiling_cents:money}][, to review on {review_on:day}][, until {expires_on:day}]"
        "[, proposed by {proposer_id:person}][, about {lieux:name}]"
    ),
    "objection.raised.v1": N_(
        "[paramount?paramount objection][!paramount?objection] {objection_id} to {decision_id:name}"
        "[ by {lieu_id:name}][ ({person_id:person})][: {ground:quote}]"
    ),
    "objection.settled.v1": N_("the objection {objection_id} to {decision_id:name} is settled: {how:word}"),
    "decision.opened.v1": N_(
        "the decision {decision_id:name} is [second_call?called a second time][!second_call?open]: {method:word}"
        ", {electorate:number:seat|seats}"
        "[quorum_seats?, quorum of {quorum_seats:number:seat|seats}][, threshold of {threshold_bp:share}]"
        "[, until {closes_on:day}]"
    ),
    "ballot.cast.v1": N_(
        "[seat_id?{seat_id:name}: {option:word}]"
        "[!seat_id?[secret?secret ballot][!secret?show of hands][, college {college}]"
        "[, {count_for} for][, {count_against} against][, {count_favourable} favourable]"
        "[, {count_reserved} reserved][, {count_unfavourable} unfavourable][, {count_abstain} abstaining]]"
        " on {decision_id:name}[, for {proxy_for:name}][ ({person_id:person})]"
    ),
    "decision.adopted.v1": N_(
        "the decision {decision_id:name} is adopted[, {represented:number:seat|seats} taking part]"
        "[, {count_for} for][, {count_against} against]"
        "[, {count_abstain} abstaining][, {share_for_bp:share} of the weight for]"
        "[, {recused:number:seat|seats} standing back], in effect from {effective_on:day}"
    ),
    "decision.rejected.v1": N_(
        "the decision {decision_id:name}"
        "[outcome=rejected? is rejected][outcome=withdrawn? is withdrawn]"
        "[, {count_for} for][, {count_against} against][, {count_abstain} abstaining]"
    ),
    "opinion.issued.v1": N_(
        "opinion on {decision_id:name}: {position:word}[, {count_favourable} favourable]"
        "[, {count_reserved} reserved][, {count_unfavourable} unfavourable][, {count_abstain} abstaining]"
        "[, to {addressee:name}]"
    ),
    "decision.ended.v1": N_(
        "the decision {decision_id:name}[how=superseded? is superseded][how=repealed? is repealed]"
        "[how=expired? has expired][ by {by_decision_id:name}]"
    ),
    "decision.published.v1": N_("the decision {decision_id:name} is published: {channel}[, {url}]"),
}
