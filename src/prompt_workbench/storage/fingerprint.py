"""The fingerprint of a project file's schema: equal for files made in different ways."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

_SPACE = re.compile(r"\s+")
_AROUND = re.compile(r" ?([(),]) ?")

FINGERPRINT = "5dc2511c48c0eb68e87734ce27b54b9e030ae84bc62daa0944403bd0db9705a4"
"""Of the newest revision. A schema with anything more, less or else has another one."""


def fingerprint(connection: Any) -> str:
    """Return the fingerprint of the schema that a connection of the driver sees."""
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema")
    lines = sorted(
        f"{kind} {name} {table} {_normalised(sql or '')}" for kind, name, table, sql in rows
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _normalised(sql: str) -> str:
    """Return a definition without accidents of layout, its constraints in order."""
    sql = _AROUND.sub(r"\1", _SPACE.sub(" ", sql.replace('"', "")).strip())
    head, bracket, rest = sql.partition("(")
    body, close, tail = rest.rpartition(")")
    clauses = list(_clauses(body))
    columns = [clause for clause in clauses if not clause.startswith("CONSTRAINT ")]
    constraints = sorted(clause for clause in clauses if clause.startswith("CONSTRAINT "))
    return f"{head}{bracket}{','.join(columns + constraints)}{close}{tail}"


def _clauses(body: str) -> Iterator[str]:
    """Yield the parts between the commas that are in no bracket."""
    depth, start = 0, 0
    for place, character in enumerate(body):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            yield body[start:place]
            start = place + 1
    yield body[start:]
