"""What the Costs page asks for, and the figures that answer it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.calls import CallFilter
from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.domain.costs import CallTotals, CostGroup
from prompt_workbench.services.costs import CostOverview, Costs
from prompt_workbench.services.runs import Runs
from prompt_workbench.ui.bridge import Latest, TaskScope, delayed
from prompt_workbench.ui.costs.figures import Figures, figures
from prompt_workbench.ui.costs.pass_rates import PassRate, pass_rates
from prompt_workbench.ui.costs.periods import Period
from prompt_workbench.ui.costs.question import Question

_REFRESH_MS = 1_000


def _today() -> date:
    return datetime.now(UTC).date()


class CostsPresenter(QObject):
    """Holds the question and loads its answer."""

    asked = Signal()
    """The question changed."""
    loaded = Signal()
    """There are other figures."""
    rated = Signal()
    """There are other pass rates."""

    def __init__(
        self,
        costs: Costs,
        runs: Runs,
        tasks: TaskScope,
        parent: QObject | None = None,
        *,
        today: Callable[[], date] = _today,
    ) -> None:
        super().__init__(parent)
        self._costs = costs
        self._runs = runs
        self._today = today
        self._loading = Latest(tasks)
        self._rating = Latest(tasks)
        self._soon = delayed(self, _REFRESH_MS, self.load)
        self._answer: tuple[CostOverview, CallTotals | None, date] | None = None
        self.question = Question()
        self.figures: Figures | None = None
        self.rates: tuple[PassRate, ...] = ()

    def load(self) -> None:
        """Read the figures of the question."""
        self._loading.start(self._read(self.question, self._today()))

    def choose_period(self, period: Period) -> None:
        """Ask about another period."""
        self._ask(replace(self.question, period=period))

    def choose_group(self, group: CostGroup) -> None:
        """Divide by something else."""
        self._ask(replace(self.question, group=group, chosen=""))

    def choose(self, name: str) -> None:
        """Show the figures of one group only; chosen again, or empty, those of all."""
        if name != self.question.chosen:
            self.question = replace(self.question, chosen=name)
        else:
            self.question = replace(self.question, chosen="")
        self.asked.emit()
        self._show()

    def calls_of(self, name: str) -> CallFilter:
        """Return which calls the figures of a group are about."""
        return self.question.calls_of(name, self._today())

    def choose_model(self, model: str) -> None:
        """Show the figures of one model, dividing by model."""
        if self.question.group is CostGroup.MODEL:
            self.choose(model)
        else:
            self._ask(replace(self.question, group=CostGroup.MODEL, chosen=model))

    def on_changes(self, changes: ChangeSet) -> None:
        """Read again when calls came in, at most once a second."""
        if changes.touches(Kind.GENERATION, Kind.RUN, Kind.SCORE) and not self._soon.isActive():
            self._soon.start()

    def _ask(self, question: Question) -> None:
        if question != self.question:
            self.question = question
            self.asked.emit()
            self.load()

    async def _read(self, question: Question, today: date) -> None:
        since = question.period.since(today)
        overview = await self._costs.overview(since, None, question.group)
        earlier = question.period.before(today)
        before = await self._costs.totals(*earlier) if earlier else None
        self._answer = (overview, before, today)
        self._show()
        # Verdicts are not in the rollups: they come after what is quick.
        rating = pass_rates(self._runs, self._costs, since, question.group)
        self._rating.start(rating, done=self._show_rates)

    def _show(self) -> None:
        if self._answer is not None:
            self.figures = figures(self.question, *self._answer)
            self.loaded.emit()

    def _show_rates(self, rates: tuple[PassRate, ...]) -> None:
        self.rates = rates
        self.rated.emit()
