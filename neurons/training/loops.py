"""The loops: training as the lesson writes it, example by example, by the objects themselves."""

from array import array
from itertools import islice
from math import isfinite

from neurons.checks import checked_number, checked_numbers, checked_rows
from neurons.errors import NeuronsError
from neurons.gradient_check import undisturbed
from neurons.losses import label_vector
from neurons.optimisers import Adam, Momentum
from neurons.training.engine import Engine, Seen, Training
from neurons.training.own_parts import find_own_step


class Loops(Engine):
    """Layers of neurons. Inputs and labels are lists of lists of floats, one list per example."""

    def checked_inputs(self, model, inputs, where=""):
        return checked_rows(inputs, model.layers[0].num_inputs, f"{where}inputs")

    def checked_labels(self, model, labels, where=""):
        num_outputs = model.layers[-1].num_neurons
        vector = getattr(model.loss, "label_vector", label_vector)  # a student's own loss may have none
        return [vector(label, num_outputs, f"{where}labels[{i}]") for i, label in enumerate(labels)]

    def check_weights(self, model):
        for layer in model.layers:
            for neuron in layer.neurons:
                if not has_plain_weights(neuron):
                    neuron.weights = checked_numbers(neuron.weights, f"{neuron.name}: w", neuron.num_inputs)
                    neuron.bias = checked_number(neuron.bias, f"{neuron.name}: the bias")

    # ---- training

    def start(self, *arguments):
        return LoopsTraining(self, *arguments)

    def pass_examples(self, model, inputs, labels):
        loss_sum = 0.0
        for example_inputs, label in zip(inputs, labels, strict=True):
            loss, _ = pass_example(model, example_inputs, label)
            loss_sum += loss
        return loss_sum / len(inputs)

    def weights_of(self, model):
        return [(neuron.weights[:], neuron.bias) for layer in model.layers for neuron in layer.neurons]

    def set_weights(self, model, weights):
        neurons = [neuron for layer in model.layers for neuron in layer.neurons]
        for neuron, (neuron_weights, bias) in zip(neurons, weights, strict=True):
            neuron.weights[:] = neuron_weights
            neuron.bias = bias

    # ---- looking

    def outputs_of(self, model, inputs):
        with undisturbed(model):
            return [model.forward(example) for example in inputs]

    def predictions(self, model, outputs):
        if not hasattr(model.loss, "predict"):  # a student's own loss
            return outputs
        return [model.loss.predict(example_outputs) for example_outputs in outputs]

    def mean_loss_of(self, model, outputs, labels):
        loss_sum = 0.0
        for example_outputs, label in zip(outputs, labels, strict=True):
            loss_sum += finite_loss(model, example_outputs, label)
        return loss_sum / len(labels)

    def seen_in_passes(self, model, inputs, labels, flat):
        num_saturated, sum_of_errors, alive = [0] * len(model.layers), [0.0] * len(model.layers), set()
        with undisturbed(model):
            for example_inputs, label in zip(inputs, labels, strict=True):
                pass_example(model, example_inputs, label)
                for layer_idx, layer in enumerate(model.layers):
                    for j, neuron in enumerate(layer.neurons):
                        if abs(neuron.activation_gradient) < flat * abs(neuron.delta_act(0.0)):
                            is_output = layer is model.layers[-1]
                            num_saturated[layer_idx] += not is_output or abs(neuron.activation - label[j]) > 0.5
                        sum_of_errors[layer_idx] += abs(neuron.error)
                        if neuron.activation_gradient != 0.0:
                            alive.add((layer_idx, j))
        return Seen(num_saturated, alive, sum_of_errors)

    def largest_inputs(self, model, inputs):
        return [max(abs(example[i]) for example in inputs) for i in range(model.layers[0].num_inputs)]

    def label_lists(self, model, labels):
        return labels

    def extreme_labels(self, model, labels):
        return labels

    # ---- classes

    def num_right(self, classes, outputs, labels):
        return sum(is_right(classes, *pair) for pair in zip(outputs, labels, strict=True))

    def have_one_largest(self, labels):
        return all(label.count(max(label)) == 1 for label in labels)

    def distinct_labels(self, labels):
        return {label[0] for label in labels}

    # ---- files

    def pieces_of(self, examples):
        for numbers in examples:
            yield array("d", numbers).tobytes()

    def tables_from(self, memory, model):
        tables = []
        rows = iter(memory or ())
        for layer in model.layers:
            zeros = [[0.0] * (layer.num_inputs + 1)] * layer.num_neurons  # before its first step
            tables.append(zeros if memory is None else list(islice(rows, layer.num_neurons)))
        return tables

    def memory_from(self, tables, model):
        return [[float(number) for number in row] for table in tables for row in table]


LOOPS = Loops()


class LoopsTraining(Training):
    """One call of `fit` by the objects: each example's passes, and a step after each batch."""

    def __init__(self, engine, model, inputs, labels, batch_size, learning_rate, optimiser, classes, rng):
        super().__init__(engine, model, inputs, labels, batch_size, learning_rate, optimiser, classes, rng)
        if isinstance(optimiser, (Momentum, Adam)):
            own_step = find_own_step(model)
            if own_step is not None:
                raise NeuronsError(f"{optimiser} moves each weight itself, but {own_step}, which only SGD() takes")

    def train(self, order):
        loss_sum, num_right = 0.0, 0
        for start in range(0, len(order), self.batch_size):
            for example in order[start : start + self.batch_size]:
                label = self.labels[example]
                loss, outputs = pass_example(self.model, self.inputs[example], label)
                loss_sum += loss
                num_right += self.classes is not None and is_right(self.classes, outputs, label)
            with self.whole_step:
                self.optimiser.step(self.model, self.learning_rate)
        self.engine.check_weights(self.model)
        return loss_sum, num_right


def has_plain_weights(neuron):
    """True for as many finite floats as there are inputs, in a list, and such a bias."""
    weights = neuron.weights
    if type(weights) is not list or len(weights) != neuron.num_inputs:
        return False
    try:
        total = sum(weights, neuron.bias)
    except TypeError:
        return False
    return type(total) is float and isfinite(total)


def pass_example(model, inputs, label):
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


def is_right(classes, outputs, label):
    """True if the outputs of one example name the class of its label."""
    if classes.label_boundary is None:
        return outputs.index(max(outputs)) == label.index(max(label))
    return (outputs[0] > classes.output_boundary) == (label[0] > classes.label_boundary)
