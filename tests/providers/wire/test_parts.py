"""What the request formats have in common."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.canonical import JsonObject
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import ReasoningPart
from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.wire.parts import function_of, schema_name, signature_for, signed


@pytest.mark.parametrize(
    "tool",
    [
        {},
        {"name": 5},
        {"type": "web_search"},
        {"name": "now", "parameters": "none"},
        {"type": "function", "function": None},
    ],
)
def test_what_is_no_function_is_refused(tool: JsonObject) -> None:
    with pytest.raises(InvalidInputError, match="A tool has no name"):
        function_of(tool)


def test_a_function_without_parameters_takes_none() -> None:
    assert function_of({"name": "now"}).parameters == {"type": "object", "properties": {}}


def test_a_signature_is_for_its_own_interface_only() -> None:
    part = ReasoningPart(content="", signature=signed(Interface.GEMINI, "a:b"))
    assert signature_for(Interface.GEMINI, part) == "a:b"
    assert signature_for(Interface.ANTHROPIC_MESSAGES, part) == ""
    assert signed(Interface.GEMINI, "") == ""


@pytest.mark.parametrize(
    ("title", "name"), [("Sky", "Sky"), ("two words", "answer"), ("größe", "answer"), (5, "answer")]
)
def test_a_schema_is_named_by_its_title_where_that_is_a_name(title: object, name: str) -> None:
    assert schema_name({"title": title}) == name
