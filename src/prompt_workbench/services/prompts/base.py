"""What the parts of the prompt service share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from prompt_workbench.providers.token_counter import TokenCounter
from prompt_workbench.services.base import Announce, Service

if TYPE_CHECKING:
    from prompt_workbench.storage.project import Project
    from prompt_workbench.system.renderer import Renderer


class PromptService(Service):
    """Base of the parts of the prompt service."""

    def __init__(
        self,
        project: Project,
        announce: Announce,
        *,
        renderer: Renderer,
        tokens: TokenCounter,
        author: Callable[[], str],
    ) -> None:
        super().__init__(project, announce)
        self._renderer = renderer
        self._tokens = tokens
        self._author = author
