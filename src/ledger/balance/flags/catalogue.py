"""The catalogue, listed by hand: one line a flag, in the order in which a report shows them."""

from __future__ import annotations

from ledger.balance.flags import (
    coord_load,
    lieu_reliance,
    money_no_decision,
    person_reliance,
    rotation_skipped,
)
from ledger.balance.flags.base import Flag

CATALOGUE: dict[str, Flag] = {
    flag.code: flag
    for flag in (
        lieu_reliance.FLAG,
        person_reliance.FLAG,
        coord_load.FLAG,
        rotation_skipped.FLAG,
        money_no_decision.FLAG,
    )
}
