"""The form for a known provider says where its key comes from and where it goes."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from prompt_workbench.providers.known import KNOWN
from prompt_workbench.ui.kit.add_provider import ProviderForm


def test_each_provider_says_what_it_needs(qtbot: QtBot) -> None:
    form = ProviderForm(KNOWN)
    qtbot.addWidget(form)
    for place, known in enumerate(KNOWN):
        form.choice.setCurrentIndex(place)
        assert form.provider is known
        assert known.shown_address in form._words.text()
        assert list(form.fields) == [field.name for field in known.fields]
        assert form.key.isEnabled() == known.needs_key
        assert all(variable in form._words.text() for variable in known.variables)


def test_a_key_for_a_provider_is_not_left_for_a_server_that_needs_none(qtbot: QtBot) -> None:
    form = ProviderForm(KNOWN)
    qtbot.addWidget(form)
    form.key.setText("sk-canary")
    form.choice.setCurrentText("Ollama")
    assert form.key.text() == ""
