"""How exercise 08 is probed."""

from neurons.classroom.exercises.events import Expect, Given
from neurons.classroom.exercises.samples import sample_neurons, student_neuron
from neurons.classroom.numbers import numbers_text, small_number


def probes(student, rng):
    for count, (neuron, inputs, text) in enumerate(sample_neurons(rng)):
        output_gradient, learning_rate = small_number(rng), (0.5, 0.2, 2.0)[count % 3]
        theirs = student_neuron(student, neuron)
        for repeat in ("", ", a second step"):
            yield Given(f"{text}, output_gradient {output_gradient:g}, learning_rate {learning_rate:g}{repeat}")
            theirs.forward(inputs)
            theirs.backward_pass(output_gradient)
            neuron.forward(inputs)
            neuron.backward_pass(output_gradient)
            yield Expect("gradients", theirs.gradients, neuron.gradients)
            moved = [
                f"{w:.6g} - {learning_rate:g}*{g:.6g}" for w, g in zip(neuron.weights, neuron.gradients, strict=True)
            ]
            bias = f"{neuron.bias:.6g} - {learning_rate:g}*{neuron.bias_gradient:.6g}"
            theirs.step(learning_rate)
            neuron.step(learning_rate)
            yield Expect("weights", theirs.weights, neuron.weights, numbers_text(moved))
            yield Expect("bias", theirs.bias, neuron.bias, bias)


def diagnosis(student, name):
    from neurons.classroom.diagnosis.diagnose import diagnose
    from neurons.classroom.exercises.proxies import StepProxy, neuron_class

    return diagnose(neuron_class(student, StepProxy))
