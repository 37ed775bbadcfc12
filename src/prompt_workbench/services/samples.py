"""The sample project: a real prompt in two versions, real rows, and a comparison of both."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prompt_workbench.domain.canonical import JsonObject
from prompt_workbench.domain.comparison_json import comparison_from_json
from prompt_workbench.domain.comparisons import ComparisonSpec
from prompt_workbench.domain.errors import HostError
from prompt_workbench.domain.prompts import PromptContent, content_from_json
from prompt_workbench.interop.strict_json import parse_json
from prompt_workbench.services.last_comparison import remember_comparison
from prompt_workbench.system.paths import resources_dir

if TYPE_CHECKING:
    from prompt_workbench.services.workbench import Workbench

SAMPLE_NAME = "Sample"
_DATASET_FILE = "reviews.csv"


def sample_spec() -> ComparisonSpec:
    """Return the comparison that is ready to run in the sample project."""
    return comparison_from_json(_read("comparison.json"))


async def fill_sample(workbench: Workbench) -> None:
    """Put the sample prompt and dataset into an empty project, and choose what to compare."""
    value = _read("prompt.json")
    first, *later = _objects(value["versions"])
    made = await workbench.prompts.create(
        str(value["name"]),
        _content(first),
        folder=str(value.get("folder", "")),
        tags=_texts(value.get("tags", [])),
        message=str(first["message"]),
    )
    for version in later:
        await workbench.prompts.save(
            made.value.prompt_id, _content(version), message=str(version["message"]), base_id=None
        )
    await workbench.datasets.import_file(_folder() / _DATASET_FILE, sample_spec().dataset)
    remember_comparison(workbench, sample_spec())


def _folder() -> Path:
    return resources_dir() / "samples" / "sentiment"


def _read(name: str) -> JsonObject:
    path = _folder() / name
    try:
        value = parse_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise HostError(
            f"The sample project is missing from this installation: {error.strerror}: {path}",
            hint="Install Prompt Workbench again.",
        ) from None
    if not isinstance(value, dict):
        raise TypeError(f"{path} must hold an object")
    return value


def _content(version: JsonObject) -> PromptContent:
    return content_from_json(version["content"])


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _objects(value: object) -> list[JsonObject]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
