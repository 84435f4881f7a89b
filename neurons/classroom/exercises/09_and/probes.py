"""How exercise 09 is probed."""

from neurons import datasets
from neurons.classroom.exercises.checking import case, listed, note, same
from neurons.classroom.exercises.teaching import made, neurons

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
    first = next(neuron for neuron, _, _ in neurons(rng) if neuron.num_inputs == 2)
    for epochs in (1, 2):
        neuron = first.copy()
        neuron.start_batch()
        theirs = made(student, neuron)
        yield case(f"AND, epochs = {epochs}, weights {listed(neuron.weights)}, bias {neuron.bias:g}, learning_rate 0.5")
        student.train(theirs, INPUTS, AND, epochs, 0.5)
        train(neuron, AND, epochs, 0.5)
        yield same("weights", theirs.weights, neuron.weights, "after each example a step")
        yield same("bias", theirs.bias, neuron.bias)
    theirs = made(student, first)
    yield case("AND, 500 epochs, learning_rate 1")
    student.train(theirs, INPUTS, AND, 500, 1.0)
    yield same("examples right", num_right(theirs, AND) * 1.0, 4.0)
    yield case("XOR, 500 epochs, learning_rate 1")
    student.train(theirs, INPUTS, XOR, 500, 1.0)
    yield note(
        f"AND: 4 of 4. Trained on XOR, your neuron gets {num_right(theirs, XOR)} of 4: no single neuron gets all."
    )
