"""Calls that may make a network: the classes and functions of a program, with what their parameters may be given."""

from collections.abc import Iterator
from itertools import islice, product

from neurons.classroom.programs.text.definitions import Definitions, Signature
from neurons.classroom.programs.text.names import (
    BATCH,
    EPOCHS,
    HIDDEN_WORDS,
    IN_WORDS,
    MAKES,
    OUT_WORDS,
    QUIET,
    RATE,
    SIZES,
    is_like,
)

GIVEN_INPUTS = (
    r"^(x|inputs?|data|features?|samples|examples)(_?(data|values|rows|tr\w*))?$|^(tr\w*|x)_(x|in\w*|data|features)$"
)
GIVEN_LABELS = r"^(y|labels?|targets?|expected)(_?(data|values|rows|tr\w*))?$|^(tr\w*|y)_(y|out\w*|labels|targets)$"


def constructions(definitions: Definitions, name: str, outputs: int, inputs: int = 2) -> Iterator[str]:
    """Calls that may make an object of a class, the likeliest first."""
    init = definitions.classes[name].get("__init__")
    if init is None:
        yield f"{name}()"
        return
    yield from calls_that_make(definitions, name, init, outputs, inputs)


def calls_that_make(
    definitions: Definitions, name: str, signature: Signature, outputs: int, inputs: int = 2
) -> Iterator[str]:
    """Calls of a class or a function that may make a network, the likeliest first."""
    hidden = 4
    choices: list[list[str]] = []
    for parameter, needed in signature.parameters:
        if parameter in signature.few_by_default and is_like(r"hid", parameter):
            continue  # of layers, not of neurons
        found = argument_choices(definitions, parameter, needed, outputs, hidden, inputs)
        if found == [str(inputs), "None"] and parameter in signature.lists:  # no role that its name tells
            found = [f"[{inputs}, {hidden}, {outputs}]", f"[{hidden}]"]
        if found:
            choices.append([f"{parameter}={value}" for value in found])
    asked = [parameter for parameter, needed in signature.parameters if needed]
    if len(asked) == 3 and [choice[0] for choice in choices[:3]] == [f"{parameter}={inputs}" for parameter in asked]:
        order = (inputs, hidden, outputs)  # in a language that is not known here
        choices[:3] = [[f"{parameter}={size}"] for parameter, size in zip(asked, order, strict=True)]
    for picked in islice(sorted(product(*[range(len(c)) for c in choices]), key=sum), 24):
        yield f"{name}({', '.join(choice[place] for choice, place in zip(choices, picked, strict=True))})"


def argument_choices(
    definitions: Definitions, parameter: str, needed: bool, outputs: int, hidden: int, inputs: int = 2
) -> list[str]:
    """What may be given for a parameter of a constructor."""
    name = parameter.lower()
    if is_like(EPOCHS, name):
        return ["1"]
    if is_like(BATCH, name):
        return ["4"]
    if is_like(QUIET, name) or is_like(r"drop|momentum|decay|regular|lambda", name):
        return ["0"] if needed else []
    if is_like(RATE, name):
        return ["0.5"]
    if is_like(r"seed|random_state", name):
        return ["1"] if needed else []
    if is_like(r"act|func|^fun$|^f$|transfer", name):
        return activations_in(definitions) if needed else []
    if is_like(r"loss|cost", name) and not is_like(HIDDEN_WORDS, name):
        return ['"mse"', "None"] if needed else []
    if is_like(r"^(n|nb|num|number|count)_?(of_)?layers$", name):
        return ["3", "2", "1"]
    if is_like(r"layers$|^layers?", name) and not is_like(r"num|size|n_", name) and needed:
        return [
            f"[{inputs}, {hidden}, {outputs}]",
            layer_list(definitions, outputs, hidden, inputs),
            f"[{hidden}, {outputs}]",
        ]
    if is_like(SIZES, name) and not is_like(rf"in|out|hid|batch|^n_|{IN_WORDS}|{HIDDEN_WORDS}|{OUT_WORDS}", name):
        return (
            [f"[{inputs}, {hidden}, {outputs}]", f"[{hidden}]", str(hidden)]
            if needed or is_like(r"size|layer", name)
            else []
        )
    if is_like(rf"hid|^nh$|middle|^h$|n_h$|{HIDDEN_WORDS}", name):
        counts_layers = is_like(r"layers$", name) and is_like(r"^(n|num|no|number|count)_", name)
        lists = ["1", f"[{hidden}]"] if counts_layers else [f"[{hidden}]", "1"]
        return lists if is_like(r"layers$", name) else [str(hidden), f"[{hidden}]"]
    if is_like(GIVEN_INPUTS, name) and needed:
        return ["x_rows", str(inputs)]
    if is_like(GIVEN_LABELS, name) and needed:
        return ["y_rows", "y_classes"]
    if is_like(rf"out|classes|^n_y|^no$|^o$|^k$|n_o$|{OUT_WORDS}", name):
        return [str(outputs), "y_classes"] if is_like(r"^classes$", name) and needed else [str(outputs)]
    if is_like(rf"in|feat|n_x|^ni$|^n$|^d$|^i$|size|num|{IN_WORDS}", name):
        return [str(inputs)] if needed or is_like(r"^in(?!it)|_in|feat", name) else []
    return [str(inputs), "None"] if needed else []


def layer_list(definitions: Definitions, outputs: int, hidden: int, inputs: int) -> str:
    """A list of the program's own layers."""
    for name in definitions.classes:
        if is_like(r"layer|dense|linear", name) and not is_like(r"net|base|^layer$", name):
            return f"[{name}({inputs}, {hidden}), {name}({hidden}, {outputs})]"
    for name in definitions.classes:
        if is_like(r"layer", name):
            return f"[{name}({inputs}, {hidden}), {name}({hidden}, {outputs})]"
    return f"[{inputs}, {hidden}, {outputs}]"


def activations_in(definitions: Definitions) -> list[str]:
    """What may stand for an activation function."""
    own = [
        name
        for name in definitions.functions
        if is_like(r"^_?(sigm|logis|tanh|relu)", name) and not is_like(r"deriv|prime|grad|back", name)
    ]
    return [*own[:2], '"sigmoid"', '"tanh"']


def makers(definitions: Definitions) -> list[tuple[str, Signature]]:
    """The functions that are called as if they made a network; where none is, those that draw numbers."""
    every = list(definitions.functions.items())
    named = [(name, signature) for name, signature in every if is_like(MAKES, name)]
    return named or [(name, signature) for name, signature in every if signature.draws]


def widths_of(definitions: Definitions, name: str) -> list[tuple[int, int]]:
    """(inputs, outputs) of a class: those that are written out come last if it is told sizes."""
    written = definitions.written_in.get(name) or definitions.written
    is_told = next(constructions(definitions, name, 3, 2), "") != next(constructions(definitions, name, 5, 4), "")
    usual = [(2, 3), (2, 1)]
    if written is None:
        return usual
    return [*usual, written] if is_told else [written, *usual]
