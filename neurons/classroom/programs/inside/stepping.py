"""A plain step for programs that only give gradients: from each parameter, a part of the gradient named like it."""

import re

import numpy as np

from . import state

GRADIENT = re.compile(
    r"^(gradients?|grads?|nabla|delta|derivs?|partial|d|g)_?|_?(gradients?|grads?|delta|deriv)$", re.I
)
VALUES = "data", "value", "values", "array"  # of a parameter that has its gradient beside it
BESIDE = re.compile(
    r"^(x|a|z|h|j|in|inp|input|prev|loss|cost|out|output|total|value)s?_?\d*(_?prev)?$"
)  # is no gradient
PARAMETER = re.compile(r"^(w|b|weights?|bias(es)?|theta|params?)_?\d*$", re.I)
NETWORK = re.compile(
    r"^((new|next|updated)_?)?(params?|parameters|net(work)?|nn|mlp|model|weights|theta|layers|w)(_?(new|next|updated))?$",
    re.I,
)


def stepped(network, gradients, names, called, rate):
    """The network after a step. `names` are those of its parts, `called` those of the gradients, where they are tuples.

    With None in the place of gradients they lie in the network itself. Nothing is stepped where one gradient belongs to
    no parameter, or one parameter has none: a part of the gradients may come from elsewhere.
    """
    root, are_apart = {"": network}, gradients is not None
    place = place_of(gradients, network) if are_apart and not names else None
    if place is not None:
        one = ("same",)  # one name on both sides, so that only the places tell the parts apart
        state.put(root, place, stepped(state.get(root, place), gradients, one, one, rate))
        return root[""]
    given = {"": gradients if are_apart else network}
    places = [(name_of(path, names, are_apart), path) for path, _ in state.leaves(root)]
    known = {(name.lower().strip("_"), at) for (name, at), _ in places}
    places = [((name, at), path) for (name, at), path in places if not is_gradient_of(name, at, known)]
    steps = []
    for path, value in state.leaves(given):
        name, where = name_of(path, called if are_apart else names, are_apart)
        if not are_apart and not is_gradient_of(name, where, known):
            continue
        shape = state.shape_of(value)
        alike = [place for place in places if state.shape_of(state.get(root, place[1])) == shape]
        scores = [(likeness(name, other), place) for (other, at), place in alike if at == where]
        best = max((score for score, _ in scores), default=0)
        found = [place for score, place in scores if score == best > 0]
        if len(found) == 1:
            steps.append((found[0], state.read(root, found[0]), state.read(given, path), path))
        elif (shape or alike) and not BESIDE.search(bare(name)):
            raise ValueError(f"{name or 'a gradient'} belongs to no parameter, or to several")
    done = [place for place, *_ in steps]
    if not done or len(done) != len({str(place) for place in done}) or any(may_be_reversed(given, steps, are_apart)):
        raise ValueError("I cannot tell which gradient belongs to which parameter")
    if any(PARAMETER.search(name) and place not in done for (name, _), place in places):
        raise ValueError("a parameter has no gradient")
    for place, old, gradient, path in steps:
        state.write(root, place, list(np.array(old) - rate * np.array(gradient)))
        if not are_apart:  # to which the next pass may add
            state.write(root, path, [0.0] * len(gradient))
    return root[""]


def place_of(gradients, network):
    """The path of the one part of an object that is made like gradients without names; else None."""
    wanted = layout(gradients)
    if len(wanted) < 2 or any(kind != "i" for path, _ in wanted for kind, _ in path[1:]):
        return None
    root = {"": network}
    within = [path[:end] for path, _ in state.leaves(root) for end in range(2, len(path))]
    found = [
        path for i, path in enumerate(within) if path not in within[:i] and layout(state.get(root, path)) == wanted
    ]
    return found[0] if len(found) == 1 else None


def is_gradient_of(name, where, known):
    """True for a name that says gradient, beside the name of a parameter."""
    others = [own for own, at in known if at == where and own != name.lower().strip("_")]
    return bool(GRADIENT.search(name)) and any(likeness(name, own) > 1 for own in others)


def may_be_reversed(given, steps, are_apart):
    """For each list of gradients, True if turned round it has the same shapes: it may begin with the last layer.

    Those that lie in one item of a list with their parameter belong to that.
    """
    lists: dict = {}
    for place, _, _, path in steps:
        shape = state.shape_of(state.get(given, path))
        for at in range(max(0, len(path) - len(place)), len(path)):
            lie_together = not are_apart and path[: at + 1] == place[: at + 1]
            if path[at][0] == "i" and place[at - len(path)][0] == "i" and not lie_together:
                items = lists.setdefault(str(path[:at]), {})
                items.setdefault(path[at][1], []).append((path[at + 1 :], shape))
    rows = [[items[index] for index in sorted(items)] for items in lists.values()]
    return [len(row) > 1 and row == row[::-1] for row in rows]


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
    if (own.startswith(name) or name.startswith(own)) and bare(parameter):
        return 2
    return int(short(name) == short(own))


def short(name):
    """Its first letter and its number: w1 for weights1."""
    return name[:1] + "".join(re.findall(r"\d", name))


def renewed(network, names, called, has_rate, step):
    """The network that a function gives back, beside other things; the same one where it changes that or gives none.

    `step` calls it, `names` are those of the network's parts, `called` those of what comes back. With a rate of 0 a
    network comes back as it was, and gradients do not; of a function without a rate, names must tell them apart.
    """
    before = numbers_in(network)
    given = parts_given(step(), names, called)  # with its own rate first: the first turn of a loop is kept
    if numbers_in(network) != before:
        return network
    if has_rate:
        may_be = [numbers_in(part) == before for _, part in parts_given(step(0.0), names, called)]
    else:
        may_be = [layout(part) == layout(network) and bool(NETWORK.search(name)) for name, part in given]
    return next((part for (_, part), may in zip(given, may_be, strict=True) if may), network)


def parts_given(given, names, called):
    """(name, part) for all that may be a network in what a function gives back."""
    if not isinstance(given, tuple) or len(given) != len(called):
        return [(called[0] if len(called) == 1 else "", given)]
    if len(names) > 1 and set(names) <= set(called):
        return [("network", tuple(given[called.index(name)] for name in names))]
    return [*zip(called, given, strict=True), ("", given)]


def layout(network):
    """Where its numbers lie, and their shapes."""
    return [(path, state.shape_of(value)) for path, value in state.leaves({"": network})]


def numbers_in(network):
    """Where its numbers lie, and the numbers."""
    return [(path, state.flat(value, 0)) for path, value in state.leaves({"": network})]


def kept(given, name, names):
    """The part of what a forward pass gives back that has this name; all of it where none has."""
    if isinstance(given, tuple) and len(given) == len(names) and name in names:
        return given[names.index(name)]
    if isinstance(given, tuple):
        others = [part for part in given if isinstance(part, (dict, list, tuple))]
        return others[0] if len(others) == 1 else given
    return given
