"""The list of prompts: what is in it, and what is done with whole prompts."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.domain.prompts import MAIN_BRANCH, Prompt, PromptVersion
from prompt_workbench.services.base import Done
from prompt_workbench.services.prompts import PromptListing, Prompts
from prompt_workbench.ui.bridge import Latest, TaskScope, delayed
from prompt_workbench.ui.kit.history import History

_REFRESH_MS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One prompt of the list."""

    prompt: Prompt
    unsaved: bool
    """Whether it has a draft that differs from its version."""


class PromptListPresenter(QObject):
    """Keeps the list up to date."""

    lines_changed = Signal()
    created = Signal(str)

    def __init__(
        self, prompts: Prompts, history: History, tasks: TaskScope, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._prompts = prompts
        self._history = history
        self._tasks = tasks
        self._loading = Latest(tasks)
        self._soon = delayed(self, _REFRESH_MS, self.refresh)
        self.lines: tuple[Line, ...] = ()
        self.loaded = False
        self.text = ""

    def refresh(self) -> None:
        """Read the list again."""
        self._loading.start(self._load(self.text), done=self._show)

    def filter(self, text: str) -> None:
        """Show only the prompts whose folder, name or tags contain the text."""
        self.text = text
        self._soon.start()

    def begin(self, name: str, *, folder: str = "") -> None:
        """Make a prompt that is still to be written, and open it."""
        self._tasks.start(self._prompts.begin(name, folder=folder), done=self._created)

    def rename(self, prompt_id: str, name: str) -> None:
        """Give a prompt another name."""
        self._tasks.start(self._prompts.rename(prompt_id, name), done=self._history.record)

    def move(self, prompt_id: str, folder: str) -> None:
        """Put a prompt into a folder."""
        self._tasks.start(self._prompts.move(prompt_id, folder), done=self._history.record)

    def tag(self, prompt_id: str, text: str) -> None:
        """Replace the tags of a prompt by those of a comma-separated text."""
        tags = [tag.strip() for tag in text.split(",") if tag.strip()]
        self._tasks.start(self._prompts.tag(prompt_id, tags), done=self._history.record)

    def duplicate(self, prompt: Prompt) -> None:
        """Make a prompt with the newest text of another one."""
        self._tasks.start(self._duplicated(prompt), done=self._created)

    def delete(self, prompt: Prompt) -> None:
        """Hide a prompt, with an offer to undo that."""

        def tell(done: Done[Prompt]) -> None:
            self._history.record(done, tell=f"Deleted “{prompt.name}”.")

        self._tasks.start(self._prompts.delete(prompt.id), done=tell)

    def free_name(self, wanted: str) -> str:
        """Return the name, with a number after it when it is taken."""
        taken = {line.prompt.name for line in self.lines}
        name, number = wanted, 2
        while name in taken:
            name, number = f"{wanted} {number}", number + 1
        return name

    def on_changes(self, changes: ChangeSet) -> None:
        """Read the list again soon, when it may be different."""
        if changes.touches(Kind.PROMPT, Kind.DRAFT):
            self._soon.start()

    async def _load(self, text: str) -> tuple[Line, ...]:
        listings = await self._prompts.list(text)
        return tuple([await self._line(listing) for listing in listings])

    async def _line(self, listing: PromptListing) -> Line:
        unsaved = False
        if listing.has_draft:
            draft = await self._prompts.draft(listing.prompt.id, MAIN_BRANCH)
            latest = listing.latest
            unsaved = draft is not None and (
                latest is None or draft.content.hash != latest.content_hash
            )
        return Line(prompt=listing.prompt, unsaved=unsaved)

    async def _duplicated(self, prompt: Prompt) -> Done[PromptVersion]:
        resolved = await self._prompts.resolve(prompt.name)
        return await self._prompts.create(
            self.free_name(f"{prompt.name} copy"),
            resolved.content,
            folder=prompt.folder,
            tags=prompt.tags,
            message=f"Copy of {prompt.name}",
        )

    def _created(self, done: Done[PromptVersion]) -> None:
        self._history.record(done)
        self.created.emit(done.value.prompt_id)

    def _show(self, lines: tuple[Line, ...]) -> None:
        self.lines = lines
        self.loaded = True
        self.lines_changed.emit()
