"""Templates with clauses become sentences; what is absent is left out, what is withheld says so."""

from __future__ import annotations

import pytest

from ledger.language.catalogue import speaking
from ledger.language.formats import plain
from ledger.language.sentences import Teller, fields, fill_in, parse

NAMES = {"arc": "Archipel", "fab": "La Fabrique", "six": "le 6b", "P-1": "coordination", "v1": "withheld"}


def told(template, language="en", **data):
    event = {"kind": "k", "occurred_on": "2024-03-05", "recorded_by": "P-1", "data": data}
    if "since" in data:
        event["occurred_from"] = data.pop("since")
    with speaking(language):
        return plain(fill_in(template, event, lambda ref: NAMES.get(ref, ref)))


def test_clauses_without_their_value_are_left_out():
    template = "task {title:quote}[ for {person_id:person}][, before {due_on:day}][!person_id?, with nobody]"
    assert told(template, title="Book") == "Task “Book”, with nobody"
    assert told(template, title="Book", person_id="P-1", due_on="2024-05-01") == (
        "Task “Book” for coordination, before 1 May 2024"
    )


def test_conditions_ask_for_presence_truth_or_value():
    template = (
        "turn [outcome=taken|swapped?taken][outcome=skipped?skipped][critical?, critical][note?, noted]"
    )
    assert told(template, outcome="swapped", critical=False) == "Turn taken"
    assert told(template, outcome="skipped", critical=True, note="x") == "Turn skipped, critical, noted"


def test_clauses_nest():
    template = "spent[ by {a}[ and {b}]]"
    assert told(template) == "Spent"
    assert told(template, a="A") == "Spent by A"
    assert told(template, a="A", b="B") == "Spent by A and B"


@pytest.mark.parametrize(
    ("template", "data", "english", "french"),
    [
        ("{a_cents:money}", {"a_cents": 450_000}, "€4,500", "4 500 €"),
        ("{m:duration}", {"m": 210}, "3 h 30 min", "3 h 30"),
        ("{s:share}", {"s": 850}, "8.5%", "8,5 %"),
        ("{n:number:lieu|lieux}", {"n": ["a", "b"]}, "2 lieux", "2 lieux"),
        ("{n:number:lieu|lieux}", {"n": 1}, "1 lieu", "1 lieu"),
        ("{n:number:lieu|lieux}", {"n": 0}, "0 lieux", "0 lieu"),
        (
            "{l:name}",
            {"l": ["arc", "fab", "six"]},
            "Archipel, La Fabrique and le 6b",
            "Archipel, La Fabrique et le 6b",
        ),
        ("{w:word}", {"w": "civic_service"}, "Civic service", "Service civique"),
        ("{period}", {"since": "2024-03-01"}, "From 1 to 5 March 2024", "Du 1er au 5 mars 2024"),
        ("{period}", {}, "5 March 2024", "5 mars 2024"),
        ("{r:text}", {"r": {"ref": "v1", "sha256": "0"}}, "Withheld", "Withheld"),
        ("{q:quote}", {"q": "x"}, "“x”", "« x »"),
        ("{c.tolerance_bp:share}", {"c": {"tolerance_bp": 1000}}, "10%", "10 %"),
        ("{recorded_by:person}", {}, "Coordination", "Coordination"),
        ("{absent}", {}, "—", "—"),
        ("{f:fingerprint}", {"f": "ab" * 32}, "Abababababab", "Abababababab"),
    ],
)
def test_formats(template, data, english, french):
    assert told(template, **data) == english
    assert told(template, "fr", **data) == french


def test_french_elides_and_contracts():
    assert told("tâche de {l:name}", "fr", l="arc") == "Tâche d'Archipel"
    assert told("tâche de {l:name}", "fr", l="fab") == "Tâche de La Fabrique"
    assert told("tâche de {l:name}", "fr", l="six") == "Tâche du 6b"
    assert told("donné à {l:name}", "fr", l="six") == "Donné au 6b"
    assert told("heures de {on:month}", "fr", on="2024-04") == "Heures d'avril 2024"
    assert told("task de {l:name}", "en", l="arc") == "Task de Archipel"


@pytest.mark.parametrize("template", ["a ]", "a [b", "{x:unknown}", "{X}", "a {b"])
def test_a_template_that_is_not_well_formed_is_refused(template):
    with pytest.raises(ValueError, match=r"field|\[|\]"):
        parse(template)


def test_fields_are_those_read_conditions_included():
    assert fields("{a} [b? {c:money}[ {d.e}]]") == {"a", "b", "c", "d.e"}


def test_a_kind_without_a_sentence_is_not_hidden():
    assert Teller({}, str).tell({"kind": "x.y.v1", "occurred_on": "2024-01-01", "data": {}}) == "x.y.v1"
