"""The tables of the debugger, a row per neuron: the network with its numbers, the gradients that are known so far.

Of wide layers and of neurons with many weights they show the first few, and how many more there are.
"""

from typing import Any

MOST_WEIGHTS = 4  # shown of a neuron
MOST_NEURONS = 12  # shown of a layer
UNKNOWN = "?"


def inputs_line(inputs, is_known):
    """The inputs of the network; `inputs` is None before the first pass."""
    values = [number_cell(value if is_known else None) for value in (inputs if inputs is not None else [])]
    if not values:
        return "  no inputs yet"
    more = f" ... {len(values)}" if len(values) > MOST_WEIGHTS else ""
    return "  " + "   ".join(f"x[{i}] {value}" for i, value in enumerate(values[:MOST_WEIGHTS])) + more


def fitted_table(rows_of, width):
    """The lines of the table whose rows `rows_of(number of weights)` gives, of as many weights as `width` has room for.

    0 is room for all of them.
    """
    for most in range(MOST_WEIGHTS, 0, -1):
        for gap in ("  ", " "):
            lines = table(rows_of(most), gap)
            if not width or max(map(len, lines)) <= width:
                return lines
    return lines


def table(rows, gap="  "):
    """The lines of a table, headings first. A row is (neuron, whether it is at work, its cells).

    The cells are three groups of {heading: text}: with the headings of one group together, rows of neurons with few and
    with many weights have their columns in the same order.
    """
    headings: list[dict[str, None]] = [{}, {}, {}]
    for _, _, groups in rows:
        for group_headings, group in zip(headings, groups, strict=True):
            group_headings.update(dict.fromkeys(group))
    merged = [(neuron, is_active, groups[0] | groups[1] | groups[2]) for neuron, is_active, groups in rows]
    widths = {}
    for heading in [*headings[0], *headings[1], *headings[2]]:
        widths[heading] = max(len(heading), *(len(cells.get(heading, "")) for _, _, cells in merged))
    name_width = max(len(neuron.name) for neuron, _, _ in rows)

    lines = ["  " + " " * name_width + "".join(f"{gap}{heading:>{width}}" for heading, width in widths.items())]
    for neuron, is_active, cells in shortened(merged):
        if neuron is None:
            lines.append(f"  ... {cells} more")
            continue
        text = "".join(f"{gap}{cells.get(heading, ''):>{width}}" for heading, width in widths.items())
        lines.append(f"{'>' if is_active else ' '} {neuron.name:<{name_width}}{text}".rstrip())
    return lines


def shortened(rows):
    """The rows of wide layers cut: the first few, the active one, and how many more."""
    layers: dict[str, list[Any]] = {}
    for row in rows:
        layers.setdefault(row[0].name.partition("[")[0], []).append(row)
    for layer in layers.values():
        if len(layer) <= MOST_NEURONS:
            yield from layer
            continue
        few = layer[: MOST_NEURONS - 2]
        few += [row for row in layer[MOST_NEURONS - 2 :] if row[1]]
        yield from few
        yield None, False, len(layer) - len(few)


def network_cells(neuron, is_known, most):
    """The weights, and the bias with what came out."""
    came_out = {"z": neuron.linear_activation, "a": neuron.activation, "error": neuron.error}
    rest = {"b": number_cell(neuron.bias), **number_cells(came_out, is_known)}
    return {}, list_cells(neuron.weights, neuron.num_inputs, "w", most), rest


def gradient_cells(known, num_inputs, is_known, most):
    """The factors in `known`, {word: value}, the weights' gradients (None if there are none yet), and the bias's."""
    symbols = {"dL/da": "output_gradient", "da/dz": "activation_gradient", "dL/dz": "error"}
    factors = {symbol: known[word] for symbol, word in symbols.items()}
    of_weights = list_cells(known["gradients"] if is_known else None, num_inputs, "dL/dw", most)
    return number_cells(factors, is_known), of_weights, number_cells({"dL/db": known["bias_gradient"]}, is_known)


def list_cells(values, count, letter, most):
    """{w[0]: text, ...} for the first few of `count` values and the last; `values` is None if they are not known."""
    values = [None] * count if values is None else values
    if most == 1 < count:
        return {f"{letter}[0] ...": number_cell(values[0])}
    texts = {f"{letter}[{i}]": number_cell(values[i]) for i in range(min(count, most))}
    if count > most:
        texts.popitem()
        texts[f"... {letter}[-1]"] = number_cell(values[-1])
    return texts


def number_cells(values, is_known):
    """{heading: text}, the same for each value by its heading."""
    return {name: number_cell(value if is_known else None) for name, value in values.items()}


def number_cell(value):
    """A number with its sign, in four digits; None is not known."""
    return UNKNOWN if value is None else f"{float(value) + 0.0:+.4g}"  # + 0.0 makes 0 of -0
