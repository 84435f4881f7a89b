"""The same model on NumPy arrays: whole layers and batches at once, with a live view of every neuron.

A bias is a weight whose input is always 1. So the numbers of a layer are one array, `parameters` (input + 1, neuron),
whose last row holds the biases, and what flows into a layer has a last column of ones. Then each of the three formulas
of a layer is one matrix product:

    linear activations = inputs · parameters       (batch, neuron)
    gradient sums      = inputsᵀ · errors          (input + 1, neuron)
    input gradients    = errors · weights          (batch, input)
"""

from functools import cached_property, partial
from typing import Literal

import numpy as np

from neurons.activations import Activation, sigmoid
from neurons.arrays.batches import checked_batch, checked_dtype, checked_shape, with_ones
from neurons.arrays.functions import array_activation
from neurons.arrays.neuron_view import NeuronView
from neurons.arrays.products import empty_array, product, scaled_product_added
from neurons.checks import check_has_gradients, checked_learning_rate
from neurons.errors import NotFiniteError, OrderError
from neurons.layer import Layer
from neurons.text import summary


class LayerArrays:
    """The arrays of one layer for one batch size, in the lesson's words; all (batch, neuron).

    The output layer lies in memory output after output, as the losses want it; where it is `identity`, a is z and dL/dz
    is dL/da, and one array serves for two. The other layers' activations go on to the next with a column of ones: as a
    copy, since NumPy is slower on rows with gaps between them; a single row has none.
    """

    def __init__(self, layer, batch, is_output):
        shape, dtype = (batch, layer.num_neurons), layer.dtype
        order: Literal["F", "C"] = "F" if is_output else "C"
        self.activations_and_one = None if is_output else np.ones((batch, shape[1] + 1), dtype)  # (batch, neuron + 1)
        if self.activations_and_one is None or batch > 1:
            self.activations = np.empty(shape, dtype, order)  # (batch, neuron)
        else:
            self.activations = self.activations_and_one[:, :-1]  # (1, neuron)
        self.output_gradients = np.empty(shape, dtype, order)  # (batch, neuron)
        self.activation_gradients = np.ones(shape, dtype, order)  # (batch, neuron)
        if is_output and layer.activation_function.name == "identity":
            self.linear_activations, self.errors = self.activations, self.output_gradients
        else:
            self.linear_activations = np.empty(shape, dtype, order)  # (batch, neuron)
            self.errors = np.empty(shape, dtype, order)  # (batch, neuron)


class LayerPass:
    """One layer's passes for one batch: the calls of `forward` and of `backward`, one after the other.

    `inputs` (batch, input + 1) has a last column of ones; `input_gradients` (batch, input) is where they go, None if
    they are not needed. `scale` times the gradients (input + 1, neuron) is added to `gradients`.
    """

    def __init__(self, layer, inputs, arrays, input_gradients, scale, gradients):
        self.inputs, self.arrays, self.input_gradients = inputs, arrays, input_gradients
        self.has_errors = False
        z, a, slopes = arrays.linear_activations, arrays.activations, arrays.activation_gradients  # (batch, neuron)

        self.forward = [product(inputs, layer.parameters, z)]
        if a is not z:
            self.forward.append(partial(layer.array_act.act, z, a))
        if arrays.activations_and_one is not None and a.base is not arrays.activations_and_one:
            self.forward.append(partial(np.copyto, arrays.activations_and_one[:, :-1], a))

        self.backward = []
        if a is not z:
            self.backward.append(partial(layer.array_act.delta_act, z, a, slopes))
            self.backward.append(partial(np.multiply, arrays.output_gradients, slopes, out=arrays.errors))
        if input_gradients is not None:  # before the weights move
            self.backward.append(product(arrays.errors, layer.weights, input_gradients))
        self.backward.append(scaled_product_added(scale, inputs.T, arrays.errors, gradients))


class VectorLayer:
    """`num_neurons` neurons with `num_inputs` weights each, as arrays; the verbs and words of `Layer`.

    `weights` (neuron, input) and `biases` (neuron,) are views that can be written to. After a pass of a batch:
    `input_activations` (batch, input), `linear_activations`, `activations`, `output_gradients`, `activation_gradients`,
    `errors`, each (batch, neuron), and `input_gradients` (batch, input); None before. `gradient_sums` (neuron, input)
    and `bias_gradient_sums` (neuron,) collect the `num_examples` since the last step. `neurons` are live views.
    """

    def __init__(
        self, num_inputs, num_neurons, act: Activation = sigmoid, *, init=None, rng=None, name=None, dtype=np.float64
    ):
        start = Layer(num_inputs, num_neurons, act, init=init, rng=rng, name=name)
        array_activation(act)  # or the error for one that has no array form
        self.num_inputs, self.num_neurons, self.activation_function = num_inputs, num_neurons, act
        self.parameters = empty_array((num_inputs + 1, num_neurons), checked_dtype(dtype))  # (input + 1, neuron)
        for j, neuron in enumerate(start.neurons):
            self.parameters[:-1, j] = neuron.weights  # (input,)
            self.parameters[-1, j] = neuron.bias
        self.name = name
        self.last_pass: LayerPass | None = None
        self.sums = np.zeros_like(self.parameters)  # (input + 1, neuron)
        self.num_examples = 0
        self.neurons = [NeuronView(self, j) for j in range(num_neurons)]

    @property
    def array_act(self):
        """The activation function for whole arrays."""
        return array_activation(self.activation_function)

    @property
    def dtype(self):
        """float32 or float64."""
        return self.parameters.dtype

    @cached_property
    def workspace(self):
        """An array to calculate in, (input + 1, neuron), made when an optimiser first asks for it."""
        return np.empty_like(self.parameters)

    @property
    def weights(self):
        """(neuron, input), a view: row j is neuron j."""
        return self.parameters[:-1].T

    @weights.setter
    def weights(self, weights):
        self.weights[:] = checked_shape(weights, self.weights.shape, f"{self.name}: weights")

    @property
    def biases(self):
        """(neuron,), a view."""
        return self.parameters[-1]

    @biases.setter
    def biases(self, biases):
        self.biases[:] = checked_shape(biases, self.biases.shape, f"{self.name}: biases")

    def forget_pass(self):
        """Show no pass, and be ready for no backward pass."""
        self.last_pass = None

    def start_batch(self):
        """Forget the gradients collected since the last step."""
        self.sums.fill(0.0)  # (input + 1, neuron)
        self.num_examples = 0

    @property
    def gradient_sums(self):
        """(neuron, input): the sum over the examples since the last step."""
        return self.sums[:-1].T

    @property
    def bias_gradient_sums(self):
        """(neuron,): the sum over the examples since the last step."""
        return self.sums[-1]

    def forward(self, inputs):
        """Return the activations (batch, neuron) for `inputs` (batch, input).

        Raises `LengthError` for another shape, `NotFiniteError` where an input or a weighted sum is not finite.
        """
        inputs = checked_batch(inputs, self.num_inputs, f"{self.name}: inputs")
        arrays = LayerArrays(self, len(inputs), is_output=False)
        input_gradients = np.empty(inputs.shape, self.dtype)  # (batch, input)
        layer_pass = LayerPass(self, with_ones(inputs, self.dtype), arrays, input_gradients, 1.0, self.sums)
        self.forget_pass()  # should this one fail, no backward pass goes on with the one before
        with np.errstate(over="ignore", invalid="ignore"):
            for call in layer_pass.forward:
                call()
        check_finite(self, arrays.linear_activations)
        self.last_pass = layer_pass
        return arrays.activations.copy()  # (batch, neuron)

    def backward_pass(self, output_gradients):
        """Return dL/di (batch, input) for dL/da (batch, neuron); no weight changes.

        Raises `OrderError` before a `forward`, and when the same `forward` had its backward pass already.
        """
        if self.last_pass is None or self.last_pass.has_errors:
            raise OrderError(f"{self.name}: call forward before each backward_pass")
        arrays = self.last_pass.arrays
        what = f"{self.name}: output_gradients"
        arrays.output_gradients[:] = checked_shape(output_gradients, arrays.errors.shape, what)
        for call in self.last_pass.backward:
            call()
        self.last_pass.has_errors = True
        self.num_examples += len(arrays.errors)
        return self.last_pass.input_gradients.copy()  # (batch, input)

    def step(self, learning_rate):
        """Move the weights against the mean of the gradients since the last step, and start a new batch.

        Raises `OrderError` where there has been no `backward_pass` since then.
        """
        check_has_gradients(self)
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite shows in the next forward pass
            self.parameters -= checked_learning_rate(learning_rate) * (self.sums / self.num_examples)
        self.start_batch()

    @property
    def input_activations(self):
        """i of the last pass, (batch, input)."""
        return None if self.last_pass is None else self.last_pass.inputs[:, :-1]

    @property
    def linear_activations(self):
        """z of the last pass, (batch, neuron)."""
        return None if self.last_pass is None else self.last_pass.arrays.linear_activations

    @property
    def activations(self):
        """a of the last pass, (batch, neuron)."""
        return None if self.last_pass is None else self.last_pass.arrays.activations

    @property
    def output_gradients(self):
        """dL/da of the last pass, (batch, neuron)."""
        return self.of_the_backward_pass("output_gradients")

    @property
    def activation_gradients(self):
        """da/dz of the last pass, (batch, neuron)."""
        return self.of_the_backward_pass("activation_gradients")

    @property
    def errors(self):
        """dL/dz of the last pass, (batch, neuron)."""
        return self.of_the_backward_pass("errors")

    @property
    def input_gradients(self):
        """dL/di of the last pass, (batch, input); None after `fit` for the first layer, which has no use for them."""
        return self.last_pass.input_gradients if self.last_pass is not None and self.last_pass.has_errors else None

    def of_the_backward_pass(self, name):
        """A number of the last pass, or None as long as that had no backward pass."""
        last_pass = self.last_pass
        return getattr(last_pass.arrays, name) if last_pass is not None and last_pass.has_errors else None

    def copy(self):
        """A layer of its own with the same weights, before any pass."""
        twin = object.__new__(type(self))  # not by its constructor, which would draw first weights
        vars(twin).update(vars(self))
        vars(twin).pop("workspace", None)
        twin.forget_pass()
        twin.parameters = empty_array(self.parameters.shape, self.dtype)  # (input + 1, neuron)
        np.copyto(twin.parameters, self.parameters)
        twin.sums = np.zeros_like(twin.parameters)  # (input + 1, neuron)
        twin.num_examples = 0
        twin.neurons = [NeuronView(twin, j) for j in range(self.num_neurons)]
        return twin

    def __getstate__(self):
        """For pickle and copy.deepcopy: of the last pass the arrays, since its calls are bound to this layer's."""
        last = self.last_pass
        kept = None if last is None else (last.inputs, last.arrays, last.input_gradients, last.has_errors)
        return {**vars(self), "last_pass": kept}

    def __setstate__(self, state):
        """The twin of a layer, with the calls of its last pass bound to its own arrays."""
        vars(self).update(state)
        if self.last_pass is not None:
            inputs, arrays, input_gradients, has_errors = state["last_pass"]
            self.last_pass = LayerPass(self, inputs, arrays, input_gradients, 1.0, self.sums)
            self.last_pass.has_errors = has_errors

    def __repr__(self):
        words = {"neurons": "num_neurons", "inputs": "num_inputs", "act": "activation_function", "dtype": "dtype"}
        return summary(self, words)


def check_finite(layer, linear_activations, start=0):
    """Raise `NotFiniteError` naming the first neuron whose weighted sum is not finite; `start` is the first example."""
    finite = np.isfinite(linear_activations)  # (batch, neuron)
    if not finite.all():
        example, j = np.argwhere(~finite)[0]
        raise NotFiniteError(
            f"{layer.neurons[j].name}: the weighted sum of example {start + example} is not finite:"
            " inputs or weights are too large"
        )
