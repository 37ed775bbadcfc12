"""One message of a prompt: its role, its files, and its text."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QFrame, QWidget
from typing_extensions import override

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import BlobPart, Message, Role, TextPart, message_from_json
from prompt_workbench.ui.kit.file_chips import FileChips
from prompt_workbench.ui.kit.json_edit import JsonEdit
from prompt_workbench.ui.kit.labels import IconButton
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.prompts.offered_files import offered_files
from prompt_workbench.ui.prompts.template_edit import TemplateEdit
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space


class MessageBlock(QFrame):
    """One message: its role, its files, its text, and where it stands."""

    edited = Signal()
    files_offered = Signal(object)
    """`OfferedFiles` that were dropped or pasted."""
    files_asked = Signal()
    file_removed = Signal(object)

    def __init__(self, message: Message, theme: Theme) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.setProperty("role", "panel")
        self._message = message
        self._role = QComboBox()
        self._role.setAccessibleName("Role of the message")
        for role in Role:
            self._role.addItem(role.value.capitalize(), role)
        self._role.setCurrentIndex(list(Role).index(message.role))
        self._role.currentIndexChanged.connect(lambda _: self._role_chosen())
        self._attach = IconButton("attach", "Add an image or a PDF", theme=theme)
        self._attach.clicked.connect(self.files_asked)
        self.up = IconButton("up", "Move message up", theme=theme)
        self.down = IconButton("down", "Move message down", theme=theme)
        self.remove = IconButton("close", "Remove message", theme=theme)
        head = row(self._role, 1, self._attach, self.up, self.down, self.remove, spacing=2)
        self._files = FileChips(theme, removable=True)
        self._files.removed.connect(self.file_removed)
        self.text: TemplateEdit | None = None
        self._parts: JsonEdit | None = None
        body = self._text_edit(message, theme) if _is_text(message) else self._parts_edit(message)
        items = (head, self._files, body)
        self.setLayout(column(*items, spacing=Space.HALF, margins=(8, 6, 8, 6)))
        self._show_files()

    def message(self) -> Message:
        """Return the message as it is now."""
        parts = self._message.parts
        if self.text is not None:
            text = TextPart(content=self.text.toPlainText())
            parts = tuple(text if isinstance(part, TextPart) else part for part in parts)
        return Message(role=Role(self._role.currentData()), parts=parts)

    def show_message(self, message: Message) -> None:
        """Show a message of the same kind with other files."""
        self._message = message
        if self._parts is not None:
            self._parts.show_value(message.to_json()["parts"])
        self._show_files()

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if offered_files(event.mimeData()) is not None:
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        offered = offered_files(event.mimeData())
        if offered is not None:
            event.setDropAction(Qt.DropAction.CopyAction)  # the sender keeps its files
            event.accept()
            self.files_offered.emit(offered)

    def _text_edit(self, message: Message, theme: Theme) -> QWidget:
        self.text = TemplateEdit("Text of the message", theme)
        self.text.show_text(message.text)
        self.text.edited.connect(self.edited)
        self.text.files_offered.connect(self.files_offered)
        return self.text

    def _parts_edit(self, message: Message) -> QWidget:
        """Messages with tool calls or several texts are edited as JSON, so nothing is lost."""
        self._parts = JsonEdit("Parts of the message", placeholder="[]", problem_of=self._problem)
        self._parts.show_value(message.to_json()["parts"])
        self._parts.value_changed.connect(self._parts_typed)
        return self._parts

    def _role_chosen(self) -> None:
        self._show_files()
        self.edited.emit()

    def _show_files(self) -> None:
        self._files.show_files(self._message.files)
        # Elsewhere no model takes files; those that are there already can be removed.
        self._attach.setVisible(self._role.currentData() == Role.USER)

    def _problem(self, parts: Json) -> str:
        try:
            self._with_parts(parts)
        except InvalidInputError as error:
            return " ".join(filter(None, (error.message, error.hint)))
        return ""

    def _parts_typed(self, parts: Json) -> None:
        self._message = self._with_parts(parts or [])
        self._show_files()
        self.edited.emit()

    def _with_parts(self, parts: Json) -> Message:
        # In JSON, ids stand for the bytes of files.
        files = {part.id: part.content for part in self._message.files}
        value: Json = {"role": self._message.role.value, "parts": parts}
        return message_from_json(value, files)


def _is_text(message: Message) -> bool:
    others = [part for part in message.parts if not isinstance(part, BlobPart)]
    return len(others) == 1 and isinstance(others[0], TextPart)
