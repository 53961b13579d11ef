"""How sure a share is: one rule for every share-based flag.

Owns the act, its merging, and the levels; knows no flag and stores nothing. A share speaks only when enough
acts stand behind it: the posterior is closed-form, so a replay gives the same level, without any sampling.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, NamedTuple, Self

from ledger.balance.measures import kish

Level = Literal["info", "watch", "alert"]

NEEDED_ACTS = 6  # fewer say nothing: 2 acts out of 2 already give P = 0.85
ALERT_ACTS = 10
NEEDED_DATES = 3
LIKELY = 0.80
SURE = 0.95
HALF = 0.5


class Act(NamedTuple):
    """What counts once: ten lines on the same day are not ten proofs.

    Attributes:
        doer: The person, or the lieu when nobody is named.
        when: ISO day, or a period such as 2024-11 when no day is known.
        activity: What was done.
    """

    doer: str
    when: str
    activity: str


class Acts(NamedTuple):
    """Acts once merged, with the weight of each (hours, euros, or 1)."""

    weights: Mapping[Act, float]

    @classmethod
    def merged(cls, entries: Iterable[tuple[Act, float]]) -> Self:
        """Add up the entries of a same act; an act of weight 0 is no evidence and is left out."""
        gathered: dict[Act, list[float]] = {}
        for act, weight in entries:
            gathered.setdefault(act, []).append(weight)
        sums = {act: math.fsum(weights) for act, weights in gathered.items()}
        return cls({act: weight for act, weight in sums.items() if weight})

    def counted(self) -> Self:
        """Let each act weigh 1: for a share of acts rather than of hours."""
        return type(self)(dict.fromkeys(self.weights, 1.0))

    def totals(self, holder: Callable[[Act], str] = lambda act: act.doer) -> dict[str, float]:
        """Weight of each holder: the doer, or for example the doer's lieu."""
        gathered: dict[str, list[float]] = {}
        for act, weight in self.weights.items():
            gathered.setdefault(holder(act), []).append(weight)
        return {name: math.fsum(weights) for name, weights in gathered.items()}

    @property
    def m_eff(self) -> float:
        """Effective number of acts (Kish)."""
        return kish(self.weights.values())

    @property
    def dates(self) -> int:
        """Number of distinct dates."""
        return len({act.when for act in self.weights})


class Judgement(NamedTuple):
    """What may be said of a share, and why.

    Attributes:
        level: None when nothing may be said.
        p_info: P(share > info line); None where that line does not exist (n ≤ 4).
        p: P(share > theta).
        m_eff: Effective number of acts behind the share.
        needed: Effective acts below which the answer is "not enough evidence (4 acts of 6)".
    """

    level: Level | None
    p_info: float | None
    p: float
    m_eff: float
    needed: int = NEEDED_ACTS

    @property
    def enough(self) -> bool:
        """False: say "not enough evidence", never "balanced"."""
        return self.m_eff >= self.needed


def judge(share: float, m_eff: float, n: int, dates: int, theta: float = HALF) -> Judgement:
    """Level of a share, from how sure we are that it exceeds its line.

    info: P(share > max(1/3, 2/n)) > 0.80, 6 effective acts, and that line is below 1/2.
    watch: P(share > theta) > 0.80, 6 effective acts, 3 dates. alert: P > 0.95 and 10 effective acts.

    Args:
        share: Observed share, 0 to 1.
        m_eff: Effective number of acts over the whole roster (`Acts.m_eff`).
        n: Size of the roster.
        dates: Distinct dates of the acts.
        theta: Line for watch and alert: 1/2, or the threshold which the consortium adopted.

    Raises:
        ValueError: As `posterior`.
    """
    line = info_line(n)
    p_info = None if line is None else posterior(share, m_eff, n, line)
    p = posterior(share, m_eff, n, theta)
    level: Level | None = None
    if m_eff >= NEEDED_ACTS:
        if p_info is not None and p_info > LIKELY:
            level = "info"
        if p > LIKELY and dates >= NEEDED_DATES:
            level = "alert" if p > SURE and m_eff >= ALERT_ACTS else "watch"
    return Judgement(level, p_info, p, m_eff)


def info_line(n: int) -> float | None:
    """Share above which a member of n deserves an info: max(1/3, 2/n), or None unless below 1/2."""
    line = max(1 / 3, 2 / n) if n > 0 else HALF
    return line if line < HALF else None


def posterior(share: float, m_eff: float, n: int, theta: float) -> float:
    """P(true share > theta) for one of n members, given its observed share of m_eff effective acts.

    Formula: 1 − I_θ(1/n + k, 1 − 1/n + m − k), k = share × m: Dirichlet prior of total mass 1, spread 1/n.
    Range 0 to 1; 0 for an empty roster, 1 for a lone member who did everything.
    Source: Beta–binomial conjugacy; the prior is Perks 1947.

    Raises:
        ValueError: `share` or `theta` is not between 0 and 1, or `m_eff` is negative.
    """
    if not (0 <= share <= 1 and 0 <= theta <= 1 and 0 <= m_eff < math.inf):
        raise ValueError("share and theta must be between 0 and 1, and acts must not be negative")
    if n < 1:
        return 0.0
    k = share * m_eff
    a, b = 1 / n + k, 1 - 1 / n + m_eff - k
    return 1 - incomplete_beta(a, b, theta) if b > 0 else float(theta < 1)


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Regularised incomplete beta function I_x(a, b), for a, b > 0 and x between 0 and 1.

    Absolute error below 1e-12 for a + b ≤ 1,000 and 1e-11 for a + b ≤ 10,000.
    Source: continued fraction DLMF 8.17.22, evaluated by Lentz's method (Numerical Recipes, 6.4).
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):  # the fraction converges fast on one side only
        return max(0.0, 1 - _lower_tail(b, a, 1 - x))
    return min(1.0, _lower_tail(a, b, x))


def _lower_tail(a: float, b: float, x: float) -> float:
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    fraction, step, j = d, 0.0, 0
    while abs(step - 1) > 1e-14:
        j += 1
        even = j * (b - j) * x / ((a + 2 * j - 1) * (a + 2 * j))
        odd = -(a + j) * (a + b + j) * x / ((a + 2 * j) * (a + 2 * j + 1))
        step = 1.0
        for term in (even, odd):
            d = 1 / (1 + term * d)
            c = 1 + term / c
            step *= c * d
        fraction *= step
    return math.exp(log_front) * fraction / a
