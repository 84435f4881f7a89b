"""Training on arrays, in steps that allocate nothing: the arrays are made once, and every step fills them again.

The examples are fetched in chunks of several batches, since one large gather is cheaper than many small ones. For plain
SGD the step is part of the backward pass: the product that makes the gradients adds -learning_rate / batch times them
to the parameters at once.
"""

from functools import partial

import numpy as np

from neurons.arrays.batches import Pixels, all_finite, checked_batch, checked_shape, with_ones
from neurons.arrays.functions import Room, checked_memory
from neurons.arrays.layer import LayerArrays, LayerPass, check_finite
from neurons.arrays.products import one_thread
from neurons.checks import checked_learning_rate, checked_number
from neurons.errors import NotFiniteError
from neurons.losses import BinaryCrossEntropy
from neurons.optimisers import SGD
from neurons.training.arguments import check_one_label_each
from neurons.training.fit import class_boundary

CHUNK = 64  # examples fetched together: enough to make fetching cheap at batch size 1, few enough for the cache
LOOK_AT = 1000  # examples looked at together by `predict` and the like
LOOK_BACK_AT = 500  # examples whose losses are worked out together after an epoch: few calls, and small arrays


class Training:
    """The training of a `VectorModel`: a step after each batch, as `neurons.training.fit.Training` does it in loops."""

    def __init__(self, model, inputs, labels, batch_size, learning_rate, optimiser, is_right, rng, somebody_looks):
        self.model, self.inputs, self.labels, self.is_right = model, inputs, labels, is_right
        self.batch_size, self.learning_rate, self.optimiser = batch_size, learning_rate, optimiser
        self.rng = None if rng is None else np.random.default_rng(rng.getrandbits(128))  # shuffles `order`
        self.order = np.arange(len(inputs))  # (example,)
        self.parameters_before = [layer.parameters.copy() for layer in model.layers]  # with which an epoch began

    def epochs(self, epochs, num_used):
        """Train `epochs` times on `num_used` examples; yield each time the sum of losses and the number right."""
        self.make_arrays(num_used)
        for _ in range(epochs):
            check_parameters(self.model)  # somebody may have set them by hand
            for layer, before in zip(self.model.layers, self.parameters_before, strict=True):
                np.copyto(before, layer.parameters)  # (input + 1, neuron)
            if self.rng is not None:
                self.rng.shuffle(self.order)
            yield self.train(self.order[:num_used])

    def put_back(self):
        """Give the model the weights with which the epoch began, and a clean batch."""
        set_parameters(self.model, self.parameters_before)
        self.model.start_batch()

    def make_arrays(self, num_used):
        """The chunk, and a pass for every batch in it."""
        self.batch_size = min(self.batch_size, num_used)
        num_batches, rest = divmod(num_used, self.batch_size)
        self.chunk_size = self.batch_size * min(max(1, CHUNK // self.batch_size), num_batches)
        self.chunk = Chunk(self.model, self.inputs, self.labels, self.chunk_size)
        shape = (num_used, self.model.layers[-1].num_neurons)
        self.outputs = np.empty(shape, self.model.dtype, order="F")  # (example, output), in the order of an epoch
        self.passes = self.make_passes(range(0, self.chunk_size, self.batch_size), self.batch_size)
        # A last, smaller batch follows the whole ones of its chunk.
        start_of_rest = num_batches * self.batch_size % self.chunk_size
        self.rest_passes = self.make_passes([start_of_rest], rest) if rest else []

    def make_passes(self, starts, batch_size):
        """A pass for the batches that begin at these places of a chunk; they share all arrays but the inputs."""
        layers = self.model.layers
        arrays = [LayerArrays(layer, batch_size, layer is layers[-1]) for layer in layers]
        room = Room(outputs_first(arrays[-1].activations))
        if type(self.optimiser) is SGD:
            scale, gradients, step = -self.learning_rate / batch_size, [layer.parameters for layer in layers], None
        else:
            scale, gradients, step = 1.0, [layer.sums for layer in layers], partial(self.step, batch_size)
        places = [slice(start, start + batch_size) for start in starts]
        return [BatchPass(self.model, self.chunk, place, arrays, room, scale, gradients, step) for place in places]

    def step(self, batch_size):
        """The step of an optimiser that looks at the gradients first."""
        for layer in self.model.layers:
            layer.num_examples = batch_size
        self.optimiser.step(self.model, self.learning_rate)

    def train(self, order):
        """One epoch; return (sum of the losses, number of right classes)."""
        self.model.forget_forward()  # its arrays are filled anew: should this epoch break off, nobody sees a mixture
        with one_thread(), np.errstate(over="ignore", invalid="ignore"):  # what is not finite shows in the loss
            for start in range(0, len(order), self.chunk_size):
                examples = order[start : start + self.chunk_size]  # (example,)
                self.chunk.fetch(examples)
                num_whole = len(examples) // self.batch_size
                for batch_pass in self.passes[:num_whole]:
                    for call in batch_pass.calls:
                        call()
                if num_whole * self.batch_size < len(examples):
                    for call in self.rest_passes[0].calls:
                        call()
                np.copyto(self.outputs[start : start + len(examples)], self.chunk.outputs[: len(examples)])
            loss_sum, num_right = self.look_back(order)
        check_parameters(self.model)
        if not np.isfinite(loss_sum):
            raise NotFiniteError(f"the sum of the losses must be a finite number but is {loss_sum}")
        last_pass = self.rest_passes[0] if self.rest_passes else self.passes[num_whole - 1]
        for layer, layer_pass in zip(self.model.layers, last_pass.layers, strict=True):
            layer_pass.has_errors = True
            layer.last_pass = layer_pass  # whoever looks sees the last batch, as neurons show the last example
        return loss_sum, num_right

    def look_back(self, order):
        """The sum of the losses and the number right, from the outputs that the steps of an epoch have left."""
        loss_sum, num_right = 0.0, 0
        for start in range(0, len(order), LOOK_BACK_AT):
            outputs = self.outputs[start : start + LOOK_BACK_AT]  # (example, output)
            labels = self.labels[order[start : start + LOOK_BACK_AT]]  # (example,) or (example, output)
            loss_sum += float(losses_of(self.model, outputs, labels).sum(dtype=np.float64))
            if self.is_right is not None:
                num_right += int(np.count_nonzero(self.is_right(outputs, labels)))
        return loss_sum, num_right


class BatchPass:
    """One training step for the batch at one place of a chunk: `calls`, one after the other."""

    def __init__(self, model, chunk, place, arrays, room, scale, gradients, step):
        self.layers = []
        inputs, input_gradients = chunk.inputs_and_one[place], None  # nobody wants the gradients of the model's inputs
        for layer, layer_arrays, layer_gradients in zip(model.layers, arrays, gradients, strict=True):
            self.layers.append(LayerPass(layer, inputs, layer_arrays, input_gradients, scale, layer_gradients))
            inputs, input_gradients = layer_arrays.activations_and_one, layer_arrays.output_gradients

        outputs, output_gradients = outputs_first(arrays[-1].activations), outputs_first(arrays[-1].output_gradients)
        labels, kept_outputs = outputs_first(chunk.labels[place]), outputs_first(chunk.outputs[place])
        self.calls = [call for layer_pass in self.layers for call in layer_pass.forward]
        self.calls.append(partial(np.copyto, kept_outputs, outputs))  # for the loss, worked out once per epoch
        self.calls.append(partial(model.array_loss.output_gradients, outputs, labels, output_gradients, room))
        self.calls += [call for layer_pass in reversed(self.layers) for call in layer_pass.backward]
        if step is not None:
            self.calls.append(step)


def outputs_first(array):
    """(batch, output) as the losses see it: a view (output, batch), or (output,) of a single example."""
    return array[0] if len(array) == 1 else array.T


class Chunk:
    """The examples fetched together: inputs with a column of ones, label vectors, and the outputs the model gave."""

    def __init__(self, model, inputs, labels, size):
        num_inputs, num_outputs, dtype = model.layers[0].num_inputs, model.layers[-1].num_neurons, model.dtype
        self.all_inputs, self.all_labels = inputs, labels
        self.fetched_inputs = np.empty((size, num_inputs), inputs.dtype)  # (example, input)
        self.fetched_labels = np.empty((size, *labels.shape[1:]), labels.dtype)  # (example,) or (example, output)
        self.inputs_and_one = np.ones((size, num_inputs + 1), dtype)  # (example, input + 1)
        self.labels = np.empty((size, num_outputs), dtype, order="F")  # (example, output)
        self.outputs = np.empty((size, num_outputs), dtype, order="F")  # (example, output)
        self.classes = np.arange(num_outputs)  # (output,)

    def fetch(self, rows):
        """Fill the first places with these examples."""
        n = len(rows)
        pixels = isinstance(self.all_inputs, Pixels)
        source = self.all_inputs.array if pixels else self.all_inputs  # (example, input)
        np.take(source, rows, axis=0, out=self.fetched_inputs[:n], mode="clip")  # any other mode copies `out` first
        np.take(self.all_labels, rows, axis=0, out=self.fetched_labels[:n], mode="clip")
        if pixels:
            self.all_inputs.to_floats(self.fetched_inputs[:n], self.inputs_and_one[:n])
        else:
            np.copyto(self.inputs_and_one[:n, :-1], self.fetched_inputs[:n])  # (example, input)
        if self.fetched_labels.ndim == 1:
            np.equal(self.fetched_labels[:n, None], self.classes, out=self.labels[:n], casting="unsafe")
        else:
            np.copyto(self.labels[:n], self.fetched_labels[:n])  # (example, output)


def right_or_wrong(model, labels):
    """A function of (outputs, labels) that says for each example whether the class is right; None for no classes."""
    if model.layers[-1].num_neurons > 1:
        if labels.ndim == 1:
            return lambda outputs, labels: outputs.argmax(axis=1) == labels  # (example,)
        if not ((labels == labels.max(axis=1, keepdims=True)).sum(axis=1) == 1).all():
            return None
        return lambda outputs, labels: outputs.argmax(axis=1) == labels.argmax(axis=1)  # (example,)

    boundary = class_boundary(np.unique(labels).tolist())
    if boundary is None:
        return None
    output_boundary = 0.0 if isinstance(model.loss, BinaryCrossEntropy) else boundary  # a logit of 0 is p = 0.5
    return lambda outputs, labels: (outputs[:, 0] > output_boundary) == (labels[:, 0] > boundary)  # (example,)


def share_right(is_right, outputs, labels):
    """The accuracy where the outputs are known; `is_right` comes from `right_or_wrong`."""
    return float(is_right(outputs, labels).mean())


def outputs_of(model, inputs):
    """The outputs (example, output) of many examples; the numbers of the last pass stay as they were."""
    inputs = checked_batch(inputs, model.layers[0].num_inputs, "inputs")
    outputs = np.empty((len(inputs), model.layers[-1].num_neurons), model.dtype)  # (example, output)
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, len(inputs), LOOK_AT):
            activations = with_ones(inputs[start : start + LOOK_AT], model.dtype)[:, :-1]  # (batch, input)
            for layer in model.layers:
                linear_activations = activations @ layer.parameters[:-1]  # (batch, neuron)
                linear_activations += layer.biases
                check_finite(layer, linear_activations, start)
                activations = np.empty_like(linear_activations)  # (batch, neuron)
                layer.array_act.act(linear_activations, activations)
            outputs[start : start + LOOK_AT] = activations
    return outputs


def predict(model, inputs):
    """The outputs (example, output) of many examples; probabilities where the loss is a cross-entropy."""
    return model.array_loss.predict(outputs_of(model, inputs))


def mean_loss_of(model, outputs, labels):
    """The mean loss where the outputs are known."""
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite shows in the mean
        mean_loss = float(losses_of(model, outputs, labels).mean(dtype=np.float64))
    return checked_number(mean_loss, "the mean loss")


def losses_of(model, outputs, labels):
    """The loss of every example (batch,)."""
    outputs, labels = np.ascontiguousarray(outputs.T), np.ascontiguousarray(vectors(model, labels).T)  # (output, batch)
    values = np.empty(outputs.shape[1], model.dtype)  # (batch,)
    model.array_loss.values(outputs, labels, values, Room(outputs))
    return values


def gradients_of(model, outputs, labels):
    """dL/da of every example (batch, output)."""
    outputs, labels = np.ascontiguousarray(outputs.T), np.ascontiguousarray(vectors(model, labels).T)  # (output, batch)
    gradients = np.empty_like(outputs)  # (output, batch)
    model.array_loss.output_gradients(outputs, labels, gradients, Room(outputs))
    return gradients.T


def train_batch(model, inputs, labels, learning_rate):
    """One step for a batch of examples; `Model.train_batch` tells more."""
    inputs, labels = checked_examples(model, inputs, labels)
    learning_rate = checked_learning_rate(learning_rate)
    parameters_before = [layer.parameters.copy() for layer in model.layers]  # (input + 1, neuron) each
    model.start_batch()
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite shows in the loss or the weights
            outputs = model.forward(inputs)  # (batch, output)
            model.backward_pass(gradients_of(model, outputs, labels))
            model.step(learning_rate)
            mean_loss = mean_loss_of(model, outputs, labels)
        check_parameters(model)
    except BaseException:
        set_parameters(model, parameters_before)
        model.start_batch()
        raise
    return mean_loss


def set_parameters(model, all_parameters):
    """Put these weights and biases, (input + 1, neuron) for each layer, into the arrays that are there."""
    for layer, parameters in zip(model.layers, all_parameters, strict=True):
        np.copyto(layer.parameters, parameters)


def checked_examples(model, inputs, labels, where=""):
    """`inputs` (example, input), and `labels` as classes (example,) or as vectors (example, output)."""
    inputs = checked_batch(inputs, model.layers[0].num_inputs, f"{where}inputs")
    return inputs, checked_labels(model, labels, len(inputs), where)


def pieces_of(examples):
    """Checked inputs or labels as bytes, piece by piece: what makes a checkpoint's fingerprint of them."""
    if isinstance(examples, Pixels):
        yield f"Pixels {examples.scale!r} {examples.shift!r} ".encode()
        examples = examples.array  # (example, input)
    yield f"{examples.dtype} {examples.shape} ".encode()
    for start in range(0, len(examples), LOOK_AT):
        yield examples[start : start + LOOK_AT].tobytes()


def tables_from(memory, model):
    """What an optimiser remembers as a table (neuron, input + 1) per layer, the bias's number at the end of a row."""
    return [array.T for array in checked_memory(memory, model, "the optimiser")]


def memory_from(tables, model):
    """What `tables_from` was made of: one array (input + 1, neuron) per layer."""
    return [np.array(np.transpose(table), model.dtype, order="C") for table in tables]  # (input + 1, neuron)


def seen_in_passes(model, inputs, labels, flat):
    """What one pass of every example shows; `neurons.training.fit.seen_in_passes` says what."""
    model = model.copy()
    num_saturated, sum_of_errors = [0] * len(model.layers), [0.0] * len(model.layers)
    alive: set[tuple[int, int]] = set()
    for start in range(0, len(inputs), LOOK_AT):
        some_labels = vectors(model, labels[start : start + LOOK_AT])  # (batch, output)
        outputs = model.forward(inputs[start : start + LOOK_AT])  # (batch, output)
        model.backward_pass(gradients_of(model, outputs, some_labels))
        for layer_idx, layer in enumerate(model.layers):
            is_flat = np.abs(layer.activation_gradients) < flat * abs(layer.activation_function.delta_act(0.0))
            if layer is model.layers[-1]:
                is_flat &= np.abs(layer.activations - some_labels) > 0.5  # (batch, neuron)
            num_saturated[layer_idx] += int(np.count_nonzero(is_flat))
            sum_of_errors[layer_idx] += float(np.abs(layer.errors).sum(dtype=np.float64))
            alive.update((layer_idx, int(j)) for j in np.flatnonzero((layer.activation_gradients != 0.0).any(axis=0)))
    return num_saturated, alive, sum_of_errors


def extreme_labels(model, labels):
    """Labels as lists, among them the smallest and the largest of each output."""
    if labels.ndim == 1:
        return label_lists(model, np.unique(labels))
    return label_lists(model, labels[np.unique([labels.argmin(axis=0), labels.argmax(axis=0)])])


def label_lists(model, labels):
    """Checked labels as lists of floats, one per example."""
    return vectors(model, labels).tolist()


def vectors(model, labels):
    """Checked labels as vectors (example, output): a class becomes a row with a single 1."""
    if labels.ndim == 2:
        return labels
    return (labels[:, None] == np.arange(model.layers[-1].num_neurons)).astype(model.dtype)  # (example, output)


def check_parameters(model):
    """Raise `NotFiniteError` for a weight or bias that is infinite or not-a-number."""
    for layer in model.layers:
        if not all_finite(layer.parameters):
            checked_shape(layer.weights, layer.weights.shape, f"{layer.name}: weights")
            checked_shape(layer.biases, layer.biases.shape, f"{layer.name}: biases")


def checked_labels(model, labels, num_examples, where):
    """`labels` as class indices (example,) or as vectors (example, output), all of them fit for the loss."""
    num_outputs = model.layers[-1].num_neurons
    check_one_label_each(labels, num_examples, where)
    try:
        array = np.asarray(labels)
    except ValueError:
        array = np.empty(0, object)
    if array.ndim == 1 and array.dtype.kind in "iu" and num_outputs > 1:
        if array.min() >= 0 and array.max() < num_outputs:
            return array.astype(np.intp)  # (example,)
    # Not classes: each label becomes a vector by the loss's own rules, which also say what is wrong with it.
    vectors = [model.loss.label_vector(label, num_outputs, f"{where}labels[{i}]") for i, label in enumerate(labels)]
    return np.array(vectors, model.dtype)  # (example, output)
