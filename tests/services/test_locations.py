"""Where a project is, as a person may write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from prompt_workbench.domain.errors import NotFoundError
from prompt_workbench.services.locations import (
    existing_location,
    is_database,
    new_location,
    public_location,
)

URL = "postgresql://ada:secret@db.example.org:5433/prompts?sslmode=require"


def test_the_suffix_may_be_left_out(tmp_path: Path) -> None:
    assert new_location(tmp_path / "a") == new_location(tmp_path / "a.pwb") == tmp_path / "a.pwb"
    (tmp_path / "a.b.pwb").touch()
    assert existing_location(tmp_path / "a.b") == tmp_path / "a.b.pwb"
    with pytest.raises(NotFoundError):
        existing_location(tmp_path / "none")
    with pytest.raises(NotFoundError):
        existing_location(tmp_path)


def test_an_address_is_kept_as_it_is() -> None:
    assert is_database(URL)
    assert new_location(URL) == existing_location(URL) == URL


def test_a_password_is_neither_shown_nor_remembered() -> None:
    assert public_location(URL) == "postgresql://ada@db.example.org:5433/prompts?sslmode=require"
    assert public_location("/home/ada/a:b@c.pwb") == "/home/ada/a:b@c.pwb"
