"""The section on failing calls: retries and fallback models are typed, checked and shown."""

from __future__ import annotations

from typing import Any

import pytest

from prompt_workbench.domain.errors import ProviderErrorKind as Kind
from prompt_workbench.domain.policies import PASSING, Fallback, RetryPolicy, fallback_from_text
from prompt_workbench.domain.requests import model_ref
from prompt_workbench.ui.prompts.policy_form import PolicyForm


@pytest.fixture
def form(qtbot, theme) -> PolicyForm:
    made = PolicyForm(theme)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def changes(form) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    form.edited.connect(found.append)
    return found


def choose(button, *kinds: Kind) -> None:
    for kind, entry in button._entries.items():
        if entry.isChecked() is not (kind in kinds):
            entry.trigger()


def test_a_retry_policy_is_taken_over_while_it_is_typed(form, changes, qtbot) -> None:
    qtbot.keyClicks(form._lines["attempts"], "4")
    qtbot.keyClicks(form._lines["wait_s"], "1.5")
    choose(form._on, Kind.TIMEOUT)
    assert changes[-1] == {"retry": RetryPolicy(attempts=4, wait_s=1.5, on=(Kind.TIMEOUT,))}


def test_nothing_typed_leaves_it_to_the_app(form, changes, qtbot) -> None:
    qtbot.keyClicks(form._lines["attempts"], "4")
    form._lines["attempts"].clear()
    form._lines["attempts"].textEdited.emit("")
    assert changes[-1] == {"retry": None}


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("attempts", "99", "between 1 and 10"),
        ("attempts", "many", "no number"),
        ("wait_s", "-1", "between 0"),
        ("wait_s", "60", "longer"),
        ("longest_wait_s", "1e9", "no number"),
    ],
)
def test_what_makes_no_sense_is_marked_and_not_taken(
    form, changes, qtbot, name: str, text: str, complaint: str
) -> None:
    qtbot.keyClicks(form._lines[name], text)
    assert complaint in form._lines[name].accessibleDescription()
    if changes:
        assert text not in str(changes[-1]["retry"])


def test_a_fallback_model_is_added_with_the_errors_it_is_for(form, changes, qtbot) -> None:
    form._add.click()
    (row,) = form.rows
    qtbot.keyClicks(row.model, "b/llama3:8b")
    choose(row.errors, Kind.CONTENT_FILTER, Kind.TIMEOUT)
    wanted = Fallback(model=model_ref("b/llama3:8b"), on=(Kind.TIMEOUT, Kind.CONTENT_FILTER))
    assert changes[-1] == {"fallbacks": (wanted,)}
    assert row.errors.text() == "2 errors"


def test_a_name_that_is_no_model_is_marked_until_it_is_one(form, changes, qtbot) -> None:
    form._add.click()
    (row,) = form.rows
    qtbot.keyClicks(row.model, "gpt")
    assert "not a model name" in row.model.accessibleDescription()
    assert changes == []
    qtbot.keyClicks(row.model, "/4")
    assert row.model.accessibleDescription() == ""
    assert changes[-1] == {"fallbacks": (Fallback(model=model_ref("gpt/4")),)}


def test_a_model_that_is_named_twice_is_marked(form, changes, qtbot) -> None:
    form.show_policies(None, (fallback_from_text("a/m"),))
    form._add.click()
    qtbot.keyClicks(form.rows[1].model, "a/m")
    assert "twice" in form.rows[1].model.accessibleDescription()


def test_what_a_version_has_is_shown_and_can_be_taken_away(form, changes, qtbot) -> None:
    form.show_policies(
        RetryPolicy(attempts=2, on=(Kind.SERVER,)),
        (fallback_from_text("a/m on timeout"), fallback_from_text("b/m")),
    )
    assert form._lines["attempts"].text() == "2"
    assert form._on.kinds() == (Kind.SERVER,)
    assert [row.model.text() for row in form.rows] == ["a/m", "b/m"]
    assert form.rows[0].errors.text() == "no answer in time"
    form.rows[0].dropped.emit()
    assert changes[-1] == {"fallbacks": (fallback_from_text("b/m"),)}
    form.show_policies(None, ())
    assert [line.text() for line in form._lines.values() if line.text()] == []
    assert form.rows == []
    assert form._on.kinds() == PASSING


def test_known_models_complete_the_name(form, qtbot) -> None:
    form.offer_models(["openai/gpt-4.1", "local/tiny"])
    form._add.click()
    completer = form.rows[0].model.completer()
    completer.setCompletionPrefix("tiny")
    assert completer.currentCompletion() == "local/tiny"
