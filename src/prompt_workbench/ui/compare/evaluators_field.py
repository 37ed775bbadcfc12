"""The evaluators of a comparison: the first one decides what a pass is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.services.evaluators import EvaluatorType, evaluator_types
from prompt_workbench.ui.compare.case_text import value_text
from prompt_workbench.ui.compare.evaluator_dialog import EvaluatorDialog
from prompt_workbench.ui.compare.picked_rows import PickedRow, PickedRows
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space


class EvaluatorsField(QWidget):
    """Lets the person add, set, order and remove evaluators."""

    edited = Signal(tuple)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._types = {kind.type: kind for kind in evaluator_types()}
        self._evaluators: tuple[EvaluatorSpec, ...] = ()
        self._rows = PickedRows(
            "Evaluators", theme, none="None: the answers are shown, but not judged."
        )
        self._add = QPushButton("Add evaluator")
        self._add.setAccessibleName("Add evaluator")
        self._add.setAutoDefault(False)
        menu = QMenu(self._add)
        for kind in self._types.values():
            menu.addAction(kind.title, partial(self._ask_new, kind))
        self._add.setMenu(menu)
        self.setLayout(column(self._rows, row(self._add, 1), spacing=Space.HALF))

    def show_evaluators(self, evaluators: Sequence[EvaluatorSpec]) -> None:
        """Show other evaluators."""
        self._evaluators = tuple(evaluators)
        self._rows.show_rows(
            [self._row(place, spec) for place, spec in enumerate(self._evaluators)]
        )

    @property
    def evaluators(self) -> tuple[EvaluatorSpec, ...]:
        """The evaluators as they are now, the deciding one first."""
        return self._evaluators

    def _row(self, place: int, spec: EvaluatorSpec) -> PickedRow:
        kind = self._types.get(spec.type)
        if kind is None:
            detail, role = "This evaluator is not known here.", "danger"
        else:
            detail, role = _options_text(kind, spec), "muted"
        title = kind.title if kind is not None else spec.type
        return PickedRow(
            title=f"{title} “{spec.name}”" if spec.name else title,
            detail=detail,
            role=role,
            chip="decides" if place == 0 else "",
            actions=(
                *((("Let it decide", partial(self._promote, place)),) if place else ()),
                ("Edit", partial(self._ask_edit, place)),
            ),
            remove=partial(self._remove, place),
        )

    def _ask_new(self, kind: EvaluatorType) -> None:
        EvaluatorDialog(kind, EvaluatorSpec(type=kind.type), self, self._added).open()

    def _ask_edit(self, place: int) -> None:
        spec = self._evaluators[place]
        kind = self._types.get(spec.type)
        if kind is not None:
            EvaluatorDialog(kind, spec, self, partial(self._replaced, place)).open()

    def _added(self, spec: EvaluatorSpec) -> None:
        self._edit((*self._evaluators, spec))

    def _replaced(self, place: int, spec: EvaluatorSpec) -> None:
        before, after = self._evaluators[:place], self._evaluators[place + 1 :]
        self._edit((*before, spec, *after))

    def _promote(self, place: int) -> None:
        spec = self._evaluators[place]
        self._edit((spec, *(each for each in self._evaluators if each is not spec)))

    def _remove(self, place: int) -> None:
        self._edit((*self._evaluators[:place], *self._evaluators[place + 1 :]))

    def _edit(self, evaluators: tuple[EvaluatorSpec, ...]) -> None:
        self.show_evaluators(evaluators)
        self.edited.emit(evaluators)


def _options_text(kind: EvaluatorType, spec: EvaluatorSpec) -> str:
    titles = {option.name: option.title for option in kind.options}
    given = (
        f"{titles.get(name, name)}: {_option_text(value)}" for name, value in spec.options.items()
    )
    return ", ".join(given) or kind.description


def _option_text(value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(value_text, value))
    return value_text(value)
