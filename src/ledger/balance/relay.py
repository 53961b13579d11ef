"""What would stop if those who carry a function stopped, and who could learn it. Read from the tables, kept nowhere.

A function is a role, the purpose of tasks, a lieu, a rotation, or a skill or means that is shared.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from ledger.balance import measures
from ledger.balance.flags import quorum_risk, roster
from ledger.balance.flags.roster import NOT_MANDATES
from ledger.kernel.spelling import id_key
from ledger.language import formats, terms
from ledger.language.catalogue import _, ngettext

Names = Callable[[str], str]
Relay = dict[str, Any]

LOOK_BACK = timedelta(days=730)
_HELD = "held_from <= :on AND coalesce(held_until, '9999') >= :on AND coalesce(ended_on, '9999') > :on"
_OPEN = "status NOT IN ('completed', 'cancelled') AND opened_on <= :on AND coalesce(closed_on, '9999') > :on"


def functions(db: sqlite3.Connection, on: date) -> list[dict[str, str]]:
    """Every function that may be asked about on a day: `{function, kind, label}`."""
    day = {"on": on.isoformat()}
    roles = db.execute(
        f"SELECT DISTINCT role FROM roles WHERE role NOT IN {NOT_MANDATES} AND {_HELD} ORDER BY role", day
    )
    purposes = db.execute(
        f"SELECT DISTINCT purpose FROM tasks WHERE purpose IS NOT NULL AND {_OPEN} ORDER BY 1", day
    )
    lieux = db.execute("SELECT id, name FROM lieux WHERE coalesce(closed_on, '9999') > :on ORDER BY seq", day)
    rotations = db.execute("SELECT id, name FROM rotations ORDER BY id")
    shared = db.execute("SELECT DISTINCT resource FROM shared_resources ORDER BY resource")
    return [
        *({"function": role, "kind": "role", "label": terms.label(role)} for (role,) in roles),
        *({"function": each, "kind": "tasks", "label": terms.label(each)} for (each,) in purposes),
        *({"function": id, "kind": "lieu", "label": name} for id, name in lieux),
        *({"function": id, "kind": "rotation", "label": name} for id, name in rotations),
        *({"function": each, "kind": "resource", "label": each} for (each,) in shared),
    ]


def relay(db: sqlite3.Connection, function: str, on: date) -> Relay | None:
    """What hangs on a function.

    Args:
        function: a role, a purpose, or the id of a lieu or rotation; also as the reader's language calls it.

    Returns:
        None when there is no such function; else `{function, kind, label, carriers, tasks, roles, links,
        quorum, money, learners}`: ids only, for names belong to who shows them.
    """
    known = functions(db, on)
    wanted = id_key(function)
    found = next(
        (each for each in known if wanted in (id_key(each["function"]), id_key(each["label"]))), None
    )
    if found is None:
        return None
    carriers = _CARRIERS[found["kind"]](db, found["function"], on)
    # A turn is all that a rotation takes with it, and a shared means goes without the rest of its holder.
    holding = carriers if found["kind"] not in ("rotation", "resource") else []
    return {
        **found,
        "as_of": on.isoformat(),
        "carriers": carriers,
        "tasks": _tasks(db, found, holding, on),
        "roles": _roles(db, holding, on),
        "links": _links(db, holding, on),
        "quorum": _quorum(db, holding, on),
        "money": _money(db, holding, on),
        "learners": _learners(db, found, carriers, on),
    }


def _column(rows: sqlite3.Cursor) -> list[str]:
    return [row[0] for row in rows]


def _of_role(db: sqlite3.Connection, role: str, on: date) -> list[str]:
    return _column(
        db.execute(
            "SELECT DISTINCT coalesce(person_id, organisation_id, lieu_id) FROM roles"
            f" WHERE role = :role AND {_HELD} ORDER BY seq",
            {"role": role, "on": on.isoformat()},
        )
    )


def _of_tasks(db: sqlite3.Connection, purpose: str, on: date) -> list[str]:
    return _column(
        db.execute(
            "SELECT DISTINCT coalesce(person_id, lieu_id) FROM tasks"
            f" WHERE purpose = :purpose AND coalesce(person_id, lieu_id) IS NOT NULL AND {_OPEN} ORDER BY seq",
            {"purpose": purpose, "on": on.isoformat()},
        )
    )


def _of_lieu(db: sqlite3.Connection, lieu: str, on: date) -> list[str]:
    """The lieu, the structure that runs it, and its people."""
    return _column(
        db.execute(
            "SELECT id FROM lieux WHERE id = :lieu UNION ALL"
            " SELECT organisation_id FROM lieux WHERE id = :lieu AND organisation_id IS NOT NULL UNION ALL"
            f" SELECT person_id FROM roles WHERE role = 'affiliated' AND lieu_id = :lieu AND {_HELD}",
            {"lieu": lieu, "on": on.isoformat()},
        )
    )


def _of_rotation(db: sqlite3.Connection, rotation: str, _on: date) -> list[str]:
    """The lieu whose turn is next."""
    return _column(
        db.execute("SELECT lieu_id FROM rotation_board WHERE rotation_id = ? AND next_rank = 1", (rotation,))
    )


def _of_resource(db: sqlite3.Connection, resource: str, on: date) -> list[str]:
    """Who has it to share."""
    return _column(
        db.execute(
            "SELECT holder_id FROM shared_resources WHERE resource = ? AND coalesce(lost_on, '9999') > ?"
            " ORDER BY seq",
            (resource, on.isoformat()),
        )
    )


_CARRIERS: dict[str, Callable[[sqlite3.Connection, str, date], list[str]]] = {
    "role": _of_role,
    "tasks": _of_tasks,
    "lieu": _of_lieu,
    "rotation": _of_rotation,
    "resource": _of_resource,
}


def _any(carriers: Sequence[str]) -> str:
    """A SQL list of the carriers' places."""
    return f"({', '.join('?' * len(carriers))})"


def _tasks(
    db: sqlite3.Connection, found: dict[str, str], carriers: list[str], on: date
) -> list[dict[str, Any]]:
    """Open tasks in the carriers' hands; of a purpose, those of that purpose only."""
    only = "AND purpose = ?" if found["kind"] == "tasks" else ""
    day = on.isoformat()
    rows = db.execute(
        "SELECT id, title, critical, due_on, deputy_id FROM tasks WHERE status NOT IN ('completed', 'cancelled')"
        f" AND opened_on <= ? AND (person_id IN {_any(carriers)} OR lieu_id IN {_any(carriers)}) {only}"
        " ORDER BY critical DESC, due_on IS NULL, due_on, seq",
        [day, *carriers, *carriers, *([found["function"]] if only else [])],
    )
    return [dict(zip(("id", "title", "critical", "due_on", "deputy"), row, strict=True)) for row in rows]


def _roles(db: sqlite3.Connection, carriers: list[str], on: date) -> list[dict[str, Any]]:
    """Whatever else the carriers hold: functions first, those of a lieu's own people included."""
    held = _HELD.replace(":on", f"'{on.isoformat()}'")
    rows = db.execute(
        f"SELECT id, role, lieu_id, critical FROM roles WHERE role NOT IN {NOT_MANDATES} AND {held}"
        f" AND (person_id IN {_any(carriers)} OR organisation_id IN {_any(carriers)} OR lieu_id IN {_any(carriers)})"
        " ORDER BY critical DESC, role, seq",
        carriers * 3,
    )
    return [dict(zip(("id", "role", "lieu", "critical"), row, strict=True)) for row in rows]


def _links(db: sqlite3.Connection, carriers: list[str], on: date) -> list[list[str]]:
    """The groups of lieux that only the carriers brought together over a year, by hosting or leading."""
    edges = db.execute(
        "SELECT bringing, lieu_id FROM (SELECT id, host_lieu_id AS bringing, held_on FROM meetings"
        " UNION ALL SELECT id, facilitator_id, held_on FROM meetings) AS met"
        " JOIN meeting_lieux ON meeting_lieux.meeting_id = met.id"
        " WHERE bringing IS NOT NULL AND held_on BETWEEN ? AND ?",
        ((on - timedelta(days=365)).isoformat(), on.isoformat()),
    ).fetchall()
    cuts = measures.cut_vertices(sorted({(a, b) for a, b in edges if a != b}))
    lieux = {lieu for _bringing, lieu in edges}
    found = []
    for carrier in carriers:
        pieces = [[each for each in piece if each in lieux] for piece in cuts.get(carrier, [])]
        pieces = [piece for piece in pieces if piece]
        found += pieces if len(pieces) > 1 else []
    return found


def _quorum(db: sqlite3.Connection, carriers: list[str], on: date) -> dict[str, Any] | None:
    """Whether enough lieux remain to decide when the carriers are lieux; None when they are not."""
    members = {
        lieu: spans for lieu, spans in roster.spans(db, "member").items() if any(s.holds(on) for s in spans)
    }
    row = db.execute(
        "SELECT quorum_seats FROM rules WHERE quorum_seats > 0 AND effective_on <= ?"
        " ORDER BY effective_on DESC, seq DESC LIMIT 1",
        (on.isoformat(),),
    ).fetchone()
    leaving = [each for each in carriers if each in members]
    if not leaving or row is None:
        return None
    remaining = {lieu: spans for lieu, spans in members.items() if lieu not in leaving}
    seen = [met for met in quorum_risk.meetings(db) if met.on <= on][-quorum_risk.LAST :]
    enough = len(seen) >= quorum_risk.NEEDED_MEETINGS
    return {
        "needed": row[0],
        "members": len(members),
        "remaining": len(remaining),
        "chance_of_missing": quorum_risk.chance_of_missing(seen, remaining, row[0]) if enough else None,
    }


def _money(db: sqlite3.Connection, carriers: list[str], on: date) -> list[dict[str, Any]]:
    """Money in progress: what is set aside for the carriers and not spent, and what they carry for all."""
    rows = db.execute(
        "SELECT allocations.id, 'allocation', allocations.amount_cents - coalesce((SELECT sum(amount_cents)"
        " FROM expenses WHERE allocation_id = allocations.id), 0) AS cents FROM allocations"
        f" WHERE allocated_on <= ? AND (lieu_id IN {_any(carriers)} OR person_id IN {_any(carriers)}) AND cents > 0"
        " UNION ALL SELECT conventions.id, 'convention', convention_balance.amount_cents - spent_cents"
        " FROM conventions JOIN convention_balance ON convention_id = conventions.id"
        f" WHERE starts_on <= ? AND ends_on >= ? AND conventions.carrier_id IN {_any(carriers)} ORDER BY 2, 1",
        [on.isoformat(), *carriers, *carriers, on.isoformat(), on.isoformat(), *carriers],
    )
    return [dict(zip(("id", "kind", "amount_cents"), row, strict=True)) for row in rows]


OF_ONE_PLACE = frozenset({"lieu_referent", "carrier"})
"""Functions that are learnt by being there: who holds them elsewhere could not take them over."""


def _kinds(db: sqlite3.Connection, found: dict[str, str], carriers: list[str], on: date) -> list[str]:
    """The function itself; of a lieu, all that its people do: their functions, and the purposes of their tasks."""
    if found["kind"] != "lieu":
        return [found["function"]]
    held = {each["role"] for each in _roles(db, carriers, on)} - OF_ONE_PLACE
    purposes = db.execute(
        f"SELECT DISTINCT purpose FROM tasks WHERE purpose IS NOT NULL AND {_OPEN.replace(':on', '?')}"
        f" AND (person_id IN {_any(carriers)} OR lieu_id IN {_any(carriers)})",
        [on.isoformat(), on.isoformat(), *carriers, *carriers],
    )
    return sorted(held | set(_column(purposes)))


def _learners(
    db: sqlite3.Connection, found: dict[str, str], carriers: list[str], on: date
) -> list[dict[str, str]]:
    """Who could learn it: who held it before, stands beside a carrier, or did tasks of the kind lately."""
    day, since = on.isoformat(), (on - LOOK_BACK).isoformat()
    kinds = _kinds(db, found, carriers, on)
    queries: dict[str, tuple[str, list[str]]] = {
        "held_before": (
            (
                "SELECT DISTINCT coalesce(person_id, organisation_id) FROM roles"
                f" WHERE role IN {_any(kinds)} AND held_from <= ?"
            ),
            [*kinds, day],
        ),
        "deputy": (
            (
                "SELECT DISTINCT deputy_id FROM tasks"
                f" WHERE (person_id IN {_any(carriers)} OR lieu_id IN {_any(carriers)})"
                " AND deputy_id IS NOT NULL AND opened_on BETWEEN ? AND ?"
                " UNION SELECT deputy_id FROM roles WHERE role = ? AND deputy_id IS NOT NULL AND held_from <= ?"
                " AND coalesce(ended_on, held_until, '9999') >= ?"
            ),
            [*carriers, *carriers, since, day, found["function"], day, day],
        ),
        "took_over": (
            (
                f"SELECT DISTINCT to_person_id FROM hand_overs WHERE from_person_id IN {_any(carriers)}"
                " AND status = 'accepted' AND answered_on BETWEEN ? AND ?"
            ),
            [*carriers, since, day],
        ),
        "did_alike": (
            (
                f"SELECT DISTINCT person_id FROM tasks WHERE purpose IN {_any(kinds)} AND status = 'completed'"
                " AND closed_on BETWEEN ? AND ?"
            ),
            [*kinds, since, day],
        ),
        "in_the_round": (
            "SELECT lieu_id FROM rotation_board WHERE rotation_id = ? ORDER BY next_rank",
            [found["function"]],
        ),
    }
    here = {
        person
        for (person,) in db.execute(
            "SELECT id FROM people WHERE active_from <= ?1 AND coalesce(active_until, '9999') >= ?1"
            " UNION SELECT id FROM lieux WHERE coalesce(closed_on, '9999') > ?1 UNION SELECT id FROM organisations",
            (day,),
        )
    }
    learners: dict[str, str] = {}
    for why, (query, values) in queries.items():
        for (who,) in db.execute(query, values):
            if who in here and who not in carriers:
                learners.setdefault(who, why)
    return [{"id": who, "why": why} for who, why in learners.items()]


# -- in words -----------------------------------------------------------------------------------------


def sentences(found: Relay, names: Names) -> Iterator[tuple[str, list[str]]]:
    """The relay told: titles, and a few plain lines under each."""
    count = len(found["carriers"])
    if found["kind"] == "role" or found["kind"] == "tasks":
        carried = ngettext(
            "{count} person or structure carries it. Thank you to them.",
            "{count} people or structures carry it. Thank you to them.",
            count,
        ).format(count=formats.number(count))
        yield _("Who carries it"), [carried if count else _("Nobody does today.")]
    elif found["kind"] == "rotation":
        lieux = formats.joined([names(lieu) for lieu in found["carriers"]])
        yield _("Who carries it"), [_("Next turn: {lieu}.").format(lieu=lieux)]
    elif found["kind"] == "resource":
        holders = formats.joined([names(holder) for holder in found["carriers"]])
        yield _("Who shares it"), [f"{holders}." if holders else _("Nobody does today.")]
        if count == 1:
            yield _("What would stop"), [_("Without {name}, there is none.").format(name=holders)]
            return
    yield _("What would stop"), list(_stopping(found, names)) or [_("Nothing that is written down.")]
    learners = [_WHY[each["why"]]().format(name=names(each["id"])) for each in found["learners"]]
    yield _("Who could learn it"), learners or [_("Nobody did it before: ask who would like to.")]


def _stopping(found: Relay, names: Names) -> Iterator[str]:
    for task in found["tasks"]:
        text = _("Task {id}: {title}").format(id=task["id"], title=task["title"])
        yield (
            text
            + (f" · {_('critical')}" if task["critical"] else "")
            + (f" · {_('with a deputy')}" if task["deputy"] else "")
        )
    for role in found["roles"]:
        if role["role"] == found["function"]:
            continue
        where = f" ({names(role['lieu'])})" if role["lieu"] else ""
        yield _("Function: {role}").format(role=terms.label(role["role"]) + where) + (
            f" · {_('critical')}" if role["critical"] else ""
        )
    if found["links"]:
        groups = [formats.joined([names(lieu) for lieu in piece]) for piece in found["links"]]
        yield _("These would no longer meet: {groups}.").format(groups=" / ".join(groups))
    quorum = found["quorum"]
    if quorum:
        yield _("Quorum: {remaining} lieux would remain, {needed} are needed.").format(
            remaining=formats.number(quorum["remaining"]), needed=formats.number(quorum["needed"])
        )
        if quorum["chance_of_missing"] is not None:
            yield _("Chances are {share} that too few would come.").format(
                share=formats.percent(quorum["chance_of_missing"], 0)
            )
    for money in found["money"]:
        yield _("{name}: {amount} in progress.").format(
            name=names(money["id"]), amount=formats.money_whole(money["amount_cents"])
        )


_WHY: dict[str, Callable[[], str]] = {
    "held_before": lambda: _("{name}, who held it before"),
    "deputy": lambda: _("{name}, who stands in already"),
    "took_over": lambda: _("{name}, who took over a task"),
    "did_alike": lambda: _("{name}, who did tasks of this kind"),
    "in_the_round": lambda: _("{name}, in the round"),
}
