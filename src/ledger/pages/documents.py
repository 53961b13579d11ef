"""The pages that are documents: reports, dossiers of the three meetings, calendar, indicators, calls, contracts.

Each is the same document that `ledger report` prints; here it stands between its neighbours, and its things
lead to their pages.
"""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import Any

from ledger.kernel.errors import UnknownId
from ledger.kernel.rows import one
from ledger.language.catalogue import _
from ledger.pages import reading, shell
from ledger.pages.asking import Asked
from ledger.reports.document import Document

STAGES = {"kick-off": "kick_off", "mid-term": "mid_term", "final": "final"}
"""The three meetings, as their addresses spell them."""

Values = dict[str, Any]


def read_report(connection: sqlite3.Connection, asked: Asked) -> Values | None:
    """Values of `document.html`: the annual report on a convention; the last year begun unless another is asked."""
    from ledger.reports import annual

    convention = _convention(connection, asked)
    if convention is None:
        return None
    years = _years(convention)
    begun = annual.last_year(connection, convention["id"], asked.day().isoformat())
    year = asked.number("year", begun, years[0], years[-1])
    found = annual.document(connection, _names(connection), convention["id"], year)
    return _of(convention, found, f"report?year={year}")


def read_plan(connection: sqlite3.Connection, asked: Asked) -> Values | None:
    """Values of `document.html`: the plan of a convention against what happened."""
    from ledger.reports import follow_up

    convention = _convention(connection, asked)
    if convention is None:
        return None
    return _of(convention, follow_up.plan(connection, _names(connection), convention["id"]), "plan")


def read_calendar(connection: sqlite3.Connection, asked: Asked) -> Values | None:
    """Values of `document.html`: what is expected and by when, of one convention or of all."""
    from ledger.reports import follow_up

    convention = _convention(connection, asked)
    if convention is None and "id" in asked.parts:
        return None
    on = asked.day().isoformat()
    id = convention["id"] if convention else None
    return _of(convention, follow_up.duties(connection, _names(connection), id, on), "calendar")


def read_indicators(connection: sqlite3.Connection, asked: Asked) -> Values | None:
    """Values of `document.html`: every indicator, or those of a convention."""
    from ledger.reports import indicators

    convention = _convention(connection, asked)
    if convention is None and "id" in asked.parts:
        return None
    id = convention["id"] if convention else None
    return _of(convention, indicators.document(connection, _names(connection), id), "indicators")


def read_dossier(connection: sqlite3.Connection, asked: Asked) -> Values | None:
    """Values of `document.html`: the dossier of one of the three meetings."""
    from ledger.reports import dossier

    convention = _convention(connection, asked)
    if convention is None:
        return None
    stage, on = STAGES[asked.parts["stage"]], asked.day().isoformat()
    found = dossier.document(connection, _names(connection), convention["id"], stage, on)
    return _of(convention, found, asked.parts["stage"])


def read_calls(connection: sqlite3.Connection, asked: Asked) -> Values | None:
    """Values of `document.html`: every call with its applications, or one."""
    from ledger.reports import calls

    try:
        return _of(None, calls.document(connection, _names(connection), asked.parts.get("id")))
    except UnknownId:
        return None


def read_contracts(connection: sqlite3.Connection, asked: Asked) -> Values | None:
    """Values of `contracts.html`: every contract of accompaniment."""
    found = reading.rows(
        connection,
        """select contracts.id, contracts.title, client_id, provider_id, starts_on, ends_on, contracts.amount_cents,
                  coalesce(accepted_cents, 0) as accepted_cents
           from contracts left join (select contract_id, accepted_cents from contract_balance) on contract_id = id
           order by signed_on, id""",
    )
    return {"contracts": found, "names": reading.names(connection)}


def read_contract(connection: sqlite3.Connection, asked: Asked) -> Values | None:
    """Values of `document.html`: one contract of accompaniment."""
    from ledger.reports import contracts

    try:
        found = contracts.document(connection, _names(connection), asked.parts["id"])
    except UnknownId:
        return None
    return _of(None, found) | {"above": "/contracts"}


def _convention(connection: sqlite3.Connection, asked: Asked) -> Values | None:
    if "id" not in asked.parts:
        return None
    return one(
        connection, "select id, title, starts_on, ends_on from conventions where id = ?", asked.parts["id"]
    )


def _names(connection: sqlite3.Connection) -> Any:
    """What lieux and organisations are called; people are not named."""
    return partial(shell.name_of, names=reading.names(connection))


def _of(convention: Values | None, document: Document, place: str = "") -> Values:
    """A document of a convention, or of all, between its neighbours; `place` is its own address among them."""
    beside = neighbours(convention) if convention else ()
    return {"document": document, "convention": convention, "beside": beside, "place": place}


def neighbours(convention: Values) -> tuple[tuple[str, str], ...]:
    """End of the address, and name, of each document of a convention: `starts_on` and `ends_on` say its years."""
    reports = tuple(
        (f"report?year={year}", _("Report {year}").format(year=year)) for year in _years(convention)
    )
    return (
        *reports,
        ("plan", _("Plan")),
        ("calendar", _("Calendar")),
        ("indicators", _("Indicators")),
        ("kick-off", _("Kick-off")),
        ("mid-term", _("Mid-term")),
        ("final", _("Final review")),
    )


def _years(convention: Values) -> range:
    return range(int(convention["starts_on"][:4]), int(convention["ends_on"][:4]) + 1)
