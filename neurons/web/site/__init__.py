"""The site: a folder of pages for any web server, which asks no other server for anything.

`site` writes it: the start page and the teachers' pages from `pages`, the notebooks to read (`notebook_pages`), the
`reference` of the public API, a `sample_class` to grade, and the pages of the other rooms. `lab` adds JupyterLite.
"""
