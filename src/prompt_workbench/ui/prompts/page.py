"""The page on which a prompt is written, run and versioned."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget
from typing_extensions import override

from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.domain.messages import Message
from prompt_workbench.domain.prompts import VersionSummary
from prompt_workbench.ui.bridge import delayed
from prompt_workbench.ui.kit.dialogs import ask_text
from prompt_workbench.ui.kit.empty_state import EmptyState
from prompt_workbench.ui.kit.layouts import column, holding
from prompt_workbench.ui.kit.page import Page, PageContext, Target, TargetKind
from prompt_workbench.ui.prompts.analysis import Analysis
from prompt_workbench.ui.prompts.attaching import Attaching
from prompt_workbench.ui.prompts.forecast_presenter import ForecastPresenter
from prompt_workbench.ui.prompts.head import PromptHead
from prompt_workbench.ui.prompts.history_panel import HistoryPanel
from prompt_workbench.ui.prompts.inspector import PromptInspector
from prompt_workbench.ui.prompts.list_presenter import PromptListPresenter
from prompt_workbench.ui.prompts.messages_panel import MessagesPanel
from prompt_workbench.ui.prompts.navigator import PromptNavigator
from prompt_workbench.ui.prompts.presenter import PromptPresenter
from prompt_workbench.ui.prompts.quick_run import QuickRunPresenter
from prompt_workbench.ui.prompts.run_panel import RunPanel

_COLLECT_MS = 80
_BESIDE_FROM = 720
_PROMPT_MENU = (
    "prompt.rename", "prompt.move", "prompt.tags", "prompt.duplicate", "prompt.delete",
)  # fmt: skip
_VERSION_MENU = (
    "prompt.diff", "prompt.compare_on_data", "prompt.restore", "prompt.label", "prompt.unlabel",
    "prompt.branch", "prompt.delete_branch",
)  # fmt: skip


class PromptsPage(Page):
    """Widgets of the open prompt; what they mean is in the presenters."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        workbench, history = context.workbench, context.history
        self.presenter = PromptPresenter(workbench.prompts, history, self.tasks, self)
        self.prompts = PromptListPresenter(workbench.prompts, history, self.tasks, self)
        self.quick = QuickRunPresenter(workbench, self.tasks, self)
        self.forecasts = ForecastPresenter(
            workbench.prompts, self.presenter, self.quick, self.tasks, self
        )
        self._collect_soon = delayed(self, _COLLECT_MS, self.collect)
        self._navigator = PromptNavigator(self.prompts, context.theme, self.ask_new)
        self.messages_panel = MessagesPanel(context.theme)
        self.messages = self.messages_panel.blocks
        self.attaching = Attaching(workbench.prompts, self.messages, self.tasks)
        self.details = PromptInspector(context.theme)
        self.run_panel = RunPanel(self.quick, context)
        self.history_panel = HistoryPanel(self.presenter, context.theme)
        self._head = PromptHead()
        self._beside = QSplitter(Qt.Orientation.Horizontal)
        self._places = QStackedWidget()
        self._build()
        self._connect()

    @override
    def shown(self) -> None:
        if not self.prompts.loaded:
            self.prompts.refresh()
            self.quick.load_models()

    @override
    def open(self, target: Target) -> None:
        if target.kind is TargetKind.PROMPT and target.id:
            self.open_prompt(target.id)

    @override
    def navigator(self) -> QWidget:
        return self._navigator

    @override
    def inspector(self) -> QWidget:
        return self.details

    @override
    def on_changes(self, changes: ChangeSet) -> None:
        self.prompts.on_changes(changes)
        self.presenter.on_changes(changes)
        if changes.touches(Kind.MODEL):
            self.quick.load_models()
            self.run_panel.refresh_offer()

    @override
    async def finish(self) -> None:
        self.collect()
        await self.presenter.drafts.keep()

    @property
    def selected_versions(self) -> list[VersionSummary]:
        """The versions that are marked in the list, newest first."""
        return self.history_panel.versions.selected()

    def open_prompt(self, prompt_id: str) -> None:
        """Show a prompt; what was typed in the one before is kept as its draft."""
        self.collect()
        self.tasks.start(self._change_prompt(prompt_id))

    def collect(self) -> None:
        """Take over what was typed a moment ago."""
        self._collect_soon.stop()
        if self.presenter.is_open:
            self.details.collect()
            self._edit(messages=self.messages.messages())

    def run(self) -> None:
        """Send the text of the editor to the chosen models."""
        self.collect()
        state = self.presenter.state
        if state is None or self._asks_for_values():
            return
        version = None if self.presenter.is_dirty or state.base.is_start else state.base
        content, values = self.presenter.content, self.presenter.values
        self.quick.run(state.prompt.name, version, content, values)

    def save(self) -> None:
        """Ask for the message of a new version; asked twice, save it."""
        self.collect()
        self.history_panel.ask_save()

    def ask_new(self) -> None:
        """Ask for the name of a new prompt."""
        current = self._navigator.current()
        folder = current.folder if current is not None else ""
        ask_text(
            self,
            title="New prompt",
            field="Name",
            value=self.prompts.free_name("New prompt"),
            confirm="Create",
            done=lambda name: self.prompts.begin(name, folder=folder),
        )

    def compare_on_data(self) -> None:
        """Take the marked versions, or the open one, to the Compare page."""
        state = self.presenter.state
        if state is None:
            return
        numbers = [str(version.number) for version in reversed(self.selected_versions)]
        base = [] if state.base.is_start else [str(state.base.number)]
        refs = numbers or [*base, *(["draft"] if self.presenter.is_dirty else [])]
        detail = ",".join(f"{state.prompt.name}@{ref}" for ref in refs)
        self.collect()
        self.tasks.start(
            self.presenter.drafts.keep(),
            done=lambda _: self.context.navigator.open(
                Target(kind=TargetKind.COMPARE, id=state.prompt.id, detail=detail)
            ),
        )

    def focus_filter(self) -> None:
        """Put the cursor into the filter of the list."""
        self._navigator.focus_filter()

    def _asks_for_values(self) -> bool:
        """Show which inputs have no value, if any, in place of calls that cannot be made."""
        missing = self.presenter.missing_values()
        if missing:
            self.details.setCurrentWidget(self.details.inputs)
            self.details.inputs.ask_for(missing)
        return bool(missing)

    def _build(self) -> None:
        for each in (self._beside, lower := QSplitter(Qt.Orientation.Vertical)):
            each.setHandleWidth(1)
            each.setChildrenCollapsible(False)
        self._beside.addWidget(self.messages_panel)
        self._beside.addWidget(self.run_panel)
        self._beside.setSizes([520, 400])
        lower.addWidget(self._beside)
        lower.addWidget(self.history_panel)
        lower.setStretchFactor(0, 1)
        lower.setSizes([600, 190])
        self._places.addWidget(QWidget())
        self._places.addWidget(holding(column(self._head, (lower, 1), spacing=0)))
        self._places.addWidget(
            EmptyState(
                "No prompt yet",
                "This is where prompts are written, tried on models and kept in versions.",
                action=("New prompt", self.ask_new),
            )
        )
        self._places.addWidget(
            EmptyState("No prompt is open", "Choose one on the left, or write a new one.",
                       action=("New prompt", self.ask_new))
        )  # fmt: skip
        self.setLayout(column(self._places))

    def _connect(self) -> None:
        presenter = self.presenter
        presenter.opened.connect(self._show)
        presenter.described.connect(self._describe)
        presenter.dirty_changed.connect(self._describe)
        presenter.closed.connect(self._show_closed)
        presenter.analysis_changed.connect(self._show_analysis)
        presenter.drafts.saving_changed.connect(self.saving_changed)
        self.forecasts.changed.connect(self.messages_panel.show_forecast)
        self.quick.models_changed.connect(self._offer_models)
        for source in (presenter, self.forecasts, self.attaching):
            source.failed.connect(self.context.notify.show_error)
        self.prompts.lines_changed.connect(self._list_changed)
        self.prompts.created.connect(self._open_created)
        self._navigator.chosen.connect(self.open_prompt)
        self._navigator.menu_asked.connect(
            lambda widget, place: self.open_menu(widget, place, *_PROMPT_MENU)
        )
        versions = self.history_panel.versions
        versions.customContextMenuRequested.connect(
            lambda place: self.open_menu(versions.viewport(), place, *_VERSION_MENU)
        )
        self.messages.edited.connect(self._collect_soon.start)
        self.details.content_edited.connect(lambda changes: self._edit(**changes))
        self.details.values_edited.connect(presenter.fill)
        self.run_panel.run_asked.connect(self.run)
        self._head.language_chosen.connect(lambda language: self._edit(language=language))
        self._head.branch_chosen.connect(self._switch_branch)
        self.messages.removed.connect(partial(self._offer_back, what="a message"))
        self.messages.file_removed.connect(
            lambda before, name: self._offer_back(before, what=name or "a file")
        )

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= _BESIDE_FROM
        self._beside.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)

    async def _change_prompt(self, prompt_id: str) -> None:
        await self.presenter.drafts.keep()
        self.presenter.open(prompt_id)

    def _open_created(self, prompt_id: str) -> None:
        self.messages_panel.edit()
        self.open_prompt(prompt_id)

    def _switch_branch(self, branch: str) -> None:
        self.collect()
        self.presenter.switch_branch(branch)

    def _offer_back(self, before: tuple[Message, ...], *, what: str) -> None:
        self.collect()
        bring_back = partial(self.presenter.replace_messages, before)
        self.context.notify.say(f"Removed {what}.", action=("Undo", bring_back))

    def _edit(self, **changes: Any) -> None:
        self.presenter.edit(replace(self.presenter.content, **changes))

    def _show(self) -> None:
        presenter, content = self.presenter, self.presenter.content
        self._collect_soon.stop()
        self.messages.show_messages(content)
        self.details.show_content(content, presenter.values)
        if presenter.state is not None:
            self.quick.show_prompt(presenter.state.prompt.id)
        self.history_panel.show_versions()
        self._head.show_content(content)
        self._places.setCurrentIndex(1)
        self._describe()
        if not any(content.templates):  # a new prompt waits to be written
            self.messages.focus_first()

    def _describe(self) -> None:
        state = self.presenter.state
        if state is None:
            return
        self._navigator.show_open(state.prompt.id)
        self._head.show_state(state, dirty=self.presenter.is_dirty)

    def _show_analysis(self, analysis: Analysis) -> None:
        self.messages_panel.show_analysis(analysis)
        self.details.show_analysis(self.presenter.content, analysis)

    def _show_closed(self) -> None:
        self._navigator.show_open("")
        self._places.setCurrentIndex(3 if self.prompts.lines else 2)

    def _offer_models(self) -> None:
        self.details.policies.offer_models([str(model.ref) for model in self.quick.models])

    def _list_changed(self) -> None:
        if self.presenter.is_open:
            return
        if self.prompts.lines and not self.prompts.text:
            self.presenter.open(self.prompts.lines[0].prompt.id)
        else:
            self._show_closed()
