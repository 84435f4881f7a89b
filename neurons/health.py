"""Why is it not learning? Each check answers in a sentence, or stays silent.

`check(model, inputs, labels)` looks at everything; `fit` calls the parts that suit its start and its end. Each keeps
to the point: one finding per layer, the cause without its effects, and never more than three.
"""

from math import log
from typing import TYPE_CHECKING, NamedTuple

from neurons.checks import ListLike
from neurons.errors import NotFiniteError
from neurons.layer import count_parameters
from neurons.losses import MSE, BinaryCrossEntropy, SoftmaxCrossEntropy
from neurons.text import listed, wrapped

if TYPE_CHECKING:
    from neurons.model import Model
    from neurons.training.history import History

FLAT_CHANGE = 0.01  # over its last half, a flat loss moves by less than this share of itself
FLAT_EPOCHS = 20  # fewer epochs say nothing about flatness
# A loss below this share of what one and the same answer for every example would cost is a success, flat or not.
# Measured: XOR that got stuck (20 of 60 runs of 2-2-1) stays at 0.57 to 0.73; circles and moons end below 0.35, noisy
# circles below 0.45.
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
LARGE_INPUT = 10.0  # the 8x8 digits are learned alike with pixels up to 1 and to 8; up to 16, relu fails at rate 0.1
MOST_FINDINGS = 3
FOLLOWS = {  # the effects of a cause, which are left out beside it
    "large inputs": ("dead neuron", "saturated", "vanishing gradients", "exploding gradients"),
    "label out of reach": ("dead neuron", "saturated", "vanishing gradients"),
    "squashed twice": ("dead neuron", "saturated", "vanishing gradients"),
    "symmetry": ("dead neuron", "vanishing gradients"),
    "straight line": ("vanishing gradients",),
    "dead neuron": ("vanishing gradients",),
    "saturated": ("vanishing gradients",),
}
TINY = 1e-12  # a share of examples that has a logarithm
NO_KNOWN_CAUSE = (
    "No neuron is dead, saturated or a copy of another. The model may be on a plateau or near a saddle, where the loss"
    " hardly falls in any direction: try another seed or more hidden neurons. It may need more epochs. Or learning_rate"
    " is too small or too large: try ten times as much, then a tenth."
)


class Finding(NamedTuple):
    """One answer: what `kind` of trouble, `where` (a layer, or the first neuron of several), and the `message`."""

    kind: str
    where: str
    message: str

    def __str__(self) -> str:
        return wrapped(self.message)


def check(model: "Model", inputs: ListLike, labels: ListLike) -> list[Finding]:
    """Return at most three findings for `model` on these examples: none if nothing is wrong. Changes nothing."""
    inputs, labels = model.find_engine().checked_examples(model, inputs, labels)
    causes = causes_before_training(model, inputs, labels)
    if len(model.layers) > 1 and not is_all_right(model, inputs, labels):  # many a problem needs no hidden neurons
        causes += only_straight_lines(model, labels)
    return to_the_point(causes + in_the_passes(model, inputs, labels) + long_loops(model))


def before_training(model: "Model", inputs: ListLike, labels: ListLike) -> list[Finding]:
    """The findings that need no pass, and a large model in loops."""
    return to_the_point(causes_before_training(model, inputs, labels) + long_loops(model))


def causes_before_training(model: "Model", inputs: ListLike, labels: ListLike) -> list[Finding]:
    """Large inputs, symmetry, labels out of reach, an unsuitable loss."""
    labels = model.find_engine().extreme_labels(model, labels)
    causes = large_inputs(model, inputs) + symmetric_neurons(model)
    return causes + unsuitable_loss(model) + labels_out_of_reach(model, labels)


def is_all_right(model, inputs, labels):
    """True if the labels are classes, and the model knows every one."""
    engine = model.find_engine()
    classes = engine.find_classes(model, labels)
    if classes is None:
        return False
    try:
        return engine.num_right(classes, engine.outputs_of(model, inputs), labels) == len(labels)
    except NotFiniteError:
        return False


def to_the_point(findings: list[Finding]) -> list[Finding]:
    """The first three causes, without their effects."""
    kinds = {finding.kind for finding in findings}
    effects = {effect for cause in kinds for effect in FOLLOWS.get(cause, ())}
    return [finding for finding in findings if finding.kind not in effects][:MOST_FINDINGS]


def after_training(model: "Model", inputs: ListLike, labels: ListLike, history: "History") -> list[Finding]:
    """Why the loss has been flat, with the likely causes; nothing if the model has learned."""
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
    causes = []
    told = causes_before_training(model, inputs, labels)
    if told:
        likely = f"The warning before training named the likely cause: {told[0].kind}."
    else:
        causes = to_the_point(only_straight_lines(model, labels) + in_the_passes(model, inputs, labels))
        likely = "The likely cause: " + causes[0].message if causes else NO_KNOWN_CAUSE
    flat = (
        f"the loss while training has been flat at {after:.4g} for the last {len(history.loss) - half} epochs. {likely}"
    )
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


def only_straight_lines(model: "Model", labels: ListLike) -> list[Finding]:
    """No hidden neurons, `identity` in all of them, or one alone: each output sees one weighted sum of the inputs."""
    hidden_layers = model.layers[:-1]
    acts = [neuron.activation_function.name for layer in hidden_layers for neuron in layer.neurons]
    are_classes = model.find_engine().find_classes(model, labels) is not None
    if all(act in ("identity", "leaky_relu(1.0)") for act in acts):
        why = f"{listed(list(dict.fromkeys(acts)))} in all hidden neurons" if acts else "no hidden neurons"
        limit = "only rise or fall with it"
        if are_classes:
            limit = "only draw one straight line between the classes: XOR, for example, needs more"
        message = (
            f"with {why}, each output sees one weighted sum of the inputs and can {limit}. Use hidden neurons with"
            " sigmoid, tanh or relu."
        )
    elif all(len(layer.neurons) == 1 for layer in hidden_layers):
        limit = "each output can only rise or fall with its weighted sum"
        if are_classes:
            limit = "one neuron draws one line between the classes: XOR, for example, needs two"
        message = f"{hidden_layers[0].name} has one neuron, and {limit}. Use more hidden neurons."
    else:
        return []
    return [Finding("straight line", model.layers[0].name, message)]


def large_inputs(model: "Model", inputs: ListLike) -> list[Finding]:
    """Inputs far beyond ±1, such as raw pixels: one step moves the weighted sums by as many times more."""
    largest = model.find_engine().largest_inputs(model, inputs)
    size = max(largest)
    if size <= LARGE_INPUT:
        return []
    if 2 * sum(number > LARGE_INPUT for number in largest) > len(largest):
        who, them = "inputs reach", "them"
    else:
        who, them = f"x[{largest.index(size)}] reaches", "it"
    message = (
        f"{who} {size:.4g}: divide {them} by {size:.4g}. Weights and learning rates are made for inputs of about 1;"
        " larger ones make each step too long."
    )
    return [Finding("large inputs", model.layers[0].name, message)]


def long_loops(model: "Model") -> list[Finding]:
    """A large model in loops: it trains, but it takes long."""
    if model.engine == "numpy":
        return []
    num_parameters = count_parameters(model.layers)
    if num_parameters <= LONG_IN_LOOPS:
        return []
    milliseconds = num_parameters * MICROSECONDS_PER_PARAMETER / 1000.0
    message = (
        f"{num_parameters:,} parameters in plain Python take about {milliseconds:.0f} ms per example. If that is too"
        ' long, use arrays: engine="numpy", or model.vectorised().'
    )
    return [Finding("long in loops", "model", message)]


def symmetric_neurons(model: "Model") -> list[Finding]:
    """Neurons of a hidden layer with the same incoming and the same outgoing weights: they stay copies forever."""
    findings = []
    for layer, next_layer in zip(model.layers, model.layers[1:], strict=False):
        groups: dict[tuple, list[str]] = {}
        first_numbers = [(neuron.bias, neuron.weights[0]) for neuron in layer.neurons]
        for j, neuron in enumerate(layer.neurons):
            if first_numbers.count(first_numbers[j]) > 1:  # few are alike in these, so few are compared in full
                outgoing = tuple(next_neuron.weights[j] for next_neuron in next_layer.neurons)
                groups.setdefault((tuple(neuron.weights), neuron.bias, outgoing), []).append(neuron.name)
        copies = [names for names in groups.values() if len(names) > 1]
        if copies:
            others = f" (and so have {listed([' and '.join(names[:2]) for names in copies[1:]])})" if copies[1:] else ""
            message = (
                f"{listed(copies[0])} have the same incoming and the same outgoing weights{others}: they get the same"
                " gradients and stay copies of one neuron. Start from random weights."
            )
            findings.append(Finding("symmetry", copies[0][0], message))
    return findings


def labels_out_of_reach(model: "Model", labels: ListLike) -> list[Finding]:
    """Labels that the activation function of the outputs can never produce."""
    if not isinstance(model.loss, MSE):
        return []
    outside = []  # (neuron, one of its labels)
    for j, neuron in enumerate(model.layers[-1].neurons):
        act = neuron.activation_function
        lowest, highest = getattr(act, "lowest", None), getattr(act, "highest", None)
        if lowest is None or highest is None:  # a student's own activation function
            continue
        outside += [(neuron, label[j]) for label in labels if not lowest <= label[j] <= highest][:1]
    if not outside:
        return []
    neuron, label = outside[0]
    act = neuron.activation_function
    others = f" The same holds for {listed([other.name for other, _ in outside[1:]])}." if outside[1:] else ""
    message = (
        f"{neuron.name} should learn the label {label:g}, but {act} only gives values from {act.lowest:g} to"
        f" {act.highest:g}.{others} Use another activation for the output, or scale the labels."
    )
    return [Finding("label out of reach", neuron.name, message)]


def unsuitable_loss(model: "Model") -> list[Finding]:
    """A softmax over one output, which is always 1; cross-entropy of outputs that are squashed already."""
    output_layer = model.layers[-1]
    act = output_layer.activation_function
    if isinstance(model.loss, SoftmaxCrossEntropy) and output_layer.num_neurons == 1:
        message = (
            f"the softmax over the one output {output_layer.name}[0] is always 1, so its gradient is always 0."
            " Use one output per class, or BinaryCrossEntropy."
        )
        return [Finding("softmax over one output", output_layer.name, message)]
    if isinstance(model.loss, (SoftmaxCrossEntropy, BinaryCrossEntropy)) and act.name != "identity":
        message = (
            f"{model.loss} squashes the outputs itself, but {act} has squashed them already."
            " Use identity for the output layer."
        )
        return [Finding("squashed twice", output_layer.name, message)]
    return []


def in_the_passes(model: "Model", inputs: ListLike, labels: ListLike) -> list[Finding]:
    """Dead neurons, saturated layers, vanishing and exploding gradients, from one pass of every example."""
    try:
        return in_finite_passes(model, inputs, labels)
    except NotFiniteError as error:
        message = f"{error}. No pass gets past it: use smaller weights or a smaller learning_rate."
        return [Finding("not finite", "model", message)]


def in_finite_passes(model, inputs, labels):
    """The findings of `in_the_passes`; raises `NotFiniteError` where a number is not finite."""
    engine = model.find_engine()
    engine.check_weights(model)
    seen = engine.seen_in_passes(model, inputs, labels, SATURATED_SLOPE)
    num_examples = len(inputs)
    findings = dead_neurons(model, seen.alive, num_examples)
    findings += saturated_layers(model, seen.num_saturated, num_examples)
    mean_errors = [
        total / (layer.num_neurons * num_examples)
        for total, layer in zip(seen.sum_of_errors, model.layers, strict=True)
    ]
    return findings + gradient_flow(model, mean_errors)


def dead_neurons(model, alive, num_examples):
    """ReLU neurons that are 0 on every example; one that is 0 on some is merely inactive there."""
    findings = []
    for layer_idx, layer in enumerate(model.layers):
        names = []
        for j, neuron in enumerate(layer.neurons):
            if neuron.activation_function.name in ("relu", "leaky_relu(0.0)") and (layer_idx, j) not in alive:
                names.append(neuron.name)
        if not names:
            continue
        is_output, all_dead = layer is model.layers[-1], len(names) == len(layer.neurons)
        who = f"all {len(names)} neurons of {layer.name}" if all_dead and len(names) > 1 else listed(names)
        are, their = ("is", "its") if len(names) == 1 else ("are", "their")
        advice = "Try leaky_relu, a smaller learning_rate, or another seed."
        if is_output:
            advice = "Use sigmoid at the output for labels of 0 and 1, identity for other numbers."
        message = (
            f"{who} {are} dead: {their} {layer.activation_function} is 0 on all {num_examples} examples, so no gradient"
            f" reaches {their} weights. {advice}"
        )
        finding = Finding("dead neuron", names[0], message)
        if is_output and all_dead:
            return [finding]  # nothing passes back: what the hidden neurons do does not matter yet
        findings.append(finding)
    return findings


def saturated_layers(model, num_saturated, num_examples):
    """Layers of sigmoids or tanhs so far from 0 that their slope is next to nothing; outputs only where wrong."""
    findings = []
    for layer, count in zip(model.layers, num_saturated, strict=True):
        share = count / (num_examples * layer.num_neurons)
        is_output = layer is model.layers[-1]
        enough = SATURATED_WRONG_SHARE if is_output else SATURATED_SHARE
        if layer.activation_function.name in ("sigmoid", "tanh") and share >= enough:
            wrong = " wrong and" if is_output else ""
            closer = "inputs closer to 0, " if layer is model.layers[0] else ""
            message = (
                f"{layer.name} is saturated: {share:.0%} of its activations are{wrong} where"
                f" {layer.activation_function} is flat, so little gradient comes through."
                f" Use smaller weights, {closer}or a smaller learning_rate."
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
        if len(model.layers) == 2:
            return []  # fewer layers would be none: it is on a plateau, or at a saddle
        if any(not any(any(neuron.weights) for neuron in layer.neurons) for layer in model.layers[1:]):
            return []  # weights that are all 0 let nothing pass, but only until their first step
        acts = {neuron.activation_function.name for layer in model.layers[:-1] for neuron in layer.neurons}
        other_act = " relu," if acts & {"sigmoid", "tanh"} else ""  # it has relu already otherwise
        message = (
            f"the gradients vanish on their way back (mean |error| per layer: {flow}), so"
            f" {model.layers[0].name} hardly learns."
            f" Use fewer layers,{other_act} or larger weights."
        )
        return [Finding("vanishing gradients", model.layers[0].name, message)]
    if first > EXPLODING * last:
        message = (
            f"the gradients explode on their way back (mean |error| per layer: {flow}). Use smaller weights or a"
            " smaller learning_rate."
        )
        return [Finding("exploding gradients", model.layers[0].name, message)]
    return []
