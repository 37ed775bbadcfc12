"""What is sent has the form that the provider publishes."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from tests.providers.conformance.cases import case
from tests.providers.conformance.desk import QUESTION, Desk, asked
from tests.providers.conformance.test_requests import OWN_NAMES, PIXEL, SCHEMA, TOOL
from tests.providers.conformance.wire_names import SAMPLES, SETTINGS

from prompt_workbench.domain.messages import (
    BlobPart,
    Message,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolCallResponsePart,
    text_message,
)
from prompt_workbench.domain.requests import GenerationRequest, Interface
from prompt_workbench.providers.interfaces import INTERFACES

SCHEMAS = Path(__file__).parents[2] / "fixtures" / "schemas"
EXCLUDE_EACH_OTHER = "reasoning_budget"
UNPUBLISHED = {
    Interface.OPENAI_CHAT: {"top_k"},
    Interface.ANTHROPIC_MESSAGES: {"temperature", "top_p", "top_k"},
}
"""What compatible servers take, and what only older models take."""


def conversation(interface: Interface) -> tuple[Message, ...]:
    """Return turns with everything that a message can have."""
    files = (
        TextPart(content="What are these?"),
        BlobPart(mime_type="image/png", content=PIXEL),
        BlobPart(mime_type="application/pdf", content=PIXEL, name="report.pdf"),
    )
    mark = f"{interface.value}:rs_1:c2lnbmVk"
    answer = (
        ReasoningPart(content="Hm.", signature=mark),
        ReasoningPart(content="", signature=f"{interface.value}:redacted:c2VjcmV0"),
        TextPart(content="Let me see."),
        ToolCallPart(id="c1", name="weather", arguments='{"city":"Jena"}', signature=mark),
    )
    return (
        text_message(Role.SYSTEM, "Be brief."),
        Message(role=Role.USER, parts=files),
        Message(role=Role.ASSISTANT, parts=answer),
        Message(role=Role.TOOL, parts=(ToolCallResponsePart(id="c1", response="rain"),)),
        text_message(Role.ASSISTANT, "It rains."),
        QUESTION,
    )


def requests(interface: Interface) -> list[GenerationRequest]:
    mine = [name for name in SETTINGS if interface in SETTINGS[name]]
    known = [name for name in mine if name not in UNPUBLISHED.get(interface, ())]
    settings = {name: SAMPLES[name] for name in known if name != EXCLUDE_EACH_OTHER}
    budget = [{name: SAMPLES[name]} for name in known if name == EXCLUDE_EACH_OTHER]
    turns = conversation(interface)
    return [
        asked(),
        asked(turns, tools=[TOOL], schema=SCHEMA, **settings),
        *(asked(turns, tools=[TOOL], prompt_cache=True, **one) for one in budget),
        asked(turns, tools=[TOOL], prompt_cache=True),
    ]


@case("Requests have the form that the provider publishes", lacks=OWN_NAMES)
def test_a_request_has_the_published_form(desk: Desk) -> None:
    schema = json.loads((SCHEMAS / f"{desk.interface.value}.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for request in requests(desk.interface):
        validator.validate(desk.body(request))


@pytest.mark.parametrize("interface", INTERFACES)
def test_a_wrong_request_would_be_found(interface: Interface) -> None:
    schema = json.loads((SCHEMAS / f"{interface.value}.json").read_text(encoding="utf-8"))
    for wrong in ({}, {"messages": 5, "contents": 5, "input": 5}, {"modell": "x"}):
        assert not jsonschema.Draft202012Validator(schema).is_valid(wrong)
