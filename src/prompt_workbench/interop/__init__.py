"""The file formats of datasets and runs; one module per format.

Modules here turn bytes and text into domain values and back. They know no database and no
network. May import: settings, system, domain.
"""
