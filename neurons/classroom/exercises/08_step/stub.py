"""08 The step: each weight moves a little, so that the loss falls."""


class Neuron:
    def __init__(self, num_inputs):
        self.weights = [0.1] * num_inputs
        self.bias = 0.0
        self.gradients = [0.0] * num_inputs  # the check puts numbers here, as backward_pass does
        self.bias_gradient = 0.0

    def step(self, learning_rate):
        """Move the weights and the bias so that the loss falls."""
        raise NotImplementedError("write Neuron.step")
