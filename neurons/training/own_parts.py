"""Which parts of a model are the reader's own: an activation, a loss, a neuron or layer of another class.

Only loops can run such parts. Arrays, the unrolled text and files take only the package's own, and say so.
"""

from typing import TYPE_CHECKING, Any

from neurons.activations import ACTIVATIONS, LeakyReLU
from neurons.layer import Layer
from neurons.losses import LOSSES
from neurons.neuron import Neuron
from neurons.optimisers import SGD

if TYPE_CHECKING:
    from neurons.model import Model

PASSES = ("forward", "backward_pass", "step", "start_batch")
METHODS: dict[type, tuple[str, ...]] = {Neuron: PASSES, Layer: PASSES}
METHODS.update({type(act): ("act", "delta_act") for act in ACTIVATIONS.values()})
METHODS.update(dict.fromkeys(LOSSES.values(), ("value", "output_gradients", "label_vector", "predict")))
ORIGINALS = {(kind, word): getattr(kind, word) for kind, words in METHODS.items() for word in words}
STEP_OF_SGD = SGD.step


def find_own_part(model: "Model") -> str | None:
    """The first part of `model` that is not the package's own, in words; None if all are."""
    replaced = find_replaced_method()
    if replaced is not None:
        return f"{replaced} has been replaced"
    if not is_our_loss(model.loss):
        return f"the loss {difference(model.loss)}"
    if model.engine == "numpy":
        own_layers = [layer for layer in model.layers if not is_plain_vector_layer(layer)]
        return f"{own_layers[0].name} {difference(own_layers[0], PASSES)}" if own_layers else None
    lists_of_weights = set()
    for layer in model.layers:
        act = layer.activation_function
        if not is_plain(layer, Layer):
            return f"{layer.name} {difference(layer)}"
        if not is_our_activation(act):
            return f"the activation of {layer.name} {difference(act)}"
        for neuron in layer.neurons:
            if not is_plain(neuron, Neuron):
                return f"{neuron.name} {difference(neuron)}"
            if not has_activation(neuron, act):
                return f"{neuron.name} has another activation than its layer, {act!r}"
            if id(neuron.weights) in lists_of_weights:
                return f"{neuron.name} shares its list of weights with another neuron"
            lists_of_weights.add(id(neuron.weights))
    return None


def find_replaced_method() -> str | None:
    """The first method of the package's neurons, layers, activations and losses that a program has replaced."""
    for (kind, word), original in ORIGINALS.items():
        if getattr(kind, word) is not original:
            return f"{kind.__name__}.{word}"
    return None


def are_ours(activations: list[Any], loss: Any) -> bool:
    """True if these, and the neurons and layers that go with them, are the package's own."""
    return find_replaced_method() is None and all(map(is_our_activation, activations)) and is_our_loss(loss)


def is_plain(part: Any, kind: type) -> bool:
    """True for an object of exactly this class that got no method of its own."""
    if type(part) is not kind:
        return False
    # Not asked of vars(part): in Python 3.11, asking for an object's __dict__ makes its attributes slow forever.
    return all(getattr(getattr(part, word), "__func__", None) is getattr(kind, word) for word in METHODS[kind])


def is_plain_vector_layer(layer: Any) -> bool:
    """True for a `VectorLayer` itself that got no pass of its own, asked without importing NumPy."""
    return type(layer).__module__.startswith("neurons.") and vars(layer).keys().isdisjoint(PASSES)


def is_plain_sgd(optimiser: Any) -> bool:
    """True for the package's own `SGD`, whose step an engine may write in another form."""
    return type(optimiser) is SGD and "step" not in vars(optimiser) and SGD.step is STEP_OF_SGD


def difference(part: Any, methods: tuple[str, ...] = ()) -> str:
    """What makes `part` the reader's own: its class, or a method that it got."""
    own = [word for word in METHODS.get(type(part), methods) if word in vars(part)]
    return f"has its own {own[0]}" if own else f"is a {type(part).__name__} of your own"


def is_our_activation(act: Any) -> bool:
    """True for one of the package's activations, also one that pickle or deepcopy made anew."""
    has_our_name = type(act) is LeakyReLU or type(act) is type(ACTIVATIONS.get(getattr(act, "name", "")))
    return has_our_name and is_plain(act, type(act))


def is_our_loss(loss: Any) -> bool:
    """True for one of the package's losses."""
    return type(loss) in LOSSES.values() and is_plain(loss, type(loss))


def has_activation(neuron: Neuron, act: Any) -> bool:
    """True if `neuron` calls the functions of `act`, and not others that were put in their place."""
    ours = type(act).act, type(act).delta_act
    return (getattr(neuron.act, "__func__", None), getattr(neuron.delta_act, "__func__", None)) == ours


def find_own_step(model: "Model") -> str | None:
    """The model, layer or neuron that has its own step, in words; None where none has."""
    definer = next(kind for kind in type(model).__mro__ if "step" in vars(kind))
    if "step" in vars(model) or "find_engine" not in vars(definer):  # the package's Model has both
        return f"{type(model).__name__} has its own step"
    for layer in model.layers:
        for part, kind in [(layer, Layer), *[(neuron, Neuron) for neuron in layer.neurons]]:
            if getattr(part.step, "__func__", None) is not ORIGINALS[kind, "step"]:
                return f"{part.name} has its own step"
    return None
