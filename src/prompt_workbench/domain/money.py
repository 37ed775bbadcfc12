"""How an amount of money is written: the same in the window and on the command line."""

from __future__ import annotations

from decimal import Decimal

_ENOUGH_DIGITS = Decimal("0.01")


def dollars(usd: Decimal) -> str:
    """Return US dollars with two digits, or with two significant ones below a cent."""
    if usd == 0:
        return "$0"
    sign, amount = ("−" if usd < 0 else ""), abs(usd)
    if amount >= 1:
        return f"{sign}${amount:,.2f}"
    if amount >= _ENOUGH_DIGITS:
        return f"{sign}${amount:.3f}".removesuffix("0")
    digits = -amount.adjusted() + 1
    return f"{sign}${amount:.{digits}f}"


def price(usd: Decimal) -> str:
    """Return a price with all its digits, at least two: a rounded one would be another one."""
    if usd == 0:
        return "$0"
    exact = usd.normalize()
    digits = len(exact.as_tuple().digits) - 1 - exact.adjusted()
    return f"${exact:,.{max(digits, 2)}f}"
