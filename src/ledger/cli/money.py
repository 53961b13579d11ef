"""`ledger report`: what a funder and the three meetings are given, in the terminal, as data or as a file to print."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ledger.cli.shared import Count, View, cut_options, json_option, print_json, session_of
from ledger.kernel.errors import UsageError
from ledger.language.catalogue import N_

REPORTS = ("financial", "plan", "calendar", "indicators", "calls", "contract")
STAGES = {
    "kick_off": ("kick-off", "démarrage"),
    "mid_term": ("mid-term", "mi-parcours", "copil"),
    "final": ("final", "bilan"),
}


class Stage(click.ParamType[str]):
    """One of the three meetings, as people call it."""

    name = "stage"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        said = str(value).lower().replace("_", "-")
        for stage, words in STAGES.items():
            if said in words:
                return stage
        raise UsageError(
            N_("“{value}” is none of the three meetings."),
            "--for kick-off, --for mid-term, --for final",
            value=value,
        )


@click.command()
@click.argument("convention", required=False)
@click.option("--year", type=Count(1900, "--year 2024"), metavar="YEAR", help=N_("The year reported on."))
@click.option(
    "--what", type=click.Choice(REPORTS), default="financial", show_default=True, help=N_("Which report.")
)
@click.option(
    "--for",
    "stage",
    type=Stage(),
    metavar="MEETING",
    help=N_("The dossier of a meeting with the funder: kick-off, mid-term or final."),
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("Write it as a page to print or to save as PDF."),
)
@json_option
@cut_options
@click.pass_context
def report(
    ctx: click.Context,
    /,
    convention: str | None,
    what: str,
    stage: str | None,
    html: Path | None,
    as_json: bool,
    **when: Any,
) -> None:
    """Report on a CONVENTION as its funder asks: forecast, actual, %, in kind, gaps to explain.

    With --for, the dossier of one of the three meetings; with --what contract, CONVENTION is a contract of
    accompaniment; with --what calls, a call.

    Example: ledger report ANCT-2024 --year 2024 --html bilan.html
    """
    from ledger.cli.paper import hand_over

    if as_json and html:
        raise UsageError(N_("Data or a page: one at a time."), "--json, --html bilan.html")
    with session_of(ctx).view(when["as_of"], when["known_at"]) as view:
        give = _dossier if stage else _GIVEN[what]
        data, document = give(view, convention, stage or str(when["year"] or ""))
        if as_json:
            print_json(data())
        else:
            hand_over(document(), html, view.db)


Given = tuple[Callable[[], Any], Callable[[], Any]]
"""A report as data, and as a document; each is gathered when it is asked for."""


def _financial(view: View, convention: str | None, year: str) -> Given:
    from ledger.reports import annual

    wanted = _only(view, convention)
    reported = int(year) if year else annual.last_year(view.db, wanted, view.as_of.isoformat())
    return (
        lambda: annual.annual(view.db, wanted, reported),
        lambda: annual.document(view.db, view.names, wanted, reported),
    )


def _plan(view: View, convention: str | None, _year: str) -> Given:
    from ledger.funds.financial_report import plan_against_actual
    from ledger.reports import follow_up

    wanted = _only(view, convention)
    return (
        lambda: plan_against_actual(view.db, wanted),
        lambda: follow_up.plan(view.db, view.names, wanted),
    )


def _calendar(view: View, convention: str | None, _year: str) -> Given:
    from ledger.funds.financial_report import calendar
    from ledger.reports import follow_up

    _check(view, convention)
    on = view.as_of.isoformat()
    return (
        lambda: calendar(view.db, convention),
        lambda: follow_up.duties(view.db, view.names, convention, on),
    )


def _indicators(view: View, convention: str | None, _year: str) -> Given:
    from ledger.reports import indicators

    _check(view, convention)
    return (
        lambda: indicators.indicators(view.db, convention),
        lambda: indicators.document(view.db, view.names, convention),
    )


def _calls(view: View, call: str | None, _year: str) -> Given:
    from ledger.reports import calls

    return lambda: calls.calls(view.db, call), lambda: calls.document(view.db, view.names, call)


def _contract(view: View, contract: str | None, _year: str) -> Given:
    from ledger.reports import contracts

    wanted = _sole(contract, contracts.contracts(view.db), "ledger report {id} --what contract")
    return (
        lambda: contracts.contract(view.db, wanted),
        lambda: contracts.document(view.db, view.names, wanted),
    )


def _dossier(view: View, convention: str | None, stage: str) -> Given:
    from ledger.reports import dossier

    wanted, on = _only(view, convention), view.as_of.isoformat()
    return (
        lambda: dossier.dossier(view.db, wanted, stage, on),
        lambda: dossier.document(view.db, view.names, wanted, stage, on),
    )


_GIVEN: dict[str, Callable[[View, str | None, str], Given]] = {
    "financial": _financial,
    "plan": _plan,
    "calendar": _calendar,
    "indicators": _indicators,
    "calls": _calls,
    "contract": _contract,
}


def _only(view: View, convention: str | None) -> str:
    ids = [id for (id,) in view.db.execute("SELECT id FROM conventions ORDER BY seq")]
    wanted = _sole(convention, ids, "ledger report {id}")
    _check(view, wanted)
    return wanted


def _check(view: View, convention: str | None) -> None:
    """A convention that is named exists.

    Raises:
        UnknownId: there is none of that name.
    """
    from ledger.reports.follow_up import title_of

    if convention:
        title_of(view.db, convention)


def _sole(named: str | None, ids: list[str], command: str) -> str:
    """The one that is named, or the only one there is."""
    if named or len(ids) == 1:
        return named or ids[0]
    raise UsageError(
        N_("Which one is it about?") if ids else N_("There is none yet."),
        ", ".join(command.format(id=id) for id in ids) or "ledger report --help",
    )
