"""What arrives is what the model said: no more, no less, and in the right place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.providers.conformance.cases import Litellm, case
from tests.providers.conformance.desk import Desk, asked
from tests.support.chat import PATIENT

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.domain.messages import ReasoningPart, TextPart, ToolCallPart
from prompt_workbench.domain.requests import Interface
from prompt_workbench.domain.usage import Usage, UsageSource
from prompt_workbench.providers.fake_forms import Reason, Speech
from prompt_workbench.providers.fake_replies import End
from prompt_workbench.providers.fake_speech import echo
from prompt_workbench.providers.interfaces import INTERFACES

JOKE = Speech(texts=("Why ", "did ", "the 🐔 …"), usage=Usage(input_tokens=12, output_tokens=7))
CALLS = (
    ToolCallPart(id="c1", name="add", arguments='{"a":1,"b":2}'),
    ToolCallPart(id="c2", name="now", arguments="{}"),
)


@case("Streamed answer")
async def test_a_streamed_answer_comes_with_everything(desk: Desk) -> None:
    found = await desk.ask(desk.form.stream(JOKE, gap_s=desk.gap_s))
    assert found.text == "Why did the 🐔 …"
    assert desk.seen == ["Why ", "did ", "the 🐔 …"]
    assert found.parts == (TextPart(content=found.text),)
    assert found.finish_reason == desk.form.reasons[Reason.STOP]
    assert (found.usage, found.usage_source) == (JOKE.usage, UsageSource.REPORTED)
    assert found.usage_raw == desk.form.counts(JOKE.usage)
    assert found.response_id
    assert found.response_model == "fake"
    assert found.time_to_first_chunk_s is not None
    assert (found.error, found.repaired) == (None, False)


@case("Whole answer")
async def test_an_answer_in_one_piece_has_no_time_to_its_first_words(desk: Desk) -> None:
    streamed = await desk.ask(JOKE)
    found = await desk.ask(desk.form.whole(JOKE), asked(stream=False))
    assert desk.form.wants_stream(desk.server.requests[0])
    assert not desk.form.wants_stream(desk.server.requests[1])
    assert desk.seen == [found.text]
    assert found.time_to_first_chunk_s is None
    same = replace(streamed, duration_s=found.duration_s, time_to_first_chunk_s=None)
    assert found == same


@case("Whole answer where a stream was asked for")
async def test_a_server_that_does_not_stream_is_understood(desk: Desk) -> None:
    found = await desk.ask(desk.form.whole(JOKE))
    assert (found.text, found.usage) == (JOKE.text, JOKE.usage)
    assert found.finish_reason == desk.form.reasons[Reason.STOP]


@case("Question and answer over the wire")
async def test_the_question_arrives(desk: Desk) -> None:
    desk.server.script = echo
    prepared = desk.adapter.prepare(asked())
    found = await desk.adapter.send(prepared, desk.seen.append, timeouts=PATIENT)
    assert found.text == "Why is the sky blue?"


@case("Stream cut at any byte")
async def test_an_answer_is_whole_only_if_its_finish_reason_arrived(desk: Desk) -> None:
    reply = desk.form.stream(JOKE)
    word = desk.form.reasons[Reason.STOP]
    known_from = reply.body.rindex(f'"{word}"'.encode())
    for size in range(0, len(reply.body), 7):
        found = await desk.outcome(reply.cut(size, end=End.WHOLE))
        if isinstance(found, ProviderError):
            assert (found.kind, size < known_from) == (ProviderErrorKind.PROTOCOL, True)
            continue
        assert JOKE.text.startswith(found.text)
        assert found.finish_reason in (None, word)
        assert (found.finish_reason is None) == (found.error is not None)
        if size <= known_from:
            assert found.finish_reason is None
            assert found.usage_source is not UsageSource.REPORTED
    assert (await desk.ask(reply)).finish_reason == word


@case("Stream in pieces of any size")
@pytest.mark.parametrize("size", [1, 2, 3, 64, 1000])
async def test_how_the_bytes_are_cut_does_not_matter(desk: Desk, size: int) -> None:
    speech = replace(JOKE, reasoning=("Hm, ", "a 🐔."), calls=CALLS, reason=Reason.TOOL_CALLS)
    whole = await desk.ask(speech)
    found = await desk.ask(desk.form.stream(speech).in_pieces_of(size, gap_s=0.00001))
    assert (found.parts, found.usage_raw) == (whole.parts, whole.usage_raw)
    assert found.finish_reason == whole.finish_reason
    assert not found.repaired


@case("CRLF, byte order mark and comments in a stream")
async def test_other_line_ends_and_comments_change_nothing(desk: Desk) -> None:
    reply = desk.form.stream(JOKE)
    body = b"\xef\xbb\xbf: hello\n\n" + reply.body.replace(b"\n\n", b"\n: still here\n\n")
    found = await desk.ask(replace(reply, pieces=(body.replace(b"\n", b"\r\n"),)))
    assert (found.text, found.usage) == (JOKE.text, JOKE.usage)


@case("Unknown events in a stream")
async def test_events_that_are_not_known_are_passed_over(desk: Desk) -> None:
    reply = desk.form.stream(JOKE)
    strange = (
        b'event: new.thing\ndata: {"type": "new.thing", "index": 0, "delta": {"type": "x"}}\n\n'
    )
    found = await desk.ask(
        replace(reply, pieces=(strange, *reply.pieces[:2], strange, *reply.pieces[2:]))
    )
    assert (found.text, found.usage) == (JOKE.text, JOKE.usage)


@case("Tool calls, streamed")
async def test_tool_calls_are_put_together(desk: Desk) -> None:
    found = await desk.ask(Speech(calls=CALLS, reason=Reason.TOOL_CALLS))
    assert [(p.id, p.name) for p in found.parts] == [("c1", "add"), ("c2", "now")]
    assert [p.arguments.replace(" ", "") for p in found.parts] == ['{"a":1,"b":2}', "{}"]
    assert (found.text, found.finish_reason) == ("", desk.form.reasons[Reason.TOOL_CALLS])


@case("Tool calls, whole")
async def test_tool_calls_of_a_whole_answer(desk: Desk) -> None:
    speech = Speech(texts=("Wait.",), calls=CALLS, reason=Reason.TOOL_CALLS)
    streamed = await desk.ask(speech)
    found = await desk.ask(desk.form.whole(speech))
    assert [type(part) for part in found.parts] == [TextPart, ToolCallPart, ToolCallPart]
    assert [(p.id, p.name) for p in found.parts[1:]] == [("c1", "add"), ("c2", "now")]
    assert [p.arguments.replace(" ", "") for p in found.parts[1:]] == ['{"a":1,"b":2}', "{}"]
    assert streamed.text == found.text


@case("Arguments nested a thousand times")
async def test_arguments_nested_without_sense_end_the_answer_there(desk: Desk) -> None:
    deep = b'{"a":' * 1000 + b"1" + b"}" * 1000
    call = ToolCallPart(id="c1", name="add", arguments='{"a":"DEEP"}')
    reply = desk.form.whole(Speech(texts=("Yes.",), calls=(call,)))
    body = reply.body.replace(b'\\"DEEP\\"', b'\\"\\"').replace(b'"DEEP"', deep)
    found = await desk.outcome(replace(reply, pieces=(body,)))
    error = found if isinstance(found, ProviderError) else found.error
    assert error is None or error.kind is ProviderErrorKind.PROTOCOL


@case("Reasoning apart from the answer")
async def test_reasoning_is_kept_apart_from_the_text(desk: Desk) -> None:
    speech = Speech(reasoning=("Let me ", "think."), texts=("4",))
    for reply in (desk.form.stream(speech), desk.form.whole(speech)):
        found = await desk.ask(reply)
        assert found.parts == (ReasoningPart(content="Let me think."), TextPart(content="4"))
        assert desk.seen == ["4"]


_NO_SIGNATURES = "Through litellm no signatures come or go."
UNSIGNED = {
    Interface.OPENAI_CHAT: "This interface has no signatures.",
    Litellm.CHAT: _NO_SIGNATURES,
    Litellm.TRANSLATED: _NO_SIGNATURES,
}


@case("Signed reasoning goes back with the next turn", lacks=UNSIGNED)
async def test_what_the_provider_signed_goes_back_to_it_and_to_no_other(desk: Desk) -> None:
    speech = Speech(
        reasoning=("Hm.",), signature="c2lnbmVk", calls=CALLS[:1], reason=Reason.TOOL_CALLS
    )
    for reply in (desk.form.stream(speech), desk.form.whole(speech)):
        found = await desk.ask(reply)
        signed = [part for part in found.parts if getattr(part, "signature", "")]
        assert len(signed) == 1
        assert signed[0].signature.startswith(f"{desk.interface.value}:")
        turn = desk.turn(found.parts)
        assert b"c2lnbmVk" in desk.adapter.prepare(turn).body
        others = [each for each in INTERFACES if each is not desk.interface]
        assert all(b"c2lnbmVk" not in desk.beside(other).prepare(turn).body for other in others)


@case("Refusal in words")
async def test_a_refusal_is_what_the_model_said(desk: Desk) -> None:
    speech = Speech(refusal="I cannot do that.", reason=Reason.FILTERED)
    for reply in (desk.form.stream(speech), desk.form.whole(speech)):
        found = await desk.ask(reply)
        assert found.text == "I cannot do that."
        assert found.finish_reason == desk.form.reasons[Reason.FILTERED]


@case("Answer withheld by a filter")
async def test_an_answer_that_is_withheld_says_why(desk: Desk) -> None:
    found = await desk.ask(Speech(reason=Reason.FILTERED))
    assert (found.text, found.parts, found.error) == ("", (), None)
    assert found.finish_reason == desk.form.reasons[Reason.FILTERED]


@case("Answer cut at max_tokens")
async def test_the_finish_reason_is_kept_as_it_was_sent(desk: Desk) -> None:
    found = await desk.ask(Speech(texts=("Once upon",), reason=Reason.LENGTH))
    assert (found.text, found.error) == ("Once upon", None)
    assert found.finish_reason == desk.form.reasons[Reason.LENGTH]


@case("Bad UTF-8, lone surrogates and NUL")
@pytest.mark.parametrize("bad", [b"\\ud800", b"\\u0000", b"\xff"])
async def test_what_is_no_text_is_replaced_and_marked(desk: Desk, bad: bytes) -> None:
    for make in (desk.form.stream, desk.form.whole):
        reply = make(Speech(texts=("a%b",)))
        found = await desk.ask(
            replace(reply, pieces=(reply.body.replace(b"a%b", b"a" + bad + b"b"),))
        )
        assert (found.text, found.repaired) == ("a\ufffdb", True)


@case("Odd but valid text")
@pytest.mark.parametrize("text", ["\u202egnirts", "\x1b[31mred", "a\r\nb", "\u200b", "\U0001d518"])
async def test_odd_but_valid_text_stays_as_it_is(desk: Desk, text: str) -> None:
    found = await desk.ask(Speech(texts=(text,)))
    assert (found.text, found.repaired) == (text, False)
