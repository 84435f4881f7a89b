"""Looking at a student's class: make an object, give it numbers, run its passes, and read what it computed.

A class is taken that is shaped like ours: `Neuron(num_inputs, act)`, `Layer(num_inputs, num_neurons, act)` or
`Model(layers)`, with `forward`, `backward_pass` and, if it has one, `step`. Fewer arguments are fine (no `act` where
the class has an activation function of its own), so are the lesson's constructors that take weights, bias, act and
delta_act. Where the gradients are stored under other names, the step shows them.
"""

import inspect
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from neurons.activations import ACTIVATIONS
from neurons.checks import how_many
from neurons.classroom.diagnosis.observe import FLOAT32, FLOAT64, Observation, Trouble, as_numbers, called
from neurons.classroom.diagnosis.probes import probes
from neurons.classroom.diagnosis.reference import Array, Case, Network, forward
from neurons.text import show

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
WEIGHT_GRADIENTS = ("gradients", "weight_gradients", "weights_gradients", "grad_weights", "weight_grads", "dw", "dW")
BIAS_GRADIENTS = ("bias_gradient", "bias_gradients", "biases_gradients", "grad_bias", "bias_grad", "db")
CLEARING = ("start_batch", "zero_grad", "zero_gradients")  # what forgets the gradients of the last batch
BACKWARD = ("backward_pass", "backward")
SHAPES = "Neuron(num_inputs, act), Layer(num_inputs, num_neurons, act) or Model(layers)"


def first_attribute(owner: Any, names: tuple[str, ...]) -> str | None:
    """The first of these names that the object has."""
    return next((name for name in names if called(hasattr, owner, name)), None)


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
        raise Trouble(f"{cls.__name__} needs the methods forward and backward_pass, as in {SHAPES}")
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


def partner(cls: Any, name: str) -> Any:
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
        self.names_acts = False  # it takes the activation function by its name

    def chooses_act(self) -> bool:
        """True if the activation function of what is made can be chosen."""
        given_layers = "layers" in {meaning(name) for name in constructor_of(self.cls)}
        cls = partner(self.cls, "Layer") if given_layers else self.cls
        if self.kind != "Neuron" and "neurons" in {meaning(name) for name in constructor_of(cls)}:
            cls = partner(cls, "Neuron")
        return takes_act(cls)

    def made(self, network: Network) -> Any:
        """An object as it is after its constructor, for this network."""
        made: Any
        if self.kind == "Model":
            made = self.model(network)
        elif self.kind == "Layer":
            made = self.layer(self.cls, network, 0)
        else:
            made = self.neuron(self.cls, network, 0)
        return made

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
            values["neurons"] = [self.neuron(partner(cls, "Neuron"), network, layer_idx) for _ in range(m)]
        return construct(cls, values)

    def model(self, network: Network) -> Any:
        """A model, of the student's layers where there are some."""
        values: dict[str, Any] = {"sizes": list(network.sizes)}
        if "layers" in {meaning(name) for name in constructor_of(self.cls)}:
            layer = partner(self.cls, "Layer")
            values["layers"] = [self.layer(layer, network, i) for i in range(network.num_layers)]
        return construct(self.cls, values)

    def acts(self, cls: type, network: Network, layer_idx: int) -> dict[str, Any]:
        """The activation function as the constructor takes it: our object, or two functions."""
        act = ACTIVATIONS[network.act(layer_idx)]
        if self.names_acts:
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
            raise Trouble(f"{cls.__name__} asks for {name}, which is none of the arguments of {SHAPES}")
        elif parameter.kind != parameter.KEYWORD_ONLY:
            arguments.append(parameter.default)
    return called(cls, *arguments, **keywords)


def layers_of(made: Any, kind: str) -> list[Any]:
    """The parts that hold one layer's numbers each: lists of neurons, or a layer with matrices."""
    if kind == "Neuron":
        return [[made]]
    layers = getattr(made, "layers", None) if kind == "Model" else [made]
    if not isinstance(layers, (list, tuple)):
        raise Trouble(f"{type(made).__name__} needs its layers in the list `layers`")
    return [
        list(layer.neurons) if isinstance(getattr(layer, "neurons", None), (list, tuple)) else layer for layer in layers
    ]


def like(old: Any, new: Array) -> Any:
    """`new` in the form of `old`: an array of its type, a number, or lists of floats."""
    if isinstance(old, np.ndarray):
        return new.astype(old.dtype).reshape(old.shape) if old.size == new.size else new.astype(old.dtype)
    if isinstance(old, (int, float)):
        return float(new.reshape(-1)[0])
    return new.tolist()


def put(owner: Any, names: tuple[str, ...], value: Array) -> None:
    """Set the first of these attributes that is there."""
    name = first_attribute(owner, names)
    if name is None:
        raise Trouble(f"{type(owner).__name__} needs the attribute {names[0]}")
    called(setattr, owner, name, like(getattr(owner, name), value))


def set_parameters(layers: list[Any], case: Case) -> None:
    """Give the object the weights and biases of the case."""
    if len(layers) != len(case.parameters):
        raise Trouble(
            f"a model of {how_many(len(case.parameters), 'layer')} was asked for, but `layers` holds {len(layers)}"
        )
    for layer, (W, b) in zip(layers, case.parameters, strict=True):
        if isinstance(layer, list):
            if len(layer) != len(b):
                raise Trouble(f"a layer of {len(b)} neurons was asked for, but `neurons` holds {len(layer)}")
            for j, neuron in enumerate(layer):
                put(neuron, NAMES["weights"], W[j])
                put(neuron, NAMES["bias"], np.asarray(b[j]))
        else:
            put(layer, NAMES["weights"], W)
            put(layer, NAMES["bias"], b)


def read(owner: Any, names: tuple[str, ...], shape: tuple[int, ...], what: str) -> Array | None:
    """An attribute as an array of this shape; None where it is missing or not yet computed."""
    name = first_attribute(owner, names)
    value = getattr(owner, name) if name else None
    if value is None:
        return None
    return as_array(value, shape, f"{type(owner).__name__}'s {what}")


def as_array(value: Any, shape: tuple[int, ...], what: str) -> Array:
    """Numbers as an array of this shape, or the `Trouble` that says what they are."""
    array, _ = as_numbers(value, what)
    if array.size != int(np.prod(shape)):
        raise Trouble(f"{what} has shape {array.shape}, expected {shape}")
    if not np.isfinite(array).all():
        raise Trouble(f"{what} is not finite: {show(value)}")
    return array.reshape(shape)


def read_layers(layers: list[Any], case: Case, weights: tuple[str, ...], bias: tuple[str, ...]) -> dict[str, Array]:
    """W1, b1, ... as the object keeps them under these names; what is missing is left out."""
    found: dict[str, Array | None] = {}
    for layer_idx, (layer, (W, b)) in enumerate(zip(layers, case.parameters, strict=True)):
        if isinstance(layer, list):
            rows = [read(neuron, weights, W[0].shape, weights[0]) for neuron in layer]
            entries = [read(neuron, bias, (), bias[0]) for neuron in layer]
            found[f"W{layer_idx + 1}"] = None if any(row is None for row in rows) else np.array(rows)
            found[f"b{layer_idx + 1}"] = None if any(entry is None for entry in entries) else np.array(entries)
        else:
            found[f"W{layer_idx + 1}"] = read(layer, weights, W.shape, weights[0])
            found[f"b{layer_idx + 1}"] = read(layer, bias, b.shape, bias[0])
    return {name: values for name, values in found.items() if values is not None}


def parameters_of(layers: list[Any], case: Case) -> dict[str, Array]:
    """The weights and biases as they are now."""
    return read_layers(layers, case, NAMES["weights"], NAMES["bias"])


def gradients_of(layers: list[Any], case: Case) -> dict[str, Array]:
    """The gradients of the last backward pass, where they are stored under a name that is known."""
    return read_layers(layers, case, WEIGHT_GRADIENTS, BIAS_GRADIENTS)


def shared_list(layers: list[Any], case: Case) -> str | None:
    """The name of a list that two neurons of a layer share, if they do: by what they hold, and by what they read."""
    set_parameters(layers, case)
    now = parameters_of(layers, case)
    for layer_idx, (layer, (W, _)) in enumerate(zip(layers, case.parameters, strict=True)):
        if isinstance(layer, list):
            weights: Array = now.get(f"W{layer_idx + 1}", W)
            if not np.allclose(weights, W) and np.allclose(weights, W[-1]):  # all have what was set last
                return NAMES["weights"][0]
            for name in (*NAMES["weights"], *WEIGHT_GRADIENTS):
                lists = [getattr(neuron, name, None) for neuron in layer]
                held = [id(values) for values in lists if isinstance(values, (list, np.ndarray))]
                if len(set(held)) < len(held):
                    return name
    return None


class Turned:
    """A layer that keeps its weights as (input, neuron), seen as if it kept them as (neuron, input)."""

    def __init__(self, layer: Any) -> None:
        vars(self)["_layer"] = layer

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._layer, name)
        is_turned = name in NAMES["weights"] + WEIGHT_GRADIENTS and np.ndim(value) == 2
        return np.transpose(value) if is_turned else value

    def __setattr__(self, name: str, value: Any) -> None:
        old = getattr(self._layer, name)
        setattr(self._layer, name, like(old, np.transpose(value)) if name in NAMES["weights"] else value)


class Objects:
    """A student's class, observed case by case."""

    def __init__(self, cls: type, batch: bool) -> None:
        self.maker = Maker(cls)
        self.kind = self.maker.kind
        self.batch = batch
        self.notes: list[str] = []
        self.collects = False
        self.is_turned = False  # its weights have the shape (inputs, neurons)
        if self.kind != "Neuron":
            self.is_turned = self.turns_weights()
        if self.maker.chooses_act():
            plain = Network((2, 1) if self.kind == "Neuron" else (2, 3), loss=None)
            self.maker.names_acts = not self.computes(plain)
            self.maker.names_acts = self.maker.names_acts and self.computes(plain)

    def turns_weights(self) -> bool:
        """True if the weights of its layers have the shape (inputs, neurons)."""
        try:
            layers = layers_of(self.maker.made(Network((2, 3), loss=None)), self.kind)
        except Trouble:
            return False
        layer = layers[0] if layers else []
        name = None if isinstance(layer, list) else first_attribute(layer, NAMES["weights"])
        return name is not None and called(np.shape, getattr(layer, name)) == (2, 3)

    def new(self, case: Case) -> tuple[Any, list[Any]]:
        """An object for the case's network, and its layers with the numbers of the case."""
        made = self.maker.made(case.network)
        layers = layers_of(made, self.kind)
        if self.is_turned:
            layers = [layer if isinstance(layer, list) else Turned(layer) for layer in layers]
        set_parameters(layers, case)
        return made, layers

    def computes(self, network: Network) -> bool:
        """True if its forward pass computes what this network does."""
        try:
            for case in probes(network, False, 2):
                made, _ = self.new(case)
                outputs = called(made.forward, case.inputs[0].tolist())
                expected = forward(case)[-1].a[0]
                if not np.allclose(as_array(outputs, expected.shape, ""), expected, rtol=FLOAT32, atol=FLOAT32):
                    return False
        except Trouble:
            return False
        return True

    def note(self, sentence: str) -> None:
        """Remember something that is worth saying once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def observe(self, case: Case) -> Observation:
        """Forward, backward and, where there is one, a step; then the same once more with the first numbers."""
        made, layers = self.new(case)
        case = case._replace(learning_rate=self.learning_rate(made, case))
        shared = shared_list(layers, case)
        if shared:
            raise Trouble(
                f"two neurons of one layer hold the same list `{shared}`: what one changes, both have", ("W8",)
            )
        groups = self.passes(made, layers, case)
        if not self.batch:
            try:
                again = self.passes(made, layers, case)
            except Trouble as trouble:
                raise Trouble(f"in the second forward and backward pass, {trouble}") from trouble
            for name in groups:
                if not np.allclose(again[name], groups[name], rtol=1e-4, atol=1e-7):
                    if not np.allclose(again[name], 2.0 * groups[name], rtol=1e-4, atol=1e-7):
                        raise Trouble(f"a second pass with the same numbers gives another {name} than the first")
                    self.collects = True
        if not self.collects and not any(callable(getattr(made, clear, None)) for clear in CLEARING):
            opposite = case._replace(labels=-case.labels)  # added to the first batch, it leaves nothing
            again = self.passes(made, layers, opposite)
            alone = self.passes(*self.new(case), opposite)
            if self.batch:
                self.collects = any(np.abs(alone[g]).max() > 1e-5 and np.abs(again[g]).max() <= 1e-7 for g in groups)
            else:  # what gives the same numbers twice may still be a mean over all passes
                self.collects = any(not np.allclose(again[g], alone[g], rtol=1e-4, atol=1e-7) for g in groups)
        is_float32 = any(
            self.is_float32(part) for layer in layers for part in (layer if isinstance(layer, list) else [layer])
        )
        noise = (4e-6 if is_float32 else 1e-14) / case.learning_rate
        return Observation(case, groups, FLOAT32 if is_float32 else FLOAT64, noise)

    def twice(self, case: Case) -> tuple[Observation, Observation]:
        """Two rounds of passes of one object with the same numbers."""
        made, layers = self.new(case)
        first, second = self.passes(made, layers, case), self.passes(made, layers, case)
        return Observation(case, first), Observation(case, second)

    @staticmethod
    def is_float32(part: Any) -> bool:
        """True if any of the object's arrays or numbers is float32."""
        owner = part._layer if isinstance(part, Turned) else part
        slots = [
            name for cls in type(owner).__mro__ for name in vars(cls) if inspect.ismemberdescriptor(vars(cls)[name])
        ]
        attributes = [*getattr(owner, "__dict__", {}).values(), *(getattr(owner, name, None) for name in slots)]
        return any(getattr(value, "dtype", None) in (np.float32, np.float16) for value in attributes)

    def passes(self, made: Any, layers: list[Any], case: Case) -> dict[str, Array]:
        """One forward, backward and step for the case; its numbers by name."""
        set_parameters(layers, case)
        for clear in CLEARING:
            if callable(getattr(made, clear, None)):
                called(getattr(made, clear))
        backward = getattr(made, first_attribute(made, BACKWARD) or "backward_pass")
        groups: dict[str, Array] = {}
        for example in range(case.batch):
            inputs, gradients = case.inputs[example].tolist(), case.labels[example].tolist()
            outputs = called(made.forward, inputs)
            outputs = as_array(outputs, (case.network.sizes[-1],), "what forward returns")
            before = parameters_of(layers, case)
            returned = called(backward, gradients[0] if self.kind == "Neuron" else gradients)
            if returned is not None:
                returned = as_array(returned, (case.network.sizes[0],), "what backward_pass returns")
            elif self.kind != "Model":
                self.note("backward_pass returns nothing: the layer before would need its input gradients")
        after = parameters_of(layers, case)
        moved_early = any(not np.array_equal(before[name], after[name]) for name in before)
        if moved_early:
            self.note("the weights change during backward_pass, before the step")
        if not self.batch:
            groups.update(gradients_of(layers, case))
            groups["a"] = outputs[None, :]
            if returned is not None:
                groups["x"] = returned[None, :]
        if not moved_early or not groups:  # else the rate of that step is the class's own secret
            groups.update(self.steps(made, layers, case))
        return groups

    def learning_rate(self, made: Any, case: Case) -> float:
        """The case's rate, or the constant of a `step` that takes none, as the lesson's does."""
        step = getattr(made, "step", None)
        if step is None or inspect.signature(step).parameters:
            return case.learning_rate
        known = getattr(getattr(step, "__func__", step), "__globals__", {})
        constant = known.get("LEARNING_RATE", getattr(made, "learning_rate", getattr(made, "lr", None)))
        if constant is None:
            self.note(
                "step takes no learning rate, and there is no LEARNING_RATE: the step was taken as one with rate 1"
            )
        return 1.0 if constant is None else float(constant)

    def steps(self, made: Any, layers: list[Any], case: Case) -> dict[str, Array]:
        """(parameters before - after a step) / learning rate; nothing where there is no step."""
        step: Callable[..., Any] | None = getattr(made, "step", None)
        if step is not None:
            called(step, *([case.learning_rate] if inspect.signature(step).parameters else []))
        after = parameters_of(layers, case)
        moved = {}
        for layer_idx, (W, b) in enumerate(case.parameters):
            moved[f"step W{layer_idx + 1}"] = (W - after[f"W{layer_idx + 1}"]) / case.learning_rate
            moved[f"step b{layer_idx + 1}"] = (b - after[f"b{layer_idx + 1}"]) / case.learning_rate
        return moved if step is not None or any(np.abs(part).max() > 0.0 for part in moved.values()) else {}
