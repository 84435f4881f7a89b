"""`fit`: epochs of mini-batches, in the same way for every engine."""

import warnings
from collections.abc import Callable, Iterator
from math import isnan
from typing import TYPE_CHECKING, Any

from neurons import health
from neurons.checks import ListLike, checked_count, checked_learning_rate, generator
from neurons.errors import HealthWarning, LengthError, NeuronsError, NotFiniteError
from neurons.training.arguments import check_on_epoch, checked_flag, checked_optimiser, checked_pair, checked_stop
from neurons.training.engine import Training
from neurons.training.history import History
from neurons.training.progress import ProgressBar
from neurons.training.steps import Steps

if TYPE_CHECKING:
    import os

    from neurons.model import Model


def fit(
    model: "Model",
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
    keep: bool = False,
) -> History:
    """Train on all examples `epochs` times; return the `History` of loss and accuracy.

    It takes one step after each batch of `batch_size` examples, in a new order every epoch (drawn with `seed`) or,
    without `shuffle`, in the order given; `drop_last` leaves out a last batch that is not full. `optimiser` is `SGD()`
    unless given. It evaluates `validation_data`, a pair (inputs, labels), but does not learn from it. It calls
    `on_epoch(epoch, model, history)` after each epoch, counted from 1, and stops if that returns True. `progress`
    shows a bar: always (True), never (False), or in a terminal or notebook, when training takes more than a second
    (None).

    `checkpoint` is a path that ends in .json or .npz: after each epoch, but not more than once a second, `fit`
    saves the state of the training there. Call the same `fit` again, also after a crash, and it goes on from there, to
    the same weights as without a break; if the training was finished, it returns the history.

    With `keep` the history remembers every step: `history.model_at(step)`, `history.when("hidden[0].w[1]")`. This costs
    almost no time, because it repeats the steps only when you ask; so do not change inputs and labels. You cannot use
    it together with `checkpoint`.

    Raises `NeuronsError` for wrong arguments, and `NotFiniteError` at the first value that is not finite: then the
    model gets back the weights with which that epoch began. After Ctrl-C it has those of the last whole step, or with
    the "unrolled" engine of the last whole epoch. Warns (`HealthWarning`) if something keeps it from learning.
    """
    engine = model.find_engine()
    engine.check_weights(model)
    inputs, labels = engine.checked_examples(model, inputs, labels)
    epochs = checked_count(epochs, "epochs")
    learning_rate = checked_learning_rate(learning_rate)
    batch_size = checked_count(batch_size, "batch_size")
    shuffle = checked_flag(shuffle, "shuffle")
    drop_last = checked_flag(drop_last, "drop_last")
    if checked_flag(keep, "keep") and checkpoint is not None:
        raise NeuronsError("keep and checkpoint do not work together: leave out one")
    if progress is not None:
        progress = checked_flag(progress, "progress, if not None,")
    if drop_last and batch_size > len(inputs):
        raise LengthError(f"drop_last with batch_size {batch_size} leaves no batch: there are {len(inputs)} examples")
    if validation_data is not None:
        looked_at, right_answers = checked_pair(validation_data)
        validation_data = engine.checked_examples(model, looked_at, right_answers, "validation_data: ")
    check_on_epoch(on_epoch)
    optimiser = checked_optimiser(optimiser)
    rng = generator(seed) if shuffle else None

    classes = engine.find_classes(model, labels)
    training = engine.start(model, inputs, labels, batch_size, learning_rate, optimiser, classes, rng)
    history = History()
    epochs_done = 0
    keeper = None
    if checkpoint is not None:
        settings: dict[str, Any] = {"epochs": epochs, "learning_rate": learning_rate, "batch_size": batch_size}
        settings |= {"shuffle": shuffle, "drop_last": drop_last, "seed": seed}
        keeper = model.keep_checkpoint(checkpoint, training, history, settings, validation_data)
        epochs_done = keeper.resume()
        if keeper.finished:
            return history

    warn_of(health.before_training(model, inputs, labels))
    num_used = len(inputs) - len(inputs) % batch_size if drop_last else len(inputs)
    if keep:
        history.steps = training.steps = Steps(training, num_used, watched=on_epoch is not None)
    left = range(epochs_done + 1, epochs + 1)
    try:
        train(training, left, num_used, validation_data, history, on_epoch, keeper, progress)
        if history.steps is not None:
            history.steps.end(training)
    finally:
        if history.steps is not None:
            history.steps.own_model()
    warn_of(health.after_training(model, inputs, labels, history))
    return history


def train(
    training: Training,
    epochs: range,
    num_used: int,
    validation_data: tuple[Any, Any] | None,
    history: History,
    on_epoch: "Callable[[int, Model, History], object] | None",
    keeper: Any,
    progress: bool | None,
) -> None:
    """Train the `epochs`; after each, update the bar, call `on_epoch`, and let the `keeper` save a checkpoint."""
    model = training.model
    looked_at = on_epoch is not None or validation_data is not None or keeper is not None
    trained = training.epochs(len(epochs), num_used, looked_at)
    bar = ProgressBar(len(epochs), progress)
    try:
        with training.whole_step.guarded():
            model.start_batch()  # passes made before, to look at the model, do not count
            for epoch in epochs:
                train_epoch(training, trained, epoch, num_used, validation_data, history)
                bar.update(history)
                stop = False
                if on_epoch is not None:
                    stop = checked_stop(on_epoch(epoch, model, history))
                    model.start_batch()  # nor do passes made there
                if keeper is not None:
                    keeper.save(epoch, finished=stop or epoch == epochs[-1])
                if stop:
                    break
    finally:
        model.start_batch()
        bar.close()


def train_epoch(
    training: Training,
    trained: Iterator[tuple[float, int]],
    epoch: int,
    num_used: int,
    validation_data: tuple[Any, Any] | None,
    history: History,
) -> None:
    """Let `trained` go on for one epoch of `num_used` examples, and note the result in `history`."""
    model, engine, classes = training.model, training.engine, training.classes
    try:
        loss_sum, num_right = next(trained)
        if validation_data is not None:
            outputs = engine.outputs_of(model, validation_data[0])
            validation_loss = engine.mean_loss_of(model, outputs, validation_data[1])
    except (NotFiniteError, OverflowError) as error:
        not_finite = NotFiniteError(not_finite_message(model, error, epoch, training.learning_rate))
        not_finite.history = history
        training.put_back()
        raise not_finite from None

    history.loss.append(loss_sum / num_used)
    if classes is not None:
        history.accuracy.append(num_right / num_used)
    if validation_data is not None:
        history.validation_loss.append(validation_loss)
        if classes is not None:
            num_right = engine.num_right(classes, outputs, validation_data[1])
            history.validation_accuracy.append(num_right / len(outputs))


def warn_of(findings: list[Any]) -> None:
    """Show what keeps the model from learning, at the user's line that called `fit`."""
    for finding in findings:
        warnings.warn(str(finding), HealthWarning, stacklevel=3)


def not_finite_message(model: "Model", error: Exception, epoch: int, learning_rate: float) -> str:
    """What became infinite, where and when, and what to try."""
    sizes = []
    for layer in model.layers:
        for neuron in layer.neurons:
            sizes += [(abs(weight), f"{neuron.name}.w[{i}]") for i, weight in enumerate(neuron.weights)]
            sizes.append((abs(neuron.bias), f"{neuron.name}.b"))
    largest, name = max(sizes, key=lambda pair: (isnan(pair[0]), pair[0]))  # not-a-number before all others
    return (
        f"training stopped in epoch {epoch} at learning_rate {learning_rate:g}: {error}. The largest weight was"
        f" {largest:.3g} ({name}). The model has the last finite weights with which an epoch began. Try a smaller"
        " learning_rate."
    )
