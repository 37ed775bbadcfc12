"""Variables stand out while the text is typed, and problems say where they are."""

from __future__ import annotations

import time

import pytest
from PySide6.QtGui import QColor, QTextCursor

from prompt_workbench.domain.prompts import text_prompt
from prompt_workbench.ui.prompts.analysis import analysed
from prompt_workbench.ui.prompts.template_edit import TemplateEdit


@pytest.fixture
def editor(qtbot, theme) -> TemplateEdit:
    made = TemplateEdit("Text", theme)
    qtbot.addWidget(made)
    made.resize(500, 200)
    made.show()
    return made


def analyse(editor: TemplateEdit, **values: str) -> None:
    found = analysed(text_prompt(editor.toPlainText()), values)
    editor.show_analysis(*found.of_template(0))


def marked(editor: TemplateEdit, theme) -> list[str]:
    """Return the stretches that stand on the ground of variables."""
    wanted = QColor(theme.tokens.variable)
    found = []
    block = editor.document().firstBlock()
    while block.isValid():
        found += [
            block.text()[stretch.start : stretch.start + stretch.length]
            for stretch in block.layout().formats()
            if stretch.format.background().color() == wanted
        ]
        block = block.next()
    return found


def test_variables_are_marked(editor, theme) -> None:
    editor.show_text("Dear {{name}},\nyour order {{order.id}} is here.")
    analyse(editor, name="", order="")
    assert marked(editor, theme) == ["{{name}}", "{{order.id}}"]


def test_marks_move_with_the_text_before_it_is_analysed_again(editor, theme) -> None:
    editor.show_text("Dear {{name}}!")
    analyse(editor, name="")
    cursor = editor.textCursor()
    cursor.insertText("My very ")
    assert marked(editor, theme) == ["{{name}}"]
    cursor.movePosition(QTextCursor.MoveOperation.End)
    cursor.insertText("\nBye {{name}}")
    assert marked(editor, theme) == ["{{name}}"]
    analyse(editor, name="")
    assert marked(editor, theme) == ["{{name}}", "{{name}}"]


def test_a_half_typed_tag_leaves_the_others_marked(editor, theme) -> None:
    editor.show_text("Dear {{name}}")
    analyse(editor, name="")
    editor.moveCursor(QTextCursor.MoveOperation.End)
    editor.textCursor().insertText(" and {{")
    analyse(editor, name="")
    assert marked(editor, theme) == ["{{name}}"]
    assert "Line 1" in editor.accessibleDescription()


def test_a_missing_value_is_described_for_screen_readers(editor) -> None:
    editor.show_text("Dear\n{{name}}")
    analyse(editor)
    assert editor.accessibleDescription().startswith("Line 2: There is no value for “name”")


def test_typing_in_a_long_text_stays_fast(editor, qapp, qtbot) -> None:
    editor.show_text("Some words with {{name}} in them, line after line.\n" * 20_000)
    analyse(editor, name="")
    qapp.processEvents()
    began = time.process_time()
    qtbot.keyClicks(editor, "fast")
    qapp.processEvents()
    assert (time.process_time() - began) / 4 < 0.5
