"""The messages of a prompt, one block each, in the order in which they are sent."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from prompt_workbench.domain.messages import BlobPart, Message, Role, TextPart
from prompt_workbench.domain.prompts import PromptContent
from prompt_workbench.ui.kit.labels import button
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.prompts.analysis import Analysis
from prompt_workbench.ui.prompts.message_block import MessageBlock
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space


class MessageBlocks(QScrollArea):
    """The list of blocks, with a button that adds one."""

    edited = Signal()
    removed = Signal(object)
    """The messages as they were before one of them was removed."""
    file_removed = Signal(object, str)
    """The messages as they were before a file was removed, and the name of the file."""
    files_offered = Signal(object, object)
    """A block, and `OfferedFiles` that were dropped on it or pasted into it."""
    files_asked = Signal(object)
    """A block whose message is to have files that the person chooses."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setAccessibleName("Messages")
        self._theme = theme
        self._blocks: list[MessageBlock] = []
        self._places: QVBoxLayout = column(spacing=Space.INSIDE)
        add = button("Add message", self._add_message, kind="quiet")
        body = QWidget()
        body.setLayout(column(self._places, row(add, 1), 1, margins=Space.BETWEEN))
        self.setWidget(body)

    def show_messages(self, content: PromptContent) -> None:
        """Show the messages of a content."""
        texts = [block.message() for block in self._blocks]
        if tuple(texts) == content.messages:
            return
        for block in self._blocks:
            block.hide()
            block.deleteLater()
        self._blocks = []
        for message in content.messages:
            self._append(message)
        self._show_order()

    def messages(self) -> tuple[Message, ...]:
        """Return the messages as they are now."""
        return tuple(block.message() for block in self._blocks)

    def place_of(self, block: MessageBlock) -> int | None:
        """Return the number of a block; None when it is gone."""
        return self._blocks.index(block) if block in self._blocks else None

    def change(self, place: int, message: Message) -> None:
        """Show another message in a block, as if it had been edited."""
        self._blocks[place].show_message(message)
        self.edited.emit()

    def show_analysis(self, analysis: Analysis) -> None:
        """Mark variables and problems in every text."""
        index = 0
        for block in self._blocks:
            if block.text is not None:
                block.text.show_analysis(*analysis.of_template(index))
                index += 1
            else:
                index += sum(isinstance(part, TextPart) for part in block.message().parts)

    def focus_first(self) -> None:
        """Put the cursor into the last text, where a person goes on writing."""
        texts = [block.text for block in self._blocks if block.text is not None]
        if texts:
            texts[-1].setFocus()

    def _append(self, message: Message) -> MessageBlock:
        block = MessageBlock(message, self._theme)
        block.edited.connect(self.edited)
        block.up.clicked.connect(lambda: self._move(block, -1))
        block.down.clicked.connect(lambda: self._move(block, 1))
        block.remove.clicked.connect(lambda: self._remove(block))
        block.files_asked.connect(lambda: self.files_asked.emit(block))
        block.files_offered.connect(lambda offered: self.files_offered.emit(block, offered))
        block.file_removed.connect(lambda file: self._remove_file(block, file))
        self._blocks.append(block)
        self._places.addWidget(block)
        return block

    def _add_message(self) -> None:
        last = self._blocks[-1].message().role if self._blocks else Role.SYSTEM
        role = Role.ASSISTANT if last is Role.USER else Role.USER
        block = self._append(Message(role=role, parts=(TextPart(content=""),)))
        self._show_order()
        if block.text is not None:
            block.text.setFocus()
        self.edited.emit()

    def _move(self, block: MessageBlock, step: int) -> None:
        place = self._blocks.index(block) + step
        if 0 <= place < len(self._blocks):
            self._blocks.remove(block)
            self._blocks.insert(place, block)
            self._places.removeWidget(block)
            self._places.insertWidget(place, block)
            self._show_order()
            self.edited.emit()

    def _remove(self, block: MessageBlock) -> None:
        before = self.messages()
        self._blocks.remove(block)
        block.hide()
        block.deleteLater()
        self._show_order()
        self.edited.emit()
        self.removed.emit(before)

    def _remove_file(self, block: MessageBlock, file: BlobPart) -> None:
        before = self.messages()
        message = block.message()
        parts = tuple(part for part in message.parts if part != file)
        self.change(self._blocks.index(block), replace(message, parts=parts))
        self.file_removed.emit(before, file.name)

    def _show_order(self) -> None:
        last = len(self._blocks) - 1
        for place, block in enumerate(self._blocks):
            block.up.setEnabled(place > 0)
            block.down.setEnabled(place < last)
            block.setAccessibleName(f"Message {place + 1}")
