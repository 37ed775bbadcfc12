"""Chat completions as OpenAI defined them, and as all compatible servers speak them."""

from __future__ import annotations

from dataclasses import replace

from typing_extensions import override

from prompt_workbench.domain.errors import ProviderError
from prompt_workbench.domain.requests import GenerationRequest
from prompt_workbench.providers.base import (
    Answer,
    FormRefusedError,
    OnText,
    PreparedRequest,
    Timeouts,
)
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.origins import host_of
from prompt_workbench.providers.wire.adapter import WireAdapter
from prompt_workbench.providers.wire.chat_answer import ChatAnswer
from prompt_workbench.providers.wire.chat_request import USAGE_OPTION, prepared
from prompt_workbench.providers.wire.reception import ANSWER_LIMIT


class OpenAIChat(WireAdapter):
    """A server that speaks OpenAI's chat completions."""

    path = "/chat/completions"

    def __init__(
        self,
        http: HttpClient,
        base_url: str,
        *,
        key: str | None = None,
        answer_limit: int = ANSWER_LIMIT,
    ) -> None:
        """Bind the adapter to a server.

        Raises:
            InvalidInputError: The key cannot be sent there.
        """
        super().__init__(http, base_url, key=key, answer_limit=answer_limit)
        self._limit_name = (
            "max_completion_tokens" if host_of(base_url) == "api.openai.com" else "max_tokens"
        )
        self._asks_for_usage = True

    @override
    def prepare(self, request: GenerationRequest) -> PreparedRequest:
        return prepared(request, limit_name=self._limit_name, ask_for_usage=self._asks_for_usage)

    @override
    def _draft(self) -> ChatAnswer:
        return ChatAnswer()

    @override
    async def send(
        self, request: PreparedRequest, on_text: OnText, *, timeouts: Timeouts
    ) -> Answer:
        """Send once and return the answer.

        A server that refuses to be asked for usage is not asked for it any more.

        Raises:
            FormRefusedError: The server takes the request only without asking for usage.
            ProviderError: The call failed before any of the answer arrived.
        """
        try:
            return await super().send(request, on_text, timeouts=timeouts)
        except ProviderError as error:
            if error.status not in (400, 422) or "stream_options" not in error.message:
                raise
            shorter = request.body.replace(USAGE_OPTION, b"", 1)
            if shorter == request.body:
                raise
            self._asks_for_usage = False
            raise FormRefusedError(
                error,
                replace(request, body=shorter),
                change="It is sent without stream_options.",
            ) from None
