"""``pwb prompts``."""

from __future__ import annotations

import io
import json

import pytest
from tests.cli.conftest import Terminal


def typed(content: bytes) -> io.TextIOWrapper:
    """Return a standard input as it is on a machine that is not set to UTF-8."""
    return io.TextIOWrapper(io.BytesIO(content), encoding="cp1252")


def test_prompts_are_saved_listed_and_shown(project: Terminal) -> None:
    (record,) = project.done("prompts", "list", "--json").json
    assert (record["name"], record["latest_version"], record["has_draft"]) == ("reply", 1, False)
    assert "reply" in project.done("prompts", "list").out
    shown = project.done("prompts", "show", "reply@1", "--json").json
    assert shown["content"]["settings"] == {"max_tokens": 20}
    assert shown["content"]["messages"][0]["parts"][0]["content"] == "Answer {{mail}}"
    assert "[user]\nAnswer {{mail}}" in project.done("prompts", "show", "reply").out


def test_saving_a_text_keeps_what_it_does_not_name(
    project: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", typed(b"Reply to {{mail}}"))
    project.done("prompts", "save", "reply", "--system", "Be brief", "--settings", "seed=1")
    monkeypatch.setattr("sys.stdin", typed(b"Write to {{mail}}"))
    project.done("prompts", "save", "reply", "-M", "again")
    content = project.done("prompts", "show", "reply", "--json").json["content"]
    assert [message["role"] for message in content["messages"]] == ["system", "user"]
    assert content["settings"] == {"max_tokens": 20, "seed": 1}


def test_examples_and_the_beginning_of_the_answer_stay_around_a_new_text(
    project: Terminal,
) -> None:
    turns = [
        ("system", "S"),
        ("user", "2+2"),
        ("assistant", "4"),
        ("user", "old"),
        ("assistant", "A:"),
    ]
    content = {
        "messages": [
            {"role": role, "parts": [{"type": "text", "content": text}]} for role, text in turns
        ]
    }
    project.done("prompts", "save", "shots", project.file("shots.json", json.dumps(content)))
    project.done("prompts", "save", "shots", project.file("new.txt", "new\n"))
    messages = project.done("prompts", "show", "shots", "--json").json["content"]["messages"]
    texts = [(message["role"], message["parts"][0]["content"]) for message in messages]
    assert texts == [*turns[:3], ("user", "new"), turns[4]]


def test_a_file_stays_with_the_question_and_is_named_where_it_is_shown(project: Terminal) -> None:
    image = {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "QUJD"}
    message = {"role": "user", "parts": [image, {"type": "text", "content": "old"}]}
    file = project.file("image.json", json.dumps({"messages": [message]}))
    project.done("prompts", "save", "image", file)
    project.done("prompts", "save", "image", project.file("new.txt", "new"))
    (saved,) = project.done("prompts", "show", "image", "--json").json["content"]["messages"]
    assert saved["parts"] == [image, {"type": "text", "content": "new"}]
    shown = project.done("prompts", "show", "image").out
    assert "[user]\n[image " in shown
    assert "QUJD" not in shown


def user_text(project: Terminal, ref: str) -> str:
    content = project.done("prompts", "show", ref, "--json").json["content"]
    return str(content["messages"][-1]["parts"][0]["content"])


def test_what_is_piped_in_is_utf_8_on_every_machine(
    project: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", typed("Grüße 日本\n".encode()))
    project.done("prompts", "save", "greet")
    assert user_text(project, "greet") == "Grüße 日本"
    monkeypatch.setattr("sys.stdin", typed(b"one\ntwo \xff\n"))
    refused = project.pwb("prompts", "save", "greet")
    assert refused.code == 2
    assert "The standard input is not UTF-8 text (line 2)." in refused.err


def test_line_breaks_of_windows_make_no_difference(project: Terminal) -> None:
    (project.folder / "unix.txt").write_bytes(b"a\nb\n")
    (project.folder / "windows.txt").write_bytes(b"a\r\nb\r\n")
    project.done("prompts", "save", "lines", "windows.txt")
    assert user_text(project, "lines") == "a\nb"
    assert "Nothing changed" in project.pwb("prompts", "save", "lines", "unix.txt").err


def test_an_empty_text_is_no_version(project: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    for stdin in (typed(b""), typed(b" \n"), None):
        monkeypatch.setattr("sys.stdin", stdin)
        refused = project.pwb("prompts", "save", "reply")
        assert refused.code == 2
        assert "The text is empty." in refused.err


def test_whole_content_is_saved_from_json(project: Terminal) -> None:
    content = {"messages": [{"role": "user", "parts": [{"type": "text", "content": "x"}]}]}
    project.done("prompts", "save", "other", project.file("other.json", json.dumps(content)))
    assert project.done("prompts", "show", "other", "--json").json["content"]["messages"]


def test_the_log_and_the_diff_tell_what_changed(project: Terminal) -> None:
    project.done("prompts", "save", "reply", project.file("b.txt", "Reply to {{mail}}"), "-M", "b")
    log = project.done("prompts", "log", "reply", "--json").json
    assert [(entry["version"], entry["message"]) for entry in log] == [(2, "b"), (1, "first")]
    assert "first" in project.done("prompts", "log", "reply").out
    assert (
        "[-Answer-]{+Reply to+} {{mail}}"
        in project.done("prompts", "diff", "reply@1", "reply@2").out
    )
    assert project.done("prompts", "diff", "reply@1", "reply@2", "--json").json["changed"] is True
    assert "Nothing changed." in project.done("prompts", "diff", "reply@1", "reply@1").out


def test_branches_and_labels_point_at_versions(project: Terminal) -> None:
    project.done("prompts", "branch", "reply", "trial")
    text = project.file("b.txt", "B")
    project.done("prompts", "save", "reply", text, "--branch", "trial")
    branches = project.done("prompts", "branch", "reply", "--json").json
    assert {item["branch"]: item["head"] for item in branches} == {"main": 1, "trial": 2}
    project.done("prompts", "label", "reply@trial", "live")
    (label,) = project.done("prompts", "label", "reply", "--json").json
    assert (label["label"], label["version"]) == ("live", 2)
    project.done("prompts", "label", "reply", "live", "--remove")
    project.done("prompts", "branch", "reply", "trial", "--delete")
    assert project.done("prompts", "label", "reply", "--json").json == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["prompts", "show", "none"], "Error: There is no prompt named “none”."),
        (["prompts", "save", "reply", "reply.txt"], "Error: Nothing changed since version 1."),
        (["prompts", "save", "x", "bad.txt"], "Error: "),
        (["prompts", "save", "x", "bad.json"], "Error: The content cannot be read. It is not"),
        (["prompts", "save", "x", "bad.txt", "--settings", "{"], "Error: The settings cannot be"),
        (["prompts", "save", "x", "none.txt"], "Error: There is no file none.txt."),
        (["prompts", "show", "reply@" + "9" * 20], "Error: The prompt “reply” has no version"),
        (["prompts", "save", "x", "reply.txt", "-M", "\udcff"], "Error: “\\udcff” is not text"),
        (["prompts", "label", "reply", "7"], "Error: “7” cannot be the name of a label."),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    project: Terminal, arguments: list[str], sentence: str
) -> None:
    project.file("bad.txt", "{{mail")
    project.file("bad.json", "{{mail")
    answer = project.pwb(*arguments)
    assert answer.code == 2
    assert answer.err.startswith(sentence)
    assert answer.out == ""


def test_what_a_prompt_contains_cannot_steer_the_terminal(project: Terminal) -> None:
    project.done("prompts", "save", "evil", project.file("e.txt", "\x1b]0;title\x07 [red]x[/red]"))
    out = project.done("prompts", "show", "evil").out
    assert "\x1b" not in out
    assert "[red]x[/red]" in out


def test_retries_and_fallback_models_are_saved_shown_compared_and_taken_away(
    project: Terminal,
) -> None:
    text = project.file("text.txt", "Answer {{mail}}")
    retry = "attempts=4, wait_s=0.5, on=timeout|server"
    project.done(
        "prompts", "save", "reply", text, "--retry", retry,
        "--fallback", "a/one", "--fallback", "b/two:8b on content_filter",
    )  # fmt: skip
    content = project.done("prompts", "show", "reply", "--json").json["content"]
    assert content["retry"] == {
        "attempts": 4, "wait_s": 0.5, "longest_wait_s": 30, "on": ["server", "timeout"],
    }  # fmt: skip
    assert content["fallbacks"][1] == {"model": "b/two:8b", "on": ["content_filter"]}
    shown = project.done("prompts", "show", "reply").out
    assert "retry: attempts=4" in shown
    assert "b/two:8b on content_filter" in shown
    assert "fallbacks.a/one" in project.done("prompts", "diff", "reply@1", "reply@2").out
    project.done("prompts", "save", "reply", text, "--retry", "none", "--fallback", "none")
    left = project.done("prompts", "show", "reply", "--json").json["content"]
    assert {"retry", "fallbacks"} & left.keys() == set()


@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [
        ("--retry", "often", "no part of a retry policy"),
        ("--retry", "attempts=many", "whole number"),
        ("--retry", "on=authentication", "does not help"),
        ("--fallback", "gpt", "not a model name"),
        ("--fallback", "a/m on bad days", "no kind of error"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(
    project: Terminal, option: str, value: str, complaint: str
) -> None:
    text = project.file("text.txt", "Answer {{mail}}")
    refused = project.pwb("prompts", "save", "reply", text, option, value)
    assert refused.code != 0
    assert complaint in refused.err
