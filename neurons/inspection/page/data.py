"""The parts of a page's data: the model, its image and classes, and what ran where the page cannot go on training."""

from math import isqrt
from typing import Any

from neurons.inspection.page.examples import Examples
from neurons.inspection.page.states import State
from neurons.inspection.page.walk import frozen_walk
from neurons.losses import MSE
from neurons.training.loops import LOOPS, pass_example

SMALLEST_IMAGE = 36  # inputs; as many as a square has, they are drawn as one


def model_data(model) -> dict[str, Any]:
    """The model in words."""
    sizes = [model.layers[0].num_inputs, *[layer.num_neurons for layer in model.layers]]
    layers = [{"name": layer.name, "act": layer.activation_function.name} for layer in model.layers]
    loss = {"name": getattr(model.loss, "name", type(model.loss).__name__), "scale": 1.0}
    if isinstance(model.loss, MSE):
        loss["scale"] = model.loss.scale
    return {"title": "-".join(map(str, sizes)), "sizes": sizes, "layers": layers, "loss": loss}


def image_of(inputs) -> dict[str, Any] | None:
    """How the inputs are drawn as an image; None if they do not make a square, or are too few."""
    num_inputs = len(inputs[0])
    side = isqrt(num_inputs)
    if side * side != num_inputs or num_inputs < SMALLEST_IMAGE:
        return None
    return {"width": side, "height": side, "highest": max(max(example) for example in inputs)}


def classes_of(model, examples: Examples) -> dict[str, Any] | None:
    """Where classes part, or their names; None where the labels are not classes."""
    classes = LOOPS.find_classes(model, examples.labels)
    if classes is None:
        return None
    if classes.label_boundary is None:
        return {"names": [str(index) for index in range(model.layers[-1].num_neurons)]}
    return {"outputBoundary": classes.output_boundary, "labelBoundary": classes.label_boundary}


def frozen_data(model, examples: Examples, learning_rate: float) -> dict[str, Any]:
    """A page of one step alone, for the user's own parts that calculate in their own way: what ran, as it ran."""
    inputs, label = examples.inputs[examples.shown], examples.labels[examples.shown]
    made, numbers = frozen_walk(model, State(model, inputs, label, learning_rate))
    before, after = model.copy(), model.copy()
    pass_example(after, inputs, label)
    after.step(learning_rate)
    outputs = after.forward(inputs)
    means = [one.mean_loss(examples.inputs, examples.labels) for one in (before, after)]
    frozen = {
        "values": numbers,
        "after": {"a": outputs, "L": model.loss.value(outputs, label), "mean": means},
        "text": f"{model.own_part()}: this page shows its step as it ran, and cannot go on training it.",
    }
    return {"walk": made, "frozen": frozen}
