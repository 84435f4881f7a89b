"""The model: layers one after the other, and the loss that says how wrong they are."""

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from neurons.activations import Activation, identity, sigmoid
from neurons.checks import (
    ListLike,
    check_same_batch,
    checked_activation,
    checked_count,
    generator,
    how_many,
    is_list,
    shown,
)
from neurons.errors import LengthError, NeuronsError, NotFiniteError
from neurons.initialisation import Initialiser
from neurons.layer import Layer
from neurons.losses import MSE
from neurons.text import for_debuggers, show

if TYPE_CHECKING:
    import os

    from neurons.inspection.trace import Trace
    from neurons.inspection.why.explanation import Why
    from neurons.training.fit import History

# Parameters. Measured by tests/benchmarks/growth.py: `fit` one example at a time, its default, takes as long on arrays
# as by the unrolled text of a model of neurons at 153 to 178 parameters, and a twelfth of it at 2,000.
LOOPS_UP_TO = 160


class Model:
    """`layers`, first to last, and a `loss` (`MSE()` unless another is given).

    Layers without a name are called hidden and output; with several hidden layers hidden1, hidden2, ... Raises
    `LengthError` where a layer does not take as many inputs as the layer before it has neurons.
    """

    layer_class: type = Layer  # VectorLayer in a VectorModel

    def __init__(self, layers: list[Layer], loss: Any = None) -> None:
        self.layers: list[Any] = checked_layers(layers, self.layer_class)
        self.loss = checked_loss(loss)
        for layer_idx, layer in enumerate(self.layers):
            if layer.name is None:
                layer.name = default_name(layer_idx, len(self.layers))

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

        `engine` is "loops" for neurons in plain Python, "numpy" for a `VectorModel` on arrays; "auto" takes loops up to
        160 parameters, from where on arrays are faster. `dtype` is float64 or float32; None is float32 for the models
        that "auto" puts on arrays, float64 otherwise. Raises `NeuronsError` for an argument that is none of these.
        """
        if not is_list(sizes) or len(sizes) < 2:
            raise NeuronsError(f"sizes must be a list of at least 2 numbers, such as [2, 4, 1], but got {show(sizes)}")
        loss = checked_loss(loss)
        if output is None:
            output = sigmoid if isinstance(loss, MSE) else identity
        checked_activation(hidden, "hidden")
        checked_activation(output, "output")
        sizes = [checked_count(size, f"sizes[{i}]") for i, size in enumerate(sizes)]
        num_layers = len(sizes) - 1
        num_parameters = sum((sizes[i] + 1) * sizes[i + 1] for i in range(num_layers))
        model_class: Any = cls
        layer_class: Any = cls.layer_class
        more: dict[str, Any] = {}
        if checked_engine(engine, dtype, num_parameters) == "numpy":
            from neurons.arrays.layer import VectorLayer, VectorModel

            if dtype is None:
                dtype = "float32" if engine == "auto" else "float64"
            model_class, layer_class, more = VectorModel, VectorLayer, {"dtype": dtype}
        rng = generator(seed)
        layers = []
        for layer_idx in range(num_layers):
            act = output if layer_idx == num_layers - 1 else hidden
            name = default_name(layer_idx, num_layers)
            layer = layer_class(sizes[layer_idx], sizes[layer_idx + 1], act, init=init, rng=rng, name=name, **more)
            layers.append(layer)
        return model_class(layers, loss)

    def forward(self, inputs: list[float]) -> list[float]:
        """Return the outputs, one per output neuron, for one example's `inputs`."""
        activations = inputs
        try:
            for layer in self.layers:
                activations = layer.forward(activations)
        except NotFiniteError:
            self.forget_forward()
            raise
        return activations

    def forget_forward(self) -> None:
        """No backward pass after a forward that broke off: it would mix this example with the one before."""
        for layer in self.layers:
            for neuron in layer.neurons:
                neuron.awaits_gradient = False

    def backward_pass(self, output_gradients: list[float]) -> list[float]:
        """Return dL/dx, one per input of the model, for the dL/da of the loss, one per output."""
        for layer in reversed(self.layers):
            output_gradients = layer.backward_pass(output_gradients)
        return output_gradients

    def step(self, learning_rate: float) -> None:
        """Move every weight against the mean of its gradients since the last step."""
        num_examples = self.layers[0].neurons[0].num_examples
        for layer in self.layers:  # all of them can step, or none does
            for neuron in layer.neurons:
                if not neuron.num_examples or neuron.num_examples != num_examples:
                    check_same_batch(neuron, num_examples)
        for layer in self.layers:
            layer.step(learning_rate)

    def start_batch(self) -> None:
        """Forget the gradients collected since the last step."""
        for layer in self.layers:
            layer.start_batch()

    def copy(self) -> "Model":
        """A model of its own with the same numbers; it shares only the loss."""
        return type(self)([layer.copy() for layer in self.layers], self.loss)

    def engine(self) -> ModuleType:
        """The room where this kind of model is trained and looked at."""
        from neurons.training import fit as training

        return training

    def vectorised(self, dtype: Any = "float64") -> "Model":
        """The same model with the same numbers on NumPy arrays, as a `VectorModel`; `dtype` is float64 or float32."""
        from neurons.arrays.layer import vectorised

        return vectorised(self, dtype)

    def as_neurons(self) -> "Model":
        """The same model with the same numbers made of `Neuron`s: here a copy."""
        return self.copy()

    def train_batch(self, inputs: ListLike, labels: ListLike, learning_rate: float) -> float:
        """Take one step for a batch of examples; return their mean loss before it.

        Raises `NeuronsError` for wrong arguments, and `NotFiniteError` where a number grows beyond all floats: then the
        model has its weights of before.
        """
        return self.engine().train_batch(self, inputs, labels, learning_rate)

    def fit(
        self,
        inputs: ListLike,
        labels: ListLike,
        *,
        epochs: int,
        learning_rate: float,
        batch_size: int = 1,
        shuffle: bool = True,
        drop_last: bool = False,
        seed: int | None = None,
        optimiser: Any = None,
        validation_data: tuple[ListLike, ListLike] | None = None,
        on_epoch: "Callable[[int, Model, History], object] | None" = None,
        checkpoint: "str | os.PathLike[str] | None" = None,
        progress: bool | None = None,
    ) -> "History":
        """Train on all examples `epochs` times; return the `History` of loss and accuracy.

        One step follows each batch of `batch_size` examples, shuffled anew for every epoch (by `seed`) or in the
        order given; `drop_last` leaves out a last batch that is not full. `optimiser` is `SGD()` unless given.
        `validation_data` is a pair (inputs, labels) that is only looked at. `on_epoch(epoch, model, history)` is
        called after each epoch, counted from 1, and stops the training by returning True. `progress` shows a bar:
        always (True), never (False), or where somebody watches and it takes long (None).

        `checkpoint` is a path that ends in .json or .npz: after each epoch, though not more than once a second, the
        state of the training is saved there. The same `fit` called again, after a crash too, goes on from there and
        ends with the weights of a run that nothing interrupted; of a finished training it returns the history.

        Raises `NeuronsError` for wrong arguments, and `NotFiniteError` at the first value that is not finite: then
        the model has the weights with which that epoch began. Warns (`HealthWarning`) of what keeps it from learning.
        """
        from neurons.training.fit import fit

        return fit(
            self,
            inputs,
            labels,
            epochs=epochs,
            learning_rate=learning_rate,
            batch_size=batch_size,
            shuffle=shuffle,
            drop_last=drop_last,
            seed=seed,
            optimiser=optimiser,
            validation_data=validation_data,
            on_epoch=on_epoch,
            checkpoint=checkpoint,
            progress=progress,
        )

    def predict(self, inputs: ListLike) -> list[list[float]]:
        """The outputs for many examples, one list each; probabilities where the loss is a cross-entropy.

        Looking leaves the numbers of the last pass as they were, here and in `mean_loss` and `accuracy`.
        """
        return self.engine().predict(self, inputs)

    def mean_loss(self, inputs: ListLike, labels: ListLike) -> float:
        """The mean loss over many examples."""
        from neurons.training.fit import mean_loss

        return mean_loss(self, inputs, labels)

    def accuracy(self, inputs: ListLike, labels: ListLike) -> float:
        """The share of examples whose class is right, 0 to 1: the largest output, or the right side for one output."""
        from neurons.training.fit import accuracy

        return accuracy(self, inputs, labels)

    def unrolled_source(self) -> str:
        """One training step for one example as plain arithmetic, a line for each number, ready for `exec`.

        The names are the lesson's: hidden0_w1, hidden0_z, hidden0_a, output0_error, ... (with several hidden layers
        hidden1_0_w1, ...), x0, x1, ... for the inputs and y0, ... for the label. Plain `SGD` runs these very lines.
        Raises `NeuronsError` for parts that are not the package's own, and above 2,000 parameters.
        """
        from neurons.unrolled.engine import source

        return source(self)

    def trace(self, inputs: ListLike, label: ListLike | float, learning_rate: float) -> "Trace":
        """One forward pass, loss, backward pass and step of one example on a copy: a `Trace` of every statement.

        `inputs` has one number per input, `label` is what the loss takes. The model itself does not change. Raises
        `NeuronsError` for wrong arguments, and where a debugger or coverage follows the program already.
        """
        from neurons.inspection.trace import trace

        return trace(self, inputs, label, learning_rate)

    def why(self, name: str, *, example: int | None = None, label: Any = None) -> "Why":
        """Explain one gradient of the last pass, such as "hidden[0].w[1]", "output[0].b" or "x[0]", in its numbers.

        The factors it is the product of, the paths of the loss to it, and a check: the weight is nudged on a copy. On
        arrays, `example` picks one of the last batch, the last unless given. With `label`, that of the pass, the check
        asks the loss itself. Raises `OrderError` before a backward pass, `NeuronsError` for names that are not there.
        """
        from neurons.inspection.why.explanation import why

        return why(self, name, example=example, label=label)

    def save(self, path: "str | os.PathLike[str]") -> None:
        """Write the model to `path`, all or nothing: readable text for .json, a NumPy archive for .npz.

        Raises `NeuronsError` for what a file cannot hold (own classes, activations and losses; numbers that are not
        finite), `FileError` where the file cannot be written: then what was there before is unchanged.
        """
        from neurons.storage.models import save

        save(self, path)

    @classmethod
    def load(cls, path: "str | os.PathLike[str]") -> "Model":
        """The model in the file at `path`, of `save` or a checkpoint; `FileError` where it is missing or damaged."""
        from neurons.storage.models import load

        return load(cls, path)

    @for_debuggers
    def __repr__(self) -> str:
        sizes = [self.layers[0].num_inputs] + [len(layer.neurons) for layer in self.layers]
        first, last = self.layers[0].activation_function, self.layers[-1].activation_function
        return f"Model {'-'.join(map(str, sizes))}, {first} to {last}, {self.loss}"


def default_name(layer_idx, num_layers):
    """hidden and output; with several hidden layers hidden1, hidden2, ... and output."""
    if layer_idx == num_layers - 1:
        return "output"
    return "hidden" if num_layers == 2 else f"hidden{layer_idx + 1}"


def is_on_arrays(model):
    """True for a `VectorModel`: its numbers, and what an optimiser remembers of it, are one array per layer."""
    return not isinstance(model.layers[0], Layer)


def checked_layers(layers: list[Layer], layer_class: type) -> list[Layer]:
    """`layers` as a list of layers that fit one another, or the error that says which do not."""
    if not isinstance(layers, (list, tuple)) or len(layers) == 0:
        came = "a Layer alone: put it in a list" if isinstance(layers, Layer) else shown(layers)
        raise NeuronsError(f"layers must be a list of at least one Layer but got {came}")
    for layer_idx, layer in enumerate(layers):
        if not isinstance(layer, layer_class):
            raise NeuronsError(f"layers[{layer_idx}] must be a {layer_class.__name__} but got {shown(layer)}")
        if any(layer is other for other in layers[:layer_idx]):
            raise NeuronsError(f"layers[{layer_idx}] is in the list twice: each place needs a Layer of its own")
        if layer_idx > 0 and layer.num_inputs != layers[layer_idx - 1].num_neurons:
            raise LengthError(
                f"layers[{layer_idx}] takes {how_many(layer.num_inputs, 'input')}"
                f" but layers[{layer_idx - 1}] has {how_many(layers[layer_idx - 1].num_neurons, 'neuron')}"
            )
    return list(layers)


def checked_engine(engine, dtype, num_parameters):
    """ "loops" or "numpy", for `engine` and this number of parameters."""
    if engine not in ("auto", "loops", "numpy"):
        raise NeuronsError(f'engine must be "auto", "loops" or "numpy" but got {show(engine)}')
    if engine == "auto":
        engine = "loops" if num_parameters <= LOOPS_UP_TO else "numpy"
    if engine == "loops" and dtype is not None:
        raise NeuronsError(
            f"dtype is for the NumPy engine; the loops have Python's floats, but got dtype {show(dtype)}"
        )
    return engine


def checked_loss(loss):
    """`loss` if it has the methods of a loss; `MSE()` for None."""
    if loss is None:
        return MSE()
    if isinstance(loss, type) or not (hasattr(loss, "value") and hasattr(loss, "output_gradients")):
        raise NeuronsError(f"loss must be a loss such as MSE() or SoftmaxCrossEntropy() but got {shown(loss)}")
    return loss
