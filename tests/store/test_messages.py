"""Everything that the store can tell a person exists in French, with the same fields."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import ledger
from ledger.store.sqlite import _DAMAGED, _READING, _REASONS

PACKAGE = Path(ledger.__file__).parent
SPEAKING = {"StorageFailure", "Altered", "Refused", "UsageError", "Busy", "Problem", "_problem"}


def said() -> set[str]:
    """Every message and hint in the code: the texts handed to an error or a problem."""
    texts = {text for _, *pair in (_DAMAGED, *_REASONS.values(), *_READING.values()) for text in pair}
    for path in (PACKAGE / "store").glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(call, ast.Call)
                and getattr(call.func, "attr", getattr(call.func, "id", "")) in SPEAKING
            ):
                constants = (
                    node for a in call.args for node in ast.walk(a) if isinstance(node, ast.Constant)
                )
                texts |= {c.value for c in constants if isinstance(c.value, str) and len(c.value) > 9}
    return texts


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


FRENCH = {
    m.id: str(m.string) for m in read_po((PACKAGE / "locale/fr/LC_MESSAGES/store.po").open("rb")) if m.id
}


def test_there_is_much_to_say() -> None:
    assert len(said()) > 50


@pytest.mark.parametrize("text", sorted(said()))
def test_it_is_said_in_french_too(text: str) -> None:
    assert FRENCH.get(text), "missing in store.po"
    assert fields(FRENCH[text]) == fields(text)


def test_nothing_is_translated_in_vain() -> None:
    assert set(FRENCH) == said()
