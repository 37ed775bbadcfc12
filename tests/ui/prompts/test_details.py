"""Inputs, settings, tools and schema: what is accepted, what is refused, and how it is said."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit
from tests.support.screen import until

from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.prompts import InputType, PromptInput
from prompt_workbench.ui.prompts.input_field import parsed, written
from prompt_workbench.ui.prompts.json_rules import schema_problem, tools_problem
from prompt_workbench.ui.prompts.settings_form import SettingsForm


@pytest.fixture
def form(qtbot, theme) -> SettingsForm:
    made = SettingsForm()
    qtbot.addWidget(made)
    return made


def test_settings_are_taken_over_while_they_are_typed(form, qtbot) -> None:
    seen: list[ModelSettings] = []
    form.edited.connect(seen.append)
    qtbot.keyClicks(form._lines["temperature"], "0.5")
    qtbot.keyClicks(form._lines["stop_sequences"], "END")
    assert seen[-1] == ModelSettings(temperature=0.5, stop_sequences=("END",))
    form._lines["temperature"].clear()
    qtbot.keyClicks(form._lines["temperature"], "1")
    assert seen[-1].temperature == 1
    qtbot.keyClicks(form._lines["stream"], "false")
    assert seen[-1].stream is False


def test_a_setting_out_of_bounds_is_marked_and_not_taken(form, qtbot) -> None:
    seen: list[ModelSettings] = []
    form.edited.connect(seen.append)
    qtbot.keyClicks(form._lines["temperature"], "3")
    assert seen == []
    assert form._lines["temperature"].property("invalid")
    assert "between 0 and 2" in form._lines["temperature"].accessibleDescription()
    qtbot.keyClick(form._lines["temperature"], Qt.Key.Key_Backspace)
    assert not form._lines["temperature"].property("invalid")


def test_stop_sequences_with_line_breaks_are_json(form) -> None:
    form.show_settings(ModelSettings(stop_sequences=("\n\n", "END")))
    assert form._lines["stop_sequences"].text() == '["\\n\\n", "END"]'


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("007", InputType.STRING, "007"),
        ("7", InputType.INTEGER, 7),
        ("0.5", InputType.NUMBER, 0.5),
        ("true", InputType.BOOLEAN, True),
        ('["a"]', InputType.ARRAY, ["a"]),
        ('{"a": 1}', InputType.OBJECT, {"a": 1}),
    ],
)
def test_values_of_every_type(text: str, kind: InputType, value: object) -> None:
    assert parsed(text, kind) == value
    assert parsed(written(value), kind) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("seven", InputType.INTEGER), ("7.5", InputType.INTEGER), ("true", InputType.NUMBER),
        ("1", InputType.BOOLEAN), ("[", InputType.ARRAY), ("[]", InputType.OBJECT),
    ],
)  # fmt: skip
def test_values_of_a_wrong_type_are_refused(text: str, kind: InputType) -> None:
    with pytest.raises(ValueError, match=kind.value):
        parsed(text, kind)


def test_declared_inputs_have_types_and_defaults(loop, page, qtbot) -> None:
    inputs = page.details.inputs
    inputs._declare.click()
    until(loop, lambda: len(page.presenter.content.inputs) == 2)
    field = inputs._fields["product"]
    field._default.setText("Acme")
    field._default.editingFinished.emit()
    assert page.presenter.content.inputs[0] == PromptInput(name="product", default="Acme")


def test_an_input_that_no_text_uses_is_marked(loop, page) -> None:
    page.details.inputs._declare.click()
    until(loop, lambda: page.presenter.content.inputs)
    page.messages._blocks[0].text.setPlainText("No variables here.")
    until(loop, lambda: page.details.inputs._fields["product"]._note.text() == "not used")


def test_a_variable_that_is_not_declared_is_marked(loop, page) -> None:
    page.details.inputs._declare.click()
    until(loop, lambda: page.presenter.content.inputs)
    page.messages._blocks[0].text.setPlainText("{{produkt}}")
    until(loop, lambda: "produkt" in page.details.inputs._fields)
    assert page.details.inputs._fields["produkt"]._note.text() == "not declared"
    page.details.inputs._fields["produkt"]._add.click()
    until(loop, lambda: "produkt" in [item.name for item in page.presenter.content.inputs])


def test_tools_are_taken_over_only_when_they_are_tools(loop, page) -> None:
    editor = page.details._tools
    text = editor.findChild(QPlainTextEdit)
    text.setPlainText('[{"name": "find"')
    page.collect()
    assert "Line 1" in editor.problem
    text.setPlainText('[{"description": "nameless"}]')
    page.collect()
    assert editor.problem == "Tool 1 needs a name."
    assert page.presenter.content.tools == ()
    text.setPlainText('[{"name": "find", "parameters": {"type": "object"}}]')
    page.collect()
    assert editor.problem == ""
    assert page.presenter.content.tools[0]["name"] == "find"
    text.clear()
    page.collect()
    assert page.presenter.content.tools == ()


def test_what_is_no_schema_is_refused_with_its_place() -> None:
    assert schema_problem({"type": "object"}) == ""
    assert "properties.a.type" in schema_problem({"properties": {"a": {"type": "text"}}})
    assert schema_problem([]) == "A schema is an object: { … }."


def test_two_tools_of_one_name_are_refused() -> None:
    assert tools_problem([{"name": "a"}, {"name": "a"}]) == "Two tools are called a."
