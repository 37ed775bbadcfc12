"""The child process that counts tokens with OpenAI's own encodings.

Loading an encoding takes half a second in which no other thread can work, and 70 MB: too much
for the process of a window. The encodings are files of the litellm package; nothing of litellm
runs, and nothing is ever downloaded.

It reads one JSON request a line from stdin and writes one JSON answer a line to stdout: first
``{"ready": true}``, then for each ``{"model", "texts"}`` the ``{"encoding", "counts"}`` of the
texts; without an encoding where the model has none that is known.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import tiktoken
import tiktoken_ext.openai_public
from tiktoken.model import encoding_name_for_model

from prompt_workbench.system.no_network import refuse_network


def main(arguments: Sequence[str]) -> int:
    """Count until stdin ends."""
    refuse_network()
    _write({"ready": True})
    for line in sys.stdin.buffer:
        request = json.loads(line)
        _write(counted(request["model"], request["texts"]))
    return 0


def counted(model: str, texts: Sequence[str]) -> dict[str, object]:
    """Return the encoding of a model of OpenAI and how many tokens each text has in it."""
    try:
        encoding = _encoding(encoding_name_for_model(model))
    except (KeyError, OSError):
        return {"encoding": "", "counts": []}
    counts = [len(encoding.encode_ordinary(text)) for text in texts]
    return {"encoding": encoding.name, "counts": counts}


@cache
def _encoding(name: str) -> tiktoken.Encoding:
    """Return an encoding.

    Raises:
        KeyError: There is none of that name.
        OSError: Its file is not there.
    """
    # tiktoken would download the file.
    tiktoken_ext.openai_public.load_tiktoken_bpe = _ranks
    return tiktoken.Encoding(**tiktoken_ext.openai_public.ENCODING_CONSTRUCTORS[name]())


def _ranks(address: str, expected_hash: str | None = None) -> dict[bytes, int]:
    # litellm keeps the files as tiktoken would: named by where they are from.
    name = hashlib.sha1(address.encode(), usedforsecurity=False).hexdigest()
    data = (_folder() / name).read_bytes()
    if expected_hash not in (None, hashlib.sha256(data).hexdigest()):
        raise OSError(f"The encoding {name} is damaged.")
    pairs = (line.split() for line in data.splitlines() if line)
    return {base64.b64decode(token): int(rank) for token, rank in pairs}


def _folder() -> Path:
    spec = importlib.util.find_spec("litellm")
    places = None if spec is None else spec.submodule_search_locations
    if not places:
        raise FileNotFoundError("litellm is not installed.")
    return Path(places[0]) / "litellm_core_utils" / "tokenizers"


def _write(answer: dict[str, object]) -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.flush()
