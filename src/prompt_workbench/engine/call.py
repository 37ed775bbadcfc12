"""One call, from its first attempt to its answer, its failure or its end on request."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from msgspec import structs

from prompt_workbench.domain.errors import (
    ProviderError,
    ProviderErrorKind,
    StorageError,
    WorkbenchError,
)
from prompt_workbench.domain.generations import Attempt, GenerationState
from prompt_workbench.engine.budget import Reservation
from prompt_workbench.engine.gate import Gate, HeldBackError
from prompt_workbench.engine.outcome import Ending, Subject, answer_ending
from prompt_workbench.engine.policy import Policy
from prompt_workbench.engine.ports import FailedAttempt, Ledger, SentCall
from prompt_workbench.engine.protocol import CellStarted, CellText, Event
from prompt_workbench.engine.recourse import Recourse
from prompt_workbench.engine.retry import Retries, is_unreachable, may_be_billed
from prompt_workbench.providers.base import (
    Answer,
    FormRefusedError,
    PreparedRequest,
    Provider,
    Timeouts,
)
from prompt_workbench.providers.tokens import estimate_input

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the calls of one model share."""

    ledger: Ledger
    provider: Provider
    gate: Gate
    policy: Policy
    timeouts: Timeouts
    emit: Callable[[Event], None]


class Call:
    """An admitted call. Its ledger row is committed before its first bytes leave."""

    def __init__(
        self,
        line: Line,
        subject: Subject,
        prepared: PreparedRequest,
        reservation: Reservation,
        recourse: Recourse,
    ) -> None:
        self._line = line
        self._subject = subject
        self._prepared = prepared
        self._reservation = reservation
        self._elsewhere = recourse.elsewhere
        self._retries = Retries(line.policy, recourse.retry)
        self._attempts: list[Attempt] = list(recourse.earlier)
        self._is_recorded = False
        self._pieces: list[str] = []
        self._started_at = self._attempt_at = datetime.now(UTC)
        self._attempt_began = 0.0
        self._under_way = False
        self._is_last = False
        self._perhaps_billed = False

    async def run(self, sent: SentCall) -> Ending:
        """Send, again where that helps, and return how it ended; cancelling ends it early.

        Raises:
            StorageError: The ledger cannot record the call, so it did not leave.
        """
        try:
            return await self._ended(sent)
        except asyncio.CancelledError:
            if task := asyncio.current_task():
                task.uncancel()
            return self._cut_off()

    @property
    def in_flight(self) -> bool:
        """Whether an attempt is under way; otherwise the call waits for its turn."""
        return self._under_way

    def make_last(self) -> None:
        """Let no further attempt follow the present one."""
        self._is_last = True

    @property
    def reservation(self) -> Reservation:
        """What the present attempt holds of the budget."""
        return self._reservation

    async def _ended(self, sent: SentCall) -> Ending:
        while True:
            try:
                answer = await self._attempt(sent)
            except ProviderError as error:
                self._note(error)
                wait_s = self._wait_before_next(error)
                if wait_s is None:
                    return self._failed(error)
                await self._retrying(wait_s)
            except StorageError:
                raise
            except WorkbenchError as error:
                return self._failed(error)
            else:
                return self._answered(answer)

    async def _attempt(self, sent: SentCall) -> Answer:
        line = self._line
        self._attempt_at = datetime.now(UTC)
        async with line.gate.attempt(self._elsewhere, tokens=self._likely_tokens()) as passage:
            self._attempt_at = datetime.now(UTC)
            if not self._is_recorded:
                self._started_at = self._attempt_at
                await line.ledger.sent(sent)
                self._is_recorded = True
                line.emit(
                    CellStarted(run_id=sent.run_id, cell=sent.cell, generation_id=self._subject.id)
                )
            self._attempt_began = time.perf_counter()
            self._under_way = True
            try:
                answer = await line.provider.send(
                    self._prepared, self._on_text, timeouts=line.timeouts
                )
            except (WorkbenchError, asyncio.CancelledError):
                raise
            except Exception as error:
                _logger.exception("a provider failed in a way that it should not")
                raise ProviderError(
                    f"The call ended with an unexpected error ({type(error).__name__}).",
                    kind=ProviderErrorKind.PROTOCOL,
                    hint="The log has the details; retry the cell.",
                ) from error
            if answer.usage is not None:
                passage.tokens = answer.usage.input_tokens + answer.usage.output_tokens
            return answer

    def _likely_tokens(self) -> int:
        """Return what an attempt will probably take, where that matters."""
        request = self._subject.request
        if request is None or not self._line.gate.counts_tokens:
            return 0
        return estimate_input(request).typical + (request.settings.max_tokens or 0)

    def _on_text(self, text: str) -> None:
        self._pieces.append(text)
        subject = self._subject
        self._line.emit(CellText(run_id=subject.run_id, cell=subject.cell, text=text))

    def _note(self, error: ProviderError) -> None:
        """Keep the failed attempt, and what it may have cost."""
        self._attempts.append(self._attempt_record(status=error.status, error=error))
        self._under_way = False
        self._perhaps_billed = self._perhaps_billed or self._attempts[-1].perhaps_billed

    def _wait_before_next(self, error: ProviderError) -> float | None:
        if self._pieces or self._is_last or isinstance(error, HeldBackError):
            return None
        goes_on = error.kind in self._elsewhere
        if is_unreachable(error) and not goes_on:
            # Nothing was sent. The gate holds the call back until its server can be reached.
            return self._line.policy.backoff_s
        if isinstance(error, FormRefusedError):
            self._prepared = error.other
            return 0
        if goes_on and self._retries.asks_too_long(error):
            return None
        wait_s = self._retries.wait_before_next(error)
        if wait_s is None or not may_be_billed(error):
            return wait_s
        renewed = self._reservation.renewed()
        if renewed is None:
            return None
        self._reservation = renewed
        return wait_s

    async def _retrying(self, wait_s: float) -> None:
        self._attempts[-1] = structs.replace(self._attempts[-1], wait_s=wait_s)
        failed = FailedAttempt(generation_id=self._subject.id, attempt=self._attempts[-1])
        await self._line.ledger.retrying(failed)
        await asyncio.sleep(wait_s)

    def _answered(self, answer: Answer) -> Ending:
        self._attempts.append(self._attempt_record(status=answer.status, error=answer.error))
        self._under_way = False
        return answer_ending(
            answer,
            started_at=self._started_at,
            attempts=self._attempts,
            perhaps_billed=self._perhaps_billed,
        )

    def _failed(self, error: WorkbenchError) -> Ending:
        return Ending(
            state=GenerationState.FAILED,
            started_at=self._started_at,
            attempts=tuple(self._attempts),
            error=error,
            text="".join(self._pieces),
            duration_s=self._attempts[-1].duration_s if self._attempts else None,
            perhaps_billed=self._perhaps_billed,
        )

    def _cut_off(self) -> Ending:
        if self._under_way:
            record = self._attempt_record(status=None, error=None)
            self._attempts.append(structs.replace(record, perhaps_billed=True))
        return Ending(
            state=GenerationState.CANCELLED,
            started_at=self._started_at,
            attempts=tuple(self._attempts),
            text="".join(self._pieces),
            duration_s=self._attempts[-1].duration_s if self._attempts else None,
            perhaps_billed=self._perhaps_billed or self._under_way,
        )

    def _attempt_record(self, *, status: int | None, error: ProviderError | None) -> Attempt:
        return Attempt(
            number=len(self._attempts) + 1,
            started_at=self._attempt_at,
            duration_s=time.perf_counter() - self._attempt_began if self._under_way else None,
            status=status,
            error_kind=None if error is None else error.kind,
            error="" if error is None else error.message,
            perhaps_billed=error is not None and may_be_billed(error),
        )
