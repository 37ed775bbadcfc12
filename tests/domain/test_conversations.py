"""Going on with a conversation: what a model and its tools said follows, word by word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from prompt_workbench.domain.conversations import calls_of, continued
from prompt_workbench.domain.messages import (
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolCallResponsePart,
)
from prompt_workbench.domain.prompts import PromptInput, text_prompt
from prompt_workbench_runtime.render import Language, render

CALL = ToolCallPart(id="c1", name="find_order", arguments='{"id": "{{7}}"}')
OTHER = ToolCallPart(id="c2", name="find_user", arguments="{}")
THOUGHT = ReasoningPart(content="{{hm}}", signature="s")


def test_the_answer_and_the_results_of_its_tools_follow_the_prompt() -> None:
    content, _ = continued(
        text_prompt("Where is {{what}}?"), {"what": "it"}, (THOUGHT, CALL, OTHER), ("here", "Ann")
    )
    asked, said, returned = content.messages
    assert asked.text == "Where is {{what}}?"
    assert (said.role, said.parts) == (Role.ASSISTANT, (THOUGHT, CALL, OTHER))
    assert (returned.role, returned.parts) == (
        Role.TOOL,
        (
            ToolCallResponsePart(id="c1", response="here"),
            ToolCallResponsePart(id="c2", response="Ann"),
        ),
    )


@pytest.mark.parametrize("language", list(Language))
def test_what_a_model_wrote_is_never_read_as_a_template(language: Language) -> None:
    wrote = "Use {{secret}} or {secret} or {% if x %}, \\n & <b>"
    asked = replace(text_prompt("Hello"), language=language)
    content, values = continued(asked, {}, (TextPart(content=wrote), CALL), ("x",))
    template = content.messages[1].text
    assert render(template, values, language=language) == wrote


def test_inputs_keep_their_names_and_values() -> None:
    asked = replace(text_prompt("{{answer_1}}"), inputs=(PromptInput(name="answer_1"),))
    content, values = continued(
        asked, {"answer_1": "mine"}, (TextPart(content="its"), CALL), ("x",)
    )
    assert values == {"answer_1": "mine", "answer_2": "its"}
    assert [item.name for item in content.inputs] == ["answer_1", "answer_2"]


def test_a_conversation_goes_on_more_than_once() -> None:
    content, values = continued(text_prompt("Go"), {}, (TextPart(content="a"), CALL), ("1",))
    content, values = continued(content, values, (TextPart(content="b"), OTHER), ("2",))
    assert values == {"answer_1": "a", "answer_2": "b"}
    assert [message.role.value for message in content.messages] == [
        "user", "assistant", "tool", "assistant", "tool",
    ]  # fmt: skip


def test_every_call_needs_its_result() -> None:
    with pytest.raises(ValueError, match="zip"):
        continued(text_prompt("Go"), {}, (CALL, OTHER), ("only one",))


def test_an_answer_without_calls_asks_for_no_tools() -> None:
    assert calls_of((TextPart(content="done"),)) == ()
