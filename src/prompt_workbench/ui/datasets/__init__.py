"""The Datasets page: import files, look at cases, edit them into new versions, export."""
