"""Clients that only send and parse, each in a process of its own: what others are measured by.

``python -m tests.performance.clients aiohttp --url URL --calls 1000`` prints what it cost from
the first call to the last, without imports. It runs with the Python of a competitor's own
environment, so it imports nothing but the client it is about.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from tests.performance.harness import Cost

Call: TypeAlias = "Callable[[int], Awaitable[str]]"
_MODEL = "mock"


def prompt(number: int) -> str:
    """Return the text that call number so-and-so sends."""
    return f"Tell me in one sentence what is special about item-{number}, and be brief please."


def run_client(
    name: str,
    url: str,
    calls: int,
    *,
    concurrency: int = 64,
    stream: bool = False,
    python: Path | None = None,
) -> Cost:
    """Run a client in a process of its own and return what it needed."""
    from tests.performance.harness import Cost

    arguments = [name, "--url", url, "--calls", str(calls), "--concurrency", str(concurrency)]
    done = subprocess.run(
        [str(python or sys.executable), __file__, *arguments, *(["--stream"] if stream else [])],
        check=True,
        capture_output=True,
        env={**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "PYTHONPATH": ""},
    )
    found = json.loads(done.stdout.splitlines()[-1])
    extra = {"first_call_s": found["first_call_s"]}
    return Cost(calls=calls, wall_s=found["wall_s"], cpu_s=found["cpu_s"], extra=extra)


def _body(number: int, *, stream: bool) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": _MODEL,
        "messages": [{"role": "user", "content": prompt(number)}],
        "max_tokens": 64,
    }
    if stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    return body


def _delta(line: bytes | str) -> str:
    """Return the text that a line of a stream brings."""
    data = line[5:].strip() if line[:5] in (b"data:", "data:") else b""
    if not data or data in (b"[DONE]", "[DONE]"):
        return ""
    choices = json.loads(data)["choices"]
    return (choices[0]["delta"].get("content") or "") if choices else ""


@asynccontextmanager
async def _aiohttp(url: str, *, stream: bool) -> AsyncIterator[Call]:
    import aiohttp

    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def call(number: int) -> str:
            body = json.dumps(_body(number, stream=stream)).encode()
            headers = {"Content-Type": "application/json"}
            async with session.post(f"{url}/chat/completions", data=body, headers=headers) as reply:
                if stream:
                    return "".join([_delta(line) async for line in reply.content])
                found = json.loads(await reply.read())
            return str(found["choices"][0]["message"]["content"])

        yield call


@asynccontextmanager
async def _httpx(url: str, *, stream: bool) -> AsyncIterator[Call]:
    import httpx

    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(limits=limits, timeout=60) as client:

        async def call(number: int) -> str:
            path, body = f"{url}/chat/completions", _body(number, stream=stream)
            if stream:
                async with client.stream("POST", path, json=body) as reply:
                    return "".join([_delta(line) async for line in reply.aiter_lines()])
            found = (await client.post(path, json=body)).json()
            return str(found["choices"][0]["message"]["content"])

        yield call


@asynccontextmanager
async def _openai(url: str, *, stream: bool) -> AsyncIterator[Call]:
    import openai

    async with openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0) as client:

        async def call(number: int) -> str:
            found = await client.chat.completions.create(**_body(number, stream=stream))
            if not stream:
                return found.choices[0].message.content or ""
            chunks = [chunk async for chunk in found]
            return "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)

        yield call


@asynccontextmanager
async def _litellm(url: str, *, stream: bool) -> AsyncIterator[Call]:
    import litellm

    litellm.suppress_debug_info = True

    async def call(number: int) -> str:
        body = {**_body(number, stream=stream), "model": f"openai/{_MODEL}"}
        found = await litellm.acompletion(**body, api_base=url, api_key="none")
        if not stream:
            return found.choices[0].message.content or ""
        chunks = [chunk async for chunk in found]
        return "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)

    yield call


CLIENTS = {"aiohttp": _aiohttp, "httpx": _httpx, "openai": _openai, "litellm": _litellm}


async def _measure(options: argparse.Namespace) -> dict[str, float]:
    began = time.perf_counter()
    numbers = iter(range(options.calls))
    async with CLIENTS[options.client](options.url, stream=options.stream) as call:
        if not await call(-1):
            raise RuntimeError("The server did not answer.")
        first_call_s = time.perf_counter() - began

        async def work() -> None:
            for number in numbers:
                if not await call(number):
                    raise RuntimeError("The server did not answer.")

        cpu, wall = time.process_time(), time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(options.concurrency):
                group.create_task(work())
        wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
    return {"wall_s": wall_s, "cpu_s": cpu_s, "first_call_s": first_call_s}


def main() -> None:
    """Make the calls and print what they cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("client", choices=CLIENTS)
    parser.add_argument("--url", required=True)
    parser.add_argument("--calls", type=int, required=True)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--stream", action="store_true")
    sys.stdout.write(json.dumps(asyncio.run(_measure(parser.parse_args()))) + "\n")


if __name__ == "__main__":
    main()
