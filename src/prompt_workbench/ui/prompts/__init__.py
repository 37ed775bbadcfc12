"""Writing, running and versioning a prompt."""
