"""The minutes of the product's page, and of its English twin, become the acts that a member meant."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date

import pytest

from ledger.exchange.edits import compare
from ledger.funds.model import AllocateFunds, RecordExpense
from ledger.language.catalogue import render
from ledger.language.formats import plain
from ledger.meetings.model import ConveneMeeting, HoldMeeting
from ledger.tasks.model import LogTime


def by_position(file):
    return {act.position: act.command for act in file.acts}


def test_the_example_becomes_its_acts(read, french_minutes):
    file = read(french_minutes)
    assert (file.id, file.language, file.author, file.recorded) == ("cr.yaml", "fr", None, None)
    assert [act.position for act in file.acts if not act.position.startswith("hours.")] == [
        "meeting",
        "decisions.bus",
        "decisions.agenda",
        "tasks.reserver-le-bus",
        "tasks.inviter-caf-et-ccas",
        "tasks.ouvrir-l-agenda-partage",
        "money.1",
        "money.2.evidence.1",
        "money.2.evidence.2",
        "money.2",
        "turn.tour-bus",
        "next",
    ]
    assert all(act.place.file == "cr.yaml" for act in file.acts)


def test_the_meeting_says_who_was_there_and_takes_the_hosting_turn(read, french_minutes):
    held = by_position(read(french_minutes))["meeting"]
    assert held == HoldMeeting(
        on=date(2024, 3, 5),
        id="M-2024-03-05",
        kind="petit-déjeuner",
        host="parade",
        facilitator="P-00000002",
        minute_taker="P-00000000",
        present=tuple(f"P-0000000{n}" for n in range(6)),
        excused=("P-00000006",),
        rotation="petit-dejeuner",
    )


def test_decisions_are_numbered_and_tasks_follow_them(read, french_minutes):
    acts = by_position(read(french_minutes))
    bus, agenda = acts["decisions.bus"], acts["decisions.agenda"]
    assert (bus.id, bus.ceiling_cents, bus.meeting) == ("D-2024-001", 450_000, "M-2024-03-05")
    assert (agenda.id, agenda.review) == ("D-2024-002", date(2024, 6, 1))
    book = acts["tasks.reserver-le-bus"]
    assert (book.person, book.due, book.estimate, book.decision) == (
        "P-00000002",
        date(2024, 5, 1),
        360,
        "D-2024-001",
    )
    nobody = acts["tasks.ouvrir-l-agenda-partage"]
    assert (nobody.person, nobody.lieu, nobody.estimate, nobody.decision) == (None, None, None, "D-2024-002")


def test_hours_are_one_entry_per_lieu_and_activity(read, french_minutes):
    entries = [a.command for a in read(french_minutes).acts if isinstance(a.command, LogTime)]
    lieux = [entry for entry in entries if entry.lieu]
    assert sum(entry.minutes for entry in lieux) == 47 * 60
    assert {entry.lieu for entry in lieux} == {"la-fabrique", "la-verrerie", "l-archipel", "parade", "pop"}
    assert {(e.from_, e.until) for e in entries} == {(date(2024, 2, 1), date(2024, 2, 29))}
    assert {e.activity for e in entries} == {"commons", "hosting", "admin"}
    (shared,) = [entry for entry in entries if entry.person]
    assert (shared.person, shared.minutes, shared.activity) == ("P-00000000", 630, "commons")


def test_money_names_its_decision_and_its_evidence(read, french_minutes):
    file = read(french_minutes)
    acts = by_position(file)
    allocation, expense = acts["money.1"], acts["money.2"]
    assert isinstance(allocation, AllocateFunds)
    assert (allocation.amount_cents, allocation.lieu, allocation.line, allocation.decision) == (
        450_000,
        "la-verrerie",
        "tour-bus",
        "D-2024-001",
    )
    assert isinstance(expense, RecordExpense)
    assert (expense.amount_cents, expense.paid, expense.line, expense.decision) == (
        120_000,
        date(2024, 2, 28),
        "outils",
        "D-2024-003",
    )
    invoice = hashlib.sha256(b"%PDF invoice").hexdigest()
    first = expense.evidence[0]
    assert (first.sha256, first.evidence_kind) == (invoice, "invoice")
    assert [(kept.path.name, kept.kind, kept.size_bytes) for kept in file.evidence] == [
        ("facture.pdf", "invoice", 12),
        ("releve.pdf", "proof_of_payment", 14),
    ]
    attached = acts["money.2.evidence.1"]
    assert (attached.sha256, attached.kind, attached.convention) == (invoice, "invoice", "fdt-2024")


def test_the_turn_and_the_next_meeting(read, french_minutes):
    acts = by_position(read(french_minutes))
    assert (acts["turn.tour-bus"].rotation, acts["turn.tour-bus"].lieu) == ("tour-bus", "la-verrerie")
    assert acts["next"] == ConveneMeeting(
        on=date(2024, 3, 5), id="M-2024-04-02", kind="petit-déjeuner", planned=date(2024, 4, 2), host="pop"
    )


def test_english_keys_say_the_same(read, french_minutes, english_minutes):
    french, english = read(french_minutes), read(english_minutes)
    assert english.language == "en"
    assert {a.position: a.digest for a in english.acts} == {a.position: a.digest for a in french.acts}
    assert [a.command for a in english.acts] == [a.command for a in french.acts]


def test_a_meeting_that_was_convened_is_held_under_its_id(read, known, french_minutes):
    known.meetings_convened = {date(2024, 3, 5): [("M-7", "petit-déjeuner"), ("M-8", "comité")]}
    assert by_position(read(french_minutes))["meeting"].id == "M-7"


def test_read_again_an_unchanged_file_is_unchanged_though_ids_have_moved_on(read, known, french_minutes):
    first = read(french_minutes)
    recorded = {act.position: act.digest for act in first.acts}
    later = replace(
        known,
        things={**known.things, "M-2024-03-05": ("meeting", ""), "D-2024-001": ("decision", "")},
        earlier={("cr.yaml", "decisions.bus"): "D-2024-001", ("cr.yaml", "meeting"): "M-2024-03-05"},
    )
    again = read(french_minutes, later)
    assert by_position(again)["money.1"].decision == "D-2024-001"
    edits = compare(again.acts, recorded)
    assert (edits.new, edits.changed, edits.removed, edits.unchanged) == ((), (), (), len(first.acts))


def test_an_edited_file_tells_what_changed(read, french_minutes):
    recorded = {act.position: act.digest for act in read(french_minutes).acts}
    edited = (
        french_minutes.replace("plafond: 4 500 €", "plafond: 4 000 €")
        .replace("  Inviter CAF et CCAS     | coord | 15 mars | 3h    | bus\n", "")
        .replace("excusés: cui\n", "excusés: cui\nfaites: T-2024-001\n")
    )
    edits = compare(read(edited).acts, recorded)
    assert [act.position for act in edits.new] == ["done.T-2024-001"]
    assert [act.position for act in edits.changed] == ["decisions.bus"]
    assert edits.removed == ("tasks.inviter-caf-et-ccas",)


def test_two_equal_rows_are_two_facts(read, french_minutes):
    twice = french_minutes.replace("  POP             | 4h", "  Archipel | 4h | | 2h\n  POP             | 4h")
    positions = [act.position for act in read(twice).acts]
    assert "hours.2024-02.l-archipel.commons" in positions
    assert "hours.2024-02.l-archipel.commons.2" in positions
    assert len(set(positions)) == len(positions)


def test_hours_of_the_current_month_stop_at_the_meeting(read):
    file = read("réunion: point\nle: 20 mars 2024\nheures mars: |\n  qui | communs\n  POP | 4h\n")
    assert file.acts[-1].command.until == date(2024, 3, 20)


def test_minutes_may_carry_other_acts_and_spaces_of_every_width(read):
    file = read(
        "réunion: point\nle: mardi 5 mars 2024\nactes:\n"
        "  - affecter-fonds: {montant: 1\u202f200\u00a0€, ligne: Outils, selon: D-2024-003}\n"
    )
    allocation = file.acts[-1].command
    assert (allocation.amount_cents, allocation.line) == (120_000, "outils")


@pytest.mark.parametrize(
    "slip",
    [
        ("| 10h  ", "| 10x  ", 24, 21, "“10x” is not a duration.", "« 10x » n'est pas une durée."),
        ("| communs", "| commun", 23, 21, "“commun” is no activity.", "« commun » n'est pas une activité."),
        (
            "  Fabrique ",
            "  Fabriqe ",
            24,
            3,
            "Nobody and no lieu is called “Fabriqe”.",
            "ni une personne ni un lieu",
        ),
        (
            "| ver   | 1er mai",
            "| vre   | 1er mai",
            19,
            29,
            "Nobody and no lieu is called “vre”.",
            "« ver » ?",
        ),
        ("| 1er mai |", "| 1er mia |", 19, 37, "“1er mia” is not a date.", "5 mars 2024, 1er juin"),
        ("| 6h    | bus", "| 6h    | bsu", 19, 55, "No decision is called “bsu”.", "« bus » ?"),
        ("anime: ver ", "anime: var ", 4, 8, "Nobody is known as “var”.", "« ver » ?"),
        ("coord, fab, ver", "coord, fba, ver", 6, 18, "Nobody is known as “fba”.", "« fab » ?"),
        ("chez: Parade", "chez: Prade", 3, 7, "No lieu is called “Prade”.", "« Parade » ?"),
        ("POP, 2 avril", "POP, 31 avril", 8, 16, "that month has 30 days", "ce mois a 30 jours"),
        ("tour: tour-bus,", "tour: tuor-bus,", 9, 7, "No rotation is called “tuor-bus”.", "« tour-bus » ?"),
        ("ligne: outils", "ligne: outil", 39, 12, "No line of the plan is called “outil”.", "« outils » ?"),
        (
            "selon: D-2024-003",
            "selon: D-2024-03",
            40,
            12,
            "No decision is called “D-2024-03”.",
            "« D-2024-003 » ?",
        ),
        (
            "facture: facture",
            "facture: factrue",
            41,
            14,
            "There is no file “factrue.pdf”.",
            "« facture.pdf » ?",
        ),
        ("plafond: 4 500 €", "plafont: 4 500 €", 13, 5, "“plafont” means nothing here.", "« plafond » ?"),
        (
            "excusés: cui",
            "excuses: cui\nexcused: cui",
            8,
            1,
            "is said twice, in two spellings",
            "gardez l'un des deux",
        ),
        ("  - dépense:", "  - depnse:", 36, 5, "does not say what it is", "« dépense » ?"),
    ],
)
def test_each_slip_is_shown_where_it_stands(mistake, french_minutes, speak, slip):
    old, new, line, column, english, french = slip
    assert old in french_minutes
    error = mistake(french_minutes.replace(old, new, 1))
    assert str(error.place) == f"cr.yaml:{line}:{column}"
    assert english in render(error)
    with speak("fr"):
        assert french in plain(render(error))
        assert "Essayez : " in plain(render(error))


def test_all_mistakes_come_at_once_in_the_order_of_the_file(mistake, french_minutes):
    text = french_minutes.replace("chez: Parade", "chez: Prade").replace("| 10h  ", "| 10x  ")
    error = mistake(text.replace("payée: 28 février", "payée: 31 février"))
    assert [e.place.line for e in error.errors] == [3, 24, 38]
    assert "noter-dépense: " in render(error)
    assert error.exit_code == 5


def test_an_unknown_person_exits_with_5_and_a_wrong_value_with_2(mistake, french_minutes):
    assert mistake(french_minutes.replace("anime: ver", "anime: xyz")).exit_code == 5
    assert mistake(french_minutes.replace("4 500 €", "4 5OO €", 1)).exit_code == 2
