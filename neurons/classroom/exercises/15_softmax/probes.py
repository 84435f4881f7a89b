"""How exercise 15 is probed."""

from neurons import SoftmaxCrossEntropy, softmax
from neurons.classroom.exercises.events import Expect, Given
from neurons.classroom.numbers import numbers_text, small_numbers


def probes(student, rng):
    loss = SoftmaxCrossEntropy()
    drawn = [
        ([1.0, 2.0], 0),
        ([1.0, 2.0, -1.0], 1),
        *((small_numbers(rng, size), rng.randrange(size)) for size in (2, 3, 4, 5)),
    ]
    for logits, right in [*drawn, ([1000.0, 0.0, -1000.0], 0)]:
        label = [float(k == right) for k in range(len(logits))]
        yield Given(f"logits {numbers_text(logits)}, label {numbers_text(label)}")
        expected = softmax(logits)
        yield Expect("softmax", student.softmax(logits), expected, "exp(z) / the sum of exp(z)")
        yield Expect(
            "cross_entropy",
            student.cross_entropy(logits, label),
            loss.value(logits, label),
            f"-log {expected[right]:.6g}",
        )
        hows = [f"{p:.4g} - {y:g}" for p, y in zip(expected, label, strict=True)]
        yield Expect(
            "output_gradients",
            student.output_gradients(logits, label),
            loss.output_gradients(logits, label),
            numbers_text(hows),
        )


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
