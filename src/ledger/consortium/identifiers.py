"""Numbers of French structures: SIRET and RNA, checked as the registers that give them do (R1). Pure."""

from __future__ import annotations

import re

from ledger.kernel.errors import Refused
from ledger.language.catalogue import N_

_RNA = re.compile(r"W\d[A-Z\d]\d{7}")
"""Wider than SCDL's `^W\\d{9}$`: overseas numbers carry a letter, and the State's own importer takes it
(betagouv/api-subventions-asso)."""

_SEPARATORS = re.compile(r"[\s.-]")


def siret(written: str) -> str:
    """The 14 digits of a SIRET, whatever spaces it was written with.

    Luhn's check digit; La Poste, which has more places than it allows, has its own (python-stdnum).

    Raises:
        Refused: R1, it is no SIRET.
    """
    from stdnum.exceptions import InvalidLength, ValidationError
    from stdnum.fr import siren
    from stdnum.fr import siret as register

    number = _SEPARATORS.sub("", written)
    try:
        return str(register.validate(number))
    except InvalidLength as error:
        if siren.is_valid(number):
            raise Refused(
                "R1",
                N_("{number} is a SIREN, nine digits: the SIRET of the establishment has fourteen."),
                N_("the SIREN and the five digits of the establishment"),
                number=number,
            ) from error
        raise Refused(
            "R1",
            N_("{number} is not a SIRET: it has {count} characters instead of fourteen digits."),
            N_("copy it again from the structure's papers"),
            number=number,
            count=len(number),
        ) from error
    except ValidationError as error:
        raise Refused(
            "R1",
            N_("{number} is not a SIRET: its check digit is wrong."),
            N_("copy it again from the structure's papers: a digit was mistyped"),
            number=number,
        ) from error


def rna(written: str) -> str:
    """A number of the national register of associations: W and nine digits, or a letter overseas.

    Raises:
        Refused: R1, it is no such number.
    """
    number = _SEPARATORS.sub("", written).upper()
    if not _RNA.fullmatch(number):
        raise Refused(
            "R1",
            N_("{number} is not an RNA number."),
            N_("W and nine digits, such as W133012345"),
            number=number,
        )
    return number
