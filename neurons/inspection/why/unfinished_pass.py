"""What a debugger finds: a backward pass that has not finished. What is known of it can be explained already."""

from typing import Any

from neurons.errors import OrderError
from neurons.inspection.models import neurons_in
from neurons.inspection.why.stored_pass import Place


def with_finished_pass(model: Any, place: Place, name: str) -> Any:
    """`model`; or, in the middle of a backward pass, a copy on which the pass has been carried on to its end.

    Raises `OrderError` for a gradient that the pass has not come to yet.
    """
    if model.engine == "numpy" or not is_in_backward_pass(model):
        return model
    neurons = model.layers[place.layer_idx].neurons
    for neuron in neurons if place.kind == "x" else [neurons[place.neuron_idx]]:
        if is_waiting(neuron):
            raise OrderError(f"{name.strip()} has no gradient yet: {neuron.name} has not finished its backward_pass")
    twin = model.copy()
    # Outputs that the pass has not come to have no part in what is known.
    gradients = [0.0 if is_waiting(neuron) else neuron.output_gradient for neuron in twin.layers[-1].neurons]
    for layer in reversed(twin.layers):
        sums = [0.0] * layer.num_inputs
        for neuron, gradient in zip(layer.neurons, gradients, strict=True):
            if is_waiting(neuron):
                neuron.backward_pass(gradient)
            for input_idx, input_gradient in enumerate(neuron.input_gradients):
                sums[input_idx] += input_gradient
        gradients = sums
    return twin


def is_waiting(neuron: Any) -> bool:
    """True if the neuron's `backward_pass` is to come or not through: it sets its input gradients last."""
    return neuron.input_gradients is None


def is_in_backward_pass(model: Any) -> bool:
    """True if some neurons have gradients of the last forward pass, and others do not have them yet."""
    neurons = neurons_in(model)
    if not any(map(is_waiting, neurons)) or all(neuron.error is None for neuron in neurons):
        return False
    came_in = model.layers[0].neurons[0].input_activation  # in the middle of a forward pass, not all have the same
    for layer in model.layers:
        if any(neuron.input_activation != came_in for neuron in layer.neurons):
            return False
        came_in = [neuron.activation for neuron in layer.neurons]
    return True
