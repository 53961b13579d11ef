"""What a grant asks for: public money under its ceiling, an assessor apart, data made public, facts told in time."""

from __future__ import annotations

import pytest

from .given import Given


def organisation(given: Given, id: str, **columns: object) -> None:
    given.put("organisations", id=id, name=id.title(), **columns)


def line(given: Given, position: int, cents: int, side: str = "expense", **columns: object) -> None:
    defaults = {"convention_id": "C", "line": f"l{position}", "nature": "direct"}
    given.put("budget_lines", position=position, amount_cents=cents, side=side, **(defaults | columns))


def plan(given: Given, public: int, own: int, in_kind: int = 0) -> None:
    """A plan of so much from authorities and so much of one's own, under a ceiling of 80 %."""
    given.convention(amount_cents=public, initial_amount_cents=public, max_public_bp=8_000)
    given.put("convention_funders", convention_id="C", organisation_id="region", position=1)
    line(given, 1, public + own)
    line(given, 2, public, "income", funder_id="region", account="74")
    line(given, 3, own, "income", account="70")
    if in_kind:
        line(given, 4, in_kind, nature="in_kind", account="86")
        line(given, 5, in_kind, "income", nature="in_kind", account="87")


@pytest.mark.parametrize(
    ("public", "own", "in_kind", "found"),
    [
        (240_000, 60_000, 0, []),  # 2 400 of 3 000
        (270_000, 30_000, 0, [("C", "alert", 0.9, "2024-01-10", None)]),
        (288_000, 12_000, 60_000, [("C", "info", 0.96, "2024-01-10", None)]),  # 2 880 of 3 600
        (294_000, 6_000, 60_000, [("C", "alert", 0.8167, "2024-01-10", None)]),
    ],
)
def test_public_money_keeps_under_the_ceiling(
    given: Given, public: int, own: int, in_kind: int, found: list[tuple[object, ...]]
) -> None:
    plan(given, public, own, in_kind)
    assert given.flags("PUBLIC_SHARE_CEILING") == found


def test_a_private_funder_is_no_public_money(given: Given) -> None:
    organisation(given, "region", legal_form="fondation d'entreprise")
    plan(given, 270_000, 30_000)
    assert given.flags("PUBLIC_SHARE_CEILING") == []


def test_without_a_ceiling_there_is_nothing_to_pass(given: Given) -> None:
    plan(given, 270_000, 30_000)
    given.db.execute("UPDATE conventions SET max_public_bp = NULL")
    assert given.flags("PUBLIC_SHARE_CEILING") == []
    given.rules("R", "2024-01-01", PUBLIC_SHARE_CEILING=8_500)
    assert given.flags("PUBLIC_SHARE_CEILING") == [("C", "alert", 0.9, "2024-01-10", None)]


def test_an_amendment_s_plan_clears_it(given: Given) -> None:
    plan(given, 270_000, 30_000)
    given.put(
        "amendments", id=50, convention_id="C", amended_on="2024-06-01", amount_cents=240_000, new_plan=1
    )
    past = given.db.execute(
        "SELECT position, amount_cents, side, funder_id, account FROM budget_lines"
    ).fetchall()
    for position, cents, side, funder, account in past:
        given.put(
            "past_budget_lines",
            convention_id="C",
            replaced_by=50,
            position=position,
            line=f"l{position}",
            amount_cents=cents,
            side=side,
            nature="direct",
            funder_id=funder,
            account=account,
        )
    given.db.execute("DELETE FROM budget_lines")
    line(given, 1, 300_000)
    line(given, 2, 240_000, "income", funder_id="region")
    line(given, 3, 60_000, "income", account="70")
    assert given.flags("PUBLIC_SHARE_CEILING") == [("C", "alert", 0.9, "2024-01-10", "2024-05-31")]
    assert len(given.said("PUBLIC_SHARE_CEILING", "2024-03-01")[0]["events"]) >= 1


# -- who assesses ---------------------------------------------------------------------------------


def application(given: Given, assessor: str, **columns: object) -> None:
    defaults = {
        "title": "A workshop",
        "funder_id": "region",
        "applicant_id": "moulin",
        "status": "awarded",
        "filed_on": "2024-01-05",
        "answered_on": "2024-03-01",
    }
    given.put("applications", id="CA", assessor_id=assessor, **(defaults | columns))


def test_an_assessor_who_gains_from_the_award_is_told_at_once(given: Given) -> None:
    application(given, "moulin")
    assert given.flags("ASSESSOR_BENEFICIARY") == [("CA/moulin", "alert", 1.0, "2024-03-01", None)]


def test_the_lieu_s_own_organisation_is_a_beneficiary_too(given: Given) -> None:
    given.member("mill", organisation_id="mill-asso")
    application(given, "mill-asso", lieu_id="mill")
    assert given.on("ASSESSOR_BENEFICIARY", "2024-03-01") == [("CA/mill-asso", "alert")]


def test_an_assessor_that_is_paid_out_of_the_award(given: Given) -> None:
    application(given, "cabinet")
    given.convention(application_id="CA", carrier_id="moulin", signed_on="2024-04-01")
    assert given.flags("ASSESSOR_BENEFICIARY") == []
    given.put(
        "transfers",
        id="T",
        convention_id="C",
        organisation_id="cabinet",
        basis="invoice",
        amount_cents=1_000,
        transferred_on="2024-05-01",
    )
    assert given.flags("ASSESSOR_BENEFICIARY") == [("CA/cabinet", "alert", 1.0, "2024-05-01", None)]


def test_an_assessor_that_lives_on_the_same_funder_for_as_long_as_it_does(given: Given) -> None:
    application(given, "network")
    given.convention("N", carrier_id="network", ends_on="2024-09-30")
    given.put("convention_funders", convention_id="N", organisation_id="region", position=1)
    assert given.flags("ASSESSOR_BENEFICIARY") == [("CA/network", "watch", 1.0, "2024-03-01", "2024-09-30")]
    assert len(given.said("ASSESSOR_BENEFICIARY", "2024-04-01")[0]["events"]) == 2


def test_a_funder_that_assesses_itself_is_in_its_part(given: Given) -> None:
    application(given, "region")
    given.convention("N", carrier_id="network")
    given.put("convention_funders", convention_id="N", organisation_id="region", position=1)
    assert given.flags("ASSESSOR_BENEFICIARY") == []


def test_a_provider_that_its_client_also_funds(given: Given) -> None:
    given.put(
        "contracts",
        id="AC",
        title="x",
        client_id="epci",
        provider_id="cabinet",
        starts_on="2024-03-01",
        ends_on="2025-08-31",
        signed_on="2024-03-01",
    )
    given.convention("S", carrier_id="cabinet", signed_on="2025-01-06", ends_on="2025-12-31")
    given.put("convention_funders", convention_id="S", organisation_id="epci", position=1)
    assert given.flags("ASSESSOR_BENEFICIARY") == [("AC/cabinet", "watch", 1.0, "2025-01-06", "2025-08-31")]


# -- data made public -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"amount_cents": 2_300_000}, []),  # the law speaks of more than that
        ({"amount_cents": 2_300_001}, [("C", "watch", 90.0, "2024-04-11", None)]),
        ({"amount_cents": 5_000_000, "published_on": "2024-04-10"}, []),
        (
            {"amount_cents": 5_000_000, "published_on": "2024-05-02"},
            [("C", "watch", 90.0, "2024-04-11", "2024-05-01")],
        ),
    ],
)
def test_grant_data_are_public_three_months_after_the_signature(
    given: Given, columns: dict[str, object], found: list[tuple[object, ...]]
) -> None:
    given.convention(**columns)
    given.put("convention_funders", convention_id="C", organisation_id="region", position=1)
    assert given.flags("PUBLICATION_LATE") == found


def test_a_foundation_s_grant_need_not_be_public(given: Given) -> None:
    organisation(given, "mecene", sector="Mécénat privé")
    given.convention(amount_cents=5_000_000)
    given.put("convention_funders", convention_id="C", organisation_id="mecene", position=1)
    assert given.flags("PUBLICATION_LATE") == []


# -- a payment claimed above its whole ------------------------------------------------------------


def test_a_payment_charged_above_its_whole_over_all_conventions(given: Given) -> None:
    for number, convention in enumerate(("C", "OTHER"), 1):
        given.expense(
            "E-1" if number == 1 else "E-1#2",
            "2024-03-01",
            6_000,
            convention_id=convention,
            payment_id="E-1",
            paid_cents=10_000,
            claimed_cents=12_000,
            share_bp=6_000,
        )
    assert given.flags("EVIDENCE_REUSED") == [("E-1", "alert", 1.2, "2024-03-01", None)]
    (flag,) = given.said("EVIDENCE_REUSED", "2024-04-01")
    assert "120%" in flag["sentence"]


# -- 153 000 € in a year --------------------------------------------------------------------------


def receipt(given: Given, id: int, on: str, cents: int, convention: str = "C", **columns: object) -> None:
    given.put(
        "instalment_receipts",
        id=id,
        instalment_id=f"I-{id}",
        convention_id=convention,
        amount_cents=cents,
        received_on=on,
        **columns,
    )


def test_a_carrier_above_the_line_of_audited_accounts_is_told(given: Given) -> None:
    for convention, funder in (("C", "region"), ("D", "anct")):
        given.convention(convention)
        given.put("convention_funders", convention_id=convention, organisation_id=funder, position=1)
    receipt(given, 1, "2024-02-01", 10_000_000)
    receipt(given, 2, "2024-06-01", 5_300_000, "D")
    assert [row for row in given.flags("FUNDER_DEPENDENCE") if "/" in row[0]] == []
    receipt(given, 3, "2024-06-20", 100_000, "D")
    (row,) = [row for row in given.flags("FUNDER_DEPENDENCE") if "/" in row[0]]
    assert row == ("carrier/2024", "info", 1.0065, "2024-06-20", "2025-12-31")
    (flag,) = [f for f in given.said("FUNDER_DEPENDENCE", "2024-07-01") if "/" in f["subject"]]
    assert "€154,000" in flag["sentence"]
    assert len(flag["events"]) == 3


def test_who_paid_is_known_when_somebody_said_it(given: Given) -> None:
    given.convention()
    for position, funder in enumerate(("region", "anct"), 1):
        given.put("convention_funders", convention_id="C", organisation_id=funder, position=position)
    receipt(given, 1, "2024-02-01", 60_000, funder_id="region")
    receipt(given, 2, "2024-06-01", 40_000, funder_id="anct")
    assert given.on("FUNDER_DEPENDENCE", "2025-06-01") == [("region", "watch")]


# -- told after the funder was --------------------------------------------------------------------


def report_filed(given: Given, id: str, on: str, until: str) -> None:
    given.put(
        "reports",
        id=id,
        convention_id="C",
        kind="financial",
        filed_on=on,
        covers_until=until,
        filed_seq=given.db.execute("SELECT max(seq) FROM events").fetchone()[0],
        status="filed",
    )


def fact(given: Given, seq: int, on: str, recorded: str, kind: str = "expense.recorded.v1") -> None:
    given.put("events", seq=seq, kind=kind, occurred_on=on, recorded_at=f"{recorded}T10:00:00Z")
    given.db.execute("INSERT INTO event_conventions (seq, convention_id) VALUES (?, 'C')", (seq,))


def test_what_is_recorded_after_a_report_about_its_time_is_told_until_another_report(given: Given) -> None:
    given.convention()
    report_filed(given, "RP", "2025-03-01", "2024-12-31")
    fact(given, 100, "2025-03-05", "2025-03-06")
    assert given.flags("LATE_RECORDING") == []
    fact(given, 101, "2024-12-20", "2025-03-10")
    assert given.on("LATE_RECORDING", "2025-03-10")[0] == ("RP", "watch")
    (told,) = [f for f in given.said("LATE_RECORDING", "2025-03-12") if f["subject"] == "RP"]
    assert (told["value"], told["acts"], told["events"]) == (9.0, 1.0, [101])
    given.put(
        "reports",
        id="RP-2",
        convention_id="C",
        kind="financial",
        filed_on="2025-03-20",
        covers_until="2024-12-31",
        filed_seq=102,
        status="filed",
    )
    assert [row[3:] for row in given.flags("LATE_RECORDING") if row[0] == "RP"] == [
        ("2025-03-10", "2025-03-19")
    ]
