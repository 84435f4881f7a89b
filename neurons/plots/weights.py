"""The weights of first-layer neurons as images: what each looks for in a picture."""

from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from neurons.checks import ListLike, advised, is_list
from neurons.errors import NeuronsError
from neurons.plots.style import (
    FONT,
    SIGNED,
    SMALL_FONT,
    Panels,
    checked_models,
    checked_shape,
    many_axes,
    set_figure_title,
    square_shape,
)
from neurons.text import show

if TYPE_CHECKING:
    from neurons.model import Model

MOST_IMAGES = 10
COLUMNS = 10


def weight_images(
    model: "Model | dict[str, Model]",
    shape: ListLike | None = None,
    *,
    neurons: ListLike | None = None,
    ax: Any = None,
) -> Panels:
    """The weights of the first layer's neurons as images of `shape` (rows, columns), square unless given.

    Orange is positive (ink there counts for the neuron), blue is negative, and the white of 0 is the same in all. For
    several models, {"epoch 0": ..., "epoch 5": ...}, there is a row for each, all to one scale; for one, each image has
    a scale of its own below it. `neurons` are the indices of those to show, the first 10 unless given. `ax` are as many
    axes as are drawn. Returns an array (row, column) of axes.
    """
    models = checked_models(model)
    first = next(iter(models.values())).layers[0]
    for name, one in models.items():
        if (one.layers[0].num_inputs, one.layers[0].num_neurons) != (first.num_inputs, first.num_neurons):
            raise NeuronsError(f"weight_images compares models of the same sizes, but {name} differs from the first")
    rows_and_columns = square_shape(first.num_inputs) if shape is None else checked_shape(shape, first.num_inputs)
    chosen = checked_neurons(neurons, first)
    columns = len(chosen) if len(models) > 1 else min(len(chosen), COLUMNS)
    rows = len(models) if len(models) > 1 else ceil(len(chosen) / columns)
    axes = many_axes(ax, rows, columns, max(4.0, 1.1 * columns + 0.6), 1.4 * rows + 0.9, "weight_images")
    images = [
        (name, one.layers[0].neurons[j].name, np.array(one.layers[0].neurons[j].weights, dtype=float))
        for name, one in models.items()
        for j in chosen
    ]
    largest = max(float(abs(weights).max()) for _, _, weights in images) or 1.0
    for panel in axes.flat:
        panel.set(xticks=[], yticks=[])
    for panel in axes.ravel()[len(images) :]:
        panel.set_axis_off()
    for panel, (name, neuron_name, weights) in zip(axes.flat, images, strict=False):
        limit = largest if len(models) > 1 else float(abs(weights).max()) or 1.0
        panel.imshow(weights.reshape(rows_and_columns), cmap=SIGNED, vmin=-limit, vmax=limit)  # (row, column)
        if len(models) == 1 or panel in axes[0]:
            panel.set_title(neuron_name, fontsize=SMALL_FONT)
        if len(models) == 1:
            panel.set_xlabel(f"±{limit:.2g}", fontsize=SMALL_FONT)
        elif panel in axes[:, 0]:
            panel.set_ylabel(name, fontsize=FONT)
    if ax is None:
        scale = f", from -{largest:.2g} to +{largest:.2g}" if len(models) > 1 else ""
        set_figure_title(axes, f"The weights of {len(chosen)} of {first.num_neurons} neurons as images{scale}")
        figure: Any = axes[0, 0].figure
        figure.supxlabel("orange: positive   white: 0   blue: negative", fontsize=SMALL_FONT + 1.0)
    return axes


def checked_neurons(neurons: Any, layer: Any) -> list[int]:
    """`neurons` as a list of indices into the layer's neurons; the first ten for None."""
    if neurons is None:
        return list(range(min(MOST_IMAGES, layer.num_neurons)))
    if not is_list(neurons) or len(neurons) == 0:
        raise NeuronsError(f"neurons must be a list of indices, such as [0, 3, 7], but got {advised(neurons)}")
    for j in neurons:
        if isinstance(j, bool) or not hasattr(j, "__index__") or not 0 <= j < layer.num_neurons:
            last = layer.num_neurons - 1
            raise NeuronsError(f"neurons must be indices from 0 to {last} of {layer.name}'s neurons but got {show(j)}")
    return [int(j) for j in neurons]
