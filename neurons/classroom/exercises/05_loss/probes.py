"""How exercise 05 is probed."""

from neurons import MSE
from neurons.classroom.exercises.events import Expect, Given, Note, close
from neurons.classroom.exercises.samples import unchanged
from neurons.classroom.numbers import numbers_text, small_numbers
from neurons.classroom.sandbox.values import Lent

FIRST = [([0.5], [2.0]), ([3.0], [0.5]), ([0.5, 3.0, -1.0], [2.0, -0.5, 0.25])]
FAR = [
    ([0.5, 3.0, -1.0], [0.0, 1.0, 3.0]),  # outputs as before, another label
    ([0.0, 0.0], [0.0, 1.0]),
    ([1.0, -2.0], [1.0, -2.0]),
    ([0.001], [0.003]),
    ([300.0, -20.0], [-100.0, 5.0]),
    ([0.61728, 1.5], [0.5, 0.88272]),  # gradients of 0.23456 and 1.23456: nothing is to be rounded
]


def probes(student, rng):
    scale = 1.0
    drawn = [(small_numbers(rng, size), small_numbers(rng, size)) for size in (2, 3, 5, 12)]
    for outputs, label in FIRST + drawn + FAR:
        yield Given(f"outputs {numbers_text(outputs)}, label {numbers_text(label)}")
        lent = [Lent(numbers) for numbers in (outputs, label, outputs, label)]
        value = student.loss(*lent[:2])
        if (outputs, label) == FIRST[0] and close(value, 0.5 * MSE().value(outputs, label)):
            scale = 0.5
            yield Note("You take half of the squared error, as some books do: your loss and gradient are half of ours.")
        mse = MSE(scale)
        half = "1/2 * " if scale == 0.5 else ""
        of_half = ", the slope of your loss, which is half of the squared error" if scale == 0.5 else ""
        yield Expect("loss", value, mse.value(outputs, label), f"{half}the sum of (a - y)**2")
        hows = [f"{2 * scale:g}*({a:g} - {y:g})" for a, y in zip(outputs, label, strict=True)]
        gradients = student.output_gradients(*lent[2:])
        yield Expect(
            "output_gradients", gradients, mse.output_gradients(outputs, label), f"[{', '.join(hows)}]{of_half}"
        )
        for name, numbers in zip(("outputs", "label", "outputs", "label"), lent, strict=True):
            yield unchanged(name, numbers)
