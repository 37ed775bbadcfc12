"""Every form in which providers say how long to wait."""

from __future__ import annotations

import pytest

from prompt_workbench.providers.retry_after import retry_after_s

NOW = 1_795_000_000.0  # Tue, 18 Nov 2026 11:06:40 GMT


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"retry-after": "1.5"}, 1.5),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "-3"}, 0),
        ({"Retry-After": "9999"}, 9999),
        ({"Retry-After": "Wed, 18 Nov 2026 11:07:40 GMT"}, 60),
        ({"Retry-After": "Wednesday, 18-Nov-26 11:07:40 GMT"}, 60),
        ({"Retry-After": "Wed Nov 18 11:07:40 2026"}, 60),
        ({"Retry-After": "2026-11-18T11:07:40Z"}, 60),
        ({"Retry-After": "Wed, 18 Nov 2026 10:00:00 GMT"}, 0),
        ({"Retry-After": "1m30s"}, 90),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": ""}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "1e300"}, None),
        ({"retry-after-ms": "250", "Retry-After": "7"}, 0.25),
        ({"x-ratelimit-reset-requests": "6m0s"}, 360),
        ({"x-ratelimit-reset-tokens": "120ms"}, 0.12),
        ({"x-ratelimit-reset": str(int(NOW) + 20)}, 20),
        ({"X-RateLimit-Reset": str((int(NOW) + 20) * 1000)}, 20),
        ({"anthropic-ratelimit-tokens-reset": "2026-11-18T11:07:00Z"}, 20),
        ({}, None),
    ],
)
def test_a_header_says_how_long(headers: dict[str, str], seconds: float | None) -> None:
    found = retry_after_s(headers, now=NOW)
    assert found == (None if seconds is None else pytest.approx(seconds))


def test_only_limits_that_are_used_up_count() -> None:
    headers = {
        "x-ratelimit-reset-requests": "1h",
        "x-ratelimit-remaining-requests": "59",
        "x-ratelimit-reset-tokens": "5s",
        "x-ratelimit-remaining-tokens": "0",
    }
    assert retry_after_s(headers, now=NOW) == 5


@pytest.mark.parametrize(
    ("sentence", "seconds"),
    [
        ("Rate limit reached. Please try again in 7m12.5s. Visit …", 432.5),
        ("Please try again in 20s.", 20),
        ("Please retry after 3 seconds.", 3),
        ("Try again in 150ms", 0.15),
        ("Please retry shortly", None),
    ],
)
def test_a_sentence_says_how_long(sentence: str, seconds: float | None) -> None:
    assert retry_after_s({}, sentence, now=NOW) == seconds
