"""Answering flags and asking for the relay from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.service.ledger import Ledger

from .test_everyday import run


@pytest.fixture
def home(ledger: Ledger) -> Path:
    """A small ledger with a payment that nobody decided."""
    done = run(
        "money", "spend", "--amount", "20", "--label", "Colle", "--paid", "2024-03-05", cwd=ledger.folder.path
    )
    assert done.code == 0, done.err
    return ledger.folder.path


def status(home: Path) -> str:
    found = run("flags", "MONEY_NO_DECISION", "--json", cwd=home).json()
    return str(found["flags"][0]["status"])  # type: ignore[index]


def test_a_flag_is_taken_into_account_with_one_command(home: Path) -> None:
    assert status(home) == "open"
    done = run("flag", "acknowledge", "money_no_decision", "--reason", "Petty cash", cwd=home)
    assert done.code == 0, done.err
    assert "taken into account until" in done.out
    assert status(home) == "acknowledged"
    told = run("flags", "MONEY_NO_DECISION", cwd=home).out
    assert "watch, acknowledged" in told
    assert "Petty cash" in told


def test_a_reply_stands_above_the_flag(home: Path) -> None:
    assert run("flag", "reply", "MONEY_NO_DECISION", "--reason", "The shop was closing", cwd=home).code == 0
    lines = run("flags", "MONEY_NO_DECISION", cwd=home).out.splitlines()
    assert "The shop was closing" in lines[0]
    assert status(home) == "open"


def test_what_is_contested_is_named_by_its_numbers(home: Path) -> None:
    behind = run("flags", "MONEY_NO_DECISION", "--json", cwd=home).json()["flags"][0]["events"]  # type: ignore[index]
    wrong = run("flag", "contest", "MONEY_NO_DECISION", "--reason", "No", "--event", "1", cwd=home)
    assert (wrong.code, "does not rest on an event 1" in wrong.err) == (2, True)
    assert run("flag", "contest", "MONEY_NO_DECISION", "--reason", "Counted twice", cwd=home).code == 0
    answer = run("flags", "MONEY_NO_DECISION", "--json", cwd=home).json()["flags"][0]["answers"][0]  # type: ignore[index]
    assert (answer["answer"], answer["events"]) == ("contested", behind)
    assert f"event {behind[0]}" in run("flags", "MONEY_NO_DECISION", cwd=home).out


@pytest.mark.parametrize(
    ("threshold", "code", "says"),
    [
        ("LIEU_RELIANC 40 %", 2, "“LIEU_RELIANCE”?"),
        ("LIEU_RELIANCE 40", 2, "LIEU_RELIANCE 40 %"),
        ("SEAT_VACANT 45 %", 2, "SEAT_VACANT 30 j"),
        ("MEETINGS_RARE 2,5", 2, "MEETINGS_RARE 3"),
        ("REFERENT_MISSING 2", 2, "rests on a fact"),
        ("REFERENT_MISSING off", 0, ""),
        ("SEAT_VACANT 180 j", 0, ""),
        ("MEETINGS_RARE 6", 0, ""),
        ("COORD_LOAD 1,4", 0, ""),
    ],
)
def test_a_threshold_is_for_a_flag_that_exists_in_its_own_measure(
    home: Path, threshold: str, code: int, says: str
) -> None:
    done = run("rules", "adopt", "--title", "Thresholds", "--flags", threshold, cwd=home)
    assert (done.code, says in done.err) == (code, True), done.err


def test_a_threshold_in_days_or_meetings_is_quoted_beside_the_flag(home: Path) -> None:
    adopted = run("rules", "adopt", "--title", "Six a year", "--flags", "MEETINGS_RARE 6", cwd=home)
    assert adopted.code == 0, adopted.err
    found = run("flags", "MEETINGS_RARE", "--as-of", "2100-01-01", "--json", cwd=home).json()
    (flag,) = found["flags"]  # type: ignore[misc]
    assert (flag["threshold"], flag["threshold_source"]) != (3, "default")
    assert flag["threshold"] == 6


def test_new_rules_say_what_they_give_to_each_voice(home: Path) -> None:
    words = (
        "rules",
        "adopt",
        "--title",
        "Votes",
        "--method",
        "majority",
        "--effective",
        "2024-06-01",
        "--on",
        "2024-05-20",
    )
    before = run("balance", "--of", "power", "--as-of", "2024-06-01", "--json", cwd=home).json()
    assert before["method"] == "consent"
    assert all(row["veto"] for row in before["rows"])  # type: ignore[attr-defined]
    for trial in (("--dry-run",), ()):
        done = run(*words, *trial, cwd=home)
        assert done.code == 0, done.err
        assert "What the rules give to each voice on 1 June 2024" in done.out
        assert "Majority, more than 50% of the votes" in done.out
        assert " before." in done.out, "what the rules before gave is not told"
    after = run("balance", "--of", "power", "--as-of", "2024-06-01", "--json", cwd=home).json()
    assert after["method"] == "majority"
    assert float(str(after["power_to_act"])) > float(str(before["power_to_act"]))
    earlier = run("balance", "--of", "power", "--as-of", "2024-05-31", "--json", cwd=home).json()
    assert earlier["method"] == "consent"
    again = run(
        "rules", "adopt", "--title", "Same", "--method", "majority", "--effective", "2024-07-01", cwd=home
    )
    assert "What the rules give" not in again.out, "nothing changed"


def test_somebody_says_what_they_can_give_and_nobody_else_does(home: Path) -> None:
    ate = ("--as", "ate", "time", "capacity", "--from", "2024-03-01")
    done = run(*ate, "--time-per-month", "8h", cwd=home)
    assert done.code == 0, done.err
    assert "can give 8 h a month" in done.out
    paused = run("--as", "ate", "time", "capacity", "--from", "2024-09-01", cwd=home)
    assert "no longer says how much time to count on" in paused.out
    other = run("--as", "hal", "time", "capacity", "--person", "ate", "--time-per-month", "80h", cwd=home)
    assert (other.code, "for them alone to say" in other.err) == (3, True)


def test_by_design_is_refused_without_an_adopted_decision(home: Path) -> None:
    done = run("flag", "by-design", "MONEY_NO_DECISION", cwd=home)
    assert done.code == 3
    assert "adopted decision" in done.err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("acknowledge", "NO_SUCH_FLAG"), 2, "NO_SUCH_FLAG"),
        (("acknowledge", "LIEU_RELIANCE"), 5, "ledger flags"),
        (("contest", "MONEY_NO_DECISION"), 2, "says why"),
        (("acknowledge", "MONEY_NO_DECISION", "--until", "2100-01-01"), 2, "six months"),
    ],
)
def test_mistakes_are_told_and_nothing_is_recorded(
    home: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    done = run("flag", *words, cwd=home)
    assert (done.code, says in done.err) == (code, True), done.err
    assert status(home) == "open"


def test_the_relay_lists_functions_and_tells_one(home: Path) -> None:
    listed = run("relay", "--json", cwd=home).json()["functions"]
    lieu = next(each["function"] for each in listed if each["kind"] == "lieu")  # type: ignore[attr-defined]
    found = run("relay", lieu, "--json", cwd=home).json()
    assert found["kind"] == "lieu"
    assert lieu in found["carriers"]  # type: ignore[operator]
    assert "What would stop" in run("relay", lieu, cwd=home).out
    assert "Ce qui s'arrêterait" in run("relay", lieu, cwd=home, language="fr").out
    unknown = run("relay", "juggling", cwd=home)
    assert (unknown.code, "juggling" in unknown.err) == (5, True)
