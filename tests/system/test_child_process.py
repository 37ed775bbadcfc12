"""Child processes of this program: they start, and no secret goes with them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from prompt_workbench.system.child_process import child_command, child_environment


def test_nothing_that_may_hold_a_secret_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    canary = "sk-canary-4711"
    for name in (
        *("OPENAI_API_KEY", "PWB_KEY_WORK", "AWS_SECRET_ACCESS_KEY", "HTTPS_PROXY", "https_proxy"),
        *("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PGPASSWORD", "SOMETHING_UNHEARD_OF"),
    ):
        monkeypatch.setenv(name, f"https://ada:{canary}@example.org")
    assert not [name for name, value in child_environment().items() if canary in value]
    assert child_environment()["PATH"] == os.environ["PATH"]


def test_a_child_starts_and_ends_with_its_input() -> None:
    done = subprocess.run(
        child_command("_render"),
        input=b"",
        env=child_environment(),
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == b'{"ready": true}\n'
    assert done.stderr == b""


def test_a_frozen_build_is_its_own_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert child_command("_worker") == [sys.executable, "_worker"]
