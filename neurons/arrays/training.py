"""A training on arrays: its steps allocate nothing, since the arrays are made once and every step fills them again.

The examples are fetched in chunks of several batches, since one large gather is cheaper than many small ones. For plain
SGD the step is part of the backward pass: the product that makes the gradients adds -learning_rate / batch times them
to the parameters at once.
"""

from contextlib import ExitStack
from functools import partial

import numpy as np

from neurons.arrays.batch_loss import dtype_of, losses_of
from neurons.arrays.batches import Pixels
from neurons.arrays.conversion import check_is_plain
from neurons.arrays.functions import Workspace, array_loss
from neurons.arrays.layer import LayerArrays, LayerPass
from neurons.arrays.products import one_thread
from neurons.errors import NotFiniteError
from neurons.training.engine import Training
from neurons.training.own_parts import is_plain_sgd

CHUNK = 64  # examples fetched together: enough to make fetching cheap at batch size 1, few enough for the cache
LOOK_BACK_AT = 500  # examples whose losses are worked out together after an epoch: few calls, and small arrays


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
