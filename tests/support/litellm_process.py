"""One process with litellm for the tests of a session: loading it takes seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from prompt_workbench.providers.litellm_host import LitellmHost


@pytest.fixture(scope="session")
def litellm() -> Iterator[LitellmHost]:
    host = LitellmHost()
    host.start()
    yield host
    asyncio.run(host.close())
