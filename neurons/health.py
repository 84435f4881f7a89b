"""Why is it not learning? Each check answers in a sentence, or stays silent.

`check(model, inputs, labels)` looks at everything; `fit` calls the parts that suit its start and its end.
"""

from typing import NamedTuple

from neurons.losses import MSE, BinaryCrossEntropy, SoftmaxCrossEntropy
from neurons.training import checked_examples, right_or_wrong, train_example

FLAT_CHANGE = 0.01  # over its last half, a flat loss moves by less than this share of itself
FLAT_EPOCHS = 20  # fewer epochs say nothing about flatness
LEARNED = 0.1  # a loss below this share of the first one is a success, flat or not
SATURATED_SLOPE = 0.01  # of the steepest slope: beyond |z| = 6 for a sigmoid, 3 for tanh
SATURATED_SHARE = 0.8
VANISHING = 1e-3  # the first layer's mean |gradient| over the last layer's
EXPLODING = 1e3


class Finding(NamedTuple):
    """One answer: what `kind` of trouble, `where` (a neuron or a layer), and the `message` for the student."""

    kind: str
    where: str
    message: str

    def __str__(self):
        return self.message


def check(model, inputs, labels):
    """All findings for `model` on these examples, as a list; empty where nothing is wrong. Nothing is changed."""
    inputs, labels = checked_examples(model, inputs, labels)
    return before_training(model, labels) + in_the_passes(model, inputs, labels)


def before_training(model, labels):
    """What can be seen without a pass: symmetry, labels out of reach, a loss that does not suit the outputs."""
    return symmetric_neurons(model) + labels_out_of_reach(model, labels) + unsuitable_loss(model)


def after_training(model, inputs, labels, history):
    """Why the loss has been flat, with the likely causes; nothing where the model has learned."""
    half = len(history.loss) // 2
    if len(history.loss) < FLAT_EPOCHS:
        return []
    tenth = max(1, half // 5)
    before = sum(history.loss[half : half + tenth]) / tenth
    after = sum(history.loss[-tenth:]) / tenth
    if abs(after - before) > FLAT_CHANGE * before or after < LEARNED * history.loss[0]:
        return []
    if history.accuracy and history.accuracy[-1] == 1.0:
        return []
    causes = before_training(model, labels) + in_the_passes(model, inputs, labels)
    if causes:
        likely = "The likely cause: " + causes[0].message
    else:
        likely = (
            "No neuron is dead, saturated or a copy of another: it may sit in a local minimum (try another seed or more"
            " hidden neurons), or learning_rate may be too small or too large (try ten times more, then less)."
        )
    flat = f"the loss has been flat at {after:.4g} for the last {len(history.loss) - half} epochs. {likely}"
    return [Finding("flat loss", "model", flat)] + causes[1:]


def symmetric_neurons(model):
    """Neurons of a hidden layer with the same incoming and the same outgoing weights: they stay copies for ever."""
    findings = []
    for layer, next_layer in zip(model.layers, model.layers[1:], strict=False):
        groups = {}
        for j, neuron in enumerate(layer.neurons):
            outgoing = tuple(next_neuron.weights[j] for next_neuron in next_layer.neurons)
            groups.setdefault((tuple(neuron.weights), neuron.bias, outgoing), []).append(neuron.name)
        for names in groups.values():
            if len(names) > 1:
                message = (
                    f"{listed(names)} have the same incoming and the same outgoing weights: they get the same gradients"
                    " and stay copies of one neuron. Start from random weights."
                )
                findings.append(Finding("symmetry", names[0], message))
    return findings


def labels_out_of_reach(model, labels):
    """Labels that the activation function of the outputs can never produce."""
    if not isinstance(model.loss, MSE):
        return []
    findings = []
    for j, neuron in enumerate(model.layers[-1].neurons):
        act = neuron.activation_function
        lowest, highest = getattr(act, "lowest", None), getattr(act, "highest", None)
        if lowest is None or highest is None:  # an activation function of the student's own
            continue
        outside = [label[j] for label in labels if not lowest <= label[j] <= highest]
        if outside:
            message = (
                f"{neuron.name} is to learn the label {outside[0]:g}, but {act} gives only values from {lowest:g} to"
                f" {highest:g}. Use another activation for the output, or scale the labels."
            )
            findings.append(Finding("label out of reach", neuron.name, message))
    return findings


def unsuitable_loss(model):
    """A softmax over one output, which is always 1; cross-entropy of outputs that are squashed already."""
    output_layer = model.layers[-1]
    act = output_layer.neurons[0].activation_function
    if isinstance(model.loss, SoftmaxCrossEntropy) and len(output_layer.neurons) == 1:
        message = (
            f"the softmax over the one output {output_layer.neurons[0].name} is always 1, so its gradient is always 0."
            " Use one output per class, or BinaryCrossEntropy."
        )
        return [Finding("softmax over one output", output_layer.name, message)]
    if isinstance(model.loss, (SoftmaxCrossEntropy, BinaryCrossEntropy)) and act.name != "identity":
        message = (
            f"{model.loss} takes logits, but the outputs are {act} values, which it squashes a second time. Use identity"
            " for the output layer."
        )
        return [Finding("squashed twice", output_layer.name, message)]
    return []


def in_the_passes(model, inputs, labels):
    """Dead neurons, saturated layers, vanishing and exploding gradients, from one pass of every example."""
    model = model.copy()  # looking leaves the numbers of the last pass as they were
    model.start_batch()
    num_saturated = [0] * len(model.layers)
    alive = set()
    sum_of_gradients = [0.0] * len(model.layers)
    for example_inputs, label in zip(inputs, labels, strict=True):
        train_example(model, example_inputs, label)
        for layer_idx, layer in enumerate(model.layers):
            for neuron in layer.neurons:
                num_saturated[layer_idx] += abs(neuron.activation_gradient) < SATURATED_SLOPE * neuron.delta_act(0.0)
                sum_of_gradients[layer_idx] += sum(abs(gradient) for gradient in neuron.gradients)
                if neuron.activation_gradient != 0.0:
                    alive.add(neuron.name)
    num_examples = len(inputs)
    findings = dead_neurons(model, alive, num_examples) + saturated_layers(model, num_saturated, num_examples)
    num_weights = [len(layer.neurons) * layer.num_inputs * num_examples for layer in model.layers]
    mean_gradients = [total / count for total, count in zip(sum_of_gradients, num_weights, strict=True)]
    return findings + gradient_flow(model, mean_gradients)


def dead_neurons(model, alive, num_examples):
    """ReLU neurons that are 0 on every example; one that is 0 on some is merely inactive there."""
    findings = []
    for layer in model.layers:
        for neuron in layer.neurons:
            if neuron.activation_function.name == "relu" and neuron.name not in alive:
                message = (
                    f"{neuron.name} is dead: its relu is 0 on all {num_examples} examples, so no gradient reaches its"
                    " weights. Try leaky_relu, a smaller learning_rate, or another seed."
                )
                findings.append(Finding("dead neuron", neuron.name, message))
    return findings


def saturated_layers(model, num_saturated, num_examples):
    """Layers of sigmoids or tanhs most of which are so far from 0 that their slope is next to nothing."""
    findings = []
    for layer, count in zip(model.layers, num_saturated, strict=True):
        share = count / (num_examples * len(layer.neurons))
        if layer.neurons[0].activation_function.name in ("sigmoid", "tanh") and share >= SATURATED_SHARE:
            message = (
                f"{layer.name} is saturated: {share:.0%} of its activations lie where {layer.neurons[0].activation_function}"
                " is flat, so little gradient comes through. Use smaller weights, or inputs closer to 0."
            )
            findings.append(Finding("saturated", layer.name, message))
    return findings


def gradient_flow(model, mean_gradients):
    """Gradients that shrink or grow on their way from the last layer to the first."""
    first, last = mean_gradients[0], mean_gradients[-1]
    if last == 0.0 or len(model.layers) == 1:
        return []
    flow = ", ".join(f"{la.name} {mean:.2g}" for la, mean in zip(model.layers, mean_gradients, strict=True))
    if first < VANISHING * last:
        message = (
            f"the gradients vanish on their way back (mean |gradient| per layer: {flow}), so {model.layers[0].name} learns"
            " next to nothing. Use fewer layers, relu, or weights that are not all small."
        )
        return [Finding("vanishing gradients", model.layers[0].name, message)]
    if first > EXPLODING * last:
        message = (
            f"the gradients explode on their way back (mean |gradient| per layer: {flow}). Use smaller weights or a"
            " smaller learning_rate."
        )
        return [Finding("exploding gradients", model.layers[0].name, message)]
    return []


def listed(names):
    """a and b; a, b and c; a, b, c and 5 more."""
    if len(names) > 4:
        names = names[:3] + [f"{len(names) - 3} more"]
    return ", ".join(names[:-1]) + " and " + names[-1]
