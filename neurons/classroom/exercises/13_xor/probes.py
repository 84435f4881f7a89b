"""How exercise 13 is probed."""

from neurons import MSE, Model, datasets
from neurons.classroom.exercises.events import Expect, Given, Note, close
from neurons.classroom.exercises.samples import model_gradients, model_parameters, sample_layer
from neurons.classroom.numbers import numbers_text, small_numbers
from neurons.classroom.sandbox.errors import StudentError
from neurons.classroom.sandbox.student import Limits

EPOCHS, LEARNING_RATE = 1000, 1.0
LIMITS = Limits(cpu_seconds=10, seconds=20.0)
NAMES = ("gW1", "gb1", "gW2", "gb2")
RATE = 0.5
STEPPED = ("W1", "b1", "W2", "b2")
STEP_MISTAKES = ("X6", "S2", "S3", "S4")


def probes(student, rng):
    scale = 1.0
    for count, sizes in enumerate(([2, 1, 1], [2, 2, 1], [2, 3, 2], [3, 2, 3])):
        model = Model([sample_layer(rng, *pair) for pair in zip(sizes, sizes[1:], strict=False)])
        inputs, label = small_numbers(rng, sizes[0]), [float(rng.randrange(2)) for _ in range(sizes[-1])]
        given = model_parameters(model)
        yield Given(f"{'-'.join(map(str, sizes))}, inputs {numbers_text(inputs)}, label {numbers_text(label)}")
        outputs = model.forward(inputs)
        value = student.loss(given, inputs, label)
        if count == 0 and close(value, 0.5 * MSE().value(outputs, label)):
            scale = 0.5
            yield Note("You take half of the squared error: your loss and gradients are half of ours (L1).")
        mse = MSE(scale)
        yield Expect("loss", value, mse.value(outputs, label), f"outputs {numbers_text(outputs)}")
        model.backward_pass(mse.output_gradients(outputs, label))
        found = student.gradients(given, inputs, label)
        for place, name in reversed(list(enumerate(NAMES))):
            part = found[place] if isinstance(found, list) and len(found) == 4 else found
            yield Expect(name, part, model_gradients(model)[place])
    inputs, labels = datasets.xor()
    model = Model.from_sizes([2, 8, 1], seed=0)
    yield Given(f"XOR, 2-8-1, {EPOCHS} epochs, learning_rate {LEARNING_RATE:g}")
    trained = student.train(model_parameters(model), inputs, labels, EPOCHS, LEARNING_RATE)
    yield Expect(
        "how many parts train returns: W1, b1, W2, b2",
        float(len(trained)) if isinstance(trained, list) else trained,
        4.0,
    )
    hidden, output = model.layers
    for layer, W, b in ((hidden, *trained[:2]), (output, *trained[2:])):
        yield Expect(
            "numbers of weights and biases",
            shape(W, b),
            shape([n.weights for n in layer.neurons], [n.bias for n in layer.neurons]),
        )
        for neuron, weights, bias in zip(layer.neurons, W, b, strict=True):
            neuron.weights, neuron.bias = weights, bias
    for example, label in zip(inputs, labels, strict=True):
        right = abs(model.forward(example)[0] - label[0]) < 0.3
        yield Expect(
            f"the output for {numbers_text(example)}",
            model.forward(example)[0] if not right else label[0],
            label[0],
            "within 0.3",
        )
    yield from one_step(student, rng, scale)


def one_step(student, rng, scale):
    """Training that solves XOR may still step wrongly: one step, with one example and a rate other than 1."""
    model = Model([sample_layer(rng, 2, 3), sample_layer(rng, 3, 1)], MSE(scale))
    inputs, label = small_numbers(rng, 2), [1.0]
    parameters = model_parameters(model)
    steps = {mistake: stepped(model, inputs, label, mistake) for mistake in (None, *STEP_MISTAKES)}
    try:
        found = student.train(parameters, [inputs], [label], 1, RATE)
    except StudentError:  # it may be written for the four examples of XOR
        return
    if any(close(found, wrong) for mistake, wrong in steps.items() if mistake):  # else it is another way to learn
        yield Given(
            f"2-3-1, one epoch with one example: inputs {numbers_text(inputs)}, label [1], learning_rate {RATE:g}"
        )
        for place, name in reversed(list(enumerate(STEPPED))):
            yield Expect(name, found[place], steps[None][place], "the old numbers - learning_rate * their gradients")


def stepped(model, inputs, label, mistake):
    """The parameters after one step with this mistake."""
    model = model.copy()
    rate = 1.0 if mistake == "S2" else RATE
    gradients = model.loss.output_gradients(model.forward(inputs), label)
    for layer in reversed(model.layers):
        passed_on = layer.backward_pass(gradients)
        biases = [neuron.bias for neuron in layer.neurons]
        if mistake != "S4" or layer is model.layers[-1]:
            layer.step(rate)
        if mistake == "X6":
            passed_on = [
                sum(neuron.error * neuron.weights[i] for neuron in layer.neurons) for i in range(layer.num_inputs)
            ]
        if mistake == "S3":
            for neuron, bias in zip(layer.neurons, biases, strict=True):
                neuron.bias = bias
        gradients = passed_on
    return model_parameters(model)


def shape(W, b):
    if not isinstance(W, list) or not isinstance(b, list):
        return [0.0]
    return [float(len(row)) if isinstance(row, list) else 0.0 for row in W] + [float(len(b))]


def diagnosis(student, name):
    from neurons.classroom.diagnosis.diagnose import diagnose
    from neurons.classroom.exercises.gradient_functions import gradients_of_lists, update_of_lists

    if name in NAMES:
        return diagnose(gradients=gradients_of_lists(student.gradients), sizes=[2, 3, 3])
    if name in STEPPED:
        found = diagnose(update=update_of_lists(student.train), sizes=[2, 3, 1])
        return found.preferring(lambda mistake: mistake.stage == "step")  # the gradients were right
    return None
