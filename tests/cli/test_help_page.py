"""The help page on the command line names what there is."""

from __future__ import annotations

from dataclasses import fields

import pytest
import typer
from tests.cli.conftest import Terminal
from tests.cli.test_compare import COMPARE

from prompt_workbench.cli.main import app
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.services.evaluators import EvaluatorType, evaluator_types
from prompt_workbench.system.paths import resources_dir

PAGE = (resources_dir() / "help" / "command-line.md").read_text(encoding="utf-8")


def commands(group: typer.Typer, prefix: str = "") -> list[str]:
    own = [f"{prefix}{command.name or command.callback.__name__}"
           for command in group.registered_commands if command.callback is not None]  # fmt: skip
    inner = [
        name
        for sub in group.registered_groups
        if sub.typer_instance is not None
        for name in commands(sub.typer_instance, f"{prefix}{sub.name} ")
    ]
    return own + inner


@pytest.mark.parametrize("command", commands(app))
def test_every_command_is_on_the_page(command: str) -> None:
    noun, _, verb = command.partition(" ")
    assert f"`pwb {noun}" in PAGE
    assert any(noun in line and verb in line for line in PAGE.splitlines())


@pytest.mark.parametrize("kind", evaluator_types(), ids=lambda kind: kind.type)
def test_every_evaluator_is_on_the_page(kind: EvaluatorType) -> None:
    (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{kind.type}` |")]
    assert all(f"`{option.name}`" in line for option in kind.options)


@pytest.mark.parametrize("name", [field.name for field in fields(ModelSettings)])
def test_every_model_setting_is_on_the_page(name: str) -> None:
    assert [line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |")]


def test_every_field_of_a_result_is_on_the_page(project: Terminal, provider: FakeProvider) -> None:
    result = project.done(*COMPARE, "--json").json
    fields = {*result, *result["run"], *result["variants"][0]}
    assert {field for field in fields if f'"{field}"' not in PAGE} == set()


@pytest.mark.parametrize(
    ("noun", "command"),
    [
        ("init", "init other"),
        ("prompts list", "prompts list"),
        ("prompts log", "prompts log reply"),
        ("prompts log", "prompts show reply"),
        ("prompts branch", "prompts branch reply"),
        ("prompts label", "prompts label reply@1 ready"),
        ("datasets list", "datasets show mails"),
        ("models list", "models list"),
        ("models list", "models add-endpoint more http://127.0.0.1:9/v1"),
        ("providers list", "providers list"),
        ("runs export", "datasets export mails out.csv"),
    ],
)
def test_what_other_commands_print_is_in_their_row(
    project: Terminal, noun: str, command: str
) -> None:
    found = project.done(*command.split(), "--json").json
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{noun}`")][-1:]
    first = found[0] if isinstance(found, list) else found
    inner = [each[0] for each in first.values() if isinstance(each, list) and each]
    names = {*first, *(name for each in inner if isinstance(each, dict) for name in each)}
    assert {name for name in names if f"`{name}`" not in row} == set()
