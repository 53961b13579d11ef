-- Views about who stands where, for analysts, pages and flags. What each column means is told in views.py.

-- One row for each invitation, membership and suspension that is or was, and where the party stands by it.
CREATE VIEW member_standing AS
SELECT roles.id AS role_id,
       roles.lieu_id,
       coalesce(roles.organisation_id, lieux.organisation_id) AS organisation_id,
       coalesce(lieux.name, organisations.name) AS name,
       CASE
           WHEN roles.ended_on <= _today.day THEN
               CASE WHEN roles.role = 'member' THEN coalesce(roles.end_reason, 'withdrawn')
                    WHEN roles.role = 'invited' THEN coalesce(roles.end_reason, 'withdrawn')
                    ELSE 'resumed' END
           WHEN roles.held_until < _today.day THEN 'term'
           ELSE roles.role
       END AS standing,
       roles.held_from,
       roles.held_until,
       roles.ended_on,
       coalesce(CASE WHEN roles.ended_on <= _today.day THEN roles.end_decision_id END, roles.decision_id)
           AS decision_id,
       roles.seq
FROM roles, _today
LEFT JOIN lieux ON lieux.id = roles.lieu_id
LEFT JOIN organisations ON organisations.id = roles.organisation_id
WHERE roles.role IN ('invited', 'member', 'suspended')
  AND roles.held_from <= _today.day;

-- What was done under a mandate whose last day had passed: nothing is refused for that, nothing is lost.
-- A mandate that somebody renewed, or that another took over, is no longer the one acted under.
CREATE VIEW acts_after_term AS
WITH past AS (
    SELECT mandate.id AS role_id, mandate.role, mandate.person_id, mandate.lieu_id, mandate.held_until,
           min(coalesce(mandate.ended_on, '9999-12-31'), coalesce(min(following.held_from), '9999-12-31'))
               AS until
    FROM roles AS mandate
    LEFT JOIN roles AS following
           ON following.role = mandate.role
          AND following.lieu_id IS mandate.lieu_id
          AND following.id <> mandate.id
          AND following.held_from > mandate.held_from
          AND (following.person_id = mandate.person_id OR mandate.single_seat OR mandate.role <> 'seat')
    WHERE mandate.person_id IS NOT NULL
      AND mandate.held_until IS NOT NULL
      AND mandate.role NOT IN ('member', 'affiliated', 'label', 'invited', 'suspended')
    GROUP BY mandate.id
)
SELECT past.role_id, past.role, past.person_id, past.lieu_id, past.held_until,
       CASE WHEN events.acting_as = past.role_id THEN 'acted' ELSE 'recorded' END AS how,
       events.kind, events.occurred_on, events.seq
FROM past
JOIN events ON events.recorded_by = past.person_id
           AND events.occurred_on > past.held_until
           AND (events.acting_as = past.role_id OR events.acting_as IS NULL AND events.occurred_on < past.until)
WHERE past.role <> 'seat'
UNION ALL
SELECT past.role_id, past.role, past.person_id, past.lieu_id, past.held_until,
       'voted', 'ballot.cast.v1', ballots.cast_on, ballots.seq
FROM past
JOIN ballots ON ballots.seat_id = past.role_id AND ballots.cast_on > past.held_until;

-- Where the consortium is in its life: founded, agreed, dissolving, dissolved.
CREATE VIEW consortium_stage AS
SELECT consortium.id,
       consortium.name,
       CASE
           WHEN dissolved_on <= _today.day THEN 'dissolved'
           WHEN dissolving_on <= _today.day THEN 'dissolving'
           WHEN EXISTS (
               SELECT 1 FROM rules
               WHERE effective_on <= _today.day AND coalesce(effective_until, '9999') >= _today.day
           ) AND CASE consortium.kind
               WHEN 'advisory' THEN EXISTS (SELECT 1 FROM colleges)
               ELSE EXISTS (
                   SELECT 1 FROM roles
                   WHERE role = 'carrier' AND held_from <= _today.day
                     AND coalesce(held_until, '9999') >= _today.day AND coalesce(ended_on, '9999') > _today.day
               )
           END THEN 'agreed'
           ELSE 'founded'
       END AS stage,
       consortium.seq
FROM consortium, _today;

-- What lieux and structures share: who has it, and since when nobody there has it any more.
CREATE VIEW shared_resources AS
WITH memberships AS (
    SELECT roles.lieu_id,
           coalesce(roles.organisation_id, lieux.organisation_id) AS organisation_id,
           coalesce(roles.ended_on, date(roles.held_until, '+1 day'), '9999-12-31') AS left_on
    FROM roles LEFT JOIN lieux ON lieux.id = roles.lieu_id
    WHERE roles.role = 'member'
),
shared AS (
    SELECT each.value AS resource, lieux.id AS holder_id, lieux.name AS holder,
           min(coalesce(lieux.closed_on, '9999-12-31'),
               coalesce((SELECT max(left_on) FROM memberships WHERE lieu_id = lieux.id), '9999-12-31')) AS lost_on,
           lieux.seq
    FROM lieux, json_each(lieux.resources) AS each
    UNION ALL
    SELECT each.value, organisations.id, organisations.name,
           coalesce((SELECT max(left_on) FROM memberships WHERE organisation_id = organisations.id), '9999-12-31'),
           organisations.seq
    FROM organisations, json_each(organisations.resources) AS each
)
SELECT shared.resource, shared.holder_id, shared.holder,
       CASE WHEN shared.lost_on <= _today.day THEN shared.lost_on END AS lost_on, shared.seq
FROM shared, _today;
