"""What is particular to answers of Responses."""

from __future__ import annotations

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.messages import ReasoningPart, TextPart, ToolCallPart
from prompt_workbench.providers.wire.openai_responses import ResponsesAnswer


def read(*events: JsonObject) -> ResponsesAnswer:
    answer = ResponsesAnswer()
    for event in events:
        answer.add(event)
    return answer


def whole(*items: Json, **fields: Json) -> JsonObject:
    return {"id": "resp_1", "model": "gpt", "status": "completed", "output": [*items], **fields}


MESSAGE: JsonObject = {
    "type": "message",
    "content": [
        {"type": "output_text", "text": "Yes. "},
        {"type": "refusal", "refusal": "But no more."},
    ],
}


def test_a_stream_without_pieces_is_read_from_its_last_event() -> None:
    answer = read({"type": "response.completed", "response": whole(MESSAGE)})
    assert answer.text == "Yes. But no more."
    assert (answer.finish_reason, answer.ended) == ("completed", True)


def test_what_came_in_pieces_is_not_taken_again() -> None:
    delta: JsonObject = {"output_index": 0, "content_index": 0, "delta": "Yes. "}
    answer = read(
        {"type": "response.output_text.delta", **delta},
        {"type": "response.output_item.done", "output_index": 0, "item": MESSAGE},
        {"type": "response.completed", "response": whole(MESSAGE)},
    )
    assert answer.parts() == (TextPart(content="Yes. "), TextPart(content="But no more."))


def test_reasoning_is_read_from_its_summary_or_its_content() -> None:
    summary: Json = [{"type": "summary_text", "text": "One."}, {"type": "x", "text": "Two."}]
    for item in (
        {"type": "reasoning", "id": "rs_1", "summary": summary, "encrypted_content": "abc"},
        {"type": "reasoning", "id": "rs_1", "content": summary, "encrypted_content": "abc"},
    ):
        answer = read(whole(item))
        assert answer.parts() == (
            ReasoningPart(content="One.\n\nTwo.", signature="openai-responses:rs_1:abc"),
        )


def test_why_an_answer_is_incomplete_is_its_finish_reason() -> None:
    cut: JsonObject = {"reason": "max_output_tokens"}
    answer = read(whole(MESSAGE, status="incomplete", incomplete_details=cut))
    assert answer.finish_reason == "max_output_tokens"


def test_a_response_that_is_not_done_has_no_finish_reason() -> None:
    for status in ("in_progress", "queued"):
        assert read(whole(MESSAGE, status=status)).finish_reason is None


def test_a_response_that_failed_is_a_failure() -> None:
    error: JsonObject = {"code": "server_error", "message": "Oh."}
    answer = read({"type": "response.failed", "response": whole(status="failed", error=error)})
    assert (answer.failure, answer.finish_reason) == (error, None)
    assert read(whole(status="failed")).failure == {"message": "The response failed."}


def test_a_response_that_was_cancelled_says_so() -> None:
    assert read(whole(status="cancelled")).finish_reason == "cancelled"


def test_a_call_has_the_id_by_which_it_is_answered() -> None:
    call: JsonObject = {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "now"}
    answer = read(
        {"type": "response.output_item.added", "output_index": 0, "item": call},
        {
            "type": "response.output_item.done",
            "output_index": 0,
            "item": {**call, "arguments": "{}"},
        },
    )
    assert answer.parts() == (ToolCallPart(id="c1", name="now", arguments="{}"),)


def test_strange_events_are_passed_over() -> None:
    strange: list[JsonObject] = [
        {"type": "response.output_text.delta", "delta": 5, "output_index": 0},
        {"type": "response.output_text.delta", "delta": "x", "output_index": None},
        {"type": "response.output_item.added", "output_index": 0, "item": {"type": "web_search"}},
        {"type": "response.output_item.added", "output_index": 0, "item": None},
        {"type": "response.created", "response": None},
        {"type": "response.output_text.annotation.added", "annotation": {}},
        {"type": "response.completed", "response": None},
    ]
    answer = read(*strange)
    assert (answer.parts(), answer.finish_reason) == ((), None)
