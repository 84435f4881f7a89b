"""A plain step for programs that only say their gradients: each parameter less a part of the gradient named like it."""

import re

import numpy as np

from . import state

GRADIENT = re.compile(
    r"^(gradients?|grads?|nabla|delta|derivs?|partial|d|g)_?|_?(gradients?|grads?|delta|deriv)$", re.I
)
VALUES = "data", "value", "values", "array"  # of a parameter that has its gradient beside it
OF_PARAMETERS = "wbtvuk"  # with what the names of weights and biases begin


def stepped(network, gradients, names, called, rate):
    """The network after a step. `names` are those of its parts, `called` those of the gradients, where they are tuples.

    With None in the place of gradients they lie in the network itself.
    """
    root, are_apart = {"": network}, gradients is not None
    given = {"": gradients if are_apart else network}
    places = [(name_of(path, names, are_apart), path) for path, _ in state.leaves(root)]
    steps = []
    for path, value in state.leaves(given):
        name, where = name_of(path, called if are_apart else names, are_apart)
        if not name or not are_apart and not GRADIENT.search(name):
            continue
        fitting = [
            (likeness(name, other), place)
            for (other, at), place in places
            if at == where
            and (are_apart or place != path)
            and state.shape_of(state.get(root, place)) == state.shape_of(value)
        ]
        best = max([score for score, _ in fitting], default=0)
        found = [place for score, place in fitting if score == best > 0]
        if len(found) == 1:
            steps.append((found[0], state.read(root, found[0]), state.read(given, path), path))
        elif state.shape_of(value) and bare(name)[:1] in OF_PARAMETERS:
            raise ValueError(f"{name} belongs to no parameter, or to several")
    if not steps:
        raise ValueError("no gradient is called like a parameter")
    for place, old, gradient, path in steps:
        state.write(root, place, list(np.array(old) - rate * np.array(gradient)))
        if not are_apart:  # to which the next pass may add
            state.write(root, path, [0.0] * len(gradient))
    return root[""]


def name_of(path, names, are_apart):
    """(name, where in what has that name) of a leaf: of ["W"][1], W and 1; with its owner, if gradients lie beside."""
    words = [*path[1:]]
    if names and words and words[0][0] == "i" and len(names) > 1 and words[0][1] < len(names):
        words[0] = ["k", names[words[0][1]]]
    last = max([place for place, (kind, key) in enumerate(words) if kind != "i" and isinstance(key, str)], default=-1)
    if last < 0:
        return (names[0] if len(names) == 1 else ""), str(words)
    owner = [key for kind, key in words[:last] if kind == "i" or not are_apart]  # of layers, which one
    return words[last][1], str([*owner, *words[last + 1 :]])


def bare(name):
    """The name without what says that it is a gradient, in small letters."""
    return GRADIENT.sub("", name).lower().strip("_")


def likeness(gradient, parameter):
    """How well both names fit: the same, one the beginning of the other, the same letter and number."""
    own = parameter.lower().strip("_")
    if gradient.lower().strip("_") == own:
        return 4
    name = bare(gradient)
    if not name:
        return 3 * int(own in VALUES)
    if name == own:
        return 3
    if name and (own.startswith(name) or name.startswith(own)) and bare(parameter):
        return 2
    return int(bool(name) and short(name) == short(own))


def short(name):
    """Its first letter and its number: w1 for weights1."""
    return name[:1] + "".join(re.findall(r"\d", name))


def kept(given, name, names):
    """The part of what a forward pass gives back that has this name; all of it where none has."""
    if isinstance(given, tuple) and len(given) == len(names) and name in names:
        return given[names.index(name)]
    if isinstance(given, tuple):
        others = [part for part in given if isinstance(part, (dict, list, tuple))]
        return others[0] if len(others) == 1 else given
    return given
