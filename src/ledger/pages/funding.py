"""The pages “Funding”: each euro from the convention to the receipt, as a funder follows it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from orjson import dumps

from ledger.funds.trail import BREAKS, breaks_by_kind
from ledger.language import formats, terms
from ledger.pages import reading
from ledger.pages.asking import Asked
from ledger.pages.documents import neighbours

PAGE = 200
BROKEN = 200
"""Breaks of a trail told one by one; where there are more, all are added up by kind."""

OTHERS = (
    ("/calendar", "obligations"),
    ("/indicators", "indicators"),
    ("/calls", "calls"),
    ("/contracts", "contracts"),
)
"""Pages about all conventions, and the table without rows of which they have nothing to show."""


def read_all(connection: sqlite3.Connection, asked: Asked) -> dict[str, Any]:
    """Values of the template `fundings.html`: every convention and where its money stands."""
    from ledger.funds.trail import summary

    found = reading.rows(
        connection, "select id, title, starts_on, ends_on, signed_on from conventions order by seq"
    )
    return {
        "conventions": [{**each, **summary(connection, each["id"])} for each in found],
        "names": reading.names(connection),
        "others": [path for path, table in OTHERS if reading.one(connection, f"select 1 from {table}")],
    }


def read(connection: sqlite3.Connection, asked: Asked) -> dict[str, Any] | None:
    """Values of the template `funding.html`; None when there is no such convention."""
    from ledger.funds.trail import summary
    from ledger.reports import trails

    convention = reading.one(connection, "select * from conventions where id = ?", asked.parts["id"])
    if convention is None:
        return None
    lines = _labels(connection, convention["id"])
    found, names = summary(connection, convention["id"]), reading.names(connection)
    years = _plan(connection, convention["id"], lines)
    lieux = reading.rows(
        connection,
        """select distinct lieux.id, lieux.name from expenses join lieux on lieux.id = lieu_id
           where convention_id = ? order by lieux.name""",
        convention["id"],
    )
    choice = {
        "line": asked.word("line", *(row["line"] for year in years for row in year["rows"])),
        "lieu": asked.word("lieu", *(lieu["id"] for lieu in lieux)),
        "page": asked.number("page", 1, lowest=1),
    }
    return {
        "convention": convention,
        "trail": found,
        "lines": lines,
        "years": years,
        "instalments": reading.rows(
            connection,
            """select * from instalments where convention_id = ?
               order by year, coalesce(due_on, called_on, '9')""",
            convention["id"],
        ),
        "expenses": _payments(connection, convention["id"], choice, names),
        "choice": choice,
        "lieux": lieux,
        "names": names,
        "breaks": _breaks(connection, convention["id"]),
        "standing": trails.standing(connection, found, lambda each: names.get(each, each)),
        "beside": neighbours(convention),
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
                        where convention_id = ? and side = 'expense' and nature <> 'in_kind'
                        group by year, line""",
    "allocated_cents": """select cast(substr(allocated_on, 1, 4) as integer) as year, line,
                          sum(amount_cents) as cents
                          from allocations where convention_id = ? group by 1, 2""",
    "spent_cents": """select cast(substr(paid_on, 1, 4) as integer) as year, coalesce(line, '') as line,
                      sum(amount_cents) as cents from expenses where convention_id = ? group by 1, 2""",
}


def _breaks(connection: sqlite3.Connection, convention_id: str) -> dict[str, Any]:
    """Where the trail breaks.

    Returns:
        `things`, each an expense or an allocation: `id`, `label`, `amount_cents`, `kinds`. Where there are too many
        for a page, the first recorded, and `sums` of all: `label`, `times`, `amount_cents` of each kind.
    """
    found = reading.rows(
        connection,
        f"""select broken.id, kind, broken.amount_cents, coalesce(label, allocations.line) as label
            from (select id, kind, amount_cents, seq from trail_breaks where convention_id = ?
                  order by seq limit {BROKEN + 1}) as broken
            left join expenses on expenses.id = broken.id
            left join allocations on allocations.id = broken.id order by broken.seq""",
        convention_id,
    )
    many = len(found) > BROKEN
    if many:  # the last may break in more ways than were read
        found = [each for each in found if each["id"] != found[-1]["id"]]
    things: dict[str, dict[str, Any]] = {}
    for each in found:
        things.setdefault(each["id"], {**each, "kinds": []})["kinds"].append(_break(each["kind"]))
    sums = breaks_by_kind(connection, convention_id, 0) if many else []
    return {
        "things": list(things.values()),
        "sums": [{**each, "label": _break(each["kind"])} for each in sums],
    }


def _break(kind: str) -> str:
    return BREAKS.get(kind, kind)


class Grounds(NamedTuple):
    """What a payment rests on. Many rest on the same, so that a page says it once and shows it again."""

    decision_id: str | None
    allocation_id: str | None
    line: str | None
    lieu_id: str | None
    has_invoice: int
    has_payment: int
    by: str
    """In what capacity somebody recorded it."""


class Payment(NamedTuple):
    """A row of the table of payments."""

    id: str
    paid: str
    label: str
    amount: str
    grounds: Grounds


def _payments(
    connection: sqlite3.Connection,
    convention_id: str,
    choice: Mapping[str, Any],
    names: Mapping[str, str],
) -> dict[str, Any]:
    """One page of payments, oldest first.

    Returns:
        `rows`, the `titles` of their decisions by id, `prints` of their files, a line each; `count` and
        `total_cents` of the payments of all `pages`.
    """
    from ledger.reports import trails

    def ask(sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in connection.execute(sql, values)]

    chosen = "convention_id = ?1 and (?2 = '' or line = ?2) and (?3 = '' or lieu_id = ?3)"
    choices = (convention_id, choice["line"], choice["lieu"])
    ((count, total_cents),) = ask(
        f"select count(*), coalesce(sum(amount_cents), 0) from expenses where {chosen}", *choices
    )
    paid = ask(
        f"""select page.id, page.payment_id, paid_on, label, amount_cents, decision_id, allocation_id, line, lieu_id,
            coalesce(has_invoice or later.invoice, 0), coalesce(has_payment or later.payment, 0)
            from (select * from expenses where {chosen} order by paid_on, seq
                  limit {PAGE} offset {PAGE * (choice["page"] - 1)}) as page
            left join late_proofs as later on later.payment_id = page.payment_id
            order by paid_on, page.seq""",
        *choices,
    )
    page = dumps([[id, payment_id] for id, payment_id, *_rest in paid]).decode()
    shown = "(select key as place, value ->> 0 as id, value ->> 1 as payment_id from json_each(?)) as page"
    said = cache(
        lambda role, lieu: trails.recorder({"role": role, "lieu": lieu}, lambda each: names.get(each, each))
    )
    recorded = f"select page.id, role, lieu_id from {shown} join expense_recorders on expense_id = page.id"
    by = {id: said(role, lieu_id) for id, role, lieu_id in ask(recorded, page)}
    rows = [
        Payment(
            id,
            formats.short_day(day),
            label,
            formats.money(cents),
            Grounds._make((*grounds, by.get(id, "?"))),
        )
        for id, _payment_id, day, label, cents, *grounds in paid
    ]
    prints = [
        *ask(
            f"""select distinct sha256 || '  ' || page.id, proofs.kind from {shown}
                join expense_evidence as proofs on proofs.expense_id = payment_id order by place, position""",
            page,
        ),
        *ask(
            f"""select distinct sha256 || '  ' || page.id, evidence.kind from {shown}
                join evidence on describes_id = payment_id order by place, sha256""",
            page,
        ),
    ]
    decisions = dumps(sorted({row.grounds.decision_id for row in rows if row.grounds.decision_id})).decode()
    titles = "select id, title from decisions where id in (select value from json_each(?))"
    return {
        "rows": rows,
        "titles": dict(ask(titles, decisions)),
        "prints": [f"{file} ({terms.label(kind)})" for file, kind in prints],
        "count": count,
        "total_cents": total_cents,
        "pages": -(-count // PAGE),
    }
