"""Training: `fit`, what it remembers, and what an engine must be able to do.

`fit.py` is the course of a training, the same for every engine; `engine.py` declares what an engine does for it;
`loops.py` is the engine that runs the objects. `arguments.py` checks what comes in.
"""
