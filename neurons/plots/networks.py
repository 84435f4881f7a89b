"""The network as a drawing: its numbers on the edges, one step as before and after, the paths into one gradient.

Every edge ends at a line of text of its own, left of the neuron it goes into: however many there are, none overlaps
another. One unit of these axes is one point (1/72 inch) on a page of the drawing's own size.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.patches import Circle, Rectangle

from neurons.checks import ListLike, checked_learning_rate, checked_numbers, how_many
from neurons.errors import NeuronsError
from neurons.inspection.why.explanation import why
from neurons.plots.style import (
    FONT,
    SMALL_FONT,
    VALUES,
    check_has_gradients,
    checked_model,
    has_gradients,
    has_pass,
    line_style,
    one_axes,
    set_title,
    short_number,
    signed_number,
    size_in_points,
    sizes_of,
)
from neurons.text import show as shown_value
from neurons.training.loops import pass_example

if TYPE_CHECKING:
    from neurons.model import Model

RADIUS = 15.0  # of a neuron
LINE = 11.5  # from one line of text to the next
LETTER = 0.66 * SMALL_FONT  # the width of a letter, in a font where all have 0.602: a screen rounds it up to pixels
GAP = 8.0  # between neurons
MARGIN = 12.0
MOST_NEURONS = 12  # in a layer whose edges are drawn one by one
MOST_LINES = 80  # of text in one column
MOST_PATHS = 8
LEGEND = "full line: positive   dashed: negative   thicker: further from 0"


class Drawing(NamedTuple):
    """What is drawn for each layer and neuron: the number that styles a line, and the text at its end."""

    values: list[list[list[float]]]  # of each weight, then of the bias
    texts: list[list[list[str]]]
    heading: str  # above each column of texts
    inside: list[list[str]]  # in the circles: of the inputs, then of each layer


def network(model: "Model", *, show: str | None = None, ax: Any = None) -> Any:
    """The network with its weights, and after a pass with the activations and gradients of that pass.

    `show="weights"` or `show="gradients"` shows these alone; then they decide colour, dash and width of the edges,
    otherwise the weights do. In the circles are the activations. Layers too large for single edges become images of
    their weights or gradients, a row for each neuron. On arrays the numbers are those of the batch's last example.
    Returns the axes; raises `OrderError` for gradients where there has been no backward pass.
    """
    checked_model(model)
    if show not in (None, "weights", "gradients"):
        raise NeuronsError(f'show must be "weights", "gradients" or None for both but got {shown_value(show)}')
    if show == "gradients":
        check_has_gradients(model, "network(show='gradients')")
    weights = [[[*map(float, neuron.weights), neuron.bias] for neuron in layer.neurons] for layer in model.layers]
    values, both = weights, show is None and has_gradients(model)
    what = "weights"
    if show == "gradients":
        values, what = gradients_of(model), "gradients dL/dw of the last pass"
    title = f"The network {sizes_of(model)}{output_words(model)}: "
    if is_large(model):
        return draw_images(model, [[one[:-1] for one in layer] for layer in values], title + what, ax)
    texts = texts_of(values, signed_number)
    heading = f"{'':6}{'dL/dw' if show == 'gradients' else 'weight':>9}"
    if both:
        gradients = gradients_of(model)
        texts = [
            [
                [f"{text}{signed_number(gradient):>10}" for text, gradient in zip(*pair, strict=True)]
                for pair in zip(*layer, strict=True)
            ]
            for layer in zip(texts, gradients, strict=True)
        ]
        heading += f"{'dL/dw':>10}"
        what = "weights, gradients dL/dw"
    return draw(ax, model, Drawing(values, texts, heading, activations_of(model)), title + what, LEGEND)


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

    changes, texts = [], []
    for layers in zip(before.layers, twin.layers, strict=True):
        numbers = [[[*neuron.weights, neuron.bias] for neuron in layer.neurons] for layer in layers]
        pairs = [list(zip(*of_neuron, strict=True)) for of_neuron in zip(*numbers, strict=True)]
        changes.append([[after - first for first, after in pair] for pair in pairs])
        texts.append([before_and_after(pair) for pair in pairs])
    title = (
        f"One step with learning rate {learning_rate:g}: loss {short_number(loss_before)} → {short_number(loss_after)}"
    )
    if is_large(model):
        return draw_images(model, [[one[:-1] for one in layer] for layer in changes], title + " (the changes)", ax)
    inside = [
        [f"{first}\n{after}" if first != after else first for first, after in zip(*column, strict=True)]
        for column in zip(activations_of(before), activations_of(twin), strict=True)
    ]
    legend = "full line: the weight grows   dashed: it falls   thicker: by more"
    return draw(ax, model, Drawing(changes, texts, f"{'':6}{'before':>9} → {'after':<9}", inside), title, legend)


def before_and_after(pairs):
    """The text for each of a neuron's numbers: its name, and the number before and after the step."""
    texts = []
    for name, (before, after) in zip(parameter_names(pairs), pairs, strict=True):
        texts.append(f"{name:6}{signed_number(before):>9} → {signed_number(after):<9}")
    return texts


def parameter_names(values):
    """w[0], w[1], ..., b: the names of a neuron's numbers."""
    return [f"w[{i}]" for i in range(len(values) - 1)] + ["b"]


def texts_of(values, write):
    """The text for each number: its name, and the number as `write` writes it."""
    return [
        [[f"{name:6}{write(value):>9}" for name, value in zip(parameter_names(one), one, strict=True)] for one in layer]
        for layer in values
    ]


def gradients_of(model):
    """dL/dw of each weight, and dL/db, by layer and neuron."""
    return [
        [[*map(float, neuron.gradients), neuron.bias_gradient] for neuron in layer.neurons] for layer in model.layers
    ]


def activations_of(model):
    """The texts in the circles: the inputs and each layer's activations; empty before a pass."""
    if not has_pass(model):
        return [[""] * model.layers[0].num_inputs] + [[""] * layer.num_neurons for layer in model.layers]
    inputs = [circle_text(float(value)) for value in model.layers[0].neurons[0].input_activation]
    return [inputs] + [[circle_text(neuron.activation) for neuron in layer.neurons] for layer in model.layers]


def circle_text(value):
    """A number in at most six letters: there is no room for more in a circle."""
    return f"{value:.2f}" if abs(value) < 100.0 else f"{value:.0e}"


def output_words(model):
    """The output of the last pass, where it is one number."""
    neurons = model.layers[-1].neurons
    return f", output {neurons[0].activation:.4f}" if has_pass(model) and len(neurons) == 1 else ""


def is_large(model):
    """True if a layer has too many neurons or weights to draw them one by one."""
    columns = [(layer.num_neurons, layer.num_neurons * (layer.num_inputs + 1)) for layer in model.layers]
    wide = max([model.layers[0].num_inputs, *(neurons for neurons, _ in columns)])
    return wide > MOST_NEURONS or max(lines for _, lines in columns) > MOST_LINES


class Page:
    """Empty axes in points, and the scale that makes the drawing fit where the axes are smaller than it."""

    def __init__(self, ax: Any, width: float, height: float, title: str) -> None:
        self.ax = one_axes(ax, (width + 8.0) / 72.0, (height + 34.0) / 72.0)
        self.scale = self.text_scale = 1.0
        if ax is not None:
            there = size_in_points(ax)
            self.scale = min(1.0, there[0] / width, there[1] / height)
            self.text_scale = self.scale if self.scale == 1.0 else 0.88 * self.scale  # small letters come out wider
        self.ax.set(xlim=(0.0, width), ylim=(0.0, height), aspect="equal")
        self.ax.set_axis_off()
        set_title(self.ax, title, FONT * max(self.scale, 0.7))

    def text(self, x: float, y: float, text: str, *, size: float = SMALL_FONT, across: str = "center") -> Any:
        """A text whose middle (or left end) is at this point; return it."""
        family = "DejaVu Sans Mono"
        return self.ax.text(x, y, text, fontsize=size * self.text_scale, ha=across, va="center", family=family)

    def line(self, points: list[tuple[float, float]], value: float, largest: float, name: str) -> None:
        """An edge through these points, styled by its number; `name` is its gid, under which it can be found."""
        style = line_style(value, largest)
        style["linewidth"] *= self.scale
        xs, ys = zip(*points, strict=True)
        (line,) = self.ax.plot(xs, ys, solid_capstyle="butt", zorder=1, **style)
        line.set_gid(name)

    def circle(self, x: float, y: float, name: str, inside: str) -> None:
        """A neuron or an input: its name above it, a number inside."""
        self.ax.add_patch(Circle((x, y), RADIUS, facecolor="white", edgecolor="black", linewidth=self.scale, zorder=2))
        self.text(x, y + RADIUS + 0.5 * LINE, name)
        self.text(x, y, inside, size=SMALL_FONT - 1.5).set_color("black")  # the circle is white in any style


def draw(ax: Any, model: Any, drawing: Drawing, title: str, legend: str) -> Any:
    """The whole network: circles, and edges that end at their texts."""
    num_inputs, layers = model.layers[0].num_inputs, model.layers
    input_names = [f"x[{i}]" for i in range(num_inputs)]
    block = 2.0 * RADIUS + 1.5 * LINE
    heights = [num_inputs * (block + GAP)]
    for layer in layers:
        heights.append(layer.num_neurons * (max(block, LINE * (layer.num_inputs + 1)) + GAP))
    top = max(heights) + 3.5 * LINE
    height = top + LINE

    widths = [LETTER * max(len(text) for neuron in layer for text in neuron) for layer in drawing.texts]
    room = [
        max(RADIUS, LETTER * len(name) / 2.0)
        for name in [input_names[-1], *(layer.neurons[-1].name for layer in layers)]
    ]
    fan = max(55.0, 0.18 * height)  # where the edges part; wide enough to follow each of them
    centres = [MARGIN + room[0]]
    for layer_idx, width in enumerate(widths):
        centres.append(centres[-1] + room[layer_idx] + fan + width + 13.0 + room[layer_idx + 1])
    page = Page(ax, max(centres[-1] + room[-1] + MARGIN, LETTER * len(legend) + 2 * MARGIN), height, title)

    middle = (top - LINE + 1.5 * LINE) / 2.0
    places = [row_middles(num_inputs, heights[0], middle)]
    for i, y in enumerate(places[0]):
        page.circle(centres[0], y, input_names[i], drawing.inside[0][i])
    for layer_idx, layer in enumerate(layers):
        largest = max(abs(value) for neuron in drawing.values[layer_idx] for value in neuron)
        places.append(row_middles(layer.num_neurons, heights[layer_idx + 1], middle))
        text_left = centres[layer_idx + 1] - room[layer_idx + 1] - 8.0 - widths[layer_idx]
        top_line = 0.0
        for j, neuron in enumerate(layer.neurons):
            y = places[-1][j]
            page.circle(centres[layer_idx + 1], y, neuron.name, drawing.inside[layer_idx + 1][j])
            values, texts = drawing.values[layer_idx][j], drawing.texts[layer_idx][j]
            for i, (name, value, text) in enumerate(zip(parameter_names(values), values, texts, strict=True)):
                line_y = y + LINE * ((len(values) - 1) / 2.0 - i)
                top_line = max(top_line, line_y)
                page.text(text_left, line_y, text, across="left")
                start = [(text_left - 14.0, line_y)]  # a bias comes from nowhere
                if i < len(values) - 1:
                    x, source = centres[layer_idx], places[layer_idx][i]
                    start = [(x + RADIUS, source), (x + room[layer_idx] + 3.0, source)]
                page.line([*start, (text_left - 3.0, line_y)], value, largest, f"{neuron.name}.{name}")
        page.text(text_left, top_line + 1.15 * LINE, drawing.heading, across="left", size=SMALL_FONT - 1.0)
    page.text(MARGIN, 0.5 * LINE, legend, across="left", size=SMALL_FONT - 1.0)
    return page.ax


def row_middles(count, height, middle):
    """The middles of `count` blocks, from top to bottom, that fill this height around `middle`."""
    return [middle + height / 2.0 - height * (i + 0.5) / count for i in range(count)]


def draw_images(model: Any, values: list[list[list[float]]], title: str, ax: Any) -> Any:
    """A large network: each layer's numbers as an image, between boxes that say how many neurons there are."""
    box, image, gap = 96.0, (190.0, 150.0), 12.0
    width = 2 * MARGIN + box + len(model.layers) * (image[0] + box + 2 * gap)
    page = Page(ax, width, image[1] + 60.0, title)
    low, x = 42.0, MARGIN
    middle = low + image[1] / 2.0
    words = [f"x\n{how_many(model.layers[0].num_inputs, 'input')}"]
    for layer in model.layers:
        words.append(f"{layer.name}\n{how_many(layer.num_neurons, 'neuron')}\n{layer.activation_function.name}"[:60])
    for layer_idx, text in enumerate(words):
        page.ax.add_patch(Rectangle((x, middle - 30.0), box, 60.0, facecolor="white", edgecolor="black"))
        page.text(x + box / 2.0, middle, text).set_color("black")
        x += box + gap
        if layer_idx < len(values):
            array = np.array(values[layer_idx])  # (neuron, input)
            limit = float(abs(array).max()) or 1.0
            place = (x, x + image[0], low, low + image[1])
            page.ax.imshow(array, cmap=VALUES, vmin=-limit, vmax=limit, extent=place, aspect="auto", zorder=1)
            page.text(x + image[0] / 2.0, low - 10.0, f"dark -{limit:.3g}   light +{limit:.3g}")
            page.text(x + image[0] / 2.0, low - 24.0, "a row per neuron, a column per input", size=SMALL_FONT - 1.0)
            x += image[0] + gap
    page.ax.set(xlim=(0.0, width), ylim=(0.0, image[1] + 60.0), aspect="equal")  # imshow has set its own
    return page.ax


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
    parts = largest_paths(answer.paths) or [("dL/da from the loss" if owner_name else "the sum of all paths", total)]
    formula = formula_lines(answer.columns)

    texts = [f"{signed_number(share):<9}  {text}" for text, share in parts]
    source_x = MARGIN + 24.0
    owner_x = source_x + 175.0 if owner_name else MARGIN + 50.0
    fork_x = owner_x + 80.0
    text_left = fork_x + 75.0
    width = max(text_left + LETTER * max(map(len, texts)), LETTER * max(map(len, formula)) + MARGIN) + MARGIN
    paths_height = max(len(parts) * 1.5 * LINE, 2.0 * RADIUS + 3.0 * LINE)
    height = paths_height + LINE * (len(formula) + 1.0)
    page = Page(ax, width, height, f"The paths into dL/d {answer.name} = {signed_number(answer.value)}")
    middle = height - paths_height / 2.0

    page.circle(owner_x, middle, owner_name or short, "")
    if owner_name:
        page.circle(source_x, middle, "1" if short == "b" else "input", circle_text(answer.factors[f"dz/d{short}"]))
        draw_sum(page, source_x + RADIUS, owner_x - RADIUS, middle, f"dL/d{short}", answer.value, answer.name)
    draw_sum(page, owner_x + RADIUS, fork_x, middle, "dL/da" if owner_name else f"dL/d{short}", total, "sum")
    largest = max(abs(share) for _, share in parts)
    middles = row_middles(len(parts), len(parts) * 1.5 * LINE, middle)
    for (text, share), line_text, y in zip(parts, texts, middles, strict=True):
        page.line([(fork_x, middle), (text_left - 3.0, y)], share, largest, text)
        page.text(text_left, y, line_text, across="left")
    for line_idx, line in enumerate(formula):
        page.text(MARGIN, LINE * (len(formula) - line_idx), line, across="left")
    return page.ax


def draw_sum(page: Page, left: float, right: float, y: float, symbol: str, value: float, name: str) -> None:
    """A line whose symbol stands above it, and the number below."""
    page.line([(left, y), (right, y)], value, abs(value), name)
    page.text((left + right) / 2.0, y + LINE, symbol)
    page.text((left + right) / 2.0, y - LINE, signed_number(value))


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
        return [(f"via {name}", share) for name, share in paths]
    paths = sorted(paths, key=lambda path: -abs(path[1]))
    others = paths[MOST_PATHS - 1 :]
    largest = [(f"via {name}", share) for name, share in paths[: MOST_PATHS - 1]]
    return [*largest, (f"via the other {len(others)}", sum(share for _, share in others))]
