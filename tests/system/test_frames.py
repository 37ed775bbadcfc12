"""Frames arrive whole, in order, or not at all."""

from __future__ import annotations

import io

import pytest

from prompt_workbench.system.frames import MAX_FRAME, FrameError, frame, frames, read_frame


class OneByteAtATime(io.BytesIO):
    """A pipe that gives as little as it may."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(1 if size else 0)


def test_frames_arrive_in_order_however_they_are_cut() -> None:
    payloads = [b"", b"a", b"\x00" * 70_000]
    stream = OneByteAtATime(frames(payloads))
    assert [read_frame(stream) for _ in payloads] == payloads
    assert read_frame(stream) is None


@pytest.mark.parametrize("kept", [1, 3, 4, 6])
def test_a_cut_off_frame_is_an_error(kept: int) -> None:
    with pytest.raises(FrameError):
        read_frame(io.BytesIO(frame(b"abc")[:kept]))


def test_a_length_beyond_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(FrameError, match="too long"):
        read_frame(io.BytesIO((MAX_FRAME + 1).to_bytes(4, "big")))
