"""A desk for each subject of the suite."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from tests.providers.conformance.cases import Subject
from tests.providers.conformance.desk import Desk

from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.litellm_host import LitellmHost


@pytest.fixture(scope="session")
def litellm() -> Iterator[LitellmHost]:
    """Load litellm once for the whole suite; it takes seconds."""
    host = LitellmHost()
    host.start()
    yield host
    asyncio.run(host.close())


@pytest.fixture
async def desk(request: pytest.FixtureRequest, litellm: LitellmHost) -> AsyncIterator[Desk]:
    subject: Subject = request.param
    async with FakeProvider() as server:
        http = HttpClient()
        try:
            yield Desk(subject, server, http, litellm)
        finally:
            await http.close()
