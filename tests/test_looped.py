"""The training written out with loops gives the numbers of the objects in every bit, in both orders of the loops."""

import copy
from math import isfinite

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import examples_for, models

from neurons import (
    MSE,
    SGD,
    Adam,
    BinaryCrossEntropy,
    Model,
    Momentum,
    NeuronsError,
    NotFiniteError,
    SoftmaxCrossEntropy,
    relu,
)

LOSSES = st.one_of(
    st.sampled_from([MSE(), SoftmaxCrossEntropy(), BinaryCrossEntropy()]), st.floats(0.01, 10.0).map(lambda s: MSE(s))
)
WEIGHTS = st.one_of(st.floats(-3.0, 3.0), st.just(0.0))
ELEMENTS = st.one_of(st.floats(-3.0, 3.0), st.sampled_from([0.0, -0.0, 1.0]))


def numbers_of(model):
    """Every weight and bias, neuron by neuron."""
    return [[*neuron.weights, neuron.bias] for layer in model.layers for neuron in layer.neurons]


def by_objects(model, inputs, labels, batch_size, learning_rate, optimiser):
    """Train `model` by its own passes; the sum of the losses."""
    loss_sum = 0.0
    for start in range(0, len(inputs), batch_size):
        for example, label in list(zip(inputs, labels, strict=True))[start : start + batch_size]:
            outputs = model.forward(example)
            loss_sum += model.loss.value(outputs, label)
            model.backward_pass(model.loss.output_gradients(outputs, label))
        optimiser.step(model, learning_rate)
    return loss_sum


def train_function(source, zeros, wrap=lambda function: function):
    """The function `train` of a looped text."""
    namespace = {"zeros": wrap(zeros)}
    exec(source, namespace)
    return wrap(namespace["train"])


def by_lists(model, inputs, labels, batch_size, learning_rate, optimiser):
    """Train `model` by the text for lists; with None as batch size by that for single examples."""
    batches = batch_size is not None
    train = train_function(model.looped_source(optimiser, batches=batches), lambda size: [0.0] * size)
    parameters = []
    for layer in model.layers:
        parameters += [[neuron.weights for neuron in layer.neurons], [neuron.bias for neuron in layer.neurons]]
    nothing = [[[0.0] * len(row) if isinstance(row, list) else 0.0 for row in part] for part in parameters]
    more = []
    if batches:
        for _ in range(1 + len(optimiser.memory)):
            more += copy.deepcopy(nothing)
        more += [0] * len(optimiser.counters)
    settings = [learning_rate] if batch_size is None else [batch_size, learning_rate]
    loss_sum = train(list(range(len(inputs))), inputs, labels, *settings, *parameters, *more)
    for layer, biases in zip(model.layers, parameters[1::2], strict=True):
        for neuron, bias in zip(layer.neurons, biases, strict=True):
            neuron.bias = bias
    return loss_sum


def by_arrays(model, inputs, labels, batch_size, learning_rate, optimiser, wrap=lambda function: function):
    """The same by the text for arrays, as `wrap` compiles it."""
    batches = batch_size is not None
    train = train_function(model.looped_source(optimiser, batches=batches, arrays=True), lambda n: np.zeros(n), wrap)
    parameters = []
    for layer in model.layers:
        parameters.append(np.array([neuron.weights for neuron in layer.neurons]).T.copy())  # (input, neuron)
        parameters.append(np.array([neuron.bias for neuron in layer.neurons]))  # (neuron,)
    more = []
    if batches:
        more = [np.zeros_like(part) for _ in range(1 + len(optimiser.memory)) for part in parameters]
        more += [0] * len(optimiser.counters)
    settings = [learning_rate] if batch_size is None else [batch_size, learning_rate]
    order = np.arange(len(inputs))  # (example,)
    loss_sum = train(order, np.array(inputs), np.array(labels), *settings, *parameters, *more)
    for layer, weights, biases in zip(model.layers, parameters[::2], parameters[1::2], strict=True):
        for j, neuron in enumerate(layer.neurons):
            neuron.weights, neuron.bias = weights[:, j].tolist(), float(biases[j])
    return float(loss_sum)


@st.composite
def trainings(draw):
    """A model, examples with labels as vectors, a batch size or None for single examples, a rate, an optimiser."""
    model = draw(models(loss=draw(LOSSES), weights=WEIGHTS, max_layers=3, max_width=5))
    inputs, labels = draw(examples_for(model, max_size=6, elements=ELEMENTS))
    labels = [model.loss.label_vector(label, model.layers[-1].num_neurons) for label in labels]
    batch_size = draw(st.one_of(st.none(), st.integers(1, 4)))
    optimiser = SGD() if batch_size is None else draw(st.sampled_from([SGD(), Momentum(0.7), Adam()]))
    return model, inputs, labels, batch_size, draw(st.sampled_from([0.1, 0.01])), optimiser


@pytest.mark.parametrize("train", [by_lists, by_arrays])
@settings(max_examples=60)
@given(trainings())
def test_every_number_is_that_of_the_objects(train, drawn):
    model, inputs, labels, batch_size, learning_rate, optimiser = drawn
    by_hand, written_out = model.copy(), model.copy()
    try:
        loss_sum = by_objects(by_hand, inputs, labels, batch_size or 1, learning_rate, copy.deepcopy(optimiser))
    except (NotFiniteError, NeuronsError):
        assume(False)
    assume(all(isfinite(number) for row in numbers_of(by_hand) for number in row))
    found = train(written_out, inputs, labels, batch_size, learning_rate, copy.deepcopy(optimiser))
    assert numbers_of(written_out) == numbers_of(by_hand)
    assert found == loss_sum


def test_a_second_call_goes_on():
    """The sums are zeros again after each batch."""
    source = Model.from_sizes([2, 3, 1], seed=0).looped_source(batches=True)
    assert source.count("_row[i] = 0.0") == 2 and source.count("_b_sum[j] = 0.0") == 2


def test_it_has_as_many_lines_for_a_large_network():
    sources = [
        Model.from_sizes(sizes, hidden=relu, loss=SoftmaxCrossEntropy(), engine="loops").looped_source()
        for sizes in ([3, 4, 2], [784, 16, 10])
    ]
    assert sources[0].count("\n") == sources[1].count("\n") < 100


def test_models_on_arrays_are_written_out_too():
    model = Model.from_sizes([784, 16, 10], loss=SoftmaxCrossEntropy(), engine="numpy")
    assert model.looped_source() == model.as_neurons().looped_source()


def test_what_is_refused():
    model = Model.from_sizes([2, 2, 1])
    with pytest.raises(NeuronsError, match="batches.*Adam"):
        model.looped_source(Adam())
    with pytest.raises(NeuronsError, match="Mine"):
        Model.from_sizes([2, 2, 1], loss=type("Mine", (MSE,), {})()).looped_source()
    with pytest.raises(NeuronsError, match="Mine"):
        model.looped_source(type("Mine", (SGD,), {})(), batches=True)
