"""Every gradient of every weight, bias and input, against two oracles that know nothing of the package.

One is the central difference of a loss written out in 50-digit decimals: with a nudge of 1e-16 it is the derivative
itself. The other is `autograd`, which differentiates a NumPy program. The same file tests `check_gradients`: it accepts
every right model drawn and rejects each of many wrong backward passes.
"""

from contextlib import contextmanager
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from functools import reduce

import autograd.numpy as anp
import pytest
from autograd import grad
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import LEAKY, SLOPES, examples_for, inputs_for, labels_for, models, numbers

from neurons import (
    MSE,
    BinaryCrossEntropy,
    Layer,
    LeakyReLU,
    Model,
    Neuron,
    SoftmaxCrossEntropy,
    check_gradients,
    identity,
    leaky_relu,
    relu,
    sigmoid,
    tanh,
)

ALL_ACTIVATIONS = [sigmoid, tanh, relu, leaky_relu, identity, *LEAKY.values()]
ALL_LOSSES = [MSE(), MSE(scale=0.5), SoftmaxCrossEntropy(), BinaryCrossEntropy()]
KINKED = ("relu", "leaky_relu", *LEAKY)
LARGE = st.one_of(st.sampled_from([1e4, -1e4]), st.floats(-1e4, 1e4), numbers())  # for logits of ±1e4
NOT_ZERO = numbers(zeros=False)  # a bias of 0 leaves many a ReLU exactly at its kink


def neurons_of(model):
    return [neuron for layer in model.layers for neuron in layer.neurons]


def vector(label, num_outputs):
    """A label in any of its forms as one float per output."""
    if isinstance(label, list):
        return label
    if num_outputs == 1:
        return [float(label)]
    return [1.0 if output_idx == label else 0.0 for output_idx in range(num_outputs)]


@st.composite
def batches(draw, output, loss, max_examples):
    """A model that ends in `output` and `loss`, with a batch; one time in four its last layer is large."""
    output_weights = LARGE if draw(st.integers(0, 3)) == 3 else None
    model = draw(models(loss=loss, output=output, biases=NOT_ZERO, output_weights=output_weights))
    inputs, labels = draw(examples_for(model, 1, max_examples))
    return model, inputs, labels


def away_from_the_kink(model, margin=1e-9):
    """False if rounding could put a ReLU on the other side of its kink, or if it is on the kink itself."""
    for neuron in neurons_of(model):
        if neuron.activation_function.name in KINKED:
            largest = abs(neuron.bias) + sum(
                abs(weight * i) for weight, i in zip(neuron.weights, neuron.input_activation, strict=True)
            )
            if abs(neuron.linear_activation) <= margin * (1e-3 + largest):
                return False
    return True


def collected_gradients(model, inputs, labels):
    """By the framework: each neuron's mean gradients, the bias's last, and each example's input gradients."""
    input_gradients = []
    for example_inputs, label in zip(inputs, labels, strict=True):
        outputs = model.forward(example_inputs)
        assume(away_from_the_kink(model))
        input_gradients.append(model.backward_pass(model.loss.output_gradients(outputs, label)))
    mean_gradients = []
    for neuron in neurons_of(model):
        sums = [*neuron.gradient_sums, neuron.bias_gradient_sum]
        mean_gradients.append([gradient_sum / neuron.num_examples for gradient_sum in sums])
    return mean_gradients, input_gradients


# --- the central difference, in decimals ---

NUDGE = Decimal("1e-16")


@contextmanager
def fifty_digits():
    """Decimals of 50 digits whose exponents hardly end: exp(-1e8) is a number among others."""
    with localcontext(Context(prec=50, Emax=MAX_EMAX, Emin=MIN_EMIN)):
        yield


def exact_sigmoid(z):
    return 1 / (1 + (-z).exp())


def exact_tanh(z):
    return 1 - 2 / ((2 * z).exp() + 1)


EXACT_ACTIVATIONS = {
    "sigmoid": exact_sigmoid,
    "tanh": exact_tanh,
    "relu": lambda z: max(z, Decimal(0)),
    "leaky_relu": lambda z: z if z > 0 else z * Decimal(0.01),
    "identity": lambda z: z,
    **{f"leaky_relu({s})": lambda z, s=Decimal(s): z if z > 0 else z * s for s in SLOPES},
}


def exact_loss_of_outputs(loss, outputs, label):
    """The textbook's formula for the loss, with no care for overflow: decimals need none."""
    if isinstance(loss, MSE):
        squares = sum((output - y) ** 2 for output, y in zip(outputs, label, strict=True))
        return Decimal(loss.scale) * squares
    if isinstance(loss, SoftmaxCrossEntropy):
        exponentials = [output.exp() for output in outputs]
        total = sum(exponentials)
        return -sum(y * (e / total).ln() for e, y in zip(exponentials, label, strict=True) if y)
    probability, other = exact_sigmoid(outputs[0]), exact_sigmoid(-outputs[0])
    return -label[0] * probability.ln() - (1 - label[0]) * other.ln()


class ExactNetwork:
    """A model's numbers as decimals, each neuron's bias at the end of its weights, and the loss they lead to."""

    def __init__(self, model):
        self.loss_function = model.loss
        self.layers = [
            [[Decimal(number) for number in [*neuron.weights, neuron.bias]] for neuron in layer.neurons]
            for layer in model.layers
        ]
        self.acts = [EXACT_ACTIVATIONS[layer.activation_function.name] for layer in model.layers]

    def loss(self, inputs, label):
        values = inputs
        for neurons, act in zip(self.layers, self.acts, strict=True):
            values = [act(sum((w * i for w, i in zip(row, values)), row[-1])) for row in neurons]  # noqa: B905 (bias)
        return exact_loss_of_outputs(self.loss_function, values, label)


def central_difference(loss, row, i):
    """The slope of `loss()` along row[i]."""
    original = row[i]
    row[i] = original + NUDGE
    above = loss()
    row[i] = original - NUDGE
    below = loss()
    row[i] = original
    return float((above - below) / (2 * NUDGE))


def exact_gradients(model, inputs, labels):
    """By central differences: what `collected_gradients` gives, and the loss of each example."""
    num_outputs = model.layers[-1].num_neurons
    network = ExactNetwork(model)
    inputs = [[Decimal(number) for number in example] for example in inputs]
    labels = [[Decimal(y) for y in vector(label, num_outputs)] for label in labels]

    def mean_loss():
        return sum(network.loss(example, label) for example, label in zip(inputs, labels, strict=True)) / len(inputs)

    mean_gradients = [
        [central_difference(mean_loss, row, i) for i in range(len(row))] for layer in network.layers for row in layer
    ]
    input_gradients = []
    for example, label in zip(inputs, labels, strict=True):
        slopes = [
            central_difference(lambda: network.loss(example, label), example, i)  # noqa: B023 (called at once)
            for i in range(len(example))
        ]
        input_gradients.append(slopes)
    losses = [float(network.loss(example, label)) for example, label in zip(inputs, labels, strict=True)]
    return mean_gradients, input_gradients, losses


def assert_close(found, expected, relative, floors):
    """Lists of lists: each number within `relative` of the larger, or within its floor."""
    assert [len(row) for row in found] == [len(row) for row in expected]
    for row_idx, (found_row, expected_row) in enumerate(zip(found, expected, strict=True)):
        for i, (gradient, right) in enumerate(zip(found_row, expected_row, strict=True)):
            allowed = max(relative * max(abs(gradient), abs(right)), floors[row_idx][i])
            assert abs(gradient - right) <= allowed, f"row {row_idx}, number {i}: {gradient!r} but should be {right!r}"


@pytest.mark.parametrize("loss", ALL_LOSSES, ids=repr)
@pytest.mark.parametrize("output", ALL_ACTIVATIONS, ids=repr)
@settings(max_examples=10)
@given(data=st.data())
def test_every_gradient_agrees_with_the_central_difference(output, loss, data):
    model, inputs, labels = data.draw(batches(output, loss, max_examples=3))
    mean_gradients, input_gradients = collected_gradients(model, inputs, labels)
    with fifty_digits():
        right_means, right_inputs, losses = exact_gradients(model, inputs, labels)
    floor = 1e-9 * max(1.0, sum(losses) / len(losses))
    assert_close(mean_gradients, right_means, 1e-6, [[floor] * len(row) for row in right_means])
    floors = [[1e-9 * max(1.0, loss)] * len(row) for loss, row in zip(losses, right_inputs, strict=True)]
    assert_close(input_gradients, right_inputs, 1e-6, floors)
    for value, label, example in zip(losses, labels, inputs, strict=True):  # and the loss is the loss
        assert model.loss.value(model.forward(example), label) == pytest.approx(value, rel=1e-9, abs=1e-9)


# --- autograd ---


def array_sigmoid(z):
    return anp.exp(-anp.logaddexp(0.0, -z))


ARRAY_ACTIVATIONS = {
    "sigmoid": array_sigmoid,
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0.0, z, 0.0),
    "leaky_relu": lambda z: anp.where(z > 0.0, z, 0.01 * z),
    "identity": lambda z: z,
    **{f"leaky_relu({s})": lambda z, s=s: anp.where(z > 0.0, z, s * z) for s in SLOPES},
}


def array_loss(model, parameters, inputs, labels):
    """The sum of the examples' losses, as a NumPy program: inputs (example, input), labels (example, output)."""
    values = inputs
    for layer, (weights, biases) in zip(model.layers, parameters, strict=True):
        values = ARRAY_ACTIVATIONS[layer.activation_function.name](anp.dot(values, weights.T) + biases)
    if isinstance(model.loss, MSE):
        return model.loss.scale * anp.sum((values - labels) ** 2)
    if isinstance(model.loss, SoftmaxCrossEntropy):
        log_of_sum = reduce(anp.logaddexp, [values[:, k] for k in range(values.shape[1])])  # (example,)
        return anp.sum(labels * (log_of_sum[:, None] - values))
    return anp.sum(anp.logaddexp(0.0, values) - labels * values)


def gradients_by_autograd(model, inputs, labels):
    """What `collected_gradients` gives, differentiated by `autograd`."""
    parameters = [
        (anp.array([n.weights for n in layer.neurons]), anp.array([n.bias for n in layer.neurons]))
        for layer in model.layers
    ]
    num_outputs = model.layers[-1].num_neurons
    label_rows = anp.array([vector(label, num_outputs) for label in labels])

    def loss(parameters_and_inputs):
        return array_loss(model, *parameters_and_inputs, label_rows)

    with anp.errstate(over="ignore"):  # the slope of its tanh is 1 / cosh(z)**2, and rightly 0 where cosh overflows
        of_layers, of_inputs = grad(loss)((parameters, anp.array(inputs)))
    mean_gradients = []
    for weights, biases in of_layers:
        for row, bias in zip(weights, biases, strict=True):
            mean_gradients.append([float(number) / len(inputs) for number in [*row, bias]])
    return mean_gradients, of_inputs.tolist()


EPS = 2.0**-53  # the relative error of one rounded operation
FUNCTION = 4 * EPS  # exp and tanh of the C library and of NumPy are right to within a few such errors
TINY = 1e-290  # what falls below the smallest float on the way, however it is multiplied later


def rounding_of_forward(layer, input_errors):
    """Bounds on the rounding errors of each activation and each slope of a layer, given those of its inputs."""
    of_activations, of_slopes = [], []
    for neuron in layer.neurons:
        terms = list(zip(neuron.weights, neuron.input_activation, input_errors, strict=True))
        size = abs(neuron.bias) + sum(abs(weight * i) for weight, i, _ in terms)
        z_error = sum(abs(weight) * error for weight, _, error in terms) + (len(terms) + 2) * EPS * size
        slope, a = abs(neuron.activation_gradient), abs(neuron.activation)
        if neuron.activation_function.name in ("sigmoid", "tanh"):
            exponent = min(abs(neuron.linear_activation), 750.0)  # rounded before exp is taken: exp(-logaddexp(0, -z))
            own = (4 * FUNCTION + 4 * EPS) * (a + slope) + EPS * exponent * slope
            # |act''| <= 2 * act' for both; the square is the second order, which counts where the slope rounds to 0.
            of_activations.append(slope * z_error + z_error**2 + own)
            of_slopes.append(2 * slope * z_error + z_error**2 + own)
        else:
            of_activations.append(slope * z_error + EPS * a)
            of_slopes.append(0.0)
    return of_activations, of_slopes


def rounding_of_output_gradients(model, output_errors):
    """A bound on the rounding error of each dL/da, given that of each output."""
    neurons = model.layers[-1].neurons
    largest_error, largest_output = max(output_errors), max(abs(neuron.activation) for neuron in neurons)
    bounds = []
    for neuron, error in zip(neurons, output_errors, strict=True):
        if isinstance(model.loss, MSE):
            label = neuron.activation - neuron.output_gradient / (2.0 * model.loss.scale)
            size = abs(neuron.activation) + abs(label)
            bounds.append(2.0 * model.loss.scale * (error + 2 * EPS * size))
        else:  # p - y, both at most 1; the exponents in p are rounded in proportion to the logits
            exponents = (4 * EPS * largest_output + FUNCTION) * (len(neurons) + 2)
            bounds.append(2.0 * largest_error + exponents + 2 * EPS)
    return bounds


def rounding_of_backward(layer, gradient_errors, slope_errors, input_errors):
    """Bounds for each neuron's gradients, the bias's last, and for the layer's input gradients."""
    of_neurons, of_inputs = [], [0.0] * layer.num_inputs
    for neuron, gradient_error, slope_error in zip(layer.neurons, gradient_errors, slope_errors, strict=True):
        gradient, slope = abs(neuron.output_gradient), abs(neuron.activation_gradient)
        size = gradient * slope
        error = gradient_error * (slope + slope_error) + gradient * slope_error + 2 * EPS * size
        row = []
        for i, input_error in zip(neuron.input_activation, input_errors, strict=True):
            row.append(error * (abs(i) + input_error) + size * input_error + EPS * size * abs(i))
        of_neurons.append([*row, error])
        for i, weight in enumerate(neuron.weights):
            of_inputs[i] += abs(weight) * (error + (len(layer.neurons) + 2) * EPS * size)
    return of_neurons, of_inputs


def rounding_of_pass(model):
    """Bounds on the rounding errors of the last pass: of each neuron's gradients, the bias's last, and of the inputs'.

    A running error analysis: every operation adds its own rounding to what its arguments bring along.
    """
    errors = [0.0] * model.layers[0].num_inputs
    forward = []
    for layer in model.layers:
        of_activations, of_slopes = rounding_of_forward(layer, errors)
        forward.append((layer, of_slopes, errors))
        errors = of_activations
    errors = rounding_of_output_gradients(model, errors)
    bounds = []
    for layer, slope_errors, input_errors in reversed(forward):
        of_neurons, errors = rounding_of_backward(layer, errors, slope_errors, input_errors)
        bounds = of_neurons + bounds
    return bounds, errors


def rounding_floors(model, inputs, labels):
    """How far two right programs can differ by rounding: twice the bound, and the batch's mean of that."""
    model = model.copy()
    mean_floors = [[TINY] * (neuron.num_inputs + 1) for neuron in neurons_of(model)]
    input_floors = []
    for example_inputs, label in zip(inputs, labels, strict=True):
        model.backward_pass(model.loss.output_gradients(model.forward(example_inputs), label))
        of_neurons, of_inputs = rounding_of_pass(model)
        input_floors.append([2 * bound + TINY for bound in of_inputs])
        for neuron, bounds, floors in zip(neurons_of(model), of_neurons, mean_floors, strict=True):
            for i, gradient in enumerate([*neuron.gradients, neuron.bias_gradient]):
                summing = (len(inputs) + 2) * EPS * abs(gradient)
                floors[i] += 2 * (bounds[i] + summing) / len(inputs)
    return mean_floors, input_floors


@pytest.mark.parametrize("loss", ALL_LOSSES, ids=repr)
@pytest.mark.parametrize("output", ALL_ACTIVATIONS, ids=repr)
@settings(max_examples=15)
@given(data=st.data())
def test_every_gradient_agrees_with_autograd(output, loss, data):
    model, inputs, labels = data.draw(batches(output, loss, max_examples=4))
    mean_gradients, input_gradients = collected_gradients(model, inputs, labels)
    right_means, right_inputs = gradients_by_autograd(model, inputs, labels)
    mean_floors, input_floors = rounding_floors(model, inputs, labels)
    assert_close(mean_gradients, right_means, 1e-10, mean_floors)
    assert_close(input_gradients, right_inputs, 1e-10, input_floors)


# --- cases on their own ---


@pytest.mark.parametrize(
    "logit, label, loss, gradient",
    [
        (1e4, 0.0, 1e4, 1.0),
        (1e4, 1.0, 0.0, 0.0),
        (-1e4, 0.0, 0.0, 0.0),
        (-1e4, 1.0, 1e4, -1.0),
        (1e4, 0.25, 7500.0, 0.75),
    ],
)
def test_binary_cross_entropy_of_one_neuron_with_a_logit_of_ten_thousand(logit, label, loss, gradient):
    model = Model([Layer(1, 1, identity)], BinaryCrossEntropy())
    model.layers[0].neurons[0].weights, model.layers[0].neurons[0].bias = [logit], 0.0
    outputs = model.forward([1.0])
    assert model.loss.value(outputs, label) == loss
    assert model.backward_pass(model.loss.output_gradients(outputs, label)) == [gradient * logit]


@pytest.mark.parametrize(
    "logits, label, loss, gradients",
    [
        ([1e4, -1e4, 0.0], 0, 0.0, [0.0, 0.0, 0.0]),
        ([1e4, -1e4, 0.0], 1, 2e4, [1.0, -1.0, 0.0]),
        ([1e4, -1e4, 0.0], [0.0, 0.5, 0.5], 1.5e4, [1.0, -0.5, -0.5]),
        ([-1e4, -1e4], 1, 0.6931471805599453, [0.5, -0.5]),
    ],
)
def test_softmax_cross_entropy_with_logits_of_ten_thousand(logits, label, loss, gradients):
    model = Model([Layer(1, len(logits), identity, init="zeros")], SoftmaxCrossEntropy())
    for neuron, logit in zip(model.layers[0].neurons, logits, strict=True):
        neuron.bias = logit
    outputs = model.forward([1.0])
    assert outputs == logits
    assert model.loss.value(outputs, label) == pytest.approx(loss, rel=1e-15)
    model.backward_pass(model.loss.output_gradients(outputs, label))
    assert [neuron.bias_gradient for neuron in model.layers[0].neurons] == gradients


@pytest.mark.parametrize("z", [0.0, -0.0])
@pytest.mark.parametrize("act, slope", [(relu, 0.0), (leaky_relu, 0.01), *zip(LEAKY.values(), SLOPES, strict=True)])
def test_the_slope_at_the_kink_is_that_of_the_negative_side(act, slope, z):
    assert act.delta_act(z) == slope
    neuron = Neuron(1, act, weights=[2.0], bias=-1.0)
    assert neuron.forward([0.5]) == 0.0
    assert neuron.backward_pass(3.0) == [3.0 * slope * 2.0]
    assert (neuron.activation_gradient, neuron.error) == (slope, 3.0 * slope)
    assert (neuron.gradients, neuron.bias_gradient) == ([3.0 * slope * 0.5], 3.0 * slope)
    assert act.delta_act(5e-324) == 1.0  # the smallest positive float is no longer on the kink
    assert act.delta_act(-5e-324) == slope


# --- check_gradients ---


@pytest.mark.parametrize("loss", ALL_LOSSES, ids=repr)
@settings(max_examples=40)
@given(data=st.data())
def test_check_gradients_accepts_every_right_model(loss, data):
    model = data.draw(models(loss=loss, weights=numbers(1.5), biases=numbers(1.5, zeros=False)))
    inputs, label = data.draw(inputs_for(model)), data.draw(labels_for(model))
    model.forward(inputs)
    kinks = [n.linear_activation for n in neurons_of(model) if n.activation_function.name in KINKED]
    assume(all(abs(z) > 0.05 for z in kinks))  # its nudge, seen from the last layer, is no longer small
    result = check_gradients(model, inputs, label)
    assert result.ok, result
    assert bool(result) and result.wrong == []
    num_parameters = sum(neuron.num_inputs + 1 for neuron in neurons_of(model))
    assert len(result.comparisons) == num_parameters + len(inputs)


class RightNeuron(Neuron):
    """The backward pass in pieces, each of which a mistaken neuron below replaces by one of its own."""

    def slope(self):
        return self.delta_act(self.linear_activation)

    def error_of(self, output_gradient, slope):
        return output_gradient * slope

    def gradient(self, i):
        return self.error * self.input_activation[i]

    def gradient_of_bias(self):
        return self.error

    def input_gradient(self, i):
        return self.error * self.weights[i]

    def backward_pass(self, output_gradient):
        super().backward_pass(output_gradient)  # keeps order, as to forward and backward
        self.error = self.error_of(output_gradient, self.slope())
        self.gradients = [self.gradient(i) for i in range(self.num_inputs)]
        self.bias_gradient = self.gradient_of_bias()
        self.input_gradients = [self.input_gradient(i) for i in range(self.num_inputs)]
        return self.input_gradients


def mistake(piece, wrong):
    """A neuron class with one piece of its backward pass replaced."""
    return type("MistakenNeuron", (RightNeuron,), {piece: wrong})


MISTAKEN_NEURONS = {
    "slope forgotten": mistake("error_of", lambda self, output_gradient, slope: output_gradient),
    "slope taken of a": mistake("slope", lambda self: self.delta_act(self.activation)),
    "slope as the lesson prints it": mistake(
        "slope", lambda self: self.linear_activation * self.delta_act(self.linear_activation)
    ),
    "slope divides": mistake("error_of", lambda self, output_gradient, slope: output_gradient / slope),
    "sign": mistake("error_of", lambda self, output_gradient, slope: -output_gradient * slope),
    "half": mistake("error_of", lambda self, output_gradient, slope: 0.5 * output_gradient * slope),
    "off by a hundred-thousandth": mistake(
        "error_of", lambda self, output_gradient, slope: output_gradient * slope * 1.00001
    ),
    "output gradient forgotten": mistake("error_of", lambda self, output_gradient, slope: slope),
    "gradient without its input": mistake("gradient", lambda self, i: self.error),
    "gradient with a, not the input": mistake("gradient", lambda self, i: self.error * self.activation),
    "gradient with the weight": mistake("gradient", lambda self, i: self.error * self.weights[i]),
    "gradient without the slope": mistake("gradient", lambda self, i: self.output_gradient * self.input_activation[i]),
    "gradient with the input beside": mistake("gradient", lambda self, i: self.error * self.input_activation[i - 1]),
    "gradient of the last weight missing": mistake(
        "gradient", lambda self, i: self.error * self.input_activation[i] if i < self.num_inputs - 1 else 0.0
    ),
    "bias gradient missing": mistake("gradient_of_bias", lambda self: 0.0),
    "bias gradient without the slope": mistake("gradient_of_bias", lambda self: self.output_gradient),
    "bias gradient times the bias": mistake("gradient_of_bias", lambda self: self.error * self.bias),
    "input gradients missing": mistake("input_gradient", lambda self, i: 0.0),
    "input gradients without the slope": mistake(
        "input_gradient", lambda self, i: self.output_gradient * self.weights[i]
    ),
    "input gradients without the weight": mistake("input_gradient", lambda self, i: self.error),
    "input gradients with the weight beside": mistake(
        "input_gradient", lambda self, i: self.error * self.weights[i - 1]
    ),
    "input gradients with the input": mistake("input_gradient", lambda self, i: self.error * self.input_activation[i]),
    "input gradient of the last input missing": mistake(
        "input_gradient", lambda self, i: self.error * self.weights[i] if i < self.num_inputs - 1 else 0.0
    ),
}


class OverwritingLayer(Layer):
    """Hands back what its last neuron says, not the sum over all."""

    def backward_pass(self, output_gradients):
        super().backward_pass(output_gradients)
        return self.neurons[-1].input_gradients


class ReversingLayer(Layer):
    """Gives each neuron the output gradient of another."""

    def backward_pass(self, output_gradients):
        return super().backward_pass(output_gradients[::-1])


class ForgetfulLayer(Layer):
    """Sums over all neurons but the last."""

    def backward_pass(self, output_gradients):
        sums = super().backward_pass(output_gradients)
        return [total - last for total, last in zip(sums, self.neurons[-1].input_gradients, strict=True)]


def three_layer_model(act, loss, seed):
    """A 3-3-4-2 model and an example for it, with no number close to 0."""
    output = act if isinstance(loss, MSE) else identity
    model = Model.from_sizes([3, 3, 4, 2], hidden=act, output=output, loss=loss, init="uniform", seed=seed)
    inputs, label = [0.9, -0.6, 1.4], [0.3, 0.7]
    model.forward(inputs)
    assert all(abs(neuron.linear_activation) > 0.1 for neuron in neurons_of(model))  # where act(z) is not yet z
    return model, inputs, label


def put_into(model, layer_idx, neuron_idx, wrong_class):
    """Let one neuron of the model be of another class, with the numbers it has."""
    model.layers[layer_idx].neurons[neuron_idx].__class__ = wrong_class


@pytest.mark.parametrize("layer_idx", [0, 1, 2])
@pytest.mark.parametrize("name", MISTAKEN_NEURONS)
def test_check_gradients_rejects_one_mistaken_neuron_in_any_layer(name, layer_idx):
    for act, loss, seed in [(sigmoid, MSE(), 0), (tanh, MSE(), 1), (tanh, SoftmaxCrossEntropy(), 4)]:
        if isinstance(loss, SoftmaxCrossEntropy) and layer_idx == 2 and "slope" in name:
            continue  # the slope of identity is 1: forgotten or not, it is the same
        for neuron_idx in (0, 1):
            model, inputs, label = three_layer_model(act, loss, seed)
            put_into(model, layer_idx, neuron_idx, RightNeuron)
            assert check_gradients(model, inputs, label).ok
            put_into(model, layer_idx, neuron_idx, MISTAKEN_NEURONS[name])
            result = check_gradients(model, inputs, label)
            assert not result.ok, f"unnoticed: {name}, layer {layer_idx}, neuron {neuron_idx}, {act}, {loss}"


@pytest.mark.parametrize("layer_idx", [0, 1, 2])
@pytest.mark.parametrize("wrong_class", [OverwritingLayer, ReversingLayer, ForgetfulLayer])
def test_check_gradients_rejects_a_mistaken_layer_in_any_place(wrong_class, layer_idx):
    model, inputs, label = three_layer_model(sigmoid, MSE(), 8)
    assert check_gradients(model, inputs, label).ok
    model.layers[layer_idx].__class__ = wrong_class
    assert not check_gradients(model, inputs, label).ok


def test_check_gradients_names_what_is_wrong_and_leaves_the_model_as_it_was():
    model, inputs, label = three_layer_model(sigmoid, MSE(), 11)
    put_into(model, 1, 2, MISTAKEN_NEURONS["bias gradient missing"])
    model.forward(inputs)
    before = [dict(vars(neuron)) for neuron in neurons_of(model)]
    result = check_gradients(model, inputs, label)
    assert [comparison.name for comparison in result.wrong] == ["hidden2[2].b"]
    assert "hidden2[2].b" in str(result)
    assert [dict(vars(neuron)) for neuron in neurons_of(model)] == before
    assert inputs == [0.9, -0.6, 1.4]


# --- check_gradients at a kink ---


def kinked_model(act=relu, neuron_class=Neuron):
    """2-3-1 with an example, 1 2, that puts hidden[0], w = 0.5 -0.25 and b = 0, exactly at its kink, and no other."""
    model = Model.from_sizes([2, 3, 1], hidden=act, output=identity, init="zeros")
    numbers_of = ([0.5, -0.25], 0.0), ([0.25, 0.5], 0.125), ([-0.5, 0.75], 0.5)
    for neuron, (weights, bias) in zip(model.layers[0].neurons, numbers_of, strict=True):
        neuron.weights, neuron.bias = weights, bias
    model.layers[1].neurons[0].weights, model.layers[1].neurons[0].bias = [1.5, -0.5, 2.0], 0.25
    model.layers[0].neurons[0].__class__ = neuron_class
    return model, [1.0, 2.0], [0.5]


AT_THE_KINK = ["hidden[0].w[0]", "hidden[0].w[1]", "hidden[0].b", "x[0]", "x[1]"]


@pytest.mark.parametrize("act", [relu, leaky_relu, LeakyReLU(0.2), LeakyReLU(-0.5)])
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("sizes", [[2, 3, 1], [2, 4, 4, 2]])
def test_no_gradient_of_a_relu_network_is_wrong_on_zeros(sizes, seed, act):
    """The biases start at 0: on the inputs 0 0 every hidden neuron is at its kink, and often some of the output."""
    model = Model.from_sizes(sizes, hidden=act, output=identity, seed=seed)
    result = check_gradients(model, [0.0, 0.0], [1.0] * sizes[-1])
    assert result.ok and bool(result) and result.wrong == []
    names = {comparison.name for comparison in result.at_kink}
    assert names >= {f"{neuron.name}.b" for neuron in model.layers[-2].neurons}
    assert str(len(names)) in result.verdict and "at the kink" in result.verdict
    assert "at the kink of hidden" in str(result)


@pytest.mark.parametrize("act", [relu, leaky_relu, LeakyReLU(0.2), LeakyReLU(-0.5)])
def test_only_what_moves_a_neuron_over_its_kink_is_at_the_kink(act):
    result = check_gradients(*kinked_model(act))
    assert result.ok
    assert [comparison.name for comparison in result.at_kink] == AT_THE_KINK
    assert {comparison.at_kink for comparison in result.at_kink} == {"hidden[0]"}
    assert not any(comparison.at_kink for comparison in result.comparisons if comparison.name not in AT_THE_KINK)


class Chosen:
    """ReLU with a slope of one's own at z = 0."""

    name = "chosen"

    def __init__(self, slope):
        self.slope = slope

    def act(self, z):
        return max(z, 0.0)

    def delta_act(self, z):
        return self.slope if z == 0.0 else float(z > 0.0)


@pytest.mark.parametrize("slope, ok", [(0.0, True), (0.5, True), (1.0, True), (-0.25, False), (1.25, False)])
def test_the_slope_at_a_kink_may_be_that_of_either_side_or_one_between(slope, ok):
    result = check_gradients(*kinked_model(Chosen(slope)))
    assert result.ok is ok
    assert [comparison.name for comparison in (result.at_kink if ok else result.wrong)] == AT_THE_KINK


def test_the_slopes_of_several_neurons_may_cancel_at_a_kink():
    """relu(x) - relu(-x) is x, whose slope is 1 on both sides; with the slope 0 for both neurons it is 0."""
    model = Model.from_sizes([1, 2, 1], hidden=relu, output=identity, init="zeros")
    for neuron, weight in zip(model.layers[0].neurons, (1.0, -1.0), strict=True):
        neuron.weights = [weight]
    model.layers[1].neurons[0].weights = [1.0, -1.0]
    result = check_gradients(model, [0.0], [1.0])
    assert result.ok
    (of_input,) = [comparison for comparison in result.at_kink if comparison.name == "x[0]"]
    assert of_input.at_kink == "hidden[0] and hidden[1]"
    assert (of_input.gradient, of_input.central_difference) == (0.0, pytest.approx(-2.0))


OUTSIDE_BOTH_SIDES = {
    "gradients of 400": (mistake("gradient", lambda self, i: 400.0), {"hidden[0].w[0]", "hidden[0].w[1]"}),
    "a bias gradient of 400": (mistake("gradient_of_bias", lambda self: 400.0), {"hidden[0].b"}),
    "input gradients of 400": (mistake("input_gradient", lambda self, i: 400.0), {"x[0]", "x[1]"}),
    "the sign of the other side": (mistake("error_of", lambda self, gradient, slope: -gradient), set(AT_THE_KINK)),
    "one and a half of the other side": (
        mistake("error_of", lambda self, gradient, slope: 1.5 * gradient),
        set(AT_THE_KINK),
    ),
}


@pytest.mark.parametrize("name", OUTSIDE_BOTH_SIDES)
def test_a_gradient_at_a_kink_that_no_slope_explains_is_wrong(name):
    neuron_class, wrong = OUTSIDE_BOTH_SIDES[name]
    model, inputs, label = kinked_model(neuron_class=neuron_class)
    result = check_gradients(model, inputs, label)
    assert not result.ok
    assert {comparison.name for comparison in result.wrong} == wrong
    assert all(comparison.at_kink == "" for comparison in result.wrong)


@pytest.mark.parametrize("name", [name for name in MISTAKEN_NEURONS if "slope" not in name])
def test_a_mistake_beside_a_kink_is_found(name):
    """hidden[1] is active, with the slope 1; hidden[0] beside it is at its kink."""
    model, inputs, label = kinked_model()
    put_into(model, 0, 1, RightNeuron)
    assert check_gradients(model, inputs, label).ok
    put_into(model, 0, 1, MISTAKEN_NEURONS[name])
    result = check_gradients(model, inputs, label)
    assert not result.ok and result.at_kink
    assert {comparison.name.split(".")[0] for comparison in result.wrong} <= {"hidden[1]", "x[0]", "x[1]"}


@settings(max_examples=60)
@given(data=st.data())
def test_no_right_model_of_relus_is_called_wrong_and_a_changed_gradient_is(data):
    """Weights that are multiples of a half, and zeros: many neurons stand exactly at their kink."""
    halves = st.integers(-3, 3).map(lambda n: n / 2.0)
    act = data.draw(st.sampled_from([relu, leaky_relu, *LEAKY.values()]))
    model = data.draw(models(act=act, output=identity, weights=halves, max_width=3, max_layers=3))
    inputs, label = data.draw(inputs_for(model, halves)), data.draw(labels_for(model, halves))
    assert check_gradients(model, inputs, label).ok
    model.layers[-1].neurons[0].__class__ = mistake("gradient_of_bias", lambda self: self.error + 1.0)
    result = check_gradients(model, inputs, label)
    assert [comparison.name for comparison in result.wrong] == [f"{model.layers[-1].neurons[0].name}.b"]
