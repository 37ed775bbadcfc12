"""The transport is tested on the event loop of the call worker and on Python's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

import pytest
from tests.support.litellm_process import litellm

from prompt_workbench.providers.http import HttpClient

__all__ = ["http", "litellm"]

try:
    import uvloop
except ImportError:  # there is none for Windows
    _LOOPS = {"asyncio": asyncio.new_event_loop}
else:
    _LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run the tests of the transport on all loops, the others on Python's own."""
    if item.path.name.startswith("test_http"):
        return _LOOPS
    return {"asyncio": asyncio.new_event_loop}


@pytest.fixture
async def http() -> AsyncIterator[HttpClient]:
    client = HttpClient()
    yield client
    await client.close()
