"""Loops that take the same example in every turn: read in the program's text."""

# ruff: noqa: E501 - the lines are as long as their authors write them

import pytest

from neurons.classroom.programs.mistakes.visits import odd_visit
from neurons.classroom.programs.text.program import Program

STEP = "def step(x, y):\n    pass\n\n"
ODD = {  # text, line
    "the first in every turn": ("for i in range(len(X)):\n    step(X[0], y[0])", 5),
    "with its number elsewhere": ("n = X.shape[0]\nfor i in range(n):\n    a, b = X[0], y[0]\n    step(a, b)", 6),
    "rows of a table": ("for i in range(len(X)):\n    step(X[0:1], y[[0]])", 5),
    "beside the pair": ("for i, (x, t) in enumerate(zip(X, y)):\n    a, b = X[0], y[0]\n    step(a, b)", 5),
    "in the place of the pair": ("for x, t in zip(X, y):\n    x = X[0]\n    t = y[0]\n    step(x, t)", 5),
    "beside a row": ("for i, x in enumerate(X):\n    step(X[0], y[0])", 5),
    "columns": ("for i in range(X.shape[1]):\n    W -= 0.1 * X[:, 0:1] * y[:, 0:1]", 5),
}
USUAL = {
    "each in its turn": "for i in range(len(X)):\n    step(X[i], y[i])",
    "one drawn in each turn": "for i in range(len(X)):\n    k = choice(len(X))\n    step(X[k], y[k])",
    "one example, many times": "for i in range(1000):\n    step(X[0], y[0])",
    "each pair, and the first for its size": "for x, t in zip(X, y):\n    z = np.zeros_like(X[0] - y[0])\n    step(x, t)",
    "each by its number": "for i, (x, t) in enumerate(zip(X, y)):\n    step(X[i], y[i])",
    "a pair made anew": "for x, t in zip(X, y):\n    x = x + X[0] - y[0]\n    step(x, t)",
    "epochs on one pair": "for x, t in zip(X, y):\n    step(X[0], y[0])\nnet.fit(X, y)",
    "all but the last": "for i in range(len(X) - 1):\n    step(X[i], y[i])",
    "features of one example": "for i in range(len(x)):\n    z += w[i] * x[i]",
    "the shape beside": "for epoch in range(n):\n    step(X[0], y[0])",
    "only shown": "for i in range(len(X)):\n    print(X[0], y[0])",
    "data that move on": "for i in range(len(X)):\n    step(X[0], y[0])\n    X.append(X.pop(0))",
    "data that are rolled": "for i in range(len(X)):\n    step(X[0], y[0])\n    X = np.roll(X, 1)",
    "a trial before": "for i in range(len(X)):\n    step(X[0], y[0])\nfor a, b in zip(X, y):\n    step(a, b)",
}


@pytest.mark.parametrize("kind", ODD)
def test_loops_that_take_one_example_are_seen(kind):
    text, line = ODD[kind]
    found = odd_visit(Program({"s.py": STEP + text}, "s.py", ""))
    assert found is not None and found.line == ("s.py", line) and "turn 3" in found.sentence


@pytest.mark.parametrize("kind", USUAL)
def test_other_loops_are_left_alone(kind):
    assert odd_visit(Program({"s.py": STEP + USUAL[kind]}, "s.py", "")) is None
