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
    _, output = outputs(parameters, inputs)
    return sum((a - y) ** 2 for a, y in zip(output, label, strict=True))


def gradients(parameters, inputs, label):
    """The gradients of the loss of one example, in the form of the parameters: [gW1, gb1, gW2, gb2]."""
    W1, b1, W2, b2 = parameters
    hidden, output = outputs(parameters, inputs)
    errors2 = [2.0 * (a - y) * a * (1.0 - a) for a, y in zip(output, label, strict=True)]
    errors1 = []
    for j, a in enumerate(hidden):
        output_gradient = sum(error * weights[j] for error, weights in zip(errors2, W2, strict=True))
        errors1.append(output_gradient * a * (1.0 - a))
    gW1 = [[error * i for i in inputs] for error in errors1]
    gW2 = [[error * a for a in hidden] for error in errors2]
    return [gW1, errors1, gW2, errors2]


def train(parameters, inputs, labels, epochs, learning_rate):
    """Return the parameters after `epochs` times through all examples."""
    W1, b1, W2, b2 = parameters
    for _ in range(epochs):
        for example, label in zip(inputs, labels, strict=True):
            gW1, gb1, gW2, gb2 = gradients([W1, b1, W2, b2], example, label)
            for W, b, gW, gb in ((W1, b1, gW1, gb1), (W2, b2, gW2, gb2)):
                for j in range(len(W)):
                    for i in range(len(W[j])):
                        W[j][i] -= learning_rate * gW[j][i]
                    b[j] -= learning_rate * gb[j]
    return [W1, b1, W2, b2]
