"""Running a student's file where it can do no harm: in a process of its own, which answers questions with numbers.

`student` is our end of the pipe and looks like a module with the student's names; `worker` is the other end, a single
file that knows no answer. `containment` finds the strongest way to lock the worker in that this machine has;
`source` refuses what is not Python text, `values` are what comes through the pipe beside numbers, `errors` says in a
sentence why there is no number.
"""
