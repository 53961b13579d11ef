"""Numbers of events as people write them: `128`, or `#128`."""

from __future__ import annotations

from ledger.kernel.errors import UnknownId
from ledger.language.catalogue import N_

_LONGEST = 15


def number(written: str) -> int | None:
    """The number that somebody wrote; None when it is something else.

    Raises:
        UnknownId: it is longer than the number of any event.
    """
    digits = written.removeprefix("#")
    if not (digits.isascii() and digits.isdigit()):
        return None
    if len(digits.lstrip("0")) > _LONGEST:
        raise UnknownId(N_("There is no event {seq}."), N_("see the numbers with: ledger log"), seq=digits)
    return int(digits)
