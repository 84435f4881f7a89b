"""`fit` does what its arguments say: order, batches, seeds, optimisers, validation data, history, progress."""

import math
import os
import random
import struct
import subprocess
import sys
from pathlib import Path

import pytest

import neurons
from neurons import (
    MSE,
    SGD,
    Adam,
    BinaryCrossEntropy,
    Layer,
    Model,
    Momentum,
    SoftmaxCrossEntropy,
    check_gradients,
    datasets,
    health,
    identity,
    tanh,
)

XOR_INPUTS, XOR_LABELS = datasets.xor()


class RecordingMSE(MSE):
    """Squared error that writes down which label each backward pass was for."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def output_gradients(self, outputs, label):
        self.seen.append(label[0])
        return super().output_gradients(outputs, label)


class RecordingSGD(SGD):
    """SGD that writes down how many examples each step is for."""

    def __init__(self):
        self.batches = []

    def step(self, model, learning_rate):
        self.batches.append(model.layers[0].neurons[0].num_examples)
        super().step(model, learning_rate)


def linear_model(loss=None, weight=0.5, bias=-0.25):
    """One identity neuron with one weight: a = w * x + b."""
    model = Model([Layer(1, 1, identity)], loss)
    model.layers[0].neurons[0].weights, model.layers[0].neurons[0].bias = [weight], bias
    return model


def seen_in(num_epochs, num_examples=7, **arguments):
    """Which examples each epoch trained on, in order, and the sizes of all batches."""
    loss, optimiser, epochs = RecordingMSE(), RecordingSGD(), []

    def on_epoch(epoch, model, history):
        epochs.append(loss.seen)
        loss.seen = []

    numbers = [float(n) for n in range(num_examples)]
    linear_model(loss).fit(
        [[n] for n in numbers],
        numbers,
        epochs=num_epochs,
        learning_rate=1e-4,
        optimiser=optimiser,
        on_epoch=on_epoch,
        **arguments,
    )
    return epochs, optimiser.batches


def numbers_of(model):
    """All that the neurons know but their functions; the repr of a float tells its every bit."""
    functions = ("act", "delta_act", "activation_function")
    neurons_of_model = [neuron for layer in model.layers for neuron in layer.neurons]
    return [{word: repr(value) for word, value in vars(n).items() if word not in functions} for n in neurons_of_model]


def weights_of(model):
    """Every weight and bias in every bit."""
    return [[w.hex() for w in neuron.weights + [neuron.bias]] for layer in model.layers for neuron in layer.neurons]


# Order and batches


def test_in_file_order_with_the_last_batch_kept():
    epochs, batches = seen_in(2, batch_size=3, shuffle=False)
    assert epochs == [[0, 1, 2, 3, 4, 5, 6]] * 2
    assert batches == [3, 3, 1] * 2


def test_in_file_order_with_the_last_batch_dropped():
    epochs, batches = seen_in(2, batch_size=3, shuffle=False, drop_last=True)
    assert epochs == [[0, 1, 2, 3, 4, 5]] * 2
    assert batches == [3, 3] * 2


def test_drop_last_drops_no_full_batch():
    epochs, batches = seen_in(1, num_examples=6, batch_size=3, shuffle=False, drop_last=True)
    assert epochs == [[0, 1, 2, 3, 4, 5]]
    assert batches == [3, 3]


def test_a_batch_larger_than_the_data_is_one_batch():
    assert seen_in(1, batch_size=100, shuffle=False) == ([[0, 1, 2, 3, 4, 5, 6]], [7])


def test_shuffled_anew_for_each_epoch():
    epochs, batches = seen_in(20, batch_size=3, seed=0)
    assert all(sorted(epoch) == [0, 1, 2, 3, 4, 5, 6] for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) > 15
    assert batches == [3, 3, 1] * 20


def test_what_is_dropped_differs_when_shuffled():
    epochs, batches = seen_in(60, batch_size=3, seed=0, drop_last=True)
    assert all(len(set(epoch)) == 6 for epoch in epochs)
    assert {(set(range(7)) - set(epoch)).pop() for epoch in epochs} == set(range(7))


def test_inputs_keep_their_labels_when_shuffled():
    """Labels that are 2 x + 1 are learned exactly only if each stays with its x."""
    model = linear_model()
    inputs = [[n / 10.0] for n in range(10)]
    model.fit(inputs, [2.0 * x[0] + 1.0 for x in inputs], epochs=500, learning_rate=0.3, seed=0)
    assert model.predict([[3.0]])[0][0] == pytest.approx(7.0, abs=1e-6)


def test_the_callers_lists_stay_as_they_are():
    inputs, labels = datasets.xor()
    Model.from_sizes([2, 3, 1], seed=0).fit(inputs, labels, epochs=3, learning_rate=0.5, seed=1)
    assert (inputs, labels) == (XOR_INPUTS, XOR_LABELS)


# Seeds


def trained(seed, model_seed=0):
    model = Model.from_sizes([2, 3, 1], seed=model_seed)
    history = model.fit(XOR_INPUTS, XOR_LABELS, epochs=5, learning_rate=0.5, seed=seed)
    return weights_of(model), history.loss


def test_the_same_seed_gives_the_same_run_in_every_bit():
    assert trained(3) == trained(3)
    assert trained(3) != trained(4)
    assert trained(3) != trained(3, model_seed=1)


def test_without_a_seed_runs_differ():
    assert len({tuple(trained(None)[1]) for _ in range(4)}) > 1


def test_the_global_generator_is_neither_used_nor_moved():
    random.seed(0)
    state = random.getstate()
    first = trained(3)
    assert random.getstate() == state
    random.seed(1)
    assert trained(3) == first


# Optimisers, against their formulas typed in once more for a = w * x + b and L = (a - y)**2

EXAMPLES = [(0.5, 1.0), (-1.0, 0.25), (2.0, -0.75), (1.5, 0.5)]


def gradients_of(batch, w, b):
    """dL/dw and dL/db, the means over the batch."""
    dw = sum(2.0 * (w * x + b - y) * x for x, y in batch) / len(batch)
    db = sum(2.0 * (w * x + b - y) for x, y in batch) / len(batch)
    return dw, db


def sgd(rate):
    def new_value(i, t, value, gradient):
        return value - rate * gradient

    return new_value


def momentum(rate, beta):
    velocity = [0.0, 0.0]

    def new_value(i, t, value, gradient):
        velocity[i] = beta * velocity[i] + gradient
        return value - rate * velocity[i]

    return new_value


def adam(rate, beta1, beta2, epsilon):
    m, v = [0.0, 0.0], [0.0, 0.0]

    def new_value(i, t, value, gradient):
        m[i] = beta1 * m[i] + (1 - beta1) * gradient
        v[i] = beta2 * v[i] + (1 - beta2) * gradient**2
        return value - rate * (m[i] / (1 - beta1**t)) / (math.sqrt(v[i] / (1 - beta2**t)) + epsilon)

    return new_value


@pytest.mark.parametrize("batch_size", [1, 2, 3, 4])
@pytest.mark.parametrize(
    ("optimiser", "formula", "rate"),
    [
        (lambda: SGD(), lambda: sgd(0.05), 0.05),
        (lambda: None, lambda: sgd(0.05), 0.05),
        (lambda: Momentum(), lambda: momentum(0.02, 0.9), 0.02),
        (lambda: Momentum(beta=0.5), lambda: momentum(0.02, 0.5), 0.02),
        (lambda: Adam(), lambda: adam(0.01, 0.9, 0.999, 1e-8), 0.01),
        (lambda: Adam(beta1=0.8, beta2=0.9, epsilon=1e-3), lambda: adam(0.1, 0.8, 0.9, 1e-3), 0.1),
    ],
)
def test_optimisers_follow_their_formulas(optimiser, formula, rate, batch_size):
    model = linear_model()
    inputs, labels = [[x] for x, _ in EXAMPLES], [y for _, y in EXAMPLES]
    arguments = {"batch_size": batch_size, "shuffle": False, "optimiser": optimiser()}
    model.fit(inputs, labels, epochs=5, learning_rate=rate, **arguments)

    w, b, t, new_value = 0.5, -0.25, 0, formula()
    for _ in range(5):
        for start in range(0, len(EXAMPLES), batch_size):
            t += 1
            dw, db = gradients_of(EXAMPLES[start : start + batch_size], w, b)
            w, b = new_value(0, t, w, dw), new_value(1, t, b, db)
    neuron = model.layers[0].neurons[0]
    assert neuron.weights[0] == pytest.approx(w, rel=1e-12)
    assert neuron.bias == pytest.approx(b, rel=1e-12)


class ListingLayer(Layer):
    def parameters(self):
        return [weight for neuron in self.neurons for weight in neuron.weights]


@pytest.mark.parametrize("optimiser", [Momentum, Adam])
def test_a_layer_of_ones_own_may_have_a_method_called_parameters(optimiser):
    """The optimisers took that word for the sign of a layer of arrays."""
    plain = linear_model()
    layers = [ListingLayer(1, 1, identity)]
    layers[0].neurons[0].weights[:], layers[0].neurons[0].bias = [0.5], -0.25
    for model in (plain, own := Model(layers)):
        model.fit(
            [[x] for x, _ in EXAMPLES],
            [y for _, y in EXAMPLES],
            epochs=2,
            learning_rate=0.01,
            seed=0,
            optimiser=optimiser(),
        )
    assert own.layers[0].neurons[0].weights == plain.layers[0].neurons[0].weights


def test_two_steps_of_momentum_by_hand():
    """w = 1, b = 0, x = 1, y = 0, rate 0.1, beta 0.5: v = 2, w = 0.8, b = -0.2; v = 1 + 1.2 = 2.2, w = 0.58."""
    model, optimiser = linear_model(weight=1.0, bias=0.0), Momentum(beta=0.5)
    model.fit([[1.0]], [0.0], epochs=2, learning_rate=0.1, optimiser=optimiser)
    neuron = model.layers[0].neurons[0]
    assert neuron.weights[0] == pytest.approx(0.58, rel=1e-12)
    assert neuron.bias == pytest.approx(-0.42, rel=1e-12)


def test_the_first_step_of_adam_is_the_learning_rate_whatever_the_gradient():
    for y in (-1e6, 1e-3, 1e6):
        model = linear_model(weight=0.0, bias=0.0)
        model.fit([[1.0]], [y], epochs=1, learning_rate=0.01, optimiser=Adam())
        assert model.layers[0].neurons[0].weights[0] == pytest.approx(math.copysign(0.01, y), rel=1e-4)


@pytest.mark.parametrize(("optimiser", "rate"), [(Momentum(), 0.1), (Adam(), 0.05)])
def test_xor_is_solved_with(optimiser, rate):
    model = Model.from_sizes([2, 8, 1], seed=0)
    model.fit(XOR_INPUTS, XOR_LABELS, epochs=1000, learning_rate=rate, seed=0, optimiser=optimiser)
    assert all(
        abs(output[0] - label[0]) < 0.1 for output, label in zip(model.predict(XOR_INPUTS), XOR_LABELS, strict=True)
    )


# History


def test_history_is_plain_lists_of_the_loss_before_each_step():
    model = linear_model()
    inputs, labels = [[x] for x, _ in EXAMPLES], [y for _, y in EXAMPLES]
    history = model.fit(inputs, labels, epochs=3, learning_rate=0.05, shuffle=False, batch_size=2)

    w, b, losses = 0.5, -0.25, []
    for _ in range(3):
        loss_sum = 0.0
        for batch in (EXAMPLES[:2], EXAMPLES[2:]):
            loss_sum += sum((w * x + b - y) ** 2 for x, y in batch)
            dw, db = gradients_of(batch, w, b)
            w, b = w - 0.05 * dw, b - 0.05 * db
        losses.append(loss_sum / 4)
    assert history.loss == pytest.approx(losses, rel=1e-12)
    assert type(history.loss) is list and all(type(loss) is float for loss in history.loss)
    assert len(history) == 3
    assert history.accuracy == history.validation_loss == history.validation_accuracy == []  # the labels are no classes


def test_history_of_dropped_examples_counts_those_that_were_seen():
    history = linear_model(weight=0.0, bias=0.0).fit(
        [[0.0]] * 3, [1.0, 1.0, 50.0], epochs=1, learning_rate=1e-9, batch_size=2, shuffle=False, drop_last=True
    )
    assert history.loss == [1.0]


def test_history_says_what_it_holds():
    assert repr(neurons.History()) == "History: no epochs yet"
    history = Model.from_sizes([2, 8, 1], seed=0).fit(XOR_INPUTS, XOR_LABELS, epochs=7, learning_rate=1.0, seed=0)
    assert repr(history).startswith("History: 7 epochs, loss 0.")
    assert "accuracy 0." in repr(history)


def test_validation_data_are_looked_at_after_each_epoch_and_never_trained_on():
    inputs, labels = datasets.circles(40, seed=1)
    validation_data = datasets.circles(20, seed=2)
    expected_loss, expected_accuracy = [], []

    def on_epoch(epoch, model, history):
        assert len(history.validation_loss) == len(history.loss) == epoch
        expected_loss.append(model.mean_loss(*validation_data))
        expected_accuracy.append(model.accuracy(*validation_data))

    arguments = {"epochs": 10, "learning_rate": 0.5, "seed": 0}
    model, twin = Model.from_sizes([2, 4, 1], seed=0), Model.from_sizes([2, 4, 1], seed=0)
    history = model.fit(inputs, labels, validation_data=validation_data, on_epoch=on_epoch, **arguments)
    twin_history = twin.fit(inputs, labels, **arguments)
    assert history.validation_loss == expected_loss
    assert history.validation_accuracy == expected_accuracy
    assert weights_of(model) == weights_of(twin)
    assert history.loss == twin_history.loss
    assert twin_history.validation_loss == twin_history.validation_accuracy == []


def test_the_classes_of_the_validation_data_are_those_of_the_training():
    """Labels of -1 and 1, but the validation data have one class alone: an output of 0.2 is on the right side."""
    model = linear_model(weight=0.2, bias=0.0)
    history = model.fit(
        [[1.0], [-1.0]], [1.0, -1.0], epochs=1, learning_rate=1e-9, validation_data=([[1.0], [-1.0]], [1.0, 1.0])
    )
    assert history.accuracy == [1.0]
    assert history.validation_accuracy == [0.5]


def test_on_epoch_is_told_the_epoch_and_can_stop():
    told = []

    def on_epoch(epoch, model, history):
        told.append((epoch, model, len(history)))
        return epoch == 3

    model = Model.from_sizes([2, 3, 1], seed=0)
    history = model.fit(XOR_INPUTS, XOR_LABELS, epochs=10, learning_rate=0.5, on_epoch=on_epoch)
    assert told == [(1, model, 1), (2, model, 2), (3, model, 3)]
    assert len(history) == 3


def test_an_error_in_on_epoch_comes_through_and_leaves_a_clean_batch():
    def on_epoch(epoch, model, history):
        raise KeyError("mine")

    model = Model.from_sizes([2, 3, 1], seed=0)
    with pytest.raises(KeyError, match="mine"):
        model.fit(XOR_INPUTS, XOR_LABELS, epochs=2, learning_rate=0.5, on_epoch=on_epoch)
    assert all(neuron.num_examples == 0 for layer in model.layers for neuron in layer.neurons)


# Accuracy


@pytest.mark.parametrize(
    ("loss", "logits", "labels", "accuracy"),
    [
        (MSE(), [[0.4], [0.6], [0.6], [0.4]], [0, 1, 0, 1], 0.5),
        (MSE(), [[-0.1], [0.1], [0.3], [0.1]], [-1, 1, 1, -1], 0.75),
        (MSE(), [[1.4], [1.6], [1.9], [0.0]], [1, 2, 2, 1], 1.0),
        (BinaryCrossEntropy(), [[-0.1], [0.1], [0.3], [0.4]], [0, 1, 1, 0], 0.75),
        (SoftmaxCrossEntropy(), [[0.1, 0.2, 0.0], [5.0, 6.0, 7.0], [0.0, -1.0, -2.0]], [1, 2, 1], 2 / 3),
        (MSE(), [[0.1, 0.2], [0.4, 0.3]], [[0, 1], [0, 1]], 0.5),
    ],
)
def test_accuracy_counts_the_right_side_or_the_largest_output(loss, logits, labels, accuracy):
    size = len(logits[0])
    layer = Layer(size, size, identity)
    for i, neuron in enumerate(layer.neurons):  # outputs are the inputs
        neuron.weights, neuron.bias = [1.0 if i == j else 0.0 for j in range(size)], 0.0
    assert Model([layer], loss).accuracy(logits, labels) == accuracy


# Looking never disturbs; training starts from a clean batch


@pytest.mark.parametrize(
    "look",
    [
        lambda model: model.predict(XOR_INPUTS),
        lambda model: model.mean_loss(XOR_INPUTS, XOR_LABELS),
        lambda model: model.accuracy(XOR_INPUTS, XOR_LABELS),
        lambda model: model.copy().fit(XOR_INPUTS, XOR_LABELS, epochs=2, learning_rate=0.5),
        lambda model: health.check(model, XOR_INPUTS, XOR_LABELS),
        lambda model: check_gradients(model, [1.0, 0.0], [1.0]),
        lambda model: repr(model),
    ],
)
def test_looking_never_disturbs(look):
    model = Model.from_sizes([2, 3, 1], seed=0)
    model.forward([1.0, 1.0])
    before = numbers_of(model)
    look(model)
    assert numbers_of(model) == before  # after a forward

    model.backward_pass([1.0])
    before = numbers_of(model)
    look(model)
    assert numbers_of(model) == before  # in the middle of a batch


def test_predictions_are_probabilities_where_the_loss_is_a_cross_entropy():
    model = Model.from_sizes([2, 3, 3], loss=SoftmaxCrossEntropy(), seed=0)
    for outputs in model.predict(XOR_INPUTS):
        assert sum(outputs) == pytest.approx(1.0, rel=1e-12)
    binary = Model.from_sizes([2, 3, 1], loss=BinaryCrossEntropy(), seed=0)
    for inputs, outputs in zip(XOR_INPUTS, binary.predict(XOR_INPUTS), strict=True):
        assert outputs == [pytest.approx(1.0 / (1.0 + math.exp(-binary.forward(inputs)[0])), rel=1e-12)]


@pytest.mark.parametrize(
    "train",
    [
        lambda model: model.train_batch(XOR_INPUTS, XOR_LABELS, 0.5),
        lambda model: model.fit(XOR_INPUTS, XOR_LABELS, epochs=1, learning_rate=0.5, seed=0, batch_size=4),
    ],
)
def test_an_example_inspected_before_does_not_enter_the_training(train):
    model, inspected = Model.from_sizes([2, 3, 1], seed=0), Model.from_sizes([2, 3, 1], seed=0)
    inspected.forward([1.0, 1.0])
    inspected.backward_pass([100.0])
    train(model)
    train(inspected)
    assert weights_of(inspected) == weights_of(model)


def test_train_batch_is_one_step_of_fit_and_returns_the_loss_before_it():
    model, twin = Model.from_sizes([2, 3, 1], seed=0), Model.from_sizes([2, 3, 1], seed=0)
    before = model.mean_loss(XOR_INPUTS, XOR_LABELS)
    assert model.train_batch(XOR_INPUTS, XOR_LABELS, 0.5) == before
    twin.fit(XOR_INPUTS, XOR_LABELS, epochs=1, learning_rate=0.5, batch_size=4, shuffle=False)
    assert weights_of(model) == weights_of(twin)
    assert model.mean_loss(XOR_INPUTS, XOR_LABELS) < before


def test_a_loss_of_ones_own_needs_two_methods_only():
    class AbsoluteError:
        def value(self, outputs, label):
            return abs(outputs[0] - label[0])

        def output_gradients(self, outputs, label):
            return [math.copysign(1.0, outputs[0] - label[0])]

    model = linear_model(AbsoluteError())
    inputs = [[-1.0], [0.0], [1.0]]
    history = model.fit(inputs, [[1.0], [2.0], [3.0]], epochs=400, learning_rate=0.01, seed=0)
    assert history.loss[-1] < 0.05
    assert [output[0] for output in model.predict(inputs)] == pytest.approx([1.0, 2.0, 3.0], abs=0.1)


def test_a_loss_of_ones_own_that_returns_nothing_is_named():
    class Forgotten:
        def value(self, outputs, label):
            pass

        def output_gradients(self, outputs, label):
            return [1.0]

    with pytest.raises(
        neurons.NeuronsError, match=r"^the loss where output\[0\] is 0.25 must be a number but got None$"
    ):
        linear_model(Forgotten()).fit([[1.0]], [[1.0]], epochs=1, learning_rate=0.1)


def test_tanh_with_labels_of_both_signs_is_learned():
    inputs, labels = datasets.xor(signed=True)
    model = Model.from_sizes([2, 8, 1], hidden=tanh, output=tanh, seed=2)
    history = model.fit(inputs, labels, epochs=500, learning_rate=0.1, seed=2)
    assert history.accuracy[-1] == 1.0


# Progress


def output_of_fit(terminal, progress, seconds_per_epoch=0.0):
    """What `fit` of 5 epochs writes to standard error, which is a terminal or not."""
    code = f"""
import time
from neurons import Model, datasets
inputs, labels = datasets.xor()
look = lambda epoch, model, history: time.sleep({seconds_per_epoch})
Model.from_sizes([2, 3, 1], seed=0).fit(inputs, labels, epochs=5, learning_rate=0.5, progress={progress}, on_epoch=look)
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(neurons.__file__).parents[1]), "COLUMNS": "80"}
    command = [sys.executable, "-W", "error", "-c", code]
    if not terminal:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stdout) == (0, "")
        return done.stderr

    pty = pytest.importorskip("pty", reason="this system has no terminals to test with")
    fcntl, termios = pytest.importorskip("fcntl"), pytest.importorskip("termios")
    controller, stderr = pty.openpty()
    fcntl.ioctl(stderr, termios.TIOCSWINSZ, struct.pack("HHHH", 25, 80, 0, 0))  # rows, columns
    try:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=stderr)
        os.close(stderr)
        written = b""
        while True:
            try:
                read = os.read(controller, 4096)
            except OSError:  # the other end was closed
                break
            if not read:
                break
            written += read
        assert (process.wait(timeout=60), process.stdout.read()) == (0, b"")
        process.stdout.close()
    finally:
        os.close(controller)
    return written.decode()


@pytest.mark.parametrize(
    ("terminal", "progress", "seconds_per_epoch", "shows"),
    [
        (True, True, 0.0, True),
        (False, True, 0.0, True),
        (True, None, 0.3, True),  # somebody watches, and it takes long
        (True, None, 0.0, False),
        (False, None, 0.3, False),
        (True, False, 0.3, False),
    ],
)
def test_the_progress_bar(terminal, progress, seconds_per_epoch, shows):
    pytest.importorskip("tqdm")
    written = output_of_fit(terminal, progress, seconds_per_epoch)
    if shows:
        assert "5/5" in written and "loss 0." in written
    else:
        assert written == ""


def test_without_tqdm_training_runs_without_a_bar(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    Model.from_sizes([2, 3, 1], seed=0).fit(XOR_INPUTS, XOR_LABELS, epochs=2, learning_rate=0.5, progress=True)
    assert capsys.readouterr() == ("", "")
