"""Every mistake of the catalogue, diagnosed: which are named, alone or with a twin, missed, or named wrongly.

    python tests/benchmarks/diagnosis_matrix.py             the matrix of single mistakes, and the counts
    python tests/benchmarks/diagnosis_matrix.py --pairs     all pairs of mistakes too
"""

import argparse
import statistics
import sys
import time
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

import mistakes as typed

from neurons.classroom import diagnose
from neurons.classroom.catalogue import CATALOGUE


class Net(NamedTuple):
    """A network to make mistakes in."""

    sizes: list[int]
    hidden: str
    output: str
    loss: str


NETS = {
    "P1 2-2-2 relu/sigmoid": Net([2, 2, 2], "relu", "sigmoid", "mse"),
    "P2 2-2-3 sigmoid/softmax": Net([2, 2, 3], "sigmoid", "softmax", "ce"),
    "P3 2-2-2-2 sigmoid/identity": Net([2, 2, 2, 2], "sigmoid", "identity", "mse"),
    "2-3-1 sigmoid": Net([2, 3, 1], "sigmoid", "sigmoid", "mse"),
    "2-3-1 bce": Net([2, 3, 1], "tanh", "sigmoid", "bce"),
    "3-3-3 tanh/sigmoid": Net([3, 3, 3], "tanh", "sigmoid", "mse"),
}
FOR_ONE = [
    *("F1", "F1 twice", "F2", "C6", "L1", "L5", "L2", "L3", "L4", "L6", "C2", "C3", "C4", "C5", "C8", "C1", "L7"),
    *("A1", "A2", "A2b", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10", "X10"),
    *("W1", "W2", "W3", "W4", "W5", "W6", "W7", "W7 last", "W8", "W9", "Bi1", "Bi2", "Bi3", "Bi4"),
    *("X1", "X2", "X3", "X4", "X5", "X7", "X8", "X9"),
]
FOR_BATCHES = [*FOR_ONE, "C7", "Bi5", "B1", "B2", "B3", "B4", "B5", "B6", "B7"]
FOR_STEPS = ["S1", "S2", "S2 twice", "S3", "S4"]

# Rows that mean nothing with a loss, or are another row there.
NOT_ON = {
    "mse": ("C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8"),
    "bce": ("C2", "C3", "C4", "C6", "C7", "C8", "L1", "L3", "L5", "L7"),
    "ce": ("L1", "L3", "L5", "L6", "L7", "A10"),
}

# Sets of ids that outputs cannot tell apart, with the reason.
TWINS = [
    {"A1", "A6"},  # on a ReLU network
    {"A9", "A10"},  # one hidden ReLU layer before a sigmoid
    {"A4", "A2b"},
    {"L2", "S1"},  # from stepped weights only
    {"Bi1", "S3"},
    {"X9", "S4"},
    {"L1", "L5"},  # two outputs
    {"A5", "A4"},
]


FOR_NEURONS = [
    *("F1", "F1 twice", "A1", "A2", "A2b", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "X10"),
    *("W1", "W2", "W3", "W7", "W7 last", "W9", "Bi1", "Bi2", "Bi4", "X1", "X2", "X3", "X8"),
    *("S1", "S2", "S2 twice", "S3", "B8"),
]
FOR_LAYERS = [*FOR_NEURONS, "W6", "W8", "Bi3", "X4", "X5", "X7"]
FOR_MODELS = [*FOR_LAYERS, "W4", "W5", "X6", "X9", "S4"]


class Cell(NamedTuple):
    """One wrong program and what was said of it."""

    style: str
    net: str
    mistake: str
    named: tuple[str, ...]
    conventions: tuple[str, ...]
    outcome: str  # unique, twin, convention, missed, wrong, invisible
    seconds: float


def programs(style, net):
    """(mistake, keyword arguments of diagnose) for every mistake that can be made in this style."""
    words = {"hidden": net.hidden, "output": net.output, "loss": net.loss}
    if style == "loops":
        for mistake in FOR_ONE:
            yield mistake, {"gradients": typed.loops(mistake, **words)}
        yield "B8", {"gradients": typed.collecting(typed.loops(None, **words))}
    if style == "arrays":
        for mistake in FOR_BATCHES:
            yield mistake, {"gradients": typed.arrays(mistake, **words), "batch": True}
        yield "B8", {"gradients": typed.collecting(typed.arrays(None, **words)), "batch": True}
    if style == "update":
        for mistake in FOR_BATCHES:
            yield mistake, {"update": typed.updating(typed.arrays(mistake, **words)), "batch": True}
        for mistake in [*FOR_STEPS, "B9"]:
            yield mistake, {"update": typed.updating(typed.arrays(None, **words), mistake), "batch": True}
        if net.loss != "bce":
            yield "X6", {"update": typed.early_updating(net.hidden, net.output, batch=True), "batch": True}


def cases(net, batch, count=8):
    """Random parameters, inputs and labels, to see whether a program is wrong at all."""
    rng = np.random.default_rng(7)
    for _ in range(count):
        parameters = []
        for n, m in zip(net.sizes, net.sizes[1:], strict=False):
            parameters += [rng.normal(size=(m, n)), rng.normal(size=m)]
        X = rng.normal(size=(4, net.sizes[0]))
        if net.output == "softmax":
            Y = np.eye(net.sizes[-1])[rng.integers(0, net.sizes[-1], 4)]
        else:
            size = (4, net.sizes[-1])
            Y = rng.integers(0, 2, size) * 1.0 if net.loss == "bce" else rng.normal(size=size)
        yield parameters, X if batch else X[0], Y if batch else Y[0]


def loss_of(net, parameters, X, Y):
    """The mean loss: an oracle that knows no backpropagation."""
    A = np.atleast_2d(X)
    for k in range(len(net.sizes) - 1):
        Z = A @ parameters[2 * k].T + parameters[2 * k + 1]
        name = net.output if k == len(net.sizes) - 2 else net.hidden
        if name == "softmax":
            A = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
        else:
            A = np.array([[typed.act(name, z) for z in row] for row in Z])
    Y = np.atleast_2d(Y)
    if net.loss == "mse":
        return ((A - Y) ** 2).sum(axis=1).mean()
    if net.loss == "ce":
        return -(Y * np.log(A)).sum(axis=1).mean()
    return -(Y * np.log(A) + (1 - Y) * np.log(1 - A)).sum(axis=1).mean()


def central_difference(net, parameters, X, Y, nudge=1e-6):
    """The gradients by nudging every parameter."""
    found = []
    for part in parameters:
        gradient = np.zeros_like(part)
        for index in np.ndindex(part.shape):
            kept = part[index]
            part[index] = kept + nudge
            above = loss_of(net, parameters, X, Y)
            part[index] = kept - nudge
            below = loss_of(net, parameters, X, Y)
            part[index] = kept
            gradient[index] = (above - below) / (2 * nudge)
        found.append(gradient)
    return found


def is_wrong(net, arguments):
    """True if the program's gradients are not the central differences (a program that raises is wrong)."""
    batch = arguments.get("batch", False)
    for parameters, X, Y in cases(net, batch):
        right = central_difference(net, parameters, X, Y)
        for rate in (0.5, 0.25):
            try:
                if "update" in arguments:
                    copies = [part.copy() for part in parameters]
                    new = arguments["update"](copies, X, Y, rate)
                    found = [(part - np.asarray(after)) / rate for part, after in zip(parameters, new, strict=True)]
                else:
                    found = [np.asarray(part) for part in arguments["gradients"]([p.copy() for p in parameters], X, Y)]
            except (IndexError, ValueError):
                return True
            for one, other in zip(found, right, strict=True):
                if one.shape != other.shape or np.abs(one - other).max() > 1e-4 * max(1.0, np.abs(other).max()):
                    return True
    return False


def judged_class(kind, mistake):
    """Diagnose one class, of which every mistake is wrong, and judge the answer."""
    start = time.perf_counter()
    diagnosis = diagnose(typed.classes(mistake)[("Neuron", "Layer", "Model").index(kind)])
    seconds = time.perf_counter() - start
    return Cell("class", kind, mistake, *judgement(mistake, diagnosis), seconds)


def judgement(mistake, diagnosis):
    """(ids, conventions, outcome) for a program that is wrong."""
    row = mistake.split()[0]
    named = tuple(found.id for found in diagnosis.mistakes)
    conventions = tuple(found.id for found in diagnosis.conventions)
    if CATALOGUE[row].convention:
        outcome = "convention" if diagnosis.ok and row in conventions else "missed"
    elif named == (row,):
        outcome = "unique"
    elif row in named and not diagnosis.found.is_pair:
        outcome = "twin"
    else:
        outcome = "wrong" if named else "missed"
    return named, conventions, outcome


def judged(style, net_name, mistake, arguments):
    """Diagnose one program and judge the answer."""
    net = NETS[net_name]
    wrong = mistake == "B8" or is_wrong(net, arguments)
    start = time.perf_counter()
    diagnosis = diagnose(sizes=net.sizes, hidden=net.hidden, output=net.output, loss=net.loss, **arguments)
    seconds = time.perf_counter() - start
    named, conventions, outcome = judgement(mistake, diagnosis)
    if not wrong:
        outcome = "invisible" if diagnosis.ok and not conventions else "blamed"
    return Cell(style, net_name, mistake, named, conventions, outcome, seconds)


def singles(styles=("loops", "arrays", "update"), nets=None):
    """The cells of all single mistakes."""
    found = []
    for style in styles:
        for net_name in nets or NETS:
            for mistake, arguments in programs(style, NETS[net_name]):
                row = mistake.split()[0]
                if row in NOT_ON[NETS[net_name].loss]:
                    continue
                found.append(judged(style, net_name, mistake, arguments))
    for kind, rows in (("Neuron", FOR_NEURONS), ("Layer", FOR_LAYERS), ("Model", FOR_MODELS)):
        found.extend(judged_class(kind, mistake) for mistake in rows)
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", action="store_true", help="print every cell, not only those that fell short")
    arguments = parser.parse_args()
    found = singles()
    for cell in found:
        if arguments.all or cell.outcome in ("missed", "wrong", "blamed", "twin"):
            print(f"{cell.style:8} {cell.net:28} {cell.mistake:9} {cell.outcome:10} {cell.named} {cell.conventions}")
    print(Counter(cell.outcome for cell in found), f"median {statistics.median(c.seconds for c in found):.3f} s")
    print("slowest", max(found, key=lambda c: c.seconds))


if __name__ == "__main__":
    main()
