"""Acts of the consortium: an index. Pure.

Each theme has a module, with its commands and what decides them: founding and dissolving, parties, the
agreement, roles given and ended (`giving`; what the rules say of a role is in `roles`), rotations.
"""

from ledger.consortium import agreement, founding, giving, parties, rotations
from ledger.consortium.agreement import AdoptRules
from ledger.consortium.founding import BeginDissolution, DissolveConsortium, FoundConsortium
from ledger.consortium.giving import EndRole, GiveRole
from ledger.consortium.parties import (
    CloseLieu,
    ErasePerson,
    RegisterLieu,
    RegisterOrganisation,
    RegisterPerson,
    UpdateParty,
)
from ledger.consortium.rotations import SetRotation, TakeTurn
from ledger.consortium.shared import Decide, decider
from ledger.kernel.messages import Command

COMMANDS: tuple[type[Command], ...] = (
    FoundConsortium,
    RegisterOrganisation,
    RegisterLieu,
    RegisterPerson,
    UpdateParty,
    CloseLieu,
    ErasePerson,
    AdoptRules,
    GiveRole,
    EndRole,
    SetRotation,
    TakeTurn,
    BeginDissolution,
    DissolveConsortium,
)


_DECIDE: dict[type[Command], Decide] = {
    **founding.DECIDE,
    **parties.DECIDE,
    **agreement.DECIDE,
    **giving.DECIDE,
    **rotations.DECIDE,
}

decide = decider(_DECIDE)
