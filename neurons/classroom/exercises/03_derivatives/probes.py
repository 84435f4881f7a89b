"""How exercise 03 is probed."""

from neurons import relu, sigmoid
from neurons.classroom.exercises.events import TOLERANCE, Expect, Given, Note
from neurons.classroom.numbers import small_number

FIRST = [2.0, -1.0, 0.5, 3.0, -2.0]
FAR = [0.001, -0.001, 8.0, -8.0, -15.0, -20.0, 100.0, -100.0]
CHANGED = "Your sigmoid is not the one that you were given any more. Put that one back: it was right."
FEW_DIGITS = 1e-3  # 1 - a has few digits for a large z, in 32 bits


def probes(student, rng):
    for z in [*FIRST, *(small_number(rng, 5.0) for _ in range(4)), *FAR, 0.0]:
        yield Given(f"z = {z:g}")
        a = sigmoid.act(z)
        yield Expect(f"sigmoid({z:g})", student.sigmoid(z), a, f"1 / (1 + exp({-z:g}))", said=CHANGED, given=True)
        how = f"a * (1 - a) = {a:.6g} * {1 - a:.6g}, with a = sigmoid({z:g})"
        tolerance = FEW_DIGITS if z > 5.0 else TOLERANCE
        yield Expect(f"delta_sigmoid({z:g})", student.delta_sigmoid(z), sigmoid.delta_act(z), how, tolerance)
        slope = student.delta_relu(z)
        if z:
            yield Expect(f"delta_relu({z:g})", slope, relu.delta_act(z), "how steep relu is there")
        elif isinstance(slope, float) and 0.0 < slope <= 1.0:
            yield Note(f"Your slope of relu at z = 0 is {slope:g}; ours is 0. Both are right: it has a corner there.")
        else:
            yield Expect("delta_relu(0)", slope, 0.0, "any number from 0 to 1")
