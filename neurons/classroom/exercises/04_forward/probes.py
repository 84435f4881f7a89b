"""How exercise 04 is probed."""

from neurons.classroom.checking import case, same
from neurons.classroom.teaching import made, neurons, sum_of


def probes(student, rng):
    for neuron, inputs, text in neurons(rng):
        yield case(text)
        theirs = made(student, neuron)
        returned = theirs.forward(inputs)
        neuron.forward(inputs)
        yield same("linear_activation", theirs.linear_activation, neuron.linear_activation, sum_of(neuron))
        yield same("activation", theirs.activation, neuron.activation, f"sigmoid({neuron.linear_activation:.6g})")
        yield same("what forward returns", returned, neuron.activation, "the activation")
        yield same("input_activation", theirs.input_activation, inputs, "the inputs")


def diagnosis(student, name):
    from neurons import sigmoid
    from neurons.classroom import diagnose
    from neurons.classroom.mirrors import neuron_with_forward

    return diagnose(neuron_with_forward(student, sigmoid.delta_act))
