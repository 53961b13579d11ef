"""Facts as rows of an empty read model, and the intervals of flags that follow from them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

from ledger.balance import report
from ledger.balance.flags.catalogue import CATALOGUE
from ledger.balance.flags.engine import refresh
from ledger.readmodel.creation import complete, create_tables
from ledger.readmodel.projector import Changed
from ledger.readmodel.schema import OWN_TABLES, tables

WHOLE = Changed(frozenset(), "")


class Given:
    """A read model in memory, to put rows in; columns left out are empty.

    Attributes:
        db: the read model.
    """

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        create_tables(self.db)
        complete(self.db)
        self._seq = count(1)
        self.changed: set[str] = set()

    def put(self, table: str, **columns: Any) -> None:
        """One row, whose `seq` is the next event; an event of that number is kept with it."""
        seq = next(self._seq)
        known = (OWN_TABLES | tables())[table].columns
        assert columns.keys() <= {*known, "seq"}, columns.keys() - known.keys()
        if table != "events":
            columns = {**columns, "seq": seq}
            day = "2024-01-01"
            event = {"seq": seq, "kind": table, "occurred_on": day, "recorded_at": f"{day}T10:00:00Z"}
            self._insert("events", event)
        else:
            columns = {"seq": seq, **columns}
        self._insert(table, columns)
        self.changed.add(table)

    def _insert(self, table: str, columns: dict[str, Any]) -> None:
        names = ", ".join(columns)
        self.db.execute(
            f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})",
            list(columns.values()),
        )

    def founded(self, on: str = "2023-01-01", kind: str = "operational", **columns: Any) -> None:
        self.put("consortium", id="consortium", name="C", kind=kind, founded_on=on, **columns)

    def member(self, lieu: str, since: str = "2023-01-01", referent: bool = True, **columns: Any) -> None:
        """A lieu that is a member from a day on, with a referent unless told otherwise."""
        organisation = columns.pop("organisation_id", f"{lieu}-asso")
        self.put("lieux", id=lieu, name=lieu.title(), organisation_id=organisation)
        self.role(f"member-{lieu}", "member", lieu_id=lieu, held_from=since, **columns)
        if referent:
            self.role(
                f"referent-{lieu}", "lieu_referent", lieu_id=lieu, person_id=f"P-{lieu}", held_from=since
            )

    def role(self, id: str, role: str, **columns: Any) -> None:
        self.put("roles", id=id, role=role, critical=columns.pop("critical", 0), **columns)

    def person(self, id: str, engagement: str = "volunteer", **columns: Any) -> None:
        columns = {"active_from": "2023-01-01", **columns}
        self.put("people", id=id, handle=id.lower(), engagement=engagement, **columns)

    def convention(self, id: str = "C", **columns: Any) -> None:
        defaults = {
            "title": "Grant",
            "carrier_id": "carrier",
            "amount_cents": 1_000_000,
            "starts_on": "2024-01-01",
            "ends_on": "2024-12-31",
            "signed_on": "2024-01-10",
        }
        self.put("conventions", id=id, **(defaults | columns))

    def expense(self, id: str, paid_on: str, amount_cents: int, **columns: Any) -> None:
        defaults = {
            "label": "Paint",
            "payment_id": id,
            "convention_id": "C",
            "decision_id": "D",
            "has_invoice": 1,
            "has_payment": 1,
        }
        self.put("expenses", id=id, paid_on=paid_on, amount_cents=amount_cents, **(defaults | columns))

    def decision(self, id: str, decided_on: str | None, domain: str = "commons", **columns: Any) -> None:
        defaults = {"status": "adopted", "title": id, "domain": domain, "proposed_on": decided_on}
        self.put("decisions", id=id, decided_on=decided_on, **(defaults | columns))

    def meeting(self, held_on: str, *lieux: str, **columns: Any) -> None:
        id = f"M-{held_on}"
        self.put(
            "meetings",
            id=id,
            kind=columns.pop("kind", "breakfast"),
            status="held",
            held_on=held_on,
            **columns,
        )
        for lieu in lieux:
            self.put("meeting_lieux", meeting_id=id, lieu_id=lieu)

    def hours(self, on: str, lieu: str, minutes: int, person: str | None = None) -> None:
        self.put(
            "time_entries",
            id=next(self._seq),
            lieu_id=lieu,
            person_id=person,
            activity="commons",
            minutes=minutes,
            occurred_on=on,
            month=on[:7],
        )

    def rules(self, id: str, effective_on: str, **thresholds: int | None) -> None:
        """Rules that set thresholds in basis points; None switches a flag off."""
        self.put("rules", id=id, title=id, effective_on=effective_on, decision_id=f"D-{id}")
        for flag, value in thresholds.items():
            self.put("rule_thresholds", rules_id=id, flag=flag, value_bp=value, off=int(value is None))

    # -- what follows -------------------------------------------------------------------------------

    def flags(self, code: str) -> list[tuple[Any, ...]]:
        """The intervals of a flag, in order: (subject, level, value, since, until)."""
        refresh(self.db, WHOLE)
        return self.db.execute(
            "SELECT subject, level, round(value, 4), since, until FROM flags WHERE code = ? ORDER BY subject, since",
            (code,),
        ).fetchall()

    def on(self, code: str, day: str) -> list[tuple[str, str]]:
        """Who it is about and how grave, on a day."""
        return [
            (subject, level)
            for subject, level, _value, since, until in self.flags(code)
            if since <= day and (until is None or day <= until)
        ]

    def said(self, code: str, day: str) -> list[dict[str, Any]]:
        """What a report says of a flag on a day, its sentence and events included."""
        refresh(self.db, WHOLE)
        found = report.flags(self.db, as_of=date.fromisoformat(day), names=str)
        return [flag for flag in found["flags"] if flag["code"] == code]

    def not_measured(self, code: str, day: str) -> list[tuple[str, float, int]]:
        refresh(self.db, WHOLE)
        return CATALOGUE[code].not_measured(self.db, date.fromisoformat(day))


def days(start: str, number: int, step: int = 7) -> Iterator[str]:
    """So many ISO days, a week apart by default."""
    first = date.fromisoformat(start)
    return ((first + timedelta(days=index * step)).isoformat() for index in range(number))
