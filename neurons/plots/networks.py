"""The network as a drawing: its numbers on the edges, and one step as before and after."""

from typing import TYPE_CHECKING, Any

import numpy as np

from neurons.checks import ListLike, checked_learning_rate, checked_numbers, how_many
from neurons.errors import NeuronsError
from neurons.plots.cards import Canvas, Card, Column, Drawing, draw_network
from neurons.plots.style import (
    SIGNED,
    SMALL_FONT,
    check_has_gradients,
    checked_model,
    has_gradients,
    has_pass,
    number_in_words,
    short_number,
    sizes_of,
)
from neurons.text import show as shown_value
from neurons.training.loops import pass_example

if TYPE_CHECKING:
    from neurons.model import Model

MOST_NEURONS = 12  # in a layer whose edges are drawn one by one
MOST_LINES = 80  # of text in one column
MARGIN = 12.0
LEGEND = "full line: positive   dashed: negative   thicker: further from 0"


def network(model: "Model", *, show: str | None = None, ax: Any = None) -> Any:
    """The network with its weights, and after a pass with the numbers of that pass, each neuron as a card.

    `show="weights"` or `show="gradients"` shows these alone on the edges; then they decide colour, dash and width,
    otherwise the weights do. Layers too large for single edges become images of their weights or gradients, a row for
    each neuron. On arrays the numbers are those of the batch's last example. In axes too small for all of it, the
    drawing says less. Returns the axes; raises `OrderError` for gradients where there has been no backward pass.
    """
    checked_model(model)
    if show not in (None, "weights", "gradients"):
        raise NeuronsError(f'show must be "weights", "gradients" or None for both but got {shown_value(show)}')
    if show == "gradients":
        check_has_gradients(model, "network(show='gradients')")
    weights = [[[*map(float, neuron.weights), neuron.bias] for neuron in layer.neurons] for layer in model.layers]
    values, heading, what = weights, f"{'':5}{'weight':>9}", "weights"
    if show == "gradients":
        values, heading, what = gradients_of(model), f"{'':5}{'dL/dw':>9}", "gradients dL/dw of the last pass"
    title = f"The network {sizes_of(model)}{output_words(model)}: "
    if is_large(model):
        return draw_images(model, [[one[:-1] for one in layer] for layer in values], title + what, ax)
    columns_of_numbers = [values]
    if show is None and has_gradients(model):
        columns_of_numbers.append(gradients_of(model))
        heading += f"{'dL/dw':>10}"
        what = "weights, gradients dL/dw"
    columns = []
    for layer_idx, layer in enumerate(model.layers):
        cards = []
        for j, neuron in enumerate(layer.neurons):
            rows = rows_of([numbers[layer_idx][j] for numbers in columns_of_numbers])
            inside = in_circle(neuron.activation) if has_pass(model) else ""
            cards.append(Card(neuron.name, values[layer_idx][j], rows, facts_of(neuron), inside))
        columns.append(Column(cards, heading, layer.activation_function.name))
    return draw_network(ax, Drawing(inputs_of(model), columns, LEGEND), title + what)


def rows_of(columns: list[list[float]]) -> list[str]:
    """The text of each edge: its name, and its number in each of the columns."""
    rows = []
    for name, *values in zip(parameter_names(columns[0]), *columns, strict=True):
        first, *others = map(number_in_words, values)
        rows.append(f"{name:5}{first:>9}" + "".join(f"{text:>10}" for text in others))
    return rows


def facts_of(neuron: Any) -> list[str]:
    """What a neuron calculated in the last pass, line by line."""
    numbers = {"z": neuron.linear_activation, "a": neuron.activation, "dL/da": neuron.output_gradient}
    numbers["dL/dz"] = neuron.error
    return [
        f"{name:6}{number_in_words(float(value)):>9}"
        for name, value in numbers.items()
        if neuron.activation is not None and value is not None
    ]


def inputs_of(model: Any) -> list[tuple[str, str]]:
    """The inputs as (name, number); the number is empty before a pass."""
    names = [f"x[{i}]" for i in range(model.layers[0].num_inputs)]
    if not has_pass(model):
        return [(name, "") for name in names]
    numbers = model.layers[0].neurons[0].input_activation
    return [(name, f"{float(number) + 0.0:.3g}") for name, number in zip(names, numbers, strict=True)]


def before_after_step(
    model: "Model", inputs: ListLike, label: ListLike | float, *, learning_rate: float, ax: Any = None
) -> Any:
    """One training step for one example: each weight, bias and activation before and after, and the loss.

    The edges are drawn by the change: full and warm where the weight grows, dashed and blue where it falls. The step
    is taken on a copy. Returns the axes; layers too large for single edges become images of the change.
    """
    checked_model(model)
    learning_rate = checked_learning_rate(learning_rate)
    inputs = checked_numbers(inputs, "inputs", model.layers[0].num_inputs)
    twin = model.as_neurons()
    twin.start_batch()
    loss_before, _ = pass_example(twin, inputs, label)
    before = twin.copy()
    twin.step(learning_rate)
    loss_after = twin.loss.value(twin.forward(inputs), label)
    title = (
        f"One step with learning rate {learning_rate:g}: loss {short_number(loss_before)} → {short_number(loss_after)}"
    )
    columns = [columns_of_change(*layers) for layers in zip(before.layers, twin.layers, strict=True)]
    if is_large(model):
        changes = [[card.values[:-1] for card in column.cards] for column in columns]
        return draw_images(model, changes, title + " (the changes)", ax)
    legend = "full line: the weight grows   dashed: it falls   thicker: by more"
    return draw_network(ax, Drawing(inputs_of(before), columns, legend), title)


def columns_of_change(before: Any, after: Any) -> Column:
    """A layer with its numbers before the step and after it."""
    cards = []
    for old, new in zip(before.neurons, after.neurons, strict=True):
        pairs = list(zip([*old.weights, old.bias], [*new.weights, new.bias], strict=True))
        rows = [f"{name:5}{change_in_words(*pair)}" for name, pair in zip(parameter_names(pairs), pairs, strict=True)]
        facts = [f"{'z':3}{change_in_words(old.linear_activation, new.linear_activation)}"]
        facts.append(f"{'a':3}{change_in_words(old.activation, new.activation)}")
        changes = [last - first for first, last in pairs]
        cards.append(Card(old.name, changes, rows, facts, in_circle(new.activation)))
    return Column(cards, f"{'':5}{'before':>9} → {'after':<9}", before.activation_function.name)


def in_circle(value: float) -> str:
    """A number in at most six letters."""
    return f"{value + 0.0:.2f}" if abs(value) < 100.0 else f"{value:.0e}"


def change_in_words(before: float, after: float) -> str:
    """-0.0129 → 0.0772"""
    return f"{number_in_words(before):>9} → {number_in_words(after):<9}"


def parameter_names(values: list[Any]) -> list[str]:
    """w[0], w[1], ..., b: the names of a neuron's numbers."""
    return [f"w[{i}]" for i in range(len(values) - 1)] + ["b"]


def gradients_of(model):
    """dL/dw of each weight, and dL/db, by layer and neuron."""
    return [
        [[*map(float, neuron.gradients), neuron.bias_gradient] for neuron in layer.neurons] for layer in model.layers
    ]


def output_words(model):
    """The output of the last pass, where it is one number."""
    neurons = model.layers[-1].neurons
    return f", output {neurons[0].activation:.4f}" if has_pass(model) and len(neurons) == 1 else ""


def is_large(model):
    """True if a layer has too many neurons or weights to draw them one by one."""
    columns = [(layer.num_neurons, layer.num_neurons * (layer.num_inputs + 1)) for layer in model.layers]
    wide = max([model.layers[0].num_inputs, *(neurons for neurons, _ in columns)])
    return wide > MOST_NEURONS or max(lines for _, lines in columns) > MOST_LINES


def draw_images(model: Any, values: list[list[list[float]]], title: str, ax: Any) -> Any:
    """A large network: each layer's numbers as an image, between boxes that say how many neurons there are."""
    box, image, gap = 96.0, (190.0, 150.0), 12.0
    width = 2 * MARGIN + box + len(model.layers) * (image[0] + box + 2 * gap)
    sheet = Canvas(ax, width, image[1] + 60.0, title)
    low, x = 42.0, MARGIN
    middle = low + image[1] / 2.0
    words_below = "a row per neuron, a column per input"
    words = [f"x\n{how_many(model.layers[0].num_inputs, 'input')}"]
    for layer in model.layers:
        words.append(f"{layer.name}\n{how_many(layer.num_neurons, 'neuron')}\n{layer.activation_function.name}"[:60])
    for layer_idx, text in enumerate(words):
        sheet.box(x, middle - 30.0, box, 60.0)
        sheet.text(x + box / 2.0, middle, text)
        x += box + gap
        if layer_idx < len(values):
            array = np.array(values[layer_idx])  # (neuron, input)
            limit = float(abs(array).max()) or 1.0
            place = (x, x + image[0], low, low + image[1])
            sheet.ax.imshow(array, cmap=SIGNED, vmin=-limit, vmax=limit, extent=place, aspect="auto", zorder=1)
            sheet.text(x + image[0] / 2.0, low - 10.0, f"blue -{limit:.3g}   orange +{limit:.3g}", in_card=False)
            sheet.text(x + image[0] / 2.0, low - 24.0, words_below, in_card=False, size=SMALL_FONT - 1.0)
            x += image[0] + gap
    sheet.ax.set(xlim=(0.0, width), ylim=(0.0, image[1] + 60.0), aspect="equal")  # imshow has set its own
    return sheet.ax
