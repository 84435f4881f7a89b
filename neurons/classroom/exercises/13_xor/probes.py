"""How exercise 13 is probed."""

from itertools import product
from math import sqrt

from neurons import MSE, Model, datasets
from neurons.classroom.exercises.events import Expect, Given, Note, close
from neurons.classroom.exercises.samples import (
    has_four_parts,
    model_gradients,
    model_parameters,
    sample_layer,
    unchanged,
)
from neurons.classroom.numbers import numbers_text, small_numbers
from neurons.classroom.sandbox.student import Limits
from neurons.classroom.sandbox.values import Lent

EPOCHS, LEARNING_RATE = 1000, 1.0
LIMITS = Limits(cpu_seconds=10, seconds=20.0)
ONE_RUN = True
PROGRAM = (  # how the whole answer is made and trained, for `neurons.classroom.programs`
    "[[[0.3, -0.2], [0.1, 0.4], [-0.5, 0.6]], [0.1, -0.1, 0.2], [[0.7, -0.3, 0.5]], [0.1]]",
    "net[:] = train(net, [x], [y], 1, 0.5)",
)
NAMES = ("gW1", "gb1", "gW2", "gb2")
STEPPED = ("W1", "b1", "W2", "b2")
STEP_MISTAKES = ("X6", "S2", "S3", "S4")
ALONG, ALIKE = 0.98, 1.5  # how near to its gradients a step must go, in direction and from part to part
XOR_TABLES = ((0.0, 1.0, 1.0, 0.0), (1.0, 0.0, 0.0, 1.0))
SHAPES = ([2, 1, 1], [2, 2, 1], [2, 3, 2], [3, 2, 3])


def probes(student, rng):
    scale = yield from loss_and_gradients(student, rng)
    inputs, labels = datasets.xor()
    yield from training(student, Model.from_sizes([2, 8, 1], seed=0), inputs, labels, "XOR, 2-8-1")
    yield from one_step(student, rng, scale, [2, 3, 1], 0.5)
    yield from one_step(student, rng, scale, [3, 2, 2], 0.2)
    # Who has only been told the weights for XOR does not know these.
    opposite = [[1.0 - label[0]] for label in labels]
    others = [table for table in product((0.0, 1.0), repeat=4) if 0.0 < sum(table) < 4.0 and table not in XOR_TABLES]
    tables = [list(row) for row in zip(*rng.sample(others, 2), strict=True)]
    for num_outputs, labels_of, what in ((1, opposite, "the opposite of XOR"), (2, tables, "other labels")):
        order = rng.sample(range(4), 4)
        model = Model.from_sizes([2, 8, num_outputs], seed=rng.randrange(1000))
        given, wanted = [inputs[place] for place in order], [labels_of[place] for place in order]
        text = f"{what}, 2-8-{num_outputs}, inputs {numbers_text(given)}, labels {numbers_text(wanted)}"
        yield from training(student, model, given, wanted, text)


def loss_and_gradients(student, rng):
    """The loss and its gradients; 0.5 comes back where it is half the squared error, else 1."""
    scale = 1.0
    for count, sizes in enumerate([*SHAPES, SHAPES[1]]):
        model = Model([sample_layer(rng, *pair) for pair in zip(sizes, sizes[1:], strict=False)])
        inputs, label = small_numbers(rng, sizes[0]), [float(rng.randrange(2)) for _ in range(sizes[-1])]
        if count == len(SHAPES):  # a label and inputs far from the usual ones
            inputs, label = [0.0, -3.0], [-20.0]
        given = [Lent(model_parameters(model)), Lent(inputs), Lent(label)]
        yield Given(f"{'-'.join(map(str, sizes))}, inputs {numbers_text(inputs)}, label {numbers_text(label)}")
        outputs = model.forward(inputs)
        value = student.loss(*given)
        if count == 0 and close(value, 0.5 * MSE().value(outputs, label)):
            scale = 0.5
            yield Note("You take half of the squared error: your loss and gradients are half of ours (L1).")
        mse = MSE(scale)
        yield Expect("loss", value, mse.value(outputs, label), f"outputs {numbers_text(outputs)}")
        model.backward_pass(mse.output_gradients(outputs, label))
        lent = [Lent(part.value) for part in given]
        found = student.gradients(*lent)
        for place, name in reversed(list(enumerate(NAMES))):
            part = found[place] if isinstance(found, list) and len(found) == 4 else found
            yield Expect(name, part, model_gradients(model)[place])
        for name, *both in zip(("parameters", "inputs", "label"), given, lent, strict=True):
            yield from (unchanged(name, part) for part in both)
    return scale


def training(student, model, inputs, labels, what):
    """A whole training, which must end within 0.3 of the labels."""
    yield Given(f"{what}, {EPOCHS} epochs, learning_rate {LEARNING_RATE:g}")
    lent = Lent(inputs), Lent(labels)
    trained = student.train(model_parameters(model), *lent, EPOCHS, LEARNING_RATE)
    yield from form_rows(model, trained)
    hidden, output = model.layers
    for layer, W, b in ((hidden, *trained[:2]), (output, *trained[2:])):
        for neuron, weights, bias in zip(layer.neurons, W, b, strict=True):
            neuron.weights, neuron.bias = weights, bias
    for example, label in zip(inputs, labels, strict=True):
        outputs = model.forward(example)
        if all(abs(a - y) < 0.3 for a, y in zip(outputs, label, strict=True)):
            outputs = label
        yield Expect(f"the output for {numbers_text(example)}", outputs, label, "within 0.3")
    yield unchanged("inputs", lent[0])
    yield unchanged("labels", lent[1])


def form_rows(model, trained):
    """What train returns has the form of the parameters."""
    yield has_four_parts(trained)
    hidden, output = model.layers
    for layer, W, b in ((hidden, *trained[:2]), (output, *trained[2:])):
        yield Expect(
            "numbers of weights and biases",
            shape(W, b),
            shape([n.weights for n in layer.neurons], [n.bias for n in layer.neurons]),
        )


def one_step(student, rng, scale, sizes, rate):
    """Training that solves XOR may still step wrongly: one step, with one example and a rate other than 1."""
    model = Model([sample_layer(rng, *sizes[:2]), sample_layer(rng, *sizes[1:])], MSE(scale))
    inputs, label = small_numbers(rng, sizes[0]), [1.0] * sizes[-1]
    parameters = model_parameters(model)
    steps = {mistake: stepped(model, inputs, label, rate, mistake) for mistake in (None, *STEP_MISTAKES)}
    yield Given(
        f"{'-'.join(map(str, sizes))}, one epoch with one example: inputs {numbers_text(inputs)},"
        f" label {numbers_text(label)}, learning_rate {rate:g}"
    )
    found = student.train(parameters, [inputs], [label], 1, rate)
    yield from form_rows(model, found)
    is_known = any(close(found, wrong) for mistake, wrong in steps.items() if mistake)
    if is_known or not goes_along(parameters, found, steps[None]):  # else it is another way to learn
        for place, name in reversed(list(enumerate(STEPPED))):
            yield Expect(name, found[place], steps[None][place], "the old numbers - learning_rate * their gradients")


def goes_along(old, found, right):
    """True if each part moves in the direction of the right step, and all about as many times as far.

    So do two epochs for one, another learning rate and momentum.
    """
    times = []
    for start, here, there in zip(map(flat, old), map(flat, found), map(flat, right), strict=True):
        moved = [one - other for one, other in zip(here, start, strict=True)]
        wanted = [one - other for one, other in zip(there, start, strict=True)]
        product = sum(one * other for one, other in zip(moved, wanted, strict=True))
        lengths = [sqrt(sum(part * part for part in parts)) for parts in (moved, wanted)]
        if product <= ALONG * lengths[0] * lengths[1] or not product:
            return False
        times.append(lengths[0] / lengths[1])
    return max(times) <= ALIKE * min(times)


def flat(part):
    """The numbers of a weight matrix or of a list of biases."""
    return [number for row in part for number in (row if isinstance(row, list) else [row])]


def stepped(model, inputs, label, rate, mistake):
    """The parameters after one step with this mistake."""
    model = model.copy()
    rate = 1.0 if mistake == "S2" else rate
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
