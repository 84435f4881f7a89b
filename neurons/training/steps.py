"""`fit(keep=True)`: every step of a training can be repeated.

That takes little: the weights at the start, the order of the examples in each epoch, and the weights every so often.
The same engine repeats a step from the weights before it, bit for bit. It also keeps the weights that `on_epoch` sets
by hand. Your own parts may do something else in a second run: with them it keeps the weights of each step.
"""

import copy
from array import array
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from neurons.checks import as_int
from neurons.errors import NeuronsError
from neurons.optimisers import SGD, Adam, Momentum
from neurons.text import listed, show

if TYPE_CHECKING:
    from neurons.model import Model
    from neurons.training.engine import Training

LEAST_EXAMPLES = 1000  # between two points: small models take some milliseconds for them
MOST_POINTS = 64  # from which steps are made again: the farthest is a 32nd of the training away
MOST_NUMBERS = 4_000_000  # 32 MB of weights, of a training with parts of your own


class Event(NamedTuple):
    """What `on_epoch` changed by hand after `step` steps, at the end of `epoch`: {name: (before, after)}."""

    step: int
    epoch: int
    changes: dict[str, tuple[Any, Any]]

    def __repr__(self) -> str:
        return f"after step {self.step:,}, in on_epoch of epoch {self.epoch:,}: {listed(list(self.changes))} changed"


class Point(NamedTuple):
    """A place from which steps are made again."""

    num_epochs: int  # done before it
    left: Any  # the weights that the last step left; what a second run must arrive at
    weights: Any  # with which the next step begins: others where they were set by hand
    optimiser: Any


class Made(NamedTuple):
    """A step made again."""

    step: int  # counted from 1
    epoch: int  # likewise
    examples: list[int]
    loss: float  # the mean over these examples, before the step
    before: Any  # what was asked of the model, before the step and after it
    after: Any


class Steps:
    """The steps of one `fit`, as `history.steps`.

    `inputs`, `labels`, `batch_size`, `learning_rate` and `num_used` are those of the training; `orders` has for each
    epoch the numbers of its examples, `events` what was changed by hand; `model` and `optimiser` are copies, as they
    were before the first step. Step 1 is the first; "after step 0" is the start.
    """

    def __init__(self, training: "Training", num_used: int, watched: bool) -> None:
        self.model: Model = training.model  # a model that has been copied trains more slowly: `own_model` copies it
        self.engine, self.classes = training.engine, training.classes
        self.inputs, self.labels = training.inputs, training.labels
        self.batch_size, self.learning_rate = min(training.batch_size, num_used), training.learning_rate
        self.num_used = num_used
        self.orders: list[Any] = []
        self.events: list[Event] = []
        self.spacing = max(1, LEAST_EXAMPLES // num_used)  # epochs between two points
        self.kept: KeptWeights | None = None
        self.optimiser: Any = None
        plain = type(training.optimiser) in (SGD, Momentum, Adam) and training.model.own_part() is None
        if not plain and training.model.engine == "loops":
            self.kept = KeptWeights(self.model)
            training.optimiser = KeepingOptimiser(training.optimiser, self.kept)
        else:
            self.optimiser = copy.deepcopy(training.optimiser)
        self.watched = watched  # is there an `on_epoch`, which can change something?
        self.left: Any = None  # what the last step left: the weights, and the optimiser's settings
        self.left_settings = settings_of(training.optimiser)
        weights = self.engine.weights_of(self.model)
        self.points = [Point(0, weights, weights, self.optimiser)]
        self.checked: set[int] = set()  # points from which a second run has arrived at the next

    # ---- recording

    def begin(self, training: "Training", numbers: Any) -> None:
        """Remember what was changed by hand since the last step; `numbers` are the weights as they are now."""
        left, self.left = self.left, None
        if left is None:
            return
        settings = settings_of(training.optimiser)
        if settings == self.left_settings and are_same_weights(numbers, left):
            return
        twin = self.model.copy()
        put_weights(self.engine, twin, left)
        before = {**numbers_by_name(twin), **self.left_settings}
        after = {**numbers_by_name(training.model), **settings}
        changes = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
        self.events.append(Event(len(self), len(self.orders), changes))
        self.add_point(training, self.engine.weights_of(twin))
        self.left_settings = settings

    def add(self, training: "Training", orders: list[Any], numbers: Any) -> None:
        """Remember epochs that have just been trained, and the weights that they left."""
        self.orders += orders if isinstance(orders[0], list) else [order.copy() for order in orders]
        self.left = numbers if self.watched else None
        if self.kept is None and len(self.orders) >= self.points[-1].num_epochs + self.spacing:
            self.add_point(training, None)

    def end(self, training: "Training") -> None:
        """Remember what the last `on_epoch` changed."""
        try:
            self.engine.check_weights(training.model)
        except NeuronsError:  # nothing can be made again from there
            return
        in_row = isinstance(self.left, tuple)
        self.begin(training, tuple(in_a_row(training.model)) if in_row else self.engine.weights_of(training.model))

    def own_model(self) -> None:
        """After the training, also one that broke off: take a copy of the model, with the weights of the start."""
        self.model = self.model.copy()
        self.engine.set_weights(self.model, self.points[0].weights)
        self.model.start_batch()
        self.model.forget_pass()

    def add_point(self, training: "Training", left: Any) -> None:
        """Remember the weights that the model has now; of too many points every other one goes.

        `left` are those that the last step left, or None where they are the same.
        """
        weights = self.engine.weights_of(training.model)
        optimiser = None if self.kept is not None else copy.deepcopy(training.optimiser)
        self.points.append(Point(len(self.orders), weights if left is None else left, weights, optimiser))
        regular = [point for point in self.points[1:] if point.weights is point.left]
        if len(regular) > MOST_POINTS:
            self.spacing *= 2
            every_other = {id(point) for point in regular[::2]}
            self.points = [point for point in self.points if id(point) not in every_other]

    # ---- asking

    @property
    def steps_per_epoch(self) -> int:
        """How many batches there are in an epoch, a last smaller one among them."""
        return -(-self.num_used // self.batch_size)

    def __len__(self) -> int:
        return len(self.orders) * self.steps_per_epoch

    def __repr__(self) -> str:
        return f"Steps: {len(self):,}, {self.steps_per_epoch:,} in each epoch, changed by hand {len(self.events)} times"

    def examples_of(self, step: int) -> list[int]:
        """The numbers of the examples whose gradients made this step."""
        epoch, place = divmod(self.checked_step(step, 1) - 1, self.steps_per_epoch)
        return [int(i) for i in self.orders[epoch][place * self.batch_size :][: self.batch_size]]

    def checked_step(self, step: Any, lowest: int) -> int:
        """`step` as an int, or the `NeuronsError` that says which there are."""
        number = as_int(step)
        if number is None or not lowest <= number <= len(self):
            raise NeuronsError(f"step must be a whole number from {lowest} to {len(self)} but got {show(step)}")
        return number

    def model_at(self, step: int) -> "Model":
        """The model after `step` steps, and after what `on_epoch` changed there: see `History.model_at`."""
        num_epochs, rest = divmod(self.checked_step(step, 0), self.steps_per_epoch)
        first = [i for i, point in enumerate(self.points) if point.num_epochs <= num_epochs][-1]
        point = self.points[first]
        model = self.model.copy()
        if self.kept is not None:
            if point.num_epochs * self.steps_per_epoch == step:
                self.engine.set_weights(model, point.weights)
            else:
                self.kept.put(model, step)
            return model
        self.check(first)
        training = self.training_from(model, point)
        for order in self.orders[point.num_epochs : num_epochs]:
            train(training, order, self.batch_size)
        if rest:
            train(training, self.orders[num_epochs][: rest * self.batch_size], self.batch_size)
        model.start_batch()
        return model

    def each(self, ask: "Callable[[Model], Any]") -> Iterator[Made]:
        """Make every step again; `ask(model)` is called before and after each."""
        return self.each_of(self.points, ask) if self.kept is None else self.each_kept(self.kept, ask)

    def check(self, first: int) -> None:
        """Raise unless a second run from this point arrives at the weights of the next."""
        if self.points[first].num_epochs not in self.checked:
            for _ in self.each_of(self.points[first : first + 2], lambda model: None):
                pass

    def each_of(self, points: list[Point], ask: "Callable[[Model], Any]") -> Iterator[Made]:
        """The steps from one point to the next, made again; after the last point to the end."""
        model = self.model.copy()
        for point, next_point in zip(points, [*points[1:], None], strict=True):
            training = self.training_from(model, point)
            before = ask(model)
            step = point.num_epochs * self.steps_per_epoch
            last_epoch = len(self.orders) if next_point is None else next_point.num_epochs
            for epoch in range(point.num_epochs, last_epoch):
                order = self.orders[epoch]
                for start in range(0, len(order), self.batch_size):
                    examples = [int(example) for example in order[start : start + self.batch_size]]
                    loss_sum = train(training, order[start : start + self.batch_size], self.batch_size)
                    after = ask(model)
                    step += 1
                    yield Made(step, epoch + 1, examples, loss_sum / len(examples), before, after)
                    before = after
            if next_point is not None and not are_same_weights(self.engine.weights_of(model), next_point.left):
                raise NeuronsError(
                    f"the steps up to epoch {next_point.num_epochs} cannot be repeated: a second run gave other"
                    " weights. Did parts, examples or random numbers change in between?"
                )
            self.checked.add(point.num_epochs)

    def each_kept(self, kept: "KeptWeights", ask: "Callable[[Model], Any]") -> Iterator[Made]:
        """The steps whose weights were kept; the losses are those of new passes."""
        model = self.model.copy()
        changed = {point.num_epochs * self.steps_per_epoch: point.weights for point in self.points}
        before = ask(model)
        for step in range(1, len(self) + 1):
            if step - 1 in changed:
                self.engine.set_weights(model, changed[step - 1])
                before = ask(model)
            examples = self.examples_of(step)
            labels = [self.labels[i] for i in examples]
            outputs = self.engine.outputs_of(model, [self.inputs[i] for i in examples])
            loss = self.engine.mean_loss_of(model, outputs, labels)
            kept.put(model, step)
            after = ask(model)
            yield Made(step, (step - 1) // self.steps_per_epoch + 1, examples, loss, before, after)
            before = after

    def training_from(self, model: "Model", point: Point) -> "Training":
        """A training that goes on from `point`, with `model`."""
        self.engine.set_weights(model, point.weights)
        model.start_batch()
        optimiser = copy.deepcopy(point.optimiser)
        return self.engine.start(
            model, self.inputs, self.labels, self.batch_size, self.learning_rate, optimiser, self.classes, None
        )


def train(training, examples, batch_size):
    """Train on these examples; return the sum of their losses."""
    training.batch_size = batch_size  # which a call with fewer examples may have made smaller
    loss_sum, _ = training.train(examples)
    return loss_sum


class KeepingOptimiser:
    """The reader's own optimiser, or one that moves the reader's own parts: keeps the weights after each step."""

    def __init__(self, optimiser: Any, kept: "KeptWeights") -> None:
        self.optimiser, self.kept = optimiser, kept

    def step(self, model: "Model", learning_rate: float) -> None:
        """The step of the optimiser."""
        self.optimiser.step(model, learning_rate)
        self.kept.add(model)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.optimiser, name)


class KeptWeights:
    """The weights after each step; after every other, every fourth, ... where there are too many."""

    def __init__(self, model: "Model") -> None:
        self.size = sum(len(neuron.weights) + 1 for layer in model.layers for neuron in layer.neurons)
        self.numbers = array("d")
        self.spacing = 1
        self.num_steps = -1
        self.add(model)

    def add(self, model: "Model") -> None:
        """Keep the weights as they are now."""
        self.num_steps += 1
        if self.num_steps % self.spacing:
            return
        self.numbers.fromlist(in_a_row(model))
        if len(self.numbers) > MOST_NUMBERS and self.num_steps > self.spacing:
            rows = range(0, len(self.numbers), 2 * self.size)
            self.numbers = array("d", b"".join(self.numbers[start : start + self.size].tobytes() for start in rows))
            self.spacing *= 2

    def put(self, model: "Model", step: int) -> None:
        """Give `model` the weights after `step` steps."""
        if step % self.spacing:
            raise NeuronsError(
                f"the weights after step {step:,} were not kept: only those after every {self.spacing:,}th step were,"
                " since the model or its optimiser has parts of your own"
            )
        start = step // self.spacing * self.size
        put_row(model, self.numbers[start : start + self.size])


def in_a_row(model):
    """All weights and biases, each neuron's bias after its weights."""
    row = []
    for layer in model.layers:
        for neuron in layer.neurons:
            row += neuron.weights
            row.append(neuron.bias)
    return row


def put_row(model, row):
    """Give the neurons of `model` their weights and biases."""
    start = 0
    for layer in model.layers:
        for neuron in layer.neurons:
            stop = start + len(neuron.weights)
            neuron.weights[:], neuron.bias = row[start:stop], row[stop]
            start = stop + 1


def put_weights(engine, model, weights):
    """Give `model` the weights that an engine gave, or those in a row."""
    put_row(model, weights) if isinstance(weights[0], float) else engine.set_weights(model, weights)


def settings_of(optimiser):
    """The settings of an optimiser by name; an own optimiser may name none."""
    return {name: getattr(optimiser, name) for name in getattr(optimiser, "settings", ())}


def are_same_weights(weights, others):
    """True for the same weights, which an engine gave, or which stand in a row."""
    if hasattr(weights[0], "tobytes"):
        return [part.tobytes() for part in weights] == [part.tobytes() for part in others]
    return weights == others


def numbers_by_name(model):
    """{name: number} of all weights and biases, in the order of the passes."""
    numbers = {}
    for layer in model.layers:
        for neuron in layer.neurons:
            for i, weight in enumerate(neuron.weights):
                numbers[f"{neuron.name}.w[{i}]"] = float(weight)
            numbers[f"{neuron.name}.b"] = float(neuron.bias)
    return numbers
