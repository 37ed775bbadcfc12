"""The Jinja2 language: rendering in a sandbox, and the variables a template uses.

Everything that a template can make is counted, so steps and memory are bounded; time is
not (a sort in a loop can take long), so the app renders Jinja2 in a child process.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from jinja2 import Template
from jinja2.exceptions import SecurityError, TemplateError, UndefinedError

from prompt_workbench_runtime.render.base import MAX_OUTPUT, RenderError, VariableUse, too_long_at
from prompt_workbench_runtime.render.jinja.counting import LimitError
from prompt_workbench_runtime.render.jinja.sandbox import Counting, Sandbox
from prompt_workbench_runtime.render.jinja.syntax import parse
from prompt_workbench_runtime.render.jinja.uses import uses_of

_TEMPLATE_FILE = "<template>"
"""The file name that Jinja2 gives to the code of a template made from a text."""

_QUOTED = re.compile(r"'([^']*)'(?: is undefined)?$")

_FAILURES = (
    *(TemplateError, LimitError, ArithmeticError, LookupError, TypeError, ValueError),
    *(AttributeError, RecursionError, MemoryError),
)
"""What a template can cause by what it says."""

_sandbox = Sandbox()


def render(template: str, inputs: Mapping[str, object]) -> str:
    """Return the template with its inputs filled in.

    Raises:
        RenderError: The template is invalid, a value is missing, or a limit is reached.
    """
    plain = {name: _plain(name, value) for name, value in inputs.items()}
    compiled = _compiled(template)
    try:
        text = compiled.render(plain)
    except _FAILURES as error:
        raise _explained(template, error) from error
    if len(text) > MAX_OUTPUT:
        raise too_long_at(template, 0)
    return text


def variable_uses(template: str) -> tuple[VariableUse, ...]:
    """Return each place that reads a variable, in the order of the text.

    Raises:
        RenderError: The text is not a valid template.
    """
    try:
        return uses_of(parse(template, _sandbox), template)
    except RecursionError as error:
        raise RenderError("The template is nested too deeply.") from error


@lru_cache(maxsize=256)
def _compiled(template: str) -> Template:
    tree = parse(template, _sandbox)
    try:
        return _sandbox.from_string(Counting().visit(tree))
    except TemplateError as error:
        raise _explained(template, error) from error
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise RenderError("The template is nested too deeply.") from error


def _plain(name: str, value: object) -> object:
    """Return a value made of nothing but JSON's types: objects could have dangerous methods."""
    match value:
        case None | bool():
            return value
        case str():
            return str(value)
        case int():
            return int(value)
        case float():
            return float(value)
        case list() | tuple():
            return [_plain(name, item) for item in value]
        case Mapping():
            return {str(key): _plain(name, item) for key, item in value.items()}
    raise RenderError(
        f"The input “{name}” holds a value of type {type(value).__name__}.",
        hint="Inputs are text, numbers, true or false, lists and objects.",
    )


def _explained(template: str, error: Exception) -> RenderError:
    line = _line_of(error)
    match error:
        case UndefinedError():
            return _missing(template, line, str(error))
        case SecurityError():
            message = "This is not available in prompt templates."
        case RecursionError():
            message = "The template calls itself too deeply."
        case MemoryError():
            message = "The template needs too much memory."
        case LimitError():
            message = str(error)
        case _:
            message = f"Jinja2 stopped here: {str(error).rstrip('.')}."
    return RenderError(message, line=line)


def _missing(template: str, line: int, text: str) -> RenderError:
    named = _QUOTED.search(text)
    if named is None:
        return RenderError(f"Jinja2 stopped here: {text.rstrip('.')}.", line=line)
    name = named[1]
    places = [
        use
        for use in variable_uses(template)
        if use.line == line and name in {use.name, use.path.rpartition(".")[2]}
    ]
    return RenderError(
        f"There is no value for “{places[0].path if places else name}”.",
        line=line,
        column=places[0].column if places else 1,
        hint="Give the input a value or a default, or correct its name.",
    )


def _line_of(error: BaseException) -> int:
    """Return the line of the template that an error came from."""
    line = getattr(error, "lineno", None) or 1
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == _TEMPLATE_FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    return int(line)
