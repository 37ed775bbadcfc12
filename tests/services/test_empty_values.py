"""An empty text that was given is a value: from a file, from the editor, over a default."""

from __future__ import annotations

from pathlib import Path

from tests.services.conftest import ran

from prompt_workbench.domain.comparisons import ComparisonSpec, Run
from prompt_workbench.domain.messages import Role, text_message
from prompt_workbench.domain.prompts import PromptContent, PromptInput, PromptVersion, text_prompt
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.services.workbench import Workbench


async def sent(bench: Workbench, run: Run) -> list[str]:
    """Return the last message of each call of a run."""
    cells = await bench.runs.cells(run.id)
    calls = [await bench.runs.generation(cell.id) for cell in cells]
    return [call.body.messages[-1].text for call in calls]


async def test_an_empty_cell_of_a_dataset_is_sent(
    bench: Workbench, version: PromptVersion, provider: FakeProvider, tmp_path: Path
) -> None:
    path = tmp_path / "mails.csv"
    path.write_text("mail,note\nhello,a\n,b\n")
    await bench.datasets.import_file(path, "mails")
    run = await ran(
        bench, ComparisonSpec(prompts=("reply",), models=("fake/fake",), dataset="mails")
    )
    assert await sent(bench, run) == ["Answer hello", "Answer "]


async def test_an_empty_value_of_the_editor_is_sent(
    bench: Workbench, provider: FakeProvider
) -> None:
    created = await bench.comparisons.create_quick(
        "reply", None, text_prompt("Answer “{{mail}}”"), ["fake/fake"], {"mail": ""}
    )
    await bench.comparisons.start(created.value.id)
    assert await sent(bench, await bench.comparisons.finished(created.value.id)) == ["Answer “”"]


async def test_an_empty_value_takes_the_place_of_a_default(bench: Workbench) -> None:
    content = PromptContent(
        messages=(text_message(Role.USER, "To “{{name}}”"),),
        inputs=(PromptInput(name="name", default="Ada"),),
    )
    assert bench.prompts.check(content, {"name": ""}) == ()
    (message,) = (await bench.prompts.forecast(content, {"name": ""})).messages
    assert message.message.text == "To “”"
