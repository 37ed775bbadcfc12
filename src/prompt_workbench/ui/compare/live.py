"""Answers that are under way: their text as far as it has come."""

from __future__ import annotations

from collections.abc import Mapping

from prompt_workbench.domain.generations import CellKey
from prompt_workbench.services.events import (
    CellFinished,
    CellStarted,
    CellText,
    Event,
    RunEnded,
    WorkerFailed,
)

HEAD = 2_000
"""How many characters of an answer the grid shows at most."""


class LiveAnswer:
    """The text of one call that has not ended yet."""

    __slots__ = ("_pieces", "generation_id", "head", "length")

    def __init__(self, generation_id: str) -> None:
        self.generation_id = generation_id
        """Empty when the call had begun before anybody listened."""
        self.head = "" if generation_id else "… "
        self.length = 0
        self._pieces: list[str] = []

    def add(self, text: str) -> None:
        """Append what arrived."""
        self._pieces.append(text)
        self.length += len(text)
        if len(self.head) < HEAD:
            self.head = (self.head + text)[:HEAD]

    @property
    def text(self) -> str:
        """The whole text so far."""
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""


class LiveAnswers:
    """What is under way in every active run; a finished call is forgotten."""

    def __init__(self) -> None:
        self._runs: dict[str, dict[CellKey, LiveAnswer]] = {}

    def of(self, run_id: str) -> Mapping[CellKey, LiveAnswer]:
        """Return the answers under way of a run; the mapping stays current."""
        return self._runs.setdefault(run_id, {})

    def heard(self, event: Event) -> str:
        """Take an event in, and return the text of the answer that it ended, if it did."""
        match event:
            case CellStarted(run_id=run_id, cell=cell, generation_id=generation_id):
                self._runs.setdefault(run_id, {})[cell] = LiveAnswer(generation_id)
            case CellText(run_id=run_id, cell=cell, text=text):
                answers = self._runs.setdefault(run_id, {})
                if cell not in answers:
                    answers[cell] = LiveAnswer("")
                answers[cell].add(text)
            case CellFinished(summary=summary):
                ended = self._runs.setdefault(summary.run_id, {}).pop(summary.cell, None)
                whole = ended is not None and ended.generation_id
                return ended.text if ended is not None and whole else summary.preview
            case RunEnded(run_id=run_id):
                self._runs.setdefault(run_id, {}).clear()
            case WorkerFailed():
                for answers in self._runs.values():
                    answers.clear()
        return ""
