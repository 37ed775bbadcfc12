"""From a variant and a case to the request that is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.comparisons import Variant
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.messages import Message, Part, TextPart
from prompt_workbench.domain.prompts import PromptContent
from prompt_workbench.domain.requests import GenerationRequest
from prompt_workbench.engine.ports import TemplateRenderer


async def request_for(
    variant: Variant, case: Case, renderer: TemplateRenderer
) -> GenerationRequest:
    """Return the request of a cell; inputs that the case lacks take their defaults.

    Raises:
        TemplateError: The prompt cannot be rendered with the inputs of the case.
    """
    content = variant.content
    return GenerationRequest(
        model=variant.model,
        messages=await rendered_messages(content, case.inputs, renderer),
        settings=content.settings,
        tools=content.tools,
        response_schema=content.response_schema,
    )


async def rendered_messages(
    content: PromptContent, inputs: Mapping[str, Json], renderer: TemplateRenderer
) -> tuple[Message, ...]:
    """Return the messages of a prompt with its inputs filled in.

    Raises:
        TemplateError: The prompt cannot be rendered with these inputs.
    """
    values = {**content.defaults(), **inputs}
    texts = await renderer.render_all(content.templates, values, language=content.language)
    rendered = iter(texts)
    return tuple(_filled_in(message, rendered) for message in content.messages)


def _filled_in(message: Message, texts: Iterator[str]) -> Message:
    return Message(role=message.role, parts=tuple(_part(part, texts) for part in message.parts))


def _part(part: Part, texts: Iterator[str]) -> Part:
    return TextPart(content=next(texts)) if isinstance(part, TextPart) else part
