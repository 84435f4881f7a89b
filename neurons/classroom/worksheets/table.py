"""The table of a sheet: a column per neuron, a row per quantity, a question or a given number in each cell."""

from collections.abc import Callable
from typing import NamedTuple

from neurons.classroom.diagnosis.cases import Network
from neurons.classroom.worksheets.formulas import SheetFormulas
from neurons.classroom.worksheets.questions import SYMBOLS, Question, given_places

ORDER = ("z", "a", "g", "slope", "d", "gW", "gb", "new W", "new b")


class Row(NamedTuple):
    """A row: per neuron the number of its question, or a text that is given, or None."""

    part: str  # given, or one of PARTS
    symbol: str
    cells: tuple[int | str | None, ...]


def columns(network: Network) -> list[str]:
    """hidden[0], hidden[1], output[0]"""
    return [f"{network.layer_name(layer)}[{j}]" for layer, j in neurons_of(network)]


def neurons_of(network: Network) -> list[tuple[int, int]]:
    """(layer, neuron), layer by layer."""
    return [(layer, j) for layer in range(network.num_layers) for j in range(network.sizes[layer + 1])]


def given_rows(network: Network, shown: Callable[[int], str]) -> list[Row]:
    """The weights and the biases; `shown` gives the number at a place of v as HTML."""
    given = given_places(network)
    rows = []
    for i in range(max(network.sizes[:-1])):
        cells = [
            shown(given.weights[layer][j][i]) if i < network.sizes[layer] else None for layer, j in neurons_of(network)
        ]
        rows.append(Row("given", f"w[{i}]", tuple(cells)))
    return [*rows, Row("given", "b", tuple(shown(given.biases[layer][j]) for layer, j in neurons_of(network)))]


def place_of(question: Question) -> tuple[str, int, int, int]:
    """(quantity, weight, layer, neuron) of its cell: what goes back through a layer is dL/da of the one before."""
    if question.quantity == "gx":
        return "g", -1, question.layer - 1, question.weight
    return question.quantity, question.weight, question.layer, question.neuron


def question_rows(formulas: SheetFormulas) -> list[Row]:
    """The rows with the questions, but for L and dL/dx, which belong to no neuron."""
    at = {place_of(question): k for k, question in enumerate(formulas.questions)}
    rows = []
    for quantity in ORDER:
        weights = sorted({weight for found, weight, layer, _ in at if found == quantity and layer >= 0})
        for weight in weights:
            cells = tuple(at.get((quantity, weight, *place)) for place in neurons_of(formulas.network))
            part = next(formulas.questions[k].part for k in cells if k is not None)
            symbol = SYMBOLS[quantity] + (f"[{weight}]" if weight >= 0 else "")
            rows.append(Row(part, symbol, cells))
    return rows


def all_rows(formulas: SheetFormulas, shown: Callable[[int], str]) -> list[Row]:
    """The whole table: what is given, and the questions. L and dL/dx belong to no neuron: their rows have one cell."""
    rows = question_rows(formulas)
    for k, question in enumerate(formulas.questions):
        if question.quantity == "L" or (question.quantity == "gx" and question.layer == 0):
            before = ("forward",) if question.part == "loss" else ("forward", "loss", "backward")
            place = sum(row.part in before for row in rows)
            rows.insert(place, Row(question.part, question.label(formulas.network), (k,)))
    return [*given_rows(formulas.network, shown), *rows]
