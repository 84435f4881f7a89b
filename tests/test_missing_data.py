"""Programs whose data are not there: made up, replaced by our examples, and then read and judged like any other."""

# ruff: noqa: E501 - the lines are as long as their authors write them

import pytest
from any_programs import answer

pytestmark = pytest.mark.usefixtures("with_patience")

DIGITS_IN_COLUMNS = """
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

train = pd.read_csv('/kaggle/input/digit-recognizer/train.csv')
train = np.array(train)
rows, cols = train.shape
np.random.shuffle(train)

held_out = train[0:1000].T
Y_dev = held_out[0]
X_dev = held_out[1:cols] / 255.

rest = train[1000:rows].T
Y_train = rest[0]
X_train = rest[1:cols] / 255.

def start():
    W1 = np.random.rand(12, 784) - 0.5
    b1 = np.random.rand(12, 1) - 0.5
    W2 = np.random.rand(10, 12) - 0.5
    b2 = np.random.rand(10, 1) - 0.5
    return W1, b1, W2, b2

def relu(Z):
    return np.maximum(Z, 0)

def softmax(Z):
    e = np.exp(Z - Z.max(axis=0))
    return e / e.sum(axis=0)

def run_forward(W1, b1, W2, b2, X):
    Z1 = W1.dot(X) + b1
    A1 = relu(Z1)
    Z2 = W2.dot(A1) + b2
    return Z1, A1, Z2, softmax(Z2)

def encode(Y):
    table = np.zeros((Y.size, 10))
    table[np.arange(Y.size), Y] = 1
    return table.T

def run_backward(Z1, A1, A2, W2, X, Y):
    n = Y.size
    dZ2 = A2 - encode(Y)
    dW2 = dZ2.dot(A1.T) / n
    db2 = dZ2.sum(axis=1, keepdims=True) / n
    dZ1 = W2.T.dot(dZ2) * (Z1 > 0)
    dW1 = dZ1.dot(X.T) / n
    db1 = dZ1.sum(axis=1, keepdims=True) / n
    return dW1, db1, dW2, db2

def descend(X, Y, alpha, times):
    W1, b1, W2, b2 = start()
    for t in range(times):
        Z1, A1, Z2, A2 = run_forward(W1, b1, W2, b2, X)
        dW1, db1, dW2, db2 = run_backward(Z1, A1, A2, W2, X, Y)
        W1 = W1 - alpha * dW1
        b1 = b1 - alpha * db1
        W2 = W2 - alpha * dW2
        b2 = b2 - alpha * db2
        if t % 10 == 0:
            print(t, np.mean(np.argmax(A2, 0) == Y))
    return W1, b1, W2, b2

params = descend(X_train, Y_train, 0.10, 500)
"""
DIGITS_BY_LIST = """
import numpy, csv

class Recogniser:
    def __init__(self, inputs, hidden, outputs, rate):
        self.wih = numpy.random.normal(0.0, inputs ** -0.5, (hidden, inputs))
        self.who = numpy.random.normal(0.0, hidden ** -0.5, (outputs, hidden))
        self.lr = rate
        self.squash = lambda v: 1 / (1 + numpy.exp(-v))

    def train(self, inputs_list, targets_list):
        inputs = numpy.array(inputs_list, ndmin=2).T
        targets = numpy.array(targets_list, ndmin=2).T
        hidden = self.squash(numpy.dot(self.wih, inputs))
        final = self.squash(numpy.dot(self.who, hidden))
        errors = (targets - final) * final * (1.0 - final)
        hidden_errors = numpy.dot(self.who.T, errors)
        self.who += self.lr * numpy.dot(errors, hidden.T)
        self.wih += self.lr * numpy.dot(hidden_errors * hidden * (1.0 - hidden), inputs.T)

input_nodes = 784
hidden_nodes = 100
output_nodes = 10
net = Recogniser(input_nodes, hidden_nodes, output_nodes, 0.2)

with open("mnist_dataset/mnist_train_100.csv", "r") as file:
    lines = file.readlines()

for epoch in range(4):
    for line in lines:
        values = line.split(",")
        scaled = (numpy.asarray(values[1:], dtype=float) / 255.0 * 0.99) + 0.01
        wanted = numpy.zeros(output_nodes) + 0.01
        wanted[int(values[0])] = 0.99
        net.train(scaled, wanted)
"""
KERAS_IMAGES = """
import numpy as np
from keras.datasets import mnist
from keras.utils import to_categorical

(x_train, y_train), (x_test, y_test) = mnist.load_data()
x_train = x_train.reshape(60000, 28 * 28).astype('float32') / 255
x_test = x_test.reshape(10000, 28 * 28).astype('float32') / 255
y_train = to_categorical(y_train)

W1 = np.random.randn(784, 64) * 0.01
b1 = np.zeros((1, 64))
W2 = np.random.randn(64, 10) * 0.01
b2 = np.zeros((1, 10))
lr, batch = 0.1, 64

for epoch in range(5):
    for i in range(0, len(x_train), batch):
        xb = x_train[i:i + batch]
        yb = y_train[i:i + batch]
        z1 = xb @ W1 + b1
        a1 = np.tanh(z1)
        z2 = a1 @ W2 + b2
        e = np.exp(z2 - np.max(z2, axis=1, keepdims=True))
        out = e / np.sum(e, axis=1, keepdims=True)
        dz2 = (out - yb) / len(xb)
        dW2 = a1.T @ dz2
        db2 = np.sum(dz2, axis=0, keepdims=True)
        dz1 = (dz2 @ W2.T) * (1 - a1 ** 2)
        dW1 = xb.T @ dz1
        db1 = np.sum(dz1, axis=0, keepdims=True)
        W1 -= lr * dW1
        b1 -= lr * db1
        W2 -= lr * dW2
        b2 -= lr * db2
"""
IRIS_TABLE = """
import numpy as np
import pandas as pd

df = pd.read_csv("iris.csv", names=["sl", "sw", "pl", "pw", "species"])
df = df.sample(frac=1).reset_index(drop=True)
df["species"] = df["species"].map({"setosa": 0, "versicolor": 1, "virginica": 2})
features = df.drop("species", axis=1)
features = (features - features.mean()) / features.std()
X = features.values
T = np.eye(3)[df["species"].values]

class Iris:
    def __init__(self):
        self.V = np.random.randn(4, 6)
        self.c = np.zeros(6)
        self.W = np.random.randn(6, 3)
        self.d = np.zeros(3)

    def think(self, X):
        self.H = 1 / (1 + np.exp(-(X.dot(self.V) + self.c)))
        scores = np.exp(self.H.dot(self.W) + self.d)
        return scores / scores.sum(axis=1, keepdims=True)

    def learn(self, X, T, rate):
        O = self.think(X)
        delta = O - T
        back = delta.dot(self.W.T) * self.H * (1 - self.H)
        self.W -= rate * self.H.T.dot(delta)
        self.d -= rate * delta.sum(axis=0)
        self.V -= rate * X.T.dot(back)
        self.c -= rate * back.sum(axis=0)

net = Iris()
for round in range(20):
    net.learn(X[:120], T[:120], 0.01)
print((net.think(X[120:]).argmax(1) == T[120:].argmax(1)).mean())
"""
SPLIT_MOONS = """
import numpy as np
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

X, y = make_moons(n_samples=400, noise=0.2, random_state=3)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25)
scaler = StandardScaler()
X_train = scaler.fit_transform(X_train)
X_test = scaler.transform(X_test)
y_train = y_train.reshape(-1, 1)

def sig(z):
    return 1.0 / (1.0 + np.exp(-z))

class Moons:
    def __init__(self, d, h):
        self.p = {"W1": np.random.randn(d, h), "b1": np.zeros((1, h)), "W2": np.random.randn(h, 1), "b2": np.zeros((1, 1))}

    def fit(self, X, y, steps=2000, lr=0.3):
        n = X.shape[0]
        for _ in range(steps):
            A1 = np.tanh(X @ self.p["W1"] + self.p["b1"])
            A2 = sig(A1 @ self.p["W2"] + self.p["b2"])
            d2 = (A2 - y) / n
            d1 = d2 @ self.p["W2"].T * (1 - A1 * A1)
            g = {"W2": A1.T @ d2, "b2": d2.sum(0, keepdims=True), "W1": X.T @ d1, "b1": d1.sum(0, keepdims=True)}
            for k in self.p:
                self.p[k] = self.p[k] - lr * g[k]

model = Moons(X_train.shape[1], 8)
model.fit(X_train, y_train)
"""
SEEDS_TEXT = """
import numpy as np
import random, math

data = np.loadtxt("wheat_seeds.txt")
X = data[:, 0:7]
y = data[:, 7].astype(int) - 1
X = (X - X.min(axis=0)) / (X.max(axis=0) - X.min(axis=0))

random.seed(4)
hidden = [[random.uniform(-1, 1) for _ in range(8)] for _ in range(5)]
output = [[random.uniform(-1, 1) for _ in range(6)] for _ in range(3)]

def fire(weights, values):
    return [1 / (1 + math.exp(-(sum(w * v for w, v in zip(row, values)) + row[-1]))) for row in weights]

def learn(row, wanted, rate):
    h = fire(hidden, row)
    o = fire(output, h)
    d_o = [(o[k] - wanted[k]) * o[k] * (1 - o[k]) for k in range(3)]
    d_h = [sum(d_o[k] * output[k][j] for k in range(3)) * h[j] * (1 - h[j]) for j in range(5)]
    for k in range(3):
        for j in range(5):
            output[k][j] -= rate * d_o[k] * h[j]
        output[k][-1] -= rate * d_o[k]
    for j in range(5):
        for i in range(7):
            hidden[j][i] -= rate * d_h[j] * row[i]
        hidden[j][-1] -= rate * d_h[j]

for epoch in range(20):
    for row, label in zip(X, y):
        wanted = [1.0 if label == k else 0.0 for k in range(3)]
        learn(list(row), wanted, 0.3)
"""
FIXED_SIZES = """
import numpy as np

class Glass:
    def __init__(self, features, classes, rate=0.05, rounds=30):
        self.features = features
        self.classes = classes
        self.rate = rate
        self.rounds = rounds
        self.first = np.random.uniform(-0.5, 0.5, size=(9, 7))
        self.second = np.random.uniform(-0.5, 0.5, size=(7, 6))
        self.shift1 = np.zeros((1, 7))
        self.shift2 = np.zeros((1, 6))

    def act(self, z):
        return 1 / (1 + np.exp(-z))

    def as_row(self, number):
        row = np.zeros((1, 6))
        row[0, int(number)] = 1
        return row

    def train(self):
        for _ in range(self.rounds):
            for place, example in enumerate(self.features):
                example = example.reshape(1, 9)
                middle = self.act(example.dot(self.first) + self.shift1)
                scores = np.exp(middle.dot(self.second) + self.shift2)
                result = scores / scores.sum()
                error = result - self.as_row(self.classes[place])
                before = error.dot(self.second.T) * middle * (1 - middle)
                self.second -= self.rate * middle.T.dot(error)
                self.shift2 -= self.rate * error
                self.first -= self.rate * example.T.dot(before)
                self.shift1 -= self.rate * before
"""
BREAST_CANCER = """
import numpy as np
from sklearn import datasets
from sklearn.model_selection import train_test_split

cancer = datasets.load_breast_cancer()
X_train, X_test, y_train, y_test = train_test_split(cancer.data, cancer.target, test_size=0.2, random_state=1)
X_train = (X_train - X_train.mean(axis=0)) / X_train.std(axis=0)

def sigmoid(z): return 1 / (1 + np.exp(-z))

def step(net, X, y, lr):
    (W1, b1), (W2, b2) = net
    h = np.maximum(0, X @ W1 + b1)
    p = sigmoid(h @ W2 + b2)
    g = (p - y[:, None]) / len(X)
    dW2, db2 = h.T @ g, g.sum(0)
    gh = g @ W2.T * (h > 0)
    dW1, db1 = X.T @ gh, gh.sum(0)
    return [(W1 - lr * dW1, b1 - lr * db1), (W2 - lr * dW2, b2 - lr * db2)]

net = [(np.random.randn(30, 10) * 0.2, np.zeros(10)), (np.random.randn(10, 1) * 0.2, np.zeros(1))]
for i in range(20):
    net = step(net, X_train, y_train, 0.1)
"""
WRONG = {
    "digits in columns": (DIGITS_IN_COLUMNS, "db1 = dZ1.sum(axis=1, keepdims=True) / n", "db1 = dZ1.sum() / n", {"b1"}),
    "digits by list": (DIGITS_BY_LIST, "hidden_errors * hidden * (1.0 - hidden)", "hidden_errors * hidden", {"W1"}),
    "images of a package": (KERAS_IMAGES, "(1 - a1 ** 2)", "(1 - np.tanh(a1) ** 2)", {"W1", "b1"}),
    "iris": (
        IRIS_TABLE,
        "back = delta.dot(self.W.T) * self.H * (1 - self.H)",
        "back = delta.dot(self.W.T)",
        {"W1", "b1"},
    ),
    "moons": (SPLIT_MOONS, '"b2": d2.sum(0, keepdims=True)', '"b2": d2.mean(0, keepdims=True)', {"b2"}),
    "seeds": (SEEDS_TEXT, "hidden[j][-1] -= rate * d_h[j]", "hidden[j][-1] += rate * d_h[j]", {"b1"}),
    "fixed sizes": (FIXED_SIZES, "self.first -= self.rate", "self.first += self.rate", {"W1"}),
    "breast cancer": (BREAST_CANCER, "g @ W2.T * (h > 0)", "g @ W2.T", {"W1", "b1"}),
}


@pytest.mark.parametrize("text", [text for text, *_ in WRONG.values()], ids=WRONG)
def test_right_programs_without_their_data_are_right(text, tmp_path):
    found = answer(tmp_path, text)
    assert found.outcome == "right", found.message


@pytest.mark.parametrize("text, right, wrong, groups", WRONG.values(), ids=WRONG)
def test_mistakes_are_seen_without_the_data(text, right, wrong, groups, tmp_path):
    assert text.count(right) == 1
    found = answer(tmp_path, text.replace(right, wrong), repairing=True)
    assert found.outcome == "wrong", found.message
    assert {
        name for name, constant in found.groups.items() if not isinstance(constant, float) or abs(constant - 1.0) > 1e-6
    } >= groups, found
    assert found.line == text[: text.index(right)].count("\n") + 1, found.message


def test_the_answer_tells_that_data_were_made_up(tmp_path):
    found = answer(tmp_path, SEEDS_TEXT)
    assert "Line 5 reads the file wheat_seeds.txt" in found.message and "made up" in found.message
    own = SEEDS_TEXT.replace('np.loadtxt("wheat_seeds.txt")', "np.random.RandomState(1).randint(0, 3, (40, 8)) * 1.0")
    assert "made up" not in answer(tmp_path, own).message


OWN_DATA = """
import numpy as np
import pandas as pd

read = np.loadtxt("numbers.txt")
rng = np.random.RandomState(2)
X = rng.uniform(-1, 1, (30, 4))
T = np.eye(3)[rng.randint(0, 3, 30)]
W1, b1 = rng.randn(4, 5), np.zeros(5)
W2, b2 = rng.randn(5, 3), np.zeros(3)
mask, cost, lr, start = 1.0, 1.0, 0.1, 0.0
for epoch in range(50):
    H = np.tanh(X @ W1 + b1)
    E = np.exp(H @ W2 + b2 + start)
    P = E / E.sum(axis=1, keepdims=True)
    D = (P - T) * cost
    G = (D @ W2.T) * (1 - H * H)
    W2 -= lr * H.T @ D
    b2 -= lr * D.sum(axis=0)
    W1 -= lr * X.T @ G * mask
    b1 -= lr * G.sum(axis=0)
"""


def test_a_file_that_decides_nothing_does_not_matter(tmp_path):
    assert answer(tmp_path, OWN_DATA).outcome == "right"


@pytest.mark.parametrize(
    "used",
    [
        "mask, cost, lr, start = read[:4, :1], 1.0, 0.1, 0.0",
        "mask, cost, lr, start = read[:4, 1:2] > 1, 1.0, 0.1, 0.0",
        pytest.param("mask, cost, lr, start = 1.0, read[0, :3] + 1.0, 0.1, 0.0", marks=pytest.mark.slow),
        pytest.param("mask, cost, lr, start = 1.0, 1.0, read.mean(), 0.0", marks=pytest.mark.slow),
        "mask, cost, lr, start = 1.0, 1.0, -read.mean(), 0.0",
        pytest.param("mask, cost, lr, start = 1.0, 1.0, 0.1, read[3, :3]", marks=pytest.mark.slow),
        pytest.param(
            "mask, cost, lr, start = pd.read_csv('m.csv').mean().values[:4, None], 1.0, 0.1, 0.0",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_where_a_number_made_up_decides_there_is_no_verdict(used, tmp_path):
    found = answer(tmp_path, OWN_DATA.replace("mask, cost, lr, start = 1.0, 1.0, 0.1, 0.0", used))
    assert found.outcome == "not reached", found.message


FROM_ONE = OWN_DATA.replace('read = np.loadtxt("numbers.txt")\n', "").replace(
    "T = np.eye(3)[rng.randint(0, 3, 30)]", "classes = rng.randint(1, 4, 30)"
)
FROM_ONE = FROM_ONE.replace("    H = ", "    T = np.eye(3)[classes - 1]\n    H = ")


def test_classes_may_begin_with_1(tmp_path):
    assert answer(tmp_path, FROM_ONE).outcome == "right"
    found = answer(tmp_path, FROM_ONE.replace("rng.randint(1, 4, 30)", "rng.randint(0, 3, 30)"))
    assert found.outcome == "wrong" and "C8" in found.mistakes
    found = answer(tmp_path, FIXED_SIZES.replace("int(number)", "int(number) - 1"))
    assert found.outcome == "right", found.message


def test_a_bias_that_all_outputs_of_a_softmax_share_has_no_gradient(tmp_path):
    shared = OWN_DATA.replace("np.zeros(3)", "np.zeros(1)").replace("D.sum(axis=0)", "D.sum()")
    found = answer(tmp_path, shared)
    assert found.outcome == "right", found.message
    assert answer(tmp_path, shared.replace("G.sum(axis=0)", "G.sum()")).outcome == "wrong"
    assert answer(tmp_path, shared.replace("b2 -= lr * D.sum()", "b2 -= lr * np.abs(D).sum()")).outcome == "wrong"


COUNTED_BY_THE_LARGEST = """
import os
import sys
import numpy as np
import pandas as pd
for folder, _, names in os.walk("/kaggle/input"):
    for name in names:
        print(os.path.join(folder, name))
rounds = int(sys.argv[1])
table = np.array(pd.read_csv("/kaggle/input/digits/train.csv"))
m, n = table.shape
table = table.T
labels, pixels = table[0], table[1:n] / 255

def begin():
    return np.random.rand(10, 784) - 0.5, np.random.rand(10, 1) - 0.5, np.random.rand(10, 10) - 0.5, np.zeros((10, 1))

def one_hot(y):
    found = np.zeros((y.size, y.max() + 1))
    found[np.arange(y.size), y] = 1
    return found.T

def step(U, u, V, v, x, y, rate):
    z = U @ x + u
    h = np.maximum(z, 0)
    out = np.exp(V @ h + v)
    d2 = out / out.sum(axis=0) - one_hot(y)
    d1 = (V.T @ d2) * (z > 0)
    V = V - rate / m * d2 @ h.T
    v = v - rate / m * d2.sum(axis=1, keepdims=True)
    U = U - rate / m * d1 @ x.T
    u = u - rate / m * d1.sum(axis=1, keepdims=True)
    return U, u, V, v

def train(x, y, rounds):
    U, u, V, v = begin()
    for turn in range(rounds):
        U, u, V, v = step(U, u, V, v, x, y, 0.1)
    return U, u, V, v

train(pixels, labels, rounds)
"""


def test_the_largest_label_may_say_how_many_classes_there_are(tmp_path):
    found = answer(tmp_path, COUNTED_BY_THE_LARGEST)
    assert found.ok and found.network["sizes"][1:] == [10, 10], found.message
    wrong = answer(tmp_path, COUNTED_BY_THE_LARGEST.replace("(V.T @ d2) * (z > 0)", "V.T @ d2"))
    assert wrong.ok is False and wrong.groups["W2"] != "wrong" == wrong.groups["W1"], wrong.message
