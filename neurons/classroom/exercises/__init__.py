"""The exercises of the course, a folder each, and the check of an answer.

`exercise` reads a folder; its probes.py yields `events` (given this, expect that) and helps itself to `samples`
and `images`. `check` runs a student's file against them and makes a `result`, whose `message` shows where the numbers
first differ and whose `explanation` names the mistake. Most beginners' mistakes are `slips`: wrong answers, on a
`course_neuron` where they are methods, each tried beside the student's. For the others, `proxies` and
`gradient_functions` bring the student's classes and functions, which live in the sandbox, before the diagnosis.
`python_errors` puts Python's own errors into words, and `names` tells which names a file lacks.
"""
