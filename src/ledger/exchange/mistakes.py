"""All the mistakes of a file, gathered as it is read, so that nobody mends them one run at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ledger.kernel.errors import LedgerError, Several

MAX_MISTAKES = 50
"""Beyond it a file is not mistaken, it is another kind of file."""


class Mistakes:
    """Collects errors; reading goes on with the next act, cell or key."""

    def __init__(self) -> None:
        self._errors: list[LedgerError] = []
        self._too_many: LedgerError | None = None

    @contextmanager
    def gathered(self, act: str | None = None) -> Iterator[None]:
        """Keep what the block raises; `act` is named in the place of each error."""
        try:
            yield
        except LedgerError as error:
            if error is self._too_many:
                raise
            for each in error.errors if isinstance(error, Several) else [error]:
                if act and each.place and not each.place.act:
                    each.place = each.place._replace(act=act)
                self._errors.append(each)
            if len(self._errors) >= MAX_MISTAKES:
                self._too_many = self._all()
                raise self._too_many from None

    @contextmanager
    def named(self, act: str) -> Iterator[None]:
        """Name the act in whatever is gathered inside the block."""
        first = len(self._errors)
        with self.gathered(act):
            yield
        for error in self._errors[first:]:
            if error.place and not error.place.act:
                error.place = error.place._replace(act=act)

    def __len__(self) -> int:
        return len(self._errors)

    def settle(self) -> None:
        """Raise what was gathered, in the order of the file: one error alone, several together."""
        if self._errors:
            raise self._all()

    def _all(self) -> LedgerError:
        if len(self._errors) == 1:
            return self._errors[0]
        return Several(
            sorted(self._errors, key=lambda e: (e.place.line, e.place.column) if e.place else (0, 0))
        )
