"""01 A neuron begins with a weighted sum: z = w[0]*i[0] + w[1]*i[1] + ... + b."""


def weighted_sum(weights, inputs, bias):
    """z: each weight times its input, added up, plus the bias. Raise a ValueError if the two lists differ in length."""
    if len(weights) != len(inputs):
        raise ValueError(f"{len(weights)} weights but {len(inputs)} inputs")
    z = 0.0
    for i in range(len(weights)):
        z += weights[i] * inputs[i]
    return z + bias
