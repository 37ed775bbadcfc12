"""What is wrong with the templates of a prompt, found without rendering them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from prompt_workbench_runtime.render import Language, RenderError, VariableUse, variable_uses


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """The prompt cannot be rendered."""
    WARNING = "warning"


class FindingKind(StrEnum):
    """What was found."""

    SYNTAX = "syntax"
    UNDEFINED = "undefined"
    """A variable is used that the input schema does not declare."""
    MISSING = "missing"
    """An input has neither a value nor a default."""
    UNUSED = "unused"
    """An input is declared that no template uses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One problem of a prompt's templates, and where it is."""

    severity: Severity
    kind: FindingKind
    name: str = ""
    """The variable or input; empty for a syntax error."""
    message: str
    template_index: int = 0
    """Which of the templates; 0 for an unused input, which has no place."""
    line: int = 1
    column: int = 1
    start: int = 0
    """Where the place starts in the template, as an offset."""
    end: int = 0


def check(
    templates: Sequence[str],
    *,
    language: Language,
    declared: Collection[str],
    provided: Collection[str] | None = None,
) -> tuple[Finding, ...]:
    """Return the problems of the templates, in the order of the text.

    Args:
        templates: The texts of one prompt.
        language: The language that they are written in.
        declared: The names of the input schema; empty when the schema follows the text.
        provided: The names that have a value or a default; None to leave that unchecked.
    """
    findings: list[Finding] = []
    used: set[str] = set()
    for index, template in enumerate(templates):
        try:
            uses = variable_uses(template, language=language)
        except RenderError as error:
            findings.append(_syntax_finding(template, index, error))
            used.update(declared)
        else:
            used.update(use.name for use in uses)
            findings.extend(_use_findings(uses, index, declared, provided))
    findings.extend(_unused_finding(name) for name in declared if name not in used)
    return tuple(findings)


def input_names(templates: Sequence[str], *, language: Language) -> tuple[str, ...]:
    """Return the inputs that the templates read, in the order of their first use.

    A template that cannot be parsed at the moment names no inputs.
    """
    names: dict[str, None] = {}
    for template in templates:
        try:
            uses = variable_uses(template, language=language)
        except RenderError:
            continue
        names.update((use.name, None) for use in uses if not use.local)
    return tuple(names)


def missing_inputs(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return the inputs without a value that keep a prompt from being rendered, each once."""
    names = (
        finding.name
        for finding in findings
        if finding.kind is FindingKind.MISSING and finding.severity is Severity.ERROR
    )
    return tuple(dict.fromkeys(names))


def _use_findings(
    uses: Sequence[VariableUse],
    index: int,
    declared: Collection[str],
    provided: Collection[str] | None,
) -> Iterator[Finding]:
    for use in uses:
        if use.local:
            continue
        if declared and use.name not in declared:
            yield _finding(
                use, index, Severity.ERROR, FindingKind.UNDEFINED, _undeclared(use.name, declared)
            )
        elif provided is not None and use.name not in provided:
            yield from _missing_findings(use, index)


def _missing_findings(use: VariableUse, index: int) -> Iterator[Finding]:
    message = f"There is no value for “{use.name}”"
    if use.need == "always":
        yield _finding(use, index, Severity.ERROR, FindingKind.MISSING, f"{message}.")
    elif use.need == "sometimes":
        message = f"{message}; if this part of the template is reached, it cannot be rendered."
        yield _finding(use, index, Severity.WARNING, FindingKind.MISSING, message)
    elif use.kind == "section":
        message = f"{message}, so this section is left out."
        yield _finding(use, index, Severity.WARNING, FindingKind.MISSING, message)


def _finding(
    use: VariableUse, index: int, severity: Severity, kind: FindingKind, message: str
) -> Finding:
    return Finding(
        severity=severity,
        kind=kind,
        name=use.name,
        message=message,
        template_index=index,
        line=use.line,
        column=use.column,
        start=use.start,
        end=use.end,
    )


def _undeclared(name: str, declared: Collection[str]) -> str:
    similar = get_close_matches(name, declared, n=1)
    advice = f"Did you mean “{similar[0]}”?" if similar else "Declare it, or remove it here."
    return f"“{name}” is not among the declared inputs. {advice}"


def _unused_finding(name: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        kind=FindingKind.UNUSED,
        name=name,
        message=f"The input “{name}” is declared, but no message uses it.",
    )


def _syntax_finding(template: str, index: int, error: RenderError) -> Finding:
    lines = template.split("\n")
    start = sum(len(line) + 1 for line in lines[: error.line - 1]) + error.column - 1
    return Finding(
        severity=Severity.ERROR,
        kind=FindingKind.SYNTAX,
        message=f"{error.message} {error.hint}" if error.hint else error.message,
        template_index=index,
        line=error.line,
        column=error.column,
        start=min(start, len(template)),
        end=min(start + 1, len(template)),
    )
