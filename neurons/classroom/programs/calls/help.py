"""The one line of help: how a network is made (`make`), how it is trained on x and y (`train`)."""

import ast
import builtins
from collections.abc import Iterator

from neurons.classroom.programs.calls.constructions import constructions
from neurons.classroom.programs.calls.guesses import trainings
from neurons.classroom.programs.calls.our_data import FORMS, PAIR_FORMS
from neurons.classroom.programs.text.definitions import Definitions, names_at_top, whole_numbers
from neurons.classroom.programs.text.names import is_like

MOST_WIDTHS = 12


def help_texts(definitions: Definitions, make: str, train: str) -> Iterator[tuple[int, int, str, Iterator[str]]]:
    """(inputs, outputs, statement that makes the network, statements that train it on each form of the data).

    In `train` the network is called net, or by a name that the program does not have; an example's inputs x and its
    label y, or a list of both data.
    """
    sizes = sizes_in(make)
    widths = [(sizes[0], sizes[-1])] if len(sizes) > 1 else []
    name = make.partition("(")[0].strip()
    written = definitions.written_in.get(name) or definitions.written
    widths += [written] if written and not widths else []
    more = [] if len(sizes) > 1 else widths_in(definitions, make)
    widths += [pair for pair in ((2, 1), (2, 3), (2, 2), (3, 1), *more) if pair not in widths]
    for inputs, outputs in widths:
        used = {node.id for node in ast.walk(ast.parse(make)) if isinstance(node, ast.Name)}
        if used & {"x", "y", "data"}:
            for x, y in FORMS:
                yield inputs, outputs, f"x, y = data = {x}, {y}\nnet = net_ = {make}", calls(definitions, make, train)
            continue
        for made in makings(definitions, make, outputs):
            yield inputs, outputs, f"net = net_ = {made}" if made else "", calls(definitions, make, train)


def with_net(definitions: Definitions, train: str) -> str:
    """The statement, with the network called net: the only name before a dot that nothing else has."""
    tree = ast.parse(train)
    known = {*definitions.names, *names_at_top(tree), *dir(builtins), "x", "y", "data", "net"}
    owners = [node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    unknown = {owner.id for owner in owners if isinstance(owner, ast.Name)} - known
    if len(unknown) != 1 or any(hasattr(statement, "body") for statement in tree.body):
        return train
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in unknown:
            node.id = "net"
    return "; ".join(map(ast.unparse, tree.body))


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
