"""Every kind of event and every act, listed by hand: a text search finds who handles what.

Classes are imported when first asked for, a concept at a time: recording an hour does not pay for
the vocabulary of conventions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from ledger.kernel.messages import Command, Event

_TOPICS: dict[str, str] = {
    "consortium.founded.v1": "consortium:ConsortiumFounded",
    "organisation.registered.v1": "consortium:OrganisationRegistered",
    "lieu.registered.v1": "consortium:LieuRegistered",
    "person.registered.v1": "consortium:PersonRegistered",
    "party.updated.v1": "consortium:PartyUpdated",
    "lieu.closed.v1": "consortium:LieuClosed",
    "person.erased.v1": "consortium:PersonErased",
    "rules.adopted.v1": "consortium:RulesAdopted",
    "role.given.v1": "consortium:RoleGiven",
    "role.ended.v1": "consortium:RoleEnded",
    "rotation.set.v1": "consortium:RotationSet",
    "turn.taken.v1": "consortium:TurnTaken",
    "consortium.dissolution_begun.v1": "consortium:DissolutionBegun",
    "consortium.dissolved.v1": "consortium:ConsortiumDissolved",
    "meeting.convened.v1": "meetings:MeetingConvened",
    "meeting.held.v1": "meetings:MeetingHeld",
    "meeting.closed.v1": "meetings:MeetingClosed",
    "proposal.made.v1": "decisions:ProposalMade",
    "objection.raised.v1": "decisions:ObjectionRaised",
    "objection.settled.v1": "decisions:ObjectionSettled",
    "decision.opened.v1": "decisions:DecisionOpened",
    "ballot.cast.v1": "decisions:BallotCast",
    "decision.adopted.v1": "decisions:DecisionAdopted",
    "decision.rejected.v1": "decisions:DecisionRejected",
    "opinion.issued.v1": "decisions:OpinionIssued",
    "decision.ended.v1": "decisions:DecisionEnded",
    "decision.published.v1": "decisions:Published",
    "task.opened.v1": "tasks:TaskOpened",
    "task.assigned.v1": "tasks:TaskAssigned",
    "task.handed_over.v1": "tasks:TaskHandedOver",
    "task.closed.v1": "tasks:TaskClosed",
    "time.logged.v1": "tasks:TimeLogged",
    "capacity.declared.v1": "tasks:CapacityDeclared",
    "call.opened.v1": "funds:CallOpened",
    "application.filed.v1": "funds:ApplicationFiled",
    "application.answered.v1": "funds:ApplicationAnswered",
    "convention.signed.v1": "funds:ConventionSigned",
    "convention.amended.v1": "funds:ConventionAmended",
    "convention.ended.v1": "funds:ConventionEnded",
    "convention.published.v1": "funds:ConventionPublished",
    "instalment.called.v1": "funds:InstalmentCalled",
    "instalment.received.v1": "funds:InstalmentReceived",
    "funds.allocated.v1": "funds:FundsAllocated",
    "funds.reallocated.v1": "funds:FundsReallocated",
    "funds.committed.v1": "funds:FundsCommitted",
    "funds.transferred.v1": "funds:FundsTransferred",
    "dedicated_funds.recorded.v1": "funds:DedicatedFundsRecorded",
    "expense.recorded.v1": "funds:ExpenseRecorded",
    "expense.disallowed.v1": "funds:ExpenseDisallowed",
    "in_kind.recorded.v1": "funds:InKindRecorded",
    "report.filed.v1": "funds:ReportFiled",
    "report.answered.v1": "funds:ReportAnswered",
    "review.held.v1": "reviews:ReviewHeld",
    "indicator.set.v1": "reviews:IndicatorSet",
    "indicator.measured.v1": "reviews:IndicatorMeasured",
    "lesson.learned.v1": "reviews:LessonLearned",
    "accompaniment.signed.v1": "reviews:AccompanimentSigned",
    "mission.started.v1": "reviews:MissionStarted",
    "deliverable.submitted.v1": "reviews:DeliverableSubmitted",
    "deliverable.answered.v1": "reviews:DeliverableAnswered",
    "evidence.attached.v1": "record:EvidenceAttached",
    "event.corrected.v1": "record:EventCorrected",
    "flag.answered.v1": "record:FlagAnswered",
    "period.sealed.v1": "record:PeriodSealed",
}


class _Events(Mapping[str, "type[Event]"]):
    """Topic to class, closed: a topic that is not listed is never imported, whatever a file says."""

    def __init__(self) -> None:
        self._loaded: dict[str, type[Event]] = {}

    def __getitem__(self, topic: str) -> type[Event]:
        if topic not in self._loaded:
            concept, _, name = _TOPICS[topic].partition(":")
            self._loaded[topic] = getattr(import_module(f"ledger.{concept}.events"), name)
        return self._loaded[topic]

    def __contains__(self, topic: object) -> bool:
        return topic in _TOPICS

    def __iter__(self) -> Iterator[str]:
        return iter(_TOPICS)

    def __len__(self) -> int:
        return len(_TOPICS)


EVENTS: Mapping[str, type[Event]] = _Events()


def concept_of(topic: str) -> str:
    """The room that owns a kind of event (`decision.adopted.v1` gives `decisions`)."""
    return _TOPICS[topic].partition(":")[0]


class Act(NamedTuple):
    """One act: its name in files, its command line (`ledger NOUN VERB`), and where its class lives."""

    act: str
    noun: str
    verb: str
    concept: str
    name: str
    module: str = "model"
    """In which of the concept's modules: an act loads that of its theme only."""

    @property
    def command(self) -> type[Command]:
        """The class that checks the act's values and that `decide` receives."""
        module = import_module(f"ledger.{self.concept}.{self.module}")
        return cast("type[Command]", getattr(module, self.name))


ACTS: dict[str, Act] = {
    act.act: act
    for act in (
        Act("found-consortium", "consortium", "found", "consortium", "FoundConsortium", "founding"),
        Act(
            "register-organisation",
            "organisation",
            "register",
            "consortium",
            "RegisterOrganisation",
            "parties",
        ),
        Act("register-lieu", "lieu", "register", "consortium", "RegisterLieu", "parties"),
        Act("register-person", "person", "register", "consortium", "RegisterPerson", "parties"),
        Act("update-party", "organisation", "update", "consortium", "UpdateParty", "parties"),
        Act("close-lieu", "lieu", "close", "consortium", "CloseLieu", "parties"),
        Act("erase-person", "person", "erase", "consortium", "ErasePerson", "parties"),
        Act("adopt-rules", "rules", "adopt", "consortium", "AdoptRules", "agreement"),
        Act("give-role", "role", "give", "consortium", "GiveRole", "giving"),
        Act("end-role", "role", "end", "consortium", "EndRole", "giving"),
        Act("set-rotation", "rotation", "set", "consortium", "SetRotation", "rotations"),
        Act("take-turn", "rotation", "turn", "consortium", "TakeTurn", "rotations"),
        Act("begin-dissolution", "consortium", "wind-up", "consortium", "BeginDissolution", "founding"),
        Act("dissolve-consortium", "consortium", "dissolve", "consortium", "DissolveConsortium", "founding"),
        Act("convene-meeting", "meeting", "convene", "meetings", "ConveneMeeting"),
        Act("hold-meeting", "meeting", "hold", "meetings", "HoldMeeting"),
        Act("close-meeting", "meeting", "close", "meetings", "CloseMeeting"),
        Act("make-proposal", "decision", "propose", "decisions", "MakeProposal", "proposals"),
        Act("raise-objection", "decision", "object", "decisions", "RaiseObjection", "proposals"),
        Act("settle-objection", "decision", "settle", "decisions", "SettleObjection", "proposals"),
        Act("open-decision", "decision", "open", "decisions", "OpenDecision", "opening"),
        Act("cast-ballot", "decision", "ballot", "decisions", "CastBallot", "ballots"),
        Act("adopt-decision", "decision", "adopt", "decisions", "AdoptDecision", "adopting"),
        Act("reject-decision", "decision", "reject", "decisions", "RejectDecision", "adopting"),
        Act("issue-opinion", "decision", "opine", "decisions", "IssueOpinion", "opinions"),
        Act("end-decision", "decision", "end", "decisions", "EndDecision", "ending"),
        Act("publish-decision", "decision", "publish", "decisions", "PublishDecision", "ending"),
        Act("open-task", "task", "open", "tasks", "OpenTask"),
        Act("assign-task", "task", "assign", "tasks", "AssignTask"),
        Act("hand-over-task", "task", "hand-over", "tasks", "HandOverTask"),
        Act("close-task", "task", "close", "tasks", "CloseTask"),
        Act("log-time", "time", "log", "tasks", "LogTime"),
        Act("declare-capacity", "time", "capacity", "tasks", "DeclareCapacity"),
        Act("open-call", "call", "open", "funds", "OpenCall", "calls"),
        Act("file-application", "application", "file", "funds", "FileApplication", "calls"),
        Act("answer-application", "application", "answer", "funds", "AnswerApplication", "calls"),
        Act("sign-convention", "convention", "sign", "funds", "SignConvention", "conventions"),
        Act("amend-convention", "convention", "amend", "funds", "AmendConvention", "conventions"),
        Act("end-convention", "convention", "end", "funds", "EndConvention", "conventions"),
        Act("publish-convention", "convention", "publish", "funds", "PublishConvention", "conventions"),
        Act("file-report", "convention", "report", "funds", "FileReport", "reports"),
        Act("answer-report", "convention", "answer", "funds", "AnswerReport", "reports"),
        Act("call-instalment", "money", "call", "funds", "CallInstalment", "instalments"),
        Act("receive-instalment", "money", "receive", "funds", "ReceiveInstalment", "instalments"),
        Act("allocate-funds", "money", "allocate", "funds", "AllocateFunds", "allocations"),
        Act("reallocate-funds", "money", "move", "funds", "ReallocateFunds", "allocations"),
        Act("commit-funds", "money", "commit", "funds", "CommitFunds", "engaging"),
        Act("release-funds", "money", "release", "funds", "ReleaseFunds", "engaging"),
        Act("transfer-funds", "money", "transfer", "funds", "TransferFunds", "engaging"),
        Act("record-expense", "money", "spend", "funds", "RecordExpense", "expenses"),
        Act("disallow-expense", "money", "disallow", "funds", "DisallowExpense", "expenses"),
        Act("record-in-kind", "money", "value", "funds", "RecordInKind", "in_kind"),
        Act("record-dedicated-funds", "money", "dedicate", "funds", "RecordDedicatedFunds", "instalments"),
        Act("set-indicator", "indicator", "set", "reviews", "SetIndicator"),
        Act("measure-indicator", "indicator", "measure", "reviews", "MeasureIndicator"),
        Act("hold-review", "review", "hold", "reviews", "HoldReview"),
        Act("learn-lesson", "review", "learn", "reviews", "LearnLesson"),
        Act("sign-accompaniment", "deliverable", "sign", "reviews", "SignAccompaniment"),
        Act("start-mission", "deliverable", "start", "reviews", "StartMission"),
        Act("submit-deliverable", "deliverable", "submit", "reviews", "SubmitDeliverable"),
        Act("answer-deliverable", "deliverable", "answer", "reviews", "AnswerDeliverable"),
        Act("attach-evidence", "evidence", "attach", "record", "AttachEvidence"),
        Act("answer-flag", "flag", "answer", "record", "AnswerFlag"),
        Act("seal-period", "consortium", "seal", "record", "SealPeriod"),
    )
}
