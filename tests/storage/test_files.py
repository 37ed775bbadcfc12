"""A file that goes with a message is stored once, however often it is sent or versioned."""

from __future__ import annotations

import base64
import json
import os
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import func, select
from tests.storage.examples import NOW, add_run, answer, prompt, sent, variant, version
from tests.storage.test_strangers import forget_projects

from prompt_workbench.domain.errors import ProjectDamagedError
from prompt_workbench.domain.messages import BlobPart, Message, Role, TextPart
from prompt_workbench.domain.prompts import Draft, PromptContent, PromptVersion, text_prompt
from prompt_workbench.storage import sqlite
from prompt_workbench.storage.ledger import ProjectLedger
from prompt_workbench.storage.project import Project
from prompt_workbench.storage.repositories import Repositories
from prompt_workbench.storage.tables import CONTENT, FILE
from prompt_workbench.storage.tables.outlines import DRAFT


def picture(size: int = 200_000) -> BlobPart:
    content = base64.b64encode(os.urandom(size)).decode()
    return BlobPart(mime_type="image/png", content=content, name="receipt.png")


def asking(*files: BlobPart, text: str = "What is this?") -> PromptContent:
    parts = (*files, TextPart(content=text))
    return PromptContent(messages=(Message(role=Role.USER, parts=parts),))


async def stored_files(project: Project) -> int:
    return await project.read(
        lambda store: store.prompts._connection.scalar(select(func.count()).select_from(FILE))
    )


async def test_versions_with_the_same_picture_share_its_bytes(project: Project) -> None:
    file, it = picture(), prompt()
    first = version(it, content=asking(file))
    second = version(it, 2, content=asking(file, text="What was bought?"))

    def save(store: Repositories) -> None:
        store.prompts.add(it)
        store.prompts.add_version(first)
        store.prompts.add_version(second)

    await project.write(save)
    assert await project.read(lambda store: store.prompts.version(first.id)) == first
    assert await project.read(lambda store: store.prompts.version(second.id)) == second
    assert await stored_files(project) == 1
    texts = await project.read(
        lambda store: list(store.prompts._connection.scalars(select(CONTENT.c.body)))
    )
    assert all(len(text) < 500 for text in texts)


async def test_files_that_are_read_again_and_again_take_their_room_once(project: Project) -> None:
    large, it = picture(30_000_000), prompt()
    versions = [version(it, n, content=asking(large, picture(), text=f"{n}")) for n in (1, 2)]

    def save(store: Repositories) -> None:
        store.prompts.add(it)
        for each in versions:
            store.prompts.add_version(each)

    await project.write(save)

    async def first_file(number: int) -> BlobPart:
        read = await project.read(lambda store: store.prompts.version(versions[number].id))
        assert read == versions[number]
        return read.content.messages[0].files[0]

    assert (await first_file(0)).content is (await first_file(1)).content
    other = version(it, 3, content=asking(picture(30_000_000)))
    await project.write(lambda store: store.prompts.add_version(other))
    before = await first_file(0)
    await project.read(lambda store: store.prompts.version(other.id))
    assert (await first_file(0)).content is not before.content  # it made room for the other


async def test_a_picture_that_is_taken_out_of_a_draft_leaves_the_project(project: Project) -> None:
    kept, gone, it = picture(), picture(), prompt()
    draft = Draft(
        prompt_id=it.id, branch="main", base_id=None, content=asking(kept, gone), updated_at=NOW
    )

    def save(store: Repositories) -> None:
        store.prompts.add(it)
        store.prompts.add_version(version(it, content=asking(kept)))
        store.prompts.save_draft(draft)

    await project.write(save)
    assert await project.read(lambda store: store.prompts.draft(it.id, "main")) == draft
    assert await stored_files(project) == 2
    without = replace(draft, content=asking(kept, text="Now what?"))
    await project.write(lambda store: store.prompts.save_draft(without))
    assert await stored_files(project) == 1
    await project.write(lambda store: store.prompts.delete_draft(it.id, "main"))
    assert await stored_files(project) == 1  # the version has it
    await project.write(lambda store: store.prompts.save_draft(draft))
    await project.write(lambda store: store.prompts.delete_draft(it.id, "main"))
    assert await stored_files(project) == 1
    drafts = await project.read(
        lambda store: store.prompts._connection.scalar(select(func.count()).select_from(DRAFT))
    )
    assert drafts == 0


async def test_the_id_of_a_file_in_a_text_is_text(project: Project) -> None:
    quoted = f'{{"type":"file","file_id":"{picture().id}"}}'
    it = prompt()
    first = version(it, content=text_prompt(quoted))

    def save(store: Repositories) -> None:
        store.prompts.add(it)
        store.prompts.add_version(first)

    await project.write(save)
    assert await project.read(lambda store: store.prompts.version(first.id)) == first


async def test_a_call_is_kept_without_the_bytes_and_comes_back_with_them(
    project: Project, ledger: ProjectLedger
) -> None:
    file = picture()
    content = asking(file, text="An unusual question?")
    it = await project.write(lambda store: add_run(store, 1, variants=(variant(content=content),)))
    run = await ledger.run(it.id)
    assert run.variants[0].content == content
    call = sent(run)
    body = json.dumps({"messages": [{"image": f"data:image/png;base64,{file.content}"}]})
    call = structs.replace(
        call,
        request=replace(call.request, messages=content.messages),
        request_body=body,
    )
    await ledger.sent(call)
    await ledger.settled(answer(call), cache_key=None)
    kept = await project.read(lambda store: store.generations.get(call.id))
    assert kept.body.messages == content.messages
    assert len(kept.body.request_body) < 500
    assert kept.body.whole_request_body == body
    found = await project.read(lambda store: store.generations.search("unusual"))
    assert [row.id for row in found] == [call.id]


async def test_a_file_of_a_strangers_project_comes_in(tmp_path: Path, home: Path) -> None:
    path, first = await received(tmp_path)
    forget_projects(home)
    project = Project.open(path)
    assert await project.read(lambda store: store.prompts.version(first.id)) == first
    await project.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE file SET content = x'00'",
        "UPDATE content SET body = replace(body, '\"image/png\"', '\"image/gif\"')",
        'UPDATE content SET body = replace(body, \'"modality"\', \'"more":1,"modality"\')',
    ],
)
async def test_a_strangers_project_with_a_changed_file_is_refused(
    tmp_path: Path, home: Path, change: str
) -> None:
    path, _ = await received(tmp_path)
    forget_projects(home)
    with closing(sqlite.connect(path, "rw")) as connection:
        connection.execute(change)
        connection.commit()
    with pytest.raises(ProjectDamagedError, match="something wrong"):
        Project.open(path)


async def received(folder: Path) -> tuple[Path, PromptVersion]:
    path, it = folder / "theirs.pwb", prompt()
    first = version(it, content=asking(picture()))
    project = Project.create(path)

    def save(store: Repositories) -> None:
        store.prompts.add(it)
        store.prompts.add_version(first)

    await project.write(save)
    await project.close()
    return path, first
