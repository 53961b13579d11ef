"""The seats and the rules of a day, read from the tables: what the power of voices is computed from.

Says what the state of the consortium says (`consortium.state`), for those who have only the tables.
"""

import sqlite3
from datetime import date
from typing import Any, NamedTuple

from ledger.balance.flags.base import Span, held

ONE_VOICE_BP = 10_000


class Seat(NamedTuple):
    """A voice, by the id that decisions give it, and who holds it."""

    seat_id: str
    holder_id: str
    college: str | None
    weight_bp: int


class College(NamedTuple):
    """What the rules say of a college."""

    college: str
    weight_bp: int | None
    threshold_bp: int | None


class MethodRule(NamedTuple):
    """What the rules say of one method."""

    threshold_bp: int | None


class _Role(NamedTuple):
    id: str
    role: str
    person_id: str | None
    lieu_id: str | None
    organisation_id: str | None
    college: str | None
    weight_bp: int
    span: Span


def _role(
    id: str,
    role: str,
    person_id: str | None,
    lieu_id: str | None,
    organisation_id: str | None,
    college: str | None,
    weight_bp: int | None,
    *days: Any,
) -> _Role:
    weight = ONE_VOICE_BP if weight_bp is None else weight_bp
    return _Role(id, role, person_id, lieu_id, organisation_id, college, weight, held(*days))


class Body:
    """The consortium as the tables tell it.

    Attributes:
        days: the days on which seats or rules change, in order.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        row = db.execute("SELECT kind FROM consortium").fetchone()
        self.consortium_kind: str = row[0] if row else "operational"
        self._closed = dict(db.execute("SELECT id, closed_on FROM lieux WHERE closed_on IS NOT NULL"))
        self._roles = [
            _role(*row)
            for row in db.execute(
                "SELECT id, role, person_id, lieu_id, organisation_id, college, weight_bp, held_from, held_until,"
                " ended_on FROM roles WHERE role IN ('member', 'seat', 'suspended') ORDER BY held_from, seq"
            )
        ]
        self._rules = db.execute(
            "SELECT id, method, threshold_bp, effective_on, coalesce(effective_until, '9999-12-31') FROM rules"
            " ORDER BY effective_on DESC, seq DESC"
        ).fetchall()
        self._colleges: dict[str, list[College]] = {}
        for rules_id, *college in db.execute(
            "SELECT rules_id, college, weight_bp, threshold_bp FROM colleges ORDER BY rules_id, seq, college"
        ):
            self._colleges.setdefault(rules_id, []).append(College(*college))
        self._methods: dict[str, dict[str, MethodRule]] = {}
        for rules_id, method, threshold in db.execute(
            "SELECT rules_id, method, threshold_bp FROM method_rules"
        ):
            self._methods.setdefault(rules_id, {})[method] = MethodRule(threshold)

    @property
    def days(self) -> list[date]:
        changes = {day for role in self._roles for day in role.span if day}
        changes |= {date.fromisoformat(day) for row in self._rules for day in row[3:] if day < "9999"}
        changes |= {date.fromisoformat(day) for day in self._closed.values()}
        return sorted(changes)

    def seats(self, on: date) -> tuple[Seat, ...]:
        """The voices that decide together on that day; see `consortium.state.State.seats`."""
        now = [role for role in self._roles if role.span.holds(on)]
        members = [r for r in now if r.role == "member" and not self._is_closed(r.lieu_id, on)]
        members = members if self.consortium_kind == "operational" else []
        seats = [r for r in now if r.role == "seat"]
        placed = [r for r in (*members, *seats) if r.college] if self.rule("colleges", on) else []
        away = {
            each
            for r in now
            if r.role == "suspended"
            for each in [r.person_id or r.lieu_id or r.organisation_id]
            if each
        }
        found = [
            r for r in placed or members or seats if not away & {r.person_id, r.lieu_id, r.organisation_id}
        ]
        return tuple({seat.seat_id: seat for seat in map(_seat, found)}.values())

    def rule(self, name: str, on: date) -> Any:
        """`method`, `threshold_bp` or `colleges` in force on that day, or the product's default."""
        in_force = [row for row in self._rules if row[3] <= on.isoformat() <= row[4]]
        if name == "colleges":
            return next((self._colleges[row[0]] for row in in_force if row[0] in self._colleges), ())
        column = {"method": 1, "threshold_bp": 2}[name]
        default = {"method": "consent", "threshold_bp": None}[name]
        return next((row[column] for row in in_force if row[column] is not None), default)

    def method_rule(self, method: str, on: date) -> MethodRule | None:
        """What the rules in force say of one method in particular."""
        for row in self._rules:
            if row[3] <= on.isoformat() <= row[4] and row[0] in self._methods:
                return self._methods[row[0]].get(method)
        return None

    def _is_closed(self, lieu_id: str | None, on: date) -> bool:
        return lieu_id is not None and self._closed.get(lieu_id, "9999") <= on.isoformat()


def _seat(role: _Role) -> Seat:
    party = role.lieu_id or role.organisation_id
    seat_id = (party or role.id) if role.role == "member" else role.id
    return Seat(seat_id, role.person_id or party or "", role.college, role.weight_bp)
