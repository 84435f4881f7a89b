"""Looking inside: what runs, line by line with its numbers, and why each gradient is what it is.

`narrate` prints each executed line of any class; `trace` keeps one training step of a model, statement by statement.
Both read the recorder in `recording/`. `why/` explains a gradient, `debugger/` is a pdb that knows neurons, `page/`
makes a web page of a trace. `models.py` says what a model is to them. Nothing here is loaded before it is asked for.
"""
