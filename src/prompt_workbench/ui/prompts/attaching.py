"""Adding files to a message: dropped on it, pasted into it, or chosen."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from prompt_workbench.domain.attachments import SUFFIXES, attachment
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import BlobPart
from prompt_workbench.services.prompts import Prompts
from prompt_workbench.ui.bridge import TaskScope
from prompt_workbench.ui.kit.dialogs import ask_open_files
from prompt_workbench.ui.kit.pictures import picture, png_bytes
from prompt_workbench.ui.prompts.message_block import MessageBlock
from prompt_workbench.ui.prompts.message_blocks import MessageBlocks
from prompt_workbench.ui.prompts.offered_files import OfferedFiles

_TRIED_AT = QSize(64, 64)
_FILTERS = f"Images and PDF ({' '.join(f'*.{suffix}' for suffix in SUFFIXES)})"


class Attaching(QObject):
    """Reads what is offered to a message, and adds what can be sent."""

    failed = Signal(object)

    def __init__(self, prompts: Prompts, blocks: MessageBlocks, tasks: TaskScope) -> None:
        super().__init__(blocks)
        self._prompts, self._blocks, self._tasks = prompts, blocks, tasks
        blocks.files_offered.connect(self._read)
        blocks.files_asked.connect(self._ask)

    def _ask(self, block: MessageBlock) -> None:
        parent: QWidget = self._blocks

        def chosen(paths: list[str]) -> None:
            self._read(block, OfferedFiles(paths=tuple(map(Path, paths))))

        ask_open_files(parent, title="Add images or PDF files", filters=_FILTERS, done=chosen)

    def _read(self, block: MessageBlock, offered: OfferedFiles) -> None:
        work = self._files(offered)
        self._tasks.start(work, done=partial(self._attach, block), failed=self.failed.emit)

    async def _files(self, offered: OfferedFiles) -> tuple[BlobPart, ...]:
        if offered.image is not None:
            return (await asyncio.to_thread(_pasted, offered.image),)
        files = await self._prompts.read_attachments(offered.paths)
        for file in files:
            if file.modality == "image":  # whoever cannot see it here would pay for nothing
                await asyncio.to_thread(picture, file, _TRIED_AT)
        return files

    def _attach(self, block: MessageBlock, files: tuple[BlobPart, ...]) -> None:
        place = self._blocks.place_of(block)
        if place is None:  # the message was removed meanwhile
            return
        try:
            changed = self._prompts.attach(self._blocks.messages(), place, files)
        except InvalidInputError as error:
            self.failed.emit(error)
        else:
            self._blocks.change(place, changed[place])


def _pasted(image: QImage) -> BlobPart:
    return attachment("pasted.png", png_bytes(image))
