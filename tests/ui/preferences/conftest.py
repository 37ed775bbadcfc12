"""The window on its preferences."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
import qasync
from tests.support.screen import act, until

from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.ui.preferences.page import PreferencesPage
from prompt_workbench.ui.shell.window import MainWindow


@pytest.fixture
def page(loop: qasync.QEventLoop, window: MainWindow) -> PreferencesPage:
    made = act(loop, lambda: window.show_page("preferences"))
    assert isinstance(made, PreferencesPage)
    until(loop, lambda: made.presenter.groups and made.presenter.keyring)
    return made


@pytest.fixture
def server() -> Iterator[FakeProvider]:
    """Return a model server with two models, which runs beside the window."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    made = FakeProvider(models=("large", "small"))
    asyncio.run_coroutine_threadsafe(made.__aenter__(), loop).result()
    yield made
    asyncio.run_coroutine_threadsafe(made.__aexit__(None, None, None), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
