"""The sample project's content is what its README says it is."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from prompt_workbench.domain.prompts import PromptContent, content_from_json
from prompt_workbench.interop.cases import read_cases
from prompt_workbench.providers.local.weights import DEFAULT
from prompt_workbench.system.paths import resources_dir
from prompt_workbench_runtime.render import render

_FOLDER = resources_dir() / "samples" / "sentiment"


@pytest.fixture(scope="module")
def versions() -> list[PromptContent]:
    prompt = json.loads((_FOLDER / "prompt.json").read_text())
    return [content_from_json(version["content"]) for version in prompt["versions"]]


def test_the_reviews_are_balanced_and_labelled_by_the_sign_of_their_rating() -> None:
    cases = read_cases(_FOLDER / "reviews.csv")
    labels = {True: "positive", False: "negative"}
    for case in cases:
        rating = case.metadata["mean_human_rating"]
        assert isinstance(rating, float)
        assert abs(rating) >= 2
        assert case.expected_output == labels[rating > 0]
        assert 40 <= len(str(case.inputs["review"])) <= 160
    assert Counter(case.expected_output for case in cases) == {"positive": 16, "negative": 16}
    assert len({case.id for case in cases}) == 32


def test_both_versions_use_the_review_and_differ_in_their_text_only(
    versions: list[PromptContent],
) -> None:
    first, second = versions
    assert first.settings == second.settings
    assert first.hash != second.hash
    for version in versions:
        [template] = version.templates
        assert "It broke." in render(template, {"review": "It broke."}, language=version.language)


def test_the_comparison_names_what_is_there() -> None:
    prompt = json.loads((_FOLDER / "prompt.json").read_text())
    comparison = json.loads((_FOLDER / "comparison.json").read_text())
    assert comparison["prompts"] == [f"{prompt['name']}@{number}" for number in (1, 2)]
    assert comparison["models"] == [DEFAULT.full_name]
    assert comparison["evaluators"][0]["type"] == "label"


def test_the_licence_of_the_reviews_is_with_them() -> None:
    assert "MIT License" in Path(_FOLDER / "LICENSE-vaderSentiment.txt").read_text()
