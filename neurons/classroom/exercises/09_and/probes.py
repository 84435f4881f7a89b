"""How exercise 09 is probed."""

from neurons import datasets
from neurons.classroom.exercises.events import Expect, Given, Note
from neurons.classroom.exercises.samples import sample_neurons, student_neuron, unchanged
from neurons.classroom.numbers import numbers_text, small_numbers
from neurons.classroom.sandbox.values import Lent

INPUTS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
AND = [0.0, 0.0, 0.0, 1.0]
XOR = [0.0, 1.0, 1.0, 0.0]


def train(neuron, inputs, labels, epochs, learning_rate):
    for _ in range(epochs):
        for example, label in zip(inputs, labels, strict=True):
            neuron.backward_pass(2.0 * (neuron.forward(example) - label))
            neuron.step(learning_rate)


def num_right(theirs, labels):
    """How many of the four the neuron gets right, by its own weights."""
    weights, bias = theirs.weights, theirs.bias
    right = 0
    for example, label in zip(INPUTS, labels, strict=True):
        z = weights[0] * example[0] + weights[1] * example[1] + bias
        right += (z > 0.0) == (label > 0.5)
    return right


def trainings(rng):
    """(inputs, labels, epochs, learning rate, the task in words): AND first, then what nobody knows beforehand."""
    for epochs in (1, 2):
        yield INPUTS, AND, epochs, 0.5, "AND"
    yield INPUTS, [1.0 - label for label in AND], 3, 2.0, "not AND"
    for num_inputs, count, epochs in ((1, 5, 1), (3, 2, 4), (2, 1, 2), (2, 6, 1)):
        inputs = [small_numbers(rng, num_inputs) for _ in range(count)]
        labels = [rng.choice((0.0, 1.0, 0.25, -0.5, 1.5)) for _ in range(count)]
        yield inputs, labels, epochs, rng.choice((0.2, 1.5)), "examples"


def probes(student, rng):
    assert datasets.xor()[0] == INPUTS
    by_size = {neuron.num_inputs: neuron for neuron, _, _ in sample_neurons(rng)}
    for inputs, labels, epochs, learning_rate, task in trainings(rng):
        neuron = by_size[len(inputs[0])].copy()
        neuron.start_batch()
        theirs = student_neuron(student, neuron)
        for again in ("", ", with the same neuron once more"):
            if task == "examples":
                task = f"inputs {numbers_text(inputs)}, labels {numbers_text(labels)}"
            yield Given(
                f"{task}, epochs = {epochs}, weights {numbers_text(neuron.weights)}, bias {neuron.bias:.6g},"
                f" learning_rate {learning_rate:g}{again}"
            )
            lent = Lent(inputs), Lent(labels)
            student.train(theirs, *lent, epochs, learning_rate)
            train(neuron, inputs, labels, epochs, learning_rate)
            yield Expect("weights", theirs.weights, neuron.weights, "after each example a step")
            yield Expect("bias", theirs.bias, neuron.bias)
            yield unchanged("inputs", lent[0])
            yield unchanged("labels", lent[1])
    theirs = student_neuron(student, by_size[2])
    yield Given("AND, 500 epochs, learning_rate 1")
    student.train(theirs, INPUTS, AND, 500, 1.0)
    yield Expect("examples right", num_right(theirs, AND) * 1.0, 4.0)
    yield Given("XOR, 500 epochs, learning_rate 1")
    student.train(theirs, INPUTS, XOR, 500, 1.0)
    yield Note(
        f"AND: 4 of 4. Trained on XOR, your neuron gets {num_right(theirs, XOR)} of 4: no single neuron gets all."
    )
