"""The panel of quick runs: which models, and their answers side by side or below each other."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QMenu, QPushButton, QScrollArea, QWidget
from typing_extensions import override

from prompt_workbench.ui.kit.add_model import AddModelDialog
from prompt_workbench.ui.kit.labels import button, label
from prompt_workbench.ui.kit.layouts import column, holding, row
from prompt_workbench.ui.kit.model_offer import ModelOffer
from prompt_workbench.ui.kit.page import PageContext
from prompt_workbench.ui.prompts.answer_card import AnswerCard
from prompt_workbench.ui.prompts.quick_run import QuickRunPresenter
from prompt_workbench.ui.theme.tokens import Space

_BESIDE_FROM = 560


class RunPanel(QWidget):
    """Chooses models, runs, and shows one card per answer."""

    run_asked = Signal()

    def __init__(self, presenter: QuickRunPresenter, context: PageContext) -> None:
        super().__init__()
        self._presenter = presenter
        self._context = context
        self._cards: dict[str, AnswerCard] = {}
        self._choice = QPushButton()
        self._choice.setAccessibleName("Models to run on")
        self._choice.setProperty("kind", "menu")
        self._menu = QMenu(self._choice)
        self._choice.setMenu(self._menu)
        self._run = button("Run", self.run_asked.emit, kind="primary")
        self._run.setToolTip("Run the text on the chosen models  (Ctrl+Enter)")
        self._stop = button("Stop", presenter.stop_all, name="Stop all answers")
        self._offer = ModelOffer(context)
        self._empty = label(
            "Run the prompt to see answers here, one for each chosen model.",
            role="muted",
            wrap=True,
        )
        self._room = holding(column(1))
        self._places = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._places.setSpacing(Space.INSIDE)
        head = row((self._choice, 1), self._run, self._stop)
        below = column(self._offer, self._empty, (self._places, 1), self._room)
        scrolled = QScrollArea(widgetResizable=True)
        scrolled.setFrameShape(QScrollArea.Shape.NoFrame)
        scrolled.setAccessibleName("Answers")
        scrolled.setWidget(holding(below))
        self.setLayout(column(head, (scrolled, 1), margins=Space.BETWEEN))
        presenter.models_changed.connect(self._show_models)
        presenter.answers_changed.connect(self._rebuild)
        presenter.answer_changed.connect(self._refresh)
        presenter.text_added.connect(lambda model, text: self._cards[model].add_text(text))
        self._show_models()
        self._show_running()

    def refresh_offer(self) -> None:
        """Show the offer of the local model only while it is missing."""
        self._offer.refresh()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE_FROM * max(len(self._cards) / 2, 1)
        direction = QBoxLayout.Direction
        self._places.setDirection(direction.LeftToRight if beside else direction.TopToBottom)

    def _show_models(self) -> None:
        chosen = self._presenter.chosen
        self._choice.setText(_choice_words(chosen))
        self._choice.setToolTip("\n".join(chosen))
        self._menu.clear()
        for model in self._presenter.models:
            name = str(model.ref)
            entry = self._menu.addAction(name if model.available else f"{name} (not available)")
            entry.setCheckable(True)
            entry.setChecked(name in chosen)
            entry.setToolTip(model.note)
            entry.toggled.connect(lambda _, name=name: self._toggle(name))
        self._menu.addSeparator()
        self._menu.addAction("Add a Model…").triggered.connect(self._add_model)
        self._run.setEnabled(bool(chosen) and not self._presenter.running)

    def _toggle(self, name: str) -> None:
        chosen = self._presenter.chosen
        others = tuple(each for each in chosen if each != name)
        self._presenter.choose(others if name in chosen else (*chosen, name))

    def _add_model(self) -> None:
        AddModelDialog(self._context, self).open()

    def _rebuild(self) -> None:
        for card in self._cards.values():
            card.hide()
            card.deleteLater()
        self._cards = {model: self._card(model) for model in self._presenter.answers}
        for card in self._cards.values():
            self._places.addWidget(card, 1)
        self._show_running()

    def _card(self, model: str) -> AnswerCard:
        presenter = self._presenter
        stop = partial(presenter.stop, model)
        answer, known = presenter.answers[model], presenter.tool_results
        made = AnswerCard(answer, self._context.theme, stop, known)
        made.tools.given.connect(partial(presenter.answer_tools, model))
        return made

    def _refresh(self, model: str) -> None:
        card = self._cards.get(model)
        if card is not None:
            card.show_answer(self._presenter.answers[model])
        self._show_running()

    def _show_running(self) -> None:
        running = self._presenter.running
        self._empty.setVisible(not self._cards)
        self._room.setVisible(not self._cards)
        self._run.setVisible(not running)
        self._stop.setVisible(running)
        self._run.setEnabled(bool(self._presenter.chosen))


def _choice_words(chosen: tuple[str, ...]) -> str:
    if not chosen:
        return "Choose a model"
    first = chosen[0].rpartition("/")[2]
    return first if len(chosen) == 1 else f"{first} + {len(chosen) - 1} more"
