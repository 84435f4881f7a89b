"""How exercise 01 is probed."""

from neurons.classroom.exercises.checking import case, listed, raises, same
from neurons.classroom.exercises.teaching import numbers, small

FIRST = [([2.0], [3.0], 0.5), ([2.0, -1.0], [3.0, 0.5], 0.5), ([0.5, -1.0, 2.0], [1.0, 3.0, -2.0], -0.25)]


def probes(student, rng):
    drawn = [(numbers(rng, size), numbers(rng, size), small(rng)) for size in (1, 2, 5, 9)]
    for weights, inputs, bias in FIRST + drawn:
        yield case(f"weights {listed(weights)}, inputs {listed(inputs)}, bias {bias:g}")
        z, terms = 0.0, []
        for weight, given in zip(weights, inputs, strict=True):
            z += weight * given
            terms.append(f"{weight:g}*{given:g}")
        yield same("z", student.weighted_sum(weights, inputs, bias), z + bias, f"{' + '.join(terms)} + {bias:g}")
    for weights, inputs in (([1.0, 2.0], [3.0]), ([1.0], [2.0, 3.0])):
        yield case(f"weights {listed(weights)}, inputs {listed(inputs)}: the lengths differ")
        yield raises("weighted_sum", lambda w=weights, i=inputs: student.weighted_sum(w, i, 0.0))


def diagnosis(student, name):
    from neurons import sigmoid
    from neurons.classroom import diagnose
    from neurons.classroom.exercises.adapters import neuron_with

    if name != "z":
        return None
    return diagnose(neuron_with(sigmoid, weighted_sum=student.weighted_sum)).without_arithmetic()
