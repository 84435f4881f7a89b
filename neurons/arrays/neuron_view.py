"""The live view of one neuron in a layer of arrays, under the names of `Neuron`."""

from neurons.arrays.batches import checked_shape
from neurons.checks import as_int, checked_number
from neurons.errors import NeuronsError
from neurons.neuron import Neuron
from neurons.text import describe_neuron, show


class NeuronView:
    """One neuron of a `VectorLayer` under the names of `Neuron`: it holds no numbers, and what is written goes through.

    Its pass is that of the batch's last example; `at(example)` picks another. `copy()` gives a real `Neuron`.
    """

    def __init__(self, layer, neuron_idx, example=-1):
        self.layer = layer
        self.neuron_idx = neuron_idx
        self.example = example

    def __getattr__(self, word):
        message = f"{type(self).__name__!r} object has no attribute {word!r}"
        if word in ("forward", "backward_pass", "step"):
            message = f"{self.name} is a view and has no {word}: call that of the model, or of view.copy(), a Neuron"
        raise AttributeError(message)

    def at(self, example):
        """The same neuron, looking at this example of the last batch."""
        batch = 0 if self.layer.last_pass is None else len(self.layer.last_pass.inputs)
        idx = as_int(example)
        if idx is None or not -batch <= idx < batch:
            raise NeuronsError(f"{self.name}: the last pass had {batch} examples but got example {show(example)}")
        return NeuronView(self.layer, self.neuron_idx, idx)

    @property
    def name(self):
        """hidden[7]"""
        return f"{self.layer.name or 'layer'}[{self.neuron_idx}]"

    @property
    def num_inputs(self):
        """How many weights it has."""
        return self.layer.num_inputs

    @property
    def activation_function(self):
        """The activation function of its layer."""
        return self.layer.activation_function

    @property
    def act(self):
        """z -> a"""
        return self.layer.activation_function.act

    @property
    def delta_act(self):
        """z -> da/dz"""
        return self.layer.activation_function.delta_act

    @property
    def weights(self):
        """(input,), a view: writing to it changes the layer."""
        return self.layer.weights[self.neuron_idx]

    @weights.setter
    def weights(self, weights):
        self.weights[:] = checked_shape(weights, self.weights.shape, f"{self.name}: weights")

    @property
    def bias(self):
        """The bias; setting it changes the layer."""
        return float(self.layer.biases[self.neuron_idx])

    @bias.setter
    def bias(self, bias):
        self.layer.biases[self.neuron_idx] = checked_number(bias, f"{self.name}: bias")

    @property
    def input_activation(self):
        """i of its example, (input,)."""
        inputs = self.layer.input_activations
        return None if inputs is None else inputs[self.example]

    @property
    def linear_activation(self):
        """z of its example."""
        return self.number(self.layer.linear_activations)

    @property
    def activation(self):
        """a of its example."""
        return self.number(self.layer.activations)

    @property
    def output_gradient(self):
        """dL/da of its example."""
        return self.number(self.layer.output_gradients)

    @property
    def activation_gradient(self):
        """da/dz of its example."""
        return self.number(self.layer.activation_gradients)

    @property
    def error(self):
        """dL/dz of its example."""
        return self.number(self.layer.errors)

    @property
    def gradients(self):
        """dL/dw of its example, (input,)."""
        errors = self.layer.errors
        return None if errors is None else errors[self.example, self.neuron_idx] * self.input_activation

    @property
    def bias_gradient(self):
        """dL/db of its example."""
        return self.error

    @property
    def input_gradients(self):
        """This neuron's share of dL/di of its example, (input,), from the weights as they are now."""
        errors = self.layer.errors
        return None if errors is None else errors[self.example, self.neuron_idx] * self.weights

    @property
    def gradient_sums(self):
        """(input,): the sum over the examples since the last step."""
        return self.layer.gradient_sums[self.neuron_idx]

    @property
    def bias_gradient_sum(self):
        """The sum over the examples since the last step."""
        return float(self.layer.bias_gradient_sums[self.neuron_idx])

    @property
    def num_examples(self):
        """How many examples there have been since the last step."""
        return self.layer.num_examples

    def number(self, array):
        """This neuron's and example's number in (batch, neuron), or None where there is no array."""
        return None if array is None else float(array[self.example, self.neuron_idx])

    def copy(self):
        """A real `Neuron` with the same weights and the numbers of its example: one to step through."""
        act = self.activation_function
        twin = Neuron(self.num_inputs, act, weights=self.weights.tolist(), bias=self.bias, name=self.name)
        for word in ("input_activation", "gradients", "input_gradients"):
            array = getattr(self, word)
            setattr(twin, word, None if array is None else [float(number) for number in array])
        for word in (
            "linear_activation",
            "activation",
            "output_gradient",
            "activation_gradient",
            "error",
            "bias_gradient",
        ):
            setattr(twin, word, getattr(self, word))
        return twin

    def __repr__(self):
        return describe_neuron(self)
