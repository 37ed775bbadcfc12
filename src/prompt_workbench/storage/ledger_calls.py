"""The calls that the ledger is given; the engine's own values have these shapes."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from prompt_workbench.domain.generations import Attempt, CellKey
from prompt_workbench.domain.requests import GenerationRequest


class SentCall(Protocol):
    """A call before its bytes leave."""

    @property
    def id(self) -> str:
        """The id of its generation."""

    @property
    def run_id(self) -> str:
        """The run it belongs to."""

    @property
    def cell(self) -> CellKey:
        """Its place in the run."""

    @property
    def request(self) -> GenerationRequest:
        """What is asked."""

    @property
    def request_body(self) -> str:
        """The body exactly as it will be sent."""

    @property
    def reserved_pico_usd(self) -> int | None:
        """What it may cost at most, held against the spend cap."""

    @property
    def started_at(self) -> datetime:
        """When it leaves."""


class FailedAttempt(Protocol):
    """An attempt that will be followed by another one."""

    @property
    def generation_id(self) -> str:
        """The call it belongs to."""

    @property
    def attempt(self) -> Attempt:
        """What came of it."""
