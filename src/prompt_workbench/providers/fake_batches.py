"""The batches of the fake model server, in OpenAI's and in Anthropic's form.

A batch ends after it was asked for so many times, or when a test says so; what becomes of each
call in it is scripted. Its calls are answered, and so billed, as single ones are.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import orjson

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.providers.batches import Fate
from prompt_workbench.providers.fake_replies import Reply, json_reply, refusal

_OPENAI = re.compile(r"/v1/(files|batches)(?:/([\w-]+))?(?:/(content|cancel))?(?:\?.*)?")
_ANTHROPIC = re.compile(r"/v1/messages/batches(?:/([\w-]+))?(?:/(results|cancel))?(?:\?.*)?")
_FILE = re.compile(rb"\r\n\r\n(\{.*?)\r\n--", re.DOTALL)


@dataclass(slots=True, kw_only=True)
class FakeBatch:
    """A batch as the server has it."""

    id: str
    calls: dict[str, JsonObject]
    """The bodies of its calls, by their custom ids."""
    path: str
    """Of the interface that its calls are for."""
    metadata: Json = None
    created_at: float = field(default_factory=time.time)
    polls: int = 0
    results: dict[str, tuple[Fate, Json]] | None = None
    """What became of each call; None until it has ended."""
    was_cancelled: bool = False
    problem: str = ""

    def count(self, *fates: Fate) -> int:
        """Return how many of its calls had one of these fates."""
        return sum(fate in fates for fate, _ in (self.results or {}).values())


class FakeBatches:
    """All batches of a server."""

    def __init__(self, answer: Callable[[str, bytes], JsonObject]) -> None:
        """Have an answer made for the path and the body of a call."""
        self._answer = answer
        self.all: dict[str, FakeBatch] = {}
        self.polls_until_end: float = 1
        """How often a batch is asked for before it has ended; infinite waits for `end`."""
        self.fate: Callable[[int, str], Fate] = lambda number, text: Fate.ANSWERED
        """What becomes of the call of that number and body."""
        self.order: Callable[[list[str]], list[str]] = lambda ids: ids[::-1]
        """In which order results come."""
        self.problem = ""
        """Why every batch is refused after it was taken."""
        self.interfere: Callable[[str, str, Reply], Reply] = lambda method, path, reply: reply
        """Changes a reply, once what was asked for is done."""
        self.refuse: Callable[[str, str], Reply | None] = lambda method, path: None
        """Refuses a request before anything is done."""
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        """Method, path and headers of every request."""
        self._files: dict[str, bytes] = {}

    def reply(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply | None:
        """Return the reply to a request that is about batches; None to any other."""
        anthropic, openai = _ANTHROPIC.fullmatch(path), _OPENAI.fullmatch(path)
        if anthropic is None and openai is None:
            return None
        self.requests.append((method, path, headers))
        made = self.refuse(method, path)
        if made is not None:
            return made
        if anthropic is not None:
            made = self._anthropic(method, anthropic[1], anthropic[2], body)
        elif openai is not None and openai[1] == "files":
            made = self._file(method, openai[2], body)
        elif openai is not None:
            made = self._openai(method, openai[2], openai[3], body)
        return self.interfere(method, path, made or refusal(404, f"There is nothing at {path}."))

    def end(self, batch: FakeBatch, *, rest: Fate | None = None) -> None:
        """End a batch; where a rest is named, calls that were not begun have this fate."""
        results: dict[str, tuple[Fate, Json]] = {}
        for number, (id_, call) in enumerate(batch.calls.items()):
            body = orjson.dumps(call)
            fate = rest or self.fate(number, body.decode())
            told = self._answer(batch.path, body) if fate is Fate.ANSWERED else None
            results[id_] = (fate, told)
        batch.results = results

    def _look(self, id_: str) -> FakeBatch | None:
        batch = self.all.get(id_)
        if batch is not None and batch.results is None and not batch.problem:
            batch.polls += 1
            if batch.was_cancelled:
                self.end(batch, rest=Fate.CANCELLED)
            elif batch.polls > self.polls_until_end:
                self.end(batch)
        return batch

    def _add(self, calls: dict[str, JsonObject], path: str, metadata: Json) -> FakeBatch:
        batch = FakeBatch(
            id=f"batch_{len(self.all) + 1}",
            calls=calls,
            path=path,
            metadata=metadata,
            problem=self.problem,
        )
        self.all[batch.id] = batch
        return batch

    def _file(self, method: str, id_: str | None, body: bytes) -> Reply | None:
        if method == "POST" and (found := _FILE.search(body)):
            name = f"file-{len(self._files) + 1}"
            self._files[name] = found[1]
            return json_reply({"id": name, "object": "file", "purpose": "batch"})
        if method == "GET" and id_ is not None:
            batch_id, _, kind = id_.partition("-")
            batch = self.all.get(batch_id)
            return None if batch is None else _lines(self._openai_lines(batch, kind))
        return None

    def _openai(self, method: str, id_: str | None, what: str | None, body: bytes) -> Reply | None:
        if method == "GET" and id_ is None:
            listed: list[Json] = [_openai_json(each) for each in reversed(self.all.values())]
            return json_reply({"object": "list", "data": listed, "has_more": False})
        if method == "POST" and id_ is None:
            asked = orjson.loads(body)
            lines = self._files[asked["input_file_id"]].splitlines()
            parsed = [orjson.loads(line) for line in lines]
            calls = {line["custom_id"]: line["body"] for line in parsed}
            return json_reply(
                _openai_json(self._add(calls, asked["endpoint"], asked.get("metadata")))
            )
        batch = self._look(id_ or "") if what is None else self.all.get(id_ or "")
        if batch is None:
            return None
        batch.was_cancelled = batch.was_cancelled or what == "cancel"
        return json_reply(_openai_json(batch))

    def _openai_lines(self, batch: FakeBatch, kind: str) -> list[Json]:
        results = batch.results or {}
        lines: list[Json] = []
        for id_ in self.order(list(results)):
            fate, body = results[id_]
            line: JsonObject = {"id": f"batch_req_{id_}", "custom_id": id_}
            if fate is Fate.ANSWERED and kind == "output":
                answer: JsonObject = {"status_code": 200, "request_id": "req_fake", "body": body}
                lines.append({**line, "response": answer, "error": None})
            elif fate is Fate.FAILED and kind == "error":
                said: JsonObject = {"message": "The fake refuses this call.", "code": None}
                response: JsonObject = {"status_code": 400, "body": {"error": said}}
                lines.append({**line, "response": response, "error": None})
            elif fate in (Fate.EXPIRED, Fate.CANCELLED) and kind == "error":
                error: JsonObject = {"code": f"batch_{fate.value}", "message": "It was not begun."}
                lines.append({**line, "response": None, "error": error})
        return lines

    def _anthropic(
        self, method: str, id_: str | None, what: str | None, body: bytes
    ) -> Reply | None:
        if method == "GET" and id_ is None:
            listed: list[Json] = [_anthropic_json(each) for each in reversed(self.all.values())]
            return json_reply({"data": listed, "has_more": False})
        if method == "POST" and id_ is None:
            requests = orjson.loads(body)["requests"]
            calls = {one["custom_id"]: one["params"] for one in requests}
            return json_reply(_anthropic_json(self._add(calls, "/v1/messages", None)))
        batch = self._look(id_ or "") if what is None else self.all.get(id_ or "")
        if batch is None:
            return None
        if what == "results":
            results = batch.results or {}
            return _lines([_anthropic_line(i, *results[i]) for i in self.order(list(results))])
        batch.was_cancelled = batch.was_cancelled or what == "cancel"
        return json_reply(_anthropic_json(batch))


def _openai_json(batch: FakeBatch) -> JsonObject:
    done = batch.results is not None
    failed = batch.count(Fate.FAILED, Fate.EXPIRED, Fate.CANCELLED)
    state = "completed" if done else "cancelling" if batch.was_cancelled else "in_progress"
    if batch.count(Fate.EXPIRED):
        state = "expired"
    if batch.count(Fate.CANCELLED):
        state = "cancelled"
    problems: list[Json] = [{"code": "invalid", "message": batch.problem}]
    return {
        "id": batch.id,
        "object": "batch",
        "status": "failed" if batch.problem else state,
        "errors": {"data": problems} if batch.problem else None,
        "metadata": batch.metadata,
        "created_at": int(batch.created_at),
        "output_file_id": f"{batch.id}-output" if batch.count(Fate.ANSWERED) else None,
        "error_file_id": f"{batch.id}-error" if failed else None,
        "request_counts": {
            "total": len(batch.calls),
            "completed": batch.count(Fate.ANSWERED),
            "failed": failed,
        },
    }


def _anthropic_json(batch: FakeBatch) -> JsonObject:
    ended = batch.results is not None
    going = "canceling" if batch.was_cancelled else "in_progress"
    return {
        "id": batch.id,
        "type": "message_batch",
        "processing_status": "ended" if ended else going,
        "created_at": datetime.fromtimestamp(batch.created_at, UTC).isoformat(),
        "request_counts": {
            "processing": 0 if ended else len(batch.calls),
            "succeeded": batch.count(Fate.ANSWERED),
            "errored": batch.count(Fate.FAILED),
            "canceled": batch.count(Fate.CANCELLED),
            "expired": batch.count(Fate.EXPIRED),
        },
    }


def _anthropic_line(id_: str, fate: Fate, message: Json) -> Json:
    said: JsonObject = {"type": "invalid_request_error", "message": "The fake refuses this call."}
    results: dict[Fate, JsonObject] = {
        Fate.ANSWERED: {"type": "succeeded", "message": message},
        Fate.FAILED: {"type": "errored", "error": {"type": "error", "error": said}},
        Fate.EXPIRED: {"type": "expired"},
        Fate.CANCELLED: {"type": "canceled"},
    }
    return {"custom_id": id_, "result": results[fate]}


def _lines(values: list[Json]) -> Reply:
    body = b"".join(orjson.dumps(value) + b"\n" for value in values)
    return Reply(pieces=(body,), headers={"Content-Type": "application/x-jsonl"})
