"""Prompt content as text: read from files, shown, and compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from prompt_workbench.cli.arguments import json_of
from prompt_workbench.cli.output import visible
from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.diffs import Change, MessageDiff, VersionDiff, part_text
from prompt_workbench.domain.errors import TemplateError
from prompt_workbench.domain.messages import Message, Role, TextPart, text_message
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.policies import (
    Fallback,
    RetryPolicy,
    checked_fallbacks,
    fallback_from_text,
    retry_from_text,
)
from prompt_workbench.domain.prompts import PromptContent, content_from_json
from prompt_workbench.domain.templates import Finding, Severity
from prompt_workbench.interop.strict_json import json_text
from prompt_workbench_runtime.render import Language

_COLOURS = {Change.DELETED: "\x1b[31m", Change.INSERTED: "\x1b[32m"}
_MARKS = {Change.DELETED: ("[-", "-]"), Change.INSERTED: ("{+", "+}")}
_PLAIN = "\x1b[0m"
_NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What a person wants changed in a prompt."""

    text: str
    whole: bool
    """Whether the text is JSON of the whole content, and not the user message."""
    system: str | None
    settings: ModelSettings
    language: Language | None
    retry: str | None = None
    """The retry policy as it is written; ``none`` takes it away."""
    fallbacks: Sequence[str] = ()
    """The fallback models as they are written; ``none`` takes them away."""

    def applied_to(self, content: PromptContent | None) -> PromptContent:
        """Return the content with the changes; what is not named stays as it was.

        Raises:
            InvalidInputError: The text is not prompt content.
        """
        if self.whole:
            changed = content_from_json(json_of(self.text, what="The content"))
        else:
            before = content or PromptContent(messages=())
            changed = replace(before, messages=tuple(self._messages(before.messages)))
        return replace(
            changed,
            settings=changed.settings.overridden_by(self.settings),
            language=self.language or changed.language,
            retry=self._retry(changed.retry),
            fallbacks=self._fallbacks(changed.fallbacks),
        )

    def _retry(self, before: RetryPolicy | None) -> RetryPolicy | None:
        if self.retry is None:
            return before
        return None if self.retry.strip() == _NONE else retry_from_text(self.retry)

    def _fallbacks(self, before: tuple[Fallback, ...]) -> tuple[Fallback, ...]:
        if not self.fallbacks:
            return before
        named = [text for text in self.fallbacks if text.strip() != _NONE]
        return checked_fallbacks([fallback_from_text(text) for text in named])

    def _messages(self, before: Sequence[Message]) -> Iterator[Message]:
        kept = [message for message in before if message.role is Role.SYSTEM]
        if self.system:
            yield text_message(Role.SYSTEM, self.system)
        elif self.system is None:
            yield from kept
        # An editor ends a file with a line break that is no part of the message, and one on
        # Windows writes line breaks that would make every line look changed.
        text = self.text.replace("\r\n", "\n").removesuffix("\n")
        spoken = [message for message in before if message.role is not Role.SYSTEM]
        asked = [place for place, each in enumerate(spoken) if each.role is Role.USER]
        last = asked[-1] if asked else len(spoken)
        # Around the last question stand examples and the beginning of the answer.
        question = _with_text(spoken[last], text) if asked else text_message(Role.USER, text)
        yield from (*spoken[:last], question, *spoken[last + 1 :])


def _with_text(message: Message, text: str) -> Message:
    """Return the message with another text; a file that goes with it stays."""
    before = list(takewhile(lambda part: not isinstance(part, TextPart), message.parts))
    after = [part for part in message.parts[len(before) :] if not isinstance(part, TextPart)]
    return replace(message, parts=(*before, TextPart(content=text), *after))


def refuse_broken(findings: Sequence[Finding]) -> None:
    """Refuse templates that can never be rendered.

    Raises:
        TemplateError: One of the findings is an error.
    """
    for finding in findings:
        if finding.severity is Severity.ERROR:
            raise TemplateError(finding.message, line=finding.line, column=finding.column)


def content_text(content: PromptContent) -> str:
    """Return the content for reading: settings first, then message by message."""
    value = content.to_json()
    facts = {name: item for name, item in value.items() if name != "messages"}
    if content.retry is not None:
        facts["retry"] = str(content.retry)
    if content.fallbacks:
        facts["fallbacks"] = "; ".join(map(str, content.fallbacks))
    head = [f"{name}: {_shown(item)}" for name, item in facts.items()]
    blocks = [
        "\n".join((f"[{message.role}]", *(visible(part_text(part)) for part in message.parts)))
        for message in content.messages
    ]
    return "\n\n".join(["\n".join(head), *blocks])


def diff_text(diff: VersionDiff, *, coloured: bool) -> str:
    """Return the differences for reading; on paper, ``[-went-]`` and ``{+came+}``."""
    if not diff.changed:
        return "Nothing changed."
    blocks = [_message_text(item, coloured=coloured) for item in diff.messages if item.changed]
    fields = [
        f"{change.path}: {_shown(change.before)} → {_shown(change.after)}" for change in diff.fields
    ]
    return "\n\n".join(filter(None, ["\n".join(fields), *blocks]))


def _message_text(message: MessageDiff, *, coloured: bool) -> str:
    role = message.right_role or message.left_role
    state = "" if message.left_role else " (added)"
    state = state if message.right_role else " (removed)"
    parts = []
    for segment in message.segments:
        text = visible(segment.text)
        if segment.change is Change.EQUAL:
            parts.append(text)
        elif coloured:
            parts.append(f"{_COLOURS[segment.change]}{text}{_PLAIN}")
        else:
            before, after = _MARKS[segment.change]
            parts.append(f"{before}{text}{after}")
    return f"[{role}{state}]\n{''.join(parts)}"


def _shown(value: Json) -> str:
    if value is None:
        return "–"
    return visible(value if isinstance(value, str) else json_text(value))
