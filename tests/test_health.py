"""Why is it not learning? Each finding is provoked by a real model, and silent on models that learn."""

import warnings

import pytest

from neurons import (
    MSE,
    Adam,
    BinaryCrossEntropy,
    HealthWarning,
    Layer,
    Model,
    SoftmaxCrossEntropy,
    datasets,
    health,
    identity,
    leaky_relu,
    relu,
    sigmoid,
    tanh,
)

XOR_INPUTS, XOR_LABELS = datasets.xor()


def kinds(findings):
    return [finding.kind for finding in findings]


def found(model, inputs=XOR_INPUTS, labels=XOR_LABELS):
    """The findings of a check, as {kind: the findings of that kind}."""
    by_kind = {}
    for finding in health.check(model, inputs, labels):
        by_kind.setdefault(finding.kind, []).append(finding)
    return by_kind


def warnings_of_fit(model, inputs=XOR_INPUTS, labels=XOR_LABELS, **arguments):
    """The history and what `fit` warned of, as texts."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        history = model.fit(inputs, labels, **arguments)
    assert all(warning.category is HealthWarning for warning in caught)
    assert all(warning.filename == __file__ for warning in caught)  # the line that called fit
    return history, [str(warning.message) for warning in caught]


def set_neuron(neuron, weights, bias):
    neuron.weights, neuron.bias = list(weights), bias


# Healthy runs: nothing to say, before, during and after


HEALTHY = {
    "xor, the defaults": ([2, 8, 1], {}, datasets.xor(), 1000, 1.0, 20),
    "xor, tanh": ([2, 8, 1], {"hidden": tanh}, datasets.xor(), 600, 0.2, 6),
    "xor, leaky relu": ([2, 8, 1], {"hidden": leaky_relu}, datasets.xor(), 600, 0.1, 6),
    "xor, cross-entropy": ([2, 8, 1], {"loss": BinaryCrossEntropy()}, datasets.xor(), 400, 1.0, 6),
    "circles": ([2, 8, 1], {}, datasets.circles(80), 120, 1.0, 3),
    "circles, tanh and cross-entropy": (
        [2, 8, 1],
        {"hidden": tanh, "loss": BinaryCrossEntropy()},
        datasets.circles(80),
        60,
        0.2,
        3,
    ),
    "moons": ([2, 8, 1], {}, datasets.moons(80), 150, 1.0, 3),
    "moons, softmax": (
        [2, 8, 2],
        {"hidden": tanh, "loss": SoftmaxCrossEntropy()},
        (datasets.moons(80)[0], [int(label[0]) for label in datasets.moons(80)[1]]),
        80,
        0.1,
        3,
    ),
    "moons, five layers of tanh": (
        [2, 6, 6, 6, 6, 1],
        {"hidden": tanh, "loss": BinaryCrossEntropy()},
        datasets.moons(60),
        40,
        0.05,
        2,
    ),
    "spiral": ([2, 16, 1], {"hidden": tanh, "loss": BinaryCrossEntropy()}, datasets.spiral(100), 120, 0.05, 2),
    "a parabola": (
        [1, 8, 1],
        {"hidden": tanh, "output": identity},
        ([[n / 10.0] for n in range(-10, 11)], [[n * n / 100.0] for n in range(-10, 11)]),
        200,
        0.03,
        3,
    ),
}


@pytest.mark.parametrize("name", HEALTHY)
def test_silent_on_a_healthy_run(name):
    sizes, arguments, (inputs, labels), epochs, learning_rate, num_seeds = HEALTHY[name]
    for seed in range(num_seeds):
        model = Model.from_sizes(sizes, seed=seed, **arguments)
        assert health.check(model, inputs, labels) == []
        arguments_of_fit = {"batch_size": 4, "optimiser": Adam()} if name == "spiral" else {}
        history, messages = warnings_of_fit(
            model, inputs, labels, epochs=epochs, learning_rate=learning_rate, seed=seed, **arguments_of_fit
        )
        assert messages == []
        assert history.loss[-1] < 0.7 * history.loss[0]  # it did learn
        assert health.check(model, inputs, labels) == []


def test_fit_is_silent_on_a_healthy_run_of_relu_although_some_neurons_are_dead():
    """About every fourth ReLU is dead on the four examples of XOR from the start; `check` says so, `fit` need not."""
    num_dead = 0
    for seed in range(6):
        model = Model.from_sizes([2, 8, 1], hidden=relu, seed=seed)
        num_dead += len(found(model).get("dead neuron", []))
        history, messages = warnings_of_fit(model, epochs=800, learning_rate=0.1, seed=seed)
        assert history.accuracy[-1] == 1.0
        assert messages == []
    assert num_dead > 0


def test_silent_when_a_trained_model_is_trained_on():
    model = Model.from_sizes([2, 8, 1], seed=0)
    model.fit(XOR_INPUTS, XOR_LABELS, epochs=1000, learning_rate=1.0, seed=0)
    _, messages = warnings_of_fit(model, epochs=30, learning_rate=1e-4)  # flat, but at the end of its way
    assert messages == []


def test_silent_on_a_trained_regression_that_is_trained_on():
    """No accuracy tells here that the flat loss is a good one."""
    inputs, labels = [[n / 4.0] for n in range(5)], [[n / 2.0 + 1.0 + 0.2 * (n % 2)] for n in range(5)]  # no line
    model = Model.from_sizes([1, 1], output=identity, seed=0)
    model.fit(inputs, labels, epochs=60, learning_rate=0.3, seed=0)
    _, messages = warnings_of_fit(model, inputs, labels, epochs=40, learning_rate=1e-6)
    assert messages == []


def test_checking_changes_nothing_and_a_finding_reads_as_its_message():
    model = Model.from_sizes([2, 3, 1], init="zeros")
    finding = health.check(model, XOR_INPUTS, XOR_LABELS)[0]
    assert str(finding) == finding.message
    assert model.layers[0].neurons[0].activation is None


# Symmetry


def test_symmetry():
    model = Model.from_sizes([2, 3, 1], init="zeros")
    assert found(model)["symmetry"] == [
        health.Finding(
            "symmetry",
            "hidden[0]",
            "hidden[0], hidden[1] and hidden[2] have the same incoming and the same outgoing weights: they get the same"
            " gradients and stay copies of one neuron. Start from random weights.",
        )
    ]
    _, messages = warnings_of_fit(model, epochs=300, learning_rate=1.0, seed=0)
    assert messages[0].startswith("hidden[0], hidden[1] and hidden[2] have the same incoming and the same outgoing")
    weights = [neuron.weights for neuron in model.layers[0].neurons]
    assert weights[0] == weights[1] == weights[2] != [0.0, 0.0]  # 300 epochs later they are copies still


@pytest.mark.parametrize(
    ("incoming", "outgoing", "symmetric"),
    [(True, True, True), (True, False, False), (False, True, False), (False, False, False)],
)
def test_symmetry_takes_the_same_incoming_and_outgoing_weights(incoming, outgoing, symmetric):
    model = Model.from_sizes([2, 4, 2], seed=0)
    first, second = model.layers[0].neurons[1], model.layers[0].neurons[3]
    if incoming:
        set_neuron(second, first.weights, first.bias)
    if outgoing:
        for neuron in model.layers[1].neurons:
            neuron.weights[3] = neuron.weights[1]
    labels = [[0.0, 1.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    findings = found(model, labels=labels).get("symmetry", [])
    assert [finding.where for finding in findings] == (["hidden[1]"] if symmetric else [])
    if symmetric:
        assert findings[0].message.startswith("hidden[1] and hidden[3] have the same incoming")

    warnings_of_fit(model, labels=labels, epochs=20, learning_rate=1.0, seed=0)
    assert (first.weights == second.weights) is symmetric  # and it matters


def test_a_different_bias_alone_breaks_the_symmetry():
    model = Model.from_sizes([2, 2, 1], init="zeros")
    model.layers[0].neurons[0].bias = 0.1
    assert "symmetry" not in found(model)


def test_many_copies_are_counted_not_listed():
    model = Model.from_sizes([2, 30, 1], init="zeros")
    assert found(model)["symmetry"][0].message.startswith("hidden[0], hidden[1], hidden[2] and 27 more have the same")


# Dead and inactive ReLU neurons


def relu_model():
    """Of three hidden neurons the first is dead on XOR, the second is active on one example, the third on three."""
    model = Model.from_sizes([2, 3, 1], hidden=relu, seed=0)
    for neuron, weights, bias in zip(
        model.layers[0].neurons, ([-1.0, -1.0], [1.0, 1.0], [1.0, 1.0]), (-0.5, -1.5, -0.5), strict=True
    ):
        set_neuron(neuron, weights, bias)
    return model


def test_a_dead_relu_is_told_from_one_that_is_inactive_on_some_examples():
    model = relu_model()
    model.forward([0.0, 0.0])
    assert [neuron.activation for neuron in model.layers[0].neurons] == [0.0, 0.0, 0.0]  # all are 0 on one example
    assert found(model)["dead neuron"] == [
        health.Finding(
            "dead neuron",
            "hidden[0]",
            "hidden[0] is dead: its relu is 0 on all 4 examples, so no gradient reaches its weights. Try leaky_relu, a"
            " smaller learning_rate, or another seed.",
        )
    ]


def test_a_dead_relu_stays_dead_through_training():
    model = relu_model()
    before = model.layers[0].neurons[0].weights[:]
    model.fit(XOR_INPUTS, XOR_LABELS, epochs=50, learning_rate=0.1, seed=0)
    assert model.layers[0].neurons[0].weights == before
    assert found(model)["dead neuron"][0].where == "hidden[0]"


def test_leaky_relu_is_never_dead():
    model = relu_model()
    leaky = Model.from_sizes([2, 3, 1], hidden=leaky_relu, seed=0)
    for neuron, other in zip(leaky.layers[0].neurons, model.layers[0].neurons, strict=True):
        set_neuron(neuron, other.weights, other.bias)
    assert "dead neuron" not in found(leaky)


def test_too_large_a_rate_kills_relus_and_fit_says_so():
    """One large step makes all of them 0 everywhere; the loss is flat from then on."""
    model = Model.from_sizes([2, 4, 1], hidden=relu, output=identity, seed=1)
    for neuron in model.layers[0].neurons:
        neuron.bias = -3.0
    _, messages = warnings_of_fit(model, epochs=60, learning_rate=0.01, seed=0)
    assert messages[0].startswith("the loss has been flat at 0.2")
    assert "The likely cause: hidden[0] is dead: its relu is 0 on all 4 examples" in messages[0]
    assert [message.split(" is dead")[0] for message in messages[1:4]] == ["hidden[1]", "hidden[2]", "hidden[3]"]


def test_neurons_of_the_same_name_are_told_apart():
    model = Model([Layer(2, 1, relu, name="mine"), Layer(1, 1, relu, name="mine")])
    set_neuron(model.layers[0].neurons[0], [1.0, 1.0], 0.5)
    set_neuron(model.layers[1].neurons[0], [-1.0], -0.5)
    assert len(found(model)["dead neuron"]) == 1


# Saturation


def test_a_saturated_layer_and_its_share():
    model = Model.from_sizes([2, 5, 1], seed=0)
    for i, neuron in enumerate(model.layers[0].neurons):
        set_neuron(neuron, [0.5 + i, -0.5], 20.0 if i > 0 else 0.0)
    assert found(model)["saturated"] == [
        health.Finding(
            "saturated",
            "hidden",
            "hidden is saturated: 80% of its activations are where sigmoid is flat, so little gradient comes through."
            " Use smaller weights, or inputs closer to 0.",
        )
    ]
    model.layers[0].neurons[1].bias = 0.0
    assert "saturated" not in found(model)  # 60 %


@pytest.mark.parametrize("act", [sigmoid, tanh])
def test_inputs_far_from_0_saturate(act):
    inputs = [[100.0 * x for x in example] for example in datasets.circles(60)[0]]
    labels = datasets.circles(60)[1]
    model = Model.from_sizes([2, 8, 1], hidden=act, seed=0)
    finding = found(model, inputs, labels)["saturated"][0]
    assert finding.where == "hidden"
    assert f"where {act} is flat" in finding.message
    assert "saturated" not in found(model, *datasets.circles(60))


def test_outputs_may_be_saturated_where_they_are_right():
    """That is what a solved problem looks like; the same outputs against the other labels are stuck."""
    model = Model.from_sizes([1, 1], seed=0)
    set_neuron(model.layers[0].neurons[0], [30.0], 0.0)
    assert "saturated" not in found(model, [[-1.0], [1.0]], [0.0, 1.0])
    message = found(model, [[-1.0], [1.0]], [1.0, 0.0])["saturated"][0].message
    assert message.startswith("output is saturated: 100% of its activations are wrong and where sigmoid is flat")


def test_fit_names_saturation_as_the_cause_of_a_flat_loss():
    model = Model.from_sizes([2, 4, 1], seed=0)
    for neuron in model.layers[1].neurons:
        set_neuron(neuron, neuron.weights, 30.0)
    _, messages = warnings_of_fit(model, epochs=40, learning_rate=0.5, seed=0)
    assert len(messages) == 1
    assert messages[0].startswith("the loss has been flat at 0.5 for the last 20 epochs. The likely cause: output is")
    assert "50% of its activations are wrong" in messages[0]


# Gradients on their way back


def test_vanishing_gradients_and_the_layer_they_reach():
    model = Model.from_sizes([2, 6, 6, 6, 6, 6, 6, 1], seed=0)
    finding = found(model, *datasets.moons(40))["vanishing gradients"][0]
    assert finding.where == "hidden1"
    assert "mean |error| per layer: hidden1 " in finding.message
    assert ", output 0." in finding.message
    _, messages = warnings_of_fit(model, *datasets.moons(40), epochs=30, learning_rate=0.5, seed=0)
    assert "The likely cause: the gradients vanish on their way back" in messages[0]


def test_the_numbers_of_vanishing_gradients_are_those_of_the_passes():
    model = Model.from_sizes([2, 3, 3, 3, 3, 3, 3, 1], seed=0)
    inputs, labels = XOR_INPUTS[:1], XOR_LABELS[:1]
    message = found(model, inputs, labels)["vanishing gradients"][0].message
    model.backward_pass(MSE().output_gradients(model.forward(inputs[0]), labels[0]))
    for layer in model.layers:
        mean = sum(abs(neuron.error) for neuron in layer.neurons) / len(layer.neurons)
        assert f"{layer.name} {mean:.2g}" in message


def test_exploding_gradients():
    def large(num_inputs, num_neurons, rng):
        return [rng.uniform(-20.0, 20.0) for _ in range(num_inputs)], 0.0

    model = Model.from_sizes([2, 6, 6, 6, 1], hidden=leaky_relu, output=identity, init=large, seed=0)
    finding = found(model)["exploding gradients"][0]
    assert finding.where == "hidden1"
    assert finding.message.startswith("the gradients explode on their way back (mean |error| per layer: hidden1 ")
    assert "exploding gradients" not in found(
        Model.from_sizes([2, 6, 6, 6, 1], hidden=leaky_relu, output=identity, seed=0)
    )


def test_large_inputs_are_no_exploding_gradients():
    """The first layer's weights have large gradients then, but on the way back nothing has grown."""
    inputs = [[2000.0 * x for x in example] for example in XOR_INPUTS]
    model = Model.from_sizes([2, 4, 1], hidden=leaky_relu, output=identity, seed=0)
    assert "exploding gradients" not in found(model, inputs)


# Labels and losses that do not suit the outputs


@pytest.mark.parametrize(
    ("act", "labels", "message"),
    [
        (sigmoid, [0.0, 1.0, -1.0, 0.0], "label -1, but sigmoid gives only values from 0 to 1."),
        (sigmoid, [0.0, 1.0, 7.0, 0.0], "label 7, but sigmoid gives only values from 0 to 1."),
        (tanh, [-1.0, 1.0, 1.5, -1.0], "label 1.5, but tanh gives only values from -1 to 1."),
        (relu, [0.0, 5.0, -0.5, 0.0], "label -0.5, but relu gives only values from 0 to inf."),
    ],
)
def test_labels_out_of_reach(act, labels, message):
    model = Model.from_sizes([2, 3, 1], output=act, seed=0)
    finding = found(model, labels=labels)["label out of reach"][0]
    assert finding.where == "output[0]"
    assert f"output[0] is to learn the {message}" in finding.message
    _, messages = warnings_of_fit(model, labels=labels, epochs=1, learning_rate=0.1)
    assert messages == [finding.message]


@pytest.mark.parametrize(
    ("act", "labels"),
    [
        (sigmoid, [0.0, 1.0, 1.0, 0.0]),
        (tanh, [-1.0, 1.0, 1.0, -1.0]),
        (relu, [0.0, 100.0, 1.0, 0.0]),
        (leaky_relu, [-5.0, 100.0, 1.0, 0.0]),
        (identity, [-5.0, 100.0, 1.0, 0.0]),
    ],
)
def test_labels_within_reach(act, labels):
    assert "label out of reach" not in found(Model.from_sizes([2, 3, 1], output=act, seed=0), labels=labels)


def test_labels_are_looked_at_for_each_output():
    model = Model.from_sizes([2, 3, 2], seed=0)
    findings = found(model, labels=[[0.0, 2.0], [1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])["label out of reach"]
    assert [finding.where for finding in findings] == ["output[1]"]


def test_softmax_over_one_output():
    model = Model.from_sizes([2, 3, 1], loss=SoftmaxCrossEntropy(), seed=0)
    labels = [[1.0]] * 4
    assert found(model, labels=labels)["softmax over one output"][0].message == (
        "the softmax over the one output output[0] is always 1, so its gradient is always 0."
        " Use one output per class, or BinaryCrossEntropy."
    )
    before = model.predict(XOR_INPUTS)
    _, messages = warnings_of_fit(model, labels=labels, epochs=5, learning_rate=0.5)
    assert messages[0].startswith("the softmax over the one output")
    assert model.predict(XOR_INPUTS) == before == [[1.0]] * 4
    two = Model.from_sizes([2, 3, 2], loss=SoftmaxCrossEntropy(), seed=0)
    assert "softmax over one output" not in found(two, labels=[0, 1, 1, 0])


@pytest.mark.parametrize(("loss", "num_outputs"), [(BinaryCrossEntropy(), 1), (SoftmaxCrossEntropy(), 2)])
def test_outputs_that_are_squashed_twice(loss, num_outputs):
    labels = [0, 1, 1, 0]
    model = Model.from_sizes([2, 3, num_outputs], output=sigmoid, loss=loss, seed=0)
    assert found(model, labels=labels)["squashed twice"][0].message == (
        f"{loss} takes logits, but the outputs are sigmoid values, which it squashes a second time."
        " Use identity for the output layer."
    )
    right = Model.from_sizes([2, 3, num_outputs], loss=loss, seed=0)
    assert "squashed twice" not in found(right, labels=labels)


# Values that are not finite (that training stops there is shown in test_wrong_calls.py)


def test_check_names_the_first_value_that_is_not_finite():
    model = Model.from_sizes([2, 3, 1], seed=0)
    assert "not finite" not in found(model)
    model.layers[0].neurons[2].weights[1] = float("nan")
    assert found(model)["not finite"][0].message == (
        "hidden[2]: w[1] must be a finite number but is nan. No pass can go beyond it: use smaller weights or a smaller"
        " learning_rate."
    )


# A flat loss


def test_a_flat_loss_without_a_known_cause():
    """Two hidden neurons, and XOR's best known local minimum: one example in four is answered wrongly."""
    model = Model.from_sizes([2, 2, 1], seed=3)
    history, messages = warnings_of_fit(model, epochs=2000, learning_rate=1.0, seed=3)
    assert history.accuracy[-1] <= 0.75
    assert len(messages) == 1
    assert messages[0].startswith("the loss has been flat at 0.1")
    assert (
        "for the last 1000 epochs. No neuron is dead, saturated or a copy of another: it may sit in a local"
        in messages[0]
    )


@pytest.mark.parametrize("engine", ["loops", "numpy"])
@pytest.mark.parametrize(
    "sizes, words", [([2, 1], "with no hidden neurons"), ([2, 3, 4, 1], "with identity in all hidden neurons")]
)
def test_a_straight_line_is_named_as_the_cause_of_a_flat_loss(sizes, words, engine):
    """More neurons or another seed, the advice against a local minimum, would not help."""
    model = Model.from_sizes(sizes, hidden=identity, seed=0, engine=engine)
    _, messages = warnings_of_fit(model, epochs=300, learning_rate=0.1, seed=0)
    likely = (
        f"The likely cause: {words}, each output sees one weighted sum of the inputs and can draw only one straight"
    )
    assert likely in messages[0]
    bent = Model.from_sizes([2, 3, 4, 1], hidden=identity, seed=0, engine=engine)
    bent = type(bent)([bent.layers[0], Model.from_sizes([3, 4, 1], seed=0, engine=engine).layers[0], bent.layers[2]])
    _, messages = warnings_of_fit(bent, epochs=40, learning_rate=1e-6, seed=0)
    assert len(messages) == 1 and "straight line" not in messages[0]


def test_a_straight_line_through_numbers_separates_no_classes():
    inputs = [[x / 4] for x in range(-4, 5)]
    with pytest.warns(HealthWarning, match="weighted sum of the inputs and can only rise or fall with it. Use hidden"):
        Model.from_sizes([1, 1], output=identity, seed=0).fit(
            inputs, [[x * x] for (x,) in inputs], epochs=100, learning_rate=0.05, seed=0
        )


def test_a_rate_that_is_too_small_is_flat_too():
    _, messages = warnings_of_fit(Model.from_sizes([2, 8, 1], seed=0), epochs=40, learning_rate=1e-6, seed=0)
    assert len(messages) == 1
    assert "need more epochs, or learning_rate may be too small" in messages[0]


def test_too_few_epochs_say_nothing():
    _, messages = warnings_of_fit(Model.from_sizes([2, 8, 1], seed=0), epochs=19, learning_rate=1e-6, seed=0)
    assert messages == []


def test_symmetry_is_named_as_the_cause_of_a_flat_loss():
    model = Model.from_sizes([2, 4, 1], init="zeros")
    _, messages = warnings_of_fit(model, epochs=100, learning_rate=0.1, seed=0)
    assert messages[1].startswith("the loss has been flat at 0.25")
    assert "The likely cause: hidden[0], hidden[1], hidden[2] and hidden[3] have the same incoming" in messages[1]
