"""Keeps what is typed in the project file, so that not even a crash loses it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.prompts import Draft
from prompt_workbench.services.prompts import Prompts
from prompt_workbench.ui.bridge import TaskScope
from prompt_workbench.ui.kit.autosave import Autosave
from prompt_workbench.ui.prompts.open_prompt import OpenPrompt, Work


class DraftKeeper(QObject):
    """Stores the newest work as the draft of its branch."""

    saving_changed = Signal(bool)
    """Whether something was typed that is not in the project yet."""

    def __init__(
        self,
        prompts: Prompts,
        tasks: TaskScope,
        newest: Callable[[], tuple[OpenPrompt, Work] | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._prompts = prompts
        self._newest = newest
        self._kept: Work | None = None
        self._autosave = Autosave(self.keep, tasks, self)

    def begin(self, work: Work | None) -> None:
        """Note what the project holds; None for nothing, so that the next work is stored."""
        self._kept = work

    def touched(self) -> None:
        """Store what was typed before long."""
        self.saving_changed.emit(True)
        self._autosave.touched()

    def pause(self) -> None:
        """Store nothing until the work is touched again, such as while a version is saved."""
        self._autosave.stop()

    async def keep(self) -> None:
        """Store what was typed and is not in the project yet."""
        self._autosave.stop()
        newest = self._newest()
        if newest is None or newest[1] == self._kept:
            self.saving_changed.emit(False)
            return
        state, work = newest
        if work.content == state.base.content and not work.values:
            await self._prompts.discard_draft(state.prompt.id, state.branch)
        else:
            await self._prompts.save_draft(_draft(state, work))
        self._kept = work
        newest = self._newest()
        if newest is None or newest[1] == work:
            self.saving_changed.emit(False)


def _draft(state: OpenPrompt, work: Work) -> Draft:
    return Draft(
        prompt_id=state.prompt.id,
        branch=state.branch,
        base_id=state.base.id,
        content=work.content,
        values=work.values,
        updated_at=datetime.now(UTC),
    )
