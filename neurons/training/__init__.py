"""Training: `fit`, what it remembers, and what an engine must be able to do.

`fit.py` is the course of a training, the same for every engine; `engine.py` declares what an engine does for it;
`loops.py` is the engine that runs the objects. `arguments.py` checks what comes in. `fit(keep=True)` keeps what
`steps.py` needs to make every step again; `moments.py` answers when something happened.
"""
