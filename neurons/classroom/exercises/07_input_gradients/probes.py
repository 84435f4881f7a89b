"""How exercise 07 is probed."""

from neurons.classroom.exercises.events import Expect, Given
from neurons.classroom.exercises.samples import chain_rule_text, same_passes_again, sample_neurons, student_neuron
from neurons.classroom.numbers import small_number


def probes(student, rng):
    for neuron, inputs, text in sample_neurons(rng):
        output_gradient = small_number(rng)
        yield Given(f"{text}, output_gradient {output_gradient:g}")
        theirs = student_neuron(student, neuron)
        theirs.forward(inputs)
        neuron.forward(inputs)
        yield Expect("activation", theirs.activation, neuron.activation)
        returned = theirs.backward_pass(output_gradient)
        expected = neuron.backward_pass(output_gradient)
        yield Expect("gradients", theirs.gradients, neuron.gradients, chain_rule_text(neuron))
        yield Expect("bias_gradient", theirs.bias_gradient, neuron.bias_gradient, f"the error {neuron.error:.6g}")
        products = ", ".join(f"{neuron.error:.6g}*{weight:g}" for weight in neuron.weights)
        yield Expect("what backward_pass returns", returned, expected, f"error * weight: [{products}]")
        yield Expect("weights (they must not move yet)", theirs.weights, neuron.weights)
        yield from same_passes_again(theirs, neuron, inputs, output_gradient)


def diagnosis(student, name):
    from neurons.classroom.diagnosis.diagnose import diagnose
    from neurons.classroom.exercises.proxies import PassesProxy, neuron_class

    return diagnose(neuron_class(student, PassesProxy))
