"""The catalogue, listed by hand: one line a flag, in the order in which a report shows them.

Each is the `FLAG` of the module that bears its name, imported when it is first asked for: an act looks at few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import cast

from ledger.balance.flags.base import Flag

CODES = (
    # who carries
    "LIEU_RELIANCE",
    "PERSON_RELIANCE",
    "SINGLE_HOLDER",
    "HANDOVER_DUE",
    "COORD_LOAD",
    "UNPAID_OVERLOAD",
    "ROTATION_SKIPPED",
    # who decides
    "AGENDA_CAPTURE",
    "CARRIER_DOMINANCE",
    "ENTITY_OVERREP",
    "CONFLICT_OF_INTEREST",
    "BLOCKED_DECISIONS",
    "ADOPTION_IN_DOUBT",
    "QUORUM_RISK",
    "FRAGMENTATION",
    "ACCOUNTING_DOMINANCE",
    # who is there
    "REFERENT_MISSING",
    "SEAT_VACANT",
    "MANDATE_EXPIRING",
    "MANDATE_OVERRUN",
    "MEETINGS_RARE",
    # the money
    "MONEY_NO_DECISION",
    "CEILING_EXCEEDED",
    "MONEY_CONCENTRATION",
    "MONEY_LEFT_BEHIND",
    "MONEY_WORK_MISMATCH",
    "MONEY_UNCOVERED",
    "FUNDER_DEPENDENCE",
    "PLAN_LINE_MISSING",
    "LINE_OVERSPENT",
    "OUT_OF_PERIOD",
    "REGRANT_SUSPECTED",
    "PUBLIC_SHARE_CEILING",
    "ASSESSOR_BENEFICIARY",
    "DUTIES_NOT_SEPARATED",
    # what is owed
    "EVIDENCE_MISSING",
    "EVIDENCE_REUSED",
    "REPORT_DUE",
    "INSTALMENT_LATE",
    "REVIEW_MISSING",
    "INDICATORS_INCOMPLETE",
    "TARGET_MOVED",
    "DECLARED_MISMATCH",
    "PUBLICATION_LATE",
    "LATE_RECORDING",
)


class _Catalogue(Mapping[str, Flag]):
    """Code to flag."""

    def __getitem__(self, code: str) -> Flag:
        if code not in CODES:
            raise KeyError(code)
        return _flag(code)

    def __contains__(self, code: object) -> bool:
        return code in CODES

    def __iter__(self) -> Iterator[str]:
        return iter(CODES)

    def __len__(self) -> int:
        return len(CODES)


@cache
def _flag(code: str) -> Flag:
    return cast("Flag", import_module(f"ledger.balance.flags.{code.lower()}").FLAG)


CATALOGUE: Mapping[str, Flag] = _Catalogue()
