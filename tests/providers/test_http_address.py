"""Where URLs lead, as other HTTP clients understand them, and which lead nowhere."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.providers.http_address import address_of


@pytest.mark.parametrize(
    ("url", "encrypted", "host", "port", "authority"),
    [
        ("https://api.example.com/v1", True, "api.example.com", 443, "api.example.com"),
        ("https://api.example.com:443/v1", True, "api.example.com", 443, "api.example.com"),
        ("http://API.example.com:8080", False, "api.example.com", 8080, "api.example.com:8080"),
        ("http://example.com./", False, "example.com", 80, "example.com"),
        ("http://127.0.0.1:443/", False, "127.0.0.1", 443, "127.0.0.1:443"),
        ("http://[::1]:11434/v1", False, "::1", 11434, "[::1]:11434"),
        ("https://[2001:DB8::0:1]/", True, "2001:db8::1", 443, "[2001:db8::1]"),
        ("http://[fe80::1%25eth0]:1/", False, "fe80::1%eth0", 1, "[fe80::1]:1"),
        ("http://my_model-host/", False, "my_model-host", 80, "my_model-host"),
        ("https://bücher.example/", True, "xn--bcher-kva.example", 443, "xn--bcher-kva.example"),
    ],
)
def test_whom_to_connect_to(
    url: str, encrypted: bool, host: str, port: int, authority: str
) -> None:
    found = address_of(url)
    assert found.server == (encrypted, host, port)
    assert found.authority == authority


@pytest.mark.parametrize(
    ("rest", "target"),
    [
        ("", "/"),
        ("/", "/"),
        ("/v1/chat/completions", "/v1/chat/completions"),
        ("?key=1", "/?key=1"),
        ("/a b", "/a%20b"),
        ("/ä/€?ü=ß", "/%C3%A4/%E2%82%AC?%C3%BC=%C3%9F"),
        ("/a%2Fb%zz%", "/a%2Fb%25zz%25"),
        (
            "/models/gemini-2.5:generateContent?alt=sse",
            "/models/gemini-2.5:generateContent?alt=sse",
        ),
        ("/a;b=c,d'()*!$@:~?a=b/c?d&e+f", "/a;b=c,d'()*!$@:~?a=b/c?d&e+f"),
        ('/{x}|\\^`"<>', "/%7Bx%7D%7C%5C%5E%60%22%3C%3E"),
        ("/a#part", "/a"),
        ("/a\r\nX-Key: b", "/aX-Key:%20b"),
        ("/a\x00\x7fb", "/a%00%7Fb"),
    ],
)
def test_what_is_asked_for(rest: str, target: str) -> None:
    assert address_of(f"https://example.com{rest}").target == target


def test_names_and_passwords_are_left_out() -> None:
    assert address_of("https://me:secret@example.com/v1") == address_of("https://example.com/v1")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com/v1",
        "ftp://example.com",
        "file:///etc/passwd",
        "https://",
        "https://:8080/",
        "https://me:secret@/v1",
        "http://example.com:99999/",
        "http://example.com:port/",
        "http://exa mple.com/",
        "http://example..com/",
        "http://[::1/",
        "http://[secret]/",
        "http://exa%6dple.com/",
        f"http://{'a' * 64}.com/",
        f"http://{'a.' * 130}com/",
    ],
)
def test_what_leads_nowhere_is_said_to_without_being_shown(url: str) -> None:
    with pytest.raises(ProviderError) as caught:
        address_of(url)
    assert caught.value.kind is ProviderErrorKind.BAD_REQUEST
    assert not caught.value.sent
    assert caught.value.message == "The address of the endpoint is not usable."
