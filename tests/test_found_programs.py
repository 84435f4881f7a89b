"""Programs whose training step lies where it is not looked for at first, or whose numbers take unusual shapes."""

import ast
import textwrap

import numpy as np
import pytest
from any_programs import answer

from neurons.classroom.programs.inside import watching
from neurons.classroom.programs.text import single_step, smaller
from neurons.classroom.programs.text.program import Program

pytestmark = pytest.mark.usefixtures("with_patience")


def with_change(text, old, new):
    assert text.count(old) == 1
    return text.replace(old, new)


STOPPING = """
    import numpy as np

    def sigmoid(z):
        return 1.0 / (1.0 + np.exp(-z))

    inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    wanted = np.array([[0.0], [1.0], [1.0], [1.0]])
    w1, c1 = np.random.randn(2, 3), np.zeros((1, 3))
    w2, c2 = np.random.randn(3, 1), np.zeros((1, 1))

    for epoch in range(4000):
        hidden = sigmoid(inputs @ w1 + c1)
        output = sigmoid(hidden @ w2 + c2)
        if np.max(np.abs(wanted - output)) < 0.1:
            break
        error2 = (output - wanted) * output * (1.0 - output)
        error1 = error2 @ w2.T * hidden * (1.0 - hidden)
        w2 -= 0.4 * hidden.T @ error2
        c2 -= 0.4 * error2.sum(axis=0, keepdims=True)
        w1 -= 0.4 * inputs.T @ error1
        c1 -= 0.4 * error1.sum(axis=0, keepdims=True)
"""


@pytest.mark.parametrize("nearly", ["0.05", "0.1", "0.3", "0.4"])
def test_a_program_that_stops_where_the_error_is_small_is_right(nearly, tmp_path):
    found = answer(tmp_path, with_change(STOPPING, "< 0.1:", f"< {nearly}:"))
    assert found.outcome == "right", found.message


def test_a_mistake_beside_a_stop_is_seen(tmp_path):
    found = answer(tmp_path, with_change(STOPPING, "error2 @ w2.T * hidden * (1.0 - hidden)", "error2 @ w2.T"))
    assert found.outcome == "wrong" and found.first_wrong == "W1", found.message


FROZEN = """
    import numpy as np

    def act(z):
        return 1.0 / (1.0 + np.exp(-z))

    samples = np.array([[0.2, 0.9], [0.1, 0.5], [0.3, 0.6]])
    results = np.array([[0.92], [0.86], [0.89]])
    wh, bh = np.random.rand(2, 3), np.random.rand(1, 3)
    wout, bout = np.random.rand(3, 1), np.random.rand(1, 1)

    for _ in range(3000):
        h = act(samples @ wh + bh)
        o = act(h @ wout + bout)
        d_o = (results - o) * o * (1.0 - o)
        d_h = d_o @ wout.T * h * (1.0 - h)
        wout += h.T @ d_o * 0.3
        wh += samples.T @ d_h * 0.3
"""


def test_biases_that_never_move_are_wrong_whatever_they_are_called(tmp_path):
    found = answer(tmp_path, FROZEN)
    assert found.outcome == "wrong" and "Bi1" in found.mistakes, found.message
    assert {name for name, constant in found.groups.items() if constant == "wrong"} == {"b1", "b2"}


INSIDE = """
    import numpy as np

    def act(z):
        return 1.0 / (1.0 + np.exp(-z))

    class Trained:
        def __init__(self, samples, results):
            first, last = np.random.rand(2, 4), np.random.rand(4, 2)
            shift, last_shift = np.array([1, 1, 1, 1]), np.array([1, 1])
            for _ in range(3000):
                h = act(samples @ first + shift)
                o = act(h @ last + last_shift)
                d_o = (results - o) * o * (1.0 - o)
                d_h = d_o @ last.T * h * (1.0 - h)
                last = last + h.T @ d_o * 0.3
                first = first + samples.T @ d_h * 0.3
                last_shift = last_shift + np.sum(d_o, axis=0, keepdims=True) * 0.3
                shift = shift + np.sum(d_h, axis=0, keepdims=True) * 0.3

    Trained(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0, 0], [1, 0], [1, 0], [0, 1]]))
"""


def test_whole_numbers_that_become_a_row_are_biases(tmp_path):
    found = answer(tmp_path, INSIDE)
    assert found.outcome == "right", found.message
    assert found.network["sizes"] == [2, 4, 2] and "b1" in found.groups
    found = answer(tmp_path, with_change(INSIDE, "d_o @ last.T * h * (1.0 - h)", "d_o @ last.T"))
    assert found.outcome == "wrong" and found.first_wrong == "W1", found.message


MATRICES = """
    import numpy as np

    weights = [np.random.rand(2, 3), np.random.rand(3, 2)]

    def act(z):
        return 1.0 / (1.0 + np.exp(-z))

    def train(rows, targets):
        for n in range(rows.shape[0]):
            step(rows[n, :], targets[n, :])

    def step(row, target):
        h = act(row * weights[0])
        o = act(h * weights[1])
        back = np.multiply(np.multiply(target - o, o), 1 - o).T
        below = np.multiply(np.multiply(np.dot(weights[1], back), h.T), 1 - h.T)
        weights[1] += 0.1 * (back * h).T
        weights[0] += 0.1 * (below * row).T

    for _ in range(500):
        train(np.matrix([[1, 0], [0, 1]]), np.matrix([[0, 1], [1, 0]]))
"""


def test_a_matrix_stays_a_matrix(tmp_path):
    found = answer(tmp_path, MATRICES)
    assert found.outcome == "right", found.message
    wrong = with_change(
        MATRICES, "np.multiply(np.multiply(np.dot(weights[1], back), h.T), 1 - h.T)", "weights[1] * back"
    )
    found = answer(tmp_path, wrong)
    assert found.outcome == "wrong" and found.first_wrong == "W1", found.message


def test_a_deadline_counts_work_and_not_what_others_do(monkeypatch):
    work, clock = [0.0], [0.0]
    monkeypatch.setattr(watching.time, "process_time", lambda: work[0])
    monkeypatch.setattr(watching.time, "monotonic", lambda: clock[0])
    deadline = watching.Deadline(1.0)
    work[0], clock[0] = 0.5, 2.0  # a machine with four others at work
    assert np.isclose(deadline.left, 0.5)
    clock[0] = 60.0  # it waits for something that never comes
    assert deadline.left <= 0.0


DECAYING = """
    import numpy as np

    def softmax(rows):
        powers = np.exp(rows)
        return powers / powers.sum(axis=1, keepdims=True)

    class Net:
        def __init__(self, inputs, hidden, outputs):
            self.W1, self.B1 = 0.3 * np.random.randn(inputs, hidden), np.zeros((1, hidden))
            self.W2, self.B2 = 0.3 * np.random.randn(hidden, outputs), np.zeros((1, outputs))
            self.size = 60000

        def forward(self, rows, classes):
            hidden = np.maximum(rows @ self.W1 + self.B1, 0)
            back = softmax(hidden @ self.W2 + self.B2)
            loss = -np.log(back[range(self.size), classes]).sum() / self.size
            back[range(self.size), classes] -= 1
            return hidden, back / self.size, loss

        def backward(self, rows, hidden, back):
            dW2, dB2 = hidden.T @ back, back.sum(axis=0, keepdims=True)
            below = back @ self.W2.T
            below[hidden <= 0] = 0
            dW1, dB1 = rows.T @ below, below.sum(axis=0, keepdims=True)
            self.W1 -= 0.01 * (dW1 + 0.02 * self.W1)
            self.W2 -= 0.01 * (dW2 + 0.02 * self.W2)
            self.B1 -= 0.01 * dB1
            self.B2 -= 0.01 * dB2
"""
STATEMENTS = (
    "net.size = 5; X = np.random.randn(5, 3); h, b, cost = net.forward(X, np.array([0, 1, 1, 0, 1])); "
    "net.backward(X, h, b)"
)


def test_several_statements_help_with_data_of_their_own(tmp_path):
    found = answer(tmp_path, DECAYING, make="Net(3, 4, 2)", train=STATEMENTS)  # of two classes, and with weight decay
    assert found.outcome == "right" and found.network["sizes"] == [3, 4, 2], found.message
    wrong = with_change(DECAYING, "below[hidden <= 0] = 0", "below[hidden <= 0] = 1")
    found = answer(tmp_path, wrong, make="Net(3, 4, 2)", train=STATEMENTS)
    assert found.outcome == "wrong" and found.first_wrong == "W1", found.message


KEEPING = """
    import numpy as np

    def sigmoid(z):
        return 1.0 / (1.0 + np.exp(-z))

    class Net:
        def __init__(self, rows, wanted):
            self.rows, self.wanted = rows, wanted
            self.w1, self.w2 = np.random.rand(3, 4), np.random.rand(4, 1)

        def train(self, rows, wanted):
            h = sigmoid(self.rows @ self.w1)
            o = sigmoid(h @ self.w2)
            error = 2 * (self.wanted - o) * o * (1 - o)
            d_w1 = self.rows.T @ (error @ self.w2.T * h * (1 - h))
            self.w2 += h.T @ error
            self.w1 += d_w1

    X = np.array([[0.0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
    y = np.array([[0.0], [1], [1], [0]])
    net = Net(X, y)
    for _ in range(EPOCHS):
        net.train(X, y)
"""


def test_help_on_the_programs_own_data_blames_nothing(tmp_path):
    text = KEEPING.replace("EPOCHS", "2000")
    for helped in ({}, {"make": "Net(X, y)", "train": "net.train(X, y)"}):
        found = answer(tmp_path, text, **helped)
        assert found.outcome == "right", found.message


LONG = """
    import numpy as np

    class Net:
        def __init__(self):
            self.w1, self.w2, self.b1, self.b2 = np.random.rand(2, 3), np.random.rand(3, 1), np.zeros(3), np.zeros(1)

        def train(self, rows, wanted):
            for epoch in range(50000):
                for row, label in zip(rows, wanted):
                    h = 1 / (1 + np.exp(-(row @ self.w1 + self.b1)))
                    o = 1 / (1 + np.exp(-(h @ self.w2 + self.b2)))
                    e = (o - label) * o * (1 - o)
                    below = self.w2[:, 0] * e * h * (1 - h)
                    self.w2 -= 0.3 * np.outer(h, e)
                    self.b2 -= 0.3 * e
                    self.w1 -= 0.3 * np.outer(row, below)
                    self.b1 -= 0.3 * below
CALL
"""
ROWS = "np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])"


@pytest.mark.parametrize("call", ["", f"    Net().train({ROWS})"])
def test_a_call_that_takes_many_steps_is_no_single_step(call, tmp_path):
    found = answer(tmp_path, LONG.replace("CALL", call), make="Net()", train=f"net.train({ROWS})")
    assert found.outcome == "right" and found.network["sizes"] == [2, 3, 1], found.message


IN_TWO_CALLS = """
    import numpy as np

    def act(z, slope=False):
        return z * (1 - z) if slope else 1 / (1 + np.exp(-z))

    class Net:
        def __init__(self):
            self.first, self.last = np.random.random((2, 3)), np.random.random((3, 1))

        def forward(self, rows):
            self.rows = rows
            self.h = act(self.rows @ self.first)
            self.o = act(self.h @ self.last)
            return self.o

        def backward(self, X, out):
            change = (out - X) * act(X, True)
            below = change @ self.last.T * act(self.h, True)
            self.last += self.h.T @ change
            self.first += self.rows.T @ below

    net = Net()
    for i in range(400):
        seen = net.forward(np.array([[0.3, 0.5], [0.5, 0.1], [1.0, 0.2]]))
        net.backward(seen, np.array([[0.75], [0.82], [0.93]]))
"""


def test_examples_that_are_written_out_in_a_loop(tmp_path):
    found = answer(tmp_path, IN_TWO_CALLS)
    assert found.outcome == "right" and found.network["sizes"] == [2, 3, 1], found.message
    found = answer(tmp_path, with_change(IN_TWO_CALLS, "z * (1 - z) if", "act(z) * (1 - act(z)) if"))
    assert found.outcome == "wrong" and "A2" in found.mistakes, found.message


ONCE = """
    # One step by hand.
    import math

    i1, i2 = 0.05, 0.10
    w1, w2, w3, w4 = 0.15, 0.20, 0.25, 0.30
    w5, w6, w7, w8 = 0.40, 0.45, 0.50, 0.55
    b1, b2 = 1, 0
    t1, t2 = 0.01, 0.99
    rate = 0.5
    def s(z):
        return 1 / (1 + math.exp(-z))
    h1 = s(w1 * i1 + w2 * i2 + b1)
    h2 = s(w3 * i1 + w4 * i2 + b1)
    o1 = s(w5 * h1 + w6 * h2 + b2)
    o2 = s(w7 * h1 + w8 * h2 + b2)
    d1 = (o1 - t1) * o1 * (1 - o1)
    d2 = (o2 - t2) * o2 * (1 - o2)
    e1 = (d1 * w5 + d2 * w7) * h1 * (1 - h1)
    e2 = (d1 * w6 + d2 * w8) * h2 * (1 - h2)
    w5, w6, w7, w8 = w5 - rate * d1 * h1, w6 - rate * d1 * h2, w7 - rate * d2 * h1, w8 - rate * d2 * h2
    w1, w2, w3, w4 = w1 - rate * e1 * i1, w2 - rate * e1 * i2, w3 - rate * e2 * i1, w4 - rate * e2 * i2
    b2 = b2 - rate * (d1 + d2)
    b1 = b1 - rate * (e1 + e2)
    print(w1, w2, w3, w4, w5, w6, w7, w8)
"""


def test_a_script_that_takes_one_step(tmp_path):
    found = answer(tmp_path, ONCE)
    assert found.outcome == "right" and found.network["sizes"] == [2, 2, 2], found.message
    wrong = with_change(ONCE, "(d1 * w6 + d2 * w8) * h2", "(d1 * w6 + d1 * w8) * h2")
    found = answer(tmp_path, wrong, repairing=True)
    assert found.outcome == "wrong" and found.first_wrong == "W1", found.message
    assert wrong.split("\n")[found.repairs[0].line - 1].strip().startswith("e2 = "), found.message


def test_a_script_that_takes_two_steps_is_not_blamed(tmp_path):
    steps = "\n".join(ONCE.split("\n")[11:-2])
    assert "h1 = " in steps and "b1 = b1" in steps
    found = answer(tmp_path, ONCE + textwrap.indent(textwrap.dedent(steps), "    "))
    assert found.outcome != "wrong", found.message


@pytest.mark.parametrize(
    "text",
    ["", "x = 1\ny = 2\n", "import math\nx = 0.5\n\ny = math.exp(x)\n", 'x = 0.5\nz = 1.5 * x\ntext = """\na\n"""\n'],
)
def test_a_loop_around_a_script_keeps_its_lines(text):
    new = single_step.looped(text)
    if new is not None:
        assert [line.strip() for line in new.split("\n")][3:] == [line.strip() for line in text.split("\n")][3:]
        assert ast.parse(new)
    assert (new is not None) == ("math" in text)


LARGE = """
    import numpy as np

    samples, features, middle, classes = 60, 900, 120, 10
    data, goal = np.random.randn(samples, features), np.random.randn(samples, classes)
    first, last = np.random.randn(features, middle), np.random.randn(middle, classes)

    for step in range(400):
        z = data.dot(first)
        h = np.maximum(z, 0)
        out = h.dot(last)
        back = 2.0 * (out - goal) / samples
        d_last = h.T.dot(back)
        below = back.dot(last.T)
        below[z < 0] = 0
        last -= 1e-6 * d_last
        first -= 1e-6 * data.T.dot(below)
"""


def test_large_layers_are_made_small(tmp_path):
    found = answer(tmp_path, LARGE)
    assert found.outcome == "right" and "900" in found.message, found.message
    found = answer(tmp_path, with_change(LARGE, "below[z < 0] = 0", "below[h < 0] = 0"))
    assert found.outcome == "wrong" and found.first_wrong == "W1", found.message


@pytest.mark.parametrize("old, new", [("60, 900, 120, 10", "6, 9, 12, 10"), ("/ samples", "/ 60.0")])
def test_what_is_small_or_ambiguous_stays_as_it_is(old, new):
    text = textwrap.dedent(with_change(LARGE, old, new))
    assert smaller.smaller(Program({"a.py": text}, "a.py")) is None
