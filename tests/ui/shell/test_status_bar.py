"""The status bar says whether all is saved, and what is to be known of the project."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from prompt_workbench.services.costs import SpendToday
from prompt_workbench.ui.shell.window import MainWindow


def test_what_is_to_be_known_of_a_project_stays_in_the_status_bar(window: MainWindow) -> None:
    status, project = window._status, window.workbench.project

    def words() -> str:
        return status._saved.accessibleName()

    status.show_project(replace(project, read_only=True, notice="It is read-only."))
    status.show_saving(saving=True)
    assert words() == "not saved yet · It is read-only."
    status.show_saving(saving=False)
    assert words() == "It is read-only."
    status.show_project(replace(project, notice="The project was updated."))
    assert words() == "The project was updated."
    status.show_saving(saving=False)
    assert words() == "saved"


def test_an_unknown_spend_is_unknown_once(window: MainWindow) -> None:
    told: list[str] = []
    window.queue.spend_known.connect(told.append)
    for usd in (Decimal("0.5"), None):
        window.queue._show_spend(SpendToday(usd=usd, unknown=3))
    assert told == ["today $0.50 + 3 unknown", "today unknown"]
