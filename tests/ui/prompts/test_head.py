"""The line above the prompt keeps the name readable, however long the rest is."""

from __future__ import annotations

from dataclasses import replace

from tests.support.screen import until

from prompt_workbench.domain.prompts import Branch
from prompt_workbench.ui.prompts.page import PromptsPage


def test_long_labels_and_branches_leave_room_for_the_name(loop, page: PromptsPage) -> None:
    state = page.presenter.state
    labels = ("production", "a-very-long-label-for-the-staging-environment", "another-label")
    first = replace(state.versions[0], labels=labels)
    branch = Branch(prompt_id="1", name="an-experiment-with-a-long-name", head_id="1")
    long = replace(state, versions=(first, *state.versions[1:]), branches=(*state.branches, branch))
    head = page._head
    page.window().resize(1024, 700)
    head.show_state(long, dirty=True)
    until(loop, lambda: head._chips.width() > 20)
    assert head._title.width() > head._chips.width()
    assert head._chips.accessibleName().startswith("v2 + changes   production   a-very-long")
    assert head._chips.text().endswith("…")
    until(loop, lambda: head._branches.width() <= 120)


def test_the_branch_that_is_chosen_is_told(page: PromptsPage) -> None:
    told: list[str] = []
    page._head.branch_chosen.connect(told.append)
    page._head._branches.textActivated.emit("main")
    assert told == ["main"]
