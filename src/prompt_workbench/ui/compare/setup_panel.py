"""The form of a new comparison, with what it would take and the button that runs it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget
from typing_extensions import override

from prompt_workbench.ui.compare.cases_field import CasesField
from prompt_workbench.ui.compare.estimate_text import estimate_line, estimate_warning
from prompt_workbench.ui.compare.evaluators_field import EvaluatorsField
from prompt_workbench.ui.compare.limits_field import LimitsField
from prompt_workbench.ui.compare.models_field import ModelsField
from prompt_workbench.ui.compare.prompts_field import PromptsField
from prompt_workbench.ui.compare.settings_field import SettingsField
from prompt_workbench.ui.compare.setup_presenter import SetupPresenter
from prompt_workbench.ui.kit.labels import button, label, set_role
from prompt_workbench.ui.kit.layouts import column, holding, row
from prompt_workbench.ui.kit.page import PageContext, Target, TargetKind
from prompt_workbench.ui.theme.tokens import Space

_TWO_COLUMNS = 680
_WIDEST = 1080


class SetupPanel(QWidget):
    """Shows the choices of a `SetupPresenter` and tells it what the person chooses."""

    def __init__(self, context: PageContext, presenter: SetupPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        theme = context.theme
        self._prompts = PromptsField(presenter, theme)
        self._models = ModelsField(context, presenter)
        self._settings = SettingsField(theme)
        self._cases = CasesField()
        self._evaluators = EvaluatorsField(theme)
        self._limits = LimitsField()
        self._line = label(wrap=True)
        self._line.setAccessibleName("Estimate")
        self._warning = label(role="warning", wrap=True)
        self._run = button("Run", self.run, kind="primary", name="Run the comparison")
        self._run.setMinimumWidth(96)
        self._sections: tuple[QWidget, ...] = ()
        self._grid = QGridLayout()
        self._columns = 0
        self._build()
        self._connect(context)

    def run(self) -> None:
        """Take over what is still being typed, and make the run."""
        self._cases.collect()
        self._limits.collect()
        self._presenter.make()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_sections()

    def _build(self) -> None:
        self._sections = (
            _section("Prompts", self._prompts),
            _section("Cases", self._cases),
            _section("Models", self._models),
            _section("Evaluators", self._evaluators),
            _section("Settings", self._settings),
            _section("Limits", self._limits),
        )
        self._grid.setHorizontalSpacing(2 * Space.AROUND)
        self._grid.setVerticalSpacing(Space.AROUND + Space.HALF)
        self._grid.setContentsMargins(*(Space.AROUND,) * 4)
        inside = holding(self._grid)
        inside.setMaximumWidth(_WIDEST)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(holding(column(inside, 1)))
        scroll.setAccessibleName("A new comparison")
        bar = QFrame()
        bar.setProperty("role", "bar")
        words = column(self._line, self._warning, spacing=2)
        edges = (Space.AROUND, Space.INSIDE, Space.AROUND, Space.INSIDE)
        bar.setLayout(row((words, 1), label("Ctrl+Enter", role="muted"), self._run, margins=edges))
        self.setLayout(column((scroll, 1), bar, spacing=0))
        self._warning.hide()

    def _connect(self, context: PageContext) -> None:
        presenter = self._presenter
        presenter.offered.connect(self._show)
        presenter.chosen.connect(self._show)
        presenter.estimated.connect(self._show_estimate)
        self._settings.edited.connect(lambda all_: presenter.choose(settings=all_))
        self._evaluators.edited.connect(lambda all_: presenter.choose(evaluators=all_))
        self._cases.dataset_chosen.connect(lambda ref: presenter.choose(dataset=ref))
        self._cases.count_chosen.connect(lambda count: presenter.choose(case_limit=count))
        self._cases.repetitions_chosen.connect(lambda n: presenter.limit(repetitions=n))
        self._cases.import_asked.connect(
            lambda: context.navigator.open(Target(kind=TargetKind.IMPORT))
        )
        self._limits.refused.connect(presenter.refuse)
        self._limits.edited.connect(lambda name, value: presenter.limit(**{name: value}))

    def _place_sections(self) -> None:
        columns = 2 if self.width() >= max(_TWO_COLUMNS, self._two_columns()) else 1
        if self._columns == columns:
            return
        self._columns = columns
        while self._grid.takeAt(0) is not None:
            pass
        for place, section in enumerate(self._sections):
            at, side = divmod(place, columns)
            self._grid.addWidget(section, at, side, Qt.AlignmentFlag.AlignTop)
        for side in range(2):
            self._grid.setColumnStretch(side, int(side < columns))

    def _two_columns(self) -> int:
        """Return how wide two columns are at least, with what is in them now."""
        narrowest = [section.minimumSizeHint().width() for section in self._sections]
        left, right = max(narrowest[::2]), max(narrowest[1::2])
        return left + right + 4 * Space.AROUND

    def _show(self) -> None:
        presenter = self._presenter
        offer, spec = presenter.offer, presenter.spec
        self._prompts.show_choice()
        self._models.show_choice()
        self._settings.show_settings(spec.settings)
        self._evaluators.show_evaluators(spec.evaluators)
        self._limits.show_limits(spec.limits)
        self._cases.show_choice(offer, spec)
        self._place_sections()
        presenter.dataset_versions(lambda found: self._cases.show_versions(found, presenter.spec))
        self._show_estimate()

    def _show_estimate(self) -> None:
        presenter = self._presenter
        self._run.setEnabled(presenter.can_make)
        estimate = presenter.estimate
        self._limits.offer_batch(possible=estimate is not None and estimate.can_batch)
        warning = ""
        if presenter.mistake:
            set_role(self._line, "danger")
            self._line.setText(presenter.mistake)
        elif presenter.problem is not None:
            set_role(self._line, "danger")
            self._line.setText(presenter.problem.message)
            warning = presenter.problem.hint or ""
        elif presenter.estimate is None:
            set_role(self._line, "muted")
            self._line.setText(_still_needed(presenter))
        else:
            limits = presenter.spec.limits
            set_role(self._line, "")
            self._line.setText(estimate_line(presenter.estimate, limits))
            warning = estimate_warning(presenter.estimate, limits)
        self._warning.setText(warning)
        self._warning.setVisible(bool(warning))


def _still_needed(presenter: SetupPresenter) -> str:
    spec = presenter.spec
    missing = [
        words
        for words, there in (
            ("a prompt", spec.prompts),
            ("a model", spec.models),
            ("a dataset", spec.dataset),
        )
        if not there
    ]
    if not missing:
        return "Working out what this takes …"
    *others, last = missing
    return f"Choose {' and '.join(filter(None, (', '.join(others), last)))} first."


def _section(title: str, *widgets: QWidget) -> QWidget:
    made = holding(column(label(title, role="heading"), *widgets, spacing=Space.HALF))
    made.setAccessibleName(title)
    return made
