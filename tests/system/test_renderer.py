"""Rendering for the app: hostile templates end, and the next template works."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import time
from collections.abc import Mapping

import psutil
import pytest
from tests.system.hostile_templates import BOMBS, ESCAPES, INPUTS

from prompt_workbench.domain.errors import TemplateError
from prompt_workbench.system.child_process import child_command, child_environment
from prompt_workbench.system.renderer import Renderer
from prompt_workbench_runtime.render import Language

GREETING = {
    Language.MUSTACHE: "Hi {{x}}",
    Language.FSTRING: "Hi {x}",
    Language.JINJA: "Hi {{ x }}",
}
LONGEST_S = 20
LANGUAGES = pytest.mark.parametrize("language", list(Language))


async def rendered(
    renderer: Renderer, template: str, inputs: Mapping[str, object], language: Language
) -> str:
    (text,) = await renderer.render_all([template], inputs, language=language)
    return text


async def attacked(renderer: Renderer, template: str, language: Language) -> str | None:
    """Render a hostile template and then a harmless one; None when the first was refused."""
    started = time.monotonic()
    try:
        text = await rendered(renderer, template, INPUTS, language)
    except TemplateError:
        text = None
    assert time.monotonic() - started <= LONGEST_S
    assert await rendered(renderer, GREETING[language], INPUTS, language) == "Hi abc"
    return text


@LANGUAGES
async def test_templates_that_reach_for_more_than_their_inputs_are_refused(
    language: Language,
) -> None:
    renderer = Renderer()
    texts = {
        name: await attacked(renderer, template, language)
        for name, template in ESCAPES[language].items()
    }
    await renderer.close()
    assert len(texts) >= 12
    assert {name: text for name, text in texts.items() if text is not None} == {}


@LANGUAGES
async def test_templates_that_would_use_up_the_machine_end_soon(language: Language) -> None:
    renderer = Renderer()
    memory = psutil.Process().memory_info
    before = memory().rss
    texts = {
        name: await attacked(renderer, template, language)
        for name, template in BOMBS[language].items()
    }
    await renderer.close()
    assert len(texts) >= 12
    assert max(len(text or "") for text in texts.values()) <= 5_000_000
    del texts
    assert memory().rss - before <= 20_000_000


def children() -> list[psutil.Process]:
    """Return the processes that render for this one; other tests may have some, too."""
    found = []
    for process in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            if "_render" in process.cmdline():
                found.append(process)
    return found


async def test_jinja_renders_in_another_process_that_ends_with_the_renderer() -> None:
    renderer = Renderer()
    assert children() == []
    await rendered(renderer, "{{ x }}", {"x": 1}, Language.JINJA)
    (child,) = children()
    await renderer.close()
    assert not child.is_running()


async def test_a_killed_child_is_replaced() -> None:
    renderer = Renderer()
    await rendered(renderer, "{{ x }}", {"x": 1}, Language.JINJA)
    (child,) = children()
    child.kill()
    child.wait()
    assert await rendered(renderer, "{{ x }}", {"x": 2}, Language.JINJA) == "2"
    await renderer.close()


def test_a_child_that_hangs_without_its_parent_ends_itself() -> None:
    templates = [BOMBS[Language.JINJA]["endless comparison"]]
    request = {"templates": templates, "inputs": {}}
    child = subprocess.Popen(
        child_command("_render"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=child_environment(),
    )
    answers, _ = child.communicate(json.dumps(request).encode() + b"\n", timeout=60)
    assert answers == b'{"ready": true}\n'
    assert child.returncode == 1


async def test_the_child_gets_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "secret")
    renderer = Renderer()
    await rendered(renderer, "{{ x }}", {"x": 1}, Language.JINJA)
    (child,) = children()
    assert "SOME_API_KEY" not in child.environ()
    await renderer.close()


async def test_renderings_at_the_same_time_do_not_mix() -> None:
    renderer = Renderer()
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(
                renderer.render_all(
                    ["a{{ x }}", "b{{ x }}"], {"x": number}, language=Language.JINJA
                )
            )
            for number in range(20)
        ]
    assert [task.result() for task in tasks] == [[f"a{n}", f"b{n}"] for n in range(20)]
    await renderer.close()


async def test_a_rendering_that_nobody_waits_for_does_no_harm() -> None:
    renderer = Renderer()
    task = asyncio.create_task(rendered(renderer, "{{ x }}", {"x": 1}, Language.JINJA))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await rendered(renderer, "{{ x }}", {"x": 2}, Language.JINJA) == "2"
    await renderer.close()


@LANGUAGES
async def test_an_error_keeps_its_place_and_its_advice(language: Language) -> None:
    renderer = Renderer()
    templates = ["Be brief.", "\n " + GREETING[language]]
    with pytest.raises(TemplateError, match="There is no value for “x”") as caught:
        await renderer.render_all(templates, {}, language=language)
    await renderer.close()
    column = 8 if language is Language.JINJA else 5
    assert (caught.value.line, caught.value.column) == (2, column)
    assert caught.value.template_index == 1
    assert caught.value.hint


@LANGUAGES
async def test_an_input_that_json_cannot_hold_is_refused(language: Language) -> None:
    renderer = Renderer()
    with pytest.raises(TemplateError, match="value of type object"):
        await rendered(renderer, GREETING[language], {"x": object()}, language)
    await renderer.close()


async def test_text_that_is_no_valid_unicode_comes_back_as_it_was() -> None:
    renderer = Renderer()
    assert await rendered(renderer, "{{ x }}", {"x": "\ud800é\n"}, Language.JINJA) == "\ud800é\n"
    await renderer.close()
