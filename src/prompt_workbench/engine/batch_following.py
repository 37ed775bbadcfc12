"""One batch, from its submission to the last of its results.

The ledger has the calls before anything leaves, knows that the batch may have left before it
does, and keeps the provider's id as soon as that is there. Where it was not kept, the provider
is asked whether it has the batch before anything is submitted again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime

from prompt_workbench.domain.batches import Batch
from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.engine.batch_control import (
    BatchControl,
    LeftError,
    passes,
    surely_refused,
)
from prompt_workbench.engine.batch_outcome import batch_ending, missing_ending
from prompt_workbench.engine.batch_ports import BatchLedger
from prompt_workbench.engine.budget import Reservation
from prompt_workbench.engine.lane import Lane
from prompt_workbench.engine.outcome import Ending, Subject
from prompt_workbench.engine.policy import Policy
from prompt_workbench.providers.batches import (
    BatchItem,
    BatchProvider,
    BatchResult,
    BatchStatus,
    Fate,
    Lost,
    Phase,
)

_STORED_AT_ONCE = 100
_DOWNLOADS = 3
"""How often results are fetched when some are missing that should be there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCall:
    """A call of a batch without a result."""

    subject: Subject
    started_at: datetime
    reservation: Reservation
    """What it holds of the budget."""
    cache_key: str | None = None


@dataclass(slots=True, kw_only=True)
class OpenBatch:
    """A batch that is not collected."""

    batch: Batch
    lane: Lane
    provider: BatchProvider
    calls: dict[str, WaitingCall]
    """Those without a result, by the ids of their generations."""
    status: BatchStatus | None = None
    arrived: list[tuple[WaitingCall, BatchResult]] = field(default_factory=list)
    """Results that are not stored yet."""

    @property
    def words(self) -> str:
        """Where it stands, for a person."""
        what = f"The batch of {self.batch.call_count} for {self.batch.model}"
        if self.status is None:
            return f"{what} is being submitted."
        done = f", {self.status.done} of {self.batch.call_count} done" if self.status.done else ""
        if self.status.phase is Phase.ENDED:
            return f"{what} has ended; its results are being collected."
        return f"{what} is {self.status.phase.value}{done}."


Settle = Callable[[OpenBatch, WaitingCall, Ending], Coroutine[None, None, None]]
"""Stores what became of a call."""


class Follower:
    """Submits a batch, waits for its end and collects it."""

    def __init__(
        self,
        ledger: BatchLedger,
        control: BatchControl,
        policy: Policy,
        *,
        settle: Settle,
        changed: Callable[[], None],
        known: set[str],
    ) -> None:
        self._ledger = ledger
        self._control = control
        self._policy = policy
        self._settle = settle
        self._changed = changed
        self._known = known
        """What providers call other batches of the run."""

    async def follow(self, batch: OpenBatch) -> None:
        """Work on a batch until it is collected.

        Raises:
            LeftError: It is left where it is.
            ProviderError: The provider refuses to tell of it.
            StorageError: A result cannot be stored.
        """
        remote_id = batch.batch.remote_id or await self._submitted(batch)
        if remote_id is not None:
            status = await self._ended(batch, remote_id)
            await self._collect(batch, remote_id, status)
        await self._ledger.collected(batch.batch.id)

    async def _submitted(self, batch: OpenBatch) -> str | None:
        """Return what the provider calls a batch; None where it will never have it."""
        ours = batch.batch
        if ours.submitting_at is not None and (
            found := await self._found(batch, ours.submitting_at)
        ):
            return found
        while True:
            await self._control.going.wait()
            if self._control.is_cancelled:
                await self._settle_all(batch, Fate.CANCELLED)
                return None
            if not self._control.submits:
                raise LeftError
            self._control.check()
            began_at = datetime.now(UTC)
            await self._ledger.submitting(ours.id, began_at)
            try:
                remote_id = await batch.provider.submit(ours.id, _items(batch))
            except ProviderError as error:
                if surely_refused(error) and not passes(error):
                    await self._settle_all(batch, Fate.FAILED, error)
                    return None
                self._control.failed(error)
                await self._control.sleep(max(self._policy.batch_poll_s, error.retry_after_s or 0))
                if not surely_refused(error) and (found := await self._found(batch, began_at)):
                    return found
            else:
                self._control.answered()
                return await self._kept(batch, remote_id)

    async def _found(self, batch: OpenBatch, since: datetime) -> str | None:
        """Return what the provider calls a batch that may have reached it; None if it did not."""
        # What was just submitted may not be in the provider's list yet.
        age_s = (datetime.now(UTC) - since).total_seconds()
        await self._control.sleep(max(0, self._policy.batch_sure_after_s - age_s))
        lost = Lost(
            id=batch.batch.id,
            items=batch.calls.keys(),
            count=batch.batch.call_count,
            since=since,
            known=self._known,
        )
        remote_id = await self._control.insist(lambda: batch.provider.find(lost))
        return None if remote_id is None else await self._kept(batch, remote_id)

    async def _kept(self, batch: OpenBatch, remote_id: str) -> str:
        await self._ledger.submitted(batch.batch.id, remote_id)
        self._known.add(remote_id)
        self._changed()
        return remote_id

    async def _ended(self, batch: OpenBatch, remote_id: str) -> BatchStatus:
        provider, control = batch.provider, self._control
        wait_s, is_told = self._policy.batch_poll_s, False
        while True:
            if control.is_cancelled and not is_told:
                is_told = True
                await self._cancel(provider, remote_id)
            batch.status = await control.insist(lambda: provider.status(remote_id))
            self._changed()
            if batch.status.phase is Phase.ENDED:
                return batch.status
            await control.sleep(wait_s)
            wait_s = min(1.5 * wait_s, self._policy.batch_longest_poll_s)

    async def _cancel(self, provider: BatchProvider, remote_id: str) -> None:
        try:
            await self._control.insist(lambda: provider.cancel(remote_id))
        except ProviderError as error:
            # One that has ended cannot be cancelled; its state tells.
            if error.kind in (ProviderErrorKind.AUTHENTICATION, ProviderErrorKind.PERMISSION):
                raise

    async def _collect(self, batch: OpenBatch, remote_id: str, status: BatchStatus) -> None:
        if status.problem:
            error = ProviderError(status.problem, kind=ProviderErrorKind.BAD_REQUEST)
            await self._settle_all(batch, Fate.FAILED, error)
            return
        for _ in range(_DOWNLOADS):
            await self._control.insist(lambda: self._download(batch, remote_id))
            if not batch.calls or status.rest is not None:
                break
            await self._control.sleep(self._policy.batch_poll_s)
        if status.rest in (Fate.EXPIRED, Fate.CANCELLED):
            await self._settle_all(batch, status.rest)
        for call in tuple(batch.calls.values()):
            del batch.calls[call.subject.id]
            await self._settle(batch, call, missing_ending(started_at=call.started_at))

    async def _download(self, batch: OpenBatch, remote_id: str) -> None:
        async def take(result: BatchResult) -> None:
            call = batch.calls.pop(result.id, None)
            if call is not None:
                batch.arrived.append((call, result))
                if len(batch.arrived) >= _STORED_AT_ONCE:
                    await self._store(batch)

        sizes = {id_: len(call.subject.request_body) for id_, call in batch.calls.items()}
        try:
            await batch.provider.collect(remote_id, sizes, take)
        finally:
            await self._store(batch)

    async def _settle_all(
        self, batch: OpenBatch, fate: Fate, error: ProviderError | None = None
    ) -> None:
        batch.arrived += [
            (call, BatchResult(id=id_, fate=fate, error=error)) for id_, call in batch.calls.items()
        ]
        batch.calls.clear()
        await self._store(batch)

    async def _store(self, batch: OpenBatch) -> None:
        """Store the results that arrived, in few commits."""
        arrived, batch.arrived = batch.arrived, []
        try:
            async with asyncio.TaskGroup() as group:
                for call, result in arrived:
                    ending = batch_ending(result, started_at=call.started_at)
                    group.create_task(self._settle(batch, call, ending))
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None


def _items(batch: OpenBatch) -> list[BatchItem]:
    return [BatchItem(id=id_, body=call.subject.request_body) for id_, call in batch.calls.items()]
