"""The one family of errors: a message, a `Try:` line, an exit code. Texts are English message ids.

Messages are templates: the edge (command line, page) translates the template first and fills it
afterwards, so that a refusal raised deep in the domain is read in the reader's language.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Place(NamedTuple):
    """Where something stands: file, line and column from 1; without a line, an option's own name."""

    file: str
    line: int
    column: int = 1
    act: str | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class LedgerError(Exception):
    """Something a person can act on.

    Args:
        template: English message with `{name}` fields; also the key of its translation.
        hint: what to try, same form; None when the message says it.
        place: where the mistake stands, when it came from a file.
        params: values of the fields, shared by message and hint.
    """

    exit_code = 2

    def __init__(
        self, template: str, hint: str | None = None, *, place: Place | None = None, **params: Any
    ) -> None:
        self.template = template
        self.hint = hint
        self.place = place
        self.params = params
        super().__init__(template.format_map(_Lenient(params)))


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class UsageError(LedgerError):
    """Wrong usage, or a file that cannot be read as a member's file."""

    exit_code = 2


class Refused(LedgerError):
    """A rule of the domain says no; nothing was recorded.

    Args:
        rule: its code (R1 to R15, or DUPLICATE), shown with the message and used by scenarios.
    """

    exit_code = 3

    def __init__(
        self,
        rule: str,
        template: str,
        hint: str | None = None,
        *,
        place: Place | None = None,
        **params: Any,
    ) -> None:
        self.rule = rule
        super().__init__(template, hint, place=place, **params)


class Busy(LedgerError):
    """Somebody else is writing and did not finish in time; nothing was recorded."""

    exit_code = 4


class UnknownId(LedgerError):
    """An id that nothing in this ledger carries."""

    exit_code = 5


class StorageFailure(LedgerError):
    """The disk is full, read-only or damaged; nothing was recorded."""

    exit_code = 6


class Altered(LedgerError):
    """Verification found that what is stored is not what was recorded."""

    exit_code = 1


class Several(LedgerError):
    """All the mistakes of one file at once, so that nobody mends them one run at a time."""

    def __init__(self, errors: list[LedgerError]) -> None:
        self.errors = errors
        super().__init__("{count} mistakes", count=len(errors))
        self.exit_code = max((e.exit_code for e in errors), key=_SEVERITY.index)


_SEVERITY = (2, 5, 3, 1, 4, 6)
