"""Why is it not learning? Each finding is provoked by a real model, and silent on models that learn."""

import warnings

import pytest

from neurons import (
    MSE,
    Adam,
    BinaryCrossEntropy,
    HealthWarning,
    Layer,
    LeakyReLU,
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
    return history, [" ".join(str(warning.message).split()) for warning in caught]  # without line breaks


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
    assert " ".join(str(finding).split()) == finding.message and max(map(len, str(finding).split("\n"))) <= 80
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


def test_a_leaky_relu_with_slope_0_can_be_dead():
    model = Model.from_sizes([2, 3, 1], hidden=LeakyReLU(0), seed=0)
    for neuron, other in zip(model.layers[0].neurons, relu_model().layers[0].neurons, strict=True):
        set_neuron(neuron, other.weights, other.bias)
    (finding,) = found(model)["dead neuron"]
    assert finding.where == "hidden[0]" and "leaky_relu(0.0)" in finding.message


@pytest.mark.parametrize("slope, is_out_of_reach", [(0.2, False), (0.0, True), (-0.5, True)])
def test_a_leaky_relu_gives_numbers_below_0_only_with_a_slope_above_0(slope, is_out_of_reach):
    model = Model.from_sizes([2, 3, 1], output=LeakyReLU(slope), seed=0)
    assert ("label out of reach" in found(model, labels=[[-1.0], *XOR_LABELS[1:]])) == is_out_of_reach


def test_a_leaky_relu_with_slope_1_is_a_straight_line():
    model = Model([Layer(2, 3, LeakyReLU(1)), Layer(3, 3, identity), Layer(3, 1)])
    (finding,) = found(model)["straight line"]
    assert "leaky_relu(1.0) and identity" in finding.message


def test_too_large_a_rate_kills_relus_and_fit_says_so():
    """One large step makes all of them 0 everywhere; the loss is flat from then on."""
    model = Model.from_sizes([2, 4, 1], hidden=relu, output=identity, seed=1)
    for neuron in model.layers[0].neurons:
        neuron.bias = -3.0
    _, messages = warnings_of_fit(model, epochs=60, learning_rate=0.01, seed=0)
    assert len(messages) == 1
    assert messages[0].startswith("the loss while training has been flat at 0.2")
    assert "The likely cause: all 4 neurons of hidden are dead: their relu is 0 on all 4 examples" in messages[0]


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
            " Use smaller weights, inputs closer to 0, or a smaller learning_rate.",
        )
    ]
    model.layers[0].neurons[1].bias = 0.0
    assert "saturated" not in found(model)  # 60 %


@pytest.mark.parametrize("act", [sigmoid, tanh])
def test_inputs_far_from_0_saturate(act, monkeypatch):
    inputs = [[100.0 * x for x in example] for example in datasets.circles(60)[0]]
    labels = datasets.circles(60)[1]
    model = Model.from_sizes([2, 8, 1], hidden=act, seed=0)
    assert list(found(model, inputs, labels)) == ["large inputs"]  # the cause, of which saturation is the effect
    monkeypatch.setattr(health, "LARGE_INPUT", 1e9)
    finding = found(model, inputs, labels)["saturated"][0]
    assert finding.where == "hidden"
    assert f"where {act} is flat" in finding.message


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
    assert messages[0].startswith(
        "the loss while training has been flat at 0.5 for the last 20 epochs. The likely cause: output is"
    )
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
        (sigmoid, [0.0, 1.0, -1.0, 0.0], "label -1, but sigmoid only gives values from 0 to 1."),
        (sigmoid, [0.0, 1.0, 7.0, 0.0], "label 7, but sigmoid only gives values from 0 to 1."),
        (tanh, [-1.0, 1.0, 1.5, -1.0], "label 1.5, but tanh only gives values from -1 to 1."),
        (relu, [0.0, 5.0, -0.5, 0.0], "label -0.5, but relu only gives values from 0 to inf."),
    ],
)
def test_labels_out_of_reach(act, labels, message):
    model = Model.from_sizes([2, 3, 1], output=act, seed=0)
    finding = found(model, labels=labels)["label out of reach"][0]
    assert finding.where == "output[0]"
    assert f"output[0] should learn the {message}" in finding.message
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
        f"{loss} squashes the outputs itself, but sigmoid has squashed them already. Use identity for the output layer."
    )
    right = Model.from_sizes([2, 3, num_outputs], loss=loss, seed=0)
    assert "squashed twice" not in found(right, labels=labels)


# Values that are not finite (that training stops there is shown in test_wrong_calls.py)


def test_check_names_the_first_value_that_is_not_finite():
    model = Model.from_sizes([2, 3, 1], seed=0)
    assert "not finite" not in found(model)
    model.layers[0].neurons[2].weights[1] = float("nan")
    assert found(model)["not finite"][0].message == (
        "hidden[2]: w[1] must be a finite number but is nan. No pass gets past it: use smaller weights or a smaller"
        " learning_rate."
    )


# Large inputs


def raw_pixels(engine, **arguments):
    """A small model, and 60 digits with pixels from 0 to 255."""
    digits = datasets.digits()
    inputs = [[255.0 * pixel for pixel in image] for image in digits.train_inputs[:60].tolist()]
    return Model.from_sizes([64, 6, 10], seed=0, engine=engine, **arguments), inputs, digits.train_labels[:60].tolist()


@pytest.mark.parametrize("engine", ["loops", "numpy", "unrolled"])
@pytest.mark.parametrize("arguments", [{}, {"hidden": leaky_relu, "loss": SoftmaxCrossEntropy()}])
def test_raw_pixels_are_named_before_training_and_once(engine, arguments):
    model, inputs, labels = raw_pixels(engine, **arguments)
    (finding,) = health.check(model, inputs, labels)
    assert finding.kind == "large inputs"
    assert "inputs reach 255: divide them by 255" in finding.message
    _, messages = warnings_of_fit(model, inputs, labels, epochs=20, learning_rate=0.1, batch_size=10, seed=0)
    assert messages[0] == finding.message
    assert [message for message in messages[1:] if "255" in message] == []  # a flat loss is said at the end
    model, inputs, labels = raw_pixels(engine, **arguments)
    inputs = [[pixel / 255.0 for pixel in image] for image in inputs]
    assert health.check(model, inputs, labels) == []
    _, messages = warnings_of_fit(model, inputs, labels, epochs=5, learning_rate=0.1, seed=0)
    assert messages == []


@pytest.mark.parametrize("engine", ["loops", "numpy"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int16", "uint8"])
def test_raw_pixels_in_arrays(dtype, engine):
    np = pytest.importorskip("numpy")
    model, inputs, labels = raw_pixels(engine)
    inputs = np.array(inputs, dtype)
    assert "255" in found(model, inputs, labels)["large inputs"][0].message
    if dtype != "uint8":
        assert "255" in found(model, -inputs, labels)["large inputs"][0].message
    assert "16" in found(model, inputs // 15.9, labels)["large inputs"][0].message  # as scikit-learn has the digits


@pytest.mark.parametrize("engine", ["loops", "numpy"])
def test_images_kept_as_bytes_are_fine_where_their_scale_is(engine):
    np = pytest.importorskip("numpy")
    from neurons.arrays.batches import Pixels

    model, inputs, labels = raw_pixels(engine)
    images = np.array(inputs, np.uint8)
    for scale, shift in ((1 / 255, 0.0), (1 / 255, -0.1307), (2 / 255, -1.0)):
        assert health.check(model, Pixels(images, scale, shift), labels) == []
    assert "254" in found(model, Pixels(images, 1.0, -1.0), labels)["large inputs"][0].message
    assert "20" in found(model, Pixels(images, 1 / 255, -20.0), labels)["large inputs"][0].message


@pytest.mark.parametrize("engine", ["loops", "numpy"])
def test_one_large_input_among_small_ones_is_named(engine):
    """To divide all by 2000 would leave nothing of the others."""
    model = Model.from_sizes([3, 8, 1], seed=0, engine=engine)
    inputs = [[0.0, 1.0, 1990.0], [1.0, 0.0, -2000.0], [0.0, 0.0, 1995.0], [1.0, 1.0, 1.0]]
    message = found(model, inputs)["large inputs"][0].message
    assert message.startswith("x[2] reaches 2000: divide it by 2000")


def test_inputs_up_to_10_are_not_large():
    model = Model.from_sizes([2, 8, 1], seed=0)
    assert "large inputs" not in found(model, [[10.0 * x for x in example] for example in XOR_INPUTS])
    assert "large inputs" in found(model, [[-10.5 * x for x in example] for example in XOR_INPUTS])


# To the point: one finding per layer, causes without their effects, three at most


def dying_relus(sizes, **arguments):
    """A network of ReLUs of which all are dead."""
    model = Model.from_sizes(sizes, hidden=relu, seed=0, **arguments)
    for layer in model.layers:
        for neuron in layer.neurons:
            set_neuron(neuron, [-1.0] * layer.num_inputs, -0.5)
    for j, neuron in enumerate(model.layers[0].neurons):
        set_neuron(neuron, [-0.5 - 0.1 * j] * 2, -0.5)  # no copies
    return model


def test_one_line_for_the_dead_neurons_of_a_layer():
    model = dying_relus([2, 12, 1], output=identity)
    (finding,) = health.check(model, XOR_INPUTS, XOR_LABELS)
    assert (finding.kind, finding.where) == ("dead neuron", "hidden[0]")
    assert finding.message.startswith("all 12 neurons of hidden are dead")
    set_neuron(model.layers[0].neurons[0], [0.5, 0.5], 0.5)
    (finding,) = health.check(model, XOR_INPUTS, XOR_LABELS)
    assert (finding.kind, finding.where) == ("dead neuron", "hidden[1]")
    assert finding.message.startswith("hidden[1], hidden[2], hidden[3] and 8 more are dead")


def test_one_line_for_the_copies_in_a_layer():
    model = Model.from_sizes([2, 5, 1], seed=0)
    neurons, outgoing = model.layers[0].neurons, model.layers[1].neurons[0].weights
    for first, second in ((0, 2), (1, 4)):
        set_neuron(neurons[second], neurons[first].weights, neurons[first].bias)
        outgoing[second] = outgoing[first]
    (finding,) = health.check(model, XOR_INPUTS, XOR_LABELS)
    assert all(neuron.name in finding.message for neuron in neurons if neuron.name != "hidden[3]")
    assert "hidden[3]" not in finding.message


def test_one_line_for_the_labels_of_ten_outputs():
    model = Model.from_sizes([2, 4, 10], seed=0)
    (finding,) = health.check(model, XOR_INPUTS, [[float(j)] * 10 for j in range(4)])
    assert finding.kind == "label out of reach"
    assert "output[0] should learn the label 2" in finding.message and "7 more" not in finding.message
    assert "output[1], output[2], output[3] and 6 more" in finding.message


@pytest.mark.parametrize("engine", ["loops", "numpy"])
def test_a_network_with_a_dead_relu_is_not_told_to_use_relu(engine):
    """Two hidden neurons, one of them dead: nothing more is wrong."""
    model = Model.from_sizes([2, 2, 1], hidden=relu, seed=0, engine=engine)
    _, messages = warnings_of_fit(model, epochs=600, learning_rate=0.5, batch_size=4)
    assert len(messages) == 1
    assert "hidden[1] is dead" in messages[0] and "leaky_relu" in messages[0]
    assert "use fewer layers" not in messages[0].lower() and ", relu" not in messages[0]
    (finding,) = health.check(model, XOR_INPUTS, XOR_LABELS)
    assert (finding.kind, finding.where) == ("dead neuron", "hidden[1]")


def test_vanishing_gradients_without_sigmoids_are_not_mended_by_relu():
    def small(num_inputs, num_neurons, rng):
        return [rng.uniform(-0.1, 0.1) for _ in range(num_inputs)], 0.0

    for act, advised in ((leaky_relu, False), (identity, False), (tanh, True)):
        model = Model.from_sizes([2, *[4] * 8, 1], hidden=act, init=small, seed=0)
        (finding,) = health.gradient_flow(model, [1e-9, *[1.0] * 8])
        assert finding.kind == "vanishing gradients"
        assert ("relu" in finding.message) is advised


@pytest.mark.parametrize("engine", ["loops", "numpy"])
@pytest.mark.parametrize("seed", range(3))
def test_a_dead_output_gets_an_outputs_advice(seed, engine):
    model = Model.from_sizes([2, 4, 1], hidden=relu, output=relu, seed=seed, engine=engine)
    _, messages = warnings_of_fit(model, epochs=150, learning_rate=0.5, seed=0)
    assert model.predict(XOR_INPUTS)[0][0] == 0.0
    assert len(messages) == 1
    assert "output[0] is dead" in messages[0]
    assert "sigmoid" in messages[0] and "identity" in messages[0] and "another seed" not in messages[0]
    (finding,) = health.check(model, XOR_INPUTS, XOR_LABELS)
    assert (finding.kind, finding.where) == ("dead neuron", "output[0]")


def test_one_dead_output_of_three_does_not_hide_the_dead_hidden_neurons():
    model = dying_relus([2, 3, 3], output=relu)
    for neuron in model.layers[1].neurons[1:]:
        neuron.bias = 0.5
    findings = health.check(model, XOR_INPUTS, [[1.0, 0.0, 0.0]] * 4)
    assert [(finding.kind, finding.where) for finding in findings] == [
        ("dead neuron", "hidden[0]"),
        ("dead neuron", "output[0]"),
    ]


@pytest.mark.parametrize("act", [sigmoid, tanh, relu])
@pytest.mark.parametrize("sizes", [[2, 4, 1], [2, 4, 4, 1]])
def test_zero_weights_are_told_to_be_random_and_nothing_else(sizes, act):
    findings = health.check(Model.from_sizes(sizes, hidden=act, init="zeros"), XOR_INPUTS, XOR_LABELS)
    assert kinds(findings) == ["symmetry"] * (len(sizes) - 2)
    assert all("layers" not in finding.message for finding in findings)


def test_outgoing_weights_of_zero_alone_are_fine():
    """The first step moves them, and from then on gradients pass back."""
    model = Model.from_sizes([2, 8, 1], seed=0)
    model.layers[1].neurons[0].weights = [0.0] * 8
    assert health.check(model, XOR_INPUTS, XOR_LABELS) == []
    _, messages = warnings_of_fit(model, epochs=1000, learning_rate=1.0, seed=0)
    assert messages == []


@pytest.mark.parametrize(
    "hidden, output",
    [
        ([([1e-9, 1e-9], 0.0), ([-1e-9, 1e-9], 0.0)], ([1e-9, 2e-9], 0.0)),  # near the saddle at 0
        ([([40.0, -40.0], -20.0), ([0.1, -0.2], 3.0)], ([10.0, 1e-3], -0.69)),  # a plateau: 1 0 is right alone
    ],
)
def test_with_one_hidden_layer_nobody_is_told_to_use_fewer(hidden, output):
    model = Model.from_sizes([2, 2, 1], loss=BinaryCrossEntropy(), seed=0)
    for neuron, (weights, bias) in zip(model.layers[0].neurons, hidden, strict=True):
        set_neuron(neuron, weights, bias)
    set_neuron(model.layers[1].neurons[0], *output)
    assert "vanishing gradients" not in found(model)
    _, messages = warnings_of_fit(model, epochs=30, learning_rate=1e-4, seed=0)
    assert len(messages) == 1 and "layers" not in messages[0]


@pytest.mark.parametrize("engine", ["loops", "numpy"])
def test_check_names_linear_hidden_layers_as_fit_does(engine):
    model = Model.from_sizes([2, 3, 4, 1], hidden=identity, seed=0, engine=engine)
    (finding,) = health.check(model, XOR_INPUTS, XOR_LABELS)
    assert finding.kind == "straight line"
    _, messages = warnings_of_fit(model, epochs=300, learning_rate=0.1, seed=0)
    assert len(messages) == 1 and finding.message in messages[0]


@pytest.mark.parametrize("engine", ["loops", "numpy"])
@pytest.mark.parametrize("arguments", [{}, {"hidden": tanh}, {"loss": BinaryCrossEntropy()}])
@pytest.mark.parametrize("sizes", [[2, 1, 1], [2, 1, 1, 1]])
def test_one_hidden_neuron_draws_one_line(sizes, arguments, engine):
    model = Model.from_sizes(sizes, seed=0, engine=engine, **arguments)
    assert "one neuron draws one line" in found(model)["straight line"][0].message
    _, messages = warnings_of_fit(model, epochs=100, learning_rate=0.01)
    assert len(messages) == 1
    assert "one neuron draws one line" in messages[0] and "another seed" not in messages[0]


def test_one_line_is_enough_for_and():
    """A network that is right everywhere is not told what it cannot do; nor one whose second layer bends the line."""
    inputs, labels = datasets.and_gate()
    model = Model.from_sizes([2, 1, 1], seed=0)
    _, messages = warnings_of_fit(model, inputs, labels, epochs=1000, learning_rate=1.0, seed=0)
    assert messages == []
    assert health.check(model, inputs, labels) == []
    assert "straight line" not in found(Model.from_sizes([2, 1, 2, 1], seed=0))


def test_a_large_model_in_loops_is_not_why_a_loss_is_flat(monkeypatch):
    monkeypatch.setattr(health, "LONG_IN_LOOPS", 5)
    model = Model.from_sizes([2, 8, 1], seed=0)
    _, messages = warnings_of_fit(model, epochs=40, learning_rate=1e-6, seed=0)
    assert len(messages) == 2
    assert "parameters" in messages[0] and "parameters" not in messages[1]


def test_never_more_than_three_findings_and_the_cause_first():
    model = Model.from_sizes([2, *[3] * 6, 1], init="zeros", engine="loops")
    inputs = [[255.0 * x for x in example] for example in XOR_INPUTS]
    findings = health.check(model, inputs, [0.0, 2.0, 2.0, 0.0])
    assert kinds(findings) == ["large inputs", "symmetry", "symmetry"]
    _, messages = warnings_of_fit(model, inputs, [0.0, 2.0, 2.0, 0.0], epochs=40, learning_rate=0.1, seed=0)
    assert messages[:3] == [finding.message for finding in findings]
    assert len(messages) <= 4 and all("before training" in message for message in messages[3:])


# A flat loss


def test_a_flat_loss_without_a_known_cause():
    """Two hidden neurons on the plateau where one example in four is answered wrongly."""
    model = Model.from_sizes([2, 2, 1], seed=3)
    history, messages = warnings_of_fit(model, epochs=2000, learning_rate=1.0, seed=3)
    assert history.accuracy[-1] <= 0.75
    assert len(messages) == 1
    assert messages[0].startswith("the loss while training has been flat at 0.1")
    assert "for the last 1000 epochs. No neuron is dead, saturated or a copy of another" in messages[0]
    assert "plateau" in messages[0] and "saddle" in messages[0] and "minimum" not in messages[0]


@pytest.mark.parametrize("engine", ["loops", "numpy"])
@pytest.mark.parametrize(
    "sizes, words", [([2, 1], "with no hidden neurons"), ([2, 3, 4, 1], "with identity in all hidden neurons")]
)
def test_a_straight_line_is_named_as_the_cause_of_a_flat_loss(sizes, words, engine):
    """More neurons or another seed, the advice on a plateau, would not help."""
    model = Model.from_sizes(sizes, hidden=identity, seed=0, engine=engine)
    _, messages = warnings_of_fit(model, epochs=300, learning_rate=0.1, seed=0)
    likely = (
        f"The likely cause: {words}, each output sees one weighted sum of the inputs and can only draw one straight"
    )
    assert likely in messages[0]
    bent = Model.from_sizes([2, 3, 4, 1], hidden=identity, seed=0, engine=engine)
    bent = type(bent)([bent.layers[0], Model.from_sizes([3, 4, 1], seed=0, engine=engine).layers[0], bent.layers[2]])
    _, messages = warnings_of_fit(bent, epochs=40, learning_rate=1e-6, seed=0)
    assert len(messages) == 1 and "straight line" not in messages[0]


def test_a_straight_line_through_numbers_separates_no_classes():
    inputs = [[x / 4] for x in range(-4, 5)]
    with pytest.warns(HealthWarning, match=r"can only rise or fall with\s+it\. Use hidden"):
        Model.from_sizes([1, 1], output=identity, seed=0).fit(
            inputs, [[x * x] for (x,) in inputs], epochs=100, learning_rate=0.05, seed=0
        )


def test_a_rate_that_is_too_small_is_flat_too():
    _, messages = warnings_of_fit(Model.from_sizes([2, 8, 1], seed=0), epochs=40, learning_rate=1e-6, seed=0)
    assert len(messages) == 1
    assert "It may need more epochs. Or learning_rate is too small" in messages[0]


def test_too_few_epochs_say_nothing():
    _, messages = warnings_of_fit(Model.from_sizes([2, 8, 1], seed=0), epochs=19, learning_rate=1e-6, seed=0)
    assert messages == []


def test_symmetry_is_named_as_the_cause_of_a_flat_loss():
    model = Model.from_sizes([2, 4, 1], init="zeros")
    _, messages = warnings_of_fit(model, epochs=100, learning_rate=0.1, seed=0)
    assert len(messages) == 2
    assert messages[0].startswith("hidden[0], hidden[1], hidden[2] and hidden[3] have the same incoming")
    assert messages[1].startswith("the loss while training has been flat at 0.25")
    assert messages[1].endswith("The warning before training named the likely cause: symmetry.")
