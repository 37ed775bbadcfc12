"""Which models are compared."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.ui.compare.picked_rows import PickedRow, PickedRows
from prompt_workbench.ui.compare.picker import Choice, Picker
from prompt_workbench.ui.compare.setup_presenter import SetupPresenter
from prompt_workbench.ui.kit.add_model import AddModelDialog
from prompt_workbench.ui.kit.labels import button
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.kit.model_offer import ModelOffer
from prompt_workbench.ui.kit.page import PageContext
from prompt_workbench.ui.theme.tokens import Space


class ModelsField(QWidget):
    """Shows the chosen models, says why one cannot be used, and offers to fetch or add some."""

    def __init__(self, context: PageContext, presenter: SetupPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._offer = ModelOffer(context)
        self._rows = PickedRows("Models to compare", context.theme, none="Choose at least one.")
        self._picker = Picker("Models", self, none="There is no model here yet. Add one.")
        self._picker.added.connect(presenter.add_model)
        self._picker.removed.connect(presenter.drop_model)
        choose = button("Choose models", lambda: self._picker.open_under(choose))
        add = button("Add a model …", lambda: AddModelDialog(context, self).open(), kind="quiet")
        self.setLayout(column(self._offer, self._rows, row(choose, add, 1), spacing=Space.HALF))

    def show_choice(self) -> None:
        """Show what is chosen, and offer what there is."""
        chosen = self._presenter.spec.models
        self._offer.refresh()
        self._rows.show_rows([self._row(name) for name in chosen])
        if not self._picker.isVisible():
            models = self._presenter.offer.models
            self._picker.show_choices([_choice(info, chosen) for info in models], chosen)

    def _row(self, name: str) -> PickedRow:
        info = self._presenter.offer.model(name)
        detail, role = "It is in no list of models; it is called by its name.", "warning"
        if info is not None:
            detail = info.note
            if info.available:
                role = "muted"
            else:
                detail = detail or "It is not available."
        return PickedRow(
            title=name,
            detail=detail,
            role=role,
            remove=partial(self._presenter.drop_model, name),
        )


def _choice(info: ModelInfo, chosen: tuple[str, ...]) -> Choice:
    name = str(info.ref)
    return Choice(
        key=name,
        title=name,
        detail=info.note or ("on this machine" if info.local else info.origin),
        # One that was chosen while it was there can still be taken away.
        enabled=info.available or name in chosen,
    )
