"""Where the names of dots go, so that none covers another or is cut off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_GAP = 8
"""Pixels between the middle of a dot and its name."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    def meets(self, other: Box) -> bool:
        """Whether the two have a place in common."""
        return (
            self.left < other.left + other.width
            and other.left < self.left + self.width
            and self.top < other.top + other.height
            and other.top < self.top + self.height
        )

    def is_within(self, width: float, height: float) -> bool:
        """Whether it lies wholly in an area that begins at 0, 0."""
        is_across = self.left >= 0 and self.left + self.width <= width
        return is_across and self.top >= 0 and self.top + self.height <= height


def placed(
    dots: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    area: tuple[float, float],
) -> list[Box | None]:
    """Return where the name of each dot goes; None for one that has no room.

    Args:
        dots: The middle of each dot, in pixels from the upper left corner.
        sizes: Width and height of each name.
        area: Width and height of the plot.
    """
    names: list[Box] = []
    found: list[Box | None] = []
    for place, (dot, size) in enumerate(zip(dots, sizes, strict=True)):
        others = [_near(other) for other in (*dots[:place], *dots[place + 1 :])]
        taken = [*names, *others]
        box = next((box for box in _around(dot, size, area) if _is_free(box, area, taken)), None)
        found.append(box)
        if box is not None:
            names.append(box)
    return found


def _near(dot: tuple[float, float]) -> Box:
    """Return where a name would be taken for that of this dot."""
    x, y = dot
    return Box(x - 1.5 * _GAP, y - 1.5 * _GAP, 3 * _GAP, 3 * _GAP)


def _around(
    dot: tuple[float, float], size: tuple[float, float], area: tuple[float, float]
) -> Iterator[Box]:
    (x, y), (width, height) = dot, size
    # Above and below, a name may move aside to stay in the plot.
    across = min(max(x - width / 2, 0), area[0] - width)
    yield Box(across, y - _GAP - height, width, height)
    yield Box(across, y + _GAP, width, height)
    yield Box(x + _GAP, y - height / 2, width, height)
    yield Box(x - _GAP - width, y - height / 2, width, height)


def _is_free(box: Box, area: tuple[float, float], taken: Sequence[Box]) -> bool:
    return box.is_within(*area) and not any(box.meets(other) for other in taken)
