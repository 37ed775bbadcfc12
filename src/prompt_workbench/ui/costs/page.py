"""The Costs page: a period in numbers, charts and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QTableView, QVBoxLayout
from typing_extensions import override

from prompt_workbench.domain.calls import CallRow
from prompt_workbench.domain.changes import ChangeSet
from prompt_workbench.ui.bridge import Latest, delayed
from prompt_workbench.ui.costs.choices import Choices
from prompt_workbench.ui.costs.figures import GroupTotals
from prompt_workbench.ui.costs.headline_row import HeadlineRow
from prompt_workbench.ui.costs.periods import GROUPS, Period
from prompt_workbench.ui.costs.presenter import CostsPresenter
from prompt_workbench.ui.costs.tables import (
    CALL_COLUMNS,
    GROUP_COLUMNS,
    fit_height,
)
from prompt_workbench.ui.costs.words import headlines
from prompt_workbench.ui.kit.empty_state import EmptyState
from prompt_workbench.ui.kit.labels import button, label
from prompt_workbench.ui.kit.layouts import column, holding, row
from prompt_workbench.ui.kit.page import Page, PageContext, Target, TargetKind
from prompt_workbench.ui.kit.paged_model import ROW_ROLE, PagedModel
from prompt_workbench.ui.kit.table import table
from prompt_workbench.ui.plots.loading import charts_loaded
from prompt_workbench.ui.theme.tokens import Space

if TYPE_CHECKING:
    from prompt_workbench.ui.costs.charts import CostCharts

_GROUP_MENU = ("costs.open_calls", "costs.only")
_FIGURES, _NO_CALLS, _NONE_NOW = range(3)


class CostsPage(Page):
    """Widgets of a period; what they mean is in the presenter."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        workbench = context.workbench
        self.presenter = CostsPresenter(workbench.costs, workbench.runs, self.tasks, self)
        self._stale = True
        self._periods = Choices("Period", ((period, period.title) for period in Period))
        self._groups = Choices("By", GROUPS.items())
        self._all = button("", lambda: self.presenter.choose(""), name="Show all again")
        self._headlines = HeadlineRow()
        self._chart_place = QVBoxLayout()
        self._charts: CostCharts | None = None
        self._draw_soon = delayed(self, 0, self._draw)
        self._importing = Latest(self.tasks)
        self._group_model = PagedModel(GROUP_COLUMNS, self.tasks, parent=self)
        self._call_model = PagedModel(CALL_COLUMNS, self.tasks, parent=self)
        self._group_table = table(self._group_model, "Costs by group")
        self._call_table = table(self._call_model, "Most expensive calls of all time")
        self._group_title = label(role="heading")
        self._calls_title = label("Most expensive calls, of all time", role="heading")
        self._places = QStackedWidget()
        self._build()
        self._connect()
        self._show_question()

    @property
    def marked_call(self) -> CallRow | None:
        """The call that is marked in the table."""
        index = self._call_table.currentIndex()
        return index.data(ROW_ROLE) if index.isValid() else None

    @property
    def marked_group(self) -> GroupTotals | None:
        """The model, prompt or version that is marked in the table."""
        index = self._group_table.currentIndex()
        return index.data(ROW_ROLE) if index.isValid() else None

    @override
    def shown(self) -> None:
        if self._stale:
            self._stale = False
            self.presenter.load()

    @override
    def on_changes(self, changes: ChangeSet) -> None:
        if self.isVisible():
            self.presenter.on_changes(changes)
        else:
            self._stale = True

    def open_call(self) -> None:
        """Show the marked call with its request and answer."""
        call = self.marked_call
        if call is not None:
            self.context.navigator.open(Target(kind=TargetKind.CALL, id=call.id))

    def open_calls(self) -> None:
        """List the calls of the marked model, prompt or version."""
        group = self.marked_group
        if group is not None:
            calls = self.presenter.calls_of(group.name)
            self.context.navigator.open(Target(kind=TargetKind.CALLS, calls=calls))

    def choose_group(self) -> None:
        """Show the figures of the marked row only, or those of all again."""
        group = self.marked_group
        if group is not None:
            self.presenter.choose(group.name)

    def _build(self) -> None:
        head = row(
            self._periods, self._groups, self._all, 1, label("Days are in UTC", role="muted"),
            spacing=Space.AROUND, margins=(0, 0, Space.AROUND, 0),
        )  # fmt: skip
        content = column(
            self._headlines, self._chart_place, self._group_title, self._group_table,
            self._calls_title, self._call_table, 1,
            spacing=Space.BETWEEN, margins=(0, 0, Space.INSIDE, Space.AROUND),
        )  # fmt: skip
        scroll = QScrollArea(widgetResizable=True)
        scroll.setAccessibleName("Costs")
        scroll.setWidget(holding(content))
        self._places.addWidget(scroll)
        self._places.addWidget(
            EmptyState(
                "No calls yet",
                "Once models are called, this page says what that cost and how long it took.",
                action=("Compare two prompts", self._compare),
            )
        )
        self._places.addWidget(
            EmptyState(
                "No calls in this period",
                "Nothing was sent to a model in these days.",
                action=("Show all time", lambda: self.presenter.choose_period(Period.ALL)),
            )
        )
        edges = (Space.AROUND, Space.BETWEEN, Space.INSIDE, 0)
        self.setLayout(column(head, (self._places, 1), spacing=Space.BETWEEN, margins=edges))

    def _connect(self) -> None:
        presenter = self.presenter
        presenter.asked.connect(self._show_question)
        presenter.loaded.connect(self._show_figures)
        presenter.rated.connect(self._show_rates)
        self._periods.chosen.connect(presenter.choose_period)
        self._groups.chosen.connect(presenter.choose_group)
        self._group_table.activated.connect(lambda _: self.open_calls())
        self._call_table.activated.connect(lambda _: self.open_call())
        self._offer_menu(self._group_table, *_GROUP_MENU)
        self._offer_menu(self._call_table, "costs.open_call")

    def _show_question(self) -> None:
        question = self.presenter.question
        self._periods.show_chosen(question.period)
        self._groups.show_chosen(question.group)
        self._group_title.setText(f"By {GROUPS[question.group].lower()}")
        self._all.setText(f"{question.chosen}  ✕")
        self._all.setVisible(bool(question.chosen))

    def _show_figures(self) -> None:
        figures = self.presenter.figures
        if figures is None:
            return
        if not figures.groups:
            nothing = _NO_CALLS if figures.question.period is Period.ALL else _NONE_NOW
            self._places.setCurrentIndex(nothing)
            return
        self._places.setCurrentIndex(_FIGURES)
        self._show_headlines()
        self._group_model.show_known(figures.groups)
        self._call_model.show_known(figures.top_calls)
        for view in (self._group_table, self._call_table):
            fit_height(view)
        for widget in (self._calls_title, self._call_table):
            widget.setVisible(bool(figures.top_calls))
        self._draw_soon.start()

    def _show_rates(self) -> None:
        self._show_headlines()
        if self._charts is not None:
            self._charts.show_rates(self.presenter.rates)

    def _show_headlines(self) -> None:
        figures = self.presenter.figures
        if figures is not None:
            self._headlines.show_headlines(headlines(figures, self.presenter.rates))

    def _draw(self) -> None:
        """Draw the charts; the numbers are on the screen by then."""
        if self._charts is None:
            self._importing.start(_charts(), done=self._add_charts)
            return
        figures = self.presenter.figures
        if figures is not None:
            self._charts.show_figures(figures, self.presenter.rates)

    def _add_charts(self, kind: type[CostCharts]) -> None:
        self._charts = kind(self.context.theme)
        self._charts.group_picked.connect(self.presenter.choose)
        self._charts.model_picked.connect(self.presenter.choose_model)
        self._chart_place.addWidget(self._charts)
        self._draw()

    def _offer_menu(self, view: QTableView, *actions: str) -> None:
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(
            lambda place: self.open_menu(view.viewport(), place, *actions)
        )

    def _compare(self) -> None:
        self.context.navigator.open(Target(kind=TargetKind.COMPARE))


async def _charts() -> type[CostCharts]:
    await charts_loaded()
    from prompt_workbench.ui.costs.charts import CostCharts

    return CostCharts
