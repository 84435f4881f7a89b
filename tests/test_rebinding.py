"""Steps that change a name alone: read in the program's text."""

import pytest
from any_programs import answer

from neurons.classroom.programs.mistakes.rebinding import step_of_a_name
from neurons.classroom.programs.text.program import Program

REBOUND = {  # text, name, line
    "in a zip": ("for w, g in zip(ws, gs):\n    w = w - 0.1 * g", "w", 2),
    "in pairs": ("for (w, b), (dw, db) in zip(layers, grads):\n    w = w - r * dw\n    b = b - r * db", "w", 2),
    "of a function": ("def update(W, dW, rate):\n    W = W - rate * dW\nupdate(W1, d, 0.1)", "W", 2),
}
KEPT = {
    "in place": "for w, g in zip(ws, gs):\n    w -= 0.1 * g",
    "appended": "for w, g in zip(ws, gs):\n    w = w - 0.1 * g\n    new.append(w)",
    "put back": "for i, (w, g) in enumerate(zip(ws, gs)):\n    w = w - 0.1 * g\n    ws[i] = w",
    "given back": "def update(W, dW, rate):\n    W = W - rate * dW\n    return W",
    "never called": "def update(W, dW, rate):\n    W = W - rate * dW",
    "no name of the loop": "for epoch in range(9):\n    w = w - 0.1 * g",
    "no step": "def centred(x, mean):\n    x = x - mean",
}
UNMOVED = """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(20, 2))
y = X[:, :1] * 0.4
layers = [[rng.normal(size=(2, 3)), np.zeros(3)], [rng.normal(size=(3, 1)), np.zeros(1)]]
for epoch in range(30):
    h = np.tanh(X @ layers[0][0] + layers[0][1])
    d = (h @ layers[1][0] + layers[1][1] - y) / len(X)
    e = d @ layers[1][0].T * (1 - h ** 2)
    grads = [(X.T @ e, e.sum(0)), (h.T @ d, d.sum(0))]
    for (w, b), (dw, db) in zip(layers, grads):
        w = w - 0.2 * dw
        b = b - 0.2 * db
"""


@pytest.mark.parametrize("kind", REBOUND)
def test_a_step_that_changes_a_name_alone_is_seen(kind):
    text, name, line = REBOUND[kind]
    found = step_of_a_name(Program({"s.py": text}, "s.py", ""))
    assert found is not None and found[0] == name and found[2] == ("s.py", line)


@pytest.mark.parametrize("kind", KEPT)
def test_other_steps_are_left_alone(kind):
    assert step_of_a_name(Program({"s.py": KEPT[kind]}, "s.py", "")) is None


@pytest.mark.usefixtures("with_patience")
def test_a_program_that_never_changes_its_weights_is_wrong(tmp_path):
    found = answer(tmp_path, UNMOVED)
    assert found.ok is False and found.line == 13 and "still has the old one" in found.message
    assert answer(tmp_path, UNMOVED.replace("w = w - ", "w -= ").replace("b = b - ", "b -= ")).ok
