"""13 XOR from end to end: a hidden layer, an output neuron, all sigmoid, loss (a - y)**2.

The parameters are [W1, b1, W2, b2]: W1[j] is the list of hidden neuron j's weights, b1[j] its bias; W2 and b2 the same
for the output layer.
"""

from math import tanh


def sigmoid(z):
    return 0.5 + 0.5 * tanh(0.5 * z)  # the same as 1 / (1 + exp(-z)), and never too large for Python


def outputs(parameters, inputs):
    """All activations: those of the hidden layer, those of the output layer."""
    W1, b1, W2, b2 = parameters
    hidden = []
    for weights, bias in zip(W1, b1, strict=True):
        hidden.append(sigmoid(sum(w * i for w, i in zip(weights, inputs, strict=True)) + bias))
    output = []
    for weights, bias in zip(W2, b2, strict=True):
        output.append(sigmoid(sum(w * a for w, a in zip(weights, hidden, strict=True)) + bias))
    return hidden, output


def loss(parameters, inputs, label):
    """The loss of one example; `label` is a list, one number per output."""
    raise NotImplementedError("write loss")


def gradients(parameters, inputs, label):
    """The gradients of the loss of one example, in the form of the parameters: [gW1, gb1, gW2, gb2]."""
    raise NotImplementedError("write gradients")


def train(parameters, inputs, labels, epochs, learning_rate):
    """Return the parameters after `epochs` times through all examples."""
    raise NotImplementedError("write train")
