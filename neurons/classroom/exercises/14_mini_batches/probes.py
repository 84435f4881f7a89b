"""How exercise 14 is probed."""

from neurons.classroom.exercises.events import Expect, Given
from neurons.classroom.exercises.samples import sample_neurons, student_neuron
from neurons.classroom.numbers import numbers_text, small_number, small_numbers


def probes(student, rng):
    for count, (neuron, _, text) in enumerate(sample_neurons(rng)):
        theirs = student_neuron(student, neuron)
        theirs.start_batch()
        for batch, learning_rate in ((1 + count % 2, 0.5), (3, 0.2), (2, 2.0)):
            examples = [small_numbers(rng, neuron.num_inputs) for _ in range(batch)]
            output_gradients = [small_number(rng) for _ in range(batch)]
            yield Given(
                f"{text.partition(', inputs')[0]}, batch of {batch}: inputs {numbers_text(examples)},"
                f" output_gradients {numbers_text(output_gradients)}, learning_rate {learning_rate:g}"
            )
            for example, output_gradient in zip(examples, output_gradients, strict=True):
                theirs.forward(example)
                neuron.forward(example)
                returned = theirs.backward_pass(output_gradient)
                expected = neuron.backward_pass(output_gradient)
                yield Expect("gradients", theirs.gradients, neuron.gradients, "of the last example alone")
                yield Expect("what backward_pass returns", returned, expected)
            mean = [
                f"{w:.6g} - {learning_rate:g}*{g:.6g}/{batch}"
                for w, g in zip(neuron.weights, neuron.gradient_sums, strict=True)
            ]
            bias = f"{neuron.bias:.6g} - {learning_rate:g}*{neuron.bias_gradient_sum:.6g}/{batch}"
            theirs.step(learning_rate)
            neuron.step(learning_rate)
            yield Expect("weights after the step", theirs.weights, neuron.weights, numbers_text(mean))
            yield Expect("bias after the step", theirs.bias, neuron.bias, bias)


def diagnosis(student, name):
    from neurons.classroom.diagnosis.diagnose import diagnose
    from neurons.classroom.exercises.proxies import BatchProxy, neuron_class

    return diagnose(neuron_class(student, BatchProxy), batch=True)
