"""The time line of a page: the training that it can go through, forwards and back."""

import warnings
from typing import Any

from neurons.checks import generator
from neurons.errors import HealthWarning

from neurons.inspection.page.examples import numbers

STEPS = 1200  # of a training that nobody has done yet: enough for XOR


def epochs_for(num_examples, batch_size):
    """How long a training is for which nothing is said."""
    steps_per_epoch = -(-num_examples // batch_size)
    return max(1, STEPS // steps_per_epoch)


def parameters_of(model):
    """All weights and biases, neuron by neuron, each neuron's bias after its weights."""
    parameters = []
    for layer in model.layers:
        for neuron in layer.neurons:
            parameters += [*map(float, neuron.weights), float(neuron.bias)]
    return parameters


def training_data(model, examples, learning_rate, epochs, batch_size, optimiser, seed):
    """For the page's data: a training of a copy of `model` from where it is."""
    copy = model.copy()
    rng = generator(seed)
    order = list(range(len(examples.inputs)))
    orders = []
    for _ in range(epochs):
        rng.shuffle(order)
        orders.append(order[:])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HealthWarning)
        history = copy.fit(
            examples.inputs, examples.labels, epochs=epochs, learning_rate=learning_rate, batch_size=batch_size,
            optimiser=optimiser, seed=seed, progress=False,
        )
    return {
        "learningRate": learning_rate,
        "batchSize": batch_size,
        "epochs": epochs,
        "order": orders,
        "start": numbers(parameters_of(model)),
        "state": None,
        "events": [],
        "loss": history.loss,
        "accuracy": history.accuracy or None,
        "solved": None,
        "checkpoints": None,
    }
