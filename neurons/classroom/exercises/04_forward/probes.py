"""How exercise 04 is probed."""

from neurons import Neuron
from neurons.classroom.exercises.events import Expect, Given
from neurons.classroom.exercises.samples import FIRST, SHARED, neuron_passes, student_neuron, sum_text, unchanged
from neurons.classroom.numbers import numbers_text
from neurons.classroom.sandbox.values import Lent

COPIED = FIRST[2]


def probes(student, rng):
    first = None
    for theirs, neuron, inputs, text in neuron_passes(student, rng):
        yield Given(text)
        lent = Lent(inputs)
        returned = theirs.forward(lent)
        neuron.forward(inputs)
        yield Expect("linear_activation", theirs.linear_activation, neuron.linear_activation, sum_text(neuron))
        yield Expect("activation", theirs.activation, neuron.activation, f"sigmoid({neuron.linear_activation:.6g})")
        yield Expect("what forward returns", returned, neuron.activation, "the activation")
        yield Expect("input_activation", theirs.input_activation, inputs, "the inputs")
        yield unchanged("inputs", lent)
        said = "Your forward changes {}. A forward pass only looks."
        weights, bias = said.format("the weights"), said.format("the bias")
        yield Expect("weights (a forward pass does not move them)", theirs.weights, neuron.weights, said=weights)
        yield Expect("bias (a forward pass does not move it)", theirs.bias, neuron.bias, said=bias)
        first = first or (theirs, neuron)
    theirs, neuron = first
    yield Given("two neurons, one after the other; then the first is looked at again")
    yield Expect("input_activation", theirs.input_activation, neuron.input_activation, "its own inputs", said=SHARED)
    yield Expect("activation", theirs.activation, neuron.activation, "its own activation", said=SHARED)
    weights, bias, inputs = COPIED
    theirs = student_neuron(student, Neuron(len(weights), weights=weights, bias=bias))
    theirs.forward(Lent(inputs, reused=True))
    yield Given(f"inputs {numbers_text(inputs)}; then other numbers are written into the list that forward was given")
    how, said = (
        "a copy of the inputs",
        "Your input_activation is the caller's list itself. When the caller writes other",
    )
    said += " numbers into it, the neuron's change, too. What makes a copy of a list?"
    yield Expect("input_activation", theirs.input_activation, inputs, how, said=said)
