"""One adapter and the scriptable server that speaks its interface."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property

import orjson
import pytest
from tests.providers.conformance.cases import Litellm, Subject
from tests.support.chat import KEY, PATIENT

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
from prompt_workbench.providers.base import Answer, PreparedRequest, Provider, Timeouts
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_forms import Form, Speech
from prompt_workbench.providers.fake_replies import Reply
from prompt_workbench.providers.fake_speech import FORMS
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.interfaces import make_provider
from prompt_workbench.providers.litellm_adapter import LitellmAdapter
from prompt_workbench.providers.litellm_host import LitellmHost
from prompt_workbench.providers.litellm_messages import Wire
from prompt_workbench.providers.litellm_routes import Route

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


async def written(adapter: LitellmAdapter, prepared: PreparedRequest) -> Wire:
    """Return what litellm would send."""
    async with AsyncExitStack() as stack:
        return (await adapter._begun(stack, orjson.loads(prepared.body)))[1]


_ON_THE_WIRE = {
    Litellm.CHAT: Interface.OPENAI_CHAT,
    Litellm.TRANSLATED: Interface.ANTHROPIC_MESSAGES,
}
_ROUTES = {
    Litellm.CHAT: Route(provider="openai", base_url="/v1"),
    Litellm.TRANSLATED: Route(provider="anthropic", base_url=""),
}


@dataclass
class Desk:
    """Puts questions to the adapter, and the replies of the script behind it."""

    subject: Subject
    server: FakeProvider
    http: HttpClient
    litellm: LitellmHost
    seen: list[str] = field(default_factory=list)
    """The pieces of text, as they were announced."""

    @cached_property
    def adapter(self) -> Provider:
        return self.adapter_at(self.server.origin)

    @property
    def interface(self) -> Interface:
        """The interface whose form is on the wire."""
        if isinstance(self.subject, Interface):
            return self.subject
        return _ON_THE_WIRE[self.subject]

    @property
    def form(self) -> Form:
        return FORMS[self.interface]

    @property
    def gap_s(self) -> float:
        """How far apart pieces have to come to be announced one by one."""
        return 0.25 if self.subject is Litellm.TRANSLATED else 0.001

    def adapter_at(self, origin: str) -> Provider:
        """Return the adapter of a server."""
        if isinstance(self.subject, Interface):
            return make_provider(self.subject, self.http, f"{origin}/v1", KEY)
        route = replace(_ROUTES[self.subject], base_url=f"{origin}{_ROUTES[self.subject].base_url}")
        return LitellmAdapter(self.http, self.litellm, route, key=KEY)

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
        prepared = self.adapter.prepare(request)
        if isinstance(self.adapter, LitellmAdapter):
            return orjson.loads(asyncio.run(written(self.adapter, prepared)).body)
        return orjson.loads(prepared.body)
