"""How exercise 01 is probed."""

from neurons.classroom.exercises.events import Expect, ExpectError, Given
from neurons.classroom.exercises.samples import unchanged
from neurons.classroom.numbers import numbers_text, small_number, small_numbers
from neurons.classroom.sandbox.values import Lent

FIRST = [
    ([2.0], [3.0], 0.5),
    ([2.0, -1.0], [3.0, 0.5], 0.5),
    ([0.5, -1.0, 2.0], [1.5, 3.0, -2.5], -0.25),
    ([2.0, -1.0], [0.5, 3.0], 0.5),  # the weights of the second, with other inputs
    ([0.0, -3.0, 0.0], [5.0, 0.0, 0.0], 0.0),
    ([200.0, 3000.0], [50.0, 40.0], 1000.0),
    ([-200.0, 3000.0], [50.0, -40.0], -1000.0),
    ([0.00002], [0.00003], 0.0),
    ([0.7], [1.3], 0.32456),  # z = 1.23456: nothing is to be rounded
]
UNEQUAL = (([2.0, -1.0], [3.0]), ([2.0], [3.0, 0.5]), ([2.0, -1.0, 3.0, 0.5], [1.5]), ([], [1.0]), ([1.0], []))


def probes(student, rng):
    drawn = [(small_numbers(rng, size), small_numbers(rng, size), small_number(rng)) for size in (1, 2, 5, 9, 30)]
    for weights, inputs, bias in FIRST + drawn:
        yield Given(f"weights {numbers_text(weights)}, inputs {numbers_text(inputs)}, bias {bias:g}")
        z, terms = 0.0, []
        for weight, given in zip(weights, inputs, strict=True):
            z += weight * given
            terms.append(f"{weight:g}*{given:g}")
        lent = Lent(weights), Lent(inputs)
        yield Expect("z", student.weighted_sum(*lent, bias), z + bias, f"{' + '.join(terms)} + {bias:g}")
        yield unchanged("weights", lent[0])
        yield unchanged("inputs", lent[1])
    for weights, inputs in UNEQUAL:
        yield Given(f"weights {numbers_text(weights)}, inputs {numbers_text(inputs)}: the lengths differ")
        yield ExpectError("weighted_sum", lambda w=weights, i=inputs: student.weighted_sum(w, i, 0.0))
