"""What the window shows while no project is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePath

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from prompt_workbench.ui.kit.labels import button, label, tooltip
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.theme.tokens import Space

_SHOWN = 5


class Welcome(QWidget):
    """Offers the sample project, a new one, and those that were opened before."""

    def __init__(
        self,
        recent: Sequence[str],
        *,
        open_sample: Callable[[], object],
        create: Callable[[], object],
        choose: Callable[[], object],
        open_recent: Callable[[str], object],
        open_help: Callable[[], object],
    ) -> None:
        super().__init__()
        self.setAccessibleName("Welcome")
        words = label(
            "Write prompts, keep every version, and compare them side by side on real models "
            "and your own data. Everything stays in one project file on this machine.",
            role="muted",
            wrap=True,
        )
        words.setFixedWidth(460)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        title = label("Prompt Workbench", role="display")
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        buttons = row(
            1,
            button("Open the sample project", open_sample, kind="primary"),
            button("New project …", create),
            button("Open …", choose),
            1,
        )
        body = column(2, title, row(1, words, 1), buttons, spacing=Space.AROUND)
        for location in recent[:_SHOWN]:
            body.addLayout(row(1, _recent_button(location, open_recent), 1))
        body.addLayout(row(1, button("How it works (F1)", open_help, kind="link"), 1))
        body.addStretch(3)
        self.setLayout(body)


class Opening(QWidget):
    """Says which project is being opened."""

    def __init__(self, name: str) -> None:
        super().__init__()
        words = label(f"Opening {name} …" if name else "Opening …", role="muted")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setLayout(column(1, words, 1))


def _recent_button(location: str, open_recent: Callable[[str], object]) -> QWidget:
    name = PurePath(location).name or location
    title = name.replace("&", "&&")  # a single one would underline the next letter
    made = button(title, lambda: open_recent(location), kind="link", name=f"Open {name}")
    made.setToolTip(tooltip(location))
    return made
