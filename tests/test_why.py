"""`model.why` explains every gradient rightly, prints what a calculator confirms, and lets no wrong one pass.

The oracles are `autograd`, which differentiates a NumPy program in which each path has an activation of its own, the
central difference of the same network in plain Python, and the numbers of a published worked example.
"""

import copy
import pickle
import re
from decimal import Decimal
from math import exp, log, tanh
from xml.etree import ElementTree

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import SLOPES, inputs_for, labels_for, models, numbers
from test_gradients import KINKED, vector
from test_worked_example import INPUTS, LABEL, backward
from test_worked_example import model as published_model  # noqa: F401 (a fixture)

import neurons
from neurons import (
    MSE,
    BinaryCrossEntropy,
    Layer,
    Model,
    Neuron,
    NeuronsError,
    OrderError,
    SoftmaxCrossEntropy,
    identity,
    relu,
    sigmoid,
)
from neurons.activations import Activation
from neurons.arrays.batch_loss import gradients_of

LOSSES = [MSE(), MSE(scale=0.5), SoftmaxCrossEntropy(), BinaryCrossEntropy()]


@st.composite
def passes(draw):
    """A model after one pass, its inputs, its label, and the names to ask for: a weight, a bias and an input."""
    model = draw(
        models(
            loss=draw(st.sampled_from(LOSSES)),
            weights=numbers(2.0),
            biases=numbers(2.0, zeros=False),
            max_layers=3,
            max_width=4,
        )
    )
    inputs, label = draw(inputs_for(model)), draw(labels_for(model))
    outputs = model.forward(inputs)
    model.backward_pass(model.loss.output_gradients(outputs, label))
    places = []
    for kind in "wb":
        layer_idx = draw(st.integers(0, len(model.layers) - 1))
        layer = model.layers[layer_idx]
        places.append((kind, layer_idx, draw(st.integers(0, layer.num_neurons - 1)), layer.num_inputs - 1))
    places.append(("x", 0, 0, draw(st.integers(0, len(inputs) - 1))))
    return model, inputs, label, places


def clear_of_the_kinks(model):
    """No nudge takes a ReLU across its kink."""
    for layer in model.layers:
        if layer.activation_function.name in KINKED:
            if any(abs(neuron.linear_activation) < 1e-3 for neuron in layer.neurons):
                return False
    return True


def name_of(model, place):
    kind, layer_idx, neuron_idx, i = place
    if kind == "x":
        return f"x[{i}]"
    return f"{model.layers[layer_idx].neurons[neuron_idx].name}.{f'w[{i}]' if kind == 'w' else 'b'}"


# --- the same network, written twice: for autograd and in plain Python ---

ARRAY_ACTS = {
    "sigmoid": lambda z: 1.0 / (1.0 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0.0, z, 0.0),
    "leaky_relu": lambda z: anp.where(z > 0.0, z, 0.01 * z),
    "identity": lambda z: z,
    **{f"leaky_relu({s})": lambda z, s=s: anp.where(z > 0.0, z, s * z) for s in SLOPES},
}
PLAIN_ACTS = {
    "sigmoid": lambda z: 1.0 / (1.0 + exp(-z)),
    "tanh": tanh,
    "relu": lambda z: max(0.0, z),
    "leaky_relu": lambda z: max(0.01 * z, z),
    "identity": lambda z: z,
    **{f"leaky_relu({s})": lambda z, s=s: z if z > 0.0 else s * z for s in SLOPES},
}


def array_loss(loss, outputs, label):
    if isinstance(loss, MSE):
        return loss.scale * anp.sum((outputs - label) ** 2)
    if isinstance(loss, BinaryCrossEntropy):
        outputs, label = anp.array([0.0, 1.0]) * outputs, anp.array([1.0 - label[0], label[0]])
    largest = anp.max(outputs)
    return anp.sum(label * (largest + anp.log(anp.sum(anp.exp(outputs - largest))) - outputs))


def plain_loss(loss, outputs, label):
    if isinstance(loss, MSE):
        return loss.scale * sum((a - y) ** 2 for a, y in zip(outputs, label, strict=True))
    if isinstance(loss, BinaryCrossEntropy):
        outputs, label = [0.0, outputs[0]], [1.0 - label[0], label[0]]
    largest = max(outputs)
    log_sum = largest + log(sum(exp(z - largest) for z in outputs))
    return sum(y * (log_sum - z) for z, y in zip(outputs, label, strict=True))


class Oracle:
    """A model's loss as a function of what flows into one layer, where each path has its own copy."""

    def __init__(self, model, label):
        self.loss, self.label = model.loss, vector(label, model.layers[-1].num_neurons)
        self.layers = [
            ([(n.weights, n.bias) for n in layer.neurons], layer.activation_function.name) for layer in model.layers
        ]

    def by_autograd(self, first_layer, values):
        """The gradients along the paths into `first_layer`, (next neuron, value)."""

        def loss(own_values):  # (next neuron, value)
            flowing = own_values
            for neurons_, act in self.layers[first_layer:]:
                weights = anp.array([weights for weights, _ in neurons_])
                flowing = ARRAY_ACTS[act](
                    anp.sum(weights * flowing, axis=1) + anp.array([bias for _, bias in neurons_])
                )
            return array_loss(self.loss, flowing, anp.array(self.label))

        return grad(loss)(anp.array([values] * len(self.layers[first_layer][0])))

    def gradient_of_loss(self, outputs):
        """dL/da of the outputs by autograd."""
        return grad(lambda values: array_loss(self.loss, values, anp.array(self.label)))(anp.array(outputs))

    def plain(self, first_layer, own_values):
        """L from the values that flow into each neuron of `first_layer`."""
        for layer_idx, (neurons_, act) in enumerate(self.layers[first_layer:]):
            rows = own_values if layer_idx == 0 else [own_values] * len(neurons_)
            own_values = [
                PLAIN_ACTS[act](sum(w * i for w, i in zip(weights, row, strict=True)) + bias)
                for (weights, bias), row in zip(neurons_, rows, strict=True)
            ]
        return plain_loss(self.loss, own_values, self.label)

    def by_central_difference(self, first_layer, values, path, i, nudge=1e-6):
        """The slope of L along one path, or along all of them (path None)."""
        sides = []
        for change in (nudge, -nudge):
            rows = [list(values) for _ in self.layers[first_layer][0]]
            for row_idx, row in enumerate(rows):
                if path in (None, row_idx):
                    row[i] += change
            sides.append(self.plain(first_layer, rows))
        return (sides[0] - sides[1]) / (2 * nudge)


def slope_by_central_difference(act, z, nudge=1e-6):
    return (PLAIN_ACTS[act](z + nudge) - PLAIN_ACTS[act](z - nudge)) / (2 * nudge)


def check_against_the_oracles(model, inputs, label, place):
    """Value, factors and shares of one answer; return the answer."""
    kind, layer_idx, neuron_idx, i = place
    answer = model.why(name_of(model, place))
    oracle = Oracle(model, label)
    size = max(1.0, abs(oracle.plain(0, [inputs] * model.layers[0].num_neurons)))

    def exactly(number):
        return pytest.approx(number, rel=1e-9, abs=1e-12 * size)

    def roughly(number):
        return pytest.approx(number, rel=1e-4, abs=1e-8 * size)

    if kind == "x":
        by_path = oracle.by_autograd(0, inputs)[:, i]
        assert answer.value == exactly(by_path.sum())
        assert answer.value == roughly(oracle.by_central_difference(0, inputs, None, i))
        assert answer.factors == {}
        next_layer, values, i_of_path = 0, inputs, i
    else:
        neuron = model.layers[layer_idx].neurons[neuron_idx]
        act = model.layers[layer_idx].activation_function.name
        values = [n.activation for n in model.layers[layer_idx].neurons]
        next_layer, i_of_path = layer_idx + 1, neuron_idx
        input_activation = 1.0
        if kind == "w":
            input_activation = (
                inputs if layer_idx == 0 else [n.activation for n in model.layers[layer_idx - 1].neurons]
            )[i]
        slope = grad(ARRAY_ACTS[act])(neuron.linear_activation)
        if next_layer < len(model.layers):
            by_path = oracle.by_autograd(next_layer, values)[:, neuron_idx]
            output_gradient = by_path.sum()
            assert answer.factors["dL/da"] == roughly(
                oracle.by_central_difference(next_layer, values, None, neuron_idx)
            )
        else:
            by_path = []
            output_gradient = oracle.gradient_of_loss(values)[neuron_idx]
        assert list(answer.factors) == ["dL/da", "da/dz", f"dz/dw[{i}]" if kind == "w" else "dz/db"]
        assert list(answer.factors.values()) == [exactly(output_gradient), exactly(slope), input_activation]
        assert answer.factors["da/dz"] == roughly(slope_by_central_difference(act, neuron.linear_activation))
        assert answer.value == exactly(output_gradient * slope * input_activation)
        # and the whole chain at once
        moved = [[(list(w), b) for w, b in neurons_] for neurons_, _ in oracle.layers]
        sides = []
        for change in (1e-6, -1e-6):
            weights, bias = oracle.layers[layer_idx][0][neuron_idx]
            weights = [w + change * (kind == "w" and idx == i) for idx, w in enumerate(weights)]
            moved[layer_idx][neuron_idx] = (weights, bias + change * (kind == "b"))
            other = copy.copy(oracle)
            other.layers = [(row, name) for row, (_, name) in zip(moved, oracle.layers, strict=True)]
            sides.append(other.plain(0, [inputs] * len(moved[0])))
        assert answer.value == roughly((sides[0] - sides[1]) / 2e-6)

    names = [] if next_layer == len(model.layers) else [n.name for n in model.layers[next_layer].neurons]
    assert [name for name, _ in answer.paths] == names
    for path, (_, share) in enumerate(answer.paths):
        assert share == exactly(by_path[path])
        assert share == roughly(oracle.by_central_difference(next_layer, values, path, i_of_path))
    assert answer.nudge == pytest.approx(answer.value, rel=1e-4, abs=1e-7 * size)
    assert answer.problems == []
    return answer


def checked_lines(text):
    """For each calculation in the text, whether its result is what a calculator makes of it."""
    arithmetic = r"[-+*/(). 0-9e]*?\d[-+*/(). 0-9e]*?"
    shares, in_sum = [], False
    for line in text.splitlines():
        in_sum = (in_sum or "reaches the loss" in line) and not line.strip().startswith(("check", "of the", "the step"))
        chain = re.fullmatch(rf"\s*(\S+)\s+= ({arithmetic} \* {arithmetic})", line)
        equation = re.search(rf"= ({arithmetic}) = (.*)$", line)
        if chain:
            yield right(chain[2], chain[1])
        if equation:
            yield right(equation[1], equation[2])
        share = re.match(r" {6}(?:via|\.\.\.) .*?(\S+)$", line)
        if share and in_sum:
            shares.append(share[1])
        total = re.match(r" {6}sum = (.*)", line)
        if total:
            yield right(" + ".join(f"({share})" for share in shares), total[1])
            shares = []


def right(expression, result):
    """Whether the calculator's number, rounded as the result is, is the result."""
    if "; stored: " in result:  # no calculator arrives at what is stored
        return False
    decimals = re.sub(r"\d[\d.]*(?:e[-+]\d+)?", lambda match: f"Decimal('{match[0]}')", expression)
    half = Decimal((0, (5,), Decimal(result).as_tuple().exponent - 1))
    return abs(eval(decimals) - Decimal(result)) <= half


@pytest.mark.slow
def test_1000_drawn_models_are_explained_as_the_oracles_do_and_as_a_calculator_confirms(record_property):
    lines, answers = [], 0

    @settings(max_examples=1000)
    @given(passes())
    def check(case):
        nonlocal answers
        model, inputs, label, places = case
        assume(clear_of_the_kinks(model))
        for place in places:
            lines.extend(checked_lines(str(check_against_the_oracles(model, inputs, label, place))))
            answers += 1

    check()
    agree = sum(lines) / len(lines)
    record_property("calculator", f"{sum(lines)} of {len(lines)} lines in {answers} answers")
    assert answers >= 3000
    assert len(lines) >= 2 * answers
    assert agree >= 0.998, f"{agree:.4%} of {len(lines)} lines"


def test_a_wrong_line_would_be_noticed():
    text = "\n".join(
        [
            "  dL/dw[0] = dL/da * da/dz",
            "  +0.0532  = +0.2398 * +0.2217",
            "  da/dz = +0.2   sigmoid slope a*(1-a) = 0.331800 * 0.668200 = +0.2218",
            "  dL/da = +0.2   hidden[X] reaches the loss through 2 neurons:",
            "      via output[0]: dL/dz * w[0] = +2.00000 * -1.00000 = -2.000",
            "      ... and 7 more: sum +1.0000",
            "      sum = -1.100",
        ]
    )
    assert list(checked_lines(text)) == [True, False, True, False]


# --- worked examples ---


def test_the_published_example_in_words(published_model):  # noqa: F811
    """Mazur prints 0.082167041 for w5 and 0.000438568 for w1, and the factors and shares on the way."""
    backward(published_model)
    w5 = published_model.why("output[0].w[0]")
    assert w5.value == pytest.approx(0.082167041, abs=1e-9)
    assert list(w5.factors.values()) == pytest.approx([0.74136507, 0.186815602, 0.593269992], abs=1e-9)
    w1 = published_model.why("hidden[0].w[0]", label=LABEL)
    assert w1.value == pytest.approx(0.000438568, abs=1e-9)
    assert list(w1.factors.values()) == pytest.approx([0.036350306, 0.241300709, INPUTS[0]], abs=1e-9)
    assert [share for _, share in w1.paths] == pytest.approx([0.055399425, -0.019049119], abs=1e-9)
    assert w1.nudge == pytest.approx(0.000438568, abs=1e-9)
    assert (
        str(w1)
        == """\
why is dL/d hidden[0].w[0] = +0.0004386 ?

  dL/dw[0]   = dL/da      * da/dz     * dz/dw[0]
  +0.0004386 = +0.0363503 * +0.241301 * +0.0500000

  dz/dw[0] = +0.0500000   the input on this weight: x[0]
  da/dz    = +0.241301   sigmoid slope a*(1-a) = 0.593270 * 0.406730 = +0.2413
  dL/da    = +0.0363503   hidden[0] reaches the loss through 2 neurons:
      via output[0]: dL/dz * w[0] = +0.138499 * +0.400000 = +0.05540
      via output[1]: dL/dz * w[0] = -0.0380982 * +0.500000 = -0.01905
      sum = +0.03635
  check without calculus: raise w[0] a tiny bit, and the loss changes +0.0004386 times as much. Same number."""
    )
    assert "from the loss: 2 * scale * (a - y) = 2 * 0.500000 * (0.751365 - 0.0100000) = +0.7414" in str(w5)


def softmax_model():
    output = Layer(2, 3, identity)
    output.neurons[0].weights, output.neurons[0].bias = [0.5, -1.0], 0.0
    output.neurons[1].weights, output.neurons[1].bias = [0.25, 0.75], 0.5
    output.neurons[2].weights, output.neurons[2].bias = [-0.5, 0.125], -0.25
    return Model([output], SoftmaxCrossEntropy())


def one_pass(model, inputs, label):
    outputs = model.forward(inputs)
    model.backward_pass(model.loss.output_gradients(outputs, label))
    return model


def test_softmax_has_its_own_words():
    text = str(one_pass(softmax_model(), [1.0, 2.0], 1).why("output[0].w[1]"))
    # logits -1.5, 2.25, -0.5: exp(-3.75) = 0.0235177, and the sum with 1 and exp(-2.75) = 0.0639279 is 1.08745
    assert "from the loss: p - y = 0.0216266 - 0 = +0.02163" in text
    assert (
        "p, the softmax probability of output[0]: exp(z - largest z) / their sum = 0.0235177 / 1.08745 = +0.02163"
        in text
    )
    assert "y, the label of output[0]: 0" in text
    assert "identity: the slope is 1 everywhere" in text


def test_binary_cross_entropy_has_its_own_words():
    model = Model.from_sizes([2, 1], loss=BinaryCrossEntropy(), init="zeros")
    model.layers[0].neurons[0].bias = 0.5
    text = str(one_pass(model, [1.0, 2.0], 1).why("output[0].b"))
    assert "from the loss: p - y = 0.622459 - 1 = -0.3775" in text
    assert "p, the probability of 1: sigmoid of the logit z = +0.500000 is +0.622459" in text


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (neurons.tanh, "tanh slope 1-a*a = 1 - 0.462117 * 0.462117 = +0.7864"),
        (relu, "relu slope: 1 where z is above 0, else 0; z = +0.500000"),
        (neurons.leaky_relu, "leaky_relu slope: 1 where z is above 0, else 0.01; z = +0.500000"),
        (neurons.LeakyReLU(-0.25), "leaky_relu(-0.25) slope: 1 where z is above 0, else -0.25; z = +0.500000"),
    ],
    ids=repr,
)
def test_the_slope_in_words(act, words):
    neuron = Neuron(1, act, weights=[0.5], bias=0.0)
    layer = Layer(1, 1, act)
    layer.neurons = [neuron]
    assert words in str(one_pass(Model([layer]), [1.0], 0.0).why("output[0].b"))


class Square(Activation):
    name = "square"

    def act(self, z):
        return z * z

    def delta_act(self, z):
        return 2.0 * z


class AbsoluteLoss:
    """A student's own."""

    def value(self, outputs, label):
        return sum(abs(a - y) for a, y in zip(outputs, label, strict=True))

    def output_gradients(self, outputs, label):
        return [1.0 if a > y else -1.0 for a, y in zip(outputs, label, strict=True)]


def test_own_activations_and_losses():
    model = Model.from_sizes([2, 2, 1], hidden=Square(), output=identity, loss=AbsoluteLoss(), seed=1)
    one_pass(model, [0.5, -1.0], [3.0])
    for name in ("hidden[0].w[1]", "hidden[1].b", "x[1]", "output[0].w[0]"):
        for label in (None, [3.0]):
            assert model.why(name, label=label).problems == []
    assert "delta_act(z) of square at z = " in str(model.why("hidden[0].b"))
    assert "came from the loss, " in str(model.why("output[0].b"))


class LastInputFirst(Neuron):
    """Sums in another order: right, but not bit for bit what `Neuron` would find."""

    def forward(self, inputs):
        self.activation = None
        z = self.bias
        for i in reversed(range(self.num_inputs)):
            z = self.weights[i] * inputs[i] + z
        self.input_activation, self.linear_activation, self.activation = list(inputs), z, self.act(z)
        self.input_gradients = None
        return self.activation

    def backward_pass(self, output_gradient):
        self.output_gradient, self.activation_gradient = output_gradient, self.delta_act(self.linear_activation)
        self.error = self.bias_gradient = self.activation_gradient * output_gradient
        self.gradients = [i * self.activation_gradient * output_gradient for i in self.input_activation]
        self.input_gradients = [w * self.activation_gradient * output_gradient for w in self.weights]
        self.num_examples = 1
        return self.input_gradients


def test_own_neurons():
    for seed in range(50):
        model = Model.from_sizes([3, 3, 2], init="uniform", seed=seed)
        for layer in model.layers:
            layer.neurons = [LastInputFirst(3, weights=n.weights, bias=n.bias, name=n.name) for n in layer.neurons]
        one_pass(model, [0.1, 0.2, 0.3], [0.7, 0.1])
        for name in ("hidden[0].w[1]", "hidden[1].b", "x[1]", "output[0].w[0]"):
            answer = model.why(name)
            assert answer.problems == [] and answer.nudge is not None


def test_numbers_that_have_no_end():
    model = Model.from_sizes([1, 1], output=identity, init="zeros")
    model.forward([1e200])
    model.backward_pass([1e200])
    with pytest.raises(neurons.NotFiniteError, match=r"output\[0\]\.w\[0\]: .* inf"):
        model.why("output[0].w[0]")


# --- the label ---


@pytest.mark.parametrize(
    ("loss", "label", "other"),
    [(MSE(), [1, 0.3], [1, 0.30001]), (MSE(scale=0.25), [-0.1, 7], [0, 7]), (SoftmaxCrossEntropy(), 1, 0)],
    ids=repr,
)
def test_another_label_is_refused_and_the_right_one_is_found(loss, label, other):
    model = one_pass(Model.from_sizes([2, 3, 2], loss=loss, seed=3), [0.3, -2.0], label)
    found, given_label = model.why("output[1].b"), model.why("output[1].b", label=label)
    assert "from the loss: " in str(found)
    assert str(found).splitlines()[:8] == str(given_label).splitlines()[:8]
    for wrong, name in ((other, "output[1].b"), ([float("nan")] * 2, "x[0]")):
        with pytest.raises(NeuronsError, match="another label|finite|at least 0"):
            model.why(name, label=wrong)


def test_a_copy_of_a_model_gives_the_same_answers():
    model = one_pass(Model.from_sizes([2, 2, 1], hidden=neurons.tanh, seed=1), [0.5, -1.0], 1)
    for twin in (model.copy(), copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        for name in ("hidden[0].w[1]", "output[0].b", "x[0]"):
            assert str(twin.why(name)) == str(model.why(name))


def test_a_gradient_of_no_label_came_from_the_loss():
    model = Model.from_sizes([2, 2], loss=SoftmaxCrossEntropy(), seed=1)
    model.forward([1.0, 2.0])
    model.backward_pass([0.5, 0.75])
    assert "came from the loss, SoftmaxCrossEntropy()" in str(model.why("output[0].b"))
    assert model.why("output[0].b").problems == []


# --- old and new numbers ---


def everything(model):
    """Every number of the model and of its last pass, bit for bit."""
    return [{**vars(neuron), "activation_function": 0} for layer in model.layers for neuron in layer.neurons]


@settings(max_examples=75)
@given(passes(), st.data())
def test_looking_changes_nothing_and_after_a_step_nothing_is_mixed(case, data):
    model, _, _, places = case
    assume(clear_of_the_kinks(model))
    name = name_of(model, data.draw(st.sampled_from(places)))
    before = repr(copy.deepcopy(everything(model)))
    fresh = model.why(name)
    assert repr(everything(model)) == before
    weights = [neuron.weights[:] for layer in model.layers for neuron in layer.neurons]
    biases = [neuron.bias for layer in model.layers for neuron in layer.neurons]
    model.step(0.5)
    stepped = model.why(name)
    assert (stepped.value, stepped.factors, stepped.paths) == (fresh.value, fresh.factors, fresh.paths)
    assert stepped.problems == []
    after = [neuron.weights for layer in model.layers for neuron in layer.neurons]
    if (weights, biases) != (after, [neuron.bias for layer in model.layers for neuron in layer.neurons]):
        if stepped.nudge is not None:  # then no weight that was looked at has moved
            assert str(stepped) == str(fresh)
        else:
            assert "changed since this backward pass" in str(stepped)
            assert "check without calculus:" not in str(stepped)
            assert "dL/dz * w" not in str(stepped)
    else:
        assert str(stepped) == str(fresh)


def test_after_a_step_the_shares_are_shown_without_weights():
    model = one_pass(Model.from_sizes([2, 2, 2], seed=1), [1.0, 0.5], [1, 0])
    model.step(0.5)
    answer = model.why("hidden[0].w[0]")
    assert answer.nudge is None
    assert len(answer.paths) == 2
    assert "via output[0]: " + f"{answer.paths[0][1]:+#.4g}" in str(answer)
    assert "weights have changed" in str(answer).splitlines()[-1]


def test_a_weight_moved_by_hand_where_its_input_was_0():
    """It does not show in z; but dL/di was made with the old one."""
    model = one_pass(Model.from_sizes([2, 2, 1], seed=1), [0.0, 1.0], 1)
    assert model.why("x[0]").nudge is not None
    model.layers[0].neurons[1].weights[0] += 0.25
    answer = model.why("x[0]")
    assert answer.nudge is None and answer.problems == []
    assert "weight whose input was 0 has changed" in str(answer)
    arrays = Model.from_sizes([2, 2, 1], seed=1).vectorised()
    one_pass_of_a_batch(arrays, [[0.0, 1.0]], [[1.0]])
    assert arrays.why("x[0]").nudge is not None
    arrays.layers[0].neurons[1].weights[0] += 0.25
    assert "weight whose input was 0 has changed" in str(arrays.why("x[0]"))


def test_a_move_of_one_bit_is_seen():
    model = one_pass(Model.from_sizes([2, 2, 1], seed=1), [1.0, 1.0], 1)
    model.layers[1].neurons[0].bias = 2.0
    one_pass(model, [1.0, 1.0], 1)
    model.layers[1].neurons[0].bias += 2**-50
    assert model.why("hidden[0].w[0]").nudge is None


# --- wrong gradients ---


class WrongSlope(Activation):
    name = "sigmoid"
    act = sigmoid.act

    def delta_act(self, z):
        return z * sigmoid.delta_act(z)  # the factor too many of the published lesson


class SlopeOfTheActivation(Neuron):
    def backward_pass(self, output_gradient):
        self.linear_activation, z = self.activation, self.linear_activation
        result = super().backward_pass(output_gradient)
        self.linear_activation = z
        return result


class NextWeight(Neuron):
    def backward_pass(self, output_gradient):
        super().backward_pass(output_gradient)
        self.input_gradients = [self.error * self.weights[i - 1] for i in range(self.num_inputs)]
        return self.input_gradients


class NextInput(Neuron):
    def backward_pass(self, output_gradient):
        result = super().backward_pass(output_gradient)
        self.gradients = [self.error * self.input_activation[i - 1] for i in range(self.num_inputs)]
        return result


class LastPathOnly(Layer):
    def backward_pass(self, output_gradients):
        super().backward_pass(output_gradients)
        return self.neurons[-1].input_gradients


class WrongLoss(MSE):
    def output_gradients(self, outputs, label):
        return [gradient / 2 for gradient in super().output_gradients(outputs, label)]


def made_of(neuron_class=Neuron, layer_class=Layer, act=sigmoid, loss=None):
    right = Model.from_sizes([2, 2, 2], seed=1)
    layers = []
    for layer in right.layers:
        twin = layer_class(layer.num_inputs, layer.num_neurons, act)
        twin.neurons = [neuron_class(2, act, weights=n.weights, bias=n.bias) for n in layer.neurons]
        twin.name = layer.name
        layers.append(twin)
    return one_pass(Model(layers, loss), [0.75, -0.5], [1.0, 0.0])


@pytest.mark.parametrize(
    ("wrong", "name", "label", "sentence"),
    [
        ({"act": WrongSlope()}, "output[0].w[0]", None, "check DISAGREES"),
        ({"act": WrongSlope()}, "hidden[0].b", None, "check DISAGREES"),
        ({"neuron_class": SlopeOfTheActivation}, "hidden[0].b", None, "but delta_act\\(z\\) is"),
        ({"neuron_class": NextWeight}, "hidden[0].w[1]", None, "via output\\[0\\]: dL/di is"),
        ({"neuron_class": NextWeight}, "x[0]", None, "via hidden\\[0\\]: dL/di is"),
        ({"neuron_class": NextInput}, "hidden[1].w[1]", None, "is not the product of its factors"),
        ({"layer_class": LastPathOnly}, "hidden[0].w[1]", None, "the shares sum to"),
        ({"loss": WrongLoss()}, "hidden[0].w[1]", [1.0, 0.0], "check DISAGREES"),
    ],
)
def test_wrong_backward_passes_are_found(wrong, name, label, sentence):
    assert made_of().why(name, label=label).problems == []
    answer = made_of(**wrong).why(name, label=label)
    assert any(re.search(sentence, problem) for problem in answer.problems), answer.problems
    assert any("check DISAGREES" in problem for problem in answer.problems), answer.problems
    assert f"WRONG: {answer.problems[0]}" in str(answer)
    assert "problem" in repr(answer)


@settings(max_examples=50)
@given(passes(), st.sampled_from([1.01, -1.0, 2.0]), st.data())
def test_a_number_that_somebody_changed_is_found(case, factor, data):
    model, _, _, places = case
    assume(clear_of_the_kinks(model))
    place = data.draw(st.sampled_from(places[:2]))
    answer = model.why(name_of(model, place))
    assume(abs(answer.value) > 1e-6)
    neuron = model.layers[place[1]].neurons[place[2]]
    if place[0] == "b":
        neuron.bias_gradient *= factor
    else:
        neuron.gradients[place[3]] *= factor
    assert "is not the product of its factors" in model.why(name_of(model, place)).problems[0]


@pytest.mark.parametrize("words", ["output_gradient", "activation_gradient"])
def test_a_factor_that_somebody_changed_is_found(words):
    model = made_of()
    neuron = model.layers[0].neurons[0]
    setattr(neuron, words, getattr(neuron, words) * 1.001)
    assert len(model.why("hidden[0].w[0]").problems) == 2


def test_at_the_kink_no_right_gradient_is_accused():
    model = Model.from_sizes([1, 2, 1], hidden=relu, output=identity, init="zeros")
    for neuron, weight in zip(model.layers[0].neurons, (1.0, -1.0), strict=True):
        neuron.weights = [weight]
    model.layers[1].neurons[0].weights = [1.0, -1.0]
    one_pass(model, [0.0], 1.0)
    answer = model.why("x[0]")
    assert answer.problems == []
    assert "hidden[0] stands at the kink of relu, z = 0" in str(answer)
    model.layers[1].neurons[0].weights[1] = 1.0  # away from a kink, a wrong one is
    model.layers[0].neurons[0].bias = model.layers[0].neurons[1].bias = 0.5
    one_pass(model, [0.25], 1.0)
    model.layers[0].neurons[0].gradients[0] = 0.125
    assert "DISAGREES" in model.why("hidden[0].w[0]").problems[-1]


# --- arrays ---


def one_pass_of_a_batch(model, inputs, labels):
    outputs = model.forward(np.array(inputs))
    model.backward_pass(gradients_of(model, outputs, np.array(labels)))
    return model


def bytes_of(model):
    """Every number of the model and of its last pass."""
    numbers_ = []
    for layer in model.layers:
        arrays = (layer.parameters, layer.sums, layer.last_pass.inputs, layer.errors, layer.input_gradients)
        numbers_ += [
            array.tobytes() for array in (*arrays, *vars(layer.last_pass.arrays).values()) if array is not None
        ]
    return numbers_


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@settings(max_examples=50)
@given(case=passes(), data=st.data())
def test_arrays_are_explained_like_neurons(dtype, case, data):
    model, inputs, label, places = case
    assume(clear_of_the_kinks(model))
    label = vector(label, model.layers[-1].num_neurons)
    arrays = model.vectorised(dtype)
    place = data.draw(st.sampled_from(places))
    name = name_of(model, place)
    one_pass_of_a_batch(arrays, [[0.5] * len(inputs), inputs, [1.0] * len(inputs)], [label] * 3)
    before = bytes_of(arrays)
    answer, expected = arrays.why(name, example=1, label=label), model.why(name)
    assert bytes_of(arrays) == before
    assert answer.problems == []
    assert answer.nudge is not None
    if dtype == "float64":
        size = max(1.0, abs(model.loss.value([n.activation for n in model.layers[-1].neurons], label)))
        close = {"rel": 1e-9, "abs": 1e-11 * size}
        assert answer.value == pytest.approx(expected.value, **close)
        assert list(answer.factors) == list(expected.factors)
        assert list(answer.factors.values()) == pytest.approx(list(expected.factors.values()), **close)
        assert [name for name, _ in answer.paths] == [name for name, _ in expected.paths]
        assert [s for _, s in answer.paths] == pytest.approx([s for _, s in expected.paths], **close)
    lines = list(checked_lines(str(answer)))
    assert lines.count(False) <= (0 if dtype == "float64" else 1)
    assert "of the last batch of 3, this is example 1" in str(answer)


@pytest.mark.parametrize("bias", [3.5, 4.0, 4.5, 5.0, 5.5])
def test_in_float32_a_saturated_neuron_is_not_accused(bias):
    """1 - a * a has few digits left there: that is rounding, in all gradients that it is part of, and no mistake."""
    model = Model([Layer(1, 1), Layer(1, 1, neurons.tanh), Layer(1, 1, identity)])
    for layer, b in zip(model.layers, (0.25, bias, 0.0), strict=True):
        layer.neurons[0].weights, layer.neurons[0].bias = [3.0], b
    arrays = one_pass_of_a_batch(model.vectorised("float32"), [[0.5]], [[1.0]])
    for name in ("x[0]", "hidden1[0].w[0]", "hidden1[0].b", "hidden2[0].w[0]", "output[0].w[0]"):
        assert arrays.why(name).problems == []
    np.multiply(arrays.layers[0].input_gradients, 2.0, out=arrays.layers[0].input_gradients)
    assert arrays.why("x[0]").problems != []


@pytest.mark.parametrize("engine", ["loops", "float64", "float32"])
@pytest.mark.parametrize("lead", [11.1, 36.0, 45.0, 95.0])
def test_an_answer_that_is_nearly_certain_is_not_accused(lead, engine):
    """p - y has few digits left there, or none, and the loss, a difference of outputs, does not move at all."""
    model = Model([Layer(1, 2, identity)], SoftmaxCrossEntropy())
    for neuron, weight in zip(model.layers[0].neurons, (lead + 1.5, 1.5), strict=True):
        neuron.weights, neuron.bias = [weight], 0.0
    if engine == "loops":
        one_pass(model, [1.0], 0)
    else:
        model = one_pass_of_a_batch(model.vectorised(engine), [[1.0]], [0])
    for name in ("x[0]", "output[0].w[0]", "output[1].w[0]", "output[1].b"):
        for label in (None, 0):
            assert model.why(name, label=label).problems == []


def test_in_float32_what_is_too_small_for_a_float_is_not_accused():
    """dL/da and da/dz are about 1e-26; their product, 1e-52, is 0 in a float32, and no mistake."""
    model = Model([Layer(1, 1), Layer(1, 1)], MSE())
    for layer, b in zip(model.layers, (0.0, -60.0), strict=True):
        layer.neurons[0].weights, layer.neurons[0].bias = [1.0], b
    arrays = one_pass_of_a_batch(model.vectorised("float32"), [[0.5]], [[0.0]])
    assert arrays.layers[1].errors.item() == 0.0 != arrays.layers[1].output_gradients.item()
    for name in ("x[0]", "hidden[0].w[0]", "output[0].b"):
        assert arrays.why(name).problems == []


def test_the_batch_is_told():
    inputs, labels = [[0.0, 1.0], [1.0, 1.0], [0.5, -1.0]], [[1.0], [0.0], [1.0]]
    model = Model.from_sizes([2, 3, 1], seed=2)
    arrays = model.vectorised()
    values = []
    for example, label in zip(inputs, labels, strict=True):
        one_pass(model, example, label)
        values.append(model.layers[0].neurons[1].gradients[1])
    one_pass_of_a_batch(arrays, inputs, labels)
    answer = model.why("hidden[1].w[1]")
    assert answer.mean == pytest.approx(sum(values) / 3, rel=1e-12)
    assert answer.value == values[-1]
    assert f"the step will use the mean over 3 examples, {answer.mean:+#.6g}" in str(answer)
    for example in range(3):
        on_arrays = arrays.why("hidden[1].w[1]", example=example)
        assert on_arrays.mean == pytest.approx(answer.mean, rel=1e-12)
        assert on_arrays.value == pytest.approx(values[example], rel=1e-12)
        assert f"of the last batch of 3, this is example {example}" in str(on_arrays)
    assert str(arrays.why("hidden[1].w[1]")) == str(on_arrays)
    assert one_pass(Model.from_sizes([2, 1]), [1.0, 2.0], 1).why("output[0].b").mean is None
    with pytest.raises(NeuronsError, match="the last example only.*example=1"):
        model.why("hidden[1].w[1]", example=1)
    with pytest.raises(NeuronsError, match="3 examples .* example 3"):
        arrays.why("hidden[1].w[1]", example=3)


@pytest.mark.parametrize("engine", ["loops", "numpy"])
def test_after_fit(engine):
    inputs, labels = neurons.datasets.xor()
    model = Model.from_sizes([2, 4, 1], seed=0, engine=engine)
    model.fit(inputs, labels, epochs=3, batch_size=2, learning_rate=1.0, seed=0)
    answer = model.why("hidden[2].w[1]")
    assert answer.value == pytest.approx(anp.prod(list(answer.factors.values())), rel=1e-12)
    assert "weights have changed since this backward pass" in str(answer)
    if engine == "numpy":
        assert "the arrays keep this sum, not the share of each path" in str(answer)
        with pytest.raises(OrderError, match=r"x\[0\] has no gradient"):
            model.why("x[0]")
    else:
        assert len(model.why("x[0]").paths) == 4


# --- many paths, names, order ---


@pytest.mark.parametrize("engine", ["loops", "numpy"])
def test_of_many_paths_the_largest_are_shown_and_the_sum_is_of_all(engine):
    model = Model.from_sizes([3, 40, 2], seed=1, engine=engine)
    if engine == "numpy":
        one_pass_of_a_batch(model, [[1.0, -0.5, 0.25]], [[1.0, 0.0]])
    else:
        one_pass(model, [1.0, -0.5, 0.25], [1.0, 0.0])
    answer = model.why("x[2]")
    text = str(answer)
    assert len(answer.paths) == 40
    assert sum(share for _, share in answer.paths) == pytest.approx(answer.value, rel=1e-12)
    assert text.count("via hidden[") == 8
    assert "... and 32 more: sum " in text
    by_size = sorted(answer.paths, key=lambda path: -abs(path[1]))
    assert re.findall(r"via (\S+):", text) == [name for name, _ in by_size[:8]]
    assert all(checked_lines(text)) and len(list(checked_lines(text))) == 9


def test_renamed_layers():
    model = Model([Layer(2, 2, name="first.layer"), Layer(2, 1, name="x")])
    one_pass(model, [1.0, 0.5], 1)
    assert model.why("first.layer[1].w[0]").paths[0][0] == "x[0]"
    assert model.why("x[0].b").factors["dz/db"] == 1.0
    assert model.why("x[0]").paths[1][0] == "first.layer[1]"
    model.layers[1].name = "first.layer"
    with pytest.raises(NeuronsError, match=r"2 neurons are called first.layer\[0\]"):
        model.why("first.layer[0].b")


@pytest.mark.parametrize(
    "name", ["hidden[4].w[0]", "hidden[0].w[2]", "x[2]", "x", "w[0]", "output[0].w[-1]", "", 3, None]
)
def test_unknown_names_say_which_there_are(name):
    model = one_pass(Model.from_sizes([2, 4, 1], seed=1), [1.0, 0.5], 1)
    message = (
        r"there is no gradient called .*: there are hidden\[0\] to hidden\[3\] with \.w\[0\] to w\[1\] and \.b;"
        r" output\[0\] with \.w\[0\] to w\[3\] and \.b; and the inputs x\[0\] to x\[1\]$"
    )
    with pytest.raises(NeuronsError, match=message):
        model.why(name)


def test_the_name_of_a_neuron_alone_says_what_to_ask_for():
    model = one_pass(Model.from_sizes([2, 4, 1], seed=1), [1.0, 0.5], 1)
    with pytest.raises(NeuronsError, match=r"ask for output\[0\]\.w\[0\], output\[0\]\.w\[1\] or output\[0\]\.b"):
        model.why("output[0]")


@pytest.mark.parametrize("engine", ["loops", "numpy"])
def test_before_a_pass(engine):
    model = Model.from_sizes([2, 2, 1], engine=engine)
    with pytest.raises(OrderError, match=r"hidden\[0\].w\[0\] has no gradient yet"):
        model.why("hidden[0].w[0]")
    model.forward([[1.0, 2.0]] if engine == "numpy" else [1.0, 2.0])
    with pytest.raises(OrderError, match="call forward and backward_pass first"):
        model.why("x[0]")


@pytest.mark.parametrize("engine", ["loops", "numpy"])
@pytest.mark.parametrize("inputs", [[1.0, 2.0, 3.0], [1e308, 1e308]])
def test_after_a_forward_pass_that_failed(engine, inputs):
    """Some neurons may hold the example before, others none: nothing is explained."""
    model = Model.from_sizes([2, 2, 1], engine=engine, init="uniform", seed=1)
    for neuron in model.layers[0].neurons:
        neuron.weights[:] = [1e100, 1e100]
    model.backward_pass(model.forward([[0.0, 0.0]] if engine == "numpy" else [0.0, 0.0]))
    assert model.why("x[0]").value is not None
    with pytest.raises(NeuronsError):
        model.forward([inputs] if engine == "numpy" else inputs)
    for name in ("hidden[0].w[0]", "output[0].b", "x[0]"):
        with pytest.raises(OrderError, match="no gradient"):
            model.why(name)


def test_in_a_debugger_and_in_a_notebook():
    model = one_pass(softmax_model(), [1.0, 2.0], 1)
    answer = model.why("output[2].w[1]")
    assert repr(answer).startswith("dL/d output[2].w[1] = 0.1176")
    assert repr(one_pass(softmax_model(), [0.0, 2.0], 1).why("output[1].w[0]")).startswith("dL/d output[1].w[0] = 0 dL")
    assert len(repr(answer)) < 120
    why_class = type(answer)
    assert repr(why_class.__new__(why_class)) == "Why, not yet built"
    page = ElementTree.fromstring(f"<div>{answer._repr_html_()}</div>")
    fractions = list(page.iter("mfrac"))
    assert all(len(fraction) == 2 for fraction in fractions)  # above and below
    # what is left where JupyterLab strips the mathematics of a notebook that it does not trust yet
    texts = ["".join(fraction.itertext()) for fraction in fractions]
    assert texts[:5] == ["∂L/∂output[2].w[1]", "∂L/∂w[1]", "∂L/∂a", "∂a/∂z", "∂z/∂w[1]"]
    slashes = [sign for sign in page.iter("mo") if sign.text == "/"]
    assert [sign.get("style") for sign in slashes] == ["display: none"] * len(fractions)
    text = "".join(page.itertext())
    for number in ("+0.1176", "+0.0587872", "raise w[1] a tiny bit, and the loss changes +0.1176 times as much"):
        assert number in text
