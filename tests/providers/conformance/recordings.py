"""Recorded bodies of real providers: a selection in the project, and all that lie beside it."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prompt_workbench.domain.requests import Interface

RECORDED = Path(__file__).parents[2] / "fixtures" / "recorded"
SHARED = Path(__file__).parents[4] / "shared" / "cassettes"

_FOLDERS = {
    "anthropic": Interface.ANTHROPIC_MESSAGES,
    "gemini": Interface.GEMINI,
    "responses": Interface.OPENAI_RESPONSES,
}
_PATHS = {
    r"/chat/completions(\?|$)": Interface.OPENAI_CHAT,
    r"/responses$": Interface.OPENAI_RESPONSES,
    r"anthropic\.com/v1/messages(\?|$)": Interface.ANTHROPIC_MESSAGES,
    r":(streamG|g)enerateContent(\?|$)": Interface.GEMINI,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One answer as it was on the wire."""

    name: str
    interface: Interface
    status: int
    body: bytes

    @property
    def type(self) -> str:
        """The content type, which the recorders did not always keep."""
        return "application/json" if self.body.lstrip()[:1] in b"{[" else "text/event-stream"


def recorded(name: str) -> Recording:
    """Return a recording of the project; its status is at the end of its name."""
    status = re.search(r"(\d{3})\.json$", name)
    return Recording(
        name=name,
        interface=_FOLDERS.get(Path(name).parts[0], Interface.OPENAI_CHAT),
        status=int(status[1]) if status else 200,
        body=(RECORDED / name).read_bytes(),
    )


def shared() -> Iterator[Recording]:
    """Yield the recordings beside the project that one of the adapters can read."""
    import yaml

    for path in sorted(SHARED.glob("*/*.yaml")):
        for exchange in yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]:
            address = exchange["request"]["uri"]
            found = [each for end, each in _PATHS.items() if re.search(end, address)]
            body = _body(exchange["response"])
            if found and body:
                status = exchange["response"]["status"]
                yield Recording(
                    name=path.name,
                    interface=found[0],
                    status=status["code"] if isinstance(status, dict) else status,
                    body=body,
                )


def _body(response: dict[str, Any]) -> bytes:
    if (parsed := response.get("parsed_body")) is not None:
        return json.dumps(parsed).encode()
    body = response.get("body") or {}
    raw = body.get("string", b"") if isinstance(body, dict) else body
    data = raw.encode() if isinstance(raw, str) else raw
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
