"""The file of the person's own models: endpoints, model files and prices; never a key."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.errors import HostError, InvalidInputError
from prompt_workbench.domain.price_json import (
    amount,
    amount_text,
    price_from_json,
    price_to_json,
)
from prompt_workbench.domain.requests import Interface, model_ref
from prompt_workbench.settings.connection import CONNECTION, Connection, connection_of
from prompt_workbench.settings.registry import (
    BATCHES,
    LOCAL_PROVIDER,
    Endpoint,
    LocalModel,
    ModelRegistry,
    Terms,
)
from prompt_workbench.system.files import replace_private_file
from prompt_workbench.system.paths import config_dir

__all__ = [
    "BATCHES",
    "LOCAL_PROVIDER",
    "Endpoint",
    "LocalModel",
    "ModelRegistry",
    "Terms",
    "load",
    "save",
]

_FORMAT = 1


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
    except (ValueError, TypeError, KeyError, InvalidInputError) as error:
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


def _registry_to_json(registry: ModelRegistry) -> dict[str, object]:
    return {
        "format": _FORMAT,
        "endpoints": [
            {
                "name": item.name,
                "base_url": item.base_url,
                "interface": item.interface.value,
                "input_price": amount_text(item.input_price),
                "output_price": amount_text(item.output_price),
                **({"options": dict(item.options)} if item.options else {}),
                **_connection_to_json(item.connection),
            }
            for item in registry.endpoints
        ],
        "local": [{"name": item.name, "path": str(item.path)} for item in registry.local],
        "terms": [_terms_to_json(item) for item in registry.terms],
    }


def _connection_to_json(connection: Connection) -> dict[str, object]:
    chosen = {key: value for key, value in connection.values().items() if value}
    return {"connection": chosen} if chosen else {}


def _connection_from_json(item: JsonObject) -> Connection:
    return connection_of({key: value for key, value in item.items() if key in CONNECTION})


def _terms_to_json(terms: Terms) -> dict[str, object]:
    price = terms.price
    return {
        "model": str(terms.model),
        "since": terms.since.isoformat(),
        "price": None if price is None else price_to_json(price),
        "discount_percent": amount_text(terms.discount_percent),
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
            interface=Interface(_text(item.get("interface", Interface.OPENAI_CHAT))),
            input_price=amount(item.get("input_price")),
            output_price=amount(item.get("output_price")),
            options={name: _text(text) for name, text in _object(item.get("options", {})).items()},
            connection=_connection_from_json(_object(item.get("connection", {}))),
        )
        registry = registry.with_endpoint(endpoint)
    for item in map(_object, _list(root.get("local", []))):
        model = LocalModel(name=_text(item["name"]), path=Path(_text(item["path"])))
        registry = registry.with_local(model)
    for item in map(_object, _list(root.get("terms", []))):
        registry = registry.with_terms(_terms_from_json(item))
    return registry


def _terms_from_json(item: JsonObject) -> Terms:
    given = item.get("price")
    return Terms(
        model=model_ref(_text(item["model"])),
        since=date.fromisoformat(_text(item["since"])),
        price=None if given is None else price_from_json(_object(given)),
        discount_percent=amount(item.get("discount_percent")) or Decimal(0),
    )


def _object(value: object) -> dict[str, Json]:
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
