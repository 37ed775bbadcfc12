"""The user's own models: OpenAI-compatible endpoints and added model files; never a key."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import urlsplit

from prompt_workbench.domain.errors import HostError, InvalidInputError, NotFoundError
from prompt_workbench.system.files import replace_private_file
from prompt_workbench.system.paths import config_dir

LOCAL_PROVIDER = "local"
"""The provider name of the embedded model server; no endpoint may have it."""

_FORMAT = 1
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_NAME_HINT = (
    "Use small letters, digits, dots, dashes and underscores; start with a letter or digit."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An OpenAI-compatible server; its models are named ``NAME/model``."""

    name: str
    base_url: str
    input_price: Decimal | None = None
    """US dollars per million input tokens; None when unknown."""
    output_price: Decimal | None = None

    def __post_init__(self) -> None:
        _check_name(self.name, what="an endpoint")
        if self.name == LOCAL_PROVIDER:
            raise InvalidInputError(
                f"The name {LOCAL_PROVIDER} belongs to the embedded model server.",
                hint="Choose another name for the endpoint.",
            )
        _check_url(self.base_url)
        for price in (self.input_price, self.output_price):
            if price is not None and not (price.is_finite() and price >= 0):
                raise InvalidInputError(
                    f"A price of {price} is not possible.",
                    hint="Give US dollars per million tokens, such as 0.15, or leave it out.",
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalModel:
    """A GGUF file that the embedded server runs as ``local/NAME``."""

    name: str
    path: Path

    def __post_init__(self) -> None:
        _check_name(self.name, what="a local model")
        if not self.path.is_absolute():
            raise InvalidInputError(
                f"The path of the local model {self.name} must be absolute: {self.path}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRegistry:
    """All models that the user added; a change returns a new registry."""

    endpoints: tuple[Endpoint, ...] = ()
    local: tuple[LocalModel, ...] = ()

    def endpoint(self, name: str) -> Endpoint | None:
        """Return the endpoint of that name."""
        return next((item for item in self.endpoints if item.name == name), None)

    def local_model(self, name: str) -> LocalModel | None:
        """Return the added model of that name."""
        return next((item for item in self.local if item.name == name), None)

    def with_endpoint(self, endpoint: Endpoint) -> ModelRegistry:
        """Return the registry with the endpoint; one of the same name is replaced."""
        others = (item for item in self.endpoints if item.name != endpoint.name)
        return replace(self, endpoints=(*others, endpoint))

    def without_endpoint(self, name: str) -> ModelRegistry:
        """Return the registry without the endpoint.

        Raises:
            NotFoundError: No endpoint has that name.
        """
        if self.endpoint(name) is None:
            raise _not_found("endpoint", name, [item.name for item in self.endpoints])
        return replace(self, endpoints=tuple(e for e in self.endpoints if e.name != name))

    def with_local(self, model: LocalModel) -> ModelRegistry:
        """Return the registry with the model; one of the same name is replaced."""
        others = (item for item in self.local if item.name != model.name)
        return replace(self, local=(*others, model))

    def without_local(self, name: str) -> ModelRegistry:
        """Return the registry without the model; its file stays where it is.

        Raises:
            NotFoundError: No added model has that name.
        """
        if self.local_model(name) is None:
            raise _not_found("local model", name, [item.name for item in self.local])
        return replace(self, local=tuple(item for item in self.local if item.name != name))


def load(path: Path | None = None) -> ModelRegistry:
    """Return the saved registry; an empty one before the first save.

    Fields that this version does not know are passed over.

    Raises:
        HostError: The file cannot be read or is damaged.
    """
    path = path or _default_path()
    try:
        value = json.loads(path.read_bytes(), parse_float=Decimal)
        return _registry_from_json(value)
    except FileNotFoundError:
        return ModelRegistry()
    except OSError as error:
        raise HostError(f"Your list of models cannot be read: {error.strerror}: {path}") from None
    except (ValueError, TypeError, KeyError, InvalidOperation, InvalidInputError) as error:
        detail = f" {error.message}" if isinstance(error, InvalidInputError) else ""
        raise HostError(
            f"Your list of models is damaged: {path}.{detail}",
            hint="Correct the file, or delete it and add your models again.",
        ) from None


def save(registry: ModelRegistry, path: Path | None = None) -> None:
    """Replace the saved registry.

    Raises:
        HostError: The file cannot be written; the old one is kept.
    """
    path = path or _default_path()
    text = json.dumps(_registry_to_json(registry), indent=2, ensure_ascii=False)
    try:
        replace_private_file(path, f"{text}\n".encode())
    except OSError as error:
        raise HostError(
            f"Your list of models cannot be saved: {error.strerror}: {path}",
            hint="Check that the folder can be written to and that the disk has room.",
        ) from None


def _default_path() -> Path:
    return config_dir() / "models.json"


def _check_name(name: str, *, what: str) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidInputError(f"{name!r} cannot be the name of {what}.", hint=_NAME_HINT)


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        complete = parts.scheme in {"http", "https"} and bool(parts.hostname)
        extra = bool(parts.query or parts.fragment) or parts.port == 0
    except ValueError:
        complete, extra, parts = False, False, urlsplit("")
    if "@" in parts.netloc:
        raise InvalidInputError(
            "The address of an endpoint must not contain a user name or a password.",
            hint="Leave them out of the address and store a key for the endpoint.",
        )
    if not complete or extra or any(character.isspace() for character in url):
        raise InvalidInputError(
            f"{url!r} is not the address of an endpoint.",
            hint="It looks like http://localhost:11434/v1.",
        )


def _not_found(what: str, name: str, known: list[str]) -> NotFoundError:
    hint = f"Known are: {', '.join(known)}." if known else "None has been added."
    return NotFoundError(f"There is no {what} named {name}.", hint=hint)


def _registry_to_json(registry: ModelRegistry) -> dict[str, object]:
    return {
        "format": _FORMAT,
        "endpoints": [
            {
                "name": item.name,
                "base_url": item.base_url,
                "input_price": _price_text(item.input_price),
                "output_price": _price_text(item.output_price),
            }
            for item in registry.endpoints
        ],
        "local": [{"name": item.name, "path": str(item.path)} for item in registry.local],
    }


def _registry_from_json(value: object) -> ModelRegistry:
    root = _object(value)
    if root.get("format", _FORMAT) != _FORMAT:
        raise HostError(
            "Your list of models was written by another version of Prompt Workbench.",
            hint="Update Prompt Workbench.",
        )
    registry = ModelRegistry()
    for item in map(_object, _list(root.get("endpoints", []))):
        endpoint = Endpoint(
            name=_text(item["name"]),
            base_url=_text(item["base_url"]),
            input_price=_price(item.get("input_price")),
            output_price=_price(item.get("output_price")),
        )
        registry = registry.with_endpoint(endpoint)
    for item in map(_object, _list(root.get("local", []))):
        model = LocalModel(name=_text(item["name"]), path=Path(_text(item["path"])))
        registry = registry.with_local(model)
    return registry


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _price(value: object) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise TypeError
    return Decimal(value)


def _price_text(price: Decimal | None) -> str | None:
    return None if price is None else format(price, "f")
