"""Whether the whole folder is what was recorded: the log, the evidence files, the vault's texts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from ledger.kernel.errors import LedgerError
from ledger.kernel.values import Sealed
from ledger.language.catalogue import N_, _, fill
from ledger.service.ledger import Ledger
from ledger.service.streams import decode
from ledger.store.log import Stored
from ledger.store.verify import Problem
from ledger.store.verify import verify as verify_log

Sentence = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Report:
    """What verification found.

    Attributes:
        ledger: the ledger's id.
        events: number of events read.
        root: Merkle root of the log, in hexadecimal.
        evidence: number of evidence files checked.
        problems: empty when everything is as it was recorded.
    """

    ledger: str
    events: int
    root: str
    evidence: int
    problems: list[Problem]

    def sentences(self) -> list[str]:
        """The problems in the reader's language."""
        return [fill(_(p.template), {"seq": p.seq, **p.params}) for p in self.problems]

    def as_dict(self) -> dict[str, Any]:
        """The report as data; `signed` is false until keys are enrolled."""
        return {
            "ledger": self.ledger,
            "events": self.events,
            "root": self.root,
            "evidence_files": self.evidence,
            "intact": not self.problems,
            "signed": False,
            "problems": [{"seq": p.seq, "message": str(p)} for p in self.problems],
        }


def verify(ledger: Ledger) -> Report:
    """Recomputes everything from the bytes stored; trusts nothing that it can compute."""
    found = verify_log(ledger.log, introduces)
    evidence = _evidence_problems(ledger)
    kept = len(ledger.log.of_topic("evidence.attached.v1"))
    return Report(
        ledger.log.ledger_id,
        found.size,
        found.root.hex(),
        kept,
        [*found.problems, *_seal_problems(ledger), *evidence, *_vault_problems(ledger)],
    )


def introduces(stored: Stored) -> tuple[tuple[str, str], ...]:
    """The ids that a stored event brings into being; none when it cannot be read."""
    try:
        return decode(stored).event.introduces()
    except LedgerError:
        return ()


def _seal_problems(ledger: Ledger) -> list[Problem]:
    """Periods whose root is not that of the events which they sealed."""
    problems = []
    for stored in ledger.log.of_topic("period.sealed.v1"):
        sealed = orjson.loads(stored.state)["data"]
        if (
            sealed["event_count"] >= stored.seq
            or ledger.log.root_at(sealed["event_count"]).hex() != sealed["head_hash"]
        ):
            problems.append(
                Problem(stored.seq, N_("event {seq}: what it sealed is not what the log holds"), {})
            )
    return problems


def _evidence_problems(ledger: Ledger) -> list[Problem]:
    problems = []
    for stored in ledger.log.of_topic("evidence.attached.v1"):
        sha256 = orjson.loads(stored.state)["data"]["sha256"]
        file = ledger.folder.evidence / sha256
        if not file.exists():
            problems.append(
                Problem(
                    stored.seq, N_("event {seq}: the file {name} is missing from evidence/"), {"name": sha256}
                )
            )
        elif digest(file) != sha256:
            problems.append(
                Problem(
                    stored.seq, N_("event {seq}: the file {name} in evidence/ was altered"), {"name": sha256}
                )
            )
    return problems


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _vault_problems(ledger: Ledger) -> list[Problem]:
    """Texts whose fingerprint in the log is not theirs; an erased one is no problem."""
    problems = []
    for page in ledger.log.pages():
        for stored in page:
            if b'"ref":"v-' not in stored.state:
                continue
            for sealed in sealed_in(orjson.loads(stored.state)["data"]):
                if ledger.vault.matches(sealed) is False:
                    problems.append(
                        Problem(
                            stored.seq,
                            N_("event {seq}: the vault's text {ref} is not the one recorded"),
                            {"ref": sealed.ref},
                        )
                    )
    return problems


def sealed_in(value: Any) -> list[Sealed]:
    """Every reference to the vault inside an event's data."""
    if isinstance(value, dict):
        if value.keys() == {"ref", "sha256"} and str(value["ref"]).startswith("v-"):
            return [Sealed(**value)]
        return [found for item in value.values() for found in sealed_in(item)]
    if isinstance(value, list):
        return [found for item in value for found in sealed_in(item)]
    return []
