"""Any program, as its author wrote it: is its backpropagation right, and if not, which line is wrong?

From the ground up: `answers` are the facts that are found, and `budget` the time to find them in. `inside` runs in the
sandbox, around the program. `text` reads what the program says, `numbers` what it computes: its network, and its steps
against the gradients. `edits` are the changes that may mend it, and `words` what is said of all this. `choices` are
what looks wrong and is right; `mistakes` those beside the gradients. `calls` finds what trains the program; `judging`
gives the verdict and tries the edits. `diagnose` goes that way from top to bottom, and `front` is the door to it.
"""
