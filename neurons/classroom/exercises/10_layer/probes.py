"""How exercise 10 is probed."""

from neurons.classroom.exercises.events import Expect, Given
from neurons.classroom.exercises.samples import sample_layers, student_layer
from neurons.classroom.numbers import numbers_text, small_numbers


def probes(student, rng):
    for layer, inputs, text in sample_layers(rng):
        output_gradients = small_numbers(rng, layer.num_neurons)
        yield Given(f"{text}, inputs {numbers_text(inputs)}, output_gradients {numbers_text(output_gradients)}")
        theirs = student_layer(student, layer)
        returned = theirs.forward(inputs)
        yield Expect("what forward returns", returned, layer.forward(inputs), "one activation per neuron")
        returned = theirs.backward_pass(output_gradients)
        expected = layer.backward_pass(output_gradients)
        for neuron_idx, neuron in enumerate(layer.neurons):
            yield Expect(f"neurons[{neuron_idx}].gradients", theirs.neurons[neuron_idx].gradients, neuron.gradients)
        sums = [
            " + ".join(f"{neuron.input_gradients[i]:.4g}" for neuron in layer.neurons) for i in range(layer.num_inputs)
        ]
        yield Expect("what backward_pass returns", returned, expected, numbers_text(sums))
        theirs.step(0.5)
        layer.step(0.5)
        for neuron_idx, neuron in enumerate(layer.neurons):
            yield Expect(f"neurons[{neuron_idx}].weights", theirs.neurons[neuron_idx].weights, neuron.weights)


def diagnosis(student, name):
    from neurons.classroom.diagnosis.diagnose import diagnose
    from neurons.classroom.exercises.proxies import layer_class

    return diagnose(layer_class(student))
