"""A web page that goes through one training step line by line, in one file that needs no network.

`stepper` makes it of a trace: the data, and the files page.html, page.css and page.js put together.
"""
