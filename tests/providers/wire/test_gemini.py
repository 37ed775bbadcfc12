"""What is particular to answers of Gemini."""

from __future__ import annotations

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.messages import ReasoningPart, TextPart, ToolCallPart
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.wire.gemini import Gemini, GeminiAnswer


def chunk(*parts: Json, **fields: Json) -> JsonObject:
    return {"candidates": [{"content": {"parts": [*parts]}, **fields}]}


def read(*chunks: JsonObject) -> GeminiAnswer:
    answer = GeminiAnswer()
    for each in chunks:
        answer.add(each)
    return answer


def test_an_address_may_name_the_models() -> None:
    for url in (
        "https://g.example/v1beta",
        "https://g.example/v1beta/",
        "https://g.example/v1beta/models",
    ):
        adapter = Gemini(HttpClient(), url, key="AIza")
        assert adapter._base_url == "https://g.example/v1beta"
        assert adapter._headers["x-goog-api-key"] == "AIza"


def test_parts_stay_in_their_order_and_pieces_grow_together() -> None:
    call: JsonObject = {"functionCall": {"name": "now", "args": {}}, "thoughtSignature": "proof"}
    answer = read(
        chunk({"text": "Let ", "thought": True}, {"text": "me think.", "thought": True}),
        chunk({"text": "Wait"}),
        chunk({"text": "."}, call),
        chunk({"functionCall": {"name": "now", "id": "g1", "args": {"in": "Jena"}}}),
        chunk({"text": "There."}, finishReason="STOP"),
    )
    assert answer.parts() == (
        ReasoningPart(content="Let me think."),
        TextPart(content="Wait."),
        ToolCallPart(id="call-2", name="now", arguments="{}", signature="gemini:proof"),
        ToolCallPart(id="g1", name="now", arguments='{"in": "Jena"}'),
        TextPart(content="There."),
    )
    assert (answer.text, answer.finish_reason) == ("Wait.There.", "STOP")


def test_a_blocked_prompt_says_why_it_has_no_answer() -> None:
    answer = read({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}})
    assert (answer.finish_reason, answer.parts()) == ("PROHIBITED_CONTENT", ())


def test_counts_before_the_end_are_not_final() -> None:
    counts: JsonObject = {"usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": 2}}
    half = read({**chunk({"text": "So"}), **counts})
    assert half.usage() is not None
    assert not half.usage_is_final
    assert read({**chunk({"text": "So"}, finishReason="STOP"), **counts}).usage_is_final


def test_other_candidates_and_strange_parts_are_passed_over() -> None:
    first = chunk({"text": "Yes"})["candidates"]
    other = chunk({"text": "No"})["candidates"]
    answer = read(
        {"candidates": [*first, *other]},
        {"candidates": []},
        {"candidates": [None]},
        {"candidates": [{"content": None, "finishReason": None}]},
        chunk(None, {"text": 5}, {"executableCode": {"code": "1"}}, {"functionCall": None}),
        {"promptFeedback": None},
        {},
    )
    assert (answer.text, answer.finish_reason) == ("Yes", None)
