"""Grading what a class handed in, without trusting a line of it.

`submissions` reads zips, folders and files, and `names` says whose they are; `tasks` checks one submission, in this
process or in the `executors`; `state` is what is kept on the way, so that a stopped grading goes on; `reports` writes
the grades and the pages. `grading` puts them together.
"""
