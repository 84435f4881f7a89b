"""How exercise 09 is probed."""

from neurons import datasets
from neurons.classroom.exercises.events import Expect, Given, Note
from neurons.classroom.exercises.samples import sample_neurons, student_neuron
from neurons.classroom.numbers import numbers_text

INPUTS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
AND = [0.0, 0.0, 0.0, 1.0]
XOR = [0.0, 1.0, 1.0, 0.0]


def train(neuron, labels, epochs, learning_rate):
    for _ in range(epochs):
        for example, label in zip(INPUTS, labels, strict=True):
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


def probes(student, rng):
    assert datasets.xor()[0] == INPUTS
    first = next(neuron for neuron, _, _ in sample_neurons(rng) if neuron.num_inputs == 2)
    for epochs in (1, 2):
        neuron = first.copy()
        neuron.start_batch()
        theirs = student_neuron(student, neuron)
        yield Given(
            f"AND, epochs = {epochs}, weights {numbers_text(neuron.weights)}, bias {neuron.bias:g}, learning_rate 0.5"
        )
        student.train(theirs, INPUTS, AND, epochs, 0.5)
        train(neuron, AND, epochs, 0.5)
        yield Expect("weights", theirs.weights, neuron.weights, "after each example a step")
        yield Expect("bias", theirs.bias, neuron.bias)
    theirs = student_neuron(student, first)
    yield Given("AND, 500 epochs, learning_rate 1")
    student.train(theirs, INPUTS, AND, 500, 1.0)
    yield Expect("examples right", num_right(theirs, AND) * 1.0, 4.0)
    yield Given("XOR, 500 epochs, learning_rate 1")
    student.train(theirs, INPUTS, XOR, 500, 1.0)
    yield Note(
        f"AND: 4 of 4. Trained on XOR, your neuron gets {num_right(theirs, XOR)} of 4: no single neuron gets all."
    )
