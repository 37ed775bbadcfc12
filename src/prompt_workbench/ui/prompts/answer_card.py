"""One answer of a quick run: its model, figures and text."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame

from prompt_workbench.domain.generations import GenerationState, GenerationSummary
from prompt_workbench.ui.kit import formats
from prompt_workbench.ui.kit.labels import ElidedLabel, IconButton, label, set_role
from prompt_workbench.ui.kit.layouts import column, holding, row
from prompt_workbench.ui.kit.plain_text import PlainText
from prompt_workbench.ui.prompts.quick_run import Answer
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

_SHORTEST = 110


class AnswerCard(QFrame):
    """Fills while the model answers; nothing of it moves meanwhile."""

    def __init__(self, answer: Answer, theme: Theme, stop: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAccessibleName(f"Answer of {answer.model}")
        self.setMinimumHeight(_SHORTEST)
        self._stop = IconButton("stop", f"Stop {answer.model}", stop, theme=theme, size=14)
        self._state = label(role="muted")
        head = row(
            (ElidedLabel(answer.model, role="heading"), 1), self._state, self._stop, spacing=6
        )
        self._text = PlainText(f"Answer of {answer.model}", mono=False)
        self._text.setProperty("frame", "none")
        self._text.document().setDocumentMargin(0)
        self._room = holding(column(1))
        self._problem = label(role="danger", wrap=True)
        self._figures = label(role="muted")
        self.setLayout(
            column(
                head, (self._text, 1), self._problem, (self._room, 1), self._figures,
                spacing=Space.HALF,
                margins=(10, 6, 6, 8),
            )
        )  # fmt: skip
        self._text.show_text(answer.text)
        self.show_answer(answer)

    def add_text(self, text: str) -> None:
        """Add what just came."""
        self._text.append_text(text)

    def show_answer(self, answer: Answer) -> None:
        """Show state and figures."""
        self._stop.setVisible(answer.running)
        self._state.setText("" if answer.state == GenerationState.DONE.value else answer.state)
        failed = answer.state in {"failed", "truncated", "interrupted", "unknown"}
        set_role(self._state, "danger" if failed else "muted")
        self._problem.setText(answer.error)
        self._problem.setVisible(bool(answer.error))
        self._text.setVisible(bool(answer.text) or not answer.error)
        self._room.setVisible(self._text.isHidden())
        self._figures.setText(_figures(answer.summary) if answer.summary is not None else " ")


def _figures(summary: GenerationSummary) -> str:
    parts = [formats.seconds(summary.duration_s)]
    if summary.time_to_first_chunk_s is not None:
        parts.append(f"first {formats.seconds(summary.time_to_first_chunk_s)}")
    if summary.usage is not None:
        tokens = f"{summary.usage.input_tokens:,} → {summary.usage.output_tokens:,} tokens"
        parts.append(tokens)
    if summary.tokens_per_s is not None:
        parts.append(f"{summary.tokens_per_s:.0f}/s")
    parts.append(formats.cost(summary.cost))
    if summary.from_cache:
        parts.append("from the cache")
    return " · ".join(parts)
