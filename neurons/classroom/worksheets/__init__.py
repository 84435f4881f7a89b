"""Worksheets on backpropagation by hand: each student's own numbers, a key that says what each wrong number means.

`questions` says what is asked, `formulas` reads from the diagnosis how each number and each mistake is computed,
`drawing` draws the numbers, `judging` judges answers; `printing`, `practice` and `moodle` make the pages.
"""
