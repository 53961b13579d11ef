"""Facts about the consortium, told in a sentence. Date and author are added by who tells them."""

from __future__ import annotations

from ledger.language.catalogue import N_

SENTENCES: dict[str, str] = {
    "consortium.founded.v1": N_(
        "the consortium {name} is founded[, {territory}][, {consortium_kind:word}][demo? (demonstration)]"
    ),
    "organisation.registered.v1": N_("the organisation {name} is registered[, SIRET {siret}][, RNA {rna}]"),
    "lieu.registered.v1": N_("the lieu {name} is registered[, run by {organisation_id:name}][, {commune}]"),
    "person.registered.v1": N_(
        "{person_id:person} is registered ({engagement:word}), active from {active_from:day}"
        "[ until {active_until:day}]"
    ),
    "party.updated.v1": N_(
        "{party_id:name} is described anew[: {name}][, SIRET {siret}][, RNA {rna}][, {legal_form}]"
        "[, {sector}][, {commune}][, run by {organisation_id:name}][, {engagement:word}]"
        "[, until {active_until:day}][, shares {resources}]"
    ),
    "lieu.closed.v1": N_("{lieu_id:name} closes[: {reason}]"),
    "person.erased.v1": N_("a person is erased from the vault; what they did stays, without a name"),
    "rules.adopted.v1": N_(
        "rules “{title}” in force from {effective_on:day}[ until {effective_until:day}][: {method:word}]"
        "[, quorum of {quorum_seats:number:seat|seats}][, quorum of {quorum_share_bp:share} of the seats]"
        "[, at a second call {second_quorum_seats:number:seat|seats}]"
        "[, at a second call {second_quorum_share_bp:share} of the seats]"
        "[, threshold of {threshold_bp:share}][, {colleges:number:college|colleges}]"
        "[, a working day of {day_minutes:duration}]"
        "[, lines of the plan may move by {reallocation_tolerance_bp:share}][, by {decision_id:name}]"
    ),
    "role.given.v1": N_(
        "[person_id?{person_id:person}: ][!person_id?[lieu_id?{lieu_id:name}: ]"
        "[!lieu_id?[organisation_id?{organisation_id:name}: ]]]{role:word}"
        "[person_id?[lieu_id?, {lieu_id:name}]], from {held_from:day}[ until {held_until:day}]"
        "[, financed for {minutes_per_month:duration} a month][ ({carrier_kind:word})]"
        "[, fee of {fee_bp:share}][, college {college}][, deputy {deputy_id:person}][critical? — critical]"
        "[, by {decision_id:name}]"
    ),
    "role.ended.v1": N_("{role_id:name}: the role ends ({reason:word})[, by {decision_id:name}]"),
    "rotation.set.v1": N_(
        "[revision=1?rotation {name}][!revision=1?new order of the rotation {name}] from {starts_on:day}, "
        "each {period:word}: {order:name}"
    ),
    "turn.taken.v1": N_(
        "{rotation_id:name}: {lieu_id:name}[outcome=skipped? skipped its turn]"
        "[outcome=swapped? took another's turn][!outcome=skipped|swapped? took its turn]"
        "[ ({term})][, by {decision_id:name}][; not available: {unavailable:name}]"
    ),
    "consortium.dissolution_begun.v1": N_("the dissolution of the consortium begins, by {decision_id:name}"),
    "consortium.dissolved.v1": N_("the consortium is dissolved by {decision_id:name}[; {funds_disposition}]"),
}
