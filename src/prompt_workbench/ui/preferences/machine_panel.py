"""This computer: the models that run here, and local servers that could be added."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from prompt_workbench.services.providers import FoundServer
from prompt_workbench.ui.kit.labels import button, label, line
from prompt_workbench.ui.kit.layouts import column, emptied, row
from prompt_workbench.ui.kit.model_offer import ModelOffer
from prompt_workbench.ui.kit.page import PageContext
from prompt_workbench.ui.preferences.model_table import ModelTable
from prompt_workbench.ui.preferences.presenter import Group, PreferencesPresenter
from prompt_workbench.ui.theme.tokens import Space

_MODELS_NAMED = 3


class MachinePanel(QWidget):
    """Lists local models; looks for local servers when it is asked to."""

    def __init__(
        self,
        presenter: PreferencesPresenter,
        context: PageContext,
        *,
        add: Callable[[], object],
        remove: Callable[[], object],
        added: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._presenter = presenter
        self._own = context.workbench.models.default.name
        self._added = added
        self.offer = ModelOffer(context)
        self._remove = button("Remove from the list", remove)
        self._look = button("Look for local servers", self._discover)
        self._said = label(role="muted", wrap=True)
        self._said.hide()
        self._found = column(spacing=Space.INSIDE)
        words = label(
            "A model on this computer needs no key and no network, and costs nothing.",
            role="muted",
            wrap=True,
        )
        ports = label(
            "Ollama, LM Studio, vLLM and llama.cpp are looked for at their usual ports on this "
            "computer, when you ask for it.",
            role="muted",
            wrap=True,
        )
        below = column(
            row(button("Add a model file …", add), self._remove, 1),
            line(),
            label("Local servers", role="heading"),
            ports,
            row(self._look, 1),
            self._said,
            self._found,
            spacing=Space.BETWEEN,
        )
        self.models = ModelTable(below)
        self.models.marked_changed.connect(self._mark)
        self.setLayout(
            column(
                label("This computer", role="title"),
                words,
                self.offer,
                (self.models, 1),
                spacing=Space.BETWEEN,
                margins=Space.AROUND,
            )
        )
        self._mark()

    @property
    def marked_name(self) -> str:
        """The name by which the marked model can be removed; empty where it cannot be."""
        model = self.models.marked
        return str(model.ref) if model and str(model.ref) != self._own else ""

    def show_group(self, group: Group) -> None:
        """Show the models of this computer."""
        self.models.show_models(group.models, empty="")

    def _mark(self) -> None:
        self._remove.setEnabled(bool(self.marked_name))

    def _discover(self) -> None:
        self._look.setEnabled(False)
        self._say("Looking …")
        emptied(self._found)
        self._presenter.discover(self._show_found)

    def _show_found(self, found: tuple[FoundServer, ...]) -> None:
        self._look.setEnabled(True)
        emptied(self._found)
        self._say("" if found else "None of them answers. Start one, then look again.")
        for server in found:
            self._found.addWidget(_FoundRow(server, self._add))

    def _add(self, name: str) -> None:
        def added(under: str) -> None:
            self._presenter.refresh(under)
            self._added(under)

        self._presenter.add(name, added)

    def _say(self, words: str) -> None:
        self._said.setText(words)
        self._said.setVisible(bool(words))


class _FoundRow(QWidget):
    """A local server that answers, and the button that adds it."""

    def __init__(self, server: FoundServer, add: Callable[[str], object]) -> None:
        super().__init__()
        known = server.provider
        names = ", ".join(server.models[:_MODELS_NAMED])
        more = len(server.models) - _MODELS_NAMED
        models = f"{names} and {more} more" if more > 0 else names or "no model loaded"
        words = label(f"{known.title} at {known.base_url}: {models}", wrap=True)
        if server.added_as:
            there = label(f"added as {server.added_as}", role="muted")
            self.setLayout(row((words, 1), there))
        else:
            adding = button("Add", lambda: add(known.name), name=f"Add {known.title}")
            self.setLayout(row((words, 1), adding))
