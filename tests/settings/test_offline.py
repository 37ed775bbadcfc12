"""A process that runs for long sees the offline switch flipped by another one."""

from __future__ import annotations

from prompt_workbench.settings.offline import OfflineSwitch
from prompt_workbench.settings.schema import OFFLINE
from prompt_workbench.settings.store import SettingsStore
from prompt_workbench.system.paths import config_dir


def test_the_switch_is_seen_as_soon_as_it_is_flipped() -> None:
    switch, store = OfflineSwitch(), SettingsStore()
    assert not switch()
    for on in (True, False, True):
        store.set(OFFLINE, on)
        assert switch() is on
    (config_dir() / "settings.json").unlink()
    assert not switch()


def test_a_file_that_cannot_be_read_leaves_the_switch_as_it_was() -> None:
    switch = OfflineSwitch()
    SettingsStore().set(OFFLINE, value=True)
    assert switch()
    (config_dir() / "settings.json").write_text("{ half", encoding="utf-8")
    assert switch()
