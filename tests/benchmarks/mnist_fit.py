"""What training on MNIST costs: `fit` against the bare matrix products it needs, and against other libraries.

    NEURONS_DATA=... python tests/benchmarks/mnist_fit.py [--rounds 11] [--examples 19200]

One thread, float32, real images; all take turns in one process, so that a busy machine slows all of them. Microseconds
per step, medians and minima of processor time; a ratio is `neurons` over that row. A library that is not installed is
left out. micrograd, whose graph has a node for each number, is extrapolated: the time of one example, measured in the
first round, times the examples of a step. The products: for a batch the five of a training step (forward twice,
backward three times) with arrays that are there; for one example the gemv and ger calls, on 64 images in turn: on
arrays as NumPy makes them, which begin where they happen to, and on arrays that begin with a cache line, as ours do.
"""

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before NumPy is imported

import argparse
import importlib.util
import statistics
import sys
import time
import warnings
from functools import partial

import numpy as np
from scipy.linalg import blas

from neurons import Model, SoftmaxCrossEntropy, datasets, relu
from neurons.arrays.batches import Pixels
from neurons.arrays.products import empty_array

EXTRAPOLATED = "micrograd, extrapolated"
LEARNING_RATE = {1: 0.01, 32: 0.1, 64: 0.1}


def small_arrays(*shapes, empty=np.empty):
    """Arrays of small random numbers: products of them stay finite."""
    rng = np.random.default_rng(0)
    arrays = [empty(shape, np.float32) for shape in shapes]
    for array in arrays:
        np.copyto(array, 0.01 * rng.standard_normal(array.shape), casting="same_kind")
    return arrays


def five_products(images, labels, hidden, batch):
    """The bare products of one epoch of batches, by NumPy."""
    x, w1, h, w2, o = small_arrays((batch, 784), (784, hidden), (batch, hidden), (hidden, 10), (batch, 10))
    dw1, dh, dw2 = small_arrays((784, hidden), (batch, hidden), (hidden, 10))

    def epoch():
        for _ in range(len(images) // batch):
            np.matmul(x, w1, out=h)  # (batch, hidden)
            np.matmul(h, w2, out=o)  # (batch, 10)
            np.matmul(h.T, o, out=dw2)  # (hidden, 10)
            np.matmul(o, w2.T, out=dh)  # (batch, hidden)
            np.matmul(x.T, dh, out=dw1)  # (784, hidden)

    return epoch


def vector_products(images, labels, hidden, batch, empty=np.empty):
    """The bare products of one epoch, one example at a time, by SciPy's BLAS."""
    w1, h, w2, o, dh = small_arrays((784, hidden), (hidden,), (hidden, 10), (10,), (hidden,), empty=empty)
    w1, w2, gemv, ger = w1.T, w2.T, blas.sgemv, blas.sger
    rows = list((images[:64] / 255).astype(np.float32))

    def epoch():
        for _ in range(len(images) // 64):
            for x in rows:
                gemv(1.0, w1, x, 0.0, h, 0, 1, 0, 1, 0, 1)  # (hidden,)
                gemv(1.0, w2, h, 0.0, o, 0, 1, 0, 1, 0, 1)  # (10,)
                gemv(1.0, w2, o, 0.0, dh, 0, 1, 0, 1, 1, 1)  # (hidden,)
                ger(1e-9, o, h, 1, 1, w2, 1, 1, 1)  # (10, hidden)
                ger(1e-9, dh, x, 1, 1, w1, 1, 1, 1)  # (hidden, 784)

    return epoch


def ours(images, labels, hidden, batch):
    """`fit` of this project, from images kept as bytes."""
    model = Model.from_sizes([784, hidden, 10], hidden=relu, loss=SoftmaxCrossEntropy(), seed=0)
    rate, pixels = LEARNING_RATE[batch], Pixels(images)
    return lambda: model.fit(pixels, labels, epochs=1, learning_rate=rate, batch_size=batch, progress=False)


def pytorch(images, labels, hidden, batch):
    """PyTorch in its ordinary way."""
    import torch

    torch.set_num_threads(1)
    inputs, targets = torch.from_numpy((images / 255).astype(np.float32)), torch.from_numpy(labels.astype(np.int64))
    model = torch.nn.Sequential(torch.nn.Linear(784, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, 10))
    optimiser = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE[batch])
    loss = torch.nn.CrossEntropyLoss()

    def epoch():
        order = torch.randperm(len(inputs))
        for start in range(0, len(inputs), batch):
            rows = order[start : start + batch]
            optimiser.zero_grad()
            loss(model(inputs[rows]), targets[rows]).backward()
            optimiser.step()

    return epoch


def scikit_learn(images, labels, hidden, batch):
    """scikit-learn's MLPClassifier with plain SGD."""
    from sklearn.neural_network import MLPClassifier

    inputs = (images / 255).astype(np.float32)
    settings = {"solver": "sgd", "momentum": 0.0, "alpha": 0.0, "max_iter": 1, "batch_size": batch}

    def epoch():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that one epoch is not the end of the training
            MLPClassifier((hidden,), learning_rate_init=LEARNING_RATE[batch], **settings).fit(inputs, labels)

    return epoch


def jax_scan(images, labels, hidden, batch):
    """JAX with the batches of an epoch in one jitted scan."""
    import jax
    import jax.numpy as jnp

    rng = np.random.default_rng(0)
    inputs, targets = jnp.asarray((images / 255).astype(np.float32)), jnp.asarray(labels.astype(np.int32))

    def parameters_of(num_inputs, num_neurons):
        limit = (6 / (num_inputs + num_neurons)) ** 0.5
        weights = rng.uniform(-limit, limit, (num_inputs, num_neurons))
        return jnp.asarray(weights, jnp.float32), jnp.zeros(num_neurons, jnp.float32)

    def loss_of(parameters, x, y):
        (w1, b1), (w2, b2) = parameters
        outputs = jax.nn.relu(x @ w1 + b1) @ w2 + b2  # (batch, 10)
        return -jnp.take_along_axis(jax.nn.log_softmax(outputs), y[:, None], axis=1).mean()

    @jax.jit
    def train(parameters, inputs, targets, order):
        def step(parameters, rows):
            gradients = jax.grad(loss_of)(parameters, inputs[rows], targets[rows])
            return jax.tree.map(lambda p, g: p - LEARNING_RATE[batch] * g, parameters, gradients), None

        return jax.lax.scan(step, parameters, order)[0]

    parameters = parameters_of(784, hidden), parameters_of(hidden, 10)

    def epoch():
        nonlocal parameters
        order = rng.permutation(len(images)).reshape(-1, batch)  # (step, batch)
        parameters = jax.block_until_ready(train(parameters, inputs, targets, order))

    return epoch


def micrograd(images, labels, hidden, batch):
    """micrograd's own network with ReLU, for one example; squared error, since it has no softmax, is less work."""
    from micrograd.nn import MLP

    sys.setrecursionlimit(20_000)  # it walks along a sum of 784 products by calling itself
    model = MLP(784, [hidden, 10])
    parameters = model.parameters()
    inputs, label = (images[0] / 255).tolist(), int(labels[0])

    def epoch():
        loss = sum((output - float(output_idx == label)) ** 2 for output_idx, output in enumerate(model(inputs)))
        model.zero_grad()
        loss.backward()
        for parameter in parameters:
            parameter.data -= 1e-6 * parameter.grad  # its first weights are too large for longer steps

    return epoch


def table(hidden, batch, images, labels, contestants, rounds):
    """Let all train in turns and print what a step took."""
    epochs = {}
    for words, (make, needs) in contestants.items():
        if needs is None or importlib.util.find_spec(needs):
            epochs[words] = make(images, labels, hidden, batch)
    times = {words: [] for words in epochs}
    for words, epoch in epochs.items():
        if words != EXTRAPOLATED:
            epoch()  # once to warm up
    for round_idx in range(rounds):
        for words, epoch in epochs.items():
            if words == EXTRAPOLATED and round_idx > 0:
                continue
            num_examples = 1 if words == EXTRAPOLATED else len(images)
            start = time.process_time()
            epoch()
            times[words].append((time.process_time() - start) / (num_examples / batch) * 1e6)
    medians = {words: statistics.median(values) for words, values in times.items()}
    minima = {words: min(values) for words, values in times.items()}
    print(f"\n784-{hidden}-10, batch {batch}, {len(images):,} images, {rounds} rounds: microseconds per step")
    print(f"{'':28}{'median':>14}{'minimum':>14}{'ratio: medians':>18}{'minima':>9}")
    for words in epochs:
        ratios = medians["neurons"] / medians[words], minima["neurons"] / minima[words]
        print(f"{words:28}{medians[words]:14,.1f}{minima[words]:14,.1f}{ratios[0]:18.3g}{ratios[1]:9.3g}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--examples", type=int, default=19200, help="a multiple of 64")
    options = parser.parse_args()
    data = datasets.mnist(dtype="uint8")
    images, labels = data.train_inputs.array[: options.examples], data.train_labels[: options.examples]
    peers = {
        "neurons": (ours, None),
        "PyTorch, eager": (pytorch, "torch"),
        "JAX, a jitted scan": (jax_scan, "jax"),
        "scikit-learn": (scikit_learn, "sklearn"),
        EXTRAPOLATED: (micrograd, "micrograd"),
    }
    batches = {"five matrix products": (five_products, None), **peers}
    aligned = partial(vector_products, empty=empty_array)
    single = {"gemv and ger": (vector_products, None), "gemv and ger, aligned": (aligned, None), **peers}
    print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}, one thread")
    table(128, 64, images, labels, batches, options.rounds)
    table(128, 32, images, labels, batches, options.rounds)
    table(64, 1, images, labels, single, options.rounds)


if __name__ == "__main__":
    main()
