"""What runs beside the student's program, in the sandbox: it knows no formula and no answer.

`numbers.session` sends the text of these files along with the program, so they import the standard library, NumPy and
each other (by relative names: in the sandbox the folder has another name). `watching` changes the program's tree so
that every number passes by; `loading` runs its statements and stands in for what is not there; `state` reads and writes
the numbers in any container; `examples` puts our numbers in the place of the program's data; `turns` takes one turn of
a training loop, as often as it is asked; `stepping` takes a step for programs that take none; `trials` finds the loops
in which a turn changes any number; `changes` lets other text run; `runs` is what the other side may ask.
"""
