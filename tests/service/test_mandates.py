"""In whose name something was done: told, and flagged when that mandate had ended, never lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import write
from tests.service.test_recounts import query

from ledger.kernel.errors import UsageError
from ledger.language.catalogue import render, speaking
from ledger.service.ledger import Ledger

GIVEN = """
by: coord
acts:
  - give-role: {on: 2024-01-05, id: m1, role: coordinator, person: coord, until: 2024-02-29}
"""
DEED = """
by: coord
%s
acts:
  - adopt-decision: {on: %s, id: %s, text: Paint it, represented: "atelier, halle, serre"}
"""
FLAGGED = (
    "SELECT subject, level, value, raised_on, until FROM flags WHERE code = 'MANDATE_OVERRUN' ORDER BY since"
)


@pytest.fixture
def mandated(ledger: Ledger, tmp_path: Path) -> Ledger:
    ledger.record_file(write(tmp_path, "given.yaml", GIVEN))
    return ledger


@pytest.mark.parametrize(
    "said", ["acting as: coordinator", "au titre de: coordination du réseau", "en tant que: m1"]
)
def test_what_was_done_under_a_mandate_says_so(mandated: Ledger, tmp_path: Path, said: str) -> None:
    mandated.record_file(write(tmp_path, "deed.yaml", DEED % (said, "2024-02-10", "d")))
    assert query(mandated, "SELECT DISTINCT acting_as FROM events WHERE stream = 'decision/d'") == [("m1",)]
    assert query(mandated, FLAGGED) == []


def test_after_its_last_day_the_act_stays_and_is_flagged(mandated: Ledger, tmp_path: Path) -> None:
    mandated.record_file(
        write(tmp_path, "deed.yaml", DEED % ("acting as: coordinator", "2024-03-04", "late"))
    )
    assert query(mandated, "SELECT status FROM decisions WHERE id = 'late'") == [("adopted",)]
    assert query(mandated, FLAGGED) == [("coordinator", "watch", 3.0, "2024-03-04", None)]
    assert query(mandated, "SELECT DISTINCT how FROM acts_after_term WHERE occurred_on = '2024-03-04'") == [
        ("acted",)
    ]


def test_renewing_the_mandate_clears_it(mandated: Ledger, tmp_path: Path) -> None:
    mandated.record_file(
        write(tmp_path, "deed.yaml", DEED % ("acting as: coordinator", "2024-03-04", "late"))
    )
    again = GIVEN.replace("m1", "m2").replace("2024-01-05", "2024-03-05").replace("2024-02-29", "2024-12-31")
    mandated.record_file(write(tmp_path, "again.yaml", again))
    assert query(mandated, FLAGGED) == [("coordinator", "watch", 3.0, "2024-03-04", "2024-03-04")]
    mandated.record_file(
        write(tmp_path, "deed2.yaml", DEED % ("acting as: coordinator", "2024-03-06", "new"))
    )
    assert query(mandated, "SELECT DISTINCT acting_as FROM events WHERE stream = 'decision/new'") == [("m2",)]


def test_what_is_recorded_in_nobodys_name_is_ones_own(mandated: Ledger, tmp_path: Path) -> None:
    mandated.record_file(write(tmp_path, "deed.yaml", DEED % ("", "2024-03-04", "late")))
    assert query(mandated, FLAGGED) == []


def test_a_mandate_that_one_never_had_is_a_slip(mandated: Ledger, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as slip:
        mandated.record_file(write(tmp_path, "deed.yaml", DEED % ("acting as: treasurer", "2024-03-04", "x")))
    assert "coord never held the role “treasurer”" in render(slip.value)
    with speaking("fr"):
        assert "coordination du réseau" in render(slip.value)
