"""Published numbers first (the source beside each), then the properties that hold for every roster."""

import csv
import itertools
import math
import random
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.balance.measures import (
    absence_factor,
    banzhaf,
    betweenness,
    class_power,
    coleman_power_to_act,
    concentration_ratio,
    cut_vertices,
    effective_number,
    gini,
    golosov,
    hhi,
    hhi_normalised,
    hhi_unbiased,
    hoover,
    kish,
    quorum_risk,
    rotation_debt,
    shapley_shubik,
    shares,
    swings,
    theil,
    top_share,
    truck_factor,
)

Measure = Callable[[Iterable[float]], float]
ROSTER_MEASURES: list[Measure] = [
    top_share,
    concentration_ratio,
    absence_factor,
    hhi,
    hhi_normalised,
    effective_number,
    kish,
    golosov,
    gini,
]

hours = st.one_of(st.just(0.0), st.floats(0.5, 2_000))
rosters = st.lists(hours, min_size=1, max_size=25)
working = rosters.filter(any)
lieux = st.dictionaries(st.sampled_from("ABCDE"), st.lists(hours, max_size=6), max_size=5)


# --- Published numbers


@pytest.mark.parametrize(
    ("firms", "expected"),
    [
        ([30, 30, 20, 20], 2600),  # US DOJ
        ([25, 20, 15, 10, 8, 7, 6, 5, 4], 1540),  # industrialorganization.blogspot.com, and two mergers:
        ([25, 20, 15, 10, 8, 7, 6, 9], 1580),
        ([45, 15, 10, 8, 7, 6, 5, 4], 2540),
        ([40, 30, 20, 10], 3000),  # thedangerouseconomist
        ([10, 9, 12, 15, 12, 11, 15, 16], 1296),  # Investopedia
        ([1, 1, 1], 3333),  # equal lieux are already beyond the antitrust line of 1,800
        ([7, 7, 7, 7], 2500),
        ([2] * 5, 2000),
    ],
)
def test_hhi_on_the_antitrust_scale(firms: list[float], expected: int) -> None:
    assert round(hhi(firms) * 10_000) == expected


@pytest.mark.parametrize(("n", "expected"), [(3, 0.063), (4, 0.111), (6, 0.160), (20, 0.224)])
def test_hhi_normalised_of_one_half_depends_on_the_roster(n: int, expected: float) -> None:
    half = [n - 1] + [1] * (n - 1)
    assert hhi_normalised(half) == pytest.approx(expected, abs=5e-4)
    assert hhi_normalised(half) == pytest.approx(((n * 0.5 - 1) / (n - 1)) ** 2)


def test_hhi_unbiased_counts_pairs_of_acts() -> None:
    assert hhi_unbiased([3, 1]) == pytest.approx(6 / 12)
    assert hhi_unbiased([1, 1, 1]) == 0
    assert hhi_unbiased([5, 0]) == 1


CONSTELLATIONS = {  # Golosov 2010, table 1; the shares of G are a reconstruction
    "A": ([0.75, 0.25], 1.60, 1.33),
    "B": ([0.75, 0.1] + 15 * [0.01], 1.74, 1.42),
    "C": ([0.55, 0.45], 1.98, 1.82),
    "D": ([0.55] + 3 * [0.1] + 15 * [0.01], 2.99, 2.24),
    "E": ([0.35, 0.35, 0.3], 2.99, 2.90),
    "F": ([0.35] + 5 * [0.1] + 15 * [0.01], 5.75, 4.49),
    "G": (6 * [0.15] + [0.1], 6.90, 6.89),
    "H": ([0.15] + 7 * [0.1] + 15 * [0.01], 10.64, 11.85),
}


@pytest.mark.parametrize(("parts", "laakso", "golosovs"), CONSTELLATIONS.values(), ids=CONSTELLATIONS)
def test_effective_numbers_of_golosov(parts: list[float], laakso: float, golosovs: float) -> None:
    assert effective_number(parts) == pytest.approx(laakso, abs=0.00501)
    assert golosov(parts) == pytest.approx(golosovs, abs=0.00501)


def test_absence_factor_of_chaoss() -> None:
    assert absence_factor([1000, 202, 90, 33, 332, 343, 42, 433]) == 2
    assert absence_factor([12.5] * 8) == 4  # a share that reaches 50 % is enough
    assert absence_factor([50] + [10] * 5) == 1
    assert absence_factor([0.1] * 10) == 5  # decimals that do not sum exactly are still a tie


def test_gini() -> None:
    assert gini([1, 3, 2, 1, 1, 1, 4]) == pytest.approx(0.3076923, abs=5e-8)  # R phylotools
    assert gini([1000, 2000, 3000, 4000, 5000]) == pytest.approx(0.2667, abs=5e-5)  # R SciencesPo
    incomes = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]  # R acid, raw as PySAL
    assert gini(incomes) == pytest.approx(0.4620911, abs=5e-8)
    assert gini(incomes, corrected=True) == pytest.approx(0.5134346, abs=5e-8)
    assert gini([0, 0, 9]) == pytest.approx(2 / 3)
    assert gini([0, 0, 9], corrected=True) == 1


def test_theil_splits_the_imbalance_between_and_within_lieux() -> None:
    split = theil({"A": [70, 10], "B": [8, 6], "C": [4, 2]})
    assert split.total == pytest.approx(0.7340, abs=5e-5)
    assert split.between == pytest.approx(0.4760, abs=5e-5)
    assert split.within == pytest.approx(0.2579, abs=5e-5)
    assert split.parts["A"] == pytest.approx(0.2531, abs=5e-5)
    assert round(split.between / split.total, 2) == 0.65


MEXICO = Path(__file__).with_name("mexico.csv")  # libpysal 4.12.1, BSD: mexico.csv, regions of hanson98


@pytest.mark.parametrize(
    ("year", "total"),
    [
        ("1940", 0.20894344),
        ("1950", 0.15222451),
        ("1960", 0.10472941),
        ("1970", 0.10194725),
        ("1980", 0.09560113),
        ("1990", 0.10511256),
        ("2000", 0.10660832),
    ],
)
def test_theil_of_the_mexican_states(year: str, total: float) -> None:
    regions: dict[str, list[float]] = {}
    for state in csv.DictReader(MEXICO.read_text().splitlines()):
        regions.setdefault(state["region"], []).append(float(state[year]))
    split = theil(regions)
    assert sum(map(len, regions.values())) == 32
    assert split.total == pytest.approx(total, abs=1e-8)  # PySAL inequality 1.1.2, docstrings
    if year == "1940":
        assert split.between == pytest.approx(0.0345889, abs=5e-8)
        assert split.within == pytest.approx(0.17435454, abs=1e-8)


def test_theil_with_capacity_tells_overload_from_dependence() -> None:
    work = {"paid": [60], "volunteers": [3, 4, 5, 6, 8]}
    room = {"paid": [140], "volunteers": [8] * 5}
    assert theil(work).total == pytest.approx(0.709, abs=5e-4)
    assert theil(work, room).total == pytest.approx(0.034, abs=5e-4)
    assert theil(work, work).total == 0
    assert theil({"A": [2], "B": [1]}, {"B": [1], "A": [2]}).total == 0  # lieux match by name


def test_theil_when_somebody_without_capacity_works() -> None:
    split = theil({"A": [1, 1], "B": [2]}, {"A": [0, 2], "B": [2]})
    assert split.total == split.within == split.parts["A"] == math.inf
    assert split.between == pytest.approx(0)
    assert theil({"A": [1], "B": [1]}, {"A": [0], "B": [1]}).between == math.inf


def test_kish_of_one_long_act_and_ten_short_ones() -> None:
    assert kish([40] + [1] * 10) == pytest.approx(1.55, abs=0.005)
    assert top_share([40] + [1] * 10) == 0.8
    assert kish([0.1] * 6) == 6


def test_hoover_is_the_part_to_move() -> None:
    assert hoover([50, 50], [3, 1]) == 0.25
    assert hoover([1, 0], [0, 7]) == 1
    assert hoover([2, 4, 6], [1, 2, 3]) == 0
    assert hoover([0, 0], [1, 2]) == 0


@pytest.mark.parametrize(
    ("functions", "expected"),
    [
        ({}, 0),
        ({"bus": ["Zoé"]}, 1),
        ({"bus": [], "accounts": []}, 0),
        ({"bus": ["Zoé"], "accounts": ["Zoé"], "welcome": ["Ali"]}, 1),
        ({"bus": ["Zoé"], "accounts": ["Ali"]}, 2),  # one of two is not more than half
        ({"bus": ["Zoé", "Ali"], "accounts": ["Zoé", "Ali"], "welcome": ["Eve", "Lou", "Max"]}, 2),
        ({str(i): ["Zoé"] for i in range(60)}, 1),
    ],
)
def test_truck_factor(functions: dict[str, list[str]], expected: int) -> None:
    assert truck_factor(functions) == expected


FLORENCE = """Acciaiuoli-Medici Castellani-Peruzzi Castellani-Strozzi Castellani-Barbadori Medici-Barbadori
Medici-Ridolfi Medici-Tornabuoni Medici-Albizzi Medici-Salviati Salviati-Pazzi Peruzzi-Strozzi
Peruzzi-Bischeri Strozzi-Ridolfi Strozzi-Bischeri Ridolfi-Tornabuoni Tornabuoni-Guadagni Albizzi-Ginori
Albizzi-Guadagni Bischeri-Guadagni Guadagni-Lamberteschi"""  # Padgett & Ansell 1993, marriages


def test_cut_vertices_of_florence() -> None:
    cuts = cut_vertices(tuple(pair.split("-")) for pair in FLORENCE.split())  # type: ignore[misc]
    assert sorted(cuts) == ["Albizzi", "Guadagni", "Medici", "Salviati"]
    assert ["Pazzi", "Salviati"] in cuts["Medici"]
    assert ["Acciaiuoli"] in cuts["Medici"]
    assert len(cuts["Medici"]) == 3


KARATE = """1: 2 3 4 5 6 7 8 9 11 12 13 14 18 20 22 32; 2: 3 4 8 14 18 20 22 31; 3: 4 8 9 10 14 28 29 33; 4: 8 13 14
5: 7 11; 6: 7 11 17; 7: 17; 9: 31 33 34; 10: 34; 14: 34; 15: 33 34; 16: 33 34; 19: 33 34; 20: 34; 21: 33 34
23: 33 34; 24: 26 28 30 33 34; 25: 26 28 32; 26: 32; 27: 30 34; 28: 34; 29: 32 34; 30: 33 34; 31: 33 34
32: 33 34; 33: 34"""  # Zachary 1977


def test_betweenness_of_a_karate_club_and_of_florence() -> None:
    rows = [row.split(":") for row in KARATE.replace("\n", ";").split(";")]
    links = [(member.strip(), friend) for member, friends in rows for friend in friends.split()]
    assert len(links) == 78
    club = betweenness(links)
    for member, expected in (("1", 0.437635), ("34", 0.304075), ("33", 0.145247)):
        assert club[member] == pytest.approx(expected, abs=5e-7)
    florence = betweenness(tuple(pair.split("-")) for pair in FLORENCE.split())  # type: ignore[misc]
    assert florence["Medici"] == pytest.approx(0.521978, abs=5e-7)


def test_betweenness_of_small_graphs() -> None:
    assert betweenness([]) == {}
    assert betweenness([("a", "b")]) == {"a": 0, "b": 0}
    assert betweenness([("a", "x"), ("b", "x"), ("b", "b")]) == {"a": 0, "b": 0, "x": 1}


def test_cut_vertices_of_small_graphs() -> None:
    assert cut_vertices([]) == {}
    assert cut_vertices([("a", "a"), ("a", "b")]) == {}
    assert cut_vertices([("a", "b"), ("b", "c"), ("c", "a")]) == {}
    assert cut_vertices([("a", "x"), ("b", "x"), ("d", "e")]) == {"x": [["a"], ["b"]]}


def test_rotation_debt_counts_only_the_turns_one_could_take() -> None:
    turns = [("A", "ABC"), ("A", "ABC"), ("B", "ABC"), ("A", "AB")]
    assert rotation_debt(turns) == {"A": Fraction(3, 2), "B": Fraction(-1, 2), "C": Fraction(-1)}
    assert rotation_debt([("A", "ABC")] * 3 + [("B", "ABC")] * 3)["C"] == -2
    assert rotation_debt([("A", [])]) == {"A": 0}


def test_quorum_risk() -> None:
    assert quorum_risk([0.5] * 5, 3) == 0.5
    assert quorum_risk([0.9, 0.8], 2) == pytest.approx(1 - 0.72)
    assert quorum_risk([], 0) == 0
    assert quorum_risk([], 1) == 1
    assert quorum_risk([1.0, 0.0], 1) == 0
    assert quorum_risk([0.3], 5) == pytest.approx(1)


# --- Voting power


SECURITY_COUNCIL = [7] * 5 + [1] * 10
EEC_1958 = [4, 4, 4, 2, 2, 1]


@pytest.mark.parametrize(
    ("quota", "weights", "expected"),
    [
        (36, [20, 17, 16, 3], [5, 3, 3, 1]),  # Lippman, Math in Society
        (65, [47, 46, 17, 16, 2], [9, 7, 5, 3, 3]),  # Scottish Parliament, Lumen
        (337, [294, 252, 49, 47, 30], [12, 4, 4, 4, 0]),  # Bundestag 1994, MathSource 3592
        (39, SECURITY_COUNCIL, [848] * 5 + [84] * 10),
    ],
)
def test_swings(quota: int, weights: list[int], expected: list[int]) -> None:
    assert swings(quota, weights) == expected


@pytest.mark.parametrize(
    ("quota", "weights", "expected"),
    [
        (4, [3, 2, 1], [Fraction(3, 5), Fraction(1, 5), Fraction(1, 5)]),
        (6, [4, 3, 2, 1], [Fraction(5, 12), Fraction(3, 12), Fraction(3, 12), Fraction(1, 12)]),  # Straffin
        (6, [4, 3, 2], [Fraction(3, 5), Fraction(1, 5), Fraction(1, 5)]),  # powerindex
        (12, EEC_1958, [Fraction(5, 21)] * 3 + [Fraction(3, 21)] * 2 + [Fraction(0)]),
        (5, [5, 3, 3], [Fraction(3, 5), Fraction(1, 5), Fraction(1, 5)]),  # a quota below half
        (
            51,
            [50, 25, 25],
            [Fraction(3, 5), Fraction(1, 5), Fraction(1, 5)],
        ),  # three colleges: a 50 % cap still gives a veto
        (Fraction(101, 2), [50, 25, 25], [Fraction(3, 5), Fraction(1, 5), Fraction(1, 5)]),
    ],
)
def test_banzhaf(quota: int | Fraction, weights: list[int], expected: list[Fraction]) -> None:
    assert banzhaf(quota, weights) == expected


@pytest.mark.parametrize(
    ("quota", "weights", "expected"),
    [
        (4, [3, 2, 1], [Fraction(4, 6), Fraction(1, 6), Fraction(1, 6)]),
        (6, [4, 3, 2], [Fraction(4, 6), Fraction(1, 6), Fraction(1, 6)]),  # powerindex
        (36, [20, 17, 15], [Fraction(1, 2), Fraction(1, 2), Fraction(0)]),
        (12, EEC_1958, [Fraction(14, 60)] * 3 + [Fraction(9, 60)] * 2 + [Fraction(0)]),
        (39, SECURITY_COUNCIL, [Fraction(421, 2145)] * 5 + [Fraction(4, 2145)] * 10),
    ],
)
def test_shapley_shubik(quota: int, weights: list[int], expected: list[Fraction]) -> None:
    assert shapley_shubik(quota, weights) == expected


@pytest.mark.parametrize(("quota", "weights"), [(39, SECURITY_COUNCIL), (12, EEC_1958), (4, [3, 2, 1])])
def test_members_counted_by_classes_have_what_each_has(quota: int, weights: list[int]) -> None:
    kinds = sorted(set(weights), reverse=True)
    found = class_power(
        [weights.count(kind) for kind in kinds],
        lambda counts: sum(kind * count for kind, count in zip(kinds, counts, strict=True)) >= quota,
    )
    for kind, power, pivot in zip(kinds, found.banzhaf, found.shapley_shubik, strict=True):
        assert power == banzhaf(quota, weights)[weights.index(kind)]
        assert pivot == shapley_shubik(quota, weights)[weights.index(kind)]
    assert found.power_to_act == coleman_power_to_act(quota, weights)


def test_coleman_compares_rules() -> None:
    assert coleman_power_to_act(5, [1] * 5) == Fraction(1, 32)  # consent
    assert coleman_power_to_act(3, [1] * 5) == Fraction(1, 2)  # majority
    assert coleman_power_to_act(12, EEC_1958) == Fraction(14, 64)


def test_rules_where_nothing_can_win_or_lose() -> None:
    for quota in (4, 0):
        assert banzhaf(quota, [1, 2]) == shapley_shubik(quota, [1, 2]) == [0, 0]
    assert coleman_power_to_act(4, [1, 2]) == 0
    assert coleman_power_to_act(0, [1, 2]) == 1
    assert banzhaf(1, []) == shapley_shubik(1, []) == []
    assert banzhaf(1, [1]) == shapley_shubik(1, [1]) == [1]


# --- Empty, idle, alone, wrong


@pytest.mark.parametrize("measure", ROSTER_MEASURES)
def test_empty_or_idle_measures_zero(measure: Measure) -> None:
    assert measure([]) == 0
    assert measure([0, 0, 0]) == 0


@pytest.mark.parametrize("measure", [hhi_normalised, gini])
def test_alone_is_not_unequal(measure: Measure) -> None:
    assert measure([7]) == 0


@pytest.mark.parametrize("measure", [top_share, hhi, effective_number, golosov, absence_factor])
def test_alone_carries_everything(measure: Measure) -> None:
    assert measure([7]) == 1


@pytest.mark.parametrize("groups", [{}, {"A": []}, {"A": [0, 0], "B": [0]}, {"A": [3]}])
def test_theil_of_nobody_idle_or_alone(groups: dict[str, list[float]]) -> None:
    split = theil(groups)
    assert (split.total, split.between, split.within) == (0, 0, 0)


def test_nothing_to_compare_measures_zero() -> None:
    assert shares([]) == []
    assert hoover([], []) == 0
    assert rotation_debt([]) == {}
    assert hhi_unbiased([]) == hhi_unbiased([1]) == hhi_unbiased([0, 0]) == 0
    assert gini([], corrected=True) == gini([1], corrected=True) == 0


@pytest.mark.parametrize("wrong", [-1, math.nan, math.inf])
def test_impossible_amounts_are_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="amounts"):
        shares([1, wrong])


def test_mismatched_rosters_and_rules_are_refused() -> None:
    with pytest.raises(ValueError, match="same members"):
        hoover([1], [1, 2])
    with pytest.raises(ValueError, match="same members"):
        theil({"A": [1, 2]}, {"A": [1]})
    with pytest.raises(ValueError, match="between 0 and 1"):
        quorum_risk([1.2], 1)
    with pytest.raises(ValueError, match="negative"):
        banzhaf(1, [-1, 2])


# --- Properties


@given(working)
def test_ranges(work: list[float]) -> None:
    n, slack = len(work), 1e-9
    assert math.fsum(shares(work)) == pytest.approx(1)
    assert 1 / n - slack <= top_share(work) <= 1
    assert min(3, n) / n - slack <= concentration_ratio(work) <= 1 + slack
    assert 1 <= absence_factor(work) <= math.ceil(n / 2)
    assert 1 / n - slack <= hhi(work) <= 1 + slack
    assert 0 <= hhi_normalised(work) <= 1 + slack
    assert 0 <= gini(work) <= 1 - 1 / n + slack
    assert 0 <= gini(work, corrected=True) <= 1 + slack


@given(working)
def test_effective_numbers_stay_between_one_and_those_who_work(work: list[float]) -> None:
    active = sum(1 for amount in work if amount)
    for measure in (effective_number, golosov):
        assert 1 - 1e-9 <= measure(work) <= active + 1e-9
    assert 1 / top_share(work) - 1e-9 <= effective_number(work) <= 1 / top_share(work) ** 2 + 1e-9


@given(st.integers(1, 25), st.floats(0.5, 100))
def test_equal_members_are_as_many_as_they_are(n: int, amount: float) -> None:
    work = [amount] * n
    assert effective_number(work) == n == pytest.approx(golosov(work))
    assert gini(work) == pytest.approx(0)
    assert hhi_normalised(work) == pytest.approx(0)
    assert absence_factor(work) == math.ceil(n / 2)


@given(rosters, st.randoms(use_true_random=False))
def test_order_changes_no_digit(work: list[float], rng: random.Random) -> None:
    shuffled = rng.sample(work, len(work))
    for measure in ROSTER_MEASURES:
        assert measure(shuffled) == measure(work)


@given(working, st.sampled_from([0.5, 2.0, 1024.0]))
def test_the_unit_does_not_matter(work: list[float], unit: float) -> None:
    for measure in ROSTER_MEASURES:
        assert measure([amount * unit for amount in work]) == measure(work)


@given(lieux)
def test_theil_split_is_exact(groups: dict[str, list[float]]) -> None:
    split = theil(groups)
    members = sum(len(work) for work in groups.values())
    assert split.total == pytest.approx(split.between + split.within, abs=1e-12)
    assert split.within == pytest.approx(math.fsum(split.parts.values()), abs=1e-12)
    assert min(split.between, split.within, *split.parts.values(), 0) == 0
    assert split.total <= math.log(max(members, 1)) + 1e-12


@given(lieux, st.data())
def test_theil_split_is_exact_with_capacity(groups: dict[str, list[float]], data: st.DataObject) -> None:
    room = {
        lieu: data.draw(st.lists(st.floats(1, 200), min_size=len(work), max_size=len(work)))
        for lieu, work in groups.items()
    }
    split = theil(groups, room)
    assert split.total == pytest.approx(split.between + split.within, abs=1e-12)


@given(st.lists(st.tuples(hours, hours), min_size=1, max_size=10))
def test_hoover_is_symmetric_and_bounded(pairs: list[tuple[float, float]]) -> None:
    money, work = [a for a, _ in pairs], [b for _, b in pairs]
    assert hoover(money, work) == hoover(work, money)
    assert 0 <= hoover(money, work) <= 1 + 1e-12
    assert hoover(money, money) == 0


@given(st.lists(st.tuples(st.sampled_from("ABCDEF"), st.sets(st.sampled_from("ABCDEF")))))
def test_rotation_debts_sum_to_zero(turns: list[tuple[str, set[str]]]) -> None:
    assert sum(rotation_debt(turns).values()) == 0


@given(st.integers(2, 7), st.integers(1, 40))
def test_letting_the_lowest_debt_host_keeps_debts_small(n: int, turns: int) -> None:
    lieux = "ABCDEFG"[:n]
    held: list[tuple[str, str]] = []
    for _ in range(turns):
        debts = rotation_debt(held)
        held.append((min(lieux, key=lambda lieu: debts.get(lieu, 0)), lieux))
    assert max(abs(debt) for debt in rotation_debt(held).values()) <= Fraction(n - 1, 2)


@given(st.dictionaries(st.integers(0, 5).map(str), st.sets(st.sampled_from("abcdef")), max_size=6))
def test_truck_factor_is_the_smallest_fatal_absence(functions: dict[str, set[str]]) -> None:
    def fatal(k: int) -> bool:
        absences = (set(gone) for gone in itertools.combinations("abcdef", k))
        return any(2 * sum(h <= gone for h in functions.values()) > len(functions) for gone in absences)

    expected = next(k for k in range(7) if fatal(k)) if functions else 0
    assert truck_factor(functions) == expected
    twins = {f"{name}{copy}": held for name, held in functions.items() for copy in range(7)}
    assert truck_factor(twins) == expected  # many functions, few people: the other search


@given(st.lists(st.floats(0, 1), max_size=8), st.integers(-1, 9))
def test_quorum_risk_sums_the_possible_meetings(chances: list[float], quorum: int) -> None:
    meetings = itertools.product([0, 1], repeat=len(chances))
    expected = math.fsum(
        math.prod(p if here else 1 - p for p, here in zip(chances, presence, strict=True))
        for presence in meetings
        if sum(presence) < quorum
    )
    assert quorum_risk(chances, quorum) == pytest.approx(expected, abs=1e-12)


@given(st.integers(-1, 30), st.lists(st.integers(0, 6), max_size=7))
def test_voting_power_equals_plain_enumeration(quota: int, weights: list[int]) -> None:
    n = len(weights)
    everyone = [set(c) for size in range(n + 1) for c in itertools.combinations(range(n), size)]

    def wins(coalition: set[int]) -> bool:
        return sum(weights[i] for i in coalition) >= quota

    assert swings(quota, weights) == [
        sum(wins(c) and not wins(c - {i}) for c in everyone if i in c) for i in range(n)
    ]
    assert coleman_power_to_act(quota, weights) == Fraction(sum(map(wins, everyone)), 2**n)
    decidable = wins(set(range(n))) and not wins(set())
    assert sum(banzhaf(quota, weights)) == sum(shapley_shubik(quota, weights)) == int(decidable)


@given(st.integers(1, 15), st.lists(st.integers(0, 6), min_size=1, max_size=5))
def test_shapley_shubik_counts_pivots_in_every_order(quota: int, weights: list[int]) -> None:
    pivots = [0] * len(weights)
    for order in itertools.permutations(range(len(weights))):
        reached = list(itertools.accumulate(weights[i] for i in order))
        if reached[-1] >= quota:
            pivots[order[next(k for k, total in enumerate(reached) if total >= quota)]] += 1
    assert shapley_shubik(quota, weights) == [Fraction(p, math.factorial(len(weights))) for p in pivots]
