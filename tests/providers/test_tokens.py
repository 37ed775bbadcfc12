"""Token estimates, against counts of real tokenizers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_workbench.domain.messages import BlobPart, Message, Role, ToolCallPart, text_message
from prompt_workbench.domain.requests import GenerationRequest, model_ref
from prompt_workbench.providers.tokens import estimate_input, estimate_output, estimate_tokens

REAL = [
    ("The quick brown fox jumps over the lazy dog.", 10),
    ("Hello, world!", 4),
    ("def add(a: int, b: int) -> int:\n    return a + b\n", 19),
    ("antidisestablishmentarianism", 6),
    ("1234567890", 4),
    ("你好世界", 5),
    ("🐔🐔🐔", 9),
    ("        ", 1),
]
"""Texts with their length in the cl100k tokenizer."""


@pytest.mark.parametrize(("text", "count"), REAL)
def test_real_counts_lie_in_the_range(text: str, count: int) -> None:
    found = estimate_tokens(text)
    assert found.low <= count <= found.high
    assert found.low <= found.typical <= found.high


@given(st.text(), st.text())
def test_the_range_is_in_order_and_grows_with_the_text(text: str, more: str) -> None:
    found, longer = estimate_tokens(text), estimate_tokens(text + more)
    assert 0 <= found.low <= found.typical <= found.high
    assert found.high <= longer.high
    assert found.high == len(text.encode("utf-8", "surrogatepass"))


def test_an_empty_text_has_no_tokens() -> None:
    assert estimate_tokens("").high == 0


def request(**fields: object) -> GenerationRequest:
    messages = (text_message(Role.SYSTEM, "Be brief."), text_message(Role.USER, "Hi"))
    return GenerationRequest(model=model_ref("a/b"), messages=messages, **fields)


def test_the_bound_leaves_room_for_what_a_chat_template_adds() -> None:
    found = estimate_input(request())
    assert found.high >= len("Be brief.Hi") + 64
    assert found.typical < 20


def test_tools_and_schemas_count() -> None:
    plain = estimate_input(request())
    schema = estimate_input(request(response_schema={"type": "object"}))
    tools = estimate_input(request(tools=({"name": "now"},)))
    assert plain.typical < schema.typical
    assert plain.high + 1000 < tools.high


def test_an_answer_counts_its_tool_calls() -> None:
    assert estimate_output((ToolCallPart(id="", name="", arguments="x" * 40),)).typical == 10


def test_a_file_has_room_in_the_bound_and_its_letters_are_not_counted() -> None:
    image = BlobPart(mime_type="image/png", content="A" * 400_000)
    document = BlobPart(mime_type="application/pdf", content="AAAA")
    sizes = [
        estimate_input(
            GenerationRequest(
                model=model_ref("a/b"), messages=(Message(role=Role.USER, parts=(part,)),)
            )
        )
        for part in (image, document)
    ]
    assert [size.low for size in sizes] == [64, 64]
    assert sizes[0].typical < 2000
    assert sizes[1].high > sizes[0].high > 40_000
