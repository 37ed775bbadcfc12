"""What holds for every template language."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_workbench_runtime.render import Language, RenderError, render, variable_uses

PIECES = (
    *("{{", "}}", "{", "}", "{{{", "}}}", "{%", "%}", "{#", "#}", "{{#a}}", "{{/a}}", "{{^a}}"),
    *("{{=<% %>=}}", "<%", "%>", "{{>s}}", "{{!", "{% for x in a %}", "{% endfor %}", "{% if a %}"),
    *("{% endif %}", "{% set a = 1 %}", "{% raw %}", "|upper", "a", "b.c", ".", "x", " ", "\n"),
    *("\r\n", ":", ">9", "!", "'", '"', "[0]", "(", ")", "*", "+", "~", "1", "é", "\ud800", "\x00"),
)
texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def refusal(template: str, language: Language) -> RenderError | None:
    try:
        render(template, {"a": ["x"], "b": {"c": 1}, "x": "y"}, language=language)
    except RenderError as error:
        return error
    return None


@pytest.mark.parametrize("language", list(Language))
@given(template=texts)
def test_any_text_renders_or_is_refused_with_a_place(language: Language, template: str) -> None:
    if error := refusal(template, language):
        assert 1 <= error.line <= len(template.splitlines()) + 1
        assert error.column >= 1
        assert error.message.endswith((".", "?"))


@pytest.mark.parametrize("language", list(Language))
@given(template=texts)
def test_the_place_of_a_use_is_where_its_name_stands(language: Language, template: str) -> None:
    with suppress(RenderError):
        for use in variable_uses(template, language=language):
            before = template[: use.start]
            assert use.line == before.count("\n") + 1
            assert use.column == use.start - before.rfind("\n")
            assert use.name in template[use.start : use.end]


def test_jinja2_is_imported_only_where_it_is_used() -> None:
    program = "import prompt_workbench_runtime.render, sys; print('jinja2' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert result.stdout.strip() == b"False"
