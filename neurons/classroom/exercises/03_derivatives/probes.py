"""How exercise 03 is probed."""

from neurons import relu, sigmoid
from neurons.classroom.exercises.checking import case, note, same
from neurons.classroom.exercises.teaching import small


def probes(student, rng):
    for z in [1.0, -1.0, 0.5, 2.0, -2.0, *(small(rng, 5.0) for _ in range(4)), 0.0]:
        yield case(f"z = {z:g}")
        a = sigmoid.act(z)
        yield same("a", student.sigmoid(z), a, f"sigmoid({z:g})")
        yield same(
            "delta_sigmoid(z)", student.delta_sigmoid(z), sigmoid.delta_act(z), f"a * (1 - a) = {a:.6g} * {1 - a:.6g}"
        )
        slope = student.delta_relu(z)
        if z:
            yield same("delta_relu(z)", slope, relu.delta_act(z), "1 if z > 0 else 0")
        elif isinstance(slope, float) and 0.0 < slope <= 1.0:
            yield note(f"Your slope of relu at z = 0 is {slope:g}; ours is 0. Both are right: it has a corner there.")
        else:
            yield same("delta_relu(z)", slope, 0.0, "any number from 0 to 1")


def diagnosis(student, name):
    from neurons.classroom import diagnose
    from neurons.classroom.exercises.adapters import neuron_with

    if name == "delta_relu(z)":
        # Of a slope of 1 everywhere: whoever wrote it did not leave the slope out, although the numbers are the same.
        found = diagnose(neuron_with(relu, slope=student.delta_relu))
        return found.preferring(lambda mistake: mistake.id not in ("A1", "L7"))
    return diagnose(neuron_with(sigmoid, slope=student.delta_sigmoid)) if name == "delta_sigmoid(z)" else None
