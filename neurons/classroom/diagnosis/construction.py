"""Making objects of a student's class: what its constructor asks for, and what that means.

A class is taken that is shaped like ours: `Neuron(num_inputs, act)`, `Layer(num_inputs, num_neurons, act)` or
`Model(layers)`, with `forward`, `backward_pass` and, if it has one, `step`. Fewer arguments are fine (no `act` where
the class has an activation function of its own), so are the lesson's constructors that take weights, bias, act and
delta_act.
"""

import inspect
import sys
from typing import Any

from neurons.activations import ACTIVATIONS
from neurons.classroom.diagnosis.cases import Network
from neurons.classroom.diagnosis.observation import ObservationError, call_student

# The names under which constructors ask for something, and objects keep it.
NAMES = {
    "num_inputs": ("num_inputs", "n_inputs", "inputs", "input_size", "n_in", "in_features", "nin", "num_in", "n"),
    "num_neurons": (
        "num_neurons",
        "n_neurons",
        "num_outputs",
        "n_outputs",
        "output_size",
        "n_out",
        "out_features",
        "nout",
    ),
    "weights": ("weights", "w", "W"),
    "bias": ("bias", "b", "biases"),
    "act": ("act", "activation", "activation_function", "act_fn"),
    "delta_act": ("delta_act", "act_derivative", "activation_derivative", "act_prime", "d_act"),
    "neurons": ("neurons",),
    "layers": ("layers",),
    "sizes": ("sizes", "layer_sizes"),
    "learning_rate": ("learning_rate", "lr"),
}
BACKWARD = ("backward_pass", "backward")
SHAPES = "Neuron(num_inputs, act), Layer(num_inputs, num_neurons, act) or Model(layers)"


def first_found(owner: Any, names: tuple[str, ...]) -> tuple[str, Any] | None:
    """The first of these attributes that the object has, and its value, asked for once: each question takes time."""
    missing = object()
    for name in names:
        value = call_student(getattr, owner, name, missing)
        if value is not missing:
            return name, value
    return None


def first_attribute(owner: Any, names: tuple[str, ...]) -> str | None:
    """The first of these names that the object has."""
    found = first_found(owner, names)
    return found[0] if found else None


def meaning(parameter: str) -> str | None:
    """What a constructor's parameter stands for: a key of NAMES."""
    return next((word for word, names in NAMES.items() if parameter in names), None)


def constructor_of(cls: Any) -> dict[str, inspect.Parameter]:
    """The constructor's parameters, without self."""
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
    return {p.name: p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}


def kind_of(cls: type) -> str:
    """Neuron, Layer or Model, by the constructor's parameters, then by the name of the class."""
    if first_attribute(cls, BACKWARD) is None or not hasattr(cls, "forward"):
        raise ObservationError(f"{cls.__name__} needs the methods forward and backward_pass, as in {SHAPES}")
    words = {meaning(name) for name in constructor_of(cls)}
    if words & {"layers", "sizes"}:
        return "Model"
    if words & {"num_neurons", "neurons"}:
        return "Layer"
    name = cls.__name__.lower()
    if "layer" in name:
        return "Layer"
    return "Model" if any(part in name for part in ("model", "network", "mlp")) else "Neuron"


def takes_act(cls: type) -> bool:
    """True if the activation function can be chosen."""
    return any(meaning(name) == "act" for name in constructor_of(cls))


def partner_class(cls: Any, name: str) -> Any:
    """The class of this name: the attribute `layer_class`, the one beside the student's class, or ours."""
    import neurons

    if name == "Layer" and isinstance(getattr(cls, "layer_class", None), type):
        return cls.layer_class
    beside = getattr(sys.modules.get(cls.__module__), name, None) or getattr(cls.forward, "__globals__", {}).get(name)
    return beside if isinstance(beside, type) else getattr(neurons, name)


class Maker:
    """Makes objects of a student's class with the numbers of a case."""

    def __init__(self, cls: type) -> None:
        self.cls = cls
        self.kind = kind_of(cls)
        self.takes_act_names = False  # it takes the activation function by its name

    def chooses_act(self) -> bool:
        """True if the activation function of what is made can be chosen."""
        given_layers = "layers" in {meaning(name) for name in constructor_of(self.cls)}
        cls = partner_class(self.cls, "Layer") if given_layers else self.cls
        if self.kind != "Neuron" and "neurons" in {meaning(name) for name in constructor_of(cls)}:
            cls = partner_class(cls, "Neuron")
        return takes_act(cls)

    def build(self, network: Network) -> Any:
        """An object as it is after its constructor, for this network."""
        if self.kind == "Model":
            return self.model(network)
        if self.kind == "Layer":
            return self.layer(self.cls, network, 0)
        return self.neuron(self.cls, network, 0)

    def neuron(self, cls: type, network: Network, layer_idx: int) -> Any:
        """One neuron of a layer."""
        n = network.sizes[layer_idx]
        return construct(
            cls, {"num_inputs": n, "weights": [0.0] * n, "bias": 0.0, **self.acts(cls, network, layer_idx)}
        )

    def layer(self, cls: type, network: Network, layer_idx: int) -> Any:
        """One layer."""
        n, m = network.sizes[layer_idx], network.sizes[layer_idx + 1]
        values: dict[str, Any] = {"num_inputs": n, "num_neurons": m, **self.acts(cls, network, layer_idx)}
        values["weights"], values["bias"] = [[0.0] * n for _ in range(m)], [0.0] * m
        if "neurons" in {meaning(name) for name in constructor_of(cls)}:
            values["neurons"] = [self.neuron(partner_class(cls, "Neuron"), network, layer_idx) for _ in range(m)]
        return construct(cls, values)

    def model(self, network: Network) -> Any:
        """A model, of the student's layers where there are some."""
        values: dict[str, Any] = {"sizes": list(network.sizes)}
        if "layers" in {meaning(name) for name in constructor_of(self.cls)}:
            layer = partner_class(self.cls, "Layer")
            values["layers"] = [self.layer(layer, network, i) for i in range(network.num_layers)]
        return construct(self.cls, values)

    def acts(self, cls: type, network: Network, layer_idx: int) -> dict[str, Any]:
        """The activation function as the constructor takes it: our object, or two functions."""
        act = ACTIVATIONS[network.act(layer_idx)]
        if self.takes_act_names:
            return {"act": act.name}
        words = {meaning(name) for name in constructor_of(cls)}
        return {"act": act.act, "delta_act": act.delta_act} if "delta_act" in words else {"act": act}


def construct(cls: type, values: dict[str, Any]) -> Any:
    """Call a constructor with what it asks for."""
    arguments, keywords = [], {}
    for name, parameter in constructor_of(cls).items():
        word = meaning(name)
        if word in values and (parameter.default is parameter.empty or word in ("act", "delta_act")):
            if parameter.kind == parameter.KEYWORD_ONLY:
                keywords[name] = values[word]
            else:
                arguments.append(values[word])
        elif word == "learning_rate" and parameter.default is parameter.empty:
            arguments.append(0.5)
        elif parameter.default is parameter.empty:
            raise ObservationError(f"{cls.__name__} asks for {name}, which is none of the arguments of {SHAPES}")
        elif parameter.kind != parameter.KEYWORD_ONLY:
            arguments.append(parameter.default)
    return call_student(cls, *arguments, **keywords)
