"""Training: `fit`, what it remembers, and what an engine must be able to do.

`fit.py` trains in the same way with every engine; `engine.py` says what an engine must do for it; `loops.py` is the
engine that runs the objects. `arguments.py` checks the settings. After `fit(keep=True)`, `steps.py` can repeat every
step, and `moments.py` answers when something happened.
"""
