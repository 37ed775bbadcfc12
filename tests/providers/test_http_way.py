"""The way to a server, as a person chose it."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from prompt_workbench.domain.errors import InvalidInputError, ProviderError
from prompt_workbench.providers.http_way import STRAIGHT, check_way, trusted, way_of
from prompt_workbench.settings.connection import DIRECT, Connection

NAMED = Connection(proxy="http://ada%40acme@proxy.example:3128")


def test_without_a_choice_the_way_is_straight() -> None:
    assert way_of(DIRECT, {}) == STRAIGHT


def test_a_proxy_is_told_the_name_and_its_own_password_only() -> None:
    passwords = {NAMED.password_place: "öffne dich", "https://api.openai.com": "sk-key"}
    way = way_of(NAMED, passwords)
    assert way.proxy is not None
    assert (way.proxy.host, way.proxy.port) == ("proxy.example", 3128)
    told = base64.b64decode(way.authorization.removeprefix("Basic ")).decode()
    assert told == "ada@acme:öffne dich"
    assert "Basic" not in repr(way)


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("http://10.0.0.5/v1", "http://127.0.0.1:3128"),
        ("http://localhost:11434/v1", "http://proxy.example:3128"),
    ],
)
def test_a_key_never_travels_through_a_proxy_unencrypted(url: str, proxy: str) -> None:
    connection = Connection(proxy=proxy)
    with pytest.raises(InvalidInputError, match="would reach the proxy unencrypted"):
        check_way(url, connection, has_key=True)
    check_way(url, connection, has_key=False)


def test_a_key_may_go_through_a_tunnel_or_stay_on_this_computer() -> None:
    check_way("https://api.example/v1", Connection(proxy="http://proxy.example"), has_key=True)
    check_way("http://localhost/v1", Connection(proxy="http://127.0.0.1:3128"), has_key=True)
    check_way("http://localhost/v1", DIRECT, has_key=True)


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_file_that_holds_no_certificates_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ProviderError, match=r"cannot be used: .*ca\.pem"):
        trusted(str(file))
