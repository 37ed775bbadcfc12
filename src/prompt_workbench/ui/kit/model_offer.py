"""The offer of the model that runs on this machine, while its weights are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QProgressBar
from typing_extensions import override

from prompt_workbench.domain.errors import WorkbenchError
from prompt_workbench.ui.bridge import Latest, TaskScope
from prompt_workbench.ui.kit import formats
from prompt_workbench.ui.kit.add_model import AddModelDialog
from prompt_workbench.ui.kit.labels import button, label, set_role
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.kit.page import PageContext
from prompt_workbench.ui.theme.tokens import Space

if TYPE_CHECKING:
    from prompt_workbench.services.base import Done

_STEPS = 1000


class ModelOffer(QFrame):
    """Says size, licence and reason, and fetches the model; gone when it is there."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.setProperty("role", "notice")
        self.setAccessibleName("Offer of a local model")
        self._context = context
        self._tasks = TaskScope(self, on_error=self._failed)
        self._fetching = Latest(self._tasks)
        self._title = label(role="heading", wrap=True)
        self._words = label(wrap=True)
        self._bar = QProgressBar()
        self._bar.setMaximum(_STEPS)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress of the download")
        self._fetch = button("Fetch the model", self._start, kind="primary")
        self._cancel = button("Cancel", self._stop)
        self._other = button("Add another model …", self._add_other, kind="quiet")
        buttons = row(self._fetch, self._cancel, self._other, 1)
        self.setLayout(column(self._title, self._words, self._bar, buttons, margins=Space.BETWEEN))
        self._tasks.busy_changed.connect(lambda busy: self._show_busy(busy=busy))
        self._show_busy(busy=False)
        self.refresh()

    def refresh(self) -> None:
        """Show or hide the offer as the model is there or not."""
        model = self._context.workbench.models.default
        # Without a parent, showing it would open a window of its own.
        if model.installed or self.parentWidget() is not None:
            self.setVisible(not model.installed)
        self._title.setText(f"{model.title} runs on this machine, without a key")
        size = formats.size(model.size)
        self._say(f"{model.why} The download is {size}. Licence: {model.licence}.")

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_room()

    def _keep_room(self) -> None:
        # Between splitters a label that wraps would be cut off below its first lines.
        # Reckoned from the frame: the label is laid out again only after this.
        width = self.contentsRect().width() - 2 * Space.BETWEEN
        self._words.setMinimumHeight(self._words.heightForWidth(width))

    def _start(self) -> None:
        self._bar.setValue(0)
        self.refresh()
        fetch = self._context.workbench.models.fetch_default(self._progress)
        self._fetching.start(fetch, done=self._fetched)

    def _stop(self) -> None:
        self._fetching.cancel()
        self._say("The download was stopped; nothing of it is kept.")

    def _progress(self, done: int, total: int) -> None:
        if total:
            self._bar.setValue(_STEPS * done // total)
            self._say(f"{formats.size(done)} of {formats.size(total)}")

    def _fetched(self, done: Done[Any]) -> None:
        self.refresh()
        self._context.notify.say("The local model is ready.")

    def _failed(self, error: Exception) -> None:
        if isinstance(error, WorkbenchError):
            self._say(" ".join(filter(None, (error.message, error.hint))), role="danger")
        else:
            self._context.notify.show_error(error)

    def _say(self, words: str, *, role: str = "") -> None:
        set_role(self._words, role)
        self._words.setText(words)
        self._keep_room()

    def _show_busy(self, *, busy: bool) -> None:
        self._fetch.setVisible(not busy)
        self._other.setVisible(not busy)
        self._cancel.setVisible(busy)
        self._bar.setVisible(busy)

    def _add_other(self) -> None:
        AddModelDialog(self._context, self).open()
