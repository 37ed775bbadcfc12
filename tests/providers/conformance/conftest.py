"""A desk for each interface."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.providers.conformance.desk import Desk
from tests.support.chat import KEY

from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_speech import FORMS
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.interfaces import make_provider


@pytest.fixture
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    interface: Interface = request.param
    async with FakeProvider() as server:
        http = HttpClient()
        try:
            adapter = make_provider(interface, http, server.base_url, KEY)
            yield Desk(interface, FORMS[interface], server, adapter)
        finally:
            await http.close()
