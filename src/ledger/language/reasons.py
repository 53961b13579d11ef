"""Why something beneath us failed, in the reader's words: the system, SQLite and TOML only speak English.

Loaded only when such an error is told.
"""

from __future__ import annotations

import errno
import re
from sqlite3 import Error as SqliteError

from ledger.kernel.errors import LedgerError
from ledger.language.catalogue import N_, _, message

_FULL = N_("there is no room left on the disk")
_DISK = N_("the disk fails to read or to write")
_READ_ONLY = N_("it can only be read")

_OF_SYSTEM: dict[int, str] = {
    errno.EACCES: N_("you have no right to it"),
    errno.EPERM: N_("you have no right to it"),
    errno.ENOENT: N_("there is no such file or folder"),
    errno.EEXIST: N_("a file of that name is there already"),
    errno.ENOTDIR: N_("a file stands where a folder is needed"),
    errno.EISDIR: N_("it is a folder"),
    errno.ENAMETOOLONG: N_("the name is too long"),
    errno.ELOOP: N_("links on the way lead back to themselves"),
    errno.EADDRNOTAVAIL: N_("this machine does not have this address"),
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: N_("the file would be too large"),
    errno.EROFS: _READ_ONLY,
    errno.EIO: _DISK,
}
_OF_SQLITE: dict[str, str] = {
    "database or disk is full": _FULL,
    "disk I/O error": _DISK,
    "attempt to write a readonly database": _READ_ONLY,
    "unable to open database file": N_("the file cannot be opened"),
    "database is locked": N_("another program is using it"),
    "file is not a database": N_("the file is damaged"),
    "database disk image is malformed": N_("the file is damaged"),
}


def reason(error: Exception) -> str:
    """The cause, as part of a sentence; what is not known is told as it came.

    An error of this house is its own sentence, without what ends it.
    """
    if isinstance(error, LedgerError):
        return message(error).rstrip(".")
    if isinstance(error, UnicodeDecodeError):
        return _("it is not text in UTF-8")
    if isinstance(error, OSError):
        return _(_of_system(error)) or str(error)
    if isinstance(error, SqliteError):
        return _(_OF_SQLITE.get(str(error), "")) or str(error)
    return _of_toml(str(error)) or str(error)


def _of_toml(text: str) -> str:
    """Where a settings file cannot be read."""
    if place := re.search(r"\(at line (\d+), column (\d+)\)", text):
        return _("line {line}, column {column}").format(line=place[1], column=place[2])
    return _("it stops in the middle") if "(at end of document)" in text else ""


def _of_system(error: OSError) -> str:
    """The message of an error's number; those of names of machines are below zero."""
    if (error.errno or 0) < 0:
        return N_("no machine has this name")
    return _OF_SYSTEM.get(error.errno or 0, error.strerror or "")
