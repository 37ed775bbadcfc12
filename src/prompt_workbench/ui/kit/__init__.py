"""Widgets and models that every page uses: tables, toasts, viewers, forms, empty states."""
