"""Programs that only say their gradients: one step of ours is taken with these."""

import pytest
from any_programs import answer

pytestmark = pytest.mark.usefixtures("with_patience")

DICTIONARIES = """
import numpy as np

def init_params(n_x, n_h, n_y):
    rng = np.random.default_rng(1)
    return {"W1": rng.normal(size=(n_h, n_x)), "b1": np.zeros((n_h, 1)),
            "W2": rng.normal(size=(n_y, n_h)), "b2": np.zeros((n_y, 1))}

def forward(X, params):
    A1 = np.tanh(params["W1"] @ X + params["b1"])
    A2 = 1 / (1 + np.exp(-(params["W2"] @ A1 + params["b2"])))
    return A2, {"A1": A1, "A2": A2}

def backward(params, cache, X, Y):
    m = X.shape[1]
    dZ2 = cache["A2"] - Y
    dZ1 = params["W2"].T @ dZ2 * (1 - cache["A1"] ** 2)
    return {"dW1": dZ1 @ X.T / m, "db1": dZ1.sum(axis=1, keepdims=True) / m,
            "dW2": dZ2 @ cache["A1"].T / m, "db2": dZ2.sum(axis=1, keepdims=True) / m}
"""
UPDATE = """
def update(params, grads, lr):
    for key in params:
        params[key] = params[key] - lr * grads["d" + key]
    return params
"""
LOSS = """
import numpy as np

class TwoLayers:
    def __init__(self, input_size, hidden_size, output_size):
        self.params = {"W1": 0.3 * np.random.randn(input_size, hidden_size), "b1": np.zeros(hidden_size),
                       "W2": 0.3 * np.random.randn(hidden_size, output_size), "b2": np.zeros(output_size)}

    def loss(self, X, y=None, reg=0.0):
        W1, b1, W2, b2 = (self.params[k] for k in ("W1", "b1", "W2", "b2"))
        h = np.maximum(0, X @ W1 + b1)
        scores = h @ W2 + b2
        if y is None:
            return scores
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        n = len(X)
        d = p.copy()
        d[np.arange(n), y] -= 1
        d /= n
        dh = (d @ W2.T) * (h > 0)
        grads = {"W1": X.T @ dh + 2 * reg * W1, "b1": dh.sum(axis=0), "W2": h.T @ d + 2 * reg * W2, "b2": d.sum(axis=0)}
        return -np.log(p[np.arange(n), y]).mean(), grads
"""
TUPLES = """
import numpy as np

def initialize(n_in, n_hidden, n_out):
    W1, W2 = np.random.randn(n_in, n_hidden), np.random.randn(n_hidden, n_out)
    b1, b2 = np.zeros((1, n_hidden)), np.zeros((1, n_out))
    return W1, b1, W2, b2

def forward(X, W1, b1, W2, b2):
    z1 = X @ W1 + b1
    a1 = 1 / (1 + np.exp(-z1))
    z2 = a1 @ W2 + b2
    a2 = 1 / (1 + np.exp(-z2))
    return z1, a1, z2, a2

def backward(X, y, W2, z1, a1, a2):
    dz2 = (a2 - y) * a2 * (1 - a2)
    dW2, db2 = a1.T @ dz2, dz2.sum(axis=0, keepdims=True)
    dz1 = dz2 @ W2.T * a1 * (1 - a1)
    dW1, db1 = X.T @ dz1, dz1.sum(axis=0, keepdims=True)
    return dW2, db2, dW1, db1
"""
KEPT = """
import numpy as np

class Layer:
    def __init__(self, n_in, n_out):
        self.W, self.b = np.random.randn(n_in, n_out) * 0.4, np.zeros(n_out)

class MLP:
    def __init__(self, sizes):
        self.layers = [Layer(a, b) for a, b in zip(sizes, sizes[1:])]

    def forward(self, x):
        for layer in self.layers:
            layer.x = x
            layer.out = x = np.tanh(x @ layer.W + layer.b)
        return x

    def backward(self, y):
        g = 2 * (self.layers[-1].out - y)
        for layer in reversed(self.layers):
            g = g * (1 - layer.out ** 2)
            layer.grad_W = layer.x.T @ g
            layer.grad_b = g.sum(axis=0)
            g = g @ layer.W.T
"""
NEURONS = """
import math, random

class Neuron:
    def __init__(self, n):
        self.w, self.b = [random.uniform(-1, 1) for _ in range(n)], 0.0

class Net:
    def __init__(self, n_in, n_hid, n_out):
        self.hidden = [Neuron(n_in) for _ in range(n_hid)]
        self.out = [Neuron(n_hid) for _ in range(n_out)]

    def forward(self, x):
        self.x = x
        for layer in (self.hidden, self.out):
            y = []
            for n in layer:
                n.a = math.tanh(sum(wi * xi for wi, xi in zip(n.w, x)) + n.b)
                y.append(n.a)
            x = y
        return x

    def backward(self, target):
        for k, n in enumerate(self.out):
            n.delta = (n.a - target[k]) * (1 - n.a ** 2)
            n.grad_w = [n.delta * h.a for h in self.hidden]
            n.grad_b = n.delta
        for j, h in enumerate(self.hidden):
            h.delta = sum(n.delta * n.w[j] for n in self.out) * (1 - h.a ** 2)
            h.grad_w = [h.delta * xi for xi in self.x]
            h.grad_b = h.delta
"""
LISTS = """
import numpy as np

class Net:
    def __init__(self, sizes):
        self.weights = [np.random.randn(m, n) * 0.5 for n, m in zip(sizes[:-1], sizes[1:])]
        self.biases = [np.zeros(m) for m in sizes[1:]]

    def gradients(self, x, y):
        a = [x]
        for W, b in zip(self.weights, self.biases):
            a.append(np.tanh(W @ a[-1] + b))
        delta = (a[-1] - y) * (1 - a[-1] ** 2)
        nabla_b, nabla_w = [], []
        for l in reversed(range(len(self.weights))):
            nabla_w.insert(0, np.outer(delta, a[l]))
            nabla_b.insert(0, delta)
            if l:
                delta = self.weights[l].T @ delta * (1 - a[l] ** 2)
        return nabla_b, nabla_w
"""
PROGRAMS = {  # text, what is replaced in it, by what, the line that is then wrong
    "dictionaries": (DICTIONARIES, ' * (1 - cache["A1"] ** 2)', "", "dZ1 = params"),
    "a loss that gives gradients too": (LOSS, "(h > 0)", "(h >= 0)", "dh ="),
    "tuples": (TUPLES, "* a1 * (1 - a1)", "* z1 * (1 - z1)", "dz1 ="),
    "kept in layers": (KEPT, "(1 - layer.out ** 2)", "(1 - layer.out)", "(1 - layer.out"),
    "kept in neurons": (NEURONS, "[h.delta * xi for", "[xi for", "h.grad_w ="),
    "lists": (
        LISTS,
        "self.weights[l].T @ delta * (1 - a[l] ** 2)",
        "self.weights[l].T @ delta",
        "delta = self.weights",
    ),
}


@pytest.mark.parametrize("kind", PROGRAMS)
def test_gradients_without_a_step_are_judged(kind, tmp_path):
    text, old, new, start = PROGRAMS[kind]
    right = answer(tmp_path, text)
    assert right.ok and "I took a plain step with the gradients" in right.message
    wrong = text.replace(old, new)
    found = answer(tmp_path, wrong)
    assert found.ok is False and start in wrong.splitlines()[found.line - 1]
    assert "I took a plain step with the gradients" in found.message


def test_its_own_function_takes_the_step(tmp_path):
    right = answer(tmp_path, DICTIONARIES + UPDATE)
    assert right.ok and "I took a plain step" not in right.message
    assert answer(tmp_path, DICTIONARIES + UPDATE.replace("- lr", "+ lr")).ok is False


def test_a_step_of_its_own_that_was_not_reached_is_not_called_right(tmp_path):
    other = "\ndef fit(nets, epochs):\n    for n in nets:\n        n.jump()\n"
    found = answer(tmp_path, LISTS + other)
    assert found.ok is None and "I did not reach its own step" in found.message


FRAMEWORK = """
import numpy as np

class Parameter:
    def __init__(self, data):
        self.data, self.grad = data, np.zeros_like(data)

class Linear:
    def __init__(self, n_in, n_out):
        self.weight, self.bias = Parameter(np.random.randn(n_in, n_out)), Parameter(np.zeros(n_out))

    def forward(self, x):
        self.x = x
        return x @ self.weight.data + self.bias.data

    def backward(self, grad):
        self.weight.grad += self.x.T @ grad
        self.bias.grad += grad.sum(0)
        return grad @ self.weight.data.T
"""


def test_layers_alone_may_be_wrong_and_are_never_the_whole(tmp_path):
    found = answer(tmp_path, FRAMEWORK)
    assert found.ok is None and "Every gradient is right" in found.message and "two of its layers" in found.message
    wrong = answer(tmp_path, FRAMEWORK.replace("grad.sum(0)", "grad.mean(0)"))
    assert wrong.ok is False and wrong.line == 18


UNKNOWN_WORDS = """
import numpy as np

def shokika(nyuuryoku, kakure, shutsuryoku):
    return {"w_k": np.random.randn(nyuuryoku, kakure), "b_k": np.zeros(kakure),
            "w_s": np.random.randn(kakure, shutsuryoku), "b_s": np.zeros(shutsuryoku)}

def junndenpa(net, x):
    kakure = np.tanh(x @ net["w_k"] + net["b_k"])
    return kakure, kakure @ net["w_s"] + net["b_s"]

def gyakudenpa(net, x, kyoushi):
    kakure, y = junndenpa(net, x)
    d_s = (y - kyoushi) / x.shape[0]
    d_k = d_s @ net["w_s"].T * (1 - kakure ** 2)
    return {"w_s": kakure.T @ d_s, "b_s": d_s.sum(0), "w_k": x.T @ d_k, "b_k": d_k.sum(0)}

def gakushuu(net, x, kyoushi, kaisuu=100, ritsu=0.1):
    for i in range(kaisuu):
        koubai = gyakudenpa(net, x, kyoushi)
        for na in net:
            net[na] -= ritsu * koubai[na]
"""


def test_functions_in_a_language_that_is_not_known_are_called(tmp_path):
    assert answer(tmp_path, UNKNOWN_WORDS).ok
    assert "A1" in answer(tmp_path, UNKNOWN_WORDS.replace(" * (1 - kakure ** 2)", "")).mistakes


APART = """
import numpy as np

def init(n_in, n_hidden, n_out):
    W1 = np.random.randn(n_in, n_hidden)
    W2 = np.random.randn(n_hidden, n_out)
    return W1, W2

def forward(X, W1, W2):
    h = np.tanh(X @ W1)
    return h, h @ W2

def grad_W2(X, y, W1, W2):
    h, out = forward(X, W1, W2)
    return h.T @ (out - y) / len(X)

def grad_W1(X, y, W1, W2):
    h, out = forward(X, W1, W2)
    return X.T @ (((out - y) @ W2.T) * (1 - h ** 2)) / len(X)
"""
METHODS_APART = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1, self.W2 = np.random.randn(n_hidden, n_in), np.random.randn(n_out, n_hidden)

    def passed(self, x):
        h = np.tanh(self.W1 @ x)
        return h, self.W2 @ h

    def dW2(self, x, y):
        h, out = self.passed(x)
        return (out - y) @ h.T

    def dW1(self, x, y):
        h, out = self.passed(x)
        return (self.W2.T @ (out - y) * (1 - h ** 2)) @ x.T
"""


@pytest.mark.parametrize("text", [APART, METHODS_APART])
def test_gradients_that_come_from_a_function_each_are_judged(text, tmp_path):
    assert answer(tmp_path, text).ok
    wrong = text.replace(" * (1 - h ** 2)", "")
    found = answer(tmp_path, wrong)
    assert found.ok is False and ".T @ (" in wrong.splitlines()[found.line - 1], found.message


PAIRS = """
import numpy as np

class MLP:
    def __init__(self, sizes):
        self.params = [[np.random.randn(m, n) * 0.3, np.zeros((m, 1))] for n, m in zip(sizes, sizes[1:])]

    def forward(self, x):
        self.acts = [x]
        for W, b in self.params:
            self.acts.append(1 / (1 + np.exp(-(W @ self.acts[-1] + b))))
        return self.acts[-1]

    def backward(self, y):
        grads = []
        a = self.acts[-1]
        delta = (a - y) * a * (1 - a)
        for l in reversed(range(len(self.params))):
            grads.insert(0, (delta @ self.acts[l].T, delta.sum(axis=1, keepdims=True)))
            a = self.acts[l]
            delta = self.params[l][0].T @ delta * a * (1 - a)
        return grads
"""


def test_pairs_of_gradients_belong_to_the_pairs_of_an_object(tmp_path):
    assert answer(tmp_path, PAIRS).ok
    wrong = PAIRS.replace("@ delta * a * (1 - a)", "@ delta * a")
    found = answer(tmp_path, wrong)
    assert found.ok is False and wrong.splitlines()[found.line - 1].strip().startswith("delta = self"), found.message


def test_pairs_of_one_size_may_come_from_the_last_layer_on(tmp_path):
    square = PAIRS.replace("def __init__(self, sizes):\n", "def __init__(self):\n        sizes = [3, 3, 3]\n")
    backwards = square.replace("grads.insert(0, (", "grads.append((")
    assert answer(tmp_path, square).ok is None
    assert answer(tmp_path, backwards).ok is None
