"""Numbers as people read them: with their unit, and unknown as a word, never as zero."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from prompt_workbench.domain.money import dollars
from prompt_workbench.domain.money import price as exact_price
from prompt_workbench.domain.usage import Cost, CostSource

UNKNOWN = "unknown"


def money(usd: Decimal | None) -> str:
    """Return an amount in US dollars, or the word for an unknown one."""
    return UNKNOWN if usd is None else dollars(usd)


def money_range(low: Decimal, high: Decimal) -> str:
    """Return two amounts as in ``$0.01–0.03``, or one where both read the same."""
    first, last = money(low), money(high)
    return first if first == last else f"{first}–{last.removeprefix('$')}"


def price(usd: Decimal | None) -> str:
    """Return a price with all its digits, or the word for an unknown one."""
    return UNKNOWN if usd is None else exact_price(usd)


def cost(value: Cost) -> str:
    """Return a cost, with a tilde when it is estimated."""
    mark = "~" if value.source is CostSource.ESTIMATED else ""
    return mark + money(value.usd)


def seconds(value: float | None) -> str:
    """Return a duration: milliseconds below one second, minutes from one on."""
    if value is None:
        return UNKNOWN
    if value < 0.9995:
        return f"{value * 1000:.0f} ms"
    if value < 59.95:
        return f"{value:.2f} s" if value < 9.995 else f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def reckoned(low_s: float, high_s: float | None = None) -> str:
    """Return a duration that is only reckoned, or between which two it is, in whole seconds."""
    longest = low_s if high_s is None else high_s
    if round(longest) == 0:
        return "less than 1 s"
    first, last = _whole_seconds(low_s), _whole_seconds(longest)
    if round(low_s) == 0:
        return f"up to {last}"
    return f"about {first}" if first == last else f"about {first} to {last}"


def _whole_seconds(value: float) -> str:
    whole = round(value)
    return f"{whole} s" if whole < 60 else seconds(whole)


def count(value: int | None) -> str:
    """Return a whole number with thin groups of thousands."""
    return UNKNOWN if value is None else f"{value:,}"


def percent(share: float | None) -> str:
    """Return a share as a percentage without digits; a dash without a verdict."""
    return "–" if share is None else f"{share * 100:.0f} %"


def size(byte_count: int) -> str:
    """Return a file size in the units of the file dialogs."""
    if byte_count < 1_000_000:
        return f"{byte_count / 1000:.0f} kB"
    if byte_count < 1_000_000_000:
        return f"{byte_count / 1_000_000:.0f} MB"
    return f"{byte_count / 1_000_000_000:.1f} GB"


def when(moment: datetime, now: datetime | None = None) -> str:
    """Return a time of today as a time, of this week as a day, else as a date."""
    local = moment.astimezone()
    today = (now or datetime.now(UTC)).astimezone()
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if timedelta() < today - local < timedelta(days=6):
        return f"{local:%a %H:%M}"
    return f"{local:%Y-%m-%d}"
