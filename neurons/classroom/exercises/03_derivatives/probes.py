"""How exercise 03 is probed."""

from neurons import relu, sigmoid
from neurons.classroom.exercises.events import TOLERANCE, Expect, Given, Note
from neurons.classroom.numbers import small_number

FIRST = [1.0, -1.0, 0.5, 2.0, -2.0]
FAR = [0.001, -0.001, 8.0, -8.0, -15.0, -20.0, 100.0, -100.0]  # the sigmoid of the exercise ends at -709
FEW_DIGITS = 1e-3  # 1 - a has few digits for a large z, in 32 bits


def probes(student, rng):
    for z in [*FIRST, *(small_number(rng, 5.0) for _ in range(4)), *FAR, 0.0]:
        yield Given(f"z = {z:g}")
        a = sigmoid.act(z)
        yield Expect("a", student.sigmoid(z), a, f"sigmoid({z:g})")
        how = f"a * (1 - a) = {a:.6g} * {1 - a:.6g}"
        tolerance = FEW_DIGITS if z > 5.0 else TOLERANCE
        yield Expect("delta_sigmoid(z)", student.delta_sigmoid(z), sigmoid.delta_act(z), how, tolerance)
        slope = student.delta_relu(z)
        if z:
            yield Expect("delta_relu(z)", slope, relu.delta_act(z), "1 if z > 0 else 0")
        elif isinstance(slope, float) and 0.0 < slope <= 1.0:
            yield Note(f"Your slope of relu at z = 0 is {slope:g}; ours is 0. Both are right: it has a corner there.")
        else:
            yield Expect("delta_relu(z)", slope, 0.0, "any number from 0 to 1")


def diagnosis(student, name):
    from neurons.classroom.diagnosis.diagnose import diagnose
    from neurons.classroom.exercises.proxies import neuron_with

    if name == "delta_relu(z)":
        # Of a slope of 1 everywhere: whoever wrote it did not leave the slope out, although the numbers are the same.
        found = diagnose(neuron_with(relu, slope=student.delta_relu))
        return found.preferring(lambda mistake: mistake.id not in ("A1", "L7"))
    return diagnose(neuron_with(sigmoid, slope=student.delta_sigmoid)) if name == "delta_sigmoid(z)" else None
