"""R13: nothing is edited; a correction says what counts instead, and changes only what it says."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.funds.events import ExpenseRecorded, FundsAllocated
from ledger.kernel.errors import Refused, UnknownId, UsageError
from ledger.kernel.facts import Facts, Head
from ledger.kernel.messages import CommandRef, Envelope, Event, Recorded
from ledger.kernel.values import Sealed
from ledger.readmodel.rows import Fold
from ledger.readmodel.schema import HANDLERS, shapes
from ledger.record import model
from ledger.record.events import SEALS, EventCorrected, PeriodSealed
from ledger.record.model import CorrectEvent, correctable, resolve, resolve_plain
from ledger.tasks.events import TimeLogged

ROSTER: Any = SimpleNamespace(founded=True, consortium_kind="operational")


def recorded(seq: int, event: Event, on: date, since: date | None = None) -> Recorded:
    return Recorded(
        seq,
        Envelope(
            stream=event.stream(),
            version=seq,
            kind=event.TOPIC,
            occurred_on=on,
            occurred_from=since,
            recorded_at=datetime(2024, 4, 1, tzinfo=UTC),
            command=CommandRef(id=f"c-{seq}"),
            salt="00",
            data=event,
        ),
    )


def plain(item: Recorded) -> dict[str, Any]:
    """The envelope as stored, read back as the projector reads it."""
    stored: dict[str, Any] = json.loads(item.envelope.model_dump_json(exclude_none=True))
    return {"seq": item.seq, **stored}


def hours(minutes: int) -> TimeLogged:
    return TimeLogged(
        subject_id="pop",
        month="2024-03",
        lieu_id="pop",
        activity="commons",
        minutes=minutes,
        basis="volunteer",
    )


class History:
    """One stream: three entries of March, and what was corrected since."""

    def __init__(self) -> None:
        self.items = [
            recorded(1, hours(60), date(2024, 3, 1)),
            recorded(2, hours(120), date(2024, 3, 31), date(2024, 3, 1)),
            recorded(3, hours(180), date(2024, 3, 15)),
        ]

    def correct(self, seq: int, **said: Any) -> EventCorrected:
        """Correct an event of this stream, as the service does."""
        command = CorrectEvent(**{"seq": seq, "how": "replace", **said})
        target = correctable(seq, self.items)
        (event,) = model.decide(
            command, Facts(today=date(2024, 4, 1), actor=None, roster=ROSTER, states={"correction": target})
        )
        assert isinstance(event, EventCorrected)
        self.items.append(recorded(len(self.items) + 1, event, date(2024, 3, 1)))
        return event

    def replace(self, seq: int, minutes: int, **said: Any) -> EventCorrected:
        data = hours(minutes).model_dump(mode="json", exclude_none=True)
        return self.correct(seq, replacement=data, **said)

    def counts(self) -> list[tuple[int, int, date | None, date]]:
        """What counts: seq, minutes, first and last day."""
        found = []
        for item in resolve(self.items):
            assert isinstance(item.event, TimeLogged)
            found.append(
                (item.seq, item.event.minutes, item.envelope.occurred_from, item.envelope.occurred_on)
            )
        return found


@pytest.fixture
def march() -> History:
    return History()


MARCH_1, MARCH_15, MARCH_31 = date(2024, 3, 1), date(2024, 3, 15), date(2024, 3, 31)


def test_a_reversed_event_no_longer_counts(march: History) -> None:
    event = march.correct(1, how="reverse", reason_code="duplicate")
    assert (event.stream(), event.corrected_seq, event.replacement) == ("time/pop/2024-03", 1, None)
    assert march.counts() == [(2, 120, MARCH_1, MARCH_31), (3, 180, None, MARCH_15)]


def test_a_replaced_event_counts_as_it_should_have_been_where_it_was(march: History) -> None:
    march.replace(2, 90)
    assert march.counts() == [(1, 60, None, MARCH_1), (2, 90, MARCH_1, MARCH_31), (3, 180, None, MARCH_15)]


def test_a_wrong_day_is_corrected_alone(march: History) -> None:
    march.correct(3, occurred_on=date(2024, 3, 16))
    assert march.counts()[2] == (3, 180, None, date(2024, 3, 16))
    march.correct(2, occurred_on=MARCH_31, occurred_from=MARCH_15)
    assert march.counts()[1] == (2, 120, MARCH_15, MARCH_31)


def test_a_corrected_event_is_corrected_again_and_keeps_what_was_mended_before(march: History) -> None:
    march.correct(3, occurred_on=date(2024, 3, 16))
    second = march.replace(3, 30)
    assert second.corrected_seq == 3, "every correction points to the fact, not to a correction"
    assert march.counts()[2] == (3, 30, None, date(2024, 3, 16))
    march.correct(3, how="reverse")
    assert [seq for seq, *_ in march.counts()] == [1, 2]


def test_an_event_is_not_reversed_twice(march: History) -> None:
    march.correct(1, how="reverse")
    for how in ("reverse", "replace"):
        with pytest.raises(Refused, match="reversed already") as refused:
            march.correct(1, how=how)
        assert refused.value.rule == "R13"


def test_a_correction_stays_as_it_is(march: History) -> None:
    march.replace(1, 30)
    with pytest.raises(Refused, match="Event 4 is a correction") as refused:
        march.correct(4, how="reverse")
    assert (refused.value.rule, refused.value.params["corrected_seq"]) == ("R13", 1)


def test_a_correction_that_changes_nothing(march: History) -> None:
    with pytest.raises(UsageError, match="would change nothing"):
        march.replace(1, 60)
    with pytest.raises(UsageError, match="would change nothing"):
        march.correct(1)
    with pytest.raises(UsageError, match="would change nothing"):
        march.correct(1, occurred_on=MARCH_1)


def test_a_correction_must_be_what_such_an_event_says(march: History) -> None:
    with pytest.raises(UsageError, match=r"not what a time\.logged\.v1 says: minutes"):
        march.correct(1, replacement={**hours(60).model_dump(mode="json"), "minutes": -5})
    with pytest.raises(UsageError, match="not what a"):
        march.correct(1, replacement={"nonsense": {1, 2}})


def test_a_correction_keeps_the_stream_and_the_ids(march: History) -> None:
    elsewhere = hours(60).model_copy(update={"month": "2024-04"})
    with pytest.raises(UsageError, match="keeps the id and the month") as caught:
        march.correct(1, replacement=elsewhere.model_dump(mode="json", exclude_none=True))
    assert caught.value.hint == "reverse event {seq}, then record the fact anew"


def test_an_unknown_event(march: History) -> None:
    with pytest.raises(UnknownId, match="no event 9"):
        march.correct(9, how="reverse")


def test_corrections_made_together_share_a_group(march: History) -> None:
    assert march.replace(1, 30, group="K-7").group_id == "K-7"
    alone = [march.replace(1, 31).group_id, march.replace(1, 32).group_id, march.replace(2, 1).group_id]
    assert len(set(alone)) == 3


def test_the_reason_stays_in_the_vault(march: History) -> None:
    sealed = Sealed(ref="V-9", sha256="0" * 64)
    assert march.replace(1, 30, reason=sealed).reason == sealed
    assert march.replace(1, 29, reason="never in the log").reason is None


def test_a_funder_sees_the_correction_of_what_it_saw() -> None:
    expense = ExpenseRecorded(expense_id="E-1", amount_cents=100, label="x", convention_id="ANCT")
    moved = expense.model_copy(update={"convention_id": "REGION"})
    history = [recorded(1, expense, MARCH_1)]
    command = CorrectEvent(seq=1, how="replace", replacement=moved.model_dump(mode="json", exclude_none=True))
    facts = Facts(today=MARCH_31, actor=None, roster=ROSTER, states={"correction": correctable(1, history)})
    (event,) = model.decide(command, facts)
    assert event.scope() == ("ANCT", "REGION")


def test_the_stored_correction_reads_back(march: History) -> None:
    march.correct(3, occurred_on=date(2024, 3, 16), reason_code="late_information")
    stored = march.items[-1].envelope.model_dump_json(exclude_none=True)
    assert Envelope.read(stored, EventCorrected) == march.items[-1].envelope


corrections = st.lists(
    st.tuples(
        st.sampled_from([1, 2, 3]),
        st.sampled_from(["reverse", "replace", "day"]),
        st.integers(1, 600),
        st.dates(MARCH_1, MARCH_31),
    ),
    max_size=8,
)


@given(corrections)
def test_a_correction_changes_only_what_it_says(said: list[tuple[int, str, int, date]]) -> None:
    march = History()
    expected = {seq: (minutes, first, last) for seq, minutes, first, last in march.counts()}
    for seq, how, minutes, day in said:
        before = dict(expected)
        try:
            if how == "reverse":
                march.correct(seq, how="reverse")
                del expected[seq]
            elif how == "replace":
                march.replace(seq, minutes)
                expected[seq] = (minutes, *before[seq][1:])
            else:
                march.correct(seq, occurred_on=day)
                expected[seq] = (before[seq][0], None, day)
        except (Refused, UsageError):
            assert expected == before
        assert march.counts() == [(seq, *values) for seq, values in sorted(expected.items())]
        resolved = [plain(item) for item in resolve(march.items)]
        told = [
            {key: value for key, value in event.items() if value is not None}
            for event in resolve_plain([plain(item) for item in march.items])
        ]
        assert told == resolved, "the projector replays what the rules saw"


def test_resolving_leaves_a_stream_without_corrections_alone() -> None:
    allocated = FundsAllocated(
        convention_id="ANCT", allocation_id="A-1", line="x", amount_cents=1, decision_id="D"
    )
    history = [recorded(1, allocated, MARCH_1)]
    assert resolve(history) == history
    assert resolve_plain([plain(history[0])]) == [plain(history[0])]


def test_its_row_points_back(march: History) -> None:
    event = march.replace(1, 30, reason=Sealed(ref="V-9", sha256="0" * 64), occurred_on=date(2024, 3, 2))
    fold = Fold(shapes(), {"V-9": "mal lu"}.get)
    envelope = {**plain(march.items[-1]), "recorded_by": "P-1"}
    fold.apply(envelope, HANDLERS[event.TOPIC])
    row = fold.get("corrections", 4)
    assert row is not None
    assert (row["corrected_seq"], row["how"], row["reason"]) == (1, "replace", "mal lu")
    assert (row["counts_on"], row["corrected_on"], row["recorded_by"]) == ("2024-03-02", "2024-04-01", "P-1")


DECEMBER = date(2023, 12, 31)


def sealing(until: date, sealed: date = date.min) -> Facts:
    return Facts(
        today=date(2024, 4, 1),
        actor=None,
        roster=ROSTER,
        states={SEALS: model.Seals(sealed)},
        head=Head(7, b"\x01" * 32),
    )


def test_a_period_that_is_over_is_sealed_once() -> None:
    (event,) = model.decide(model.SealPeriod(until=DECEMBER), sealing(DECEMBER))
    assert event == PeriodSealed(until=DECEMBER, event_count=7, head_hash="01" * 32)
    assert model.evolve(model.Seals(), event, DECEMBER) == model.Seals(DECEMBER)
    for until, sealed in ((DECEMBER, DECEMBER), (date(2024, 4, 1), DECEMBER)):
        with pytest.raises(Refused) as refused:
            model.decide(model.SealPeriod(until=until), sealing(until, sealed))
        assert refused.value.rule == "ORDER"


def test_a_correction_points_back_into_a_sealed_period_and_is_never_recorded_in_it(march: History) -> None:
    def decided(**said: Any) -> Any:
        facts = sealing(MARCH_1, MARCH_1)
        facts = facts._replace(states={**facts.states, "correction": correctable(said["seq"], march.items)})
        return model.decide(CorrectEvent(how="reverse", **said), facts)[0]

    assert decided(seq=1).sealed_until == MARCH_1
    assert decided(seq=3).sealed_until is None, "its day is not sealed"
    with pytest.raises(Refused, match="points back") as refused:
        decided(seq=1, on=MARCH_1)
    assert refused.value.rule == "R13"
