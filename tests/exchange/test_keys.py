"""The table of words holds every act, field and code of the vocabulary, in both languages."""

from __future__ import annotations

import pytest

from ledger.exchange import forms, keys
from ledger.language import terms
from ledger.vocabulary import ACTS


def models():
    for act in ACTS.values():
        yield act.command
        for field in forms.form(act.command).fields.values():
            if field.model and forms.kind_of(field) == "part":
                yield field.model


@pytest.mark.parametrize("model", list(dict.fromkeys(models())), ids=lambda model: model.__name__)
def test_every_field_is_written_in_both_languages(model):
    form = forms.form(model)
    written_for_another = {"evidence_kind", "sha256", "siret", "rna", "media_type", "size_bytes"}
    for key in {*form.fields, *form.extras} - written_for_another:
        assert key in keys.KEYS, f"{model.__name__}.{key} has no French word"
        for word in (key, keys.french(key)):
            assert form.spellings.get(keys.folded(word)) == key, f"{word} is not read as {key}"


def test_every_act_has_a_french_name_of_its_own():
    assert set(keys.ACTS) == set(ACTS)
    assert len(keys.acts()) == len({keys.folded(w) for w in (*keys.ACTS, *keys.ACTS.values())})
    assert len(set(keys.ACTS.values())) == len(ACTS)


def test_every_code_has_a_label_and_is_read_back():
    for model in models():
        for field in forms.form(model).fields.values():
            allowed = forms.allowed(field)
            if not allowed:
                continue
            read = keys.codes(allowed)
            for code in allowed:
                assert code in terms.FRENCH, code
                assert read[keys.folded(code)] == code
                assert read[keys.folded(terms.FRENCH[code])] == code


def test_accents_case_hyphens_and_genders_make_no_difference():
    form = forms.form(ACTS["adopt-decision"].command)
    for word in ("Plafond", "PLAFOND", "ceiling", "Ceiling"):
        assert form.spellings[keys.folded(word)] == "ceiling"
    codes = keys.codes(("employee", "civic_service"))
    assert {codes[keys.folded(word)] for word in ("salariée", "salarié", "salarié·e", "Employee")} == {
        "employee"
    }
    assert codes[keys.folded("Service-civique")] == "civic_service"


def test_near_words_are_suggested_and_far_ones_are_not():
    assert keys.near("montnat", ["montant", "plafond"]) == "montant"
    assert keys.near("zzz", ["montant", "plafond"]) is None
