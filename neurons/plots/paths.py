"""The paths into one gradient, with the share of each."""

from typing import TYPE_CHECKING, Any

from neurons.inspection.why.explanation import why
from neurons.plots.cards import GAP, LINE, MARGIN, PAD, Canvas, Card, card_size, curve, draw_card, width_of
from neurons.plots.style import checked_model, number_in_words, signed_number

if TYPE_CHECKING:
    from neurons.model import Model

MOST_PATHS = 8
FAN = 70.0


def paths(model: "Model", name: str, *, ax: Any = None) -> Any:
    """The paths into the gradient called `name`, such as "hidden[0].w[0]", with the share of each, in the last pass.

    What the next layer's neurons send back (their dL/dz times their weight) is summed to dL/da, and the factors of the
    chain rule make the gradient of it. Of many paths the largest are drawn, and the others as one. `model.why(name)`
    tells the same in words. Returns the axes; raises `NeuronsError` for a name that is not there, `OrderError` where
    there has been no backward pass.
    """
    answer = why(checked_model(model), name)
    owner_name, _, short = answer.name.rpartition(".")  # of an input there is no owner: a neuron has weights and a bias
    total = answer.factors["dL/da"] if owner_name else answer.value
    parts = largest_paths(answer.paths) or [("the loss" if owner_name else "all paths", total)]
    formula = formula_lines(answer.columns)

    owner = owner_card(answer, owner_name, short)
    owner_size = card_size(owner)
    shares = [f"{signed_number(share):<9}  via {text}" for text, share in parts]
    source = source_text(model, answer, owner_name, short)
    source_width = width_of([source]) + 2 * PAD if source else 0.0
    row_height = LINE + PAD
    width = 2 * MARGIN + source_width + (FAN if source else 0.0) + owner_size[0] + FAN + width_of(shares) + 2 * PAD
    width = max(width, width_of(formula) + 2 * MARGIN)
    paths_height = max(len(parts) * (row_height + 0.5 * GAP), owner_size[1] + GAP)
    height = paths_height + LINE * (len(formula) + 1.0)
    sheet = Canvas(ax, width, height, f"The paths into dL/d {answer.name} = {number_in_words(answer.value)}")

    middle = height - paths_height / 2.0
    x = MARGIN
    top = middle + owner_size[1] / 2.0
    row = top - PAD - 1.5 * LINE  # of the gradient, in the card
    if source:
        sheet.box(x, row - row_height / 2.0, source_width, row_height, row_height / 2.0)
        sheet.text(x + source_width / 2.0, row, source)
        x += source_width + FAN
        sheet.line([(x - FAN, row), (x, row)], answer.value, abs(answer.value), answer.name)
    draw_card(sheet, x, top, *owner_size, owner)
    x += owner_size[0]
    largest = max(abs(share) for _, share in parts)
    for i, ((text, share), words) in enumerate(zip(parts, shares, strict=True)):
        y = middle + (row_height + 0.5 * GAP) * ((len(parts) - 1) / 2.0 - i)
        sheet.line(curve((x, middle), (x + FAN, y)), share, largest, f"via {text}")
        sheet.box(x + FAN, y - row_height / 2.0, width_of(shares) + 2 * PAD, row_height)
        sheet.text(x + FAN + PAD, y, words, across="left")
    for line_idx, line in enumerate(formula):
        sheet.text(MARGIN, LINE * (len(formula) - line_idx), line, across="left", in_card=False)
    return sheet.ax


def owner_card(answer: Any, owner_name: str, short: str) -> Card:
    """The neuron whose gradient it is, with the factors; of an input its name and its gradient."""
    if not owner_name:
        return Card(short, [], [f"dL/d{short} {signed_number(answer.value)}"], [])
    facts = [f"{name:6} {signed_number(answer.factors[name])}" for name in ("dL/da", "da/dz")]
    return Card(owner_name, [], [f"dL/d{short} {signed_number(answer.value)}"], facts)


def source_text(model: "Model", answer: Any, owner_name: str, short: str) -> str:
    """What came in on the weight: x[0], or the neuron of the layer before, and its number; "" for an input."""
    if not owner_name:
        return ""
    if short == "b":
        return "1"
    number = number_in_words(answer.factors[f"dz/d{short}"])
    layer_idx = next(i for i, layer in enumerate(model.layers) for n in layer.neurons if n.name == owner_name)
    index = int(short[2:-1])
    source = f"x[{index}]" if layer_idx == 0 else model.layers[layer_idx - 1].neurons[index].name
    return f"{source}  {number}"


def formula_lines(columns: list[tuple[str, str]]) -> list[str]:
    """The chain rule in two lines, the names and the numbers below them; an empty line where there is none."""
    if not columns:
        return [""]
    widths = [max(map(len, column)) for column in columns]
    lines = []
    for row in zip(*columns, strict=True):
        gradient, *factors = [f"{text:<{width}}" for text, width in zip(row, widths, strict=True)]
        lines.append(f"{gradient} = {' * '.join(factors)}")
    return lines


def largest_paths(paths: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """All paths if they are few; else the largest, and the sum of the others."""
    if len(paths) <= MOST_PATHS:
        return list(paths)
    paths = sorted(paths, key=lambda path: -abs(path[1]))
    others = paths[MOST_PATHS - 1 :]
    return [*paths[: MOST_PATHS - 1], (f"the other {len(others)}", sum(share for _, share in others))]
