"""Reports given to the funder, and its answers. Pure."""

from datetime import date
from typing import ClassVar, Literal

from ledger.funds.events import ReportAnswered, ReportFiled
from ledger.funds.shared import (
    ALL_CONVENTIONS,
    AboutConvention,
    Decide,
    convention_of,
    conventions,
    decider,
    given,
)
from ledger.kernel.errors import Refused, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import Day, NewReport, Report, Sha256, Text
from ledger.language.catalogue import N_


class FileReport(AboutConvention):
    """Record a report given to the funder: financial, of activity, or the final one."""

    ACT: ClassVar[str] = "file-report"

    id: NewReport = None
    kind: Literal["financial", "activity", "final"] = "financial"
    year: int | None = None
    """The year that it reports on; the final report covers them all."""

    until: Day | None = None
    """The last day that it speaks of: by default the last of its year."""

    document: Sha256 | None = None


class AnswerReport(Command):
    """Record the funder's answer to a report: accepted, refused, or to be completed."""

    ACT: ClassVar[str] = "answer-report"

    report: Report
    answer: Literal["accepted", "refused", "incomplete"]
    reason: Text | None = None
    document: Sha256 | None = None

    def reads(self) -> tuple[str, ...]:
        return (ALL_CONVENTIONS,)


def _file(command: FileReport, facts: Facts, on: date) -> Event:
    state = convention_of(command, facts)
    if command.year is None and command.kind == "financial":
        raise UsageError(N_("Which year does it report on?"), N_("say it: year, année"))
    last = date(command.year, 12, 31) if command.year else state.ends_on
    until = command.until or min(last, on)
    if until > on:
        raise UsageError(
            N_("A report given on {day} does not speak of {until} yet."),
            N_("check the two dates"),
            day=on,
            until=until,
        )
    return ReportFiled(
        convention_id=given(state.convention_id),
        report_id=given(command.id),
        report_kind=command.kind,
        fiscal_year=command.year,
        covers_until=until,
        document_sha256=command.document,
    )


def _answer(command: AnswerReport, facts: Facts, _on: date) -> Event:
    state = next(c for c in conventions(facts) if command.report in c.reports)
    if state.reports[command.report].answer == command.answer:
        raise Refused(
            "DUPLICATE",
            N_("The report {report} was answered so already: {answer_word}."),
            report=command.report,
            answer_word=command.answer,
        )
    return ReportAnswered(
        convention_id=given(state.convention_id),
        report_id=command.report,
        answer=command.answer,
        reason=command.reason,
        document_sha256=command.document,
    )


_DECIDE: dict[type[Command], Decide] = {FileReport: _file, AnswerReport: _answer}

decide = decider(_DECIDE)
