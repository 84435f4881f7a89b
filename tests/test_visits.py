"""Loops that take the same example in every turn, or never the last: read in the program's text."""

# ruff: noqa: E501 - the lines are as long as their authors write them

import pytest

from neurons.classroom.programs.program import Program
from neurons.classroom.programs.visits import odd_visit

STEP = "def step(x, y):\n    pass\n\n"
ODD = {  # text, line, what is told
    "the first in every turn": ("for i in range(len(X)):\n    step(X[0], y[0])", 5, "`X[0]`"),
    "with its number elsewhere": (
        "n = X.shape[0]\nfor i in range(n):\n    a, b = X[0], y[0]\n    step(a, b)",
        6,
        "turn 3",
    ),
    "never the last": (
        "for k in range(len(inputs) - 1):\n    step(inputs[k], targets[k])",
        4,
        "the last example in `inputs`",
    ),
    "rows of a table": ("for i in range(len(X)):\n    step(X[0:1], y[[0]])", 5, "`X[0:1]`"),
    "never the last column": (
        "for i in range(X.shape[1] - 1):\n    step(X[:, i:i + 1], y[:, i:i + 1])",
        4,
        "ends one early",
    ),
    "never the last row": ("for i in range(X.shape[0] - 1):\n    W -= X[i] * (out - y[i])", 4, "ends one early"),
}
USUAL = {
    "each in its turn": "for i in range(len(X)):\n    step(X[i], y[i])",
    "one drawn in each turn": "for i in range(len(X)):\n    k = choice(len(X))\n    step(X[k], y[k])",
    "one example, many times": "for i in range(1000):\n    step(X[0], y[0])",
    "the next one as label": "for i in range(len(X) - 1):\n    step(X[i], X[i + 1])",
    "the next label": "for i in range(len(X) - 1):\n    step(X[i], y[i + 1])",
    "layers": "for i in range(len(weights) - 1):\n    step(weights[i], deltas[i])",
    "features of one example": "for i in range(len(x)):\n    z += w[i] * x[i]",
    "the shape beside": "for epoch in range(n):\n    step(X[0], y[0])",
    "only shown": "for i in range(len(X) - 1):\n    print(X[i], y[i])",
    "swapped by hand": "for i in range(len(X) - 1):\n    j = randint(i, len(X) - 1)\n    X[i], X[j] = X[j], X[i]\n    step(y[i], y[j])",
}


@pytest.mark.parametrize("kind", ODD)
def test_loops_that_miss_examples_are_seen(kind):
    text, line, told = ODD[kind]
    found = odd_visit(Program({"s.py": STEP + text}, "s.py", ""))
    assert found is not None and found.line == ("s.py", line) and told in found.sentence


@pytest.mark.parametrize("kind", USUAL)
def test_other_loops_are_left_alone(kind):
    assert odd_visit(Program({"s.py": STEP + USUAL[kind]}, "s.py", "")) is None
