"""Writing, saving, comparing and restoring a prompt in the window."""

from __future__ import annotations

import qasync
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton
from tests.support.screen import act, finish, projects, settle, until
from tests.support.scripted_worker import ScriptedWorker

from prompt_workbench.domain.prompts import text_prompt
from prompt_workbench.domain.templates import FindingKind
from prompt_workbench.ui.prompts.page import PromptsPage
from prompt_workbench.ui.prompts.template_edit import TemplateEdit
from prompt_workbench.ui.shell.window import MainWindow
from prompt_workbench.ui.start import Desk
from prompt_workbench_runtime.render import Language


def editor(page: PromptsPage, place: int = 1) -> TemplateEdit:
    return page.findChildren(TemplateEdit)[place]


def write(loop: qasync.QEventLoop, page: PromptsPage, qtbot, text: str, place: int = 1) -> None:
    field = editor(page, place)
    field.moveCursor(QTextCursor.MoveOperation.End)
    act(loop, lambda: qtbot.keyClicks(field, text))


def press(loop: qasync.QEventLoop, window: MainWindow, qtbot, key: Qt.Key) -> None:
    act(loop, lambda: qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier))


def answer_dialog(loop: qasync.QEventLoop, page: PromptsPage, qtbot, text: str) -> None:
    dialog = next(each for each in page.findChildren(QDialog) if each.isVisible())
    field = dialog.findChild(QLineEdit)
    field.clear()
    act(loop, lambda: qtbot.keyClicks(field, text))
    act(loop, lambda: qtbot.keyClick(field, Qt.Key.Key_Return))


def test_the_newest_version_is_shown(page) -> None:
    assert page.presenter.content.messages[1].text == "Answer briefly: {{ticket}}"
    assert editor(page).toPlainText() == "Answer briefly: {{ticket}}"
    assert page.presenter.analysis.names == ("product", "ticket")


def test_a_typed_variable_gets_a_field(loop, page, qtbot) -> None:
    write(loop, page, qtbot, " in {{language}}")
    until(loop, lambda: "language" in page.details.inputs._fields)


def test_a_half_typed_variable_takes_no_field_away(loop, page, qtbot) -> None:
    write(loop, page, qtbot, " {{#open}}")
    until(loop, lambda: any(f.kind is FindingKind.SYNTAX for f in page.presenter.analysis.findings))
    assert {"product", "ticket"} <= set(page.details.inputs._fields)


def test_saving_asks_for_a_line_and_shows_the_difference(loop, page, window, qtbot) -> None:
    write(loop, page, qtbot, " Be kind.")
    press(loop, window, qtbot, Qt.Key.Key_S)
    panel = page.history_panel
    until(loop, lambda: "Be kind." in panel._save_diff.toPlainText())
    act(loop, lambda: qtbot.keyClicks(panel._message, "Kinder"))
    act(loop, lambda: qtbot.keyClick(panel._message, Qt.Key.Key_Return))
    until(loop, lambda: page.presenter.state.base.number == 3)
    until(loop, lambda: len(page.presenter.state.versions) == 3)
    assert page.presenter.state.versions[0].message == "Kinder"
    assert not page.presenter.is_dirty


def test_nothing_new_is_not_saved(loop, page, window, qtbot) -> None:
    press(loop, window, qtbot, Qt.Key.Key_S)
    settle(loop)
    assert not page.history_panel.is_saving


def test_what_is_typed_is_soon_in_the_project(loop, page, window, qtbot) -> None:
    prompt_id = page.presenter.state.prompt.id
    saving: list[bool] = []
    page.saving_changed.connect(saving.append)
    write(loop, page, qtbot, " Be kind.")
    until(loop, lambda: saving and saving[-1] is False)
    draft = finish(loop, page.context.workbench.prompts.draft(prompt_id, "main"))
    assert draft.content.messages[1].text.endswith("Be kind.")


def test_a_draft_is_there_again_at_the_next_start(
    loop, desk: Desk, page, qtbot, project_path, worker: ScriptedWorker
) -> None:
    write(loop, page, qtbot, " Be kind.")
    page.details.inputs._fields["ticket"].value.setPlainText("Where is it?")
    desk.close()
    finish(loop, _closed(desk))
    workbench = finish(loop, projects(worker).open(str(project_path)))
    prompt = finish(loop, workbench.prompts.get("reply"))
    draft = finish(loop, workbench.prompts.draft(prompt.id, "main"))
    assert draft.content.messages[1].text == "Answer briefly: {{ticket}} Be kind."
    assert draft.values == {"ticket": "Where is it?"}
    finish(loop, workbench.close())


async def _closed(desk: Desk) -> None:
    await desk.closed


def test_an_old_version_comes_back_into_the_editor(loop, page) -> None:
    page.history_panel.versions.selectRow(1)
    page.presenter.restore(page.selected_versions[0].id)
    until(loop, lambda: editor(page).toPlainText() == "{{ticket}}")
    assert page.presenter.is_dirty
    page.presenter.discard()
    until(loop, lambda: editor(page).toPlainText() == "Answer briefly: {{ticket}}")


def test_two_versions_are_compared(loop, page) -> None:
    page.history_panel.versions.selectAll()
    page.history_panel.compare_selected()
    until(loop, lambda: "Answer briefly:" in page.history_panel._diff.toPlainText())
    assert page.history_panel._diff_title.text() == "v1 → v2"


def test_no_button_is_cut_off_in_a_narrow_window(loop, page, window, qtbot) -> None:
    window.resize(1024, 700)
    write(loop, page, qtbot, " Please.")
    page.history_panel.versions.selectRow(1)
    panel = page.history_panel
    buttons = (panel._compare, panel._discard, panel._save)
    until(loop, lambda: all(each.isVisible() for each in buttons))
    settle(loop)
    for each in buttons:
        assert each.width() >= each.minimumSizeHint().width()
        assert each.mapTo(panel, each.rect().topRight()).x() < panel.width()
    assert not panel._save.geometry().intersects(panel._discard.geometry())


def test_a_label_moves_to_a_version(loop, page, qtbot, window) -> None:
    page.history_panel.versions.selectRow(0)
    window.registry.run("prompt.label")
    answer_dialog(loop, page, qtbot, "production")
    until(loop, lambda: page.presenter.state.versions[0].labels == ("production",))
    until(loop, lambda: window.history.undo_title)
    window.history.undo()
    until(loop, lambda: page.presenter.state.versions[0].labels == ())


def test_a_branch_has_its_own_text(loop, page, qtbot, window) -> None:
    page.history_panel.versions.selectRow(1)
    window.registry.run("prompt.branch")
    answer_dialog(loop, page, qtbot, "formal")
    until(loop, lambda: page.presenter.state.branch == "formal")
    until(loop, lambda: editor(page).toPlainText() == "{{ticket}}")
    page.presenter.switch_branch("main")
    until(loop, lambda: editor(page).toPlainText() == "Answer briefly: {{ticket}}")


def test_messages_are_added_moved_and_removed(loop, page) -> None:
    page.messages._add_message()
    assert [m.role.value for m in page.messages.messages()] == ["system", "user", "assistant"]
    block = page.messages._blocks[2]
    block.up.click()
    assert [m.role.value for m in page.messages.messages()] == ["system", "assistant", "user"]
    block.remove.click()
    assert [m.role.value for m in page.messages.messages()] == ["system", "user"]
    page.collect()
    assert not page.presenter.is_dirty


def test_a_removed_message_comes_back_with_undo(loop, page, window) -> None:
    act(loop, page.messages._blocks[0].remove.click)
    assert len(page.presenter.content.messages) == 1
    (undo,) = [b for b in window.findChildren(QPushButton) if b.text() == "Undo" and b.isVisible()]
    act(loop, undo.click)
    assert [m.role.value for m in page.messages.messages()] == ["system", "user"]
    assert not page.presenter.is_dirty


def test_another_template_language_reads_the_text_anew(loop, page) -> None:
    page._head._languages.setCurrentIndex(2)
    act(loop, lambda: page._head._languages.activated.emit(2))
    assert page.presenter.content.language is Language.FSTRING
    page.messages._blocks[1].text.setPlainText("Answer {ticket}, {{not this}}")
    until(loop, lambda: page.presenter.analysis.names == ("ticket",))


def test_a_new_prompt_opens_and_can_be_written(loop, page, window, qtbot) -> None:
    press(loop, window, qtbot, Qt.Key.Key_N)
    answer_dialog(loop, page, qtbot, "tagline")
    until(loop, lambda: page.presenter.state.prompt.name == "tagline")
    until(loop, lambda: isinstance(window.focusWidget(), TemplateEdit), within_s=10)
    write(loop, page, qtbot, "Write a tagline for {{product}}.", place=0)
    until(loop, lambda: page.presenter.analysis.names == ("product",))


def test_a_deleted_prompt_comes_back_with_undo(loop, page, window) -> None:
    prompt = page.presenter.state.prompt
    page.prompts.delete(prompt)
    until(loop, lambda: not page.prompts.lines and not page.presenter.is_open)
    until(loop, lambda: window.notify.texts() == ["Deleted “reply”."])
    window.history.undo()
    until(loop, lambda: [line.prompt.name for line in page.prompts.lines] == ["reply"])
    until(loop, lambda: page.presenter.is_open)


def test_what_is_saved_first_of_a_new_prompt_is_version_1(loop, page) -> None:
    page.prompts.begin("triage")
    until(loop, lambda: page.presenter.state.prompt.name == "triage")
    assert page.presenter.state.versions == ()
    assert "not saved as a version yet" in page.history_panel._state.text()
    page.presenter.edit(text_prompt("Is this urgent? {{mail}}"))
    page.presenter.save("First wording")
    until(loop, lambda: page.presenter.state.versions)
    assert [version.number for version in page.presenter.state.versions] == [1]
    assert page.history_panel._state.text() == "the text is v1"


def test_a_taken_name_is_told(loop, page, window) -> None:
    page.prompts.begin("reply")
    until(loop, lambda: window.notify.texts())
    assert "reply" in window.notify.texts()[0]


def test_the_list_filters_by_name_folder_and_tag(loop, page) -> None:
    page.prompts.filter("supp")
    until(loop, lambda: page.prompts.text == "supp" and len(page.prompts.lines) == 1)
    page.prompts.filter("nothing like it")
    until(loop, lambda: not page.prompts.lines)
    assert page.presenter.is_open, "filtering closes nothing"
    page.prompts.filter("")
    until(loop, lambda: page.prompts.lines)


def test_a_version_saved_elsewhere_is_noticed(loop, page, window, qtbot) -> None:
    state = page.presenter.state
    write(loop, page, qtbot, " Mine.")
    page.collect()
    theirs = page.context.workbench.prompts.save(
        state.prompt.id, state.base.content.__class__(messages=state.base.content.messages[1:]),
        message="Theirs", base_id=state.base.id,
    )  # fmt: skip
    finish(loop, theirs)
    until(loop, lambda: page.presenter.state.moved)
    assert editor(page).toPlainText().endswith("Mine."), "what is typed stays"
    page.presenter.save("Mine")
    until(loop, lambda: window.notify.texts())
    assert "moved on" in window.notify.texts()[0]
