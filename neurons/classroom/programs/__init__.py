"""Any program, as its author wrote it: is its backpropagation right, and if not, which line is wrong?

From the ground up: `answers` holds the facts, `budget` the time to find them, and `inside` runs in the sandbox around
the program. `text` reads what the program says, `numbers` what it computes: its network, and its steps against the
gradients. `edits` makes the changes that may repair it, and `words` says it all. `choices` explains what looks wrong
and is right, `mistakes` what is wrong beside the gradients. `calls` finds what trains the program, and `judging` gives
the verdict. `diagnose` uses them all; `front` is the door.
"""
