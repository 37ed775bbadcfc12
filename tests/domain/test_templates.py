"""What is found in templates before they run."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.templates import Finding, FindingKind, Severity, check, input_names
from prompt_workbench_runtime.render import Language

MUSTACHE = Language.MUSTACHE


def summary(findings: tuple[Finding, ...]) -> list[tuple[str, str, str, int, int, int]]:
    return [
        (f.severity.value, f.kind.value, f.name, f.template_index, f.line, f.column)
        for f in findings
    ]


@pytest.mark.parametrize(
    ("language", "template"),
    [
        (Language.MUSTACHE, "Review:\n  {{reveiw}}"),
        (Language.JINJA, "Review:\n{{ reveiw }}"),
        (Language.FSTRING, "Review:\n  {reveiw}"),
    ],
)
def test_a_misspelt_input_is_undefined_and_the_right_name_offered(
    language: Language, template: str
) -> None:
    findings = check(["Be brief.", template], language=language, declared=["review"])
    column = 4 if language is Language.JINJA else 3
    assert summary(findings) == [
        ("error", "undefined", "reveiw", 1, 2, column),
        ("warning", "unused", "review", 0, 1, 1),
    ]
    assert "Did you mean “review”?" in findings[0].message


def test_without_a_schema_nothing_is_undefined() -> None:
    assert check(["{{anything}}"], language=MUSTACHE, declared=[]) == ()


def test_an_input_without_a_value_is_missing() -> None:
    findings = check(["{{a}} {{b}}"], language=MUSTACHE, declared=["a", "b"], provided=["b"])
    assert summary(findings) == [("error", "missing", "a", 0, 1, 1)]
    assert (findings[0].start, findings[0].end) == (0, 5)


def test_values_are_not_asked_for_unless_they_are_given() -> None:
    assert check(["{{a}}"], language=MUSTACHE, declared=["a"]) == ()


def test_a_section_without_a_value_is_only_a_warning() -> None:
    template = "{{#examples}}{{q}}{{/examples}}{{^tone}}any{{/tone}}"
    (finding,) = check([template], language=MUSTACHE, declared=[], provided=[])
    assert (finding.severity, finding.name) == (Severity.WARNING, "examples")
    assert "left out" in finding.message


def test_a_value_in_a_branch_is_only_a_warning() -> None:
    template = "{% if a %}{{ b }}{% endif %}{{ c|default('') }}"
    (finding,) = check([template], language=Language.JINJA, declared=[], provided=["a"])
    assert (finding.severity, finding.name) == (Severity.WARNING, "b")


def test_a_name_used_only_inside_a_section_is_used() -> None:
    template = "{{#show}}{{tone}}{{/show}}"
    assert check([template], language=MUSTACHE, declared=["show", "tone"]) == ()


def test_a_syntax_error_has_its_place_and_hides_what_cannot_be_known() -> None:
    (finding,) = check(["{{a}}", "x\n {{#b}}"], language=MUSTACHE, declared=["a", "b", "c"])
    assert (finding.kind, finding.template_index) == (FindingKind.SYNTAX, 1)
    assert (finding.line, finding.column, finding.start) == (2, 2, 3)


def test_inputs_come_in_the_order_of_their_first_use() -> None:
    templates = ["{{b}} {{a.x}}", "{{#items}}{{title}}{{/items}} {{b}}{{broken", "{{b}}{{c}}"]
    assert input_names(templates, language=MUSTACHE) == ("b", "a", "c")
    assert input_names([templates[1][:-8]], language=MUSTACHE) == ("items", "b")
