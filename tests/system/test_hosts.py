"""What counts as this computer, and how hosts are named in the log."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from prompt_workbench.system.hosts import host_label, is_this_computer


@pytest.mark.parametrize(
    "host",
    [
        *(None, "", "localhost", "localhost.", b"localhost", "127.0.0.1", "127.8.9.1"),
        *("::1", "::", str(IPv4Address(0)), "::ffff:127.0.0.1", "::1%lo"),
    ],
)
def test_this_computer_is_known_by_its_names(host: object) -> None:
    assert is_this_computer(host)


@pytest.mark.parametrize(
    "host",
    [
        *("example.org", b"example.org", "localhost.example.org", "128.0.0.1", "10.0.0.1"),
        *("fe80::1%eth0", "::ffff:8.8.8.8", "2130706433", "mybox"),
    ],
)
def test_all_else_is_elsewhere(host: object) -> None:
    assert not is_this_computer(host)


@pytest.mark.parametrize(
    ("host", "port", "label"),
    [
        ("api.example.org", 443, "api.example.org"),
        ("api.example.org", 8443, "api.example.org:8443"),
        ("api.example.org", 45678, "api.example.org:45678"),
        ("api.example.org", None, "api.example.org"),
        ("localhost", 11434, "localhost:11434"),
        ("127.0.0.1", 45678, "127.0.0.1"),
        ("::1", 8000, "[::1]:8000"),
    ],
)
def test_a_port_is_named_where_it_says_something(host: str, port: int | None, label: str) -> None:
    assert host_label(host, port) == label
