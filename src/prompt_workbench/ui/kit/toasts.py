"""Short messages in a corner of the window, with at most one thing to do about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QLabel, QWidget
from typing_extensions import override

from prompt_workbench.domain.errors import WorkbenchError
from prompt_workbench.ui.bridge import delayed
from prompt_workbench.ui.kit.labels import IconButton, button, label
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

_SECONDS = 6
_SECONDS_WITH_ACTION = 10
_MOST = 4
_WIDTH = 300
"""No wider than an inspector, so that no button of the page is covered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a toast says."""

    text: str
    hint: str = ""
    role: str = ""
    action: tuple[str, Callable[[], object]] | None = None
    stays: bool = False
    """Whether it waits for the person to close it."""


class Notifier(QObject):
    """Where pages tell the person something that is no answer to a question."""

    def __init__(self, window: QWidget, theme: Theme, crashed: Callable[[Exception], None]) -> None:
        super().__init__(window)
        self._toasts = _ToastStack(window, theme)
        self._crashed = crashed

    def say(self, text: str, *, action: tuple[str, Callable[[], object]] | None = None) -> None:
        """Show a sentence for a moment, with an action such as Undo if there is one."""
        self._toasts.show_notice(Notice(text=text, action=action))

    def show_error(self, error: Exception) -> None:
        """Show what went wrong and what to do; anything unexpected goes to the crash report."""
        if isinstance(error, WorkbenchError):
            self.show_problem(error.message, error.hint or "")
        else:
            self._crashed(error)

    def show_problem(
        self,
        message: str,
        hint: str = "",
        *,
        action: tuple[str, Callable[[], object]] | None = None,
    ) -> None:
        """Show a problem until the person closes it."""
        notice = Notice(text=message, hint=hint, role="danger", stays=True, action=action)
        self._toasts.show_notice(notice)

    def texts(self) -> list[str]:
        """Return what is on the screen now, oldest first."""
        return [toast.notice.text for toast in self._toasts.shown()]


class _Toast(QFrame):
    """One message with its action and a button that closes it."""

    def __init__(self, notice: Notice, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = notice
        self.setProperty("role", "toast")
        self.setAccessibleName(" ".join(filter(None, (notice.text, notice.hint))))
        words = column(_words(notice.text, notice.role), spacing=2)
        if notice.hint:
            words.addWidget(_words(notice.hint, "muted"))
        items = row((words, 1), margins=(Space.BETWEEN, Space.INSIDE, Space.INSIDE, Space.INSIDE))
        if notice.action is not None:
            items.addWidget(button(notice.action[0], self._act, kind="link"))
        items.addWidget(IconButton("close", "Close message", self.close, theme=theme, size=14))
        self.setLayout(items)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(_WIDTH)
        if not notice.stays:
            seconds = _SECONDS_WITH_ACTION if notice.action else _SECONDS
            delayed(self, seconds * 1000, self.close).start()

    def _act(self) -> None:
        action = self.notice.action
        self.close()
        if action is not None:
            action[1]()


class _ToastStack(QObject):
    """Keeps the toasts above each other in the lower right corner of the window."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._toasts: list[_Toast] = []
        window.installEventFilter(self)

    def shown(self) -> list[_Toast]:
        """Return the toasts on the screen, oldest first."""
        return list(self._toasts)

    def show_notice(self, notice: Notice) -> None:
        """Add a toast; the same text replaces its earlier toast, the oldest make room."""
        same = [toast for toast in self._toasts if toast.notice.text == notice.text]
        for old in (*same, *self._toasts[: max(len(self._toasts) - _MOST + 1, 0)]):
            old.close()
        toast = _Toast(notice, self._theme, self._window)
        toast.installEventFilter(self)
        self._toasts.append(toast)
        toast.show()
        self._place()
        _announce(self._window, toast.accessibleName())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Close and watched in self._toasts:
            self._forget(watched)
        elif event.type() is QEvent.Type.Resize and watched is self._window:
            self._place()
        return False

    def _forget(self, toast: QObject) -> None:
        self._toasts = [each for each in self._toasts if each is not toast]
        self._place()

    def _place(self) -> None:
        right = self._window.width() - Space.AROUND
        bottom = self._window.height() - 40
        for toast in reversed(self._toasts):
            toast.resize(_WIDTH, toast.heightForWidth(_WIDTH))
            bottom -= toast.height()
            toast.move(right - toast.width(), bottom)
            toast.raise_()
            bottom -= Space.INSIDE


def _announce(window: QWidget, words: str) -> None:
    """Have screen readers say the words."""
    # Making these two types takes a tenth of the time of the first paint.
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(window, words))


def _words(text: str, role: str) -> QLabel:
    made = label(text, role=role, wrap=True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made
