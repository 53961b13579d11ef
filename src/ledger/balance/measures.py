"""Measures of balance: pure functions from numbers to numbers, standard library only.

Owns the arithmetic and no threshold. `work` is always what each member of the *whole* roster did (hours,
acts, euros), zeros included, in any one unit; n is the roster's size and p the shares. Sums use `math.fsum`
and voting power and rotation use `Fraction`, so that a replay gives the same digits in any order of events.
An empty roster, or one where nobody did anything, measures 0. A negative amount raises ValueError.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate, combinations, product
from typing import NamedTuple

Weight = int | Fraction


# --- Shares: who carries how much


def shares(work: Iterable[float]) -> list[float]:
    """Part of the total that each member carries, in the order given.

    Formula: p = x / Σx. Range 0 to 1, sum 1; all 0 when nobody did anything.

    Raises:
        ValueError: An amount is negative, infinite or not a number.
    """
    amounts = list(work)
    if not all(0 <= amount < math.inf for amount in amounts):
        raise ValueError("amounts of work must be finite and not negative")
    total = math.fsum(amounts)
    return [amount / total if total else 0.0 for amount in amounts]


def concentration_ratio(work: Iterable[float], k: int = 3) -> float:
    """Share of the k largest together (CR3 by default).

    Formula: sum of the k largest p. Range min(k, n)/n to 1.
    """
    return math.fsum(sorted(shares(work), reverse=True)[: max(k, 0)])


def top_share(work: Iterable[float]) -> float:
    """Share of the largest (CR1). Formula: max p. Range 1/n to 1. Source: Berger & Parker 1970."""
    return max(shares(work), default=0.0)


def absence_factor(work: Iterable[float]) -> int:
    """Fewest members who together reach half of the work.

    Over people this is the CHAOSS Contributor Absence Factor, over lieux the Elephant Factor.
    Formula: smallest k whose cumulated share reaches (>=) 1/2. Range 1 to ⌈n/2⌉ members.
    Source: CHAOSS, contributor-absence-factor.md and elephant-factor.md (eight equal shares give 4).
    """
    half = 0.5 - 1e-12  # a tie written in decimals (0.1 + 0.4) must still count as a tie
    cumulated = accumulate(sorted(shares(work), reverse=True))
    return next((k for k, reached in enumerate(cumulated, start=1) if reached >= half), 0)


# --- Concentration: one number for the whole roster


def hhi(work: Iterable[float]) -> float:
    """Herfindahl–Hirschman index; multiply by 10,000 for the antitrust scale.

    Formula: Σp². Range 1/n to 1: the floor depends on n, so no fixed threshold suits a small roster.
    Source: Hirschman 1945, Herfindahl 1950.
    """
    return math.fsum(share * share for share in shares(work))


def hhi_normalised(work: Iterable[float]) -> float:
    """HHI with the floor removed. Formula: (H − 1/n)/(1 − 1/n). Range 0 to 1; a lone member measures 0."""
    parts = shares(work)
    floor = 1 / max(len(parts), 1)
    return max(0.0, (hhi(parts) - floor) / (1 - floor)) if floor < 1 else 0.0


def hhi_unbiased(counts: Iterable[int]) -> float:
    """HHI without its upward bias when the acts are few.

    Formula: Σc(c−1) / m(m−1), with c the acts of a member and m their sum. Range 0 to 1; 0 when m < 2.
    Source: Simpson 1949.
    """
    acts = list(counts)
    m = sum(acts)
    return sum(c * (c - 1) for c in acts) / (m * (m - 1)) if m > 1 else 0.0


def effective_number(work: Iterable[float]) -> float:
    """Equal members who would give the same concentration: "as if 2.1 people carried everything".

    Formula: 1/Σp². Range 1 to n members. Source: Laakso & Taagepera 1979; Hill number of order 2.
    """
    parts = shares(work)
    top = max(parts, default=0.0)
    if not top:
        return 0.0
    scaled = [share / top for share in parts]  # so that six equal acts are six, not 5.999999999999999
    return math.fsum(scaled) ** 2 / math.fsum(part * part for part in scaled)


def kish(weights: Iterable[float]) -> float:
    """Effective number of acts: one long act beside ten short ones proves little more than one act.

    Formula: (Σw)²/Σw², the effective number applied to acts. Range 1 to their count. Source: Kish 1965.
    """
    return effective_number(weights)


def golosov(work: Iterable[float]) -> float:
    """Effective number that stays low when one member dominates.

    Formula: Σ p/(p + p₁² − p²), p₁ the largest. Range 1 to n members. Source: Golosov 2010.
    """
    parts = [share for share in shares(work) if share]
    top = max(parts, default=0.0)
    return math.fsum(share / (share + top * top - share * share) for share in parts)


def gini(work: Iterable[float], *, corrected: bool = False) -> float:
    """Gini coefficient of inequality.

    Formula: Σ(2i−n−1)p₍ᵢ₎ / n, p ascending; corrected, × n/(n−1). Range 0 to 1−1/n raw, 0 to 1 corrected;
    a lone member measures 0. Source: Gini 1912; correction Deltas 2003.
    """
    parts = sorted(shares(work))
    n = len(parts)
    if n < 2:
        return 0.0
    spread = math.fsum((2 * rank - n - 1) * share for rank, share in enumerate(parts, start=1))
    return max(0.0, spread / (n - 1 if corrected else n))


def hoover(money: Sequence[float], work: Sequence[float]) -> float:
    """Part of the money that would have to move to be proportional to the work.

    Formula: ½ Σ|share of money − share of work|. Range 0 to 1; 0 when either total is 0.
    Source: Hoover 1936.

    Raises:
        ValueError: The two do not describe the same members.
    """
    if len(money) != len(work):
        raise ValueError("money and work must list the same members")
    if not any(money) or not any(work):
        return 0.0
    return math.fsum(abs(a - b) for a, b in zip(shares(money), shares(work), strict=True)) / 2


# --- Theil: between lieux, and inside each


class Theil(NamedTuple):
    """An exact split: total = between + within, and within = the sum of `parts`.

    Attributes:
        total: Imbalance over all members, in nats.
        between: What remains when each lieu is one block, in nats.
        within: What happens inside the lieux, in nats.
        parts: Contribution of each lieu to `within`, its share included.
    """

    total: float
    between: float
    within: float
    parts: dict[str, float]


def theil(
    groups: Mapping[str, Sequence[float]], capacity: Mapping[str, Sequence[float]] | None = None
) -> Theil:
    """Theil's T of members grouped by lieu, split between and within lieux.

    Formula: Σ p ln(p/c), c the share of capacity, 1/n unless given; between compares the lieux, within is
    Σ (share of lieu × its own T). Range 0 to ln n nats without capacity; infinite when somebody works
    with a declared capacity of 0. Source: Theil 1967; with capacity, Kullback & Leibler 1951.

    Args:
        groups: Work of each member, by lieu.
        capacity: Capacity of the same members in the same order, by lieu; equal when absent.

    Raises:
        ValueError: `capacity` does not describe the same members, or an amount is negative.
    """
    room = capacity if capacity is not None else {lieu: [1.0] * len(work) for lieu, work in groups.items()}
    if {lieu: len(work) for lieu, work in groups.items()} != {lieu: len(c) for lieu, c in room.items()}:
        raise ValueError("capacity must list the same members as the work")
    sums = [math.fsum(work) for work in groups.values()]
    everyone = [amount for work in groups.values() for amount in work]
    all_room = [amount for lieu in groups for amount in room[lieu]]
    parts = {
        lieu: share * _divergence(work, room[lieu]) if share else 0.0
        for share, (lieu, work) in zip(shares(sums), groups.items(), strict=True)
    }
    return Theil(
        total=_divergence(everyone, all_room),
        between=_divergence(sums, [math.fsum(room[lieu]) for lieu in groups]),
        within=math.fsum(parts.values()),
        parts=parts,
    )


def _divergence(work: Sequence[float], capacity: Sequence[float]) -> float:
    pairs = [(p, c) for p, c in zip(shares(work), shares(capacity), strict=True) if p]
    if not all(c for _, c in pairs):
        return math.inf
    return max(0.0, math.fsum(p * math.log(p / c) for p, c in pairs))


# --- Who knows, who connects, whose turn, who comes


def truck_factor(functions: Mapping[str, Collection[str]]) -> int:
    """Fewest people whose absence leaves more than half of the functions without a holder.

    Range 1 to the number of people; 0 when most functions have no holder already, or none is declared.
    Exact: searches subsets of the functions or of the people, whichever are fewer; quick up to 20 of either.
    `functions` gives the active holders of each. Source: Avelino et al. 2016 (who search greedily).
    """
    holders = [frozenset(people) for people in functions.values()]
    people = sorted(frozenset().union(*holders))
    majority = len(holders) // 2 + 1
    if len(holders) <= len(people):
        return min((len(frozenset().union(*lost)) for lost in combinations(holders, majority)), default=0)
    absences = (frozenset(gone) for k in range(len(people) + 1) for gone in combinations(people, k))
    return next(len(gone) for gone in absences if sum(held <= gone for held in holders) >= majority)


def cut_vertices(links: Iterable[tuple[str, str]]) -> dict[str, list[list[str]]]:
    """Without whom would some no longer be connected, and who with whom would remain.

    Each cut vertex comes with the pieces that its absence leaves, sorted; empty when nobody is one.
    Links have no direction. Source: Harary 1969, by removing each vertex in turn.
    """
    neighbours: dict[str, set[str]] = {}
    for a, b in links:
        neighbours.setdefault(a, set()).add(b)
        neighbours.setdefault(b, set()).add(a)
    cuts = {vertex: _pieces(neighbours, vertex) for vertex in sorted(neighbours)}
    return {vertex: pieces for vertex, pieces in cuts.items() if len(pieces) > 1}


def _pieces(neighbours: Mapping[str, set[str]], removed: str) -> list[list[str]]:
    """Components that hold a neighbour of `removed` once it is gone."""
    seen = {removed}
    pieces = []
    for start in sorted(neighbours[removed]):
        piece, frontier = set[str](), {start} - seen
        while frontier:
            piece |= frontier
            frontier = set().union(*(neighbours[v] for v in frontier)) - piece - seen
        seen |= piece
        if piece:
            pieces.append(sorted(piece))
    return pieces


def betweenness(links: Iterable[tuple[str, str]]) -> dict[str, float]:
    """How often each vertex lies on the shortest ways between two others.

    Formula: Σ (shortest paths through v ÷ shortest paths), over all pairs without v, ÷ their number. Range 0
    to 1; links have no direction. Unstable below some twenty vertices: what a report says is the cut vertex.
    Source: Freeman 1977, computed as Brandes 2001.
    """
    neighbours: dict[str, set[str]] = {}
    for a, b in links:
        neighbours.setdefault(a, set()).add(b)
        neighbours.setdefault(b, set()).add(a)
    found = dict.fromkeys(sorted(neighbours), 0.0)
    for source in found:
        order, paths, before = _shortest_ways(neighbours, source)
        through = dict.fromkeys(order, 0.0)
        for vertex in reversed(order):
            for nearer in before[vertex]:
                through[nearer] += paths[nearer] / paths[vertex] * (1 + through[vertex])
            if vertex != source:
                found[vertex] += through[vertex]
    pairs = (len(found) - 1) * (len(found) - 2)  # each pair is met from both its ends
    return {vertex: total / pairs if pairs > 0 else 0.0 for vertex, total in found.items()}


def _shortest_ways(
    neighbours: Mapping[str, set[str]], source: str
) -> tuple[list[str], dict[str, int], dict[str, list[str]]]:
    """Vertices by their distance from a source, the number of shortest ways to each, and their last steps."""
    distance, paths, before = {source: 0}, Counter({source: 1}), {source: list[str]()}
    order = [source]
    for vertex in order:
        for other in sorted(neighbours[vertex] - {vertex}):
            if other not in distance:
                distance[other], before[other] = distance[vertex] + 1, []
                order.append(other)
            if distance[other] == distance[vertex] + 1:
                paths[other] += paths[vertex]
                before[other].append(vertex)
    return order, paths, before


def rotation_debt(turns: Iterable[tuple[str, Collection[str]]]) -> dict[str, Fraction]:
    """Count the turns each lieu hosted beyond (+) or below (−) its part; the next host is the lowest.

    Formula: hosted − Σ 1/(eligible lieux), over the turns for which the lieu was eligible. Exact; sum 0.
    `turns` gives host and eligible lieux; the host counts as eligible, since it did host.
    Source: Fagin & Williams 1983; Tijdeman 1980 shows that every |debt| can stay ≤ 1 − 1/(2n−2).
    """
    hosted: Counter[str] = Counter()
    due: dict[str, Counter[int]] = {}  # how many turns among so many lieux: whole numbers are fast to add
    for host, others in turns:
        hosted[host] += 1
        eligible = {host, *others}
        for lieu in eligible:
            due.setdefault(lieu, Counter())[len(eligible)] += 1
    return {
        lieu: hosted[lieu] - sum((Fraction(count, among) for among, count in parts.items()), Fraction(0))
        for lieu, parts in sorted(due.items())
    }


def quorum_risk(chances: Iterable[float], quorum: int) -> float:
    """Probability that fewer than `quorum` come, each independently with their own chance.

    Formula: lower tail of the Poisson-binomial, by dynamic programming. Range 0 to 1; 0 when the quorum
    is 0, 1 when it exceeds the roster. Source: Chen & Liu 1997.

    Raises:
        ValueError: A chance is not between 0 and 1.
    """
    present = [1.0]  # present[k]: probability that exactly k of those seen so far come
    for chance in chances:
        if not 0 <= chance <= 1:
            raise ValueError("a chance of attending is between 0 and 1")
        stay, come = [p * (1 - chance) for p in present], [p * chance for p in present]
        present = [a + b for a, b in zip([*stay, 0.0], [0.0, *come], strict=True)]
    return min(1.0, math.fsum(present[: max(quorum, 0)]))


# --- Voting power: a coalition wins when its weights reach (>=) the quota


def swings(quota: Weight, weights: Sequence[Weight]) -> list[int]:
    """Coalitions of the others that lose without each member and win with them.

    Range 0 to 2ⁿ⁻¹ coalitions; all 0 when nothing can win (quota above the total) or lose (quota ≤ 0).
    Right for quotas of half or less too, where two coalitions may win at once.

    Raises:
        ValueError: A weight is negative.
    """
    return [sum(pivots.values()) for pivots in _pivots(quota, weights)]


def banzhaf(quota: Weight, weights: Sequence[Weight]) -> list[Fraction]:
    """Share of all swings. Range 0 to 1, sum 1 (all 0 without swings). Source: Banzhaf 1965."""
    counts = swings(quota, weights)
    return [Fraction(count, max(sum(counts), 1)) for count in counts]


def shapley_shubik(quota: Weight, weights: Sequence[Weight]) -> list[Fraction]:
    """Share of the orders of arrival in which each member is the one who makes the coalition win.

    Formula: Σ s!(n−s−1)!/n! over swings of size s. Range 0 to 1, sum 1 (all 0 without swings).
    Source: Shapley & Shubik 1954.
    """
    n = len(weights)
    orders = [math.factorial(size) * math.factorial(n - 1 - size) for size in range(n)]
    return [
        Fraction(sum(count * orders[size] for size, count in pivots.items()), math.factorial(n))
        for pivots in _pivots(quota, weights)
    ]


def coleman_power_to_act(quota: Weight, weights: Sequence[Weight]) -> Fraction:
    """How easily the rule lets a body decide: compares rules, forecasts nothing.

    Formula: winning coalitions / 2ⁿ. Range 0 to 1. Source: Coleman 1971.
    """
    winning = sum(count for (_, weight), count in _coalitions(weights).items() if weight >= quota)
    return Fraction(winning, 2 ** len(weights))


class Power(NamedTuple):
    """What a rule gives to each member of the classes of a body.

    Attributes:
        banzhaf, shapley_shubik: of one member of each class, as in the functions of those names.
        veto: whether nothing passes without each member of the class.
        power_to_act: winning coalitions / 2ⁿ (Coleman).
    """

    banzhaf: list[Fraction]
    shapley_shubik: list[Fraction]
    veto: list[bool]
    power_to_act: Fraction


def class_power(sizes: Sequence[int], wins: Callable[[tuple[int, ...]], bool]) -> Power:
    """The voting power under any rule that treats alike the members of a class, such as a college.

    Formula: as `banzhaf`, `shapley_shubik` and `coleman_power_to_act`, with coalitions of equal make-up
    counted together: Π (size + 1) of them instead of 2ⁿ. Exact. Source: Felsenthal & Machover 1998.

    Args:
        sizes: members of each class.
        wins: whether so many members of each class adopt; more members never make it fail.
    """
    n = sum(sizes)
    winning = {counts: wins(counts) for counts in product(*(range(size + 1) for size in sizes))}
    swings, pivots, veto = [0] * len(sizes), [Fraction(0)] * len(sizes), [bool(n)] * len(sizes)
    for counts, won in winning.items():
        for index, (count, size) in enumerate(zip(counts, sizes, strict=True)):
            if not won or not size:
                continue
            veto[index] &= count == size
            less = (*counts[:index], count - 1, *counts[index + 1 :])
            if count and not winning[less]:
                ways = math.comb(size - 1, count - 1) * math.prod(
                    math.comb(other, c)
                    for i, (other, c) in enumerate(zip(sizes, counts, strict=True))
                    if i != index
                )
                swings[index] += ways
                pivots[index] += Fraction(ways, n * math.comb(n - 1, sum(counts) - 1))
    ways_to_win = sum(math.prod(map(math.comb, sizes, counts)) for counts, won in winning.items() if won)
    whole = max(sum(size * count for size, count in zip(sizes, swings, strict=True)), 1)
    return Power(
        [Fraction(count, whole) for count in swings],
        pivots,
        [each and ways_to_win > 0 for each in veto],
        Fraction(ways_to_win, 2**n),
    )


def _pivots(quota: Weight, weights: Sequence[Weight]) -> list[Counter[int]]:
    """For each member, the number of coalitions of the others that they turn, by size."""
    found = []
    for i, own in enumerate(weights):
        pivots = Counter[int]()
        for (size, weight), count in _coalitions([*weights[:i], *weights[i + 1 :]]).items():
            if weight < quota <= weight + own:
                pivots[size] += count
        found.append(pivots)
    return found


def _coalitions(weights: Sequence[Weight]) -> Counter[tuple[int, Weight]]:
    """Count coalitions by (size, weight): far fewer keys than the 2ⁿ coalitions."""
    if any(weight < 0 for weight in weights):
        raise ValueError("voting weights must not be negative")
    counts: Counter[tuple[int, Weight]] = Counter({(0, 0): 1})
    for own in weights:
        counts += Counter({(size + 1, weight + own): count for (size, weight), count in counts.items()})
    return counts
