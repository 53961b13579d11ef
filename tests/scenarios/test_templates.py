"""Each agreement to fill in is recorded as it stands, into a ledger just founded, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from tests.conftest import Clock, write

from ledger.consortium.model import FoundConsortium, RegisterPerson
from ledger.demo import scenarios
from ledger.exchange import keys
from ledger.exchange.agreements import FORMS, agreement, forms
from ledger.kernel.errors import Refused, UnknownId
from ledger.language.catalogue import speaking
from ledger.service.draft import alone
from ledger.service.ledger import Ledger

BOTH = [(form, language) for form in FORMS for language in ("fr", "en")]


@pytest.fixture
def found(tmp_path: Path, clock: Clock) -> Iterator[object]:
    """Founds an empty ledger, as `ledger init` does."""
    opened: list[Ledger] = []

    def founded(kind: str) -> Ledger:
        ledger = Ledger.create(tmp_path / "ledger", "en", clock)
        opened.append(ledger)
        founding = FoundConsortium(name="À nommer", kind=kind)  # type: ignore[arg-type]
        commands = (founding, RegisterPerson(id="me"))
        ledger.record([alone(command, "me") for command in commands])
        ledger.folder.write_me("me")
        return ledger

    yield founded
    for ledger in opened:
        ledger.close()


def recorded(found: object, tmp_path: Path, form: str, language: str) -> Ledger:
    ledger: Ledger = found("advisory" if form == "advisory" else "operational")  # type: ignore[operator]
    with speaking(language):
        text = agreement(form)
    ledger.record_file(write(tmp_path, "agreement.yaml", text), author="me")
    return ledger


@pytest.mark.parametrize(("form", "language"), BOTH)
def test_plays_as_it_stands(found: object, tmp_path: Path, clock: Clock, form: str, language: str) -> None:
    ledger = recorded(found, tmp_path, form, language)
    roster, today = ledger.roster(), clock.now.date()
    if form == "advisory":
        assert len(roster.rule("colleges", today)) == 7
        assert sum(college.seats for college in roster.rule("colleges", today)) == 21
        assert len(roster.seats(today)) == 4
        return
    assert len(roster.active_lieux(today)) == 3
    (carrier,) = roster.held("carrier", today)
    assert carrier.carrier_kind == ("external" if form == "external-carrier" else "member")
    assert carrier.held_until is not None, "the rules limit its term"


@pytest.mark.parametrize("form", FORMS)
def test_both_languages_do_the_same(form: str) -> None:
    done = []
    for language in ("fr", "en"):
        with speaking(language):
            file = yaml.safe_load(agreement(form))
        done.append([keys.acts()[keys.folded(next(iter(act)))] for act in file.get("actes") or file["acts"]])
    assert done[0] == done[1]


MEETING = """
meeting: assembly
on: 2024-03-06
present: ref1, ref2{more}
decisions:
  oven: We buy an oven
"""


def test_the_horizontal_form_waits_for_everybody(found: object, tmp_path: Path) -> None:
    ledger = recorded(found, tmp_path, "horizontal", "en")
    with pytest.raises(Refused, match="no quorum"):
        ledger.record_file(write(tmp_path, "m.yaml", MEETING.format(more="")), author="me")
    assert ledger.record_file(
        write(tmp_path, "m.yaml", MEETING.format(more=", ref3")), author="me"
    ).outcome.events


def test_templates_are_no_demonstrations() -> None:
    assert "templates" not in scenarios()


def test_a_form_is_asked_for_in_either_language() -> None:
    assert agreement("Chef de file") == agreement("lead_member")
    with speaking("fr"):
        assert "chef de file" in agreement("lead-member")
        assert "chef-de-file" in forms()
    with pytest.raises(UnknownId):
        agreement("pyramid")
