"""The editor of a JSON value says where the text is not valid."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPlainTextEdit

from prompt_workbench.ui.kit.json_edit import JsonEdit


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": }', "Line 1, column 7: Expecting value."),
        ("[" * 100_000, "The value is nested too deeply."),
        ("1" * 5_000, "A number has too many digits."),
    ],
)
def test_what_is_no_json_is_told(qtbot, text: str, problem: str) -> None:
    editor = JsonEdit("Tools", placeholder="", problem_of=lambda _value: "")
    qtbot.addWidget(editor)
    editor.findChild(QPlainTextEdit).setPlainText(text)
    editor.collect()
    assert editor.problem == problem
