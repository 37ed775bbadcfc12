"""What the templates of a prompt use, and what is wrong with them; worked out in a thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.prompts import PromptContent
from prompt_workbench.domain.templates import (
    Finding,
    FindingKind,
    check,
    input_names,
    missing_inputs,
)
from prompt_workbench_runtime.render import RenderError, VariableUse, variable_uses


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The uses of variables and the findings, by template."""

    uses: tuple[tuple[VariableUse, ...] | None, ...] = ()
    """None for a template that cannot be parsed at the moment."""
    findings: tuple[Finding, ...] = ()
    names: tuple[str, ...] = ()
    """The inputs that the texts read, in the order of their first use."""

    def of_template(self, index: int) -> tuple[tuple[VariableUse, ...] | None, tuple[Finding, ...]]:
        """Return uses and findings of one template."""
        uses = self.uses[index] if index < len(self.uses) else ()
        found = (finding for finding in self.findings if finding.kind is not FindingKind.UNUSED)
        return uses, tuple(each for each in found if each.template_index == index)

    def following(self, before: Analysis) -> Analysis:
        """Return this analysis with the inputs of before, while a template is half typed.

        Otherwise a field and its value would vanish between an opening and a closing brace.
        """
        if None not in self.uses:
            return self
        return replace(self, names=tuple(dict.fromkeys((*before.names, *self.names))))

    @property
    def missing(self) -> tuple[str, ...]:
        """The inputs without which the texts cannot be rendered."""
        return missing_inputs(self.findings)

    @property
    def unused(self) -> frozenset[str]:
        """The declared inputs that no text reads."""
        return frozenset(f.name for f in self.findings if f.kind is FindingKind.UNUSED)

    @property
    def undefined(self) -> frozenset[str]:
        """The variables that the declared inputs do not have."""
        return frozenset(f.name for f in self.findings if f.kind is FindingKind.UNDEFINED)


def analysed(content: PromptContent, values: Mapping[str, Json]) -> Analysis:
    """Return what the templates use, and their problems with these values."""
    return Analysis(
        uses=tuple(_uses(template, content) for template in content.templates),
        findings=check(
            content.templates,
            language=content.language,
            declared=[item.name for item in content.inputs],
            provided={*content.defaults(), *values},
        ),
        names=input_names(content.templates, language=content.language),
    )


def _uses(template: str, content: PromptContent) -> tuple[VariableUse, ...] | None:
    try:
        return variable_uses(template, language=content.language)
    except RenderError:
        return None
