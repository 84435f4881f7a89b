"""Programs whose first step says little: clipped, with rates of their own, with a bias or a slope beside the layers."""

import pytest
from any_programs import answer

pytestmark = pytest.mark.usefixtures("with_patience")

REGRESSION = """
import numpy as np
np.random.seed(1)
X = np.linspace(-2, 2, 20).reshape(-1, 1)
Y = np.sin(X) * 3
W1 = np.random.randn(1, 6); b1 = np.zeros((1, 6))
W2 = np.random.randn(6, 1); b2 = np.zeros((1, 1))
lr = 0.05
for epoch in range(50):
    z = X @ W1 + b1
    h = np.tanh(z)
    out = h @ W2 + b2
    d2 = (out - Y) / len(X)
    dW2 = h.T @ d2
    db2 = d2.sum(axis=0, keepdims=True)
    d1 = d2 @ W2.T * (1 - h ** 2)
    dW1 = X.T @ d1
    db1 = d1.sum(axis=0, keepdims=True)
    W2 -= lr * dW2
    b2 -= lr * db2
    W1 -= lr * dW1
    b1 -= lr * db1
"""
FIRST_STEP = "    W2 -= lr * dW2\n"
CLIPPED = f"    dW1, db1, dW2, db2 = [np.clip(g, -0.2, 0.2) for g in (dW1, db1, dW2, db2)]\n{FIRST_STEP}"
ERROR = "(out - Y) / len(X)"
HUBER = "np.where(np.abs(out - Y) <= 1.5, out - Y, 1.5 * np.sign(out - Y)) / len(X)"
LEARNED_SLOPE = [
    ("h = np.tanh(z)", "h = np.where(z > 0, z, alpha * z)"),
    ("(1 - h ** 2)", "np.where(z > 0, 1, alpha)"),
    ("lr = 0.05", "lr = 0.05\nalpha = 0.25"),
    (FIRST_STEP, f"    dalpha = (d2 @ W2.T * np.where(z > 0, 0, z)).sum()\n    alpha -= lr * dalpha\n{FIRST_STEP}"),
]
VELOCITY = [
    ("    z = X @ W1 + b1", "    v1, v2 = np.zeros_like(W1), np.zeros_like(W2)\n    z = X @ W1 + b1"),
    (FIRST_STEP, "    v2 = 0.9 * v2 + dW2\n    W2 -= lr * v2\n"),
    ("    W1 -= lr * dW1\n", "    v1 = 0.9 * v1 + dW1\n    W1 -= lr * v1\n"),
]


def changed(*replacements):
    text = REGRESSION
    for old, new in replacements:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def line_with(text, part):
    return 1 + text[: text.index(part)].count("\n")


CHOICES = {
    "clipped": ([(FIRST_STEP, CLIPPED)], "Its gradients are clipped, each array by itself: no step goes beyond 0.01."),
    "clipped far away": (
        [(FIRST_STEP, CLIPPED.replace("0.2", "5.0"))],
        "Its gradients are clipped, each array by itself: no step goes beyond 0.25.",
    ),
    "two named rates": (
        [("lr * dW1", "slow * dW1"), ("lr * db1", "slow * db1"), ("lr = 0.05", "lr = 0.05\nslow = 0.01")],
        "is taken 0.2 times for `W1` and `b1`: a choice.",
    ),
    "rates written out": (
        [("lr * dW1", "0.1 * dW1"), ("lr * db1", "0.1 * db1"), ("lr * dW2", "0.01 * dW2"), ("lr * db2", "0.01 * db2")],
        "is taken 10 times for `W1` and `b1`: a choice.",
    ),
    "rates in a dict": (
        [
            ("lr = 0.05", "rates = {'W1': 0.1, 'b1': 0.1, 'W2': 0.05, 'b2': 0.05}"),
            *((f"lr * d{name}", f"rates['{name}'] * d{name}") for name in ("W1", "b1", "W2", "b2")),
        ],
        "is taken 2 times for `W1` and `b1`: a choice.",
    ),
    "a rate for biases": (
        [("lr * db1", "lr * 0.1 * db1"), ("lr * db2", "lr * 0.1 * db2")],
        "is taken 0.1 times for `b1` and `b2`: a choice.",
    ),
    "Huber, far from the labels": ([(ERROR, HUBER)], "Every gradient is right, for the Huber loss with 1.5."),
    "each array clipped by its norm": (
        [(FIRST_STEP, CLIPPED.replace("np.clip(g, -0.2, 0.2)", "g * min(1, 0.1 / np.linalg.norm(g))"))],
        "Its gradients are clipped, each array by itself: no step goes beyond 0.005.",
    ),
    "weights clipped alone": (
        [(FIRST_STEP, "    dW1, dW2 = np.clip(dW1, -0.2, 0.2), np.clip(dW2, -0.3, 0.3)\n" + FIRST_STEP)],
        "Its gradients are clipped, each array by itself: no step goes beyond 0.015.",
    ),
    "twice the rate for biases": (
        [("lr * db1", "2 * lr * db1"), ("lr * db2", "2 * lr * db2")],
        "is taken 2 times for `b1` and `b2`: a choice.",
    ),
    "a rate in brackets for one layer": (
        [("lr * dW2", "(2 * lr) * dW2"), ("lr * db2", "(2 * lr) * db2")],
        "is taken 0.5 times for `W1` and `b1`: a choice.",
    ),
    "a slope that is learned": (LEARNED_SLOPE, "So I moved `W1`, `b1`, `W2`, `b2` and `alpha` a little"),
}


SOONER = (
    "clipped",
    "rates written out",
    "Huber, far from the labels",
    "a rate in brackets for one layer",
)  # the others are slow
SOONER += "a hidden bias that is never added", "errors of one side alone", "momentum that forgets"


def sooner_or_later(kinds):
    return [pytest.param(kind, marks=[] if kind in SOONER else [pytest.mark.slow]) for kind in kinds]


@pytest.mark.parametrize("kind", sooner_or_later(CHOICES))
def test_choices_beyond_the_first_step_are_right(kind, tmp_path):
    replacements, told = CHOICES[kind]
    found = answer(tmp_path, changed(*replacements))
    assert found.ok and told in " ".join(found.message.split()), found.message


def test_a_rate_in_brackets_for_weights_alone_may_be_a_mistake(tmp_path):
    found = answer(tmp_path, changed(("lr * dW2", "(2 * lr) * dW2")))
    assert found.ok is None and "whether that is meant" in " ".join(found.message.split()), found.message


BESIDE = ("lr = 0.05", "lr, rates, dropout_rate = 0.05, [0.1, 0.05], 0.1")  # numbers that are the rate of no step
TWICE = ("dW1 = X.T", "dW1 = 2 * X.T")
CLIPPED_ONLY_UPWARDS = [(ERROR, "np.clip(out - Y, 0, 9) / len(X)")]
WRONG = {  # changes, part of the line
    "clipped, with another slope": ([(FIRST_STEP, CLIPPED), ("(1 - h ** 2)", "(1 - h)")], ""),
    "errors of one side alone": (CLIPPED_ONLY_UPWARDS, ""),
    "a rate that comes twice": ([("W2.T * (1 - h ** 2)", "W2.T * (1 - h ** 2) * lr")], ""),
    "two rates, and a count": (
        [
            ("lr * dW1", "slow * dW1"),
            ("lr * db1", "slow * db1"),
            ("lr = 0.05", "lr = 0.05\nslow = 0.01"),
            ("X.T @ d1", "X.T @ d1 / len(X)"),
        ],
        "dW1 = X.T",
    ),
    "a hidden bias that is never added": ([("X @ W1 + b1", "X @ W1")], "z = X @ W1"),
    "a last bias that is never added": ([("h @ W2 + b2", "h @ W2")], "out = h @ W2"),
    "a slope that is learned otherwise": (
        [*LEARNED_SLOPE[:3], (LEARNED_SLOPE[3][0], LEARNED_SLOPE[3][1].replace("0, z)", "0, h)"))],
        "dalpha =",
    ),
    "twice, beside other rates": ([BESIDE, TWICE], "dW1 ="),
    "twice, with rates of a list": (
        [BESIDE, TWICE, *((f"lr * d{name}", f"rates[1] * d{name}") for name in ("W1", "b1", "W2", "b2"))],
        "dW1 =",
    ),
    "a slope that is wrong, beside a rate in brackets": (
        [("lr * dW2", "(2 * lr) * dW2"), ("lr * db2", "(2 * lr) * db2"), (" * (1 - h ** 2)", "")],
        "d1 = d2",
    ),
    "a rate twice in one step": ([("lr * db1", "lr * lr * db1")], ""),
    "half in one layer": ([("lr * dW2", "0.5 * lr * dW2"), ("lr * db2", "0.5 * lr * db2")], ""),
    "momentum that forgets": (VELOCITY, "v1, v2 = np.zeros_like(W1)"),
    "a learned slope that is called s_neg": (
        [*LEARNED_SLOPE[:3], (LEARNED_SLOPE[3][0], LEARNED_SLOPE[3][1].replace("0, z)", "0, h)"))],
        "dalpha =",
    ),
}


@pytest.mark.parametrize("kind", sooner_or_later(WRONG))
def test_mistakes_beyond_the_first_step_are_found(kind, tmp_path):
    replacements, part = WRONG[kind]
    text = changed(*replacements)
    found = answer(tmp_path, text.replace("alpha", "s_neg") if "s_neg" in kind else text)
    assert found.ok is False, found.message
    assert not part or found.line == line_with(text, part), found.message


def test_a_bias_that_is_never_added_has_a_name(tmp_path):
    found = answer(tmp_path, changed(("X @ W1 + b1", "X @ W1")))
    assert found.mistakes == ["F1"] and found.first_wrong == "b1", found.message
    assert "Nothing that is computed depends on `b1`, though each step changes it." in " ".join(found.message.split())


@pytest.mark.parametrize(("below", "told"), [("-1.0", True), ("-0.5", False)])
def test_an_absolute_error_is_equal_on_both_sides(below, told, tmp_path):
    found = answer(tmp_path, changed((ERROR, f"np.where(out > Y, 1.0, {below}) / len(X)")))
    assert found.ok is (told or None), found.message


def test_what_is_no_momentum_forgets_nothing(tmp_path):
    count = "    seen = 0\n    seen = seen * 3\n    gap = 0 - lr\n    gap = 0.5 * gap + lr\n"
    assert answer(tmp_path, changed((FIRST_STEP, count + FIRST_STEP))).ok


def test_weights_made_small_at_the_start_are_no_rate(tmp_path):
    text = changed(("lr = 0.05", "lr = 0.05\nW1 *= 0.1"), ("X.T @ d1", "X.T @ d1 * 0.1"))
    found = answer(tmp_path, text)
    assert found.ok is False and found.line == line_with(text, "dW1 = X.T"), found.message


def test_a_penalty_does_not_hide_the_limit_of_a_loss(tmp_path):
    limited = (ERROR, "np.clip(out - Y, -1.5, 1.5) / len(X)")
    text = changed(
        limited, ("dW2 = h.T @ d2", "dW2 = h.T @ d2 + 0.01 * W2"), ("dW1 = X.T @ d1", "dW1 = X.T @ d1 + 0.01 * W1")
    )
    found = answer(tmp_path, text)
    assert found.ok and "Huber loss with 1.5" in found.message, found.message


def test_momentum_that_goes_on_does_not_forget(tmp_path):
    begun, *steps = VELOCITY
    once = ("lr = 0.05", f"lr = 0.05\n{begun[1].splitlines()[0].strip()}")
    assert answer(tmp_path, changed(once, *steps)).ok


@pytest.mark.parametrize("part", ["1.5 * np.sign(Y - out)", "np.sign(out - Y)"])
def test_a_loss_that_is_unknown_far_away_is_not_called_right(part, tmp_path):
    found = answer(tmp_path, changed((ERROR, HUBER.replace("1.5 * np.sign(out - Y)", part))))
    assert found.ok is None and "Far from them it takes other steps" in " ".join(found.message.split()), found.message


CLASSES = """
import math, random

def zeros(rows, cols):
    return [[0.0] * cols for _ in range(rows)]

class Net:
    def __init__(self, ins, hidden, outs):
        self.first = [[random.uniform(-1, 1) for _ in range(ins + 1)] for _ in range(hidden)]
        self.second = [[random.uniform(-1, 1) for _ in range(hidden + 1)] for _ in range(outs)]

    def learn(self, batch, lr):
        gh, go = zeros(len(self.first), len(self.first[0])), zeros(len(self.second), len(self.second[0]))
        for x, label in batch:
            xb = list(x) + [1.0]
            hb = [math.tanh(sum(w * v for w, v in zip(row, xb))) for row in self.first] + [1.0]
            ex = [math.exp(sum(w * v for w, v in zip(row, hb))) for row in self.second]
            p = [e / sum(ex) for e in ex]
            d = [p[k] - (1.0 if k == label else 0.0) for k in range(len(p))]
            for k in range(len(d)):
                for j in range(len(hb)):
                    go[k][j] += d[k] * hb[j]
            for j in range(len(self.first)):
                back = sum(d[k] * self.second[k][j] for k in range(len(d))) * (1.0 - hb[j] ** 2)
                for i in range(len(xb)):
                    gh[j][i] += back * xb[i]
        for w, g in ((self.first, gh), (self.second, go)):
            for r in range(len(w)):
                for c in range(len(w[r])):
                    w[r][c] -= lr * g[r][c] / len(batch)

random.seed(2)
data = []
for _ in range(30):
    x, y = random.uniform(-1, 1), random.uniform(-1, 1)
    data.append(((x, y), 0 if x < 0 else 1 if y < 0 else 2))
net = Net(2, 4, 3)
for epoch in range(20):
    for i in range(0, 30, 10):
        net.learn(data[i:i + 10], 0.4)
"""


def test_pairs_hold_classes(tmp_path):
    found = answer(tmp_path, CLASSES)
    assert found.ok and found.network["loss"] == "ce" and found.network["sizes"] == [2, 4, 3], found.message


@pytest.mark.slow
def test_rows_that_a_function_shares_are_found(tmp_path):
    found = answer(tmp_path, CLASSES.replace("[[0.0] * cols for _ in range(rows)]", "[[0.0] * cols] * rows"))
    assert found.ok is False and found.repairs[0].new == "return [[0.0] * cols for _ in range(rows)]", found.message


def test_a_bias_that_never_learns_is_known_in_other_languages(tmp_path):
    text = changed(("    b1 -= lr * db1\n", ""), ("    b2 -= lr * db2\n", ""))
    found = answer(tmp_path, text.replace("b1", "biais").replace("b2", "umbral2"))
    assert found.ok is False and found.mistakes[0] == "Bi1", found.message
