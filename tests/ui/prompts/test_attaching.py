"""Images and documents are dropped onto a message, pasted into it, or chosen for it."""

from __future__ import annotations

from pathlib import Path

import pytest
import qasync
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLabel, QPushButton, QWidget
from tests.support.attachments import PDF, png
from tests.support.screen import act, until

from prompt_workbench.domain.messages import BlobPart, Role
from prompt_workbench.ui.kit.file_chips import FileChip
from prompt_workbench.ui.kit.labels import IconButton
from prompt_workbench.ui.prompts.message_block import MessageBlock
from prompt_workbench.ui.prompts.messages_preview import MessagesPreview
from prompt_workbench.ui.prompts.page import PromptsPage


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    path = tmp_path / "receipt.png"
    path.write_bytes(png(640, 480))
    return path


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    path = tmp_path / "contract.pdf"
    path.write_bytes(PDF)
    return path


def block(page: PromptsPage, place: int = 1) -> MessageBlock:
    return page.messages._blocks[place]


def files(page: PromptsPage, place: int = 1) -> list[BlobPart]:
    page.collect()
    return list(page.presenter.content.messages[place].files)


def of_paths(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    data.setText("\n".join(map(str, paths)))
    return data


def drop(
    loop: qasync.QEventLoop,
    on: QWidget,
    data: QMimeData,
    proposed: Qt.DropAction = Qt.DropAction.CopyAction,
) -> Qt.DropAction:
    """Drop it, and return what the sender is told was done."""
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction | Qt.DropAction.MoveAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.setDropAction(proposed)
    act(loop, lambda: on.dropEvent(event))
    return event.dropAction()


def paste(loop: qasync.QEventLoop, page: PromptsPage, qtbot, data: QMimeData) -> None:
    QApplication.clipboard().setMimeData(data)
    text = block(page).text
    keys = Qt.KeyboardModifier.ControlModifier
    act(loop, lambda: qtbot.keyClick(text, Qt.Key.Key_V, keys))


def chips(page: PromptsPage) -> list[FileChip]:
    found = page.messages.findChildren(FileChip)
    return [chip for chip in found if chip.isVisible()]


def words(chip: FileChip) -> str:
    return " ".join(filter(None, (label.accessibleName() for label in chip.findChildren(QLabel))))


def errors(page: PromptsPage) -> str:
    return "\n".join(page.context.notify.texts())


def test_dropped_files_go_with_the_message(loop, page, receipt, contract) -> None:
    drop(loop, block(page), of_paths(receipt, contract))
    until(loop, lambda: len(files(page)) == 2)
    assert [file.mime_type for file in files(page)] == ["image/png", "application/pdf"]
    first, second = chips(page)
    until(loop, lambda: "640 × 480" in words(first))
    assert words(first).startswith("receipt.png PNG · ")
    assert "contract.pdf PDF · " in words(second)
    assert page.presenter.content.messages[1].text == "Answer briefly: {{ticket}}"


@pytest.mark.parametrize("on_the_text", [False, True])
def test_whoever_moves_a_file_here_keeps_it(loop, page, receipt, on_the_text) -> None:
    target = block(page).text if on_the_text else block(page)
    told = drop(loop, target, of_paths(receipt), Qt.DropAction.MoveAction)
    assert told == Qt.DropAction.CopyAction
    until(loop, lambda: files(page))


def test_files_are_kept_with_the_draft_and_the_version(loop, page, receipt) -> None:
    drop(loop, block(page), of_paths(receipt))
    until(loop, lambda: files(page))
    act(loop, lambda: page.presenter.save("With a picture"))
    until(loop, lambda: page.presenter.state.base.number == 3)
    kept = page.presenter.state.base.content.messages[1].files
    assert [file.name for file in kept] == ["receipt.png"]
    prompt_id = page.presenter.state.prompt.id
    act(loop, lambda: page.presenter.close())
    act(loop, lambda: page.open_prompt(prompt_id))
    until(loop, lambda: page.presenter.is_open and len(chips(page)) == 1)


def test_a_pasted_picture_goes_with_the_message(loop, page, qtbot) -> None:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    data = QMimeData()
    data.setImageData(image)
    paste(loop, page, qtbot, data)
    until(loop, lambda: [file.name for file in files(page)] == ["pasted.png"])


def test_a_pasted_file_is_a_file_and_a_pasted_text_a_text(loop, page, qtbot, receipt) -> None:
    paste(loop, page, qtbot, of_paths(receipt))
    until(loop, lambda: files(page))
    assert str(receipt) not in block(page).text.toPlainText()
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    table = QMimeData()  # what a spreadsheet copies
    table.setImageData(image)
    table.setText("a\tb")
    block(page).text.clear()
    paste(loop, page, qtbot, table)
    until(loop, lambda: block(page).text.toPlainText() == "a\tb")
    assert len(files(page)) == 1


def test_an_address_is_never_fetched(loop, page, qtbot) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.com/a.png"), QUrl("smb://server/b.png")])
    data.setText("https://example.com/a.png")
    block(page).text.clear()
    paste(loop, page, qtbot, data)
    until(loop, lambda: block(page).text.toPlainText() == "https://example.com/a.png")
    assert not files(page)


def test_files_are_chosen(loop, page, qtbot, receipt) -> None:
    attach = block(page).findChildren(IconButton)[0]
    assert attach.accessibleName() == "Add an image or a PDF"
    act(loop, attach.click)
    dialog = page.findChild(QFileDialog)
    act(loop, lambda: dialog.filesSelected.emit([str(receipt)]))
    act(loop, dialog.close)
    until(loop, lambda: files(page))


def test_what_cannot_be_sent_is_refused_with_a_reason(loop, page, tmp_path) -> None:
    path = tmp_path / "notes.png"
    path.write_bytes(b"not a picture")
    drop(loop, block(page), of_paths(path))
    until(loop, lambda: "notes.png is no image or document" in errors(page))
    data = bytearray(png())
    data[40:60] = bytes(20)
    path.write_bytes(bytes(data))
    drop(loop, block(page), of_paths(path))
    until(loop, lambda: "notes.png is damaged" in errors(page))
    assert not files(page)


def test_only_messages_of_the_user_take_files(loop, page, receipt) -> None:
    assert not block(page, 0)._attach.isVisible()
    drop(loop, block(page, 0), of_paths(receipt))
    until(loop, lambda: "role system" in errors(page))
    assert not files(page, 0)
    role = block(page, 0).findChild(QComboBox)
    role.setCurrentIndex(role.findData(Role.USER))
    drop(loop, block(page, 0), of_paths(receipt))
    until(loop, lambda: files(page, 0))


def test_a_removed_file_can_be_brought_back(loop, page, window, receipt) -> None:
    drop(loop, block(page), of_paths(receipt))
    until(loop, lambda: files(page))
    (chip,) = chips(page)
    act(loop, chip.findChild(IconButton).click)
    assert not files(page)
    assert not chips(page)
    undo = next(each for each in window.findChildren(QPushButton) if each.text() == "Undo")
    act(loop, undo.click)
    until(loop, lambda: len(files(page)) == 1)


def test_a_file_for_a_message_that_is_removed_meanwhile_is_dropped(loop, page, receipt) -> None:
    gone = block(page)
    drop(loop, gone, of_paths(receipt))
    act(loop, gone.remove.click)
    until(loop, lambda: not page.tasks._tasks)
    page.collect()
    assert not any(message.files for message in page.presenter.content.messages)


def test_the_preview_shows_the_picture(loop, page, receipt) -> None:
    drop(loop, block(page), of_paths(receipt))
    until(loop, lambda: files(page))
    act(loop, page.messages_panel.toggle_preview)
    preview = page.findChild(MessagesPreview)

    def shown() -> list[FileChip]:
        return [chip for chip in preview.findChildren(FileChip) if chip.isVisible()]

    until(loop, lambda: [chip for chip in shown() if chip._picture.pixmap().height() > 60])


def test_the_difference_names_the_file(loop, page, receipt) -> None:
    drop(loop, block(page), of_paths(receipt))
    until(loop, lambda: files(page))
    act(loop, page.history_panel.ask_save)
    until(loop, lambda: "[image receipt.png · PNG" in page.history_panel._save_diff.toPlainText())
