"""What the script of a page needs: the model, its examples, the walk through one step and the time line."""

from math import isqrt
from typing import Any

from neurons.inspection.models import neurons_in
from neurons.inspection.page.examples import examples_for
from neurons.inspection.page.timeline import epochs_for, training_data
from neurons.inspection.page.walk import walk
from neurons.inspection.trace import clean_copy
from neurons.losses import MSE
from neurons.training.loops import LOOPS

SMALLEST_IMAGE = 36  # inputs; as many as a square has, they are drawn as one


def page_data(model, inputs, labels, learning_rate, history, epochs, batch_size, optimiser, seed, example):
    """The data of the page."""
    copy = clean_copy(model)
    examples = examples_for(copy, inputs, labels)
    batch_size = batch_size or 1
    epochs = epochs or epochs_for(len(examples.inputs), batch_size)
    sizes = [copy.layers[0].num_inputs, *[layer.num_neurons for layer in copy.layers]]
    return {
        "title": "-".join(map(str, sizes)),
        "sizes": sizes,
        "layers": [{"name": layer.name, "act": layer.activation_function.name} for layer in copy.layers],
        "loss": {"name": copy.loss.name, "scale": copy.loss.scale if isinstance(copy.loss, MSE) else 1.0},
        "image": image_of(examples.inputs),
        "classes": classes_of(copy, examples),
        "examples": examples.as_data(),
        "shown": shown_first(examples.inputs) if example is None else example,
        "optimiser": {"name": optimiser.name, "text": repr(optimiser)} if optimiser else {"name": "sgd", "text": "SGD()"},
        "training": training_data(copy, examples, learning_rate, epochs, batch_size, optimiser, seed),
        "walk": walk(copy),
    }


def shown_first(inputs):
    """The example to begin with: the first whose inputs are not all 0, since those give every weight the gradient 0."""
    return next((index for index, example in enumerate(inputs) if any(example)), 0)


def image_of(inputs):
    """How the inputs are drawn as an image; None where they are no square, or too few."""
    num_inputs = len(inputs[0])
    side = isqrt(num_inputs)
    if side * side != num_inputs or num_inputs < SMALLEST_IMAGE:
        return None
    return {"width": side, "height": side, "highest": max(max(example) for example in inputs)}


def classes_of(model, examples):
    """Where classes part, or their names; None where the labels are not classes."""
    classes = LOOPS.find_classes(model, examples.labels)
    if classes is None:
        return None
    if classes.label_boundary is None:
        return {"names": [str(index) for index in range(model.layers[-1].num_neurons)]}
    return {"outputBoundary": classes.output_boundary, "labelBoundary": classes.label_boundary}
