"""How exercise 14 is probed."""

from neurons.classroom.exercises.checking import case, listed, same
from neurons.classroom.exercises.teaching import made, neurons, numbers, small


def probes(student, rng):
    for count, (neuron, _, text) in enumerate(neurons(rng)):
        theirs = made(student, neuron)
        theirs.start_batch()
        for batch, learning_rate in ((1 + count % 2, 0.5), (3, 0.2), (2, 2.0)):
            examples = [numbers(rng, neuron.num_inputs) for _ in range(batch)]
            output_gradients = [small(rng) for _ in range(batch)]
            yield case(
                f"{text.partition(', inputs')[0]}, batch of {batch}: inputs {listed(examples)},"
                f" output_gradients {listed(output_gradients)}, learning_rate {learning_rate:g}"
            )
            for example, output_gradient in zip(examples, output_gradients, strict=True):
                theirs.forward(example)
                neuron.forward(example)
                returned = theirs.backward_pass(output_gradient)
                expected = neuron.backward_pass(output_gradient)
                yield same("gradients", theirs.gradients, neuron.gradients, "of the last example alone")
                yield same("what backward_pass returns", returned, expected)
            mean = [
                f"{w:.6g} - {learning_rate:g}*{g:.6g}/{batch}"
                for w, g in zip(neuron.weights, neuron.gradient_sums, strict=True)
            ]
            bias = f"{neuron.bias:.6g} - {learning_rate:g}*{neuron.bias_gradient_sum:.6g}/{batch}"
            theirs.step(learning_rate)
            neuron.step(learning_rate)
            yield same("weights after the step", theirs.weights, neuron.weights, listed(mean))
            yield same("bias after the step", theirs.bias, neuron.bias, bias)


def diagnosis(student, name):
    from neurons.classroom import diagnose
    from neurons.classroom.exercises.adapters import Collects, neuron_class

    return diagnose(neuron_class(student, Collects), batch=True)
