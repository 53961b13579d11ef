"""Whether the votes carry a decision: weights of seats, colleges, thresholds (R6). Pure.

A college weighs what the rules say, however many of its seats vote: its part of the result follows its
own votes in proportion. A college with a threshold of its own must reach it, whatever the others say.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from ledger.decisions.events import CollegeRule
from ledger.decisions.state import State, Voices
from ledger.kernel.errors import Refused
from ledger.language.catalogue import N_

Weighed = dict[str | None, tuple[int, int]]
"""Weight for and against, of each college."""


def require_majority(voices: Voices, decision_id: str, state: State) -> Fraction:
    """The share of the votes for, which reaches the threshold; abstentions are not votes.

    Raises:
        Refused: R6, it does not pass, or what was counted does not tell.
    """
    _require_by_college(voices, decision_id, state)
    weighed = _weighed(voices, decision_id, state)
    for college in state.colleges.values():
        if college.threshold_bp is not None:
            _require_college(college, weighed.get(college.college, (0, 0)), decision_id, state)
    share = share_for(voices, decision_id, state)
    if share is None or not _reaches(share, state.threshold_bp or 0, state):
        said = sum((Counter(heads) for heads in voices.values()), Counter[str]())
        raise Refused(
            "R6",
            N_("{decision} does not pass: {count_for} for, {count_against} against, needed {threshold_bp}."),
            N_("reject-decision {decision} (in minutes, outcome: rejected), or vote again on a revised text"),
            decision=decision_id,
            count_for=said["for"],
            count_against=said["against"],
            threshold_bp=state.threshold_bp or 0,
        )
    return share


def _reaches(share: Fraction, threshold_bp: int, state: State) -> bool:
    """A qualified majority is reached, a majority exceeded."""
    needed = Fraction(threshold_bp, 10_000)
    return share >= needed if state.method == "qualified_majority" else share > needed


def share_for(voices: Voices, decision_id: str, state: State) -> Fraction | None:
    """Weight for among the weight expressed; None when nobody voted for or against."""
    weighed = _weighed(voices, decision_id, state)
    spoken = {name: (pro, con) for name, (pro, con) in weighed.items() if pro + con}
    weights = {name: rule.weight_bp for name, rule in state.colleges.items() if rule.weight_bp}
    if not weights:
        expressed = sum(pro + con for pro, con in spoken.values())
        return Fraction(sum(pro for pro, _ in spoken.values()), expressed) if expressed else None
    whole = sum(weights.get(name or "", 0) for name in spoken)
    parts = (weights.get(name or "", 0) * Fraction(pro, pro + con) for name, (pro, con) in spoken.items())
    return sum(parts, Fraction()) / whole if whole else None


def _require_college(college: CollegeRule, votes: tuple[int, int], decision_id: str, state: State) -> None:
    pro, con = votes
    if not pro + con or not _reaches(Fraction(pro, pro + con), college.threshold_bp or 0, state):
        raise Refused(
            "R6",
            N_("{decision} does not pass in the college {college}, which needs {threshold_bp} of its votes."),
            N_("reject-decision {decision} (in minutes, outcome: rejected), or vote again on a revised text"),
            decision=decision_id,
            college=college.college,
            threshold_bp=college.threshold_bp,
        )


def _require_by_college(voices: Voices, decision_id: str, state: State) -> None:
    """Where colleges weigh or must agree, votes counted together do not tell."""
    matters = any(c.weight_bp is not None or c.threshold_bp is not None for c in state.colleges.values())
    if matters and None in voices:
        raise Refused(
            "R6",
            N_("The votes on {decision} are counted together, and its colleges count apart."),
            N_("by_college: for, against and abstentions of {colleges}"),
            decision=decision_id,
            colleges=tuple(state.colleges),
        )


def _weighed(voices: Voices, decision_id: str, state: State) -> Weighed:
    if state.ballots and not state.tallies:
        found: Weighed = {}
        for seat_id, ballot in state.ballots.items():
            pro, con = found.get(state.college_of(seat_id), (0, 0))
            weight = state.weight_of(seat_id)
            pro += weight if ballot.option == "for" else 0
            con += weight if ballot.option == "against" else 0
            found[state.college_of(seat_id)] = (pro, con)
        return found
    return {
        college: (said.get("for", 0) * weight, said.get("against", 0) * weight)
        for college, said in voices.items()
        if (weight := _common_weight(college, decision_id, state))
    }


def _common_weight(college: str | None, decision_id: str, state: State) -> int:
    """What each seat weighs where hands were counted: the same for all, or hands do not tell."""
    seats = [s for s in state.electorate if college is None or state.college_of(s) == college]
    weights = {state.weight_of(seat_id) for seat_id in seats} or {10_000}
    if len(weights) > 1:
        raise Refused(
            "R6",
            N_("The seats do not weigh the same in {decision}: counted hands do not tell."),
            N_("cast-ballot for each seat"),
            decision=decision_id,
        )
    return weights.pop()
