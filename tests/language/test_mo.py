"""A compiled catalogue says what the standard library reads in it."""

from __future__ import annotations

from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from ledger.language.catalogue import LOCALE
from ledger.language.mo import Catalogue

FOLDER = LOCALE / "fr" / "LC_MESSAGES"
OURS = Catalogue(FOLDER / "ledger.mo")
with (FOLDER / "ledger.mo").open("rb") as file:
    STANDARD = GNUTranslations(file)


with (FOLDER / "cli.po").open("rb") as file:
    MESSAGES = [message for message in read_po(file) if message.id]


@pytest.mark.parametrize("po", sorted(FOLDER.glob("*.po")), ids=lambda po: po.stem)
def test_every_message_is_found_as_the_standard_library_finds_it(po: Path) -> None:
    with po.open("rb") as source:
        messages = [message for message in read_po(source) if message.id]
    assert messages
    for message in messages:
        if message.context:
            expected = STANDARD.pgettext(message.context, message.id)
            assert OURS.pgettext(message.context, message.id) == expected == message.string
        elif isinstance(message.id, str):
            assert OURS.gettext(message.id) == STANDARD.gettext(message.id) == message.string
        else:
            for n in (0, 1, 2, 11):
                assert OURS.ngettext(*message.id, n) == STANDARD.ngettext(*message.id, n)


@given(st.text(min_size=1), st.text(min_size=1))
def test_what_is_not_there_is_said_as_it_is(one: str, other: str) -> None:
    assert OURS.gettext(one) == STANDARD.gettext(one)
    assert OURS.pgettext(one, other) == STANDARD.pgettext(one, other)
    assert [OURS.ngettext(one, other, n) for n in (1, 2)] == [
        STANDARD.ngettext(one, other, n) for n in (1, 2)
    ]


def test_a_message_without_a_plural_has_none() -> None:
    one = next(message.id for message in MESSAGES if isinstance(message.id, str) and not message.context)
    for n in (0, 1, 2):
        assert OURS.ngettext(one, "several", n) == STANDARD.ngettext(one, "several", n)


def test_another_file_is_no_catalogue(tmp_path: Path) -> None:
    (tmp_path / "x.mo").write_bytes(b"neither this nor that, but long enough")
    with pytest.raises(OSError, match=r"x\.mo"):
        Catalogue(tmp_path / "x.mo")
