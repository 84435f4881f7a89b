"""How exercise 06 is probed."""

from neurons.classroom.exercises.checking import case, same
from neurons.classroom.exercises.teaching import chain, made, neurons, once_more, small


def probes(student, rng):
    for neuron, inputs, text in neurons(rng):
        output_gradient = small(rng)
        yield case(f"{text}, output_gradient {output_gradient:g}")
        theirs = made(student, neuron)
        theirs.forward(inputs)
        neuron.forward(inputs)
        yield same("activation", theirs.activation, neuron.activation)
        theirs.backward_pass(output_gradient)
        neuron.backward_pass(output_gradient)
        yield same("gradients", theirs.gradients, neuron.gradients, chain(neuron))
        yield same("bias_gradient", theirs.bias_gradient, neuron.bias_gradient, f"the error {neuron.error:.6g}")
        yield same("weights (they must not move yet)", theirs.weights, neuron.weights)
        yield from once_more(theirs, neuron, inputs, output_gradient)


def diagnosis(student, name):
    from neurons.classroom import diagnose
    from neurons.classroom.exercises.adapters import Passes, neuron_class

    return diagnose(neuron_class(student, Passes))
