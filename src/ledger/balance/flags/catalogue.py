"""The catalogue, listed by hand: one line a flag, in the order in which a report shows them."""

from __future__ import annotations

from ledger.balance.flags import (
    accounting_dominance,
    agenda_capture,
    blocked_decisions,
    conflict_of_interest,
    coord_load,
    declared_mismatch,
    duties_not_separated,
    entity_overrep,
    evidence_missing,
    evidence_reused,
    fragmentation,
    funder_dependence,
    handover_due,
    indicators_incomplete,
    instalment_late,
    late_recording,
    lieu_reliance,
    line_overspent,
    mandate_expiring,
    meetings_rare,
    money_concentration,
    money_no_decision,
    money_uncovered,
    money_work_mismatch,
    out_of_period,
    person_reliance,
    plan_line_missing,
    publication_late,
    quorum_risk,
    referent_missing,
    regrant_suspected,
    report_due,
    review_missing,
    rotation_skipped,
    seat_vacant,
    single_holder,
    target_moved,
)
from ledger.balance.flags.base import Flag

CATALOGUE: dict[str, Flag] = {
    flag.code: flag
    for flag in (
        # who carries
        lieu_reliance.FLAG,
        person_reliance.FLAG,
        single_holder.FLAG,
        handover_due.FLAG,
        coord_load.FLAG,
        rotation_skipped.FLAG,
        # who decides
        agenda_capture.FLAG,
        entity_overrep.FLAG,
        conflict_of_interest.FLAG,
        blocked_decisions.FLAG,
        quorum_risk.FLAG,
        fragmentation.FLAG,
        accounting_dominance.FLAG,
        # who is there
        referent_missing.FLAG,
        seat_vacant.FLAG,
        mandate_expiring.FLAG,
        meetings_rare.FLAG,
        # the money
        money_no_decision.FLAG,
        money_concentration.FLAG,
        money_work_mismatch.FLAG,
        money_uncovered.FLAG,
        funder_dependence.FLAG,
        plan_line_missing.FLAG,
        line_overspent.FLAG,
        out_of_period.FLAG,
        regrant_suspected.FLAG,
        duties_not_separated.FLAG,
        # what is owed
        evidence_missing.FLAG,
        evidence_reused.FLAG,
        report_due.FLAG,
        instalment_late.FLAG,
        review_missing.FLAG,
        indicators_incomplete.FLAG,
        target_moved.FLAG,
        declared_mismatch.FLAG,
        publication_late.FLAG,
        late_recording.FLAG,
    )
}
