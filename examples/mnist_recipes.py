"""How far plain SGD gets on MNIST: in five seconds, and in a minute with images that are bent anew for each epoch.

The settings were chosen with the last 10,000 training images held out; the test images are looked at once, at the end.
Run it as: python mnist_recipes.py five, or python mnist_recipes.py minute. (These are seconds of one processor.)
"""

import sys
import time

import numpy as np
from scipy.ndimage import gaussian_filter

from neurons import Model, SoftmaxCrossEntropy, datasets, relu
from neurons.arrays.batches import Pixels

SCALE, MEAN = 1 / 255, 0.1307  # brightnesses to 0..1, less the mean of all training pixels
FIVE = {"sizes": [784, 128, 10], "epochs": 15, "batch_size": 64, "learning_rate": 0.7, "weight_decay": 0.0}
MINUTE = {"sizes": [784, 512, 128, 10], "epochs": 48, "batch_size": 64, "learning_rate": 0.3, "weight_decay": 1e-4}
RECIPES = {"five": FIVE, "minute": {**MINUTE, "turn": 10, "stretch": 0.1, "bend": 8}}


def main(recipe="five", seed=0, **changed):
    """Train by a recipe and print what comes of it; return the share of test images that are right."""
    data = datasets.mnist(dtype="uint8")
    start = time.process_time()
    model = train(data.train_inputs.array, data.train_labels, seed=seed, **{**RECIPES[recipe], **changed})
    seconds = time.process_time() - start
    right = model.accuracy(Pixels(data.test_inputs.array, SCALE, -MEAN), data.test_labels)
    print(f"{recipe}: {100 * right:.2f} % of the test images right after {seconds:.1f} seconds of processor time")
    return right


def train(images, labels, *, sizes, epochs, batch_size, learning_rate, weight_decay, seed, **warps):
    """A new model, trained with a learning rate that falls in a straight line."""
    rng = np.random.default_rng(seed)
    model = Model.from_sizes(sizes, hidden=relu, loss=SoftmaxCrossEntropy(), init="glorot_uniform", seed=seed)
    for epoch in range(epochs):
        rate, order_seed = learning_rate * (1 - epoch / epochs), seed + 1000 * (epoch + 1)
        inputs = Pixels(warped(images, rng, **warps) if warps else images, SCALE, -MEAN)
        model.fit(inputs, labels, epochs=1, learning_rate=rate, batch_size=batch_size, seed=order_seed)
        for layer in model.layers:  # weight decay, for all steps of the epoch at once
            layer.weights[:] *= 1 - weight_decay * rate * len(labels) / batch_size  # (neuron, input)
    return model


def warped(images, rng, turn, stretch, bend, groups=100):
    """The images turned by up to `turn` degrees, stretched, moved by up to a pixel, and bent: a group in one way."""
    result = np.empty_like(images)  # (image, pixel)
    rows, columns = np.indices((28, 28)) - 13.5  # (28, 28) each
    for group in np.array_split(rng.permutation(len(images)), groups):
        angle = np.deg2rad(rng.uniform(-turn, turn))
        tall, wide, slant = rng.uniform(-stretch, stretch, 3) + [1.0, 1.0, 0.0]
        down, across = bend * gaussian_filter(rng.uniform(-1.0, 1.0, (2, 28, 28)), (0, 4, 4))  # (28, 28) each
        down += tall * np.cos(angle) * rows + (slant - np.sin(angle)) * columns + rng.uniform(12.5, 14.5)
        across += np.sin(angle) * rows + wide * np.cos(angle) * columns + rng.uniform(12.5, 14.5)
        places = np.array([down.ravel(), across.ravel()], np.float32)  # (2, pixel): where each pixel comes from
        down, across = np.clip(places, 0.0, 26.999)  # (pixel,) each
        place, right, below = 28 * down.astype(int) + across.astype(int), across % 1, down % 1  # (pixel,)
        pixels = images[group]  # (image of the group, pixel)
        above = pixels[:, place] * (1 - right) + pixels[:, place + 1] * right
        under = pixels[:, place + 28] * (1 - right) + pixels[:, place + 29] * right
        result[group] = above * (1 - below) + under * below
    return result


if __name__ == "__main__":
    main(*sys.argv[1:2])
