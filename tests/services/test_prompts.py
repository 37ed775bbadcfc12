"""What a person can do with prompts."""

from __future__ import annotations

import pytest
from tests.services.conftest import undone

from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    UserError,
)
from prompt_workbench.domain.prompts import MAIN_BRANCH, Draft, PromptVersion, text_prompt
from prompt_workbench.domain.templates import FindingKind
from prompt_workbench.services.base import now
from prompt_workbench.services.workbench import Workbench


async def names(bench: Workbench, text: str = "") -> list[str]:
    return [item.prompt.name for item in await bench.prompts.list(text)]


async def head(bench: Workbench, branch: str = MAIN_BRANCH) -> int:
    resolved = await bench.prompts.resolve(f"reply@{branch}")
    assert resolved.version is not None
    return resolved.version.number


def draft(version: PromptVersion, text: str) -> Draft:
    return Draft(
        prompt_id=version.prompt_id,
        branch=MAIN_BRANCH,
        base_id=version.id,
        content=text_prompt(text),
        values={"mail": "Hello"},
        updated_at=now(),
    )


async def test_a_new_prompt_is_listed_and_announced(
    bench: Workbench, heard: list[ChangeSet]
) -> None:
    done = await bench.prompts.create(
        " reply ", text_prompt("Hi"), folder="/mail/", tags=["b", "a"], message=" first "
    )
    (listing,) = await bench.prompts.list()
    assert (listing.prompt.name, listing.prompt.folder) == ("reply", "mail")
    assert listing.prompt.tags == ("a", "b")
    assert listing.latest is not None
    assert (listing.latest.number, listing.latest.message) == (1, "first")
    assert heard[0] == done.changes
    assert heard[0].touches(Kind.PROMPT)


async def test_what_is_saved_first_of_a_begun_prompt_is_its_version_1(bench: Workbench) -> None:
    start = (await bench.prompts.begin(" reply ", folder="/mail/")).value
    (listing,) = await bench.prompts.list()
    assert (listing.prompt.name, listing.prompt.folder) == ("reply", "mail")
    assert listing.latest is None
    assert await bench.prompts.versions(start.prompt_id) == ()
    for ref in ("reply", "reply@latest", "reply@main"):
        with pytest.raises(NotFoundError, match="has no version yet"):
            await bench.prompts.resolve(ref)
    with pytest.raises(NotFoundError, match="version 0"):
        await bench.prompts.resolve("reply@0")
    with pytest.raises(UserError, match="nothing to save yet"):
        await bench.prompts.save(start.prompt_id, text_prompt(""), message="", base_id=start.id)
    content = text_prompt("Hi")
    saved = await bench.prompts.save(start.prompt_id, content, message="", base_id=start.id)
    assert (saved.value.number, saved.value.parents) == (1, ())
    assert await head(bench) == 1
    await undone(saved)
    with pytest.raises(NotFoundError, match="has no version yet"):
        await bench.prompts.resolve("reply")


async def test_prompts_are_found_by_any_of_their_words(bench: Workbench) -> None:
    await bench.prompts.create("Reply to mail", text_prompt("a"), folder="work")
    await bench.prompts.create("Summary", text_prompt("a"), tags=["Mail"])
    assert await names(bench, "mail") == ["Summary", "Reply to mail"]
    assert await names(bench, "mail work") == ["Reply to mail"]
    assert await names(bench, "none") == []


async def test_creating_can_be_undone_and_done_again(
    bench: Workbench, version: PromptVersion
) -> None:
    done = await bench.prompts.create("other", text_prompt("x"))
    redo = await undone(done)
    assert await names(bench) == ["reply"]
    await undone(redo)
    assert await names(bench) == ["other", "reply"]


@pytest.mark.parametrize("change", ["rename", "move", "tag"])
async def test_organising_can_be_undone_and_done_again(
    bench: Workbench, version: PromptVersion, change: str
) -> None:
    value = ["x", "y"] if change == "tag" else "elsewhere"
    before = await bench.prompts.get(version.prompt_id)
    done = await getattr(bench.prompts, change)(version.prompt_id, value)
    after = await bench.prompts.get(version.prompt_id)
    assert after == done.value != before
    redo = await undone(done)
    assert await bench.prompts.get(version.prompt_id) == before
    await undone(redo)
    assert await bench.prompts.get(version.prompt_id) == after


async def test_a_deleted_prompt_keeps_everything(bench: Workbench, version: PromptVersion) -> None:
    done = await bench.prompts.delete(version.prompt_id)
    assert await names(bench) == []
    assert (await bench.prompts.version(version.id)).content == version.content
    redo = await undone(done)
    assert await names(bench) == ["reply"]
    await undone(redo)
    assert await names(bench) == []


async def test_two_prompts_cannot_have_one_name(bench: Workbench, version: PromptVersion) -> None:
    with pytest.raises(ConflictError):
        await bench.prompts.create("reply", text_prompt("x"))
    other = (await bench.prompts.create("other", text_prompt("x"))).value
    with pytest.raises(ConflictError):
        await bench.prompts.rename(other.prompt_id, "reply")
    deleted = await bench.prompts.delete(version.prompt_id)
    await bench.prompts.rename(other.prompt_id, "reply")
    with pytest.raises(ConflictError):
        await undone(deleted)


async def test_saving_moves_the_branch_and_can_be_undone(
    bench: Workbench, version: PromptVersion
) -> None:
    await bench.prompts.save_draft(draft(version, "Better"))
    done = await bench.prompts.save(
        version.prompt_id, text_prompt("Better"), message="shorter", base_id=version.id
    )
    assert (done.value.number, done.value.parents) == (2, (version.id,))
    assert await head(bench) == 2
    assert await bench.prompts.draft(version.prompt_id, MAIN_BRANCH) is None

    redo = await undone(done)
    assert await head(bench) == 1
    kept = await bench.prompts.draft(version.prompt_id, MAIN_BRANCH)
    assert kept is not None
    assert kept.content == text_prompt("Better")
    assert [item.number for item in await bench.prompts.versions(version.prompt_id)] == [2, 1]

    await undone(redo)
    assert await head(bench) == 2
    assert await bench.prompts.draft(version.prompt_id, MAIN_BRANCH) is None


async def test_saving_on_top_of_what_has_moved_is_refused(
    bench: Workbench, version: PromptVersion
) -> None:
    await bench.prompts.save(
        version.prompt_id, text_prompt("A"), message="", base_id=version.id, author="Ada"
    )
    with pytest.raises(ConflictError, match="moved on to version 2 by Ada"):
        await bench.prompts.save(
            version.prompt_id, text_prompt("B"), message="", base_id=version.id
        )


async def test_saving_nothing_new_is_refused(
    bench: Workbench, version: PromptVersion, heard: list[ChangeSet]
) -> None:
    with pytest.raises(UserError, match="Nothing changed since version 1"):
        await bench.prompts.save(version.prompt_id, version.content, message="", base_id=version.id)
    assert heard == []


async def test_references_name_versions_labels_branches_and_drafts(
    bench: Workbench, version: PromptVersion
) -> None:
    second = (
        await bench.prompts.save(
            version.prompt_id, text_prompt("Second"), message="", base_id=version.id
        )
    ).value
    await bench.prompts.label(version.prompt_id, "production", version.id)
    await bench.prompts.branch(version.prompt_id, "trial", "1")
    third = (
        await bench.prompts.save(
            version.prompt_id, text_prompt("Third"), message="", branch="trial", base_id=version.id
        )
    ).value
    await bench.prompts.save_draft(draft(second, "Draft"))

    async def content(ref: str) -> str:
        return (await bench.prompts.resolve(ref)).content.templates[0]

    assert await content("reply") == "Second"
    assert await content("reply@1") == await content("reply@production") == "Answer {{mail}}"
    assert await content("reply@trial") == await content("reply@latest") == "Third"
    assert await content("reply@draft") == "Draft"
    assert third.branch == "trial"
    for wrong in ("reply@9", "reply@none", "none", "none@1"):
        with pytest.raises(NotFoundError):
            await bench.prompts.resolve(wrong)


async def test_branches_can_be_started_deleted_and_brought_back(
    bench: Workbench, version: PromptVersion
) -> None:
    async def branches() -> set[str]:
        return {branch.name for branch in await bench.prompts.branches(version.prompt_id)}

    started = await bench.prompts.branch(version.prompt_id, "trial")
    restart = await undone(started)
    assert await branches() == {"main"}
    await undone(restart)
    assert await branches() == {"main", "trial"}
    deleted = await bench.prompts.delete_branch(version.prompt_id, "trial")
    assert await branches() == {"main"}
    await undone(deleted)
    assert await branches() == {"main", "trial"}
    with pytest.raises(UserError, match="main branch"):
        await bench.prompts.delete_branch(version.prompt_id, "main")


async def test_labels_move_and_keep_their_history(bench: Workbench, version: PromptVersion) -> None:
    async def place() -> list[str]:
        return [label.version_id for label in await bench.prompts.labels(version.prompt_id)]

    second = (
        await bench.prompts.save(
            version.prompt_id, text_prompt("Second"), message="", base_id=version.id
        )
    ).value
    first_move = await bench.prompts.label(version.prompt_id, "live", version.id)
    moved = await bench.prompts.label(version.prompt_id, "live", second.id)
    again = await undone(moved)
    assert await place() == [version.id]
    await undone(again)
    assert await place() == [second.id]
    removed = await bench.prompts.unlabel(version.prompt_id, "live")
    assert await place() == []
    await undone(removed)
    assert await place() == [second.id]
    await undone(first_move)
    assert await place() == []
    assert len(await bench.prompts.label_history(version.prompt_id, "live")) >= 4


async def test_a_label_and_a_branch_cannot_share_a_name(
    bench: Workbench, version: PromptVersion
) -> None:
    with pytest.raises(ConflictError):
        await bench.prompts.label(version.prompt_id, "main", version.id)
    await bench.prompts.label(version.prompt_id, "live", version.id)
    with pytest.raises(ConflictError):
        await bench.prompts.branch(version.prompt_id, "live")
    with pytest.raises(InvalidInputError):
        await bench.prompts.label(version.prompt_id, "draft", version.id)


async def test_a_label_only_takes_versions_of_its_prompt(
    bench: Workbench, version: PromptVersion
) -> None:
    other = (await bench.prompts.create("other", text_prompt("x"))).value
    with pytest.raises(NotFoundError, match="another prompt"):
        await bench.prompts.label(version.prompt_id, "live", other.id)


async def test_drafts_can_be_kept_discarded_and_brought_back(
    bench: Workbench, version: PromptVersion
) -> None:
    async def text() -> str | None:
        found = await bench.prompts.draft(version.prompt_id, MAIN_BRANCH)
        return None if found is None else found.content.templates[0]

    first = await bench.prompts.save_draft(draft(version, "One"))
    second = await bench.prompts.save_draft(draft(version, "Two"))
    redo = await undone(second)
    assert await text() == "One"
    await undone(redo)
    assert await text() == "Two"
    discarded = await bench.prompts.discard_draft(version.prompt_id, MAIN_BRANCH)
    assert await text() is None
    await undone(discarded)
    assert await text() == "Two"
    await undone(first)
    assert await text() is None
    (listing,) = await bench.prompts.list()
    assert not listing.has_draft


async def test_versions_are_compared(bench: Workbench, version: PromptVersion) -> None:
    second = (
        await bench.prompts.save(
            version.prompt_id, text_prompt("Reply to {{mail}}"), message="", base_id=version.id
        )
    ).value
    diff = await bench.prompts.diff(version.id, second.id)
    assert diff.changed
    assert not (await bench.prompts.diff(version.id, version.id)).changed


async def test_a_text_is_checked(bench: Workbench) -> None:
    content = text_prompt("Answer {{mail}} as {{name}}")
    assert bench.prompts.check(content) == ()
    (finding,) = bench.prompts.check(content, {"mail": "x"})
    assert (finding.kind, finding.name, finding.column) == (FindingKind.MISSING, "name", 20)
