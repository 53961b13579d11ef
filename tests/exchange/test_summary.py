"""The reply to a file says in one line what was recorded."""

from __future__ import annotations

from ledger.exchange.summary import summary
from ledger.language.catalogue import speaking
from ledger.language.formats import plain


def event(kind, **data):
    return {"kind": kind, "occurred_on": "2024-03-05", "data": data}


def breakfast():
    lieux = {"la-fabrique": 24 * 60, "la-verrerie": 450, "l-archipel": 360, "parade": 330, "pop": 240}
    return [
        event("meeting.held.v1", meeting_id="M-1"),
        *(
            event(f"{kind}.v1", decision_id=known)
            for known in ("D-1", "D-2")
            for kind in ("proposal.made", "decision.adopted")
        ),
        *(event("task.opened.v1", task_id=known) for known in ("T-1", "T-2", "T-3")),
        event("task.assigned.v1", task_id="T-1", person_id="P-1"),
        event("task.assigned.v1", task_id="T-2", person_id="P-2"),
        *(event("time.logged.v1", lieu_id=lieu, minutes=minutes) for lieu, minutes in lieux.items()),
        event("time.logged.v1", person_id="P-0", minutes=630),
        event("funds.allocated.v1", amount_cents=450_000),
        event("expense.recorded.v1", amount_cents=120_000),
    ]


def test_the_reply_to_the_example_is_the_one_promised():
    with speaking("fr"):
        assert plain(summary(breakfast(), members=6)) == (
            "réunion du 5 mars 2024, "
            "2 décisions, 3 tâches (1 sans personne), 47 h pour 5 lieux sur 6 et 10 h 30 de coordination, "
            "4 500 € affectés, 1 200 € dépensés"
        )
    with speaking("en"):
        assert plain(summary(breakfast(), members=6)) == (
            "meeting of 5 March 2024, "
            "2 decisions, 3 tasks (1 with nobody), 47 h for 5 lieux of 6 and 10 h 30 min of coordination, "
            "€4,500 allocated, €1,200 spent"
        )


def test_singulars_cents_and_small_files():
    with speaking("fr"):
        assert plain(summary([event("expense.recorded.v1", amount_cents=1_250)])) == "12,50 € dépensés"
        assert plain(summary([event("meeting.held.v1", meeting_id="M-1")])) == "réunion du 5 mars 2024"
        assert summary([event("turn.taken.v1"), event("turn.taken.v1")]) == "2 événements"
        assert summary([event("task.closed.v1", task_id="T-1")]) == "1 tâche close"
        assert summary([event("lieu.registered.v1"), event("person.registered.v1")]) == "1 lieu, 1 personne"


def test_a_proposal_that_stays_open_is_counted_beside_what_was_decided():
    events = [*breakfast(), event("proposal.made.v1", decision_id="D-3")]
    with speaking("en"):
        assert summary(events, members=6).startswith("meeting of 5 March 2024, 1 proposal, 2 decisions,")
