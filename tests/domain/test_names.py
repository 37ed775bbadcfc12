"""Which names a person may give, and what a reference means."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.names import (
    Reference,
    checked_folder,
    checked_name,
    checked_pointer,
    checked_tags,
    reference,
)


def test_a_reference_is_a_name_and_a_state() -> None:
    assert reference("reply@3") == Reference(name="reply", ref="3")
    assert reference(" reply to mail @ production ") == Reference(
        name="reply to mail", ref="production"
    )
    assert reference("reply") == Reference(name="reply")


@pytest.mark.parametrize("name", ["", "  ", "a@b", "a\nb", "a\x00", "a\udcff", "x" * 201])
def test_names_that_would_be_ambiguous_are_refused(name: str) -> None:
    with pytest.raises(InvalidInputError):
        checked_name(name, what="prompt")


def test_names_in_any_script_are_fine() -> None:
    assert checked_name(" 返信 – réponse ", what="prompt") == "返信 – réponse"


@pytest.mark.parametrize("name", ["3", "draft", "latest", "", "a b", "a@b", "-x"])
def test_a_label_cannot_be_mistaken_for_something_else(name: str) -> None:
    with pytest.raises(InvalidInputError):
        checked_pointer(name, what="label")


def test_folders_and_tags_are_tidied() -> None:
    assert checked_folder("/mail//replies/ ") == "mail/replies"
    assert checked_tags(("b", "a ", "b")) == ("a", "b")
