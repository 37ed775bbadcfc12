"""What goes wrong is told as what it is, once, without the key, and nothing is lost."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from email.utils import formatdate

import pytest
from tests.providers.conformance.cases import case
from tests.providers.conformance.desk import Desk, asked
from tests.support.chat import KEY, PATIENT

from prompt_workbench.domain.errors import ProviderError
from prompt_workbench.domain.errors import ProviderErrorKind as Kind
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_forms import Speech
from prompt_workbench.providers.fake_replies import End, Reply

HALF = Speech(texts=("Half ", "an "), reason=None)
STATUSES = {
    400: Kind.BAD_REQUEST,
    401: Kind.AUTHENTICATION,
    403: Kind.PERMISSION,
    404: Kind.NOT_FOUND,
    413: Kind.TOO_LARGE,
    429: Kind.RATE_LIMITED,
    500: Kind.SERVER,
    529: Kind.OVERLOADED,
}


@case("Status 400, 401, 403, 404, 413, 429, 500, 529")
@pytest.mark.parametrize(("status", "kind"), STATUSES.items())
async def test_a_refusal_is_told_in_the_words_of_the_provider(
    desk: Desk, status: int, kind: Kind
) -> None:
    error = await desk.failure(desk.form.refusal(status, "Not like this."))
    assert (error.kind, error.status, error.sent) == (kind, status, True)
    assert error.message == "The provider answered: Not like this."
    assert error.hint


@case("Status with a web page or nothing as its body")
@pytest.mark.parametrize("body", [b"<html><h1>Bad gateway</h1></html>", b"", b"\xff\xfe"])
@pytest.mark.parametrize("status", [429, 502, 529])
async def test_a_body_that_is_no_error_object(desk: Desk, status: int, body: bytes) -> None:
    page = Reply(pieces=(body,), status=status, headers={"Content-Type": "text/html"})
    error = await desk.failure(page)
    assert error.status == status
    assert error.kind in (Kind.RATE_LIMITED, Kind.SERVER, Kind.OVERLOADED)
    assert error.message.isprintable()


WAITS = {
    "seconds": ({"Retry-After": "7"}, "", 7),
    "part of a second": ({"Retry-After": "1.5"}, "", 1.5),
    "zero": ({"Retry-After": "0"}, "", 0),
    "negative": ({"Retry-After": "-3"}, "", 0),
    "long": ({"Retry-After": "9999"}, "", 9999),
    "milliseconds": ({"retry-after-ms": "250"}, "", 0.25),
    "duration": ({"Retry-After": "1m30s"}, "", 90),
    "reset of a limit": ({"x-ratelimit-reset-requests": "6m0s"}, "", 360),
    "junk": ({"Retry-After": "soon"}, "", None),
    "not a number": ({"Retry-After": "nan"}, "", None),
    "sentence": ({}, "Please retry in 34.5s.", 34.5),
    "absent": ({}, "", None),
}


@case("Retry-After in 12 forms")
@pytest.mark.parametrize(("headers", "words", "seconds"), WAITS.values(), ids=WAITS.keys())
async def test_how_long_to_wait(
    desk: Desk, headers: dict[str, str], words: str, seconds: float | None
) -> None:
    error = await desk.failure(desk.form.refusal(429, f"Slower. {words}", headers=headers))
    assert error.retry_after_s == seconds


@case("Retry-After as a date")
async def test_a_date_to_wait_for(desk: Desk) -> None:
    headers = {"Retry-After": formatdate(time.time() + 3600, usegmt=True)}
    error = await desk.failure(desk.form.refusal(429, "Slower.", headers=headers))
    assert error.retry_after_s is not None
    assert 3000 < error.retry_after_s <= 3600


@case("Hostile error text")
@pytest.mark.parametrize("status", [400, 401, 500])
async def test_an_error_is_short_plain_and_without_the_key(desk: Desk, status: int) -> None:
    hostile = f"<b>Call +1 900</b>\x1b[31m \u202e{KEY} {KEY[:5]}\u200b{KEY[5:]} " + "x" * 100_000
    for reply in (
        desk.form.refusal(status, hostile),
        desk.form.events([desk.form.error_event(status, hostile)]),
    ):
        error = await desk.failure(reply)
        assert error.message.isprintable()
        assert len(error.message) < 600
        assert KEY not in f"{error.message} {error.hint} {error!r}"


NO_ANSWERS = {
    "web page": Reply(pieces=(b"<html>Sign in</html>",), headers={"Content-Type": "text/html"}),
    "nothing": Reply(),
    "blank": Reply(pieces=(b" \n\n \r\n",)),
    "list": Reply(pieces=(b'["no object"]',)),
    "empty object": Reply(pieces=(b"{}",)),
    "bad JSON": Reply(pieces=(b"data: {not json}\n\n",)),
    "half an object": Reply(pieces=(b'{"choices": [',)),
    "deep JSON": Reply(pieces=(b"data: " + b'{"a":' * 100_000 + b"\n\n",)),
    "binary": Reply(pieces=(b"\x00\xff\x1f\x8b" * 100,)),
}


@case("Status 200 with what is no answer")
@pytest.mark.parametrize("reply", NO_ANSWERS.values(), ids=NO_ANSWERS.keys())
async def test_what_is_no_answer_is_a_protocol_error(desk: Desk, reply: Reply) -> None:
    error = await desk.failure(reply)
    assert error.kind is Kind.PROTOCOL
    assert error.message.isprintable()
    assert len(error.message) < 700


@case("Error event in the middle of a stream")
@pytest.mark.parametrize(("status", "kind"), [(429, Kind.RATE_LIMITED), (500, Kind.SERVER)])
async def test_an_error_in_the_middle_keeps_the_text_before_it(
    desk: Desk, status: int, kind: Kind
) -> None:
    said = desk.form.stream_events(HALF)
    reply = desk.form.events([*said, desk.form.error_event(status, "No more.")], whole=False)
    found = await desk.ask(reply)
    assert (found.text, found.finish_reason) == ("Half an ", None)
    assert found.error is not None
    assert (found.error.kind, found.error.message) == (kind, "The provider answered: No more.")


@case("Bad JSON in the middle of a stream")
async def test_bad_json_after_some_text_ends_the_answer_there(desk: Desk) -> None:
    reply = desk.form.stream(HALF)
    found = await desk.ask(replace(reply, pieces=(*reply.pieces, b"data: {oops\n\n")))
    assert (found.text, found.finish_reason) == ("Half an ", None)
    assert found.error is not None
    assert found.error.kind is Kind.PROTOCOL


@case("Missing finish reason")
async def test_an_end_without_a_finish_reason_is_called_that(desk: Desk) -> None:
    for make in (desk.form.stream, desk.form.whole):
        found = await desk.ask(make(HALF))
        assert (found.text, found.finish_reason) == ("Half an ", None)
        assert found.error is not None
        assert "without a finish reason" in found.error.message


@case("Connection that breaks")
async def test_a_connection_that_breaks_leaves_what_had_arrived(desk: Desk) -> None:
    found = await desk.ask(replace(desk.form.stream(HALF, gap_s=0.02), end=End.CUT))
    assert (found.text, found.finish_reason) == ("Half an ", None)
    assert found.error is not None
    assert (found.error.kind, found.error.sent) == (Kind.CONNECTION, True)


@case("Time limits: first piece, silence, total")
async def test_each_limit_ends_a_call(desk: Desk) -> None:
    late = desk.form.stream(HALF).after(float("inf"))
    silent = replace(desk.form.stream(HALF), end=End.SILENT)
    drip = desk.form.stream(replace(HALF, texts=("x",) * 500)).in_pieces_of(1, gap_s=0.01)
    first = await desk.outcome(late, first_chunk_s=0.1)
    assert isinstance(first, ProviderError)
    assert (first.kind, "sent nothing within" in first.message) == (Kind.TIMEOUT, True)
    for reply, limits, words in (
        (silent, {"idle_s": 0.1}, "stopped sending"),
        (drip, {"total_s": 0.3}, "was not done within"),
    ):
        found = await desk.outcome(reply, **limits)
        error = found if isinstance(found, ProviderError) else found.error
        assert error is not None
        assert (error.kind, words in error.message) == (Kind.TIMEOUT, True)


@case("Server that is not there")
async def test_a_server_that_is_not_there(desk: Desk) -> None:
    async with FakeProvider() as gone:
        adapter = desk.adapter_at(gone.origin)
    with pytest.raises(ProviderError) as caught:
        await adapter.send(adapter.prepare(asked()), desk.seen.append, timeouts=PATIENT)
    assert (caught.value.kind, caught.value.sent) == (Kind.CONNECTION, False)


@case("Redirection")
@pytest.mark.parametrize("status", [301, 307])
async def test_a_redirection_is_not_followed(desk: Desk, status: int) -> None:
    async with FakeProvider() as elsewhere:
        headers = {"Location": f"{elsewhere.base_url}/chat/completions"}
        error = await desk.failure(desk.form.refusal(status, "moved", headers=headers))
        assert error.kind is Kind.PROTOCOL
        assert not elsewhere.requests


@case("Answer of 50 MB")
async def test_an_answer_without_end_is_stopped(desk: Desk) -> None:
    long = Speech(texts=("x" * 100_000,) * 500)
    found = await desk.ask(desk.form.stream(long))
    assert 8 << 20 <= len(found.text) < 10 << 20
    assert found.finish_reason is None
    assert found.error is not None
    assert found.error.kind is Kind.TOO_LARGE
    assert (await desk.failure(desk.form.whole(long))).kind is Kind.TOO_LARGE


@case("Cancelled call")
async def test_a_cancelled_call_closes_its_connection(desk: Desk) -> None:
    begun = asyncio.Event()
    desk.server.script = desk.form.stream(Speech(texts=("a",) * 100), gap_s=0.05)
    task = asyncio.create_task(
        desk.adapter.send(desk.adapter.prepare(asked()), lambda _: begun.set(), timeouts=PATIENT)
    )
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await desk.server.all_closed()


@case("Connection that is used again")
async def test_a_connection_is_used_again(desk: Desk) -> None:
    for _ in range(3):
        await desk.ask(Speech(texts=("a",)))
    assert desk.server.open_connections == 1
