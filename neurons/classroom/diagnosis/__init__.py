"""Naming the mistake in hand-written backpropagation, in whatever program it stands.

`diagnose` observes a function (`student_function`) or a class (`student_class`) on fixed `probes` and compares what
it computes with the right program and with each mistake of the `catalogue`, one at a time and in pairs: `reference`
is a pass in which a mistake can be switched in, `variants` says which ones, `matching` finds those that explain every
number. The `findings` become a `diagnosis`, which shows the smallest failing case with its arithmetic.
"""
