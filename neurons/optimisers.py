"""The optimisers: how the gradients of a batch move the weights. `step(model, learning_rate)` does it.

Each names its attributes, so that a checkpoint can keep them: the `settings` it was made with; the `memory` of the
steps before, one list per neuron as below, or one array per layer; the `counters`, whole numbers.
"""

from math import sqrt
from typing import TYPE_CHECKING

from neurons.checks import check_has_gradients, checked_learning_rate, checked_number, checked_numbers, checked_positive
from neurons.errors import NeuronsError
from neurons.text import for_debuggers, show

if TYPE_CHECKING:
    from neurons.model import Model


class SGD:
    """Stochastic gradient descent, the step of the lesson: w -= learning_rate * dL/dw."""

    name = "sgd"
    settings = memory = counters = ()

    def step(self, model: "Model", learning_rate: float) -> None:
        """Move every weight and bias of `model` by its mean gradient since the last step."""
        model.step(learning_rate)

    def __repr__(self) -> str:
        return "SGD()"


class Momentum:
    """SGD with momentum: v = beta * v + dL/dw, w -= learning_rate * v (Polyak 1964).

    It remembers a velocity v for every weight and bias of one model; if the gradient keeps its sign, it grows to
    1 / (1 - beta) times the gradient, so it needs a smaller learning rate than `SGD`. `beta`, the share of the velocity
    that a step keeps, lies from 0 up to below 1; another raises a `NeuronsError`.
    """

    name = "momentum"
    settings, memory, counters = ("beta",), ("velocities",), ()

    def __init__(self, beta: float = 0.9) -> None:
        self.beta = checked_share(beta, "beta")
        self.velocities = None  # one list per neuron: one number per weight, and the bias's at the end

    def step(self, model: "Model", learning_rate: float) -> None:
        """Move every weight and bias of `model` by its velocity."""
        learning_rate = checked_learning_rate(learning_rate)
        if model.find_engine().takes_step(self, model, learning_rate):
            return
        all_gradients = mean_gradients(model)
        self.velocities = checked_memory(self.velocities, all_gradients, self)
        for neuron, gradients, velocities in neurons_with(model, all_gradients, self.velocities):
            for i, gradient in enumerate(gradients):
                velocities[i] = self.beta * velocities[i] + gradient
                move(neuron, i, learning_rate * velocities[i])
        model.start_batch()

    @for_debuggers
    def __repr__(self) -> str:
        return f"Momentum(beta={self.beta:g})"


class Adam:
    """Adam (Kingma and Ba 2015): a step of about `learning_rate` for every weight, however large its gradient.

    m and v are running means of the gradient and of its square, corrected for having started at 0;
    w -= learning_rate * m / (sqrt(v) + epsilon). A usual learning rate is 0.001, for XOR 0.05. `beta1` and `beta2`, the
    shares of the means that a step keeps, lie from 0 up to below 1, `epsilon` above 0; others raise a `NeuronsError`.
    """

    name = "adam"
    settings, memory, counters = ("beta1", "beta2", "epsilon"), ("means", "squares"), ("num_steps",)

    def __init__(self, *, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8) -> None:
        self.beta1 = checked_share(beta1, "beta1")
        self.beta2 = checked_share(beta2, "beta2")
        self.epsilon = checked_positive(epsilon, "epsilon")
        self.means = None  # m: one list per neuron, the bias's number at the end
        self.squares = None  # v: likewise
        self.num_steps = 0

    def step(self, model: "Model", learning_rate: float) -> None:
        """Move every weight and bias of `model` by about `learning_rate`."""
        learning_rate = checked_learning_rate(learning_rate)
        if model.find_engine().takes_step(self, model, learning_rate):
            return
        all_gradients = mean_gradients(model)
        for neuron, gradients in neurons_with(model, all_gradients):  # an infinite square would stop the weight
            for gradient in gradients:
                checked_number(gradient * gradient, f"{neuron.name}: the square of the gradient {gradient:g}")
        self.means = checked_memory(self.means, all_gradients, self)
        self.squares = checked_memory(self.squares, all_gradients, self)
        self.num_steps += 1
        mean_correction = 1.0 - self.beta1**self.num_steps
        square_correction = 1.0 - self.beta2**self.num_steps
        for neuron, gradients, means, squares in neurons_with(model, all_gradients, self.means, self.squares):
            for i, gradient in enumerate(gradients):
                means[i] = self.beta1 * means[i] + (1.0 - self.beta1) * gradient
                squares[i] = self.beta2 * squares[i] + (1.0 - self.beta2) * (gradient * gradient)
                mean = means[i] / mean_correction
                square = squares[i] / square_correction
                move(neuron, i, learning_rate * mean / (sqrt(square) + self.epsilon))
        model.start_batch()

    @for_debuggers
    def __repr__(self) -> str:
        return f"Adam(beta1={self.beta1:g}, beta2={self.beta2:g}, epsilon={self.epsilon:g})"


def checked_share(value, what):
    """`value` as a float from 0 up to, but not including, 1."""
    share = checked_number(value, what)
    if not 0.0 <= share < 1.0:
        raise NeuronsError(f"{what} must be at least 0 and below 1 but got {show(value)}")
    return share


def mean_gradients(model):
    """One list per neuron: the mean gradient of each weight since the last step, and the bias's at the end."""
    all_gradients = []
    for layer in model.layers:
        for neuron in layer.neurons:
            check_has_gradients(neuron)
            gradients = [gradient_sum / neuron.num_examples for gradient_sum in neuron.gradient_sums]
            gradients.append(neuron.bias_gradient_sum / neuron.num_examples)
            checked_numbers(gradients, f"{neuron.name}: mean gradients")
            all_gradients.append(gradients)
    return all_gradients


def checked_memory(memory, all_gradients, optimiser):
    """What the optimiser remembers, one list per neuron: zeros in the first step, later those of the same lengths."""
    if memory is None:
        return [[0.0] * len(gradients) for gradients in all_gradients]
    sizes = [len(numbers) for numbers in memory if isinstance(numbers, list)]  # of arrays, it is another model's
    if sizes != [len(gradients) for gradients in all_gradients]:
        raise NeuronsError(f"{optimiser} remembers the steps of another model: use a new one for each model")
    return memory


def neurons_with(model, *lists):
    """(neuron, its item of each list), for every neuron of the model in order."""
    neurons = [neuron for layer in model.layers for neuron in layer.neurons]
    return zip(neurons, *lists, strict=True)


def move(neuron, i, distance):
    """Subtract `distance` from the neuron's weight i, or from its bias where i is one past the weights."""
    if i < len(neuron.weights):
        neuron.weights[i] -= distance
    else:
        neuron.bias -= distance
