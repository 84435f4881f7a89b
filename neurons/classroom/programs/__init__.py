"""Any program, as its author wrote it: is its backpropagation right, and if not, which line is wrong?

`program` reads its texts, `session` runs it in the sandbox with the files of `inside`, `search` finds a turn of a loop
that trains (its own, one of `own_calls` or `guesses`; of a `single_step` or a `smaller` program, if there
is none), `network` finds the layers in the numbers that were seen there, `scales` compares its steps with the
gradients, `naming` asks the catalogue, `lines` looks where wrong numbers first appear, `repair` tries `edits` of its
lines, `judge` puts the answer together, and `words` says it.
"""
