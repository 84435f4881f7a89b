"""Save and load: a model in a file, to read (.json) or compact (.npz), with the same numbers in every bit.

A file holds a description (format and version, sizes, layer names, activations, the loss) and tables of numbers with
names such as `layers[0].weights`, a row per neuron. Own activations, losses and classes are code, which no file holds.
"""

from typing import Any

from neurons.activations import ACTIVATIONS, named_activation
from neurons.checks import checked_number, checked_numbers
from neurons.errors import FileError, NeuronsError
from neurons.layer import Layer
from neurons.losses import LOSSES, MSE
from neurons.storage.files import checked_path, read_whole, write_whole
from neurons.storage.formats import (
    DTYPES,
    LARGEST,
    check_keys,
    checked_table,
    from_json,
    from_npz,
    plain_lists,
    to_json,
    to_npz,
)
from neurons.text import show
from neurons.training.own_parts import find_own_part

MODEL, CHECKPOINT = "neurons model", "neurons checkpoint"  # the formats; a checkpoint is a model and "training"
VERSION = 1
MOST_LAYERS, MOST_NEURONS, LARGEST_SIZE = 400, 100_000, 10**9  # layers and neurons take memory beside their numbers


def save(model, path):
    """Write `model` to `path`: see `Model.save`."""
    own_part = model.own_part()
    if own_part is not None:
        raise NeuronsError(f"a file cannot hold this model: {own_part}")
    write(path, describe(model), numbers_of(model))


def load(model_class, path):
    """The model in the file at `path`: see `Model.load`."""
    description, numbers = read(path)
    layer_class = layer_class_of(description["engine"])
    more = {"dtype": description["dtype"]} if description["engine"] == "numpy" else {}
    sizes = description["sizes"]
    layers = []
    for layer_idx, layer in enumerate(description["layers"]):
        act, name = named_activation(layer["act"]), layer["name"]
        layers.append(layer_class(sizes[layer_idx], sizes[layer_idx + 1], act, init="zeros", name=name, **more))
    model = model_class(layers, loss_from(description["loss"]), description["engine"])
    set_numbers(model, numbers)
    return model


def layer_class_of(engine) -> Any:
    """What the layers of a model with this engine are: `Layer`, or `VectorLayer` on arrays."""
    if engine != "numpy":
        return Layer
    from neurons.arrays.layer import VectorLayer

    return VectorLayer


# ---- a model as a description and numbers


def describe(model):
    """What a file says of `model` besides its numbers; a `NeuronsError` where that would not be the whole truth."""
    own_part = find_own_part(model)
    if own_part is not None:
        raise NeuronsError(f"a file cannot hold this model: {own_part}")
    for layer in model.layers:
        if not isinstance(layer.name, str):
            raise NeuronsError(f"a layer that is saved needs a name that is text, but one is called {show(layer.name)}")
    loss = {"name": model.loss.name}
    if isinstance(model.loss, MSE):
        loss["scale"] = checked_number(model.loss.scale, "the scale of MSE")
    dtypes = {str(layer.dtype) if model.engine == "numpy" else "float64" for layer in model.layers}
    if len(dtypes) > 1:
        raise NeuronsError("only a model whose layers are all float32 or all float64 can be saved: this one has both")
    return {
        "format": MODEL,
        "version": VERSION,
        "engine": model.engine,
        "dtype": dtypes.pop(),
        "sizes": [model.layers[0].num_inputs] + [layer.num_neurons for layer in model.layers],
        "loss": loss,
        "layers": [{"name": layer.name, "act": layer.activation_function.name} for layer in model.layers],
    }


def numbers_of(model):
    """The numbers by name: `layers[0].weights` (num_neurons, num_inputs), `layers[0].biases` (num_neurons,), ..."""
    numbers = {}
    for layer_idx, layer in enumerate(model.layers):
        if model.engine == "numpy":
            weights, biases = layer.weights, layer.biases  # (neuron, input), (neuron,)
        else:
            weights, biases = [], []
            for neuron in layer.neurons:
                weights.append(checked_numbers(neuron.weights, f"{neuron.name}: w", layer.num_inputs))
                biases.append(checked_number(neuron.bias, f"{neuron.name}: the bias"))
        numbers[f"layers[{layer_idx}].weights"] = weights
        numbers[f"layers[{layer_idx}].biases"] = biases
    return numbers


def set_numbers(model, numbers):
    """Give `model` the weights and biases that `numbers_of` or `read` gave."""
    for layer_idx, layer in enumerate(model.layers):
        weights, biases = numbers[f"layers[{layer_idx}].weights"], numbers[f"layers[{layer_idx}].biases"]
        if model.engine == "numpy":
            layer.weights[:] = weights  # (neuron, input)
            layer.biases[:] = biases  # (neuron,)
            continue
        for neuron, neuron_weights, bias in zip(layer.neurons, plain_lists(weights), plain_lists(biases), strict=True):
            neuron.weights[:] = neuron_weights
            neuron.bias = bias


# ---- files


def write(path, description, numbers):
    """Write a description and its numbers to `path`, all or nothing."""
    path, suffix = checked_path(path, tuple(LARGEST))
    numbers = {name: checked_table(numbers[name], shape, name) for name, shape in shapes_of(description).items()}
    try:
        data = to_json(description, numbers) if suffix == ".json" else to_npz(description, numbers)
    except NeuronsError:
        raise
    except ValueError as error:  # infinity or a number of thousands of digits in a description
        raise NeuronsError(f"{path} cannot be written: {error}") from None
    if len(data) > LARGEST[suffix]:
        hint = "; a .npz file takes more" if suffix == ".json" else ""
        raise FileError(f"{path}: the model needs {len(data):,} bytes, and {LARGEST[suffix]:,} are allowed{hint}")
    write_whole(path, data)


def read(path):
    """The description and the numbers in the file at `path`, all of them looked at; a `FileError` if one is wrong."""
    path, suffix = checked_path(path, tuple(LARGEST))
    data = read_whole(path, LARGEST[suffix])
    try:
        return from_json(data, shapes_of) if suffix == ".json" else from_npz(data, shapes_of)
    except NeuronsError as error:
        raise FileError(f"{path} cannot be read: {error}") from None


def shapes_of(description):
    """The shape of every table of numbers that `description` asks for, by name; a `FileError` if it is damaged."""
    check_description(description)
    sizes = description["sizes"]
    shapes: dict[str, tuple[int, ...]] = {}
    for layer_idx, (num_inputs, num_neurons) in enumerate(zip(sizes[:-1], sizes[1:], strict=True)):
        shapes[f"layers[{layer_idx}].weights"] = (num_neurons, num_inputs)
        shapes[f"layers[{layer_idx}].biases"] = (num_neurons,)
        for name in description.get("training", {}).get("memory", ()):
            shapes[f"{name}[{layer_idx}]"] = (num_neurons, num_inputs + 1)  # the bias's number at the end
    return shapes


def check_description(description):
    """Raise `FileError` unless `description` has exactly the keys of a model or checkpoint, with values that can be."""
    kind = description.get("format")
    if kind not in (MODEL, CHECKPOINT):
        raise FileError(f"its format must be {MODEL!r} or {CHECKPOINT!r} but is {show(kind)}")
    version = description.get("version")
    if type(version) is not int or version != VERSION:
        raise FileError(f"its version is {show(version)}, and this release of neurons reads version {VERSION}")
    keys = {"format": str, "version": int, "engine": str, "dtype": str, "sizes": list, "loss": dict, "layers": list}
    check_keys(description, keys | ({"training": dict} if kind == CHECKPOINT else {}), "the file")

    allowed = {"loops": ("float64",), "unrolled": ("float64",), "numpy": tuple(DTYPES)}
    if description["dtype"] not in allowed.get(description["engine"], ()):
        raise FileError(f"there is no engine {show(description['engine'])} with dtype {show(description['dtype'])}")
    sizes, layers = description["sizes"], description["layers"]
    if len(sizes) < 2 or not all(type(size) is int and 1 <= size <= LARGEST_SIZE for size in sizes):
        raise FileError(f"sizes must be at least 2 whole numbers from 1 to {LARGEST_SIZE:,} but got {show(sizes)}")
    if sum(sizes[1:]) > MOST_NEURONS:
        raise FileError(f"the model has {show(sum(sizes[1:]))} neurons, and {MOST_NEURONS:,} are allowed")
    if len(layers) != len(sizes) - 1 or len(layers) > MOST_LAYERS:
        raise FileError(
            f"{len(sizes)} sizes need {len(sizes) - 1} layers (at most {MOST_LAYERS}) but got {len(layers)}"
        )
    for layer_idx, layer in enumerate(layers):
        check_keys(layer, {"name": str, "act": str}, f"layers[{layer_idx}]")
        try:
            named_activation(layer["act"])
        except (KeyError, ValueError):
            known = ", ".join(ACTIVATIONS)
            raise FileError(
                f"layers[{layer_idx}]: act must be one of {known}, or leaky_relu with another slope, such as"
                f" leaky_relu(0.2), but is {show(layer['act'])}"
            ) from None
    loss_from(description["loss"])
    if kind == CHECKPOINT:
        memory = description["training"].get("memory")
        if (
            type(memory) is not list
            or len(memory) > 8
            or any(type(word) is not str or len(word) > 40 for word in memory)
        ):
            raise FileError(f"training: memory must be a list of up to 8 words but is {show(memory)}")


def loss_from(described):
    """The loss that a description means."""
    name = described.get("name")
    if type(name) is not str or name not in LOSSES:
        raise FileError(f"the loss must be one of {', '.join(LOSSES)} but is {show(name)}")
    check_keys(described, {"name": str, "scale": float} if name == "mse" else {"name": str}, "loss")
    return MSE(described["scale"]) if name == "mse" else LOSSES[name]()
