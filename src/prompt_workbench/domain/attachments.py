"""Which files may go with a message, and what a model must be able to do for them.

What a file is says its content, never its name: a name is only what the person calls it.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prompt_workbench.domain.capabilities import Capability
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import BlobPart, Message, Role

if TYPE_CHECKING:
    from prompt_workbench.domain.comparisons import ModelInfo
    from prompt_workbench.domain.requests import ModelRef

_MB = 1_000_000
MOST_IMAGE_BYTES = 5 * _MB
MOST_DOCUMENT_BYTES = 15 * _MB
MOST_BYTES = 15 * _MB
"""Of all files of a prompt: in base64 they are a third larger, and providers take 20 MB."""
_PDF_HEAD, _PDF_TAIL = 1024, 2048
_TITLES = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WebP",
    "application/pdf": "PDF",
}
SUFFIXES = ("png", "jpg", "jpeg", "gif", "webp", "pdf")
"""How the names of such files usually end."""
_TAKEN = "A message takes PNG, JPEG, WebP and GIF images, and PDF documents."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """A form that files have: how they begin, and how they end when nothing is missing."""

    mime_type: str
    begins: Callable[[bytes], bool]
    is_whole: Callable[[bytes], bool]


_FORMS = (
    _Form(
        mime_type="image/png",
        begins=lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"),
        is_whole=lambda data: b"IEND" in data[-64:],
    ),
    _Form(
        mime_type="image/jpeg",
        begins=lambda data: data.startswith(b"\xff\xd8\xff"),
        # Cameras write notes of their own after the end.
        is_whole=lambda data: data.rfind(b"\xff\xd9") > len(data) // 2,
    ),
    _Form(
        mime_type="image/gif",
        begins=lambda data: data[:6] in (b"GIF87a", b"GIF89a"),
        is_whole=lambda data: data.rstrip(b"\0")[-1:] == b";",
    ),
    _Form(
        mime_type="image/webp",
        begins=lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP",
        is_whole=lambda data: len(data) >= 8 + int.from_bytes(data[4:8], "little"),
    ),
    _Form(
        mime_type="application/pdf",
        begins=lambda data: b"%PDF-" in data[:_PDF_HEAD],
        is_whole=lambda data: b"%%EOF" in data[-_PDF_TAIL:],
    ),
)


def attachment(name: str, data: bytes, size: int | None = None) -> BlobPart:
    """Return a file as it goes with a message.

    Args:
        name: What the person calls it.
        data: Its bytes; of one that is too large, the beginning.
        size: How many bytes it has, if more than these.

    Raises:
        InvalidInputError: It is of another kind, too large, or not whole.
    """
    form = next((form for form in _FORMS if form.begins(data)), None)
    if form is None:
        problem = "is empty" if not data else "is no image or document that models take"
        raise InvalidInputError(f"{name} {problem}.", hint=_TAKEN)
    is_image = form.mime_type.startswith("image/")
    most = MOST_IMAGE_BYTES if is_image else MOST_DOCUMENT_BYTES
    if max(size or 0, len(data)) > most:
        what, hint = ("An image", "Make it smaller") if is_image else ("A document", "Split it")
        raise InvalidInputError(
            f"{name} has {size_words(size or len(data))}. {what} may have {size_words(most)}.",
            hint=f"{hint}, then add it again.",
        )
    if not form.is_whole(data):
        raise damaged_file(name)
    return BlobPart(mime_type=form.mime_type, content=b64encode(data).decode(), name=name)


def damaged_file(name: str) -> InvalidInputError:
    """Return the error for a file that ends too early or cannot be read."""
    return InvalidInputError(
        f"{name} is damaged: it ends too early or cannot be read.",
        hint="Open it in another program and save it again, or fetch it again.",
    )


def with_files(message: Message, files: Iterable[BlobPart]) -> Message:
    """Return the message with more files, which come before its text; none is there twice.

    Raises:
        InvalidInputError: It is not a message of the user.
    """
    if message.role is not Role.USER:
        raise InvalidInputError(
            f"Models take no files in a message of the role {message.role.value}.",
            hint="Add the file to a message of the user.",
        )
    there = {part.id for part in message.files}
    new = {file.id: file for file in files if file.id not in there}
    count = len(message.files)
    # Behind the files that begin the message, so that they are sent in the order they came.
    first = next(
        (at for at, part in enumerate(message.parts) if not isinstance(part, BlobPart)), count
    )
    parts = (*message.parts[:first], *new.values(), *message.parts[first:])
    return Message(role=message.role, parts=parts)


def check_total(messages: Iterable[Message]) -> None:
    """Refuse more than a provider takes in one request.

    Raises:
        InvalidInputError: The files of the messages together are too large.
    """
    total = sum(file.size for message in messages for file in message.files)
    if total > MOST_BYTES:
        raise InvalidInputError(
            f"With it the files of the prompt would have {size_words(total)}. "
            f"Together they may have {size_words(MOST_BYTES)}.",
            hint="Remove another file first, or make this one smaller.",
        )


def needs(messages: Iterable[Message]) -> frozenset[Capability]:
    """Return what a model must be able to do to read the files of the messages."""
    kinds = {file.modality for message in messages for file in message.files}
    return frozenset(
        Capability.VISION if kind == "image" else Capability.FILES
        for kind in kinds & {"image", "document"}
    )


def lacking(model: ModelInfo, messages: Iterable[Message]) -> tuple[Capability, ...]:
    """Return what a model is known not to be able to do, and the files of the messages need."""
    # The embedded server is started with the weights for text alone.
    able = frozenset() if model.local else model.capabilities
    missing = frozenset() if able is None else needs(messages) - able
    return tuple(each for each in Capability if each in missing)


def refusal_words(model: ModelRef, missing: Sequence[Capability]) -> str:
    """Return what a model takes none of, as in ``far/m takes no images``; empty for nothing."""
    return f"{model} takes no {' and no '.join(each.words for each in missing)}" * bool(missing)


def kind_words(file: BlobPart) -> str:
    """Return the kind of a file and its size, as in ``PNG · 120 kB``."""
    return f"{_TITLES.get(file.mime_type, file.mime_type)} · {size_words(file.size)}"


def size_words(count: int) -> str:
    """Return a number of bytes as people read it."""
    if count < 1000:
        return f"{count} byte{'s'[: count != 1]}"
    if count < 999_500:
        return f"{count / 1000:.0f} kB"
    return f"{count / _MB:.1f} MB"
