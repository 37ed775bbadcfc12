"""The open prompt: its draft, versions, branches and labels, and what is done with them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.domain.errors import NotFoundError
from prompt_workbench.domain.messages import Message
from prompt_workbench.domain.prompts import (
    MAIN_BRANCH,
    Branch,
    PromptContent,
    PromptVersion,
    VersionSummary,
)
from prompt_workbench.domain.templates import missing_inputs
from prompt_workbench.services.base import Done
from prompt_workbench.services.prompts import Prompts
from prompt_workbench.ui.bridge import Latest, TaskScope, delayed
from prompt_workbench.ui.kit.history import History
from prompt_workbench.ui.prompts.analysis import Analysis, analysed
from prompt_workbench.ui.prompts.draft_keeper import DraftKeeper
from prompt_workbench.ui.prompts.open_prompt import LoadedPrompt, OpenPrompt, Work, load_prompt
from prompt_workbench.ui.prompts.version_diffs import VersionDiffs

_ANALYSE_MS = 60


class PromptPresenter(QObject):
    """Holds the open prompt and turns intents into service calls."""

    opened = Signal()
    """Another prompt, branch or content is shown: everything is drawn again."""
    described = Signal()
    """Name, versions, labels or branches changed; what is typed did not."""
    analysis_changed = Signal(object)
    dirty_changed = Signal()
    saved = Signal(object)
    closed = Signal()
    failed = Signal(object)

    def __init__(
        self, prompts: Prompts, history: History, tasks: TaskScope, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._prompts = prompts
        self._history = history
        self._tasks = tasks
        self._opening = Latest(tasks)
        self._analysing = Latest(tasks)
        self._refreshing = Latest(tasks)
        self._analyse_soon = delayed(self, _ANALYSE_MS, self._analyse)
        self._work: Work | None = None
        self._state: OpenPrompt | None = None
        self.drafts = DraftKeeper(prompts, tasks, self._newest, self)
        self.diffs = VersionDiffs(prompts, tasks, self)
        self.analysis = Analysis()

    @property
    def state(self) -> OpenPrompt | None:
        """The open prompt, or None."""
        return self._state

    @property
    def content(self) -> PromptContent:
        """What the editor holds now."""
        return self._work.content if self._work is not None else PromptContent(messages=())

    @property
    def values(self) -> Mapping[str, Json]:
        """What the inputs are filled with."""
        return self._work.values if self._work is not None else {}

    @property
    def is_open(self) -> bool:
        """Whether a prompt is on the screen."""
        return self._state is not None

    @property
    def is_dirty(self) -> bool:
        """Whether the text differs from the version it stands on."""
        return self._state is not None and self.content != self._state.base.content

    def open(self, prompt_id: str, branch: str = MAIN_BRANCH) -> None:
        """Show a prompt, with its draft where there is one."""
        self._opening.start(load_prompt(self._prompts, prompt_id, branch), done=self._show)

    def close(self) -> None:
        """Show no prompt."""
        self._opening.cancel()
        self._state = self._work = None
        self.drafts.begin(None)
        self.closed.emit()

    def switch_branch(self, branch: str) -> None:
        """Show another branch of the prompt; the draft of this one stays."""
        if self._state is not None and branch != self._state.branch:
            self._tasks.start(self.drafts.keep())
            self.open(self._state.prompt.id, branch)

    def edit(self, content: PromptContent) -> None:
        """Take over what was typed."""
        if self._work is None or content == self._work.content:
            return
        was_dirty = self.is_dirty
        self._work = replace(self._work, content=content)
        self._touched()
        if was_dirty != self.is_dirty:
            self.dirty_changed.emit()

    def fill(self, values: Mapping[str, Json]) -> None:
        """Take over the values of the inputs."""
        if self._work is not None and dict(values) != dict(self._work.values):
            self._work = replace(self._work, values=dict(values))
            self._touched()

    def missing_values(self) -> tuple[str, ...]:
        """Return the inputs without which the texts cannot be rendered."""
        return missing_inputs(self._prompts.check(self.content, self.values))

    def save(self, message: str) -> None:
        """Store the text as the next version of the branch."""
        if self._state is None:
            return
        self.drafts.pause()
        state = self._state
        work = self._prompts.save(
            state.prompt.id,
            self.content,
            message=message,
            branch=state.branch,
            base_id=state.base.id,
        )
        self._tasks.start(work, done=self._saved)

    def restore(self, version_id: str) -> None:
        """Put the text of an older version into the editor; saving makes it the newest."""
        self._tasks.start(self._prompts.version(version_id), done=self._restored)

    def replace_messages(self, messages: tuple[Message, ...]) -> None:
        """Show other messages, such as those before one was removed."""
        self._replace_content(replace(self.content, messages=messages))

    def discard(self) -> None:
        """Go back to the version that the draft stands on."""
        if self._state is not None:
            self._replace_content(self._state.base.content)

    def label(self, name: str, version_id: str) -> None:
        """Point a label at a version."""
        self._write(lambda state: self._prompts.label(state.prompt.id, name, version_id))

    def unlabel(self, name: str) -> None:
        """Take a label away."""
        self._write(lambda state: self._prompts.unlabel(state.prompt.id, name))

    def start_branch(self, name: str, number: int) -> None:
        """Start a branch at a version and show it."""
        if self._state is not None:
            prompt_id = self._state.prompt.id
            work = self._prompts.branch(prompt_id, name, str(number))
            self._tasks.start(work, done=self._branched)

    def delete_branch(self, name: str) -> None:
        """Forget a branch; its versions stay."""
        self._write(lambda state: self._prompts.delete_branch(state.prompt.id, name))

    def diff_to_base(self) -> None:
        """Ask for what saving would change."""
        if self._state is not None:
            self.diffs.to_editor(self._state.base, self.content)

    def diff_to_draft(self, version: VersionSummary) -> None:
        """Ask for what differs between a version and the editor."""
        self.diffs.listed_to_editor(version, self.content)

    def on_changes(self, changes: ChangeSet) -> None:
        """Read again what is shown around the text, when it may be different."""
        state = self._state
        if state is None or not changes.touches(Kind.PROMPT):
            return
        if not changes.ids or state.prompt.id in changes.ids:
            self._refresh(state)

    def _newest(self) -> tuple[OpenPrompt, Work] | None:
        return (self._state, self._work) if self._state and self._work else None

    def _show(self, loaded: LoadedPrompt) -> None:
        self._state, self._work = loaded.state, loaded.work
        self.drafts.begin(self._work)
        self.analysis = Analysis()
        self.opened.emit()
        self._analyse()

    def _refresh(self, state: OpenPrompt) -> None:
        load = load_prompt(self._prompts, state.prompt.id, state.branch)
        done = partial(self._refreshed, state.branch)
        self._refreshing.start(load, done=done, failed=self._vanished)

    def _refreshed(self, asked: str, loaded: LoadedPrompt) -> None:
        fresh, state = loaded.state, self._state
        if state is None or fresh.prompt.id != state.prompt.id:
            return
        if asked != state.branch:  # another branch was shown meanwhile
            self._refresh(state)
        elif fresh.prompt.deleted_at is not None:
            self.close()
        elif fresh.branch != state.branch or (fresh.base.id != state.base.id and not self.is_dirty):
            self._show(loaded)
        else:
            heads = {each.name: each.head_id for each in fresh.branches}
            moved = heads.get(state.branch) != state.base.id
            self._state = replace(fresh, base=state.base, moved=moved)
            self.described.emit()

    def _vanished(self, error: Exception) -> None:
        if isinstance(error, NotFoundError):
            self.close()
        else:
            self.failed.emit(error)

    def _saved(self, done: Done[PromptVersion]) -> None:
        self._history.record(done)
        state = self._state
        if state is None or done.value.prompt_id != state.prompt.id:
            return
        self._state = replace(state, base=done.value, moved=False)
        self.drafts.begin(None)  # the service removed the draft; typing since then is not kept yet
        self.saved.emit(done.value)
        self.dirty_changed.emit()
        self._touched()

    def _restored(self, version: PromptVersion) -> None:
        self._replace_content(version.content)

    def _replace_content(self, content: PromptContent) -> None:
        if self._work is not None:
            self._work = replace(self._work, content=content)
            self._touched()
            self.opened.emit()

    def _branched(self, done: Done[Branch]) -> None:
        self._history.record(done)
        self.switch_branch(done.value.name)

    def _write(self, work: Any) -> None:
        if self._state is not None:
            self._tasks.start(work(self._state), done=self._history.record)

    def _touched(self) -> None:
        self._analyse_soon.start()
        self.drafts.touched()

    def _analyse(self) -> None:
        work = asyncio.to_thread(analysed, self.content, dict(self.values))
        self._analysing.start(work, done=self._show_analysis)

    def _show_analysis(self, analysis: Analysis) -> None:
        self.analysis = analysis.following(self.analysis)
        self.analysis_changed.emit(self.analysis)
