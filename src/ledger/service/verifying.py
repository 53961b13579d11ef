"""Whether the whole folder is what was recorded: the log, the evidence files, the vault's texts."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from ledger.kernel.errors import Altered, LedgerError, StorageFailure
from ledger.kernel.values import Sealed
from ledger.language.catalogue import N_, _, fill
from ledger.record.events import EvidenceAttached, PeriodSealed
from ledger.service.ledger import Ledger
from ledger.service.streams import decode
from ledger.store.log import Stored
from ledger.store.pin import check_pin
from ledger.store.verify import Problem
from ledger.store.verify import verify as verify_log

_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Report:
    """What verification found.

    Attributes:
        ledger: the ledger's id.
        events: number of events read.
        root: Merkle root of the log, in hexadecimal.
        evidence: number of evidence files checked.
        problems: empty when everything is as it was recorded.
        withheld: why the vault's names and texts were not looked at, when they were not.
    """

    ledger: str
    events: int
    root: str
    evidence: int
    problems: list[Problem]
    withheld: LedgerError | None = None

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
            "vault_checked": self.withheld is None,
            "problems": [{"seq": p.seq, "message": str(p)} for p in self.problems],
        }


def verify(ledger: Ledger) -> Report:
    """Recomputes everything from the bytes stored; trusts nothing that it can compute."""
    seen = _Seen()
    found = verify_log(ledger.log, seen)
    return Report(
        ledger.log.ledger_id,
        found.size,
        found.root.hex(),
        len(seen.evidence),
        [
            *found.problems,
            *(_pin_problems(ledger) if found.intact else []),
            *_seal_problems(ledger, seen),
            *_evidence_problems(ledger, seen),
            *_vault_problems(ledger, seen),
        ],
        ledger.vault.withheld,
    )


class _Seen:
    """What the events say of things outside the log, noted while the log is read.

    Attributes:
        evidence: number of the event and SHA-256 of the file.
        seals: number of the event, events sealed and their root.
        texts: number of the event and a reference to the vault.
    """

    def __init__(self) -> None:
        self.evidence: list[tuple[int, str]] = []
        self.seals: list[tuple[int, int, str]] = []
        self.texts: list[tuple[int, Sealed]] = []

    def __call__(self, stored: Stored) -> tuple[tuple[str, str], ...]:
        """Takes note of an event; the ids that it brings into being, none when its kind is unknown.

        Raises:
            Altered: its bytes are not what its kind looks like.
        """
        try:
            event = decode(stored).event
        except StorageFailure:
            return ()
        if isinstance(event, EvidenceAttached):
            self.evidence.append((stored.seq, event.sha256))
        elif isinstance(event, PeriodSealed):
            self.seals.append((stored.seq, event.event_count, event.head_hash))
        if b'"ref":"v-' in stored.state:
            for sealed in sealed_in(orjson.loads(stored.state)["data"]):
                self.texts.append((stored.seq, sealed))
        return event.introduces()


def _pin_problems(ledger: Ledger) -> list[Problem]:
    """An intact log that does not go on from the last head that this machine saw."""
    try:
        check_pin(ledger.folder.heads, ledger.log)
    except Altered as error:
        return [Problem(None, error.template, dict(error.params))]
    return []


def _seal_problems(ledger: Ledger, seen: _Seen) -> list[Problem]:
    """Periods whose root is not that of the events which they sealed."""
    return [
        Problem(seq, N_("event {seq}: what it sealed is not what the log holds"), {})
        for seq, count, root in seen.seals
        if count >= seq or _root_at(ledger, count) != root
    ]


def _root_at(ledger: Ledger, count: int) -> str | None:
    try:
        return ledger.log.root_at(count).hex()
    except LedgerError:  # a node is missing: said already
        return None


def _evidence_problems(ledger: Ledger, seen: _Seen) -> list[Problem]:
    problems = []
    for seq, sha256 in seen.evidence:
        wrong = _wrong_with(ledger.folder.evidence / sha256, sha256)
        if wrong:
            problems.append(Problem(seq, wrong, {"name": sha256}))
    return problems


def _wrong_with(file: Path, sha256: str) -> str | None:
    """What is wrong with a file of evidence: a message id; None when nothing is."""
    try:
        if not _SHA256.fullmatch(sha256) or not file.exists():
            return N_("event {seq}: the file {name} is missing from evidence/")
        return None if digest(file) == sha256 else N_("event {seq}: the file {name} in evidence/ was altered")
    except OSError:
        return N_("event {seq}: the file {name} in evidence/ cannot be read")


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _vault_problems(ledger: Ledger, seen: _Seen) -> list[Problem]:
    """Texts whose fingerprint in the log is not theirs; an erased one is no problem."""
    return [
        Problem(seq, N_("event {seq}: the vault's text {ref} is not the one recorded"), {"ref": sealed.ref})
        for seq, sealed in seen.texts
        if ledger.vault.matches(sealed) is False
    ]


def sealed_in(value: Any) -> list[Sealed]:
    """Every reference to the vault inside an event's data."""
    if isinstance(value, dict):
        if value.keys() == {"ref", "sha256"} and str(value["ref"]).startswith("v-"):
            return [Sealed(**value)]
        return [found for item in value.values() for found in sealed_in(item)]
    if isinstance(value, list):
        return [found for item in value for found in sealed_in(item)]
    return []
