"""The frame around the pages: activity rail, status bar, command palette, start page."""
