"""One real model behind three interfaces says and counts the same through each of them."""

from __future__ import annotations

from pathlib import Path

from tests.providers.conformance.desk import asked
from tests.support import local_model
from tests.support.chat import PATIENT

from prompt_workbench.domain.messages import Role, text_message
from prompt_workbench.domain.requests import Interface
from prompt_workbench.domain.usage import UsageSource
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.interfaces import make_provider

SPOKEN = (Interface.OPENAI_CHAT, Interface.OPENAI_RESPONSES, Interface.ANTHROPIC_MESSAGES)
TURNS = (
    text_message(Role.SYSTEM, "Be brief."),
    text_message(Role.USER, "Say hello."),
    text_message(Role.ASSISTANT, "Hello!"),
    text_message(Role.USER, "Name a colour."),
)


async def test_the_interfaces_of_one_server_agree(model_weights: Path) -> None:
    servers, http = local_model.servers(), HttpClient()
    found = []
    try:
        async with servers.use(local_model.MODEL) as server:
            for interface in SPOKEN:
                adapter = make_provider(interface, http, server.url, server.api_key)
                for stream in (True, False):
                    turns = asked(TURNS, temperature=0.0, max_tokens=16, stream=stream)
                    prepared = adapter.prepare(turns)
                    answer = await adapter.send(prepared, lambda _: None, timeouts=PATIENT)
                    assert answer.usage is not None
                    assert (answer.error, answer.usage_source) == (None, UsageSource.REPORTED)
                    assert (answer.time_to_first_chunk_s is not None) == stream
                    found.append(
                        (answer.text, answer.usage.input_tokens, answer.usage.output_tokens)
                    )
    finally:
        await http.close()
        await servers.close()
    assert len(set(found)) == 1
    assert found[0][0]
