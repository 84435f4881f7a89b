"""The engine of arrays: its steps allocate nothing, since the arrays are made once and every step fills them again.

The examples are fetched in chunks of several batches, since one large gather is cheaper than many small ones. For plain
SGD the step is part of the backward pass: the product that makes the gradients adds -learning_rate / batch times them
to the parameters at once.
"""

from contextlib import ExitStack
from functools import partial

import numpy as np

from neurons.arrays.batches import Pixels, all_finite, checked_batch, checked_shape, with_ones
from neurons.arrays.functions import Workspace, adam_step, array_loss, checked_memory, momentum_step
from neurons.arrays.layer import LayerArrays, LayerPass, VectorLayer, check_finite
from neurons.arrays.products import one_thread
from neurons.checks import checked_number
from neurons.errors import NeuronsError, NotFiniteError
from neurons.layer import Layer
from neurons.training.engine import Engine, Seen, Training
from neurons.training.own_parts import is_plain_sgd

CHUNK = 64  # examples fetched together: enough to make fetching cheap at batch size 1, few enough for the cache
LOOK_AT = 1000  # examples looked at together by `predict` and the like
LOOK_BACK_AT = 500  # examples whose losses are worked out together after an epoch: few calls, and small arrays


class Arrays(Engine):
    """Layers of arrays. Inputs are (example, input); labels are classes (example,) or vectors (example, output)."""

    def checked_inputs(self, model, inputs, where=""):
        return checked_batch(inputs, model.layers[0].num_inputs, f"{where}inputs")

    def checked_labels(self, model, labels, where=""):
        num_outputs = model.layers[-1].num_neurons
        if num_outputs > 1 and set(map(type, labels)) == {int} and min(labels) >= 0 and max(labels) < num_outputs:
            return np.array(labels, np.intp)  # (example,)
        # Not classes: each label becomes a vector by the loss's own rules, which also say what is wrong with it.
        vectors = [model.loss.label_vector(label, num_outputs, f"{where}labels[{i}]") for i, label in enumerate(labels)]
        return np.array(vectors, dtype_of(model))  # (example, output)

    def check_weights(self, model):
        for layer in model.layers:
            if not all_finite(layer.parameters):
                checked_shape(layer.weights, layer.weights.shape, f"{layer.name}: weights")
                checked_shape(layer.biases, layer.biases.shape, f"{layer.name}: biases")

    # ---- training

    def start(self, *arguments):
        return ArraysTraining(self, *arguments)

    def pass_examples(self, model, inputs, labels):
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite shows in the loss or the weights
            outputs = model.forward(inputs)  # (batch, output)
            model.backward_pass(gradients_of(model, outputs, labels))
        return self.mean_loss_of(model, outputs, labels)

    def weights_of(self, model):
        return [layer.parameters.copy() for layer in model.layers]  # (input + 1, neuron) each

    def set_weights(self, model, weights):
        for layer, parameters in zip(model.layers, weights, strict=True):
            np.copyto(layer.parameters, parameters)  # (input + 1, neuron)

    def step_of(self, optimiser):
        return {"momentum": momentum_step, "adam": adam_step}.get(optimiser.name)

    # ---- looking

    def outputs_of(self, model, inputs):
        check_is_plain(model)
        outputs = np.empty((len(inputs), model.layers[-1].num_neurons), dtype_of(model))  # (example, output)
        with np.errstate(over="ignore", invalid="ignore"):
            for start in range(0, len(inputs), LOOK_AT):
                activations = with_ones(inputs[start : start + LOOK_AT], dtype_of(model))[:, :-1]  # (batch, input)
                for layer in model.layers:
                    linear_activations = activations @ layer.parameters[:-1]  # (batch, neuron)
                    linear_activations += layer.biases
                    check_finite(layer, linear_activations, start)
                    activations = np.empty_like(linear_activations)  # (batch, neuron)
                    layer.array_act.act(linear_activations, activations)
                outputs[start : start + LOOK_AT] = activations
        return outputs

    def predictions(self, model, outputs):
        return array_loss(model.loss).predict(outputs)

    def mean_loss_of(self, model, outputs, labels):
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite shows in the mean
            mean_loss = float(losses_of(model, outputs, labels).mean(dtype=np.float64))
        return checked_number(mean_loss, "the mean loss")

    def seen_in_passes(self, model, inputs, labels, flat):
        model = model.copy()  # looking leaves the numbers of the last pass as they were
        num_saturated, sum_of_errors = [0] * len(model.layers), [0.0] * len(model.layers)
        alive: set[tuple[int, int]] = set()
        for start in range(0, len(inputs), LOOK_AT):
            some_labels = vectors(model, labels[start : start + LOOK_AT])  # (batch, output)
            outputs = model.forward(inputs[start : start + LOOK_AT])  # (batch, output)
            model.backward_pass(gradients_of(model, outputs, some_labels))
            for layer_idx, layer in enumerate(model.layers):
                slopes = layer.activation_gradients  # (batch, neuron)
                is_flat = np.abs(slopes) < flat * abs(layer.activation_function.delta_act(0.0))
                if layer is model.layers[-1]:
                    is_flat &= np.abs(layer.activations - some_labels) > 0.5  # (batch, neuron)
                num_saturated[layer_idx] += int(np.count_nonzero(is_flat))
                sum_of_errors[layer_idx] += float(np.abs(layer.errors).sum(dtype=np.float64))
                alive.update((layer_idx, int(j)) for j in np.flatnonzero((slopes != 0.0).any(axis=0)))
        return Seen(num_saturated, alive, sum_of_errors)

    def largest_inputs(self, model, inputs):
        array = inputs.array if isinstance(inputs, Pixels) else inputs  # (example, input)
        ends = np.array([array.min(axis=0), array.max(axis=0)], float)  # (smallest and largest, input)
        if isinstance(inputs, Pixels):
            ends = ends * inputs.scale + inputs.shift  # (smallest and largest, input)
        return np.abs(ends).max(axis=0).tolist()

    def label_lists(self, model, labels):
        return vectors(model, labels).tolist()

    def extreme_labels(self, model, labels):
        if labels.ndim == 1:
            return self.label_lists(model, np.unique(labels))
        return self.label_lists(model, labels[np.unique([labels.argmin(axis=0), labels.argmax(axis=0)])])

    # ---- classes

    def num_right(self, classes, outputs, labels):
        if classes.label_boundary is not None:
            right = (outputs[:, 0] > classes.output_boundary) == (labels[:, 0] > classes.label_boundary)  # (example,)
        else:
            right = outputs.argmax(axis=1) == (labels if labels.ndim == 1 else labels.argmax(axis=1))  # (example,)
        return int(np.count_nonzero(right))

    def have_one_largest(self, labels):
        return labels.ndim == 1 or bool(((labels == labels.max(axis=1, keepdims=True)).sum(axis=1) == 1).all())

    def distinct_labels(self, labels):
        return set(np.unique(labels).tolist())

    # ---- files

    def pieces_of(self, examples):
        if isinstance(examples, Pixels):
            yield f"Pixels {examples.scale!r} {examples.shift!r} ".encode()
            examples = examples.array  # (example, input)
        yield f"{examples.dtype} {examples.shape} ".encode()
        for start in range(0, len(examples), LOOK_AT):
            yield examples[start : start + LOOK_AT].tobytes()

    def tables_from(self, memory, model):
        return [array.T for array in checked_memory(memory, model, "the optimiser")]  # (neuron, input + 1) each

    def memory_from(self, tables, model):
        dtype = dtype_of(model)
        return [np.array(np.transpose(table), dtype, order="C") for table in tables]  # (input + 1, neuron) each


ARRAYS = Arrays()


class ArraysTraining(Training):
    """One call of `fit` on arrays: a step after each batch."""

    def __init__(self, engine, model, inputs, labels, batch_size, learning_rate, optimiser, classes, rng):
        check_is_plain(model)
        super().__init__(engine, model, inputs, labels, batch_size, learning_rate, optimiser, classes, rng)
        self.rng = None if rng is None else np.random.default_rng(rng.getrandbits(128))
        self.order = np.arange(len(inputs))  # (example,)
        self.num_used = 0  # for which the arrays have been made

    def epochs(self, count, num_used, looked_at):
        parts = self.parts()
        for _ in range(count):
            if looked_at and self.parts() != parts:  # somebody gave the model other parts
                check_is_plain(self.model)
                self.weights_before = self.engine.weights_of(self.model)
                self.num_used, parts = 0, self.parts()
            yield self.epoch(self.next_order(num_used))

    def parts(self):
        """What the arrays and calls below are made for."""
        model = self.model
        own = [set(vars(part)) for part in (model, model.loss, *model.layers)]
        layers = [(id(layer), id(layer.parameters), layer.activation_function) for layer in model.layers]
        return layers, id(model.loss), getattr(model.loss, "scale", None), own

    def keep_weights(self):
        for layer, before in zip(self.model.layers, self.weights_before, strict=True):
            np.copyto(before, layer.parameters)  # (input + 1, neuron)

    def make_arrays(self, num_used):
        """The chunk, and a pass for every batch in it."""
        self.num_used = num_used
        self.batch_size = min(self.batch_size, num_used)
        num_batches, rest = divmod(num_used, self.batch_size)
        self.chunk_size = self.batch_size * min(max(1, CHUNK // self.batch_size), num_batches)
        self.chunk = Chunk(self.model, self.inputs, self.labels, self.chunk_size)
        shape = (num_used, self.model.layers[-1].num_neurons)
        self.outputs = np.empty(shape, dtype_of(self.model), order="F")  # (example, output), in the order of an epoch
        self.passes = self.make_passes(range(0, self.chunk_size, self.batch_size), self.batch_size)
        # A last, smaller batch follows the whole ones of its chunk.
        start_of_rest = num_batches * self.batch_size % self.chunk_size
        self.rest_passes = self.make_passes([start_of_rest], rest) if rest else []

    def make_passes(self, starts, batch_size):
        """A pass for the batches that begin at these places of a chunk; they share all arrays but the inputs."""
        layers = self.model.layers
        arrays = [LayerArrays(layer, batch_size, layer is layers[-1]) for layer in layers]
        workspace = Workspace(outputs_first(arrays[-1].activations))
        if is_plain_sgd(self.optimiser):
            scale, gradients, step = -self.learning_rate / batch_size, [layer.parameters for layer in layers], None
        else:
            scale, gradients, step = 1.0, [layer.sums for layer in layers], partial(self.step, batch_size)
        places = [slice(start, start + batch_size) for start in starts]
        return [BatchPass(self.model, self.chunk, place, arrays, workspace, scale, gradients, step) for place in places]

    def step(self, batch_size):
        """The step of an optimiser that looks at the gradients first."""
        for layer in self.model.layers:
            layer.num_examples = batch_size
        self.optimiser.step(self.model, self.learning_rate)

    def train(self, order):
        if len(order) != self.num_used:
            self.make_arrays(len(order))
        self.model.forget_pass()  # its arrays are filled anew: a failed epoch must not show a mixture
        with ExitStack() as stack, np.errstate(over="ignore", invalid="ignore"):  # what is not finite shows in the loss
            with self.whole_step:  # a Ctrl-C in there would leave BLAS with one thread
                stack.enter_context(one_thread())
            for start in range(0, len(order), self.chunk_size):
                examples = order[start : start + self.chunk_size]  # (example,)
                self.chunk.fetch(examples)
                num_whole = len(examples) // self.batch_size
                with self.whole_step:  # around several: a layer takes its step in the midst of the backward pass
                    for batch_pass in self.passes[:num_whole]:
                        for call in batch_pass.calls:
                            call()
                    if num_whole * self.batch_size < len(examples):
                        for call in self.rest_passes[0].calls:
                            call()
                np.copyto(self.outputs[start : start + len(examples)], self.chunk.outputs[: len(examples)])
            loss_sum, num_right = self.look_back(order)
        self.engine.check_weights(self.model)
        if not np.isfinite(loss_sum):
            raise NotFiniteError(f"the sum of the losses must be a finite number but is {loss_sum}")
        last_pass = self.rest_passes[0] if self.rest_passes else self.passes[num_whole - 1]
        for layer, layer_pass in zip(self.model.layers, last_pass.layers, strict=True):
            layer_pass.has_errors = True
            layer.last_pass = layer_pass  # the last batch stays visible, as neurons show the last example
        return loss_sum, num_right

    def look_back(self, order):
        """The sum of the losses and the number right, from the outputs that the steps of an epoch have left."""
        loss_sum, num_right = 0.0, 0
        for start in range(0, len(order), LOOK_BACK_AT):
            outputs = self.outputs[start : start + LOOK_BACK_AT]  # (example, output)
            labels = self.labels[order[start : start + LOOK_BACK_AT]]  # (example,) or (example, output)
            loss_sum += float(losses_of(self.model, outputs, labels).sum(dtype=np.float64))
            if self.classes is not None:
                num_right += self.engine.num_right(self.classes, outputs, labels)
        return loss_sum, num_right


class BatchPass:
    """One training step for the batch at one place of a chunk: `calls`, one after the other."""

    def __init__(self, model, chunk, place, arrays, workspace, scale, gradients, step):
        self.layers = []
        inputs = chunk.inputs_and_one[place]
        input_gradients = None  # training has no use for those of the first layer
        for layer, layer_arrays, layer_gradients in zip(model.layers, arrays, gradients, strict=True):
            self.layers.append(LayerPass(layer, inputs, layer_arrays, input_gradients, scale, layer_gradients))
            inputs, input_gradients = layer_arrays.activations_and_one, layer_arrays.output_gradients

        outputs, output_gradients = outputs_first(arrays[-1].activations), outputs_first(arrays[-1].output_gradients)
        labels, kept_outputs = outputs_first(chunk.labels[place]), outputs_first(chunk.outputs[place])
        self.calls = [call for layer_pass in self.layers for call in layer_pass.forward]
        self.calls.append(partial(np.copyto, kept_outputs, outputs))  # for the loss, worked out once per epoch
        self.calls.append(
            partial(array_loss(model.loss).output_gradients, outputs, labels, output_gradients, workspace)
        )
        self.calls += [call for layer_pass in reversed(self.layers) for call in layer_pass.backward]
        if step is not None:
            self.calls.append(step)


def outputs_first(array):
    """(batch, output) as the losses see it: a view (output, batch), or (output,) of a single example."""
    return array[0] if len(array) == 1 else array.T


class Chunk:
    """The examples fetched together: inputs with a column of ones, label vectors, and the outputs the model gave."""

    def __init__(self, model, inputs, labels, size):
        num_inputs, num_outputs, dtype = model.layers[0].num_inputs, model.layers[-1].num_neurons, dtype_of(model)
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


def layers_of_arrays(model, dtype):
    """The layers of a model of neurons with the same numbers in arrays; `NeuronsError` for the reader's own parts."""
    check_is_plain(model)
    layers = []
    for layer in model.layers:
        twin = VectorLayer(
            layer.num_inputs, len(layer.neurons), layer.activation_function, init="zeros", name=layer.name, dtype=dtype
        )
        for view, neuron in zip(twin.neurons, layer.neurons, strict=True):
            view.weights, view.bias = neuron.weights, neuron.bias
        layers.append(twin)
    return layers


def check_is_plain(model):
    """Raise `NeuronsError` for a model with a part of the reader's own, and say which."""
    own_part = model.own_part()
    if own_part is not None:
        raise NeuronsError(
            f"arrays cannot run this model: {own_part}. Only loops can: leave out engine and vectorised()"
        )


def layers_of_neurons(model):
    """The layers of a model on arrays with the same numbers in neurons."""
    layers = []
    for layer in model.layers:
        twin = Layer(layer.num_inputs, layer.num_neurons, layer.activation_function, init="zeros", name=layer.name)
        for neuron, view in zip(twin.neurons, layer.neurons, strict=True):
            neuron.weights, neuron.bias = view.weights.tolist(), view.bias
        layers.append(twin)
    return layers


def dtype_of(model):
    """float32 or float64: that of the first layer's arrays."""
    return model.layers[0].dtype


def losses_of(model, outputs, labels):
    """The loss of every example (batch,)."""
    outputs, labels = np.ascontiguousarray(outputs.T), np.ascontiguousarray(vectors(model, labels).T)  # (output, batch)
    values = np.empty(outputs.shape[1], dtype_of(model))  # (batch,)
    array_loss(model.loss).values(outputs, labels, values, Workspace(outputs))
    return values


def gradients_of(model, outputs, labels):
    """dL/da of every example (batch, output)."""
    outputs, labels = np.ascontiguousarray(outputs.T), np.ascontiguousarray(vectors(model, labels).T)  # (output, batch)
    gradients = np.empty_like(outputs)  # (output, batch)
    array_loss(model.loss).output_gradients(outputs, labels, gradients, Workspace(outputs))
    return gradients.T


def vectors(model, labels):
    """Checked labels as vectors (example, output): a class becomes a row with a single 1."""
    if labels.ndim == 2:
        return labels
    return (labels[:, None] == np.arange(model.layers[-1].num_neurons)).astype(dtype_of(model))  # (example, output)
