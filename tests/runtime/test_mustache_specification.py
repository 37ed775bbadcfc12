"""The official cases of the Mustache specification, and the ones we differ from on purpose."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prompt_workbench_runtime.render import Language, RenderError, render

FILE = Path(__file__).parents[1] / "fixtures" / "mustache" / "specification.json"
CASES = json.loads(FILE.read_text("utf-8"))["cases"]

DEVIATIONS = {
    "interpolation: HTML Escaping": "no HTML escaping",
    "interpolation: Basic Context Miss Interpolation": "a missing value is an error",
    "interpolation: Triple Mustache Context Miss Interpolation": "a missing value is an error",
    "interpolation: Ampersand Context Miss Interpolation": "a missing value is an error",
    "interpolation: Dotted Names - Broken Chains": "a missing value is an error",
    "interpolation: Dotted Names - Broken Chain Resolution": "a missing value is an error",
    "partials: Failed Lookup": "a missing snippet is an error",
    "partials: Recursion": "a snippet never contains itself",
}


def rendered(case: dict[str, Any]) -> str | None:
    try:
        return render(
            case["template"],
            case["inputs"],
            language=Language.MUSTACHE,
            partials=case.get("partials", {}),
        )
    except RenderError:
        return None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_specification_holds_but_for_the_named_deviations(case: dict[str, Any]) -> None:
    assert (rendered(case) != case["expected"]) == (case["name"] in DEVIATIONS)
