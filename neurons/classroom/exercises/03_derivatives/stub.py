"""03 The slope of the activation function at z: how fast a grows where z grows."""

from math import exp


def sigmoid(z):
    return 1.0 / (1.0 + exp(-z))


def delta_sigmoid(z):
    """The derivative of the sigmoid at z. It takes z, not the activation."""
    raise NotImplementedError("write delta_sigmoid")


def delta_relu(z):
    """The derivative of relu at z."""
    raise NotImplementedError("write delta_relu")
