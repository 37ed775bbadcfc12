"""How a prompt goes on when a model asked for tools: its answer and their results follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.messages import (
    Message,
    Part,
    Role,
    TextPart,
    ToolCallPart,
    ToolCallResponsePart,
)
from prompt_workbench.domain.prompts import PromptContent, PromptInput
from prompt_workbench_runtime.render import Language

_PLACES = {
    Language.MUSTACHE: "{{%s}}",
    Language.JINJA: "{{ %s }}",
    Language.FSTRING: "{%s}",
}


def calls_of(parts: Sequence[Part]) -> tuple[ToolCallPart, ...]:
    """Return the tools that an answer asks for, in their order."""
    return tuple(part for part in parts if isinstance(part, ToolCallPart))


def continued(
    content: PromptContent,
    values: Mapping[str, Json],
    answer: Sequence[Part],
    results: Sequence[str],
) -> tuple[PromptContent, dict[str, Json]]:
    """Return the content and the values of the next request of a conversation.

    The texts of the answer become inputs: what a model writes is never read as a template.

    Args:
        content: What was asked.
        values: What its inputs were.
        answer: What the model answered.
        results: What each tool returned that it called, in the order of the calls.
    """
    given = dict(values)
    declared = list(content.inputs)
    taken = {*given, *(item.name for item in declared)}
    names = (name for number in count(1) if (name := f"answer_{number}") not in taken)

    def kept(part: Part) -> Part:
        if not isinstance(part, TextPart):
            return part
        name = next(names)
        given[name] = part.content
        if content.inputs:
            declared.append(PromptInput(name=name))
        return TextPart(content=_PLACES[content.language] % name)

    said = Message(role=Role.ASSISTANT, parts=tuple(kept(part) for part in answer))
    returned = tuple(
        ToolCallResponsePart(id=call.id, response=result)
        for call, result in zip(calls_of(answer), results, strict=True)
    )
    turns = (said, Message(role=Role.TOOL, parts=returned))
    following = replace(content, messages=(*content.messages, *turns), inputs=tuple(declared))
    return following, given
