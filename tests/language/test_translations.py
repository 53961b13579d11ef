"""Whatever a person reads exists in French, says the same, is written as French is, and is compiled."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from ledger.language import compiling
from ledger.language.catalogue import LOCALE, _, ngettext, set_language, speaking
from ledger.language.messages import extracted
from ledger.language.sentences import fields
from ledger.service.telling import templates
from ledger.vocabulary import EVENTS

DOMAINS = sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def messages(po: Path) -> list[Any]:
    with po.open("rb") as file:
        return [message for message in read_po(file, locale="fr") if message.id]


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """The singular and the plural of a message, or its only form."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def translated() -> set[str]:
    return {
        id
        for po in DOMAINS
        for message in messages(po)
        for id in forms(message.id)
        if not message.context and all(forms(message.string)) and not message.fuzzy
    }


@pytest.fixture(scope="module")
def found() -> dict[str, str]:
    return extracted()


def test_every_message_has_its_french(found: dict[str, str]) -> None:
    known = translated()
    assert not {text: where for text, where in found.items() if text not in known}


def test_extraction_finds_every_kind_of_text(found: dict[str, str]) -> None:
    assert found["There is no ledger in {path}."] == "folder.py", "an error's own message"
    assert "go to the ledger's folder, give it with --ledger DIR, or found one with: ledger init DIR" in found
    assert "There is no convention yet." in found, "one of two, behind a condition"
    assert {"{count} turn", "{count} turns"} <= found.keys(), "both forms of a plural"
    assert found["Invalid value for {param_hint}: {message}"] == "click"
    assert any(text.startswith("Adopt a decision.") for text in found), "what an act does"
    assert any(text.startswith("Show what hangs on too few") for text in found), "what a command does"
    assert {"DAY", "MONEY", "DIR"} <= found.keys(), "the words that stand for values"
    assert "ledger rebuild" not in found, "a command to type reads alike in both languages"


def filled(text: str) -> set[str]:
    """The fields of a text, with the way in which they are written: `{name!r}`, `{day}`, `%(prog)s`."""
    return set(re.findall(r"(?<!\{)\{([a-z_0-9.]+(?:!r)?)", text)) | set(re.findall(r"%\(\w+\)s", text))


@pytest.mark.parametrize("po", DOMAINS, ids=lambda po: po.stem)
def test_translations_are_complete_and_fill_the_same_fields(po: Path) -> None:
    for message in messages(po):
        assert forms(message.string), message.id
        for original, french in zip(forms(message.id), forms(message.string), strict=True):
            assert french, message.id
            assert filled(french) == filled(original), original


PRESSED = re.compile(r" [;:!?»%]|« |[’\u202f\u2009]")
"""Signs that French sets apart, with a space that lets a line break there; signs of another keyboard."""


@pytest.mark.parametrize("po", DOMAINS, ids=lambda po: po.stem)
def test_french_signs_stand_behind_a_space_that_does_not_break(po: Path) -> None:
    """The convention: U+00A0 before ; : ! ? » % and after «, a straight apostrophe, no dots for “…”."""
    slips = {
        french
        for message in messages(po)
        for french in forms(message.string)
        if PRESSED.search(french) or re.search(r"(?<!\])\.\.\.", french) or "“" in french
    }
    assert not slips, "write U+00A0 before ; : ! ? » % and after «, and a straight apostrophe"


@pytest.mark.parametrize("po", DOMAINS, ids=lambda po: po.stem)
def test_french_says_vous(po: Path) -> None:
    familiar = re.compile(r"\b(tu|toi|ton|ta|tes)\b|\b(essaie|vérifie|choisis|relance) ", re.I)
    said = {french for message in messages(po) for french in forms(message.string)}
    acts = {text for text in said if text[:1].isupper()}  # “Vérifie…”: what a command does, not an order
    assert not {text for text in said - acts if familiar.search(text)}
    assert not {text for text in acts if re.search(r"\b(tu|toi|ton|ta|tes)\b", text, re.I)}


def test_a_message_is_translated_alike_in_every_domain() -> None:
    seen: dict[object, tuple[object, str]] = {}
    for po in DOMAINS:
        for message in messages(po):
            known = seen.setdefault((message.context, message.id), (message.string, po.stem))
            assert known[0] == message.string, f"{message.id}: {po.stem} and {known[1]} differ"


def test_a_part_of_a_thing_takes_the_number_of_its_language() -> None:
    def turns(count: float) -> str:
        return ngettext("{count} turn", "{count} turns", count)

    assert [turns(n) for n in (0, 1, 1.33, 2)] == [
        "{count} turns",
        "{count} turn",
        "{count} turns",
        "{count} turns",
    ]
    with speaking("fr"):
        assert [turns(n) for n in (0, 1, 1.33, 2)] == ["{count} tour"] * 3 + ["{count} tours"]


def test_compiled_catalogues_are_current() -> None:
    assert compiling.stale() == [], "run: python -m ledger.language.compiling"


def test_compiling_says_what_is_stale_and_mends_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "x.po").write_bytes(DOMAINS[0].read_bytes())
    stale = compiling.stale
    monkeypatch.setattr(compiling, "stale", lambda: stale(tmp_path))
    assert compiling.main(["--check"]) == 1
    assert compiling.main([]) == 0
    assert compiling.main(["--check"]) == 0
    assert "ledger.mo" in capsys.readouterr().out

    (folder / "x.po").write_text((folder / "x.po").read_text() + '\nmsgid "one; more"\nmsgstr "« un » ;"\n')
    assert compiling.main(["--check"]) == 1
    assert compiling.main([]) == 0
    assert 'msgstr "«\u00a0un\u00a0»\u00a0;"' in (folder / "x.po").read_text(), "nobody types U+00A0"


@pytest.mark.parametrize("topic", sorted(EVENTS))
def test_every_kind_has_a_sentence_in_both_languages(topic: str) -> None:
    template = templates()[topic]
    known = {*EVENTS[topic].model_fields, "period", "occurred_on", "occurred_from", "recorded_by", "seq"}
    assert {path.partition(".")[0] for path in fields(template)} <= known
    set_language("en")
    with speaking("fr"):
        french = _(template)
    assert french != template, f"{topic} has no French sentence"
    assert fields(french) <= {*fields(template)} | known
