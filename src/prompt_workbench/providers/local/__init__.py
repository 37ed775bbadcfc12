"""The embedded model: its weights, its server, and who watches the server."""
