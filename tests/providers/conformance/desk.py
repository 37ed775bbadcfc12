"""One adapter and the scriptable server that speaks its interface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import orjson
import pytest
from tests.support.chat import PATIENT

from prompt_workbench.domain.canonical import JsonObject
from prompt_workbench.domain.errors import ProviderError
from prompt_workbench.domain.messages import (
    Message,
    Part,
    Role,
    ToolCallPart,
    ToolCallResponsePart,
    text_message,
)
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.requests import GenerationRequest, Interface, model_ref
from prompt_workbench.providers.base import Answer, Provider, Timeouts
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_forms import Form, Speech
from prompt_workbench.providers.fake_replies import Reply
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.interfaces import make_provider

QUESTION = text_message(Role.USER, "Why is the sky blue?")


def asked(
    messages: Sequence[Message] = (QUESTION,),
    *,
    tools: Sequence[JsonObject] = (),
    schema: JsonObject | None = None,
    **settings: object,
) -> GenerationRequest:
    return GenerationRequest(
        model=model_ref("there/some-model"),
        messages=tuple(messages),
        settings=ModelSettings(**settings),
        tools=tuple(tools),
        response_schema=schema,
    )


@dataclass
class Desk:
    """Puts questions to the adapter, and the replies of the script behind it."""

    interface: Interface
    form: Form
    server: FakeProvider
    adapter: Provider
    seen: list[str] = field(default_factory=list)
    """The pieces of text, as they were announced."""

    async def ask(
        self,
        reply: Reply | Speech,
        request: GenerationRequest | None = None,
        *,
        timeouts: Timeouts = PATIENT,
    ) -> Answer:
        self.server.script = self.form.stream(reply) if isinstance(reply, Speech) else reply
        self.seen.clear()
        prepared = self.adapter.prepare(request or asked())
        return await self.adapter.send(prepared, self.seen.append, timeouts=timeouts)

    async def outcome(self, reply: Reply | Speech, **limits: float) -> Answer | ProviderError:
        """Return the answer, or why there is none."""
        try:
            return await self.ask(reply, timeouts=replace(PATIENT, **limits))
        except ProviderError as error:
            return error

    async def failure(
        self, reply: Reply | Speech, *, timeouts: Timeouts = PATIENT
    ) -> ProviderError:
        before = len(self.server.requests)
        with pytest.raises(ProviderError) as caught:
            await self.ask(reply, timeouts=timeouts)
        assert len(self.server.requests) == before + 1, "nothing may be sent again"
        return caught.value

    def turn(self, parts: tuple[Part, ...]) -> GenerationRequest:
        """Return the request that answers the calls of an answer."""
        results = tuple(
            ToolCallResponsePart(id=part.id, response="3")
            for part in parts
            if isinstance(part, ToolCallPart)
        )
        answered = Message(role=Role.ASSISTANT, parts=parts)
        return asked((QUESTION, answered, Message(role=Role.TOOL, parts=results)))

    def beside(self, interface: Interface) -> Provider:
        """Return an adapter of another interface."""
        return make_provider(interface, HttpClient(), self.server.base_url, None)

    def body(self, request: GenerationRequest) -> JsonObject:
        """Return what goes over the wire for a request."""
        return orjson.loads(self.adapter.prepare(request).body)
