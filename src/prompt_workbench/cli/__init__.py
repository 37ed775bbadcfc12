"""The command line: the same services as the window, without Qt.

`main` has the root command, the exit codes and how errors are told; there is one module per
noun. Results go to the standard output, as text or with ``--json`` as one JSON value with the
field names of `records`; progress and errors go to the standard error.
May import: services, system, domain.
"""
