"""Whatever is done, in any order: no euro is promised twice, and every cut of the books adds up to the cent.

What users do is drawn at random, shared payments, transfers and two funders of one convention included; what the
rules refuse changes nothing. The sums are then taken over every prefix of what was recorded and over the facts of
every day: a report at a cut reads no other rows.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from sqlite3 import Connection
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ledger.funds.events import Conditions, ExpenseShare, PlanLine
from ledger.funds.financial_report import plan_against_actual
from ledger.funds.model import (
    CommitFunds,
    DisallowExpense,
    ReallocateFunds,
    ReceiveInstalment,
    RecordExpense,
    ReleaseFunds,
    TransferFunds,
)
from ledger.funds.trail import trail
from ledger.kernel.errors import LedgerError

BOUNDED = (Phase.explicit, Phase.reuse, Phase.generate)
"""A failure is told as it was found: to shrink one takes minutes, for each look makes the tables anew."""

CONVENTIONS = ("ANCT", "RIVES")
HELD = {"A-1": "ANCT", "A-2": "ANCT", "A-3": "RIVES"}
DAYS = [date(2024, 1, 20) + timedelta(days=20 * n) for n in range(8)]

allocations = st.sampled_from([*HELD])
euros = st.integers(1, 30) | st.integers(1, 700)
cents = st.integers(1, 3_000) | st.integers(1, 70_000)
days = st.sampled_from(DAYS)
numbers = st.integers(0, 3)
shares = st.lists(
    st.tuples(st.sampled_from(CONVENTIONS), st.integers(1, 7_000)),
    min_size=1,
    max_size=2,
    unique_by=lambda s: s[0],
)

acts = st.one_of(
    st.builds(
        lambda n, allocation, amount, day: CommitFunds(
            id=f"EN-{n}", allocation=allocation, amount_cents=amount, label="Devis", on=day
        ),
        numbers,
        allocations,
        cents,
        days,
    ),
    st.builds(
        lambda n, amount, day: ReleaseFunds(commitment=f"EN-{n}", amount_cents=amount, on=day),
        numbers,
        cents,
        days,
    ),
    st.builds(
        lambda n, allocation, amount, paid, day: TransferFunds(
            id=f"VI-{HELD[allocation]}-{n}",
            to="anct",
            kind="invoice",
            allocation=allocation,
            amount_cents=amount,
            paid=day if paid else None,
            on=day,
        ),
        numbers,
        allocations,
        cents,
        st.booleans(),
        days,
    ),
    st.builds(
        lambda source, target, amount, day: ReallocateFunds(
            from_allocation=source,
            to_allocation=target,
            amount_cents=amount,
            decision="MOVE",
            funder_approval="courriel",
            on=day,
        ),
        allocations,
        allocations | st.none(),
        cents,
        days,
    ),
    st.builds(
        lambda n, allocation, commitment, amount, day: RecordExpense(
            id=f"E-{n}",
            label="Achat",
            amount_cents=amount,
            allocation=allocation,
            commitment=None if commitment is None else f"EN-{commitment}",
            paid=day,
        ),
        st.integers(0, 7),
        allocations,
        numbers | st.none(),
        cents,
        days,
    ),
    st.builds(
        lambda n, parts, amount, lieu, day: RecordExpense(
            id=f"E-{n}",
            label="À plusieurs",
            amount_cents=amount,
            lieu=lieu,
            shares=tuple(ExpenseShare(convention_id=c, share_bp=bp, line="lieux") for c, bp in parts),
            paid=day,
        ),
        st.integers(0, 7),
        shares,
        cents,
        st.sampled_from(["pop", "parade", None]),
        days,
    ),
    st.builds(
        lambda n, convention, amount, day: DisallowExpense(
            expense=f"E-{n}", convention=convention, amount_cents=amount, reason="hors objet", on=day
        ),
        st.integers(0, 7),
        st.sampled_from(CONVENTIONS),
        cents,
        days,
    ),
    st.builds(
        lambda n, convention, funder, amount, day: ReceiveInstalment(
            convention=convention,
            instalment=f"{convention}-{funder}-{n}",
            kind="interim",
            funder=funder,
            amount_cents=amount,
            on=day,
        ),
        st.integers(0, 2),
        st.sampled_from(CONVENTIONS),
        st.sampled_from(["anct", "region", None]),
        cents,
        days,
    ),
)


def a_book(a_consortium: Any) -> Any:
    """Two conventions, one of two funders; an allocation of 1 000 € each for three lieux."""
    money = a_consortium(START=5_000, MOVE=100_000)
    money.sign("ANCT", 4_000, conditions=Conditions(tolerance_bp=1_000), instalments=())
    plan = (
        PlanLine(line="lieux", label="Lieux", amount_cents=200_000),
        PlanLine(line="anct", label="ANCT", amount_cents=120_000, side="income", funder_id="anct"),
        PlanLine(line="region", label="Région", amount_cents=80_000, side="income", funder_id="region"),
    )
    money.sign("RIVES", 2_000, funders=("anct", "region"), plan=plan, instalments=())
    for allocation, lieu in zip(HELD, ("pop", "parade", None), strict=True):
        money.allocate(allocation, 1_000, lieu=lieu, convention=HELD[allocation], decision="START")
    return money


def play(a_consortium: Any, said: list[Any]) -> tuple[Any, list[Any]]:
    """The book after these acts, and those that were accepted."""
    money, accepted, taken = a_book(a_consortium), [], set()
    for command in said:
        new = command.id if type(command) in (CommitFunds, RecordExpense) else None
        if new in taken or not _known(command, money):
            continue  # the service finds what an act names, and whether its id is free
        with suppress(LedgerError):
            before = {name: _used(money, name) for name in HELD}
            money.do(command)
            accepted.append((command, before, {name: _used(money, name) for name in HELD}))
            taken |= {new} if new else set()
    return money, accepted


def _known(command: Any, money: Any) -> bool:
    commitments = {name for c in CONVENTIONS for name in money.convention(c).commitments}
    if isinstance(command, DisallowExpense):
        return f"expense/{command.expense}" in money.states
    named = getattr(command, "commitment", None)
    return named is None or named in commitments


def _used(money: Any, allocation: str) -> tuple[int, int]:
    """What an allocation holds, and what of it is spent or promised."""
    convention = HELD[allocation]
    held = money.convention(convention).allocations[allocation].amount_cents
    return held, money.used_cents(allocation, convention)


@given(st.lists(acts, min_size=8, max_size=30))
@settings(max_examples=120, deadline=None, phases=BOUNDED)
def test_no_intention_takes_what_is_spent_or_promised_already(a_consortium: Any, said: list[Any]) -> None:
    """A payment is a fact and may go beyond its allocation; nothing that is intended ever does."""
    _money, accepted = play(a_consortium, said)
    for command, before, after in accepted:
        if isinstance(command, RecordExpense | DisallowExpense | ReceiveInstalment | ReleaseFunds):
            continue
        if isinstance(command, TransferFunds) and command.paid:
            continue
        for allocation, (held, used) in after.items():
            if (held, used) != before[allocation]:
                assert used <= held or used <= before[allocation][1], (command, allocation)
                assert held >= 0


@given(st.lists(acts, min_size=8, max_size=30))
@settings(max_examples=20, deadline=None, phases=BOUNDED)
def test_every_cut_adds_up(a_consortium: Any, said: list[Any]) -> None:
    money, _accepted = play(a_consortium, said)
    recorded = list(money.events)
    for known in {len(recorded), len(recorded) // 2}:
        for until in (DAYS[-1], DAYS[3]):
            money.events = [
                (on, event) for on, event in recorded[:known] if on <= max(until, date(2024, 3, 5))
            ]
            _adds_up(money.tables())
    money.events = recorded
    _agrees(money, money.tables())


def _adds_up(db: Connection) -> None:
    """Sums by line, by lieu, by allocation, by funder and by payment make those of the conventions."""
    balances = {
        row[0]: row[1:]
        for row in db.execute(
            "SELECT convention_id, amount_cents, received_cents, returned_cents, allocated_cents, spent_cents,"
            " disallowed_cents, transferred_cents FROM convention_balance"
        )
    }
    for convention, (
        granted,
        received,
        returned,
        allocated,
        spent,
        disallowed,
        transferred,
    ) in balances.items():
        by_funder = _sums(db, "granted_cents, received_cents, returned_cents", "money_by_funder", convention)
        assert by_funder == (granted, received, returned)
        assert _sums(db, "allocated_cents", "money_by_line", convention) == (allocated,)
        no_line = _sums(db, "amount_cents", "expenses", convention, "line IS NULL")
        assert _sums(db, "spent_cents", "money_by_line", convention)[0] + no_line[0] == spent
        by_allocation = _sums(
            db, "amount_cents, spent_cents, transferred_cents", "allocation_status", convention
        )
        elsewhere = _sums(db, "amount_cents", "expenses", convention, "allocation_id IS NULL")[0]
        assert by_allocation[0] == allocated
        assert by_allocation[1] + elsewhere + _across(db, convention) == spent
        assert by_allocation[2] <= transferred
        lines = plan_against_actual(db, convention)
        assert sum(line["spent_cents"] for line in lines) == spent
        assert sum(line["allocated_cents"] for line in lines) == allocated
        report = trail(db, convention)
        assert sum(row["amount_cents"] for row in report["rows"]) == spent == report["spent_cents"]
        paid = sum(part["amount_cents"] for row in report["rows"] for part in row["instalments"])
        assert paid == min(received, spent)
        assert paid + report["advanced_by_carrier_cents"] == spent
        assert report["eligible_cents"] + disallowed == spent
    whole = "SELECT coalesce(sum(amount_cents), 0) FROM expenses"
    by_lieu = db.execute("SELECT sum(spent_cents), sum(allocated_cents) FROM money_by_lieu").fetchone()
    assert (
        by_lieu[0] + db.execute(f"{whole} WHERE lieu_id IS NULL").fetchone()[0]
        == db.execute(whole).fetchone()[0]
    )
    of_lieux = "SELECT coalesce(sum(amount_cents), 0) FROM allocations WHERE lieu_id IS NOT NULL"
    assert by_lieu[1] == db.execute(of_lieux).fetchone()[0]
    charged = db.execute(
        "SELECT coalesce(sum(amount_cents), 0) FROM expenses WHERE convention_id IS NOT NULL"
    ).fetchone()[0]
    assert sum(row[4] for row in balances.values()) == charged
    for paid, parts, claimed in db.execute(
        "SELECT max(paid_cents), sum(amount_cents), max(claimed_cents) FROM expenses GROUP BY payment_id"
    ):
        assert parts == max(paid, claimed), "a payment is the sum of its parts, or is claimed above its whole"


def _sums(db: Connection, columns: str, table: str, convention: str, where: str = "1") -> tuple[int, ...]:
    each = ", ".join(f"coalesce(sum({column}), 0)" for column in columns.split(", "))
    row: tuple[int, ...] = db.execute(
        f"SELECT {each} FROM {table} WHERE convention_id = ? AND {where}", (convention,)
    ).fetchone()
    return row


def _across(db: Connection, convention: str) -> int:
    """What this convention spent out of allocations of another, less the other way round: a slip, still a fact."""
    out = db.execute(
        "SELECT coalesce(sum(CASE WHEN expenses.convention_id = ?1 THEN expenses.amount_cents"
        " ELSE -expenses.amount_cents END), 0) FROM expenses JOIN allocations ON allocations.id = allocation_id"
        " WHERE (expenses.convention_id = ?1) <> (allocations.convention_id = ?1)",
        (convention,),
    ).fetchone()
    return int(out[0])


def _agrees(money: Any, db: Connection) -> None:
    """What the rules sum is what the tables show."""
    for allocation, convention in HELD.items():
        held, used = _used(money, allocation)
        row = db.execute(
            "SELECT amount_cents, left_cents, committed_cents, spent_cents FROM allocation_status"
            " WHERE allocation_id = ?",
            (allocation,),
        ).fetchone()
        assert row[:2] == (held, held - used), allocation
        assert money.convention(convention).allocated_cents >= 0
