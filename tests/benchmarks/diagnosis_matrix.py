"""Every mistake of the catalogue, diagnosed: which are named, alone or with a twin, missed, or named wrongly.

python tests/benchmarks/diagnosis_matrix.py                            the matrix of single mistakes, and the counts
python tests/benchmarks/diagnosis_matrix.py --pairs 1 --random 500     all pairs of mistakes and 500 formulas too
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
from neurons.classroom.diagnosis.catalogue import CATALOGUE


class Net(NamedTuple):
    """A network to make mistakes in."""

    sizes: list[int]
    hidden: str
    output: str
    loss: str

    @property
    def parts(self):
        """Its activation functions and its loss, as the wrong programs take them."""
        return {"hidden": self.hidden, "output": self.output, "loss": self.loss}

    def diagnosed(self, **arguments):
        """The diagnosis of a program for this network."""
        return diagnose(sizes=self.sizes, **self.parts, **arguments)


NETS = {
    "P1 2-2-2 relu/sigmoid": Net([2, 2, 2], "relu", "sigmoid", "mse"),
    "P2 2-2-3 sigmoid/softmax": Net([2, 2, 3], "sigmoid", "softmax", "ce"),
    "P3 2-2-2-2 sigmoid/identity": Net([2, 2, 2, 2], "sigmoid", "identity", "mse"),
    "2-3-1 sigmoid": Net([2, 3, 1], "sigmoid", "sigmoid", "mse"),
    "2-3-1 bce": Net([2, 3, 1], "tanh", "sigmoid", "bce"),
    "3-3-3 tanh/sigmoid": Net([3, 3, 3], "tanh", "sigmoid", "mse"),
}
FOR_ONE = [
    *(
        "F1",
        "F1 twice",
        "F2",
        "F3",
        "F4",
        "C6",
        "C9",
        "C10",
        "L8",
        "L9",
        "L1",
        "L5",
        "L2",
        "L3",
        "L4",
        "L6",
        "C2",
        "C3",
        "C4",
        "C5",
        "C8",
        "C1",
        "L7",
    ),
    *("A1", "A2", "A2b", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10", "X10", "A11", "A12", "A13"),
    *("W1", "W2", "W3", "W4", "W5", "W6", "W7", "W7 last", "W8", "W9", "Bi1", "Bi2", "Bi3", "Bi4", "Bi6"),
    *("X1", "X2", "X3", "X4", "X5", "X7", "X8", "X9", "X11", "X12", "X14"),
]
FOR_BATCHES = [*FOR_ONE, "C7", "Bi5", "Bi7", "B1", "B2", "B3", "B4", "B5", "B6", "B7"]
FOR_STEPS = ["S1", "S2", "S2 twice", "S3", "S4"]

# Rows that mean nothing with a loss, or are another row there.
NOT_ON = {
    "mse": ("C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C10"),
    "bce": ("C2", "C3", "C4", "C6", "C7", "C8", "C9", "C10", "L1", "L3", "L5", "L7"),
    "ce": ("L1", "L3", "L5", "L6", "L7", "A10"),
}

# Sets of ids that outputs cannot tell apart, with the reason.
TWINS = [
    {"A1", "A6"},  # on a ReLU network
    {"A9", "A10"},  # one hidden ReLU layer before a sigmoid
    {"A1", "A10"},  # in the last hidden layer alone, before an identity
    {"L2", "S1"},  # from stepped weights only
    {"Bi1", "S3"},
    {"X1", "X2", "X9", "S4"},  # X9 and S4 from stepped weights; the errors of a softmax sum to 0, so the others too
    {"X1", "X8"},  # one output: its weight over its sum is 1
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
    if style == "loops":
        for mistake in FOR_ONE:
            yield mistake, {"gradients": typed.loops(mistake, **net.parts)}
        yield "B8", {"gradients": typed.collecting(typed.loops(None, **net.parts))}
    if style == "arrays":
        for mistake in FOR_BATCHES:
            yield mistake, {"gradients": typed.arrays(mistake, **net.parts), "batch": True}
        yield "B8", {"gradients": typed.collecting(typed.arrays(None, **net.parts)), "batch": True}
    if style == "update":
        for mistake in FOR_BATCHES:
            yield mistake, {"update": typed.updating(typed.arrays(mistake, **net.parts)), "batch": True}
        for mistake in [*FOR_STEPS, "B9"]:
            yield mistake, {"update": typed.updating(typed.arrays(None, **net.parts), mistake), "batch": True}
        if net.loss != "bce":
            yield "X6", {"update": typed.early_updating(net.hidden, net.output, batch=True), "batch": True}
            yield "X13", {"update": typed.rate_inside_updating(net.hidden, net.output, batch=True), "batch": True}


def random_examples(net, batch, count=8):
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


def gradients_of(arguments, parameters, X, Y, rate):
    """What a program computes: its gradients, or its step divided by the learning rate."""
    copies = [part.copy() for part in parameters]
    if "update" in arguments:
        new = arguments["update"](copies, X, Y, rate)
        return [(part - np.asarray(after)) / rate for part, after in zip(parameters, new, strict=True)]
    return [np.asarray(part) for part in arguments["gradients"](copies, X, Y)]


def is_wrong(net, arguments):
    """True if the program's gradients are not the central differences (a program that raises is wrong)."""
    batch = arguments.get("batch", False)
    for parameters, X, Y in random_examples(net, batch):
        right = central_difference(net, parameters, X, Y)
        for rate in (0.5, 0.25):
            try:
                found = gradients_of(arguments, parameters, X, Y, rate)
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
    elif row in named and not diagnosis.findings.is_pair:
        outcome = "twin"
    else:
        outcome = "wrong" if named else "missed"
    return named, conventions, outcome


def judged(style, net_name, mistake, arguments):
    """Diagnose one program and judge the answer."""
    net = NETS[net_name]
    wrong = mistake == "B8" or is_wrong(net, arguments)
    start = time.perf_counter()
    diagnosis = net.diagnosed(**arguments)
    seconds = time.perf_counter() - start
    named, conventions, outcome = judgement(mistake, diagnosis)
    if not wrong:
        outcome = "invisible" if diagnosis.ok and not conventions else "blamed"
    return Cell(style, net_name, mistake, named, conventions, outcome, seconds)


def singles(styles=("loops", "arrays", "update"), nets=NETS, kinds=("Neuron", "Layer", "Model")):
    """The cells of all single mistakes: functions in these styles on these nets, and classes of these kinds."""
    found = []
    for style in styles:
        for net_name in nets:
            for mistake, arguments in programs(style, NETS[net_name]):
                row = mistake.split()[0]
                if row in NOT_ON[NETS[net_name].loss]:
                    continue
                found.append(judged(style, net_name, mistake, arguments))
    for kind in kinds:
        rows = {"Neuron": FOR_NEURONS, "Layer": FOR_LAYERS, "Model": FOR_MODELS}[kind]
        found.extend(judged_class(kind, mistake) for mistake in rows)
    return found


class Both(str):
    """Two mistakes in one program: equal to either name."""

    def __new__(cls, one, other):
        both = super().__new__(cls, f"{one} + {other}")
        both.members = (one, other)
        return both

    def __eq__(self, name):
        return name in self.members

    def __hash__(self):
        return super().__hash__()


def pair_programs(net_name):
    """(pair, arguments) for all pairs of mistakes in loops and their steps."""
    net = NETS[net_name]
    rows = [m for m in FOR_ONE if m.split()[0] not in NOT_ON[net.loss] and not CATALOGUE[m.split()[0]].convention]
    for one, other in combinations(rows, 2):
        if one.split()[0] == other.split()[0]:
            continue
        yield Both(one, other), {"gradients": typed.loops(Both(one, other), **net.parts)}
    for one in rows:
        for step in FOR_STEPS:
            yield Both(one, step), {"update": typed.updating(typed.loops(one, **net.parts), step)}


def computed(net, arguments):
    """What a program computes on the oracle's cases, as one flat array; None where it raises."""
    found = []
    for parameters, X, Y in random_examples(net, False, 3):
        try:
            found += map(np.ravel, gradients_of(arguments, parameters, X, Y, 0.3))
        except (IndexError, ValueError):
            return None
    return np.concatenate(found)


def same_numbers(one, other):
    """True if two programs compute the same."""
    return one.shape == other.shape and np.abs(one - other).max() <= 1e-9 * max(1.0, np.abs(one).max())


def is_multiple(right, values):
    """True if all numbers are the same multiple of the right ones."""
    factor = float(values @ right) / float(right @ right)
    return factor > 0.0 and same_numbers(factor * right, values)


def judged_pair(net_name, pair, arguments, alone):
    """Diagnose a pair: it must be named as the pair, or one of its members, never as a third.

    `alone` holds what each single mistake computes: a pair that computes the numbers of a third mistake is that one.
    """
    net = NETS[net_name]
    values = computed(net, arguments)
    if values is None or not is_wrong(net, arguments):
        return "not to be seen"
    start = time.perf_counter()
    diagnosis = net.diagnosed(**arguments)
    seconds = time.perf_counter() - start
    members = {name.split()[0] for name in pair.members}
    ids = {found.id for found in diagnosis.mistakes}
    if diagnosis.ok:
        return "a convention's numbers" if diagnosis.conventions else "wrong", ids, seconds
    if not ids:
        return "unknown", ids, seconds
    if not diagnosis.findings.is_pair and ids & members:
        return "a member", ids, seconds
    pairs = [set(match.ids) for match in diagnosis.findings.matches]
    if diagnosis.findings.is_pair and members in pairs:
        return "the pair", ids, seconds
    third = [name for name, numbers in alone.items() if numbers is not None and same_numbers(numbers, values)]
    if not diagnosis.findings.is_pair and ids & {name.split()[0] for name in third}:
        return "the same numbers as one mistake", ids, seconds
    if diagnosis.findings.is_pair and any(pair & members for pair in pairs):
        return "another pair with a member", ids, seconds
    return "wrong", ids, seconds


def pairs(net_name, every=1):
    """(pair, outcome) of every n-th pair."""
    net = NETS[net_name]
    gradients = {m: computed(net, {"gradients": typed.loops(m, **net.parts)}) for m in FOR_ONE}
    updates = {m: computed(net, {"update": typed.updating(typed.loops(m, **net.parts))}) for m in FOR_ONE}
    right = typed.loops(None, **net.parts)
    updates.update({s: computed(net, {"update": typed.updating(right, s)}) for s in FOR_STEPS})
    for place, (pair, arguments) in enumerate(pair_programs(net_name)):
        if place % every == 0:
            yield pair, judged_pair(net_name, pair, arguments, updates if "update" in arguments else gradients)


def random_formula(rng):
    """(words, function) of a random wrong program: a factor of the chain rule replaced by a random formula."""
    place = rng.choice(["slope", "weight", "bias", "back", "loss"])
    factors = {
        "slope": {"z": (0, 1, 2), "a": (0, 1, 2, 3), "(1-a)": (0, 1, 2, 3)},
        "weight": {"d": (1, 2), "x": (0, 1, 2), "w": (0, 1, 2), "b": (0, 1), "a": (0, 1)},
        "bias": {"d": (1, 2), "b": (0, 1, 2), "a": (0, 1), "z": (0, 1)},
        "back": {"d": (1, 2), "w": (0, 1, 2), "x": (0, 1)},
        "loss": {"a": (0, 1, 2), "y": (0, 1, 2), "(a-y)": (0, 1, 2, 3)},
    }[place]
    powers = {name: int(rng.choice(choices)) for name, choices in factors.items()}
    constant = float(rng.choice([1.0, 1.0, 1.0, 2.0, -1.0, 3.0, 0.1]))
    plus = float(rng.choice([0.0, 0.0, 0.1, 1.0]))

    def product(**numbers):
        value = constant
        for name, power in powers.items():
            value = value * numbers[name] ** power
        return value + plus

    def gradients(parameters, inputs, label):
        Ws, bs = parameters[0::2], parameters[1::2]
        A, Z = [np.asarray(inputs, dtype=float)], []
        for W, b in zip(Ws, bs, strict=True):
            Z.append(W @ A[-1] + b)
            A.append(1 / (1 + np.exp(-Z[-1])))
        a = A[-1]
        g = 2 * (a - label)
        if place == "loss":
            g = product(a=a, y=label, **{"(a-y)": a - label}) * np.ones_like(a)
        found = []
        for k in reversed(range(len(Ws))):
            a, z, x, W, b = A[k + 1], Z[k], A[k], Ws[k], bs[k]
            slope = product(z=z, a=a, **{"(1-a)": 1 - a}) if place == "slope" else a * (1 - a)
            d = g * slope * np.ones_like(a)
            gW, gb = np.outer(d, x), d
            if place == "weight":
                gW = product(d=d[:, None], x=x[None, :], w=W, b=b[:, None], a=a[:, None]) * np.ones_like(W)
            if place == "bias":
                gb = product(d=d, b=b, a=a, z=z) * np.ones_like(b)
            found = [gW, gb, *found]
            if place == "back":
                g = (product(d=d[:, None], w=W, x=x[None, :]) * np.ones_like(W)).sum(axis=0)
            else:
                g = W.T @ d
        return found

    return f"{place}: {constant} * {powers} + {plus}", gradients


def random_formulas(count, net_name="2-3-1 sigmoid", seed=0):
    """(formula, outcome) for random formulas that are none of the catalogue's."""
    net = NETS[net_name]
    known = {m: computed(net, {"gradients": typed.loops(m, **net.parts)}) for m in [None, *FOR_ONE]}
    scales = [1.0, 0.5]
    rng = np.random.default_rng(seed)
    seen = set()
    while count:
        formula, gradients = random_formula(rng)
        values = computed(net, {"gradients": gradients})
        if formula in seen:
            continue
        seen.add(formula)
        if any(v is not None and same_numbers(scale * v, values) for v in known.values() for scale in scales):
            continue
        if is_multiple(known[None], values):  # right up to a constant, which is a choice
            continue
        count -= 1
        start = time.perf_counter()
        diagnosis = diagnose(gradients=gradients, sizes=net.sizes)
        seconds = time.perf_counter() - start
        ids = [found.id for found in diagnosis.mistakes]
        if diagnosis.ok:
            outcome = "called right"
        elif diagnosis.findings.is_pair:
            outcome = "named as a pair"
        elif ids:
            outcome = "named"
        else:
            outcome = "formula recovered" if diagnosis.formula else "unknown"
        yield formula, outcome, ids, seconds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", action="store_true", help="print every cell, not only those that fell short")
    parser.add_argument("--pairs", type=int, metavar="N", help="judge every Nth pair of mistakes too")
    parser.add_argument("--random", type=int, metavar="N", help="judge N random formulas too")
    arguments = parser.parse_args()
    found = singles()
    for cell in found:
        if arguments.all or cell.outcome in ("missed", "wrong", "blamed"):
            print(f"{cell.style:8} {cell.net:28} {cell.mistake:9} {cell.outcome:10} {cell.named} {cell.conventions}")
    print(len(found), "single mistakes:", dict(Counter(cell.outcome for cell in found)))
    print(f"a diagnosis: median {statistics.median(cell.seconds for cell in found):.3f} s,", end=" ")
    print(f"slowest {max(cell.seconds for cell in found):.3f} s")
    if arguments.random:
        outcomes = list(random_formulas(arguments.random))
        for formula, outcome, ids, _ in outcomes:
            if outcome in ("called right", "named") or arguments.all or outcome == "named as a pair":
                print(f"{outcome}: {formula} {ids}")
        print(len(outcomes), "random formulas:", dict(Counter(outcome for _, outcome, _, _ in outcomes)))
        print(f"a diagnosis: median {statistics.median(seconds for *_, seconds in outcomes):.3f} s")
    if arguments.pairs:
        for net_name in NETS:
            outcomes = list(pairs(net_name, arguments.pairs))
            for pair, outcome in outcomes:
                if outcome[0] in ("wrong", "another pair with a member") or arguments.all:
                    print(f"{net_name}: {pair!s} {outcome}")
            words = [outcome if isinstance(outcome, str) else outcome[0] for _, outcome in outcomes]
            print(f"{net_name}, {len(words)} pairs: {dict(Counter(words))}")


if __name__ == "__main__":
    main()
