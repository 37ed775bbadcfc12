"""Files that go with messages."""

from __future__ import annotations

from sqlalchemy import Table

from prompt_workbench.storage.tables.columns import METADATA, binary, string

FILE = Table("file", METADATA, string("id", primary_key=True), binary("content"))
"""The bytes of images and documents, once per hash: JSON texts have the id in their place."""
