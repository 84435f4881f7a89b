"""Unrolled: one training step of a small network as plain arithmetic, and the engine that runs it.

`text.py` writes the lines, which `model.unrolled_source()` shows; `engine.py` trains with them: the same numbers as the
loops, several times as fast.
"""
