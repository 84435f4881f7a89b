"""Unrolled: one training step of a small network as plain arithmetic, and the engine that runs it.

`statements.py` has the statements of a step, from which the others write their texts. `text.py` writes them unrolled,
a line for each number, which `model.unrolled_source()` shows; `engine.py` trains with these lines: the same numbers as
the loops, several times as fast. `looped.py` writes them with loops, for networks of any size; `javascript.py` for a
page, into `engine.js`.
"""
