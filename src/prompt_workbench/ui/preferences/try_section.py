"""Trying a provider out with one small call, whose price is shown before it is sent."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from prompt_workbench.domain.errors import WorkbenchError
from prompt_workbench.services.providers import TryPlan, TryResult
from prompt_workbench.ui.kit.labels import button, label, set_role
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.kit.page import PageContext
from prompt_workbench.ui.preferences.presenter import PreferencesPresenter
from prompt_workbench.ui.preferences.words import plan_words, problem_words, result_words
from prompt_workbench.ui.theme.tokens import Space


class TrySection(QWidget):
    """A button; what it would send, for how much; then what came of it."""

    def __init__(self, presenter: PreferencesPresenter, context: PageContext) -> None:
        super().__init__()
        self._presenter = presenter
        self._context = context
        self._name = ""
        self._model = ""
        self._plan: TryPlan | None = None
        self._try = button("Try it out …", self._ask)
        self._send = button("Send", self._confirmed, kind="primary")
        self._cancel = button("Cancel", self._reset)
        self._words = label(wrap=True)
        buttons = row(self._try, self._send, self._cancel, 1)
        self.setLayout(column(self._words, buttons, spacing=Space.INSIDE))
        self._reset()

    def show_provider(self, name: str, model: str) -> None:
        """Be about a provider and its marked model; an empty name of one takes the cheapest."""
        if name != self._name:
            self._name = name
            self._reset()
        self._model = model

    def _ask(self) -> None:
        self._reset()
        self._say("Looking which model to ask …", role="muted")
        self._try.setEnabled(False)
        name = self._name
        self._presenter.plan_try(
            name,
            self._model,
            done=lambda plan: self._offer(name, plan),
            failed=lambda error: self._failed(name, error),
        )

    def _offer(self, name: str, plan: TryPlan) -> None:
        if name != self._name:
            return
        self._plan = plan
        self._say(plan_words(plan))
        self._try.hide()
        self._send.show()
        self._cancel.show()
        self._send.setFocus()

    def _confirmed(self) -> None:
        plan, name = self._plan, self._name
        if plan is None:
            return
        self._reset()
        self._say(f"Waiting for {plan.model.ref} …", role="muted")
        self._try.setEnabled(False)
        self._presenter.try_out(
            plan,
            done=lambda result: self._answered(name, result),
            failed=lambda error: self._failed(name, error),
        )

    def _answered(self, name: str, result: TryResult) -> None:
        if name == self._name:
            self._reset()
            self._say(result_words(result), role="positive")

    def _failed(self, name: str, error: Exception) -> None:
        if not isinstance(error, WorkbenchError):
            self._context.notify.show_error(error)
        elif name == self._name:
            self._reset()
            self._say(problem_words(error), role="danger")

    def _reset(self) -> None:
        self._plan = None
        self._words.hide()
        self._send.hide()
        self._cancel.hide()
        self._try.show()
        self._try.setEnabled(True)

    def _say(self, words: str, *, role: str = "") -> None:
        set_role(self._words, role)
        self._words.setText(words)
        self._words.show()
