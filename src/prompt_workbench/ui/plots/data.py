"""What charts show, before anything is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Format: TypeAlias = Callable[[float], str]
"""Writes a number of an axis as a person reads it."""

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis: what it measures, and how its numbers are written. None of them is negative."""

    title: str
    format: Format
    maximum: float | None = None
    """What is measured is never more than this."""

    def tick(self, value: float) -> str:
        """Return the text of a step of the axis; what cannot be measured has none."""
        most = math.inf if self.maximum is None else self.maximum + _ROUNDING
        return self.format(value) if -_ROUNDING <= value <= most else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar; without a value it has a text only."""

    key: str
    label: str
    value: float | None
    text: str
    """The value as a person reads it."""
    series: int = 0
    """Which colour of the theme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line or one layer of stacked bars: x and y of the same length."""

    key: str
    name: str
    x: Sequence[float]
    y: Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One named point of a scatter chart."""

    key: str
    label: str
    x: float
    y: float
    series: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The numbers of a chart in words, for those who do not see it."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def cumulative(key: str, name: str, values: Sequence[float]) -> Series:
    """Return the share of values up to each value: the empirical distribution."""
    ordered = sorted(values)
    count = len(ordered)
    return Series(key=key, name=name, x=ordered, y=[(place + 1) / count for place in range(count)])
