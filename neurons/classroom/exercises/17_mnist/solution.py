"""17 Handwritten digits: a network with 784 inputs, 32 hidden neurons and 10 outputs."""

import numpy as np


def train(images, labels):
    """Train on images (count, 784), numbers from 0 to 1, with their labels (count,), the digits 0 to 9.

    Return [W1, b1, W2, b2] of shapes (32, 784), (32,), (10, 32), (10,). The hidden neurons are sigmoid; the digit with
    the largest of the 10 outputs z is the network's answer. 90 of 100 new images must be read right.
    """
    rng = np.random.default_rng(0)
    labels = labels.astype(int)
    W1, b1 = rng.normal(0.0, 0.05, (32, 784)), np.zeros(32)
    W2, b2 = rng.normal(0.0, 0.2, (10, 32)), np.zeros(10)
    for _ in range(8):
        order = rng.permutation(len(images))
        for start in range(0, len(images), 16):
            batch = order[start : start + 16]
            x, y = images[batch], np.eye(10)[labels[batch]]  # (example, pixel), (example, digit)
            hidden = 1.0 / (1.0 + np.exp(-(x @ W1.T + b1)))  # (example, 32)
            z = hidden @ W2.T + b2  # (example, digit)
            p = np.exp(z - z.max(axis=1, keepdims=True))
            p /= p.sum(axis=1, keepdims=True)
            errors2 = (p - y) / len(batch)  # (example, digit)
            errors1 = errors2 @ W2 * hidden * (1.0 - hidden)  # (example, 32)
            W2 -= 0.5 * errors2.T @ hidden
            b2 -= 0.5 * errors2.sum(axis=0)
            W1 -= 0.5 * errors1.T @ x
            b1 -= 0.5 * errors1.sum(axis=0)
    return [W1, b1, W2, b2]
