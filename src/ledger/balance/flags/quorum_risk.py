"""QUORUM_RISK: how likely is it that too few come next time?"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date
from typing import Any, NamedTuple

from ledger.balance import measures
from ledger.balance.evidence import Level
from ledger.balance.flags import roster
from ledger.balance.flags.base import Flag, Interval, Names, Span, Step, Thresholds, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

LAST, NEEDED_MEETINGS = 8, 5
WATCH, ALERT, CLEAR = 0.2, 0.4, 0.1


class Met(NamedTuple):
    """A meeting that was held: its day, and the lieux that were represented."""

    on: date
    lieux: frozenset[str]


def _compute(db: sqlite3.Connection) -> list[Interval]:
    met = meetings(db)
    members = roster.spans(db, "member")
    quorums = db.execute(
        "SELECT effective_on, quorum_seats FROM rules WHERE quorum_seats > 0 ORDER BY effective_on, seq"
    ).fetchall()
    thresholds = Thresholds(db)
    steps: list[Step] = []
    level: Level | None = None
    for count in range(NEEDED_MEETINGS, len(met) + 1):
        seen = met[max(0, count - LAST) : count]
        on = seen[-1].on
        in_force = [seats for effective_on, seats in quorums if effective_on <= on.isoformat()]
        if not in_force:
            continue
        quorum = in_force[-1]
        adopted = thresholds.at(FLAG.code, on)
        watch = adopted.or_default(WATCH)
        risk = chance_of_missing(seen, members, quorum)
        missed = all(len(meeting.lieux) < quorum for meeting in seen[-2:])
        level = None if everybody_came(seen, members) else _level(risk, missed, level, watch)
        threshold = max(ALERT, watch) if level == "alert" else watch
        steps.append(Step(on, level, risk, threshold, adopted.source, len(seen), seen[0].on))
    return list(told(FLAG.code, "consortium", steps))


def meetings(db: sqlite3.Connection) -> list[Met]:
    """The meetings where lieux were represented, in order of time."""
    lieux: dict[tuple[str, int], set[str]] = defaultdict(set)
    for on, seq, lieu in db.execute(
        "SELECT held_on, meetings.seq, lieu_id FROM meetings JOIN meeting_lieux ON meeting_id = meetings.id"
        " WHERE held_on IS NOT NULL ORDER BY held_on, meetings.seq"
    ):
        lieux[on, seq].add(lieu)
    return [Met(date.fromisoformat(on), frozenset(present)) for (on, _seq), present in lieux.items()]


def everybody_came(seen: list[Met], members: dict[str, list[Span]]) -> bool:
    """No member lieu missed any of these meetings: the formula's ½ alone is no ground for a warning."""
    return all(
        lieu in meeting.lieux
        for meeting in seen
        for lieu, spans in members.items()
        if any(span.holds(meeting.on) for span in spans)
    )


def chance_of_missing(seen: list[Met], members: dict[str, list[Span]], quorum: int) -> float:
    """Probability that fewer than the quorum come, from how often each member lieu came lately."""
    chances = []
    for lieu, spans in members.items():
        if not any(span.holds(seen[-1].on) for span in spans):
            continue
        since = min(span.start for span in spans)
        could = [meeting for meeting in seen if meeting.on >= since]
        came = sum(lieu in meeting.lieux for meeting in could)
        chances.append((came + 0.5) / (len(could) + 1))
    return round(measures.quorum_risk(chances, quorum), 4)


def _level(risk: float, missed: bool, current: Level | None, watch: float) -> Level | None:
    """It rises at its lines, and goes only when the risk has become small."""
    if missed or risk >= max(ALERT, watch):
        return "alert"
    if risk >= watch:
        return "watch"
    return "watch" if current and risk >= min(CLEAR, watch) else None


def _sentence(row: Any, _names: Names) -> str:
    return _("Chances are {share} that too few lieux come to the next meeting to decide.").format(
        share=formats.percent(row["value"], 0)
    )


def _not_measured(db: sqlite3.Connection, on: date) -> list[tuple[str, float, int]]:
    count = sum(meeting.on <= on for meeting in meetings(db))
    ruled = db.execute("SELECT 1 FROM rules WHERE quorum_seats > 0 LIMIT 1").fetchone()
    return [("", float(count), NEEDED_MEETINGS)] if ruled and count < NEEDED_MEETINGS else []


FLAG = Flag(
    code="QUORUM_RISK",
    label=N_("The quorum is at risk"),
    question=N_("How likely is it that too few come next time?"),
    formula=N_(
        "each member lieu comes with the chance (times it came + ½) ÷ (meetings + 1) over the last eight; the "
        "probability that fewer than the quorum come together; nothing while nobody missed one"
    ),
    unit="share",
    adopts="share",
    default=N_("20% (watch), 40% or two meetings in a row below the quorum (alert)"),
    evidence=N_("5 meetings, and a quorum in the rules"),
    advice=N_("Change the slot, name alternates, or vote a lower quorum."),
    clears=N_("When the probability falls below 10%."),
    tables=frozenset({"meetings", "meeting_lieux", "roles", "rules", "rule_thresholds"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, meetings.seq FROM flags JOIN meetings"
        " ON meetings.held_on BETWEEN flags.window_from AND flags.window_until WHERE flags.code = 'QUORUM_RISK'"
    ),
    not_measured=_not_measured,
)
