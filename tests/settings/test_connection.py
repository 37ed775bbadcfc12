"""How calls reach a server: what can be chosen and what cannot."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.errors import InvalidInputError, NotFoundError
from prompt_workbench.domain.pace import UNLIMITED, Pace
from prompt_workbench.settings.connection import CONNECTION, DIRECT, Connection, connection_of


def test_every_choice_is_declared_and_the_defaults_choose_nothing() -> None:
    assert DIRECT.values() == {key: each.default for key, each in CONNECTION.items()}
    assert DIRECT.pace == UNLIMITED


def test_a_choice_leaves_the_others_as_they_stand() -> None:
    chosen = connection_of({"at_once": 3, "proxy": "http://proxy.example:3128"})
    assert chosen.pace == Pace(at_once=3)
    assert chosen.values() == {**DIRECT.values(), "at_once": 3, "proxy": chosen.proxy}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("at_once", -1),
        ("at_once", "many"),
        ("requests_per_minute", 1.5),
        ("tokens_per_minute", True),
        ("proxy", "proxy.example:3128"),
        ("proxy", "https://proxy.example"),
        ("proxy", "http://proxy.example/path"),
        ("proxy", "http://proxy.example:0"),
        ("proxy", "http://[half"),
        ("ca_file", "certificates.pem"),
    ],
)
def test_what_cannot_be_is_refused(key: str, value: object) -> None:
    with pytest.raises(InvalidInputError):
        connection_of({key: value})


def test_a_password_is_no_part_of_an_address() -> None:
    with pytest.raises(InvalidInputError, match="must not contain its password") as caught:
        Connection(proxy="http://ada:canary@proxy.example:3128")
    assert "canary" not in f"{caught.value.message} {caught.value.hint}"


def test_an_unknown_choice_names_those_there_are() -> None:
    with pytest.raises(NotFoundError, match="no setting speed"):
        connection_of({"speed": 3})


def test_a_password_belongs_to_one_user_of_one_proxy() -> None:
    places = {
        Connection(proxy=proxy).password_place
        for proxy in (
            "http://ada@proxy.example",
            "http://bob@proxy.example",
            "http://ada@proxy.example:3128",
            "http://ada@other.example",
        )
    }
    assert len(places) == 4
    assert Connection(proxy="http://ada@proxy.example:80/").password_place in places
