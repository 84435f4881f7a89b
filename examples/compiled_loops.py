"""The lesson's loops at the speed of the machine: the text of a training, compiled by numba.

`model.looped_source(arrays=True)` is the training of a model as one function with loops. numba makes machine code of
it: in float64 the weights are those that the neurons themselves come to, bit for bit. It needs: pip install numba
Run it as: python compiled_loops.py (system 000 again: 15 epochs, a step for each image; some seconds)
"""

import sys
import time

import numpy as np

from neurons import Model, SoftmaxCrossEntropy, datasets, relu
from neurons.initialisation import uniform


def main(epochs=15):
    """Train 784-64-10 on MNIST and print what comes of it; return the share of test images that are right."""
    data = datasets.mnist()
    more = {"init": uniform(0.1), "seed": 0, "dtype": "float64"}
    model = Model.from_sizes([784, 64, 10], hidden=relu, loss=SoftmaxCrossEntropy(), **more)
    train = compiled(model)
    fit(model, train, data.train_inputs[:1], data.train_labels[:1], learning_rate=0.0)  # the first call compiles
    for epoch in range(epochs):
        start = time.process_time()
        loss = fit(model, train, data.train_inputs, data.train_labels, learning_rate=0.01)
        seconds = time.process_time() - start
        right = model.accuracy(data.test_inputs, data.test_labels)
        print(f"epoch {epoch + 1:2}   {seconds:.2f} s   loss {loss:.4f}   test images right {100 * right:.2f} %")
    return right


def compiled(model, dtype="float64", optimiser=None, batches=False):
    """The training of `model` as machine code: the function of its text, which calculates in `dtype`."""
    try:
        import numba
    except ImportError:
        sys.exit("This example needs numba, which makes machine code of Python's loops: pip install numba")
    zeros = numba.njit(lambda size: np.zeros(size, dtype))
    functions = {"zeros": zeros}
    exec(model.looped_source(optimiser, batches=batches, arrays=True), functions)
    return numba.njit(functions["train"])


def fit(model, train, inputs, labels, *, learning_rate, dtype="float64", batch_size=None, order=None):
    """Train `model` once on all examples, or on those in `order`, by plain SGD; return the mean loss.

    `inputs` are (example, input), `labels` classes (example,) or one number per output (example, output).
    """
    inputs, labels = np.asarray(inputs, dtype), np.asarray(labels)
    if labels.ndim == 1:
        labels = labels[:, None] == np.arange(len(model.layers[-1].neurons))  # (example, output)
    order = np.arange(len(inputs)) if order is None else np.asarray(order)  # (example,)
    parameters = []
    for layer in model.layers:
        parameters.append(np.array([neuron.weights for neuron in layer.neurons], dtype).T.copy())  # (input, neuron)
        parameters.append(np.array([neuron.bias for neuron in layer.neurons], dtype))  # (neuron,)
    rate = np.dtype(dtype).type(learning_rate)
    sums = [] if batch_size is None else [np.zeros_like(part) for part in parameters]
    settings = [rate] if batch_size is None else [batch_size, rate]
    loss_sum = train(order, inputs, labels.astype(dtype), *settings, *parameters, *sums)
    for layer, weights, biases in zip(model.layers, parameters[::2], parameters[1::2], strict=True):
        for j, neuron in enumerate(layer.neurons):
            neuron.weights, neuron.bias = weights[:, j].tolist(), float(biases[j])
    return loss_sum / len(order)


if __name__ == "__main__":
    main()
