"""The checks of `fit`'s settings: each returns the value, or raises the error that says what it should have been."""

import inspect

from neurons.checks import advised
from neurons.errors import NeuronsError
from neurons.optimisers import SGD
from neurons.text import show


def checked_pair(validation_data):
    """`validation_data` if it is a pair (inputs, labels)."""
    if not isinstance(validation_data, (tuple, list)) or len(validation_data) != 2:
        raise NeuronsError(f"validation_data must be a pair (inputs, labels) but got {advised(validation_data)}")
    return validation_data


def checked_flag(value, what):
    """`value` if it is True or False; otherwise Python would quietly take "no" for True, and None for False."""
    if type(value).__name__ not in ("bool", "bool_"):  # NumPy's too
        raise NeuronsError(f"{what} must be True or False but got {show(value)}")
    return bool(value)


def check_on_epoch(on_epoch):
    """Raise, before the first epoch, unless `on_epoch` can be called as on_epoch(1, model, history)."""
    if on_epoch is None:
        return
    if not callable(on_epoch):
        raise NeuronsError(f"on_epoch must be a function of (epoch, model, history) but got {show(on_epoch)}")
    try:
        signature = inspect.signature(on_epoch)
    except (TypeError, ValueError):  # some functions written in C do not tell
        return
    try:
        signature.bind(1, None, None)
    except TypeError:
        raise NeuronsError(f"on_epoch must take (epoch, model, history) but takes {signature}") from None


def checked_stop(answer):
    """What `on_epoch` returned: True stops, False and None go on; anything else is probably a mistake."""
    if answer is None:
        return False
    return checked_flag(answer, "what on_epoch returns, if not None,")


def checked_optimiser(optimiser):
    """`optimiser` if it has a `step`; `SGD()` for None."""
    if optimiser is None:
        return SGD()
    if isinstance(optimiser, type) or not hasattr(optimiser, "step"):
        raise NeuronsError(f"optimiser must be an optimiser such as SGD() or Adam() but got {advised(optimiser)}")
    return optimiser
