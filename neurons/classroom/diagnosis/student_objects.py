"""Reading and setting the numbers of a student's objects, whatever they are called and however they are stored."""

from typing import Any

import numpy as np

from neurons.checks import how_many
from neurons.classroom.diagnosis.cases import Array, Case
from neurons.classroom.diagnosis.construction import NAMES, first_found
from neurons.classroom.diagnosis.observation import ObservationError, as_numbers, call_student
from neurons.text import show

WEIGHT_GRADIENT_NAMES = (
    "gradients",
    "weight_gradients",
    "weights_gradients",
    "grad_weights",
    "weight_grads",
    "dw",
    "dW",
)
BIAS_GRADIENT_NAMES = ("bias_gradient", "bias_gradients", "biases_gradients", "grad_bias", "bias_grad", "db")


def layers_of(obj: Any, kind: str) -> list[Any]:
    """The parts that hold one layer's numbers each: lists of neurons, or a layer with matrices."""
    if kind == "Neuron":
        return [[obj]]
    layers = getattr(obj, "layers", None) if kind == "Model" else [obj]
    if not isinstance(layers, (list, tuple)):
        raise ObservationError(f"{type(obj).__name__} needs its layers in the list `layers`")
    return [
        list(layer.neurons) if isinstance(getattr(layer, "neurons", None), (list, tuple)) else layer for layer in layers
    ]


def in_form_of(old: Any, new: Array) -> Any:
    """`new` in the form of `old`: an array of its type, a number, or lists of floats."""
    if isinstance(old, np.ndarray):
        return new.astype(old.dtype).reshape(old.shape) if old.size == new.size else new.astype(old.dtype)
    if isinstance(old, (int, float)):
        return float(new.reshape(-1)[0])
    return new.tolist()


def set_numbers(owner: Any, names: tuple[str, ...], value: Array) -> None:
    """Set the first of these attributes that is there."""
    found = first_found(owner, names)
    if found is None:
        raise ObservationError(f"{type(owner).__name__} needs the attribute {names[0]}")
    name, old = found
    call_student(setattr, owner, name, in_form_of(old, value))


def set_parameters(layers: list[Any], case: Case) -> None:
    """Give the object the weights and biases of the case."""
    if len(layers) != len(case.parameters):
        raise ObservationError(
            f"asked for a model of {how_many(len(case.parameters), 'layer')}, but `layers` holds {len(layers)}"
        )
    for layer, (W, b) in zip(layers, case.parameters, strict=True):
        if isinstance(layer, list):
            if len(layer) != len(b):
                raise ObservationError(f"asked for a layer of {len(b)} neurons, but `neurons` holds {len(layer)}")
            for j, neuron in enumerate(layer):
                set_numbers(neuron, NAMES["weights"], W[j])
                set_numbers(neuron, NAMES["bias"], np.asarray(b[j]))
        else:
            set_numbers(layer, NAMES["weights"], W)
            set_numbers(layer, NAMES["bias"], b)


def read_attribute(owner: Any, names: tuple[str, ...], shape: tuple[int, ...], what: str) -> Array | None:
    """An attribute as an array of this shape; None where it is missing or not yet computed."""
    found = first_found(owner, names)
    if found is None or found[1] is None:
        return None
    value = found[1]
    return as_array(value, shape, f"{type(owner).__name__}'s {what}")


def as_array(value: Any, shape: tuple[int, ...], what: str) -> Array:
    """Numbers as an array of this shape, or the `ObservationError` that says what they are."""
    array, _ = as_numbers(value, what)
    if array.size != int(np.prod(shape)):
        raise ObservationError(f"{what} has shape {array.shape}, expected {shape}")
    if not np.isfinite(array).all():
        raise ObservationError(f"{what} is not finite: {show(value)}")
    return array.reshape(shape)


def read_layers(layers: list[Any], case: Case, weights: tuple[str, ...], bias: tuple[str, ...]) -> dict[str, Array]:
    """W1, b1, ... as the object keeps them under these names; what is missing is left out."""
    found: dict[str, Array | None] = {}
    for layer_idx, (layer, (W, b)) in enumerate(zip(layers, case.parameters, strict=True)):
        if isinstance(layer, list):
            rows = [read_attribute(neuron, weights, W[0].shape, weights[0]) for neuron in layer]
            entries = [read_attribute(neuron, bias, (), bias[0]) for neuron in layer]
            found[f"W{layer_idx + 1}"] = None if any(row is None for row in rows) else np.array(rows)
            found[f"b{layer_idx + 1}"] = None if any(entry is None for entry in entries) else np.array(entries)
        else:
            found[f"W{layer_idx + 1}"] = read_attribute(layer, weights, W.shape, weights[0])
            found[f"b{layer_idx + 1}"] = read_attribute(layer, bias, b.shape, bias[0])
    return {name: values for name, values in found.items() if values is not None}


def parameters_of(layers: list[Any], case: Case) -> dict[str, Array]:
    """The weights and biases as they are now."""
    return read_layers(layers, case, NAMES["weights"], NAMES["bias"])


def gradients_of(layers: list[Any], case: Case) -> dict[str, Array]:
    """The gradients of the last backward pass, where they are stored under a name that is known."""
    return read_layers(layers, case, WEIGHT_GRADIENT_NAMES, BIAS_GRADIENT_NAMES)


def shared_list(layers: list[Any], case: Case) -> str | None:
    """The name of a list that two neurons of a layer share, if they do: by what they hold, and by what they read."""
    set_parameters(layers, case)
    now = parameters_of(layers, case)
    for layer_idx, (layer, (W, _)) in enumerate(zip(layers, case.parameters, strict=True)):
        if isinstance(layer, list):
            weights: Array = now.get(f"W{layer_idx + 1}", W)
            if not np.allclose(weights, W) and np.allclose(weights, W[-1]):  # all have what was set last
                return NAMES["weights"][0]
            for name in (*NAMES["weights"], *WEIGHT_GRADIENT_NAMES):
                lists = [getattr(neuron, name, None) for neuron in layer]
                held = [id(values) for values in lists if isinstance(values, (list, np.ndarray))]
                if len(set(held)) < len(held):
                    return name
    return None


class TransposedLayer:
    """A layer that keeps its weights as (input, neuron), seen as if it kept them as (neuron, input)."""

    def __init__(self, layer: Any) -> None:
        vars(self)["_layer"] = layer

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._layer, name)
        is_transposed = name in NAMES["weights"] + WEIGHT_GRADIENT_NAMES and np.ndim(value) == 2
        return np.transpose(value) if is_transposed else value

    def __setattr__(self, name: str, value: Any) -> None:
        old = getattr(self._layer, name)
        setattr(self._layer, name, in_form_of(old, np.transpose(value)) if name in NAMES["weights"] else value)
