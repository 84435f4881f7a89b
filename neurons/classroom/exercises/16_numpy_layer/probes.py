"""How exercise 16 is probed: against the loops, to 1e-9."""

import numpy as np

from neurons.classroom.exercises.events import Expect, Given
from neurons.classroom.exercises.samples import LARGE, sample_layer, unchanged
from neurons.classroom.numbers import numbers_text, small_numbers
from neurons.classroom.sandbox.values import Lent

# (inputs, neurons, examples in the first batch and in the second)
SIZES = [(1, 1, 1, 2), (2, 3, 1, 1), (2, 3, 4, 2), (3, 3, 3, 3), (2, 2, 2, 5), (5, 4, 1, 3), (4, 7, 6, 6)]
FAR = 8.0  # times the usual inputs, in the third batch
EXACT = 1e-9


def probes(student, rng):
    finished = []
    for num_inputs, num_neurons, *batches in SIZES:
        layer = sample_layer(rng, num_inputs, num_neurons)
        theirs = student.NumpyLayer(num_inputs, num_neurons)
        theirs.weights = np.array([neuron.weights for neuron in layer.neurons])
        theirs.biases = np.array([neuron.bias for neuron in layer.neurons])
        for again, batch in zip(("", ", in a second pass", ", in a third pass"), [*batches, 2], strict=True):
            far = FAR if again == ", in a third pass" else 1.0
            inputs = [[far * number for number in small_numbers(rng, num_inputs)] for _ in range(batch)]
            large = LARGE if again == ", in a second pass" else 1.0  # nothing is to be clipped
            output_gradients = [[large * number for number in small_numbers(rng, num_neurons)] for _ in range(batch)]
            text = f"inputs {numbers_text(inputs)}" if batch * num_inputs < 9 else "random inputs"
            yield Given(f"{num_inputs} inputs, {num_neurons} neurons, a batch of {batch}: {text}{again}")
            yield from batch_rows(theirs, layer, inputs, output_gradients)
        finished.append((theirs, theirs.gradients))
    yield Given("several layers, one after the other; then all are looked at again")
    for theirs, gradients in finished:
        yield Expect("gradients", theirs.gradients, gradients, "its own")


def batch_rows(theirs, layer, inputs, output_gradients):
    """One batch through the student's layer, and through ours example by example."""
    batch = len(inputs)
    activations, input_gradients = [], []
    for neuron in layer.neurons:
        neuron.start_batch()
    for example, gradients in zip(inputs, output_gradients, strict=True):
        activations.append(layer.forward(example))
        input_gradients.append(layer.backward_pass(gradients))
    lent = Lent(np.array(inputs)), Lent(np.array(output_gradients))
    yield Expect("what forward returns", theirs.forward(lent[0]), activations, tolerance=EXACT)
    returned = theirs.backward_pass(lent[1])
    mean = [[total / batch for total in neuron.gradient_sums] for neuron in layer.neurons]
    yield Expect("gradients", theirs.gradients, mean, "errors.T @ inputs / examples", tolerance=EXACT)
    biases = [neuron.bias_gradient_sum / batch for neuron in layer.neurons]
    yield Expect("bias_gradients", theirs.bias_gradients, biases, "the mean error of each neuron", tolerance=EXACT)
    yield Expect("what backward_pass returns", returned, input_gradients, "errors @ weights", tolerance=EXACT)
    weights = [neuron.weights for neuron in layer.neurons]
    yield Expect("weights (they must not move)", theirs.weights, weights, tolerance=EXACT)
    yield Expect("biases (they must not move)", theirs.biases, [n.bias for n in layer.neurons], tolerance=EXACT)
    yield unchanged("inputs", lent[0])
    yield unchanged("output_gradients", lent[1])


def diagnosis(student, name):
    from neurons.classroom.diagnosis.diagnose import diagnose
    from neurons.classroom.exercises.gradient_functions import gradients_of_layers

    return diagnose(gradients=gradients_of_layers(student), sizes=[2, 3, 2], batch=True)
