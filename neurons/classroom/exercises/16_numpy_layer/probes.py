"""How exercise 16 is probed: against the loops, to 1e-9."""

import numpy as np

from neurons.classroom.exercises.events import Expect, Given
from neurons.classroom.exercises.samples import sample_layer
from neurons.classroom.numbers import numbers_text, small_numbers

SIZES = [(1, 1, 1), (2, 3, 1), (2, 3, 4), (3, 3, 3), (2, 2, 2), (5, 4, 1), (4, 7, 6)]
EXACT = 1e-9


def probes(student, rng):
    for num_inputs, num_neurons, batch in SIZES:
        layer = sample_layer(rng, num_inputs, num_neurons)
        inputs = [small_numbers(rng, num_inputs) for _ in range(batch)]
        output_gradients = [small_numbers(rng, num_neurons) for _ in range(batch)]
        text = f"inputs {numbers_text(inputs)}" if batch * num_inputs < 9 else "random inputs"
        yield Given(f"{num_inputs} inputs, {num_neurons} neurons, a batch of {batch}: {text}")
        theirs = student.NumpyLayer(num_inputs, num_neurons)
        theirs.weights = np.array([neuron.weights for neuron in layer.neurons])
        theirs.biases = np.array([neuron.bias for neuron in layer.neurons])
        activations, input_gradients = [], []
        for example, gradients in zip(inputs, output_gradients, strict=True):
            activations.append(layer.forward(example))
            input_gradients.append(layer.backward_pass(gradients))
        yield Expect("what forward returns", theirs.forward(np.array(inputs)), activations, tolerance=EXACT)
        returned = theirs.backward_pass(np.array(output_gradients))
        mean = [[total / batch for total in neuron.gradient_sums] for neuron in layer.neurons]
        yield Expect("gradients", theirs.gradients, mean, "errors.T @ inputs / examples", tolerance=EXACT)
        biases = [neuron.bias_gradient_sum / batch for neuron in layer.neurons]
        yield Expect("bias_gradients", theirs.bias_gradients, biases, "the mean error of each neuron", tolerance=EXACT)
        yield Expect("what backward_pass returns", returned, input_gradients, "errors @ weights", tolerance=EXACT)


def diagnosis(student, name):
    from neurons.classroom.diagnosis.diagnose import diagnose
    from neurons.classroom.exercises.gradient_functions import gradients_of_layers

    return diagnose(gradients=gradients_of_layers(student), sizes=[2, 3, 2], batch=True)
