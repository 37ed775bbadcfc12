"""The page of prompts, open on the prompt of the test's project."""

from __future__ import annotations

import pytest
import qasync
from tests.support.screen import until

from prompt_workbench.ui.prompts.page import PromptsPage
from prompt_workbench.ui.shell.window import MainWindow


@pytest.fixture
def page(loop: qasync.QEventLoop, window: MainWindow) -> PromptsPage:
    made = window.show_page("prompts")
    assert isinstance(made, PromptsPage)
    until(loop, lambda: made.presenter.is_open)
    until(loop, lambda: made.presenter.analysis.names)
    return made
