"""Each failure is a sentence with a next step, and says whether something may be billed."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.providers.base import Timeouts
from prompt_workbench.providers.http_failures import (
    Break,
    Limit,
    broken,
    compressed,
    too_slow,
    unreachable,
    untrusted,
)

URL = "https://me:secret@example.com:8443/v1/chat?key=secret"
LIMITS = Timeouts(connect_s=1, first_chunk_s=2, idle_s=0.5, total_s=600)
CONNECTION = ProviderErrorKind.CONNECTION
TIMEOUT = ProviderErrorKind.TIMEOUT


@pytest.mark.parametrize(
    ("error", "message", "kind", "sent"),
    [
        (unreachable(URL), "The server at {} does not answer.", CONNECTION, False),
        (untrusted(URL), "{} could not prove who it is.", CONNECTION, False),
        (
            broken(Break.CLOSED, URL),
            "{} closed the connection before its answer was complete.",
            CONNECTION,
            True,
        ),
        (broken(Break.CUT, URL), "{} broke off in the middle of its answer.", CONNECTION, True),
        (
            broken(Break.NOT_HTTP, URL),
            "{} does not speak proper HTTP.",
            ProviderErrorKind.PROTOCOL,
            True,
        ),
        (
            compressed(URL, "br"),
            "{} compressed its answer (br), which was not asked for.",
            ProviderErrorKind.PROTOCOL,
            True,
        ),
        (
            too_slow(Limit.FIRST_CHUNK, URL, LIMITS, sent=False),
            "{} sent nothing within 2 s.",
            TIMEOUT,
            False,
        ),
        (too_slow(Limit.IDLE, URL, LIMITS), "{} stopped sending for 0.5 s.", TIMEOUT, True),
        (too_slow(Limit.TOTAL, URL, LIMITS), "{} was not done within 600 s.", TIMEOUT, True),
    ],
)
def test_what_a_person_reads(
    error: ProviderError, message: str, kind: ProviderErrorKind, sent: bool
) -> None:
    assert error.message == message.format("https://example.com:8443")
    assert (error.kind, error.sent) == (kind, sent)
    assert error.hint
    assert "secret" not in repr(error) + error.message + error.hint
