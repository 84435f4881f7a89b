"""What the looped text costs, compiled by numba: examples/compiled_loops.py beside `fit`, JAX and the bare products.

    NEURONS_DATA=... python tests/benchmarks/compiled_loops.py [--rounds 11] [--examples 19200]

As mnist_fit.py: one thread, real images, all in turns in one process, microseconds per step of processor time. The
images are float32 before the clock starts, as JAX gets them (float64 in the row that says so). Each epoch has an order
of its own. At the end, an epoch of system 000 by the example itself: 60,000 images in float64.
"""

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before NumPy is imported

import argparse
import contextlib
import io
import runpy
import statistics
import sys
from functools import partial
from pathlib import Path

import numpy as np
from mnist_fit import LEARNING_RATE, five_products, jax_scan, ours, table, vector_products

from neurons import Model, SoftmaxCrossEntropy, datasets, relu
from neurons.arrays.products import empty_array

EXAMPLE = runpy.run_path(str(Path(__file__).parents[2] / "examples" / "compiled_loops.py"))


def compiled(images, labels, hidden, batch, dtype="float32"):
    """The looped text, compiled, on the very arrays of a model."""
    settings = {"hidden": relu, "loss": SoftmaxCrossEntropy(), "seed": 0, "dtype": dtype}
    model = Model.from_sizes([784, hidden, 10], **settings)
    train = EXAMPLE["compiled"](model, dtype, batches=batch > 1)
    inputs, answers = (images / 255).astype(dtype), np.eye(10, dtype=dtype)[labels]  # (image, pixel), (image, output)
    parameters = [part for layer in model.layers for part in (layer.parameters[:-1], layer.parameters[-1])]
    more = [np.zeros_like(part) for part in parameters] if batch > 1 else []
    rate = np.dtype(dtype).type(LEARNING_RATE[batch])
    rng = np.random.default_rng(0)

    def epoch():
        settings = [batch, rate] if batch > 1 else [rate]
        train(rng.permutation(len(images)), inputs, answers, *settings, *parameters, *more)

    return epoch


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--examples", type=int, default=19200, help="a multiple of 64")
    options = parser.parse_args()
    data = datasets.mnist(dtype="uint8")
    images, labels = data.train_inputs.array[: options.examples], data.train_labels[: options.examples]
    peers = {
        "neurons": (ours, None),
        "compiled loops": (compiled, None),
        "compiled loops, float64": (partial(compiled, dtype="float64"), None),
        "JAX, a jitted scan": (jax_scan, "jax"),
    }
    aligned = partial(vector_products, empty=empty_array)
    single = {"gemv and ger": (vector_products, None), "gemv and ger, aligned": (aligned, None), **peers}
    batches = {"five matrix products": (five_products, None), **peers}
    print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}, {processor()}, one thread")
    table(64, 1, images, labels, single, options.rounds)
    table(128, 64, images, labels, batches, options.rounds)
    table(128, 32, images, labels, batches, options.rounds)

    with contextlib.redirect_stdout(io.StringIO()) as printed:
        EXAMPLE["main"](epochs=5)
    seconds = [float(line.split()[2]) for line in printed.getvalue().splitlines()]
    print(f"\nsystem 000, 784-64-10, one by one, float64: an epoch takes {statistics.median(seconds):.2f} s")


def processor():
    """Which processor this is, where the system says so."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "processor unknown")


if __name__ == "__main__":
    main()
