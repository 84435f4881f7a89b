"""Models of neurons as models of arrays, and back, with the same numbers."""

from neurons.arrays.layer import VectorLayer
from neurons.errors import NeuronsError
from neurons.layer import Layer


def layers_of_arrays(model, dtype):
    """The layers of a model of neurons with the same numbers in arrays; `NeuronsError` for the reader's own parts."""
    check_is_plain(model)
    layers = []
    for layer in model.layers:
        twin = VectorLayer(
            layer.num_inputs, len(layer.neurons), layer.activation_function, init="zeros", name=layer.name, dtype=dtype
        )
        for view, neuron in zip(twin.neurons, layer.neurons, strict=True):
            view.weights, view.bias = neuron.weights, neuron.bias
        layers.append(twin)
    return layers


def check_is_plain(model):
    """Raise `NeuronsError` for a model with a part of the reader's own, and say which."""
    own_part = model.own_part()
    if own_part is not None:
        raise NeuronsError(
            f"arrays cannot run this model: {own_part}. Only loops can: leave out engine and vectorised()"
        )


def layers_of_neurons(model):
    """The layers of a model on arrays with the same numbers in neurons."""
    layers = []
    for layer in model.layers:
        twin = Layer(layer.num_inputs, layer.num_neurons, layer.activation_function, init="zeros", name=layer.name)
        for neuron, view in zip(twin.neurons, layer.neurons, strict=True):
            neuron.weights, neuron.bias = view.weights.tolist(), view.bias
        layers.append(twin)
    return layers
