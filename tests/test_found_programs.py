"""Programs whose training step lies where it is not looked for at first, or whose numbers take unusual shapes."""

import textwrap

import numpy as np
import pytest

from neurons.classroom.programs import budget, reading, search, session
from neurons.classroom.programs.diagnose import diagnose_program
from neurons.classroom.programs.inside import watching


@pytest.fixture(autouse=True)
def with_patience(monkeypatch):
    """A busy machine may take longer than a user would wait: here no search ends because the time is over."""
    places = {budget: ("WHOLE",), reading: ("READING",), search: ("GUESSING", "SEARCHING")}
    for module, names in places.items():
        for name in names:
            monkeypatch.setattr(module, name, 10.0 * getattr(module, name))
    monkeypatch.setattr(session, "LIMITS", session.LIMITS._replace(seconds=120.0, cpu_seconds=120))


def answer(tmp_path, text, **options):
    path = tmp_path / "student.py"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return diagnose_program(str(path), repairing=False, **options)


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
