"""How exercise 12 is probed: with right and wrong gradients of a neuron's loss, small ones and large ones."""

from neurons import Neuron
from neurons.classroom.exercises.events import Expect, Given
from neurons.classroom.numbers import numbers_text, small_numbers
from neurons.classroom.sandbox.errors import StudentError

WRONG = [
    (1, 0.5, "half of what it should be"),
    (0, -1.0, "its sign flipped"),
    (2, 0.0, "0"),
    (1, 1.02, "2 % too large"),
]


def neuron_loss(parameters, inputs, label, scale):
    return scale * (Neuron(2, weights=parameters[:2], bias=parameters[2]).forward(inputs) - label) ** 2


def probes(student, rng):
    for scale in (1.0, 0.01, 1000.0):
        parameters, inputs, label = small_numbers(rng, 3), small_numbers(rng, 2), rng.choice((0.0, 1.0))
        neuron = Neuron(2, weights=parameters[:2], bias=parameters[2])
        neuron.backward_pass(scale * 2.0 * (neuron.forward(inputs) - label))
        right = [*neuron.gradients, neuron.bias_gradient]

        def loss(given, parameters=parameters, inputs=inputs, label=label, scale=scale):
            if not (isinstance(given, list) and len(given) == 3 and all(isinstance(p, float) for p in given)):
                raise StudentError(f"loss takes a list of 3 parameters but got {given!r}")
            if sum(one != other for one, other in zip(given, parameters, strict=True)) > 1:
                raise StudentError("you moved more than one parameter at a time: put each back before the next")
            return neuron_loss(given, inputs, label, scale)

        text = f"parameters {numbers_text(parameters)}, gradients"
        yield Given(f"{text} {numbers_text(right)}, all right")
        yield Expect("the wrong ones", student.gradient_check(loss, parameters, right), [], "none: [] accepts them")
        for place, factor, how in WRONG:
            gradients = right[:]
            gradients[place] *= factor
            yield Given(f"{text} {numbers_text(gradients)}, the one at {place} is {how}")
            found = student.gradient_check(loss, parameters, gradients)
            yield Expect("the wrong ones", found, [float(place)], f"only {place} is wrong")
