"""How exercise 14 is probed."""

from neurons.classroom.exercises.events import TOLERANCE, Expect, Given
from neurons.classroom.exercises.samples import (
    LARGE,
    OF_LARGE,
    gradient_rows,
    neurons_by_turns,
    sample_neurons,
    student_neuron,
    unchanged,
)
from neurons.classroom.numbers import numbers_text, small_number, small_numbers
from neurons.classroom.sandbox.values import Lent

BATCHES = ((1, 0.5), (3, 0.2), (2, 2.0), (5, 0.5))  # the first one is of 1 or 2
DROPPED, LARGE_ONES = 2, 3  # before this batch an example is collected and forgotten; this one has large gradients


def probes(student, rng):
    for count, (neuron, _, text) in enumerate(sample_neurons(rng)):
        theirs = student_neuron(student, neuron)
        theirs.start_batch()
        for place, (batch, learning_rate) in enumerate(BATCHES):
            if not place:
                batch += count % 2
            examples = [small_numbers(rng, neuron.num_inputs) for _ in range(batch)]
            examples[-1] = examples[0]  # the same example may come again, with another output gradient
            output_gradients = [small_number(rng) for _ in range(batch)]
            tolerance = TOLERANCE
            if place == LARGE_ONES:
                output_gradients, tolerance = [LARGE * gradient for gradient in output_gradients], OF_LARGE
            dropped = ", after an example that start_batch makes it forget" if place == DROPPED else ""
            yield Given(
                f"{text.partition(', inputs')[0]}, batch of {batch}: inputs {numbers_text(examples)},"
                f" output_gradients {numbers_text(output_gradients)}, learning_rate {learning_rate:g}{dropped}"
            )
            if dropped:
                theirs.forward(small_numbers(rng, neuron.num_inputs))
                theirs.backward_pass(small_number(rng))
                theirs.start_batch()
            for example, output_gradient in zip(examples, output_gradients, strict=True):
                lent = Lent(example)
                activation = theirs.forward(lent)
                yield Expect("what forward returns", activation, neuron.forward(example))
                returned = theirs.backward_pass(output_gradient)
                expected = neuron.backward_pass(output_gradient)
                yield from gradient_rows(theirs, neuron)
                yield Expect("what backward_pass returns", returned, expected)
                yield Expect("weights (they must not move yet)", theirs.weights, neuron.weights)
                yield Expect("bias (it must not move yet)", theirs.bias, neuron.bias)
                yield unchanged("inputs", lent)
            mean = [
                f"{w:.6g} - {learning_rate:g}*{g:.6g}/{batch}"
                for w, g in zip(neuron.weights, neuron.gradient_sums, strict=True)
            ]
            bias = f"{neuron.bias:.6g} - {learning_rate:g}*{neuron.bias_gradient_sum:.6g}/{batch}"
            theirs.step(learning_rate)
            neuron.step(learning_rate)
            yield Expect("weights after the step", theirs.weights, neuron.weights, numbers_text(mean), tolerance)
            yield Expect("bias after the step", theirs.bias, neuron.bias, bias, tolerance)
    yield from neurons_by_turns(student, rng, steps=True)


def diagnosis(student, name):
    from neurons.classroom.diagnosis.diagnose import diagnose
    from neurons.classroom.exercises.proxies import BatchProxy, neuron_class

    return diagnose(neuron_class(student, BatchProxy), batch=True)
