"""Training: epochs of mini-batches, and what came of them."""

import warnings
from array import array
from itertools import islice
from math import isfinite, isnan

from neurons.checks import checked_count, checked_learning_rate, checked_number, checked_numbers, generator, how_many
from neurons.errors import HealthWarning, LengthError, NeuronsError, NotFiniteError
from neurons.losses import BinaryCrossEntropy
from neurons.text import for_debuggers
from neurons.training.arguments import (
    check_on_epoch,
    checked_examples,
    checked_flag,
    checked_inputs,
    checked_optimiser,
    checked_pair,
)
from neurons.training.progress import progress_bar
from neurons.unrolled import engine as unrolled

NO_CLASSES = "accuracy needs labels that are classes: two values, or one per class with the largest right"


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
        return f"History: {how_many(len(self.loss), 'epoch')}, loss {self.loss[0]:.4g} to {self.loss[-1]:.4g}{accuracy}"


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
    checkpoint,
    progress,
):
    """Train `model`; `Model.fit` says what each argument means."""
    from neurons import health

    engine = model.engine()
    inputs, labels = engine.checked_examples(model, inputs, labels)
    epochs = checked_count(epochs, "epochs")
    learning_rate = checked_learning_rate(learning_rate)
    batch_size = checked_count(batch_size, "batch_size")
    shuffle = checked_flag(shuffle, "shuffle")
    drop_last = checked_flag(drop_last, "drop_last")
    if progress is not None:
        progress = checked_flag(progress, "progress, if not None,")
    if drop_last and batch_size > len(inputs):
        raise LengthError(f"drop_last with batch_size {batch_size} leaves no batch: there are {len(inputs)} examples")
    if validation_data is not None:
        validation_data = engine.checked_examples(model, *checked_pair(validation_data), where="validation_data: ")
    check_on_epoch(on_epoch)
    optimiser = checked_optimiser(optimiser)
    rng = generator(seed)
    is_right = engine.right_or_wrong(model, labels)

    history = History()
    somebody_looks = on_epoch is not None or validation_data is not None or checkpoint is not None
    training = engine.Training(
        model, inputs, labels, batch_size, learning_rate, optimiser, is_right, rng if shuffle else None, somebody_looks
    )
    epochs_done = 0
    if checkpoint is not None:
        from neurons.storage.checkpoints import Checkpoint

        settings = {"epochs": epochs, "learning_rate": learning_rate, "batch_size": batch_size}
        settings |= {"shuffle": shuffle, "drop_last": drop_last, "seed": seed}
        checkpoint = Checkpoint(checkpoint, training, history, settings, validation_data)
        epochs_done = checkpoint.resume()
        if checkpoint.finished:
            return history

    warn_of(health.before_training(model, labels))
    num_used = len(inputs) - len(inputs) % batch_size if drop_last else len(inputs)
    bar = progress_bar(epochs - epochs_done, progress)
    try:
        for epoch in train(training, range(epochs_done + 1, epochs + 1), num_used, validation_data, history):
            bar.update(history)
            stop = on_epoch is not None and on_epoch(epoch, model, history)
            if checkpoint is not None:
                checkpoint.save(epoch, finished=stop or epoch == epochs)
            if stop:
                break
    finally:
        model.start_batch()
        bar.close()
    warn_of(health.after_training(model, inputs, labels, history))
    return history


def train(training, epochs, num_used, validation_data, history):
    """Train for each of `epochs` on `num_used` examples, note in `history` what came of it, and yield the epoch."""
    model, is_right = training.model, training.is_right
    engine = model.engine()
    trained = training.epochs(len(epochs), num_used)
    for epoch in epochs:
        model.start_batch()  # what somebody inspected, before or in on_epoch, does not count
        try:
            loss_sum, num_right = next(trained)
            if validation_data is not None:
                validation_outputs = engine.outputs_of(model, validation_data[0])
                validation_loss = engine.mean_loss_of(model, validation_outputs, validation_data[1])
        except (NotFiniteError, OverflowError) as error:
            not_finite = NotFiniteError(not_finite_message(model, error, epoch, training.learning_rate))
            not_finite.history = history
            training.put_back()
            raise not_finite from None

        history.loss.append(loss_sum / num_used)
        if is_right is not None:
            history.accuracy.append(num_right / num_used)
        if validation_data is not None:
            history.validation_loss.append(validation_loss)
            if is_right is not None:
                accuracy = engine.share_right(is_right, validation_outputs, validation_data[1])
                history.validation_accuracy.append(accuracy)
        yield epoch


def mean_loss(model, inputs, labels):
    """The mean loss over many examples; on arrays too."""
    engine = model.engine()
    inputs, labels = engine.checked_examples(model, inputs, labels)
    return engine.mean_loss_of(model, engine.outputs_of(model, inputs), labels)


def accuracy(model, inputs, labels):
    """The share of examples whose class is right; `Model.accuracy` tells more. On arrays too."""
    engine = model.engine()
    inputs, labels = engine.checked_examples(model, inputs, labels)
    is_right = engine.right_or_wrong(model, labels)
    if is_right is None:
        raise NeuronsError(NO_CLASSES)
    return engine.share_right(is_right, engine.outputs_of(model, inputs), labels)


class Training:
    """The training as the lesson writes it: example by example, and a step after each batch."""

    def __init__(self, model, inputs, labels, batch_size, learning_rate, optimiser, is_right, rng, somebody_looks):
        self.model = model
        self.inputs = inputs
        self.labels = labels
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.optimiser = optimiser
        self.is_right = is_right  # of `right_or_wrong`
        self.rng = rng  # shuffles `order` before each epoch; None leaves it as it is
        self.order = list(range(len(inputs)))  # of the examples, in the last epoch
        self.somebody_looks = somebody_looks  # after each epoch
        self.weights_before = weights_of(model)  # the last finite ones with which an epoch began

    def epochs(self, epochs, num_used):
        """Train `epochs` times on `num_used` examples; yield each time the sum of losses and the number right."""
        orders = self.orders(epochs, num_used)
        if epochs * num_used < unrolled.WORTH_WRITING:
            return self.in_loops(orders)
        return unrolled.epochs(self, orders, 1 if self.somebody_looks else 1 + unrolled.EXAMPLES_AT_ONCE // num_used)

    def orders(self, epochs, num_used):
        """For each epoch the indices of its examples: `num_used` of all, in file order or shuffled anew."""
        for _ in range(epochs):
            if self.rng is not None:
                self.rng.shuffle(self.order)
            yield self.order[:num_used]

    def in_loops(self, orders):
        """One epoch for each of `orders`, by the neurons themselves."""
        for order in orders:
            self.begin()
            yield self.train(order)

    def begin(self):
        """Keep the weights, in case the next ones are not finite."""
        check_weights(self.model)  # `on_epoch`, or somebody before, may have set them by hand
        self.weights_before = weights_of(self.model)

    def train(self, order):
        """Train on the examples in `order`; return the sum of their losses and the number of right classes."""
        loss_sum, num_right = 0.0, 0
        for start in range(0, len(order), self.batch_size):
            for example in order[start : start + self.batch_size]:
                loss, outputs = train_example(self.model, self.inputs[example], self.labels[example])
                loss_sum += loss
                num_right += self.is_right is not None and self.is_right(outputs, self.labels[example])
            self.optimiser.step(self.model, self.learning_rate)
        check_weights(self.model)
        return loss_sum, num_right

    def put_back(self):
        """Give the model the weights that `begin` kept, and a clean batch."""
        set_weights(self.model, self.weights_before)
        self.model.start_batch()


def pieces_of(examples):
    """Checked inputs or labels as bytes, piece by piece: what makes a checkpoint's fingerprint of them."""
    for numbers in examples:
        yield array("d", numbers).tobytes()


def tables_from(memory, model):
    """What an optimiser remembers as a table per layer: a row per neuron, the bias's number at its end."""
    tables = []
    rows = iter(memory or ())
    for layer in model.layers:
        zeros = [[0.0] * (layer.num_inputs + 1)] * layer.num_neurons  # before its first step
        tables.append(zeros if memory is None else list(islice(rows, layer.num_neurons)))
    return tables


def memory_from(tables, model):
    """What `tables_from` was made of: one list per neuron."""
    return [[float(number) for number in row] for table in tables for row in table]


def seen_in_passes(model, inputs, labels, flat):
    """What one pass of every example shows: (saturated activations per layer, live neurons, sum of |error| per layer).

    Saturated: the slope is below `flat` of the one at z = 0; outputs count only where they are wrong as well.
    """
    model = model.copy()  # looking leaves the numbers of the last pass as they were
    model.start_batch()
    num_saturated, sum_of_errors, alive = [0] * len(model.layers), [0.0] * len(model.layers), set()
    for example_inputs, label in zip(inputs, labels, strict=True):
        train_example(model, example_inputs, label)
        for layer_idx, layer in enumerate(model.layers):
            for j, neuron in enumerate(layer.neurons):
                if abs(neuron.activation_gradient) < flat * abs(neuron.delta_act(0.0)):
                    is_output = layer is model.layers[-1]
                    num_saturated[layer_idx] += not is_output or abs(neuron.activation - label[j]) > 0.5
                sum_of_errors[layer_idx] += abs(neuron.error)
                if neuron.activation_gradient != 0.0:
                    alive.add((layer_idx, j))
    return num_saturated, alive, sum_of_errors


def extreme_labels(model, labels):
    """Labels as lists, among them the smallest and the largest of each output: here simply all."""
    return labels


def label_lists(model, labels):
    """Checked labels as lists of floats, one per example."""
    return labels


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
    except BaseException as error:
        set_weights(model, weights_before)
        model.start_batch()
        if isinstance(error, OverflowError):
            raise NotFiniteError(f"a number is too large for a float at learning_rate {learning_rate:g}") from None
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


def mean_loss_of(model, all_outputs, labels):
    """The mean loss where the outputs are known."""
    loss_sum = 0.0
    for outputs, label in zip(all_outputs, labels, strict=True):
        loss_sum += finite_loss(model, outputs, label)
    return loss_sum / len(labels)


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

    boundary = class_boundary({label[0] for label in labels})
    if boundary is None:
        return None
    output_boundary = 0.0 if isinstance(model.loss, BinaryCrossEntropy) else boundary  # a logit of 0 is p = 0.5
    return lambda outputs, label: (outputs[0] > output_boundary) == (label[0] > boundary)


def class_boundary(values):
    """What separates the labels of one output, or None where more than two `values` say that they are no classes."""
    if len(values) > 2:
        return None
    if len(values) == 2:
        return sum(values) / 2.0
    return 0.0 if min(values) < 0.0 else 0.5  # one class alone: of -1 and 1, or of 0 and 1


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
