"""Template languages: mustache (the default), Jinja2 in a sandbox, and f-string style.

`render` writes a template with its inputs, `variable_uses` lists where it names
variables; both raise `RenderError` with line and column. Parsed templates are cached.
Mustache and f-string style cannot loop without an end. Jinja2 is bounded in steps and
memory, but not in time: the app renders it in a child process.
"""

from prompt_workbench_runtime.render.api import render, variable_uses
from prompt_workbench_runtime.render.base import Language, RenderError, VariableUse

__all__ = ["Language", "RenderError", "VariableUse", "render", "variable_uses"]
