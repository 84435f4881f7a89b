"""How exercise 04 is probed."""

from neurons import Neuron
from neurons.classroom.exercises.checking import case, listed, same
from neurons.classroom.exercises.teaching import FIRST, made, neurons, sum_of
from neurons.classroom.sandbox.values import ReusedList


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
    weights, bias, inputs = FIRST[-1]
    theirs = made(student, Neuron(len(weights), weights=weights, bias=bias))
    theirs.forward(ReusedList(inputs))
    yield case(f"inputs {listed(inputs)}; then other numbers are written into the list that forward was given")
    yield same("input_activation", theirs.input_activation, inputs, "a copy of the inputs: a list of the neuron's own")


def diagnosis(student, name):
    from neurons import sigmoid
    from neurons.classroom import diagnose
    from neurons.classroom.exercises.adapters import gradients_behind, neuron_with_forward

    if name == "linear_activation":
        return diagnose(neuron_with_forward(student, sigmoid.delta_act)).without_arithmetic()
    if name in ("activation", "what forward returns"):  # a single neuron could be meant to have no bend
        function = gradients_behind(student, sigmoid)
        return diagnose(gradients=function, sizes=[2, 2, 3], output="sigmoid", loss="mse").without_arithmetic()
    return None
