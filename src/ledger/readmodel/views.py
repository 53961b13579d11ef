"""What the views mean, column by column. Their SQL is in `views.sql` and `money_views.sql`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ledger.kernel.tables import Column
from ledger.language.catalogue import N_


class View(NamedTuple):
    """A view of the read model, as analysts and other audiences may know it.

    Args:
        about: what one row is (message id).
        columns: by name; those of tables keep their meaning.
        personal: columns that only members may see.
        audiences: who gets its rows in their file, beside `members`.
    """

    about: str
    columns: Mapping[str, Column]
    personal: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset({"members"})


def _text(about: str, references: str | None = None) -> Column:
    return Column("text", about, references)


def _integer(about: str) -> Column:
    return Column("integer", about)


_FUNDER = frozenset({"members", "funder"})
_EVERYBODY = frozenset({"members", "funder", "public"})

_ROLE_ID = _text(N_("The role behind it."), "roles")
_LIEU_ID = _text(N_("The lieu."), "lieux")
_LIEU = _text(N_("Name of the lieu."))
_PERSON_ID = _text(N_("The person."), "people")
_HANDLE = _text(N_("Short name of the person."))
_ORGANISATION_ID = _text(N_("The organisation."), "organisations")
_DECISION_ID = _text(N_("The decision behind it."), "decisions")
_CONVENTION_ID = _text(N_("The convention."), "conventions")
_HELD_FROM = _text(N_("First day."))
_HELD_UNTIL = _text(N_("Last day foreseen; empty when open."))
_ENDED_ON = _text(N_("The day it ended; empty while it runs."))
_SEQ = _integer(N_("Number of the last event that it shows."))

_HELD: dict[str, Column] = {
    "held_from": _HELD_FROM,
    "held_until": _HELD_UNTIL,
    "ended_on": _ENDED_ON,
}

_MANDATE: dict[str, Column] = {
    "role_id": _ROLE_ID,
    "role": _text(N_("What is carried.")),
    "person_id": _PERSON_ID,
    "handle": _HANDLE,
    "lieu_id": _LIEU_ID,
    "lieu": _LIEU,
    "organisation_id": _ORGANISATION_ID,
    "organisation": _text(N_("Name of the organisation.")),
    **_HELD,
    "end_reason": _text(N_("Why it ended.")),
    "minutes_per_month": _integer(N_("Time that it is financed for, in minutes a month.")),
    "critical": _integer(N_("1 when the consortium stops without it.")),
    "decision_id": _DECISION_ID,
}

_WORKLOAD: dict[str, Column] = {
    "month": _text(N_("Month, YYYY-MM.")),
    "activity": _text(N_("What the time went to.")),
    "basis": _text(N_("paid, volunteer, civic_service or seconded.")),
    "minutes": _integer(N_("Minutes given.")),
    "entries": _integer(N_("Declarations that they come from.")),
    "seq": _SEQ,
}

VIEWS: dict[str, View] = {
    "members": View(
        about=N_("Lieux and organisations that are, or were, members."),
        columns={
            "role_id": _ROLE_ID,
            "lieu_id": _LIEU_ID,
            "organisation_id": _ORGANISATION_ID,
            "name": _text(N_("Name of the member.")),
            **_HELD,
            "decision_id": _DECISION_ID,
            "seq": _SEQ,
        },
        audiences=_EVERYBODY,
    ),
    "seats": View(
        about=N_("Seats in the consortium's meetings, and who fills them."),
        columns={
            "role_id": _ROLE_ID,
            "lieu_id": _LIEU_ID,
            "organisation_id": _ORGANISATION_ID,
            "person_id": _PERSON_ID,
            "name": _text(N_("Name of the member that holds the seat.")),
            **_HELD,
            "decision_id": _DECISION_ID,
            "seq": _SEQ,
        },
        personal=frozenset({"person_id"}),
        audiences=_EVERYBODY,
    ),
    "mandates": View(
        about=N_("Functions that somebody carries, past and present: carrier, coordinator, referents…"),
        columns={**_MANDATE, "seq": _SEQ},
    ),
    "mandates_now": View(
        about=N_("Functions that somebody carries today."),
        columns={
            **_MANDATE,
            "seq": _SEQ,
            "days_left": _integer(N_("Days until the last day foreseen; empty when open.")),
        },
    ),
    "member_standing": View(
        about=N_("Where members stand: invited, a member, suspended, or gone and why."),
        columns={
            "role_id": _ROLE_ID,
            "lieu_id": _LIEU_ID,
            "organisation_id": _ORGANISATION_ID,
            "name": _text(N_("Name of the member.")),
            "standing": _text(
                N_("invited, member or suspended while it lasts; then admitted, resumed, or why it ended.")
            ),
            **_HELD,
            "decision_id": _DECISION_ID,
            "seq": _SEQ,
        },
    ),
    "shared_resources": View(
        about=N_("Skills and means that lieux and structures share, one row for each holder."),
        columns={
            "resource": _text(N_("What is shared: an approval, a workshop, a van.")),
            "holder_id": _text(N_("Id of the lieu or structure that has it.")),
            "holder": _text(N_("Its name.")),
            "lost_on": _text(N_("The day its holder left or closed; empty while it is shared.")),
            "seq": _SEQ,
        },
    ),
    "consortium_stage": View(
        about=N_("Where the consortium is in its life on that day."),
        columns={
            "id": _text(N_("Always “consortium”.")),
            "name": _text(N_("Its name.")),
            "stage": _text(
                N_("founded, agreed (rules, and a carrier or colleges), dissolving or dissolved.")
            ),
            "seq": _SEQ,
        },
    ),
    "acts_after_term": View(
        about=N_("What was done under a mandate whose last day had passed: recorded, or voted."),
        columns={
            "role_id": _ROLE_ID,
            "role": _text(N_("What is carried.")),
            "person_id": _PERSON_ID,
            "lieu_id": _LIEU_ID,
            "held_until": _HELD_UNTIL,
            "how": _text(
                N_(
                    "acted, when it was done under that mandate; recorded, when nobody says under which;"
                    " voted, for the seat's ballot."
                )
            ),
            "kind": _text(N_("Kind of event.")),
            "occurred_on": _text(N_("The day it happened.")),
            "seq": _SEQ,
        },
    ),
    "workload_by_lieu": View(
        about=N_("Time given, by lieu, month and activity. Shared functions belong to no lieu."),
        columns={"lieu_id": _LIEU_ID, "lieu": _LIEU, **_WORKLOAD},
    ),
    "workload_by_person": View(
        about=N_("Time given, by person, lieu, month and activity. Nobody is ranked by it."),
        columns={"person_id": _PERSON_ID, "handle": _HANDLE, "lieu_id": _LIEU_ID, **_WORKLOAD},
    ),
    "decision_trail": View(
        about=N_(
            "From a decision to what follows from it: tasks, roles, conventions, allocations, expenses."
        ),
        columns={
            "decision_id": _text(N_("The decision."), "decisions"),
            "title": _text(N_("Title of the decision.")),
            "status": _text(N_("Where the decision stands.")),
            "decided_on": _text(N_("The day it was decided.")),
            "ceiling_cents": _integer(N_("The most money that it allows, in cents.")),
            "follows": _text(
                N_("What follows: task, role, convention, allocation or expense; empty if nothing.")
            ),
            "follows_id": _text(N_("Id of what follows.")),
            "label": _text(N_("What it is about.")),
            "lieu_id": _LIEU_ID,
            "occurred_on": _text(N_("The day it happened.")),
            "state": _text(N_("Where it stands.")),
            "amount_cents": _integer(N_("Money, in cents.")),
            "minutes": _integer(N_("Time given to the task, in minutes.")),
            "seq": _SEQ,
        },
    ),
    "rotation_board": View(
        about=N_(
            "Turns taken by each lieu of a rotation, against its part; the next is the one furthest behind."
        ),
        columns={
            "rotation_id": _text(N_("The rotation."), "rotations"),
            "rotation": _text(N_("What goes round.")),
            "position": _integer(N_("Place in the agreed order, from 1.")),
            "lieu_id": _LIEU_ID,
            "lieu": _LIEU,
            "turns_taken": _integer(N_("Turns that it took.")),
            "turns_due": Column("real", N_("Its part of the turns for which it was available.")),
            "debt": Column("real", N_("Turns taken beyond (+) or below (−) its part.")),
            "turns_skipped": _integer(N_("Turns that it skipped.")),
            "last_on": _text(N_("The day of its last turn.")),
            "next_rank": _integer(N_("1 for the lieu whose turn is next.")),
            "seq": _SEQ,
        },
        audiences=_EVERYBODY,
    ),
    "flag_events": View(
        about=N_("The events that each flag rests on."),
        columns={
            "flag_id": _text(N_("The flag."), "flags"),
            "event_seq": _integer(N_("Number of the event.")),
        },
    ),
    "money_by_lieu": View(
        about=N_("Money of each lieu. What is shared (coordination, management) is in “money_by_line”."),
        columns={
            "lieu_id": _LIEU_ID,
            "lieu": _LIEU,
            "allocated_cents": _integer(N_("Allocated to it, after moves, in cents.")),
            "spent_cents": _integer(N_("Spent for it, in cents.")),
            "expenses": _integer(N_("Payments made for it.")),
            "seq": _SEQ,
        },
        audiences=_EVERYBODY,
    ),
    "money_by_line": View(
        about=N_("Each line of a financing plan: planned, allocated, spent."),
        columns={
            "convention_id": _CONVENTION_ID,
            "line": _text(N_("Line of the plan.")),
            "label": _text(N_("What the line pays for; empty when the plan has no such line.")),
            "position": _integer(N_("Place in the plan.")),
            "planned_cents": _integer(N_("Planned, in cents.")),
            "allocated_cents": _integer(N_("Allocated, after moves, in cents.")),
            "spent_cents": _integer(N_("Spent, in cents.")),
            "seq": _SEQ,
        },
        audiences=_EVERYBODY,
    ),
    "convention_balance": View(
        about=N_(
            "Each convention: what was granted, called, received, allocated, spent, and what is proven."
        ),
        columns={
            "convention_id": _CONVENTION_ID,
            "title": _text(N_("Title.")),
            "carrier_id": _text(
                N_("The organisation that signs and answers for the money."), "organisations"
            ),
            "amount_cents": _integer(N_("What the convention grants, in cents.")),
            "called_cents": _integer(N_("Called from the funder, in cents.")),
            "received_cents": _integer(N_("Received from the funder, in cents.")),
            "awaited_cents": _integer(N_("Called and not yet received, in cents.")),
            "allocated_cents": _integer(N_("Allocated by decisions, in cents.")),
            "unallocated_cents": _integer(N_("Granted and not allocated, in cents.")),
            "committed_cents": _integer(N_("Engaged with suppliers and not yet paid, in cents.")),
            "spent_cents": _integer(N_("Spent, in cents.")),
            "evidenced_cents": _integer(N_("Spent with a receipt and a proof of payment, in cents.")),
            "complete_cents": _integer(
                N_("Spent with an adopted decision, an allocation, a receipt and a proof of payment.")
            ),
            "coverage": Column(
                "real", N_("Share of the spending with a complete trail; 1 when nothing is spent.")
            ),
            "advanced_by_carrier_cents": _integer(
                N_("Spent beyond what was received: the carrier's advance.")
            ),
            "returned_cents": _integer(N_("Given back to the funder, in cents.")),
            "dedicated_cents": _integer(N_("Dedicated funds carried and not used yet, in cents.")),
            "disallowed_cents": _integer(N_("Not accepted by the funder, in cents.")),
            "eligible_cents": _integer(N_("Spent, less what the funder did not accept, in cents.")),
            "transferred_cents": _integer(N_("Passed on to other organisations, in cents.")),
            "in_kind_cents": _integer(N_("Given without money, in cents.")),
            "seq": _SEQ,
        },
        audiences=_EVERYBODY,
    ),
    "expense_recorders": View(
        about=N_("In what capacity each expense was recorded."),
        columns={
            "expense_id": _text(N_("The expense."), "expenses"),
            "convention_id": _CONVENTION_ID,
            "handle": _HANDLE,
            "role": _text(N_("What they were: coordinator, lieu_referent… or a role's own name.")),
            "lieu_id": _LIEU_ID,
            "recorded_on": _text(N_("The day it was recorded.")),
            "seq": _SEQ,
        },
        personal=frozenset({"handle"}),
        audiences=_FUNDER,
    ),
    "financing_trail": View(
        about=N_("Every expense of a convention, back to the award behind it."),
        columns={
            "convention_id": _CONVENTION_ID,
            "convention": _text(N_("Title of the convention.")),
            "award": _text(N_("Reference of the funder's act behind the grant.")),
            "carrier_id": _text(
                N_("The organisation that signs and answers for the money."), "organisations"
            ),
            "funders": _text(N_("Ids of the funders, separated by spaces.")),
            "decision_id": _DECISION_ID,
            "decision": _text(N_("Title of the decision.")),
            "decision_status": _text(N_("Where the decision stands.")),
            "decided_on": _text(N_("The day it was decided.")),
            "allocation_id": _text(N_("The allocation it is charged to."), "allocations"),
            "allocation_cents": _integer(N_("What the allocation holds, in cents.")),
            "line": _text(N_("Line of the plan.")),
            "lieu_id": _LIEU_ID,
            "expense_id": _text(N_("The expense."), "expenses"),
            "label": _text(N_("What was paid for.")),
            "paid_on": _text(N_("The day of payment.")),
            "amount_cents": _integer(N_("Paid, in cents.")),
            "supplier_id": _text(N_("The organisation that was paid."), "organisations"),
            "has_invoice": _integer(
                N_("1 with an invoice, or with a timesheet and a payslip for paid hours.")
            ),
            "has_payment": _integer(N_("1 with a proof of payment.")),
            "evidence": _text(N_("SHA-256 of its evidence, separated by spaces.")),
            "covered_cents": _integer(N_("Paid from money received: first received, first spent.")),
            "advanced_cents": _integer(N_("Advanced by the carrier, in cents.")),
            "complete": _integer(
                N_("1 with an adopted decision, an allocation, a receipt and a proof of payment.")
            ),
            "recorded_as": _text(N_("In what capacity it was recorded; empty when that is not known.")),
            "seq": _SEQ,
        },
        audiences=_FUNDER,
    ),
    "trail_breaks": View(
        about=N_("Where the trail of a convention breaks, or asks for a word of explanation."),
        columns={
            "convention_id": _CONVENTION_ID,
            "kind": _text(
                N_(
                    "no_decision, decision_not_adopted, no_allocation, no_invoice, no_payment_proof,"
                    " decided_later, out_of_period, over_allocation, over_claimed, disallowed, regrant or"
                    " over_grant."
                )
            ),
            "id": _text(N_("The expense, the allocation, the transfer or the convention.")),
            "amount_cents": _integer(N_("Money concerned, in cents.")),
            "seq": _SEQ,
        },
        audiences=_FUNDER,
    ),
    "commitment_status": View(
        about=N_("Each commitment: what was paid of it, and what is still to be paid."),
        columns={
            "commitment_id": _text(N_("The commitment."), "commitments"),
            "convention_id": _CONVENTION_ID,
            "allocation_id": _text(N_("The allocation it is charged to."), "allocations"),
            "amount_cents": _integer(N_("Engaged, less what was released, in cents.")),
            "paid_cents": _integer(N_("Paid of it, in cents.")),
            "open_cents": _integer(N_("Engaged and not paid yet, in cents.")),
            "seq": _SEQ,
        },
        audiences=_FUNDER,
    ),
    "money_by_funder": View(
        about=N_(
            "What each funder grants to a convention, has paid and got back; without a funder, what nobody is known"
            " to have granted or paid."
        ),
        columns={
            "convention_id": _CONVENTION_ID,
            "funder_id": _text(N_("The funder."), "organisations"),
            "granted_cents": _integer(N_("What it grants, in cents.")),
            "received_cents": _integer(N_("Received from it, in cents.")),
            "returned_cents": _integer(N_("Given back to it, in cents.")),
            "seq": _SEQ,
        },
        audiences=_FUNDER,
    ),
    "late_proofs": View(
        about=N_("What proves a payment and came after it was recorded: a receipt found late."),
        columns={
            "payment_id": _text(N_("The payment that it is about.")),
            "invoice": _integer(N_("1 with an invoice, or with a timesheet and a payslip for paid hours.")),
            "payment": _integer(N_("1 with a proof of payment.")),
            "evidence": _text(N_("SHA-256 of its evidence, separated by spaces.")),
            "seq": _SEQ,
        },
    ),
    "allocation_status": View(
        about=N_("Each allocation: what it holds, what of it is engaged, passed on and spent, what is left."),
        columns={
            "allocation_id": _text(N_("The allocation."), "allocations"),
            "convention_id": _CONVENTION_ID,
            "line": _text(N_("Line of the plan.")),
            "lieu_id": _LIEU_ID,
            "decision_id": _DECISION_ID,
            "mode": _text(N_("“envelope” when the carrier pays from it, “transfer” when it is paid over.")),
            "initial_cents": _integer(N_("Allocated at first, in cents.")),
            "amount_cents": _integer(N_("Allocated, after moves, in cents.")),
            "committed_cents": _integer(N_("Engaged with suppliers and not yet paid, in cents.")),
            "transferred_cents": _integer(N_("Passed on to other organisations, in cents.")),
            "spent_cents": _integer(N_("Spent, in cents.")),
            "unspent_transfer_cents": _integer(
                N_("Passed on and not yet shown to be spent by who received it, in cents.")
            ),
            "left_cents": _integer(
                N_("Neither spent, nor engaged, nor passed on, in cents; below zero when overspent.")
            ),
            "status": _text(N_("open, committed, spent or released.")),
            "seq": _SEQ,
        },
        audiences=_FUNDER,
    ),
    "scdl_subventions": View(
        about=N_(
            "Grants in the columns of the French open-data schema SCDL “subventions”, one row a funder."
        ),
        columns={
            "nomAttribuant": _text(N_("Name of the funder.")),
            "idAttribuant": _text(N_("SIRET of the funder.")),
            "dateConvention": _text(N_("The day it was signed.")),
            "referenceDecision": _text(N_("Reference of the funder's act behind the grant.")),
            "nomBeneficiaire": _text(N_("Name of the carrier.")),
            "idBeneficiaire": _text(N_("SIRET of the carrier.")),
            "rnaBeneficiaire": _text(N_("RNA of the carrier.")),
            "objet": _text(N_("What the grant is for.")),
            "montant": Column(
                "real", N_("What this funder grants, in euros; empty when nobody said who grants what.")
            ),
            "nature": _text(N_("In money.")),
            "conditionsVersement": _text(N_("unique or échelonné.")),
            "datesPeriodeVersement": _text(N_("First and last day of the payments foreseen.")),
            "idRAE": _text(N_("Number in the register of State aid; not known here.")),
            "notificationUE": _text(N_("Whether the aid was notified to the European Union: non.")),
            "pourcentageSubvention": Column(
                "real", N_("Share of the beneficiary: 1, the carrier alone signs.")
            ),
            "dispositifAide": _text(N_("The call that it answers.")),
            "convention_id": _CONVENTION_ID,
            "seq": _SEQ,
        },
        audiences=_EVERYBODY,
    ),
    "obligations": View(
        about=N_(
            "What is expected of a convention and by when: instalments, reports, publication, reviews, its end."
        ),
        columns={
            "convention_id": _CONVENTION_ID,
            "kind": _text(N_("instalment, report, publication, mid_term, final or end.")),
            "about": _text(N_("The instalment, or the year of the report.")),
            "due_on": _text(N_("By when.")),
            "done_on": _text(N_("The day it was done; empty until then.")),
            "amount_cents": _integer(N_("Money concerned, in cents.")),
            "seq": _SEQ,
        },
        audiences=_FUNDER,
    ),
    "co_funding": View(
        about=N_("What else pays beside a convention: other funders of its plan, shared payments."),
        columns={
            "convention_id": _CONVENTION_ID,
            "kind": _text(N_("“plan” for a line of income, “shared” for payments shared.")),
            "funder_id": _text(N_("The funder."), "organisations"),
            "other_convention_id": _text(
                N_("The other convention that bears payments; empty when nobody known does."), "conventions"
            ),
            "amount_cents": _integer(N_("Money concerned, in cents.")),
            "seq": _SEQ,
        },
        audiences=_FUNDER,
    ),
    "indicator_status": View(
        about=N_("Each indicator: its target, how often it moved, its last measure, what was said of it."),
        columns={
            "indicator_id": _text(N_("The indicator."), "indicators"),
            "convention_id": _CONVENTION_ID,
            "title": _text(N_("What is observed.")),
            "kind": _text(N_("quantitative or qualitative.")),
            "unit": _text(N_("In what unit.")),
            "target": Column("real", N_("The target.")),
            "aim": _text(N_("What is hoped for, in words.")),
            "target_on": _text(N_("By when.")),
            "revisions": _integer(N_("How often the target moved.")),
            "value": Column("real", N_("The value, when it is a number.")),
            "rating": _text(N_("The rating, when it is a word.")),
            "narrative": _text(N_("What explains it.")),
            "measured_on": _text(N_("As of what day.")),
            "claim": _text(N_("reached or not_reached, when the source says so.")),
            "parts_total": Column("real", N_("Sum of the parts that the source lists; empty without parts.")),
            "not_itemised": Column("real", N_("The value less its parts: what the source does not list.")),
            "met": _integer(N_("1 when the last value is at the target, 0 when it is below.")),
            "seq": _SEQ,
        },
        audiences=_FUNDER,
    ),
    "contract_balance": View(
        about=N_("Each contract of accompaniment: what is due for missions accepted, what is not yet."),
        columns={
            "contract_id": _text(N_("The accompaniment contract."), "contracts"),
            "title": _text(N_("Title.")),
            "client_id": _text(N_("Who asks for it."), "organisations"),
            "provider_id": _text(N_("Who accompanies."), "organisations"),
            "amount_cents": _integer(N_("What it costs, in cents.")),
            "accepted_cents": _integer(N_("Of missions whose deliverables are all accepted, in cents.")),
            "unpaid_cents": _integer(N_("Not due yet, in cents.")),
            "accepted": _integer(N_("Deliverables accepted.")),
            "deliverables": _integer(N_("Deliverables in all.")),
            "seq": _SEQ,
        },
    ),
    "external_share": View(
        about=N_("Work of people from outside, quarter by quarter: an accompaniment succeeds when it falls."),
        columns={
            "quarter": _text(N_("Quarter, YYYY-Qn.")),
            "external_minutes": _integer(N_("Minutes of people engaged as experts, attached to no lieu.")),
            "minutes": _integer(N_("Minutes given.")),
            "share": Column("real", N_("The share of people from outside.")),
            "seq": _SEQ,
        },
    ),
}
