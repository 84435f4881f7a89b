"""The plane of two inputs, coloured by what the model, or one neuron of it, answers everywhere."""

from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import Normalize, TwoSlopeNorm, to_rgba

from neurons.checks import ListLike
from neurons.errors import NeuronsError
from neurons.inspection.models import neurons_in
from neurons.losses import SoftmaxCrossEntropy
from neurons.plots.classes import answers_of, classes_of
from neurons.plots.style import (
    FONT,
    MARKERS,
    SERIES,
    SIGNED,
    SMALL_FONT,
    Panels,
    checked_models,
    checked_plane,
    legend_below,
    many_axes,
    one_axes,
    percent,
    set_figure_title,
    set_title,
    sizes_of,
)
from neurons.training.loops import LOOPS

if TYPE_CHECKING:
    from neurons.model import Model

POINTS = 61  # along each side of the plane
MARGIN_SHARE = 0.35  # how far the plane goes beyond the examples
MOST_COLUMNS = 5
MOST_STRETCHED = 2.0  # above this ratio of its sides a plane drawn to one scale would be a sliver


class Plane:
    """A grid of points around the examples: `points` (point, 2), and the two axes `across` and `up`."""

    def __init__(self, inputs: ListLike, num_points: int = POINTS) -> None:
        array = np.array(inputs)  # (example, 2)
        low, high = array.min(axis=0), array.max(axis=0)  # (2,)
        margin = np.where(high > low, MARGIN_SHARE * (high - low), 1.0)  # (2,)
        self.across = np.linspace(low[0] - margin[0], high[0] + margin[0], num_points)  # (column,)
        self.up = np.linspace(low[1] - margin[1], high[1] + margin[1], num_points)  # (row,)
        self.shape = (num_points, num_points)
        width, height = np.ptp(self.across), np.ptp(self.up)
        self.aspect = "equal" if max(width, height) <= MOST_STRETCHED * min(width, height) else "auto"
        across, up = np.meshgrid(self.across, self.up)  # (row, column)
        self.points = np.stack([across.ravel(), up.ravel()], axis=1)  # (point, 2)


def outputs_on(model: Any, plane: Plane) -> Any:
    """The model's answers on the plane, (row, column, output)."""
    outputs = np.array(model.predict(plane.points.tolist()), dtype=float)  # (point, output)
    return outputs.reshape(*plane.shape, -1)  # (row, column, output)


def decision_boundary(model: "Model", inputs: ListLike, labels: ListLike, *, ax: Any = None) -> Any:
    """The plane coloured by the model's output, the boundary as a black line, and the examples with their labels.

    With one output the boundary is where it lies half-way between the two labels (at 0.5 for 0 and 1); with several it
    is where another class takes over. The model needs 2 inputs. Returns the axes.
    """
    checked_plane(model, "decision_boundary")
    inputs, labels = model.find_engine().checked_examples(model, inputs, labels)
    found = answers_of(model, inputs, labels)
    ax = one_axes(ax, 5.6, 4.6)
    plane = Plane(inputs)
    colours = draw_boundary(ax, plane, outputs_on(model, plane), model, labels)
    draw_examples(ax, model, inputs, labels)
    share = float((found.right == found.answers).mean())
    set_title(ax, f"Boundary of {sizes_of(model)}: {percent(share)} of {len(inputs)} right")
    if colours is not None:
        bar = ax.figure.colorbar(colours, ax=ax, label="output")
        bar.ax.tick_params(labelsize=SMALL_FONT)
    return ax


def draw_boundary(ax, plane, outputs, model, labels):
    """Colours and the black line, or the reason why there is none; return the colours where a bar can explain them."""
    ax.set(xlabel="x[0]", ylabel="x[1]", aspect=plane.aspect)
    ax.locator_params(nbins=6)
    names, _, boundary = classes_of(model, labels)
    if boundary is None:
        draw_regions(ax, plane, outputs, names)
        return None
    outputs = outputs[..., 0]  # (row, column)
    low, high = 2.0 * boundary - 1.0 if boundary < 0.5 else 0.0, 1.0  # from one label to the other
    low, high = min(low, float(outputs.min())), max(high, float(outputs.max()))
    norm = around(boundary, low, high)
    colours = ax.pcolormesh(plane.across, plane.up, outputs, cmap=SIGNED, norm=norm, shading="gouraud")
    if outputs.min() < boundary < outputs.max():
        ax.contour(plane.across, plane.up, outputs, levels=[boundary], colors="black", linewidths=2.0)
    else:
        say_why(ax, f"no boundary: the output is {side_of(outputs, boundary)} everywhere")
    return colours


def draw_regions(ax, plane, outputs, names):
    """Several classes: the region of each in its own pale colour, and the lines where another takes over."""
    leads = []
    for class_idx in range(outputs.shape[-1]):
        others = np.delete(outputs, class_idx, axis=-1).max(axis=-1)  # (row, column)
        lead = outputs[..., class_idx] - others  # (row, column)
        leads.append(lead)
        if lead.max() > 0.0:
            pale = to_rgba(SERIES[class_idx % len(SERIES)], 0.35)
            ax.contourf(plane.across, plane.up, lead, levels=[0.0, np.inf], colors=[pale])
        if lead.min() < 0.0 < lead.max():  # else there is no such line, and matplotlib would warn
            ax.contour(plane.across, plane.up, lead, levels=[0.0], colors="black", linewidths=1.5)
    everywhere = [names[i] for i, lead in enumerate(leads) if lead.min() > 0.0 and i < len(names)]
    if everywhere:
        say_why(ax, f"no boundary: the answer is {everywhere[0]} everywhere")


def around(middle: float, low: float, high: float) -> Normalize:
    """Colours that are white at `middle`."""
    return TwoSlopeNorm(middle, min(low, middle - 1e-9), max(high, middle + 1e-9))


def side_of(values: Any, middle: float) -> str:
    """Where all values lie: "below 0.5"."""
    return f"{'above' if values.min() >= middle else 'below'} {middle:g}"


def say_why(ax: Any, text: str, size: float = SMALL_FONT) -> None:
    """A sentence at the foot of a plane without a line."""
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5}
    ax.text(0.5, 0.03, text, transform=ax.transAxes, ha="center", va="bottom", fontsize=size, color="black", bbox=box)


def draw_examples(ax, model, inputs, labels):
    """The examples, each class with its own mark, explained below the plane."""
    size = 9.0 if len(inputs) <= 20 else 4.5
    draw_points(ax, model, inputs, labels, size)
    legend_below(ax, ncols=4, facecolor="0.92", labelcolor="black")


def draw_points(ax, model, inputs, labels, size):
    """The examples, each class with its own mark and colour, ringed in white."""
    names, classes, _ = classes_of(model, labels)
    for class_idx, name in enumerate(names):
        points = np.array(inputs)[classes == class_idx]  # (example, 2)
        style = {"color": SERIES[class_idx % len(SERIES)], "markeredgecolor": "white", "linestyle": "none"}
        marker = MARKERS[class_idx % len(MARKERS)]
        ax.plot(points[:, 0], points[:, 1], marker=marker, label=f"label {name}", markersize=size, **style)


def hidden_planes(
    model: "Model | dict[str, Model]",
    inputs: ListLike | None = None,
    labels: ListLike | None = None,
    *,
    ax: Any = None,
) -> Panels:
    """A small plane for each hidden neuron and the outputs, coloured by its activation; the line is where z is 0.

    The outputs are the model's answers, probabilities where the loss is a cross-entropy; the line of a softmax output
    is where it is 0.5.
    `inputs` are the examples around which the plane lies, drawn as dots, and with their `labels` each class with a mark
    of its own; without them it shows 0 to 1 and a margin. For several models, {"epoch 0": ..., "epoch 100": ...}, there
    is a row for each. `ax` are as many axes as there are planes. Returns an array (row, column) of axes; those that are
    left over are empty.
    """
    models = checked_models(model)
    for one in models.values():
        checked_plane(one, "hidden_planes")
    first = next(iter(models.values()))
    if len({sizes_of(one) for one in models.values()}) > 1:
        raise NeuronsError("hidden_planes compares models of the same sizes, but these differ")
    corners = [[0.0, 0.0], [1.0, 1.0]]
    examples = corners if inputs is None else LOOPS.checked_inputs(first, inputs)
    if labels is not None and inputs is not None:
        examples, labels = LOOPS.checked_examples(first, inputs, labels)
    plane = Plane(examples, 41)
    count = sum(layer.num_neurons for layer in first.layers)
    columns = count if len(models) > 1 else min(count, MOST_COLUMNS)
    rows_per_model = ceil(count / columns)
    rows = rows_per_model * len(models)
    axes = many_axes(ax, rows, columns, 1.75 * columns + 0.9, 1.9 * rows + 0.6, "hidden_planes")
    for model_idx, (model_name, one) in enumerate(models.items()):
        panels = axes[model_idx * rows_per_model : (model_idx + 1) * rows_per_model].ravel()
        for panel in panels[count:]:
            panel.set_axis_off()
        for panel, (name, line, a) in zip(panels, neurons_on(one, plane), strict=False):
            draw_neuron(panel, plane, name, line, a)
            if labels is not None:
                draw_points(panel, one, examples, labels, 6.0)
            elif inputs is not None:
                panel.plot(*zip(*examples, strict=True), "o", color="white", markeredgecolor="black", markersize=4.0)
        if model_name:
            panels[0].set_ylabel(model_name, fontsize=FONT)
    if ax is None:
        title = f"What each neuron of {sizes_of(first)} answers in the plane of x[0] (across) and x[1] (up)"
        set_figure_title(axes, title)
        figure: Any = axes[0, 0].figure
        figure.supxlabel("orange: above the middle   blue: below   black line: z = 0", fontsize=SMALL_FONT + 1.0)
    return axes


def draw_neuron(ax, plane, name, line, a):
    """One neuron's plane: `a` (row, column) as colours, and a black line where `line` (row, column) is 0."""
    low, high = (0.0, 1.0) if 0.0 <= a.min() and a.max() <= 1.0 else (float(a.min()), float(a.max()))
    middle = 0.5 if (low, high) == (0.0, 1.0) else 0.0 if low < 0.0 < high else (low + high) / 2.0
    ax.pcolormesh(plane.across, plane.up, a, cmap=SIGNED, norm=around(middle, low, high), shading="gouraud")
    if line.min() < 0.0 < line.max():
        ax.contour(plane.across, plane.up, line, levels=[0.0], colors="black", linewidths=1.5)
    else:
        say_why(ax, f"z {'>' if line.min() >= 0.0 else '<'} 0 everywhere", SMALL_FONT - 1.0)
    ax.set(aspect=plane.aspect, xticks=[], yticks=[])
    span = "" if (low, high) == (0.0, 1.0) else f"\n{a.min():.2g} to {a.max():.2g}"
    ax.set_title(name + span, fontsize=SMALL_FONT + 1.0)


def neurons_on(model, plane):
    """(name, line, a) of each neuron on the plane, line and a (row, column).

    For outputs a is the model's answer. The line is drawn where its number is 0: it is z, but p - 0.5 for a softmax.
    """
    twin = model.as_neurons()
    neurons = neurons_in(twin)
    seen = np.empty((len(plane.points), 2, len(neurons)))  # (point, z and a, neuron)
    for point_idx, point in enumerate(plane.points.tolist()):
        twin.forward(point)
        z, a = [neuron.linear_activation for neuron in neurons], [neuron.activation for neuron in neurons]
        seen[point_idx] = z, a
    num_outputs = twin.layers[-1].num_neurons
    seen[:, 1, -num_outputs:] = outputs_on(model, plane).reshape(-1, num_outputs)
    if isinstance(model.loss, SoftmaxCrossEntropy):
        seen[:, 0, -num_outputs:] = seen[:, 1, -num_outputs:] - 0.5
    for j, neuron in enumerate(neurons):
        yield neuron.name, seen[:, 0, j].reshape(plane.shape), seen[:, 1, j].reshape(plane.shape)
