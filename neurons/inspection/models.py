"""What an inspection asks of a model, whatever class of `Model` it is and whatever runs it."""

from typing import Any

PARTS = ("layers", "loss", "engine")


def is_model(value: Any) -> bool:
    """True for a model that is built: it holds layers, a loss and an engine. No code of its own is run for this."""
    try:
        attributes = object.__getattribute__(value, "__dict__")
    except Exception:  # an object without any, or one that refuses
        return False
    return type(attributes) is dict and all(part in attributes for part in PARTS)


def neurons_in(model: Any) -> list[Any]:
    """All neurons, layer by layer."""
    return [neuron for layer in model.layers for neuron in layer.neurons]
