"""A case in words: what goes in, and what is expected to come out."""

from __future__ import annotations

import json
from collections.abc import Mapping

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.datasets import Case

_LONGEST = 400


def value_text(value: Json) -> str:
    """Return a text as it is, any other value as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def case_lines(case: Case) -> tuple[str, str]:
    """Return the inputs on one line, cut off when long, and the expected output."""
    inputs = {name: value_text(value)[:_LONGEST] for name, value in case.inputs.items()}
    text = _named(inputs) if len(inputs) > 1 else "".join(inputs.values())
    expected = "" if case.expected_output is None else value_text(case.expected_output)
    return " ".join(text.split())[:_LONGEST], " ".join(expected.split())[:_LONGEST]


def whole_case(case: Case) -> str:
    """Return everything of a case, each value under its name."""
    parts = dict(case.inputs)
    sections = [f"{name}\n{value_text(value)}" for name, value in parts.items()]
    if case.expected_output is not None:
        sections.append(f"expected output\n{value_text(case.expected_output)}")
    sections.extend(f"{name}\n{value_text(value)}" for name, value in case.metadata.items())
    return "\n\n".join(sections)


def _named(inputs: Mapping[str, str]) -> str:
    return " · ".join(f"{name}: {value}" for name, value in inputs.items())
