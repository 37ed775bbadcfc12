"""Prompts keep their history, whatever is done to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.storage.examples import CONTENT, NOW, prompt, version

from prompt_workbench.domain.errors import ConflictError, NotFoundError
from prompt_workbench.domain.messages import Message, Role, TextPart, ToolCallPart
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.prompts import (
    Branch,
    Draft,
    InputType,
    Label,
    PromptContent,
    PromptInput,
    text_prompt,
)
from prompt_workbench.storage.project import Project
from prompt_workbench.storage.repositories import Repositories
from prompt_workbench_runtime.render import Language

RICH = PromptContent(
    messages=(
        Message(role=Role.SYSTEM, parts=(TextPart(content="Sei kurz. 🙂"),)),
        Message(
            role=Role.ASSISTANT,
            parts=(ToolCallPart(id="c1", name="look_up", arguments='{"a": 1}'),),
        ),
    ),
    language=Language.JINJA,
    inputs=(PromptInput(name="n", type=InputType.INTEGER, description="How many", default=3),),
    settings=ModelSettings(temperature=0.2, stop_sequences=("\n",)),
    tools=({"name": "look_up", "parameters": {"type": "object"}},),
    response_schema={"type": "object"},
)


async def test_what_is_saved_comes_back_equal(project: Project) -> None:
    it = prompt(folder="mail/replies", tags=("a", "ü"))
    first = version(it, content=RICH, message="First", author="Ada", parents=("x",))

    def save(store: Repositories) -> None:
        store.prompts.add(it)
        store.prompts.add_version(first)

    await project.write(save)
    assert await project.read(lambda store: store.prompts.get(it.id)) == it
    assert await project.read(lambda store: store.prompts.version(first.id)) == first
    assert await project.read(lambda s: s.prompts.version_numbered(it.id, 1)) == first


async def test_two_living_prompts_cannot_share_a_name(project: Project) -> None:
    await project.write(lambda store: store.prompts.add(prompt("reply")))
    with pytest.raises(ConflictError, match="already a prompt named “reply”"):
        await project.write(lambda store: store.prompts.add(prompt("reply")))


async def test_a_deleted_prompt_frees_its_name_and_can_come_back_under_another(
    project: Project,
) -> None:
    old, new = prompt("reply"), prompt("reply")

    def replace_it(store: Repositories) -> None:
        store.prompts.add(old)
        store.prompts.update(replace(old, deleted_at=NOW))
        store.prompts.add(new)

    await project.write(replace_it)
    assert await project.read(lambda store: store.prompts.by_name("reply")) == new
    assert await project.read(lambda store: store.prompts.all()) == [new]
    with pytest.raises(ConflictError):
        await project.write(lambda store: store.prompts.update(old))
    await project.write(lambda store: store.prompts.update(replace(old, name="old reply")))
    names = await project.read(lambda store: [item.name for item in store.prompts.all()])
    assert names == ["old reply", "reply"]


async def test_versions_are_listed_newest_first_with_their_labels(project: Project) -> None:
    it = prompt()
    first, second = version(it, 1), version(it, 2, text_prompt("Other"))

    def save(store: Repositories) -> None:
        store.prompts.add(it)
        assert store.prompts.next_number(it.id) == 1
        for item in (first, second):
            store.prompts.add_version(item)
        for name, target in (("production", first), ("staging", first), ("staging", second)):
            label = Label(prompt_id=it.id, name=name, version_id=target.id, moved_at=NOW)
            store.prompts.set_label(label)

    await project.write(save)
    listed = await project.read(lambda store: store.prompts.versions(it.id))
    assert [(item.number, item.labels) for item in listed] == [
        (2, ("staging",)),
        (1, ("production",)),
    ]
    assert listed[1].content_hash == CONTENT.hash
    assert await project.read(lambda store: store.prompts.next_number(it.id)) == 3


async def test_a_label_remembers_where_it_was(project: Project) -> None:
    it = prompt()
    first, second = version(it, 1), version(it, 2)
    moves = [
        Label(prompt_id=it.id, name="production", version_id=v.id, moved_at=NOW + timedelta(days=d))
        for d, v in enumerate((first, second, first))
    ]

    def save(store: Repositories) -> None:
        store.prompts.add(it)
        store.prompts.add_version(first)
        store.prompts.add_version(second)
        for move in moves:
            store.prompts.set_label(move)
        store.prompts.delete_label(it.id, "production")

    await project.write(save)
    assert await project.read(lambda store: store.prompts.labels(it.id)) == []
    history = await project.read(lambda store: store.prompts.label_history(it.id, "production"))
    assert history == moves[::-1]


async def test_branches_move_and_go(project: Project) -> None:
    it = prompt()
    first, second = version(it, 1), version(it, 2)

    def save(store: Repositories) -> None:
        store.prompts.add(it)
        store.prompts.add_version(first)
        store.prompts.add_version(second)
        for name, head in (("main", first), ("idea", first), ("main", second)):
            store.prompts.set_branch(Branch(prompt_id=it.id, name=name, head_id=head.id))

    await project.write(save)
    heads = await project.read(lambda s: {b.name: b.head_id for b in s.prompts.branches(it.id)})
    assert heads == {"main": second.id, "idea": first.id}
    await project.write(lambda store: store.prompts.delete_branch(it.id, "idea"))
    assert len(await project.read(lambda store: store.prompts.branches(it.id))) == 1


async def test_the_last_draft_of_a_branch_is_kept(project: Project) -> None:
    it = prompt()
    draft = Draft(
        prompt_id=it.id,
        branch="main",
        base_id=None,
        content=CONTENT,
        values={"question": ["why?", 1]},
        updated_at=NOW,
    )
    later = replace(draft, content=RICH, updated_at=NOW + timedelta(seconds=1))

    def save(store: Repositories) -> None:
        store.prompts.add(it)
        store.prompts.save_draft(draft)
        store.prompts.save_draft(later)

    await project.write(save)
    assert await project.read(lambda store: store.prompts.draft(it.id, "main")) == later
    assert await project.read(lambda store: store.prompts.drafts()) == [later]
    await project.write(lambda store: store.prompts.delete_draft(it.id, "main"))
    assert await project.read(lambda store: store.prompts.draft(it.id, "main")) is None


async def test_asking_for_what_is_not_there_says_so(project: Project) -> None:
    with pytest.raises(NotFoundError, match="no prompt with the id nothing"):
        await project.read(lambda store: store.prompts.get("nothing"))
    with pytest.raises(NotFoundError, match="no version 7 of this prompt"):
        await project.read(lambda store: store.prompts.version_numbered("nothing", 7))


async def test_a_failed_write_changes_nothing(project: Project) -> None:
    def fail(store: Repositories) -> None:
        store.prompts.add(prompt())
        raise NotFoundError("Something is missing.")

    with pytest.raises(NotFoundError):
        await project.write(fail)
    assert await project.read(lambda store: store.prompts.all()) == []


async def test_the_newest_version_of_every_prompt_is_told_at_once(project: Project) -> None:
    one, other = prompt("one"), prompt("other")
    first, second = version(one), version(one, number=2)
    only = version(other)

    def save(store: Repositories) -> None:
        for it in (one, other):
            store.prompts.add(it)
        for saved in (first, second, only):
            store.prompts.add_version(saved)
        for name, pointed in (("live", first), ("live", second), ("next", second)):
            store.prompts.set_label(
                Label(prompt_id=one.id, name=name, version_id=pointed.id, moved_at=NOW)
            )

    await project.write(save)
    newest = await project.read(lambda store: store.prompts.newest_versions())
    assert {key: (item.number, item.labels) for key, item in newest.items()} == {
        one.id: (2, ("live", "next")),
        other.id: (1, ()),
    }


async def test_an_error_of_the_database_repeats_nothing_of_what_was_to_be_stored(
    project: Project,
) -> None:
    lost = version(prompt("never stored"), message="between us")
    with pytest.raises(ConflictError) as refused:
        await project.write(lambda store: store.prompts.add_version(lost))
    assert "prompt_version" in str(refused.value.__cause__)
    assert "between us" not in str(refused.value.__cause__)
