"""Programs whose mistake shows only in several examples or steps, or stands far from where its numbers appear."""

import pytest
from any_programs import answer
from test_found_programs import with_change

pytestmark = pytest.mark.usefixtures("with_patience")

WITH_A_BAR = """
    import numpy as np
    from tqdm import tqdm

    class Classifier:
        def __init__(self, ins, hidden, outs):
            self.A, self.a = np.random.randn(ins, hidden) * 0.7, np.zeros((1, hidden))
            self.B, self.b = np.random.randn(hidden, outs) * 0.7, np.zeros((1, outs))

        def pass_on(self, X):
            self.h = np.maximum(0.0, X @ self.A + self.a)
            self.o = 1.0 / (1.0 + np.exp(-(self.h @ self.B + self.b)))
            return self.o

        def backward(self, X, y, out, lr):
            d_o = out - y
            d_h = d_o @ self.B.T * (self.h > 0)
            self.B -= lr * self.h.T @ d_o
            self.b -= lr * d_o.sum(axis=0, keepdims=True)
            self.A -= lr * X.T @ d_h
            self.a -= lr * d_h.sum(axis=0, keepdims=True)

        def train(self, X, y, epochs, lr):
            bar = tqdm(range(epochs), desc="training")
            for epoch in bar:
                out = self.pass_on(X)
                self.backward(X, y, out, lr)
                bar.set_postfix(error=float(np.abs(out - y).mean()))
                tqdm.write("done")

        def predict(self, X):
            return (self.pass_on(X) > 0.5).astype(int)
"""


def test_a_bar_that_is_written_to_keeps_no_program_from_running(tmp_path):
    found = answer(tmp_path, WITH_A_BAR)
    assert found.outcome == "right", found.message


def test_a_step_on_rounded_outputs_is_ours_and_blames_nobody(tmp_path):
    found = answer(tmp_path, with_change(WITH_A_BAR, "out = self.pass_on(X)\n", "out = self.not_here(X)\n"))
    assert found.outcome == "not reached", found.message


ONES_BESIDE = """
    import numpy as np

    def with_ones(rows):
        return np.hstack([rows, np.ones((len(rows), 1))])

    class TwoLayers:
        def __init__(self, ins, hidden, outs):
            self.first = np.random.uniform(-1, 1, (ins + 1, hidden))
            self.last = np.random.uniform(-1, 1, (hidden + 1, outs))

        def outputs(self, rows):
            middle = with_ones(np.tanh(with_ones(rows) @ self.first))
            return middle, np.tanh(middle @ self.last)

        def fit(self, X, T, rate=0.1, epochs=50):
            longer = with_ones(X)
            for epoch in range(epochs):
                middle, out = self.outputs(X)
                for k in range(len(X)):
                    d_out = (out[k] - T[k]) * (1 - out[k] ** 2)
                    d_middle = self.last[:-1] @ d_out * (1 - middle[k, :-1] ** 2)
                    self.last -= rate * np.outer(middle[k], d_out)
                    self.first -= rate * np.outer(longer[k], d_middle)

    X = np.random.RandomState(1).normal(size=(30, 2))
    T = np.tanh(X @ np.array([[1.0, 0.3, 0.1], [0.2, -1.0, 0.4]]))
    TwoLayers(2, 4, 3).fit(X, T)
"""
STALE = "middle, out = self.outputs(X)\n                for k in range(len(X)):\n                    d_out"
FRESH = "for k in range(len(X)):\n                    middle, out = self.outputs(X)\n                    d_out"


def test_data_with_ones_made_before_the_loop_are_not_blamed(tmp_path):
    found = answer(tmp_path, with_change(ONES_BESIDE, STALE, FRESH))
    assert found.outcome == "right", found.message


def test_outputs_from_before_all_steps_are_wrong_and_mended(tmp_path):
    found = answer(tmp_path, ONES_BESIDE, repairing=True)
    assert found.outcome == "wrong", found.message
    assert found.line == 1 + ONES_BESIDE[: ONES_BESIDE.index("middle, out = self")].count("\n"), found.message
    assert [repair.new.startswith("moved into the loop") for repair in found.repairs] == [True], found.message


IN_BATCHES = """
    import numpy as np

    rng = np.random.default_rng(4)
    points = rng.normal(size=(60, 2))
    wanted = np.stack([points[:, 0] * points[:, 1] > 0, points[:, 0] > 0.2], axis=1).astype(float)
    size, rate = 12, 0.4

    def squash(z):
        return 1.0 / (1.0 + np.exp(-z))

    U, u = rng.normal(size=(2, 5)), np.zeros(5)
    V, v = rng.normal(size=(5, 2)), np.zeros(2)

    for epoch in range(20):
        order = rng.permutation(len(points))
        SUMS
        for start in range(0, len(order), size):
            part = order[start:start + size]
            INNER
            for x, y in zip(points[part], wanted[part]):
                h = squash(x @ U + u)
                o = squash(h @ V + v)
                d_o = (o - y) * o * (1 - o)
                d_h = V @ d_o * h * (1 - h)
                gV += np.outer(h, d_o) / len(part)
                gv += d_o / len(part)
                gU += np.outer(x, d_h) / len(part)
                gu += d_h / len(part)
            V -= rate * gV
            v -= rate * gv
            U -= rate * gU
            u -= rate * gu
"""
BEGUN = "gU, gu, gV, gv = np.zeros((2, 5)), np.zeros(5), np.zeros((5, 2)), np.zeros(2)"
LATE = IN_BATCHES.replace("SUMS", BEGUN).replace("            INNER\n", "")
SOON = IN_BATCHES.replace("        SUMS\n", "").replace("INNER", BEGUN)


def line_of(text, part):
    assert text.count(part) == 1
    return 1 + text[: text.index(part)].count("\n")


def test_sums_that_begin_anew_in_each_epoch_only_are_wrong(tmp_path):
    found = answer(tmp_path, LATE, repairing=True)
    assert found.outcome == "wrong" and found.mistakes == ["B8"], found.message
    assert found.line == line_of(LATE, BEGUN), found.message
    assert [repair.new.startswith("moved into the loop") for repair in found.repairs] == [True]


def test_sums_that_begin_anew_in_each_batch_are_right(tmp_path):
    found = answer(tmp_path, SOON)
    assert found.outcome == "right", found.message


@pytest.mark.parametrize("share", ["0.9", "0.5"])
def test_a_speed_that_goes_on_from_batch_to_batch_is_a_choice(share, tmp_path):
    text = SOON.replace("for epoch in", "sU, su, sV, sv = 0 * U, 0 * u, 0 * V, 0 * v\n    for epoch in")
    for name in ("V", "v", "U", "u"):
        old = f"{name} -= rate * g{name}\n"
        text = with_change(text, old, f"s{name} = {share} * s{name} + g{name}\n            {name} -= rate * s{name}\n")
    found = answer(tmp_path, text)
    assert found.outcome == "right", found.message


ONE_BY_ONE = """
    import numpy as np

    class Layer:
        def __init__(self, ins, outs):
            self.W, self.b = np.random.randn(ins, outs) * 0.8, np.zeros(outs)
            self.clear()

        def clear(self):
            self.gW, self.gb = np.zeros_like(self.W), np.zeros_like(self.b)

        def pass_on(self, x):
            self.x, self.a = x, np.tanh(x @ self.W + self.b)
            return self.a

        def back(self, g):
            d = g * (1 - self.a ** 2)
            self.gW += np.outer(self.x, d)
            self.gb += d
            return self.W @ d

    layers = [Layer(2, 4), Layer(4, 1)]
    xs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    ts = np.array([[-0.9], [0.9], [0.9], [-0.9]])
    for epoch in range(20):
        AT_ONCE
        for x, t in zip(xs, ts):
            EACH
            out = x
            for layer in layers:
                out = layer.pass_on(out)
            back = out - t
            for layer in reversed(layers):
                back = layer.back(back)
            for layer in layers:
                layer.W -= 0.2 * layer.gW
                layer.b -= 0.2 * layer.gb
"""
CLEARED = "for layer in layers: layer.clear()"


def test_gradients_cleared_once_for_all_examples_are_wrong(tmp_path):
    text = ONE_BY_ONE.replace("AT_ONCE", CLEARED).replace("            EACH\n", "")
    found = answer(tmp_path, text, repairing=True)
    assert found.outcome == "wrong" and found.mistakes == ["B8"], found.message
    assert found.line in (line_of(text, CLEARED), line_of(text, "self.gW +="), line_of(text, "self.gb +="))
    found = answer(tmp_path, ONE_BY_ONE.replace("EACH", CLEARED).replace("        AT_ONCE\n", ""))
    assert found.outcome == "right", found.message


WITH_MOMENTUM = """
    import math
    import random

    class Teachable:
        def __init__(self, n_in, n_hid, n_out, rate=0.4, momentum=0.5):
            self.rate, self.momentum = rate, momentum
            self.wh = [[random.uniform(-1, 1) for _ in range(n_in + 1)] for _ in range(n_hid)]
            self.wo = [[random.uniform(-1, 1) for _ in range(n_hid + 1)] for _ in range(n_out)]
            self.last_h = [[0.0] * (n_in + 1) for _ in range(n_hid)]
            self.last_o = [[0.0] * (n_hid + 1) for _ in range(n_out)]
            self.err_h = [0.0] * n_hid
            self.err_o = [0.0] * n_out

        def ask(self, row):
            self.row = list(row) + [1.0]
            self.h = [1 / (1 + math.exp(-sum(w * v for w, v in zip(ws, self.row)))) for ws in self.wh] + [1.0]
            self.o = [1 / (1 + math.exp(-sum(w * v for w, v in zip(ws, self.h)))) for ws in self.wo]
            return self.o

        def teach(self, row, target):
            self.ask(row)
            for k in range(len(self.o)):
                self.err_o[k] = (target[k] - self.o[k]) * self.o[k] * (1 - self.o[k])
            for j in range(len(self.err_h)):
                for k in range(len(self.o)):
                    self.err_h[j] += self.err_o[k] * self.wo[k][j]
                self.err_h[j] *= self.h[j] * (1 - self.h[j])
            for k in range(len(self.o)):
                for j in range(len(self.h)):
                    self.last_o[k][j] = self.rate * self.err_o[k] * self.h[j] + self.momentum * self.last_o[k][j]
                    self.wo[k][j] += self.last_o[k][j]
            for j in range(len(self.err_h)):
                for i in range(len(self.row)):
                    self.last_h[j][i] = self.rate * self.err_h[j] * self.row[i] + self.momentum * self.last_h[j][i]
                    self.wh[j][i] += self.last_h[j][i]

    random.seed(3)
    net = Teachable(3, 4, 2)
    rows = [([0, 1, 1], [0, 1]), ([1, 0, 1], [1, 0]), ([1, 1, 0], [1, 1])]
    for epoch in range(20):
        for row, target in rows:
            net.teach(row, target)
"""
MOVES_OF_OUTPUTS = "self.last_o = [[0.0] * (n_hid + 1) for _ in range(n_out)]"
ADDED_TO = "self.err_h[j] += self.err_o[k] * self.wo[k][j]"


def test_errors_that_are_added_to_those_of_the_turn_before(tmp_path):
    found = answer(tmp_path, WITH_MOMENTUM, repairing=True)
    assert found.outcome == "wrong" and found.mistakes == ["B8"], found.message
    assert found.line == line_of(WITH_MOMENTUM, ADDED_TO)
    assert [repair.new.startswith("above the loop") for repair in found.repairs] == [True]


def test_errors_that_begin_at_0_are_right(tmp_path):
    old = "for k in range(len(self.o)):\n                    self.err_h[j] +="
    text = with_change(WITH_MOMENTUM, old, f"self.err_h[j] = 0.0\n                {old}")
    found = answer(tmp_path, text)
    assert found.outcome == "right", found.message


@pytest.mark.slow
def test_a_shared_row_and_another_mistake_are_both_told(tmp_path):
    text = with_change(WITH_MOMENTUM, MOVES_OF_OUTPUTS, "self.last_o = [[0.0] * (n_hid + 1)] * n_out")
    found = answer(tmp_path, text, repairing=True)
    assert found.outcome == "wrong" and found.first_wrong in ("W2", "b2"), found.message
    lines = [line_of(text, "self.last_o = [["), line_of(text, ADDED_TO)]
    assert [repair.line for repair in found.repairs] == lines, found.message


def test_the_second_of_two_mistakes_shows_in_the_second_step(tmp_path):
    clear = "            self.gW, self.gb = np.zeros_like(self.W), np.zeros_like(self.b)\n"
    text = ONE_BY_ONE.replace("EACH", CLEARED).replace("        AT_ONCE\n", "")
    text = with_change(text, "            self.clear()\n", clear)
    partly = (
        "            for sums in (self.gW, self.gb):\n"
        "                if sums.ndim == 2:\n"
        "                    sums *= 0\n"
    )
    assert text.count(clear) == 2
    text = partly.join(text.rsplit(clear, 1))
    text = with_change(text, "back = out - t\n", "back = (out - t) * (1 - out ** 2)\n")
    found = answer(tmp_path, text, repairing=True)
    assert found.outcome == "wrong" and "B8" in found.mistakes, found.message
    assert line_of(text, "back = (out - t)") in [repair.line for repair in found.repairs], found.message
    lines = {line_of(text, "if sums.ndim"), line_of(text, "self.gb += d")}
    assert lines & {repair.line for repair in found.repairs}, found.message


SENT_BACK_LATE = """
    import numpy as np

    class Linked:
        def __init__(self, ins, outs, before=None):
            self.M, self.m, self.before = np.random.randn(outs, ins), np.zeros((outs, 1)), before

        def run(self, x):
            self.x = self.before.run(x) if self.before else x
            self.y = np.tanh(self.M @ self.x + self.m)
            return self.y

        def learn(self, gap, rate):
            d = gap * (1 - self.y ** 2)
            self.M += rate * d @ self.x.T
            self.m += rate * d
            if self.before:
                self.before.learn(self.M.T @ d, rate)

    net = Linked(4, 1, Linked(2, 4))
    for _ in range(20):
        for row, t in [((0.0, 0.0), -0.8), ((0.0, 1.0), 0.8), ((1.0, 0.0), 0.8), ((1.0, 1.0), -0.8)]:
            x = np.array(row).reshape(-1, 1)
            net.learn(np.array([[t]]) - net.run(x), 0.3)
"""


def test_of_a_step_that_comes_too_early_both_lines_are_told(tmp_path):
    found = answer(tmp_path, SENT_BACK_LATE, repairing=True)
    assert found.mistakes == ["X6"], found.message
    assert found.line == line_of(SENT_BACK_LATE, "self.before.learn(self.M.T")
    assert [repair.line for repair in found.repairs] == [line_of(SENT_BACK_LATE, "self.M += rate")]


IN_LISTS = """
    import numpy as np

    class Net:
        def __init__(self, sizes):
            self.Ws = [np.random.randn(m, n) for n, m in zip(sizes, sizes[1:])]
            self.bs = [np.random.randn(m, 1) for m in sizes[1:]]

        def gradients(self, x, t):
            outs = [x]
            for W, b in zip(self.Ws, self.bs):
                outs.append(1 / (1 + np.exp(-(W @ outs[-1] + b))))
            d = (outs[-1] - t) * outs[-1] * (1 - outs[-1])
            gWs, gbs = [], []
            for place in range(len(self.Ws) - 1, -1, -1):
                gWs.insert(0, d @ outs[place].T)
                gbs.insert(0, d)
                d = self.Ws[place].T @ d * outs[place] * (1 - outs[place])
            return gWs, gbs

        def train(self, examples, epochs, size, rate):
            count = len(examples)
            for epoch in range(epochs):
                all_W = [np.zeros_like(W) for W in self.Ws]
                all_b = [np.zeros_like(b) for b in self.bs]
                for place in range(0, count, size):
                    part = examples[place:place + size]
                    for x, t in part:
                        gWs, gbs = self.gradients(x, t)
                        all_W = [one + more for one, more in zip(all_W, gWs)]
                        all_b = [one + more for one, more in zip(all_b, gbs)]
                    self.Ws = [W - rate / len(part) * g for W, g in zip(self.Ws, all_W)]
                    self.bs = [b - rate / len(part) * g for b, g in zip(self.bs, all_b)]

    rng = np.random.RandomState(2)
    examples = [(rng.randn(3, 1), rng.rand(2, 1)) for _ in range(90)]
    Net([3, 5, 2]).train(examples, 20, 10, 0.5)
"""


def test_sums_in_lists_that_begin_before_the_loop_over_batches(tmp_path):
    found = answer(tmp_path, IN_LISTS, repairing=True)
    assert found.mistakes == ["B8"], found.message
    lines = [line_of(IN_LISTS, "all_W = [np.zeros"), line_of(IN_LISTS, "all_b = [np.zeros")]
    assert [repair.line for repair in found.repairs] == lines and found.line == lines[0]


IN_A_DICT = """
    import numpy as np

    rng = np.random.default_rng(8)
    X = rng.normal(size=(3, 48))
    Y = np.eye(4)[rng.integers(0, 4, 48)].T
    p = {"A": rng.normal(size=(5, 3)), "a": np.zeros((5, 1)), "B": rng.normal(size=(4, 5)), "b": np.zeros((4, 1))}

    def outputs(X):
        middle = np.tanh(p["A"] @ X + p["a"])
        powers = np.exp(p["B"] @ middle + p["b"])
        return middle, powers / powers.sum(axis=0)

    def gradients(X, Y):
        count = X.shape[1]
        middle, out = outputs(X)
        gap = out - Y
        sent = (p["B"].T @ gap) * (1 - middle ** 2)
        return {
            "A": sent @ X.T / count,
            "a": sent.sum(axis=1, keepdims=True) / count,
            "B": gap @ middle.T / count,
            "b": gap.sum(axis=1, keepdims=True) / count,
        }

    for epoch in range(40):
        order = rng.permutation(X.shape[1])
        for start in range(0, len(order), 16):
            part = order[start:start + 16]
            found = gradients(X[:, part], Y[:, part])
            for name in p:
                p[name] -= 0.3 * found[name]
"""


def test_what_is_right_is_left_alone(tmp_path):
    assert answer(tmp_path, IN_A_DICT).outcome == "right"


@pytest.mark.slow
def test_a_mistake_in_a_batch_is_mended_after_the_one_in_a_single_example(tmp_path):
    text = with_change(IN_A_DICT, "gap) * (1 - middle ** 2)", "gap) * (1 + middle ** 2)")
    text = with_change(text, "gap @ middle.T / count", "gap @ middle.T")
    found = answer(tmp_path, text, repairing=True)
    lines = [line_of(text, "sent = ("), line_of(text, '"B": gap @')]
    assert [repair.line for repair in found.repairs] == lines, found.message
    assert found.line == lines[0] and "range(" not in found.repairs[1].new
