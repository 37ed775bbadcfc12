"""Text from outside, made fit to store and to show."""

from __future__ import annotations

import pytest

from prompt_workbench.providers.text import plain, repaired, repaired_json


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("plain", "plain"),
        ("größe 🐔", "größe 🐔"),
        ("a\0b", "a\ufffdb"),
        ("a\ud800b", "a\ufffdb"),
        ("ä\0\udfff", "ä\ufffd\ufffd"),
        ("", ""),
    ],
)
def test_what_no_database_holds_is_replaced(text: str, sound: str) -> None:
    assert repaired(text) == sound


def test_every_text_of_a_value_is_repaired() -> None:
    value = {"a\0": ["b\ud800", 1, None, {"c": True}], "d": 0.5}
    assert repaired_json(value) == {"a\ufffd": ["b\ufffd", 1, None, {"c": True}], "d": 0.5}


def test_a_value_has_an_end() -> None:
    value: list[object] = []
    for _ in range(5000):
        value = [value]
    assert str(repaired_json(value)).count("[") < 200


def test_a_line_has_no_control_and_no_direction() -> None:
    assert plain(" a\x1b[31m\u202eb\r\n\tc\u200bd\0 ") == "a [31m b c d"
