"""How exercise 10 is probed."""

from neurons.classroom.exercises.checking import case, listed, same
from neurons.classroom.exercises.teaching import layers, made_layer, numbers


def probes(student, rng):
    for layer, inputs, text in layers(rng):
        output_gradients = numbers(rng, layer.num_neurons)
        yield case(f"{text}, inputs {listed(inputs)}, output_gradients {listed(output_gradients)}")
        theirs = made_layer(student, layer)
        returned = theirs.forward(inputs)
        yield same("what forward returns", returned, layer.forward(inputs), "one activation per neuron")
        returned = theirs.backward_pass(output_gradients)
        expected = layer.backward_pass(output_gradients)
        for neuron_idx, neuron in enumerate(layer.neurons):
            yield same(f"neurons[{neuron_idx}].gradients", theirs.neurons[neuron_idx].gradients, neuron.gradients)
        sums = [
            " + ".join(f"{neuron.input_gradients[i]:.4g}" for neuron in layer.neurons) for i in range(layer.num_inputs)
        ]
        yield same("what backward_pass returns", returned, expected, listed(sums))
        theirs.step(0.5)
        layer.step(0.5)
        for neuron_idx, neuron in enumerate(layer.neurons):
            yield same(f"neurons[{neuron_idx}].weights", theirs.neurons[neuron_idx].weights, neuron.weights)


def diagnosis(student, name):
    from neurons.classroom import diagnose
    from neurons.classroom.exercises.adapters import layer_class

    return diagnose(layer_class(student))
