"""A pdb that knows neurons, for `neurons.debug.set_trace()` and `python -m neurons debug`.

`debugger` has the six commands more, `goals` say where those that go on should stop, `stack` finds the model and its
known numbers in the calls under way, `tables` shows them, a row per neuron.
"""
