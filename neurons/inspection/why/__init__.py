"""Why a gradient is what it is.

`explanation` is the answer of `model.why(name)`: the factors, the paths, and what does not fit. `stored_pass` holds the
numbers that the last pass left in a model, `unfinished_pass` those of a pass in which a debugger has stopped.
`nudge_check` moves the number a little on a copy and looks at the loss; `words` writes the calculations.
"""
