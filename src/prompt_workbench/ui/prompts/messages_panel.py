"""The messages of the prompt: written, or as they would be sent, with what that would take."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QToolButton, QWidget

from prompt_workbench.services.prompts import Forecast
from prompt_workbench.ui.kit.labels import ElidedLabel, label, set_role, tooltip
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.prompts.analysis import Analysis
from prompt_workbench.ui.prompts.forecast_words import (
    forecast_details,
    forecast_line,
    forecast_warnings,
)
from prompt_workbench.ui.prompts.message_blocks import MessageBlocks
from prompt_workbench.ui.prompts.messages_preview import MessagesPreview
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

_EDITOR, _PREVIEW = range(2)
_LOWEST = 190


class MessagesPanel(QWidget):
    """The editor or the preview, and a line below that says what a call takes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setMinimumHeight(_LOWEST)
        self.blocks = MessageBlocks(theme)
        self._preview = MessagesPreview(theme)
        self._forecast: Forecast | None = None
        self._analysis = Analysis()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.blocks)
        self._stack.addWidget(self._preview)
        self._estimate = ElidedLabel(role="muted")
        self._warning = label(role="warning", wrap=True)
        self._warning.hide()
        self._toggle = QToolButton(autoRaise=True)
        self._toggle.setText("Preview")
        self._toggle.setCheckable(True)
        self._toggle.setAccessibleName("Preview")
        self._toggle.setToolTip("Show the messages as they would be sent  (Ctrl+Shift+V)")
        self._toggle.toggled.connect(lambda _on: self._switch())
        edges = (Space.AROUND, Space.HALF, Space.BETWEEN, Space.HALF)
        foot = row((self._estimate, 1), self._toggle, margins=edges)
        warned = row((self._warning, 1), margins=(Space.AROUND, 0, Space.BETWEEN, Space.HALF))
        self.setLayout(column((self._stack, 1), foot, warned, spacing=0))

    @property
    def previews(self) -> bool:
        """Whether the messages are shown as they would be sent."""
        return self._toggle.isChecked()

    def toggle_preview(self) -> None:
        """Change between writing and looking at what would be sent."""
        self._toggle.toggle()

    def edit(self) -> None:
        """Go back to writing."""
        self._toggle.setChecked(False)

    def show_analysis(self, analysis: Analysis) -> None:
        """Mark variables and problems in the texts."""
        self._analysis = analysis
        self.blocks.show_analysis(analysis)

    def show_forecast(self, forecast: Forecast | None) -> None:
        """Show what would be sent, and what that would take; None while it is worked out."""
        self._forecast = forecast
        if forecast is None:
            self._estimate.set_text("")
            self._estimate.setToolTip("")
            self._warning.hide()
            self._preview.show_messages(())
            return
        self._estimate.set_text(forecast_line(forecast, self._analysis.missing))
        self._estimate.setToolTip(tooltip(forecast_details(forecast)))
        warnings = forecast_warnings(forecast)
        self._warning.setText("\n".join(warnings))
        self._warning.setVisible(bool(warnings))
        wrong = bool(forecast.errors) and not self._analysis.missing
        set_role(self._estimate, "danger" if wrong else "muted")
        if self.previews:
            self._preview.show_messages(forecast.messages)

    def _switch(self) -> None:
        if self.previews and self._forecast is not None:
            self._preview.show_messages(self._forecast.messages)
        self._stack.setCurrentIndex(_PREVIEW if self.previews else _EDITOR)
