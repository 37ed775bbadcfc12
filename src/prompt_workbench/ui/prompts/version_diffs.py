"""What differs between versions of a prompt, and between them and the editor."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.diffs import VersionDiff, diff_contents
from prompt_workbench.domain.prompts import PromptContent, PromptVersion, VersionSummary
from prompt_workbench.services.prompts import Prompts
from prompt_workbench.ui.bridge import Latest, TaskScope


class VersionDiffs(QObject):
    """Works out one difference at a time; only the newest one asked for is shown."""

    ready = Signal(str, object)
    """Its title and the `VersionDiff`."""

    def __init__(self, prompts: Prompts, tasks: TaskScope, parent: QObject) -> None:
        super().__init__(parent)
        self._prompts = prompts
        self._latest = Latest(tasks)

    def to_editor(self, version: PromptVersion, content: PromptContent) -> None:
        """Ask for what saving the editor's content on a version would change."""
        before = "nothing" if version.is_start else f"v{version.number}"
        self._start(f"{before} → draft", _difference(version.content, content))

    def listed_to_editor(self, version: VersionSummary, content: PromptContent) -> None:
        """Ask for what differs between a version of the list and the editor's content."""
        self._start(f"v{version.number} → draft", self._from(version.id, content))

    def between(self, one: VersionSummary, other: VersionSummary) -> None:
        """Ask for what differs between two versions, from the older to the newer."""
        older, newer = sorted((one, other), key=lambda version: version.number)
        title = f"v{older.number} → v{newer.number}"
        self._start(title, self._prompts.diff(older.id, newer.id))

    def _start(self, title: str, work: Coroutine[Any, Any, VersionDiff]) -> None:
        self._latest.start(work, done=lambda diff: self.ready.emit(title, diff))

    async def _from(self, version_id: str, content: PromptContent) -> VersionDiff:
        version = await self._prompts.version(version_id)
        return await _difference(version.content, content)


async def _difference(before: PromptContent, after: PromptContent) -> VersionDiff:
    return await asyncio.to_thread(diff_contents, before, after)
