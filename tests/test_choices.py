"""Right programs that other courses write: their choices are named and not blamed; what is wrong besides is found.

Typed in as functions of parameters, inputs and label, in the ways that public programs have.
"""

import numpy as np
import pytest

from neurons.classroom import diagnose


def squash(z):
    return 1.0 / (1.0 + np.exp(-z))


def ids(rows):
    return [row.id for row in rows]


def one_example(two=2.0, act=squash, slope=lambda z: squash(z) * (1 - squash(z)), bias=lambda d: 1.0):
    """Squared error, one hidden layer, sigmoid at the output; `two` is 1 where it is halved."""

    def gradients(parameters, x, t):
        V, c, U, d = parameters
        z = V @ x + c
        inner = act(z)
        out = squash(U @ inner + d)
        blame = two * (out - t) * out * (1 - out)
        inner_blame = (U.T @ blame) * slope(z)
        return [np.outer(inner_blame, x), inner_blame, np.outer(blame, inner), blame * bias(d)]

    return gradients


def half_and_sum(parameters, rows, targets):
    V, c, U, d = parameters
    inner = squash(rows @ V.T + c)
    out = squash(inner @ U.T + d)
    blame = (out - targets) * out * (1 - out)
    inner_blame = blame @ U * inner * (1 - inner)
    return [inner_blame.T @ rows, inner_blame.sum(axis=0), blame.T @ inner, blame.sum(axis=0)]


@pytest.mark.parametrize("sizes", [[2, 4, 1], [3, 4, 1]])
def test_half_and_sum_are_not_taken_for_the_features(sizes):
    diagnosis = diagnose(gradients=half_and_sum, sizes=sizes, batch=True)
    assert diagnosis.ok and ids(diagnosis.conventions) == ["L1", "B1"]


@pytest.mark.parametrize("two", [1.0, 2.0])
def test_an_unknown_mistake_beside_the_half_is_located(two):
    diagnosis = diagnose(gradients=one_example(two, bias=np.tanh), sizes=[2, 3, 1])
    assert not diagnosis.ok and not diagnosis.mistakes
    assert "all but the biases of the output layer is right" in diagnosis.message
    assert "multiplied by 0.5" not in diagnosis.message


def test_one_constant_for_all_gradients():
    def first_step_of_averaged_momentum(parameters, x, t, rate):
        return [p - rate * 0.1 * g for p, g in zip(parameters, one_example()(parameters, x, t), strict=True)]

    diagnosis = diagnose(update=first_step_of_averaged_momentum, sizes=[2, 3, 1])
    assert diagnosis.ok and "up to the constant 0.1" in diagnosis.verdict


def test_a_leaky_relu_of_another_slope():
    leaky = one_example(act=lambda z: np.where(z > 0, z, 0.1 * z), slope=lambda z: np.where(z > 0, 1.0, 0.1))
    assert "0.1" in diagnose(gradients=leaky, sizes=[2, 3, 1], hidden="leaky_relu").verdict
    assert diagnose(gradients=leaky, sizes=[2, 3, 1], hidden="leaky_relu(0.1)").ok
    pair = (lambda z: np.where(z > 0, z, 0.1 * z), lambda z: np.where(z > 0, 1.0, 0.1))
    assert diagnose(gradients=leaky, sizes=[2, 3, 1], hidden=pair).ok
    wrong = one_example(act=lambda z: np.where(z > 0, z, 0.1 * z), slope=lambda z: np.where(z > 0, 1.0, 0.2))
    assert not diagnose(gradients=wrong, sizes=[2, 3, 1], hidden="leaky_relu").ok


def softmax_program(decay=0.0, squashed=False):
    def gradients(parameters, rows, targets):
        V, c, U, d = parameters
        inner = np.tanh(rows @ V.T + c)
        z = inner @ U.T + d
        z = squash(z) if squashed else z
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        blame = p - targets
        back = blame @ U * (1 - inner**2)
        return [back.T @ rows + decay * V, back.sum(axis=0), blame.T @ inner + decay * U, blame.sum(axis=0)]

    return gradients


def test_weight_decay():
    options = {"sizes": [2, 3, 2], "hidden": "tanh", "output": "softmax", "batch": True}
    diagnosis = diagnose(gradients=softmax_program(decay=0.01), **options)
    assert diagnosis.ok and "weight decay: 0.01" in diagnosis.verdict and ids(diagnosis.conventions) == ["B1"]


def test_softmax_over_sigmoids():
    options = {"sizes": [2, 3, 3], "hidden": "tanh", "output": "softmax", "batch": True}
    assert ids(diagnose(gradients=softmax_program(squashed=True), **options).mistakes) == ["C9"]


def test_weights_kept_as_inputs_by_neurons():
    def gradients(parameters, x, t):
        V, c, U, d = parameters
        inner = squash(x @ V + c)
        out = squash(inner @ U + d)
        blame = 2 * (out - t) * out * (1 - out)
        inner_blame = (U @ blame) * inner * (1 - inner)
        return [np.outer(x, inner_blame), inner_blame, np.outer(inner, blame), blame]

    diagnosis = diagnose(gradients=gradients, sizes=[2, 2, 2])
    assert diagnosis.ok and "(inputs, neurons)" in diagnosis.verdict


def test_hidden_layers_that_differ():
    def gradients(parameters, x, t):
        V, c, U, d, T, e = parameters
        z1 = V @ x + c
        a1 = np.maximum(z1, 0)
        a2 = np.tanh(U @ a1 + d)
        out = squash(T @ a2 + e)
        b3 = 2 * (out - t) * out * (1 - out)
        b2 = (T.T @ b3) * (1 - a2**2)
        b1 = (U.T @ b2) * (z1 > 0)
        return [np.outer(b1, x), b1, np.outer(b2, a1), b2, np.outer(b3, a2), b3]

    assert diagnose(gradients=gradients, sizes=[2, 3, 3, 1], hidden=["relu", "tanh"]).ok
    assert not diagnose(gradients=gradients, sizes=[2, 3, 3, 1], hidden="relu").ok


def test_a_matrix_product_for_an_elementwise_one():
    def gradients(parameters, rows, targets):
        V, c, U, d = parameters
        m = len(rows)
        inner = np.tanh(V @ rows.T + c[:, None])  # a column per example
        blame = squash(U @ inner + d[:, None]) - targets.T
        back = (U.T @ blame) @ (1 - inner.T @ inner)
        return [back @ rows / m, back.mean(axis=1), blame @ inner.T / m, blame.mean(axis=1)]

    diagnosis = diagnose(gradients=gradients, sizes=[2, 4, 1], hidden="tanh", loss="bce", batch=True)
    assert ids(diagnosis.mistakes) == ["A12"]


class NeuralNet:
    """The commonest shape: two matrices under names of their own, train(X, y, epochs, rate)."""

    def __init__(self, input_size, hidden_size, output_size):
        self.weights_in_hidden = np.random.randn(input_size, hidden_size)
        self.bias_hidden = np.zeros((1, hidden_size))
        self.weights_hidden_out = np.random.randn(hidden_size, output_size)
        self.bias_out = np.zeros((1, output_size))

    def forward(self, X):
        self.hidden = 1 / (1 + np.exp(-(X @ self.weights_in_hidden + self.bias_hidden)))
        self.out = 1 / (1 + np.exp(-(self.hidden @ self.weights_hidden_out + self.bias_out)))
        return self.out

    def backward(self, X, y, learning_rate):
        d2 = (y - self.out) * self.out * (1 - self.out)
        d1 = (d2 @ self.weights_hidden_out.T) * self.hidden * (1 - self.hidden)
        self.weights_hidden_out += learning_rate * self.hidden.T @ d2
        self.bias_out += learning_rate * d2.sum(axis=0, keepdims=True)
        self.weights_in_hidden += learning_rate * X.T @ d1
        self.bias_hidden += learning_rate * d1.sum(axis=0, keepdims=True)

    def train(self, X, y, epochs, learning_rate):
        for _ in range(epochs):
            self.forward(X)
            self.backward(X, y, learning_rate)


class Dense:
    """The layer of a widely copied tutorial: its backward pass takes the rate, and its step."""

    def __init__(self, input_size, output_size):
        self.weights = np.random.randn(output_size, input_size)
        self.bias = np.random.randn(output_size, 1)

    def forward(self, values):
        self.values = np.reshape(values, (-1, 1))
        self.out = 1 / (1 + np.exp(-(self.weights @ self.values + self.bias)))
        return self.out

    def backward(self, output_gradient, learning_rate):
        d = np.reshape(output_gradient, (-1, 1)) * self.out * (1 - self.out)
        back = self.weights.T @ d
        self.weights -= learning_rate * d @ self.values.T
        self.bias -= learning_rate * d
        return back


def test_whole_classes_are_reached_by_themselves():
    diagnosis = diagnose(NeuralNet)
    assert diagnosis.ok and diagnosis.conventions == ["L1", "B1"]
    assert diagnose(NeuralNet(2, 3, 1)).ok
    assert diagnose(Dense).ok
