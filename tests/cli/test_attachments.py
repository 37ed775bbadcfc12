"""Images and PDF files go with a prompt that is saved in a terminal."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest
from tests.cli.conftest import Terminal
from tests.support.attachments import PDF, png

from prompt_workbench.providers.fake import FakeProvider

COMPARE = ("compare", "--dataset", "mails", "--model", "fake/fake", "--cases", "1")


@pytest.fixture
def receipt(project: Terminal) -> str:
    (project.folder / "receipt.png").write_bytes(png())
    (project.folder / "contract.pdf").write_bytes(PDF)
    return project.file("ask.txt", "What does it say about {{mail}}?")


def parts(project: Terminal, ref: str) -> list[dict[str, str]]:
    content = project.done("prompts", "show", ref, "--json").json["content"]
    return content["messages"][-1]["parts"]


def test_files_go_with_the_text_and_stay_until_they_are_taken_away(
    project: Terminal, receipt: str
) -> None:
    save = ("prompts", "save", "reply", receipt)
    project.done(*save, "--attach", "receipt.png", "--attach", "contract.pdf")
    assert [part.get("name") for part in parts(project, "reply@2")] == [
        "receipt.png",
        "contract.pdf",
        None,
    ]
    assert "[image receipt.png · PNG" in project.done("prompts", "show", "reply@2").out
    diff = project.done("prompts", "diff", "reply@1", "reply@2").out
    assert "{+[image receipt.png · PNG" in diff
    assert "[document contract.pdf · PDF" in diff
    project.done(*save, "-M", "again", "--settings", "seed=1")
    assert len(parts(project, "reply@3")) == 3
    project.done(*save, "--attach", "none", "--attach", "contract.pdf")
    assert [part.get("name") for part in parts(project, "reply@4")] == ["contract.pdf", None]


def test_what_is_shown_as_json_can_be_saved_again(project: Terminal, receipt: str) -> None:
    project.done("prompts", "save", "reply", receipt, "--attach", "receipt.png")
    shown = project.done("prompts", "show", "reply@2", "--json")
    copy = project.file("whole.json", json.dumps(shown.json["content"]))
    project.done("prompts", "save", "copy", copy)
    assert parts(project, "copy@1") == parts(project, "reply@2")


def test_the_bytes_reach_the_model_and_are_kept_once(
    project: Terminal, receipt: str, provider: FakeProvider
) -> None:
    noise = (project.folder / "receipt.png").read_bytes()
    project.done("prompts", "save", "reply", receipt, "--attach", "receipt.png")
    project.done(*COMPARE, "--prompt", "reply@2")
    (request,) = provider.requests
    assert b64encode(noise) in request.body
    database = next(Path(project.folder).rglob("*.pwb")).read_bytes()
    assert b64encode(noise)[:60] not in database
    assert database.count(noise[:60]) <= 1


def test_an_estimate_names_the_model_that_cannot_see(
    project: Terminal, receipt: str, provider: FakeProvider
) -> None:
    project.done("prompts", "save", "reply", receipt, "--attach", "receipt.png")
    blind = ("--prompt", "reply@2", "--model", "local/smollm2-135m-instruct", "--estimate")
    words = "local/smollm2-135m-instruct takes no images"
    assert words in project.done(*COMPARE, *blind).out
    assert project.done(*COMPARE, *blind, "--json").json["unreadable"] == [words]


def test_what_is_no_image_is_refused(project: Terminal, receipt: str) -> None:
    answer = project.pwb("prompts", "save", "reply", receipt, "--attach", receipt)
    assert answer.code == 2
    assert "ask.txt is no image or document" in answer.err
    assert "PNG, JPEG, WebP and GIF" in answer.err
