"""16 The same layer on NumPy arrays: all neurons and all examples of a batch at once."""

import numpy as np


class NumpyLayer:
    def __init__(self, num_inputs, num_neurons):
        self.weights = np.zeros((num_neurons, num_inputs))  # (neuron, input): row j is neuron j
        self.biases = np.zeros(num_neurons)  # (neuron,)

    def forward(self, inputs):
        """The activations, sigmoid of z, for a batch: (example, input) in, (example, neuron) out."""
        raise NotImplementedError("write NumpyLayer.forward")

    def backward_pass(self, output_gradients):
        """Return dL/di (example, input); set self.gradients (neuron, input) and self.bias_gradients (neuron,).

        The gradients are the means over the examples of the batch.
        """
        raise NotImplementedError("write NumpyLayer.backward_pass")
