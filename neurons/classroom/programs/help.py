"""The one line of help: how a network is made (`make`), how it is trained on x and y (`train`)."""

import ast
from collections.abc import Iterator

from neurons.classroom.programs.definitions import Definitions, whole_numbers
from neurons.classroom.programs.guesses import FORMS, PAIR_FORMS, constructions, trainings
from neurons.classroom.programs.names import is_like

MOST_WIDTHS = 12


def help_texts(definitions: Definitions, make: str, train: str) -> Iterator[tuple[int, int, str, Iterator[str]]]:
    """(inputs, outputs, statement that makes the network, statements that train it on each form of the data).

    In `train` the network is called net, an example's inputs x and its label y, or a list of both data.
    """
    sizes = sizes_in(make)
    widths = [(sizes[0], sizes[-1])] if len(sizes) > 1 else []
    more = [] if widths else widths_in(definitions, make)
    widths += [pair for pair in ((2, 1), (2, 3), (2, 2), (3, 1), *more) if pair not in widths]
    for inputs, outputs in widths:
        for made in makings(definitions, make, outputs):
            yield inputs, outputs, f"net = net_ = {made}" if made else "", calls(definitions, make, train)


def sizes_in(text: str) -> list[int]:
    """The whole numbers in a statement, which are mostly the sizes of layers."""
    return whole_numbers(ast.parse(text or "0"))


def widths_in(definitions: Definitions, make: str) -> list[tuple[int, int]]:
    """(inputs, outputs) that the class whose object is made may have written out, if it takes no sizes."""
    name = make.partition("(")[0].strip()
    sizes = list(dict.fromkeys(definitions.numbers.get(name, [])))
    pairs = [(one, other) for one in sizes for other in sizes if one != other]
    return sorted(pairs, key=lambda pair: sizes.index(pair[0]) - sizes.index(pair[1]))[:MOST_WIDTHS]


def makings(definitions: Definitions, make: str, outputs: int) -> list[str]:
    """How the network is made: as it was said, or as its class may be."""
    if make:
        return [make]
    classes = [name for name in definitions.classes if is_like(r"net|mlp|nn|model|xor|perceptron|brain", name)]
    found = [made for name in classes[:2] for made in list(constructions(definitions, name, outputs))[:8]]
    return found or [""]


def calls(definitions: Definitions, make: str, train: str) -> Iterator[str]:
    """How it is trained: as it was said, with x and y in each form, or as the names of the methods tell."""
    if train and not {"x", "data"} & {node.id for node in ast.walk(ast.parse(train)) if isinstance(node, ast.Name)}:
        yield train  # on data of its own
        return
    if train:
        for x, y in FORMS:
            yield f"x, y = {x}, {y}\n    {train}"
        for data in PAIR_FORMS:
            yield f"x = data = {data}\n    {train}"
        return
    for name, methods in definitions.classes.items():
        if name in make:
            yield from trainings(methods)
