"""The panel to the right of the prompt: inputs, settings, tools and the form of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QWidget

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.prompts import PromptContent
from prompt_workbench.ui.kit.json_edit import JsonEdit
from prompt_workbench.ui.kit.labels import label
from prompt_workbench.ui.kit.layouts import column, holding
from prompt_workbench.ui.prompts.analysis import Analysis
from prompt_workbench.ui.prompts.inputs_panel import InputsPanel
from prompt_workbench.ui.prompts.json_rules import schema_problem, tools_problem
from prompt_workbench.ui.prompts.policy_form import PolicyForm
from prompt_workbench.ui.prompts.settings_form import SettingsForm
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

_TOOLS_EXAMPLE = """[
  {
    "name": "find_order",
    "description": "Look an order up.",
    "parameters": {
      "type": "object",
      "properties": {"id": {"type": "string"}}
    }
  }
]"""
_SCHEMA_EXAMPLE = """{
  "type": "object",
  "properties": {"label": {"type": "string"}},
  "required": ["label"]
}"""


class PromptInspector(QTabWidget):
    """Everything of a content that is not its messages."""

    content_edited = Signal(object)
    values_edited = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName("Prompt details")
        self.setDocumentMode(True)
        self._content = PromptContent(messages=())
        self.inputs = InputsPanel(theme)
        self.policies = PolicyForm(theme)
        self.settings = SettingsForm(self.policies)
        self._tools = JsonEdit("Tools", placeholder=_TOOLS_EXAMPLE, problem_of=tools_problem)
        self._schema = JsonEdit(
            "Response schema", placeholder=_SCHEMA_EXAMPLE, problem_of=schema_problem
        )
        self.addTab(self.inputs, "Inputs")
        self.addTab(self.settings, "Settings")
        self.addTab(_explained(self._tools, "The tools that the model may call, as JSON."), "Tools")
        words = "A JSON schema that the answer has to follow. Empty means free text."
        self.addTab(_explained(self._schema, words), "Answer")
        self.inputs.values_edited.connect(self.values_edited)
        self.inputs.inputs_edited.connect(lambda inputs: self._edit(inputs=inputs))
        self.settings.edited.connect(lambda settings: self._edit(settings=settings))
        self.policies.edited.connect(lambda changes: self._edit(**changes))
        self._tools.value_changed.connect(lambda tools: self._edit(tools=tuple(tools or ())))
        self._schema.value_changed.connect(lambda schema: self._edit(response_schema=schema))

    def show_content(self, content: PromptContent, values: Mapping[str, Json]) -> None:
        """Show the details of a content."""
        self._content = content
        self.inputs.show_content(content, values)
        self.settings.show_settings(content.settings)
        self.policies.show_policies(content.retry, content.fallbacks)
        self._tools.show_value(list(content.tools) or None)
        self._schema.show_value(content.response_schema)

    def show_analysis(self, content: PromptContent, analysis: Analysis) -> None:
        """Show the inputs that the texts use now."""
        self._content = content
        self.inputs.show_analysis(content, analysis)

    def collect(self) -> None:
        """Take over what was typed a moment ago."""
        self._tools.collect()
        self._schema.collect()

    def _edit(self, **changes: object) -> None:
        self._content = replace(self._content, **changes)  # type: ignore[arg-type]
        self.content_edited.emit(changes)


def _explained(editor: JsonEdit, words: str) -> QWidget:
    explanation = label(words, role="muted", wrap=True)
    return holding(column(explanation, (editor, 1), margins=Space.BETWEEN))
