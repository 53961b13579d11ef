"""The pages “Funding”: each euro from the convention to the receipt, as a funder follows it."""

from __future__ import annotations

import sqlite3
from itertools import groupby
from typing import Any

from ledger.funds.trail import BREAKS
from ledger.pages import reading
from ledger.pages.asking import Asked

PAGE = 200


def read_all(connection: sqlite3.Connection, asked: Asked) -> dict[str, Any]:
    """Values of the template `fundings.html`: every convention and where its money stands."""
    from ledger.funds.trail import trail

    found = reading.rows(
        connection, "select id, title, starts_on, ends_on, signed_on from conventions order by seq"
    )
    return {
        "conventions": [{**each, **trail(connection, each["id"])} for each in found],
        "names": reading.names(connection),
    }


def read(connection: sqlite3.Connection, asked: Asked) -> dict[str, Any] | None:
    """Values of the template `funding.html`; None when there is no such convention."""
    from ledger.funds.trail import trail

    convention = reading.one(connection, "select * from conventions where id = ?", asked.parts["id"])
    if convention is None:
        return None
    lines = _labels(connection, convention["id"])
    choice = {
        "line": asked.arguments.get("line") or "",
        "lieu": asked.arguments.get("lieu") or "",
        "page": asked.number("page", 1, lowest=1),
    }
    return {
        "convention": convention,
        "trail": trail(connection, convention["id"]),
        "lines": lines,
        "years": _plan(connection, convention["id"], lines),
        "instalments": reading.rows(
            connection,
            """select * from instalments where convention_id = ?
               order by year, coalesce(due_on, called_on, '9')""",
            convention["id"],
        ),
        "expenses": _expenses(connection, convention["id"], choice),
        "choice": choice,
        "lieux": reading.rows(
            connection,
            """select distinct lieux.id, lieux.name from expenses join lieux on lieux.id = lieu_id
               where convention_id = ? order by lieux.name""",
            convention["id"],
        ),
        "names": reading.names(connection),
        "breaks": _breaks(connection, convention["id"]),
    }


def _labels(connection: sqlite3.Connection, convention_id: str) -> dict[str, str]:
    """What each line of the plan is called: its label when it is one line, else its short name."""
    found = reading.rows(
        connection,
        """select line, min(label) as label, count(distinct label) as labels, min(position) as place
           from budget_lines where convention_id = ? and side = 'expense' group by line order by place""",
        convention_id,
    )
    return {each["line"]: each["label"] if each["labels"] == 1 else _readable(each["line"]) for each in found}


def _readable(line: str) -> str:
    text = line.replace("-", " ").replace("_", " ")
    return text[:1].upper() + text[1:]


def _plan(connection: sqlite3.Connection, convention_id: str, labels: dict[str, str]) -> list[dict[str, Any]]:
    """Planned, allocated and spent by year and line; a plan without years is one year, None."""
    dated = reading.one(
        connection, "select count(year) as years from budget_lines where convention_id = ?", convention_id
    )
    amounts: dict[tuple[int | None, str], dict[str, int]] = {}
    for column, sql in _AMOUNTS.items():
        for each in reading.rows(connection, sql, convention_id):
            year = each["year"] if dated and dated["years"] else None
            of_line = amounts.setdefault((year, each["line"]), dict.fromkeys(_AMOUNTS, 0))
            of_line[column] += each["cents"]
    place = {line: position for position, line in enumerate(labels)}
    keys = sorted(amounts, key=lambda key: (key[0] or 0, place.get(key[1], len(place))))
    years = []
    for year, group in groupby(keys, key=lambda key: key[0]):
        lines = [line for _year, line in group]
        of_year = [amounts[year, line] for line in lines]
        rows = [
            {"line": line, "label": labels.get(line) or _readable(line), **of_line}
            for line, of_line in zip(lines, of_year, strict=True)
        ]
        longest = max(max(of_line.values()) for of_line in of_year)
        totals = {column: sum(of_line[column] for of_line in of_year) for column in _AMOUNTS}
        begun = year is None or bool(totals["allocated_cents"] or totals["spent_cents"])
        years.append({"year": year, "rows": rows, "longest": longest or 1, "totals": totals, "begun": begun})
    return years


_AMOUNTS = {
    "planned_cents": """select year, line, sum(amount_cents) as cents from budget_lines
                        where convention_id = ? and side = 'expense' group by year, line""",
    "allocated_cents": """select cast(substr(allocated_on, 1, 4) as integer) as year, line,
                          sum(amount_cents) as cents
                          from allocations where convention_id = ? group by 1, 2""",
    "spent_cents": """select cast(substr(paid_on, 1, 4) as integer) as year, coalesce(line, '') as line,
                      sum(amount_cents) as cents from expenses where convention_id = ? group by 1, 2""",
}


def _breaks(connection: sqlite3.Connection, convention_id: str) -> list[dict[str, Any]]:
    """Where the trail breaks, by expense or allocation: `id`, `label`, `amount_cents`, `kinds`."""
    found = reading.rows(
        connection,
        """select trail_breaks.id, kind, trail_breaks.amount_cents, coalesce(label, allocations.line) as label
           from trail_breaks left join expenses on expenses.id = trail_breaks.id
           left join allocations on allocations.id = trail_breaks.id
           where trail_breaks.convention_id = ? order by trail_breaks.seq""",
        convention_id,
    )
    broken: dict[str, dict[str, Any]] = {}
    for each in found:
        broken.setdefault(each["id"], {**each, "kinds": []})["kinds"].append(
            BREAKS.get(each["kind"], each["kind"])
        )
    return list(broken.values())


def _expenses(connection: sqlite3.Connection, convention_id: str, choice: dict[str, Any]) -> dict[str, Any]:
    """One page of expenses, oldest first: `rows`, their `count` and `total_cents` over all pages, `pages`."""
    where = """from expenses left join decisions on decisions.id = expenses.decision_id
               where expenses.convention_id = ?1 and (?2 = '' or line = ?2) and (?3 = '' or lieu_id = ?3)"""
    values = (convention_id, choice["line"], choice["lieu"])
    whole = reading.one(
        connection,
        f"select count(*) as count, coalesce(sum(amount_cents), 0) as total_cents {where}",
        *values,
    )
    assert whole
    found = reading.rows(
        connection,
        f"""select expenses.*, decisions.title as decision_title {where}
            order by paid_on, expenses.seq limit {PAGE} offset {PAGE * (choice["page"] - 1)}""",
        *values,
    )
    evidence = reading.rows(
        connection,
        """select expense_id, sha256, expense_evidence.kind from expense_evidence
           join expenses on expenses.id = expense_id where convention_id = ? order by position""",
        convention_id,
    )
    proofs: dict[str, list[reading.Row]] = {}
    for each in evidence:
        proofs.setdefault(each["expense_id"], []).append(each)
    for row in found:
        row["evidence"] = proofs.get(row["id"], [])
    return {**whole, "rows": found, "pages": -(-whole["count"] // PAGE)}
