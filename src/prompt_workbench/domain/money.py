"""How an amount of money is written: the same in the window and on the command line."""

from __future__ import annotations

from decimal import Decimal


def dollars(usd: Decimal) -> str:
    """Return US dollars with two digits, or with as many as show two that are significant.

    No zero is left out at the end, so that the amounts of a column stand below each other.
    """
    if usd == 0:
        return "$0"
    sign, amount = ("−" if usd < 0 else ""), abs(usd)
    first_digit = Decimal(f"{amount:.1e}").adjusted()
    return f"{sign}${amount:,.{max(1 - first_digit, 2)}f}"


def price(usd: Decimal) -> str:
    """Return a price with all its digits, at least two: a rounded one would be another one."""
    if usd == 0:
        return "$0"
    exact = usd.normalize()
    digits = len(exact.as_tuple().digits) - 1 - exact.adjusted()
    return f"${exact:,.{max(digits, 2)}f}"
