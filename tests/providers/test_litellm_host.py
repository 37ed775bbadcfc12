"""The process that has litellm: it starts when it is needed, ends, and can be lost."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import pytest
from tests.support.chat import KEY, PATIENT, request

from prompt_workbench.domain.errors import ProviderError
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_replies import stream
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.litellm_adapter import LitellmAdapter
from prompt_workbench.providers.litellm_host import LitellmHost
from prompt_workbench.providers.litellm_routes import Route


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
async def test_a_lost_process_fails_its_calls_with_a_sentence_and_is_started_again(
    http: HttpClient,
) -> None:
    host = LitellmHost()
    try:
        await host.ready()
        call = await host.call()
        running = host._running()
        os.kill(running._process.pid, signal.SIGKILL)
        with pytest.raises(ProviderError, match=r"ended during the call|cannot be loaded"):
            await call.begin({"model": "openai/m", "messages": []})
        async with FakeProvider(stream(["Hi"])) as server:
            adapter = LitellmAdapter(
                http, host, Route(provider="openai", base_url=server.base_url), key=KEY
            )
            answer = await adapter.send(adapter.prepare(request()), str, timeouts=PATIENT)
            await http.close()
        assert answer.text == "Hi"
    finally:
        await host.close()


async def test_closing_ends_the_process_even_while_it_loads() -> None:
    host = LitellmHost()
    host.start()
    process = host._running()._process
    await host.close()
    assert process.poll() is not None


async def test_who_stops_waiting_does_not_stop_the_others(litellm: LitellmHost) -> None:
    impatient = asyncio.create_task(litellm.ready())
    await asyncio.sleep(0)
    impatient.cancel()
    await litellm.ready()
