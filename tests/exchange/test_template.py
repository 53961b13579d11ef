"""Templates come from the ledger, read back as they stand, and speak the reader's language."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from ledger.exchange import documents, forms, keys, template
from ledger.exchange.template import OpenMatter, OpenTask, Person, Prefill
from ledger.kernel.errors import UnknownId
from ledger.language.catalogue import LANGUAGES
from ledger.vocabulary import ACTS

KNOWN = Prefill(
    on=date(2024, 4, 2),
    kind="petit-déjeuner",
    host="POP",
    next_host="L'Archipel",
    months=[date(2024, 2, 1), date(2024, 3, 1)],
    people=[Person("coord", "coordination"), Person("ver", "référent·e de la Verrerie", "La Verrerie")],
    lieux=["La Fabrique", "La Verrerie", "Dans la cuisine"],
    open_tasks=[OpenTask("T-2024-001", "Dresser la liste", "ver", date(2024, 5, 1))],
    rotations=["tour-bus"],
    shared=["coord"],
    lines=["lieux", "outils"],
)


def attended(text: str) -> str:
    """The template with somebody present: the least that minutes say."""
    return re.sub(r"\n(présents|present): .*", r"\n\1: coord", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_recorded_untouched_asks_who_was_there(mistake, speak, language):
    with speak(language):
        text = template.minutes(KNOWN)
    error = mistake(text)
    line = next(
        n for n, said in enumerate(text.splitlines(), 1) if said.startswith(("présents:", "present:"))
    )
    assert error.place.line == line
    assert "was nobody there?" in str(error)


@pytest.mark.parametrize("language", LANGUAGES)
def test_minutes_that_only_say_who_was_there_say_that_the_meeting_was_held(read, speak, language):
    with speak(language):
        text = attended(template.minutes(KNOWN))
    file = read(text)
    assert [act.position for act in file.acts] == ["meeting"]
    assert (file.acts[0].command.on, file.acts[0].command.host) == (date(2024, 4, 2), "pop")
    assert file.language == language


def test_minutes_say_who_is_who_whose_turn_it_is_and_what_is_open(speak):
    with speak("fr"):
        text = template.minutes(KNOWN)
    for line in (
        "chez: POP                 # le tour de rôle le propose",
        "#   ver    référent·e de la Verrerie, La Verrerie",
        "prochain:                 # L'Archipel, …",
        "#   T-2024-001  Dresser la liste (ver), pour le 1er mai 2024",
        "heures février 2024: |  # vide = aucune\u00a0;\u00a0? = pas dit",
        "  coord           | ?        | ?        | ?",
    ):
        assert line in text.splitlines()


@pytest.mark.parametrize("language", LANGUAGES)
def test_comments_of_the_template_are_ready_to_be_used(read, folder, speak, language):
    """Uncommenting the examples and filling in the cells gives a file that is read."""
    with speak(language):
        text = attended(template.minutes(KNOWN))
    for name in ("facture", "releve", "invoice", "statement"):
        (folder / f"{name}.pdf").write_bytes(name.encode())
    text = re.sub(r"\n#  (?=[ -]*\w[^:\n]*:)", "\n  ", text).replace("| ?  ", "| 1h ", 1)
    acts = {act.position.split(".")[0] for act in read(text).acts}
    assert acts == {"meeting", "decisions", "hours", "money"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("act", list(ACTS))
def test_every_act_has_a_skeleton_whose_keys_are_read(speak, language, act):
    with speak(language):
        text = template.act(act)
        assert template.act(keys.ACTS[act]) == text
    tree = documents.parse(text.replace("\n      # ", "\n      ").encode(), "t.yaml")
    form = forms.form(ACTS[act].command)
    ((_, sequence),) = tree.entries
    ((written, options),) = sequence.items[0].entries
    assert keys.acts()[keys.folded(written.text)] == act
    read_keys = [form.spellings[keys.folded(key.text)] for key, _ in options.entries]
    assert sorted(read_keys) == sorted(form.fields)


def test_the_skeleton_of_an_unknown_act_suggests_the_near_one():
    with pytest.raises(UnknownId) as caught:
        template.act("adopt-decison")
    assert caught.value.params["near"] == "adopt-decision"


@pytest.mark.parametrize(
    "text", ["L'Archipel", "a: b", "x #y", "- z", "", "oui", "[1]", 'dit "ça"', "a\\b", " x", "*a"]
)
def test_names_are_quoted_when_yaml_would_misread_them(text):
    tree = documents.parse(f"a: {template.quoted(text)}\n".encode(), "t.yaml")
    assert tree.entries[0][1].text == text


def uncommented(text: str) -> str:
    """The examples put to use: a `#` and two spaces before a key or a row of a table are taken away."""
    return re.sub(r"\n#  (?=[ -]*(\w[^:\n]*:|[^\n]*\|))", "\n  ", text)


RULED = replace(
    KNOWN,
    methods=("consent", "majority"),
    proxies=True,
    open_matters=[OpenMatter("D-2024-003", "Outils communs", ["ver"])],
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_rules_make_possible_is_offered_and_nothing_more(speak, language):
    with speak(language):
        short, full = template.minutes(KNOWN), template.minutes(RULED)
    words = {
        "fr": ("pouvoirs", "objections", "amendement", "contre"),
        "en": ("proxies", "objections", "amendment", "against"),
    }
    for word in words[language]:
        assert word not in short
        assert word in full
    assert "D-2024-003" in full


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_with_rules_is_read_as_it_stands_and_filled_in(read, folder, speak, language):
    for name in ("facture", "releve", "invoice", "statement"):
        (folder / f"{name}.pdf").write_bytes(name.encode())
    with speak(language):
        text = attended(template.minutes(replace(RULED, methods=("consent",))))
    assert [act.position for act in read(text).acts] == ["meeting"]
    text = uncommented(text).replace("  D-2024-003:", "#  D-2024-003:")
    positions = {act.position for act in read(text).acts}
    assert {"decisions.bus", "decisions.bus.objections.la-fabrique", "decisions.bus.amended"} <= positions


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("colleges", [(), ("État", "experts")])
def test_an_advisory_consortium_is_offered_opinions_and_no_money(read, speak, language, colleges):
    with speak(language):
        text = attended(template.minutes(replace(KNOWN, advisory=True, colleges=colleges)))
    assert {"fr": "argent", "en": "money"}[language] not in text
    assert [act.position for act in read(text).acts] == ["meeting"]
    (opinion,) = [
        act.command for act in read(uncommented(text)).acts if act.position.startswith("decisions.")
    ]
    assert opinion.position == "favourable"
    assert [part.college for part in opinion.by_college] == list(colleges)
