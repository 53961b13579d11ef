"""How sure is sure enough: the published tables, their exact counterparts, and the incomplete beta itself."""

import math
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.balance.evidence import Act, Acts, Judgement, incomplete_beta, info_line, judge, posterior

ARLES = 0.4688  # la Fabrique's share of the hours, six lieux


def tail(m: int, p: float, least: int) -> float:
    """P(at least `least` of m acts), each with chance p."""
    return math.fsum(math.comb(m, k) * p**k * (1 - p) ** (m - k) for k in range(least, m + 1))


def first(found: Callable[[int], bool], limit: int = 2_000) -> int | None:
    return next((m for m in range(limit) if found(m)), None)


def watch_from(m: int, n: int) -> int | None:
    return first(lambda k: judge(k / m, m, n, dates=m).level in ("watch", "alert"), m + 1)


# --- Posterior


@pytest.mark.parametrize(
    ("done", "acts", "expected"), [(2, 2, 0.850), (5, 5, 0.984), (7, 10, 0.866), (8, 10, 0.962)]
)
def test_posterior_of_more_than_half_among_four(done: int, acts: int, expected: float) -> None:
    assert posterior(done / acts, acts, 4, 0.5) == pytest.approx(expected, abs=5e-4)


def test_a_rare_share_needs_many_acts() -> None:
    assert first(lambda m: posterior(ARLES, m, 6, 0.40) > 0.80) == 45
    assert first(lambda m: posterior(ARLES, m, 6, 0.40) > 0.95) == 149
    assert first(lambda m: posterior(ARLES, m, 6, 0.50) > 0.80) is None


def test_posterior_at_the_edges() -> None:
    assert posterior(1, 4, 1, 0.5) == 1
    assert posterior(0, 0, 1, 1) == 0
    assert posterior(0, 0, 0, 0.5) == 0
    assert posterior(0, 0, 2, 0.5) == pytest.approx(0.5)
    assert posterior(0.3, 8, 5, 0) == 1
    assert posterior(0.3, 8, 5, 1) == 0


@pytest.mark.parametrize(
    "wrong", [(1.1, 6, 3, 0.5), (0.5, -1, 3, 0.5), (0.5, 6, 3, 2), (math.nan, 6, 3, 0.5)]
)
def test_impossible_evidence_is_refused(wrong: tuple[float, float, int, float]) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        posterior(*wrong)


# --- Levels


@pytest.mark.parametrize(
    ("acts", "watch", "alert"),
    [
        (6, 5, None),
        (8, 6, None),
        (10, 7, 8),
        (12, 8, 10),
        (15, 10, 11),
        (20, 13, 14),
        (30, 18, 20),
        (40, 23, 26),
    ],
)
def test_how_many_out_of_how_many(acts: int, watch: int, alert: int | None) -> None:
    assert watch_from(acts, n=4) == watch
    assert first(lambda k: judge(k / acts, acts, 4, acts).level == "alert", acts + 1) == alert


@pytest.mark.parametrize(
    ("n", "m", "false_alarm", "power"),
    [
        (3, 6, 0.05, 0.43),
        (3, 10, 0.06, 0.66),
        (3, 20, 0.01, 0.76),
        (4, 6, 0.02, 0.43),
        (4, 10, 0.01, 0.64),
        (6, 10, 0.00, 0.64),
        (20, 10, 0.00, 0.64),
    ],
)
def test_false_alarms_and_power_computed_exactly(n: int, m: int, false_alarm: float, power: float) -> None:
    least = watch_from(m, n)
    assert least is not None
    assert least > m / 2  # so that two members cannot both be flagged
    assert n * tail(m, 1 / n, least) == pytest.approx(false_alarm, abs=0.01)
    assert tail(m, 0.7, least) == pytest.approx(power, abs=0.025)  # the table holds 4,000 simulations


def test_no_level_on_two_acts_however_one_sided() -> None:
    for n in (3, 4, 6, 20):
        assert judge(1.0, 2, n, 2).level is None


def test_an_adopted_threshold_makes_watch_and_alert() -> None:
    levels = [judge(ARLES, m, 6, 12, theta=0.40).level for m in (44, 45, 50, 148, 149)]
    assert levels == ["info", "watch", "watch", "watch", "alert"]
    assert judge(ARLES, 96, 6, 12).level == "info"
    assert judge(ARLES, 50, 6, 12).level == "info"


def test_info_line_exists_only_below_half() -> None:
    assert [info_line(n) for n in (0, 1, 2, 3, 4)] == [None] * 5
    assert info_line(5) == 0.4
    assert info_line(6) == info_line(20) == 1 / 3
    assert judge(0.45, 300, 4, 12).p_info is None
    assert judge(0.45, 300, 5, 12).level == "info"


def test_three_dates_are_needed_beyond_info() -> None:
    assert judge(1.0, 20, 4, 2).level is None
    assert judge(1.0, 20, 6, 2).level == "info"
    assert judge(1.0, 20, 6, 3).level == "alert"


def test_not_enough_evidence_is_told_apart_from_balance() -> None:
    few = judge(1.0, 4, 3, 4)
    assert (few.level, few.enough, few.m_eff, few.needed) == (None, False, 4, 6)
    balanced = judge(0.2, 40, 6, 12)
    assert (balanced.level, balanced.enough) == (None, True)
    empty = judge(0.0, 0, 0, 0)
    assert empty == Judgement(level=None, p_info=None, p=0.0, m_eff=0)


shares_of = st.floats(0, 1)


@given(shares_of, st.floats(0, 500), st.integers(1, 60), st.floats(0, 1))
def test_posterior_is_a_probability_that_falls_with_its_line(
    share: float, m_eff: float, n: int, theta: float
) -> None:
    p = posterior(share, m_eff, n, theta)
    assert 0 <= p <= 1
    assert p <= posterior(share, m_eff, n, theta / 2) + 1e-12


@given(shares_of, shares_of, st.floats(0, 500), st.integers(2, 60))
def test_a_larger_share_is_never_less_likely_beyond_half(a: float, b: float, m_eff: float, n: int) -> None:
    low, high = sorted((a, b))
    assert posterior(low, m_eff, n, 0.5) <= posterior(high, m_eff, n, 0.5) + 1e-12


# --- Acts


def test_entries_of_one_act_are_merged() -> None:
    bus = Act("zoé", "2024-10-03", "bus")
    acts = Acts.merged([(bus, 1.0)] * 10 + [(Act("ali", "2024-10-04", "bus"), 10.0)])
    assert acts.weights[bus] == 10
    assert (acts.m_eff, acts.dates) == (2, 2)
    assert acts.totals() == {"zoé": 10, "ali": 10}


def test_one_long_entry_is_little_evidence() -> None:
    long = [(Act("zoé", "2024-09-30", "report"), 40.0)]
    short = [(Act("ali", f"2024-10-{day:02}", "bus"), 1.0) for day in range(1, 11)]
    acts = Acts.merged(long + short)
    assert acts.m_eff == pytest.approx(1.55, abs=0.005)
    assert judge(0.8, acts.m_eff, 3, acts.dates).level is None
    assert acts.counted().m_eff == 11
    assert acts.counted().totals() == {"zoé": 1, "ali": 10}


def test_acts_are_held_by_a_lieu_and_may_name_nobody() -> None:
    lieu_of = {"zoé": "fabrique", "ali": "atelier"}
    acts = Acts.merged(
        [
            (Act("zoé", "2024-10-03", "bus"), 2.0),
            (Act("fabrique", "2024-10", "welcome"), 6.0),
            (Act("ali", "2024-10-03", "bus"), 2.0),
        ]
    )
    assert acts.totals(lambda act: lieu_of.get(act.doer, act.doer)) == {"fabrique": 8, "atelier": 2}


def test_no_act_is_no_evidence() -> None:
    cancelled = Act("zoé", "2024-10-03", "bus")
    for acts in (Acts.merged([]), Acts.merged([(cancelled, 2.0), (cancelled, -2.0)])):
        assert (acts.m_eff, acts.dates, acts.totals()) == (0, 0, {})


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("12"), st.sampled_from([0.1, 0.2, 0.7]))),
    st.randoms(use_true_random=False),
)
def test_merging_ignores_the_order_of_entries(
    entries: list[tuple[str, str, float]], rng: random.Random
) -> None:
    lines = [(Act(doer, day, "bus"), hours) for doer, day, hours in entries]
    one, other = Acts.merged(lines), Acts.merged(rng.sample(lines, len(lines)))
    assert one.weights == other.weights
    assert (one.m_eff, one.totals()) == (other.m_eff, other.totals())
    assert one.m_eff <= len(one.weights) + 1e-9


# --- Incomplete beta


@pytest.mark.parametrize(
    ("a", "b", "x", "expected"),  # mpmath, 40 digits
    [
        (1 / 3, 2 / 3, 0.5, 0.69107603471142204751),
        (22.75, 21.25, 0.4, 0.05919152984929857108),
        (0.05, 40.95, 0.5, 0.99999999999999865718),
        (50 + 1 / 6, 50 + 5 / 6, 1 / 3, 0.00037129629336057364879),
        (300.2, 320.8, 0.49, 0.62896269746048362499),
    ],
)
def test_incomplete_beta_agrees_with_forty_digits(a: float, b: float, x: float, expected: float) -> None:
    assert incomplete_beta(a, b, x) == pytest.approx(expected, abs=1e-12)


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.001, 0.999))
def test_incomplete_beta_is_a_binomial_tail(a: int, b: int, x: float) -> None:
    assert incomplete_beta(a, b, x) == pytest.approx(tail(a + b - 1, x, a), abs=1e-12)


@given(st.floats(0, 0.99))  # beyond, the arcsine itself loses digits
def test_incomplete_beta_of_halves_is_the_arcsine_law(x: float) -> None:
    assert incomplete_beta(0.5, 0.5, x) == pytest.approx(2 / math.pi * math.asin(math.sqrt(x)), abs=1e-12)


@given(st.floats(0.01, 300), st.floats(0.01, 300), st.floats(0, 1))
def test_incomplete_beta_mirrors(a: float, b: float, x: float) -> None:
    # 1 - x is exact only for x >= 1/2; below, what 1 - x lost would be blamed on the function
    x = max(x, 1 - x)
    assert incomplete_beta(a, b, x) + incomplete_beta(b, a, 1 - x) == pytest.approx(1, abs=1e-12)
