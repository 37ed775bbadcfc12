"""One answer of a quick run: its model, figures and text."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame
from typing_extensions import override

from prompt_workbench.domain.generations import GenerationState, GenerationSummary
from prompt_workbench.domain.scores import Score
from prompt_workbench.ui.kit import formats
from prompt_workbench.ui.kit.labels import ElidedLabel, IconButton, label, set_role
from prompt_workbench.ui.kit.layouts import column, holding, row
from prompt_workbench.ui.kit.plain_text import PlainText
from prompt_workbench.ui.prompts.quick_run import Answer
from prompt_workbench.ui.prompts.tool_answers import KnownResults, ToolAnswers
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

_SHORTEST = 56


class _AnswerText(PlainText):
    """Takes the room that is left, and asks for no more than some lines of it."""

    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), _SHORTEST)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), _SHORTEST)


class AnswerCard(QFrame):
    """Fills while the model answers; nothing of it moves meanwhile."""

    def __init__(
        self, answer: Answer, theme: Theme, stop: Callable[[], object], known: KnownResults
    ) -> None:
        """Show an answer.

        Args:
            answer: The answer, which changes while it comes.
            theme: The theme.
            stop: Stops it.
            known: What calls of tools, by name and arguments, returned before.
        """
        super().__init__()
        self._known = known
        self.setProperty("role", "panel")
        self.setAccessibleName(f"Answer of {answer.model}")
        self._stop = IconButton("stop", f"Stop {answer.model}", stop, theme=theme, size=14)
        self._state = label(role="muted")
        head = row(
            (ElidedLabel(answer.model, role="heading"), 1), self._state, self._stop, spacing=6
        )
        self._text = _AnswerText(f"Answer of {answer.model}", mono=False)
        self._text.setProperty("frame", "none")
        self._text.document().setDocumentMargin(0)
        self._room = holding(column(1))
        self._problem = label(role="danger", wrap=True)
        self._schema = label(wrap=True)
        self.tools = ToolAnswers()
        self._figures = label(role="muted", wrap=True)
        self.setLayout(
            column(
                head,
                (self._text, 1),
                self._problem,
                (self._room, 1),
                self._schema,
                self.tools,
                self._figures,
                spacing=Space.HALF,
                margins=(10, 6, 6, 8),
            )
        )
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
        self._show_schema(answer.schema_verdict)
        self.tools.show_calls(answer.calls, self._known)
        self._figures.setText(
            _figures(answer.summary, answer.model) if answer.summary is not None else " "
        )

    def _show_schema(self, verdict: Score | None) -> None:
        """Say whether the answer follows the response schema, and where it does not."""
        self._schema.setVisible(verdict is not None)
        if verdict is None:
            return
        self._schema.setText(
            "follows the response schema"
            if verdict.passed
            else f"Does not follow the response schema. {verdict.explanation}"
        )
        set_role(self._schema, "muted" if verdict.passed else "warning")


def _figures(summary: GenerationSummary, model: str) -> str:
    parts = [formats.seconds(summary.duration_s)]
    if summary.time_to_first_chunk_s is not None:
        parts.append(f"first {formats.seconds(summary.time_to_first_chunk_s)}")
    if summary.usage is not None:
        tokens = f"{summary.usage.input_tokens:,} → {summary.usage.output_tokens:,} tokens"
        parts.append(tokens)
    if summary.tokens_per_s is not None:
        parts.append(f"{summary.tokens_per_s:.0f}/s")
    parts.append(formats.cost(summary.cost))
    asked = f"{summary.provider}/{summary.request_model}"
    if asked != model:
        parts.insert(0, f"by {asked}")
    if summary.from_cache:
        parts.append("from the cache")
    return " · ".join(parts)
