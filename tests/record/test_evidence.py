"""A file is kept once, whoever brings it again."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from ledger.kernel.facts import Facts
from ledger.readmodel.rows import Fold
from ledger.readmodel.schema import HANDLERS, shapes
from ledger.record import model
from ledger.record.model import AttachEvidence, Evidence

RECEIPT = AttachEvidence(sha256="a" * 64, media_type="application/pdf", size_bytes=1_234, kind="invoice")
ROSTER: Any = SimpleNamespace(founded=True, consortium_kind="operational")


def facts(kept: Evidence) -> Facts:
    (stream,) = RECEIPT.reads()
    return Facts(today=date(2024, 3, 5), actor=None, roster=ROSTER, states={stream: kept})


def test_a_file_is_kept_under_its_fingerprint() -> None:
    (event,) = model.decide(RECEIPT, facts(model.INITIAL["evidence"]()))
    assert event.stream() == "evidence/" + "a" * 64
    assert event.scope() == (), "a file belongs to a funder only when somebody says so"


def test_the_same_file_again_records_nothing() -> None:
    (event,) = model.decide(RECEIPT, facts(Evidence()))
    kept = model.evolve(Evidence(), event, date(2024, 3, 5))
    assert model.decide(RECEIPT, facts(kept)) == []


def test_its_row_says_what_it_is() -> None:
    (event,) = model.decide(RECEIPT, facts(Evidence()))
    fold = Fold(shapes(), lambda ref: None)
    data = event.model_dump(mode="json", exclude_none=True)
    fold.apply(
        {"seq": 3, "kind": event.TOPIC, "occurred_on": "2024-03-05", "data": data}, HANDLERS[event.TOPIC]
    )
    row = fold.get("evidence", "a" * 64)
    assert row is not None
    assert (row["kind"], row["size_bytes"], row["attached_on"]) == ("invoice", 1_234, "2024-03-05")
