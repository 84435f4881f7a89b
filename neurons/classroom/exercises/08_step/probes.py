"""How exercise 08 is probed: the neuron is given gradients, and has to step."""

from neurons.classroom.exercises.events import TOLERANCE, Expect, Given
from neurons.classroom.exercises.samples import AGAIN, LARGE, LEARNING_RATES, OF_LARGE, SHARED
from neurons.classroom.numbers import number_text, numbers_text, small_number, small_numbers

FIRST = [
    ([2.0], 0.5, [3.0], -1.0),
    ([2.0, -1.0], 0.5, [3.0, -0.25], 1.5),
    ([0.0, -3.0], 0.0, [0.0, 4.0], 0.0),  # zeros
    ([1.5, 0.5, -2.0], 4.0, [-2.5, 3.0, 0.75], 2.0),
]


class Numbers:
    """What a neuron has before and after a step."""

    def __init__(self, weights, bias):
        self.weights, self.bias = list(weights), bias

    def step(self, learning_rate, gradients, bias_gradient):
        self.weights = [w - learning_rate * g for w, g in zip(self.weights, gradients, strict=True)]
        self.bias -= learning_rate * bias_gradient


def student_neuron(student, numbers):
    """The student's neuron with these weights and this bias."""
    theirs = student.Neuron(len(numbers.weights))
    theirs.weights, theirs.bias = numbers.weights, numbers.bias
    return theirs


def give(theirs, gradients, bias_gradient):
    theirs.gradients, theirs.bias_gradient = gradients, bias_gradient


def rows(theirs, numbers, how_weights, how_bias, tolerance=TOLERANCE, said=""):
    """The weights and the bias after a step."""
    yield Expect("weights", theirs.weights, numbers.weights, how_weights, tolerance, said)
    yield Expect("bias", theirs.bias, numbers.bias, how_bias, tolerance, said)


def probes(student, rng):
    drawn = [(small_numbers(rng, n), small_number(rng), small_numbers(rng, n), small_number(rng)) for n in (1, 2, 3, 5)]
    for count, (weights, bias, gradients, bias_gradient) in enumerate(FIRST + drawn):
        numbers = Numbers(weights, bias)
        theirs = student_neuron(student, numbers)
        for place, again in enumerate(AGAIN):
            learning_rate, tolerance = LEARNING_RATES[(count + place) % 3], TOLERANCE
            if place:
                gradients, bias_gradient = small_numbers(rng, len(weights)), small_number(rng)
            if again == AGAIN[2]:
                gradients, bias_gradient = [LARGE * gradient for gradient in gradients], LARGE * bias_gradient
                tolerance = OF_LARGE
            yield Given(
                f"weights {numbers_text(numbers.weights)}, bias {number_text(numbers.bias)}, gradients"
                f" {numbers_text(gradients)}, bias_gradient {bias_gradient:g}, learning_rate {learning_rate:g}"
                f"{again.replace('pass', 'step')}"
            )
            how = [
                f"{number_text(w)} - {learning_rate:g} * {g:g}" for w, g in zip(numbers.weights, gradients, strict=True)
            ]
            how_bias = f"{number_text(numbers.bias)} - {learning_rate:g} * {bias_gradient:g}"
            give(theirs, gradients, bias_gradient)
            theirs.step(learning_rate)
            numbers.step(learning_rate, gradients, bias_gradient)
            yield from rows(theirs, numbers, numbers_text(how), how_bias, tolerance)
    yield from two_by_turns(student, rng)


def two_by_turns(student, rng):
    """Two neurons by turns: no other's step moves a weight."""
    yield Given("two neurons by turns: gradients for both, then a step for both")
    both = [Numbers(small_numbers(rng, 2), small_number(rng)) for _ in range(2)]
    theirs = [student_neuron(student, numbers) for numbers in both]
    gradients = [(small_numbers(rng, 2), small_number(rng)) for _ in both]
    for neuron, given in zip(theirs, gradients, strict=True):
        give(neuron, *given)
    for neuron in theirs:
        neuron.step(0.5)
    for neuron, numbers, given in zip(theirs, both, gradients, strict=True):
        numbers.step(0.5, *given)
        how = "its own: no other's step moves it"
        yield from rows(neuron, numbers, how, how, said=SHARED)


def diagnosis(student, name):
    from neurons.classroom.diagnosis.diagnose import diagnose
    from neurons.classroom.exercises.proxies import neuron_with_step

    return diagnose(neuron_with_step(student)).without_arithmetic() if name else None
