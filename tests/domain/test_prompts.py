"""Prompt content: one JSON form, one hash, nothing lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_workbench.domain.canonical import canonical_json
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import Message, Role, TextPart, ToolCallPart
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.prompts import (
    InputType,
    PromptContent,
    PromptInput,
    content_from_json,
    text_prompt,
)
from prompt_workbench_runtime.render import Language

FULL = PromptContent(
    messages=(
        Message(role=Role.SYSTEM, parts=(TextPart(content="Be kind to {{name}}."),)),
        Message(
            role=Role.ASSISTANT, parts=(ToolCallPart(id="c1", name="look", arguments='{"a": 1}'),)
        ),
    ),
    language=Language.JINJA,
    inputs=(PromptInput(name="name", type=InputType.STRING, default="you"),),
    settings=ModelSettings(temperature=0.2, max_tokens=10, stop_sequences=("END",)),
    tools=({"name": "look", "description": "Look.", "parameters": {"type": "object"}},),
    response_schema={"type": "object"},
)

texts = st.text(st.characters(exclude_categories=["Cs"]))


def test_everything_survives_the_json_form() -> None:
    assert content_from_json(FULL.to_json()) == FULL


@given(texts, texts)
def test_any_text_survives_and_keeps_its_hash(text: str, system: str) -> None:
    content = text_prompt(text, system=system)
    again = content_from_json(content.to_json())
    assert again == content
    assert again.hash == content.hash


def test_the_hash_does_not_change_between_releases() -> None:
    assert text_prompt("Hello, {{name}}!").hash == (
        "1:952076c45d41217b10d7fe65d085c55ebd2f328ad3960f171c4e96be2dce0060"
    )
    assert FULL.hash == "1:21e8093b972d97988723d9df563bbfc0f3d8c672b39c843f4763009cbfbd7cd0"


def test_absent_fields_do_not_take_part_in_the_hash() -> None:
    assert canonical_json(text_prompt("x").to_json()) == (
        b'{"language":"mustache","messages":[{"parts":[{"content":"x","type":"text"}],"role":"user"}]}'
    )


@pytest.mark.parametrize("changed", ["settings", "tools", "response_schema", "inputs"])
def test_every_part_of_the_content_changes_the_hash(changed: str) -> None:
    value = FULL.to_json()
    del value[changed]
    assert content_from_json(value).hash != FULL.hash


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"messages": [{"role": "nobody", "parts": []}]},
        {"messages": [], "language": "php"},
        {"messages": [], "settings": {"temperature": 9}},
        {"messages": [], "settings": {"temprature": 1}},
        {"messages": [], "inputs": [{"type": "string"}]},
        {"messages": [], "tools": ["look"]},
    ],
)
def test_what_is_no_prompt_is_refused_with_a_sentence(value: object) -> None:
    with pytest.raises(InvalidInputError) as caught:
        content_from_json(value)  # type: ignore[arg-type]
    assert caught.value.message.endswith(".")
