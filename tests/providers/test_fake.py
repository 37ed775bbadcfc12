"""The fake provider: it does as it is told, and its journal is the bill."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys

import httpx
import pytest

from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_replies import (
    End,
    FakeRequest,
    Reply,
    completion,
    refusal,
    stream,
)
from prompt_workbench.providers.fake_speech import answer_to
from prompt_workbench.system.child_process import child_environment

ASK = {"model": "m", "messages": [{"role": "user", "content": "one two"}]}


async def post(provider: FakeProvider, body: object = ASK) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.post(f"{provider.base_url}/chat/completions", json=body)


async def test_without_a_script_it_gives_the_question_back() -> None:
    async with FakeProvider() as provider:
        whole = (await post(provider)).json()
        assert whole["choices"][0]["message"]["content"] == "one two"
        assert whole["usage"]["completion_tokens"] == 2
        streamed = (await post(provider, {**ASK, "stream": True})).text
        assert streamed.count('"content":"one "') == 1
        assert streamed.endswith("data: [DONE]\n\n")


async def test_it_goes_through_its_replies_and_repeats_the_last() -> None:
    script = [refusal(429, "wait", headers={"Retry-After": "1"}), completion("ok")]
    async with FakeProvider(script) as provider:
        statuses = [(await post(provider)).status_code for _ in range(3)]
    assert statuses == [429, 200, 200]


async def test_a_function_decides_by_the_request() -> None:
    def script(request: FakeRequest) -> Reply:
        return answer_to(request, f"number {request.number}")

    async with FakeProvider(script) as provider:
        await post(provider)
        second = (await post(provider)).json()
    assert second["choices"][0]["message"]["content"] == "number 1"


async def test_the_journal_has_every_request() -> None:
    async with FakeProvider(refusal(500, "down")) as provider:
        await post(provider)
        await post(provider, {**ASK, "seed": 2})
        async with httpx.AsyncClient(trust_env=False) as client:
            listed = (await client.get(f"{provider.origin}/journal")).json()["requests"]
    assert [json.loads(body).get("seed") for body in listed] == [None, 2]
    assert [request.json.get("seed") for request in provider.requests] == [None, 2]


async def test_it_lists_its_models_and_has_nothing_else() -> None:
    async with FakeProvider(models=("a", "b")) as provider, httpx.AsyncClient() as client:
        models = (await client.get(f"{provider.base_url}/models")).json()["data"]
        assert [model["id"] for model in models] == ["a", "b"]
        assert (await client.get(f"{provider.origin}/other")).status_code == 404
    assert provider.requests == []


@pytest.mark.parametrize("reply", [stream(["a", "b"]), completion("ab")])
@pytest.mark.parametrize("gap_s", [0, 0.001])
async def test_a_cut_reply_breaks_its_connection(reply: Reply, gap_s: float) -> None:
    cut = reply.cut(20).in_pieces_of(5, gap_s=gap_s)
    async with FakeProvider(cut) as provider:
        with pytest.raises(httpx.RemoteProtocolError):
            await post(provider)


async def test_a_reply_may_end_early_but_properly() -> None:
    async with FakeProvider(stream(["a", "b"]).cut(20, end=End.WHOLE)) as provider:
        assert len((await post(provider)).content) == 20


async def test_pipelined_requests_are_answered_in_turn() -> None:
    async with FakeProvider([completion("first").after(0.02), completion("second")]) as provider:
        reader, writer = await asyncio.open_connection(*provider.origin[7:].split(":"))
        head = b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"
        writer.write(head * 2)
        said = await reader.readuntil(b"second")
        writer.close()
    assert said.index(b"first") < said.index(b"second")
    assert len(provider.requests) == 2


def test_it_runs_by_itself_until_its_input_ends() -> None:
    command = [sys.executable, "-m", "prompt_workbench.providers.fake", "--text", "Good day"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=child_environment(),
    ) as child:
        assert child.stdout is not None
        url = json.loads(child.stdout.readline())["url"]
        answer = httpx.post(f"{url}/chat/completions", json=ASK, trust_env=False).json()
        child.communicate()
    assert answer["choices"][0]["message"]["content"] == "Good day"
    assert child.returncode == 0
