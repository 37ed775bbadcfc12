"""The kinds of error of a model call, in words."""

from __future__ import annotations

from prompt_workbench.domain.errors import ProviderErrorKind as Kind

ERROR_WORDS = {
    Kind.RATE_LIMITED: "too many calls",
    Kind.OVERLOADED: "the server is overloaded",
    Kind.SERVER: "the server failed",
    Kind.CONNECTION: "no connection",
    Kind.TIMEOUT: "no answer in time",
    Kind.CONTENT_FILTER: "a content filter refused",
    Kind.CONTEXT_LENGTH: "longer than the context",
    Kind.TOO_LARGE: "the request is too large",
    Kind.NOT_FOUND: "no such model",
    Kind.AUTHENTICATION: "the key was refused",
    Kind.PERMISSION: "not permitted",
    Kind.BAD_REQUEST: "the request was refused",
    Kind.PROTOCOL: "the answer makes no sense",
}
"""What each is called, the ones that pass first."""

_DONE_WORDS = {
    Kind.RATE_LIMITED: "got too many calls",
    Kind.OVERLOADED: "was overloaded",
    Kind.SERVER: "failed",
    Kind.CONNECTION: "could not be reached",
    Kind.TIMEOUT: "did not answer in time",
    Kind.CONTENT_FILTER: "held its answer back",
    Kind.CONTEXT_LENGTH: "has too small a context",
    Kind.TOO_LARGE: "found the request too large",
    Kind.NOT_FOUND: "was not found",
    Kind.AUTHENTICATION: "refused the key",
    Kind.PERMISSION: "did not permit it",
    Kind.BAD_REQUEST: "refused the request",
    Kind.PROTOCOL: "answered what makes no sense",
}


def done_words(model: str, kind: Kind | None) -> str:
    """Return what a model did, such as ``openai/gpt-4.1 was overloaded``."""
    return f"{model} {_DONE_WORDS[kind] if kind is not None else 'gave no answer'}"
