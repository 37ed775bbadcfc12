"""The Calls page: every call of the project, newest first, filtered and searched."""
