"""Files that go with the last question of a prompt, as they are named on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import BlobPart, Role
from prompt_workbench.domain.prompts import PromptContent

if TYPE_CHECKING:
    from prompt_workbench.services.prompts import Prompts

_NONE = "none"


async def with_attachments(
    prompts: Prompts, content: PromptContent, named: Sequence[str]
) -> PromptContent:
    """Return the content with more files; ``none`` takes away those that it has.

    Raises:
        InvalidInputError: A file cannot go with a message, or there is no question.
        HostError: A file cannot be read.
    """
    if not named:
        return content
    messages = list(content.messages)
    asked = [place for place, each in enumerate(messages) if each.role is Role.USER]
    if not asked:
        raise InvalidInputError(
            "The prompt has no message of the user for the files.", hint="Add one to it."
        )
    last = asked[-1]
    if _NONE in named:
        kept = tuple(part for part in messages[last].parts if not isinstance(part, BlobPart))
        messages[last] = replace(messages[last], parts=kept)
    files = await prompts.read_attachments([Path(name) for name in named if name != _NONE])
    return replace(content, messages=prompts.attach(messages, last, files))
