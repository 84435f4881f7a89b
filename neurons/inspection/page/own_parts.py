"""Models with the user's own parts: do these calculate what ours would? Then the page's engine can stand for them."""

from math import isclose

from neurons.activations import ACTIVATIONS
from neurons.errors import NeuronsError
from neurons.inspection.page.keys import numbers_of_step
from neurons.inspection.page.states import State, states_of
from neurons.layer import Layer
from neurons.losses import LOSSES

PRECISION = 1e-12  # relative; another order of a sum is still the same calculation


def plain_twin(model):
    """A model of our own parts that calculates the same as `model` of neurons; None where none does."""
    if model.own_part() is None:
        return model
    acts = [layer.activation_function for layer in model.layers]
    if type(model.loss) not in LOSSES.values() or any(type(act) not in map(type, ACTIVATIONS.values()) for act in acts):
        return None
    layers = []
    for layer in model.layers:
        twin = Layer(layer.num_inputs, layer.num_neurons, layer.activation_function, name=layer.name)
        for neuron, own in zip(twin.neurons, layer.neurons, strict=True):
            neuron.weights[:], neuron.bias, neuron.name = own.weights, own.bias, own.name
        layers.append(twin)
    plain = model.with_layers(layers, "loops")
    return plain if plain.own_part() is None and calculate_the_same(model, plain) else None


def calculate_the_same(model, twin):
    """True if all numbers of a step are the same at states of random numbers."""
    for own, ours in zip(states_of(model), states_of(twin), strict=True):
        try:
            numbers, right = numbers_at(own), numbers_at(ours)
        except (NeuronsError, ArithmeticError, TypeError, AttributeError):
            return False
        if numbers.keys() != right.keys():
            return False
        if not all(isclose(value, right[key], rel_tol=PRECISION, abs_tol=PRECISION) for key, value in numbers.items()):
            return False
    return True


def numbers_at(state: State):
    """{key: number} of one step at this state."""
    after = state.model.copy()
    outputs = after.forward(state.inputs)
    after.backward_pass(after.loss.output_gradients(outputs, state.label))
    after.step(state.learning_rate)
    return numbers_of_step(state.model, after, state.inputs, state.label, state.learning_rate)
