"""Tasks by month: how many opened and closed, and how many came to and left those that nobody had taken."""

from __future__ import annotations

from ledger.balance.flags.touched import Sums

_LEFT_ON = "coalesce(taken_on, iif(coalesce(person_id, lieu_id) IS NULL, closed_on, opened_on))"
"""The day on which a task was no longer nobody's."""

SUMS = Sums(
    name="_task_months",
    columns="month TEXT PRIMARY KEY, opened INTEGER, closed INTEGER, left_open INTEGER, left_closed INTEGER",
    of="tasks",
    keys=tuple((f"substr({{row}}.{day}, 1, 7)",) for day in ("opened_on", "closed_on", "taken_on")),
    key=("month",),
    renew=(
        "SELECT substr(day, 1, 7), sum(opened), sum(closed), sum(left_open), sum(left_closed) FROM ("
        "SELECT opened_on AS day, 1 AS opened, 0 AS closed, 1 AS left_open, 0 AS left_closed FROM tasks UNION ALL"
        " SELECT closed_on, 0, 1, 0, 0 FROM tasks WHERE closed_on IS NOT NULL UNION ALL"
        f" SELECT {_LEFT_ON}, 0, 0, 0, 1 FROM tasks WHERE {_LEFT_ON} IS NOT NULL"
        ") {where} GROUP BY substr(day, 1, 7)"
    ),
    where="day BETWEEN :one || '-01' AND :one || '-31'",
)

INDEXES = (
    "CREATE INDEX IF NOT EXISTS _opened_tasks ON tasks (opened_on)",
    "CREATE INDEX IF NOT EXISTS _closed_tasks ON tasks (closed_on) WHERE closed_on IS NOT NULL",
    f"CREATE INDEX IF NOT EXISTS _left_tasks ON tasks ({_LEFT_ON}) WHERE {_LEFT_ON} IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS _critical_tasks ON tasks (id) WHERE critical = 1",
)
