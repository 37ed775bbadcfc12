"""What the help says is there: links, commands, names of the interface, evaluators, settings."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
import typer

from prompt_workbench.cli.main import app
from prompt_workbench.domain.comparisons import RunState
from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.providers.local.weights import DEFAULT
from prompt_workbench.services.evaluators import EvaluatorType, evaluator_types
from prompt_workbench.settings.schema import SETTINGS
from prompt_workbench.ui.compare.run_words import STATES
from prompt_workbench.ui.help.pages import SHORTCUTS, HelpPage, Place, shipped_pages
from prompt_workbench.ui.main_window import PAGES as WINDOW_PAGES
from prompt_workbench.ui.shell.actions import (
    EDIT_ACTIONS,
    FILE_ACTIONS,
    HELP_ACTIONS,
    RUN_ACTIONS,
    VIEW_ACTIONS,
)
from prompt_workbench_runtime.render.jinja.filters import TEMPLATE_FILTERS

ROOT = Path(__file__).parents[2]
README = HelpPage(name="README", text=(ROOT / "README.md").read_text(encoding="utf-8"))
PAGES = {page.name: page for page in shipped_pages()}
EACH = [pytest.param(page, id=page.name) for page in PAGES.values()]
WITH_README = [*EACH, pytest.param(README, id="README")]

_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)]+)\)")
_FENCE = re.compile(r"^```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")
_ITALIC = re.compile(r"(?<![*\w])\*([^*\s](?:[^*]*[^*\s])?)\*(?![*\w])")


def words(page: HelpPage) -> str:
    """Return the text of a page without its code."""
    return _CODE.sub("", _FENCE.sub("", page.text))


def section(page: str, title: str) -> str:
    (found,) = (each.text for each in PAGES[page].sections if each.title == title)
    return found


@pytest.mark.parametrize("page", EACH)
def test_every_link_leads_somewhere(page: HelpPage) -> None:
    for link in _LINK.findall(words(page)):
        if link.startswith("https://"):
            continue
        place = Place.parsed(link, within=page.name)
        assert place.page in PAGES or place.page == SHORTCUTS, link
        anchors = [each.anchor for each in PAGES[place.page].sections] if place.anchor else [""]
        assert place.anchor in anchors, link


def test_every_link_of_the_readme_leads_to_a_file() -> None:
    for link in re.findall(r"\]\(([^)]+)\)", README.text):
        assert link.startswith("https://") or (ROOT / link).exists(), link


def commands(page: HelpPage) -> Iterator[str]:
    for block in _FENCE.findall(page.text):
        for line in block.replace("\\\n", " ").splitlines():
            command = line.rpartition("| ")[2].strip()
            if command.startswith("pwb "):
                yield command


@pytest.mark.parametrize("page", WITH_README)
def test_every_command_in_a_block_of_code_is_one(page: HelpPage) -> None:
    for command in commands(page):
        _parse(typer.main.get_command(app), shlex.split(command, comments=True)[1:])


def test_there_are_commands_to_check() -> None:
    assert len([*commands(README), *commands(PAGES["project-files"])]) > 5


def _parse(command: object, arguments: list[str]) -> None:
    """Read the arguments as the command would, without running it."""
    context = command.make_context("pwb", list(arguments))  # type: ignore[attr-defined]
    if hasattr(command, "resolve_command"):
        rest = [*context._protected_args, *context.args]
        _, inner, rest = command.resolve_command(context, rest)
        _parse(inner, rest)


@pytest.fixture(scope="module")
def interface() -> frozenset[str]:
    """Return every text in the source, without the marks that follow it on the screen."""
    found = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value.rstrip("… "))
    return frozenset(found)


@pytest.mark.parametrize("page", EACH)
def test_what_is_set_in_italics_is_a_text_of_the_interface(
    page: HelpPage, interface: frozenset[str]
) -> None:
    italics = {" ".join(each.split()).rstrip("… ") for each in _ITALIC.findall(words(page))}
    assert italics - interface == set()


def test_every_shortcut_that_is_named_does_something() -> None:
    groups = (FILE_ACTIONS, EDIT_ACTIONS, VIEW_ACTIONS, RUN_ACTIONS, HELP_ACTIONS)
    actions = [spec for group in groups for spec in group]
    actions += [spec for page in WINDOW_PAGES for spec in page.actions]
    keys = {key for spec in actions for key in (spec.shortcut or "").split("|")}
    named = {
        code.strip("`") for page in PAGES.values() for code in _CODE.findall(page.text)
        if re.fullmatch(r"`(Ctrl\+.*|F\d+)`", code)
    }  # fmt: skip
    assert len(named) > 10
    assert named - keys == set()


@pytest.mark.parametrize("kind", evaluator_types(), ids=lambda kind: kind.type)
def test_every_evaluator_is_explained_with_its_options(kind: EvaluatorType) -> None:
    text = section("comparisons", kind.title)
    assert [option.name for option in kind.options if option.title not in text] == []


def test_every_setting_of_a_model_is_explained() -> None:
    text = section("comparisons", "What is compared")
    missing = [field.name for field in fields(ModelSettings) if field.name not in text]
    assert missing == []


def test_every_end_of_a_call_and_of_a_run_is_explained() -> None:
    calls = section("comparisons", "How a call can end")
    states = set(GenerationState) - {GenerationState.SENT}
    assert [state for state in states if f"| {state} |" not in calls] == []
    runs = section("comparisons", "How a run can end")
    ends = set(RunState) - {RunState.READY, RunState.RUNNING, RunState.PAUSED}
    assert [STATES[state] for state in ends if f"| {STATES[state]} |" not in runs] == []


def test_every_filter_of_jinja_is_listed() -> None:
    (listed,) = re.findall(r"Filters: `([^`]+)`", PAGES["templates"].text)
    assert set(listed.split()) == set(TEMPLATE_FILTERS)


def test_settings_that_are_named_exist() -> None:
    keys = [each.strip("`") for page in PAGES.values() for each in _CODE.findall(page.text)]
    groups = {key.partition(".")[0] for key in SETTINGS if "." in key}
    named = [key for key in keys if re.fullmatch(rf"({'|'.join(groups)})\.[a-z_.]+", key)]
    assert named
    assert set(named) <= set(SETTINGS)


def test_the_facts_of_the_local_model_are_those_that_are_checked() -> None:
    text = PAGES["local-model"].text
    assert DEFAULT.full_name in text
    assert DEFAULT.licence in text
    assert f"{DEFAULT.package}` {DEFAULT.version}" in text
    assert f"{DEFAULT.size // 10**6} MB on disk, {DEFAULT.wheel_size / 10**6:.0f} MB to" in text
    assert f"{(2 * DEFAULT.wheel_size + DEFAULT.size) // 10**6} MB of free space" in text
