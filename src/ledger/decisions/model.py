"""Acts of decisions: an index. Pure.

Each theme has a module, with its commands and what decides them: proposals and objections, the opening,
ballots, adopting and rejecting, opinions, and what becomes of a decision (`ending`). Who took part is known to
`attendance`, whether enough did and who may say what to `voting`, whether the votes carry it to `majority`.
"""

from ledger.decisions import adopting, ballots, ending, opening, opinions, proposals
from ledger.decisions.adopting import AdoptDecision, RejectDecision
from ledger.decisions.ballots import CastBallot
from ledger.decisions.ending import EndDecision, PublishDecision
from ledger.decisions.opening import OpenDecision
from ledger.decisions.opinions import IssueOpinion
from ledger.decisions.proposals import MakeProposal, RaiseObjection, SettleObjection
from ledger.decisions.shared import Decide, decider
from ledger.kernel.messages import Command

COMMANDS: tuple[type[Command], ...] = (
    MakeProposal,
    RaiseObjection,
    SettleObjection,
    OpenDecision,
    CastBallot,
    AdoptDecision,
    RejectDecision,
    IssueOpinion,
    EndDecision,
    PublishDecision,
)


_DECIDE: dict[type[Command], Decide] = {
    **proposals.DECIDE,
    **opening.DECIDE,
    **ballots.DECIDE,
    **adopting.DECIDE,
    **opinions.DECIDE,
    **ending.DECIDE,
}

decide = decider(_DECIDE)
