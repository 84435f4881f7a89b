"""The engine of arrays: what training and looking need, a batch at a time."""

import numpy as np

from neurons.arrays.batch_loss import dtype_of, gradients_of, label_vectors, losses_of
from neurons.arrays.batches import Pixels, all_finite, checked_batch, checked_shape, with_ones
from neurons.arrays.conversion import check_is_plain
from neurons.arrays.functions import adam_step, array_loss, checked_memory, momentum_step
from neurons.arrays.layer import check_finite
from neurons.arrays.training import ArraysTraining
from neurons.checks import checked_number
from neurons.training.engine import Engine, Seen

LOOK_AT = 1000  # examples looked at together by `predict` and the like


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

    def takes_step(self, optimiser, model, learning_rate):
        step = {"momentum": momentum_step, "adam": adam_step}.get(optimiser.name)
        if step is not None:
            step(optimiser, model, learning_rate)
        return step is not None

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
            some_labels = label_vectors(model, labels[start : start + LOOK_AT])  # (batch, output)
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
        return label_vectors(model, labels).tolist()

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
