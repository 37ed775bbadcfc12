"""Charts on pyqtgraph: bars, stacked bars, lines and scatter, each also as a table.

Importing this package's modules imports pyqtgraph and numpy: pages do so only when there
is something to plot. Texts are escaped or plain, because pyqtgraph reads HTML.
"""
