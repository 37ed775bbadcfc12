"""Files that a person adds to a message."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Sequence
from pathlib import Path

from prompt_workbench.domain.attachments import (
    MOST_DOCUMENT_BYTES,
    attachment,
    check_total,
    with_files,
)
from prompt_workbench.domain.errors import HostError, InvalidInputError
from prompt_workbench.domain.messages import BlobPart, Message
from prompt_workbench.services.prompts.base import PromptService


class PromptAttachments(PromptService):
    """Read files for messages, and add them."""

    async def read_attachments(self, paths: Sequence[Path]) -> tuple[BlobPart, ...]:
        """Return files of this machine as they would go with a message.

        Raises:
            InvalidInputError: One is of another kind, too large, damaged, or no file.
            HostError: One cannot be read.
        """
        return tuple([await asyncio.to_thread(_read, path) for path in paths])

    def attach(
        self, messages: Sequence[Message], place: int, files: Sequence[BlobPart]
    ) -> tuple[Message, ...]:
        """Return the messages of a prompt with files added to one of them.

        Raises:
            InvalidInputError: That message takes none, or they are too large together.
        """
        changed = list(messages)
        changed[place] = with_files(changed[place], files)
        check_total(changed)
        return tuple(changed)


def _read(path: Path) -> BlobPart:
    try:
        # Looked at first: to open a pipe would wait for its other end.
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise InvalidInputError(f"{path.name} is no file.", hint="Choose an image or a PDF.")
        with path.open("rb") as file:
            data = file.read(MOST_DOCUMENT_BYTES + 1)
    except OSError as error:
        raise HostError(
            f"{path.name} cannot be read: {error.strerror}.", hint="Choose another file."
        ) from None
    # The name of a file may have bytes that are no text.
    name = path.name.encode(errors="replace").decode()
    return attachment(name, data, max(found.st_size, len(data)))
