"""The curves: loss and accuracy over the epochs, the loss against one weight, an activation function, gradients."""

from typing import TYPE_CHECKING, Any

import numpy as np

from neurons.checks import ListLike, advised, checked_learning_rate, checked_numbers, how_many, is_list
from neurons.errors import NeuronsError, OrderError
from neurons.gradient_check import Bias
from neurons.inspection.why.stored_pass import find_place
from neurons.plots.style import (
    DASHES,
    MARKERS,
    NEGATIVE,
    NEUTRAL,
    POSITIVE,
    SERIES,
    SMALL_FONT,
    check_has_gradients,
    checked_model,
    legend_below,
    one_axes,
    percent,
    set_title,
    short_number,
    signed_number,
)
from neurons.training.history import History
from neurons.training.loops import pass_example

if TYPE_CHECKING:
    from neurons.model import Model

SATURATED = 0.05  # below this share of its steepest slope an activation function is as good as flat
LOG_FROM = 100.0  # ratio of the bars from which a linear axis would hide the small ones


def loss_curve(history: History, *, ax: Any = None) -> Any:
    """The mean loss of each epoch, and the validation loss where `fit` had validation data. Returns the axes."""
    checked_history(history)
    losses = history.loss
    ax = epochs_axes(ax, {"training": losses, "validation": history.validation_loss}, "mean loss")
    ax.set_ylim(bottom=0.0)
    change = "falls" if losses[-1] < losses[0] else "goes"
    set_title(ax, f"The loss {change} from {short_number(losses[0])} to {short_number(losses[-1])}")
    return ax


def accuracy_curve(history: History, *, ax: Any = None) -> Any:
    """The share of right answers in each epoch, also of the validation data where there are any. Returns the axes."""
    checked_history(history)
    if not history.accuracy:
        raise NeuronsError("this history has no accuracy: the labels were not classes")
    series = {"training": history.accuracy, "validation": history.validation_accuracy}
    ax = epochs_axes(ax, series, "share of examples right")
    ax.set_ylim(-0.02, 1.02)
    set_title(ax, f"{percent(history.accuracy[-1])} of the examples right after {how_many(len(history), 'epoch')}")
    return ax


def checked_history(history: Any) -> None:
    """Raise unless this is a `History` of at least one epoch."""
    if not isinstance(history, History):
        raise NeuronsError(f"history must be the History that fit returned but got {advised(history)}")
    if not history.loss:
        raise OrderError("this history has no epochs yet: call fit first")


def epochs_axes(ax: Any, series: dict[str, list[float]], what: str) -> Any:
    """Axes with a curve over the epochs for each series that has numbers."""
    ax = one_axes(ax, 6.0, 3.6)
    drawn = {name: values for name, values in series.items() if values}
    for series_idx, (name, values) in enumerate(drawn.items()):
        marker = MARKERS[series_idx] if len(values) <= 20 else None
        epochs = range(1, len(values) + 1)
        ax.plot(epochs, values, color=SERIES[series_idx], linestyle=DASHES[series_idx], marker=marker, label=name)
    ax.set(xlabel="epoch", ylabel=what)
    ax.xaxis.get_major_locator().set_params(integer=True)
    if len(drawn) > 1:
        ax.legend(fontsize=SMALL_FONT)
    return ax


def loss_against_weight(
    model: "Model",
    name: str,
    inputs: ListLike,
    label: ListLike | float,
    *,
    learning_rates: ListLike = (0.1, 1.0),
    ax: Any = None,
) -> Any:
    """The loss of one example against one weight or bias, such as "hidden[0].w[1]", and where steps would lead.

    The point is the weight as it is; the slope of the tangent there is the gradient; for each learning rate the step
    goes to weight - learning_rate * gradient, and a mark shows the loss there, with this one weight moved alone. Works
    on a copy. Returns the axes; raises `NeuronsError` for a name that is not there.
    """
    name, place = name.strip(), find_place(checked_model(model), name)
    if place.kind == "x":
        raise NeuronsError(f"{name} is an input: loss_against_weight moves a weight or bias, such as hidden[0].w[0]")
    if not is_list(learning_rates):
        raise NeuronsError(f"learning_rates must be a list, such as [0.1, 1.0], but got {advised(learning_rates)}")
    rates = [checked_learning_rate(rate) for rate in learning_rates]
    inputs = checked_numbers(inputs, "inputs", model.layers[0].num_inputs)
    twin = model.as_neurons()
    loss, _ = pass_example(twin, inputs, label)
    neuron = twin.layers[place.layer_idx].neurons[place.neuron_idx]
    weights: Any = Bias(neuron) if place.kind == "b" else neuron.weights
    weight = weights[place.input_idx]
    gradient = neuron.bias_gradient if place.kind == "b" else neuron.gradients[place.input_idx]

    def loss_at(value: float) -> float:
        """The loss with this weight at `value`."""
        weights[place.input_idx] = value
        return twin.loss.value(twin.forward(inputs), label)

    steps = [weight - rate * gradient for rate in rates]
    reach = 1.25 * max([1.0, *(abs(step - weight) for step in steps)])
    across = np.linspace(weight - reach, weight + reach, 201)  # (point,)
    losses = [loss_at(float(value)) for value in across]
    ax = one_axes(ax, 6.4, 4.4)
    ax.plot(across, losses, color=NEUTRAL, linewidth=1.8, label="loss")
    slope_text = f"tangent, slope = gradient {signed_number(gradient)}"
    draw_tangent(ax, weight, loss, gradient, 0.35 * reach, slope_text)
    draw_point(ax, weight, loss, f"now: {short_number(weight)}, loss {loss:.4f}")
    for rate_idx, (rate, step) in enumerate(zip(rates, steps, strict=True)):
        draw_step(ax, rate_idx, rate, step, loss_at(step))
    margin = 0.08 * (max(losses) - min(losses)) or 0.1
    ax.set(xlabel=name, ylabel="loss of this example", ylim=(min(losses) - margin, max(losses) + margin))
    legend_below(ax, ncols=2)
    set_title(ax, f"The loss against {name}: slope = gradient = {signed_number(gradient)}")
    return ax


def draw_step(ax: Any, rate_idx: int, rate: float, weight: float, loss: float) -> None:
    """A mark where the step with one of the learning rates would lead."""
    marker, colour = MARKERS[1 + rate_idx % 9], SERIES[rate_idx % len(SERIES)]
    text = f"rate {rate:g}: to {short_number(weight)}, loss {loss:.4f}"
    ax.plot([weight], [loss], marker, color=colour, markeredgecolor="black", markersize=9.0, label=text)


def draw_tangent(ax: Any, x: float, y: float, slope: float, half_width: float, text: str) -> None:
    """The tangent of a curve at this point, so far to both sides; the text goes to the legend."""
    xs = [x - half_width, x + half_width]
    ys = [y - slope * half_width, y + slope * half_width]
    ax.plot(xs, ys, color=POSITIVE, linestyle=DASHES[1], linewidth=2.0, label=text)


def draw_point(ax: Any, x: float, y: float, text: str) -> None:
    """A point of a curve; the text goes to the legend."""
    ax.plot([x], [y], "o", color="black", markeredgecolor="white", markersize=8.0, label=text)


def activation_curve(neuron: Any, *, ax: Any = None) -> Any:
    """The neuron's activation function, with its z of the last pass and the slope da/dz there.

    Where the function is shaded it is as good as flat (its slope is below a twentieth of the steepest): a neuron there
    is saturated, or dead, and hardly learns. Returns the axes; raises `OrderError` before a forward pass.
    """
    if not all(hasattr(neuron, word) for word in ("linear_activation", "act", "delta_act", "activation_function")):
        raise NeuronsError(
            f"activation_curve takes a neuron, such as model.layers[0].neurons[0], but got {advised(neuron)}"
        )
    z = neuron.linear_activation
    if z is None:
        raise OrderError(
            f"{neuron.name}: activation_curve shows the z of the last pass, but there is none: call forward first"
        )
    a, slope = neuron.act(z), neuron.delta_act(z)
    reach = max(6.0, 1.25 * abs(z))
    across = np.linspace(-reach, reach, 241)  # (point,)
    activations = [neuron.act(float(value)) for value in across]
    steepness = np.array([abs(neuron.delta_act(float(value))) for value in across])  # (point,)
    ax = one_axes(ax, 6.0, 4.0)
    ax.plot(across, activations, color=NEUTRAL, linewidth=1.8, label=f"a = {neuron.activation_function.name}(z)")
    shade_flat_parts(ax, across, steepness)
    bottom, top = ax.get_ylim()
    half_width = min(0.25 * reach, 0.45 * (top - bottom) / abs(slope) if slope else reach)
    draw_tangent(ax, z, a, slope, half_width, f"slope da/dz = {short_number(slope)}")
    ax.plot([z, z], [bottom, a], color=NEGATIVE, linestyle=DASHES[2], linewidth=1.2)
    draw_point(ax, z, a, f"z = {short_number(z)}, a = {short_number(a)}")
    ax.set(xlabel="z, the linear activation", ylabel="a, the activation", ylim=(bottom, top), xlim=(-reach, reach))
    ax.locator_params(axis="x", nbins=6)
    ax.legend(fontsize=SMALL_FONT)
    state = ", hardly learns" if abs(slope) < SATURATED * steepness.max() else ""
    set_title(ax, f"{neuron.name} at z = {short_number(z)}: slope {short_number(slope)}{state}")
    return ax


def shade_flat_parts(ax: Any, across: Any, steepness: Any) -> None:
    """Grey where a function with slopes of this size (point,) is as good as flat."""
    flat = steepness < SATURATED * steepness.max()  # (point,)
    if flat.any():
        everywhere = {"transform": ax.get_xaxis_transform(), "linewidth": 0.0, "zorder": 0}  # from bottom to top
        ax.fill_between(across, 0.0, 1.0, where=flat, color="0.85", label="as good as flat", **everywhere)


def gradient_flow(model: "Model", *, ax: Any = None) -> Any:
    """The mean |dL/dw| of each layer's weights in the last pass: does anything reach the first layer?

    On arrays the pass is that of the batch's last example. Returns the axes; raises `OrderError` where there has been
    no backward pass.
    """
    check_has_gradients(model, "gradient_flow")
    layers = model.layers
    means = [float(np.mean([np.abs(neuron.gradients).mean() for neuron in layer.neurons])) for layer in layers]
    ax = one_axes(ax, max(4.6, 1.1 * len(means) + 1.4), 3.6)
    bars = ax.bar(range(len(means)), means, color=SERIES[0], edgecolor="black", width=0.6)
    smallest, largest = min(means), max(means)
    ax.set_xticks(range(len(means)), [layer.name for layer in layers])
    ax.set(xlabel="layer, from the inputs to the outputs", ylabel="mean |dL/dw|")
    if smallest > 0.0 and largest / smallest > LOG_FROM:
        ax.set_yscale("log")
        ax.set_ylim(smallest / 10.0, largest * 5.0)
        ax.set_ylabel("mean |dL/dw|, in powers of ten")
        ax.grid(axis="y", color="0.8", zorder=0)
        ax.set_axisbelow(True)
    else:
        ax.set_ylim(0.0, 1.15 * largest or 1.0)
    ax.bar_label(bars, [short_number(mean) for mean in means], fontsize=SMALL_FONT, padding=2)
    title = f"Mean |gradient| of {layers[0].name}: {short_number(means[0])}"
    if len(means) > 1 and means[0] > 0.0:
        title = f"Mean |gradient|: the last layer has {short_number(means[-1] / means[0])} times the first"
    set_title(ax, title)
    return ax
