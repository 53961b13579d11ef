"""Receipts and other files that a member names beside their minutes: found, bounded, fingerprinted.

Nothing is stored here; the service keeps the bytes under their SHA-256.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from ledger.exchange import keys
from ledger.kernel.errors import Place, UsageError
from ledger.language.catalogue import N_

MAX_BYTES = 50 * 2**20


class Evidence(NamedTuple):
    """A file to keep as evidence."""

    path: Path
    sha256: str
    size_bytes: int
    media_type: str
    kind: str = "other"


def find(name: str, folder: Path, kind: str = "other", place: Place | None = None) -> Evidence:
    """The file of that name beside a member's file.

    Args:
        name: a path inside the folder; a file received from somebody else must not be able to
            reach for others.
        folder: where the member's file lies.
        kind: what it proves: `invoice`, `proof_of_payment`…
        place: where it is named.

    Raises:
        UsageError: no such file, not inside the folder, empty, too large or not readable.
    """
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise UsageError(
            N_("“{name}” is outside the folder of this file."),
            N_("copy it beside this file, and give its name alone"),
            place=place,
            name=name,
        )
    if not path.is_file():
        close = keys.near(name, (each.name for each in folder.iterdir() if each.is_file()))
        hint = N_("“{close}”?") if close else N_("put it beside this file: {folder}")
        raise UsageError(
            N_("There is no file “{name}”."), hint, place=place, name=name, close=close, folder=str(folder)
        )
    size = path.stat().st_size
    if not 0 < size <= MAX_BYTES:
        raise UsageError(
            N_("“{name}” is empty.") if size == 0 else N_("“{name}” is larger than 50 MB."),
            N_("save it again, or scan it at a lower resolution"),
            place=place,
            name=name,
        )
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as reason:
        raise UsageError(
            N_("“{file}” cannot be read: {reason}."),
            place=place,
            file=name,
            reason=reason,
        ) from None
    import mimetypes  # here: most acts have no file

    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Evidence(path, digest, size, media_type, kind)
