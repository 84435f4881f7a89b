"""The framework computes what the lesson's pseudocode computes, in every bit."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pseudocode import ACTIVATIONS as PLAIN_ACTIVATIONS
from pseudocode import squared_error, squared_error_gradients, typed_in
from strategies import ZEROS, examples_for, models, numbers

from neurons import MSE, Model, datasets
from neurons.activations import named_activation

# Ordinary numbers, zeros of both signs, and now and then one that drives a sigmoid far into its flat ends.
MIXED = st.one_of(numbers(), numbers(), st.floats(-1000.0, 1000.0), ZEROS)


def bits(values):
    """Every bit of each float, spelled out; only a zero's sign is left out, as `==` does."""
    return [float.hex(value + 0.0) for value in values]


def numbers_of_pass(model):
    """All that one forward and backward pass left in the neurons, with a name for each list."""
    kept = []
    for layer_idx, layer in enumerate(model.layers):
        for neuron_idx, neuron in enumerate(layer.neurons):
            where = f"layer {layer_idx} neuron {neuron_idx}"
            kept.append((f"{where}: z and a", bits([neuron.linear_activation, neuron.activation])))
            kept.append((f"{where}: error", bits([neuron.error])))
            kept.append((f"{where}: gradients", bits([*neuron.gradients, neuron.bias_gradient])))
    return kept


def numbers_to_learn(model):
    """Every weight and bias, with the name of the neuron."""
    kept = []
    for layer_idx, layer in enumerate(model.layers):
        for neuron_idx, neuron in enumerate(layer.neurons):
            kept.append((f"layer {layer_idx} neuron {neuron_idx}: w, b", bits([*neuron.weights, neuron.bias])))
    return kept


def per_example_steps(model, loss_gradients, inputs, labels, learning_rate):
    """Train on one example after the other; return all numbers met on the way."""
    record = []
    for example_inputs, label in zip(inputs, labels, strict=True):
        outputs = model.forward(list(example_inputs))
        record.append(("outputs", bits(outputs)))
        output_gradients = loss_gradients(outputs, label)
        record.append(("gradients of the loss", bits(output_gradients)))
        record.append(("input gradients", bits(model.backward_pass(output_gradients))))
        record.extend(numbers_of_pass(model))
        model.step(learning_rate)
        record.extend(numbers_to_learn(model))
    return record


def all_finite(record):
    return all(math.isfinite(float.fromhex(value)) for _, values in record for value in values)


@st.composite
def trainings(draw):
    """A model, three examples and a learning rate."""
    model = draw(models(weights=draw(st.sampled_from([numbers(), MIXED]))))
    inputs, labels = draw(examples_for(model, 3, 3, elements=draw(st.sampled_from([numbers(), MIXED]))))
    return model, inputs, labels, draw(st.sampled_from([0.1, 1.0, 0.5, 0.003]))


@pytest.mark.slow
@settings(max_examples=300)
@given(trainings())
def test_three_per_example_steps_equal_the_pseudocode_in_every_bit(training):
    model, inputs, labels, learning_rate = training
    expected = per_example_steps(typed_in(model), squared_error_gradients, inputs, labels, learning_rate)
    assume(all_finite(expected))  # where the pseudocode runs into infinity, the framework raises instead
    assert per_example_steps(model, model.loss.output_gradients, inputs, labels, learning_rate) == expected


@pytest.mark.filterwarnings("ignore::neurons.HealthWarning")  # drawn models may well be symmetric or out of reach
@settings(max_examples=60)
@given(trainings())
def test_fit_with_batches_of_one_in_file_order_is_the_same_training(training):
    model, inputs, labels, learning_rate = training
    plain = typed_in(model)
    assume(all_finite(per_example_steps(plain, squared_error_gradients, inputs, labels, learning_rate)))
    model.fit(inputs, labels, epochs=1, learning_rate=learning_rate, batch_size=1, shuffle=False, progress=False)
    assert numbers_to_learn(model) == numbers_to_learn(plain)


def test_two_thousand_steps_on_xor_stay_equal_in_every_bit():
    inputs, labels = datasets.xor()
    model = Model.from_sizes([2, 3, 1], seed=5)
    plain = typed_in(model)
    for _ in range(500):
        for example_inputs, label in zip(inputs, labels, strict=True):
            plain.backward_pass(squared_error_gradients(plain.forward(example_inputs), label))
            plain.step(0.5)
    history = model.fit(inputs, labels, epochs=500, learning_rate=0.5, shuffle=False, progress=False)
    assert history.loss[-1] < history.loss[0]
    assert numbers_to_learn(model) == numbers_to_learn(plain)


@pytest.mark.parametrize("name", sorted(PLAIN_ACTIVATIONS))
@given(z=st.one_of(st.floats(-800.0, 800.0), st.floats(-710.0, -700.0), st.floats(-40.0, 40.0)))
@example(z=0.0)
@example(z=-0.0)
@example(z=-709.782712893384)  # the last z for which exp(-z) is a float
@example(z=-709.7827128933841)  # and the first for which it is not
@example(z=-745.2)
@example(z=37.0)
@example(z=1e4)
@example(z=-1e4)
def test_activations_and_their_slopes_equal_the_typed_in_ones_in_every_bit(name, z):
    act, delta_act = PLAIN_ACTIVATIONS[name]
    assert bits([named_activation(name).act(z)]) == bits([act(z)])
    assert bits([named_activation(name).delta_act(z)]) == bits([delta_act(z)])


@settings(max_examples=200)
@given(st.data())
def test_the_loss_is_the_sum_of_squares_in_every_bit(data):
    model = data.draw(models(max_layers=1))
    inputs, labels = data.draw(examples_for(model, 1, 1))
    outputs = model.forward(inputs[0])
    assert bits([model.loss.value(outputs, labels[0])]) == bits([squared_error(outputs, labels[0])])


@given(output=st.floats(-1e3, 1e3), label=st.floats(-1e3, 1e3))
@example(output=0.0, label=1.6225618812523601)  # where ** 2 is a bit off
def test_a_squared_error_is_the_exact_square_rounded_once(output, label):
    assert MSE().value([output], [label]) == float(Fraction(output - label) ** 2)


def test_the_comparison_tells_a_last_bit_and_takes_both_zeros():
    assert bits([0.1 + 0.2]) != bits([0.3])
    assert bits([-0.0]) == bits([0.0])
