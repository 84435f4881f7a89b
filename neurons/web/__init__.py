"""Pages that need no installation: each is one file that opens from a folder, with no network.

`classroom` puts Python itself, `neurons`, an editor and the seventeen exercises into one page: `pyodide` brings the
Python for browsers, checked. `draw` writes the page on which a model reads the digits that one draws. `site` makes a
folder of pages for a web server.
"""
