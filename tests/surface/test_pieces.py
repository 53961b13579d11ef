"""The small pieces of the pages, without a server."""

from __future__ import annotations

import re
import sqlite3
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.data import locate
from ledger.language.catalogue import speaking
from ledger.pages import cells, charts, labels, reading
from ledger.pages.asking import Asked, Misasked, months


def shown(value: object, column: str, table: str | None = None, language: str = "en") -> str:
    with speaking(language):
        return str(cells.shown(value, column, table, lambda path: path, lambda each: each))


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [
        (120_000, "amount_cents", "€1,200.00"),
        (-5, "amount_cents", "-€0.05"),
        (390, "minutes", "6 h 30 min"),
        (4688, "share_bp", "46.88%"),
        ("2024-03-05", "paid_on", "05/03/2024"),
        ("2024-03-05T18:30:00Z", "recorded_at", "05/03/2024 18:30"),
        (1, "has_invoice", "yes"),
        (None, "payee", "—"),
        ("", "payee", "—"),
        ("civic_service", "engagement", "civic service"),
    ],
)
def test_a_value_is_told_from_its_column(value: object, column: str, text: str) -> None:
    plain = re.sub(r"<[^>]*>", "", shown(value, column)).replace("\u00a0", " ").replace("\u202f", " ")
    assert plain == text


def test_what_is_no_day_stays_text() -> None:
    for value in ("2024-13-45", "soon", "2024"):
        assert shown(value, "paid_on") == "None"


@given(st.text(min_size=1), st.sampled_from(["label", "status", "sha256", "paid_on", "kind", "title"]))
def test_no_value_becomes_markup(value: str, column: str) -> None:
    html = shown(value, column, "decisions")
    tags = re.findall(r"<[^>]*>", html)
    assert all(re.fullmatch(r"</?(span|code|time|a)( [a-z]+=\"[^\"<>]*\")*>", tag) for tag in tags)


def test_a_state_agrees_with_its_table() -> None:
    with speaking("fr"):
        assert cells.state("open", "tasks") == "à prendre"
        assert cells.state("open", "decisions") == "ouverte"


def test_a_reference_leads_to_the_thing() -> None:
    assert 'href="/show/D-1"' in shown({"value": "D-1", "label": "Bus & co"}, "decision_id")
    assert "Bus &amp; co" in shown({"value": "D-1", "label": "Bus & co"}, "decision_id")
    assert 'href="/events/7"' in shown({"value": 7, "label": "7"}, "seq")


@given(
    st.lists(st.tuples(st.sampled_from(["fill", "soft"]), st.floats(-1, 3)), max_size=4),
    st.lists(st.floats(-1, 2), max_size=3),
)
def test_a_bar_stays_in_its_place(layers: list[tuple[str, float]], marks: list[float]) -> None:
    svg = str(charts.bar(*layers, marks=marks))
    assert all(0 <= float(width) <= 100 for width in re.findall(r'(?:width|x1|x2)="([^"]*)"', svg))
    assert "style=" not in svg


def test_columns_say_what_they_show_and_tell_apart_what_is_above_the_limit() -> None:
    svg = str(charts.columns([0, 420, 840], "Time <each> month", "The line is 7 h", limit=420))
    assert svg.count('class="over"') == 1
    assert svg.count('class="fill"') == 2
    assert "<title>Time &lt;each&gt; month</title>" in svg
    assert str(charts.columns([], "", "")).count("<rect") == 0


def test_asking_reads_what_makes_sense_and_nothing_else() -> None:
    asked = Asked(
        arguments={"as_of": "2024-06-30", "window": "182", "bad": "-1"}, as_of="2024-12-31", dated=True
    )
    assert asked.day() == date(2024, 6, 30)
    assert not asked.unheard()
    assert Asked(as_of="2024-12-31").day() == date(2024, 12, 31)
    undated = Asked(arguments=asked.arguments, as_of="2024-12-31")
    assert undated.day() == date(2024, 12, 31)
    assert undated.unheard()
    assert asked.number("window", 365) == 182
    assert asked.number("page", 1) == 1
    assert asked.word("window", "91", "182", default="365") == "182"
    assert asked.word("line", "a", "b") == ""
    for refused in (lambda: asked.number("bad", 365), lambda: asked.word("bad", "a", "b")):
        with pytest.raises(Misasked):
            refused()


def test_months_go_back_over_the_year() -> None:
    assert months(date(2024, 2, 29), 3) == ["2023-12", "2024-01", "2024-02"]


def test_a_column_is_called_after_what_it_holds() -> None:
    names = {
        "amount_cents": "Amount",
        "paid_on": "Paid on",
        "lieu_id": "Lieu",
        "seq": "Event",
        "fee_bp": "Fee",
    }
    assert {name: labels.english_column(name) for name in names} == names


def _rotation(turns: list[tuple[str, str, str]], closed: str = "") -> list[reading.Row]:
    db = sqlite3.connect(":memory:")
    db.executescript(
        """create table rotations (id, name, period, starts_on, seq);
           create table rotation_lieux (rotation_id, position, lieu_id, in_order_from, in_order_until);
           create table lieux (id, name, closed_on);
           create table rotation_turns (id, rotation_id, lieu_id, outcome, unavailable, term, occurred_on);
           insert into rotations values ('r', 'Turns', 'month', '2024-01-01', 1);
           insert into lieux values ('a', 'A', null), ('b', 'B', null), ('c', 'C', null);
           insert into rotation_lieux values
             ('r', 1, 'a', null, null), ('r', 2, 'b', null, null), ('r', 3, 'c', null, null);"""
    )
    db.executemany(
        "insert into rotation_turns values (?, 'r', ?, ?, ?, null, '2024-02-01')",
        [(number, *turn) for number, turn in enumerate(turns)],
    )
    db.execute("update lieux set closed_on = '2024-12-01' where id = ?", (closed,))
    return reading.rotations(db, "2024-12-31")


def test_turns_are_counted_against_an_equal_part() -> None:
    board = _rotation(
        [("a", "taken", "[]"), ("a", "taken", "[]"), ("b", "taken", "[]"), ("c", "skipped", "[]")]
    )[0]
    assert [(lieu["taken"], round(lieu["due"], 2), lieu["skipped"]) for lieu in board["lieux"]] == [
        (2, 1.0, 0),
        (1, 1.0, 0),
        (0, 1.0, 1),
    ]
    assert board["next"]["id"] == "c"


def test_a_closed_lieu_is_not_next() -> None:
    board = _rotation([("a", "taken", "[]"), ("b", "taken", "[]")], closed="c")[0]
    assert [lieu["id"] for lieu in board["lieux"]] == ["a", "b"]
    assert board["next"]["id"] == "a"


def test_who_could_not_take_a_turn_owes_no_part_of_it() -> None:
    board = _rotation([("a", "taken", '["c"]'), ("b", "taken", '["c"]')])[0]
    assert [round(lieu["debt"], 2) for lieu in board["lieux"]] == [0, 0, 0]


def test_the_view_and_the_page_agree_on_turns(arles: Path) -> None:
    db = sqlite3.connect(arles / "views" / "members.db")
    seen = {
        (r, lieu): (taken, due)
        for r, lieu, taken, due in db.execute(
            "select rotation_id, lieu_id, turns_taken, turns_due from rotation_board"
        )
    }
    for board in reading.rotations(db, "9999-12-31"):
        for lieu in board["lieux"]:
            assert seen[board["id"], lieu["id"]] == (lieu["taken"], round(lieu["due"], 2))


# --- The palette: text is legible on what it stands on, in both schemes (WCAG 2.1, 1.4.3 and 1.4.11)

TEXT = (
    ("ink", "paper"),
    ("ink", "card"),
    ("soft-ink", "paper"),
    ("soft-ink", "card"),
    ("soft-ink", "accent-card"),
    ("ink", "accent-card"),
    ("accent", "paper"),
    ("accent", "card"),
    ("accent", "accent-card"),
    ("paper", "accent"),
    ("watch", "watch-card"),
    ("alert", "alert-card"),
    ("alert", "paper"),
    ("alert", "card"),
    ("info", "info-card"),
    ("good", "accent-card"),
    ("good", "card"),
    ("ink", "track"),
)
SHAPES = (
    ("accent", "track"),
    ("watch", "track"),
    ("good", "track"),
    ("ink", "accent"),
    ("ink", "track"),
    ("focus", "paper"),
)


def _schemes() -> list[dict[str, str]]:
    css = (locate("datasette") / "static" / "ledger.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{([^}]*)\}", css)[:2]
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in blocks)
    return [light, light | dark]


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_palette_is_legible(scheme: int) -> None:
    colours = _schemes()[scheme]
    faint = {
        (a, b): round(_contrast(colours[a], colours[b]), 2)
        for a, b in TEXT
        if _contrast(colours[a], colours[b]) < 4.5
    }
    assert not faint
    pale = {
        (a, b): round(_contrast(colours[a], colours[b]), 2)
        for a, b in SHAPES
        if _contrast(colours[a], colours[b]) < 1.5
    }
    assert not pale
