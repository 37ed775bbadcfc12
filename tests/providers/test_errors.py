"""What a refusal means: its kind, its sentence, and never the key."""

from __future__ import annotations

import base64
from urllib.parse import quote

import orjson
import pytest

from prompt_workbench.domain.errors import ProviderErrorKind as Kind
from prompt_workbench.providers.errors import error_of_event, error_of_response

KEY = "sk-canary/5f2c9e+1b7a="
BODIES = {
    "openai": orjson.dumps({"error": {"message": "No.", "type": "t", "code": "c"}}),
    "text in error": orjson.dumps({"error": "No."}),
    "message": orjson.dumps({"object": "error", "message": "No."}),
    "detail": orjson.dumps({"detail": "No."}),
    "list": orjson.dumps([{"error": {"message": "No."}}]),
    "html": b"<html><h1>No.</h1></html>",
    "plain": b"No.",
    "empty": b"",
    "not text": b"\xff\xfe\x00No.",
    "wrong JSON": b'{"error": {"message": "No.',
    "odd JSON": orjson.dumps({"error": {"message": None}}),
    "array": b"[]",
    "number": b"5",
}
STATUSES = {
    400: Kind.BAD_REQUEST,
    401: Kind.AUTHENTICATION,
    402: Kind.PERMISSION,
    403: Kind.PERMISSION,
    404: Kind.NOT_FOUND,
    408: Kind.TIMEOUT,
    413: Kind.TOO_LARGE,
    418: Kind.BAD_REQUEST,
    422: Kind.BAD_REQUEST,
    429: Kind.RATE_LIMITED,
    500: Kind.SERVER,
    502: Kind.SERVER,
    503: Kind.OVERLOADED,
    504: Kind.TIMEOUT,
    529: Kind.OVERLOADED,
    599: Kind.SERVER,
    301: Kind.PROTOCOL,
    101: Kind.PROTOCOL,
}


def said(body: bytes, status: int = 400) -> str:
    return error_of_response(status, {}, body, key=KEY).message


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize(("status", "kind"), STATUSES.items())
def test_the_status_decides_the_kind(status: int, kind: Kind, body: bytes) -> None:
    error = error_of_response(status, {"Retry-After": "2"}, body, key=KEY)
    assert (error.kind, error.status) == (kind, status)
    assert error.sent
    assert error.hint
    assert error.message.endswith(".") or "The provider answered: " in error.message


@pytest.mark.parametrize("name", ["openai", "text in error", "message", "detail", "list", "plain"])
def test_the_sentence_of_the_provider_is_shown(name: str) -> None:
    assert said(BODIES[name]) == "The provider answered: No."


def test_a_refusal_without_words_says_its_status() -> None:
    assert said(b"", 502) == "The provider answered with status 502."


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b'{"error": {"code": "context_length_exceeded"}}', Kind.CONTEXT_LENGTH),
        (400, b'{"error": {"type": "exceed_context_size_error"}}', Kind.CONTEXT_LENGTH),
        (400, b"This model's maximum context length is 8192 tokens.", Kind.CONTEXT_LENGTH),
        (400, b'{"error": {"code": "content_filter"}}', Kind.CONTENT_FILTER),
        (429, b'{"error": {"code": "insufficient_quota"}}', Kind.PERMISSION),
    ],
)
def test_the_words_refine_the_kind(status: int, body: bytes, kind: Kind) -> None:
    assert error_of_response(status, {}, body, key=KEY).kind is kind


def test_validation_errors_name_the_field() -> None:
    body = orjson.dumps({"detail": [{"loc": ["body", "top_k"], "msg": "Extra inputs"}]})
    assert said(body, 422) == "The provider answered: top_k: Extra inputs"


@pytest.mark.parametrize(
    "echo",
    [
        KEY,
        f"Bearer {KEY}",
        quote(KEY, safe=""),
        base64.b64encode(KEY.encode()).decode(),
        KEY[::-1],
        f"{KEY[:6]}\0{KEY[6:]}",
        "x" * 495 + KEY,
    ],
)
def test_the_key_is_never_shown(echo: str) -> None:
    body = orjson.dumps({"error": {"message": f"Incorrect key: {echo}"}})
    for error in (
        error_of_response(401, {}, body, key=KEY),
        error_of_response(401, {}, echo.encode(), key=KEY),
        error_of_event({"message": echo}, key=KEY),
    ):
        text = f"{error!r} {error} {error.args} {error.hint}".replace(" ", "")
        assert not any(KEY[at : at + 12] in text for at in range(len(KEY) - 12))
        assert KEY[::-1] not in text


@pytest.mark.parametrize(
    "hostile",
    ["\x1b[31mred\x1b[0m", "a\r\nFake: header", "\u202egnirts", "\u200bhidden", "x\x00y", "\ud800"],
)
def test_hostile_text_becomes_one_plain_line(hostile: str) -> None:
    message = error_of_event({"message": hostile}, key=None).message
    assert message.isprintable()
    assert len(message.splitlines()) == 1


def test_a_long_error_is_cut() -> None:
    assert len(said(b"x" * 1_000_000)) == len("The provider answered: ") + 500


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b'{"error": {"code": 400, "message": "API key not valid."}}', Kind.AUTHENTICATION),
        (400, b'{"error": {"message": "Your credit balance is too low."}}', Kind.PERMISSION),
        (400, b'{"error": {"message": "The input token count (9) is 8."}}', Kind.CONTEXT_LENGTH),
        (429, b'{"error": {"message": "You exceeded your current quota"}}', Kind.PERMISSION),
        (
            429,
            b'{"error": {"message": "You exceeded your current quota", '
            b'"status": "RESOURCE_EXHAUSTED"}}',
            Kind.RATE_LIMITED,
        ),
    ],
)
def test_what_is_said_tells_more_than_the_status(status: int, body: bytes, kind: Kind) -> None:
    assert error_of_response(status, {}, body, key=KEY).kind is kind


def test_a_wait_beside_the_sentence_is_found() -> None:
    body = b'{"error": {"message": "Slower.", "details": [{"retryDelay": "34.5s"}]}}'
    assert error_of_response(429, {}, body, key=KEY).retry_after_s == 34.5


@pytest.mark.parametrize(
    ("error", "kind", "status"),
    [
        ({"type": "overloaded_error", "message": "Overloaded"}, Kind.OVERLOADED, 529),
        ({"type": "rate_limit_error", "message": "Slower"}, Kind.RATE_LIMITED, 429),
        ({"code": "server_error", "message": "Oh"}, Kind.SERVER, 500),
        ({"code": 503, "status": "UNAVAILABLE", "message": "Later"}, Kind.OVERLOADED, 503),
        ({"type": "error", "code": "rate_limit_exceeded", "message": "x"}, Kind.RATE_LIMITED, 429),
        ({"type": "strange", "message": "Oh"}, Kind.SERVER, None),
    ],
)
def test_an_error_in_a_stream_is_known_by_its_name(
    error: dict[str, object], kind: Kind, status: int | None
) -> None:
    found = error_of_event(error, key=KEY)
    assert (found.kind, found.status) == (kind, status)
