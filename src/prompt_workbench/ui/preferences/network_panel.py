"""The network: the offline switch, and which hosts were reached."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from prompt_workbench.services.network import Contact, summary
from prompt_workbench.ui.bridge import TaskScope
from prompt_workbench.ui.kit.labels import button, label, line
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.kit.paged_model import PagedModel
from prompt_workbench.ui.kit.table import table
from prompt_workbench.ui.preferences.network_columns import NETWORK_COLUMNS
from prompt_workbench.ui.preferences.network_presenter import NetworkPresenter
from prompt_workbench.ui.theme.tokens import Space

_ONLINE = "Offline is off. Models and servers are called wherever they are, when you ask for it."
_OFFLINE = (
    "Offline is on. Only this computer is reached, by whatever library; nothing is downloaded."
)
_ALL = 1000
"""A stretch beside which that of the empty rest counts for nothing."""
_LIMITS = "It is no firewall: other programs and native code can pass. F1 explains it."


class NetworkPanel(QWidget):
    """Says whether anything leaves this computer, and lists where it went."""

    def __init__(self, presenter: NetworkPresenter, tasks: TaskScope) -> None:
        super().__init__()
        self._presenter = presenter
        self._state = label(wrap=True)
        self._switch = button("", presenter.flip)
        self._summary = label(wrap=True)
        self._hosts: PagedModel[Contact] = PagedModel(NETWORK_COLUMNS, tasks, parent=self)
        self._table = table(self._hosts, "Hosts that were reached")
        self.setLayout(
            column(
                label("Network", role="title"),
                self._state,
                row(self._switch, 1),
                label(_LIMITS, role="muted", wrap=True),
                line(),
                label("Hosts that were reached", role="heading"),
                self._summary,
                (self._table, _ALL),
                1,
                spacing=Space.BETWEEN,
                margins=Space.AROUND,
            )
        )
        presenter.changed.connect(self._show)
        self.show_switch()

    def show_switch(self) -> None:
        """Show how the switch is now."""
        is_on = self._presenter.is_offline
        self._state.setText(_OFFLINE if is_on else _ONLINE)
        self._switch.setText("Switch Offline off" if is_on else "Switch Offline on")
        self._switch.setAccessibleName(self._switch.text())

    def _show(self) -> None:
        log = self._presenter.log or ()
        self._summary.setText(summary(log))
        self._hosts.show_known(log)
        self._table.setVisible(bool(log))
