"""Slips of Python and NumPy in whole programs: shapes that cross, one list in several places, operators; the line."""

import pytest
from any_programs import answer

pytestmark = pytest.mark.usefixtures("with_patience")

PRICES = """
import numpy as np
rng = np.random.default_rng(4)
rooms = rng.normal(size=(30, 2))
price = rooms @ np.array([1.0, -0.5]) + rng.normal(0, 0.1, 30)
V, a = rng.normal(0, 0.7, (2, 5)), np.zeros((1, 5))
U, c = rng.normal(0, 0.7, (5, 1)), np.zeros((1, 1))

for epoch in range(20):
    hidden = np.tanh(rooms @ V + a)
    out = hidden @ U + c
    DIFFERENCE
    d = 2 * diff / len(rooms)
    back = d @ U.T * (1 - hidden ** 2)
    U -= 0.05 * hidden.T @ d
    c -= 0.05 * d.sum(axis=0, keepdims=True)
    V -= 0.05 * rooms.T @ back
    a -= 0.05 * back.sum(axis=0, keepdims=True)
"""


@pytest.mark.parametrize(
    "difference, line, new",
    [
        ("diff = np.mean(out - price, axis=1, keepdims=True)", 12, "price.reshape(-1, 1)"),
        ("diff = -np.mean(price - out, axis=1, keepdims=True)", 12, "price.reshape(-1, 1)"),
        ("apart = out - price\n    diff = apart.mean(axis=1).reshape(-1, 1)", 12, "price.reshape(-1, 1)"),
    ],
)
def test_each_output_against_every_label(difference, line, new, tmp_path):
    text = PRICES.replace("DIFFERENCE", difference)
    found = answer(tmp_path, text, repairing=True)
    assert found.ok is False and "(n, 1), the labels (n,)" in found.message, found.message
    assert found.line == line and [new in repair.new for repair in found.repairs] == [True]


def test_labels_of_the_right_shape_are_right(tmp_path):
    assert answer(tmp_path, PRICES.replace("DIFFERENCE", "diff = out - price.reshape(-1, 1)")).ok
    assert answer(tmp_path, PRICES.replace("DIFFERENCE", "diff = (out[:, 0] - price)[:, None]")).ok


LISTS = """
from math import exp
from random import Random
rng = Random(9)
V = [[rng.uniform(-1.5, 1.5) for _ in range(2)] for _ in range(3)]
c = [rng.uniform(-0.5, 0.5) for _ in range(3)]
U = [rng.uniform(-1.5, 1.5) for _ in range(3)]
d = 0.0
DATA = [(0.1, 0.2, 0), (0.9, 0.1, 1), (0.2, 0.8, 1), (0.8, 0.9, 0)]

def squash(z):
    return 1 / (1 + exp(-z))

def epoch(rate):
    global d
    gV = [[0.0] * 2 for _ in range(3)]
    gc = [0.0] * 3
    gU = [0.0] * 3
    gd = 0.0
    for s in DATA:
        x, t = s[:2], s[2]
        hid = [squash(V[j][0] * x[0] + V[j][1] * x[1] + c[j]) for j in range(3)]
        out = squash(sum(U[j] * hid[j] for j in range(3)) + d)
        delta = (out - t) * out * (1 - out)
        gd += delta
        for j in range(3):
            gU[j] += delta * hid[j]
            dj = delta * U[j] * hid[j] * (1 - hid[j])
            gc[j] += dj
            for i in range(2):
                gV[j][i] += dj * x[i]
    for j in range(3):
        U[j] -= rate * gU[j] / len(DATA)
        c[j] -= rate * gc[j] / len(DATA)
        for i in range(2):
            V[j][i] -= rate * gV[j][i] / len(DATA)
    d -= rate * gd / len(DATA)

for _ in range(20):
    epoch(0.5)
"""


def test_a_label_that_stands_beside_the_inputs_is_a_number_of_one_output(tmp_path):
    found = answer(tmp_path, LISTS)
    assert found.ok and found.network["sizes"] == [2, 3, 1], found.message


@pytest.mark.parametrize(
    "old, new, mistakes",
    [
        ("[[0.0] * 2 for _ in range(3)]", "[[0.0] * 2] * 3", ["W8"]),
        ("gV[j][i] / len(DATA)", "gV[j][i] // len(DATA)", []),
        ("gV[j][i] / len(DATA)", "gV[j][i] % len(DATA)", []),
        ("    gc = [0.0] * 3\n    gU = [0.0] * 3\n", "    gc = gU = [0.0] * 3\n", []),
    ],
)
def test_slips_in_lists_and_operators_are_mended(old, new, mistakes, tmp_path):
    assert old in LISTS
    text = LISTS.replace(old, new)
    found = answer(tmp_path, text, repairing=True)
    line = next(
        at for at, (one, other) in enumerate(zip(text.split("\n"), LISTS.split("\n"), strict=True), 1) if one != other
    )
    assert found.ok is False and found.line == line and len(found.repairs) == 1, found.message
    assert found.mistakes == mistakes or not mistakes


STOPPING = """
import numpy as np
def sigmoid(z): return 1 / (1 + np.exp(-z))
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [0], [0], [1]])
V, a = np.random.uniform(size=(2, 2)), np.zeros((1, 2))
U, c = np.random.uniform(size=(2, 1)), np.zeros((1, 1))
for step in range(20):
    h = sigmoid(X @ V + a)
    o = sigmoid(h @ U + c)
    e = y - o
    if np.mean(np.abs(e)) <= 0.02:
        break
    d = e * o * (1 - o)
    b = d @ U.T * h * (1 - h)
    U += 0.05 * h.T @ d
    c += 0.05 * d.sum(axis=0, keepdims=True)
    V += 0.05 * X.T @ b
    a += 0.05 * b.sum(axis=0, keepdims=True)
"""


def test_a_program_that_stops_near_its_labels_is_not_blamed(tmp_path):
    assert answer(tmp_path, STOPPING).ok


DENSE = """
import numpy as np
rng = np.random.default_rng(2)

class Dense:
    def __init__(self, n, k):
        self.W, self.b = rng.normal(size=(k, n)), rng.normal(size=(k, 1))
    def forward(self, x):
        self.x = x
        return self.W @ x + self.b
    def backward(self, g, rate):
        self.W -= rate * g @ self.x.T
        self.b -= rate * g
        return np.dot(self.W.T, g)

class Tanh:
    def forward(self, x):
        self.x = x
        return np.tanh(x)
    def backward(self, g, rate):
        return g * (1 - np.tanh(self.x) ** 2)

X = np.reshape([[0, 0], [0, 1], [1, 0], [1, 1]], (4, 2, 1))
Y = np.reshape([[0], [1], [1], [0]], (4, 1, 1))
net = [Dense(2, 3), Tanh(), Dense(3, 1), Tanh()]
for epoch in range(20):
    for x, y in zip(X, Y):
        out = x
        for layer in net:
            out = layer.forward(out)
        g = 2 * (out - y) / np.size(y)
        for layer in reversed(net):
            g = layer.backward(g, 0.1)
"""


def test_what_goes_back_is_made_before_the_step_and_no_step_made_tiny(tmp_path):
    found = answer(tmp_path, DENSE, repairing=True)
    (repair,) = found.repairs
    assert found.mistakes == ["X6"] and (found.line, found.repairs[0].line) == (14, 12), found.message
    assert repair.new.startswith("above it: sent_back = np.dot(self.W.T, g)")


GUESSES = """
import numpy as np
def sigmoid(z): return 1 / (1 + np.exp(-z))
X = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
y = np.array([[0.], [1.], [1.], [0.]])
w1, b1 = np.random.rand(2, 3), np.zeros((1, 3))
w2, b2 = np.random.rand(3, 1), np.zeros((1, 1))
for _ in range(20):
    first = sigmoid(X @ w1 + b1)
    second = sigmoid(first @ w2 + b2)
    error2 = y - second
    error1 = error2.dot(w2.T)
    delta2 = error2 * second * (1 - second)
    delta1 = error1 * first * (1 - first)
    w2 += first.T.dot(delta2)
    w1 += X.T.dot(delta1)
    b2 += delta2.sum(axis=0, keepdims=True)
    b1 += delta1.sum(axis=0, keepdims=True)
"""


@pytest.mark.parametrize("old, new, line", [("", "", 12), ("error2.dot(w2.T)", "(error2 * second).dot(w2.T)", 12)])
def test_the_line_is_where_what_goes_back_is_wrong_first(old, new, line, tmp_path):
    found = answer(tmp_path, GUESSES.replace(old, new) if old else GUESSES)
    assert found.ok is False and found.line == line, found.message
