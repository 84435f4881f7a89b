"""The numbers of one training step, by their keys: "w:1:0:2" is weight 2 of neuron 0 in layer 1, the first of neurons.

The walk's lines name their numbers with these keys, and the page's engine has the numbers of every state.

    x:i y:o lr             inputs (layer 0), label, learning rate
    w:l:j:i                weight i of neuron j in layer l; the bias is one past the last weight
    z:l:j z:l:j:k          linear activation; its sum after k products
    a:l:j                  activation
    da:l:j da:l:j:k        dL/da; its sum after k neurons of the next layer; da:0:i is dL/dx
    ds:l:j dz:l:j          da/dz, and the error dL/dz
    g:l:j:i                dL/dw
    m:l:j:i n:l:j:i        the optimiser's first memory of it, the velocity or the mean, before the step and after it
    q:l:j:i r:l:j:i        the second, Adam's square
    s:l:j:i                dL/di, the share of the error that goes back along weight i
    v:l:j:i                the weight after the step
    L L:k                  the loss; its sum after k outputs
    e:o                    of MSE: output minus label
    M E:o T T:k p:o        of softmax: the largest output, exp(output - largest), their sum, the probability
"""

from math import exp, log

from neurons.activations import sigmoid
from neurons.losses import MSE, BinaryCrossEntropy, SoftmaxCrossEntropy


def numbers_of_step(before, after, inputs, label, learning_rate):
    """{key: number} of one step: `before` has the weights of before, `after` has made the passes and the step."""
    numbers = {f"x:{i}": value for i, value in enumerate(inputs)}
    numbers |= {f"y:{o}": value for o, value in enumerate(label)}
    numbers["lr"] = learning_rate
    for layer_idx, (layer_before, layer_after) in enumerate(zip(before.layers, after.layers, strict=True), 1):
        for j, (old, new) in enumerate(zip(layer_before.neurons, layer_after.neurons, strict=True)):
            numbers |= numbers_of_neuron(f"{layer_idx}:{j}", old, new)
        numbers |= sums_of_shares(layer_idx - 1, layer_after)
    outputs = [neuron.activation for neuron in after.layers[-1].neurons]
    return numbers | numbers_of_loss(after.loss, outputs, label)


def numbers_of_memory(model, before, after):
    """What an optimiser remembers, before the step and after it."""
    numbers: dict[str, float] = {}
    for memory, kinds in zip(before.memory, ("mn", "qr"), strict=False):
        for kind, optimiser in zip(kinds, (before, after), strict=True):
            rows = iter(getattr(optimiser, memory))
            for layer_idx, layer in enumerate(model.layers, 1):
                for j in range(len(layer.neurons)):
                    numbers |= {f"{kind}:{layer_idx}:{j}:{i}": value for i, value in enumerate(next(rows))}
    return numbers


def numbers_of_neuron(place, old, new):
    """What neuron `place`, "1:0", reads and calculates; its inputs go by the keys of the layer before.

    A user's own neuron may leave out some of it.
    """
    numbers = {f"w:{place}:{i}": weight for i, weight in enumerate([*old.weights, old.bias])}
    total = 0.0
    for i, (weight, value) in enumerate(zip(old.weights, new.input_activation or ()), 1):  # noqa: B905
        total += weight * value
        numbers[f"z:{place}:{i}"] = total
    numbers[f"z:{place}"] = new.linear_activation
    numbers[f"a:{place}"] = new.activation
    numbers[f"da:{place}"] = new.output_gradient
    numbers[f"ds:{place}"] = new.activation_gradient
    numbers[f"dz:{place}"] = new.error
    numbers |= {f"g:{place}:{i}": gradient for i, gradient in enumerate([*(new.gradients or ()), new.bias_gradient])}
    numbers |= {f"s:{place}:{i}": share for i, share in enumerate(new.input_gradients or ())}
    numbers |= {f"v:{place}:{i}": weight for i, weight in enumerate([*new.weights, new.bias])}
    return {key: value for key, value in numbers.items() if value is not None}


def sums_of_shares(layer_before, layer):
    """How dL/da of the neurons before adds up, share by share; the whole sum has the key of dL/da itself."""
    numbers: dict[str, float] = {}
    for i in range(layer.num_inputs):
        total = 0.0
        for k, neuron in enumerate(layer.neurons, 1):
            if not neuron.input_gradients:
                return numbers
            total += neuron.input_gradients[i]
            part = f":{k}" if k < layer.num_neurons else ""
            numbers[f"da:{layer_before}:{i}{part}"] = total
    return numbers


def numbers_of_loss(loss, outputs, label):
    """What one of our losses calculates on the way; of another only its value."""
    numbers: dict[str, float] = {}
    total = 0.0
    if type(loss) is MSE:
        for o, output in enumerate(outputs):
            difference = output - label[o]
            total += difference * difference
            numbers |= {f"e:{o}": difference, f"L:{o + 1}": total}
    elif type(loss) is SoftmaxCrossEntropy:
        numbers |= numbers_of_softmax(outputs, label)
    elif type(loss) is BinaryCrossEntropy:
        numbers["p:0"] = sigmoid.act(outputs[0])
    numbers["L"] = loss.value(outputs, label)
    return numbers


def numbers_of_softmax(outputs, label):
    """What the loss of softmax calculates on the way."""
    largest, sum_of_exponentials, loss = max(outputs), 0.0, 0.0
    numbers = {"M": largest}
    for o, output in enumerate(outputs):
        numbers[f"E:{o}"] = exp(output - largest)
        sum_of_exponentials += numbers[f"E:{o}"]
        numbers[f"T:{o + 1}" if o + 1 < len(outputs) else "T"] = sum_of_exponentials
    for o, output in enumerate(outputs):
        numbers[f"p:{o}"] = numbers[f"E:{o}"] / sum_of_exponentials
        if label[o] != 0.0:
            loss += label[o] * (log(sum_of_exponentials) + (largest - output))
        numbers[f"L:{o + 1}"] = loss
    return numbers
