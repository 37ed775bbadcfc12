"""The mustache language, by the vectors that every renderer must pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prompt_workbench_runtime.render import Language, RenderError, render, variable_uses

VECTORS = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "mustache" / "vectors.json").read_text("utf-8")
)
DEVIATIONS = {
    "no HTML escaping",
    "no HTML escaping of the current item",
    "a missing value is an error",
    "a missing value in three braces is an error",
    "a missing part is an error",
    "null is written",
    "lists and objects are written as JSON",
    "a missing snippet is an error",
    "a snippet never contains itself",
}
"""All the ways in which the language differs from the Mustache specification."""


def mustache(template: str, partials: dict[str, str] | None = None, /, **inputs: object) -> str:
    return render(template, inputs, language=Language.MUSTACHE, partials=partials or {})


def outcome(case: dict[str, Any]) -> object:
    try:
        return render(
            case["template"],
            case["inputs"],
            language=Language.MUSTACHE,
            partials=case.get("partials", {}),
        )
    except RenderError as error:
        return {"line": error.line, "column": error.column}


@pytest.mark.parametrize(
    "case", VECTORS["language"] + VECTORS["deviations"], ids=lambda case: case["name"]
)
def test_a_template_renders_as_its_vector_says(case: dict[str, Any]) -> None:
    assert outcome(case) == case.get("expected", case.get("error"))


def test_the_deviations_from_the_specification_are_these() -> None:
    assert {case["name"] for case in VECTORS["deviations"]} == DEVIATIONS
    assert all(outcome(case) != case["specification"] for case in VECTORS["deviations"])


def test_a_missing_value_says_its_name_and_what_to_do() -> None:
    with pytest.raises(RenderError, match=r"There is no value for “user\.name”") as caught:
        mustache("{{user.name}}", user={})
    assert caught.value.hint


def test_an_error_in_a_snippet_says_which_and_where() -> None:
    with pytest.raises(RenderError, match=r"In the snippet “s”, line 2, column 3: There is no"):
        mustache("{{>s}}", {"s": "\n  {{gone}}"})


def test_a_value_that_json_cannot_hold_is_refused() -> None:
    with pytest.raises(RenderError, match="“x”: A value of type object"):
        mustache("{{x}}", x=object())
    with pytest.raises(RenderError, match="not finite"):
        mustache("{{x}}", x=float("nan"))


def test_endless_loops_end_at_the_step_limit() -> None:
    many = list(range(1000))
    with pytest.raises(RenderError, match="100,000 steps"):
        mustache("{{#a}}{{#a}}{{#a}}x{{/a}}{{/a}}{{/a}}", a=many)


def test_output_ends_at_its_limit() -> None:
    long = "x" * 1_000_000
    with pytest.raises(RenderError, match="5,000,000 characters") as caught:
        mustache("{{#a}}\n{{b}}{{/a}}", a=[1] * 10, b=long)
    assert (caught.value.line, caught.value.column) == (2, 1)


def test_snippets_that_double_end_at_a_limit() -> None:
    doubling = {f"p{n}": f"{{{{>p{n + 1}}}}}{{{{>p{n + 1}}}}}" for n in range(25)} | {"p25": "x"}
    with pytest.raises(RenderError):
        mustache("{{>p0}}", doubling)


def test_lists_that_share_their_items_do_not_fill_the_memory() -> None:
    nested: list[object] = ["x" * 100]
    for _ in range(60):
        nested = [nested, nested]
    with pytest.raises(RenderError, match="longer than 5,000,000"):
        mustache("{{x}}", x=nested)


def test_text_on_one_long_line_is_parsed_in_linear_time() -> None:
    template = "{{x}} {{! note }} " * 20_000
    assert mustache(template, x="a") == "a  " * 20_000


def test_uses_say_where_and_how_a_name_is_used() -> None:
    uses = variable_uses("Hi {{name}}\n {{#items}}{{title}}{{/items}}", language=Language.MUSTACHE)
    assert [(use.name, use.kind, use.line, use.column, use.local) for use in uses] == [
        ("name", "value", 1, 4, False),
        ("items", "section", 2, 2, False),
        ("title", "value", 2, 12, True),
    ]
    assert (uses[0].start, uses[0].end) == (3, 11)


def test_a_section_over_a_text_uses_that_text() -> None:
    template = "{{#context}}{{context}}{{/context}}{{^tone}}{{mood}}{{/tone}}"
    uses = variable_uses(template, language=Language.MUSTACHE)
    assert [(use.name, use.kind, use.local, use.need) for use in uses] == [
        ("context", "section", False, "never"),
        ("context", "value", False, "never"),
        ("tone", "inverted", False, "never"),
        ("mood", "value", False, "sometimes"),
    ]


def test_a_dotted_use_reads_the_input_of_its_first_part() -> None:
    (use,) = variable_uses("{{user.name}}", language=Language.MUSTACHE)
    assert (use.name, use.path, use.need) == ("user", "user.name", "always")
