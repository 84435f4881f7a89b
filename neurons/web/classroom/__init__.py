"""The classroom in one file: Python in the browser, an editor, the course's exercises and the checker.

`page` builds the file on this machine, out of page.html, page.css, the scripts, the `programs` and the exercises.
`session` is what runs in the finished page: the worker's scripts call it.
"""
