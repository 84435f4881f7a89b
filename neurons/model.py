"""The model: one layer after another, and the loss that says how wrong they are.

The passes come first. Below them `Model` is the front door: each verb opens the room that does the work.
"""

import copy
from typing import TYPE_CHECKING, Any

from neurons.activations import Activation, identity, sigmoid
from neurons.checks import ListLike, advised, checked_activation, checked_count, generator, how_many, is_list
from neurons.engines import check_engine_fits, chosen_engine, engine_for, is_layer, is_of_arrays, layer_maker
from neurons.errors import LengthError, NeuronsError
from neurons.initialisation import Initialiser
from neurons.losses import MSE
from neurons.text import for_debuggers, layer_name, show
from neurons.training.fit import fit as fit_model
from neurons.training.own_parts import are_ours, find_own_part

if TYPE_CHECKING:
    import os

    from neurons.inspection.page.page import Page
    from neurons.inspection.trace import Trace
    from neurons.inspection.why.explanation import Why
    from neurons.training.engine import Engine
    from neurons.training.history import History

TRAINING_METHODS = ("forward", "backward_pass", "step", "start_batch", "train_batch", "fit")


class Model:
    """`layers`, first to last, and a `loss` (`MSE()` unless you give another).

    Layers without a name are called hidden and output; with several hidden layers hidden1, hidden2, ... `engine` says
    how `fit` computes: "loops" (the objects themselves; the default for layers of neurons), "unrolled" (the same
    arithmetic written out, for small models) or "numpy" (for layers of arrays).

    Raises `LengthError` if a layer does not take as many inputs as the layer before it has neurons, `NeuronsError`
    for layers of both kinds in one list, and for an engine that cannot run them.
    """

    def __init__(self, layers: list[Any], loss: Any = None, engine: str | None = None) -> None:
        self.layers: list[Any] = checked_layers(layers)
        self.loss = checked_loss(loss)
        for layer_idx, layer in enumerate(self.layers):
            if layer.name is None:
                layer.name = layer_name(layer_idx, len(self.layers))
        self.engine = "numpy" if is_of_arrays(self.layers[0]) else "loops"
        if engine is not None:
            check_can_run(self, engine)
            self.engine = engine

    def forward(self, inputs: ListLike) -> list[float]:
        """Return the outputs, one per output neuron, for one example's `inputs`; on arrays for a batch."""
        activations: Any = inputs
        try:
            for layer in self.layers:
                activations = layer.forward(activations)
        except BaseException:  # some layers hold this example, others the one before: go on with neither
            self.forget_pass()
            raise
        return activations

    def backward_pass(self, output_gradients: ListLike) -> list[float]:
        """Return dL/dx, one per input of the model, for the dL/da of the loss, one per output. No weight moves."""
        gradients: Any = output_gradients
        for layer in reversed(self.layers):
            gradients = layer.backward_pass(gradients)
        return gradients

    def step(self, learning_rate: float) -> None:
        """Move every weight against the mean of its gradients since the last step."""
        for layer in self.layers:
            layer.step(learning_rate)

    def start_batch(self) -> None:
        """Forget the gradients collected since the last step."""
        for layer in self.layers:
            layer.start_batch()

    def forget_pass(self) -> None:
        """Leave no layer ready for a backward pass."""
        for layer in self.layers:
            layer.forget_pass()

    # ---- making models

    @classmethod
    def from_sizes(
        cls,
        sizes: ListLike,
        hidden: Activation = sigmoid,
        output: Activation | None = None,
        loss: Any = None,
        init: str | Initialiser | None = None,
        seed: int | None = None,
        engine: str = "auto",
        dtype: Any = None,
    ) -> "Model":
        """A model with sizes[0] inputs and one layer for each further size: [2, 4, 1] has one hidden layer of 4.

        `hidden` and `output` are activations; `output=None` is sigmoid for `MSE` and identity for the cross-entropies,
        which take logits. `init` is explained at `Layer`. The same `seed` gives the same weights.

        `engine` is "loops" for neurons in plain Python, "unrolled" for the same with `fit` written out as arithmetic,
        "numpy" for arrays. "auto" takes loops up to 1,000 parameters and arrays above; your own parts (an
        activation, a loss, a `Model` whose passes you have written) stay in loops at any size. `dtype` is float64 or
        float32; None is float32 for the models that "auto" puts on arrays, float64 otherwise. Raises `NeuronsError`
        for any other argument.
        """
        if not is_list(sizes) or len(sizes) < 2:
            raise NeuronsError(f"sizes must be a list of at least 2 numbers, such as [2, 4, 1], but got {show(sizes)}")
        loss = checked_loss(loss)
        if output is None:
            output = sigmoid if isinstance(loss, MSE) else identity
        checked_activation(hidden, "hidden")
        checked_activation(output, "output")
        sizes = [checked_count(size, f"sizes[{i}]") for i, size in enumerate(sizes)]
        can_use_arrays = are_ours([hidden, output], loss) and replaced_method(cls) is None
        engine, dtype = chosen_engine(engine, dtype, sizes, can_use_arrays)
        new_layer = layer_maker(engine, dtype)

        rng = generator(seed)
        layers = []
        num_layers = len(sizes) - 1
        for layer_idx in range(num_layers):
            act = output if layer_idx == num_layers - 1 else hidden
            name = layer_name(layer_idx, num_layers)
            layers.append(new_layer(sizes[layer_idx], sizes[layer_idx + 1], act, init=init, rng=rng, name=name))
        return cls(layers, loss, engine)

    def copy(self) -> "Model":
        """A copy with the same numbers (on arrays: before any pass); the two share only the loss."""
        return self.with_layers([layer.copy() for layer in self.layers], self.engine)

    def with_layers(self, layers: list[Any], engine: str) -> "Model":
        """A model like this one, also of a class of your own, with other layers."""
        twin = copy.copy(self)
        twin.layers = layers
        twin.engine = engine
        return twin

    def vectorised(self, dtype: Any = "float64") -> "Model":
        """The same model with the same numbers on NumPy arrays of `dtype`, float64 or float32.

        Raises `NeuronsError` for your own parts, which arrays cannot hold.
        """
        from neurons.arrays.conversion import layers_of_arrays

        return self.with_layers(layers_of_arrays(self, dtype), "numpy")

    def as_neurons(self) -> "Model":
        """The same model with the same numbers, made of `Neuron`s that you can step through."""
        if self.engine != "numpy":
            return self.copy()
        from neurons.arrays.conversion import layers_of_neurons

        return self.with_layers(layers_of_neurons(self), "loops")

    # ---- training; the arguments of `fit` and what they mean stand in training/fit.py

    fit = fit_model

    def train_batch(self, inputs: ListLike, labels: ListLike, learning_rate: float) -> float:
        """Take one step for a batch of examples; return their mean loss before it.

        Raises `NeuronsError` for wrong arguments, and `NotFiniteError` if a number gets too large for a float: then the
        model keeps its old weights.
        """
        return self.find_engine().train_batch(self, inputs, labels, learning_rate)

    # ---- looking; the numbers of the last pass stay as they were

    def predict(self, inputs: ListLike) -> list[list[float]]:
        """The outputs for many examples, one list each; probabilities where the loss is a cross-entropy."""
        return self.find_engine().predict(self, inputs)

    def mean_loss(self, inputs: ListLike, labels: ListLike) -> float:
        """The mean loss over many examples."""
        return self.find_engine().mean_loss(self, inputs, labels)

    def accuracy(self, inputs: ListLike, labels: ListLike) -> float:
        """The share of examples whose class is right, 0 to 1: the largest output, or the right side for one output."""
        return self.find_engine().accuracy(self, inputs, labels)

    def unrolled_source(self) -> str:
        """One training step for one example as plain arithmetic, a line for each number, ready for `exec`.

        The names are the lesson's: hidden0_w1, hidden0_z, hidden0_a, output0_error, ... (with several hidden layers
        hidden1_0_w1, ...), x0, x1, ... for the inputs and y0, ... for the label. `engine="unrolled"` runs these very
        lines. Raises `NeuronsError` for parts of your own, for arrays, and above 2,000 parameters.
        """
        from neurons.unrolled.engine import source

        return source(self)

    def looped_source(self, optimiser: Any = None, *, batches: bool = False, arrays: bool = False) -> str:
        """The training as one Python function `train` with loops, ready for `exec`, for a model of any size.

        It takes one step for each example, or with `batches` for each batch; `optimiser` is `SGD()` unless given, and
        others need `batches`. The text says what the function takes: lists of lists, one list of weights per neuron,
        or with `arrays` NumPy arrays and an order of the loops that suits a compiler. The numbers are those of the
        neurons, bit for bit. Raises `NeuronsError` for parts of your own.
        """
        from neurons.unrolled.looped import looped_source

        return looped_source(self, optimiser, batches=batches, arrays=arrays)

    def trace(self, inputs: ListLike, label: ListLike | float, learning_rate: float) -> "Trace":
        """One forward pass, loss, backward pass and step of one example on a copy: a `Trace` of every statement.

        `inputs` has one number per input, `label` is what the loss takes. The model itself does not change. Raises
        `NeuronsError` for wrong arguments, and where a debugger or coverage follows the program already.
        """
        from neurons.inspection.trace import trace

        return trace(self, inputs, label, learning_rate)

    def page(
        self,
        inputs: ListLike,
        labels: ListLike,
        *,
        learning_rate: float | None = None,
        history: "History | None" = None,
        epochs: int | None = None,
        batch_size: int | None = None,
        optimiser: Any = None,
        seed: int | None = None,
        example: int | None = None,
    ) -> "Page":
        """A page to go through a step line by line, and to watch a whole training, with these examples.

        It shows itself in a notebook, and `.save("page.html")` writes it: one file that works offline. With the
        `history` of a `fit(..., keep=True)` the time line is that training. Without one it is a training of a copy,
        from the weights that the model has now: `learning_rate`, which it needs then, `batch_size`, `optimiser` and
        `seed` are those of `fit`, and it goes on for `epochs`, about 1,500 steps unless given. `example` is the index
        of the one to begin with. The model itself does not change. Raises `NeuronsError` for wrong arguments.
        """
        from neurons.inspection.page.page import page

        return page(self, inputs, labels, learning_rate, history, epochs, batch_size, optimiser, seed, example)

    def why(self, name: str, *, example: int | None = None, label: Any = None) -> "Why":
        """Explain one gradient of the last pass, such as "hidden[0].w[1]", "output[0].b" or "x[0]", in its numbers.

        It shows the factors, the paths from the loss, and a check that nudges the weight on a copy. On
        arrays, `example` picks one of the last batch, the last unless given. With `label`, that of the pass, the check
        recomputes the loss with the weight nudged. Raises `OrderError` before a backward pass, `NeuronsError` for
        names that the model does not have.
        """
        from neurons.inspection.why.explanation import why

        return why(self, name, example=example, label=label)

    # ---- files

    def save(self, path: "str | os.PathLike[str]") -> None:
        """Write the model to `path`, all or nothing: readable text for .json, a NumPy archive for .npz.

        Raises `NeuronsError` for what a file cannot hold (own classes, activations and losses; numbers that are not
        finite), `FileError` if the file cannot be written: then the old file stays as it was.
        """
        from neurons.storage.models import save

        save(self, path)

    def draw_page(self, path: "str | os.PathLike[str]") -> None:
        """Write a page to `path`, one .html file, on which this model reads the digits that you draw, and says why.

        For models of square pictures, 0.0 (paper) to 1.0 (ink): 784 inputs for MNIST's 28x28 pixels, 64 for the 8x8
        digits. The page works offline. Raises `NeuronsError` for models that do not read digits and for your own
        parts, which the page does not have; `FileError` where the file cannot be written.
        """
        from neurons.web.draw.page import draw_page

        draw_page(self, path)

    @classmethod
    def load(cls, path: "str | os.PathLike[str]") -> "Model":
        """The model in the file at `path`, from `save` or a checkpoint; `FileError` if it is missing or damaged."""
        from neurons.storage.models import load

        return load(cls, path)

    def keep_checkpoint(self, path: Any, training: Any, history: Any, settings: Any, validation_data: Any) -> Any:
        """The checkpoint at `path`, for `fit`, which must not import storage itself."""
        from neurons.storage.checkpoints import Checkpoint

        return Checkpoint(path, training, history, settings, validation_data)

    # ---- engines

    def find_engine(self) -> "Engine":
        """The `Engine` that the string `engine` names; `NeuronsError` where it cannot run these layers."""
        return engine_for(self.layers, self.engine)

    def own_part(self) -> str | None:
        """In words, the first part of the model that is your own; None if all are the package's.

        Only loops can run such a part. A new method of a subclass, such as one that plots, does not count.
        """
        word = replaced_method(type(self)) or next((word for word in TRAINING_METHODS if word in vars(self)), None)
        if word is not None:
            return f"{type(self).__name__} has its own {word}"
        return find_own_part(self)

    @for_debuggers
    def __repr__(self) -> str:
        sizes = [self.layers[0].num_inputs] + [len(layer.neurons) for layer in self.layers]
        first, last = self.layers[0].activation_function, self.layers[-1].activation_function
        how = {"loops": "in loops", "numpy": "on arrays"}.get(self.engine, self.engine)
        if is_of_arrays(self.layers[0]):
            how += f", {self.layers[0].dtype}"
        return f"{type(self).__name__} {'-'.join(map(str, sizes))}, {first} to {last}, {self.loss}, {how}"


ORIGINALS = {word: getattr(Model, word) for word in TRAINING_METHODS}


def replaced_method(model_class: type) -> str | None:
    """The first pass or training method that a subclass of `Model`, or a program, has replaced."""
    return next((word for word, original in ORIGINALS.items() if getattr(model_class, word) is not original), None)


def checked_layers(layers: Any) -> list[Any]:
    """`layers` as a list of layers that fit together; raises for the first that does not fit."""
    if not isinstance(layers, (list, tuple)) or len(layers) == 0:
        came = "a Layer alone: put it in a list" if is_layer(layers) else advised(layers)
        raise NeuronsError(f"layers must be a list of at least one Layer but got {came}")
    for layer_idx, layer in enumerate(layers):
        if not is_layer(layer):
            raise NeuronsError(f"layers[{layer_idx}] must be a Layer but got {advised(layer)}")
        if is_of_arrays(layer) != is_of_arrays(layers[0]):
            raise NeuronsError("layers must be all of neurons or all of arrays, but the list has both kinds")
        if any(layer is other for other in layers[:layer_idx]):
            raise NeuronsError(f"layers[{layer_idx}] is in the list twice: give each place its own Layer")
        if layer_idx > 0 and layer.num_inputs != layers[layer_idx - 1].num_neurons:
            raise LengthError(
                f"layers[{layer_idx}] takes {how_many(layer.num_inputs, 'input')}"
                f" but layers[{layer_idx - 1}] has {how_many(layers[layer_idx - 1].num_neurons, 'neuron')}"
            )
    return list(layers)


def check_can_run(model: Model, engine: str) -> None:
    """Raise unless this engine can run `model`, whose own parts only loops can run."""
    check_engine_fits(model.layers, engine)
    if engine == "unrolled":
        from neurons.unrolled.engine import architecture_of

        architecture_of(model)
    if engine == "numpy":
        from neurons.arrays.conversion import check_is_plain

        check_is_plain(model)


def checked_loss(loss: Any) -> Any:
    """`loss` if it has the methods of a loss; `MSE()` for None."""
    if loss is None:
        return MSE()
    if isinstance(loss, type) or not (hasattr(loss, "value") and hasattr(loss, "output_gradients")):
        raise NeuronsError(f"loss must be a loss such as MSE() or SoftmaxCrossEntropy() but got {advised(loss)}")
    return loss
