"""How a payment is shared between conventions, to the cent. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

WHOLE_BP = 10_000


class Share(Protocol):
    """What one convention bears of a payment."""

    @property
    def convention_id(self) -> str: ...
    @property
    def share_bp(self) -> int: ...


class Part(NamedTuple):
    """An amount of a payment, and who bears it: a convention, or nobody known.

    Attributes:
        share_bp: in basis points of the payment.
        position: place of the share, from 0; None for what no share covers.
    """

    convention_id: str | None
    share_bp: int
    amount_cents: int
    position: int | None = None


def parts(amount_cents: int, convention_id: str | None, shares: Sequence[Share]) -> list[Part]:
    """Who bears what of a payment. The parts add up to it, unless more than all of it is claimed.

    Args:
        amount_cents: what was paid.
        convention_id: who bears it whole when there are no shares.
        shares: in basis points; what they leave, nobody known bears.
    """
    if not shares:
        return [Part(convention_id, WHOLE_BP, amount_cents, 0)]
    found = [
        Part(share.convention_id, share.share_bp, cents, position)
        for position, (share, cents) in enumerate(
            zip(shares, split_cents(amount_cents, [s.share_bp for s in shares]), strict=True)
        )
    ]
    left_cents = amount_cents - sum(part.amount_cents for part in found)
    left_bp = WHOLE_BP - sum(part.share_bp for part in found)
    return [*found, Part(None, left_bp, left_cents)] if left_cents > 0 else found


def split_cents(amount_cents: int, shares_bp: Sequence[int]) -> list[int]:
    """Amounts by largest remainder: together, the total share of the amount rounded to the cent."""
    total_cents = round_half_up(amount_cents * sum(shares_bp), WHOLE_BP)
    floors = [amount_cents * share_bp // WHOLE_BP for share_bp in shares_bp]
    first = sorted(range(len(shares_bp)), key=lambda i: (-(amount_cents * shares_bp[i] % WHOLE_BP), i))[
        : total_cents - sum(floors)
    ]
    return [cents + (i in first) for i, cents in enumerate(floors)]


def round_half_up(numerator: int, denominator: int) -> int:
    """A quotient of integers rounded to the nearest, halves away from zero."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def plain_parts(data: dict[str, object]) -> Iterator[Part]:
    """As `parts`, of a stored expense as plain data."""
    shares = [_PlainShare(s["convention_id"], s["share_bp"]) for s in data.get("shares", ())]  # type: ignore[attr-defined]
    yield from parts(data["amount_cents"], data.get("convention_id"), shares)  # type: ignore[arg-type]


class _PlainShare(NamedTuple):
    convention_id: str
    share_bp: int
