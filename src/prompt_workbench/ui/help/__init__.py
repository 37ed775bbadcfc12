"""The help: pages of Markdown from the resources, read in a window of their own.

`pages` knows texts, sections and search and needs no Qt; `shortcuts` writes the one page
that is made from the declared actions; `text_view` is the only place that shows Markdown.
"""
