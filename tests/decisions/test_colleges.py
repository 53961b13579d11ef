"""Colleges, weights, quorum as a share, second call, proxies, recusal, opinions by college (R5, R6, R15)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.consortium.events import College, MethodRule
from ledger.consortium.model import (
    AdoptRules,
    FoundConsortium,
    GiveRole,
    RegisterLieu,
    RegisterPerson,
)
from ledger.decisions.events import CollegeOpinions, CollegeVotes
from ledger.decisions.model import (
    AdoptDecision,
    CastBallot,
    IssueOpinion,
    MakeProposal,
    OpenDecision,
    RejectDecision,
)
from ledger.meetings.events import Proxy
from ledger.meetings.model import HoldMeeting

MARCH, APRIL = date(2024, 3, 5), date(2024, 4, 2)
PLACES = College(college="lieux", weight_bp=6_000)
USERS = College(college="usagers", weight_bp=4_000)


def seated(play: Any, colleges: tuple[College, ...], seats: dict[str, str], **rules: Any) -> Any:
    """A consortium of seats in colleges; each seat is held by a person named alike."""
    play(FoundConsortium(name="Les collèges"))
    play(AdoptRules(title="Accord", method="majority", colleges=colleges, **rules))
    for seat, college in seats.items():
        play(RegisterPerson(id=seat))
        play(GiveRole(id=seat, role="seat", person=f"P-{seat}", college=college))
    play(MakeProposal(id="p", text="On achète un four"))
    return play


SIX = {"a1": "lieux", "a2": "lieux", "u1": "usagers", "u2": "usagers", "u3": "usagers", "u4": "usagers"}


def cast(play: Any, **options: str) -> None:
    for seat, option in options.items():
        play(CastBallot(decision="p", seat=seat, option=option))


def test_the_electorate_holds_colleges_and_weights(play: Any) -> None:
    seated(play, (PLACES, USERS), SIX, quorum_share=5_000)
    (opened,) = play(OpenDecision(decision="p"))
    assert opened.electorate == tuple(SIX)
    assert {seat.seat_id: seat.college for seat in opened.seats} == SIX
    assert [college.weight_bp for college in opened.colleges] == [6_000, 4_000]
    assert (opened.quorum_seats, opened.rules_id) == (3, "rules-1")


def test_a_college_weighs_what_the_rules_say(play: Any) -> None:
    """Both places against, all four users for: 40 % for, though four heads of six."""
    seated(play, (PLACES, USERS), SIX)
    play(OpenDecision(decision="p"))
    cast(play, a1="against", a2="against", u1="for", u2="for", u3="for", u4="for")
    play.refused("R6", AdoptDecision(id="p"))
    (rejected,) = play(RejectDecision(decision="p"))
    assert [(v.college, v.count_for, v.count_against) for v in rejected.by_college] == [
        ("lieux", 0, 2),
        ("usagers", 4, 0),
    ]


def test_a_weighted_share_is_told(play: Any) -> None:
    seated(play, (PLACES, USERS), SIX)
    play(OpenDecision(decision="p"))
    cast(play, a1="for", a2="for", u1="for", u2="against", u3="abstain", u4="against")
    (adopted,) = play(AdoptDecision(id="p"))
    assert adopted.share_for_bp == 6_000 + 4_000 // 3
    assert (adopted.count_for, adopted.count_against, adopted.count_abstain) == (3, 2, 1)


def test_a_motion_fails_because_one_college_fails(play: Any) -> None:
    strict = (College(college="lieux"), College(college="usagers", threshold_bp=5_000))
    seated(play, strict, SIX)
    play(OpenDecision(decision="p"))
    cast(play, a1="for", a2="for", u1="for", u2="for", u3="against", u4="against")
    error = play.refused("R6", AdoptDecision(id="p"))
    assert error.params["college"] == "usagers"


def test_votes_counted_together_do_not_tell_for_colleges(play: Any) -> None:
    seated(play, (PLACES, USERS), SIX)
    play(OpenDecision(decision="p"))
    play.refused("R6", AdoptDecision(id="p", count_for=5, count_against=1))
    votes = (
        CollegeVotes(college="Lieux", count_for=2),
        CollegeVotes(college="usagers", count_for=3, count_against=1),
    )
    (adopted,) = play(AdoptDecision(id="p", by_college=votes))
    assert (adopted.count_for, adopted.count_against) == (5, 1)
    assert adopted.by_college[0].college == "lieux"
    assert adopted.share_for_bp == 9_000


def test_one_voice_a_seat_in_each_college(play: Any) -> None:
    seated(play, (PLACES, USERS), SIX)
    play(OpenDecision(decision="p"))
    three = CollegeVotes(college="lieux", count_for=3)
    play.refused("R5", AdoptDecision(id="p", by_college=(three, CollegeVotes(college="usagers"))))
    play.refused("R5", AdoptDecision(id="p", by_college=(CollegeVotes(college="élus", count_for=1),)))


def test_a_show_of_hands_by_college(play: Any) -> None:
    seated(play, (PLACES, USERS), SIX)
    play(OpenDecision(decision="p"))
    play(CastBallot(decision="p", college="lieux", count_for=2))
    play(CastBallot(decision="p", college="usagers", count_for=1, count_against=3, secret=True))
    play.refused("R5", CastBallot(decision="p", college="lieux", count_for=1))
    play.refused("R5", CastBallot(decision="p", count_for=1))
    play.refused("R5", CastBallot(decision="p", college="élus", count_for=1))
    (adopted,) = play(AdoptDecision(id="p"))
    assert (adopted.share_for_bp, adopted.count_for) == (7_000, 3)


def test_a_quorum_in_a_college(play: Any) -> None:
    colleges = (College(college="lieux", quorum_seats=2), College(college="usagers"))
    seated(play, colleges, SIX)
    play(OpenDecision(decision="p"))
    cast(play, a1="for", u1="for", u2="for")
    error = play.refused("R6", AdoptDecision(id="p"))
    assert (error.params["college"], error.params["count"], error.params["quorum"]) == ("lieux", 1, 2)


def test_a_second_call_under_the_rules_of_the_first(arles: Any) -> None:
    arles(AdoptRules(title="Accord", quorum_share=6_700, second_quorum=1))
    arles(MakeProposal(on=MARCH, id="p", text="Un four"))
    arles.refused("ORDER", OpenDecision(decision="p", second_call=True))
    (opened,) = arles(OpenDecision(on=MARCH, decision="p"))
    assert (opened.quorum_seats, opened.second_quorum_seats) == (3, 1)
    arles(HoldMeeting(on=MARCH, id="m", present=("P-ver",)))
    error = arles.refused("R6", AdoptDecision(on=MARCH, id="p", meeting="m"))
    assert "second_call" in (error.hint or "")
    arles(AdoptRules(on=APRIL, title="Avenant", second_quorum=3))
    (again,) = arles(OpenDecision(on=APRIL, decision="p", second_call=True, meeting="m"))
    assert (again.quorum_seats, again.second_call, again.meeting_id) == (1, True, "m")
    assert again.electorate == opened.electorate
    arles.refused("DUPLICATE", OpenDecision(on=APRIL, decision="p", second_call=True))
    arles(HoldMeeting(on=APRIL, id="m2", present=("P-pop",)))
    assert arles(AdoptDecision(on=APRIL, id="p", meeting="m2"))


def test_no_second_call_where_the_rules_foresee_none_or_the_first_was_enough(arles: Any) -> None:
    arles(AdoptRules(title="Accord", quorum=3))
    arles(MakeProposal(id="p", text="Un four"))
    arles(OpenDecision(decision="p"))
    arles.refused("R6", OpenDecision(decision="p", second_call=True))
    arles(AdoptRules(title="Avenant", quorum=1, second_quorum=1))
    arles(MakeProposal(id="q", text="Deux fours"))
    arles(OpenDecision(decision="q"))
    arles(HoldMeeting(id="m", present=("P-ver",)))
    arles.refused("ORDER", OpenDecision(decision="q", second_call=True, meeting="m"))


def test_a_matter_is_decided_by_the_method_that_claims_it(arles: Any) -> None:
    rule = MethodRule(
        method="qualified_majority", domains=("rules",), quorum_share_bp=10_000, threshold_bp=7_500
    )
    arles(AdoptRules(title="Accord", quorum=1, methods=(rule,)))
    arles(MakeProposal(id="r", text="Changer l'accord", domain="rules"))
    arles(MakeProposal(id="c", text="Un four"))
    (strict,) = arles(OpenDecision(decision="r"))
    (usual,) = arles(OpenDecision(decision="c"))
    assert (strict.method, strict.quorum_seats, strict.threshold_bp) == ("qualified_majority", 3, 7_500)
    assert (usual.method, usual.quorum_seats, usual.threshold_bp) == ("consent", 1, None)


def test_members_may_weigh_more_than_one_voice(play: Any) -> None:
    play(FoundConsortium(name="x"))
    play(AdoptRules(title="Accord", method="majority"))
    for lieu, weight in (("grand", 20_000), ("petit", None), ("menu", None)):
        play(RegisterLieu(id=lieu, name=lieu))
        play(GiveRole(role="member", lieu=lieu, weight=weight))
    play(MakeProposal(id="p", text="Un four"))
    play(OpenDecision(decision="p"))
    error = play.refused("R6", AdoptDecision(id="p", count_for=2, count_against=1))
    assert "ballot" in (error.hint or "")
    cast(play, grand="against", petit="for", menu="for")
    play.refused("R6", AdoptDecision(id="p"))


# -- proxies ----------------------------------------------------------------------------------------


def test_a_proxy_counts_for_the_quorum_up_to_the_limit(arles: Any) -> None:
    arles(AdoptRules(title="Accord", quorum=3))
    proxies = (Proxy(seat="pop", carried_by="P-ver"), Proxy(seat="fabrique", carried_by="P-ver"))
    arles(HoldMeeting(on=MARCH, id="m", present=("P-ver",), proxies=proxies))
    error = arles.refused("R6", AdoptDecision(on=MARCH, id="d", text="Un four", meeting="m"))
    assert error.params["count"] == 2
    arles(AdoptRules(on=MARCH, title="Avenant", proxy_limit=2))
    *_, adopted = arles(AdoptDecision(on=MARCH, id="d", text="Un four", meeting="m"))
    assert adopted.represented == ("fabrique", "verrerie", "pop")


def test_a_proxy_of_somebody_who_was_not_there_counts_for_nothing(arles: Any) -> None:
    arles(HoldMeeting(on=MARCH, id="m", present=("P-ver",), proxies=(Proxy(seat="pop", carried_by="P-fab"),)))
    *_, adopted = arles(AdoptDecision(on=MARCH, id="d", text="Un four", meeting="m"))
    assert adopted.represented == ("verrerie",)


@pytest.mark.parametrize(("limit", "refused_at"), [(0, 0), (2, 2)])
def test_a_seat_carries_no_more_proxies_than_the_rules_allow(play: Any, limit: int, refused_at: int) -> None:
    seated(play, (College(college="tous"),), dict.fromkeys(("a", "b", "c", "d"), "tous"), proxy_limit=limit)
    play(OpenDecision(decision="p"))
    absent = ["b", "c", "d"]
    for seat in absent[:refused_at]:
        play(CastBallot(decision="p", seat="a", proxy_for=seat, option="for"))
    play.refused("R5", CastBallot(decision="p", seat="a", proxy_for=absent[refused_at], option="for"))


# -- recusal ----------------------------------------------------------------------------------------


def test_nobody_votes_on_what_they_are_given(play: Any) -> None:
    seated(play, (College(college="tous"),), dict.fromkeys(("a", "b", "c"), "tous"))
    play(MakeProposal(id="p", text="On défraie a", beneficiaries=("P-a",)))
    play(OpenDecision(decision="p"))
    play.refused("R15", CastBallot(decision="p", seat="a", option="for"))
    play.refused("R15", CastBallot(decision="p", person="P-a", option="against"))
    cast(play, a="recused", b="for")
    (adopted,) = play(AdoptDecision(id="p"))
    assert (adopted.represented, adopted.recused, adopted.count_for) == (("a", "b"), ("a",), 1)


def test_at_a_meeting_whoever_speaks_only_for_themselves_stands_back(arles: Any) -> None:
    arles(AdoptRules(title="Accord", method="majority"))
    arles(HoldMeeting(on=MARCH, id="m", present=("P-ver", "P-pop")))
    said = {"text": "On défraie ver", "meeting": "m", "beneficiaries": ("P-ver",)}
    arles.refused("R5", AdoptDecision(on=MARCH, id="d", count_for=2, **said))
    *_, adopted = arles(AdoptDecision(on=MARCH, id="d", count_for=1, **said))
    assert (adopted.represented, adopted.recused) == (("verrerie", "pop"), ("verrerie",))
    assert arles.state("decision/d").beneficiaries == ("P-ver",)


def test_who_voted_is_known_as_far_as_ballots_say(play: Any) -> None:
    seated(play, (College(college="tous"),), dict.fromkeys(("a", "b"), "tous"))
    play(OpenDecision(decision="p"))
    play(CastBallot(decision="p", person="P-a", option="for"))
    play(CastBallot(decision="p", person="P-b", option="recused"))
    assert play.state("decision/p").voters == {"P-a"}


# -- opinions ---------------------------------------------------------------------------------------


def advisory(play: Any) -> Any:
    play(FoundConsortium(name="Département", kind="advisory"))
    play(AdoptRules(title="Charte", colleges=(College(college="État"), College(college="Experts"))))
    for seat, college in (("e", "État"), ("x1", "Experts"), ("x2", "Experts")):
        play(RegisterPerson(id=seat, engagement="expert"))
        play(GiveRole(id=seat, role="seat", person=f"P-{seat}", college=college))
    return play


def test_an_opinion_with_counts_by_college(play: Any) -> None:
    advisory(play)
    play(HoldMeeting(on=MARCH, id="m", present=("P-e", "P-x1", "P-x2")))
    parts = (
        CollegeOpinions(college="état", count_favourable=1),
        CollegeOpinions(college="experts", count_favourable=1, count_reserved=1),
    )
    issue = IssueOpinion(
        on=MARCH, id="o", text="La halle", position="favourable", meeting="m", by_college=parts
    )
    *_, opinion = play(issue)
    assert (opinion.count_favourable, opinion.count_reserved, opinion.count_unfavourable) == (2, 1, 0)
    assert [part.college for part in opinion.by_college] == ["État", "Experts"]
    assert opinion.represented == ("e", "x1", "x2")


def test_an_opinion_from_its_ballots(play: Any) -> None:
    advisory(play)
    play(MakeProposal(id="o", text="La halle"))
    play(OpenDecision(decision="o"))
    play(CastBallot(decision="o", person="P-e", option="reserved"))
    play(CastBallot(decision="o", person="P-x1", option="favourable"))
    play.refused("R6", IssueOpinion(id="o", position="favourable", count_favourable=2))
    (opinion,) = play(IssueOpinion(id="o", position="favourable"))
    assert (opinion.count_favourable, opinion.count_reserved) == (1, 1)
    assert opinion.represented == ("e", "x1")


def test_an_opinion_without_counts_has_none(play: Any) -> None:
    *_, opinion = advisory(play)(IssueOpinion(id="o", text="La halle", position="reserved"))
    assert (opinion.count_favourable, opinion.by_college) == (None, ())


def test_an_opinion_counts_no_more_voices_than_seats(play: Any) -> None:
    advisory(play)
    play.refused("R5", IssueOpinion(id="o", text="La halle", position="reserved", count_favourable=4))
    two = (CollegeOpinions(college="État", count_favourable=2),)
    play.refused("R5", IssueOpinion(id="o", text="La halle", position="reserved", by_college=two))


def test_an_advisory_quorum_when_the_rules_ask_for_one(play: Any) -> None:
    advisory(play)
    rule = MethodRule(method="advisory", quorum_seats=2)
    play(AdoptRules(title="Charte revue", methods=(rule,)))
    play(HoldMeeting(on=MARCH, id="m", present=("P-e",)))
    issue = IssueOpinion(on=MARCH, id="o", text="La halle", position="favourable", meeting="m")
    play.refused("R6", issue)
