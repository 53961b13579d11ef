"""Whether acts that speak of flags speak of flags that exist, and of thresholds that these can have.

The concepts know nothing of the catalogue of flags: the service does. Loaded for such acts only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.balance.flags.base import Flag
from ledger.balance.flags.catalogue import CATALOGUE
from ledger.kernel.errors import UsageError
from ledger.kernel.spelling import near
from ledger.language.catalogue import N_

if TYPE_CHECKING:
    from ledger.kernel.messages import Command


def require_known(command: Command) -> None:
    """Every flag that the command names is in the catalogue, and may have the threshold that it gives.

    Raises:
        UsageError: with the nearest code, or how a threshold of that flag is written.
    """
    from ledger.consortium.agreement import AdoptRules, thresholds
    from ledger.record.model import AnswerFlag

    if isinstance(command, AnswerFlag):
        known(command.flag)
    if isinstance(command, AdoptRules):
        for threshold in thresholds(command.flags):
            flag = known(threshold.flag)
            if threshold.value_bp is not None:
                _require_measure(flag, threshold.value_bp)


def known(code: str) -> Flag:
    """The flag of that code, however it is capitalised.

    Raises:
        UsageError: there is none; the nearest is suggested.
    """
    flag = CATALOGUE.get(code.upper())
    if flag is None:
        meant = near(code, CATALOGUE)
        raise UsageError(
            N_("There is no flag called “{code}”."),
            N_("“{near}”?") if meant else N_("one of: {known}"),
            code=code,
            near=meant,
            known=list(CATALOGUE),
        )
    return flag


_WRITTEN = {
    "share": N_("{flag} 40 %"),
    "ratio": N_("{flag} 1,5"),
    "days": N_("{flag} 30 j"),
    "count": N_("{flag} 3"),
    "turns": N_("{flag} 2"),
}
"""How a threshold is written, by what the flag measures."""


def written(flag: Flag) -> str:
    """How rules change the flag: an example of its threshold, if it has one, and how it is switched off."""
    examples = [_WRITTEN[flag.adopts]] if flag.adopts else []
    return " · ".join(each.format(flag=flag.code) for each in (*examples, "{flag} off"))


def _require_measure(flag: Flag, value_bp: int) -> None:
    if flag.adopts is None:
        raise UsageError(
            N_("The flag {flag} rests on a fact: it has no threshold."),
            N_("leave it out, or switch it off: {flag} off"),
            flag=flag.code,
        )
    whole = value_bp % 10_000 == 0
    fits = {"share": value_bp <= 10_000, "ratio": True}.get(flag.adopts, whole)
    if not fits:
        raise UsageError(
            N_("A threshold of {flag} is written otherwise."), _WRITTEN[flag.adopts], flag=flag.code
        )
