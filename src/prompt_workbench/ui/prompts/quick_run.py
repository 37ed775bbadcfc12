"""Quick runs: the text of the editor on chosen models, each answer streaming on its own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.comparisons import ModelInfo, Run, RunState
from prompt_workbench.domain.conversations import calls_of, continued
from prompt_workbench.domain.generations import (
    ANSWERED,
    Generation,
    GenerationState,
    GenerationSummary,
)
from prompt_workbench.domain.messages import Part, ToolCallPart, calls_text
from prompt_workbench.domain.prompts import PromptContent, PromptVersion
from prompt_workbench.domain.scores import Score
from prompt_workbench.services.base import Done
from prompt_workbench.services.comparisons import Comparisons
from prompt_workbench.services.evaluators import answer_under_schema
from prompt_workbench.services.events import (
    CellFinished,
    CellStarted,
    CellText,
    Event,
    RunEnded,
    RunProgressed,
    WorkerFailed,
)
from prompt_workbench.ui.bridge import TaskScope, delayed

if TYPE_CHECKING:
    from prompt_workbench.services.workbench import Workbench

_FLUSH_MS = 33
_REMEMBERED = "quick.models"


@dataclass(slots=True)
class Asked:
    """What a model was asked."""

    prompt_name: str
    version: PromptVersion | None
    content: PromptContent
    values: Mapping[str, Json]


@dataclass(slots=True)
class Answer:
    """The answer of one model, while it comes and afterwards."""

    model: str
    asked: Asked
    run_id: str = ""
    state: str = "starting"
    text: str = ""
    summary: GenerationSummary | None = None
    error: str = ""
    running: bool = True
    parts: tuple[Part, ...] = ()
    """What the model answered last, where the conversation can go on from it."""
    shown_before: int = 0
    """How much of the text is of earlier turns."""
    schema_verdict: Score | None = None
    """What the response schema says of the answer, where there is one."""

    @property
    def calls(self) -> tuple[ToolCallPart, ...]:
        """The tools that wait to be answered."""
        return calls_of(self.parts)


class QuickRunPresenter(QObject):
    """Starts one quick run per model, so that each can be stopped on its own."""

    answers_changed = Signal()
    """Other models run: the cards are built again."""
    answer_changed = Signal(str)
    text_added = Signal(str, str)
    models_changed = Signal()

    def __init__(self, workbench: Workbench, tasks: TaskScope, parent: QObject) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._comparisons: Comparisons = workbench.comparisons
        self._tasks = tasks
        self.models: tuple[ModelInfo, ...] = ()
        self.chosen: tuple[str, ...] = ()
        self.answers: dict[str, Answer] = {}
        self._prompt_id = ""
        self._of_prompts: dict[str, dict[str, Answer]] = {}
        self._by_run: dict[str, Answer] = {}
        self._pending: dict[str, list[str]] = {}
        self.tool_results: dict[tuple[str, str], str] = {}
        """What calls of tools, by name and arguments, returned in this session."""
        self._flush_soon = delayed(self, _FLUSH_MS, self._flush)
        unsubscribe = self._comparisons.subscribe(self._heard)
        self.destroyed.connect(lambda: unsubscribe())

    @property
    def running(self) -> bool:
        """Whether an answer is still coming."""
        return any(answer.running for answer in self.answers.values())

    def load_models(self) -> None:
        """Ask which models there are."""
        self._tasks.start(self._workbench.models.list(), done=self._show_models)

    def choose(self, models: Sequence[str]) -> None:
        """Run on these models from now on."""
        self.chosen = tuple(models)
        self._workbench.settings.remember(_REMEMBERED, list(models))
        self.models_changed.emit()

    def show_prompt(self, prompt_id: str) -> None:
        """Show the answers that a prompt got in this session; they come on in the meantime."""
        if prompt_id != self._prompt_id:
            self._prompt_id = prompt_id
            self.answers = self._of_prompts.get(prompt_id, {})
            self.answers_changed.emit()

    def run(
        self,
        prompt_name: str,
        version: PromptVersion | None,
        content: PromptContent,
        values: Mapping[str, Json],
    ) -> None:
        """Send the prompt to every chosen model."""
        if self.running:
            return
        asked = Asked(prompt_name, version, content, values)
        self.answers = {model: Answer(model=model, asked=asked) for model in self.chosen}
        self._of_prompts[self._prompt_id] = self.answers
        self.answers_changed.emit()
        for answer in self.answers.values():
            self._start(answer)

    def answer_tools(self, model: str, results: Sequence[str]) -> None:
        """Send a model what its tools returned, and let the conversation go on."""
        answer = self.answers[model]
        if answer.running or not answer.calls:
            return
        asked, returned = answer.asked, list(zip(answer.calls, results, strict=True))
        self.tool_results |= {(call.name, call.arguments): result for call, result in returned}
        content, values = continued(asked.content, asked.values, answer.parts, results)
        answer.asked = Asked(asked.prompt_name, None, content, values)
        answer.parts, answer.state, answer.error, answer.running = (), "starting", "", True
        answer.schema_verdict = None
        answer.run_id = ""
        turns = "".join(f"\n→ {result}" for _, result in returned)
        self._add_text(answer, f"{turns}\n\n")
        answer.shown_before = len(answer.text)
        self._start(answer)
        self._tell(answer)

    def stop(self, model: str) -> None:
        """Stop one answer; what came is kept."""
        answer = self.answers.get(model)
        if answer is not None and answer.running and answer.run_id:
            self._tasks.start(self._comparisons.stop(answer.run_id))

    def stop_all(self) -> None:
        """Stop every answer that is still coming."""
        for model in self.answers:
            self.stop(model)

    def _start(self, answer: Answer) -> None:
        failed = partial(self._failed, answer)
        self._tasks.start(self._started(answer), failed=failed)

    async def _started(self, answer: Answer) -> None:
        asked = answer.asked
        done: Done[Run] = await self._comparisons.create_quick(
            asked.prompt_name, asked.version, asked.content, [answer.model], asked.values
        )
        answer.run_id = done.value.id
        self._by_run[answer.run_id] = answer
        await self._comparisons.start(answer.run_id)

    def _tell(self, answer: Answer) -> None:
        if self.answers.get(answer.model) is answer:  # its prompt is the one on the screen
            self.answer_changed.emit(answer.model)

    def _failed(self, answer: Answer, error: Exception) -> None:
        hint = getattr(error, "hint", None)
        answer.error = " ".join(filter(None, (str(error), hint)))
        answer.state, answer.running = "failed", False
        self._tell(answer)

    def _heard(self, event: Event) -> None:
        match event:
            case CellText(run_id=run_id, text=text) if run_id in self._by_run:
                self._pending.setdefault(run_id, []).append(text)
                if not self._flush_soon.isActive():
                    self._flush_soon.start()
            case CellStarted(run_id=run_id) if run_id in self._by_run:
                self._say(run_id, "answering")
            case CellFinished(summary=summary) if summary.run_id in self._by_run:
                self._finished(summary)
            case RunProgressed(progress=progress) if progress.run_id in self._by_run:
                self._by_run[progress.run_id].error = progress.reason
                self._tell(self._by_run[progress.run_id])
            case RunEnded(run_id=run_id, state=state, reason=reason) if run_id in self._by_run:
                self._ended(run_id, state, reason)
            case WorkerFailed(message=message):
                self._worker_failed(message)

    def _finished(self, summary: GenerationSummary) -> None:
        self._flush()
        answer = self._by_run[summary.run_id]
        answer.summary = summary
        answer.state = summary.state.value
        answer.error = summary.error
        answer.running = False
        unseen = len(answer.text) == answer.shown_before and summary.preview
        content = answer.asked.content
        if summary.state in ANSWERED and (unseen or content.tools or content.response_schema):
            self._tasks.start(
                self._workbench.runs.generation(summary.id),
                done=partial(self._complete, answer),
            )
        self._tell(answer)

    def _complete(self, answer: Answer, generation: Generation) -> None:
        """Show what does not stream: an answer of the cache, and calls of tools."""
        body = generation.body
        if len(answer.text) == answer.shown_before:
            self._add_text(answer, body.text)
        answer.parts = body.parts
        schema = answer.asked.content.response_schema
        if schema is not None and not answer.calls and answer.state == GenerationState.DONE:
            judged = asyncio.to_thread(answer_under_schema, body.text, schema)
            self._tasks.start(judged, done=partial(self._judged, answer))
        if answer.calls:
            gap = "\n\n" if len(answer.text) > answer.shown_before else ""
            self._add_text(answer, f"{gap}{calls_text(answer.calls)}")
        self._tell(answer)

    def _judged(self, answer: Answer, verdict: Score) -> None:
        answer.schema_verdict = verdict
        self._tell(answer)

    def _ended(self, run_id: str, state: RunState, reason: str) -> None:
        self._flush()
        answer = self._by_run.pop(run_id)
        if answer.running and answer.run_id == run_id:
            answer.running = False
            answer.state = state.value
            answer.error = reason
            self._tell(answer)

    def _worker_failed(self, message: str) -> None:
        for answer in self._by_run.values():
            if answer.running:
                answer.state, answer.error, answer.running = "interrupted", message, False
                self._tell(answer)

    def _say(self, run_id: str, state: str) -> None:
        self._by_run[run_id].state = state
        self._tell(self._by_run[run_id])

    def _flush(self) -> None:
        for run_id, pieces in self._pending.items():
            self._add_text(self._by_run[run_id], "".join(pieces))
        self._pending.clear()

    def _add_text(self, answer: Answer, text: str) -> None:
        answer.text += text
        if self.answers.get(answer.model) is answer:
            self.text_added.emit(answer.model, text)

    def _show_models(self, models: tuple[ModelInfo, ...]) -> None:
        self.models = models
        names = [str(model.ref) for model in models]
        remembered = self._workbench.settings.remembered(_REMEMBERED)
        wanted = self.chosen or (remembered if isinstance(remembered, list) else ())
        kept = tuple(str(name) for name in wanted if name in names)
        usable = [str(model.ref) for model in models if model.available]
        self.chosen = kept or tuple((usable or names)[:1])
        self.models_changed.emit()
