"""``pwb prompts``: list, show, save, log, diff, branch, label."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from prompt_workbench.cli.arguments import settings_from_text
from prompt_workbench.cli.attachments import with_attachments
from prompt_workbench.cli.output import print_coloured, print_json, print_text, shortened
from prompt_workbench.cli.progress import say
from prompt_workbench.cli.prompt_text import Edit, content_text, diff_text, refuse_broken
from prompt_workbench.cli.records import (
    diff_record,
    label_record,
    prompt_record,
    version_record,
)
from prompt_workbench.cli.session import JsonOption, ProjectOption, session
from prompt_workbench.cli.tables import print_table
from prompt_workbench.domain.diffs import VersionDiff, diff_contents
from prompt_workbench.domain.errors import InvalidInputError, NotFoundError
from prompt_workbench.domain.prompts import (
    MAIN_BRANCH,
    Label,
    Prompt,
    PromptVersion,
    VersionSummary,
)
from prompt_workbench.interop.case_file import decoded, read_text
from prompt_workbench.services.workbench import Workbench
from prompt_workbench_runtime.render import Language

app = typer.Typer(help="Write, version, compare and label prompts.", no_args_is_help=True)

NameArgument: TypeAlias = Annotated[str, typer.Argument(metavar="NAME")]
RefArgument: TypeAlias = Annotated[
    str,
    typer.Argument(metavar="NAME[@REF]", help="REF is a number, label, branch, draft or latest."),
]
AttachOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE",
        help="An image or a PDF that goes with the last user message; repeat it for more; "
        "none takes away those that are there.",
    ),
]
RetryOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="NAME=VALUE,…",
        help="When a failed call is sent again: attempts=3,wait_s=1,on=timeout|server; or none.",
    ),
]
FallbackOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        metavar="MODEL",
        help="A model that answers instead: MODEL or “MODEL on overloaded,timeout”; "
        "repeat it for more, in their order; or none.",
    ),
]


@app.command("list")
def list_prompts(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="Part of a folder, name or tag.")] = "",
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the prompts of the project."""
    listings = session(context).ask(project, lambda workbench: workbench.prompts.list(text))
    if as_json:
        print_json(
            [prompt_record(item.prompt, item.latest, has_draft=item.has_draft) for item in listings]
        )
        return
    print_table(
        ("Prompt", "Version", "Folder", "Tags", "Last change"),
        (
            (
                item.prompt.name,
                "–" if item.latest is None else f"v{item.latest.number}",
                item.prompt.folder,
                ", ".join(item.prompt.tags),
                "" if item.latest is None else shortened(item.latest.message),
            )
            for item in listings
        ),
    )


@app.command()
def show(
    context: typer.Context,
    ref: RefArgument,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the messages and settings of a version."""
    found = session(context).ask(project, lambda workbench: workbench.prompts.resolve(ref))
    if not as_json:
        print_text(content_text(found.content))
    elif found.version is None:
        print_json({"prompt": found.prompt.name, "content": found.content.whole_json()})
    else:
        record = version_record(found.version, found.prompt)
        print_json(record | {"content": found.content.whole_json()})


@app.command()
def save(
    context: typer.Context,
    name: NameArgument,
    file: Annotated[
        Path,
        typer.Argument(help="The user message, or whole content as .json; - reads the input."),
    ] = Path("-"),
    message: Annotated[str, typer.Option("--message", "-M", help="What changed.")] = "",
    system: Annotated[str | None, typer.Option(help="The system message.")] = None,
    branch: Annotated[str, typer.Option(help="The branch to save on.")] = MAIN_BRANCH,
    folder: Annotated[str, typer.Option(help="The folder of a new prompt.")] = "",
    settings: Annotated[
        str, typer.Option(metavar="NAME=VALUE,…", help="Changes to the model settings.")
    ] = "",
    language: Annotated[Language | None, typer.Option(help="The template language.")] = None,
    attach: AttachOption = None,
    retry: RetryOption = None,
    fallback: FallbackOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Save a text as the next version of a prompt; a new name makes a new prompt."""
    text = _typed() if str(file) == "-" else read_text(file)
    if not text.strip():
        raise InvalidInputError(
            "The text is empty.", hint="Name a file, or give the text on the standard input."
        )
    edit = Edit(
        text=text,
        whole=file.suffix.lower() == ".json",
        system=system,
        settings=settings_from_text(settings),
        language=language,
        retry=retry,
        fallbacks=fallback or (),
    )

    async def work(workbench: Workbench) -> tuple[Prompt, PromptVersion]:
        prompts = workbench.prompts
        head = await _head(workbench, name, branch)
        content = edit.applied_to(None if head is None else head.content)
        refuse_broken(prompts.check(content))
        content = await with_attachments(prompts, content, attach or ())
        if head is None:
            done = await prompts.create(name, content, folder=folder, message=message)
        else:
            done = await prompts.save(
                head.prompt_id, content, message=message, branch=branch, base_id=head.id
            )
        return await prompts.get(done.value.prompt_id), done.value

    prompt, version = session(context).ask(project, work)
    if as_json:
        print_json(version_record(version, prompt))
    else:
        print_text(f"Saved {prompt.name} version {version.number}")


@app.command()
def log(
    context: typer.Context,
    name: NameArgument,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the versions of a prompt, newest first."""

    async def work(workbench: Workbench) -> tuple[Prompt, tuple[VersionSummary, ...]]:
        prompt = await workbench.prompts.get(name)
        return prompt, await workbench.prompts.versions(prompt.id)

    prompt, versions = session(context).ask(project, work)
    if as_json:
        print_json(
            [
                version_record(version, prompt) | {"labels": list(version.labels)}
                for version in versions
            ]
        )
        return
    print_table(
        ("Version", "Branch", "Labels", "When", "Who", "What changed"),
        (
            (
                f"v{version.number}",
                version.branch,
                ", ".join(version.labels),
                f"{version.created_at.astimezone():%Y-%m-%d %H:%M}",
                version.author,
                version.message,
            )
            for version in versions
        ),
    )


@app.command()
def diff(
    context: typer.Context,
    left: RefArgument,
    right: RefArgument,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what changed from one version to another, word by word."""

    async def work(workbench: Workbench) -> VersionDiff:
        before = await workbench.prompts.resolve(left)
        after = await workbench.prompts.resolve(right)
        return diff_contents(before.content, after.content)

    found = session(context).ask(project, work)
    if as_json:
        print_json(diff_record(found))
    else:
        print_coloured(diff_text(found, coloured=sys.stdout.isatty()))


@app.command()
def branch(
    context: typer.Context,
    name: NameArgument,
    branch_name: Annotated[str, typer.Argument(metavar="[BRANCH]")] = "",
    from_ref: Annotated[
        str, typer.Option("--from", metavar="REF", help="Where it starts; else at main.")
    ] = "",
    delete: Annotated[
        bool, typer.Option("--delete", help="Forget the branch; its versions are kept.")
    ] = False,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the branches of a prompt, start one, or delete one."""

    async def work(workbench: Workbench) -> tuple[Prompt, list[tuple[str, int]]]:
        prompt = await workbench.prompts.get(name)
        if branch_name and delete:
            await workbench.prompts.delete_branch(prompt.id, branch_name)
        elif branch_name:
            await workbench.prompts.branch(prompt.id, branch_name, from_ref)
        found = await workbench.prompts.branches(prompt.id)
        numbers = {item.id: item.number for item in await workbench.prompts.versions(prompt.id)}
        return prompt, [(item.name, numbers[item.head_id]) for item in found]

    prompt, branches = session(context).ask(project, work)
    if as_json:
        print_json(
            [{"prompt": prompt.name, "branch": item, "head": head} for item, head in branches]
        )
    else:
        print_table(("Branch", "Head"), ((item, f"v{head}") for item, head in branches))


@app.command()
def label(
    context: typer.Context,
    ref: RefArgument,
    label_name: Annotated[str, typer.Argument(metavar="[LABEL]")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Take the label away.")] = False,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the labels of a prompt, point one at a version, or remove one."""

    async def work(workbench: Workbench) -> tuple[Prompt, list[tuple[Label, int]]]:
        found = await workbench.prompts.resolve(ref)
        if label_name and remove:
            await workbench.prompts.unlabel(found.prompt.id, label_name)
        elif label_name and found.version is None:
            raise InvalidInputError("A draft cannot be labelled.", hint="Save it first.")
        elif label_name and found.version is not None:
            await workbench.prompts.label(found.prompt.id, label_name, found.version.id)
        versions = await workbench.prompts.versions(found.prompt.id)
        numbers = {version.id: version.number for version in versions}
        labels = await workbench.prompts.labels(found.prompt.id)
        return found.prompt, [(item, numbers[item.version_id]) for item in labels]

    prompt, labels = session(context).ask(project, work)
    if as_json:
        print_json([label_record(item, prompt, number) for item, number in labels])
    else:
        print_table(
            ("Label", "Version", "Since"),
            (
                (item.name, f"v{number}", f"{item.moved_at.astimezone():%Y-%m-%d %H:%M}")
                for item, number in labels
            ),
        )


def _typed() -> str:
    """Return what is typed or piped in, whatever the language of the machine."""
    if sys.stdin is None:
        return ""
    if sys.stdin.isatty():
        say("Type the text, then press Ctrl-D on a line of its own (Windows: Ctrl-Z and Enter).")
    return decoded(sys.stdin.buffer.read(), "The standard input")


async def _head(workbench: Workbench, name: str, branch: str) -> PromptVersion | None:
    """Return the version that is saved on top of; None where there is no such prompt."""
    try:
        prompt = await workbench.prompts.get(name)
    except NotFoundError:
        if branch != MAIN_BRANCH:
            raise
        return None
    for each in await workbench.prompts.branches(prompt.id):
        if each.name == branch:
            return await workbench.prompts.version(each.head_id)
    return (await workbench.prompts.resolve(f"{prompt.name}@{branch}")).version
