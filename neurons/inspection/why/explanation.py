"""Why is this gradient what it is? The factors it was made of, the paths of the loss to it, and a nudge as a check.

The numbers are those that the last pass left in the neurons. Weights are looked at only if they are still those of that
pass. The check moves the weight on a copy: the model stays as it is.
"""

from math import isfinite
from typing import Any

from neurons.checks import how_many
from neurons.errors import NotFiniteError, OrderError
from neurons.inspection.models import neurons_in
from neurons.inspection.why.nudge_check import check_by_nudging
from neurons.inspection.why.stored_pass import Paths, Place, StoredPass, find_place
from neurons.inspection.why.unfinished_pass import with_finished_pass
from neurons.inspection.why.words import (
    as_html,
    as_text,
    chain_rule_columns,
    loss_words,
    path_words,
    slope_words,
    write_number,
)
from neurons.text import for_debuggers


class Why:
    """The answer of `model.why(name)`: `print` shows it in words, a notebook as mathematics.

    `value` is the gradient; `factors` are the named numbers it is the product of (none for an input, whose gradient is
    a sum); `paths` are pairs (next neuron, share): the shares sum to dL/da, or to the gradient of an input. They are
    empty where the loss itself gave dL/da, and where the pass did not keep them. `nudge` is the slope found by moving
    the number, None where the weights have moved since the pass. `mean` is the mean gradient of a mini-batch that waits
    for its step, or None. `problems` has a sentence for each number that does not fit the others: a right backward pass
    has none.
    """

    def __init__(self, name: str, value: float) -> None:
        self.name = name
        self.value = value
        self.factors: dict[str, float] = {}
        self.paths: list[tuple[str, float]] = []
        self.nudge: float | None = None
        self.mean: float | None = None
        self.problems: list[str] = []
        self.columns: list[tuple[str, str]] = []  # the chain rule in names and numbers
        self.lines: list[str] = []  # where each factor came from

    @property
    def title(self) -> str:
        """The question, with the number that is asked about."""
        return f"why is dL/d {self.name} = {write_number(self.value, 4)} ?"

    @property
    def all_lines(self) -> list[str]:
        """What is below the chain rule, the problems at the end."""
        return self.lines + [f"WRONG: {problem}" for problem in self.problems]

    @for_debuggers
    def __repr__(self) -> str:
        problems = f" {how_many(len(self.problems), 'problem')}!" if self.problems else ""
        factors = "".join(f" {name}={value + 0.0:.4g}" for name, value in self.factors.items())  # + 0.0 makes 0 of -0
        return f"dL/d {self.name} = {self.value + 0.0:.4g}{problems}{factors}"

    def __str__(self) -> str:
        return as_text(self.title, self.columns, self.all_lines)

    def _repr_html_(self) -> str:
        return as_html(self.title, self.columns, self.all_lines)


def why(model: Any, name: str, *, example: int | None = None, label: Any = None) -> Why:
    """Explain the gradient called `name` of the last pass; see `Model.why`."""
    place = find_place(model, name)
    model = with_finished_pass(model, place, name)
    for neuron in neurons_in(model):
        if neuron.error is None or neuron.activation is None:  # the latter after a forward pass that failed
            raise OrderError(f"{name.strip()} has no gradient yet: call forward and backward_pass first")
    stored = StoredPass(model, example)
    if label is not None:
        stored.check_label(label)
    neuron = stored.neurons[place.layer_idx][place.neuron_idx]

    if place.kind == "x":
        paths = stored.paths_into(0, place.input_idx)
        answer = Why(name.strip(), stored.input_gradient(place.input_idx, paths))
        answer.lines.append(f"dL/d{place.short} = {write_number(answer.value)}   {paths_in_words(place.short, paths)}:")
        check_finite(answer)
        explain_paths(answer, stored, paths, place.input_idx, answer.value)
        explain_example(answer, stored)
    else:
        gradient = neuron.bias_gradient if place.kind == "b" else neuron.gradients[place.input_idx]
        answer = Why(name.strip(), float(gradient))
        explain_factors(answer, stored, place, neuron)
        explain_output_gradient(answer, stored, place, neuron, label)
        explain_example(answer, stored)
        explain_batch(answer, stored, place, neuron)
    if stored.moved:
        answer.lines.append(stored.moved)
    else:
        check_by_nudging(answer, stored, place, label)
    return answer


def check_finite(answer: Why) -> None:
    """Raise for a gradient that has grown beyond all floats: there is nothing to calculate with."""
    for name, value in {"the gradient": answer.value, **answer.factors}.items():
        if not isfinite(value):
            raise NotFiniteError(f"{answer.name}: {name} must be a finite number but is {value}")


def paths_in_words(start: str, paths: Paths) -> str:
    """hidden[0] reaches the loss through 2 neurons."""
    return f"{start} reaches the loss through {'one neuron' if paths.num_paths == 1 else f'{paths.num_paths} neurons'}"


def explain_factors(answer: Why, stored: StoredPass, place: Place, neuron: Any) -> None:
    """The three factors, and whether the gradient is their product."""
    if place.kind == "b":
        input_activation, what = 1.0, "a bias is a weight whose input is always 1"
    else:
        input_activation = float(neuron.input_activation[place.input_idx])
        source = f"x[{place.input_idx}]"
        if place.layer_idx > 0:
            source = f"the activation of {stored.neurons[place.layer_idx - 1][place.input_idx].name}"
        what = f"the input on this weight: {source}"
    slope = neuron.activation_gradient
    answer.factors = {"dL/da": neuron.output_gradient, "da/dz": slope, f"dz/d{place.short}": input_activation}
    check_finite(answer)
    answer.columns = chain_rule_columns(f"dL/d{place.short}", answer.factors, answer.value)
    answer.lines.append(f"dz/d{place.short} = {write_number(input_activation)}   {what}")
    answer.lines.append(f"{'da/dz':<{4 + len(place.short)}} = {write_number(slope)}   {slope_words(neuron)}")

    product = neuron.output_gradient * slope * input_activation
    if differ(answer.value, product, stored.rounded_by(abs(product))):
        answer.problems.append(
            f"the gradient {write_number(answer.value)} is not the product of its factors, {write_number(product)}"
        )
    right_slope = neuron.delta_act(neuron.linear_activation)
    if differ(slope, right_slope, stored.rounded_by(max(1.0, abs(right_slope)))):
        answer.problems.append(f"da/dz is {write_number(slope)} but delta_act(z) is {write_number(right_slope)}")


def explain_output_gradient(answer: Why, stored: StoredPass, place: Place, neuron: Any, label: Any) -> None:
    """Where dL/da came from: the loss, or the paths through the next layer."""
    total = neuron.output_gradient
    start = f"{'dL/da':<{4 + len(place.short)}} = {write_number(total)}   "
    if place.layer_idx == len(stored.neurons) - 1:
        vector = stored.label_vector(label)
        words = loss_words(stored.model.loss, stored.outputs, vector, place.neuron_idx, total, neuron.name)
        answer.lines += [start + words[0], *words[1:]]
        return
    paths = stored.paths_into(place.layer_idx + 1, place.neuron_idx)
    answer.lines.append(f"{start}{paths_in_words(neuron.name, paths)}:")
    explain_paths(answer, stored, paths, place.neuron_idx, total)


def explain_paths(answer: Why, stored: StoredPass, paths: Paths, input_idx: int, total: float) -> None:
    """The shares of the paths, and whether they are what they should be."""
    answer.paths = paths.shares
    if not paths.shares:
        answer.lines.append("    the arrays keep this sum, not the share of each path")
        return
    answer.lines += [f"    {line}" for line in path_words(paths.shares, paths.factors, input_idx, total)]
    for (name, share), (error, weight) in zip(paths.shares, paths.factors or (), strict=paths.factors is not None):
        if differ(share, error * weight, stored.rounded_by(abs(error * weight))):
            answer.problems.append(
                f"via {name}: dL/di is {write_number(share)} but dL/dz * w is {write_number(error * weight)}"
            )
    sum_of_shares = sum(share for _, share in paths.shares)
    if differ(sum_of_shares, total, stored.rounded_by(sum(abs(share) for _, share in paths.shares))):
        answer.problems.append(f"the shares sum to {write_number(sum_of_shares)}, not to {write_number(total)}")


def differ(first: float, second: float, allowed: float) -> bool:
    """True if two numbers differ by more than is allowed; not-a-number always does."""
    return not abs(first - second) <= allowed


def explain_example(answer: Why, stored: StoredPass) -> None:
    """Which example of a batch on arrays this is."""
    if stored.on_arrays:
        batch = len(stored.model.layers[0].last_pass.inputs)
        if batch > 1:
            answer.lines.append(f"of the last batch of {batch}, this is example {stored.example % batch}")


def explain_batch(answer: Why, stored: StoredPass, place: Place, neuron: Any) -> None:
    """The mean of the batch that waits for its step."""
    if neuron.num_examples > 1:
        collected = neuron.bias_gradient_sum if place.kind == "b" else float(neuron.gradient_sums[place.input_idx])
        answer.mean = collected / neuron.num_examples
        answer.lines.append(
            f"the step will use the mean over {neuron.num_examples} examples, {write_number(answer.mean)};"
            f" the numbers above are those of {'this example' if stored.on_arrays else 'the last'} alone"
        )
