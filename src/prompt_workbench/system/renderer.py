"""Renders templates: mustache and f-string style here, Jinja2 in a child process.

The child is started with the first Jinja2 template, and killed and started again when a
template takes too long or takes the child down, so that the next rendering works.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from prompt_workbench.domain.errors import TemplateError
from prompt_workbench.system.line_child import LineChild
from prompt_workbench_runtime.render import Language, RenderError, render

_RENDER_TIMEOUT_S = 2.0
_STOPPED_HINT = "Simplify its loops and comparisons, or use the mustache language."


class Renderer:
    """Renders templates of every language; a hostile one is stopped within seconds."""

    def __init__(self) -> None:
        self._child = LineChild("_render")
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="renderer")

    async def render_all(
        self,
        templates: Sequence[str],
        inputs: Mapping[str, object],
        *,
        language: Language,
        in_thread: bool = False,
    ) -> list[str]:
        """Return several templates with the same inputs filled in.

        Args:
            templates: The texts.
            inputs: The values by name; values are of JSON's types.
            language: The language that the templates are written in.
            in_thread: Leave the loop free meanwhile, because a window shares it. A few short
                texts take less time than the way to a thread and back.

        Raises:
            TemplateError: A template is invalid, a value is missing, or a limit is reached.
        """
        if language is Language.JINJA:
            request = {"templates": list(templates), "inputs": inputs}
            return await asyncio.get_running_loop().run_in_executor(
                self._thread, self._by_child, _line_of(request)
            )
        if in_thread:
            return await asyncio.to_thread(_rendered, templates, inputs, language)
        return _rendered(templates, inputs, language)

    def _by_child(self, request: bytes) -> list[str]:
        try:
            line = self._child.answer(request, within_s=_RENDER_TIMEOUT_S)
        except TimeoutError:
            raise TemplateError(
                f"This takes longer than {_RENDER_TIMEOUT_S:g} seconds, so it was stopped.",
                hint=_STOPPED_HINT,
            ) from None
        if line is None:
            raise TemplateError(
                "The process that renders Jinja2 templates ended before its answer.",
                hint=_STOPPED_HINT,
            )
        answer = json.loads(line)
        if "error" in answer:
            raise TemplateError(**answer["error"])
        texts: list[str] = answer["texts"]
        return texts

    async def close(self) -> None:
        """Stop the child, if there is one; nothing can be rendered afterwards."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._child.stop)
        self._thread.shutdown()


def _rendered(
    templates: Sequence[str],
    inputs: Mapping[str, object],
    language: Language,
) -> list[str]:
    texts: list[str] = []
    for template in templates:
        try:
            texts.append(render(template, inputs, language=language))
        except RenderError as error:
            raise TemplateError(
                error.message,
                line=error.line,
                column=error.column,
                template_index=len(texts),
                hint=error.hint,
            ) from error
    return texts


def _line_of(request: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(request, default=_plain).encode() + b"\n"
    except ValueError as error:
        raise TemplateError(f"An input cannot be passed to a template: {error}.") from error


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TemplateError(
        f"An input holds a value of type {type(value).__name__}.",
        hint="Inputs are text, numbers, true or false, lists and objects.",
    )
