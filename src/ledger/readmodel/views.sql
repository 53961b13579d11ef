-- Views that join several concepts, for analysts and pages. Those about money are in money_views.sql.
-- What each column means is told in views.py.

-- The day that "now" means: the day of the cut in a report's file, today elsewhere.
CREATE VIEW _today AS
SELECT coalesce((SELECT nullif(as_of, '9999-12-31') FROM _cursor), date('now')) AS day;

CREATE VIEW members AS
SELECT roles.id AS role_id,
       roles.lieu_id,
       coalesce(roles.organisation_id, lieux.organisation_id) AS organisation_id,
       coalesce(lieux.name, organisations.name) AS name,
       roles.held_from,
       roles.held_until,
       roles.ended_on,
       roles.decision_id,
       roles.seq
FROM roles
LEFT JOIN lieux ON lieux.id = roles.lieu_id
LEFT JOIN organisations ON organisations.id = roles.organisation_id
WHERE roles.role = 'member';

CREATE VIEW seats AS
SELECT roles.id AS role_id,
       roles.lieu_id,
       roles.organisation_id,
       roles.person_id,
       coalesce(lieux.name, organisations.name) AS name,
       roles.held_from,
       roles.held_until,
       roles.ended_on,
       roles.decision_id,
       roles.seq
FROM roles
LEFT JOIN lieux ON lieux.id = roles.lieu_id
LEFT JOIN organisations ON organisations.id = roles.organisation_id
WHERE roles.role = 'seat';

-- Every function that somebody or some place carries, membership and affiliation apart.
CREATE VIEW mandates AS
SELECT roles.id AS role_id,
       roles.role,
       roles.person_id,
       people.handle,
       roles.lieu_id,
       lieux.name AS lieu,
       roles.organisation_id,
       organisations.name AS organisation,
       roles.held_from,
       roles.held_until,
       roles.ended_on,
       roles.end_reason,
       roles.minutes_per_month,
       roles.critical,
       roles.decision_id,
       roles.seq
FROM roles
LEFT JOIN people ON people.id = roles.person_id
LEFT JOIN lieux ON lieux.id = roles.lieu_id
LEFT JOIN organisations ON organisations.id = roles.organisation_id
WHERE roles.role NOT IN ('invited', 'member', 'suspended', 'seat', 'affiliated', 'label');

CREATE VIEW mandates_now AS
SELECT mandates.*,
       CAST(julianday(mandates.held_until) - julianday(_today.day) AS INTEGER) AS days_left
FROM mandates, _today
WHERE mandates.held_from <= _today.day
  AND (mandates.held_until IS NULL OR mandates.held_until >= _today.day)
  AND (mandates.ended_on IS NULL OR mandates.ended_on > _today.day);

CREATE VIEW workload_by_lieu AS
SELECT time_entries.lieu_id,
       lieux.name AS lieu,
       time_entries.month,
       time_entries.activity,
       time_entries.basis,
       sum(time_entries.minutes) AS minutes,
       count(*) AS entries,
       max(time_entries.seq) AS seq
FROM time_entries
LEFT JOIN lieux ON lieux.id = time_entries.lieu_id
WHERE time_entries.lieu_id IS NOT NULL
GROUP BY time_entries.lieu_id, time_entries.month, time_entries.activity, time_entries.basis;

CREATE VIEW workload_by_person AS
SELECT time_entries.person_id,
       people.handle,
       time_entries.lieu_id,
       time_entries.month,
       time_entries.activity,
       time_entries.basis,
       sum(time_entries.minutes) AS minutes,
       count(*) AS entries,
       max(time_entries.seq) AS seq
FROM time_entries
LEFT JOIN people ON people.id = time_entries.person_id
WHERE time_entries.person_id IS NOT NULL
GROUP BY time_entries.person_id, time_entries.lieu_id, time_entries.month, time_entries.activity,
         time_entries.basis;

-- One row for each thing that follows from a decision, dated as it happened.
CREATE VIEW decision_trail AS
SELECT decisions.id AS decision_id,
       decisions.title,
       decisions.status,
       decisions.decided_on,
       decisions.ceiling_cents,
       what.follows,
       what.follows_id,
       what.label,
       what.lieu_id,
       what.occurred_on,
       what.state,
       what.amount_cents,
       what.minutes,
       coalesce(what.seq, decisions.seq) AS seq
FROM decisions
LEFT JOIN (
    SELECT decision_id, 'task' AS follows, id AS follows_id, title AS label, lieu_id,
           opened_on AS occurred_on, status AS state, NULL AS amount_cents,
           (SELECT sum(minutes) FROM time_entries WHERE task_id = tasks.id) AS minutes, seq
    FROM tasks
    UNION ALL
    SELECT decision_id, 'role', id, role, lieu_id,
           held_from, CASE WHEN ended_on IS NULL THEN 'running' ELSE 'ended' END, NULL, NULL, seq
    FROM roles
    UNION ALL
    SELECT decision_id, 'convention', id, title, NULL,
           signed_on, 'signed', amount_cents, NULL, seq
    FROM conventions
    UNION ALL
    SELECT decision_id, 'allocation', id, line, lieu_id,
           allocated_on, mode, amount_cents, NULL, seq
    FROM allocations
    UNION ALL
    SELECT expenses.decision_id, 'expense', expenses.id, expenses.label, expenses.lieu_id,
           expenses.paid_on,
           CASE WHEN (expenses.has_invoice OR later.invoice) AND (expenses.has_payment OR later.payment) THEN 'proven' ELSE 'unproven' END,
           expenses.amount_cents, NULL, expenses.seq
    FROM expenses LEFT JOIN late_proofs AS later ON later.payment_id = expenses.payment_id
) AS what ON what.decision_id = decisions.id;

-- Whose turn it is: turns taken against the part due, after Fagin and Williams. A lieu owes no part of
-- a turn for which it was unavailable; skipped turns are counted apart and owe nothing to anybody.
CREATE VIEW rotation_board AS
WITH held AS (
    SELECT id, rotation_id, lieu_id, occurred_on, unavailable
    FROM rotation_turns
    WHERE outcome <> 'skipped'
),
eligible AS (
    SELECT held.id AS turn_id, held.rotation_id, rotation_lieux.lieu_id
    FROM held
    JOIN rotation_lieux ON rotation_lieux.rotation_id = held.rotation_id
     AND (in_order_from IS NULL OR in_order_from <= held.occurred_on)
     AND (in_order_until IS NULL OR in_order_until > held.occurred_on)
    WHERE rotation_lieux.lieu_id NOT IN (SELECT value FROM json_each(held.unavailable))
    UNION
    SELECT id, rotation_id, lieu_id FROM held
),
part AS (
    SELECT turn_id, 1.0 / count(*) AS due FROM eligible GROUP BY turn_id
),
due AS (
    SELECT eligible.rotation_id, eligible.lieu_id, sum(part.due) AS turns
    FROM eligible JOIN part USING (turn_id)
    GROUP BY eligible.rotation_id, eligible.lieu_id
),
taken AS (
    SELECT rotation_id, lieu_id, count(*) AS turns, max(occurred_on) AS last_on
    FROM held
    GROUP BY rotation_id, lieu_id
),
skipped AS (
    SELECT rotation_id, lieu_id, count(*) AS turns
    FROM rotation_turns
    WHERE outcome = 'skipped'
    GROUP BY rotation_id, lieu_id
)
SELECT rotations.id AS rotation_id,
       rotations.name AS rotation,
       rotation_lieux.position,
       rotation_lieux.lieu_id,
       lieux.name AS lieu,
       coalesce(taken.turns, 0) AS turns_taken,
       round(coalesce(due.turns, 0.0), 2) AS turns_due,
       round(coalesce(taken.turns, 0) - coalesce(due.turns, 0.0), 2) AS debt,
       coalesce(skipped.turns, 0) AS turns_skipped,
       taken.last_on,
       rank() OVER (
           PARTITION BY rotations.id
           ORDER BY round(coalesce(taken.turns, 0) - coalesce(due.turns, 0.0), 6), taken.last_on,
                    rotation_lieux.position
       ) AS next_rank,
       rotation_lieux.seq
FROM rotations, _today
JOIN rotation_lieux ON rotation_lieux.rotation_id = rotations.id
 AND (in_order_from IS NULL OR in_order_from <= _today.day)
 AND (in_order_until IS NULL OR in_order_until > _today.day)
LEFT JOIN lieux ON lieux.id = rotation_lieux.lieu_id
LEFT JOIN taken ON taken.rotation_id = rotations.id AND taken.lieu_id = rotation_lieux.lieu_id
LEFT JOIN due ON due.rotation_id = rotations.id AND due.lieu_id = rotation_lieux.lieu_id
LEFT JOIN skipped ON skipped.rotation_id = rotations.id AND skipped.lieu_id = rotation_lieux.lieu_id
WHERE lieux.closed_on IS NULL OR lieux.closed_on > _today.day;
