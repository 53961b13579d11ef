"""Whatever a person reads exists in French, says the same, and is compiled."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from ledger.language import compiling
from ledger.language.catalogue import LOCALE, set_language, speaking
from ledger.language.sentences import fields
from ledger.service.telling import templates
from ledger.vocabulary import EVENTS

SOURCE = LOCALE.parent
DOMAINS = sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))
MARKS = {"N_": 1, "_": 1, "ngettext": 2}
FAMILY = {
    "UsageError": 0,
    "UnknownId": 0,
    "StorageFailure": 0,
    "Altered": 0,
    "Busy": 0,
    "LedgerError": 0,
    "Refused": 1,
}


def messages(po: Path):
    with po.open("rb") as file:
        return [message for message in read_po(file, locale="fr") if message.id]


def translated() -> dict[str, str | tuple[str, ...]]:
    found = {}
    for po in DOMAINS:
        for message in messages(po):
            singular = message.id[0] if isinstance(message.id, tuple) else message.id
            found[singular] = message.string
            if isinstance(message.id, tuple):
                found[message.id[1]] = message.string
    return found


def marked(source: Path) -> set[str]:
    """Texts marked for translation, and the message and hint of every error."""
    found = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        name = node.func.id
        if name in MARKS:
            wanted = node.args[: MARKS[name]]
        elif name in FAMILY:
            wanted = node.args[FAMILY[name] : FAMILY[name] + 2]
        else:
            continue
        found |= {
            each.value for each in wanted if isinstance(each, ast.Constant) and isinstance(each.value, str)
        }
    return {text for text in found if re.search(r"[a-z]{2}", re.sub(r"\{[^}]*\}", "", text))}


ROOMS = sorted({path.relative_to(SOURCE).parts[0] for path in SOURCE.rglob("*.py")} - {"__init__.py"})
SAME = re.compile(r"ledger [a-z-]+|--lang|- close-task|\d")
"""Commands to type and examples that read alike in both languages."""


@pytest.mark.parametrize("room", ROOMS)
def test_every_message_has_its_french(room):
    path = SOURCE / room
    known = translated()
    sources = [path] if path.is_file() else sorted(path.rglob("*.py"))
    missing = {
        text for source in sources for text in marked(source) if text not in known and not SAME.match(text)
    }
    assert not missing


@pytest.mark.parametrize("po", DOMAINS, ids=lambda po: po.stem)
def test_translations_are_complete_and_fill_the_same_fields(po):
    for message in messages(po):
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        assert all(forms), message.id
        wanted = set(re.findall(r"(?<!\{)\{([a-z_0-9.]+)", originals[-1]))
        for form in forms:
            assert set(re.findall(r"(?<!\{)\{([a-z_0-9.]+)", form)) == wanted, message.id


def test_a_message_is_translated_alike_in_every_domain():
    seen: dict[object, tuple[object, str]] = {}
    for po in DOMAINS:
        for message in messages(po):
            known = seen.setdefault((message.context, message.id), (message.string, po.stem))
            assert known[0] == message.string, f"{message.id}: {po.stem} and {known[1]} differ"


def test_compiled_catalogues_are_current():
    assert compiling.stale() == [], "run: python -m ledger.language.compiling"


def test_compiling_says_what_is_stale_and_mends_it(tmp_path, capsys, monkeypatch):
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "x.po").write_bytes(DOMAINS[0].read_bytes())
    monkeypatch.setattr(compiling, "stale", lambda: real(tmp_path))
    assert compiling.main(["--check"]) == 1
    assert compiling.main([]) == 0
    assert compiling.main(["--check"]) == 0
    assert "x.po" in capsys.readouterr().out

    (folder / "x.po").write_text((folder / "x.po").read_text() + '\nmsgid "one more"\nmsgstr "encore un"\n')
    assert compiling.main(["--check"]) == 1


real = compiling.stale


@pytest.mark.parametrize("topic", sorted(EVENTS))
def test_every_kind_has_a_sentence_in_both_languages(topic):
    template = templates()[topic]
    known = {*EVENTS[topic].model_fields, "period", "occurred_on", "occurred_from", "recorded_by", "seq"}
    assert {path.partition(".")[0] for path in fields(template)} <= known
    set_language("en")
    with speaking("fr"):
        from ledger.language.catalogue import _

        french = _(template)
    assert french != template, f"{topic} has no French sentence"
    assert fields(french) <= {*fields(template)} | known
