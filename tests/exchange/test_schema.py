"""The JSON Schema knows what the reader reads, no less and no more."""

from __future__ import annotations

import json

import yaml

from ledger.exchange import forms, keys, schema
from ledger.vocabulary import ACTS


def test_schemas_are_json_and_every_reference_leads_somewhere():
    for made in (schema.acts(), schema.minutes()):
        text = json.dumps(made)
        for name in ACTS:
            assert f'"#/$defs/{name}"' in text
        assert set(made["$defs"]) == set(ACTS)


def test_every_key_of_the_example_is_known(french_minutes, english_minutes):
    made = schema.minutes()
    for text in (french_minutes, english_minutes):
        for key in yaml.load(text, Loader=yaml.BaseLoader):
            assert key in made["properties"] or key.split()[0] in ("heures", "hours"), key


def test_every_spelling_of_the_schema_is_read_as_its_key():
    for name, act in ACTS.items():
        reading = forms.form(act.command).spellings
        for word in schema.acts()["$defs"][name]["properties"]:
            assert keys.folded(word) in reading, (name, word)


def test_codes_are_listed_in_both_languages():
    method = schema.acts()["$defs"]["adopt-decision"]["properties"]["méthode"]
    assert {"consent", "consentement", "majorité qualifiée"} <= set(method["enum"])


def test_an_act_is_written_under_either_name():
    items = schema.acts()["properties"]["actes"]["items"]["anyOf"]
    assert any({"adopt-decision", "adopter-décision"} == set(item["properties"]) for item in items)
