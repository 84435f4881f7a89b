"""Grading what a class handed in, without trusting a line of it.

`sources` finds where each student's work lies, `names` says whose it is, and `submissions` reads it; `tasks` checks
one submission, in this process or in the `executors`; `state` is what is kept on the way, so that a stopped grading
goes on; `reports` writes the grades and the pages. `grading` puts them together.
"""
