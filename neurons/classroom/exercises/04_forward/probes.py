"""How exercise 04 is probed."""

from neurons import Neuron
from neurons.classroom.exercises.events import Expect, Given
from neurons.classroom.exercises.samples import FIRST, sample_neurons, student_neuron, sum_text
from neurons.classroom.numbers import numbers_text
from neurons.classroom.sandbox.values import ReusedList


def probes(student, rng):
    for neuron, inputs, text in sample_neurons(rng):
        yield Given(text)
        theirs = student_neuron(student, neuron)
        returned = theirs.forward(inputs)
        neuron.forward(inputs)
        yield Expect("linear_activation", theirs.linear_activation, neuron.linear_activation, sum_text(neuron))
        yield Expect("activation", theirs.activation, neuron.activation, f"sigmoid({neuron.linear_activation:.6g})")
        yield Expect("what forward returns", returned, neuron.activation, "the activation")
        yield Expect("input_activation", theirs.input_activation, inputs, "the inputs")
    weights, bias, inputs = FIRST[-1]
    theirs = student_neuron(student, Neuron(len(weights), weights=weights, bias=bias))
    theirs.forward(ReusedList(inputs))
    yield Given(f"inputs {numbers_text(inputs)}; then other numbers are written into the list that forward was given")
    yield Expect(
        "input_activation", theirs.input_activation, inputs, "a copy of the inputs: a list of the neuron's own"
    )


def diagnosis(student, name):
    from neurons import sigmoid
    from neurons.classroom.diagnosis.diagnose import diagnose
    from neurons.classroom.exercises.gradient_functions import gradients_with_hidden
    from neurons.classroom.exercises.proxies import neuron_with_forward

    if name == "linear_activation":
        return diagnose(neuron_with_forward(student, sigmoid.delta_act)).without_arithmetic()
    if name in ("activation", "what forward returns"):  # a single neuron could be meant to have no bend
        function = gradients_with_hidden(student, sigmoid)
        return diagnose(gradients=function, sizes=[2, 2, 3], output="sigmoid", loss="mse").without_arithmetic()
    return None
