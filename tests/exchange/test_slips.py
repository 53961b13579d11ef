"""Values that read well and cannot be meant are asked about; what is planned may lie ahead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.exchange import keys
from ledger.kernel.errors import UsageError

HEAD = "réunion: petit-déjeuner\nle: 5 mars 2024\nprésents: coord, ver\n"

SLIPS = [
    ("réunion: petit-déjeuner\nle: 5 mars 2099\n", 2, "is in the future"),
    (HEAD + "durée: 30h\n", 4, "No meeting lasts longer than a day."),
    (HEAD + "anime: fab\n", 4, "fab had a part in the meeting"),
    (HEAD + "note: fab\n", 4, "fab had a part in the meeting"),
    (HEAD + "heures mars 2099: |\n  qui | communs\n  POP | 2h\n", 4, "is in the future"),
    (HEAD + "argent:\n  - dépense: 12 €\n    objet: x\n    payée: 3 mars 2099\n", 7, "is in the future"),
    (HEAD + "décisions:\n  a: {texte: x, revoir: 1er juin 2020}\n", 5, "lies before 2024-03-05"),
    ("actes:\n  - noter-temps: {qui: ver, durée: 3h, le: 3 mars 2099}\n", 2, "is in the future"),
    ("le: 3 mars 2099\nactes:\n  - noter-temps: {qui: ver, durée: 3h}\n", 3, "is in the future"),
]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip[2])
def test_a_slip_is_asked_about_where_it_stands(mistake, slip):
    text, line, message = slip
    error = mistake(text)
    assert isinstance(error, UsageError)
    assert (error.place.line, message in str(error)) == (line, True)
    assert error.hint


def test_what_is_planned_may_lie_ahead(read):
    file = read(
        "actes:\n"
        "  - convoquer-réunion: {genre: x, prévue: 3 mars 2099}\n"
        "  - adopter-décision: {texte: x, le: 5 mars 2024, revoir: 1er juin 2099}\n"
        "  - ouvrir-tâche: {titre: x, pour: 3 mars 2099}\n"
    )
    assert len(file.acts) == 3


def test_facts_end_where_the_ledger_says(read, known):
    text = "actes:\n  - noter-temps: {qui: ver, durée: 3h, le: 7 mars 2024}\n"
    assert read(text, replace(known, latest=date(2024, 3, 7)))
    with pytest.raises(UsageError, match="future"):
        read(text, replace(known, latest=date(2024, 3, 6)))


@pytest.mark.parametrize(
    ("kind", "turn"),
    [
        ("petit-déjeuner", "petit-dejeuner"),
        ("petit-déjeuner de mars", "petit-dejeuner"),
        ("réunion", "petit-dejeuner"),
        ("assemblée", None),
    ],
)
def test_a_turn_is_taken_by_meetings_of_its_kind(read, kind, turn):
    held = read(f"réunion: {kind}\nle: 5 mars 2024\nchez: Parade\nprésents: ver\n").acts[0].command
    assert (held.host, held.rotation) == ("parade", turn)


@pytest.mark.parametrize(
    ("word", "known", "near"),
    [
        ("management", ["rayonnement", "gestion"], None),
        ("what", ["at", "quoi"], None),
        ("Xanadu", ["Parade"], None),
        ("Tarascon", ["arc"], None),
        ("absents", ["présents"], None),
        ("vre", ["ver"], "ver"),
        ("Fabriqe", ["La Fabrique"], "La Fabrique"),
        ("présens", ["présents"], "présents"),
    ],
)
def test_a_hint_names_what_the_word_is_a_slip_of(word, known, near):
    assert keys.near(word, known, 0.5) == near


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("réunion: été à Noël".encode("mac_roman"), "MACINTOSH"),
        ("réunion: été à Noël".encode("cp1252"), "WINDOWS-1252"),
        ("réunion: été à Noël".encode("cp850"), "CP850"),
        (b"a: \xb5\xb6\xa5\xa6\xfe", "nor in another encoding"),
        (b"%PDF-1.4\n1 0 obj\n", "This is not a text file."),
    ],
)
def test_an_old_encoding_is_named_only_when_it_reads_as_french(mistake, text, said):
    assert said in str(mistake(text))


@pytest.mark.parametrize(
    ("amount", "hint"),
    [("1 200,50", '"1 200,50"'), ("1,200", "1200, without"), ("1 200,505", '"1200,50"')],
)
def test_what_is_tried_after_a_comma_is_accepted(mistake, amount, hint):
    error = mistake(f"{HEAD}argent:\n  - {{dépense: {amount}, objet: x}}\n")
    assert hint in error.hint.format(**error.params)


def test_an_act_is_named_as_it_was_written_and_nothing_is_called_any(mistake):
    error = mistake("actes:\n  - adopter-décision: {texte: x}\n    revoir: 3\n")
    assert "“adopter-décision”" in str(error)
    assert str(mistake("actes:\n  - mettre-à-jour: {partie: zorro}\n")) == "Nothing is called “zorro”."
