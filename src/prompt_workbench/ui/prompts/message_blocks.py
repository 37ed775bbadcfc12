"""The messages of a prompt, one block each, in the order in which they are sent."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QScrollArea, QVBoxLayout, QWidget

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import Message, Role, TextPart, message_from_json
from prompt_workbench.domain.prompts import PromptContent
from prompt_workbench.ui.kit.json_edit import JsonEdit
from prompt_workbench.ui.kit.labels import IconButton, button
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.prompts.analysis import Analysis
from prompt_workbench.ui.prompts.template_edit import TemplateEdit
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space


class MessageBlock(QFrame):
    """One message: its role, its text, and where it stands."""

    edited = Signal()

    def __init__(self, message: Message, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._message = message
        self._role = QComboBox()
        self._role.setAccessibleName("Role of the message")
        for role in Role:
            self._role.addItem(role.value.capitalize(), role)
        self._role.setCurrentIndex(list(Role).index(message.role))
        self._role.currentIndexChanged.connect(lambda _: self.edited.emit())
        self.up = IconButton("up", "Move message up", theme=theme)
        self.down = IconButton("down", "Move message down", theme=theme)
        self.remove = IconButton("close", "Remove message", theme=theme)
        head = row(self._role, 1, self.up, self.down, self.remove, spacing=2)
        self.text = TemplateEdit("Text of the message", theme) if _is_text(message) else None
        body: QWidget = self.text or self._parts_edit(message)
        if self.text is not None:
            self.text.show_text(message.text)
            self.text.edited.connect(self.edited)
        self.setLayout(column(head, body, spacing=Space.HALF, margins=(8, 6, 8, 6)))

    def message(self) -> Message:
        """Return the message as it is now."""
        role = Role(self._role.currentData())
        if self.text is None:
            return Message(role=role, parts=self._message.parts)
        return Message(role=role, parts=(TextPart(content=self.text.toPlainText()),))

    def _parts_edit(self, message: Message) -> JsonEdit:
        """Messages with tool calls or several parts are edited as JSON, so nothing is lost."""
        editor = JsonEdit("Parts of the message", placeholder="[]", problem_of=self._problem)
        editor.show_value(message.to_json()["parts"])
        editor.value_changed.connect(self._parts_typed)
        return editor

    def _problem(self, parts: Json) -> str:
        try:
            message_from_json({"role": self._message.role.value, "parts": parts})
        except InvalidInputError as error:
            return " ".join(filter(None, (error.message, error.hint)))
        return ""

    def _parts_typed(self, parts: Json) -> None:
        self._message = message_from_json({"role": self._message.role.value, "parts": parts or []})
        self.edited.emit()


class MessageBlocks(QScrollArea):
    """The list of blocks, with a button that adds one."""

    edited = Signal()
    removed = Signal(object)
    """The messages as they were before one of them was removed."""

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

    def _show_order(self) -> None:
        last = len(self._blocks) - 1
        for place, block in enumerate(self._blocks):
            block.up.setEnabled(place > 0)
            block.down.setEnabled(place < last)
            block.setAccessibleName(f"Message {place + 1}")


def _is_text(message: Message) -> bool:
    return len(message.parts) == 1 and isinstance(message.parts[0], TextPart)
