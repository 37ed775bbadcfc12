"""Only files that models take go with a message, and each is what its content says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.support.attachments import PDF, png

from prompt_workbench.domain.attachments import (
    MOST_BYTES,
    MOST_DOCUMENT_BYTES,
    MOST_IMAGE_BYTES,
    attachment,
    check_total,
    kind_words,
    lacking,
    needs,
    with_files,
)
from prompt_workbench.domain.capabilities import Capability
from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import Message, Role, TextPart, text_message
from prompt_workbench.domain.requests import model_ref

JPEG = b"\xff\xd8\xff\xe0" + bytes(100) + b"\xff\xd9"
GIF = b"GIF89a" + bytes(20) + b";"
WEBP = b"RIFF" + (20).to_bytes(4, "little") + b"WEBP" + bytes(16)


@pytest.mark.parametrize(
    ("data", "mime_type"),
    [
        (png(), "image/png"),
        (JPEG, "image/jpeg"),
        (JPEG + b"notes of a camera", "image/jpeg"),
        (GIF, "image/gif"),
        (WEBP, "image/webp"),
        (PDF, "application/pdf"),
        (b"\n" + PDF, "application/pdf"),
    ],
)
def test_a_file_is_what_its_content_says(data: bytes, mime_type: str) -> None:
    file = attachment("holiday.txt", data)
    assert (file.mime_type, file.size, file.name) == (mime_type, len(data), "holiday.txt")


@pytest.mark.parametrize(
    "data", [b"MZ\x90", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"BM....", b"plain text"]
)
def test_another_kind_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInputError, match=r"a\.png is no image or document") as caught:
        attachment("a.png", data)
    assert "PNG, JPEG, WebP and GIF" in str(caught.value.hint)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="is empty"):
        attachment("a.png", b"")


@pytest.mark.parametrize("data", [png(), JPEG, GIF, WEBP, PDF])
def test_a_file_that_ends_too_early_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInputError, match="damaged"):
        attachment("a", data[: len(data) * 2 // 3])


@pytest.mark.parametrize(
    ("data", "most", "words"),
    [(png(), MOST_IMAGE_BYTES, "An image may have 5.0 MB"),
     (PDF, MOST_DOCUMENT_BYTES, "A document may have 15.0 MB")],
)  # fmt: skip
def test_a_file_that_is_too_large_is_refused(data: bytes, most: int, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        attachment("a", data, most + 1)
    assert attachment("a", data, most).size == len(data)


def test_files_come_before_the_text_and_only_once() -> None:
    first, second = attachment("a.png", png()), attachment("b.pdf", PDF)
    message = with_files(text_message(Role.USER, "What is this?"), [first])
    message = with_files(message, [second, first])
    assert message.parts == (first, second, TextPart(content="What is this?"))


@pytest.mark.parametrize("role", [Role.SYSTEM, Role.ASSISTANT, Role.TOOL])
def test_only_the_user_sends_files(role: Role) -> None:
    with pytest.raises(InvalidInputError, match=f"role {role.value}"):
        with_files(text_message(role, "Hi"), [attachment("a.png", png())])


def test_together_they_stay_within_what_a_provider_takes() -> None:
    half = b"%PDF-" + bytes(MOST_BYTES // 2) + b"%%EOF"
    message = Message(role=Role.USER, parts=(attachment("a.pdf", half),))
    check_total([message])
    with pytest.raises(InvalidInputError, match=r"would have 15.0 MB.*may have 15.0 MB"):
        check_total([message, message])


def test_what_a_model_needs_follows_from_the_files() -> None:
    picture, document = attachment("a.png", png()), attachment("b.pdf", PDF)
    assert needs([text_message(Role.USER, "Hi")]) == frozenset()
    assert needs([Message(role=Role.USER, parts=(picture,))]) == {Capability.VISION}
    both = Message(role=Role.USER, parts=(picture, document))
    assert needs([both]) == {Capability.VISION, Capability.FILES}


def test_kind_and_size_are_told_in_words() -> None:
    assert kind_words(attachment("b.pdf", PDF)) == f"PDF · {len(PDF)} bytes"
    large = b"%PDF-" + bytes(1_234_000) + b"%%EOF"
    assert kind_words(attachment("b.pdf", large)) == "PDF · 1.2 MB"


def test_a_model_lacks_what_it_is_known_not_to_do() -> None:
    picture = Message(role=Role.USER, parts=(attachment("a.png", png()),))
    ref = model_ref("far/m")
    unknown = ModelInfo(ref=ref, origin="https://far.example", price=None)
    assert lacking(unknown, [picture]) == ()
    seeing = replace(unknown, capabilities=frozenset({Capability.VISION}))
    assert lacking(seeing, [picture]) == ()
    blind = replace(unknown, capabilities=frozenset({Capability.TOOLS}))
    assert lacking(blind, [picture]) == (Capability.VISION,)
    assert lacking(blind, [text_message(Role.USER, "Hi")]) == ()
    assert lacking(replace(unknown, local=True), [picture]) == (Capability.VISION,)
