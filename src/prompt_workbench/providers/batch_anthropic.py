"""Batches as Anthropic defined them: the requests in one body, the results in one file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.errors import ProviderErrorKind
from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.batch_answers import AnswerReader
from prompt_workbench.providers.batch_http import BatchHttp, checked_id
from prompt_workbench.providers.batches import (
    BatchItem,
    BatchResult,
    BatchStatus,
    Fate,
    Lost,
    Phase,
    Take,
    UndecidedError,
)

_PATH = "/messages/batches"
_PAGE = 100
_CLOCKS_DIFFER_BY = timedelta(hours=1)
_PHASES = {
    "in_progress": Phase.IN_PROGRESS,
    "canceling": Phase.CANCELLING,
    "ended": Phase.ENDED,
}
_DONE = ("succeeded", "errored", "canceled", "expired")


class AnthropicBatches:
    """A server with Anthropic's ``/messages/batches``."""

    def __init__(self, http: BatchHttp, *, key: str | None) -> None:
        self._http = http
        self._reader = AnswerReader(Interface.ANTHROPIC_MESSAGES, key=key)

    async def submit(self, batch_id: str, items: Sequence[BatchItem]) -> str:
        """Submit the requests and return the id of the batch, which cannot carry ours.

        Raises:
            ProviderError: It was refused, or it is not known whether it arrived.
        """
        requests = ",".join(f'{{"custom_id":"{item.id}","params":{item.body}}}' for item in items)
        batch = await self._http.json(
            "POST",
            _PATH,
            content=f'{{"requests":[{requests}]}}'.encode(),
        )
        return checked_id(batch.get("id"))

    async def find(self, lost: Lost) -> str | None:
        """Return the id of the batch whose results are of our calls; None if there is none.

        A batch shows which calls are in it only once it has ended.

        Raises:
            UndecidedError: One that may be ours has not ended.
            ProviderError: The provider does not list its batches.
        """
        earliest = lost.since - _CLOCKS_DIFFER_BY
        after: dict[str, str] = {}
        undecided = False
        while True:
            page = await self._http.json("GET", _PATH, params={"limit": str(_PAGE), **after})
            found = page.get("data")
            listed = found if isinstance(found, list) else []
            batches = [one for one in listed if isinstance(one, dict)]
            for batch in batches:
                id_ = checked_id(batch.get("id"))
                if id_ in lost.known or not _may_be(batch, lost, earliest):
                    continue
                if batch.get("processing_status") != "ended":
                    undecided = True
                elif await self._holds(id_, lost.items):
                    return id_
            if not (batches and page.get("has_more")) or _created(batches[-1]) < earliest:
                break
            after = {"after_id": checked_id(batches[-1].get("id"))}
        if undecided:
            raise UndecidedError(
                "It is not known yet whether the batch reached the provider: one that may be it "
                "is still worked on.",
                kind=ProviderErrorKind.CONNECTION,
            )
        return None

    async def status(self, remote_id: str) -> BatchStatus:
        """Return where a batch stands.

        Raises:
            ProviderError: The provider does not say.
        """
        batch = await self._http.json("GET", f"{_PATH}/{checked_id(remote_id)}")
        phase = _PHASES.get(str(batch.get("processing_status")), Phase.IN_PROGRESS)
        return BatchStatus(phase=phase, done=sum(_count(batch, name) for name in _DONE))

    async def collect(self, remote_id: str, items: Mapping[str, int], take: Take) -> None:
        """Have each result taken, in the order in which the provider has them.

        Raises:
            ProviderError: Not all could be received.
        """

        async def pass_on(line: JsonObject) -> None:
            id_ = line.get("custom_id")
            if isinstance(id_, str) and id_ in items:
                await take(self._result(id_, line.get("result"), items[id_]))

        # The address that the provider names is not asked: the key belongs to this one.
        await self._http.lines(f"{_PATH}/{checked_id(remote_id)}/results", pass_on)

    async def cancel(self, remote_id: str) -> None:
        """Ask for no further call of a batch to be begun.

        Raises:
            ProviderError: It could not be asked.
        """
        await self._http.json("POST", f"{_PATH}/{checked_id(remote_id)}/cancel")

    async def _holds(self, remote_id: str, items: Collection[str]) -> bool:
        """Return whether a batch that has ended has results of our calls."""
        mine: list[Json] = []

        async def look(line: JsonObject) -> None:
            if line.get("custom_id") in items:
                mine.append(line.get("custom_id"))

        await self._http.lines(f"{_PATH}/{remote_id}/results", look)
        return bool(mine)

    def _result(self, id_: str, result: Json, size: int) -> BatchResult:
        match result:
            case {"type": "succeeded", "message": dict() as message}:
                return self._reader.result(id_, message, request_size=size)
            case {"type": "expired"}:
                return BatchResult(id=id_, fate=Fate.EXPIRED)
            case {"type": "canceled"}:
                return BatchResult(id=id_, fate=Fate.CANCELLED)
            case {"type": "errored", "error": {"error": dict() as inner} | (dict() as inner)}:
                return self._reader.failure(id_, inner)
        return self._reader.failure(id_, "The batch has no answer to this call.")


def _may_be(batch: JsonObject, lost: Lost, earliest: datetime) -> bool:
    counted = sum(_count(batch, name) for name in ("processing", *_DONE))
    return counted == lost.count and _created(batch) >= earliest


def _created(batch: JsonObject) -> datetime:
    try:
        return datetime.fromisoformat(str(batch.get("created_at")))
    except ValueError:
        return datetime.now(UTC)


def _count(batch: JsonObject, name: str) -> int:
    counts = batch.get("request_counts")
    found = counts.get(name) if isinstance(counts, dict) else 0
    return found if isinstance(found, int) else 0
