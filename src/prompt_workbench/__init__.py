"""Prompt Workbench: versioned prompts, compared side by side on real models."""
