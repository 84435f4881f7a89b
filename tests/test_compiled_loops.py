"""examples/compiled_loops.py: compiled, the looped text trains as the neurons do, bit for bit in float64."""

import os
import random
import runpy
import sys
from pathlib import Path

import pytest
from test_looped import by_objects, numbers_of

from neurons import MSE, SGD, Layer, Model, SoftmaxCrossEntropy, datasets, relu
from neurons.activations import ACTIVATIONS, identity

pytest.importorskip("numba", reason="numba is not installed: pip install numba")

EXAMPLE = runpy.run_path(str(Path(__file__).parents[1] / "examples" / "compiled_loops.py"))
compiled, fit = EXAMPLE["compiled"], EXAMPLE["fit"]
RATE = 0.01  # with 0.05, some of the networks of straight lines grow beyond all floats


def check_same(found, right):
    """Equal in every bit where exp is that of Python; elsewhere to 1e-12."""
    if sys.platform.startswith("linux"):
        assert found == right
    for numbers, right_numbers in zip(found, right, strict=True):
        assert numbers == pytest.approx(right_numbers, rel=1e-12, abs=1e-12)


def drawn_model(sizes, act, loss, rng):
    """A model with weights within 1, some of them 0."""
    layers = []
    for layer_idx in range(len(sizes) - 1):
        is_output = layer_idx == len(sizes) - 2
        layer = Layer(sizes[layer_idx], sizes[layer_idx + 1], identity if is_output and loss.name != "mse" else act)
        for neuron in layer.neurons:
            neuron.weights = [rng.choice([0.0, rng.uniform(-1, 1), rng.uniform(-1, 1)]) for _ in neuron.weights]
            neuron.bias = rng.uniform(-1, 1)
        layers.append(layer)
    return Model(layers, loss)


def check_drawn(act, loss, batch_size, rng, num_models):
    """Train models of one architecture, compiled once, and compare each with the objects."""
    middle = [rng.randint(2, 9) for _ in range(rng.randint(1, 2))]
    sizes = [rng.randint(2, 9), *middle, rng.randint(2, 4)]
    train = compiled(drawn_model(sizes, act, loss, rng), batches=batch_size is not None)
    for _ in range(num_models):
        model = drawn_model(sizes, act, loss, rng)
        inputs = [[rng.choice([0.0, rng.uniform(-1, 1)]) for _ in range(sizes[0])] for _ in range(20)]
        labels = [[rng.random() for _ in range(sizes[-1])] for _ in inputs]
        if loss.name != "mse":
            labels = [loss.label_vector(rng.randrange(sizes[-1]), sizes[-1]) for _ in inputs]
        by_hand = model.copy()
        loss_sum = by_objects(by_hand, inputs, labels, batch_size or 1, RATE, SGD())
        mean_loss = fit(model, train, inputs, labels, learning_rate=RATE, batch_size=batch_size)
        check_same(numbers_of(model) + [[mean_loss]], numbers_of(by_hand) + [[loss_sum / 20]])


@pytest.mark.parametrize("batch_size", [None, 3])
def test_a_model_of_each_kind_of_step(batch_size):
    rng = random.Random(batch_size)
    check_drawn(ACTIVATIONS["tanh"], SoftmaxCrossEntropy(), batch_size, rng, 5)


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTIVATIONS)
@pytest.mark.parametrize("loss", [MSE(), SoftmaxCrossEntropy()])
@pytest.mark.parametrize("batch_size", [None, 4])
def test_two_hundred_drawn_models(act, loss, batch_size):
    rng = random.Random(f"{act} {loss} {batch_size}")
    check_drawn(ACTIVATIONS[act], loss, batch_size, rng, 10)


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("NEURONS_DATA"), reason="NEURONS_DATA does not name a folder with MNIST's files")
def test_three_hundred_images_of_mnist():
    data = datasets.mnist()
    model = Model.from_sizes([784, 16, 10], hidden=relu, loss=SoftmaxCrossEntropy(), seed=0, engine="loops")
    images, labels = data.train_inputs[:300].astype(float), data.train_labels[:300].tolist()
    by_hand = model.copy()
    vectors = [model.loss.label_vector(label, 10) for label in labels]
    loss_sum = by_objects(by_hand, images.tolist(), vectors, 1, 0.02, SGD())
    mean_loss = fit(model, compiled(model), images, labels, learning_rate=0.02)
    check_same(numbers_of(model) + [[mean_loss]], numbers_of(by_hand) + [[loss_sum / 300]])
