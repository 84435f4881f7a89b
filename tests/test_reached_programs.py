"""Programs that keep their numbers, or change their data, in ways of their own: reached, right and wrong."""

# ruff: noqa: E501 - the lines are as long as their authors write them

import pytest
from test_any_programs import answer

LAYERS_OF_FUNCTIONS = """
import numpy as np

def make_layer(n_in, n_out):
    W = np.random.randn(n_in, n_out) * 0.5
    b = np.zeros(n_out)
    came = gone = None

    def forward(x):
        nonlocal came, gone
        came = x
        gone = 1.0 / (1.0 + np.exp(-(x @ W + b)))
        return gone

    def backward(grad, lr):
        nonlocal W, b
        delta = grad * gone * (1 - gone)
        back = delta @ W.T
        W = W - lr * came.T @ delta
        b = b - lr * delta.sum(axis=0)
        return back

    return forward, backward

layers = [make_layer(2, 4), make_layer(4, 1)]
X = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
T = np.array([[0.], [1.], [1.], [0.]])
for step in range(400):
    h = X
    for forward, _ in layers:
        h = forward(h)
    grad = h - T
    for _, backward in reversed(layers):
        grad = backward(grad, 0.5)
"""
PAIR_OF_FUNCTIONS = """
import math, random

def make_network(hidden=3, rate=0.4):
    w1 = [[random.uniform(-1, 1) for _ in range(2)] for _ in range(hidden)]
    b1 = [0.0] * hidden
    w2 = [random.uniform(-1, 1) for _ in range(hidden)]
    b2 = 0.0

    def predict(x):
        h = [math.tanh(sum(w * v for w, v in zip(w1[j], x)) + b1[j]) for j in range(hidden)]
        return h, 1 / (1 + math.exp(-(sum(w2[j] * h[j] for j in range(hidden)) + b2)))

    def learn(x, target):
        nonlocal b2
        h, o = predict(x)
        d_o = (o - target) * o * (1 - o)
        d_h = [d_o * w2[j] * (1 - h[j] * h[j]) for j in range(hidden)]
        for j in range(hidden):
            w2[j] -= rate * d_o * h[j]
            for i in range(2):
                w1[j][i] -= rate * d_h[j] * x[i]
            b1[j] -= rate * d_h[j]
        b2 -= rate * d_o
        return (o - target) ** 2

    return predict, learn

predict, learn = make_network()
samples = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]
for epoch in range(300):
    error = sum(learn(x, t) for x, t in samples)
    for x, t in samples:
        error += learn(x, t)
"""
PARTIAL = """
import numpy as np
from functools import partial

slope = lambda a: a * (1 - a)

def forwards(params, x):
    params["x"] = x
    params["a"] = 1 / (1 + np.exp(-(x @ params["W"] + params["b"])))
    return params["a"]

def backwards(params, grad, lr):
    d = grad * slope(params["a"])
    back = d @ params["W"].T
    params["W"] -= lr * params["x"].T @ d
    params["b"] -= lr * d.sum(0)
    return back

def dense(i, o):
    params = dict(W=np.random.normal(size=(i, o)), b=np.zeros(o))
    return partial(forwards, params), partial(backwards, params, lr=0.7)

net = [dense(2, 5), dense(5, 1)]
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
Y = np.array([[0], [1], [1], [0]], float)
for _ in range(200):
    a = X
    for f, _b in net:
        a = f(a)
    g = a - Y
    for _f, b in net[::-1]:
        g = b(g)
"""
GENERATOR = """
import numpy as np

def trainer(X, Y, hidden, lr):
    W1 = np.random.randn(X.shape[1], hidden)
    b1 = np.zeros((1, hidden))
    W2 = np.random.randn(hidden, Y.shape[1])
    b2 = np.zeros((1, Y.shape[1]))
    while True:
        A1 = np.tanh(X @ W1 + b1)
        A2 = 1 / (1 + np.exp(-(A1 @ W2 + b2)))
        D2 = (A2 - Y) * A2 * (1 - A2)
        D1 = D2 @ W2.T * (1 - A1 ** 2)
        W2 -= lr * A1.T @ D2
        b2 -= lr * D2.sum(0, keepdims=True)
        W1 -= lr * X.T @ D1
        b1 -= lr * D1.sum(0, keepdims=True)
        yield float(((A2 - Y) ** 2).sum())

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]])
Y = np.array([[0], [1], [1], [0.0]])
training = trainer(X, Y, 4, 0.3)
for epoch in range(100):
    loss = next(training)
"""


def judged(tmp_path, text, old, new):
    """The right program is right; with another text in one line it is wrong, and a repair brings the line back."""
    assert old in text
    right = answer(tmp_path, text)
    assert right.ok, right.message
    found = answer(tmp_path, text.replace(old, new), repairing=True)
    assert found.ok is False, found.message
    return found


@pytest.mark.parametrize(
    "text, old, new",
    [
        (LAYERS_OF_FUNCTIONS, "delta.sum(axis=0)", "delta.mean(axis=0)"),
        (PAIR_OF_FUNCTIONS, "b2 -= rate * d_o", "b2 -= rate * d_o * o"),
        (PARTIAL, "lr * d.sum(0)", "lr * d.sum()"),
        (GENERATOR, "(1 - A1 ** 2)", "(1 - A1)"),
    ],
)
def test_weights_that_functions_keep_are_read_and_mended(text, old, new, tmp_path):
    found = judged(tmp_path, text, old, new)
    assert found.repairs and found.line == 1 + text[: text.index(old)].count("\n"), found.message
