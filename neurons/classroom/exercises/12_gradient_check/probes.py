"""How exercise 12 is probed: with right and wrong gradients of several losses, small ones and large ones.

Each probe has its own parameters, and none to three wrong gradients, in no order: only the loss can tell which.
"""

from itertools import cycle, product

from neurons import Model, Neuron
from neurons.classroom.exercises.events import Expect, Given
from neurons.classroom.exercises.samples import model_gradients, model_parameters, sample_layer, unchanged
from neurons.classroom.numbers import numbers_text, small_number, small_numbers
from neurons.classroom.sandbox.errors import StudentError
from neurons.classroom.sandbox.values import Lent

WRONG = [
    (0.5, "half of what it should be"),
    (-1.0, "with its sign flipped"),
    (0.0, "0"),
    (1.02, "2 % too large"),
    (2.0, "twice what it should be"),
]
# (how many are wrong, how many times as large the loss is)
PROBES = [*product((0, 1, 2, 3), (1.0, 0.01, 1000.0)), (0, 1.0), (1, 1.0), (1, 0.01), (2, 1.0)]
SMALLEST = 0.05  # of a gradient that is not 0: smaller ones drown in the rounding of the loss
MOVED = 1e-12  # less is what rounding leaves of a parameter that was moved and put back


def neuron_task(rng):
    """(loss, parameters, gradients) of a neuron; one input may be 0, and the gradient of its weight is then 0 too."""
    num_inputs = rng.randrange(2, 5)
    inputs, label = small_numbers(rng, num_inputs), rng.choice((0.0, 1.0))
    if rng.random() < 0.4:
        inputs[rng.randrange(num_inputs)] = 0.0
    parameters = small_numbers(rng, num_inputs + 1)

    def loss(given):
        return (Neuron(num_inputs, weights=given[:-1], bias=given[-1]).forward(inputs) - label) ** 2

    neuron = Neuron(num_inputs, weights=parameters[:-1], bias=parameters[-1])
    neuron.backward_pass(2.0 * (neuron.forward(inputs) - label))
    return loss, parameters, [*neuron.gradients, neuron.bias_gradient]


def model_task(rng):
    """The same of a network with two hidden neurons."""
    model = Model([sample_layer(rng, 1, 2), sample_layer(rng, 2, 1)])
    inputs, label = small_numbers(rng, 1), [rng.choice((0.0, 1.0))]

    def loss(given):
        numbers = iter(given)
        for layer in model.layers:
            for neuron in layer.neurons:
                neuron.weights = [next(numbers) for _ in neuron.weights]
            for neuron in layer.neurons:
                neuron.bias = next(numbers)
        return model.loss.value(model.forward(inputs), label)

    model.backward_pass(model.loss.output_gradients(model.forward(inputs), label))
    return loss, flat(model_parameters(model)), flat(model_gradients(model))


def polynomial_task(rng):
    """The same of a polynomial: no network can be guessed."""
    size = rng.randrange(3, 7)
    parameters, factors, mixed = small_numbers(rng, size), small_numbers(rng, size), small_number(rng)

    def loss(given):
        return sum(c * p * p for c, p in zip(factors, given, strict=True)) + mixed * given[0] * given[-1]

    gradients = [2.0 * c * p for c, p in zip(factors, parameters, strict=True)]
    gradients[0] += mixed * parameters[-1]
    gradients[-1] += mixed * parameters[0]
    return loss, parameters, gradients


def flat(parts):
    """The numbers in lists of lists."""
    return [number for part in parts for number in (flat(part) if isinstance(part, list) else [part])]


def drawn_task(rng, scale):
    """One of the tasks, its loss `scale` times as large: 3 gradients or more, and such as a difference can see."""
    while True:
        loss, parameters, gradients = rng.choice((neuron_task, neuron_task, model_task, polynomial_task))(rng)
        seen = [gradient for gradient in gradients if gradient != 0.0]
        if len(seen) >= 3 and min(map(abs, seen)) >= SMALLEST:
            return scaled(scale, loss, parameters, gradients)


def scaled(scale, loss, parameters, gradients):
    """The task with a loss so many times as large."""
    return (lambda given: scale * loss(given)), parameters, [scale * gradient for gradient in gradients]


def guarded(loss, parameters):
    """The loss for the student's code: it says what is wrong with what it is given."""

    def of(given):
        if not (isinstance(given, list) and len(given) == len(parameters) and all(isinstance(p, float) for p in given)):
            raise StudentError(f"loss takes a list of {len(parameters)} parameters but got {given!r}")
        if sum(abs(one - other) > MOVED for one, other in zip(given, parameters, strict=True)) > 1:
            raise StudentError("you moved more than one parameter at a time: put each back before the next")
        return loss(given)

    return of


def with_wrong(rng, right, count, kinds):
    """Gradients of which `count` are wrong, which these are, and how in words; `kinds` are of `WRONG`."""
    places = sorted(rng.sample([place for place, gradient in enumerate(right) if gradient], count))
    gradients, words = right[:], []
    for place in places:
        factor, how = next(kinds)
        gradients[place] *= factor
        words.append(f"the one at {place} is {how}")
    zeros = [place for place, gradient in enumerate(right) if not gradient]
    if zeros and count == 1:  # instead
        gradients, places, words = right[:], zeros[:1], [f"the one at {zeros[0]} should be 0"]
        gradients[zeros[0]] = rng.choice((-1.0, 1.0)) * max(map(abs, right))
    return gradients, [float(place) for place in places], ", ".join(words) or "all right"


def probes(student, rng):
    kinds = cycle(rng.sample(WRONG, len(WRONG)))
    for count, scale in rng.sample(PROBES, len(PROBES)):
        loss, parameters, right = drawn_task(rng, scale)
        gradients, places, words = with_wrong(rng, right, count, kinds)
        yield Given(f"parameters {numbers_text(parameters)}, gradients {numbers_text(gradients)}: {words}")
        lent = Lent(parameters), Lent(gradients)
        found = student.gradient_check(guarded(loss, parameters), *lent)
        if isinstance(found, list) and all(isinstance(place, float) for place in found):
            found = sorted(found)
        how = "the indices of the wrong gradients" if places else "[], since all are right"
        yield Expect("what gradient_check returns", found, places, how)
        yield unchanged("parameters", lent[0])
        yield unchanged("gradients", lent[1])
