"""Values as French and English people write them."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.language import formats
from ledger.language.catalogue import speaking

NB, THIN = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("write", "french", "english"),
    [
        (lambda: formats.money(120_000), f"1{THIN}200,00{NB}€", "€1,200.00"),
        (lambda: formats.money(450_000, whole=True), f"4{THIN}500{NB}€", "€4,500"),
        (lambda: formats.money_whole(450_050), f"4{THIN}500,50{NB}€", "€4,500.50"),
        (lambda: formats.money(-5), f"-0,05{NB}€", "-€0.05"),
        (lambda: formats.day("2024-03-05"), "5 mars 2024", "5 March 2024"),
        (lambda: formats.day(date(2024, 3, 1)), "1er mars 2024", "1 March 2024"),
        (lambda: formats.day(date(2024, 3, 11), year=False), "11 mars", "11 March"),
        (lambda: formats.short_day("2024-03-05"), "05/03/2024", "05/03/2024"),
        (lambda: formats.month("2024-02"), "février 2024", "February 2024"),
        (lambda: formats.period("2024-02-01", "2024-02-29"), "février 2024", "February 2024"),
        (lambda: formats.period("2024-01-01", "2024-12-31"), "2024", "2024"),
        (lambda: formats.period(None, "2024-02-29"), "29 février 2024", "29 February 2024"),
        (
            lambda: formats.period("2024-03-01", "2024-03-15"),
            "du 1er au 15 mars 2024",
            "from 1 to 15 March 2024",
        ),
        (
            lambda: formats.period("2023-12-02", "2024-01-15"),
            "du 2 décembre 2023 au 15 janvier 2024",
            "from 2 December 2023 to 15 January 2024",
        ),
        (lambda: formats.duration(210), f"3{NB}h{NB}30", f"3{NB}h{NB}30{NB}min"),
        (lambda: formats.duration(45), f"45{NB}min", f"45{NB}min"),
        (lambda: formats.duration(0), f"0{NB}h", f"0{NB}h"),
        (lambda: formats.duration(72_000), f"1{THIN}200{NB}h", f"1,200{NB}h"),
        (lambda: formats.days_worked(7_560), f"18{NB}j", f"18{NB}d"),
        (lambda: formats.share(4_688), f"46,88{THIN}%", "46.88%"),
        (lambda: formats.percent(0.5), f"50{THIN}%", "50%"),
        (lambda: formats.number(0.28064, 4), "0,2806", "0.2806"),
        (lambda: formats.number(38_400), f"38{THIN}400", "38,400"),
        (lambda: formats.joined(["a", "b", "c"]), "a, b et c", "a, b and c"),
        (lambda: formats.joined([]), "", ""),
    ],
)
def test_values(write, french, english):
    with speaking("fr"):
        assert write() == french
    with speaking("en"):
        assert write() == english


def test_a_terminal_gets_ordinary_spaces_and_a_page_the_printer_s():
    assert formats.plain(f"1{THIN}200{NB}€ l’an") == "1 200 € l'an"
    with speaking("fr"):
        assert formats.typographic("« l'an » : 5 % ; oui ?") == f"«{NB}l’an{NB}»{NB}: 5{NB}%{NB}; oui{NB}?"
    with speaking("en"):
        assert formats.typographic("a : b") == "a : b"


def test_thousands_of_amounts_are_formatted_once():
    formats._money.cache_clear()
    with speaking("fr"):
        for _ in range(3):
            for cents in range(2_000):
                formats.money(cents)
    info = formats._money.cache_info()
    assert (info.misses, info.hits) == (2_000, 4_000)
