"""How fast calls of a provider may leave."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a person allows for all models of a provider together; 0 sets no limit."""

    at_once: int = 0
    """Calls under way."""
    requests_per_minute: int = 0
    """Attempts that leave within any 60 seconds."""
    tokens_per_minute: int = 0
    """Input and output tokens of what leaves within any 60 seconds."""


UNLIMITED = Pace()
