"""The help page on providers names those that are known."""

from __future__ import annotations

import pytest

from prompt_workbench.providers.known import KNOWN, KnownProvider
from prompt_workbench.system.paths import resources_dir

PAGE = (resources_dir() / "help" / "providers-and-keys.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| `")]


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
def test_every_provider_is_on_the_page(known: KnownProvider) -> None:
    (row,) = [line for line in ROWS if line.startswith(f"| `{known.name}` |")]
    assert all(f"`{variable}`" in row for variable in known.variables)
    port = known.base_url.rpartition(":")[2].partition("/")[0]
    assert not known.is_local or f"port {port}" in row


def test_no_other_provider_is_on_the_page() -> None:
    names = {line.split("`")[1] for line in ROWS if line.count("|") == 4}
    assert {name for name in names if not name.endswith(".json")} == {each.name for each in KNOWN}
