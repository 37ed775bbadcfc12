"""The Calls page: filters, a search field, and the list of every call."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QComboBox, QLineEdit, QStackedWidget, QWidget
from typing_extensions import override

from prompt_workbench.domain.calls import CallRow
from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.ui.calls.narrowing import narrowing
from prompt_workbench.ui.calls.presenter import CallsPresenter
from prompt_workbench.ui.kit.call_details import CallDetails
from prompt_workbench.ui.kit.empty_state import EmptyState
from prompt_workbench.ui.kit.labels import button, label
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.kit.page import Page, PageContext, Target, TargetKind
from prompt_workbench.ui.kit.paged_model import ROW_ROLE
from prompt_workbench.ui.kit.table import table
from prompt_workbench.ui.theme.tokens import Space

_SEARCH_WIDTH = 190


class CallsPage(Page):
    """Lists every call of the project and shows the chosen one."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.presenter = CallsPresenter(context.workbench.calls, self.tasks, self)
        self.selected: CallRow | None = None
        self._build()
        self.presenter.counted.connect(self._show_count)
        self.presenter.filtered.connect(self._show_filter)
        self.presenter.more_changed.connect(self._more.setVisible)
        self._table.selectionModel().currentRowChanged.connect(self._select)
        self._table.activated.connect(lambda _index: self.open_run())

    @override
    def shown(self) -> None:
        self.tasks.start(self._load_choices())
        self.presenter.load()

    @override
    def open(self, target: Target) -> None:
        if target.calls is not None:
            self._search.blockSignals(True)
            self._search.clear()
            self._search.blockSignals(False)
            self.presenter.show_only(target.calls)
        if target.id:
            self._details.show_call(target.id)

    @override
    def on_changes(self, changes: ChangeSet) -> None:
        self.presenter.on_changes(changes)
        if changes.touches(Kind.PROMPT, Kind.MODEL):
            self.tasks.start(self._load_choices())

    @override
    def inspector(self) -> QWidget | None:
        return self._details

    def start_search(self) -> None:
        """Put the cursor into the search field."""
        self._search.setFocus()
        self._search.selectAll()

    def open_run(self) -> None:
        """Show the run that the chosen call belongs to."""
        if self.selected is not None:
            self.context.navigator.open(
                Target(kind=TargetKind.RUN, id=self.selected.run_id, detail=self.selected.id)
            )

    def _build(self) -> None:
        self._search = QLineEdit()
        self._search.setPlaceholderText("Search in requests and answers")
        self._search.setAccessibleName("Search in requests and answers")
        self._search.setClearButtonEnabled(True)
        self._search.setMinimumWidth(_SEARCH_WIDTH)
        self._search.textChanged.connect(self.presenter.search)
        self._model = _choice("Model")
        self._model.currentIndexChanged.connect(
            lambda _: self.presenter.choose_model(self._model.currentData() or "")
        )
        self._prompt = _choice("Prompt")
        self._prompt.currentIndexChanged.connect(
            lambda _: self.presenter.choose_prompt(self._prompt.currentData() or "")
        )
        self._state = _choice("State")
        for state in GenerationState:
            self._state.addItem(state.value.capitalize(), state.value)
        self._state.currentIndexChanged.connect(lambda _: self._choose_state())
        self._count = label(role="muted")
        self._narrowed = button("", self.presenter.widen, name="Show all versions and times")
        self._narrowed.hide()
        self._more = button("Show more", self.presenter.more, kind="quiet")
        self._more.hide()
        self._table = table(self.presenter.model, "Calls")
        self._details = CallDetails(self.context.workbench.runs, self.tasks, self.context.theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._table)
        self._stack.addWidget(
            EmptyState(
                "No calls yet",
                "Every call to a model is kept here with its request, answer, tokens and cost.",
                action=("Compare two prompts", self._compare),
            )
        )
        filters = row((self._search, 3), (self._model, 2), (self._prompt, 2), (self._state, 1))
        counts = row(self._count, self._narrowed, 1, self._more)
        self.setLayout(
            column(
                filters,
                counts,
                (self._stack, 1),
                spacing=Space.BETWEEN,
                margins=Space.AROUND,
            )
        )

    def _compare(self) -> None:
        self.context.navigator.open(Target(kind=TargetKind.COMPARE))

    def _choose_state(self) -> None:
        # Qt hands an item's data back as plain text, not as the enumeration it was.
        chosen = self._state.currentData()
        self.presenter.choose_state(GenerationState(chosen) if chosen else None)

    def _show_filter(self) -> None:
        wanted = self.presenter.filter
        states = [state.value for state in wanted.states]
        _choose(self._model, wanted.model)
        _choose(self._prompt, wanted.prompt)
        _choose(self._state, states[0] if len(states) == 1 else None)
        words = narrowing(wanted)
        self._narrowed.setText(f"{words}  ✕")
        self._narrowed.setVisible(bool(words))

    def _show_count(self, text: str) -> None:
        self._count.setText(text)
        presenter = self.presenter
        unfiltered = not presenter.search_text and presenter.filter == type(presenter.filter)()
        self._stack.setCurrentIndex(1 if unfiltered and not presenter.model.rowCount() else 0)

    def _select(self, index: QModelIndex) -> None:
        self.selected = index.data(ROW_ROLE)
        if self.selected is not None:
            self._details.show_call(self.selected.id)

    async def _load_choices(self) -> None:
        workbench = self.context.workbench
        _fill(self._model, [str(model.ref) for model in await workbench.models.list()])
        prompts = await workbench.prompts.list()
        _fill(self._prompt, [listing.prompt.name for listing in prompts])


def _choice(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.addItem(f"Any {name.lower()}", None)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    return box


def _fill(box: QComboBox, names: list[str]) -> None:
    """Offer other names; the chosen one stays chosen."""
    chosen = box.currentData()
    box.blockSignals(True)
    while box.count() > 1:
        box.removeItem(1)
    for name in names:
        box.addItem(name, name)
    box.blockSignals(False)
    _choose(box, chosen)


def _choose(box: QComboBox, name: str | None) -> None:
    """Show what is chosen, also where it is not offered, such as a prompt that was deleted."""
    box.blockSignals(True)
    if box.findData(name) < 0:
        box.addItem(name or "", name)
    box.setCurrentIndex(box.findData(name))
    box.blockSignals(False)
