"""Programs in which no layers are read, judged by central differences of what they compute."""

import re
from math import isclose

import pytest
from any_programs import answer

pytestmark = pytest.mark.usefixtures("with_patience")

RESIDUAL = """
import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(40, 3))
Y = np.sin(X.sum(axis=1, keepdims=True))
params = {"In": rng.normal(size=(3, 6)) * 0.5, "Mid": rng.normal(size=(6, 6)) * 0.4, "Out": np.ones((6, 1)) * 0.5}

def forward(x):
    first = np.tanh(x @ params["In"])
    second = first + np.tanh(first @ params["Mid"])
    return first, second, second @ params["Out"]

for epoch in range(20):
    first, second, out = forward(X)
    error = (out - Y) / len(X)
    back = error @ params["Out"].T
    inner = back * (1 - (second - first) ** 2)
    at_first = (back + inner @ params["Mid"].T) * (1 - first**2)
    grads = {"In": X.T @ at_first, "Mid": first.T @ inner, "Out": second.T @ error}
    for name in params:
        params[name] -= 0.3 * grads[name]
"""

MASKED = """
import numpy as np
np.random.seed(3)
X = np.random.randn(30, 4)
T = np.eye(3)[np.random.randint(0, 3, 30)]
V, W = np.random.randn(4, 8) * 0.4, np.random.randn(8, 3) * 0.4

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

for epoch in range(20):
    mask = (np.random.rand(8) < 0.75) / 0.75
    hidden = np.maximum(0, X @ V)
    dropped = hidden * mask
    P = softmax(dropped @ W)
    d = (P - T) / len(X)
    dh = (d @ W.T) * mask
    dh[hidden <= 0] = 0
    W -= 0.2 * dropped.T @ d
    V -= 0.2 * X.T @ dh
"""

SHARED = """
import numpy as np
rng = np.random.default_rng(1)
X, Y = rng.normal(size=(25, 3)), rng.random((25, 2))
into, again, out = rng.normal(size=(3, 4)) * 0.5, rng.normal(size=(4, 4)) * 0.5, rng.normal(size=(4, 2)) * 0.5

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

for epoch in range(60):
    h1 = sigmoid(X @ into)
    h2 = sigmoid(h1 @ again)
    h3 = sigmoid(h2 @ again)
    d4 = (h3 @ out - Y) / len(X)
    d3 = (d4 @ out.T) * h3 * (1 - h3)
    d2 = (d3 @ again.T) * h2 * (1 - h2)
    d1 = (d2 @ again.T) * h1 * (1 - h1)
    out = out - 0.2 * h3.T @ d4
    again = again - 0.2 * (h2.T @ d3 + h1.T @ d2)
    into = into - 0.2 * X.T @ d1
"""

MARGIN = """
import numpy as np
rng = np.random.default_rng(8)
points = rng.normal(size=(50, 2))
signs = np.where(points[:, 0] * points[:, 1] > 0, 1.0, -1.0)
W, c, v = rng.normal(size=(2, 9)), np.zeros(9), rng.normal(size=9) * 0.5

for epoch in range(30):
    for x, y in zip(points, signs):
        h = np.tanh(x @ W + c)
        score = h @ v
        if y * score < 1:
            slope = -y * v * (1 - h**2)
            v = v + 0.05 * y * h
            W = W - 0.05 * np.outer(x, slope)
            c = c - 0.05 * slope
"""

MARGINS = """
import numpy as np

class Classifier:
    def __init__(self, n_in, n_hidden, n_classes):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden) * 0.3, np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_classes) * 0.3, np.zeros(n_classes)

    def train(self, X, y, lr=0.1):
        every = np.arange(len(X))
        h = np.maximum(0, X @ self.W1 + self.b1)
        scores = h @ self.W2 + self.b2
        margins = np.maximum(0, scores - scores[every, y][:, None] + 1)
        margins[every, y] = 0
        d = (margins > 0).astype(float)
        d[every, y] = -d.sum(axis=1)
        d /= len(X)
        dh = (d @ self.W2.T) * (h > 0)
        self.W2 -= lr * h.T @ d
        self.b2 -= lr * d.sum(axis=0)
        self.W1 -= lr * X.T @ dh
        self.b1 -= lr * dh.sum(axis=0)
"""

HUBER = """
import numpy as np
rng = np.random.default_rng(6)
X = rng.uniform(-1, 1, (40, 2))
Y = X[:, :1] * X[:, 1:]
A, a, B, b = rng.normal(size=(2, 7)), np.zeros(7), rng.normal(size=(7, 1)), np.zeros(1)

def slope(error, delta=0.3):
    return np.where(np.abs(error) <= delta, error, delta * np.sign(error))

for epoch in range(20):
    h = np.tanh(X @ A + a)
    e = slope(h @ B + b - Y) / len(X)
    dh = (e @ B.T) * (1 - h * h)
    B -= 0.4 * h.T @ e
    b -= 0.4 * e.sum(axis=0)
    A -= 0.4 * X.T @ dh
    a -= 0.4 * dh.sum(axis=0)
"""

ONE_ROW = """
import numpy as np
rng = np.random.default_rng(2)
X, Y = rng.normal(size=(30, 3)), rng.random((30, 2))
theta = rng.normal(size=3 * 5 + 5 * 2) * 0.4

def gradient(theta, x, y):
    first, second = theta[:15].reshape(3, 5), theta[15:].reshape(5, 2)
    h = np.tanh(x @ first)
    d = 2 * (h @ second - y) / len(x)
    return np.concatenate([(x.T @ ((d @ second.T) * (1 - h**2))).ravel(), (h.T @ d).ravel()])

for epoch in range(20):
    theta = theta - 0.1 * gradient(theta, X, Y)
"""

GIVEN_TO_SCIPY = """
import numpy as np
from scipy import optimize

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def cost(params, n, h, k, X, y, lam):
    m = len(X)
    A, B = params[:h * (n + 1)].reshape(h, n + 1), params[h * (n + 1):].reshape(k, h + 1)
    first = np.hstack([np.ones((m, 1)), X])
    z = first @ A.T
    second = np.hstack([np.ones((m, 1)), sigmoid(z)])
    out = sigmoid(second @ B.T)
    Y = np.eye(k)[y]
    J = -np.sum(Y * np.log(out) + (1 - Y) * np.log(1 - out)) / m
    J += lam / (2 * m) * (np.sum(A[:, 1:] ** 2) + np.sum(B[:, 1:] ** 2))
    d3 = out - Y
    d2 = (d3 @ B[:, 1:]) * sigmoid(z) * (1 - sigmoid(z))
    GA = d2.T @ first / m
    GB = d3.T @ second / m
    GA[:, 1:] += lam / m * A[:, 1:]
    GB[:, 1:] += lam / m * B[:, 1:]
    return J, np.concatenate([GA.ravel(), GB.ravel()])

X, y = np.random.randn(50, 3), np.random.randint(0, 3, 50)
start = np.random.rand(5 * 4 + 3 * 6) - 0.5
found = optimize.minimize(cost, start, args=(3, 5, 3, X, y, 1.0), jac=True, method="TNC")
print(found.fun)
"""

LIKELY = """
import numpy as np
rng = np.random.default_rng(12)
X = rng.normal(size=(30, 3))
counts = rng.poisson(1.0, (30, 1)) * 0.5
first, second, past = [(0.5 * rng.normal(size=size)).astype(np.float32) for size in ((3, 5), (5, 1), (3, 1))]

for epoch in range(40):
    h = np.tanh(X @ first)
    rate = np.exp(h @ second + X @ past)
    likelihood = np.mean(counts * np.log(rate) - rate)
    d = (counts - rate) / len(X)
    dh = (d @ second.T) * (1 - h**2)
    second += 0.4 * h.T @ d
    past += 0.4 * X.T @ d
    first += 0.4 * X.T @ dh
"""

LASSO = """
import numpy as np
rng = np.random.default_rng(13)
X = rng.normal(size=(30, 3))
Y = np.cos(X[:, :1])
W1, b1 = rng.normal(size=(3, 5)) * 0.5, np.zeros(5)
W2, skip = rng.normal(size=(5, 1)) * 0.5, rng.normal(size=(3, 1)) * 0.3

for epoch in range(40):
    for start in range(0, len(X), 6):
        gW1, gb1, gW2, gskip = 0.02 * np.sign(W1), np.zeros(5), 0.02 * np.sign(W2), 0.02 * np.sign(skip)
        for x, y in zip(X[start : start + 6], Y[start : start + 6]):
            h = np.tanh(x @ W1 + b1)
            d = (h @ W2 + x @ skip - y) / 6
            dh = (W2 @ d) * (1 - h**2)
            gW2 = gW2 + np.outer(h, d)
            gskip = gskip + np.outer(x, d)
            gW1 = gW1 + np.outer(x, dh)
            gb1 = gb1 + dh
        W1, b1, W2, skip = W1 - 0.1 * gW1, b1 - 0.1 * gb1, W2 - 0.1 * gW2, skip - 0.1 * gskip
"""

SELDOM_MASKED = """
import numpy as np
rng = np.random.default_rng(5)
X, T = rng.normal(size=(30, 4)), rng.random((30, 2))
A, B, C = rng.normal(size=(4, 5)) * 0.5, rng.normal(size=(5, 2)) * 0.5, rng.normal(size=(4, 2)) * 0.5

for epoch in range(30):
    h = np.tanh(X @ A)
    keep = rng.random(h.shape) < 0.93
    d = ((h * keep) @ B + X @ C - T) / len(X)
    dh = (d @ B.T) * keep * (1 - h**2)
    B = B - 0.3 * (h * keep).T @ d
    C = C - 0.3 * X.T @ d
    A = A - 0.3 * X.T @ dh
"""

RIGHT = {
    "residual": (RESIDUAL, "the squared error"),
    "dropout": (MASKED, "cross-entropy"),
    "shared weights": (SHARED, "the squared error"),
    "hinge": (MARGIN, "the hinge loss"),
    "hinge of several classes": (MARGINS, "the hinge loss of several classes"),
    "Huber": (HUBER, "the Huber loss with 0.3"),
    "one row": (ONE_ROW, "the squared error"),
    "a likelihood made large": (LIKELY, "the log-likelihood that it computes"),
    "L1 penalty": (LASSO, "the squared error"),
    "dropout of few": (SELDOM_MASKED, "the squared error"),
    "steps by scipy": (GIVEN_TO_SCIPY, "the loss that it computes"),
}
WRONG = {  # old, new, groups that are wrong, whether a repair is found
    "residual, one way alone": (RESIDUAL, "(back + inner @ params", "(inner @ params", {"params['In']"}, False),
    "dropout, not on the way back": (MASKED, "(d @ W.T) * mask", "(d @ W.T)", {"V"}, True),
    "dropout, of what was not dropped": (MASKED, "dropped.T @ d", "hidden.T @ d", {"W"}, True),
    "shared weights, one use alone": (SHARED, "(h2.T @ d3 + h1.T @ d2)", "(h2.T @ d3)", {"again"}, False),
    "hinge, no slope": (MARGIN, "v * (1 - h**2)", "v", {"W", "c"}, False),
    "hinge of several classes, no slope": (MARGINS, " * (h > 0)", "", {"net.W1", "net.b1"}, True),
    "Huber, no slope": (HUBER, " * (1 - h * h)", "", {"A", "a"}, True),
    "Huber, bias by the mean": (HUBER, "a -= 0.4 * dh.sum(", "a -= 0.4 * dh.mean(", {"a"}, True),
    "steps by scipy, a penalty": (GIVEN_TO_SCIPY, "GA[:, 1:] += lam / m", "GA[:, 1:] += lam", {"theta"}, True),
    "dropout of few, not on the way back": (SELDOM_MASKED, "B.T) * keep", "B.T)", {"A"}, True),
    "one row, one part of it": (ONE_ROW, "(1 - h**2)", "(1 - h)", {"theta"}, True),
}


@pytest.mark.parametrize("kind", RIGHT)
def test_right_programs_without_layers_are_right(kind, tmp_path):
    text, loss = RIGHT[kind]
    found = answer(tmp_path, text)
    assert found.ok and f"Every gradient is right, for {loss}." in found.message, found.message


def unlike_most(constants):
    """The names whose constant is not the one that most have; of two, the last."""
    shared = {
        n: sum(isclose(c, o, rel_tol=1e-4) for o in constants.values() if o != "wrong")
        for n, c in constants.items()
        if c != "wrong"
    }
    most = constants[max(reversed(shared), key=shared.get)]
    return {name for name, c in constants.items() if c == "wrong" or not isclose(c, most, rel_tol=1e-4)}


SOONER = "dropout, not on the way back", "one row, one part of it"  # the others are slow


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[] if kind in SOONER else [pytest.mark.slow]) for kind in WRONG]
)
def test_wrong_programs_without_layers_are_located(kind, tmp_path):
    text, old, new, groups, is_mended = WRONG[kind]
    assert text.count(old) == 1
    found = answer(tmp_path, text.replace(old, new), repairing=True)
    assert found.ok is False, found.message
    assert {re.sub(r"\[\d+\]$", "", name) for name in unlike_most(found.groups)} == groups, found.message
    line = 1 + text[: text.index(old)].count("\n")
    assert any(repair.line in range(line, line + 4) for repair in found.repairs) or not is_mended, found.message
    assert found.line in range(line, line + 4)  # the step of the next lines may be mended, too


def test_margins_that_are_not_asked_for_are_not_right(tmp_path):
    found = answer(tmp_path, MARGINS.replace("(margins > 0).astype(float)", "(scores != 0).astype(float)"))
    assert found.ok is not True, found.message


@pytest.mark.slow
def test_gradients_are_given_to_other_functions_of_scipy_too(tmp_path):
    text = GIVEN_TO_SCIPY.replace("from scipy import optimize", "import scipy.optimize as op")
    begin = text.index("found =")
    numbers = "3, 5, 3, X, y, 1.0"
    text = (
        text[:begin] + f"op.fmin_cg(lambda p: cost(p, {numbers})[0], start, fprime=lambda p: cost(p, {numbers})[1])\n"
    )
    assert answer(tmp_path, text).ok
    found = answer(tmp_path, text.replace("1 - sigmoid(z)", "1 + sigmoid(z)"), repairing=True)
    line = 1 + text[: text.index("d2 =")].count("\n")
    assert found.ok is False and [repair.line for repair in found.repairs] == [line], found.message
    assert "of program.py" not in found.message and "optimize.py" not in found.message


def test_a_likelihood_goes_up_and_not_down(tmp_path):
    found = answer(tmp_path, LIKELY.replace("+= 0.4", "-= 0.4"))
    assert found.ok is False and found.mistakes == ["L2"], found.message


def test_gradients_are_not_kept_for_the_next_batch(tmp_path):
    line = next(line for line in LASSO.splitlines() if "gW1, gb1, gW2, gskip =" in line)
    kept = LASSO.replace(line, "").replace(
        "    for start", "    gW1, gb1, gW2, gskip = 0.0, 0.0, 0.0, 0.0\n    for start"
    )
    found = answer(tmp_path, kept)
    assert found.ok is False and found.mistakes == ["B8"] and found.line == 17, found.message


def test_what_a_loop_steps_is_not_taken_for_data(tmp_path):
    text = """
import numpy as np
rng = np.random.default_rng(9)
X = rng.normal(size=(20, 3, 2))
Y = np.tanh(X.sum(axis=(1, 2)))[:, None]
Wx, Wh, Wy = rng.normal(size=(2, 5)) * 0.5, rng.normal(size=(5, 5)) * 0.4, rng.normal(size=(5, 1)) * 0.5

for epoch in range(20):
    states = [np.zeros((20, 5))]
    for t in range(3):
        states.append(np.tanh(X[:, t] @ Wx + states[-1] @ Wh))
    d = (states[-1] @ Wy - Y) / len(X)
    dh, gx, gh = d @ Wy.T, np.zeros_like(Wx), np.zeros_like(Wh)
    for t in (2, 1, 0):
        dz = dh * (1 - states[t + 1] ** 2)
        gx += X[:, t].T @ dz
        gh += states[t].T @ dz
        dh = dz @ Wh.T
    Wx -= 0.1 * gx
    Wh -= 0.1 * gh
    Wy -= 0.1 * (states[0] + 1).T @ d
"""
    assert answer(tmp_path, text).ok is not True


def test_a_bias_that_is_stepped_and_not_added_is_told(tmp_path):
    text = """
import numpy as np
rng = np.random.default_rng(14)
X = rng.normal(size=(30, 3))
Y = np.cos(X[:, :1])
W1, b1 = rng.normal(size=(3, 5)) * 0.5, np.zeros(5)
W2, skip = rng.normal(size=(5, 1)) * 0.5, rng.normal(size=(3, 1)) * 0.3

for epoch in range(40):
    h = np.tanh(X @ W1)
    d = (h @ W2 + X @ skip - Y) / len(X)
    dh = (d @ W2.T) * (1 - h**2)
    W2 = W2 - 0.1 * h.T @ d
    skip = skip - 0.1 * X.T @ d
    W1 = W1 - 0.1 * X.T @ dh
    b1 = b1 - 0.1 * dh.sum(axis=0)
"""
    found = answer(tmp_path, text)
    assert found.ok is False and found.first_wrong == "b1", found.message
    assert "Nothing that is computed depends on `b1`." in found.message
    assert answer(tmp_path, text.replace("X @ W1)", "X @ W1 + b1)")).ok
