"""What is kept of a call that ended."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.support.engine import Bench, answer

from prompt_workbench.domain.generations import CellKey
from prompt_workbench.domain.messages import TextPart, ToolCallPart
from prompt_workbench.providers.base import Answer, OnText

CALL = ToolCallPart(id="1", name="find", arguments='{"id": 7}')


@pytest.mark.parametrize(
    ("text", "preview"),
    [("", 'find({"id": 7})'), ("Wait.", 'Wait.\nfind({"id": 7})')],
)
async def test_the_tools_that_an_answer_calls_are_seen_at_a_glance(text: str, preview: str) -> None:
    async def calls(prompt: str, on_text: OnText) -> Answer:
        parts = (TextPart(content=text), CALL) if text else (CALL,)
        return replace(answer(text, finish_reason="tool_calls"), parts=parts)

    async with Bench() as bench:
        bench.models.add("a/m", calls)
        run = bench.add_run("a/m", cases=1)
        await bench.finished(run)
        made = bench.ledger.newest(run)[CellKey(case=0, variant=0)]
        assert (made.summary.preview, made.body.text) == (preview, text)
