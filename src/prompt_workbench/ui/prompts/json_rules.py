"""What makes tools and response schemas acceptable."""

from __future__ import annotations

import re

from prompt_workbench.domain.canonical import Json

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def tools_problem(value: Json) -> str:
    """Return why a value is no list of tools; empty when it is one."""
    if not isinstance(value, list):
        return "Tools are a list: [ … ]."
    names: set[str] = set()
    for place, tool in enumerate(value, 1):
        if isinstance(tool, dict) and isinstance(tool.get("function"), dict):
            return f"Tool {place}: write only what stands inside of “function”."
        if not isinstance(tool, dict) or not isinstance(tool.get("name"), str):
            return f"Tool {place} needs a name."
        if not _NAME.fullmatch(str(tool["name"])):
            return f"The name of tool {place} has only letters, digits, _ and -, 64 at most."
        if unknown := sorted(set(tool) - {"name", "description", "parameters"}):
            return f"Tool {place} has a field that tools do not have: {unknown[0]}."
        if tool["name"] in names:
            return f"Two tools are called {tool['name']}."
        names.add(str(tool["name"]))
        if problem := schema_problem(tool.get("parameters", {})):
            return f"The parameters of {tool['name']}: {problem}"
    return ""


def schema_problem(value: Json) -> str:
    """Return why a value is no JSON schema of an object; empty when it is one."""
    if not isinstance(value, dict):
        return "A schema is an object: { … }."
    # A second of imports that nobody pays who never writes a schema.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(value)
    except SchemaError as error:
        place = ".".join(str(step) for step in error.absolute_path)
        return f"{place or 'The schema'}: {error.message}"
    return ""
