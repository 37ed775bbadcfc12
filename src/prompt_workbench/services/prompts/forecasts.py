"""What a prompt would send with the present values, and what that would probably cost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from prompt_workbench.domain.attachments import lacking
from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.capabilities import Capability
from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.domain.costs import CallHistory
from prompt_workbench.domain.errors import TemplateError
from prompt_workbench.domain.messages import Message, Part, TextPart
from prompt_workbench.domain.prompts import PromptContent
from prompt_workbench.domain.requests import GenerationRequest, ModelRef
from prompt_workbench.providers.token_counter import InputTokens
from prompt_workbench.providers.tokens import estimate_input
from prompt_workbench.services.estimates import answer_tokens, cost_range
from prompt_workbench.services.prompts.base import PromptService


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedMessage:
    """One message as it would be sent."""

    message: Message
    """A text that cannot be rendered stands here as it is written."""
    errors: tuple[TemplateError, ...] = ()
    """Why; line and column count in that text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallForecast:
    """What one call of a model would take."""

    model: ModelRef
    low_usd: Decimal | None
    high_usd: Decimal | None
    """None where no price is known."""
    context_size: int | None
    """In tokens, where the request and its answer are probably longer; else None."""
    input_tokens: int
    encoding: str = ""
    """What the input was counted with, to the token; empty where it is estimated."""
    lacking: tuple[Capability, ...] = ()
    """What the model is known not to be able to do, and the files of the prompt need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What would be sent, and what that would take."""

    messages: tuple[RenderedMessage, ...]
    input_tokens: int
    """The likely number; of texts that cannot be rendered, what is written counts."""
    is_counted: bool = False
    """Whether it was counted, and is the same for all models; else it is estimated."""
    calls: tuple[CallForecast, ...]
    """One for each model; none when the prompt cannot be rendered."""

    @property
    def errors(self) -> tuple[TemplateError, ...]:
        """Why the prompt cannot be sent as it is."""
        return tuple(error for message in self.messages for error in message.errors)


class PromptForecasts(PromptService):
    """Look at what would be sent, before anything is."""

    async def forecast(
        self, content: PromptContent, values: Mapping[str, Json], models: Sequence[ModelInfo] = ()
    ) -> Forecast:
        """Return the messages with these values, and the tokens and cost on each model.

        The work is done in threads: a window may share the loop.
        """
        texts = await self._rendered(content, {**content.defaults(), **values})
        messages = _filled_in(content.messages, iter(texts))
        content_hash = await asyncio.to_thread(lambda: content.hash)
        refs = [info.ref for info in models]
        histories = await self._project.read(
            lambda r: [r.generations.history(ref, content_hash) for ref in refs]
        )
        request = _request(content, messages)
        if any(message.errors for message in messages):
            models, histories = (), []
        counted = [await self._tokens.count([request], info) for info in models]
        return await asyncio.to_thread(
            _forecast, request, messages, models=models, histories=histories, counted=counted
        )

    async def _rendered(
        self, content: PromptContent, values: Mapping[str, Json]
    ) -> list[str | TemplateError]:
        """Return each template rendered, or why it cannot be."""
        try:
            return [*await self._texts(content, content.templates, values)]
        except TemplateError:
            # One bad text does not keep the others from being shown.
            return [await self._text(content, template, values) for template in content.templates]

    async def _text(
        self, content: PromptContent, template: str, values: Mapping[str, Json]
    ) -> str | TemplateError:
        try:
            return (await self._texts(content, [template], values))[0]
        except TemplateError as error:
            return error

    async def _texts(
        self, content: PromptContent, templates: Sequence[str], values: Mapping[str, Json]
    ) -> list[str]:
        return await self._renderer.render_all(
            templates, values, language=content.language, in_thread=True
        )


def _filled_in(
    messages: Sequence[Message], texts: Iterator[str | TemplateError]
) -> tuple[RenderedMessage, ...]:
    return tuple(_message(message, texts) for message in messages)


def _message(message: Message, texts: Iterator[str | TemplateError]) -> RenderedMessage:
    parts: list[Part] = []
    errors: list[TemplateError] = []
    for part in message.parts:
        text = next(texts) if isinstance(part, TextPart) else None
        if isinstance(text, TemplateError):
            errors.append(text)
        parts.append(TextPart(content=text) if isinstance(text, str) else part)
    filled = Message(role=message.role, parts=tuple(parts))
    return RenderedMessage(message=filled, errors=tuple(errors))


def _request(content: PromptContent, messages: Sequence[RenderedMessage]) -> GenerationRequest:
    return GenerationRequest(
        model=ModelRef(provider="", model=""),  # the texts are the same for every model
        messages=tuple(message.message for message in messages),
        settings=content.settings,
        tools=content.tools,
        response_schema=content.response_schema,
    )


def _forecast(
    request: GenerationRequest,
    messages: tuple[RenderedMessage, ...],
    *,
    models: Sequence[ModelInfo],
    histories: Sequence[CallHistory | None],
    counted: Sequence[InputTokens],
) -> Forecast:
    most = request.settings.max_tokens
    calls = []
    for info, history, found in zip(models, histories, counted, strict=True):
        (tokens,) = found.requests
        low, high = cost_range([tokens], info.price, answer_tokens(most, history))
        size = info.context_size
        is_longer = size is not None and tokens.typical + (most or 0) > size
        calls.append(
            CallForecast(
                model=info.ref,
                low_usd=low,
                high_usd=high,
                context_size=size if is_longer else None,
                input_tokens=tokens.typical,
                encoding=found.encoding if found.is_exact else "",
                lacking=lacking(info, request.messages),
            )
        )
    numbers = {call.input_tokens if call.encoding else None for call in calls}
    number = numbers.pop() if len(numbers) == 1 else None
    return Forecast(
        messages=messages,
        input_tokens=estimate_input(request).typical if number is None else number,
        is_counted=number is not None,
        calls=tuple(calls),
    )
