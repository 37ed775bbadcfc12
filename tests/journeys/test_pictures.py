"""A picture goes with a prompt: added, run, looked at, saved, and kept once."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import qasync
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from tests.support import local_model
from tests.support.attachments import PDF, png
from tests.support.desk import Driver, driver
from tests.support.serving import served

from prompt_workbench.app import wired_projects
from prompt_workbench.domain.prompts import text_prompt
from prompt_workbench.domain.requests import Interface
from prompt_workbench.settings import models
from prompt_workbench.settings.models import Endpoint
from prompt_workbench.ui.kit.file_chips import FileChip

CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_receipt_is_shown_to_a_model_and_kept_once(
    qapp: QApplication, loop: qasync.QEventLoop, model_weights: Path, tmp_path: Path
) -> None:
    receipt, contract = tmp_path / "receipt.png", tmp_path / "contract.pdf"
    receipt.write_bytes(png(900, 600))
    contract.write_bytes(PDF)
    local_model.install()
    with served() as server, project(qapp, loop, tmp_path, server.base_url) as desk:
        page = desk.page("prompts")
        desk.until(lambda: page.presenter.is_open)
        drop(desk, page.messages._blocks[-1], receipt, contract)
        desk.until(lambda: len(chips(page)) == 2)
        desk.act(lambda: page.quick.choose(("claude/sonnet", local_model.MODEL)))
        desk.type(desk.find(QPlainTextEdit, "Value of what"), "total")
        desk.until(lambda: desk.says("takes no images and no PDF"))
        desk.shoot("pictures-1-warned")
        desk.act(lambda: page.quick.choose(("claude/sonnet",)))
        desk.click(desk.find(QPushButton, "Run"))
        desk.until(lambda: page.quick.answers and not page.quick.running)
        [answer] = page.quick.answers.values()
        assert not answer.error
        [request] = server.requests
        assert b64encode(receipt.read_bytes()) in request.body
        assert b64encode(contract.read_bytes()) in request.body
        save(desk, "With the receipt")
        calls = desk.page("calls")
        desk.settle()
        desk.click_row(calls._table, 0)
        desk.click_tab("Sent")
        desk.until(lambda: len(chips(calls)) == 2)
        desk.shoot("pictures-2-sent")
        desk.act(lambda: calls._details._parts._copy_body())
        copied = QApplication.clipboard().text()
        assert copied.encode() == request.body
    data = b"".join(path.read_bytes() for path in tmp_path.glob("pictures.pwb*"))
    assert data.count(PDF) == 1
    assert b64encode(PDF)[:80] not in data


def drop(desk: Driver, on: QWidget, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place, action = QPointF(5, 5), Qt.DropAction.CopyAction
    no_key = Qt.KeyboardModifier.NoModifier
    event = QDropEvent(place, action, data, Qt.MouseButton.LeftButton, no_key)
    desk.act(lambda: on.dropEvent(event))


def chips(within: QWidget) -> list[FileChip]:
    return [chip for chip in within.window().findChildren(FileChip) if chip.isVisible()]


def save(desk: Driver, message: str) -> None:
    page = desk.page("prompts")
    desk.press(Qt.Key.Key_S, CTRL, widget=desk.window)
    field = desk.find(QLineEdit, "What changed in this version")
    desk.type(field, message)
    desk.shoot("pictures-3-saved")
    desk.press(Qt.Key.Key_Return, widget=field)
    desk.until(lambda: page.presenter.state.base.message == message)


@contextmanager
def project(
    app: QApplication, loop: qasync.QEventLoop, folder: Path, base_url: str
) -> Iterator[Driver]:
    """Open the window on a project with one prompt."""
    claude = Endpoint(name="claude", base_url=base_url, interface=Interface.ANTHROPIC_MESSAGES)
    models.save(models.load().with_endpoint(claude))
    path = folder / "pictures.pwb"
    loop.run_until_complete(_fill(path))
    with driver(app, loop) as desk:
        desk.window.resize(1440, 900)
        desk.begin(path)
        yield desk


async def _fill(path: Path) -> None:
    workbench = await wired_projects().create(path)
    await workbench.prompts.create("receipt", text_prompt("Tell the {{what}} in one number."))
    await workbench.close()
