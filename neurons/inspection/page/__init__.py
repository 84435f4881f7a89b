"""A web page of your model, in one file that works offline: one step, line by line, and the whole training, live.

`page.py` makes it: of `data.py`, what the page is told, and `assembly.py`, which puts it together with the modules in
`browser/`. The data are the model and its `examples.py`, the `walk.py` through the lines that ran (their numbers have
the names of `keys.py`, recognised at the `states.py`; the lines are those of `functions.py`) and the `timeline.py` of a
training. `own_parts.py` asks whether the user's own parts calculate what ours do: then the page can train them.
"""
