"""`diagnose`: which mistake of the catalogue makes a student's backpropagation compute what it computes.

First the right program is compared with the student's numbers, then each mistake, then pairs of mistakes; the numbers
must agree in every group and on every probe. What nothing explains is called unknown: a diagnosis never guesses.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast

from neurons import NeuronsError
from neurons.activations import ACTIVATIONS
from neurons.checks import checked_count, is_list
from neurons.classroom.diagnosis.cases import Network
from neurons.classroom.diagnosis.classes import class_findings
from neurons.classroom.diagnosis.diagnosis import Diagnosis
from neurons.classroom.diagnosis.functions import function_findings
from neurons.classroom.diagnosis.losses import with_loss_findings
from neurons.classroom.diagnosis.own_functions import is_known, named_pair
from neurons.text import show

LOSSES = ("mse", "bce", "ce")
MOST_PARAMETERS = 200_000  # 784-128-10 has 101,770; a mistake shows in a small network as well, and sooner


def checked_network(sizes: Any, hidden: Any, output: Any, loss: Any, biases: bool) -> Network:
    """What the user said of the network, or the error that says what does not fit."""
    if not is_list(sizes) or len(sizes) < 2:
        raise NeuronsError(f"sizes must be a list of at least 2 numbers, such as [2, 3, 1], but got {show(sizes)}")
    counts = tuple(checked_count(size, f"sizes[{i}]") for i, size in enumerate(sizes))
    num_parameters = sum((counts[i] + 1) * counts[i + 1] for i in range(len(counts) - 1))
    if num_parameters > MOST_PARAMETERS:
        raise NeuronsError(
            f"diagnose looks at networks of at most {MOST_PARAMETERS:,} parameters, but with"
            f" sizes={list(counts)} there are {num_parameters:,}: try a small one, such as [2, 3, 1]"
        )
    if isinstance(hidden, (list, tuple)) and not is_pair(hidden):
        if len(hidden) != len(counts) - 2:
            raise NeuronsError(
                f"hidden must name a function for each of the {len(counts) - 2} hidden layers but got {show(hidden)}"
            )
        each = [checked_network(sizes, one, output, loss, biases).hidden for one in hidden]
        return checked_network(sizes, "sigmoid", output, loss, biases)._replace(hidden=tuple(map(str, each)))
    hidden, output = (
        named_pair(given) if is_pair(given) else getattr(given, "name", given) for given in (hidden, output)
    )
    names = ", ".join(ACTIVATIONS)
    for what, given in {"hidden": hidden, "output": output, "loss": "mse" if loss is None else loss}.items():
        if not isinstance(given, str):
            raise NeuronsError(
                f"{what} must be a name such as {'mse' if what == 'loss' else 'relu'} but got {show(given)}"
            )
    if hidden not in ACTIVATIONS and not is_known(hidden):
        raise NeuronsError(f"hidden must be one of {names} but got {show(hidden)}")
    if output not in ACTIVATIONS and output != "softmax" and not is_known(output):
        raise NeuronsError(f"output must be softmax or one of {names} but got {show(output)}")
    if output == "softmax" and counts[-1] == 1:
        raise NeuronsError(f"softmax of a single output is always 1: sizes must end in 2 or more but got {show(sizes)}")
    if loss is None:
        loss = "ce" if output == "softmax" else "mse"
    loss = {"cross_entropy": "ce", "binary_cross_entropy": "bce"}.get(loss, loss)
    if loss not in LOSSES:
        raise NeuronsError(f"loss must be one of {', '.join(LOSSES)} but got {show(loss)}")
    if loss == "bce" and output != "sigmoid":
        raise NeuronsError(f'loss="bce" takes a sigmoid output but got output={output!r}')
    if loss == "ce" and output != "softmax":
        raise NeuronsError(f'loss="ce" takes a softmax output but got output={output!r}')
    return Network(counts, hidden, output, loss, bool(biases))


def is_pair(given: Any) -> bool:
    """True for the functions (act, delta_act) of a user."""
    return isinstance(given, (list, tuple)) and len(given) == 2 and all(map(callable, given))


def checked_function(function: Any, name: str) -> Callable[..., Any]:
    """`function`, if it can be called."""
    if not callable(function):
        raise NeuronsError(f"{name} must be a function but got {show(function)}")
    return cast(Callable[..., Any], function)


def diagnose(
    cls: type | None = None,
    *,
    gradients: Callable[..., Any] | None = None,
    update: Callable[..., Any] | None = None,
    sizes: Sequence[int] | None = None,
    hidden: Any = "sigmoid",
    output: Any = "sigmoid",
    loss: str | None = None,
    loss_function: Callable[..., Any] | None = None,
    biases: bool = True,
    batch: bool = False,
) -> Diagnosis:
    """Say what is wrong with hand-written backpropagation, as a `Diagnosis`.

    One of these is looked at:

    * `cls`, a class shaped like `Neuron(num_inputs, act)`, `Layer(num_inputs, num_neurons, act)` or `Model(layers)`,
      with `forward`, `backward_pass` and `step`; with `batch=True`, `step` is checked after several backward passes;
    * `gradients`, a function of (parameters, inputs, label) that returns the gradients in the form of the parameters;
    * `update`, a function of (parameters, inputs, label, learning_rate) that returns the new parameters.

    `parameters` is the list [W1, b1, W2, b2, ...] of NumPy arrays, W of shape (outputs, inputs), b of shape (outputs,);
    with `biases=False` it is [W1, W2, ...]. `inputs` and `label` have the shapes (inputs,) and (outputs,); with
    `batch=True` (examples, inputs) and (examples, outputs). `sizes` are those of the network, such as [2, 3, 1];
    `hidden` and `output` the activation functions (sigmoid, tanh, relu, leaky_relu, identity, and softmax for the
    output), one of `hidden` for each layer as in ["relu", "tanh"], or your own as a pair (act, delta_act) of z;
    `loss` is "mse", "bce" or "ce" (None: "ce" after softmax, else "mse"). Whether the loss is
    halved, summed or averaged need not be told.

    With `loss_function`, a function of (parameters, inputs, label) that returns the loss, the loss is checked too.
    Raises `NeuronsError` for arguments that do not fit; what the student's code raises is part of the diagnosis.
    """
    given = [what for what in (cls, gradients, update) if what is not None]
    if len(given) != 1:
        raise NeuronsError(f"diagnose takes one of a class, gradients=, update= but got {len(given)} of them")
    if cls is not None:
        if not isinstance(cls, type):
            raise NeuronsError(f"diagnose takes a class shaped like Neuron, Layer or Model but got {show(cls)}")
        return Diagnosis(class_findings(cls, batch=batch))
    function = checked_function(gradients if update is None else update, "gradients" if update is None else "update")
    if sizes is None:
        raise NeuronsError("diagnose needs the sizes of the network, such as sizes=[2, 3, 1]")
    if loss_function is not None:
        checked_function(loss_function, "loss_function")
    network = checked_network(sizes, hidden, output, loss, biases)
    findings = function_findings(function, network, batch=batch, update=update is not None)
    if loss_function is not None and not findings.failure:
        findings = with_loss_findings(findings, loss_function, network, batch)
    return Diagnosis(findings)
