"""Why is it not learning? Each check answers in a sentence, or stays silent.

`check(model, inputs, labels)` looks at everything; `fit` calls the parts that suit its start and its end.
"""

from math import log
from typing import TYPE_CHECKING, NamedTuple

from neurons.checks import ListLike
from neurons.errors import NotFiniteError
from neurons.losses import MSE, BinaryCrossEntropy, SoftmaxCrossEntropy
from neurons.text import listed

if TYPE_CHECKING:
    from neurons.model import Model
    from neurons.training.history import History

FLAT_CHANGE = 0.01  # over its last half, a flat loss moves by less than this share of itself
FLAT_EPOCHS = 20  # fewer epochs say nothing about flatness
# A loss below this share of what one and the same answer for every example would cost is a success, flat or not.
# Measured: XOR in a local minimum (20 of 60 runs of 2-2-1) stays at 0.57 to 0.73; circles and moons end below 0.35,
# noisy circles below 0.45.
LEARNED = 0.5
SATURATED_SLOPE = 0.01  # of the steepest slope: beyond |z| = 6 for a sigmoid, 3 for tanh
SATURATED_SHARE = 0.8  # of a hidden layer: XOR, circles, moons and spirals that learn have at most 0.5
SATURATED_WRONG_SHARE = 0.2  # of the outputs, which should be saturated where they are right; one in four for XOR
# The first layer's mean |error| over the last layer's: 0.003 to 3 in models of up to five layers that learn. The error
# is the gradient of the bias; those of the weights also grow with the inputs, on no way back.
VANISHING = 1e-3
EXPLODING = 1e3
LONG_IN_LOOPS = 20_000  # parameters: there an example takes 6 ms, and 60,000 of them six minutes
MICROSECONDS_PER_PARAMETER = 0.3  # of one example's passes and step, as tests/benchmarks/growth.py measured them
TINY = 1e-12  # a share of examples that has a logarithm


class Finding(NamedTuple):
    """One answer: what `kind` of trouble, `where` (a neuron or a layer), and the `message` for the student."""

    kind: str
    where: str
    message: str

    def __str__(self) -> str:
        return self.message


def check(model: "Model", inputs: ListLike, labels: ListLike) -> list[Finding]:
    """All findings for `model` on these examples, as a list; empty where nothing is wrong. Nothing is changed."""
    inputs, labels = model.find_engine().checked_examples(model, inputs, labels)
    return before_training(model, labels) + in_the_passes(model, inputs, labels)


def before_training(model: "Model", labels: ListLike) -> list[Finding]:
    """What can be seen without a pass: a large model in loops, symmetry, labels out of reach, an unsuitable loss."""
    labels = model.find_engine().extreme_labels(model, labels)
    return long_loops(model) + symmetric_neurons(model) + labels_out_of_reach(model, labels) + unsuitable_loss(model)


def after_training(model: "Model", inputs: ListLike, labels: ListLike, history: "History") -> list[Finding]:
    """Why the loss has been flat, with the likely causes; nothing where the model has learned."""
    half = len(history.loss) // 2
    if len(history.loss) < FLAT_EPOCHS:
        return []
    tenth = max(1, half // 5)
    before = sum(history.loss[half : half + tenth]) / tenth
    after = sum(history.loss[-tenth:]) / tenth
    if abs(after - before) > FLAT_CHANGE * before or after <= LEARNED * loss_of_a_constant(model, labels, history):
        return []
    if history.accuracy and history.accuracy[-1] == 1.0:
        return []
    causes = before_training(model, labels) + only_straight_lines(model, history) + in_the_passes(model, inputs, labels)
    if causes:
        likely = "The likely cause: " + causes[0].message
    else:
        likely = (
            "No neuron is dead, saturated or a copy of another: it may sit in a local minimum (try another seed or more"
            " hidden neurons), need more epochs, or learning_rate may be too small or too large (try ten times more,"
            " then less)."
        )
    flat = f"the loss has been flat at {after:.4g} for the last {len(history.loss) - half} epochs. {likely}"
    return [Finding("flat loss", "model", flat)] + causes[1:]


def loss_of_a_constant(model, labels, history):
    """The mean loss of the best answer that is the same for every example; the first epoch's for an unknown loss."""
    labels = model.find_engine().label_lists(model, labels)
    mean_label = [sum(label[j] for label in labels) / len(labels) for j in range(len(labels[0]))]
    if isinstance(model.loss, MSE):
        outputs = mean_label
    elif isinstance(model.loss, SoftmaxCrossEntropy):
        outputs = [log(max(share, TINY)) for share in mean_label]
    elif isinstance(model.loss, BinaryCrossEntropy):
        outputs = [log(max(mean_label[0], TINY) / max(1.0 - mean_label[0], TINY))]
    else:
        return history.loss[0]
    return sum(model.loss.value(outputs, label) for label in labels) / len(labels)


def only_straight_lines(model: "Model", history: "History") -> list[Finding]:
    """No hidden neurons, or `identity` in all of them: then each output sees one weighted sum of the inputs."""
    hidden = [neuron for layer in model.layers[:-1] for neuron in layer.neurons]
    if any(neuron.activation_function.name != "identity" for neuron in hidden):
        return []
    why = "identity in all hidden neurons" if hidden else "no hidden neurons"
    limit = "draw only one straight line between the classes: XOR, for one, needs more"
    if not history.accuracy:  # the labels are no classes
        limit = "only rise or fall with it"
    message = (
        f"with {why}, each output sees one weighted sum of the inputs and can {limit}. Use hidden neurons with sigmoid,"
        " tanh or relu."
    )
    return [Finding("straight line", "model", message)]


def long_loops(model: "Model") -> list[Finding]:
    """A large model in loops: it trains, but it takes long."""
    if model.engine == "numpy":
        return []
    num_parameters = sum((layer.num_inputs + 1) * len(layer.neurons) for layer in model.layers)
    if num_parameters <= LONG_IN_LOOPS:
        return []
    milliseconds = num_parameters * MICROSECONDS_PER_PARAMETER / 1000.0
    message = (
        f"{num_parameters:,} parameters in plain Python take about {milliseconds:.0f} ms per example. If that is too"
        ' long, use arrays: engine="numpy", or model.vectorised().'
    )
    return [Finding("long in loops", "model", message)]


def symmetric_neurons(model: "Model") -> list[Finding]:
    """Neurons of a hidden layer with the same incoming and the same outgoing weights: they stay copies for ever."""
    findings = []
    for layer, next_layer in zip(model.layers, model.layers[1:], strict=False):
        groups: dict[tuple, list[str]] = {}
        first_numbers = [(neuron.bias, neuron.weights[0]) for neuron in layer.neurons]
        for j, neuron in enumerate(layer.neurons):
            if first_numbers.count(first_numbers[j]) > 1:  # few are alike in these, so few are compared in full
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


def labels_out_of_reach(model: "Model", labels: ListLike) -> list[Finding]:
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


def unsuitable_loss(model: "Model") -> list[Finding]:
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
            f"{model.loss} takes logits, but the outputs are {act} values, which it squashes a second time."
            " Use identity for the output layer."
        )
        return [Finding("squashed twice", output_layer.name, message)]
    return []


def in_the_passes(model: "Model", inputs: ListLike, labels: ListLike) -> list[Finding]:
    """Dead neurons, saturated layers, vanishing and exploding gradients, from one pass of every example."""
    try:
        return in_finite_passes(model, inputs, labels)
    except NotFiniteError as error:
        message = f"{error}. No pass can go beyond it: use smaller weights or a smaller learning_rate."
        return [Finding("not finite", "model", message)]


def in_finite_passes(model, inputs, labels):
    """The same where every number is finite."""
    engine = model.find_engine()
    engine.check_weights(model)
    seen = engine.seen_in_passes(model, inputs, labels, SATURATED_SLOPE)
    num_examples = len(inputs)
    findings = dead_neurons(model, seen.alive, num_examples)
    findings += saturated_layers(model, seen.num_saturated, num_examples)
    mean_errors = [
        total / (len(layer.neurons) * num_examples)
        for total, layer in zip(seen.sum_of_errors, model.layers, strict=True)
    ]
    return findings + gradient_flow(model, mean_errors)


def dead_neurons(model, alive, num_examples):
    """ReLU neurons that are 0 on every example; one that is 0 on some is merely inactive there."""
    findings = []
    for layer_idx, layer in enumerate(model.layers):
        for j, neuron in enumerate(layer.neurons):
            if neuron.activation_function.name == "relu" and (layer_idx, j) not in alive:
                message = (
                    f"{neuron.name} is dead: its relu is 0 on all {num_examples} examples, so no gradient reaches its"
                    " weights. Try leaky_relu, a smaller learning_rate, or another seed."
                )
                findings.append(Finding("dead neuron", neuron.name, message))
    return findings


def saturated_layers(model, num_saturated, num_examples):
    """Layers of sigmoids or tanhs so far from 0 that their slope is next to nothing; outputs only where wrong."""
    findings = []
    for layer, count in zip(model.layers, num_saturated, strict=True):
        share = count / (num_examples * len(layer.neurons))
        is_output = layer is model.layers[-1]
        enough = SATURATED_WRONG_SHARE if is_output else SATURATED_SHARE
        if layer.neurons[0].activation_function.name in ("sigmoid", "tanh") and share >= enough:
            wrong = " wrong and" if is_output else ""
            message = (
                f"{layer.name} is saturated: {share:.0%} of its activations are{wrong} where"
                f" {layer.neurons[0].activation_function} is flat, so little gradient comes through."
                " Use smaller weights, or inputs closer to 0."
            )
            findings.append(Finding("saturated", layer.name, message))
    return findings


def gradient_flow(model, mean_errors):
    """Gradients that shrink or grow on their way from the last layer to the first."""
    first, last = mean_errors[0], mean_errors[-1]
    if last == 0.0 or len(model.layers) == 1:
        return []
    flow = ", ".join(f"{layer.name} {mean:.2g}" for layer, mean in zip(model.layers, mean_errors, strict=True))
    if first < VANISHING * last:
        message = (
            f"the gradients vanish on their way back (mean |error| per layer: {flow}), so"
            f" {model.layers[0].name} learns next to nothing."
            " Use fewer layers, relu, or weights that are not all small."
        )
        return [Finding("vanishing gradients", model.layers[0].name, message)]
    if first > EXPLODING * last:
        message = (
            f"the gradients explode on their way back (mean |error| per layer: {flow}). Use smaller weights or a"
            " smaller learning_rate."
        )
        return [Finding("exploding gradients", model.layers[0].name, message)]
    return []
