"""Programs of kinds that came up when strangers' programs were tried: reached, and judged rightly."""

# ruff: noqa: E501 - the lines are as long as their authors write them

import pytest
from any_programs import answer

from neurons.classroom.programs.inside.examples import is_no_data
from neurons.classroom.programs.inside.trials import are_shuffled
from neurons.classroom.programs.mistakes.softmax_axis import turned
from neurons.classroom.programs.text.program import Program

pytestmark = pytest.mark.usefixtures("with_patience")


def changed(text, *replacements):
    """The text with each of these parts, which stand in it once, written otherwise."""
    for old, new in replacements:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def line_with(text, part):
    assert text.count(part) == 1, part
    return 1 + text[: text.index(part)].count("\n")


# Momentum of the last gradient alone

LAST_GRADIENT = """
import math, random

class Net:
    def __init__(self, ins=2, hidden=3):
        self.w = [[random.uniform(-1, 1) for _ in range(ins + 1)] for _ in range(hidden)]
        self.u = [random.uniform(-1, 1) for _ in range(hidden)]
        self.cw = [[0.0] * (ins + 1) for _ in range(hidden)]
        self.cu = [0.0] * hidden

    def guess(self, x):
        self.x = list(x) + [1.0]
        self.h = [math.tanh(sum(a * b for a, b in zip(row, self.x))) for row in self.w]
        self.o = math.tanh(sum(a * b for a, b in zip(self.u, self.h)))
        return self.o

    def learn(self, target, N, M):
        d = (target - self.o) * (1 - self.o ** 2)
        dh = [d * u * (1 - h ** 2) for u, h in zip(self.u, self.h)]
        for j in range(len(self.u)):
            change = d * self.h[j]
            self.u[j] += N * change + M * self.cu[j]
            self.cu[j] = change
            for i in range(len(self.x)):
                change = dh[j] * self.x[i]
                self.w[j][i] += N * change + M * self.cw[j][i]
                self.cw[j][i] = change

    def train(self, samples, turns=20, N=0.1, M=0.1):
        for _ in range(turns):
            for x, t in samples:
                self.guess(x)
                self.learn(t, N, M)

Net().train([((0, 0), -0.5), ((0, 1), 0.5), ((1, 0), 0.5), ((1, 1), -0.5)])
"""
KEPT_GRADIENTS = [
    ("self.u[j] += N * change + M * self.cu[j]", "self.cu[j] += change"),
    ("self.cu[j] = change", "self.u[j] += N * self.cu[j]"),
    ("self.w[j][i] += N * change + M * self.cw[j][i]", "self.cw[j][i] += change"),
    ("self.cw[j][i] = change", "self.w[j][i] += N * self.cw[j][i]"),
]


def test_the_last_gradient_as_momentum_is_right(tmp_path):
    found = answer(tmp_path, LAST_GRADIENT)
    assert found.ok and "It has momentum: the second step is 2 times the first." in found.message, found.message


def test_gradients_that_are_never_cleared_are_no_momentum(tmp_path):
    found = answer(tmp_path, changed(LAST_GRADIENT, *KEPT_GRADIENTS))
    assert found.ok is False and found.mistakes == ["B8"], found.message


# The slope of ReLU at an output that has none

LINEAR_OUTPUT = """
import numpy as np

class Regression:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros((1, n_hidden))
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros((1, n_out))

    def relu(self, z):
        return np.maximum(0, z)

    def relu_slope(self, z):
        return np.where(z > 0, 1, 0)

    def forward(self, X):
        self.z = X @ self.W1 + self.b1
        self.h = self.relu(self.z)
        return self.h @ self.W2 + self.b2

    def backward(self, X, y, out, rate):
        error = y - out
        d_out = error
        d_hidden = (d_out @ self.W2.T) * self.relu_slope(self.z)
        self.W2 += rate * self.h.T @ d_out
        self.b2 += rate * d_out.sum(axis=0, keepdims=True)
        self.W1 += rate * X.T @ d_hidden
        self.b1 += rate * d_hidden.sum(axis=0, keepdims=True)

    def train(self, X, y, epochs, rate):
        for _ in range(epochs):
            self.backward(X, y, self.forward(X), rate)

if __name__ == "__main__":
    net = Regression(2, 3, 1)
    net.train(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]]), 20, 0.1)
"""
SLOPE_AT_THE_OUTPUT = ("        d_out = error\n", "        d_out = error * self.relu_slope(out)\n")


def test_an_output_without_a_slope_is_right(tmp_path):
    found = answer(tmp_path, LINEAR_OUTPUT)
    assert found.ok, found.message


def test_the_slope_of_relu_at_a_linear_output_is_taken_away(tmp_path):
    text = changed(LINEAR_OUTPUT, SLOPE_AT_THE_OUTPUT)
    found = answer(tmp_path, text, repairing=True)
    assert found.ok is False and found.line == line_with(text, "d_out = error"), found.message
    assert found.repairs[0].old == "d_out = error * self.relu_slope(out)", found.message
    assert found.repairs[0].new == "d_out = error", found.message


# Velocities that each epoch sets to zero

VELOCITIES = """
import numpy as np

rng = np.random.default_rng(4)
X = rng.normal(size=(30, 2))
Y = np.c_[X[:, 0] * X[:, 1], X[:, 0] - X[:, 1]]
params = [rng.normal(0, 0.5, (2, 5)), np.zeros(5), rng.normal(0, 0.5, (5, 2)), np.zeros(2)]

def gradients(params, X, Y):
    W1, b1, W2, b2 = params
    h = np.tanh(X @ W1 + b1)
    d2 = 2 * (h @ W2 + b2 - Y) / len(X)
    d1 = d2 @ W2.T * (1 - h ** 2)
    return [X.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]

def fit(params, X, Y, epochs=20, lr=0.05, momentum=0.9):
    speed = [np.zeros_like(p) for p in params]
    for epoch in range(epochs):
        for i, g in enumerate(gradients(params, X, Y)):
            speed[i] = momentum * speed[i] - lr * g
            params[i] += speed[i]

fit(params, X, Y)
"""
BEGUN_ONCE = """    speed = [np.zeros_like(p) for p in params]
    for epoch in range(epochs):
"""
BEGUN_AGAIN = """    for epoch in range(epochs):
        speed = [np.zeros_like(p) for p in params]
"""
NUMBERED = ("[np.zeros_like(p) for p in params]", "{i: np.zeros_like(p) for i, p in enumerate(params)}")


@pytest.mark.parametrize("places", [[], [NUMBERED]], ids=["list", "dict"])
def test_velocities_that_each_epoch_sets_to_zero_are_told(places, tmp_path):
    text = changed(VELOCITIES, (BEGUN_ONCE, BEGUN_AGAIN), *places)
    found = answer(tmp_path, text)
    assert found.ok is False and found.line == line_with(text, "speed = "), found.message


@pytest.mark.parametrize("places", [[], [NUMBERED]], ids=["list", "dict"])
def test_velocities_that_begin_once_are_right(places, tmp_path):
    found = answer(tmp_path, changed(VELOCITIES, *places))
    assert found.ok, found.message


IN_METHODS = """
import numpy as np
rng = np.random.default_rng(0)

class Net:
    def __init__(self):
        self.weights = [rng.normal(size=(2, 3)), rng.normal(size=(3, 1))]
        self.biases = [np.zeros(3), np.zeros(1)]
        self.begin()

    def begin(self):
        self.moments = [np.zeros_like(w) for w in self.weights]
        self.shifts = [np.zeros_like(b) for b in self.biases]

    def update(self, x, t):
        h = np.tanh(x @ self.weights[0] + self.biases[0])
        d2 = h @ self.weights[1] + self.biases[1] - t
        d1 = d2 @ self.weights[1].T * (1 - h**2)
        steps = [np.outer(x, d1), np.outer(h, d2)], [d1, d2]
        for i in range(2):
            self.moments[i] = 0.9 * self.moments[i] + steps[0][i]
            self.shifts[i] = 0.9 * self.shifts[i] + steps[1][i]
            self.weights[i] -= 0.1 * self.moments[i]
            self.biases[i] -= 0.1 * self.shifts[i]

    def fit(self, X, y):
        for epoch in range(20):
            for x, t in zip(X, y):
                self.update(x, t)

Net().fit(rng.normal(size=(8, 2)), rng.normal(size=(8, 1)))
"""
EACH_STEP = "                self.update(x, t)"
EACH_EPOCH = "        for epoch in range(20):"


def test_velocities_that_a_method_sets_to_zero_before_each_step_are_told(tmp_path):
    text = changed(IN_METHODS, (EACH_STEP, f"                self.begin()  # anew\n{EACH_STEP}"))
    found = answer(tmp_path, text)
    assert found.ok is False and found.line == line_with(text, "# anew"), found.message
    assert answer(tmp_path, IN_METHODS).ok
    assert answer(tmp_path, changed(IN_METHODS, (EACH_EPOCH, f"{EACH_EPOCH}\n            self.begin()"))).ok


# Labels that are only compared with 0 and 1

ASKED = """
import numpy as np
rng = np.random.default_rng(1)
X = rng.normal(size=(60, 2))
kinds = (X[:, 0] > 0).astype(int)
W1, b1, W2, b2 = rng.normal(size=(2, 5)), np.zeros(5), rng.normal(size=(5, 1)), np.zeros(1)
for epoch in range(300):
    pos = np.zeros(len(kinds))
    pos[kinds == 1] = 1
    h = np.tanh(X @ W1 + b1)
    p = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d = (p - pos[:, None]) / len(X)
    back = d @ W2.T * (1 - h**2)
    W2 -= 0.1 * h.T @ d
    b2 -= 0.1 * d.sum(axis=0)
    W1 -= 0.1 * X.T @ back
    b1 -= 0.1 * back.sum(axis=0)
"""
ASKED_IN_TWO_CASES = changed(
    ASKED, ("    d = (p - pos[:, None]) / len(X)", "    d = np.where(kinds[:, None] > 0.5, p - 1, p) / len(X)")
)


@pytest.mark.parametrize("text", [ASKED, ASKED_IN_TWO_CASES])
def test_labels_that_are_only_compared_are_0_or_1(text, tmp_path):
    found = answer(tmp_path, text)
    assert found.ok, found.message
    wrong = changed(text, (" * (1 - h**2)", ""))
    found = answer(tmp_path, wrong)
    assert found.ok is False and found.line == line_with(wrong, "back = d @"), found.message


# Inputs that are shuffled without their labels

SHUFFLED = """
import numpy as np

class Classifier:
    def __init__(self, hidden=6, lr=0.2, seed=0):
        self.hidden, self.lr, self.rng = hidden, lr, np.random.default_rng(seed)

    def start(self, n_in, n_out):
        self.W1, self.b1 = self.rng.normal(0, 0.5, (n_in, self.hidden)), np.zeros(self.hidden)
        self.W2, self.b2 = self.rng.normal(0, 0.5, (self.hidden, n_out)), np.zeros(n_out)

    def step(self, X, T):
        h = np.tanh(X @ self.W1 + self.b1)
        e = np.exp(h @ self.W2 + self.b2)
        d2 = (e / e.sum(axis=1, keepdims=True) - T) / len(X)
        d1 = d2 @ self.W2.T * (1 - h ** 2)
        self.W2 -= self.lr * h.T @ d2
        self.b2 -= self.lr * d2.sum(axis=0)
        self.W1 -= self.lr * X.T @ d1
        self.b1 -= self.lr * d1.sum(axis=0)

    def fit(self, X, T, epochs=20):
        self.start(X.shape[1], T.shape[1])
        for epoch in range(epochs):
            order = self.rng.permutation(len(X))
            X, T = X[order], T[order]
            for x, t in zip(X, T):
                self.step(x[None], t[None])

rng = np.random.default_rng(3)
X = rng.normal(size=(40, 3))
T = np.eye(2)[(X[:, 0] > X[:, 1]).astype(int)]
Classifier().fit(X, T)
"""


ALONE = """class Classifier:
    def shuffled(self, rows):
        return rows[self.rng.permutation(len(rows))]
"""


def test_inputs_that_a_method_shuffles_without_their_labels_are_told(tmp_path):
    text = changed(
        SHUFFLED,
        ("class Classifier:\n", ALONE),
        ("X, T = X[order], T[order]", "X, T = self.shuffled(X), self.shuffled(T)"),
    )
    found = answer(tmp_path, text)
    assert found.ok is False and found.line == line_with(text, "X, T = self"), found.message


def test_inputs_shuffled_with_their_labels_are_right(tmp_path):
    found = answer(tmp_path, SHUFFLED)
    assert found.ok, found.message


def test_inputs_shuffled_without_their_labels_are_told(tmp_path):
    text = changed(SHUFFLED, ("X, T = X[order], T[order]", "X = X[order]"))
    found = answer(tmp_path, text)
    assert found.ok is False and found.line == line_with(text, "X = X[order]"), found.message


# Adam, nearly

ADAM = """
import numpy as np

class Adam:
    def __init__(self, lr=0.02, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m, self.v, self.t = {}, {}, 0

    def step(self, params, grads):
        self.t += 1
        for name, g in grads.items():
            m, v = self.m.get(name, 0.0), self.v.get(name, 0.0)
            self.m[name] = self.beta1 * m + (1 - self.beta1) * g
            self.v[name] = self.beta2 * v + (1 - self.beta2) * g ** 2
            mean = self.m[name] / (1 - self.beta1 ** self.t)
            square = self.v[name] / (1 - self.beta2 ** self.t)
            params[name] -= self.lr * mean / (np.sqrt(square) + self.eps)

rng = np.random.default_rng(1)
X = rng.normal(size=(24, 2))
Y = (X[:, :1] * X[:, 1:] > 0).astype(float)
params = {"W1": rng.normal(0, 0.7, (2, 5)), "b1": np.zeros(5), "W2": rng.normal(0, 0.7, (5, 1)), "b2": np.zeros(1)}
adam = Adam()
for epoch in range(20):
    h = np.tanh(X @ params["W1"] + params["b1"])
    p = 1 / (1 + np.exp(-(h @ params["W2"] + params["b2"])))
    d2 = (p - Y) / len(X)
    d1 = d2 @ params["W2"].T * (1 - h ** 2)
    adam.step(params, {"W1": X.T @ d1, "b1": d1.sum(0), "W2": h.T @ d2, "b2": d2.sum(0)})
"""
SWAPPED = [
    ("self.beta1 * m + (1 - self.beta1)", "self.beta2 * m + (1 - self.beta2)"),
    ("self.beta2 * v + (1 - self.beta2)", "self.beta1 * v + (1 - self.beta1)"),
    ("mean = self.m[name] / (1 - self.beta1", "mean = self.m[name] / (1 - self.beta2"),
    ("square = self.v[name] / (1 - self.beta2", "square = self.v[name] / (1 - self.beta1"),
]


@pytest.mark.slow
def test_adam_is_right(tmp_path):
    found = answer(tmp_path, ADAM)
    assert found.ok, found.message


@pytest.mark.slow
def test_adam_that_corrects_one_of_its_means_is_told(tmp_path):
    text = changed(ADAM, ("square = self.v[name] / (1 - self.beta2 ** self.t)", "square = self.v[name]"))
    found = answer(tmp_path, text)
    assert found.ok is False and found.line == line_with(text, "params[name] -="), found.message
    assert "corrects one of its two means only" in " ".join(found.message.split()), found.message


@pytest.mark.slow
def test_betas_that_have_changed_places_are_told(tmp_path):
    text = changed(ADAM, *SWAPPED)
    found = answer(tmp_path, text)
    assert found.ok is False and found.line == line_with(text, "self.m[name] = "), found.message
    assert "changed places" in " ".join(found.message.split()), found.message


# Pairs of columns, in small batches

COLUMNS = """
import random
import numpy as np

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))

class Net:
    def __init__(self, sizes):
        self.sizes, self.num_layers = sizes, len(sizes)
        self.weights = [np.random.randn(m, n) for n, m in zip(sizes, sizes[1:])]
        self.biases = [np.random.randn(m, 1) for m in sizes[1:]]

    def sgd(self, training_data, epochs, mini_batch_size, eta, test_data):
        for _ in range(epochs):
            random.shuffle(training_data)
            mini_batches = [training_data[k:k + mini_batch_size] for k in range(0, len(training_data), mini_batch_size)]
            for mini_batch in mini_batches:
                self.update_mini_batch(mini_batch, eta)

    def update_mini_batch(self, mini_batch, eta):
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        for x, y in mini_batch:
            more_w, more_b = self.backprop(x, y)
            nabla_w = [a + b for a, b in zip(nabla_w, more_w)]
            nabla_b = [a + b for a, b in zip(nabla_b, more_b)]
        self.weights = [w - eta / len(mini_batch) * n for w, n in zip(self.weights, nabla_w)]
        self.biases = [b - eta / len(mini_batch) * n for b, n in zip(self.biases, nabla_b)]

    def backprop(self, x, y):
        zs, activations = [], [x]
        for w, b in zip(self.weights, self.biases):
            zs.append(w @ activations[-1] + b)
            activations.append(sigmoid(zs[-1]))
        delta = activations[-1] - y
        deltas = [delta]
        for l in range(2, len(self.weights) + 1):
            delta = self.weights[-l + 1].T @ delta * sigmoid_prime(zs[-l])
            deltas.insert(0, delta)
        return [d @ a.T for d, a in zip(deltas, activations)], deltas
"""
DECAY = [
    ("eta, test_data)", "eta, lmbda=0.0)"),
    ("self.update_mini_batch(mini_batch, eta)", "self.update_mini_batch(mini_batch, eta, lmbda, len(training_data))"),
    ("def update_mini_batch(self, mini_batch, eta)", "def update_mini_batch(self, mini_batch, eta, lmbda, n_all)"),
    ("[w - eta / len(mini_batch) * n", "[(1 - eta * lmbda / n_all) * w - eta / len(mini_batch) * n"),
]
OWN_PAIRS = """
data = []
for _ in range(60):
    x = np.random.rand(3, 1)
    data.append((x, np.array([[float(x.sum() > 1.5)], [float(x[0, 0] > x[2, 0])]])))
net = Net([3, 5, 4, 2])
net.sgd(data, 20, 10, 1.0, lmbda=0.01)
"""
HIDDEN_SLOPE = (" * sigmoid_prime(zs[-l])", "")


def test_pairs_of_its_own_that_a_program_shuffles_are_right(tmp_path):
    found = answer(tmp_path, changed(COLUMNS, *DECAY) + OWN_PAIRS)
    assert found.ok and found.network["sizes"] == [3, 5, 4, 2], found.message


@pytest.mark.slow
def test_a_hidden_slope_that_is_left_out_beside_pairs_is_told(tmp_path):
    text = changed(COLUMNS, *DECAY, HIDDEN_SLOPE) + OWN_PAIRS
    found = answer(tmp_path, text)
    assert found.ok is False and found.line == line_with(text, "@ delta"), found.message


def test_data_that_change_places_and_sizes_of_layers_are_known():
    mixed = [{"changed": True, "before": [n], "after": [3 - n]} for n in range(4)]
    assert are_shuffled(mixed) and not are_shuffled([*mixed, {"changed": True, "before": [7], "after": [8]}])
    assert is_no_data("sizes", [3, 5, 2]) and is_no_data("lambda_", 0.01) and not is_no_data("x", [3, 5, 2])


def test_a_class_that_is_given_a_batch_of_pairs_is_reached(tmp_path):
    found = answer(tmp_path, COLUMNS)
    assert found.ok, found.message
    found = answer(tmp_path, changed(COLUMNS, HIDDEN_SLOPE))
    assert found.ok is False, found.message


# A class with French names

FRENCH = """
import numpy as np

def sigmoide(x):
    return 1 / (1 + np.exp(-x))

class Reseau:
    def __init__(self, couches):
        self.poids = [np.random.randn(a, b) for a, b in zip(couches, couches[1:])]
        self.biais = [np.zeros(b) for b in couches[1:]]

    def Prediction(self, entrees):
        self.sorties = [entrees]
        for p, b in zip(self.poids, self.biais):
            self.sorties.append(sigmoide(self.sorties[-1] @ p + b))
        return self.sorties[-1]

    def Entrainement(self, echantillon, etiquettes, vitesse=1):
        for entrees, attendues in zip(echantillon, etiquettes):
            erreur = self.Prediction(entrees) - attendues
            for i in reversed(range(len(self.poids))):
                delta = erreur * self.sorties[i + 1] * (1 - self.sorties[i + 1])
                erreur = self.poids[i] @ delta
                self.poids[i] -= vitesse * np.outer(self.sorties[i], delta)
                self.biais[i] -= vitesse * delta
"""


def test_a_class_with_french_names_is_reached(tmp_path):
    found = answer(tmp_path, FRENCH)
    assert found.ok, found.message
    wrong = changed(FRENCH, ("delta = erreur * self.sorties[i + 1] * (1 - self.sorties[i + 1])", "delta = erreur"))
    assert answer(tmp_path, wrong).ok is False


# Tables that are not there

IRIS = """
import csv
import numpy as np

with open("data/iris.csv") as file:
    reader = csv.reader(file)
    next(reader)
    rows = list(reader)
kinds = {"Iris-setosa": 0, "Iris-versicolor": 1, "Iris-virginica": 2}
X = np.array([[float(v) for v in row[:4]] for row in rows])
Y = np.eye(3)[[kinds[row[4]] for row in rows]]

W1, b1 = np.random.uniform(-1, 1, (4, 6)), np.zeros(6)
W2, b2 = np.random.uniform(-1, 1, (6, 3)), np.zeros(3)
for epoch in range(20):
    for x, y in zip(X, Y):
        h = 1 / (1 + np.exp(-(x @ W1 + b1)))
        o = 1 / (1 + np.exp(-(h @ W2 + b2)))
        d2 = (y - o) * o * (1 - o)
        d1 = W2 @ d2 * h * (1 - h)
        W2 += 0.1 * np.outer(h, d2)
        b2 += 0.1 * d2
        W1 += 0.1 * np.outer(x, d1)
        b1 += 0.1 * d1
"""


def test_class_names_in_a_missing_table_are_those_of_the_program(tmp_path):
    found = answer(tmp_path, IRIS)
    assert found.ok and "data/iris.csv, which I do not have" in " ".join(found.message.split()), found.message
    text = changed(IRIS, ("W2 @ d2 * h * (1 - h)", "W2 @ d2 * h"))
    found = answer(tmp_path, text)
    assert found.ok is False and found.line == line_with(text, "d1 = "), found.message


STARS = """
import numpy as np
import pandas as pd
import scipy.special
from sklearn.preprocessing import LabelEncoder

table = pd.read_csv("star_classification.csv")
features = table.drop(columns=["class", "obj_ID", "alpha"]).values
labels = LabelEncoder().fit_transform(table["class"])

n_in, n_hidden, n_out, rate = 9, 6, 3, 0.05
w_ih = np.random.rand(n_hidden, n_in) - 0.5
w_ho = np.random.rand(n_out, n_hidden) - 0.5

def train(values, wanted, w_ih, w_ho):
    values, wanted = np.array(values, ndmin=2), np.array(wanted, ndmin=2)
    hidden = scipy.special.expit(values @ w_ih.T)
    final = scipy.special.expit(hidden @ w_ho.T)
    d_out = (wanted - final) * final * (1 - final)
    d_hidden = d_out @ w_ho * hidden * (1 - hidden)
    w_ho += rate * d_out.T @ hidden
    w_ih += rate * d_hidden.T @ values

for epoch in range(3):
    for i in range(len(features)):
        wanted = np.zeros(n_out)
        wanted[int(labels[i])] = 0.99
        train(features[i], wanted, w_ih, w_ho)
"""


def test_columns_that_are_dropped_from_a_missing_table_are_more_of_them(tmp_path):
    found = answer(tmp_path, STARS)
    assert found.ok and found.network["sizes"] == [9, 6, 3], found.message
    text = changed(STARS, ("d_out @ w_ho * hidden", "(wanted - final) @ w_ho * hidden"))
    found = answer(tmp_path, text)
    assert found.ok is False and found.line == line_with(text, "d_hidden = "), found.message


# A softmax over the wrong axis

TURNED_SOFTMAX = """
import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)

rng = np.random.default_rng(2)
X = rng.normal(size=(30, 3))
T = np.eye(3)[rng.integers(0, 3, 30)]
W1, b1 = rng.normal(0, 0.5, (3, 5)), np.zeros(5)
W2, b2 = rng.normal(0, 0.5, (5, 3)), np.zeros(3)
for epoch in range(20):
    h = np.tanh(X @ W1 + b1)
    d2 = (softmax(h @ W2 + b2) - T) / len(X)
    d1 = d2 @ W2.T * (1 - h ** 2)
    W2 -= 0.1 * h.T @ d2
    b2 -= 0.1 * d2.sum(axis=0)
    W1 -= 0.1 * X.T @ d1
    b1 -= 0.1 * d1.sum(axis=0)
"""


@pytest.mark.slow
def test_a_softmax_that_sums_over_the_examples_is_told(tmp_path):
    assert answer(tmp_path, TURNED_SOFTMAX.replace("axis=0, k", "axis=1, k")).ok
    within = TURNED_SOFTMAX.replace(
        "def softmax(z):\n", "def softmax(z):\n    def stable_softmax(z): return np.exp(z).sum(axis=-1)\n"
    )
    assert [repair.line for repair in turned(Program({"s.py": within}, "s.py", "")).repairs] == [5, 6, 7]
    found = answer(tmp_path, TURNED_SOFTMAX)
    assert found.ok is False and found.line == 6, found.message
    assert found.repairs[-1].new == "return e / e.sum(axis=1, keepdims=True)"
    for other in (", keepdims=True", "axis=0, keepdims=True"):
        found = answer(tmp_path, TURNED_SOFTMAX.replace(other, ""))
        assert found.repairs[-1].new == "return e / e.sum(axis=1, keepdims=True)"


# One object for two layers

ONE_TANH = """
import numpy as np

class Dense:
    def __init__(self, n_in, n_out):
        self.W, self.b = np.random.randn(n_in, n_out) * 0.5, np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad, lr):
        back = grad @ self.W.T
        self.W -= lr * self.x.T @ grad
        self.b -= lr * grad.sum(axis=0)
        return back

class Tanh:
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, grad, lr):
        return grad * (1 - self.out ** 2)

class Net:
    def __init__(self, n_in, n_out, hidden=4):
        act = Tanh()
        self.layers = [Dense(n_in, hidden), ACT, Dense(hidden, hidden), ACT, Dense(hidden, n_out)]

    def train(self, x, y, lr=0.1):
        out = x
        for layer in self.layers:
            out = layer.forward(out)
        grad = (out - y) / len(x)
        for layer in reversed(self.layers):
            grad = layer.backward(grad, lr)
"""


@pytest.mark.slow
def test_layers_put_together_by_us_say_nothing_of_the_network(tmp_path):
    found = answer(tmp_path, ONE_TANH.replace("ACT", "act"))
    assert found.ok is False and found.first_wrong == "W1", found.message
    assert answer(tmp_path, ONE_TANH.replace("ACT", "Tanh()")).ok


# A step that has no name: all examples with the first one's output

ONE_OUTPUT = """
import numpy as np
rng = np.random.default_rng(1)
X = rng.normal(size=(20, 2))
y = (X[:, :1] * X[:, 1:] > 0).astype(float)
W1, W2 = rng.normal(size=(2, 4)), rng.normal(size=(4, 1))
for epoch in range(50):
    h = 1 / (1 + np.exp(-X @ W1))
    o = 1 / (1 + np.exp(-h @ W2))
    d2 = (o[0] - y) * o[0] * (1 - o[0])
    d1 = d2 @ W2.T * h * (1 - h)
    W2 -= 0.3 * h.T @ d2
    W1 -= 0.3 * X.T @ d1
"""


def test_a_batch_that_is_put_together_in_no_known_way_is_not_called_right(tmp_path):
    assert answer(tmp_path, ONE_OUTPUT.replace("o[0]", "o")).ok
    found = answer(tmp_path, ONE_OUTPUT)
    assert found.ok is None and "Several examples at once" in found.message, found.message


# Data in other files

IDX = """
import gzip, struct
import numpy as np

def images(name):
    with gzip.open(name, "rb") as f:
        _, n, rows, cols = struct.unpack(">IIII", f.read(16))
        return np.frombuffer(f.read(), dtype=np.uint8).reshape(n, rows * cols) / 255.0

def labels(name):
    with gzip.open(name, "rb") as f:
        f.read(8)
        return np.frombuffer(f.read(), dtype=np.uint8)
"""
PICKLED = """
import gzip, pickle
import numpy as np

with gzip.open("mnist.pkl.gz", "rb") as f:
    train, valid, test = pickle.load(f, encoding="latin1")
X, y = train
"""
NPZ = """
import numpy as np
with np.load("mnist.npz") as data:
    X, y = data["x_train"], data["y_train"]
X = X.reshape(len(X), -1) / 255.0
"""
DIGITS = """
T = np.eye(10)[y]
W1, b1 = np.random.randn(784, 20) * 0.05, np.zeros(20)
W2, b2 = np.random.randn(20, 10) * 0.1, np.zeros(10)
for epoch in range(3):
    for s in range(0, len(X), 32):
        x, t = X[s:s + 32], T[s:s + 32]
        h = np.tanh(x @ W1 + b1)
        e = np.exp(h @ W2 + b2)
        d = (e / e.sum(axis=1, keepdims=True) - t) / len(x)
        dh = d @ W2.T * (1 - h * h)
        W2 -= 0.1 * h.T @ d
        b2 -= 0.1 * d.sum(axis=0)
        W1 -= 0.1 * x.T @ dh
        b1 -= 0.1 * dh.sum(axis=0)
"""


@pytest.mark.parametrize(
    "read",
    [
        IDX + 'X, y = images("train-images-idx3-ubyte.gz"), labels("train-labels-idx1-ubyte.gz")',
        PICKLED,
        pytest.param(NPZ, marks=pytest.mark.slow),
    ],
    ids=["idx", "pickle", "npz"],
)
def test_images_in_files_that_are_not_here_are_made_up(read, tmp_path):
    found = answer(tmp_path, read + DIGITS)
    assert found.ok and "made up" in found.message, found.message
    wrong = answer(tmp_path, read + changed(DIGITS, ("(1 - h * h)", "(1 - h)")))
    assert wrong.ok is False and wrong.first_wrong == "W1", wrong.message


# A file of classes in a language whose words are not known here

DUTCH = """
import numpy as np

class Netwerk:
    def __init__(self, lagen, snelheid=0.1):
        self.snelheid = snelheid
        self.w = [np.random.randn(b, a) * 0.5 for a, b in zip(lagen[:-1], lagen[1:])]
        self.b = [np.zeros(n) for n in lagen[1:]]

    def doe(self, x, y):
        a = [np.asarray(x, dtype=float)]
        for w, b in zip(self.w, self.b):
            a.append(np.tanh(w @ a[-1] + b))
        fout = (a[-1] - y) * (1 - a[-1] ** 2)
        for i in reversed(range(len(self.w))):
            terug = self.w[i].T @ fout
            self.w[i] -= self.snelheid * np.outer(fout, a[i])
            self.b[i] -= self.snelheid * fout
            fout = terug * (1 - a[i] ** 2)
"""


def test_a_class_whose_names_say_nothing_is_reached(tmp_path):
    assert answer(tmp_path, DUTCH).ok
    found = answer(tmp_path, changed(DUTCH, ("terug * (1 - a[i] ** 2)", "terug")))
    assert found.ok is False and found.first_wrong == "W1", found.message


def test_a_rate_is_no_label(tmp_path):
    text, _ = LAST_GRADIENT.replace("(target - self.o)", "(target[0] - self.o)").split("\nNet().train")
    found = answer(tmp_path, text)  # which defines a class alone: momentum and rate, too, change what it learns
    assert found.ok, found.message


# Choices

DECAYS_ALL = """
import numpy as np
rng = np.random.default_rng(6)
X = rng.normal(size=(30, 2))
Y = np.c_[X[:, 0] * X[:, 1], X[:, 0]]
W1, b1 = rng.normal(0, 0.5, (2, 4)), np.zeros(4)
W2, b2 = rng.normal(0, 0.5, (4, OUTPUTS)), np.zeros((1, OUTPUTS))
Y = Y[:, :OUTPUTS]
for epoch in range(40):
    h = np.tanh(X @ W1 + b1)
    d2 = (h @ W2 + b2 - Y) / len(X)
    d1 = d2 @ W2.T * (1 - h ** 2)
    grads = [X.T @ d1, d1.sum(axis=0), h.T @ d2, d2.sum(axis=0, keepdims=True)]
    for p, g in zip([W1, b1, W2, b2], grads):
        p -= 0.1 * (g + 0.01 * p)
"""


@pytest.mark.parametrize("outputs", ["1", "2"])
def test_biases_may_decay_as_the_weights_do(outputs, tmp_path):
    text = DECAYS_ALL.replace("OUTPUTS", outputs)
    found = answer(tmp_path, text)
    assert found.ok and "weight decay, a choice" in found.message, found.message
    wrong = answer(tmp_path, changed(text, ("d1.sum(axis=0)", "h.sum(axis=0)")))
    assert wrong.ok is False and wrong.first_wrong == "b1", wrong.message


UNTIL_IT_IS_RIGHT = """
import numpy as np
rng = np.random.default_rng(8)
X = rng.normal(size=(40, 2))
T = np.eye(2)[rng.integers(0, 2, 40)]
W1, b1 = rng.normal(0, 0.5, (5, 2)), np.zeros(5)
W2, b2 = rng.normal(0, 0.5, (2, 5)), np.zeros(2)
for epoch in range(20):
    for x, t in zip(X, T):
        h = np.tanh(W1 @ x + b1)
        o = 1 / (1 + np.exp(-(W2 @ h + b2)))
        if o.argmax() == t.argmax():
            continue
        d2 = (o - t) * o * (1 - o)
        d1 = W2.T @ d2 * (1 - h ** 2)
        W2 -= 0.2 * np.outer(d2, h)
        b2 -= 0.2 * d2
        W1 -= 0.2 * np.outer(d1, x)
        b1 -= 0.2 * d1
"""


@pytest.mark.slow
def test_examples_that_are_answered_rightly_may_be_left_alone(tmp_path):
    found = answer(tmp_path, UNTIL_IT_IS_RIGHT)
    assert found.ok, found.message


# Labels that are whole numbers, and an array made like them

WHOLE_NUMBERS = """
import numpy as np
np.random.seed(4)
entries = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
wanted = np.array([[0], [1], [1], [0]])
V, v = np.random.normal(0, 1, (2, 4)), np.zeros(4)
W, w = np.random.normal(0, 1, (4, 1)), np.zeros(1)
for turn in range(50):
    hidden = 1 / (1 + np.exp(-(entries @ V + v)))
    out = 1 / (1 + np.exp(-(hidden @ W + w)))
    delta = np.zeros_like(wanted)
    for i in range(len(wanted)):
        delta[i] = (out[i] - wanted[i]) * out[i] * (1 - out[i])
    back = delta @ W.T * hidden * (1 - hidden)
    W -= 0.5 * hidden.T @ delta
    w -= 0.5 * delta.sum(axis=0)
    V -= 0.5 * entries.T @ back
    v -= 0.5 * back.sum(axis=0)
"""


def test_what_is_made_like_whole_numbers_cuts_fractions_off(tmp_path):
    found = answer(tmp_path, WHOLE_NUMBERS)
    assert found.ok is False and found.line == 11 and "np.zeros_like(wanted)" in found.message
    for old, new in (
        ("zeros_like(wanted)", "zeros_like(wanted, dtype=float)"),
        ("[1], [0]])", "[1], [0]], dtype=float)"),
        ("zeros_like(wanted)", "zeros(wanted.shape)"),
    ):
        assert answer(tmp_path, WHOLE_NUMBERS.replace(old, new)).ok


WHOLE_WEIGHTS = """
import numpy as np
entries = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
wanted = np.array([[0.], [1.], [1.], [0.]])
V, v = np.array([[1, -1, 2], [1, 1, -2]]), np.zeros(3)
W, w = np.random.randint(-2, 3, (3, 1)), np.zeros(1)
for turn in range(50):
    hidden = 1 / (1 + np.exp(-(entries @ V + v)))
    out = 1 / (1 + np.exp(-(hidden @ W + w)))
    delta = (out - wanted) * out * (1 - out)
    back = delta @ W.T * hidden * (1 - hidden)
    W[:] = W - 0.5 * hidden.T @ delta
    w -= 0.5 * delta.sum(axis=0)
    V = V - 0.5 * entries.T @ back
    v -= 0.5 * back.sum(axis=0)
"""


@pytest.mark.parametrize(
    "changes, line",
    [
        ((), 6),
        ((("V = V - 0.5", "V[:] = V - 0.5"), ("W[:] =", "W =")), 5),
        ((("W[:] =", "W ="), ("np.zeros(1)", "np.zeros(1, dtype=int)"), ("w -=", "w[:] = w -")), 6),
        ((("W[:] =", "W ="),), None),
        ((("np.random.randint(-2, 3, (3, 1))", "np.random.randint(-2, 3, (3, 1)).astype(float)"),), None),
        ((("np.random.randint(-2, 3, (3, 1))", "np.array([[1], [-1], [2.]])"),), None),
    ],
)
def test_weights_that_stay_whole_numbers_cut_steps_off(changes, line, tmp_path):
    found = answer(tmp_path, changed(WHOLE_WEIGHTS, *changes))
    assert found.ok is (line is None) and found.line == line, found.message


# Inputs that are their own labels

AUTOENCODER = """
import numpy as np

class AutoEncoder:
    def __init__(self, n=6, hidden=3, lr=0.1):
        self.W1, self.b1 = np.random.randn(n, hidden) * 0.5, np.zeros(hidden)
        self.W2, self.b2 = np.random.randn(hidden, n) * 0.5, np.zeros(n)
        self.lr = lr

    def fit(self, X, y, epochs=10):
        for epoch in range(epochs):
            np.random.shuffle(X)
            for i in range(len(X)):
                h = np.tanh(X[i] @ self.W1 + self.b1)
                d2 = h @ self.W2 + self.b2 - y[i]
                d1 = self.W2 @ d2 * (1 - h ** 2)
                self.W2 -= self.lr * np.outer(h, d2)
                self.b2 -= self.lr * d2
                self.W1 -= self.lr * np.outer(X[i], d1)
                self.b1 -= self.lr * d1

data = np.random.rand(40, 6)
AutoEncoder().fit(data, data)
"""


def test_inputs_that_are_their_own_labels_may_be_shuffled_in_place(tmp_path):
    found = answer(tmp_path, AUTOENCODER)
    assert found.ok, found.message
    found = answer(tmp_path, changed(AUTOENCODER, ("fit(data, data)", "fit(data, data.copy())")))
    assert found.ok is False and found.line == line_with(AUTOENCODER, "shuffle(X)"), found.message


# Random numbers that are added on purpose

NOISY = """
import numpy as np

class Net:
    def __init__(self, hidden=5, lr=0.3, noise=0.01):
        self.lr, self.noise = lr, noise
        self.W1, self.b1 = np.random.randn(3, hidden) * 0.5, np.zeros(hidden)
        self.W2, self.b2 = np.random.randn(hidden, 1) * 0.5, np.zeros(1)

    def noisy(self, g):
        return g + self.noise * np.random.randn(*g.shape)

    def train(self, X, Y, epochs=20):
        for epoch in range(epochs):
            h = np.maximum(0, X @ self.W1 + self.b1)
            d2 = (h @ self.W2 + self.b2 - Y) / len(X)
            d1 = d2 @ self.W2.T * (h > 0)
            self.W2 -= self.lr * self.noisy(h.T @ d2)
            self.b2 -= self.lr * d2.sum(0)
            self.W1 -= self.lr * self.noisy(X.T @ d1)
            self.b1 -= self.lr * d1.sum(0)
            self.W1 += np.random.normal(0, 0.001, self.W1.shape)

X = np.random.randn(30, 3)
Net().train(X, X[:, :1] * X[:, 1:2])
"""


def test_random_numbers_that_are_added_to_a_step_are_a_choice(tmp_path):
    found = answer(tmp_path, NOISY)
    lines = line_with(NOISY, "return g +"), line_with(NOISY, "self.W1 +=")
    assert found.ok and f"random numbers in line {lines[0]} and {lines[1]}" in found.message, found.message


def test_a_mistake_beside_random_numbers_is_told(tmp_path):
    text = changed(NOISY, (" * (h > 0)", ""))
    found = answer(tmp_path, text, repairing=True)
    assert found.ok is False and found.line == line_with(text, "d1 = "), found.message
    found = answer(tmp_path, changed(NOISY, ("normal(0, 0.001", "normal(1, 0.001")))
    assert found.ok is False, found.message


# All gradients divided by the size of some of them

SCALED = """
import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 3))
Y = (X[:, :1] * X[:, 1:2] > 0).astype(float)
W1, b1 = rng.normal(0, 0.5, (3, 5)), np.zeros(5)
W2, b2 = rng.normal(0, 0.5, (5, 1)), np.zeros(1)
for epoch in range(50):
    h = np.tanh(X @ W1 + b1)
    p = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = (p - Y) / len(X)
    d1 = d2 @ W2.T * (1 - h ** 2)
    gW2, gb2, gW1, gb1 = h.T @ d2, d2.sum(0), X.T @ d1, d1.sum(0)
    scale = 1 / np.linalg.norm(gW2)
    W2 -= 0.1 * scale * gW2
    b2 -= 0.1 * scale * gb2
    W1 -= 0.1 * scale * gW1
    b1 -= 0.1 * scale * gb1
"""
SCALES = {  # what is told of it
    "1 / (np.linalg.norm(gW1) + 1e-8)": "the length of the step of `W1` is at most 0.1",
    "min(1.0, 0.05 / np.linalg.norm(gW2))": "the length of the step of `W2` is at most 0.005",
    "1 / np.sqrt((gW1 ** 2).sum() + (gW2 ** 2).sum())": "the length of the step of `W1` and `W2` is at most 0.1",
    "1 / max(np.abs(gW1).max(), np.abs(gW2).max())": "the largest number in the step of `W1` and `W2` is at most 0.1",
}


@pytest.mark.parametrize("scale", SCALES)
def test_gradients_divided_by_the_size_of_some_are_right(scale, tmp_path):
    found = answer(tmp_path, changed(SCALED, ("1 / np.linalg.norm(gW2)", scale)))
    assert found.ok and SCALES[scale] in " ".join(found.message.split()), found.message


def test_wrong_gradients_divided_by_the_size_of_some_are_wrong(tmp_path):
    for mistake in (" * (1 - h ** 2)", ""), ("(p - Y) /", "(p - Y) * p /"), ("0.1 * scale * gW1", "0.2 * scale * gW1"):
        found = answer(tmp_path, changed(SCALED, mistake))
        assert found.ok is False, found.message


# Rates that are computed for each layer

PER_LAYER = """
import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 3))
Y = (X[:, :1] * X[:, 1:2] > 0).astype(float)
sizes = [3, 6, 4, 1]
W = [rng.normal(0, 0.5, (a, b)) for a, b in zip(sizes, sizes[1:])]
b = [np.zeros(n) for n in sizes[1:]]
rate = 0.3
for epoch in range(50):
    a = [X]
    for i in range(3):
        z = a[-1] @ W[i] + b[i]
        a.append(1 / (1 + np.exp(-z)) if i == 2 else np.tanh(z))
    d = (a[-1] - Y) / len(X)
    grads = []
    for i in range(2, -1, -1):
        grads.insert(0, (a[i].T @ d, d.sum(0)))
        d = d @ W[i].T * (1 - a[i] ** 2)
    for i in range(3):
        W[i] -= rate * grads[i][0]
        b[i] -= rate * grads[i][1]
"""
STEPS = """    for i in range(3):
        W[i] -= rate * grads[i][0]
        b[i] -= rate * grads[i][1]
"""


def with_steps(rate, before=""):
    text = STEPS.replace("rate *", f"{rate} *").replace("        W[i]", f"{before}        W[i]")
    return changed(PER_LAYER, (STEPS, text))


OF_LAYERS = {
    "divided by the number": with_steps("rate / (i + 1)"),
    "halved from layer to layer": with_steps("rate * 0.5 ** i"),
    "by size": with_steps("rate / np.sqrt(W[i].shape[0])"),
    "under a name": with_steps("own", "        own = rate / (i + 1)\n"),
    "in two cases": with_steps("own", "        own = rate\n        if i == 0:\n            own = rate / 10\n"),
    "from a list": changed(
        PER_LAYER,
        ("rate = 0.3", "rates = [0.3 / (i + 1) for i in range(3)]"),
        (
            STEPS,
            "    for w, c, (g, h), r in zip(W, b, grads, rates):\n        w -= r * g\n        c -= r * h\n",
        ),
    ),
}


@pytest.mark.parametrize("kind", OF_LAYERS)
def test_rates_that_are_computed_for_layers_are_a_choice(kind, tmp_path):
    found = answer(tmp_path, OF_LAYERS[kind])
    assert found.ok and "The rate of the last layer is taken" in " ".join(found.message.split()), found.message


@pytest.mark.parametrize("mistake", [("d @ W[i].T", "0.5 * d @ W[i].T"), (" * (1 - a[i] ** 2)", "")])
def test_a_mistake_beside_computed_rates_is_told(mistake, tmp_path):
    found = answer(tmp_path, changed(OF_LAYERS["divided by the number"], mistake))
    assert found.ok is False, found.message


def test_a_rate_that_weights_alone_have_is_neither_right_nor_wrong(tmp_path):
    found = answer(tmp_path, changed(PER_LAYER, ("W[i] -= rate *", "W[i] -= rate / (i + 1) *")))
    assert found.ok is None and "should the weights and biases" in " ".join(found.message.split()), found.message
    text = changed(PER_LAYER, ("b[i] -= rate *", "b[i] -= rate / len(X) *"))
    found = answer(tmp_path, text)
    assert found.ok is False and found.line == line_with(text, "b[i] -="), found.message
