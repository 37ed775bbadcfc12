"""How OpenAI's two interfaces say something."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from typing_extensions import override

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.messages import ToolCallPart
from prompt_workbench.domain.usage import Usage
from prompt_workbench.providers.fake_forms import Form, Reason, Speech, last_of, texts_in
from prompt_workbench.providers.fake_replies import chunk


class ChatForm(Form):
    """Chat completions."""

    path = re.compile(r"/chat/completions$")
    reasons: ClassVar[Mapping[Reason, str]] = {
        Reason.STOP: "stop",
        Reason.LENGTH: "length",
        Reason.TOOL_CALLS: "tool_calls",
        Reason.FILTERED: "content_filter",
    }
    named = False
    closing_mark = True

    @override
    def stream_events(self, speech: Speech) -> list[Json]:
        deltas: list[JsonObject] = [{"role": "assistant", "content": ""}]
        deltas += [{"reasoning_content": text} for text in speech.reasoning]
        deltas += [{"content": text} for text in speech.texts]
        if speech.refusal:
            deltas.append({"refusal": speech.refusal})
        for index, call in enumerate(speech.calls):
            deltas += _call_deltas(index, call)
        found: list[Json] = [chunk(delta, model=speech.model) for delta in deltas]
        if reason := self.reason(speech):
            found.append(chunk({}, model=speech.model, finish_reason=reason))
            last = chunk({}, model=speech.model)
            found.append({**last, "choices": [], "usage": self.counted(speech)})
        return found

    @override
    def whole_json(self, speech: Speech) -> JsonObject:
        calls: list[Json] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in speech.calls
        ]
        message: JsonObject = {
            "role": "assistant",
            "content": speech.text,
            "reasoning_content": "".join(speech.reasoning) or None,
            "refusal": speech.refusal or None,
            "tool_calls": calls or None,
        }
        choice: JsonObject = {"index": 0, "message": message, "finish_reason": self.reason(speech)}
        return {
            "id": "chatcmpl-fake",
            "object": "chat.completion",
            "model": speech.model,
            "choices": [choice],
            "usage": self.counted(speech),
        }

    @override
    def error(self, status: int, message: str) -> JsonObject:
        return {"error": {"message": message, "type": "fake_error", "code": None}}

    @override
    def error_event(self, status: int, message: str) -> Json:
        return {"error": {"message": message, "code": status}}

    @override
    def counts(self, usage: Usage) -> JsonObject:
        return {
            "prompt_tokens": usage.input_tokens,
            "completion_tokens": usage.output_tokens,
            "total_tokens": usage.input_tokens + usage.output_tokens,
            "prompt_tokens_details": {
                "cached_tokens": usage.cache_read_input_tokens,
                "cache_write_tokens": usage.cache_creation_input_tokens,
            },
            "completion_tokens_details": {"reasoning_tokens": usage.reasoning_output_tokens},
        }

    @override
    def last_text(self, request: JsonObject) -> str:
        return texts_in(last_of(request, "messages").get("content"))


def _call_deltas(index: int, call: ToolCallPart) -> list[JsonObject]:
    half = len(call.arguments) // 2
    head: JsonObject = {"name": call.name, "arguments": call.arguments[:half]}
    first: JsonObject = {"index": index, "id": call.id, "type": "function", "function": head}
    rest: JsonObject = {"index": index, "function": {"arguments": call.arguments[half:]}}
    return [{"tool_calls": [first]}, {"tool_calls": [rest]}]


class ResponsesForm(Form):
    """Responses."""

    path = re.compile(r"/responses$")
    reasons: ClassVar[Mapping[Reason, str]] = {
        Reason.STOP: "completed",
        Reason.LENGTH: "max_output_tokens",
        Reason.TOOL_CALLS: "completed",
        Reason.FILTERED: "content_filter",
    }

    @override
    def stream_events(self, speech: Speech) -> list[Json]:
        begun: JsonObject = {"id": "resp_fake", "model": speech.model, "status": "in_progress"}
        found: list[Json] = [{"type": "response.created", "response": begun}]
        items = _items(speech)
        for place, item in enumerate(items):
            at: JsonObject = {"output_index": place}
            empty: JsonObject = {**item, "content": [], "summary": [], "arguments": ""}
            empty.pop("encrypted_content", None)
            found.append({"type": "response.output_item.added", "item": empty, **at})
            found += [{**delta, **at} for delta in _deltas(speech, item)]
            if speech.reason is not None:
                found.append({"type": "response.output_item.done", "item": item, **at})
        if speech.reason is not None:
            whole = self.whole_json(speech)
            found.append({"type": f"response.{whole['status']}", "response": whole})
        return found

    @override
    def whole_json(self, speech: Speech) -> JsonObject:
        reason = self.reason(speech)
        cut = reason not in (None, "completed")
        return {
            "id": "resp_fake",
            "object": "response",
            "model": speech.model,
            "status": "in_progress" if reason is None else "incomplete" if cut else reason,
            "error": None,
            "incomplete_details": {"reason": reason} if cut else None,
            "output": list(_items(speech)),
            "usage": self.counted(speech),
        }

    @override
    def error(self, status: int, message: str) -> JsonObject:
        return {"error": {"message": message, "type": "fake_error", "param": None, "code": None}}

    @override
    def error_event(self, status: int, message: str) -> Json:
        code = {429: "rate_limit_exceeded"}.get(status, "server_error")
        failed: JsonObject = {
            "id": "resp_fake",
            "status": "failed",
            "error": {"code": code, "message": message},
        }
        return {"type": "response.failed", "response": failed}

    @override
    def counts(self, usage: Usage) -> JsonObject:
        return {
            "input_tokens": usage.input_tokens,
            "input_tokens_details": {
                "cached_tokens": usage.cache_read_input_tokens,
                "cache_write_tokens": usage.cache_creation_input_tokens,
            },
            "output_tokens": usage.output_tokens,
            "output_tokens_details": {"reasoning_tokens": usage.reasoning_output_tokens},
            "total_tokens": usage.input_tokens + usage.output_tokens,
        }

    @override
    def last_text(self, request: JsonObject) -> str:
        return texts_in(last_of(request, "input").get("content"))


def _items(speech: Speech) -> list[JsonObject]:
    items: list[JsonObject] = []
    if speech.reasoning or speech.signature:
        summary: JsonObject = {"type": "summary_text", "text": "".join(speech.reasoning)}
        items.append(
            {
                "type": "reasoning",
                "id": "rs_fake",
                "summary": [summary],
                "encrypted_content": speech.signature or None,
            }
        )
    contents: list[Json] = []
    if speech.texts:
        contents.append({"type": "output_text", "text": speech.text, "annotations": []})
    if speech.refusal:
        contents.append({"type": "refusal", "refusal": speech.refusal})
    if contents:
        message: JsonObject = {"id": "msg_fake", "role": "assistant", "content": contents}
        items.append({"type": "message", **message})
    for call in speech.calls:
        asked: JsonObject = {"name": call.name, "arguments": call.arguments}
        items.append({"type": "function_call", "id": "fc_fake", "call_id": call.id, **asked})
    return items


def _deltas(speech: Speech, item: JsonObject) -> list[JsonObject]:
    if item["type"] == "reasoning":
        kind, texts = "reasoning_summary_text", speech.reasoning
        return [
            {"type": f"response.{kind}.delta", "summary_index": 0, "delta": text} for text in texts
        ]
    if item["type"] == "function_call":
        arguments = str(item["arguments"])
        halves = (arguments[: len(arguments) // 2], arguments[len(arguments) // 2 :])
        return [{"type": "response.function_call_arguments.delta", "delta": one} for one in halves]
    found: list[JsonObject] = [
        {"type": "response.output_text.delta", "content_index": 0, "delta": text}
        for text in speech.texts
    ]
    if speech.refusal:
        place: JsonObject = {"content_index": 1 if speech.texts else 0}
        found.append({"type": "response.refusal.delta", "delta": speech.refusal, **place})
    return found
