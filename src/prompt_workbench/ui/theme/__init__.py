"""Colours, fonts and spacing: one table of tokens, and the one place that applies it."""
