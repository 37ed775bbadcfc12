"""The child process that renders Jinja2 templates, so that a hostile one harms nothing.

It reads one JSON request a line from stdin and writes one JSON answer a line to stdout:
first ``{"ready": true}``, then for each ``{"templates", "inputs"}`` either
``{"texts": […]}`` or ``{"error": …}`` with the arguments of a `TemplateError`. It ends
with its stdin, and when a rendering outlives a parent that can no longer stop it.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from prompt_workbench_runtime.render import Language, RenderError, render

_MEMORY_BYTES = 512 * 1024 * 1024
_WATCHDOG_S = 3.0
"""Longer than the parent waits: it matters only when the parent is gone."""


def main(arguments: Sequence[str]) -> int:
    """Answer requests until stdin ends."""
    render("", {}, language=Language.JINJA)
    _limit_memory()
    _write({"ready": True})
    with Path(os.devnull).open("w") as nowhere:
        for line in sys.stdin.buffer:
            faulthandler.dump_traceback_later(_WATCHDOG_S, exit=True, file=nowhere)
            answer = _answer(json.loads(line))
            faulthandler.cancel_dump_traceback_later()
            _write(answer)
    return 0


def _answer(request: dict[str, Any]) -> dict[str, object]:
    texts: list[str] = []
    for template in request["templates"]:
        try:
            texts.append(render(template, request["inputs"], language=Language.JINJA))
        except RenderError as error:
            problem = {
                "message": error.message,
                "line": error.line,
                "column": error.column,
                "template_index": len(texts),
                "hint": error.hint,
            }
            return {"error": problem}
    return {"texts": texts}


def _write(answer: dict[str, object]) -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.flush()


def _limit_memory() -> None:
    """Cap the memory of this process where the system can; elsewhere the sandbox counts."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
