"""The one way to render a template and to ask for its variables, in any language."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType, ModuleType

from prompt_workbench_runtime.render import fstring, mustache
from prompt_workbench_runtime.render.base import Language, RenderError, VariableUse

_NO_PARTIALS: Mapping[str, str] = MappingProxyType({})


def render(
    template: str,
    inputs: Mapping[str, object],
    *,
    language: Language,
    partials: Mapping[str, str] = _NO_PARTIALS,
) -> str:
    """Return the template with its inputs filled in.

    Args:
        template: The text.
        inputs: The values by name; values are of JSON's types.
        language: The language that the template is written in.
        partials: The snippets that a mustache template may name.

    Raises:
        RenderError: The template is invalid, a value is missing, or a limit is reached.
    """
    match language:
        case Language.MUSTACHE:
            return mustache.render(template, inputs, partials)
        case Language.FSTRING:
            return fstring.render(template, inputs)
        case Language.JINJA:
            text: str = _jinja().render(template, inputs)
            return text


def variable_uses(template: str, *, language: Language) -> tuple[VariableUse, ...]:
    """Return each place of a template that names a variable, in the order of the text.

    Raises:
        RenderError: The template is invalid.
    """
    match language:
        case Language.MUSTACHE:
            return mustache.variable_uses(template)
        case Language.FSTRING:
            return fstring.variable_uses(template)
        case Language.JINJA:
            uses: tuple[VariableUse, ...] = _jinja().variable_uses(template)
            return uses


def _jinja() -> ModuleType:
    """Import Jinja2 where it is used: nothing else needs it."""
    try:
        return import_module("prompt_workbench_runtime.render.jinja")
    except ModuleNotFoundError as error:
        raise RenderError(
            "Jinja2 is not installed.", hint="Install it with: pip install jinja2"
        ) from error
