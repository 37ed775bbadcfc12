"""The Datasets page: import, look at, edit and version evaluation data."""
