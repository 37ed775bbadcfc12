"""The desktop app: the only package that knows Qt.

Imports inside it point downwards: `start` runs the app, `main_window` puts the shell and
the pages together, a page stands on `plots`, `kit` and `actions`, those on `bridge` and
`theme`. Pages know services and domain values, and never each other.
"""
