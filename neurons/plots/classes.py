"""Which class is taken for which: the labels and answers as classes, counted, and the mistakes as images."""

from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neurons.checks import ListLike
from neurons.errors import NeuronsError
from neurons.losses import BinaryCrossEntropy
from neurons.plots.style import (
    FONT,
    SMALL_FONT,
    VALUES,
    Panels,
    checked_model,
    checked_shape,
    many_axes,
    one_axes,
    percent,
    set_figure_title,
    set_title,
)
from neurons.training.engine import NO_CLASSES, class_boundary

if TYPE_CHECKING:
    from neurons.model import Model

MOST_MISTAKES = 10


class Answers(NamedTuple):
    """The examples' classes: their names, the right ones and the model's, (example,), and how sure it is, (example,).

    `boundary` is what the one output is compared with; None where there are several.
    """

    names: list[str]
    right: Any
    answers: Any
    sureness: Any
    boundary: float | None


def classes_of(model: "Model", labels: Any) -> tuple[list[str], Any, float | None]:
    """The classes' names, each label's class (example,), and the boundary between the two classes of one output."""
    labels = np.asarray(labels, dtype=float)  # (example, output) or (example,)
    if model.layers[-1].num_neurons > 1:
        names = [str(class_idx) for class_idx in range(model.layers[-1].num_neurons)]
        if labels.ndim == 1:
            return names, labels.astype(int), None
        if not ((labels == labels.max(axis=1, keepdims=True)).sum(axis=1) == 1).all():
            raise NeuronsError(NO_CLASSES.replace("accuracy", "the picture"))
        return names, labels.argmax(axis=1), None
    values = sorted(set(labels.ravel().tolist()))
    boundary = class_boundary(set(values))
    if boundary is None:
        raise NeuronsError(NO_CLASSES.replace("accuracy", "the picture"))
    if len(values) == 1:
        values = [-1.0, 1.0] if values[0] < 0.0 else [0.0, 1.0]
    right = (labels.ravel() > boundary).astype(int)  # (example,)
    return [f"{value:g}" for value in values], right, 0.5 if isinstance(model.loss, BinaryCrossEntropy) else boundary


def answers_of(model: "Model", inputs: Any, labels: Any) -> Answers:
    """The model's classes for these examples beside the right ones."""
    names, right, boundary = classes_of(model, labels)
    outputs = np.asarray(model.predict(inputs), dtype=float)  # (example, output)
    if boundary is None:
        return Answers(names, right, outputs.argmax(axis=1), outputs.max(axis=1), None)
    return Answers(names, right, (outputs[:, 0] > boundary).astype(int), abs(outputs[:, 0] - boundary), boundary)


def confusion(model: "Model", inputs: ListLike, labels: ListLike, *, ax: Any = None) -> Any:
    """How often each class (rows) was taken for each class (columns): the right ones lie on the diagonal.

    The colours are shares of the row, so that a rare class shows as well as a frequent one. Returns the axes; raises
    `NeuronsError` for labels that are not classes.
    """
    inputs, labels = checked_model(model).find_engine().checked_examples(model, inputs, labels)
    found = answers_of(model, inputs, labels)
    size = len(found.names)
    counts = np.zeros((size, size), dtype=int)  # (right class, answer)
    np.add.at(counts, (found.right, found.answers), 1)
    ax = one_axes(ax, 2.2 + 0.48 * size, 2.0 + 0.42 * size)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)  # (right class, answer)
    ax.imshow(shares, cmap=VALUES, vmin=0.0, vmax=1.0)
    for row in range(size):
        for column in range(size):
            if counts[row, column]:
                colour = "black" if shares[row, column] > 0.5 else "white"
                text = str(counts[row, column])
                ax.text(column, row, text, ha="center", va="center", color=colour, fontsize=SMALL_FONT)
    ax.set(xlabel="taken for", ylabel="label", xticks=range(size), yticks=range(size))
    ax.set_xticklabels(found.names)
    ax.set_yticklabels(found.names)
    share = float((found.right == found.answers).mean())
    set_title(ax, f"{percent(share)} of {len(inputs):,} examples right")
    return ax


def mistakes(model: "Model", inputs: ListLike, labels: ListLike, shape: ListLike, *, ax: Any = None) -> Panels:
    """The wrong answers that the model is surest of, as images of `shape` (rows, columns), at most 10.

    Above each stand its label, what it was taken for and the output that said so. `ax` are as many axes as are drawn.
    Returns an array (row, column) of axes, those left over empty; where nothing is wrong, the one says so.
    """
    shape = checked_shape(shape, checked_model(model).layers[0].num_inputs)
    given = inputs
    inputs, labels = model.find_engine().checked_examples(model, inputs, labels)
    found = answers_of(model, inputs, labels)
    wrong = (found.right != found.answers).nonzero()[0]  # (mistake,)
    chosen = wrong[np.argsort(-found.sureness[wrong], kind="stable")][:MOST_MISTAKES]  # (mistake shown,)
    columns = min(5, max(1, len(chosen)))
    rows = max(1, ceil(len(chosen) / columns))
    axes = many_axes(ax, rows, columns, max(4.6, 1.5 * columns + 0.3), 1.9 * rows + 0.7, "mistakes")
    for panel in axes.flat:
        panel.set_axis_off()
    for panel, example in zip(axes.flat, chosen.tolist(), strict=False):
        image = np.asarray(given[example], dtype=float).reshape(shape)  # (row, column)
        panel.imshow(image, cmap="Greys")
        label, answer = found.names[found.right[example]], found.names[found.answers[example]]
        output = float(np.asarray(model.predict(given[example : example + 1]), dtype=float)[0].max())
        panel.set_title(f"{label}, taken\nfor {answer} ({output:.2f})", fontsize=SMALL_FONT + 1.0)
    if len(chosen) == 0:
        axes[0, 0].text(0.5, 0.5, f"no mistakes in {len(inputs):,} examples", ha="center", va="center", fontsize=FONT)
    elif ax is None:
        most = f", the {len(chosen)} it is surest of" if len(chosen) < len(wrong) else ""
        set_figure_title(axes, f"{len(wrong):,} of {len(inputs):,} examples wrong{most}")
    return axes
