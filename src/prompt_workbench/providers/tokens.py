"""How many tokens a text or a request can have, without any model's tokenizer."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from prompt_workbench.domain.messages import (
    BlobPart,
    Part,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolCallResponsePart,
)
from prompt_workbench.domain.requests import GenerationRequest

_ASCII_PER_TOKEN = 4
_MOST_ASCII_PER_TOKEN = 8
_MOST_OTHERS_PER_TOKEN = 4

_PER_REQUEST = 64
"""What a chat template may add: its own system message, markers, the start of the answer."""
_PER_MESSAGE = 16
_PER_TOOLS = 1024
"""What a provider may add to explain its tool or schema format to the model."""
_LIKELY_PER_MESSAGE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRange:
    """An estimate: a lower figure, the most likely one and a bound from above."""

    low: int
    typical: int
    high: int

    def __add__(self, other: TokenRange) -> TokenRange:
        return TokenRange(
            low=self.low + other.low,
            typical=self.typical + other.typical,
            high=self.high + other.high,
        )


_PER_IMAGE = TokenRange(low=64, typical=1000, high=50_000)
_PER_DOCUMENT = TokenRange(low=64, typical=3000, high=1_000_000)
"""Of a document or a recording, which may fill the whole context, however small its file."""


def estimate_tokens(text: str) -> TokenRange:
    """Return how many tokens a text has.

    The upper figure is its length in UTF-8, which is a true bound for every tokenizer that
    falls back to bytes, as all in use do: each token then stands for at least one byte. So
    money may be reserved by it. The likely figure is four ASCII characters a token, and one
    token for every other character: within about a third for English, code and Chinese,
    and too high for other European languages.
    """
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    others = 0 if size == len(text) else len(text) - _ascii_count(text)
    plain = len(text) - others
    return TokenRange(
        low=-(-plain // _MOST_ASCII_PER_TOKEN) + others // _MOST_OTHERS_PER_TOKEN,
        typical=-(-plain // _ASCII_PER_TOKEN) + others,
        high=size,
    )


def estimate_input(request: GenerationRequest) -> TokenRange:
    """Return how many input tokens a request has, with all that a provider may add to it."""
    count = len(request.messages)
    total = TokenRange(
        low=0,
        typical=_LIKELY_PER_MESSAGE * count,
        high=_PER_REQUEST + _PER_MESSAGE * count,
    )
    for text in texts_of(request):
        total += estimate_tokens(text)
    return total + estimate_beside_texts(request)


def texts_of(request: GenerationRequest) -> list[str]:
    """Return the text of each message."""
    return ["".join(map(_text_of_part, message.parts)) for message in request.messages]


def estimate_beside_texts(request: GenerationRequest) -> TokenRange:
    """Return how many tokens files, tools and a schema have; none for a request without."""
    total = TokenRange(low=0, typical=0, high=0)
    for message in request.messages:
        for part in message.parts:
            if isinstance(part, BlobPart):
                total += _PER_IMAGE if part.modality == "image" else _PER_DOCUMENT
    if request.tools or request.response_schema:
        extra = orjson.dumps([list(request.tools), request.response_schema]).decode()
        total += estimate_tokens(extra) + TokenRange(low=0, typical=0, high=_PER_TOOLS)
    return total


def estimate_output(parts: tuple[Part, ...]) -> TokenRange:
    """Return how many output tokens an answer has; hidden reasoning is not in it."""
    return estimate_tokens("".join(map(_text_of_part, parts)))


def _text_of_part(part: Part) -> str:
    match part:
        case TextPart() | ReasoningPart():
            return part.content
        case ToolCallPart():
            return f"{part.id}{part.name}{part.arguments}"
        case ToolCallResponsePart():
            return f"{part.id}{part.response}"
        case BlobPart():
            return ""


def _ascii_count(text: str) -> int:
    return len(text.encode("ascii", "ignore"))
