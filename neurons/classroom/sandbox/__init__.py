"""Running a student's file where it can do no harm: in a process of its own, which answers questions with numbers.

`student` looks like a module with the student's names; `transport` says how whatever runs the program is asked.
`process` is the kind for grading: our end of two pipes, of which `worker/` is the other, a small program that knows no
answer. `local` is the kind without processes, for self-study in a browser, with `surroundings` like those of a worker;
`deadline` keeps its time. Both refuse the same calls: the list is in `worker/refused`. `containment` finds the
strongest way to lock a worker in that this machine has; `source` refuses what is not Python text, `values` are what
comes back beside numbers, `errors` says in a sentence why there is no number.
"""
