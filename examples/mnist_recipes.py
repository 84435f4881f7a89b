"""How far 784-128-10 gets on MNIST with plain SGD: in five seconds, and with every image moved by up to one pixel.

The settings were chosen with the last 10,000 training images held out; the test images are looked at once, at the end.
Run it as: python mnist_recipes.py five, or python mnist_recipes.py shifted (about a minute).
"""

import sys
import time

import numpy as np

from neurons import Model, SoftmaxCrossEntropy, datasets, relu
from neurons.arrays.batches import Pixels

SCALE, MEAN = 1 / 255, 0.1307  # brightnesses to 0..1, less the mean of all training pixels
RECIPES = {
    "five": {"epochs": 15, "batch_size": 64, "learning_rate": 0.7, "shifts": False, "weight_decay": 0.0},
    "shifted": {"epochs": 150, "batch_size": 32, "learning_rate": 0.3, "shifts": True, "weight_decay": 1e-4},
}


def main(recipe="five", seed=0, **changed):
    """Train by a recipe and print what comes of it; return the share of test images that are right."""
    data = datasets.mnist(dtype="uint8")
    start = time.process_time()
    model = train(data.train_inputs.array, data.train_labels, seed=seed, **{**RECIPES[recipe], **changed})
    seconds = time.process_time() - start
    right = model.accuracy(Pixels(data.test_inputs.array, SCALE, -MEAN), data.test_labels)
    print(f"{recipe}: {100 * right:.2f} % of the test images right after {seconds:.1f} seconds of processor time")
    return right


def train(images, labels, *, epochs, batch_size, learning_rate, shifts, weight_decay, seed):
    """A new model, trained with a learning rate that falls in a straight line."""
    rng = np.random.default_rng(seed)
    model = Model.from_sizes([784, 128, 10], hidden=relu, loss=SoftmaxCrossEntropy(), init="glorot_uniform", seed=seed)
    moved = images.copy()  # (image, pixel)
    for epoch in range(epochs):
        if shifts:
            shift(images, rng, moved)
        rate = learning_rate * (1 - epoch / epochs)
        inputs, order_seed = Pixels(moved, SCALE, -MEAN), seed + 1000 * (epoch + 1)
        model.fit(inputs, labels, epochs=1, learning_rate=rate, batch_size=batch_size, seed=order_seed)
        for layer in model.layers:  # weight decay, for all steps of the epoch at once
            layer.weights[:] *= 1 - weight_decay * rate * len(labels) / batch_size  # (neuron, input)
    return model


def shift(images, rng, moved):
    """Write to `moved` each image moved by -1, 0 or 1 pixels down and across; the border of MNIST is blank."""
    moves = rng.integers(-1, 2, (len(images), 2))  # (image, down and across)
    for down, across in np.ndindex(3, 3):
        rows = np.flatnonzero((moves == (down - 1, across - 1)).all(axis=1))  # (image moved this way,)
        moved[rows] = np.roll(images[rows], 28 * (down - 1) + across - 1, axis=1)


if __name__ == "__main__":
    main(*sys.argv[1:2])
