"""Neurons and layers of ours to probe exercises with, and the student's with the same numbers; and their arithmetic."""

import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from neurons import Layer, Neuron
from neurons.classroom.exercises.events import TOLERANCE, Expect, Given
from neurons.classroom.exercises.proxies import lists
from neurons.classroom.numbers import numbers_text, small_number, small_numbers
from neurons.classroom.sandbox.errors import MissingName
from neurons.classroom.sandbox.values import Lent

FIRST: list[tuple[list[float], float, list[float]]] = [
    ([0.5], -1.0, [3.0]),
    ([-1.5], 0.5, [2.0]),
    ([0.5, -1.0], 0.25, [3.0, 2.0]),
    ([0.0, -3.0], 0.0, [4.0, 0.0]),  # zeros
    ([3.0, -2.0], -1.0, [-2.5, 2.0]),  # z = -12.5
    ([1.5, 0.5, -2.0], 1.0, [1.0, 3.0, 0.0]),  # z = 4
]
SHARED = "Your neurons share a list: if one of them changes it, it changes for the other, too."
FIRST_GRADIENT = 2.0  # of an output
LEARNING_RATES = (0.5, 0.2, 2.0)
Parts = Callable[[], Iterable[tuple[str, Neuron, Any]]]
AGAIN = ("", ", in a second pass", ", in a third pass")
LARGE = 1e4  # times the usual output gradients, in the third pass: nothing is to be clipped
OF_LARGE = 1e-4  # what may be left of such numbers has few digits, in 32 bits


def sample_neurons(rng: random.Random) -> Iterator[tuple[Neuron, list[float], str]]:
    """(a neuron of ours, inputs, both in words), from one input upward."""
    drawn = [(small_numbers(rng, size), small_number(rng), small_numbers(rng, size)) for size in (1, 2, 3, 5)]
    for weights, bias, inputs in FIRST + drawn:
        yield Neuron(len(weights), weights=weights, bias=bias), inputs, neuron_text(weights, bias, inputs)


def neuron_text(weights: list[float], bias: float, inputs: list[float]) -> str:
    """A neuron and its inputs in words."""
    return f"weights {numbers_text(weights)}, bias {bias:g}, inputs {numbers_text(inputs)}"


def student_neuron(student: Any, neuron: Neuron) -> Any:
    """The student's neuron with the numbers of ours."""
    theirs = student.Neuron(neuron.num_inputs)
    theirs.weights = neuron.weights
    theirs.bias = neuron.bias
    return theirs


def neuron_passes(student: Any, rng: random.Random) -> Iterator[tuple[Any, Neuron, list[float], str]]:
    """(the student's neuron, ours, inputs, all in words), each for three passes.

    The second brings other inputs, the third the first ones again, but other weights: what was right before is not
    right again.
    """
    for neuron, inputs, _ in sample_neurons(rng):
        theirs = student_neuron(student, neuron)
        others = small_numbers(rng, len(inputs))
        for again, given in zip(AGAIN, (inputs, others, inputs), strict=True):
            if again == AGAIN[2]:
                neuron.weights, neuron.bias = small_numbers(rng, len(inputs)), small_number(rng)
                theirs.weights, theirs.bias = neuron.weights, neuron.bias
            yield theirs, neuron, given, neuron_text(neuron.weights, neuron.bias, given) + again


def unchanged(name: str, lent: Lent) -> Expect:
    """What the student's code was lent must be as it was."""
    said = f"Your code changes the list {name} that it was given. That list belongs to the caller: work on a copy."
    return Expect(f"{name} (the caller's: they must not change)", lent.after, lists(lent.value), said=said)


def has_four_parts(trained: Any) -> Expect:
    """What `train` returns for a network with one hidden layer."""
    count = float(len(trained)) if isinstance(trained, list) else trained
    return Expect("how many parts train returns: W1, b1, W2, b2", count, 4.0)


def forward_rows(theirs: Any, neuron: Neuron) -> Iterator[Expect]:
    """What a neuron keeps of its forward pass. z and the inputs may go by other names where nothing asks for them."""
    for name, how in (("linear_activation", sum_text(neuron)), ("activation", "")):
        if name == "activation" or keeps(theirs, name):
            yield Expect(name, getattr(theirs, name), getattr(neuron, name), how, given=True)


def keeps(theirs: Any, name: str) -> bool:
    """True if the student's object has this attribute."""
    try:
        getattr(theirs, name)
    except MissingName:
        return False
    return True


def backward_probes(student: Any, rng: random.Random, *, returns: bool = False) -> Iterator[Expect | Given]:
    """Forward and backward passes of neurons; `returns` where the backward pass returns the input gradients."""
    for count, (theirs, neuron, inputs, text) in enumerate(neuron_passes(student, rng)):
        output_gradient, lent = small_number(rng) if count else FIRST_GRADIENT, Lent(inputs)
        if text.endswith(AGAIN[2]):
            output_gradient *= LARGE
        yield Given(f"{text}, output_gradient {output_gradient:g}")
        activation = theirs.forward(lent)
        neuron.forward(inputs)
        yield from forward_rows(theirs, neuron)
        returned = theirs.backward_pass(output_gradient)
        expected = neuron.backward_pass(output_gradient)
        yield from gradient_rows(theirs, neuron)
        if returns:
            products = ", ".join(f"{neuron.error:.6g}*{weight:g}" for weight in neuron.weights)
            yield Expect("what backward_pass returns", returned, expected, f"[{products}]")
        said = (
            "Your backward_pass changes {}. Here it should only compute the gradients; the step comes in exercise 08."
        )
        weights, bias = said.format("the weights"), said.format("the bias")
        yield Expect("weights (they must not move yet)", theirs.weights, neuron.weights, said=weights)
        yield Expect("bias (it must not move yet)", theirs.bias, neuron.bias, said=bias)
        yield Expect("what forward returns", activation, neuron.activation, "the activation")
        yield unchanged("inputs", lent)
        if keeps(theirs, "input_activation"):
            yield Expect("input_activation", theirs.input_activation, inputs, "the inputs")
    yield from neurons_by_turns(student, rng, steps=False)


def gradient_rows(theirs: Any, neuron: Neuron, said: str = "") -> Iterator[Expect]:
    """The gradients of a neuron's last backward pass alone."""
    how = f"the error {neuron.error:.6g}"
    yield Expect("gradients", theirs.gradients, neuron.gradients, chain_rule_text(neuron), said=said)
    yield Expect("bias_gradient", theirs.bias_gradient, neuron.bias_gradient, how, said=said)


def neurons_by_turns(student: Any, rng: random.Random, *, steps: bool) -> Iterator[Expect | Given]:
    """Two of the student's neurons, by turns."""
    neurons = [Neuron(2, weights=small_numbers(rng, 2), bias=small_number(rng)) for _ in range(2)]
    pairs = [(student_neuron(student, neuron), neuron) for neuron in neurons]
    yield from by_turns(pairs, [(small_numbers(rng, 2), small_number(rng)) for _ in pairs], steps=steps)


def by_turns(pairs: list[tuple[Any, Any]], numbers: list[tuple[Any, Any]], *, steps: bool) -> Iterator[Expect | Given]:
    """Neurons or layers by turns, the student's and ours: what one does leaves the numbers of the other alone.

    `numbers` are the inputs and output gradients of each.
    """
    yield Given("two of them by turns: forward for both, then backward for both" + (", then a step" if steps else ""))
    for pair, (inputs, _) in zip(pairs, numbers, strict=True):
        for one in pair:
            one.forward(inputs)
    for pair, (_, output_gradients) in zip(pairs, numbers, strict=True):
        for one in pair:
            one.backward_pass(output_gradients)
    for theirs, ours in pairs:
        for got, neuron in neurons_of(theirs, ours):
            yield from gradient_rows(got, neuron, SHARED)
    if not steps:
        return
    for pair in pairs:
        for one in pair:
            one.step(0.5)
    for theirs, ours in pairs:
        for got, neuron in neurons_of(theirs, ours):
            yield Expect("weights", got.weights, neuron.weights, "its own: no other's step moves them", said=SHARED)
            yield Expect("bias", got.bias, neuron.bias, "its own: no other's step moves it", said=SHARED)


def neurons_of(theirs: Any, ours: Any) -> Iterable[tuple[Any, Neuron]]:
    """The neurons of a layer; a neuron alone."""
    return [(theirs, ours)] if isinstance(ours, Neuron) else zip(theirs.neurons, ours.neurons, strict=True)


def sample_layer(rng: random.Random, num_inputs: int, num_neurons: int) -> Layer:
    """A layer of ours with small numbers."""
    layer = Layer(num_inputs, num_neurons)
    for neuron in layer.neurons:
        neuron.weights, neuron.bias = small_numbers(rng, num_inputs), small_number(rng)
    return layer


def sample_layers(rng: random.Random) -> Iterator[tuple[Layer, str]]:
    """(a layer of ours, the layer in words), from one neuron upward, square ones included."""
    for num_inputs, num_neurons in ((1, 1), (1, 2), (2, 2), (2, 3), (3, 2), (3, 3)):
        layer = sample_layer(rng, num_inputs, num_neurons)
        rows = ", ".join(f"{numbers_text(neuron.weights)} bias {neuron.bias:g}" for neuron in layer.neurons)
        yield layer, f"a layer with the weights {rows}"


def student_layer(student: Any, layer: Layer) -> Any:
    """The student's layer with the numbers of ours."""
    theirs = student.Layer(layer.num_inputs, layer.num_neurons)
    for neuron, ours in zip(theirs.neurons, layer.neurons, strict=True):
        neuron.weights = ours.weights
        neuron.bias = ours.bias
    return theirs


def whole_rounds(
    theirs: Any, ours: Any, sizes: tuple[int, int], rng: random.Random, text: str, parts: Parts, how: Callable[[], str]
) -> Iterator[Expect | Given]:
    """Three rounds of forward, backward and step of a layer or a model, each with other numbers.

    `sizes` are the numbers of inputs and outputs, `parts` gives each neuron: its name, ours, the student's, and `how`
    the arithmetic of what the backward pass returns.
    """
    for again, learning_rate in zip(AGAIN, LEARNING_RATES, strict=True):
        inputs, output_gradients = small_numbers(rng, sizes[0]), small_numbers(rng, sizes[1])
        tolerance = TOLERANCE
        if again == AGAIN[2]:
            output_gradients, tolerance = [LARGE * gradient for gradient in output_gradients], OF_LARGE
        yield Given(
            f"{text}, inputs {numbers_text(inputs)}, output_gradients {numbers_text(output_gradients)},"
            f" learning_rate {learning_rate:g}{again}"
        )
        lent, lent_gradients = Lent(inputs), Lent(output_gradients)
        activations = "the activations of the last neurons, one each"
        yield Expect("what forward returns", theirs.forward(lent), ours.forward(inputs), activations)
        returned = theirs.backward_pass(lent_gradients)
        expected = ours.backward_pass(output_gradients)
        for name, neuron, got in parts():
            yield Expect(f"{name}.gradients", got.gradients, neuron.gradients, chain_rule_text(neuron))
            error = f"the error {neuron.error:.6g}"
            yield Expect(f"{name}.bias_gradient", got.bias_gradient, neuron.bias_gradient, error)
        yield Expect("what backward_pass returns", returned, expected, how(), tolerance)
        steps = {name: step_text(neuron, learning_rate) for name, neuron, _ in parts()}
        theirs.step(learning_rate)
        ours.step(learning_rate)
        for name, neuron, got in parts():
            of_weights, of_bias = steps[name]
            yield Expect(f"{name}.weights", got.weights, neuron.weights, of_weights, tolerance)
            yield Expect(f"{name}.bias", got.bias, neuron.bias, of_bias, tolerance)
        for name, neuron, got in parts():
            yield Expect(f"{name}.activation", got.activation, neuron.activation)
        yield unchanged("inputs", lent)
        yield unchanged("output_gradients", lent_gradients)


def model_parameters(model: Any) -> list[Any]:
    """[W1, b1, W2, b2, ...] as lists."""
    return lists_by_layer(model, "weights", "bias")


def model_gradients(model: Any) -> list[Any]:
    """Their gradients."""
    return lists_by_layer(model, "gradients", "bias_gradient")


def lists_by_layer(model: Any, of_weights: str, of_bias: str) -> list[Any]:
    """For each layer two lists: these attributes of its neurons."""
    parts: list[Any] = []
    for layer in model.layers:
        parts.append([list(getattr(neuron, of_weights)) for neuron in layer.neurons])
        parts.append([getattr(neuron, of_bias) for neuron in layer.neurons])
    return parts


def sum_text(neuron: Any) -> str:
    """z in numbers: 0.5*2 + -1*3 + 0.25."""
    terms = [f"{weight:g}*{given:g}" for weight, given in zip(neuron.weights, neuron.input_activation, strict=True)]
    return f"{' + '.join(terms)} + {neuron.bias:g}"


def step_text(neuron: Any, learning_rate: float) -> tuple[str, str]:
    """The step in numbers, of the weights and of the bias: [0.5 - 0.2*3, ...]."""
    pairs = zip(neuron.weights, neuron.gradients, strict=True)
    weights = [f"{weight:.6g} - {learning_rate:g}*{gradient:.6g}" for weight, gradient in pairs]
    return f"[{', '.join(weights)}]", f"{neuron.bias:.6g} - {learning_rate:g}*{neuron.bias_gradient:.6g}"


def chain_rule_text(neuron: Any) -> str:
    """The gradients in numbers, with the factors of the error."""
    products = ", ".join(f"{neuron.error:.6g}*{given:g}" for given in neuron.input_activation)
    factors = f"{neuron.output_gradient:g}*{neuron.activation_gradient:.6g}"
    return f"[{products}], where the error {neuron.error:.6g} = {factors}"
