"""Calls of the product's adapter to the product's fake provider."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from prompt_workbench.domain.messages import Role, text_message
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.requests import GenerationRequest, model_ref
from prompt_workbench.providers.base import Answer, Timeouts
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_replies import Script
from prompt_workbench.providers.fake_speech import echo
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.wire.openai_chat import OpenAIChat
from prompt_workbench.providers.wire.reception import ANSWER_LIMIT

KEY = "sk-canary-5f2c9e1b7a"
PATIENT = Timeouts(connect_s=60, first_chunk_s=60, idle_s=60, total_s=60)
"""For tests in which nothing is meant to take too long."""


def request(text: str = "Hello", **settings: object) -> GenerationRequest:
    return GenerationRequest(
        model=model_ref("fake/fake-model"),
        messages=(text_message(Role.USER, text),),
        settings=ModelSettings(**settings),
    )


@dataclass
class Chat:
    """An adapter and the server that it calls."""

    server: FakeProvider
    adapter: OpenAIChat
    http: HttpClient
    seen: list[str] = field(default_factory=list)
    """The pieces of text, as they were announced."""

    async def ask(
        self,
        script: Script | None = None,
        *,
        text: str = "Hello",
        timeouts: Timeouts = PATIENT,
        on_text: Callable[[str], None] | None = None,
    ) -> Answer:
        if script is not None:
            self.server.script = script
        self.seen.clear()
        return await self.adapter.send(
            self.adapter.prepare(request(text)), on_text or self.seen.append, timeouts=timeouts
        )


@asynccontextmanager
async def chat(
    script: Script = echo, *, key: str | None = KEY, answer_limit: int = ANSWER_LIMIT
) -> AsyncIterator[Chat]:
    async with FakeProvider(script) as server:
        http = HttpClient()
        adapter = OpenAIChat(http, server.base_url, key=key, answer_limit=answer_limit)
        try:
            yield Chat(server, adapter, http)
        finally:
            await http.close()
