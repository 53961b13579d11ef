"""What holds after any sequence of acts: ceilings are kept, and state, tables and trail agree."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.funds.events import Conditions, FundsAllocated, FundsReallocated
from ledger.funds.trail import trail
from ledger.kernel.errors import LedgerError

CEILINGS = {"D1": 3_000, "D2": 90_000, "D3": None}
GRANTS = {"ANCT": 60_000, "REGION": 52_000}
ALLOCATIONS = [f"A-{n}" for n in range(6)]

names = st.sampled_from(ALLOCATIONS)
decisions = st.sampled_from([*CEILINGS, None])
euros = st.integers(1, 900) | st.integers(1, 40_000)
acts = st.one_of(
    st.tuples(
        st.just("allocate"),
        names,
        euros,
        st.fixed_dictionaries(
            {
                "convention": st.sampled_from([*GRANTS]),
                "line": st.sampled_from(["lieux", "tour-bus", "outils"]),
                "lieu": st.sampled_from(["pop", "parade", None]),
                "decision": decisions,
            }
        ),
    ),
    st.tuples(
        st.just("move"),
        names,
        names,
        euros,
        st.fixed_dictionaries({"decision": decisions, "funder_approval": st.sampled_from(["avenant", None])}),
    ),
    st.tuples(
        st.just("spend"),
        st.integers(0, 8).map("E-{}".format),
        euros,
        st.fixed_dictionaries(
            {
                "convention": st.sampled_from([*GRANTS, None]),
                "line": st.sampled_from(["lieux", "tour-bus", None]),
                "lieu": st.sampled_from(["pop", None]),
                "decision": decisions,
            }
        ),
    ),
    st.tuples(st.just("receive"), st.sampled_from(["ANCT-avance", "ANCT-solde"]), euros),
    st.tuples(st.just("call"), st.sampled_from(["ANCT-avance", "ANCT-solde"])),
    st.tuples(
        st.just("dedicate"), st.sampled_from([2024, 2025]), euros, st.sampled_from(["carried", "used"])
    ),
)


def play(a_consortium: Any, said: list[Any]) -> Any:
    """Give every act; those that are refused, or whose new id is taken, change nothing."""
    money = a_consortium(**CEILINGS)
    for convention, grant in GRANTS.items():
        money.sign(convention, grant, conditions=Conditions(tolerance_bp=1_000))
    for number, lieu in enumerate(("pop", "parade", "cuisine")):
        money.allocate(f"A-{number}", 6_000, lieu=lieu, decision="D2")
    taken = {"A-0", "A-1", "A-2"}
    for act, *arguments in said:
        changes = arguments.pop() if isinstance(arguments[-1], dict) else {}
        new = arguments[0] if act in ("allocate", "spend") else None
        if new in taken:
            continue
        with suppress(LedgerError):
            getattr(money, act)(*arguments, **changes)
            taken |= {new} if new else set()
    return money


@given(st.lists(acts, min_size=6, max_size=25))
@settings(max_examples=120, deadline=None)
def test_no_sequence_of_acts_allocates_beyond_a_grant_or_a_ceiling(
    a_consortium: Any, said: list[Any]
) -> None:
    money = play(a_consortium, said)
    under: dict[str, int] = defaultdict(int)
    granted: dict[str, int] = defaultdict(int)
    for _, event in money.events:
        if isinstance(event, FundsAllocated):
            under[event.decision_id] += event.amount_cents
            granted[event.convention_id] += event.amount_cents
        if isinstance(event, FundsReallocated) and CEILINGS[event.decision_id]:
            under[event.decision_id] += event.amount_cents
    assert all(cents <= (CEILINGS[decision] or 0) * 100 for decision, cents in under.items())
    assert all(cents <= GRANTS[convention] * 100 for convention, cents in granted.items())
    for convention in GRANTS:
        state = money.convention(convention)
        assert state.allocated_cents == granted[convention], "moving money makes none"
        assert all(a.amount_cents >= 0 for a in state.allocations.values())
        assert state.called_cents <= state.amount_cents
        assert state.dedicated_cents >= 0


@given(st.lists(acts, min_size=6, max_size=20))
@settings(max_examples=20, deadline=None)
def test_state_tables_and_trail_agree(a_consortium: Any, said: list[Any]) -> None:
    money = play(a_consortium, said)
    tables = money.tables()
    held = dict(tables.execute("SELECT id, amount_cents FROM allocations"))
    for convention in GRANTS:
        state, report = money.convention(convention), trail(tables, convention)
        for allocation in state.allocations.values():
            assert held[allocation.allocation_id] == allocation.amount_cents
        received = sum(i.received_cents for i in state.instalments.values())
        assert report["allocated_cents"] == state.allocated_cents
        assert report["received_cents"] == received
        assert report["dedicated_cents"] == state.dedicated_cents
        assert report["spent_cents"] == sum(row["amount_cents"] for row in report["rows"])
        by_line = tables.execute(
            "SELECT sum(allocated_cents), sum(spent_cents) FROM money_by_line WHERE convention_id = ?",
            (convention,),
        ).fetchone()
        without_line = sum(row["amount_cents"] for row in report["rows"] if row["line"] is None)
        assert (by_line[0] or 0, (by_line[1] or 0) + without_line) == (
            report["allocated_cents"],
            report["spent_cents"],
        )
        paid = sum(part["amount_cents"] for row in report["rows"] for part in row["instalments"])
        assert paid == min(received, report["spent_cents"])
        assert report["advanced_by_carrier_cents"] == report["spent_cents"] - paid
    spent_by_lieu = tables.execute("SELECT lieu_id, sum(amount_cents) FROM expenses GROUP BY lieu_id")
    by_lieu = dict(tables.execute("SELECT lieu_id, spent_cents FROM money_by_lieu"))
    assert all(by_lieu[lieu] == cents for lieu, cents in spent_by_lieu if lieu)
