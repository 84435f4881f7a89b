"""Training: epochs of mini-batches, and what came of them."""

import inspect
import sys
import warnings
from math import isfinite

from neurons.errors import (
    HealthWarning,
    LengthError,
    NeuronsError,
    NotFiniteError,
    checked_count,
    checked_learning_rate,
    checked_number,
    checked_numbers,
    generator,
    how_many,
    is_list,
    shown,
)
from neurons.losses import BinaryCrossEntropy, label_vector
from neurons.optimisers import SGD
from neurons.wording import for_debuggers, show


class History:
    """What `fit` saw, one number per epoch, in plain lists.

    `loss` and `accuracy` are means over the epoch's examples, each taken before the step it led to; the validation
    numbers are taken after the epoch. Lists stay empty where there is nothing to say: the accuracy of labels that are
    no classes, the validation numbers without `validation_data`.
    """

    def __init__(self) -> None:
        self.loss: list[float] = []
        self.accuracy: list[float] = []
        self.validation_loss: list[float] = []
        self.validation_accuracy: list[float] = []

    def __len__(self) -> int:
        return len(self.loss)

    @for_debuggers
    def __repr__(self) -> str:
        if not self.loss:
            return "History: no epochs yet"
        accuracy = f", accuracy {self.accuracy[-1]:.4g}" if self.accuracy else ""
        return f"History: {len(self.loss)} epochs, loss {self.loss[0]:.4g} to {self.loss[-1]:.4g}{accuracy}"


def fit(
    model,
    inputs,
    labels,
    *,
    epochs,
    learning_rate,
    batch_size,
    shuffle,
    drop_last,
    seed,
    optimiser,
    validation_data,
    on_epoch,
    progress,
):
    """Train `model`; `Model.fit` says what each argument means."""
    from neurons import health

    inputs, labels = checked_examples(model, inputs, labels)
    epochs = checked_count(epochs, "epochs")
    learning_rate = checked_learning_rate(learning_rate)
    batch_size = checked_count(batch_size, "batch_size")
    check_flag(shuffle, "shuffle")
    check_flag(drop_last, "drop_last")
    if progress is not None:
        check_flag(progress, "progress, if not None,")
    if drop_last and batch_size > len(inputs):
        raise LengthError(f"drop_last with batch_size {batch_size} leaves no batch: there are {len(inputs)} examples")
    if validation_data is not None:
        validation_data = checked_validation_data(model, validation_data)
    check_on_epoch(on_epoch)
    optimiser = checked_optimiser(optimiser)
    rng = generator(seed)
    is_right = right_or_wrong(model, labels)

    warn_of(health.before_training(model, labels))
    history = History()
    order = list(range(len(inputs)))
    num_used = len(order) - len(order) % batch_size if drop_last else len(order)
    model.start_batch()
    bar = progress_bar(epochs, progress)
    try:
        weights_before = weights_of(model)
        for epoch in range(1, epochs + 1):
            if shuffle:
                rng.shuffle(order)
            loss_sum, num_right = 0.0, 0
            try:
                check_weights(model)  # `on_epoch`, or somebody before, may have set them by hand
                weights_before = weights_of(model)
                for start in range(0, num_used, batch_size):
                    for example in order[start : min(start + batch_size, num_used)]:
                        loss, outputs = train_example(model, inputs[example], labels[example])
                        loss_sum += loss
                        num_right += is_right is not None and is_right(outputs, labels[example])
                    optimiser.step(model, learning_rate)
                check_weights(model)
                if validation_data is not None:
                    validation_outputs = outputs_of(model, validation_data[0])
                    validation_loss = mean_loss_of(model, validation_outputs, validation_data[1])
            except (NotFiniteError, OverflowError) as error:
                not_finite = NotFiniteError(not_finite_message(model, error, epoch, learning_rate))
                not_finite.history = history
                set_weights(model, weights_before)
                raise not_finite from None

            history.loss.append(loss_sum / num_used)
            if is_right is not None:
                history.accuracy.append(num_right / num_used)
            if validation_data is not None:
                history.validation_loss.append(validation_loss)
                if is_right is not None:
                    history.validation_accuracy.append(share_right(is_right, validation_outputs, validation_data[1]))
            bar.update(history)
            if on_epoch is not None and on_epoch(epoch, model, history):
                break
    finally:
        model.start_batch()
        bar.close()
    warn_of(health.after_training(model, inputs, labels, history))
    return history


def warn_of(findings):
    """Show what keeps the model from learning, at the line of the user's that called `model.fit`."""
    for finding in findings:
        warnings.warn(finding.message, HealthWarning, stacklevel=4)


def train_example(model, inputs, label):
    """One forward and one backward pass; return the loss and the outputs."""
    outputs = model.forward(inputs)
    loss = finite_loss(model, outputs, label)
    model.backward_pass(model.loss.output_gradients(outputs, label))
    return loss, outputs


def finite_loss(model, outputs, label):
    """The loss of one example, or the error that names the output to blame for one that is not finite."""
    loss = model.loss.value(outputs, label)
    if not (type(loss) is float and isfinite(loss)):
        largest = max(range(len(outputs)), key=lambda i: abs(outputs[i]))
        name = model.layers[-1].neurons[largest].name
        loss = checked_number(loss, f"the loss where {name} is {outputs[largest]:.3g}")
    return loss


def train_batch(model, inputs, labels, learning_rate):
    """One step for a batch of examples; `Model.train_batch` tells more."""
    inputs, labels = checked_examples(model, inputs, labels)
    learning_rate = checked_learning_rate(learning_rate)
    weights_before = weights_of(model)
    model.start_batch()
    loss_sum = 0.0
    try:
        for example in range(len(inputs)):
            loss, _ = train_example(model, inputs[example], labels[example])
            loss_sum += loss
        model.step(learning_rate)
        check_weights(model)
    except (NeuronsError, OverflowError):
        set_weights(model, weights_before)
        model.start_batch()
        raise
    return loss_sum / len(inputs)


def outputs_of(model, inputs):
    """The outputs for many examples, made by a copy, so that `model` keeps the numbers of its last pass."""
    inputs = checked_inputs(model, inputs)
    looker = model.copy()
    return [looker.forward(example) for example in inputs]


def predict(model, inputs):
    """The outputs as predictions; `Model.predict` tells more."""
    outputs = outputs_of(model, inputs)
    if not hasattr(model.loss, "predict"):  # a loss of the student's own
        return outputs
    return [model.loss.predict(example_outputs) for example_outputs in outputs]


def mean_loss(model, inputs, labels):
    """The mean loss over many examples."""
    inputs, labels = checked_examples(model, inputs, labels)
    return mean_loss_of(model, outputs_of(model, inputs), labels)


def mean_loss_of(model, all_outputs, labels):
    """The mean loss where the outputs are known."""
    loss_sum = 0.0
    for outputs, label in zip(all_outputs, labels, strict=True):
        loss_sum += finite_loss(model, outputs, label)
    return loss_sum / len(labels)


def accuracy(model, inputs, labels):
    """The share of examples whose class is right; `Model.accuracy` tells more."""
    inputs, labels = checked_examples(model, inputs, labels)
    is_right = right_or_wrong(model, labels)
    if is_right is None:
        expected = "labels that are classes: two values, or one per class with the largest right"
        raise NeuronsError(f"accuracy needs {expected}")
    return share_right(is_right, outputs_of(model, inputs), labels)


def share_right(is_right, all_outputs, labels):
    """The accuracy where the outputs are known; `is_right` comes from `right_or_wrong`."""
    num_right = 0
    for outputs, label in zip(all_outputs, labels, strict=True):
        num_right += is_right(outputs, label)
    return num_right / len(labels)


def right_or_wrong(model, labels):
    """A function of (outputs, label) that says whether the class is right, or None where `labels` are no classes."""
    if len(labels[0]) > 1:
        if not all(label.count(max(label)) == 1 for label in labels):
            return None
        return lambda outputs, label: outputs.index(max(outputs)) == label.index(max(label))

    values = {label[0] for label in labels}
    if len(values) > 2:
        return None
    if len(values) == 2:
        label_boundary = sum(values) / 2.0
    else:  # one class alone: of -1 and 1, or of 0 and 1
        label_boundary = 0.0 if min(values) < 0.0 else 0.5
    output_boundary = 0.0 if isinstance(model.loss, BinaryCrossEntropy) else label_boundary  # a logit of 0 is p = 0.5
    return lambda outputs, label: (outputs[0] > output_boundary) == (label[0] > label_boundary)


def checked_inputs(model, inputs, where=""):
    """`inputs` as a list of lists of floats, one number per input of the model; `where` is put before their name."""
    num_inputs = model.layers[0].num_inputs
    if not is_list(inputs):
        raise NeuronsError(f"{where}inputs must be a list of examples but got {shown(inputs)}")
    if len(inputs) == 0:
        raise LengthError(f"{where}inputs must hold at least one example but is empty")
    for i, example in enumerate(inputs):
        if not is_list(example):
            each = f"each a list of {how_many(num_inputs, 'number')}"
            raise NeuronsError(f"{where}inputs must be a list of examples, {each}, but inputs[{i}] is {shown(example)}")
    return [checked_numbers(example, f"{where}inputs[{i}]", num_inputs) for i, example in enumerate(inputs)]


def checked_examples(model, inputs, labels, where=""):
    """`inputs` and `labels` as lists of lists of floats that fit the model and each other."""
    inputs = checked_inputs(model, inputs, where)
    if not is_list(labels):
        raise NeuronsError(f"{where}labels must be a list, one label per example, but got {shown(labels)}")
    if len(labels) != len(inputs):
        there_are = f"{how_many(len(inputs), 'example')} in inputs and {how_many(len(labels), 'label')}"
        raise LengthError(f"{where}every example needs a label, but there are {there_are}")
    num_outputs = model.layers[-1].num_neurons
    vector = getattr(model.loss, "label_vector", label_vector)  # a loss of the student's own may have none
    return inputs, [vector(label, num_outputs, f"{where}labels[{i}]") for i, label in enumerate(labels)]


def checked_validation_data(model, validation_data):
    """A pair (inputs, labels) that fits the model."""
    if not isinstance(validation_data, (tuple, list)) or len(validation_data) != 2:
        raise NeuronsError(f"validation_data must be a pair (inputs, labels) but got {shown(validation_data)}")
    inputs, labels = validation_data
    return checked_examples(model, inputs, labels, where="validation_data: ")


def check_flag(value, what):
    """Raise for anything but True and False: "no" and None would count as one of them unnoticed."""
    if type(value).__name__ not in ("bool", "bool_"):  # NumPy's too
        raise NeuronsError(f"{what} must be True or False but got {show(value)}")


def check_on_epoch(on_epoch):
    """Raise, before the first epoch rather than after it, for what cannot be called as on_epoch(1, model, history)."""
    if on_epoch is None:
        return
    if not callable(on_epoch):
        raise NeuronsError(f"on_epoch must be a function of (epoch, model, history) but got {show(on_epoch)}")
    try:
        signature = inspect.signature(on_epoch)
    except (TypeError, ValueError):  # some functions written in C do not tell
        return
    try:
        signature.bind(1, None, None)
    except TypeError:
        raise NeuronsError(f"on_epoch must take (epoch, model, history) but takes {signature}") from None


def checked_optimiser(optimiser):
    """`optimiser` if it has a `step`; `SGD()` for None."""
    if optimiser is None:
        return SGD()
    if isinstance(optimiser, type) or not hasattr(optimiser, "step"):
        raise NeuronsError(f"optimiser must be an optimiser such as SGD() or Adam() but got {shown(optimiser)}")
    return optimiser


def weights_of(model):
    """Copies of the weights and the bias of every neuron."""
    return [(neuron.weights[:], neuron.bias) for layer in model.layers for neuron in layer.neurons]


def set_weights(model, weights):
    """Put back what `weights_of` gave, into the lists that are there."""
    neurons = [neuron for layer in model.layers for neuron in layer.neurons]
    for neuron, (neuron_weights, bias) in zip(neurons, weights, strict=True):
        neuron.weights[:] = neuron_weights
        neuron.bias = bias


def check_weights(model):
    """Raise `NotFiniteError` for a weight or bias that the last step made infinite or not-a-number."""
    for layer in model.layers:
        for neuron in layer.neurons:
            if not isfinite(sum(neuron.weights) + neuron.bias):
                checked_numbers(neuron.weights, f"{neuron.name}: w")
                checked_number(neuron.bias, f"{neuron.name}: the bias")


def not_finite_message(model, error, epoch, learning_rate):
    """What became infinite, where and when, and what to try."""
    largest, name = 0.0, ""
    for layer in model.layers:
        for neuron in layer.neurons:
            for i, weight in enumerate(neuron.weights):
                if not abs(weight) <= largest:  # also for not-a-number
                    largest, name = abs(weight), f"{neuron.name}.w[{i}]"
    return (
        f"training stopped in epoch {epoch} at learning_rate {learning_rate:g}: {error}. The largest weight was"
        f" {largest:.3g} ({name}). The model has the last finite weights with which an epoch began. Try a smaller"
        " learning_rate."
    )


class progress_bar:
    """A bar that counts epochs and shows the loss, made by tqdm; nothing where tqdm is not installed.

    In a notebook it is plain text on standard output, which needs no extension of the notebook.
    """

    def __init__(self, epochs, progress):
        in_notebook = "ipykernel" in sys.modules
        if progress is None and not (in_notebook or sys.stderr.isatty()):
            progress = False
        self.bar = None
        if progress is not False:
            try:
                from tqdm import tqdm
            except ImportError:
                return
            self.bar = tqdm(
                total=epochs,
                unit="epoch",
                file=sys.stdout if in_notebook else sys.stderr,
                delay=0.0 if progress else 1.0,  # unasked, only where it takes longer than a second
            )

    def update(self, history):
        if self.bar is not None:
            self.bar.set_postfix_str(f"loss {history.loss[-1]:.4f}", refresh=False)
            self.bar.update()

    def close(self):
        if self.bar is not None:
            self.bar.close()
