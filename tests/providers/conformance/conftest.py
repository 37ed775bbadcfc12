"""A desk for each subject of the suite."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.providers.conformance.cases import Subject
from tests.providers.conformance.desk import Desk

from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.litellm_host import LitellmHost


@pytest.fixture
async def desk(request: pytest.FixtureRequest, litellm: LitellmHost) -> AsyncIterator[Desk]:
    subject: Subject = request.param
    async with FakeProvider() as server:
        http = HttpClient()
        try:
            yield Desk(subject, server, http, litellm)
        finally:
            await http.close()
