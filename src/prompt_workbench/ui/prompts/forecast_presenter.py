"""What the text in the editor would send and take: worked out a moment after each change."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.errors import WorkbenchError
from prompt_workbench.services.prompts import Forecast, Prompts
from prompt_workbench.ui.bridge import Latest, TaskScope, delayed
from prompt_workbench.ui.prompts.presenter import PromptPresenter
from prompt_workbench.ui.prompts.quick_run import QuickRunPresenter

_PAUSE_MS = 150
"""So long nothing may change: typing goes first."""


class ForecastPresenter(QObject):
    """Holds the forecast of the open prompt on the chosen models."""

    changed = Signal(object)
    """The newest `Forecast`, or None while there is none for the open prompt."""

    failed = Signal(object)
    """An error that nobody expected."""

    def __init__(
        self,
        prompts: Prompts,
        presenter: PromptPresenter,
        quick: QuickRunPresenter,
        tasks: TaskScope,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._prompts = prompts
        self._presenter = presenter
        self._quick = quick
        self._latest = Latest(tasks)
        self._soon = delayed(self, _PAUSE_MS, self._start)
        self.forecast: Forecast | None = None
        presenter.opened.connect(self._forget)
        presenter.closed.connect(self._forget)
        presenter.analysis_changed.connect(lambda _: self._soon.start())
        quick.models_changed.connect(self._soon.start)

    def _forget(self) -> None:
        self._soon.stop()
        self._latest.cancel()
        self._show(None)

    def _start(self) -> None:
        if not self._presenter.is_open:
            return
        chosen = self._quick.chosen
        models = [info for info in self._quick.models if str(info.ref) in chosen]
        work = self._prompts.forecast(self._presenter.content, self._presenter.values, models)
        self._latest.start(work, done=self._show, failed=self._failed)

    def _failed(self, error: Exception) -> None:
        self._show(None)
        if not isinstance(error, WorkbenchError):
            self.failed.emit(error)  # what is wrong with the project is told where it matters

    def _show(self, forecast: Forecast | None) -> None:
        self.forecast = forecast
        self.changed.emit(forecast)
