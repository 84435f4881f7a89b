"""How exercise 15 is probed."""

from neurons import SoftmaxCrossEntropy, softmax
from neurons.classroom.exercises.events import Expect, Given
from neurons.classroom.exercises.samples import unchanged
from neurons.classroom.numbers import numbers_text, small_numbers
from neurons.classroom.sandbox.values import Lent

FAR = [
    ([0.0, 0.0, 0.0], 2),
    ([-5.0, 15.0], 0),
    ([1000.0, 0.0, -1000.0], 0),
    ([1000.0, 0.0, -1000.0], 2),  # p is 0 as a float; -log p is 2000 all the same
    ([-1000.0, -1001.0], 1),
    ([-30.0, 30.0, 29.0], 0),
]


def probes(student, rng):
    loss = SoftmaxCrossEntropy()
    drawn = [
        ([2.0, 0.5], 0),
        ([2.0, 0.5, -1.0], 1),
        ([2.0, 0.5, -1.0], 2),  # the same logits, another label
        *((small_numbers(rng, size), rng.randrange(size)) for size in (2, 3, 4, 5, 12)),
    ]
    for logits, right in [*drawn, *FAR]:
        label = [float(k == right) for k in range(len(logits))]
        yield Given(f"logits {numbers_text(logits)}, label {numbers_text(label)}")
        expected = softmax(logits)
        lent = [Lent(logits), Lent(logits), Lent(label), Lent(logits), Lent(label)]
        yield Expect("softmax", student.softmax(lent[0]), expected, "exp(z) / the sum of exp(z)")
        yield Expect(
            "cross_entropy", student.cross_entropy(*lent[1:3]), loss.value(logits, label), f"-log {expected[right]:.6g}"
        )
        hows = [f"{p:.4g} - {y:g}" for p, y in zip(expected, label, strict=True)]
        yield Expect(
            "output_gradients",
            student.output_gradients(*lent[3:]),
            loss.output_gradients(logits, label),
            numbers_text(hows),
        )
        for name, numbers in zip(("logits", "logits", "label", "logits", "label"), lent, strict=True):
            yield unchanged(name, numbers)


def diagnosis(student, name):
    from neurons.classroom.diagnosis.diagnose import diagnose
    from neurons.classroom.exercises.gradient_functions import gradients_with
    from neurons.classroom.exercises.proxies import numeric

    def with_softmax(logits, label):
        """The gradients that follow from the student's softmax."""
        return [p - y for p, y in zip(numeric(student.softmax(logits)), label, strict=True)]

    of_a_layer = {"sizes": [2, 3], "output": "softmax", "loss": "ce"}
    if name == "softmax":
        return diagnose(gradients=gradients_with(with_softmax), **of_a_layer).without_arithmetic()
    if name == "output_gradients":
        return diagnose(gradients=gradients_with(student.output_gradients), **of_a_layer)
    return None
