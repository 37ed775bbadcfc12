"""The Alembic revisions that lead a project to the newest schema."""
