"""The mark of a method that overrides another; Python 3.11 does not have it yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from typing_extensions import override
else:
    _Method = TypeVar("_Method")

    def override(method: _Method) -> _Method:
        """Return the method unchanged."""
        return method


__all__ = ["override"]
