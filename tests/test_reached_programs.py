"""Programs that keep their numbers, or change their data, in ways of their own: reached, right and wrong."""

# ruff: noqa: E501 - the lines are as long as their authors write them

import pytest
from any_programs import answer

pytestmark = pytest.mark.usefixtures("with_patience")

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
for step in range(20):
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
for epoch in range(20):
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
for _ in range(20):
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
for epoch in range(20):
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


SCALED = """
import numpy as np

class Regressor:
    def __init__(self, n_in, n_hid, lr=0.01):
        self.W1 = np.random.randn(n_in, n_hid) * 0.5
        self.b1 = np.zeros((1, n_hid))
        self.W2 = np.random.randn(n_hid, 1) * 0.5
        self.b2 = np.zeros((1, 1))
        self.lr = lr

    def look(self, X, y):
        self.mu, self.sd, self.y_max = X.mean(0), X.std(0), y.max()

    def forward(self, X):
        self.Xn = (X - self.mu) / self.sd
        self.A1 = 1 / (1 + np.exp(-(self.Xn @ self.W1 + self.b1)))
        return self.A1 @ self.W2 + self.b2

    def step(self, X, y):
        err = self.forward(X) - y / self.y_max
        d1 = err @ self.W2.T * self.A1 * (1 - self.A1)
        n = len(X)
        self.W2 -= self.lr * self.A1.T @ err / n
        self.b2 -= self.lr * err.sum(0, keepdims=True) / n
        self.W1 -= self.lr * self.Xn.T @ d1 / n
        self.b1 -= self.lr * d1.sum(0, keepdims=True) / n

X = np.random.uniform(0, 100, (40, 2))
y = (2 * X[:, :1] + X[:, 1:]) + 5
net = Regressor(2, 6)
net.look(X, y)
for epoch in range(20):
    net.step(X, y)
"""
PIXELS = """
import numpy as np
images, labels = np.random.randint(0, 256, (50, 9)), np.random.randint(0, 3, 50)

class MLP:
    def __init__(self):
        self.W1, self.b1 = np.random.randn(9, 7) * 0.2, np.zeros(7)
        self.W2, self.b2 = np.random.randn(7, 3) * 0.2, np.zeros(3)
    def forward(self, X):
        self.X = X / 255.0
        self.Z1 = self.X @ self.W1 + self.b1
        self.A1 = np.maximum(0, self.Z1)
        E = np.exp(self.A1 @ self.W2 + self.b2)
        return E / E.sum(axis=1, keepdims=True)
    def train(self, X, y, lr):
        D2 = (self.forward(X) - np.eye(3)[y]) / len(X)
        D1 = D2 @ self.W2.T * (self.Z1 > 0)
        self.W2 -= lr * self.A1.T @ D2
        self.b2 -= lr * D2.sum(0)
        self.W1 -= lr * self.X.T @ D1
        self.b1 -= lr * D1.sum(0)

net = MLP()
for epoch in range(20):
    for i in range(0, 50, 10):
        net.train(images[i:i+10], labels[i:i+10], 0.1)
"""
COLUMNS_OF_LISTS = """
import random, math
rows = [[5.1, 140.0], [6.2, 180.0], [4.8, 120.0], [7.0, 210.0], [5.9, 160.0]]
targets = [30.0, 55.0, 22.0, 71.0, 44.0]
means = [sum(r[i] for r in rows) / len(rows) for i in range(2)]
stds = [math.sqrt(sum((r[i] - means[i]) ** 2 for r in rows) / len(rows)) for i in range(2)]
t_max = max(targets)
w_hid = [[random.gauss(0, 0.5) for _ in range(2)] for _ in range(3)]
b_hid = [0.0, 0.0, 0.0]
w_out = [random.gauss(0, 0.5) for _ in range(3)]
b_out = 0.0
lr = 0.05
for epoch in range(20):
    for row, t in zip(rows, targets):
        x = [(v - m) / s for v, m, s in zip(row, means, stds)]
        t = t / t_max
        h = [math.tanh(w_hid[j][0] * x[0] + w_hid[j][1] * x[1] + b_hid[j]) for j in range(3)]
        o = sum(w_out[j] * h[j] for j in range(3)) + b_out
        d = o - t
        dh = [d * w_out[j] * (1 - h[j] ** 2) for j in range(3)]
        for j in range(3):
            w_out[j] -= lr * d * h[j]
            w_hid[j][0] -= lr * dh[j] * x[0]
            w_hid[j][1] -= lr * dh[j] * x[1]
            b_hid[j] -= lr * dh[j]
        b_out -= lr * d
"""


@pytest.mark.parametrize(
    "text, old, new",
    [
        (SCALED, "self.lr * self.Xn.T @ d1", "self.lr * X.T @ d1"),
        (PIXELS, "self.b1 -= lr * D1.sum(0)", "self.b1 -= lr * D1.sum()"),
        (COLUMNS_OF_LISTS, "lr * dh[j] * x[0]", "lr * dh[j] * row[0]"),
    ],
)
def test_inputs_that_are_scaled_in_the_step_are_read(text, old, new, tmp_path):
    found = judged(tmp_path, text, old, new)
    assert "It scales its inputs first" in found.message
    assert found.repairs and found.line == 1 + text[: text.index(old)].count("\n"), found.message


@pytest.mark.parametrize(
    "text, step, group",
    [
        (SCALED, "self.b1 -= self.lr * d1.sum(0, keepdims=True) / n", "b1"),
        (PIXELS, "self.b2 -= lr * D2.sum(0)", "b2"),
        (COLUMNS_OF_LISTS, "b_hid[j] -= lr * dh[j]", "b1"),
    ],
)
def test_a_bias_that_never_moves_is_no_part_of_the_scaling(text, step, group, tmp_path):
    assert step in text
    found = answer(tmp_path, text.replace(step, "pass"))
    assert found.ok is False and found.groups[group] == "wrong", found.message


MASKED = """
import numpy as np
chance = np.random.default_rng(42)

class Dense:
    def __init__(self, i, o):
        self.W, self.b = chance.standard_normal((i, o)) * 0.5, np.zeros((1, o))
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, g, lr):
        back = g @ self.W.T
        self.W -= lr * self.x.T @ g
        self.b -= lr * g.sum(0, keepdims=True)
        return back

class Dropout:
    def forward(self, x):
        self.mask = (chance.random(x.shape) >= 0.25) / 0.75
        return x * self.mask
    def backward(self, g, lr):
        return g

layers = [Dense(3, 6), Dropout(), Dense(6, 2)]
X, Y = chance.random((20, 3)), chance.random((20, 2))
for epoch in range(50):
    out = X
    for layer in layers:
        out = layer.forward(out)
    grad = 2 * (out - Y) / Y.size
    for layer in reversed(layers):
        grad = layer.backward(grad, 0.5)
"""


def test_neurons_that_are_left_out_on_the_way_forward_alone_are_told(tmp_path):
    found = answer(tmp_path, MASKED, repairing=True)
    assert found.ok is False and found.groups["layers[0].W"] == "wrong" != found.groups["layers[2].W"]
    assert [(repair.old, repair.new) for repair in found.repairs] == [("return g", "return g * self.mask")]


def test_neurons_that_are_left_out_both_ways_are_right(tmp_path):
    found = answer(tmp_path, MASKED.replace("        return g\n", "        return g * self.mask\n"))
    assert found.ok, found.message


OPTIMISER = """
import numpy as np
X = np.random.randn(32, 3)
Y = np.sin(X.sum(1, keepdims=True))
params = [np.random.randn(3, 6) * 0.5, np.zeros(6), np.random.randn(6, 1) * 0.5, np.zeros(1)]
m = [np.zeros_like(p) for p in params]
v = [np.zeros_like(p) for p in params]
beta1, beta2, eps, alpha = 0.9, 0.999, 1e-8, 1e-3
for t in range(1, 501):
    W1, b1, W2, b2 = params
    H = np.tanh(X @ W1 + b1)
    P = H @ W2 + b2
    E = 2 * (P - Y) / len(X)
    dH = E @ W2.T * (1 - H ** 2)
    grads = [X.T @ dH, dH.sum(0), H.T @ E, E.sum(0)]
    for i, (p, g) in enumerate(zip(params, grads)):
        m[i] = beta1 * m[i] + (1 - beta1) * g
        v[i] = beta2 * v[i] + (1 - beta2) * g ** 2
        m_hat = m[i] / (1 - beta1 ** t)
        v_hat = v[i] / (1 - beta2 ** t)
        params[i] = p - alpha * m_hat / (np.sqrt(v_hat) + eps)
"""


@pytest.mark.parametrize(
    "old, new, outcome",
    [
        ("", "", "right"),
        ("alpha * m_hat / (np.sqrt(v_hat)", "alpha * m[i] / (np.sqrt(v[i])", "right"),  # without its corrections
        ("alpha * m_hat / (np.sqrt(v_hat)", "alpha * g / (np.sqrt(v[i])", "right"),  # RMSprop
        ("(1 - beta1) * g", "(1 + beta1) * g", "not reached"),
        ("beta2 * v[i] + (1 - beta2)", "beta2 * v[i] + beta2", "not reached"),
        ("E @ W2.T * (1 - H ** 2)", "E @ W2.T * (1 - H)", "wrong"),
    ],
)
def test_a_right_gradient_does_not_make_an_optimiser_right(old, new, outcome, tmp_path):
    found = answer(tmp_path, OPTIMISER.replace(old, new) if old else OPTIMISER)
    assert found.outcome == outcome, found.message


SHARED = """
import math, random
row = [random.uniform(-1, 1) for _ in range(2)]
w1 = [row] * 3
b1 = [0.1 * j for j in range(3)]
w2 = [random.uniform(-1, 1) for _ in range(3)]
b2 = 0.0
def sig(z): return 1 / (1 + math.exp(-z))
data = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]
for epoch in range(20):
    for x, t in data:
        h = [sig(sum(w1[j][i] * x[i] for i in range(2)) + b1[j]) for j in range(3)]
        o = sig(sum(w2[j] * h[j] for j in range(3)) + b2)
        do = (o - t) * o * (1 - o)
        dh = [do * w2[j] * h[j] * (1 - h[j]) for j in range(3)]
        for j in range(3):
            w2[j] -= 0.5 * do * h[j]
            for i in range(2):
                w1[j][i] -= 0.5 * dh[j] * x[i]
            b1[j] -= 0.5 * dh[j]
        b2 -= 0.5 * do
"""
SUMS = """
import numpy as np
W1, W2, W3 = np.random.randn(2, 4), np.random.randn(4, 4), np.random.randn(4, 1)
b1, b2, b3 = np.zeros(4), np.zeros(4), np.zeros(1)
def train(X, Y, lr):
    db1 = db2 = np.zeros_like(b1)
    dW1, dW2, dW3, db3 = np.zeros_like(W1), np.zeros_like(W2), np.zeros_like(W3), np.zeros_like(b3)
    for x, y in zip(X, Y):
        a1 = np.tanh(x @ W1 + b1)
        a2 = np.tanh(a1 @ W2 + b2)
        d3 = a2 @ W3 + b3 - y
        d2 = W3 @ d3 * (1 - a2 ** 2)
        d1 = W2 @ d2 * (1 - a1 ** 2)
        dW3 += np.outer(a2, d3); db3 += d3
        dW2 += np.outer(a1, d2); db2 += d2
        dW1 += np.outer(x, d1); db1 += d1
    for p, g in ((W1, dW1), (W2, dW2), (W3, dW3), (b1, db1), (b2, db2), (b3, db3)):
        p -= lr * g
X, Y = np.random.randn(10, 2), np.random.randn(10, 1)
for epoch in range(50):
    train(X, Y, 0.01)
"""
PUT_ASIDE = """
import numpy as np
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
Y = np.array([[0], [1], [1], [0]], float)
W1, b1 = np.random.randn(2, 4), np.zeros((1, 4))
W2, b2 = np.random.randn(4, 1), np.zeros((1, 1))
for epoch in range(20):
    A1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    A2 = 1 / (1 + np.exp(-(A1 @ W2 + b2)))
    W2_old = W2
    d2 = (A2 - Y) * A2 * (1 - A2)
    W2 -= 0.5 * A1.T @ d2
    b2 -= 0.5 * d2.sum(0, keepdims=True)
    d1 = d2 @ W2_old.T * A1 * (1 - A1)
    W1 -= 0.5 * X.T @ d1
    b1 -= 0.5 * d1.sum(0, keepdims=True)
"""


@pytest.mark.parametrize(
    "text, shared, own",
    [
        (SHARED, "w1 = [row] * 3", "w1 = [row.copy() for _ in range(3)]"),
        (SUMS, "db1 = db2 = np.zeros_like(b1)", "db1, db2 = (np.zeros_like(b1), np.zeros_like(b1))"),
        (PUT_ASIDE, "W2_old = W2", "W2_old = W2.copy()"),
    ],
)
def test_the_line_that_gives_one_object_several_names_is_told(text, shared, own, tmp_path):
    found = answer(tmp_path, text, repairing=True)
    assert found.ok is False and [(one.old, one.new) for one in found.repairs] == [(shared, own)], found.message
    assert found.line == 1 + text[: text.index(shared)].count("\n")
    assert answer(tmp_path, text.replace(shared, own)).ok


def test_sharing_that_changes_nothing_is_no_mistake(tmp_path):
    assert answer(tmp_path, PUT_ASIDE.replace("W2 -= 0.5 * A1.T @ d2", "W2 = W2 - 0.5 * A1.T @ d2")).ok


KEPT_IN_UNITS = """
import math
import random

class Source:
    def __init__(self):
        self.a = 1.0
        self.d = 0.0

class Unit:
    def __init__(self, below):
        self.below = [Source()] + below
        self.w = [random.gauss(0, 1) for _ in self.below]
        self.a = 0.0
        self.d = 0.0

    def fire(self):
        self.a = 1 / (1 + math.exp(-sum(w * unit.a for w, unit in zip(self.w, self.below))))

    def blame(self):
        self.d *= self.a * (1 - self.a)
        for unit, w in zip(self.below[1:], self.w[1:]):
            unit.d += w * self.d

    def learn(self):
        for j, unit in enumerate(self.below):
            self.w[j] -= 0.5 * unit.a * self.d

class Net:
    def __init__(self, sizes):
        self.layers = [[Source() for _ in range(sizes[0])]]
        for size in sizes[1:]:
            self.layers.append([Unit(self.layers[-1]) for _ in range(size)])

    def answer(self, x):
        for unit, value in zip(self.layers[0], x):
            unit.a = value
        for layer in self.layers[1:]:
            for unit in layer:
                unit.fire()
        return [unit.a for unit in self.layers[-1]]

    def learn(self, x, t):
        self.answer(x)
        for layer in self.layers[1:]:
            for unit in layer:
                unit.d = 0
        for unit, y in zip(self.layers[-1], t):
            unit.d = unit.a - y
        for layer in reversed(self.layers[1:]):
            for unit in layer:
                unit.blame()
        for layer in self.layers[1:]:
            for unit in layer:
                unit.learn()

    def watch(self, epochs):
        inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
        targets = [[0], [1], [1], [0]]
        seen = {tuple(x): [] for x in inputs}
        for _ in range(epochs):
            for x, t in zip(inputs, targets):
                self.learn(x, t)
                seen[tuple(x)].append(self.answer(x)[0])
        return seen

Net([2, 3, 1]).watch(500)
"""


def test_a_loop_in_which_no_number_is_computed_is_no_error(tmp_path):
    found = answer(tmp_path, KEPT_IN_UNITS)
    assert found.ok, found.message
    wrong = answer(tmp_path, KEPT_IN_UNITS.replace("self.d *= self.a * (1 - self.a)", "self.d *= 1 - self.a"))
    assert wrong.ok is False and wrong.first_wrong == "W2", wrong.message  # the outputs blame in the same way


TRAINED_IN_A_LIST = """
import numpy as np
rng = np.random.default_rng(4)

def init():
    return {"U": rng.normal(size=(3, 5)) * 0.5, "V": rng.normal(size=(5, 2)) * 0.5}

def train_batch(net, x, y, rate):
    h = np.tanh(x @ net["U"])
    error = h @ net["V"] - y
    back = (error @ net["V"].T) * (1 - h**2)
    net["V"] -= rate * h.T @ error / len(x)
    net["U"] -= rate * x.T @ back / len(x)
    return (error**2).mean()

X, Y = rng.normal(size=(900, 3)), rng.normal(size=(900, 2))
net = init()
for x in range(30):
    losses = [train_batch(net, X[x], Y[x], 0.1) for x in np.array_split(rng.permutation(900), 18)]
    print(x, np.mean(losses))
"""


@pytest.mark.parametrize(
    "old, new",
    [
        ("losses = [", "losses = ["),
        ("losses = [train_batch(net, X[x], Y[x], 0.1) for", "losses = sum(train_batch(net, X[x], Y[x], 0.1) for"),
    ],
)
def test_training_in_a_list_or_a_sum_is_a_loop(old, new, tmp_path):
    text = TRAINED_IN_A_LIST.replace(old, new)
    text = text.replace("18)]", "18))") if "sum(" in new else text
    found = answer(tmp_path, text)
    assert found.ok, found.message
    wrong = answer(tmp_path, text.replace("1 - h**2", "1 - h"))
    assert wrong.ok is False and wrong.line == 1 + text[: text.index("back =")].count("\n"), wrong.message


def test_large_data_beside_those_of_a_turn_are_no_parameters(tmp_path):
    more = "more = [rng.normal(size=(600, 30)) for _ in range(30)]\n"
    found = answer(tmp_path, TRAINED_IN_A_LIST.replace("net = init()", more + "net = init()"))
    assert found.ok, found.message


ROWS_WITH_THEIR_LABEL = """
import numpy as np
V = np.array([[0.2, -0.4, 0.1], [-0.3, 0.5, 0.2]])
w = np.array([0.4, -0.2])

def bent(z):
    return 4 / (1 + np.exp(-z)) - 2

def slope(a):
    return (2 + a) * (2 - a) / 4

def study(epoch):
    global V, w
    for turn in range(20):
        row = epoch[np.random.randint(0, len(epoch))]
        h = bent(V @ np.array(row[0:3]))
        a = bent(w @ h)
        d = (a - row[-1]) * slope(a)
        back = w * d * slope(h)
        w = w - 0.05 * d * h
        V = V - 0.05 * np.outer(back, row[0:3])

study([(-1, -1, 1, 1), (-1, 1, 1, -1), (1, -1, -1, 1), (1, 1, -1, -1), (1, 1, 1, 1)])
"""


def test_rows_whose_last_number_is_the_label_of_one_output(tmp_path):
    assert answer(tmp_path, ROWS_WITH_THEIR_LABEL).ok
    found = answer(tmp_path, ROWS_WITH_THEIR_LABEL.replace("back = w * d * slope(h)", "back = w * d * slope(a)"))
    assert found.ok is False and found.groups["V"] == "wrong", found.message


OPTIONAL_WEIGHTS = """
import numpy as np

class Net:
    def __init__(self, in_dim, hidden_dim, out_dim, init_first=None, init_second=None):
        self.A = init_first.copy() if init_first is not None else np.random.randn(in_dim, hidden_dim)
        self.B = init_second.copy() if init_second is not None else np.random.randn(hidden_dim, out_dim)

    def train(self, X, Y, epochs, rate):
        for _ in range(epochs):
            h = np.tanh(X @ self.A)
            d = h @ self.B - Y
            back = (d @ self.B.T) * (1 - h * h)
            self.B -= rate * h.T @ d
            self.A -= rate * X.T @ back
"""


def test_weights_that_may_be_given_are_left_to_the_program(tmp_path):
    found = answer(tmp_path, OPTIONAL_WEIGHTS)
    assert found.ok and found.network["sizes"] == [2, 4, 3], found.message


UNDER_NEW_NAMES = """
import numpy as np
x, t, rate = 0.8, 0.3, 0.1
w1 = np.array([[-0.3], [0.4]])
b1 = np.array([[0.2], [-0.1]])
w2 = np.array([[0.1, -0.2]])
b2 = np.array([[0.3]])

a1 = 1 / (1 + np.exp(-(w1 * x + b1)))
a2 = w2 @ a1 + b2
s2 = -2 * (t - a2)
s1 = a1 * (1 - a1) * (w2.T @ s2)
new_w2 = w2 - rate * s2 @ a1.T
new_b2 = b2 - rate * s2
new_w1 = w1 - rate * s1 * x
new_b1 = b1 - rate * s1
"""


def test_a_single_step_to_new_names_is_a_step(tmp_path):
    assert answer(tmp_path, UNDER_NEW_NAMES).ok
    found = answer(tmp_path, UNDER_NEW_NAMES.replace("rate * s1 * x", "rate * s1"))
    assert found.ok is False and found.groups["W1"] == "wrong", found.message


CUT_BY_LENGTH = """
import numpy as np
rng = np.random.default_rng(5)
X = rng.normal(size=(200, 3))
Y = np.stack([np.abs(X[:, 0]), X[:, 1] * X[:, 2]], axis=1)
A, a, B, b = rng.normal(size=(3, 9)) * 0.6, np.zeros(9), rng.normal(size=(9, 2)) * 0.6, np.zeros(2)

for turn in range(20):
    part = rng.choice(200, 32)
    x, y = X[part], Y[part]
    h = np.tanh(x @ A + a)
    d = (h @ B + b - y) / len(x)
    back = (d @ B.T) * (1 - h**2)
    grads = [x.T @ back, back.sum(axis=0), h.T @ d, d.sum(axis=0)]
    length = np.sqrt(sum((g**2).sum() for g in grads))
    if length > 0.3:
        grads = [0.3 * g / length for g in grads]
    for p, g in zip([A, a, B, b], grads):
        p -= 0.1 * g
"""


def test_steps_that_are_cut_to_a_length_are_gradients(tmp_path):
    found = answer(tmp_path, CUT_BY_LENGTH)
    assert found.ok and "none is longer than 0.03" in found.message, found.message
    wrong = answer(tmp_path, CUT_BY_LENGTH.replace("(1 - h**2)", "(1 - h)"))
    assert wrong.ok is not True, wrong.message


SENT_FORWARD_ONCE = """
import numpy as np
np.random.seed(7)
X = np.random.randn(96, 2)
T = (X[:, :1] * X[:, 1:] > 0) * 1.0
V, c = np.random.randn(2, 7) * 0.5, np.zeros((1, 7))
W, d = np.random.randn(7, 1) * 0.5, np.zeros((1, 1))

def forward(x):
    h = np.tanh(x @ V + c)
    return h, 1 / (1 + np.exp(-(h @ W + d)))

for epoch in range(30):
    H, P = forward(X)
    order = np.random.permutation(len(X))
    for start in range(0, len(X), 12):
        part = order[start:start + 12]
        x, h, p = X[part], H[part], P[part]
        e = (p - T[part]) / len(part)
        back = (e @ W.T) * (1 - h**2)
        W -= 0.3 * h.T @ e
        d -= 0.3 * e.sum(axis=0, keepdims=True)
        V -= 0.3 * x.T @ back
        c -= 0.3 * back.sum(axis=0, keepdims=True)
"""


def test_a_second_batch_needs_outputs_of_its_own(tmp_path):
    found = answer(tmp_path, SENT_FORWARD_ONCE)
    assert found.ok is False and "outputs that were computed before the first one" in found.message, found.message
    own = SENT_FORWARD_ONCE.replace("x, h, p = X[part], H[part], P[part]", "x = X[part]\n        h, p = forward(x)")
    assert answer(tmp_path, own).ok


PURE = """
import numpy as np

def init_params(sizes):
    return [(np.random.randn(a, b) * 0.5, np.zeros(b)) for a, b in zip(sizes[:-1], sizes[1:])]

def train_step(params, X, y, lr):
    acts = [X]
    for W, b in params:
        acts.append(np.tanh(acts[-1] @ W + b))
    loss = np.mean((acts[-1] - y) ** 2)
    delta = 2 * (acts[-1] - y) / y.size * (1 - acts[-1] ** 2)
    new = []
    for (W, b), a in zip(reversed(params), reversed(acts[:-1])):
        new.insert(0, (W - lr * a.T @ delta, b - lr * delta.sum(axis=0)))
        delta = (delta @ W.T) * (1 - a ** 2)
    return new, loss
"""
PURE_OF_PARTS = """
import numpy as np

def init(n_in, n_hidden, n_out):
    W1, W2 = np.random.randn(n_in, n_hidden), np.random.randn(n_hidden, n_out)
    b1, b2 = np.zeros(n_hidden), np.zeros(n_out)
    return W1, b1, W2, b2

def step(X, y, W1, b1, W2, b2, lr=0.5):
    h = np.tanh(X @ W1 + b1)
    e = (h @ W2 + b2 - y) / len(X)
    d = e @ W2.T * (1 - h ** 2)
    W2, b2 = W2 - lr * h.T @ e, b2 - lr * e.sum(axis=0)
    W1, b1 = W1 - lr * X.T @ d, b1 - lr * d.sum(axis=0)
    return W2, b2, W1, b1, 0.5 * len(X) * (e ** 2).sum()
"""
PURE_DICTIONARY = """
import numpy as np

LR = 0.1

def make_params(n_in, n_hidden, n_out):
    return {"W": np.random.randn(n_hidden, n_in), "c": np.zeros((n_hidden, 1)), "V": np.random.randn(n_out, n_hidden)}

def update(params, x, t):
    h = np.maximum(0, params["W"] @ x + params["c"])
    e = params["V"] @ h - t
    d = params["V"].T @ e * (h > 0)
    grads = {"W": d @ x.T, "c": d.sum(axis=1, keepdims=True), "V": e @ h.T}
    params = {key: params[key] - LR * grads[key] for key in params}
    return params, (e ** 2).sum()
"""
MADE_OF_FUNCTIONS = PAIR_OF_FUNCTIONS.partition("\npredict")[0]


@pytest.mark.parametrize(
    "text, old, new, start",
    [
        (PURE, "(delta @ W.T) * (1 - a ** 2)", "(delta @ W.T) * (1 - a)", "delta = (delta"),
        (PURE_OF_PARTS, " * (1 - h ** 2)", "", "d = "),
        (PURE_DICTIONARY, " * (h > 0)", "", "d = "),
    ],
)
def test_a_step_that_gives_the_next_network_back_is_reached(text, old, new, start, tmp_path):
    assert answer(tmp_path, text).ok
    wrong = text.replace(old, new)
    found = answer(tmp_path, wrong)
    assert found.ok is False and wrong.splitlines()[found.line - 1].strip().startswith(start), found.message


def test_steps_that_a_function_repeats_are_not_taken_for_one(tmp_path):
    repeated = PURE.replace("def train_step(", "def one(") + (
        "\ndef fit(params, X, y, lr):\n    for _ in range(3):\n        params, loss = one(params, X, y, lr)\n"
        "    return params, loss\n"
    )
    assert answer(tmp_path, repeated).ok is not False


def test_what_a_step_gives_back_is_not_taken_for_the_network_by_its_shape_alone(tmp_path):
    changes = PURE.replace("(W - lr * a.T @ delta, b - lr * delta", "(-lr * a.T @ delta, -lr * delta")
    assert answer(tmp_path, changes).ok is None
    given = "    params = {key: params[key] - LR * grads[key] for key in params}\n    return params,"
    assert given in PURE_DICTIONARY
    in_place = PURE_DICTIONARY.replace(
        given, "    for key in params:\n        params[key] -= LR * grads[key]\n    return grads,"
    )
    assert answer(tmp_path, in_place).ok


def test_functions_that_another_one_makes_are_called(tmp_path):
    assert answer(tmp_path, MADE_OF_FUNCTIONS).ok
    wrong = MADE_OF_FUNCTIONS.replace(" * (1 - h[j] * h[j])", "")
    found = answer(tmp_path, wrong)
    assert found.ok is False and wrong.splitlines()[found.line - 1].strip().startswith("d_h ="), found.message


AHEAD = """
import numpy as np
X, y = np.random.randn(40, 2), np.random.rand(40, 1)
W1, W2 = np.random.randn(2, 4), np.random.randn(4, 1)
v1, v2 = np.zeros_like(W1), np.zeros_like(W2)
lr, mu = 0.5, 0.9

def gradients(W1, W2):
    h = np.tanh(X @ W1)
    d2 = (h @ W2 - y) / len(X)
    d1 = d2 @ W2.T * (1 - h ** 2)
    return X.T @ d1, h.T @ d2

for epoch in range(50):
    g1, g2 = gradients(W1 - mu * v1, W2 - mu * v2)
    v1 = mu * v1 + lr * g1
    v2 = mu * v2 + lr * g2
    W1 -= v1
    W2 -= v2
"""
IN_A_DICTIONARY = """
import numpy as np
X, y = np.random.randn(40, 2), np.random.rand(40, 1)
params = {"W1": np.random.randn(2, 4), "c": np.zeros(4), "W2": np.random.randn(4, 1)}
velocity = {key: np.zeros_like(value) for key, value in params.items()}

def gradients(p):
    h = np.tanh(X @ p["W1"] + p["c"])
    d2 = (h @ p["W2"] - y) / len(X)
    d1 = d2 @ p["W2"].T * (1 - h ** 2)
    return {"W1": X.T @ d1, "c": d1.sum(axis=0), "W2": h.T @ d2}

for epoch in range(50):
    ahead = {key: params[key] + 0.9 * velocity[key] for key in params}
    grads = gradients(ahead)
    for key in params:
        velocity[key] = 0.9 * velocity[key] - 0.1 * grads[key]
        params[key] = params[key] + velocity[key]
"""


@pytest.mark.parametrize("text", [AHEAD, IN_A_DICTIONARY])
def test_gradients_that_are_taken_ahead_of_the_weights_are_read(text, tmp_path):
    found = answer(tmp_path, text)
    assert found.ok is None and "In its first step every gradient is right" in found.message, found.message
    wrong = text.replace(" * (1 - h ** 2)", "")
    found = answer(tmp_path, wrong, repairing=True)
    assert found.ok is False and wrong.splitlines()[found.line - 1].strip().startswith("d1 ="), found.message
