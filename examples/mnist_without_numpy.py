"""MNIST by the lesson's own loops in plain Python: no NumPy, nothing but the standard library.

`model.looped_source()` is the training of a model as one function with loops, which runs here as it is. Most of an
image is empty: a pixel of 0 adds nothing to any sum, and a neuron whose error is 0 learns nothing. Both are left out.
Run it as: python mnist_without_numpy.py (five to ten minutes). Ctrl-C ends it early, and the model is kept.
The settings were chosen with the last 10,000 training images held out; the test images are looked at once.
"""

import gzip
import os
import random
import signal
import time
from pathlib import Path

from neurons import Model, SoftmaxCrossEntropy, relu
from neurons.datasets.mnist import found_in

AT_ONCE = 250  # examples between two looks at Ctrl-C: no step is left half done


def main(epochs=10, learning_rate=0.02, num_train=60000, num_test=10000, path="mnist_without_numpy.json"):
    """Train 784-64-10 and print what comes of it; return the share of test images that are right."""
    files = found_in("NEURONS_DATA", os.environ.get("NEURONS_DATA"))
    if files is None:
        raise SystemExit("Put MNIST's four files into a folder, and name it in NEURONS_DATA.")
    model = Model.from_sizes([784, 64, 10], hidden=relu, loss=SoftmaxCrossEntropy(), seed=0, engine="loops")
    train(model, *images_and_labels(files, "train", num_train), epochs, learning_rate)
    model.save(path)
    print(f"\nThe model is in {path}, after {time.process_time():.0f} seconds of processor time.")
    right = model.accuracy(*images_and_labels(files, "t10k", num_test))
    print(f"{100 * right:.2f} % of the test images right")
    return right


def train(model, images, labels, epochs, learning_rate):
    """One step for each image, with a learning rate that falls in a straight line, until the end or Ctrl-C."""
    functions = {"zeros": lambda size: [0.0] * size}
    exec(model.looped_source(), functions)
    hidden_w, output_w = ([neuron.weights for neuron in layer.neurons] for layer in model.layers)  # their own lists
    hidden_b, output_b = ([neuron.bias for neuron in layer.neurons] for layer in model.layers)
    one_hot = [[float(digit == label) for digit in range(10)] for label in labels]
    interrupts, rng, order = [], random.Random(0), list(range(len(images)))
    before = signal.signal(signal.SIGINT, lambda *_: interrupts.append(True))
    for done in range(0, epochs * len(images), AT_ONCE):
        epoch, place = divmod(done, len(images))
        if place == 0:
            rng.shuffle(order)
            rate, loss_sum = learning_rate * (1 - epoch / epochs), 0.0
        seen = place + AT_ONCE
        loss_sum += functions["train"](order[place:seen], images, one_hot, rate, hidden_w, hidden_b, output_w, output_b)
        print(f"\repoch {epoch + 1}: {seen:6,} images, loss {loss_sum / seen:.4f}", end=" ", flush=True)
        if interrupts:
            break
    signal.signal(signal.SIGINT, before)
    for layer, biases in zip(model.layers, (hidden_b, output_b), strict=True):
        for neuron, bias in zip(layer.neurons, biases, strict=True):
            neuron.bias = bias


def images_and_labels(files, part, count):
    """The first images of a file, each a list of 784 numbers from 0 to 1, and their labels."""
    images, labels = (files[f"{part}-{name}-ubyte"] for name in ("images-idx3", "labels-idx1"))
    brightness = [byte / 255 for byte in range(256)]  # shared by all images
    pixels, digits = contents(images)[16:], contents(labels)[8:]
    return [[brightness[b] for b in pixels[784 * i : 784 * i + 784]] for i in range(count)], list(digits[:count])


def contents(path):
    """The bytes of a file, packed or not."""
    return gzip.decompress(Path(path).read_bytes()) if path.endswith(".gz") else Path(path).read_bytes()


if __name__ == "__main__":
    main()
