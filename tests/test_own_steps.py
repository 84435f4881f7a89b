"""The optimiser's own steps: one that is known is named, one with a known mistake is blamed, others are not judged."""

import textwrap

import pytest
from any_programs import answer

pytestmark = pytest.mark.usefixtures("with_patience")

SORTER = """
import numpy as np
rng = np.random.default_rng(3)
points = rng.normal(size=(60, 2))
kinds = (points[:, 0] > 0).astype(int) + (points[:, 1] > 0.4)
beta1, beta2, eps, rate = 0.9, 0.999, 1e-8, 0.01
count = 1
P = {'W1': rng.normal(0, 0.5, (2, 6)), 'b1': np.zeros(6), 'W2': rng.normal(0, 0.5, (6, 3)), 'b2': np.zeros(3)}
m = {k: np.zeros_like(p) for k, p in P.items()}
v = {k: np.zeros_like(p) for k, p in P.items()}
u = {k: np.zeros_like(p) for k, p in P.items()}

def gradients(x, y):
    h = np.maximum(0, x @ P['W1'] + P['b1'])
    p = np.exp(h @ P['W2'] + P['b2'])
    p /= p.sum(axis=1, keepdims=True)
    p[range(len(x)), y] -= 1
    p /= len(x)
    d = p @ P['W2'].T
    d[h <= 0] = 0
    return {'W1': x.T @ d, 'b1': d.sum(0), 'W2': h.T @ p, 'b2': p.sum(0)}

for t in range(1, 300):
    grads = gradients(points, kinds)
    for k in P:
        g = grads[k]
        STEP
"""
MEANS = "m[k] = beta1 * m[k] + (1 - beta1) * g\nv[k] = beta2 * v[k] + (1 - beta2) * g ** 2\n"
HATS = MEANS + "mh = m[k] / (1 - beta1 ** t)\nvh = v[k] / (1 - beta2 ** t)\n"
ADAM = HATS + "P[k] -= rate * mh / (np.sqrt(vh) + eps)"
KNOWN = {
    "Adam": ADAM,
    "Adam, inside": HATS + "P[k] -= rate * mh / np.sqrt(vh + eps)",
    "Adam, in one line": MEANS
    + "P[k] -= rate * np.sqrt(1 - beta2 ** t) / (1 - beta1 ** t) * m[k] / (np.sqrt(v[k]) + eps)",
    "Adam, decay": HATS + "P[k] -= rate * (mh / (np.sqrt(vh) + eps) + (0.02 * P[k] if k[0] == 'W' else 0))",
    "Adam, whose count begins at 2": ADAM.replace("** t)", "** (t + 1))"),
    "Adam without the correction": MEANS + "P[k] -= rate * m[k] / (np.sqrt(v[k]) + eps)",
    "Nadam": HATS + "P[k] -= rate * (beta1 * mh + (1 - beta1) * g / (1 - beta1 ** t)) / (np.sqrt(vh) + eps)",
    "AMSGrad": MEANS.replace("beta2", "0.6")
    + "u[k] = np.maximum(u[k], v[k])\nP[k] -= rate * m[k] / (np.sqrt(u[k]) + eps)",
    "RMSprop": "v[k] = 0.95 * v[k] + 0.05 * g * g\nP[k] -= rate * g / (np.sqrt(v[k]) + 1e-6)",
    "RMSprop, inside": "v[k] = 0.9 * v[k] + 0.1 * g * g\nP[k] -= rate * g / np.sqrt(v[k] + 1e-5)",
    "RMSprop with momentum": "v[k] = 0.9 * v[k] + 0.1 * g * g\n"
    "m[k] = 0.8 * m[k] + rate * g / (np.sqrt(v[k]) + eps)\nP[k] -= m[k]",
    "Adagrad": "v[k] += g * g\nP[k] -= rate * g / (np.sqrt(v[k]) + eps)",
    "Adadelta": "v[k] = 0.95 * v[k] + 0.05 * g * g\nd = np.sqrt(u[k] + 1e-6) / np.sqrt(v[k] + 1e-6) * g\n"
    "u[k] = 0.95 * u[k] + 0.05 * d * d\nP[k] -= d",
}
MISTAKEN = {
    "the second corrected by a constant": (ADAM.replace("(1 - beta2 ** t)", "(1 - beta2)"), "vh = "),
    "the first corrected by a constant": (ADAM.replace("(1 - beta1 ** t)", "(1 - beta1)"), "mh = "),
    "both corrected by constants": (
        ADAM.replace("(1 - beta1 ** t)", "(1 - beta1)").replace("(1 - beta2 ** t)", "(1 - beta2)"),
        "mh = ",
    ),
    "the first corrected by the other beta": (ADAM.replace("(1 - beta1 ** t)", "(1 - beta2 ** t)"), "mh = "),
    "the second corrected by the other beta": (ADAM.replace("(1 - beta2 ** t)", "(1 - beta1 ** t)"), "vh = "),
    "a count that stays": (ADAM.replace("** t)", "** count)"), "mh = "),
    "means that are corrected again": (
        MEANS
        + "m[k] = m[k] / (1 - beta1 ** t)\nv[k] = v[k] / (1 - beta2 ** t)\nP[k] -= rate * m[k] / (np.sqrt(v[k]) + eps)",
        "m[k] = m[k] / ",
    ),
    "a count that is never kept": (ADAM.replace("** t)", "** now)").replace("mh =", "now = count + 1\nmh ="), "mh = "),
    "no root": (HATS + "P[k] -= rate * mh / (vh + eps)", "P[k] -="),
}
STRANGE = {
    "a count of something else": ADAM.replace("** t)", "** count)").replace("mh =", "for count in (3,): pass\nmh ="),
    "the mean of the sizes": ADAM.replace("g ** 2", "np.abs(g) ** 1.5"),
    "the second corrected only": ADAM.replace("mh = m[k] / (1 - beta1 ** t)", "mh = g + m[k]"),
}


def with_step(step):
    return SORTER.replace("STEP\n", textwrap.indent(step, 8 * " ").lstrip() + "\n")


@pytest.mark.slow
@pytest.mark.parametrize("name", KNOWN)
def test_an_optimiser_that_is_known_is_right(name, tmp_path):
    found = answer(tmp_path, with_step(KNOWN[name]))
    assert found.ok and f"steps are those of {name.split(', i')[0].split(', d')[0]}" in found.message, found.message


@pytest.mark.slow
@pytest.mark.parametrize("name", MISTAKEN)
def test_a_known_mistake_in_an_optimiser_is_told_with_its_line(name, tmp_path):
    step, line = MISTAKEN[name]
    found = answer(tmp_path, with_step(step))
    assert found.ok is False and "optimiser" in found.message, found.message
    assert with_step(step).splitlines()[found.line - 1].strip().startswith(line)


@pytest.mark.slow
@pytest.mark.parametrize("name", STRANGE)
def test_an_optimiser_that_is_not_known_is_neither_right_nor_wrong(name, tmp_path):
    found = answer(tmp_path, with_step(STRANGE[name]))
    assert found.ok is None and "Every gradient is right" in found.message and "I cannot say" in found.message


@pytest.mark.parametrize(
    "step, outcome",
    [
        ("m[k] = 0.9 * m[k] + rate * g\nP[k] -= m[k]", "right"),
        ("m[k] = 0.9 * m[k] - rate * g\nP[k] += m[k]", "right"),
        ("before = m[k]\nm[k] = 0.9 * m[k] - rate * g\nP[k] += 1.9 * m[k] - 0.9 * before", "right"),
        ("m[k] = rate * g - 0.9 * m[k]\nP[k] -= m[k]", "wrong"),
        ("m[k] = rate * g\nP[k] -= m[k] / (1 + 0.1 * t)", "right"),
        ("u[k] = u[k] / 0\nm[k] = 0.5 * m[k] + rate * g\nP[k] -= m[k]", "right"),
    ],
)
def test_momentum_goes_on_in_the_same_direction(step, outcome, tmp_path):
    found = answer(tmp_path, with_step(step))
    assert found.outcome == outcome, found.message
    assert outcome == "right" or found.line == with_step(step).splitlines().index(" " * 8 + step.split("\n")[0]) + 1


def test_two_mistakes_of_a_batch_and_of_momentum_are_both_told(tmp_path):
    text = with_step("m[k] = rate * g - 0.9 * m[k]\nP[k] -= m[k]").replace("'W1': x.T @ d", "'W1': x.T @ d / len(x)")
    found = answer(tmp_path, text, repairing=True)
    assert found.ok is False and [repair.old for repair in found.repairs] != []
    line = text.splitlines().index("        m[k] = rate * g - 0.9 * m[k]") + 1
    assert f"line {line}" in found.message and "momentum has the wrong sign" in found.message
