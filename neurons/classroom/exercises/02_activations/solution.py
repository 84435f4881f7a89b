"""02 The activation function bends z into the activation a."""

from math import exp


def sigmoid(z):
    """1 / (1 + e to the power of -z): a number from 0 to 1. It must not overflow, also at z = -1000."""
    if z >= 0.0:
        return 1.0 / (1.0 + exp(-z))
    return exp(z) / (1.0 + exp(z))


def relu(z):
    """z where it is above 0, else 0."""
    return z if z > 0.0 else 0.0
