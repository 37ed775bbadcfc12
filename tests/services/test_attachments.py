"""Files are read for messages, and only files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.support.attachments import PDF, png

from prompt_workbench.domain.errors import HostError, InvalidInputError
from prompt_workbench.domain.messages import Role, text_message
from prompt_workbench.services.workbench import Workbench


async def test_files_are_read_in_the_order_they_are_named(bench: Workbench, tmp_path: Path) -> None:
    paths = [tmp_path / "b.pdf", tmp_path / "a.png"]
    for path, data in zip(paths, (PDF, png()), strict=True):
        path.write_bytes(data)
    files = await bench.prompts.read_attachments(paths)
    assert [(file.name, file.mime_type) for file in files] == [
        ("b.pdf", "application/pdf"),
        ("a.png", "image/png"),
    ]


async def test_a_folder_or_a_pipe_is_no_file(bench: Workbench, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path, pipe):
        with pytest.raises(InvalidInputError, match="is no file"):
            await bench.prompts.read_attachments([path])


async def test_a_missing_file_is_told_by_its_name(bench: Workbench, tmp_path: Path) -> None:
    with pytest.raises(HostError, match=r"gone\.png cannot be read") as caught:
        await bench.prompts.read_attachments([tmp_path / "gone.png"])
    assert str(tmp_path) not in str(caught.value)


async def test_of_a_large_file_no_more_is_read_than_needed(
    bench: Workbench, tmp_path: Path
) -> None:
    path = tmp_path / "film.png"
    with path.open("wb") as file:
        file.write(png())
        file.truncate(4_000_000_000)
    with pytest.raises(InvalidInputError, match=r"has 4000\.0 MB"):
        await bench.prompts.read_attachments([path])


async def test_files_are_added_to_one_message(bench: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png())
    files = await bench.prompts.read_attachments([path])
    messages = (text_message(Role.SYSTEM, "Be brief."), text_message(Role.USER, "And this?"))
    changed = bench.prompts.attach(messages, 1, files)
    assert changed[0] == messages[0]
    assert changed[1].files == files
