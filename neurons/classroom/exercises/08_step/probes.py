"""How exercise 08 is probed."""

from neurons.classroom.exercises.checking import case, listed, same
from neurons.classroom.exercises.teaching import made, neurons, small


def probes(student, rng):
    for count, (neuron, inputs, text) in enumerate(neurons(rng)):
        output_gradient, learning_rate = small(rng), (0.5, 0.2, 2.0)[count % 3]
        theirs = made(student, neuron)
        for repeat in ("", ", a second step"):
            yield case(f"{text}, output_gradient {output_gradient:g}, learning_rate {learning_rate:g}{repeat}")
            theirs.forward(inputs)
            theirs.backward_pass(output_gradient)
            neuron.forward(inputs)
            neuron.backward_pass(output_gradient)
            yield same("gradients", theirs.gradients, neuron.gradients)
            moved = [
                f"{w:.6g} - {learning_rate:g}*{g:.6g}" for w, g in zip(neuron.weights, neuron.gradients, strict=True)
            ]
            bias = f"{neuron.bias:.6g} - {learning_rate:g}*{neuron.bias_gradient:.6g}"
            theirs.step(learning_rate)
            neuron.step(learning_rate)
            yield same("weights", theirs.weights, neuron.weights, listed(moved))
            yield same("bias", theirs.bias, neuron.bias, bias)


def diagnosis(student, name):
    from neurons.classroom import diagnose
    from neurons.classroom.exercises.adapters import Steps, neuron_class

    return diagnose(neuron_class(student, Steps))
