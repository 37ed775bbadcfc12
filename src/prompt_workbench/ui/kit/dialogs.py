"""Dialogs that open beside the event loop: never a nested one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QLineEdit, QWidget

from prompt_workbench.ui.kit.labels import button, label
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.theme.tokens import Space


def ask_text(
    parent: QWidget,
    *,
    title: str,
    field: str,
    value: str = "",
    confirm: str = "Save",
    done: Callable[[str], object],
) -> QDialog:
    """Ask for one line of text; done gets it when the person confirms."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    entry = QLineEdit(value)
    entry.setAccessibleName(field)
    entry.setMinimumWidth(340)
    entry.selectAll()
    name = label(field, role="muted")
    name.setBuddy(entry)

    def finish() -> None:
        if entry.text().strip():
            dialog.accept()
            done(entry.text().strip())

    accept = button(confirm, finish, kind="primary")
    accept.setDefault(True)
    buttons = row(1, button("Cancel", dialog.reject), accept)
    dialog.setLayout(column(name, entry, buttons, margins=Space.AROUND))
    dialog.open()
    return dialog


def confirm(
    parent: QWidget, *, title: str, text: str, yes: str, done: Callable[[], object]
) -> QDialog:
    """Ask before something that cannot be taken back."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    words: QLabel = label(text, wrap=True)
    words.setMinimumWidth(360)

    def finish() -> None:
        dialog.accept()
        done()

    buttons = row(1, button("Cancel", dialog.reject), button(yes, finish, kind="primary"))
    dialog.setLayout(column(words, buttons, margins=Space.AROUND, spacing=Space.BETWEEN))
    dialog.open()
    return dialog


def ask_open_file(
    parent: QWidget, *, title: str, filters: str, done: Callable[[str], object]
) -> QFileDialog:
    """Let the person choose an existing file."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(lambda path: done(path))
    return _opened(dialog, filters)


def ask_open_files(
    parent: QWidget, *, title: str, filters: str, done: Callable[[list[str]], object]
) -> QFileDialog:
    """Let the person choose one or more existing files."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda paths: done(list(paths)))
    return _opened(dialog, filters)


def ask_save_file(
    parent: QWidget, *, title: str, filters: str, suffix: str, done: Callable[[str], object]
) -> QFileDialog:
    """Let the person choose where a new file goes."""
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.fileSelected.connect(lambda path: done(path))
    return _opened(dialog, filters)


def _opened(dialog: QFileDialog, filters: str) -> QFileDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setNameFilter(filters)
    dialog.open()
    return dialog
