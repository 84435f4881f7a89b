"""Data to learn from: the logic gates, points in the plane, and real images of digits."""

# The loaders of images import NumPy inside, when they are called: the toy problems run without it.
from neurons.datasets.dataset import Dataset
from neurons.datasets.digits import digits
from neurons.datasets.mnist import mnist
from neurons.datasets.mnist_small import mnist_small
from neurons.datasets.toy import and_gate, circles, moons, nand_gate, or_gate, spiral, train_test_split, xor

__all__ = [
    "Dataset",
    "and_gate",
    "circles",
    "digits",
    "mnist",
    "mnist_small",
    "moons",
    "nand_gate",
    "or_gate",
    "spiral",
    "train_test_split",
    "xor",
]


def __dir__():
    return __all__  # what completion offers: the data, not the files they come from
