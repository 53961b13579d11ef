"""Values as people write them, in both languages, and back from what the program prints."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.exchange import words
from ledger.kernel.errors import Place, UsageError
from ledger.kernel.values import MAX_CENTS, MAX_MINUTES
from ledger.language import formats
from ledger.language.catalogue import LANGUAGES, render, speaking

REFERENCE = date(2024, 3, 5)
HERE = Place("f.yaml", 3, 7)


def refused(read, value, **options):
    with pytest.raises(UsageError) as caught:
        read(value, HERE, **options)
    assert caught.value.place == HERE
    assert caught.value.hint
    with speaking("fr"):
        assert "{" not in render(caught.value).replace("{clé", "")
    return render(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 mars 2024", date(2024, 3, 5)),
        ("1er juin 2024", date(2024, 6, 1)),
        ("mardi 5 mars 2024", date(2024, 3, 5)),
        ("mar. 5 mars", date(2024, 3, 5)),
        ("le 2 février", date(2024, 2, 2)),
        ("2024-03-05", date(2024, 3, 5)),
        ("05/03/2024", date(2024, 3, 5)),
        ("5.3.24", date(2024, 3, 5)),
        ("March 5, 2024", date(2024, 3, 5)),
        ("5th of March 2024", date(2024, 3, 5)),
        ("Tue 5 Mar 2024", date(2024, 3, 5)),
        ("5\u00a0AOÛT 2023", date(2023, 8, 5)),
        ("28 février", date(2024, 2, 28)),
        ("6 mars", date(2023, 3, 6)),
        ("29 février", date(2024, 2, 29)),
        ("hier", date(2024, 3, 4)),
    ],
)
def test_days(text, expected):
    assert words.day(text, HERE, reference=REFERENCE) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("5 mars", date(2024, 3, 5)), ("4 mars", date(2025, 3, 4)), ("29 février", date(2028, 2, 29))],
)
def test_a_day_that_looks_ahead_is_the_first_on_or_after(text, expected):
    assert words.day(text, HERE, reference=REFERENCE, look="ahead") == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("demain peut-être", "is not a date"),
        ("31 avril", "that month has 30 days"),
        ("29 février 2023", "that month has 28 days"),
        ("lundi 5 mars 2024", "another day of the week"),
        ("2024-13-01", "months go from 1 to 12"),
        ("5 mars 0204", "years from 1900 to 2199"),
        ("mars 2024", "is not a date"),
        ("", "is not a date"),
        ("²/03/2024", "is not a date"),
    ],
)
def test_wrong_days(text, message):
    assert message in refused(words.day, text, reference=REFERENCE)


def test_slashes_are_day_first_in_french_and_explained_in_english():
    assert words.day("05/03/2024", reference=REFERENCE, language="fr") == date(2024, 3, 5)
    assert words.day("25/03/2024", reference=REFERENCE, language="en") == date(2024, 3, 25)
    message = refused(words.day, "05/03/2024", reference=REFERENCE, language="en")
    assert "day first or the month first" in message


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("février", date(2024, 2, 1), date(2024, 2, 29)),
        ("mars", date(2024, 3, 1), date(2024, 3, 31)),
        ("avril", date(2023, 4, 1), date(2023, 4, 30)),
        ("Feb 2023", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("02/2024", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_months_look_back(text, first, last):
    assert words.month(text, HERE, reference=REFERENCE) == (first, last)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("6h", 360),
        ("3h30", 210),
        ("3 h 30", 210),
        ("3 h 30 min", 210),
        ("3\u00a0h\u00a005", 185),
        ("45 min", 45),
        ("45mn", 45),
        ("1,5 h", 90),
        ("1.5 hours", 90),
        ("2 j", 840),
        ("2 days", 840),
        ("1 j 3 h", 600),
        ("½ j", 210),
        ("1 200 h", 72_000),
        ("3:30", 210),
        ("0h", 0),
    ],
)
def test_durations(text, minutes):
    assert words.duration(text, HERE) == minutes


def test_a_day_of_work_is_what_the_rules_say():
    assert words.duration("2 j", HERE, day_minutes=480) == 960


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("6", "hours, minutes or days?"),
        ("3h75", "is not a duration"),
        ("-2h", "is negative"),
        ("beaucoup", "is not a duration"),
        ("", "is not a duration"),
        ("999999999 h", "more time"),
    ],
)
def test_wrong_durations(text, message):
    assert message in refused(words.duration, text)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1 200 €", 120_000),
        ("1200,50", 120_050),
        ("1 200,50 €", 120_050),
        ("€1,200.50", 120_050),
        ("€1,200", 120_000),
        ("4500 euros", 450_000),
        ("1\u00a0200\u202f€", 120_000),
        ("1\u202f200,5", 120_050),
        ("1.200,50", 120_050),
        ("1,200,000", 120_000_000),
        ("45 k€", 4_500_000),
        ("1,4 M€", 140_000_000),
        ("0", 0),
        ("EUR 12", 1_200),
    ],
)
def test_money(text, cents):
    assert words.money(text, HERE) == cents


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,200", "can be read as 1200 euros or as 1,20 euros"),
        ("1.200 €", "can be read as 1200 euros or as 1.20 euros"),
        ("-50 €", "is negative"),
        ("−50", "is negative"),
        ("(50)", "is negative"),
        ("12OO €", "has letters among its digits.\n  Try: 1200 €?"),
        ("1e3", "has letters among its digits"),
        ("quatre mille", "is not an amount"),
        ("1 20", "thousands are grouped by three"),
        ("1,2,3", "thousands are grouped by three"),
        ("12,3456", "stops at the cent"),
        ("100 $", "counts in euros"),
        ("999 999 999 999 999", "more than a hundred billion"),
        ("", "is not an amount"),
        ("²", "is not an amount"),
        ("9" * 5_000, "more than a hundred billion"),
    ],
)
def test_wrong_money(text, message):
    shown = refused(words.money, text)
    assert message in shown
    assert len(shown) < 300


def test_shares_counts_years_and_yes():
    assert [words.share(t) for t in ("8 %", "8,5%", "1/3", "800 bp", "100%")] == [800, 850, 3333, 800, 10_000]
    assert words.count("38 400") == 38_400
    assert words.year("2024") == 2024
    assert [words.yes_no(t) for t in ("Oui", "no", "VRAI", "n")] == [True, False, True, False]
    for read, text in (
        (words.share, "8"),
        (words.share, "1/0"),
        (words.share, "33,333 %"),
        (words.count, "-1"),
        (words.count, "1,5"),
        (words.year, "24"),
        (words.yes_no, "peut-être"),
    ):
        refused(read, text)


def test_texts_keep_no_hidden_characters():
    assert words.text(" e\u0301te\u0301 ") == "été"
    for text in ("a\u202eb", "a\x07b", "é" * 40_000):
        refused(words.text, text)


def test_ids_and_lists():
    assert words.identifier("D-2024-007") == "D-2024-007"
    assert "dans-la-cuisine" in refused(words.identifier, "Dans la cuisine")
    found = words.items("coord, fab et  ver ; l'été,", HERE)
    assert [text for text, _ in found] == ["coord", "fab", "ver", "l'été"]
    assert [place.column for _, place in found] == [7, 14, 22, 28]


# --- what the program prints can be typed back


@given(st.sampled_from(LANGUAGES), st.integers(0, MAX_CENTS), st.booleans(), st.booleans())
def test_money_printed_is_money_read(language, cents, whole, plain):
    with speaking(language):
        text = formats.money(cents, whole=whole)
    assert words.money(formats.plain(text) if plain else text) == cents


@given(st.sampled_from(LANGUAGES), st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_days_printed_are_days_read(language, day):
    with speaking(language):
        text = formats.day(day)
    assert words.day(text, reference=REFERENCE, language=language) == day
    assert words.day(day.isoformat(), reference=REFERENCE) == day
    assert words.day(formats.short_day(day), reference=REFERENCE) == day


@given(
    st.sampled_from(LANGUAGES),
    st.dates(date(1950, 1, 1), date(2150, 12, 31)),
    st.sampled_from(["ahead", "back"]),
)
def test_a_day_without_its_year_is_near_its_reference(language, day, look):
    with speaking(language):
        text = formats.day(day, year=False)
    found = words.day(text, reference=REFERENCE, look=look)
    assert (found.month, found.day) == (day.month, day.day)
    assert (found >= REFERENCE) if look == "ahead" else (found <= REFERENCE)
    assert abs((found - REFERENCE).days) <= (1461 if (day.month, day.day) == (2, 29) else 366)


@given(st.sampled_from(LANGUAGES), st.integers(0, MAX_MINUTES))
def test_durations_printed_are_durations_read(language, minutes):
    with speaking(language):
        text = formats.duration(minutes)
    if language == "fr":
        assert words.duration(text) == minutes
    assert words.duration(f"{minutes // 60}h{minutes % 60:02d}") == minutes


@given(st.sampled_from(LANGUAGES), st.integers(0, 10**6))
def test_shares_printed_are_shares_read(language, points):
    with speaking(language):
        text = formats.share(points)
    if points < 1_000 * 100:
        assert words.share(formats.plain(text)) == points


@given(st.text(max_size=40))
def test_any_text_is_read_or_explained(text):
    readers = (
        words.money,
        words.duration,
        words.share,
        words.count,
        words.yes_no,
        words.identifier,
        words.year,
    )
    for read in readers:
        try:
            read(text)
        except UsageError as error:
            render(error)
    for language in LANGUAGES:
        try:
            words.day(text, reference=REFERENCE, language=language)
            words.month(text, reference=REFERENCE)
        except UsageError as error:
            render(error)
