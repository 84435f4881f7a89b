"""What breaks off half-way, or is only looked at, never enters a step unnoticed."""

import math

import pytest

from neurons import Model, NotFiniteError, datasets, identity


def test_an_example_inspected_in_on_epoch_does_not_enter_the_next_batch():
    inputs, labels = datasets.xor()

    def inspect(epoch, model, history):
        model.backward_pass(model.loss.output_gradients(model.forward([5.0, 5.0]), [0.0]))

    weights = []
    for on_epoch in (None, inspect, lambda epoch, model, history: None):
        model = Model.from_sizes([2, 3, 1], seed=0)
        model.fit(inputs, labels, epochs=3, learning_rate=0.5, batch_size=2, seed=0, on_epoch=on_epoch)
        weights.append([neuron.weights for layer in model.layers for neuron in layer.neurons])
    assert weights[0] == weights[1] == weights[2]


def test_weights_set_as_a_tuple_become_a_list_before_anything_moves():
    model = Model.from_sizes([2, 2, 1], seed=0)
    model.layers[1].neurons[0].weights = (0.25, -0.5)
    model.fit([[0.0, 1.0]], [[1.0]], epochs=1, learning_rate=0.5)
    assert type(model.layers[1].neurons[0].weights) is list


def test_the_largest_weight_named_is_the_largest():
    inputs, labels = datasets.xor()
    model = Model.from_sizes([2, 2, 1], output=identity, seed=0)
    model.layers[1].neurons[0].bias = 1e300
    with pytest.raises(NotFiniteError, match=r"The largest weight was 1e\+300 \(output\[0\]\.b\)"):
        model.fit(inputs, [[-1e300]] * 4, epochs=1, learning_rate=0.5)
    assert math.isfinite(model.layers[0].neurons[0].weights[0])
