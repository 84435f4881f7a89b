from neurons import Neuron

neuron = Neuron(2, weights=[0.5, -1.0], bias=0.0)

print("activation", neuron.forward([1.0, 0.5]))
print("input gradients", neuron.backward_pass(output_gradient=2.0))

print("slope at z", neuron.activation_gradient)
print("error", neuron.error)
print("gradients", neuron.gradients, "of the bias", neuron.bias_gradient)

neuron.step(learning_rate=0.1)
print("weights", neuron.weights, "bias", neuron.bias)
