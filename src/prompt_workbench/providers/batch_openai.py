"""Batches as OpenAI defined them: a file of requests, and files of results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from prompt_workbench.domain.canonical import Json, JsonObject
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
)
from prompt_workbench.providers.errors import answered

_MARK: Final = "prompt_workbench_batch"
"""The name under which a batch carries our id, by which it is found again."""
_URLS = {
    Interface.OPENAI_CHAT: "/v1/chat/completions",
    Interface.OPENAI_RESPONSES: "/v1/responses",
}
_PHASES = {
    "validating": Phase.VALIDATING,
    "in_progress": Phase.IN_PROGRESS,
    "finalizing": Phase.FINALIZING,
    "cancelling": Phase.CANCELLING,
}
_RESTS = {"expired": Fate.EXPIRED, "cancelled": Fate.CANCELLED, "failed": Fate.FAILED}
_PAGE = 100
_CLOCKS_DIFFER_BY = timedelta(hours=1)
_EXPIRED = "batch_expired"
_CANCELLED = "batch_cancelled"


class OpenAIBatches:
    """A server with OpenAI's ``/files`` and ``/batches``."""

    def __init__(self, http: BatchHttp, interface: Interface, *, key: str | None) -> None:
        self._http = http
        self._url = _URLS[interface]
        self._reader = AnswerReader(interface, key=key)
        self._key = key

    async def submit(self, batch_id: str, items: Sequence[BatchItem]) -> str:
        """Upload the requests and have them worked on; return the id of the batch.

        Raises:
            ProviderError: It was refused, or it is not known whether it arrived.
        """
        file = await self._http.json(
            "POST",
            "/files",
            file=(f"prompt-workbench-{batch_id}.jsonl", self._lines(items)),
        )
        asked: JsonObject = {
            "input_file_id": checked_id(file.get("id")),
            "endpoint": self._url,
            "completion_window": "24h",
            "metadata": {_MARK: batch_id},
        }
        return checked_id((await self._http.json("POST", "/batches", json=asked)).get("id"))

    async def find(self, lost: Lost) -> str | None:
        """Return the id of the batch that carries ours; None if there is none.

        Raises:
            ProviderError: The provider does not list its batches.
        """
        earliest = (lost.since - _CLOCKS_DIFFER_BY).timestamp()
        after: dict[str, str] = {}
        while True:
            page = await self._http.json("GET", "/batches", params={"limit": str(_PAGE), **after})
            batches = [one for one in _list(page.get("data")) if isinstance(one, dict)]
            for batch in batches:
                metadata = batch.get("metadata")
                if isinstance(metadata, dict) and metadata.get(_MARK) == lost.id:
                    return checked_id(batch.get("id"))
            if not (batches and page.get("has_more")):
                return None
            if _number(batches[-1], "created_at") < earliest:
                return None
            after = {"after": checked_id(batches[-1].get("id"))}

    async def status(self, remote_id: str) -> BatchStatus:
        """Return where a batch stands.

        Raises:
            ProviderError: The provider does not say.
        """
        batch = await self._batch(remote_id)
        counts = batch.get("request_counts")
        counted = counts if isinstance(counts, dict) else {}
        state = str(batch.get("status"))
        ended = batch.get("status") == "completed" or state in _RESTS
        return BatchStatus(
            phase=Phase.ENDED if ended else _PHASES.get(state, Phase.IN_PROGRESS),
            done=_number(counted, "completed") + _number(counted, "failed"),
            rest=_RESTS.get(state),
            problem=self._problem(batch.get("errors")) if state == "failed" else "",
        )

    async def collect(self, remote_id: str, items: Mapping[str, int], take: Take) -> None:
        """Have each result taken: those of the calls that were answered, then the others.

        Raises:
            ProviderError: Not all could be received.
        """

        async def pass_on(line: JsonObject) -> None:
            id_ = line.get("custom_id")
            if isinstance(id_, str) and id_ in items:
                await take(self._result(id_, line, items[id_]))

        batch = await self._batch(remote_id)
        for name in ("output_file_id", "error_file_id"):
            if (file := batch.get(name)) is not None:
                await self._http.lines(f"/files/{checked_id(file)}/content", pass_on)

    async def cancel(self, remote_id: str) -> None:
        """Ask for no further call of a batch to be begun.

        Raises:
            ProviderError: It could not be asked.
        """
        await self._http.json("POST", f"/batches/{checked_id(remote_id)}/cancel")

    async def _batch(self, remote_id: str) -> JsonObject:
        return await self._http.json("GET", f"/batches/{checked_id(remote_id)}")

    def _lines(self, items: Sequence[BatchItem]) -> bytes:
        head = f'"method":"POST","url":"{self._url}"'
        lines = (f'{{"custom_id":"{item.id}",{head},"body":{item.body}}}\n' for item in items)
        return "".join(lines).encode()

    def _result(self, id_: str, line: JsonObject, size: int) -> BatchResult:
        error, response = line.get("error"), line.get("response")
        if isinstance(error, dict) and error.get("code") == _EXPIRED:
            return BatchResult(id=id_, fate=Fate.EXPIRED)
        if isinstance(error, dict) and error.get("code") == _CANCELLED:
            return BatchResult(id=id_, fate=Fate.CANCELLED)
        body = response.get("body") if isinstance(response, dict) else None
        if error or not isinstance(response, dict) or not isinstance(body, dict):
            return self._reader.failure(id_, error or "The batch has no answer to this call.")
        status = _number(response, "status_code") or 200
        if status >= 400:
            said = body.get("error")
            told: JsonObject = {"status": status, **(said if isinstance(said, dict) else body)}
            return self._reader.failure(id_, told)
        return self._reader.result(
            id_, body, request_size=size, status=status, request_id=response.get("request_id")
        )

    def _problem(self, errors: Json) -> str:
        found = _list(errors.get("data")) if isinstance(errors, dict) else []
        said = [str(one.get("message", "")) for one in found if isinstance(one, dict)]
        return answered(said[0], key=self._key) if said else "The provider refused the batch."


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _number(value: JsonObject, name: str) -> int:
    found = value.get(name)
    return int(found) if isinstance(found, int | float) else 0
