"""Jinja2 templates in their sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from prompt_workbench_runtime.render import Language, RenderError, render, variable_uses
from prompt_workbench_runtime.render.jinja.filters import TEMPLATE_FILTERS

HELP = Path(__file__).parents[2] / "resources" / "help" / "templates.md"


def jinja(template: str, /, **inputs: object) -> str:
    return render(template, inputs, language=Language.JINJA)


def uses(template: str) -> list[tuple[str, str, int, int]]:
    found = variable_uses(template, language=Language.JINJA)
    return [(use.path, use.need, use.line, use.column) for use in found if not use.local]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Hi {{ name }}!\n", "Hi Ann!\n"),
        ("{{ user.city }} {{ user['city'] }}", "Oslo Oslo"),
        ("{% for x in xs %}{{ loop.index }}{{ x }}{{ ',' if not loop.last }}{% endfor %}", "1a,2b"),
        ("{% for x in xs if x != 'a' %}{{ x }}/{{ loop.length }}{% endfor %}", "b/1"),
        ("{{ xs|join(', ') }} {{ ', '.join(xs) }}", "a, b a, b"),
        ("{{ 'a-b'|replace('-', '+') }} {{ 'a-b'.replace('-', '+') }}", "a+b a+b"),
        (
            "{{ name ~ (1 + 2) }} {{ 7 % 3 }} {{ 2 * 3 }} {{ xs + ['c'] }}",
            "Ann3 1 6 ['a', 'b', 'c']",
        ),
        ("{% set x %}{{ name }}!{% endset %}{{ x|length }}", "4"),
        ("{% macro b(t, n=2) %}{{ t }}{{ n }}{% endmacro %}{{ b('x') }}{{ b('y', 3) }}", "x2y3"),
        ("{% filter upper|trim %} {{ name }} {% endfilter %}", "ANN"),
        ("{{ gone|default('none') }} {{ 'b' if gone is defined else 'c' }}", "none c"),
        ("{{ user|tojson }} {{ 'a<é'|tojson }}", '{"city":"Oslo","size":3} "a<é"'),
        ("{{ user|tojson(indent=1) }}", '{\n "city": "Oslo",\n "size": 3\n}'),
        ("{{ 'a\nb'|indent(2) }} {{ 'a\nb'|indent(2, true) }}", "a\n  b   a\n  b"),
        (
            "{{ 2.567|round(1) }} {{ [1, 2]|sum }} {{ [1, 2, 3]|batch(2)|list }}",
            "2.6 3 [[1, 2], [3]]",
        ),
        ("{{ [{'n': 1}, {'n': 2}]|map(attribute='n')|join('-') }}", "1-2"),
        ("{% for k, v in user.items() %}{{ k }}={{ v }};{% endfor %}", "city=Oslo;size=3;"),
        ("{% raw %}{{ literal }}{% endraw %}", "{{ literal }}"),
        ("{% for i in range(3) %}{{ i }}{% endfor %}", "012"),
    ],
)
def test_what_prompt_authors_use_works(template: str, text: str) -> None:
    assert jinja(template, name="Ann", xs=["a", "b"], user={"city": "Oslo", "size": 3}) == text


@pytest.mark.parametrize(
    ("template", "line", "column"),
    [
        ("Hi\n  {{ name }}", 2, 6),
        ("{{ user.name }}", 1, 4),
        ("{% for x in xs %}\n{{ x }}{% endfor %}", 1, 13),
        ("a\r\n\r\n{{ name }}", 3, 4),
    ],
)
def test_a_missing_value_is_an_error_with_its_place(template: str, line: int, column: int) -> None:
    with pytest.raises(RenderError, match="There is no value for") as caught:
        jinja(template, user={})
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("template", "line", "column"),
    [
        ("a\n{% if %}", 2, 7),
        ("{{ name", 1, 4),
        ("{% include 'secret' %}", 1, 4),
        ("{% extends 'base' %}", 1, 4),
        ("x\n{{ 2 ** 3 }}", 2, 4),
        ("{{ " + "1" * 5000 + " }}", 1, 1),
        ("{{ 'a' * 3 }}", 1, 4),
        ("{{ namespace(a=1) }}", 1, 4),
        (
            "{% for a in x %}{% for b in x %}\n{% for c in x %}"
            "{% endfor %}{% endfor %}{% endfor %}",
            2,
            4,
        ),
    ],
)
def test_what_cannot_be_parsed_or_is_not_available_has_its_place(
    template: str, line: int, column: int
) -> None:
    with pytest.raises(RenderError) as caught:
        variable_uses(template, language=Language.JINJA)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_a_failing_line_is_named() -> None:
    with pytest.raises(RenderError, match="division by zero") as caught:
        jinja("a\nb\n{{ 1 / 0 }}")
    assert caught.value.line == 3


def test_only_plain_values_are_let_in() -> None:
    class Loud(str):
        __slots__ = ()

        def upper(self) -> str:
            raise AssertionError

    assert jinja("{{ x.upper() }}", x=Loud("a")) == "A"
    with pytest.raises(RenderError, match="“x” holds a value of type object"):
        jinja("{{ x }}", x=[object()])


def test_a_document_of_a_few_megabytes_passes() -> None:
    document = "word " * 500_000
    assert len(jinja("{{ document|trim|indent(2) }}", document=document)) == len(document) - 1


def test_uses_follow_scopes() -> None:
    template = (
        "{{ role }}\r\n"
        "{% for e in examples if e.ok %}{{ e.q }}{{ tone.name }}{% endfor %}{{ e }}\n"
        "{% if y %}{{ z }}{% endif %}{%- set k = 1 -%}  {{ k }}"
        "{% macro m(a) %}{{ a }}{% endmacro %}"
    )
    assert uses(template) == [
        ("role", "always", 1, 4),
        ("examples", "always", 2, 13),
        ("tone.name", "sometimes", 2, 44),
        ("e", "always", 2, 71),
        ("y", "always", 3, 7),
        ("z", "sometimes", 3, 14),
    ]


def test_offsets_count_in_the_text_as_it_was_given() -> None:
    template = "a\r\nb\r\n{{ name }}"
    (use,) = variable_uses(template, language=Language.JINJA)
    assert template[use.start : use.end] == "name"


def test_an_input_that_the_template_asks_about_is_never_needed() -> None:
    assert uses("{{ a|default('x') }}{% if b is defined %}{{ b }}{% endif %}") == [
        ("a", "never", 1, 4),
        ("b", "never", 1, 27),
        ("b", "never", 1, 45),
    ]


def test_the_help_page_lists_the_filters() -> None:
    page = HELP.read_text(encoding="utf-8")
    listed = page.partition("Filters: `")[2].partition("`")[0].split()
    assert listed == sorted(TEMPLATE_FILTERS)
