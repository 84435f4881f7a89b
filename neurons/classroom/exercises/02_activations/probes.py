"""How exercise 02 is probed."""

from neurons import relu, sigmoid
from neurons.classroom.exercises.events import Expect, Given
from neurons.classroom.numbers import small_number

FIRST = [2.0, -1.0, 0.5, -3.0, 0.0]
FAR = [0.001, -0.001, 6.5, -6.5, 12.0, -12.0, 20.0, -20.0, 40.0, -40.0, 1000.0, -1000.0, 1e9, -1e9]


def probes(student, rng):
    for z in [*FIRST, *(small_number(rng, 8.0) for _ in range(5)), *FAR]:
        yield Given(f"z = {z:g}")
        yield Expect(f"sigmoid({z:g})", student.sigmoid(z), sigmoid.act(z), f"1 / (1 + exp({-z:g}))")
        yield Expect(f"relu({z:g})", student.relu(z), relu.act(z), "z where z is above 0, else 0")
