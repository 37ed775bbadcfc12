"""What a refused or failed call means: kind, sentence, and how long to wait."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from urllib.parse import quote

import orjson

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.providers.retry_after import retry_after_s
from prompt_workbench.providers.text import plain

BODY_LIMIT = 64 << 10
"""How much of an error's body is read."""

ANSWERED = "The provider answered: "
"""What goes before the provider's own words."""

_SHOWN = 500
_HIDDEN = "•••"

_KINDS = {
    400: ProviderErrorKind.BAD_REQUEST,
    401: ProviderErrorKind.AUTHENTICATION,
    402: ProviderErrorKind.PERMISSION,
    403: ProviderErrorKind.PERMISSION,
    404: ProviderErrorKind.NOT_FOUND,
    408: ProviderErrorKind.TIMEOUT,
    413: ProviderErrorKind.TOO_LARGE,
    429: ProviderErrorKind.RATE_LIMITED,
    503: ProviderErrorKind.OVERLOADED,
    504: ProviderErrorKind.TIMEOUT,
    529: ProviderErrorKind.OVERLOADED,
}

_SIGNS = (
    (ProviderErrorKind.CONTEXT_LENGTH, ("context_length", "context_size", "context length")),
    (ProviderErrorKind.CONTEXT_LENGTH, ("context size", "context window", "prompt is too long")),
    (ProviderErrorKind.CONTEXT_LENGTH, ("exceed context limit", "input token count")),
    (ProviderErrorKind.CONTENT_FILTER, ("content_filter", "content_policy", "content management")),
)
"""What providers write in a refusal whose status alone says less."""

_NO_CREDIT = (
    "insufficient_quota",
    "insufficient_balance",
    "exceeded your current quota",
    "credit balance is too low",
)
_BAD_KEY = ("api_key_invalid", "api key not valid")

_RETRY_DELAY = re.compile(r'"retryDelay":\s*"([0-9.]{1,12}s)"')

_STATUSES = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "insufficient_quota": 429,
    "api_error": 500,
    "server_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
"""The HTTP statuses of errors that are only named, as in the middle of a stream."""

_HINTS = {
    ProviderErrorKind.AUTHENTICATION: "Check the key of this endpoint.",
    ProviderErrorKind.PERMISSION: "Check what your account may use, and its credit.",
    ProviderErrorKind.NOT_FOUND: "Check the model's name; an address usually ends in /v1.",
    ProviderErrorKind.BAD_REQUEST: "Check the settings of the prompt against the model.",
    ProviderErrorKind.TOO_LARGE: "Shorten the prompt.",
    ProviderErrorKind.CONTEXT_LENGTH: "Shorten the prompt, or take a model with more context.",
    ProviderErrorKind.RATE_LIMITED: "Wait, or run fewer calls at once.",
    ProviderErrorKind.OVERLOADED: "Try again later.",
    ProviderErrorKind.SERVER: "Try again later.",
    ProviderErrorKind.TIMEOUT: "Try again later, or with a shorter prompt.",
    ProviderErrorKind.PROTOCOL: "Check the address of the endpoint.",
    ProviderErrorKind.CONTENT_FILTER: "Change the text that the provider objects to.",
}


def error_of_response(
    status: int, headers: Mapping[str, str], body: bytes, *, key: str | None
) -> ProviderError:
    """Return the error of an answer whose status is not 200; the key never shows in it."""
    if 300 <= status < 400:
        return ProviderError(
            "The provider answered with a redirection, which is not followed.",
            kind=ProviderErrorKind.PROTOCOL,
            status=status,
            hint="Set the endpoint to the address where the server really is.",
        )
    text = body.decode("utf-8", "replace")
    said = _said(body) or text
    kind = _kind(status, text)
    return ProviderError(
        answered(said, key=key) if plain(said) else f"The provider answered with status {status}.",
        kind=kind,
        status=status,
        retry_after_s=retry_after_s(headers, f"{said} {_delay(text)}"),
        hint=_HINTS[kind],
    )


def error_of_event(error: Json, *, key: str | None) -> ProviderError:
    """Return the error that a provider reported in the middle of a stream."""
    text = json.dumps(error, ensure_ascii=False)
    status = _status_in(error)
    kind = ProviderErrorKind.SERVER if status is None else _kind(status, text)
    said = _message_in(error) or text
    return ProviderError(
        answered(said, key=key),
        kind=kind,
        status=status,
        retry_after_s=retry_after_s({}, said),
        hint=_HINTS[kind],
    )


def error_of_bytes(problem: str, data: bytes, *, key: str | None) -> ProviderError:
    """Return the error of an answer that cannot be read, with the start of what came."""
    said = plain(data[:BODY_LIMIT].decode("utf-8", "replace"))
    return ProviderError(
        f"{problem} {answered(said, key=key)}" if said else problem,
        kind=ProviderErrorKind.PROTOCOL,
        hint=_HINTS[ProviderErrorKind.PROTOCOL],
    )


def answered(said: str, *, key: str | None) -> str:
    """Return what a provider said as one short line of plain text, without the key."""
    # The key goes out after the invisible characters, which could have split it.
    return f"{ANSWERED}{_without_key(plain(said), key)[:_SHOWN]}"


def _without_key(text: str, key: str | None) -> str:
    if not key:
        return text
    encoded = base64.b64encode(key.encode()).decode()
    forms = (key, quote(key, safe=""), encoded, encoded.rstrip("="), key[::-1])
    pattern = "|".join(r"[\s\ufffd]*".join(map(re.escape, form)) for form in dict.fromkeys(forms))
    return re.sub(pattern, _HIDDEN, text)


def _kind(status: int, text: str) -> ProviderErrorKind:
    lowered = text.lower()
    if status in (400, 403) and any(sign in lowered for sign in _BAD_KEY):
        return ProviderErrorKind.AUTHENTICATION
    # Gemini says of every limit that the quota is exceeded, also of those per minute.
    of_money = status in (400, 402, 403, 429) and "resource_exhausted" not in lowered
    if of_money and any(sign in lowered for sign in _NO_CREDIT):
        return ProviderErrorKind.PERMISSION
    if status in (400, 403, 413, 422):
        for kind, signs in _SIGNS:
            if any(sign in lowered for sign in signs):
                return kind
    if status in _KINDS:
        return _KINDS[status]
    if 400 <= status < 500:
        return ProviderErrorKind.BAD_REQUEST
    return ProviderErrorKind.SERVER if status >= 500 else ProviderErrorKind.PROTOCOL


def _delay(text: str) -> str:
    """Return the wait that Gemini names beside its sentence, as a sentence."""
    found = _RETRY_DELAY.search(text)
    return f"retry in {found[1]}" if found else ""


def _said(body: bytes) -> str:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    return _message_in(value)


def _message_in(value: Json) -> str:
    """Return the sentence in an error object, in the forms that providers use."""
    match value:
        case str():
            return value
        case [first, *_]:
            return _message_in(first)
        case {"error": {"metadata": {"raw": str(raw)}, "message": str(message)}}:
            return f"{message}: {raw}"
        case {"error": str() | dict() as inner} | {"errors": list() as inner}:
            return _message_in(inner)
        case {"loc": [*_, str(place)], "msg": str(message)}:
            return f"{place}: {message}"
        case {"message": str() | list() | dict() as inner} | {"msg": str() as inner}:
            return _message_in(inner)
        case {"detail": str() | list() | dict() as inner} | {"title": str() as inner}:
            return _message_in(inner)
    return ""


def _status_in(error: Json) -> int | None:
    """Return the HTTP status that an error object names."""
    if not isinstance(error, dict):
        return None
    for name in ("status", "status_code", "code", "type"):
        value = error.get(name)
        if isinstance(value, str) and value in _STATUSES:
            return _STATUSES[value]
        number = int(value) if isinstance(value, str) and value.isdecimal() else value
        if isinstance(number, int) and 400 <= number < 600:
            return number
    return None
