"""A network whose loss holds a penalty, and whose batches are drawn at random: as courses on vision teach it."""

# ruff: noqa: E501 - the lines are as long as their authors write them

import pytest
from any_programs import answer
from test_fresh_programs import changed, line_with

pytestmark = pytest.mark.usefixtures("with_patience")

TWO_LAYERS = """
import numpy as np

class TwoLayers:
    def __init__(self, ins, hid, outs):
        self.params = {"W1": 0.1 * np.random.randn(ins, hid), "b1": np.zeros(hid), "W2": 0.1 * np.random.randn(hid, outs), "b2": np.zeros(outs)}

    def loss(self, X, y, reg):
        W1, b1, W2, b2 = (self.params[k] for k in ("W1", "b1", "W2", "b2"))
        n = len(X)
        h = np.maximum(0, X @ W1 + b1)
        scores = h @ W2 + b2
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(n), y]).mean()
        loss += reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
        d = p.copy()
        d[np.arange(n), y] -= 1
        d /= n
        grads = {}
        grads["W2"] = h.T @ d + 2 * reg * W2
        grads["b2"] = d.sum(axis=0)
        dh = (d @ W2.T) * (h > 0)
        grads["W1"] = X.T @ dh + 2 * reg * W1
        grads["b1"] = dh.sum(axis=0)
        return loss, grads

    def train(self, X, y, rate=0.5, rate_decay=0.9, reg=5e-2, steps=40, batch_size=10):
        for step in range(steps):
            idx = np.random.choice(len(X), batch_size)
            loss, grads = self.loss(X[idx], y[idx], reg)
            for k in self.params:
                self.params[k] -= rate * grads[k]
            if step % 10 == 0:
                rate *= rate_decay
                print(step, loss)

X = np.random.randn(30, 4)
y = np.argmax(X[:, :3], axis=1)
net = TwoLayers(4, 6, 3)
net.train(X, y)
"""


def test_batches_that_are_drawn_at_random_are_right(tmp_path):
    found = answer(tmp_path, TWO_LAYERS)
    assert found.ok, found.message
    assert "Each step also takes 0.1 times the weights off" in found.message
    assert "Each turn draws its examples at random: one may come several times." in found.message


@pytest.mark.parametrize(
    "parts, first, part, told",
    [
        (["W1"], "W1", 'grads["W1"] =', "adds 0.05 times the squares of `net.params['W1']`. Its gradient lacks"),
        (["W1", "W2"], "W2", 'grads["W2"] =', "squares of `net.params['W1']` and `net.params['W2']`. Their gradients"),
    ],
)
def test_a_penalty_that_a_gradient_lacks_is_told_with_its_line(tmp_path, parts, first, part, told):
    text = changed(TWO_LAYERS, *((f" + 2 * reg * {name}", "") for name in parts))
    found = answer(tmp_path, text)
    assert found.outcome == "wrong" and found.line == line_with(text, part) and found.first_wrong == first
    assert told in " ".join(found.message.split()), found.message


def test_the_line_is_that_of_the_gradient_whatever_the_rate_and_the_batch(tmp_path):
    text = changed(TWO_LAYERS, (" + 2 * reg * W1", ""), ("rate=0.5", "rate=0.1"), ("batch_size=10", "batch_size=20"))
    assert answer(tmp_path, text).line == line_with(text, 'grads["W1"] =')


@pytest.mark.parametrize("change", [("reg=5e-2", "reg=0.0"), ("reg * (np.sum", "0.0 * (np.sum")])
def test_a_penalty_that_is_none_is_not_missed(tmp_path, change):
    text = changed(TWO_LAYERS, change, (" + 2 * reg * W1", ""), (" + 2 * reg * W2", ""))
    assert answer(tmp_path, text).ok


@pytest.mark.parametrize("reg", ["5e-2", "0.0"])
def test_beside_weight_decay_a_mistake_has_its_name_and_its_repair(tmp_path, reg):
    text = changed(TWO_LAYERS, (" * (h > 0)", ""), ("reg=5e-2", f"reg={reg}"))
    found = answer(tmp_path, text, repairing=True)
    line = line_with(text, "dh = (d @ W2.T)")
    assert found.outcome == "wrong" and "A1" in found.mistakes and found.line == line, found.message
    assert [repair.line for repair in found.repairs] == [line] and "(h > 0)" in found.repairs[0].new


def test_hidden_weights_in_french_are_no_cache(tmp_path):
    names = {"self.params": "self.poids", '"W1"': '"poids_cache"', '"W2"': '"poids_sortie"'}
    text = TWO_LAYERS
    for old, new in names.items():
        text = text.replace(old, new)
    found = answer(tmp_path, text)
    assert found.ok and "`net.poids['poids_cache']`" in found.message


WATCHED = changed(
    TWO_LAYERS,
    (" + 2 * reg * W1", ""),
    (" + 2 * reg * W2", ""),
    ("loss += reg * (np.sum(W1 * W1) + np.sum(W2 * W2))", "self.size = reg * (np.sum(W1 * W1) + np.sum(W2 * W2))"),
)
SOMETIMES = changed(
    TWO_LAYERS,
    (" + 2 * reg * W1", ""),
    (" + 2 * reg * W2", ""),
    (
        "            if step % 10",
        "            if step % 5 == 4:\n                for k in ('W1', 'W2'):\n                    self.params[k] -= 10 * rate * reg * self.params[k]\n            if step % 10",
    ),
)
AFTER = changed(
    TWO_LAYERS,
    (" + 2 * reg * W1", ""),
    (" + 2 * reg * W2", ""),
    (
        "            if step % 10",
        "            for k in ('W1', 'W2'):\n                self.params[k] *= 1 - 2 * rate * reg\n            if step % 10",
    ),
)


@pytest.mark.parametrize("text", [WATCHED, SOMETIMES, AFTER], ids=["watched", "sometimes", "after the step"])
def test_squares_that_are_watched_and_decay_outside_the_step_are_right(tmp_path, text):
    found = answer(tmp_path, text)
    assert found.ok, found.message
    assert ("Each step also takes" in found.message) == (text is AFTER)


def test_a_penalty_is_found_whatever_its_factor_is_called(tmp_path):
    text = changed(TWO_LAYERS, (" + 2 * reg * W1", ""), (" + 2 * reg * W2", "")).replace("reg", "beta")
    found = answer(tmp_path, text)
    assert found.outcome == "wrong" and found.first_wrong == "W2", found.message
