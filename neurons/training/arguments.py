"""What `fit` and the like let in: examples with labels that fit the model, and settings that can be used."""

import inspect

from neurons.checks import checked_numbers, how_many, is_list, shown
from neurons.errors import LengthError, NeuronsError
from neurons.losses import label_vector
from neurons.optimisers import SGD
from neurons.text import show


def checked_inputs(model, inputs, where=""):
    """`inputs` as a list of lists of floats, one number per input of the model; `where` is put before their name."""
    num_inputs = model.layers[0].num_inputs
    if not is_list(inputs):
        raise NeuronsError(f"{where}inputs must be a list of examples but got {shown(inputs)}")
    if len(inputs) == 0:
        raise LengthError(f"{where}inputs must hold at least one example but is empty")
    for i, example in enumerate(inputs):
        if not is_list(example):
            each = f"each a list of {how_many(num_inputs, 'number')}"
            raise NeuronsError(f"{where}inputs must be a list of examples, {each}, but inputs[{i}] is {shown(example)}")
    return [checked_numbers(example, f"{where}inputs[{i}]", num_inputs) for i, example in enumerate(inputs)]


def checked_examples(model, inputs, labels, where=""):
    """`inputs` and `labels` as lists of lists of floats that fit the model and each other."""
    inputs = checked_inputs(model, inputs, where)
    check_one_label_each(labels, len(inputs), where)
    num_outputs = model.layers[-1].num_neurons
    vector = getattr(model.loss, "label_vector", label_vector)  # a loss of the student's own may have none
    return inputs, [vector(label, num_outputs, f"{where}labels[{i}]") for i, label in enumerate(labels)]


def check_one_label_each(labels, num_examples, where):
    """Raise unless `labels` is a list, or an array, of as many labels as there are examples."""
    if not is_list(labels):
        raise NeuronsError(f"{where}labels must be a list, one label per example, but got {shown(labels)}")
    if len(labels) != num_examples:
        there_are = f"{how_many(num_examples, 'example')} in inputs and {how_many(len(labels), 'label')}"
        raise LengthError(f"{where}every example needs a label, but there are {there_are}")


def checked_pair(validation_data):
    """`validation_data` if it is a pair (inputs, labels)."""
    if not isinstance(validation_data, (tuple, list)) or len(validation_data) != 2:
        raise NeuronsError(f"validation_data must be a pair (inputs, labels) but got {shown(validation_data)}")
    return validation_data


def checked_flag(value, what):
    """`value` if it is True or False: "no" and None would count as one of them unnoticed."""
    if type(value).__name__ not in ("bool", "bool_"):  # NumPy's too
        raise NeuronsError(f"{what} must be True or False but got {show(value)}")
    return bool(value)


def check_on_epoch(on_epoch):
    """Raise, before the first epoch rather than after it, for what cannot be called as on_epoch(1, model, history)."""
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


def checked_optimiser(optimiser):
    """`optimiser` if it has a `step`; `SGD()` for None."""
    if optimiser is None:
        return SGD()
    if isinstance(optimiser, type) or not hasattr(optimiser, "step"):
        raise NeuronsError(f"optimiser must be an optimiser such as SGD() or Adam() but got {shown(optimiser)}")
    return optimiser
