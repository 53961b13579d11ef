"""What is copied of the Unicode locale data is what the installed Babel says."""

from __future__ import annotations

import pytest
from babel import Locale
from babel.lists import format_list
from babel.numbers import format_percent

from ledger.language import formats
from ledger.language.catalogue import LANGUAGES, speaking
from ledger.language.cldr import SIGNS

LOCALES = {"en": "en_GB", "fr": "fr_FR"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_copy_is_what_babel_says(language):
    locale, signs = Locale.parse(LOCALES[language]), SIGNS[language]
    for context in ("format", "stand-alone"):
        assert tuple(locale.months[context]["wide"].values()) == signs.months
    symbols, pattern = locale.number_symbols["latn"], locale.currency_formats["standard"]
    assert (signs.group, signs.decimal) == (symbols["group"], symbols["decimal"])
    assert (signs.before_euros, signs.after_euros) == tuple(
        part.replace("¤", "€") for part in (pattern.prefix[0], pattern.suffix[0])
    )
    assert signs.before_percent == locale.percent_formats[None].suffix[0].rstrip("%").replace(
        "\u00a0", "\u202f"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", range(5))
def test_lists_are_joined_as_babel_joins_them(language, count):
    parts = ["a", "b", "c", "d"][:count]
    with speaking(language):
        assert formats.joined(parts) == format_list(parts, locale=LOCALES[language])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ratio", [0, 0.5, 0.46875, 0.1, 0.005, 1, 12.3456, -0.25])
@pytest.mark.parametrize("digits", [0, 1, 2, 4])
def test_shares_are_written_as_babel_writes_them(language, ratio, digits):
    pattern = "#,##0" + ("." + "#" * digits if digits else "") + SIGNS[language].before_percent + "%"
    with speaking(language):
        assert formats.percent(ratio, digits) == format_percent(
            round(ratio, digits + 2), pattern, locale=LOCALES[language]
        )
