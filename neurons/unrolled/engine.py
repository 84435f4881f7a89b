"""`fit` by the same training written out as plain arithmetic, several times as fast as the objects.

The numbers are the same in every bit. The last example of each run is left to the objects, so that they hold afterwards
what they would have held without it.
"""

import sys
from itertools import islice
from math import copysign, isfinite

from neurons.activations import ACTIVATIONS
from neurons.checks import only_floats
from neurons.errors import NeuronsError, NotFiniteError
from neurons.layer import Layer
from neurons.losses import MSE, BinaryCrossEntropy, SoftmaxCrossEntropy
from neurons.model import Model
from neurons.neuron import Neuron
from neurons.optimisers import SGD
from neurons.unrolled.text import Architecture, compiled, one_step

LARGEST = 2000  # parameters; Python takes about 22 µs to compile the lines of one, once per architecture
WORTH_WRITING = 100  # examples in one `fit`; 25 (XOR) to 65 (2,000 parameters) make good for compiling
EXAMPLES_AT_ONCE = 1000  # where nobody looks: about as many between two looks at the objects


def source(model):
    """One training step of `model` for one example as text; `Model.unrolled_source` tells more."""
    return one_step(architecture_of(model))


def epochs(loops, orders, epochs_at_once):
    """Train as `loops.in_loops(orders)` does, to the same numbers; every `epochs_at_once` epochs the model holds them.

    `loops` does what the text cannot do: models with parts of the user's own, training under a debugger, numbers that
    are not finite (it then raises the error that says which and where), and the last example of each run.
    """
    rows = [(*inputs, *label, label) for inputs, label in zip(loops.inputs, loops.labels, strict=True)]
    orders = iter(orders)
    while orders_now := list(islice(orders, epochs_at_once)):
        loops.begin()
        try:
            if somebody_steps_through():
                raise NeuronsError("a debugger is at work, and wants to see the objects")
            seen = run(loops, rows, orders_now)
        except NeuronsError:
            yield from loops.in_loops(orders_now)
        else:
            yield from seen


def run(loops, rows, orders):
    """Train for the epochs whose examples are in `orders`; return each one's sum of losses and number of right classes.

    Raises a `NeuronsError`, and leaves the model's weights as they were, where only the loops can do it.
    """
    model, batch_size = loops.model, loops.batch_size
    check_is_plain(loops.optimiser, SGD, "the optimiser")
    architecture = architecture_of(model)
    parameters = parameters_of(model)
    run_text = compiled(architecture, batch_size == 1, loops.is_right is not None)

    *full_orders, last_order = orders
    last_batch = []
    if batch_size == 1:
        epochs = [[rows[i] for i in order] for order in full_orders] + [[rows[i] for i in last_order[:-1]]]
    else:
        epochs = [batches_of(rows, order, batch_size) for order in orders]
        last_batch = epochs[-1][-1]
        last_batch.pop()
    try:
        seen, all_z, parameters, sums = run_text(epochs, last_batch, loops.learning_rate, loops.is_right, parameters)
    except (ArithmeticError, ValueError):  # exp, log or a division met a number that is not finite
        raise NotFiniteError("something is not finite") from None
    loss_sum, num_right = seen[-1]
    # A weight that is not finite makes the z of the next example so, and the last one goes through the objects.
    if not isfinite(all_z + sum(loss_sum for loss_sum, _ in seen)):
        raise NotFiniteError("something is not finite")

    put(model, parameters, sums, len(last_batch))
    try:
        last_loss, last_right = loops.train(last_order[-1:])
    except (NeuronsError, OverflowError):
        loops.put_back()
        raise NotFiniteError("the last example or its step is not finite") from None
    seen[-1] = (loss_sum + last_loss, num_right + last_right)
    return seen


def batches_of(rows, order, batch_size):
    """The rows of one epoch, cut into batches."""
    return [[rows[i] for i in order[start : start + batch_size]] for start in range(0, len(order), batch_size)]


def parameters_of(model):
    """All weights and biases, each neuron's bias after its weights."""
    parameters = []
    for layer in model.layers:
        for neuron in layer.neurons:
            parameters += neuron.weights
            parameters.append(neuron.bias)
    if not only_floats(map(type, parameters)):
        raise NeuronsError("a weight set by hand is no float")
    if 0.0 in parameters and any(copysign(1.0, value) < 0.0 for value in parameters if value == 0.0):
        raise NeuronsError("a weight is -0.0: only with it does the sign of a gradient of 0 make a difference")
    return parameters


def put(model, parameters, sums, num_examples):
    """Give the neurons their weights, and what the batch has collected so far."""
    start = 0
    for layer in model.layers:
        for neuron in layer.neurons:
            stop = start + len(neuron.weights)
            neuron.weights[:], neuron.bias = parameters[start:stop], parameters[stop]
            if num_examples:
                neuron.gradient_sums, neuron.bias_gradient_sum = list(sums[start:stop]), sums[stop]
                neuron.num_examples = num_examples
            start = stop + 1


def somebody_steps_through():
    """True under a debugger (or another tool that follows line by line): breakpoints in the passes must be met."""
    monitoring = getattr(sys, "monitoring", None)  # since Python 3.12
    return sys.gettrace() is not None or (monitoring is not None and monitoring.get_tool(monitoring.DEBUGGER_ID))


# ---- which models


METHODS = {
    Model: ("forward", "backward_pass", "step"),
    Layer: ("forward", "backward_pass", "step"),
    Neuron: ("forward", "backward_pass", "step"),
    SGD: ("step",),
    MSE: ("value", "output_gradients", "label_vector"),
    BinaryCrossEntropy: ("value", "output_gradients", "label_vector"),
    SoftmaxCrossEntropy: ("value", "output_gradients", "label_vector"),
}
OWN_ACTS = {(type(act).act, type(act).delta_act): act.name for act in ACTIVATIONS.values()}
METHODS.update({type(act): ("act", "delta_act") for act in ACTIVATIONS.values()})
ORIGINALS = [(owner, word, getattr(owner, word)) for owner, words in METHODS.items() for word in words]


def architecture_of(model):
    """The `Architecture` of `model`, or the `NeuronsError` that says which part of it is not the package's own."""
    check_is_plain(model, Model, "the model")
    for layer in model.layers:
        check_is_plain(layer, Layer, layer.name)
    if type(model.loss) not in (MSE, BinaryCrossEntropy, SoftmaxCrossEntropy):
        raise NeuronsError(f"the loss {model.loss!r} is not the package's own and cannot be written out")
    check_is_plain(model.loss, type(model.loss), "the loss")
    for owner, word, original in ORIGINALS:
        if getattr(owner, word) is not original:
            raise NeuronsError(f"{owner.__name__}.{word} has been replaced and cannot be written out")

    num_inputs = num_in_front = model.layers[0].num_inputs
    acts = []
    num_parameters = 0
    for layer in model.layers:
        if layer.num_inputs != num_in_front or layer.num_neurons != len(layer.neurons):
            raise NeuronsError(f"{layer.name} does not have the sizes it was made with")
        acts.append(tuple([checked_act(neuron, num_in_front) for neuron in layer.neurons]))
        num_parameters += (num_in_front + 1) * len(layer.neurons)
        num_in_front = len(layer.neurons)
    lists_of_weights = [id(neuron.weights) for layer in model.layers for neuron in layer.neurons]
    if len(set(lists_of_weights)) < len(lists_of_weights):
        raise NeuronsError("two neurons share their weights, which cannot be written out")
    if num_parameters > LARGEST:
        raise NeuronsError(f"a step is written out for at most {LARGEST:,} parameters but there are {num_parameters:,}")
    scale = model.loss.scale if isinstance(model.loss, MSE) else 1.0
    if type(scale) is not float:
        raise NeuronsError(f"the scale of MSE must be a float but is {scale!r}")
    if isinstance(model.loss, BinaryCrossEntropy) and num_in_front != 1:
        raise NeuronsError(f"BinaryCrossEntropy takes one output but there are {num_in_front}")
    return Architecture(num_inputs, tuple(acts), model.loss.name, scale)


def check_is_plain(part, kind, name):
    """Raise for an object of a subclass, and for one that got a method of its own."""
    if type(part) is not kind:
        raise NeuronsError(f"{name} is a {type(part).__name__}, not a plain {kind.__name__}, and cannot be written out")
    if not vars(part).keys().isdisjoint(METHODS[kind]):
        raise NeuronsError(f"{name} has a method of its own and cannot be written out")


def checked_act(neuron, num_inputs):
    """The name of the activation function of a neuron that is plain and has `num_inputs` weights."""
    check_is_plain(neuron, Neuron, neuron.name)
    try:
        name = OWN_ACTS[neuron.act.__func__, neuron.delta_act.__func__]  # whosever: pickle copies the objects, too
    except (AttributeError, KeyError, TypeError):  # no method, or something that cannot be looked up
        act = neuron.activation_function
        raise NeuronsError(f"{neuron.name} has the activation {act!r}, which cannot be written out") from None
    if not (type(neuron.weights) is list and len(neuron.weights) == neuron.num_inputs == num_inputs):
        raise NeuronsError(f"{neuron.name} needs a list of {num_inputs} weights")
    return name
