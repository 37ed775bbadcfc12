"""What an exported prompt needs at run time: the standard library, and nothing of the app.

It imports nothing of `prompt_workbench`, so that it can be shipped on its own.
"""
