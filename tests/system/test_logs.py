"""Log files: a line is a record, whatever a record holds."""

from __future__ import annotations

import json
import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from prompt_workbench.system.logs import child_log, log_to_file


@pytest.fixture
def logger(tmp_path: Path) -> Iterator[logging.Logger]:
    root = logging.getLogger()
    level = root.level
    handler = log_to_file("test", tmp_path)
    yield logging.getLogger("a.b")
    root.removeHandler(handler)
    root.setLevel(level)
    handler.close()


def lines(folder: Path) -> list[dict[str, object]]:
    text = (folder / "test.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_message_cannot_pass_for_another_line(logger: logging.Logger, tmp_path: Path) -> None:
    logger.info('one\r\n{"level": "error"}\u2028\x1b[31m %s', "x")
    (line,) = lines(tmp_path)
    assert (line["level"], line["logger"]) == ("info", "a.b")
    assert "\x1b" not in (tmp_path / "test.jsonl").read_text(encoding="utf-8")


def test_a_long_message_is_cut(logger: logging.Logger, tmp_path: Path) -> None:
    logger.info("x" * 10_000_000)
    assert (tmp_path / "test.jsonl").stat().st_size < 3_000


def test_an_exception_is_kept_on_its_line(logger: logging.Logger, tmp_path: Path) -> None:
    try:
        raise ValueError("no")
    except ValueError:
        logger.info("failed", exc_info=True)
    (line,) = lines(tmp_path)
    assert str(line["exception"]).endswith("ValueError: no")


def test_the_file_is_private(logger: logging.Logger, tmp_path: Path) -> None:
    logger.info("x")
    assert stat.S_IMODE((tmp_path / "test.jsonl").stat().st_mode) == 0o600


def test_a_log_that_cannot_be_written_does_not_stop_the_program(tmp_path: Path) -> None:
    handler = log_to_file("test", tmp_path / "none")
    logging.getLogger().removeHandler(handler)


def test_what_a_child_writes_is_put_aside_when_it_is_long(tmp_path: Path) -> None:
    log, old = tmp_path / "worker.log", tmp_path / "worker.log.1"
    old.write_bytes(b"oldest")
    with child_log(log) as file:
        file.write(b"x" * 6_000_000)
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    for line in (b"one\n", b"two\n"):
        with child_log(log) as file:
            file.write(line)
    assert log.read_bytes() == b"one\ntwo\n"
    assert old.stat().st_size == 6_000_000
    assert len(list(tmp_path.iterdir())) == 2


def test_a_child_starts_also_where_no_log_can_be_written(tmp_path: Path) -> None:
    with child_log(tmp_path / "none" / "worker.log") as file:
        file.write(b"given up")
    assert list(tmp_path.iterdir()) == []
