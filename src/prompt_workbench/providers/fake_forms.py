"""One thing to say, and how each interface would say it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.messages import ToolCallPart
from prompt_workbench.domain.usage import Usage
from prompt_workbench.providers.fake_replies import FakeRequest, Reply, events, json_reply

_USAGE = Usage(input_tokens=10, output_tokens=5)


class Reason(StrEnum):
    """Why the model stops; each interface has its own word for it."""

    STOP = "stop"
    LENGTH = "length"
    TOOL_CALLS = "tool_calls"
    FILTERED = "filtered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What a model says."""

    texts: tuple[str, ...] = ()
    """The answer, in the pieces in which a stream brings it."""
    reasoning: tuple[str, ...] = ()
    signature: str = ""
    """Proves the reasoning to the provider."""
    calls: tuple[ToolCallPart, ...] = ()
    refusal: str = ""
    """What an interface with a field of its own for refusals says in it."""
    reason: Reason | None = Reason.STOP
    """None leaves it out, as a server does that breaks off."""
    usage: Usage | None = _USAGE
    raw_usage: Json = None
    """Sent in place of the usage, for counts that no model can have."""
    model: str = "fake"

    @property
    def text(self) -> str:
        """The whole answer."""
        return "".join(self.texts)


class Form(ABC):
    """How an interface says something."""

    path: ClassVar[re.Pattern[str]]
    """What the path of a request ends with."""
    reasons: ClassVar[Mapping[Reason, str]]
    named: ClassVar[bool] = True
    """Whether events carry a name."""
    closing_mark: ClassVar[bool] = False
    """Whether ``[DONE]`` closes a stream."""

    def stream(self, speech: Speech, *, gap_s: float = 0) -> Reply:
        """Return a streamed answer with one event for each piece.

        Without a reason it ends after the last piece, as a broken server's does.
        """
        return self.events(self.stream_events(speech), gap_s=gap_s, whole=speech.reason is not None)

    def events(self, values: list[Json], *, gap_s: float = 0, whole: bool = True) -> Reply:
        """Return values as a stream of this interface."""
        done = self.closing_mark and whole
        return events(values, gap_s=gap_s, done=done, named=self.named)

    def whole(self, speech: Speech) -> Reply:
        """Return an answer in one piece."""
        return json_reply(self.whole_json(speech))

    def refusal(
        self, status: int, message: str, *, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Return an error in the form that this interface gives it."""
        return json_reply(self.error(status, message), status=status, headers=headers)

    def wants_stream(self, request: FakeRequest) -> bool:
        """Whether a request asks for a stream."""
        return bool(request.json.get("stream"))

    @abstractmethod
    def stream_events(self, speech: Speech) -> list[Json]:
        """Return the events of a stream."""

    @abstractmethod
    def whole_json(self, speech: Speech) -> JsonObject:
        """Return a whole answer."""

    @abstractmethod
    def error(self, status: int, message: str) -> JsonObject:
        """Return the body of a refusal."""

    @abstractmethod
    def error_event(self, status: int, message: str) -> Json:
        """Return the event by which a stream breaks off."""

    @abstractmethod
    def counts(self, usage: Usage) -> JsonObject:
        """Return token counts as they are on the wire."""

    @abstractmethod
    def last_text(self, request: JsonObject) -> str:
        """Return the text of the last message of a request."""

    def counted(self, speech: Speech) -> Json:
        """Return the usage as it is sent, or None."""
        if speech.raw_usage is not None:
            return speech.raw_usage
        return None if speech.usage is None else self.counts(speech.usage)

    def reason(self, speech: Speech) -> str | None:
        """Return the reason in the words of the interface."""
        return None if speech.reason is None else self.reasons[speech.reason]


def texts_in(content: Json) -> str:
    """Return the texts of a content that is a text or a list of parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))


def last_of(request: JsonObject, name: str) -> JsonObject:
    """Return the last object in a list of a request."""
    found = request.get(name)
    last = found[-1] if isinstance(found, list) and found else None
    return last if isinstance(last, dict) else {}
