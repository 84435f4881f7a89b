"""What an engine must be able to do, whatever its layers are made of.

An `Engine` knows one kind of layers: it checks the examples that come in, trains, looks at outputs, and hands weights
to files. A `Training` is one call of `fit`. The loops, the unrolled text and the arrays each have both; what they
have in common is here.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from neurons.checks import advised, as_lists, checked_learning_rate, how_many, is_list
from neurons.errors import LengthError, NeuronsError, NotFiniteError
from neurons.losses import BinaryCrossEntropy
from neurons.training.whole_step import WholeStep

if TYPE_CHECKING:
    from neurons.model import Model
    from neurons.training.steps import Steps

NO_CLASSES = "accuracy needs labels that are classes: two values, or one per class with the largest right"


class Classes(NamedTuple):
    """The boundary between two classes, for the label of one output and for the output itself; None for the largest."""

    label_boundary: float | None = None
    output_boundary: float | None = None


class Seen(NamedTuple):
    """What one pass of every example shows, for `neurons.health`."""

    num_saturated: list[int]  # per layer: activations whose slope is next to 0; of outputs, those that are wrong too
    alive: set[tuple[int, int]]  # (layer, neuron) that had a slope in some example
    sum_of_errors: list[float]  # per layer: the sum of |error|


class Engine(ABC):
    """One way to compute; `inputs` and `labels` below are those that `checked_examples` returned."""

    # ---- the door

    @abstractmethod
    def checked_inputs(self, model: "Model", inputs: Any, where: str = "") -> Any:
        """`inputs` in this engine's form; `where` is put before their name in a message."""

    @abstractmethod
    def checked_labels(self, model: "Model", labels: Any, where: str = "") -> Any:
        """`labels` in this engine's form, all of them fit for the loss."""

    @abstractmethod
    def check_weights(self, model: "Model") -> None:
        """Raise for weights and biases, set by hand or by a step, that cannot be calculated with."""

    def checked_examples(self, model: "Model", inputs: Any, labels: Any, where: str = "") -> tuple[Any, Any]:
        """`inputs` and `labels` in this engine's form, as many of one as of the other."""
        inputs = self.checked_inputs(model, inputs, where)
        labels = as_lists(labels, f"{where}labels")
        if not is_list(labels):
            raise NeuronsError(f"{where}labels must be a list, one label per example, but got {advised(labels)}")
        if len(labels) != len(inputs):
            there_are = f"{how_many(len(inputs), 'example')} in inputs and {how_many(len(labels), 'label')}"
            raise LengthError(f"{where}every example needs a label, but there are {there_are}")
        return inputs, self.checked_labels(model, labels, where)

    # ---- training

    @abstractmethod
    def start(self, model, inputs, labels, batch_size, learning_rate, optimiser, classes, rng) -> "Training":
        """One call of `fit`; `rng`, a `random.Random`, shuffles the examples, None leaves them in order."""

    @abstractmethod
    def pass_examples(self, model: "Model", inputs: Any, labels: Any) -> float:
        """A forward and a backward pass of every example, without a step; return the mean loss."""

    @abstractmethod
    def weights_of(self, model: "Model") -> list[Any]:
        """Copies of all weights and biases."""

    @abstractmethod
    def set_weights(self, model: "Model", weights: list[Any]) -> None:
        """Put back what `weights_of` gave, into the same lists or arrays."""

    def takes_step(self, optimiser: Any, model: "Model", learning_rate: float) -> bool:
        """Take an optimiser's step in this engine's own form, for whole layers, if it has one; say whether it has."""
        return False

    def train_batch(self, model: "Model", inputs: Any, labels: Any, learning_rate: float) -> float:
        """One step for a batch of unchecked examples: see `Model.train_batch`."""
        inputs, labels = self.checked_examples(model, inputs, labels)
        learning_rate = checked_learning_rate(learning_rate)
        self.check_weights(model)
        weights_before = self.weights_of(model)
        model.start_batch()
        try:
            mean_loss = self.pass_examples(model, inputs, labels)
            model.step(learning_rate)
            self.check_weights(model)
        except BaseException as error:
            self.set_weights(model, weights_before)
            model.start_batch()
            if isinstance(error, OverflowError):
                raise NotFiniteError(f"a number is too large for a float at learning_rate {learning_rate:g}") from None
            raise
        return mean_loss

    # ---- looking

    @abstractmethod
    def outputs_of(self, model: "Model", inputs: Any) -> Any:
        """The outputs of many checked examples; the numbers of the model's last pass stay as they were."""

    @abstractmethod
    def predictions(self, model: "Model", outputs: Any) -> Any:
        """What the outputs mean for the loss: probabilities made of logits, or the outputs themselves."""

    @abstractmethod
    def mean_loss_of(self, model: "Model", outputs: Any, labels: Any) -> float:
        """The mean loss where the outputs are known."""

    @abstractmethod
    def seen_in_passes(self, model: "Model", inputs: Any, labels: Any, flat: float) -> Seen:
        """What one pass of every example shows; a slope below `flat` of that at z = 0 counts as saturated."""

    @abstractmethod
    def largest_inputs(self, model: "Model", inputs: Any) -> list[float]:
        """The largest |number| that each input of the model gets from these examples."""

    @abstractmethod
    def label_lists(self, model: "Model", labels: Any) -> list[list[float]]:
        """Checked labels as lists of floats, one per example."""

    @abstractmethod
    def extreme_labels(self, model: "Model", labels: Any) -> list[list[float]]:
        """Labels as lists, among them the smallest and the largest of each output."""

    def predict(self, model: "Model", inputs: Any) -> Any:
        """The outputs as predictions: see `Model.predict`."""
        inputs = self.checked_inputs(model, inputs)
        self.check_weights(model)
        return self.predictions(model, self.outputs_of(model, inputs))

    def mean_loss(self, model: "Model", inputs: Any, labels: Any) -> float:
        """The mean loss over many unchecked examples."""
        inputs, labels = self.checked_examples(model, inputs, labels)
        self.check_weights(model)
        return self.mean_loss_of(model, self.outputs_of(model, inputs), labels)

    def accuracy(self, model: "Model", inputs: Any, labels: Any) -> float:
        """The share of examples whose class is right; raises `NeuronsError` if the labels are not classes."""
        inputs, labels = self.checked_examples(model, inputs, labels)
        classes = self.find_classes(model, labels)
        if classes is None:
            raise NeuronsError(NO_CLASSES)
        self.check_weights(model)
        return self.num_right(classes, self.outputs_of(model, inputs), labels) / len(labels)

    # ---- classes

    @abstractmethod
    def num_right(self, classes: Classes, outputs: Any, labels: Any) -> int:
        """How many of these examples have the right class."""

    @abstractmethod
    def have_one_largest(self, labels: Any) -> bool:
        """True if each label, one number per output, has a single largest number."""

    @abstractmethod
    def distinct_labels(self, labels: Any) -> set[float]:
        """The different labels of a single output."""

    def find_classes(self, model: "Model", labels: Any) -> Classes | None:
        """The classes that checked `labels` name, or None if they are not classes."""
        if model.layers[-1].num_neurons > 1:
            return Classes() if self.have_one_largest(labels) else None
        boundary = class_boundary(self.distinct_labels(labels))
        if boundary is None:
            return None
        return Classes(boundary, 0.0 if isinstance(model.loss, BinaryCrossEntropy) else boundary)  # logit 0: p = 0.5

    # ---- files

    @abstractmethod
    def pieces_of(self, examples: Any) -> Any:
        """Checked inputs or labels as bytes, piece by piece: a checkpoint makes a fingerprint of them."""

    @abstractmethod
    def tables_from(self, memory: Any, model: "Model") -> list[Any]:
        """An optimiser's memory as a table per layer: a row per neuron, the bias's number at its end."""

    @abstractmethod
    def memory_from(self, tables: list[Any], model: "Model") -> list[Any]:
        """What `tables_from` was made of."""


class Training(ABC):
    """One call of `fit`: the examples, their order, and the weights with which the epoch began."""

    def __init__(self, engine, model, inputs, labels, batch_size, learning_rate, optimiser, classes, rng) -> None:
        self.engine: Engine = engine
        self.model: Model = model
        self.inputs, self.labels = inputs, labels
        self.batch_size, self.learning_rate, self.optimiser = batch_size, learning_rate, optimiser
        self.classes: Classes | None = classes
        self.rng = rng  # shuffles `order` before each epoch
        self.order: Any = list(range(len(inputs)))  # of the examples, in the last epoch
        self.weights_before = engine.weights_of(model)
        self.whole_step = WholeStep()
        self.steps: Steps | None = None  # where steps are remembered, if they are

    def epochs(self, count: int, num_used: int, looked_at: bool) -> Iterator[tuple[float, int]]:
        """Train `count` times on `num_used` examples; yield each time the sum of their losses and the number right.

        `looked_at` is True if something looks at the model between the epochs.
        """
        for _ in range(count):
            yield self.epoch(self.next_order(num_used))

    def next_order(self, num_used: int) -> Any:
        """The examples of the next epoch, in file order or shuffled anew."""
        if self.rng is not None:
            self.rng.shuffle(self.order)
        return self.order[:num_used]

    def epoch(self, order: Any) -> tuple[float, int]:
        """One epoch, from weights that can be put back."""
        self.engine.check_weights(self.model)  # `on_epoch` may have set them by hand
        self.keep_weights()
        if self.steps is None:
            return self.train(order)
        self.steps.begin(self, self.weights_before)
        seen = self.train(order)
        self.steps.add(self, [order], self.engine.weights_of(self.model) if self.steps.watched else None)
        return seen

    @abstractmethod
    def train(self, order: Any) -> tuple[float, int]:
        """Train on the examples in `order`; raises `NotFiniteError` at the first number that is not finite."""

    def keep_weights(self) -> None:
        """Keep the weights, in case the next ones are not finite."""
        self.weights_before = self.engine.weights_of(self.model)

    def put_back(self) -> None:
        """Give the model the weights with which the epoch began, and a clean batch."""
        self.engine.set_weights(self.model, self.weights_before)
        self.model.start_batch()


def class_boundary(values: set[float]) -> float | None:
    """The boundary between the labels of one output; None if there are more than two `values`: no classes."""
    if len(values) > 2:
        return None
    if len(values) == 2:
        return sum(values) / 2.0
    return 0.0 if min(values) < 0.0 else 0.5  # one class alone: of -1 and 1, or of 0 and 1
