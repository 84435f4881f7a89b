"""A diagnosis names the mistake: every one of the catalogue, and never a wrong one.

The wrong programs are typed in (`mistakes.py`); whether they are wrong is asked of central differences. The whole
matrix, all pairs and 500 random formulas: `python tests/benchmarks/diagnosis_matrix.py --random 500 --pairs 1`.
"""

import math
import re
import shutil
import subprocess
import sys
from collections import Counter
from itertools import product

import mistakes as typed
import numpy as np
import pseudocode
import pytest
from benchmarks import diagnosis_matrix as matrix

import neurons
from neurons.classroom import Diagnosis, diagnose
from neurons.classroom.course.course import Course
from neurons.classroom.diagnosis.cases import Network
from neurons.classroom.diagnosis.catalogue import CATALOGUE, STAGES
from neurons.classroom.diagnosis.findings import Findings, ranked_mistakes
from neurons.classroom.diagnosis.matching import PLAIN, Match
from neurons.classroom.diagnosis.reference import Variant, run
from neurons.classroom.diagnosis.smallest_case import TEACHING_NUMBERS, small_sizes, teaching_cases
from neurons.classroom.exercises.exercise import exercises
from neurons.errors import NeuronsError

SIZES = [2, 3, 1]


def ids(diagnosis):
    return [mistake.id for mistake in diagnosis.mistakes]


# Every mistake named


@pytest.mark.parametrize("style", ["loops", "arrays", "update"])
def test_every_mistake_is_named(style):
    """Alone, or together with those that outputs cannot tell from it; conventions are named and not failed."""
    nets = ["P1 2-2-2 relu/sigmoid", "P2 2-2-3 sigmoid/softmax", "P3 2-2-2-2 sigmoid/identity"]
    cells = matrix.singles([style], nets, kinds=())
    assert {cell.outcome for cell in cells} <= {"unique", "twin", "convention", "invisible"}
    for cell in cells:
        if cell.outcome == "twin":
            assert any(set(cell.named) <= twins for twins in matrix.TWINS), cell
    counts = Counter(cell.outcome for cell in cells)
    print(style, dict(counts))
    assert counts["unique"] > 3 * counts["twin"]


@pytest.mark.slow
def test_every_mistake_of_a_class_is_named():
    cells = matrix.singles([], [])
    print(dict(Counter(cell.outcome for cell in cells)))
    for cell in cells:
        assert cell.outcome == "unique" or set(cell.named) <= {"A1", "L7"}, cell


def test_no_row_of_the_catalogue_is_left_out():
    typed_in = {
        m.split()[0] for m in [*matrix.FOR_BATCHES, *matrix.FOR_STEPS, *matrix.FOR_MODELS, "B9", "X6", "X13", "B8"]
    }
    assert typed_in == set(CATALOGUE)
    assert {mistake.stage for mistake in CATALOGUE.values()} == set(STAGES)
    assert all(mistake.question.endswith("?") for mistake in CATALOGUE.values())


def in_one_layer(mistake, place):
    """Right gradients, but for a mistake in one layer of several."""

    def gradients(parameters, inputs, label):
        activations = [inputs]
        for W, b in zip(parameters[0::2], parameters[1::2], strict=True):
            activations.append(1 / (1 + np.exp(-(W @ activations[-1] + b))))
        g, found = 2 * (activations[-1] - label), []
        for layer in reversed(range(len(parameters) // 2)):
            a, i, wrong = activations[layer + 1], activations[layer], mistake if layer == place else None
            slope = {"A1": np.ones_like(a), "A4": a, "X10": (a * (1 - a)) ** 2}.get(wrong, a * (1 - a))
            d = g * slope
            found = [np.outer(d, np.ones_like(i) if wrong == "W1" else i), 0 * d if wrong == "Bi1" else d, *found]
            g = d @ parameters[2 * layer]
            g = g / len(d) if wrong == "X5" else g
        return found

    return gradients


@pytest.mark.parametrize("place, mistakes", [(0, "A1 A4 X10 W1 Bi1"), (1, "A1 A4 X10 W1 Bi1 X5")])
def test_a_mistake_in_one_of_several_hidden_layers_is_named(place, mistakes):
    for mistake in mistakes.split():
        assert ids(diagnose(gradients=in_one_layer(mistake, place), sizes=[2, 3, 3, 2])) == [mistake]
    assert diagnose(gradients=in_one_layer(None, place), sizes=[2, 3, 3, 2]).ok


def test_only_the_first_example_is_one_example():
    first = lambda p, X, Y: typed.loops()(p, X[0], Y[0])  # noqa: E731
    assert ids(diagnose(gradients=first, sizes=SIZES, batch=True)) == ["B3"]


def test_a_single_output_and_biases_left_out():
    for mistake in ("W1", "A2", "X3", "L2"):
        assert ids(diagnose(gradients=typed.loops(mistake, biases=False), sizes=SIZES, biases=False)) == [mistake]
    assert diagnose(gradients=typed.loops(biases=False), sizes=SIZES, biases=False).ok


# Never a wrong name


@pytest.mark.slow
def test_random_formulas_are_never_given_a_name():
    outcomes = list(matrix.random_formulas(40))
    counts = Counter(outcome for _, outcome, _, _ in outcomes)
    print(dict(counts))
    assert set(counts) <= {"unknown", "formula recovered"}, [
        o for o in outcomes if o[1].startswith(("named", "called"))
    ]
    assert counts["formula recovered"] >= 5


@pytest.mark.slow
@pytest.mark.parametrize("net", ["P1 2-2-2 relu/sigmoid", "P2 2-2-3 sigmoid/softmax", "2-3-1 sigmoid"])
def test_pairs_are_named_as_the_pair_or_one_of_it(net):
    outcomes = list(matrix.pairs(net, every=61))
    words = Counter(outcome if isinstance(outcome, str) else outcome[0] for _, outcome in outcomes)
    print(net, dict(words))
    assert words["wrong"] == words["unknown"] == 0, [o for o in outcomes if o[1][0] in ("wrong", "unknown")]
    assert words["the pair"] > len(outcomes) / 3


def numpy_gradients(parameters, inputs, label, dtype=float, factor=2.0, at_zero=0.0, hidden="sigmoid"):
    """Right gradients of a 2-layer network with mean squared error, with NumPy."""
    W1, b1, W2, b2 = (np.asarray(part, dtype=dtype) for part in parameters)
    x, y = np.asarray(inputs, dtype=dtype), np.asarray(label, dtype=dtype)
    z1 = W1 @ x + b1
    if hidden == "relu":
        h = np.maximum(z1, 0)
        slope = np.where(z1 > 0, 1.0, np.where(z1 == 0, at_zero, 0.0)).astype(dtype)
    else:
        h = 1 / (1 + np.exp(-z1))
        slope = h * (1 - h)
    a = 1 / (1 + np.exp(-(W2 @ h + b2)))
    d2 = dtype(factor) * (a - y) * a * (1 - a)
    d1 = (W2.T @ d2) * slope
    return [np.outer(d1, x), d1, np.outer(d2, h), d2]


def backwards_loops(parameters, inputs, label):
    """The loops from the last neuron to the first."""
    flipped = [np.flip(part) for part in parameters]
    found = typed.loops()(flipped, np.flip(inputs), np.flip(label))
    return [np.flip(part) for part in found]


def running_mean(parameters, X, Y):
    """The mean over a batch, kept up to date example by example."""
    mean = [np.zeros_like(part) for part in parameters]
    for count, (x, y) in enumerate(zip(X, Y, strict=True), start=1):
        for place, part in enumerate(typed.loops()(parameters, x, y)):
            mean[place] += (np.asarray(part) - mean[place]) / count
    return mean


def column_biases(parameters, inputs, label):
    """Bias gradients as columns."""
    found = numpy_gradients(parameters, inputs, label)
    return [found[0], found[1][:, None], found[2], found[3][:, None]]


CORRECT = {
    "loops": {"gradients": typed.loops()},
    "matrices": {"gradients": typed.arrays(), "batch": True},
    "other loop order": {"gradients": backwards_loops},
    "float32": {"gradients": lambda p, x, y: numpy_gradients(p, x, y, np.float32)},
    "half": {"gradients": lambda p, x, y: numpy_gradients(p, x, y, factor=1.0)},
    "running mean": {"gradients": running_mean, "batch": True},
    "sum": {"gradients": typed.arrays("B1"), "batch": True},
    "tuple": {"gradients": lambda p, x, y: tuple(typed.loops()(p, x, y))},
    "columns": {"gradients": column_biases},
    "relu at 0": {"gradients": lambda p, x, y: numpy_gradients(p, x, y, at_zero=1.0, hidden="relu"), "hidden": "relu"},
    "half relu at 0": {
        "gradients": lambda p, x, y: numpy_gradients(p, x, y, at_zero=0.5, hidden="relu"),
        "hidden": "relu",
    },
    "central difference": {
        "gradients": lambda p, x, y: matrix.central_difference(matrix.NETS["2-3-1 sigmoid"], p, x, y),
    },
    "update": {"update": typed.updating(typed.loops())},
    "update of a batch": {"update": typed.updating(typed.arrays()), "batch": True},
}


@pytest.mark.parametrize("name", CORRECT)
def test_correct_code_is_not_blamed(name):
    diagnosis = diagnose(sizes=SIZES, **CORRECT[name])
    assert diagnosis.ok and ids(diagnosis) == [], diagnosis.message
    expected = {"half": ["L1"], "sum": ["B1"]}.get(name, [])
    assert [convention.id for convention in diagnosis.conventions] == expected


@pytest.mark.parametrize(
    "cls", [neurons.Neuron, neurons.Layer, neurons.Model, pseudocode.Neuron, pseudocode.Layer, pseudocode.Model]
)
def test_correct_classes_are_not_blamed(cls):
    assert diagnose(cls).ok
    batches = diagnose(cls, batch=True)  # the lesson, read literally, trains on the last example only
    assert ids(batches) == ([] if cls.__module__.startswith("neurons") else ["B3"])


class ArrayLayer:
    """A layer of matrices, with other names and a sigmoid of its own."""

    slope_of = staticmethod(lambda a: a * (1 - a))
    dtype = float

    def __init__(self, n_in, n_out):
        self.W = np.ones((n_out, n_in), dtype=self.dtype)
        self.b = np.zeros(n_out, dtype=self.dtype)

    def forward(self, x):
        self.x = np.asarray(x, dtype=self.dtype)
        self.a = 1 / (1 + np.exp(-(self.W @ self.x + self.b)))
        return self.a

    def backward(self, g):
        d = np.asarray(g, dtype=self.dtype) * self.slope_of(self.a)
        self.dW, self.db = np.outer(d, self.x), d
        return self.W.T @ d

    def step(self, lr):
        self.W -= lr * self.dW
        self.b -= lr * self.db


class Float32Layer(ArrayLayer):
    dtype = np.float32


class SlottedLayer:
    """float32 in slots, without a __dict__."""

    __slots__ = ("W", "b", "x", "a", "dW", "db")
    dtype, slope_of = np.float32, staticmethod(ArrayLayer.slope_of)
    __init__, forward, backward, step = ArrayLayer.__init__, ArrayLayer.forward, ArrayLayer.backward, ArrayLayer.step


class FlatLayer(ArrayLayer):
    slope_of = staticmethod(lambda a: 1 / (1 + np.exp(-a)) * (1 - 1 / (1 + np.exp(-a))))


class HiddenGradientsLayer(ArrayLayer):
    """Only its step shows the gradients."""

    def backward(self, g):
        back = super().backward(g)
        self.__kept = (self.dW, self.db)
        self.dW = self.db = None
        return back

    def step(self, lr):
        self.W -= lr * self.__kept[0]
        self.b -= lr * self.__kept[1]


class ReluLayer(ArrayLayer):
    slope_of = staticmethod(lambda a: a > 0)

    def forward(self, x):
        self.x = np.asarray(x)
        self.a = np.maximum(self.W @ self.x + self.b, 0)
        return self.a


class Net:
    """A model made from its sizes, of layers that are its own business."""

    hidden_layer = ReluLayer

    def __init__(self, sizes):
        kinds = [self.hidden_layer] * (len(sizes) - 2) + [ArrayLayer]
        self.layers = [kind(n, m) for kind, n, m in zip(kinds, sizes, sizes[1:], strict=False)]

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, g):
        for layer in reversed(self.layers):
            g = layer.backward(g)
        return g

    def step(self, lr):
        for layer in self.layers:
            layer.step(lr)


class NetWithoutGates(Net):
    hidden_layer = type("Open", (ReluLayer,), {"slope_of": staticmethod(lambda a: a >= 0)})


@pytest.mark.parametrize("cls", [ArrayLayer, Float32Layer, SlottedLayer, HiddenGradientsLayer, ReluLayer, Net])
def test_classes_of_another_kind_are_not_blamed(cls):
    assert diagnose(cls).ok, diagnose(cls).message


def test_mistakes_in_classes_of_another_kind():
    assert ids(diagnose(FlatLayer)) == ["A2"]
    assert set(ids(diagnose(NetWithoutGates))) == {"A1", "A6"}


@pytest.mark.slow
@pytest.mark.parametrize("more", [[], [1, 1, 1]])
def test_another_number_of_layers_is_said(more):
    class OddNet(Net):
        def __init__(self, sizes):
            super().__init__([*sizes, *more] if more else sizes[:1])

    assert ", but `layers` holds" in diagnose(OddNet).verdict


def test_classes_that_cannot_be_checked():
    class Unknown:
        def __init__(self, colour):
            self.colour = colour

        forward = backward_pass = print

    class Failing(ArrayLayer):
        def backward(self, g):
            return self.nothing

    assert "asks for colour, which is none of the arguments of Neuron(num_inputs, act)" in diagnose(Unknown).message
    assert "'Failing' object has no attribute 'nothing', in line " in diagnose(Failing).message
    assert "int needs the methods forward and backward_pass" in diagnose(int).message


def test_labels_may_be_taken_as_class_indices():
    def by_index(parameters, inputs, label):
        W, b = parameters
        z = W @ inputs + b
        p = np.exp(z) / np.exp(z).sum()
        p[label] -= 1
        return [np.outer(p, inputs), p]

    assert diagnose(gradients=by_index, sizes=[2, 3], output="softmax", loss="ce").ok
    assert diagnose(gradients=by_index, sizes=[2, 3], output="softmax").ok


def test_in_place_updates_are_taken():
    def in_place(parameters, inputs, label, learning_rate):
        for part, gradient in zip(parameters, typed.loops()(parameters, inputs, label), strict=True):
            part -= learning_rate * np.asarray(gradient)

    assert diagnose(update=in_place, sizes=SIZES).ok


class ColumnsLayer(ArrayLayer):
    """Weights of the shape (inputs, neurons), as in x @ W."""

    def __init__(self, n_in, n_out):
        self.W, self.b = np.zeros((n_in, n_out)), np.zeros((1, n_out))

    def forward(self, x):
        self.x = np.atleast_2d(x)
        self.a = 1 / (1 + np.exp(-(self.x @ self.W + self.b)))
        return self.a

    def backward(self, g):
        d = np.atleast_2d(g) * self.slope_of(self.a)
        self.dW, self.db = self.x.T @ d, d.sum(axis=0, keepdims=True)
        return d @ self.W.T

    def step(self, lr):
        self.W = self.W - lr * self.dW
        self.b = self.b - lr * self.db


class FlatColumnsLayer(ColumnsLayer):
    slope_of = staticmethod(np.ones_like)


class ListOfColumnsLayer(ColumnsLayer):
    """The same as lists of lists."""

    def __init__(self, n_in, n_out):
        self.weights, self.biases = [[0.0] * n_out for _ in range(n_in)], [0.0] * n_out

    W = property(lambda self: np.array(self.weights), lambda self, W: setattr(self, "weights", W.tolist()))
    b = property(lambda self: np.array(self.biases), lambda self, b: setattr(self, "biases", b.ravel().tolist()))


class NamedActNeuron:
    """It knows two activation functions, by their names."""

    __slots__ = ("weights", "bias", "activation", "x", "a", "gradients", "bias_gradient")
    slope_of = staticmethod(lambda name, a: a * (1 - a) if name == "sigmoid" else float(a > 0))

    def __init__(self, num_inputs, activation):
        self.weights, self.bias, self.activation = [0.0] * num_inputs, 0.0, activation

    def forward(self, x):
        self.x = x
        z = sum(w * i for w, i in zip(self.weights, x, strict=True)) + self.bias
        self.a = 1 / (1 + math.exp(-z)) if self.activation == "sigmoid" else max(z, 0.0)
        return self.a

    def backward_pass(self, g):
        d = g * self.slope_of(self.activation, self.a)
        self.gradients, self.bias_gradient = [d * i for i in self.x], d
        return [d * w for w in self.weights]

    def step(self, lr):
        self.weights = [w - lr * g for w, g in zip(self.weights, self.gradients, strict=True)]
        self.bias -= lr * self.bias_gradient


class OpenNamedActNeuron(NamedActNeuron):
    slope_of = staticmethod(lambda name, a: a * (1 - a) if name == "sigmoid" else 1.0)


@pytest.mark.parametrize("cls", [ColumnsLayer, ListOfColumnsLayer, NamedActNeuron])
def test_weights_by_columns_and_acts_by_name_are_understood(cls):
    assert diagnose(cls).ok, diagnose(cls).message


def test_mistakes_are_named_there_too():
    assert set(ids(diagnose(FlatColumnsLayer))) == {"A1", "L7"}
    assert ids(diagnose(OpenNamedActNeuron))[-1] == "A6"


class MeanOfAllNeuron(NamedActNeuron):
    """Its step takes the mean over every example that it has ever seen."""

    def __init__(self, num_inputs):
        super().__init__(num_inputs, "sigmoid")
        self.seen = []

    def backward_pass(self, g):
        d = g * self.a * (1 - self.a)
        self.seen.append([d * i for i in [*self.x, 1.0]])
        return [d * w for w in self.weights]

    def step(self, lr):
        *gradients, bias_gradient = np.mean(self.seen, axis=0)
        self.weights = [w - lr * g for w, g in zip(self.weights, gradients, strict=True)]
        self.bias -= lr * bias_gradient


class TurnedLayer(ArrayLayer):
    def backward(self, g):
        back = super().backward(g)
        self.dW = self.dW.T
        return back


class ShortStepLayer(ArrayLayer):
    def step(self, lr):
        self.W[:, :-1] -= lr * self.dW[:, :-1]
        self.b -= lr * self.db


class FirstNeuronLayer(ArrayLayer):
    def backward(self, g):
        super().backward(g)
        for weights, d in zip(self.W, self.db, strict=True):
            return weights * d


@pytest.mark.parametrize(
    "cls, mistake", [(TurnedLayer, "W6"), (ShortStepLayer, "W7"), (FirstNeuronLayer, "X4"), (MeanOfAllNeuron, "B8")]
)
def test_the_same_mistake_in_other_lines(cls, mistake):
    assert ids(diagnose(cls)) == [mistake], diagnose(cls).message


# The smallest case


def two_columns(text):
    """The (name, yours, correct) of the message's arithmetic."""
    rows = re.findall(r"^  (\S.*?) = .*?  +(\S+)  +(\S+)(?:  <- differs)?$", text, re.MULTILINE)
    return [(name, float(yours), float(correct)) for name, yours, correct in rows]


@pytest.mark.parametrize("mistake", ["A1", "A2", "A3", "A4", "A5", "W1", "W2", "Bi2", "L2", "L3", "L4", "L6", "L7"])
def test_the_smallest_case(mistake):
    """On one neuron where one is enough; its columns are what the two programs compute."""
    diagnosis = diagnose(gradients=typed.loops(mistake), sizes=SIZES)
    case = diagnosis.smallest.case
    assert case.network.sizes == ((1, 1, 1) if mistake == "A1" else (1, 1))
    numbers = [*case.inputs.ravel(), *(n for part in case.parameters for array in part for n in array.ravel())]
    assert all(number != 0.0 and abs(number) <= 3.0 for number in numbers)
    lines = diagnosis.smallest.lines
    assert [line.differs for line in lines] == [False] * (len(lines) - 1) + [True]
    if case.network.num_layers == 1:
        (w,), b = case.parameters[0][0][0], case.parameters[0][1][0]
        x, y = case.inputs[0][0], case.labels[0][0]
        z = w * x + b
        a = 1 / (1 + math.exp(-z))
        right = {"z": z, "a": a, "output_gradient": 2 * (a - y), "activation_gradient": a * (1 - a)}
        right["error"] = right["output_gradient"] * right["activation_gradient"]
        right |= {"gradients[0]": right["error"] * x, "bias_gradient": right["error"]}
        wrong = {
            "A2": ("activation_gradient", 1 / (1 + math.exp(-a)) * (1 - 1 / (1 + math.exp(-a)))),
            "A3": ("activation_gradient", z * a * (1 - a)),
            "A4": ("activation_gradient", a),
            "A5": ("activation_gradient", 1 - a),
            "L7": ("activation_gradient", 1.0),
            "L2": ("output_gradient", -2 * (a - y)),
            "L3": ("output_gradient", (a - y) ** 2),
            "L4": ("output_gradient", 2 * abs(a - y)),
            "L6": ("output_gradient", 2 * a),
            "W1": ("gradients[0]", right["error"]),
            "W2": ("gradients[0]", right["error"] * w),
            "Bi2": ("bias_gradient", right["error"] * b),
        }[mistake]
        rows = two_columns(str(diagnosis.smallest))
        assert [row[0] for row in rows] == [line.name for line in lines]
        for name, _, correct in rows:
            assert correct == pytest.approx(right[name], rel=1e-5)
        assert rows[-1][0] == wrong[0]
        assert rows[-1][1] == pytest.approx(wrong[1], rel=1e-5)


def test_the_smallest_case_is_not_at_a_kink():
    """At z = 0 any slope of ReLU is right."""
    for mistake in ("A6", "A7", "A8", "A9"):
        diagnosis = diagnose(gradients=typed.loops(mistake, hidden="relu"), sizes=SIZES, hidden="relu")
        case = diagnosis.smallest.case
        assert case.network.sizes == (1, 1, 1)
        (W, b), _ = case.parameters
        assert W[0, 0] * case.inputs[0, 0] + b[0] != 0.0


def test_the_smallest_case_of_a_second_call():
    for diagnosis in (
        diagnose(gradients=typed.collecting(typed.loops()), sizes=SIZES),
        diagnose(typed.classes("B8")[0]),
    ):
        assert ids(diagnosis) == ["B8"]
        first, second = diagnosis.smallest.lines
        assert not first.differs and second.differs
        assert second.yours == pytest.approx(2.0 * second.correct)


@pytest.mark.parametrize("net", ["P1 2-2-2 relu/sigmoid", "P2 2-2-3 sigmoid/softmax"])
@pytest.mark.parametrize("style", ["loops", "update"])
def test_every_mistake_has_a_smallest_case(net, style):
    network = matrix.NETS[net]
    for mistake, arguments in matrix.programs(style, network):
        diagnosis = network.diagnosed(**arguments)
        if mistake == "Bi7":  # a wrong shape says it all
            assert "shape" in diagnosis.message
        elif mistake.split()[0] not in matrix.NOT_ON[network.loss] and not diagnosis.ok:
            assert diagnosis.smallest is not None, mistake
            assert diagnosis.smallest.lines[-1].differs, mistake
            assert max(diagnosis.smallest.case.network.sizes) <= 2 or mistake == "C8"


def test_the_order_of_the_message():
    message = diagnose(gradients=typed.loops("A2"), sizes=SIZES).message
    places = [
        message.index(part)
        for part in ("wrong: ", "The smallest case", "yours", "<- differs", CATALOGUE["A2"].formula, "?", "(A2)")
    ]
    assert places == sorted(places)


def test_the_teaching_numbers_hide_no_factor():
    """None is 0 or 1, and no two are of one size: as weights, biases and inputs of the small networks."""
    sizes = [abs(number) for number in TEACHING_NUMBERS]
    assert len(set(sizes)) == len(sizes) and not {0.0, 1.0} & set(sizes)
    for network_sizes in ((1, 1), (2, 1), (2, 2), (1, 1, 1), (2, 2, 1), (2, 2, 2), (1, 2, 3)):
        for case in teaching_cases(Network(network_sizes), 1):
            numbers = [*case.inputs.ravel(), *(n for part in case.parameters for array in part for n in array.ravel())]
            assert len({abs(number) for number in numbers}) == len(numbers)
            assert all(np.abs(layer.z).min() > 0.01 for layer in run(case).layers)


def test_the_same_program_has_the_same_smallest_case():
    messages = {diagnose(gradients=typed.loops("A4"), sizes=SIZES).message for _ in range(3)}
    assert len(messages) == 1


IN_AN_EMPTY_FOLDER = """
import sys
sys.modules["hypothesis"] = None  # only the tests have it
from neurons.classroom import diagnose
from neurons.__main__ import main

class Neuron:
    def __init__(self, num_inputs):
        self.weights, self.bias = [0.1] * num_inputs, 0.0

    def forward(self, inputs):
        self.inputs = list(inputs)
        self.z = sum(w * i for w, i in zip(self.weights, inputs)) + self.bias
        return max(self.z, 0.0)

    def backward_pass(self, output_gradient):
        self.gradients = [output_gradient * i for i in self.inputs]
        self.bias_gradient = output_gradient
        return [output_gradient * w for w in self.weights]

print(diagnose(Neuron))
for exercise in ("01", "06", "18"):
    main(["course", "check", exercise])
"""


def test_a_diagnosis_and_a_check_leave_nothing_behind(tmp_path):
    """Neither in the folder they are called in nor beside a teacher's own exercise."""
    Course.start(str(tmp_path))
    shutil.copytree(exercises()[0].folder, tmp_path / "exercises" / "18_own", ignore=shutil.ignore_patterns("__py*"))
    shutil.copy(exercises()[0].path("solution.py"), tmp_path / "18_own.py")
    wrong = exercises()[5].text("solution.py").replace("error * input_activation", "error")
    (tmp_path / "06_weight_gradients.py").write_text(wrong, encoding="utf-8")
    before = set(tmp_path.rglob("*"))
    done = subprocess.run(
        [sys.executable, "-c", IN_AN_EMPTY_FOLDER], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    for word in ("A6", "gradients[i] = error", "18 own: passed"):
        assert word in done.stdout, done.stdout + done.stderr
    assert set(tmp_path.rglob("*")) - before <= {tmp_path / "progress.txt"}


def test_small_shapes_are_few_however_many_layers():
    for smallest in ([1, 1], [1, 1, 2], [1, 1, 1, 1, 1]):
        every = [sizes for sizes in product((1, 2, 3), repeat=len(smallest)) if sizes[-1] >= smallest[-1]]
        assert small_sizes(smallest) == sorted(every, key=lambda sizes: (sum(sizes), max(sizes)))[:24]
    assert len(small_sizes([1] * 100)) == 24  # of 3**100


def test_twins_are_said_to_be():
    diagnosis = diagnose(gradients=typed.loops("A6", hidden="relu"), sizes=[2, 2, 2], hidden="relu")
    assert set(ids(diagnosis)) == {"A1", "A6"}
    assert "could also be" in diagnosis.message and CATALOGUE["A6"].name in diagnosis.message


def test_the_preferred_of_several_pairs_stays_a_pair():
    found = [Match(tuple(Variant(i, "", None) for i in pair), PLAIN) for pair in (("W1", "S1"), ("W2", "S2"))]
    preferred = Diagnosis(Findings(mistakes=ranked_mistakes(found), matches=tuple(found))).preferring(
        lambda m: m.stage == "step"
    )
    assert set(ids(preferred)[:2]) == {"W1", "S1"} and preferred.findings.matches[0].ids == ("W1", "S1")


def test_an_unknown_mistake_is_called_unknown_and_its_formula_recovered():
    def squared(parameters, inputs, label):
        W, b = parameters
        a = 1 / (1 + np.exp(-(W @ inputs + b)))
        d = 2 * (a - label) * a * a * (1 - a)
        return [np.outer(d, inputs), d]

    diagnosis = diagnose(gradients=squared, sizes=[2, 2])
    assert not diagnosis.ok and diagnosis.mistakes == []
    assert diagnosis.verdict.startswith("wrong")
    yours, right = diagnosis.formula.splitlines()[0].split("; ")
    assert "output_gradient * a**2 * (1 - a) * input_activation[i]" in yours
    assert "output_gradient * a * (1 - a) * input_activation[i]" in right
    assert "Right: " not in diagnosis.message and "first goes wrong at gradients[0]" in diagnosis.message


def test_what_is_right_beside_an_unknown_mistake_is_said():
    def biases_squared(parameters, inputs, label):
        first, bias1, second, bias2 = typed.loops()(parameters, inputs, label)
        return [first, bias1, second, np.array(bias2) ** 2]

    diagnosis = diagnose(gradients=biases_squared, sizes=SIZES)
    assert not diagnosis.ok and diagnosis.mistakes == []
    right = next(line for line in diagnosis.message.splitlines() if line.startswith("Right: "))
    assert "the weight gradients of the output layer" in right and "first goes wrong at output[0].bias" in right


def test_a_weight_that_does_not_move_is_said_to_stay():
    def only_biases(parameters, inputs, label, learning_rate):
        found = typed.loops()(parameters, inputs, label)
        found = [np.array(part) for part in found]
        return [p - learning_rate * g if p.ndim == 1 else p for p, g in zip(parameters, found, strict=True)]

    lines = diagnose(update=only_biases, sizes=[2, 1]).smallest.lines
    assert "w[0]" in lines[-1].name and lines[-1].yours == lines[-1].before != lines[-1].correct


def test_a_lone_neuron_hears_of_no_layers():
    diagnosis = diagnose(typed.classes("A1")[0])
    assert "A1" in ids(diagnosis) and "layer" not in diagnosis.message and "not seen" not in diagnosis.message


# The loss


def outputs_of(parameters, inputs):
    a = np.asarray(inputs)
    for W, b in zip(parameters[0::2], parameters[1::2], strict=True):
        a = 1 / (1 + np.exp(-(W @ a + b)))
    return a


def squared_error(parameters, inputs, label, scale=1.0):
    return scale * ((outputs_of(parameters, inputs) - label) ** 2).sum()


def cross_entropy(parameters, inputs, label):
    a = outputs_of(parameters, inputs)
    return float(-(label * np.log(a) + (1 - label) * np.log(1 - a)).sum())


def test_the_loss_is_checked_too():
    right = typed.loops()
    assert diagnose(gradients=right, sizes=SIZES, loss_function=squared_error).ok
    half = diagnose(gradients=right, sizes=SIZES, loss_function=lambda p, x, y: squared_error(p, x, y, 0.5))
    assert "your gradients are 2 times the derivative of your own loss" in half.message
    other = diagnose(gradients=right, sizes=SIZES, loss_function=cross_entropy)
    assert not other.ok and "computes binary cross-entropy, not squared error" in other.verdict
    strange = diagnose(gradients=right, sizes=SIZES, loss_function=lambda p, x, y: squared_error(p, x, y) ** 2)
    assert not strange.ok and "does not compute squared error" in strange.verdict
    without_bias = diagnose(
        gradients=right,
        sizes=SIZES,
        loss_function=lambda p, x, y: squared_error([p[0], 0 * p[1], p[2], 0 * p[3]], x, y),
    )
    assert ids(without_bias) == ["F1"]
    assert "raises KeyError" in diagnose(gradients=right, sizes=SIZES, loss_function=lambda p, x, y: {}["a"]).message


def test_gradients_of_another_loss_are_said_to_be():
    diagnosis = diagnose(gradients=typed.loops(loss="bce"), sizes=SIZES)
    assert "these are the gradients of binary cross-entropy, but you named the loss squared error" in diagnosis.message


# What students hand in


def test_what_cannot_be_checked_is_said():
    right = typed.loops()

    def said(function, **more):
        diagnosis = diagnose(gradients=function, sizes=SIZES, **more)
        assert not diagnosis.ok
        assert repr(diagnosis) and diagnosis._repr_html_()
        return diagnosis.message

    assert "raises ZeroDivisionError: division by zero, in line " in said(lambda p, x, y: 1 / 0)
    assert "should return a list, W1, b1, W2, b2, but returns None" in said(lambda p, x, y: None)
    assert "should return 4 gradients, W1, b1, W2, b2, but returns 2" in said(lambda p, x, y: right(p, x, y)[:2])
    nan = said(lambda p, x, y: [np.nan * np.asarray(part) for part in right(p, x, y)])
    assert "gradient of W1 holds not-a-number" in nan
    rng = np.random.default_rng(0)
    noise = said(lambda p, x, y: [np.asarray(part) + rng.normal() for part in right(p, x, y)])
    assert "different numbers for the same arguments" in noise
    assert "is not an array of numbers" in said(lambda p, x, y: ["a", "b", "c", "d"])
    shape = said(lambda p, x, y: [np.zeros((4, 4)), *right(p, x, y)[1:]])
    assert "gradient of W1 has shape (4, 4), expected (3, 2)" in shape


def test_a_transposed_gradient_is_named_by_its_shape():
    def transposed(parameters, inputs, label):
        return [np.asarray(part).T for part in typed.loops()(parameters, inputs, label)]

    diagnosis = diagnose(gradients=transposed, sizes=SIZES)
    assert ids(diagnosis) == ["W6"]
    assert "gradient of W1 has shape (2, 3), expected (3, 2): it is transposed" in diagnosis.message


def test_changed_arguments_are_noticed_and_harmless():
    def spoiling(parameters, inputs, label):
        found = typed.loops()(parameters, inputs, label)
        for part in parameters:
            part *= 0.0
        inputs *= 0.0
        return found

    diagnosis = diagnose(gradients=spoiling, sizes=SIZES)
    assert diagnosis.ok and "changes the parameters" in diagnosis.message


class Guarded:
    """As a tensor that has to be detached first."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("call detach() first")


def returning(change):
    """A function whose right gradients are changed before they are returned."""
    return lambda p, x, y: change([np.asarray(part) for part in typed.loops()(p, x, y)])


@pytest.mark.parametrize(
    "change, sentence",
    [
        (lambda found: [None, *found[1:]], "gradient of W1 is not an array of numbers but None"),
        (lambda found: [part.astype(str) for part in found], "gradient of W1 is not an array of numbers"),
        (lambda found: [part + 0j for part in found], "gradient of W1 is not an array of numbers"),
        (lambda found: [Guarded(), *found[1:]], "(RuntimeError: call detach() first)"),
        (lambda found: [*found[2:], *found[:2]], "have the shapes of W2, b2, W1, b1, expected in this order: W1, b1"),
        (lambda found: found[::2] + found[1::2], "have the shapes of W1, W2, b1, b2, expected in this order: W1, b1"),
        (lambda found: sys.exit(3), "your code raises SystemExit: 3, in line "),
        (lambda found: (_ for _ in ()).throw(AssertionError()), "your code raises AssertionError, in line "),
    ],
)
def test_what_is_no_answer_is_said(change, sentence):
    diagnosis = diagnose(gradients=returning(change), sizes=SIZES)
    assert not diagnosis.ok and ids(diagnosis) == []
    assert sentence in diagnosis.message


def test_layers_in_the_other_order_are_not_called_transposed():
    def last_first(parameters, inputs, label):
        return typed.loops(biases=False)(parameters, inputs, label)[::-1]

    diagnosis = diagnose(gradients=last_first, sizes=[2, 3, 2], biases=False)
    assert ids(diagnosis) == [] and "it is transposed, or the order is W2, W1" in diagnosis.message
    turned = returning(lambda found: [part.T for part in found])
    assert ids(diagnose(gradients=turned, sizes=[2, 3, 2])) == ["W6"]


def test_gradients_may_come_in_a_dictionary():
    for names in (("W1", "b1", "W2", "b2"), ("dW1", "db1", "dW2", "db2")):
        named = returning(lambda found, names=names: dict(zip(names, found, strict=True)))
        assert diagnose(gradients=named, sizes=SIZES).ok


def test_a_forgotten_batch_is_said():
    assert "with batch=True it does not" in diagnose(gradients=typed.arrays(), sizes=[3, 2, 2]).message
    alone = diagnose(gradients=numpy_gradients, sizes=[3, 2, 2], batch=True)
    assert "one example at a time it does not: leave out batch=True" in alone.message


def test_no_batch_is_blamed_for_random_numbers():
    rng = np.random.default_rng(0)
    for batch in (False, True):  # it takes both
        drawn = lambda p, x, y: [rng.normal(size=part.shape) for part in p]  # noqa: E731
        message = diagnose(gradients=drawn, sizes=SIZES, batch=batch).message
        assert "different numbers for the same arguments" in message and "batch=True" not in message


def test_a_mean_over_all_calls_is_noticed():
    calls = []

    def mean(parameters, inputs, label):
        calls.append(typed.loops()(parameters, inputs, label))
        return [np.mean([np.asarray(call[place]) for call in calls], axis=0) for place in range(4)]

    message = diagnose(gradients=mean, sizes=SIZES).message
    assert "different numbers for the same arguments" in message


def test_rounded_numbers_are_said_to_be():
    rounded = returning(lambda found: [np.float64(np.float16(part)) for part in found])
    diagnosis = diagnose(gradients=rounded, sizes=SIZES)
    assert not diagnosis.ok and "but for the last digits the numbers are right" in diagnosis.message


def test_parameters_that_never_move_are_said_to_be():
    def forgetful(parameters, inputs, label, learning_rate):
        for part, gradient in zip(parameters, typed.loops()(parameters, inputs, label), strict=True):
            part = part - learning_rate * np.asarray(gradient)

    assert "leaves the parameters as they were" in diagnose(update=forgetful, sizes=SIZES).message

    def relu(parameters, x, y, learning_rate):  # which moves nothing where z < 0, and should not
        W, b = parameters
        z = W @ x + b
        d = 2 * (np.maximum(z, 0) - y) * (z > 0)
        return [W - learning_rate * np.outer(d, x), b - learning_rate * d]

    assert diagnose(update=relu, sizes=[2, 1], output="relu").ok


def test_a_learning_rate_of_its_own():
    update = typed.updating(typed.loops())
    diagnosis = diagnose(update=lambda p, x, y, learning_rate: update(p, x, y, 0.1), sizes=SIZES)
    assert ids(diagnosis) == ["S2"] and ", learning_rate = 0.5" in diagnosis.message


def test_conventions_that_cannot_be_told_apart():
    """With two outputs a half may be the mean over them; what takes other sizes too tells it."""
    half = lambda p, x, y: numpy_gradients(p, x, y, factor=1.0)  # noqa: E731
    assert [row.id for row in diagnose(gradients=half, sizes=[2, 3, 2]).conventions] == ["L1"]
    fixed = lambda p, x, y: half([p[0].reshape(3, 2), *p[1:]], x.reshape(2), y.reshape(2))  # noqa: E731
    diagnosis = diagnose(gradients=fixed, sizes=[2, 3, 2])
    assert diagnosis.ok
    assert CATALOGUE["L1"].name in diagnosis.verdict and CATALOGUE["L5"].name in diagnosis.verdict
    assert diagnosis.message.count("Perhaps a convention") == 2 and diagnosis.message.endswith("(L1, L5)")


def test_wrong_calls():
    right = typed.loops()
    for arguments, sentence in [
        ({}, "one of a class, gradients=, update="),
        ({"gradients": right}, "sizes=[2, 3, 1]"),
        ({"gradients": 3, "sizes": SIZES}, "must be a function but got 3"),
        ({"gradients": right, "sizes": [2]}, "at least 2 numbers"),
        ({"gradients": right, "sizes": SIZES, "hidden": "selu"}, "hidden must be one of sigmoid"),
        ({"gradients": right, "sizes": SIZES, "hidden": ["relu", "tanh"]}, "each of the 1 hidden layers but got list"),
        ({"gradients": right, "sizes": SIZES, "hidden": [3]}, "hidden must be a name such as relu but got 3"),
        ({"gradients": right, "sizes": SIZES, "loss": ["mse"]}, "loss must be a name such as mse but got list"),
        ({"gradients": right, "sizes": SIZES, "loss_function": 3}, "loss_function must be a function but got 3"),
        ({"gradients": right, "sizes": SIZES, "loss": "hinge"}, "loss must be one of mse, bce, ce"),
        ({"gradients": right, "sizes": SIZES, "loss": "ce"}, "takes a softmax output"),
        ({"gradients": right, "sizes": SIZES, "output": "softmax"}, "a single output is always 1"),
        ({"gradients": right, "sizes": [10**9, 1]}, "200,000 parameters, but with sizes=[1000000000, 1] there are 1,0"),
    ]:
        with pytest.raises(NeuronsError, match=re.escape(sentence)):
            diagnose(**arguments)
    with pytest.raises(NeuronsError, match="the text of 3 cannot be found"):
        diagnose(3)


def test_what_a_diagnosis_shows():
    diagnosis = diagnose(gradients=typed.loops("X9"), sizes=SIZES)
    assert isinstance(diagnosis, Diagnosis) and not diagnosis
    assert diagnosis.evidence == {"W1": 0.0, "b1": 0.0, "W2": pytest.approx(1.0), "b2": pytest.approx(1.0)}
    assert len(repr(diagnosis)) < 120 and "X9" in repr(diagnosis)
    assert str(diagnosis) == diagnosis.message
    html = diagnosis._repr_html_()
    assert "<table>" in html and "&lt;- differs" in html and "<script" not in html
    assert diagnose(gradients=typed.loops("W1"), sizes=SIZES).evidence["b1"] == pytest.approx(1.0)


def test_the_room_loads_when_it_is_touched():
    program = "import sys, neurons.classroom; print('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "False\n"


@pytest.mark.parametrize("sizes", [[2, 3, 1], [2, 3, 3]])
@pytest.mark.parametrize("factor", [2.0, 1.0])
def test_the_formula_of_the_loss_gradient_gives_its_number_whatever_its_factor_is(sizes, factor):
    """Half of the squared error is a choice: then the 2 is in no formula, as it is in no number."""

    def of_arrays(W1, b1, W2, b2, inputs, label):
        hidden = 1.0 / (1.0 + np.exp(-(W1 @ inputs + b1)))
        a = 1.0 / (1.0 + np.exp(-(W2 @ hidden + b2)))
        error = factor * (a - label)  # the slope is missing
        below = W2.T @ error * hidden * (1.0 - hidden)
        return [np.outer(below, inputs), below, np.outer(error, hidden), error]

    found = diagnose(gradients=lambda parameters, inputs, label: of_arrays(*parameters, inputs, label), sizes=sizes)
    assert "L7" in ids(found)
    lines = {line.name: line for line in found.smallest.lines}
    name = next(name for name in lines if name.endswith("output_gradient"))
    a = lines[name.replace("output_gradient", "a")].correct
    assert eval(lines[name].formula, {"a": a}) == pytest.approx(lines[name].correct)
