"""05 How wrong is the answer, and in which direction is it wrong?"""


def loss(outputs, label):
    """(a - y)**2, summed over the outputs: two lists of the same length in, one number out."""
    total = 0.0
    for a, y in zip(outputs, label, strict=True):
        total += (a - y) ** 2
    return total


def output_gradients(outputs, label):
    """The derivative of the loss for each output: a list."""
    gradients = []
    for a, y in zip(outputs, label, strict=True):
        gradients.append(2.0 * (a - y))
    return gradients
