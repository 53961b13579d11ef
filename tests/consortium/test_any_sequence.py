"""Whatever members try, in whatever order: a command is refused, or what must stay true stays true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Literal, get_args, get_origin

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import ledger.consortium.model
import ledger.consortium.projection
import ledger.decisions.model
import ledger.decisions.projection
import ledger.meetings.model
import ledger.meetings.projection
import ledger.tasks.model
import ledger.tasks.projection
from ledger.decisions.events import BallotCast, DecisionOpened, ProposalMade
from ledger.kernel.errors import LedgerError
from ledger.kernel.marks import Field, fields
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import As
from ledger.readmodel.rows import Fold, Shape
from ledger.service.streams import evolve, initial
from ledger.tasks.events import TimeLogged

COMMANDS: tuple[type[Command], ...] = (
    *ledger.consortium.model.COMMANDS,
    *ledger.meetings.model.COMMANDS,
    *ledger.decisions.model.COMMANDS,
    *ledger.tasks.model.COMMANDS,
)
RARE = ("FoundConsortium", "ErasePerson", "CloseLieu", "DissolveConsortium")
OFTEN = [
    *(c for c in COMMANDS if c.__name__ not in RARE),
    *ledger.decisions.model.COMMANDS * 3,
    *ledger.tasks.model.COMMANDS * 2,
]
PROJECTIONS = (
    ledger.consortium.projection,
    ledger.meetings.projection,
    ledger.decisions.projection,
    ledger.tasks.projection,
)
STEPS = 60
FIRST = date(2024, 1, 15)
DAYS = [FIRST + timedelta(days=n) for n in (0, 1, 30, 31, 200, 400)]
NEW = {"decision": ["d1", "d2", "d3"], "meeting": ["m1", "m2"], "task": ["t1", "t2", "t3"]}
"""Ids that commands make up: few, so that they meet again. The rest is numbered."""

FINGERPRINTS = ("document", "notes", "minutes_document")
WORDS = {
    "role": ["member", "seat", "carrier", "coordinator", "lieu_referent", "accounts"],
    "siret": ["90000004300019", "90000000100017", "12345"],
    "rna": ["W133012345", "W1"],
    **{name: ["0" * 64] for name in FINGERPRINTS},
    "flags": ["LIEU_RELIANCE 40 %", "FUNDER_DEPENDENCE off", "what"],
    "college": ["lieux", "usagers"],
    "sector": ["culture"],
    "sectors": ["culture", "État"],
}
LIFE = {
    ("unknown", "draft"),
    ("draft", "open"),
    ("draft", "rejected"),
    ("draft", "withdrawn"),
    ("open", "adopted"),
    ("open", "rejected"),
    ("open", "withdrawn"),
    ("open", "issued"),
    *((before, after) for before in ("adopted", "issued") for after in ("superseded", "repealed", "expired")),
}


Known = dict[str, list[str]]
"""Ids that exist, by noun."""


def values(item: Field, known: Known) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one line a kind of value
    """What may stand in a field, by its mark."""
    what = item.mark.what if item.mark else ""
    if item.mark and what in ("ref", "person"):
        return _ids(item.mark, known)
    if item.name in WORDS:
        return st.sampled_from(WORDS[item.name])
    if what == "day":
        return st.sampled_from(DAYS)
    if item.model and item.mark is None:
        return parts(item.model, known)
    if what in ("money", "duration", "share", "count"):
        return st.integers(1, 2) if what == "count" else st.integers(1, 2_000)
    if get_origin(item.annotation) is Literal:
        return st.sampled_from(get_args(item.annotation))
    if item.annotation is bool:
        return st.booleans()
    return st.sampled_from(["un mot", "un autre"]) if not (item.mark and item.mark.private) else st.none()


@st.composite
def parts(draw: st.DrawFn, model: Any, known: Known) -> Any:
    """A part of a command, such as a college or a proxy; None when its values make none."""
    said = {}
    for item in fields(model):
        if item.required or draw(st.booleans()):
            strategy = values(item, known)
            said[item.name] = draw(st.lists(strategy, max_size=2).map(tuple) if item.many else strategy)
    try:
        return model(**{name: value for name, value in said.items() if value is not None})
    except ValidationError:
        return None


def _ids(mark: As, known: Known) -> st.SearchStrategy[Any]:
    if mark.new:
        return st.sampled_from(NEW[mark.noun])
    noun = "person" if mark.what == "person" else mark.noun
    ids = [i for same in known.values() for i in same] if noun == "any" else known.get(noun)
    return st.sampled_from(ids) if ids else st.none()


@st.composite
def commands(draw: st.DrawFn, known: Known) -> Command | None:
    """A command with plausible values, about things that exist; None when it needs one that does not."""
    model = draw(st.sampled_from(OFTEN if draw(st.integers(0, 9)) else COMMANDS))
    said: dict[str, Any] = {}
    for item in fields(model):
        made_up = item.mark and item.mark.new
        if made_up and item.mark and item.mark.noun not in NEW:
            continue
        if made_up or item.required or draw(st.booleans()):
            strategy = values(item, known)
            value = draw(st.lists(strategy, max_size=3).map(tuple) if item.many else strategy)
            if value is not None and not (item.many and None in value):
                said[item.name] = value
    try:
        return model(**said)
    except ValidationError:
        return None


class Watch:
    """A ledger in memory that says what changed, and is asked whether it may."""

    def __init__(self, play: Any) -> None:
        self.play = play
        self.known: Known = {}
        self._learn(play.events)

    def run(self, command: Command) -> None:
        """Refused for a reason that a member can read, or accepted and kept true."""
        before = {s: self.play.state(s).status for s in self._streams()}
        events, said = self._tried(command)
        assert "{" not in said, "a field of the message was not filled"
        if said:
            return
        assert events, "accepted, and nothing happened"
        self._learn(events)
        self._lives(before, {s: self.play.state(s).status for s in self._streams()}, events)

    def _tried(self, command: Command) -> tuple[list[Event], str]:
        """What happened, or what the refusal says."""
        try:
            return self.play(command), ""
        except LedgerError as error:
            return [], str(error)

    def _learn(self, events: list[Event]) -> None:
        for event in events:
            for noun, name in event.introduces():
                if noun != "person":  # every person of this play is `P-somebody`
                    assert name not in self.known.get(noun, [])
                self.known.setdefault(noun, []).append(name)

    def _streams(self) -> list[str]:
        return [s for s in self.play.states if s.startswith("decision/")]

    def _lives(self, before: dict[str, str], after: dict[str, str], events: list[Event]) -> None:
        for stream, status in after.items():
            start = before.get(stream, "unknown")
            if start == status:
                continue
            reached = {start}
            for _ in events:
                reached |= {b for a, b in LIFE if a in reached}
            assert status in reached, f"{start} became {status}"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_sequence_is_refused_or_keeps_the_invariants(
    new_arles: Callable[[], Any], data: st.DataObject
) -> None:
    watch = Watch(new_arles())
    for _ in range(STEPS):
        command = data.draw(commands(watch.known))
        if command:
            watch.run(command)
    play = watch.play
    _told_again_is_the_same(play, data.draw(st.integers(0, len(play.events))))
    _one_carrier(play)
    _seats_sit_once(play)
    _no_ballot_twice(play.events)
    _days_have_24_hours(play.events)
    _rows_say_what_the_states_say(play)


def _one_carrier(play: Any) -> None:
    for day in DAYS:
        assert len(play.roster.held("carrier", day)) <= 1


def _told_again_is_the_same(play: Any, count: int) -> None:
    """Replay equals the live state, and a cut equals what was live after so many events."""
    assert play.replayed(len(play.events)) == {s: state for s, state in play.states.items() if _told(play, s)}
    earlier = play.replayed(count)
    for stream, state in play.replayed(len(play.events)).items():
        left = [
            (e, d) for e, d in list(zip(play.events, play.days, strict=True))[count:] if e.stream() == stream
        ]
        again = earlier.get(stream, initial(stream))
        for event, day in left:
            again = evolve(stream, again, event, day)
        assert again == state


def _told(play: Any, stream: str) -> bool:
    return any(event.stream() == stream for event in play.events)


def _seats_sit_once(play: Any) -> None:
    """Nobody has two voices, no college more seats than it has, and a suspended member none."""
    for day in DAYS:
        seats = play.roster.seats(day)
        assert len({seat.seat_id for seat in seats}) == len(seats)
        suspended = {h.holder_id for h in play.roster.held("suspended", day)}
        assert not suspended & {seat.holder_id for seat in seats}


def _no_ballot_twice(events: list[Event]) -> None:
    revision: Counter[str] = Counter()
    cast = set()
    for event in events:
        if isinstance(event, ProposalMade):
            revision[event.decision_id] += 1
        if isinstance(event, DecisionOpened) and event.second_call:
            revision[event.decision_id] += 1  # voices are counted anew
        if isinstance(event, BallotCast) and event.seat_id:
            ballot = (event.decision_id, revision[event.decision_id], event.proxy_for or event.seat_id)
            assert ballot not in cast
            cast.add(ballot)


def _days_have_24_hours(events: list[Event]) -> None:
    for event in events:
        if isinstance(event, TimeLogged) and event.person_id:
            assert event.minutes <= 24 * 60 * event.days


def _rows_say_what_the_states_say(play: Any) -> None:
    shapes = {name: Shape(name, table) for p in PROJECTIONS for name, table in p.TABLES.items()}
    handlers = {topic: handler for p in PROJECTIONS for topic, handler in p.HANDLERS.items()}
    rows = Fold(shapes, lambda _ref: None)
    for seq, event in enumerate(play.events, 1):
        envelope = {
            "seq": seq,
            "stream": event.stream(),
            "kind": event.TOPIC,
            "occurred_on": "2024-01-15",
            "data": event.model_dump(mode="json", exclude_none=True),
        }
        rows.apply(envelope, handlers[event.TOPIC])
    for stream, state in play.states.items():
        family, _, name = stream.partition("/")
        table = {"decision": "decisions", "task": "tasks", "meeting": "meetings"}.get(family)
        if table and state.status != "unknown":
            row = rows.get(table, name)
            assert row is not None
            assert row["status"] == state.status
            if family == "task":
                assert (row["person_id"], row["lieu_id"]) == (state.person_id, state.lieu_id)
    for table, folded in rows._rows.items():
        for row in folded.values():
            assert shapes[table].values(row)
