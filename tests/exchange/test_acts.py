"""Acts files: one list of single acts, typed, known by their ids or their place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.exchange.edits import compare
from ledger.exchange.options import from_options
from ledger.kernel.errors import LedgerError, Several, UsageError
from ledger.language.catalogue import render
from ledger.language.formats import plain

FOUNDING = """\
id: founding
par: coord
le: 8 janvier 2024
enregistré: 9 janvier 2024
actes:
  - fonder-consortium: {nom: Les 6 lieux, territoire: Arles, illustratif: oui}
  - inscrire-structure: {id: pop-asso, nom: Structure de POP, siret: 90000004300019}
  - inscrire-lieu: {id: pop2, nom: POP deux, structure: Structure de POP, membre: oui}
  - inscrire-personne:
      id: coord2
      nom: coordination des 6 lieux
      engagement: salariée
  - register-person: {id: coord, name: somebody}
  - donner-rôle: {rôle: coordination, qui: coord2, temps par mois: 7h, du: 1er janvier 2024}
  - fixer-tour: {id: bus, nom: Le bus, ordre: POP deux, chaque: année}
  - adopter-règles: {titre: Accord, quorum: 4, seuil: "66,67 %", journée: 7h, signatories: pop-asso}
  - signer-convention:
      id: fdt
      titre: Fabrique de territoire
      financeurs: [pop-asso]
      montant: 150 000 €
      début: 15 janvier 2024
      fin: 31 décembre 2026
      années: |
        année | montant
        2024  | 50 000 €
      plan: |
        ligne   | objet     | montant | lieu
        lieux   | Les lieux | 36 000  | POP deux
      versements:
        - {id: avance-2024, genre: avance, année: 2024, montant: "40 000 €", pour: 1er mars}
      conditions: {éligible du: 15 janvier 2024, reversement à: pop-asso}
  - appeler-versement: {convention: fdt, versement: avance-2024}
  - log-time: {qui: coord2, durée: 2 j, mois: janvier, activité: coordination, statut: salarié}
  - log-time: {qui: coord2, durée: 2 j, mois: janvier, activité: coordination, statut: salarié}
"""


def acts_of(file):
    return {act.position: act.command for act in file.acts}


def test_a_founding_file_speaks_of_what_it_introduces(read):
    file = read(FOUNDING)
    assert (file.id, file.author, file.recorded) == ("founding", "coord", date(2024, 1, 9))
    acts = acts_of(file)
    assert acts["register-lieu.pop2"].organisation == "pop-asso"
    assert acts["acts.6"].person == "coord2", "a handle that the file registers stays a handle"
    assert acts["acts.6"].role == "coordinator"
    assert acts["set-rotation.bus"].order == ("pop2",)
    rules = next(command for position, command in acts.items() if position.startswith("acts.8"))
    assert (rules.quorum, rules.threshold, rules.day_minutes) == (4, 6667, 420)
    assert all(act.command.on == date(2024, 1, 8) for act in file.acts)


def test_parts_are_read_from_tables_lists_and_braces(read):
    convention = acts_of(read(FOUNDING))["sign-convention.fdt"]
    assert [(y.year, y.amount_cents) for y in convention.years] == [(2024, 5_000_000)]
    assert [(p.line, p.amount_cents, p.lieu_id) for p in convention.plan] == [("lieux", 3_600_000, "pop2")]
    (advance,) = convention.instalments
    assert (advance.instalment_kind, advance.amount_cents, advance.due_on) == (
        "advance",
        4_000_000,
        date(2024, 3, 1),
    )
    assert convention.conditions.eligible_from == date(2024, 1, 15)
    assert convention.conditions.regrant_to == ("pop-asso",)


def test_a_handle_never_stands_in_a_position_and_two_equal_entries_are_two_acts(read):
    positions = [act.position for act in read(FOUNDING).acts]
    assert not any("coord" in position for position in positions)
    assert positions[-2:] == ["acts.11", "acts.12"]
    assert len(set(positions)) == len(positions)


def test_digests_of_texts_about_people_are_keyed(read, known):
    def digest(context):
        return {act.position: act.digest for act in read(FOUNDING, context).acts}

    ours, theirs = digest(known), digest(replace(known, secret=b"another vault"))
    assert {position for position in ours if ours[position] != theirs[position]} == {
        "acts.4",
        "acts.5",
        "acts.6",
        "acts.11",
        "acts.12",
    }


def test_an_act_inserted_above_changes_no_other(read):
    before = read(FOUNDING).acts
    text = FOUNDING.replace("actes:\n", "actes:\n  - close-lieu: POP\n")
    edits = compare(read(text).acts, {act.position: act.digest for act in before})
    assert [act.command.ACT for act in edits.new] == ["close-lieu"]
    assert (edits.changed, edits.removed, edits.unchanged) == ((), (), len(before))


def test_an_act_that_needs_one_thing_is_one_line_and_forgotten_indents_are_forgiven(read):
    file = read(
        "acts:\n- close-task: t-2024-001\n- log-time:\n  person: ver\n  duration: 1h\n  on: 4 March\n"
    )
    assert file.acts[0].command.task == "T-2024-001"
    assert (file.acts[1].command.minutes, file.acts[1].command.on) == (60, date(2024, 3, 4))


def test_evidence_may_be_attached_alone(read):
    file = read("acts:\n- attach-evidence: {file: facture.pdf, kind: facture, on: 4 March 2024}\n")
    (attach,) = [act.command for act in file.acts]
    assert (attach.kind, attach.media_type, attach.size_bytes) == ("invoice", "application/pdf", 12)
    assert [(kept.path.name, kept.kind) for kept in file.evidence] == [("facture.pdf", "invoice")]


def test_options_of_the_command_line_are_read_like_files(known, folder):
    (command,), _evidence = from_options(
        "adopt-decision",
        {"text": "On partage", "plafond": "4 500 €", "lieux": ["POP", "Verrerie"], "count_for": "4"},
        known,
        folder,
    )
    assert (command.ceiling_cents, command.lieux, command.count_for) == (450_000, ("pop", "la-verrerie"), 4)
    with pytest.raises(LedgerError) as caught:
        from_options("adopt-decision", {"ceiling": "12OO"}, known, folder)
    assert caught.value.place.file == "--plafond"


ACT = "acts:\n- record-expense: {{on: 4 March 2024, amount: {amount}, label: x, {rest}}}\n"


@pytest.mark.parametrize(
    "slip",
    [
        (ACT.format(amount="12OO €", rest="line: outils"), 46, 2, "letters among its digits", "1200 € ?"),
        (ACT.format(amount="-50", rest="line: outils"), 46, 2, "is negative", "est négatif"),
        (
            ACT.format(amount="999999999999999", rest="line: outils"),
            46,
            2,
            "hundred billion",
            "cent milliards",
        ),
        (
            ACT.format(amount="1,200", rest="line: outils"),
            46,
            2,
            "split by its comma",
            "coupé par sa virgule",
        ),
        (ACT.format(amount='"1,200"', rest="line: outils"), 46, 2, "1200 euros or as 1,20", "écrivez 1200 €"),
        (
            ACT.format(amount="12", rest="decision: D-2024-033"),
            70,
            5,
            "No decision is called",
            "« D-2024-003 » ?",
        ),
        (ACT.format(amount="12", rest="decision: tour-bus"), 70, 5, "is a rotation", "désigne autre chose"),
        (ACT.format(amount="12", rest="lieu: dans"), 66, 0, "", ""),
        (ACT.format(amount="12", rest="lieu: la"), 66, 5, "No lieu is called “la”", "rien de connu (lieu)"),
        (ACT.format(amount="12", rest="paid: 31/02/2024"), 66, 2, "has 29 days", "a 29 jours"),
        (ACT.format(amount="12", rest="invoice: ../x.pdf"), 69, 2, "outside the folder", "hors du dossier"),
        (
            ACT.format(amount="12", rest="invoice: /etc/passwd"),
            69,
            2,
            "outside the folder",
            "à côté de ce fichier",
        ),
        (ACT.format(amount="12", rest="invoice: vide.pdf"), 69, 2, "is empty", "est vide"),
        (ACT.format(amount="12", rest="colour: x"), 60, 2, "“colour” means nothing here", "l'un de ces mots"),
        (ACT.format(amount="12", rest="montant: 13"), 60, 2, "says the same as “amount”", "gardez l'un"),
        ("acts:\n- record-expence: {amount: 1}\n", 3, 2, "No act is called", "« record-expense » ?"),
        ("acts:\n- record-expense: {amount: 1}\n", 19, 2, "“label” is missing", "ajoutez « label: … »"),
        (
            "acts:\n- cast-ballot: {decision: D-2024-003, option: yep}\n",
            47,
            2,
            "not one of the words",
            "pour, contre",
        ),
        ("acts:\n- log-time: {person: ver, duration: 0h}\n", 37, 2, "no time at all", "laissez vide"),
        ("acts:\n- log-time: [1]\n", 3, 2, "options of “log-time” stand under it", "en retrait"),
        ("acts:\n  log-time: 1\n", 3, 2, "Acts are a list", "un « - acte: {…} » par ligne"),
        ("acts: []\n", 1, 2, "holds no act", "aucun acte"),
        ("id: x\nby: vre\nacts:\n- close-task: T-2024-001\n", 5, 5, "Nobody is known as “vre”", "« ver » ?"),
        (
            "meting: x\non: 5 March\n",
            1,
            2,
            "neither minutes nor a list",
            "« meeting: » au lieu de « meting: »",
        ),
        ("acts:\n- adopt-decision: {id: a b, text: x}\n", 24, 2, "cannot be an id", "a-b"),
    ],
)
def test_bad_acts_are_explained_where_they_stand(read, folder, speak, slip):
    text, column, exit_code, english, french = slip
    (folder / "vide.pdf").touch()
    if not exit_code:
        assert read(text).acts
        return
    with pytest.raises(LedgerError) as caught:
        read(text)
    error = caught.value
    assert error.exit_code == exit_code
    assert error.place.column == column
    assert english in render(error)
    assert "  Try: " in render(error) or "is a rotation" in english
    with speak("fr"):
        assert french in plain(render(error))


def test_a_name_that_fits_several_is_asked_for(read, known):
    known.things = {**known.things, "la-fabrique-2": ("lieu", "La Fabrique du bas")}
    with pytest.raises(UsageError, match="may mean several"):
        read("acts:\n- close-lieu: fabr\n")


def test_a_thousand_acts_and_not_one_more(read):
    line = "- log-time: {person: ver, duration: 1h, on: 4 March 2024}\n"
    assert len(read("acts:\n" + line * 1_000).acts) == 1_000
    with pytest.raises(UsageError, match="1001 acts"):
        read("acts:\n" + line * 1_001)


def test_a_file_full_of_mistakes_stops_at_fifty(read):
    with pytest.raises(Several) as caught:
        read("acts:\n" + "- log-time: {person: nobody, duration: x}\n" * 900)
    assert 50 <= len(caught.value.errors) <= 60
