"""A mini-batch's step is made of the mean gradient of all its examples, not of the last one's."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pseudocode import squared_error_gradients, typed_in
from strategies import examples_for, models

from neurons import MSE, BinaryCrossEntropy, Model, Neuron, OrderError, SoftmaxCrossEntropy, datasets

LEARNING_RATES = st.sampled_from([0.5, 0.1, 1.0, 0.003])
ALL_LOSSES = st.sampled_from([MSE(), SoftmaxCrossEntropy(), BinaryCrossEntropy()])


def bits(values):
    """Every bit of each float, but for a zero's sign, as `==` does."""
    return [float.hex(value + 0.0) for value in values]


def neurons_of(model):
    return [neuron for layer in model.layers for neuron in layer.neurons]


def numbers_to_learn(model):
    return [bits([*neuron.weights, neuron.bias]) for neuron in neurons_of(model)]


def single_gradients(model, inputs, labels):
    """For each example the gradients of each neuron, the bias's last, on a copy of `model` that saw nothing else."""
    singles = []
    for example_inputs, label in zip(inputs, labels, strict=True):
        alone = model.copy()
        alone.backward_pass(alone.loss.output_gradients(alone.forward(example_inputs), label))
        singles.append([[*neuron.gradients, neuron.bias_gradient] for neuron in neurons_of(alone)])
    return singles


def sums_in_order(singles):
    """One sum per number, from the first example to the last, beginning with the first itself."""
    sums = [list(row) for row in singles[0]]
    for single in singles[1:]:
        for sums_of_neuron, row in zip(sums, single, strict=True):
            for i, gradient in enumerate(row):
                sums_of_neuron[i] = sums_of_neuron[i] + gradient
    return sums


def moved(model, sums, num_examples, learning_rate):
    """Where the mean of `sums` should move the weights and biases."""
    expected = []
    for neuron, row in zip(neurons_of(model), sums, strict=True):
        old = [*neuron.weights, neuron.bias]
        expected.append([w - learning_rate * (total / num_examples) for w, total in zip(old, row, strict=True)])
    return [bits(row) for row in expected]


@st.composite
def batches(draw, min_size=1, max_size=7):
    model = draw(models(loss=draw(ALL_LOSSES), max_layers=3, max_width=4))
    return (model, *draw(examples_for(model, min_size, max_size)))


@settings(max_examples=100)
@given(batches(), LEARNING_RATES)
def test_a_batch_collects_the_sum_of_the_single_gradients_and_steps_by_their_mean(batch, learning_rate):
    model, inputs, labels = batch
    singles = single_gradients(model, inputs, labels)
    sums = sums_in_order(singles)
    expected = moved(model, sums, len(inputs), learning_rate)
    before = numbers_to_learn(model)

    for example_idx, (example_inputs, label) in enumerate(zip(inputs, labels, strict=True)):
        model.backward_pass(model.loss.output_gradients(model.forward(example_inputs), label))
        for neuron, row in zip(neurons_of(model), singles[example_idx], strict=True):  # `gradients` is this example's
            assert bits([*neuron.gradients, neuron.bias_gradient]) == bits(row)
    for neuron, row in zip(neurons_of(model), sums, strict=True):
        assert bits([*neuron.gradient_sums, neuron.bias_gradient_sum]) == bits(row)
        assert neuron.num_examples == len(inputs)
    assert numbers_to_learn(model) == before

    model.step(learning_rate)
    assert numbers_to_learn(model) == expected


@settings(max_examples=50)
@given(batches(min_size=2))
def test_the_collected_mean_is_the_exact_mean_to_within_rounding(batch):
    model, inputs, labels = batch
    singles = single_gradients(model, inputs, labels)
    for example_inputs, label in zip(inputs, labels, strict=True):
        model.backward_pass(model.loss.output_gradients(model.forward(example_inputs), label))
    for neuron_idx, neuron in enumerate(neurons_of(model)):
        for i, total in enumerate([*neuron.gradient_sums, neuron.bias_gradient_sum]):
            gradients = [Fraction(single[neuron_idx][i]) for single in singles]
            exact_mean = sum(gradients) / len(gradients)
            # A sum of n terms is rounded n - 1 times, each time by at most 2**-53 of all their sizes; their mean once.
            allowed = sum(abs(gradient) for gradient in gradients) * Fraction(2) ** -53 + Fraction(5e-324)
            assert abs(Fraction(total / neuron.num_examples) - exact_mean) <= allowed


@settings(max_examples=70)
@given(batches(), LEARNING_RATES)
def test_train_batch_is_that_step_and_returns_the_mean_loss_before_it(batch, learning_rate):
    model, inputs, labels = batch
    expected = moved(model, sums_in_order(single_gradients(model, inputs, labels)), len(inputs), learning_rate)
    looker = model.copy()
    losses = [looker.loss.value(looker.forward(i), label) for i, label in zip(inputs, labels, strict=True)]
    model.forward(inputs[0])  # an example that somebody inspected before does not enter the batch
    model.backward_pass([1.0] * model.layers[-1].num_neurons)
    assert model.train_batch(inputs, labels, learning_rate) == pytest.approx(sum(losses) / len(losses), rel=1e-12)
    assert numbers_to_learn(model) == expected


@settings(max_examples=70)
@given(st.data(), LEARNING_RATES)
def test_a_batch_of_one_is_the_step_of_the_lesson_in_every_bit(data, learning_rate):
    model = data.draw(models())
    inputs, labels = data.draw(examples_for(model, 1, 1))
    plain = typed_in(model)
    plain.backward_pass(squared_error_gradients(plain.forward(inputs[0]), labels[0]))
    plain.step(learning_rate)
    model.train_batch(inputs, labels, learning_rate)
    assert numbers_to_learn(model) == numbers_to_learn(plain)


@pytest.mark.filterwarnings("ignore::neurons.HealthWarning")  # drawn models may well be symmetric or out of reach
@pytest.mark.parametrize("drop_last", [False, True])
@settings(max_examples=60)
@given(batch=batches(min_size=3), batch_size=st.integers(1, 3))
def test_fit_in_file_order_takes_one_such_step_per_batch(drop_last, batch, batch_size):
    model, inputs, labels = batch
    by_hand = model.copy()
    for start in range(0, len(inputs), batch_size):
        part = slice(start, start + batch_size)
        if len(inputs[part]) == batch_size or not drop_last:  # a last batch that is not full: its own, smaller mean
            by_hand.train_batch(inputs[part], labels[part], 0.1)
    model.fit(
        inputs,
        labels,
        epochs=1,
        learning_rate=0.1,
        batch_size=batch_size,
        shuffle=False,
        drop_last=drop_last,
        progress=False,
    )
    assert numbers_to_learn(model) == numbers_to_learn(by_hand)


@settings(max_examples=50)
@given(batches(min_size=1), LEARNING_RATES)
def test_a_step_ends_the_batch(batch, learning_rate):
    model, inputs, labels = batch
    model.train_batch(inputs, labels, learning_rate)
    with pytest.raises(OrderError):
        model.step(learning_rate)
    again = model.copy()
    model.train_batch(inputs[:1], labels[:1], learning_rate)
    expected = moved(again, sums_in_order(single_gradients(again, inputs[:1], labels[:1])), 1, learning_rate)
    assert numbers_to_learn(model) == expected


# the trap


class OverwritingNeuron(Neuron):
    """The pseudocode read literally: each backward pass overwrites the gradients of the example before."""

    def backward_pass(self, output_gradient):
        input_gradients = super().backward_pass(output_gradient)
        self.gradient_sums, self.bias_gradient_sum, self.num_examples = self.gradients[:], self.bias_gradient, 1
        return input_gradients


def made_of(neuron_class, model):
    for neuron in neurons_of(model):
        neuron.__class__ = neuron_class
    return model


def test_overwritten_gradients_fail_the_comparison_with_the_mean():
    inputs, labels = [[0.0, 1.0], [1.0, 0.5], [-1.0, 2.0]], [[1.0], [0.0], [1.0]]
    model = Model.from_sizes([2, 3, 1], seed=3)
    sums = sums_in_order(single_gradients(model, inputs, labels))
    mean_step = moved(model, sums, 3, 0.5)
    last_step = moved(model, sums_in_order(single_gradients(model, inputs[2:], labels[2:])), 1, 0.5)
    right, literal = model.copy(), made_of(OverwritingNeuron, model.copy())
    right.train_batch(inputs, labels, 0.5)
    literal.train_batch(inputs, labels, 0.5)
    assert numbers_to_learn(right) == mean_step
    assert numbers_to_learn(literal) == last_step
    assert mean_step != last_step


def xor_solved(neuron_class, seed):
    """Train a 2-8-1 network on XOR, all four examples in each batch; True if all outputs come within 0.1."""
    inputs, labels = datasets.xor()
    model = made_of(neuron_class, Model.from_sizes([2, 8, 1], loss=BinaryCrossEntropy(), seed=seed))

    def solved(model):
        outputs = model.predict(inputs)
        return all(abs(output[0] - label[0]) <= 0.1 for output, label in zip(outputs, labels, strict=True))

    model.fit(
        inputs,
        labels,
        epochs=400,
        learning_rate=5.0,
        batch_size=4,
        shuffle=False,
        progress=False,
        on_epoch=lambda epoch, model, history: epoch % 20 == 0 and solved(model),
    )
    return solved(model)


@pytest.mark.filterwarnings("ignore::neurons.HealthWarning")  # the overwriting network stays flat, and is told so
@pytest.mark.parametrize("neuron_class, runs_that_solve_xor", [(Neuron, 20), (OverwritingNeuron, 0)])
def test_xor_at_batch_4_in_file_order_needs_the_mean(neuron_class, runs_that_solve_xor):
    """Overwriting trains on the last example of the batch only; in file order that is always the same one."""
    assert sum(xor_solved(neuron_class, seed) for seed in range(20)) == runs_that_solve_xor
