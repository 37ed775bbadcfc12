"""Reads the answers of a batch, which come whole, with the words of their interface."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.base import Answer
from prompt_workbench.providers.batches import BatchResult, Fate
from prompt_workbench.providers.errors import error_of_bytes, error_of_event
from prompt_workbench.providers.text import plain, repaired_json
from prompt_workbench.providers.wire.anthropic_messages import AnthropicAnswer
from prompt_workbench.providers.wire.chat_answer import ChatAnswer
from prompt_workbench.providers.wire.draft import Draft
from prompt_workbench.providers.wire.openai_responses import ResponsesAnswer
from prompt_workbench.providers.wire.usage import judged

_DRAFTS: Mapping[Interface, Callable[[], Draft]] = {
    Interface.OPENAI_CHAT: ChatAnswer,
    Interface.OPENAI_RESPONSES: ResponsesAnswer,
    Interface.ANTHROPIC_MESSAGES: AnthropicAnswer,
}


class AnswerReader:
    """Turns the results of one interface into answers; no key shows in their errors."""

    def __init__(self, interface: Interface, *, key: str | None) -> None:
        self._draft = _DRAFTS[interface]
        self._key = key

    def result(
        self,
        id_: str,
        body: JsonObject,
        *,
        request_size: int,
        status: int = 200,
        request_id: Json = None,
    ) -> BatchResult:
        """Return the result of a call of so many bytes that was answered with a body."""
        draft = self._draft()
        try:
            draft.add(body)
        except RecursionError:
            error = error_of_bytes("The provider sent bad JSON.", b"", key=self._key)
            return BatchResult(id=id_, fate=Fate.FAILED, error=error)
        said = draft.failure if draft.failure is not None else body.get("error")
        if said:
            return BatchResult(id=id_, fate=Fate.FAILED, error=error_of_event(said, key=self._key))
        found = plain(request_id) if isinstance(request_id, str) else None
        answer = _answer(draft, request_size=request_size, status=status, request_id=found)
        return BatchResult(id=id_, fate=Fate.ANSWERED, answer=answer)

    def failure(self, id_: str, error: Json) -> BatchResult:
        """Return the result of a call that the provider reports as failed."""
        return BatchResult(id=id_, fate=Fate.FAILED, error=error_of_event(error, key=self._key))


def _answer(draft: Draft, *, request_size: int, status: int, request_id: str | None) -> Answer:
    usage, source = judged(
        draft.usage(),
        request_size=request_size,
        answer_size=draft.size,
        final=draft.usage_is_final,
    )
    complete = draft.finish_reason is not None
    return Answer(
        text=draft.text,
        parts=draft.parts(),
        finish_reason=draft.finish_reason,
        usage=usage,
        usage_source=source,
        usage_raw=repaired_json(draft.usage_raw),
        response_id=draft.response_id,
        response_model=draft.response_model,
        request_id=request_id,
        status=status,
        time_to_first_chunk_s=None,
        duration_s=None,
        repaired=draft.repaired,
        error=None if complete else _unfinished(),
    )


def _unfinished() -> ProviderError:
    return ProviderError(
        "The answer has no finish reason, so it may not be complete.",
        kind=ProviderErrorKind.PROTOCOL,
        hint="Retry the cell.",
    )
