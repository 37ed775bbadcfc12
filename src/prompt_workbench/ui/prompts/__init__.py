"""Writing, running and versioning a prompt.

The page holds the widgets; `PromptPresenter` holds the open prompt and its draft,
`QuickRunPresenter` the answers of quick runs, `PromptListPresenter` the list on the left.
"""
