"""Where a project is, as a person may write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from prompt_workbench.domain.errors import HostError, InvalidInputError, NotFoundError
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


@pytest.mark.parametrize("text", ["", ".", "..", "/", "a/", "a/.."])
def test_a_folder_is_no_name_for_a_project(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        new_location(text)
    assert "prompts.pwb" in str(refused.value.hint)


def test_a_path_that_cannot_be_looked_at_is_told(tmp_path: Path) -> None:
    with pytest.raises(HostError) as told:
        existing_location(tmp_path / ("a" * 5000))
    assert "too long" in told.value.message
    with pytest.raises(NotFoundError):
        existing_location("~nobody-of-that-name/a.pwb")
    with pytest.raises(NotFoundError):
        new_location("~nobody-of-that-name/a")
    with pytest.raises(NotFoundError):
        existing_location(Path("/"))


def test_an_address_is_kept_as_it_is() -> None:
    assert is_database(URL)
    assert new_location(URL) == existing_location(URL) == URL


def test_a_password_is_neither_shown_nor_remembered() -> None:
    assert public_location(URL) == "postgresql://ada@db.example.org:5433/prompts?sslmode=require"
    assert public_location("/home/ada/a:b@c.pwb") == "/home/ada/a:b@c.pwb"
