"""What a flag measured, in words: one for each unit, on the command line and on the pages alike."""

from __future__ import annotations

from ledger.language import formats
from ledger.language.catalogue import _, ngettext


def measured(unit: str, value: float) -> str:
    """A value, or a threshold, of a flag in its own unit."""
    if unit == "share":
        return formats.percent(value, 2)
    if unit == "cents":
        return formats.money_whole(round(value))
    figure = formats.decimal(abs(value))
    if unit == "turns":
        return ngettext("{count} turn", "{count} turns", abs(value)).format(count=figure)
    if unit == "days":
        return ngettext("{count} day", "{count} days", abs(value)).format(count=figure)
    return _("{ratio} times").format(ratio=figure) if unit == "ratio" else figure
