"""How exercise 08 is probed."""

from neurons.classroom.exercises.events import Expect, Given
from neurons.classroom.exercises.samples import (
    AGAIN,
    LARGE,
    LEARNING_RATES,
    gradient_rows,
    neuron_text,
    neurons_by_turns,
    sample_neurons,
    student_neuron,
    unchanged,
)
from neurons.classroom.numbers import numbers_text, small_number, small_numbers
from neurons.classroom.sandbox.values import Lent


def probes(student, rng):
    for count, (neuron, first_inputs, _) in enumerate(sample_neurons(rng)):
        theirs = student_neuron(student, neuron)
        for round_idx, again in enumerate(AGAIN):
            inputs = small_numbers(rng, len(first_inputs)) if again == AGAIN[1] else first_inputs
            output_gradient = small_number(rng) * (LARGE if again == AGAIN[2] else 1.0)
            learning_rate = LEARNING_RATES[(count + round_idx) % 3]
            text = neuron_text(neuron.weights, neuron.bias, inputs)
            yield Given(f"{text}, output_gradient {output_gradient:g}, learning_rate {learning_rate:g}{again}")
            lent = Lent(inputs)
            theirs.forward(lent)
            theirs.backward_pass(output_gradient)
            neuron.forward(inputs)
            neuron.backward_pass(output_gradient)
            yield from gradient_rows(theirs, neuron)
            moved = [
                f"{w:.6g} - {learning_rate:g}*{g:.6g}" for w, g in zip(neuron.weights, neuron.gradients, strict=True)
            ]
            bias = f"{neuron.bias:.6g} - {learning_rate:g}*{neuron.bias_gradient:.6g}"
            theirs.step(learning_rate)
            neuron.step(learning_rate)
            yield Expect("weights", theirs.weights, neuron.weights, numbers_text(moved))
            yield Expect("bias", theirs.bias, neuron.bias, bias)
            yield unchanged("inputs", lent)
    yield from neurons_by_turns(student, rng, steps=True)


def diagnosis(student, name):
    from neurons.classroom.diagnosis.diagnose import diagnose
    from neurons.classroom.exercises.proxies import StepProxy, neuron_class

    return diagnose(neuron_class(student, StepProxy))
