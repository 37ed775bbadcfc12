"""The f-string style."""

from __future__ import annotations

import pytest

from prompt_workbench_runtime.render import Language, RenderError, render, variable_uses


def fstring(template: str, /, **inputs: object) -> str:
    return render(template, inputs, language=Language.FSTRING)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Hi {name}!", "Hi Ann!"),
        ("{name}{name}", "AnnAnn"),
        ('{{"label": "{name}"}}', '{"label": "Ann"}'),
        ("{price:.2f}|{price:8.1f}|{count:03d}|{count:,}", "3.14|     3.1|007|7"),
        ("[{name:>5}] [{name:^5}] [{name:.2}]", "[  Ann] [ Ann ] [An]"),
        ("{yes} {tags} {nothing}", 'true ["a"] null'),
        ("{größe}", "L"),
        ("", ""),
    ],
)
def test_placeholders_are_filled(template: str, text: str) -> None:
    inputs = {"price": 3.14159, "count": 7, "yes": True, "tags": ["a"], "nothing": None}
    assert fstring(template, name="Ann", größe="L", **inputs) == text


@pytest.mark.parametrize(
    ("template", "column"),
    [
        ("a {gone}", 3),
        ("{name.__class__}", 1),
        ("{tags[0]}", 1),
        ("{name!r}", 1),
        ("{}", 1),
        ("{0}", 1),
        ("{name", 1),
        ("name}", 5),
        ("{name:{width}}", 1),
        ("{name:>1001}", 1),
        ("{name:>1000000000000}", 1),
        ("{count:.5000f}", 1),
        ("{name:d}", 1),
        ("{name:wide}", 1),
        ("{ name }", 1),
    ],
)
def test_everything_else_is_refused_with_its_place(template: str, column: int) -> None:
    with pytest.raises(RenderError) as caught:
        fstring(template, name="Ann", count=7, tags=["a"], width=9)
    assert (caught.value.line, caught.value.column) == (1, column)


def test_output_ends_at_its_limit() -> None:
    with pytest.raises(RenderError, match="5,000,000 characters"):
        fstring("{x}" * 6, x="x" * 1_000_000)


def test_uses_are_the_placeholders() -> None:
    uses = variable_uses("{{a}}\n {b:>3}{b}", language=Language.FSTRING)
    assert [(use.name, use.line, use.column, use.start, use.end) for use in uses] == [
        ("b", 2, 2, 7, 13),
        ("b", 2, 8, 13, 16),
    ]
