"""Events on their way to the front end, merged while they wait to be taken."""

from __future__ import annotations

from prompt_workbench.domain.generations import CellKey, GenerationSummary
from prompt_workbench.engine.protocol import (
    CellFinished,
    CellStarted,
    CellText,
    Event,
    RunProgressed,
)


class EventBuffer:
    """Keeps events in order; the text of a cell grows in place, newer progress replaces older.

    However slowly events are taken, at most one text per cell and one progress per run wait.
    Of a call that ends before anybody was told that it began, only the end is told, provided
    that this holds all of its text.
    """

    def __init__(self) -> None:
        self._events: list[Event | None] = []
        self._texts: dict[tuple[str, CellKey], tuple[int, list[str]]] = {}
        self._starts: dict[tuple[str, CellKey], int] = {}
        self._progress: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._events)

    def put(self, event: Event) -> None:
        """Add an event."""
        match event:
            case CellText():
                self._put_text(event)
            case RunProgressed():
                self._put_progress(event)
            case CellStarted():
                key = (event.run_id, event.cell)
                self._texts.pop(key, None)
                self._starts[key] = len(self._events)
                self._events.append(event)
            case CellFinished():
                self._leave_beginning_out(event.summary)
                self._events.append(event)
            case _:
                self._events.append(event)

    def take(self) -> list[Event]:
        """Return all events that wait, oldest first."""
        for index, pieces in self._texts.values():
            event = self._events[index]
            if isinstance(event, CellText) and len(pieces) > 1:
                text = "".join(pieces)
                self._events[index] = CellText(run_id=event.run_id, cell=event.cell, text=text)
        events = [event for event in self._events if event is not None]
        self._events = []
        self._texts.clear()
        self._starts.clear()
        self._progress.clear()
        return events

    def _leave_beginning_out(self, ended: GenerationSummary) -> None:
        key = (ended.run_id, ended.cell)
        start = self._starts.pop(key, None)
        if start is None:
            return
        place, pieces = self._texts.get(key, (start, []))
        if sum(map(len, pieces)) <= len(ended.preview):
            self._texts.pop(key, None)
            self._events[start] = self._events[place] = None

    def _put_text(self, event: CellText) -> None:
        key = (event.run_id, event.cell)
        waiting = self._texts.get(key)
        if waiting is None:
            self._texts[key] = (len(self._events), [event.text])
            self._events.append(event)
        else:
            waiting[1].append(event.text)

    def _put_progress(self, event: RunProgressed) -> None:
        earlier = self._progress.get(event.progress.run_id)
        if earlier is not None:
            self._events[earlier] = None
        self._progress[event.progress.run_id] = len(self._events)
        self._events.append(event)
