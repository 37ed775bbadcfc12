"""What changed between two prompt contents: word by word in texts, field by field elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby, zip_longest

from diff_match_patch import diff_match_patch

from prompt_workbench.domain.attachments import kind_words
from prompt_workbench.domain.canonical import Json, canonical_json
from prompt_workbench.domain.messages import BlobPart, Message, Part, Role, TextPart
from prompt_workbench.domain.prompts import PromptContent

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Scripts without spaces between words: in them each character counts as a word."""
_FILE = r"\[(?:image|document|audio|video) [^\[\]\n]+\]"
"""How `part_text` writes a file, which counts as one word."""
_WORD = re.compile(rf"{_FILE}|[{_UNSPACED}]|[^\W{_UNSPACED}]+|\s+|[^\w\s]")
_UNCLEAN = re.compile(r"[\[\]\x00-\x1f]")
_FIRST_SURROGATE, _SURROGATES = 0xD800, 0x800


class Change(StrEnum):
    """What became of a piece of text."""

    EQUAL = "equal"
    DELETED = "deleted"
    INSERTED = "inserted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of text that stayed, went or came."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDiff:
    """One message on the left, on the right, or on both sides."""

    left_role: Role | None
    """None when the message came with the right side."""
    right_role: Role | None
    """None when the right side no longer has the message."""
    segments: tuple[Segment, ...]

    @property
    def changed(self) -> bool:
        """Whether the message differs."""
        return self.left_role is not self.right_role or any(
            segment.change is not Change.EQUAL for segment in self.segments
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field that differs outside the texts; None means absent."""

    path: str
    """Such as ``settings.temperature`` or ``tools.search.description``."""
    before: Json
    after: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDiff:
    """All differences between two prompt contents."""

    messages: tuple[MessageDiff, ...]
    fields: tuple[FieldChange, ...]

    @property
    def changed(self) -> bool:
        """Whether anything differs."""
        return bool(self.fields) or any(message.changed for message in self.messages)


def diff_contents(left: PromptContent, right: PromptContent) -> VersionDiff:
    """Return what changed from the left content to the right one."""
    return VersionDiff(
        messages=tuple(
            _diff_messages(before, after) for before, after in _pairs(left.messages, right.messages)
        ),
        fields=tuple(_field_changes("", _fields(left), _fields(right))),
    )


def part_text(part: Part) -> str:
    """Return a part of a message as a text to be read; of a file, what it is."""
    match part:
        case TextPart(content=content):
            return content
        case BlobPart():
            return file_text(part)
    return canonical_json(part.to_json()).decode()


def file_text(file: BlobPart) -> str:
    """Return what a file is, with the beginning of its hash, by which two are told apart."""
    name = _UNCLEAN.sub(" ", file.name)
    told = " · ".join(filter(None, (name, kind_words(file), file.id.partition(":")[2][:8])))
    return f"[{file.modality} {told}]"


def diff_words(left: str, right: str) -> tuple[Segment, ...]:
    """Return the word diff of two texts.

    A space that stayed between two changed words is shown as changed with them, so that a
    rewritten phrase reads as one change.
    """
    differ = diff_match_patch()
    letters: dict[str, str] = {}
    found = differ.diff_main(_as_letters(left, letters), _as_letters(right, letters), False)
    words = {letter: word for word, letter in letters.items()}
    kinds = {-1: Change.DELETED, 0: Change.EQUAL, 1: Change.INSERTED}
    pieces = [
        Segment(change=kinds[kind], text="".join(words[letter] for letter in text))
        for kind, text in found
    ]
    return tuple(_joined(_with_spaces(pieces)))


def _as_letters(text: str, letters: dict[str, str]) -> str:
    """Return the text with each word as one character, so that the diff cannot split words."""
    return "".join(letters.setdefault(word, _letter(len(letters))) for word in _WORD.findall(text))


def _letter(number: int) -> str:
    code = number + 1
    return chr(code if code < _FIRST_SURROGATE else code + _SURROGATES)


def _with_spaces(pieces: Sequence[Segment]) -> Iterator[Segment]:
    last = len(pieces) - 1
    for index, piece in enumerate(pieces):
        inside = 0 < index < last
        if piece.change is Change.EQUAL and inside and not piece.text.strip(" "):
            yield Segment(change=Change.DELETED, text=piece.text)
            yield Segment(change=Change.INSERTED, text=piece.text)
        else:
            yield piece


def _joined(pieces: Iterator[Segment]) -> Iterator[Segment]:
    """Join neighbours: in each changed stretch, what went stands before what came."""
    for equal, group in groupby(pieces, key=lambda piece: piece.change is Change.EQUAL):
        members = list(group)
        for change in (Change.EQUAL,) if equal else (Change.DELETED, Change.INSERTED):
            text = "".join(member.text for member in members if member.change is change)
            if text:
                yield Segment(change=change, text=text)


def _pairs(
    left: Sequence[Message], right: Sequence[Message]
) -> Iterator[tuple[Message | None, Message | None]]:
    """Yield the messages that belong together; messages keep their order."""
    keys = [[canonical_json(message.to_json()) for message in side] for side in (left, right)]
    matcher = SequenceMatcher(a=keys[0], b=keys[1], autojunk=False)
    for _, left_start, left_end, right_start, right_end in matcher.get_opcodes():
        sides = zip_longest(left[left_start:left_end], right[right_start:right_end])
        for before, after in sides:
            if before and after and before.role is not after.role:
                yield before, None
                yield None, after
            else:
                yield before, after


def _diff_messages(before: Message | None, after: Message | None) -> MessageDiff:
    return MessageDiff(
        left_role=None if before is None else before.role,
        right_role=None if after is None else after.role,
        segments=diff_words(_text(before), _text(after)),
    )


def _text(message: Message | None) -> str:
    return "\n".join(map(part_text, () if message is None else message.parts))


def _fields(content: PromptContent) -> dict[str, Json]:
    """Return all but the messages, with lists of named things keyed by their names."""
    tools = enumerate(content.tools)
    return {
        "language": content.language.value,
        "settings": content.settings.to_json(),
        "inputs": {item.name: item.to_json() for item in content.inputs},
        "tools": {str(tool.get("name", place)): tool for place, tool in tools},
        "response_schema": content.response_schema,
        "retry": None if content.retry is None else str(content.retry),
        "fallbacks": {
            str(item.model): f"{place}. on {', '.join(item.on)}"
            for place, item in enumerate(content.fallbacks, 1)
        },
    }


def _field_changes(
    path: str, before: Mapping[str, Json], after: Mapping[str, Json]
) -> Iterator[FieldChange]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        place = f"{path}.{name}" if path else name
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _field_changes(place, old, new)
        elif old != new or isinstance(old, bool) is not isinstance(new, bool):
            yield FieldChange(path=place, before=old, after=new)
