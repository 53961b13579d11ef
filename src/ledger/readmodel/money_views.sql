-- Views about public money: from the award to the receipt, and back. The trail report reads them too,
-- so that a funder who writes SQL and a member who reads the report see the same numbers.
-- What each column means is told in views.py.

-- Money of each lieu. What has no lieu (coordination, management) is in money_by_line.
CREATE VIEW money_by_lieu AS
SELECT lieux.id AS lieu_id,
       lieux.name AS lieu,
       coalesce(allocated.cents, 0) AS allocated_cents,
       coalesce(spent.cents, 0) AS spent_cents,
       coalesce(spent.expenses, 0) AS expenses,
       max(coalesce(allocated.seq, 0), coalesce(spent.seq, 0), lieux.seq) AS seq
FROM lieux
LEFT JOIN (SELECT lieu_id, sum(amount_cents) AS cents, max(seq) AS seq
           FROM allocations GROUP BY lieu_id) AS allocated ON allocated.lieu_id = lieux.id
LEFT JOIN (SELECT lieu_id, sum(amount_cents) AS cents, count(*) AS expenses, max(seq) AS seq
           FROM expenses GROUP BY lieu_id) AS spent ON spent.lieu_id = lieux.id;

-- Each line of a plan: planned, allocated, spent. A line that only an expense names is there too.
CREATE VIEW money_by_line AS
SELECT convention_id,
       line,
       (SELECT label FROM budget_lines AS plan
        WHERE plan.convention_id = money.convention_id AND plan.line = money.line AND side = 'expense'
        ORDER BY position LIMIT 1) AS label,
       (SELECT min(position) FROM budget_lines AS plan
        WHERE plan.convention_id = money.convention_id AND plan.line = money.line AND side = 'expense')
           AS position,
       sum(planned_cents) AS planned_cents,
       sum(allocated_cents) AS allocated_cents,
       sum(spent_cents) AS spent_cents,
       max(seq) AS seq
FROM (SELECT convention_id, line, amount_cents AS planned_cents, 0 AS allocated_cents, 0 AS spent_cents, seq
      FROM budget_lines WHERE side = 'expense' AND nature <> 'in_kind'
      UNION ALL
      SELECT convention_id, line, 0, amount_cents, 0, seq FROM allocations
      UNION ALL
      SELECT convention_id, line, 0, 0, sum(amount_cents), max(seq) FROM expenses
      WHERE convention_id IS NOT NULL AND line IS NOT NULL
      GROUP BY convention_id, line) AS money
GROUP BY convention_id, line;

-- What each funder grants, has paid and got back. Where several fund a convention, its plan says who grants
-- what, if it adds up; without a funder, what nobody is known to have granted or paid: the rows of a
-- convention always add up to its own sums.
CREATE VIEW money_by_funder AS
SELECT convention_id,
       funder_id,
       sum(granted_cents) AS granted_cents,
       sum(received_cents) AS received_cents,
       sum(returned_cents) AS returned_cents,
       max(seq) AS seq
FROM (WITH plan AS (
          SELECT budget_lines.convention_id, funder_id, sum(amount_cents) AS cents
          FROM budget_lines JOIN convention_funders
            ON convention_funders.convention_id = budget_lines.convention_id AND organisation_id = funder_id
          WHERE side = 'income' AND nature <> 'in_kind'
          GROUP BY budget_lines.convention_id, funder_id),
      grants AS (
          SELECT id, amount_cents, seq,
                 (SELECT count(*) FROM convention_funders WHERE convention_id = id) = 1 AS sole,
                 (SELECT sum(cents) FROM plan WHERE convention_id = id) = amount_cents AS told
          FROM conventions)
      SELECT convention_id,
             CASE WHEN sole OR told THEN organisation_id END AS funder_id,
             CASE WHEN sole THEN grants.amount_cents
                  WHEN told THEN coalesce((SELECT cents FROM plan
                      WHERE plan.convention_id = grants.id AND funder_id = organisation_id), 0)
                  WHEN position = 1 THEN grants.amount_cents
                  ELSE 0 END AS granted_cents,
             0 AS received_cents, 0 AS returned_cents, grants.seq
      FROM convention_funders JOIN grants ON grants.id = convention_id
      UNION ALL
      SELECT convention_id,
             coalesce(receipts.funder_id,
                 (SELECT CASE WHEN count(*) = 1 THEN min(organisation_id) END FROM convention_funders
                  WHERE convention_id = receipts.convention_id)),
             0, amount_cents, 0, receipts.seq
      FROM instalment_receipts AS receipts
      UNION ALL
      SELECT convention_id, organisation_id, 0, 0, amount_cents, seq FROM transfers WHERE basis = 'returned')
GROUP BY convention_id, funder_id;

-- Each allocation: what it holds, what of it is engaged, passed on and spent, and what is left. What was passed
-- on is then spent by who received it: it counts once.
CREATE VIEW allocation_status AS
SELECT allocation_id,
       convention_id,
       line,
       lieu_id,
       decision_id,
       mode,
       initial_cents,
       amount_cents,
       committed_cents,
       transferred_cents,
       spent_cents,
       max(0, transferred_cents - direct_cents) AS unspent_transfer_cents,
       amount_cents - committed_cents - (spent_cents - direct_cents)
           - max(passed_on_cents, direct_cents) AS left_cents,
       CASE WHEN amount_cents = 0 AND spent_cents = 0 THEN 'released'
            WHEN spent_cents >= amount_cents THEN 'spent'
            WHEN committed_cents + passed_on_cents + spent_cents > 0 THEN 'committed'
            ELSE 'open' END AS status,
       seq
FROM (SELECT allocations.id AS allocation_id,
             allocations.*,
             (SELECT coalesce(sum(open_cents), 0) FROM commitment_status
              WHERE allocation_id = allocations.id) AS committed_cents,
             (SELECT coalesce(sum(amount_cents), 0) FROM transfers
              WHERE allocation_id = allocations.id) AS transferred_cents,
             (SELECT coalesce(sum(CASE status WHEN 'planned' THEN planned_cents ELSE amount_cents END), 0)
              FROM transfers WHERE allocation_id = allocations.id) AS passed_on_cents,
             (SELECT coalesce(sum(amount_cents), 0) FROM expenses
              WHERE allocation_id = allocations.id) AS spent_cents,
             (SELECT coalesce(sum(amount_cents), 0) FROM expenses WHERE allocation_id = allocations.id)
             - CASE WHEN EXISTS (SELECT 1 FROM commitments WHERE allocation_id = allocations.id)
                    THEN (SELECT coalesce(sum(amount_cents), 0) FROM expenses
                          WHERE allocation_id = allocations.id AND commitment_id IN (
                              SELECT id FROM commitments WHERE commitments.allocation_id = allocations.id))
                    ELSE 0 END AS direct_cents
      FROM allocations);

-- Each commitment: what was paid of it, and what is still to be paid.
CREATE VIEW commitment_status AS
SELECT commitments.id AS commitment_id,
       commitments.convention_id,
       commitments.allocation_id,
       commitments.amount_cents,
       coalesce(paid.cents, 0) AS paid_cents,
       max(0, commitments.amount_cents - coalesce(paid.cents, 0)) AS open_cents,
       commitments.seq
FROM commitments
LEFT JOIN (SELECT commitment_id, sum(amount_cents) AS cents FROM expenses
           WHERE commitment_id IS NOT NULL AND EXISTS (SELECT 1 FROM commitments)
           GROUP BY commitment_id) AS paid ON paid.commitment_id = commitments.id;

-- Proofs that came after the payment was recorded: a receipt found late, a payslip sent by the accountant.
CREATE VIEW late_proofs AS
SELECT describes_id AS payment_id,
       max(kind = 'invoice')
           OR (SELECT count(DISTINCT kind) = 2
               FROM (SELECT kind FROM evidence AS own WHERE own.describes_id = evidence.describes_id
                     UNION ALL SELECT kind FROM expense_evidence WHERE expense_id = evidence.describes_id)
               WHERE kind IN ('timesheet', 'payslip')) AS invoice,
       max(kind = 'proof_of_payment') AS payment,
       group_concat(sha256, ' ') AS evidence,
       max(seq) AS seq
FROM evidence WHERE describes_id IS NOT NULL
GROUP BY describes_id;

-- Each convention: what was granted, called, received, allocated, spent, and what of it is proven.
CREATE VIEW convention_balance AS
WITH proven_late AS (  -- few: what its own proofs did not show, and later ones do
    SELECT expenses.convention_id,
           expenses.amount_cents,
           expenses.allocation_id IS NOT NULL
               AND decisions.status IN ('adopted', 'superseded', 'repealed', 'expired') AS grounded
    FROM late_proofs AS later
    CROSS JOIN expenses ON expenses.id >= later.payment_id AND expenses.id < later.payment_id || '$'
     AND expenses.payment_id = later.payment_id
    LEFT JOIN decisions ON decisions.id = expenses.decision_id
    WHERE NOT (has_invoice AND has_payment) AND (has_invoice OR later.invoice) AND (has_payment OR later.payment))
SELECT convention_id,
       title,
       carrier_id,
       amount_cents,
       called_cents,
       received_cents,
       awaited_cents,
       allocated_cents,
       amount_cents - allocated_cents AS unallocated_cents,
       committed_cents,
       spent_cents,
       evidenced_cents,
       complete_cents,
       CASE WHEN spent_cents = 0 THEN 1.0 ELSE 1.0 * complete_cents / spent_cents END AS coverage,
       max(0, spent_cents - received_cents) AS advanced_by_carrier_cents,
       returned_cents,
       dedicated_cents,
       disallowed_cents,
       spent_cents - disallowed_cents AS eligible_cents,
       transferred_cents,
       in_kind_cents,
       seq
FROM (SELECT conventions.id AS convention_id,
             conventions.title,
             conventions.carrier_id,
             conventions.amount_cents,
             (SELECT coalesce(sum(called_cents), 0) FROM instalments
              WHERE convention_id = conventions.id) AS called_cents,
             (SELECT coalesce(sum(received_cents), 0) FROM instalments
              WHERE convention_id = conventions.id) AS received_cents,
             (SELECT coalesce(sum(max(0, called_cents - received_cents)), 0) FROM instalments
              WHERE convention_id = conventions.id) AS awaited_cents,
             (SELECT coalesce(sum(amount_cents), 0) FROM allocations
              WHERE convention_id = conventions.id) AS allocated_cents,
             (SELECT coalesce(sum(open_cents), 0) FROM commitment_status
              WHERE convention_id = conventions.id) AS committed_cents,
             (SELECT coalesce(sum(amount_cents), 0) FROM transfers
              WHERE convention_id = conventions.id AND basis <> 'returned') AS transferred_cents,
             (SELECT coalesce(sum(value_cents), 0) FROM in_kind
              WHERE convention_id = conventions.id) AS in_kind_cents,
             (SELECT coalesce(sum(amount_cents), 0) FROM transfers
              WHERE convention_id = conventions.id AND basis = 'returned') AS returned_cents,
             (SELECT coalesce(sum(carried_cents - used_cents), 0) FROM dedicated_funds
              WHERE convention_id = conventions.id) AS dedicated_cents,
             coalesce(sum(spent.amount_cents), 0) AS spent_cents,
             coalesce(sum(spent.disallowed_cents), 0) AS disallowed_cents,
             coalesce(sum(spent.amount_cents) FILTER (WHERE has_invoice AND has_payment), 0)
                 + (SELECT coalesce(sum(amount_cents), 0) FROM proven_late
                    WHERE convention_id = conventions.id) AS evidenced_cents,
             coalesce(sum(spent.amount_cents) FILTER (
                 WHERE has_invoice AND has_payment AND allocation_id IS NOT NULL
                   AND decisions.status IN ('adopted', 'superseded', 'repealed', 'expired')), 0)
                 + (SELECT coalesce(sum(amount_cents), 0) FROM proven_late
                    WHERE convention_id = conventions.id AND grounded) AS complete_cents,
             conventions.seq
      FROM conventions
      LEFT JOIN expenses AS spent ON spent.convention_id = conventions.id
      LEFT JOIN decisions ON decisions.id = spent.decision_id
      GROUP BY conventions.id);

-- In what capacity somebody recorded each expense: under the mandate that they said, else a function of the
-- consortium, then of a lieu.
-- What leaves the consortium has the role, never the handle.
CREATE VIEW expense_recorders AS
SELECT spent.id AS expense_id,
       spent.convention_id,
       people.handle,
       coalesce((SELECT role FROM roles WHERE id = told.acting_as), (SELECT role FROM roles
        WHERE person_id = told.recorded_by AND role <> 'affiliated' AND held_from <= date(told.recorded_at)
          AND coalesce(ended_on, '9999') > date(told.recorded_at)
        ORDER BY CASE role WHEN 'seat' THEN 2 WHEN 'lieu_referent' THEN 1 ELSE 0 END, held_from, seq LIMIT 1))
           AS role,
       (SELECT lieu_id FROM roles
        WHERE person_id = told.recorded_by AND lieu_id IS NOT NULL AND held_from <= date(told.recorded_at)
          AND coalesce(ended_on, '9999') > date(told.recorded_at)
        ORDER BY role = 'affiliated', held_from, seq LIMIT 1) AS lieu_id,
       date(told.recorded_at) AS recorded_on,
       told.seq
FROM expenses AS spent
JOIN events AS told ON told.seq = spent.recorded_seq
LEFT JOIN people ON people.id = told.recorded_by;

-- Every expense of a convention, back to the award behind it. Money received pays expenses in the order
-- of their payment: what it does not cover, the carrier has advanced.
CREATE VIEW financing_trail AS
SELECT spent.convention_id,
       conventions.title AS convention,
       conventions.award,
       conventions.carrier_id,
       (SELECT group_concat(organisation_id, ' ') FROM convention_funders
        WHERE convention_id = spent.convention_id) AS funders,
       spent.decision_id,
       decisions.title AS decision,
       decisions.status AS decision_status,
       decisions.decided_on,
       spent.allocation_id,
       allocations.amount_cents AS allocation_cents,
       spent.line,
       spent.lieu_id,
       spent.id AS expense_id,
       spent.label,
       spent.paid_on,
       spent.amount_cents,
       spent.supplier_id,
       coalesce(spent.has_invoice OR later.invoice, 0) AS has_invoice,
       coalesce(spent.has_payment OR later.payment, 0) AS has_payment,
       (SELECT group_concat(sha256, ' ') FROM (SELECT sha256 FROM (
            SELECT sha256, position FROM expense_evidence WHERE expense_id = spent.payment_id
            UNION ALL SELECT sha256, 1000 FROM evidence WHERE describes_id = spent.payment_id)
        ORDER BY position, sha256)) AS evidence,
       max(0, min(spent.amount_cents, coalesce(received.cents, 0) - spent.before_cents)) AS covered_cents,
       spent.amount_cents
           - max(0, min(spent.amount_cents, coalesce(received.cents, 0) - spent.before_cents))
           AS advanced_cents,
       coalesce(spent.allocation_id IS NOT NULL AND (spent.has_invoice OR later.invoice)
           AND (spent.has_payment OR later.payment)
           AND decisions.status IN ('adopted', 'superseded', 'repealed', 'expired'), 0) AS complete,
       (SELECT role FROM expense_recorders WHERE expense_id = spent.id) AS recorded_as,
       spent.seq
FROM (SELECT expenses.*,
             sum(amount_cents) OVER earlier - amount_cents AS before_cents
      FROM expenses
      WHERE convention_id IS NOT NULL
      WINDOW earlier AS (PARTITION BY convention_id ORDER BY paid_on, seq ROWS UNBOUNDED PRECEDING)) AS spent
JOIN conventions ON conventions.id = spent.convention_id
LEFT JOIN (SELECT convention_id, sum(amount_cents) AS cents
           FROM instalment_receipts GROUP BY convention_id) AS received
  ON received.convention_id = spent.convention_id
LEFT JOIN late_proofs AS later ON later.payment_id = spent.payment_id
LEFT JOIN allocations ON allocations.id = spent.allocation_id
LEFT JOIN decisions ON decisions.id = spent.decision_id;

-- Where a trail breaks. The first five break the proof; the others are for the reader to weigh.
CREATE VIEW trail_breaks AS
SELECT convention_id, 'no_decision' AS kind, id, amount_cents, seq
FROM expenses WHERE convention_id IS NOT NULL AND decision_id IS NULL
UNION ALL
SELECT convention_id, 'decision_not_adopted', id, amount_cents, seq
FROM expenses WHERE convention_id IS NOT NULL AND decision_id IS NOT NULL AND decision_id NOT IN (
    SELECT id FROM decisions WHERE status IN ('adopted', 'superseded', 'repealed', 'expired'))
UNION ALL
SELECT convention_id, 'no_allocation', id, amount_cents, seq
FROM expenses WHERE convention_id IS NOT NULL AND allocation_id IS NULL
UNION ALL
SELECT convention_id, 'no_invoice', id, amount_cents, seq
FROM expenses WHERE convention_id IS NOT NULL AND has_invoice = 0
  AND payment_id NOT IN (SELECT payment_id FROM late_proofs WHERE invoice)
UNION ALL
SELECT convention_id, 'no_payment_proof', id, amount_cents, seq
FROM expenses WHERE convention_id IS NOT NULL AND has_payment = 0
  AND payment_id NOT IN (SELECT payment_id FROM late_proofs WHERE payment)
UNION ALL
SELECT expenses.convention_id, 'decided_later', expenses.id, expenses.amount_cents, expenses.seq
FROM expenses JOIN decisions ON decisions.id = expenses.decision_id
WHERE expenses.convention_id IS NOT NULL AND decisions.effective_on > expenses.paid_on
UNION ALL
SELECT expenses.convention_id, 'out_of_period', expenses.id, expenses.amount_cents, expenses.seq
FROM conventions JOIN expenses
  ON expenses.convention_id = conventions.id  -- said twice, so that each is a look at the index
     AND expenses.paid_on < coalesce(conventions.eligible_from, conventions.starts_on)
  OR expenses.convention_id = conventions.id
     AND expenses.paid_on > coalesce(conventions.eligible_until, conventions.ends_on)
UNION ALL
SELECT convention_id, 'over_allocation', id, spent_cents - amount_cents, seq
FROM (SELECT allocations.*,
             (SELECT sum(amount_cents) FROM expenses WHERE allocation_id = allocations.id) AS spent_cents
      FROM allocations)
WHERE spent_cents > amount_cents
UNION ALL
SELECT convention_id, 'over_claimed', id, amount_cents, seq
FROM expenses WHERE claimed_cents > paid_cents AND convention_id IS NOT NULL
UNION ALL
SELECT convention_id, 'disallowed', expense_id, amount_cents, seq FROM disallowances
UNION ALL
SELECT convention_id, CASE despite WHEN 'R7' THEN 'no_decision' WHEN 'R9' THEN 'regrant' ELSE 'over_allocation' END,
       id, amount_cents, seq
FROM transfers WHERE status = 'paid' AND despite IN ('R7', 'R9', 'R10')
UNION ALL
SELECT conventions.id, 'over_grant', conventions.id, sum(allocations.amount_cents) - conventions.amount_cents,
       conventions.seq
FROM conventions JOIN allocations ON allocations.convention_id = conventions.id
GROUP BY conventions.id HAVING sum(allocations.amount_cents) > conventions.amount_cents;

-- What the law, the funder and the plan expect, and by when. Done on the day that it was; late is for the reader.
CREATE VIEW obligations AS
SELECT convention_id, 'instalment' AS kind, id AS about, due_on,
       CASE WHEN status = 'received' THEN received_on END AS done_on, planned_cents AS amount_cents, seq
FROM instalments WHERE due_on IS NOT NULL
UNION ALL
SELECT years.convention_id, 'report', years.year,
       date(years.closes_on, '+1 day', '+' || coalesce(conventions.report_due_months, 6) || ' months', '-1 day'),
       (SELECT min(filed_on) FROM reports WHERE reports.convention_id = years.convention_id
        AND reports.kind <> 'activity' AND reports.status <> 'refused'
        AND (reports.fiscal_year = years.year OR reports.covers_until >= min(years.closes_on, conventions.ends_on))),
       NULL, conventions.seq
FROM (WITH RECURSIVE each (convention_id, year, last) AS (
          SELECT id, CAST(substr(starts_on, 1, 4) AS INTEGER), CAST(substr(ends_on, 1, 4) AS INTEGER)
          FROM conventions
          UNION ALL SELECT convention_id, year + 1, last FROM each WHERE year < last)
      SELECT each.convention_id, year, year || '-12-31' AS closes_on FROM each) AS years
JOIN conventions ON conventions.id = years.convention_id
UNION ALL
SELECT id, 'publication', NULL, date(signed_on, '+3 months'), published_on, amount_cents, seq
FROM conventions WHERE amount_cents > 2300000
UNION ALL
SELECT id, 'mid_term', NULL,
       date(julianday(starts_on) + (julianday(ends_on) - julianday(starts_on)) / 2),
       (SELECT min(held_on) FROM reviews WHERE convention_id = conventions.id AND stage = 'mid_term'),
       NULL, seq
FROM conventions
UNION ALL
SELECT id, 'final', NULL, ends_on,
       (SELECT min(held_on) FROM reviews WHERE convention_id = conventions.id AND stage = 'final'),
       NULL, seq
FROM conventions
UNION ALL
SELECT id, 'end', NULL, ends_on, ended_on, amount_cents, seq FROM conventions;

-- Grants as the State asks for them to be published: SCDL “subventions” 2.1, a row for each funder. The carrier
-- is the one beneficiary that the convention names, whatever it passes on: its share is the whole.
CREATE VIEW scdl_subventions AS
SELECT funder.name AS nomAttribuant,
       funder.siret AS idAttribuant,
       conventions.signed_on AS dateConvention,
       conventions.award AS referenceDecision,
       carrier.name AS nomBeneficiaire,
       carrier.siret AS idBeneficiaire,
       carrier.rna AS rnaBeneficiaire,
       substr(conventions.title, 1, 256) AS objet,
       money.granted_cents / 100.0 AS montant,
       'aide en numéraire' AS nature,
       CASE WHEN payments.number > 1 THEN 'échelonné' ELSE 'unique' END AS conditionsVersement,
       CASE WHEN coalesce(payments.first_on, conventions.starts_on)
                 = coalesce(payments.last_on, conventions.ends_on)
            THEN coalesce(payments.first_on, conventions.starts_on)
            ELSE coalesce(payments.first_on, conventions.starts_on) || '/'
                 || coalesce(payments.last_on, conventions.ends_on) END AS datesPeriodeVersement,
       NULL AS idRAE,
       'non' AS notificationUE,
       1.0 AS pourcentageSubvention,
       calls.title AS dispositifAide,
       conventions.id AS convention_id,
       conventions.seq
FROM conventions
JOIN convention_funders ON convention_funders.convention_id = conventions.id
LEFT JOIN money_by_funder AS money
  ON money.convention_id = conventions.id AND money.funder_id = convention_funders.organisation_id
LEFT JOIN organisations AS funder ON funder.id = convention_funders.organisation_id
LEFT JOIN organisations AS carrier ON carrier.id = conventions.carrier_id
LEFT JOIN applications ON applications.id = conventions.application_id
LEFT JOIN calls ON calls.id = applications.call_id
LEFT JOIN (SELECT convention_id, count(*) AS number, min(due_on) AS first_on, max(due_on) AS last_on
           FROM instalments WHERE planned_cents > 0 GROUP BY convention_id) AS payments
  ON payments.convention_id = conventions.id;

-- What stands beside a convention: other funders of its plan, and other conventions that share its payments.
CREATE VIEW co_funding AS
SELECT convention_id, 'plan' AS kind, funder_id AS funder_id, NULL AS other_convention_id,
       sum(amount_cents) AS amount_cents, max(seq) AS seq
FROM budget_lines
WHERE side = 'income' AND nature <> 'in_kind'
  AND coalesce(funder_id, '') NOT IN (SELECT organisation_id FROM convention_funders
                                      WHERE convention_id = budget_lines.convention_id)
GROUP BY convention_id, funder_id
UNION ALL
SELECT mine.convention_id, 'shared', NULL, other.convention_id, sum(other.amount_cents), max(other.seq)
FROM expenses AS mine
JOIN expenses AS other ON other.id >= mine.payment_id AND other.id < mine.payment_id || '$'
 AND other.payment_id = mine.payment_id AND other.id <> mine.id
WHERE mine.share_bp <> 10000 AND mine.convention_id IS NOT NULL
GROUP BY mine.convention_id, other.convention_id;

-- Each indicator: its target, how often it moved, its last measure, and what was said of it.
CREATE VIEW indicator_status AS
SELECT indicators.id AS indicator_id,
       indicators.convention_id,
       indicators.title,
       indicators.kind,
       indicators.unit,
       indicators.target,
       indicators.aim,
       indicators.target_on,
       indicators.revision - 1 AS revisions,
       last.value,
       last.rating,
       last.narrative,
       last.measured_on,
       last.claim,
       last.parts_total,
       last.value - last.parts_total AS not_itemised,
       CASE WHEN last.value IS NULL OR indicators.target IS NULL THEN NULL
            ELSE last.value >= indicators.target END AS met,
       max(indicators.seq, coalesce(last.seq, 0)) AS seq
FROM indicators
LEFT JOIN indicator_values AS last ON last.id = (
    SELECT id FROM indicator_values WHERE indicator_id = indicators.id ORDER BY measured_on DESC, id DESC LIMIT 1);

-- Each contract of accompaniment: what is due for missions whose deliverables are all accepted.
CREATE VIEW contract_balance AS
SELECT contracts.id AS contract_id,
       contracts.title,
       contracts.client_id,
       contracts.provider_id,
       contracts.amount_cents,
       coalesce(sum(missions.amount_cents) FILTER (WHERE NOT EXISTS (
           SELECT 1 FROM deliverables WHERE contract_id = contracts.id
           AND deliverables.mission = missions.mission AND status <> 'accepted')), 0) AS accepted_cents,
       contracts.amount_cents - coalesce(sum(missions.amount_cents) FILTER (WHERE NOT EXISTS (
           SELECT 1 FROM deliverables WHERE contract_id = contracts.id
           AND deliverables.mission = missions.mission AND status <> 'accepted')), 0) AS unpaid_cents,
       (SELECT count(*) FROM deliverables WHERE contract_id = contracts.id AND status = 'accepted')
           AS accepted,
       (SELECT count(*) FROM deliverables WHERE contract_id = contracts.id) AS deliverables,
       contracts.seq
FROM contracts JOIN missions ON missions.contract_id = contracts.id
GROUP BY contracts.id;

-- Work of people from outside, quarter by quarter: an accompaniment succeeds when its share falls.
CREATE VIEW external_share AS
SELECT quarter,
       coalesce(sum(minutes) FILTER (WHERE outside), 0) AS external_minutes,
       sum(minutes) AS minutes,
       1.0 * coalesce(sum(minutes) FILTER (WHERE outside), 0) / sum(minutes) AS share,
       max(seq) AS seq
FROM (SELECT substr(occurred_on, 1, 4) || '-Q' || ((CAST(substr(occurred_on, 6, 2) AS INTEGER) + 2) / 3) AS quarter,
             minutes,
             time_entries.seq,
             time_entries.lieu_id IS NULL AND people.engagement = 'expert' AS outside
      FROM time_entries LEFT JOIN people ON people.id = time_entries.person_id)
GROUP BY quarter;
