"""Providers are added, given keys, tried out and removed; settings take effect at once."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest
import qasync
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)
from tests.support.screen import act, finish, open_window, settle, until

from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_replies import refusal
from prompt_workbench.services.models import Endpoint
from prompt_workbench.ui.kit.add_model import AddModelDialog
from prompt_workbench.ui.kit.page import Target, TargetKind
from prompt_workbench.ui.preferences.page import PreferencesPage
from prompt_workbench.ui.preferences.places import SETTINGS
from prompt_workbench.ui.preferences.price_dialog import PriceDialog
from prompt_workbench.ui.theme.apply import ThemeMode

W = TypeVar("W", bound=QWidget)
NOWHERE = "http://127.0.0.1:9/v1"
KEY = "sk-canary-0123456789wxyz"


def fill(dialog: QWidget, **fields: str) -> None:
    for name, text in fields.items():
        line = getattr(dialog, f"_{name}")
        assert isinstance(line, QLineEdit)
        line.setText(text)


def add(loop: qasync.QEventLoop, page: PreferencesPage, **fields: str) -> AddModelDialog:
    act(loop, page.ask_add)
    dialog = open_window(AddModelDialog)
    dialog._tabs.setCurrentIndex(1)
    fill(dialog, **fields)
    act(loop, dialog._add.click)
    return dialog


def names(page: PreferencesPage) -> list[str]:
    return [group.name for group in page.presenter.groups]


def says(page: PreferencesPage) -> str:
    labels = page.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


def press(loop: qasync.QEventLoop, page: PreferencesPage, text: str) -> None:
    (found,) = [
        each
        for each in page.findChildren(QPushButton)
        if each.text() == text and each.isVisible() and each.isEnabled()
    ]
    act(loop, found.click)


@pytest.fixture
def shown(loop: qasync.QEventLoop, page: PreferencesPage, server: FakeProvider) -> PreferencesPage:
    """Return the page on a server named mine, whose models are known and priced."""
    price = Decimal("0.0375")
    endpoint = Endpoint(
        name="mine", base_url=server.base_url, input_price=price, output_price=price
    )
    finish(loop, page.context.workbench.models.add_endpoint(endpoint))
    finish(loop, page.context.workbench.models.refresh())
    act(loop, lambda: page.open(Target(kind=TargetKind.MODELS, id="mine")))
    until(loop, lambda: page.place == "mine" and "API key" in says(page))
    until(loop, lambda: page.presenter.group("mine").provider)
    until(loop, lambda: page.presenter.group("mine").models)
    return page


def named(parent: QWidget, kind: type[W], name: str) -> W:
    (found,) = [each for each in parent.findChildren(kind) if each.accessibleName() == name]
    return found


def cells(page: PreferencesPage, row: int) -> list[str]:
    tree = page._provider._models._tree
    return [tree.topLevelItem(row).text(column) for column in range(5)]


def mark(loop: qasync.QEventLoop, page: PreferencesPage, row: int) -> None:
    tree = page._provider._models._tree
    act(loop, lambda: tree.setCurrentItem(tree.topLevelItem(row)))


def test_the_local_model_is_listed_as_free(page) -> None:
    tree = page._machine.models._tree
    assert page.place == ""
    assert [tree.topLevelItem(0).text(column) for column in (2, 3)] == ["$0", "$0"]


def test_a_server_is_added_with_prices_shown_and_removed_with_undo(loop, page, window) -> None:
    add(loop, page, name="mine", url=NOWHERE, input_price="0.15", output_price="0.60")
    until(loop, lambda: page.place == "mine" and window.history.undo_title == "Add mine")
    endpoint = finish(loop, page.context.workbench.models.endpoints())[0]
    assert (str(endpoint.input_price), str(endpoint.output_price)) == ("0.15", "0.60")
    until(loop, lambda: "does not answer" in says(page))
    press(loop, page, "Remove")
    until(loop, lambda: "mine" not in names(page) and window.history.undo_title == "Remove mine")
    act(loop, window.history.undo)
    until(loop, lambda: "mine" in names(page))


def test_a_known_provider_is_added_with_its_key(
    loop, page, memory_keyring: dict[tuple[str, str], str]
) -> None:
    # No test reaches for the internet; a person who is offline adds a key all the same.
    finish(loop, page.context.workbench.settings.set("network.offline", value=True))
    act(loop, page.ask_add)
    dialog = open_window(AddModelDialog)
    dialog._provider.choice.setCurrentText("Anthropic")
    assert "https://platform.claude.com/settings/keys" in dialog._provider._words.text()
    dialog._provider.key.setText(KEY)
    assert dialog._provider.key.echoMode() is QLineEdit.EchoMode.Password
    act(loop, dialog._add.click)
    until(loop, lambda: page.place == "anthropic" and "ending in wxyz" in says(page))
    assert memory_keyring == {("prompt-workbench", "https://api.anthropic.com"): KEY}
    until(loop, lambda: "Offline is switched on" in says(page))
    assert "canary" not in says(page)


def test_a_provider_that_wants_to_know_more_is_asked_for_it(
    loop, page, memory_keyring: dict[tuple[str, str], str]
) -> None:
    act(loop, page.ask_add)
    dialog = open_window(AddModelDialog)
    form = dialog._provider
    form.choice.setCurrentText("AWS Bedrock")
    form.key.setText(KEY)
    form.fields["models"].setText("amazon.nova-lite-v1:0, amazon.nova-pro-v1:0")
    act(loop, dialog._add.click)
    until(loop, lambda: "Region: It is missing." in dialog._problem.text())
    assert memory_keyring == {}
    form.fields["region"].setText("eu-central-1")
    act(loop, dialog._add.click)
    until(loop, lambda: page.place == "bedrock")
    models = finish(loop, page.context.workbench.models.list())
    mine = [str(info.ref) for info in models if info.ref.provider == "bedrock"]
    assert mine == ["bedrock/amazon.nova-lite-v1:0", "bedrock/amazon.nova-pro-v1:0"]
    place = ("prompt-workbench", "https://bedrock-runtime.eu-central-1.amazonaws.com")
    assert memory_keyring == {place: KEY}


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": "mine", "url": "ftp://x"}, "ftp://x"),
        ({"name": "Not A Name", "url": NOWHERE}, "Not A Name"),
        ({"name": "mine", "url": NOWHERE, "input_price": "cheap"}, "cheap"),
        ({"name": "mine", "url": NOWHERE, "key": "no key"}, "This is not a key."),
    ],
    ids=["address", "name", "price", "key"],
)
def test_what_cannot_be_added_is_said_in_the_dialog(
    loop, page, fields: dict[str, str], problem: str
) -> None:
    dialog = add(loop, page, **fields)
    until(loop, lambda: problem in dialog._problem.text())
    assert dialog.isVisible()
    assert finish(loop, page.context.workbench.models.endpoints()) == ()
    act(loop, dialog.close)


def test_a_file_that_is_no_model_is_refused(loop, page, tmp_path: Path) -> None:
    path = tmp_path / "notes.gguf"
    path.write_text("not a model")
    act(loop, page.ask_add_file)
    dialog = open_window(AddModelDialog)
    fill(dialog, path=str(path))
    act(loop, dialog._add.click)
    until(loop, lambda: "GGUF" in dialog._problem.text())
    act(loop, dialog.close)


def test_a_key_is_saved_once_and_never_shown_again(
    loop, shown, server, memory_keyring: dict[tuple[str, str], str]
) -> None:
    field = shown._provider._keys._field
    field.setText(KEY)
    press(loop, shown, "Save the key")
    assert field.text() == ""
    until(loop, lambda: "In the keyring of this computer, ending in wxyz" in says(shown))
    assert memory_keyring == {("prompt-workbench", server.origin): KEY}
    press(loop, shown, "Forget the key")
    until(loop, lambda: "There is none" in says(shown))
    assert memory_keyring == {}


@pytest.mark.usefixtures("memory_keyring")
def test_a_provider_that_is_removed_takes_its_key_with_it(
    loop, shown, memory_keyring: dict[tuple[str, str], str]
) -> None:
    shown._provider._keys._field.setText(KEY)
    press(loop, shown, "Save the key")
    until(loop, lambda: "ending in wxyz" in says(shown))
    press(loop, shown, "Remove")
    notify = shown.context.notify
    until(loop, lambda: "Removed mine and forgot its key." in notify.texts())
    assert memory_keyring == {}


@pytest.mark.usefixtures("memory_keyring")
def test_a_key_can_be_kept_for_this_session_only(
    loop, shown, memory_keyring: dict[tuple[str, str], str]
) -> None:
    act(loop, shown.presenter.load)
    until(loop, lambda: shown._provider._keys._only_now.isVisible())
    shown._provider._keys._only_now.setChecked(True)
    shown._provider._keys._field.setText(KEY)
    press(loop, shown, "Save the key")
    until(loop, lambda: "Kept until this program ends, ending in wxyz" in says(shown))
    assert memory_keyring == {}


def test_without_a_keyring_the_person_is_told_what_to_do(loop, shown) -> None:
    assert "This computer has no keyring." in says(shown)
    assert "install gnome-keyring" in says(shown)
    press(loop, shown, "Ask the keyring again")
    shown._provider._keys._field.setText("no key")
    press(loop, shown, "Save the key")
    until(loop, lambda: "This is not a key." in says(shown))


def test_a_provider_is_tried_out_after_its_price_is_shown(loop, shown, server) -> None:
    press(loop, shown, "Try it out …")
    until(loop, lambda: "It costs at most $0.0" in says(shown))
    assert server.requests == []
    press(loop, shown, "Cancel")
    press(loop, shown, "Try it out …")
    until(loop, lambda: "It costs at most" in says(shown))
    press(loop, shown, "Send")
    until(loop, lambda: "It works. mine/large answered" in says(shown))
    assert len(server.requests) == 1


def test_a_wrong_key_is_told_where_it_was_tried(loop, shown, server) -> None:
    server.script = refusal(401, "Incorrect API key provided")
    mark(loop, shown, 1)
    press(loop, shown, "Try it out …")
    until(loop, lambda: "mine/small is asked" in says(shown))
    press(loop, shown, "Send")
    until(loop, lambda: "Incorrect API key provided\nCheck the key" in says(shown))


def test_a_model_says_what_it_costs_and_can_cost_something_else(loop, shown) -> None:
    assert cells(shown, 0) == ["large", "", "$0.0375", "$0.0375", ""]
    mark(loop, shown, 0)
    assert "Source of the price: your own price of mine" in says(shown)
    press(loop, shown, "Price …")
    dialog = open_window(PriceDialog)
    dialog._fields["input"].setText("2")
    act(loop, dialog._save)
    assert "one for output" in dialog._problem.text()
    dialog._fields["output"].setText("4")
    dialog._discount.setText("25%")
    act(loop, dialog._save)
    until(loop, lambda: cells(shown, 0)[2:4] == ["$1.50", "$3.00"])
    assert "less your 25 %" in says(shown)
    press(loop, shown, "Use the listed price")
    until(loop, lambda: cells(shown, 0)[2] == "$0.0375")


def test_local_servers_are_looked_for_on_a_click_only(loop, page) -> None:
    press(loop, page, "Look for local servers")
    until(loop, lambda: page._machine._look.isEnabled())
    assert "None of them answers" in says(page) or page._machine._found.count()


def test_what_was_chosen_stays_chosen_when_the_list_changes(loop, shown) -> None:
    act(loop, shown.presenter.load)
    settle(loop, 0.2)
    assert shown.place == "mine"
    act(loop, shown.show_settings)
    act(loop, shown.presenter.load)
    settle(loop, 0.2)
    assert shown.place == SETTINGS
    assert not shown.can_remove


def test_the_theme_setting_switches_the_window(loop, page, window) -> None:
    act(loop, page.show_settings)
    (choice,) = [c for c in page.findChildren(QComboBox) if c.accessibleName() == "Theme"]
    act(loop, lambda: choice.activated.emit(2))
    until(loop, lambda: window.theme.mode is ThemeMode.DARK and window.history.undo_title)
    act(loop, window.history.undo)
    until(loop, lambda: window.theme.mode is not ThemeMode.DARK)
    assert choice.currentIndex() == 0


def test_the_window_says_that_it_is_offline(loop, page, window) -> None:
    act(loop, page.show_settings)
    (switch,) = [c for c in page.findChildren(QCheckBox) if c.accessibleName() == "Offline"]
    network = window._status._network
    act(loop, switch.click)
    until(loop, lambda: network.text() == "offline")
    act(loop, window.history.undo)
    until(loop, lambda: network.text() == "local" and not switch.isChecked())


def test_every_setting_has_a_field(page) -> None:
    declared = page.context.workbench.settings.declared
    assert set(page._settings._show) == {setting.key for setting in declared}


def test_limits_and_a_proxy_are_chosen_where_they_are_looked_for(
    loop, shown, window, memory_keyring: dict[tuple[str, str], str]
) -> None:
    assert "As fast as the server takes them, straight to the server." in says(shown)
    section = shown._provider._connection
    assert not section._open.isVisible()
    press(loop, shown, "Change …")
    requests = named(section, QSpinBox, "Requests a minute")
    requests.setValue(60)
    act(loop, requests.editingFinished.emit)
    until(loop, lambda: "At most 60 requests a minute" in says(shown))
    assert window.history.undo_title == "Change the connection of mine"
    proxy = named(section, QLineEdit, "Proxy")
    proxy.setText("proxy.example")
    act(loop, proxy.editingFinished.emit)
    until(loop, lambda: "is not the address of a proxy" in says(shown))
    assert proxy.text() == ""
    proxy.setText("http://ada@127.0.0.1:9")
    act(loop, proxy.editingFinished.emit)
    until(loop, lambda: section._password_row.isVisible())
    section._password.setText("canary")
    press(loop, shown, "Save the password")
    until(loop, lambda: "canary" in memory_keyring.values())
    assert section._password.text() == ""
    act(loop, window.history.undo)
    until(loop, lambda: "straight to the server" in says(shown))
