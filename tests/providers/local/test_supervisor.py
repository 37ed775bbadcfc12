"""The real local model: it answers its owner only, comes back after a crash, leaves nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import aiohttp
import psutil
import pytest
from tests.support import local_model
from tests.support.local_model import MODEL

from prompt_workbench.domain.errors import HostError, ModelFileError
from prompt_workbench.providers.local.supervisor import (
    LocalEndpoint,
    LocalServers,
    ServerLimits,
    default_limits,
)
from prompt_workbench.settings.models import LocalModel, ModelRegistry

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="looks at processes as POSIX does")


@pytest.fixture
async def servers(model_weights: Path) -> AsyncIterator[LocalServers]:
    servers = local_model.servers()
    yield servers
    await servers.close()


def model_processes(parent: int | None = None) -> list[psutil.Process]:
    found = []
    for process in psutil.Process(parent).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "_local-model" in process.cmdline():
                found.append(process)
    return found


def wait_until(condition: Callable[[], object], *, within_s: float = 60) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_gone(process: psutil.Process) -> bool:
    # Where nothing reaps orphans, a dead one stays listed.
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() == psutil.STATUS_ZOMBIE
    return True


async def crashed(first: LocalEndpoint, servers: LocalServers) -> LocalEndpoint:
    """Kill the server and return the endpoint of the one that follows it."""
    [process] = model_processes()
    process.kill()
    async with asyncio.timeout(60):
        while (endpoint := await servers.endpoint(MODEL)) == first:
            await asyncio.to_thread(wait_until, lambda: not model_processes())
    return endpoint


async def ask(
    endpoint: LocalEndpoint, *, key: str | None = None, path: str = "/chat/completions"
) -> tuple[int, dict[str, object]]:
    body = {
        "messages": [{"role": "user", "content": "Say hello."}],
        "temperature": 0,
        "max_tokens": 8,
    }
    headers = {"Authorization": f"Bearer {key or endpoint.api_key}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(endpoint.url + path, json=body, headers=headers) as response,
    ):
        return response.status, await response.json()


async def test_a_real_model_answers_and_reports_its_tokens(servers: LocalServers) -> None:
    endpoint = await servers.endpoint(MODEL)
    status, answer = await ask(endpoint)
    assert status == 200
    assert answer["model"] == "smollm2-135m-instruct"
    assert answer["choices"][0]["message"]["content"].startswith("Hello")  # type: ignore[index]
    assert answer["usage"]["completion_tokens"] == 8  # type: ignore[index]
    assert (endpoint.context_size, endpoint.slots) == (2048, 2)


async def test_other_limits_hold_from_the_next_call_that_finds_the_server_unused(
    servers: LocalServers,
) -> None:
    async with servers.use(MODEL) as first:
        servers.limits = replace(servers.limits, context_size=1024)
        assert await servers.endpoint(MODEL) == first
    async with servers.use(MODEL) as second:
        assert second.context_size == 1024
    assert len(model_processes()) == 1


async def test_nobody_else_on_this_computer_can_use_the_server(servers: LocalServers) -> None:
    endpoint = await servers.endpoint(MODEL)
    assert (await ask(endpoint, key="guessed"))[0] == 401
    address = endpoint.url.removesuffix("/v1")
    async with aiohttp.ClientSession() as session:
        for path, status in {"/": 404, "/props": 401, "/slots": 401, "/v1/models": 401}.items():
            async with session.get(address + path) as response:
                assert response.status == status, path
        headers = {"Origin": "http://evil.example"}
        async with session.get(address + "/health", headers=headers) as response:
            assert response.headers.get("Access-Control-Allow-Origin") != headers["Origin"]
            assert response.headers.get("Access-Control-Allow-Origin") != "*"
    [process] = model_processes()
    assert {c.laddr.ip for c in process.net_connections() if c.status == "LISTEN"} == {"127.0.0.1"}


async def test_the_key_is_in_no_place_that_others_can_read(servers: LocalServers) -> None:
    endpoint = await servers.endpoint(MODEL)
    [process] = model_processes()
    assert endpoint.api_key not in " ".join(process.cmdline())
    assert endpoint.api_key not in str(process.environ())
    assert endpoint.api_key not in repr(endpoint)


async def test_a_stopped_answer_frees_its_place_at_once(servers: LocalServers) -> None:
    endpoint = await servers.endpoint(MODEL)
    body = {
        "messages": [{"role": "user", "content": "Tell a long story."}],
        "max_tokens": 1500,
        "stream": True,
        "ignore_eos": True,
    }
    headers = {"Authorization": f"Bearer {endpoint.api_key}"}
    async with aiohttp.ClientSession() as session:
        for _ in range(endpoint.slots + 1):
            async with session.post(
                f"{endpoint.url}/chat/completions", json=body, headers=headers
            ) as response:
                assert (await response.content.readline()).startswith(b"data: ")
                response.close()
        async with asyncio.timeout(60):
            assert (await ask(endpoint))[0] == 200


async def test_everyone_who_asks_at_once_gets_the_one_server(servers: LocalServers) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(servers.endpoint(MODEL)) for _ in range(5)]
    assert len({task.result().url for task in tasks}) == 1
    assert len(model_processes()) == 1


async def test_after_a_crash_the_next_call_gets_a_new_server(servers: LocalServers) -> None:
    second = await crashed(await servers.endpoint(MODEL), servers)
    assert (await ask(second))[0] == 200


async def test_a_server_that_keeps_crashing_is_given_up_for_a_minute(
    model_weights: Path,
) -> None:
    now = [0.0]
    servers = LocalServers(local_model.registry, limits=local_model.LIMITS, clock=lambda: now[0])
    try:
        endpoint = await servers.endpoint(MODEL)
        for _ in range(2):
            endpoint = await crashed(endpoint, servers)
        with pytest.raises(HostError, match="failed 3 times within a minute") as caught:
            await crashed(endpoint, servers)
        assert caught.value.hint is not None
        now[0] += 61
        assert (await ask(await servers.endpoint(MODEL)))[0] == 200
    finally:
        await servers.close()


async def test_closing_leaves_no_process(servers: LocalServers) -> None:
    await servers.endpoint(MODEL)
    await servers.close()
    assert model_processes() == []
    with pytest.raises(HostError, match="shut down"):
        await servers.endpoint(MODEL)


async def test_a_cancelled_start_leaves_no_process(servers: LocalServers) -> None:
    start = asyncio.create_task(servers.endpoint(MODEL))
    await asyncio.to_thread(wait_until, model_processes)
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    assert model_processes() == []
    assert (await ask(await servers.endpoint(MODEL)))[0] == 200


async def test_a_damaged_model_file_is_told(tmp_path: Path, model_weights: Path) -> None:
    cut = tmp_path / "cut.gguf"
    with model_weights.open("rb") as whole:
        cut.write_bytes(whole.read(1_000_000))
    registry = ModelRegistry().with_local(LocalModel(name="cut", path=cut))
    servers = LocalServers(lambda: registry, limits=local_model.LIMITS)
    with pytest.raises(ModelFileError, match="cut could not be loaded"):
        await servers.endpoint("local/cut")
    await servers.close()
    assert model_processes() == []


async def test_a_missing_system_library_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, servers: LocalServers
) -> None:
    sentence = "libgomp.so.1: cannot open shared object file"
    (tmp_path / "xllamacpp.py").write_text(f"raise ImportError({sentence!r})")
    search_path = os.pathsep.join((str(tmp_path), os.environ["PYTHONPATH"]))
    monkeypatch.setenv("PYTHONPATH", search_path)
    with pytest.raises(ModelFileError, match=sentence) as caught:
        await servers.endpoint(MODEL)
    assert "libgomp1" in str(caught.value.hint)


def three_models(folder: Path, model_weights: Path) -> LocalServers:
    registry = ModelRegistry()
    for name in "abc":
        (folder / name).symlink_to(model_weights)
        registry = registry.with_local(LocalModel(name=name, path=folder / name))
    limits = ServerLimits(threads=1, slots=1, context_size=256)
    return LocalServers(lambda: registry, limits=limits)


async def test_a_third_model_waits_until_one_is_not_in_use(
    tmp_path: Path, model_weights: Path
) -> None:
    servers = three_models(tmp_path, model_weights)
    try:
        async with servers.use("local/a") as a:
            async with servers.use("local/b") as b:
                third = asyncio.create_task(servers.endpoint("local/c"))
                assert (await ask(a))[0] == (await ask(b))[0] == 200
                assert not third.done()
            await third
            assert await servers.endpoint("local/a") == a
            assert len(model_processes()) == 2
    finally:
        await servers.close()


async def test_closing_ends_the_wait_for_a_place(tmp_path: Path, model_weights: Path) -> None:
    servers = three_models(tmp_path, model_weights)
    async with servers.use("local/a"), servers.use("local/b"):
        third = asyncio.create_task(servers.endpoint("local/c"))
        await asyncio.sleep(0)
        await servers.close()
        with pytest.raises(HostError, match="shut down"):
            await third
    assert model_processes() == []


def test_the_server_takes_half_of_the_cores_at_most() -> None:
    cores = psutil.cpu_count(logical=False) or 1
    assert 1 <= default_limits().threads <= max(1, min(4, cores // 2))


_PARENT = """
import asyncio, sys
from pathlib import Path
from prompt_workbench.providers.local.supervisor import LocalServers, ServerLimits
from prompt_workbench.settings.models import LocalModel, ModelRegistry

async def main():
    registry = ModelRegistry().with_local(LocalModel(name="m", path=Path(sys.argv[1])))
    servers = LocalServers(lambda: registry, limits=ServerLimits(threads=1, context_size=256))
    start = asyncio.create_task(servers.endpoint("local/m"))
    print("starting", flush=True)
    await start
    print("ready", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.parametrize("moment", ["starting", "ready"])
def test_a_killed_parent_leaves_no_orphan(model_weights: Path, moment: str) -> None:
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(model_weights)],
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        while parent.stdout.readline().strip() != moment:
            assert parent.poll() is None
        wait_until(lambda: model_processes(parent.pid))
        [child] = model_processes(parent.pid)
        parent.kill()
    wait_until(lambda: is_gone(child))
