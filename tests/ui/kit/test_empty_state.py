"""What an empty place says is readable in any window."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from prompt_workbench.ui.kit.empty_state import EmptyState

SENTENCE = "This is where prompts are written, tried on models and kept in versions, one by one."


@pytest.mark.parametrize(("width", "longest"), [(360, 360), (1200, 460)])
def test_its_sentence_is_whole_and_not_too_wide(
    qapp: QApplication, qtbot, width: int, longest: int
) -> None:
    place = EmptyState("No prompt yet", SENTENCE, action=("New prompt", print))
    qtbot.addWidget(place)
    place.resize(width, 500)
    place.show()
    (words,) = (each for each in place.findChildren(QLabel) if each.text() == SENTENCE)
    assert 0.7 * longest < words.width() <= longest
    assert words.height() >= words.heightForWidth(words.width())
    assert place.minimumSizeHint().width() <= width
