"""Tasks by month: how many opened and closed, and of them how many that nobody had taken."""

from __future__ import annotations

from ledger.balance.flags.touched import Sums

SUMS = Sums(
    name="_task_months",
    columns="month TEXT PRIMARY KEY, opened INTEGER, closed INTEGER, left_open INTEGER, left_closed INTEGER",
    of="tasks",
    keys=(("substr({row}.opened_on, 1, 7)",), ("substr({row}.closed_on, 1, 7)",)),
    key=("month",),
    renew=(
        "SELECT substr(day, 1, 7), sum(opened), sum(closed), sum(opened * nobody), sum(closed * nobody) FROM ("
        "SELECT opened_on AS day, 1 AS opened, 0 AS closed, person_id IS NULL AND lieu_id IS NULL AS nobody"
        " FROM tasks UNION ALL"
        " SELECT closed_on, 0, 1, person_id IS NULL AND lieu_id IS NULL FROM tasks WHERE closed_on IS NOT NULL"
        ") {where} GROUP BY substr(day, 1, 7)"
    ),
    where="day BETWEEN :one || '-01' AND :one || '-31'",
)

INDEXES = (
    "CREATE INDEX IF NOT EXISTS _opened_tasks ON tasks (opened_on)",
    "CREATE INDEX IF NOT EXISTS _closed_tasks ON tasks (closed_on) WHERE closed_on IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS _critical_tasks ON tasks (id) WHERE critical = 1",
)
