"""The activations, losses and optimisers of the loops, written for arrays: the same formulas for many neurons at once.

Each writes its result to `out`, an existing array of the right shape: a training step that allocates
nothing is worth a third of its time. Losses want the outputs first, (output, batch), since sums over the outputs are
then sums of whole rows.
"""

from functools import lru_cache

import numpy as np

from neurons.activations import ACTIVATIONS, LeakyReLU
from neurons.checks import check_has_gradients
from neurons.errors import NeuronsError, NotFiniteError
from neurons.text import show
from neurons.training.own_parts import is_our_activation

# Arrays, not Python's numbers: NumPy would convert a number at each call, half a microsecond that small layers feel.
ZERO = {np.dtype(kind): np.zeros((), kind) for kind in (np.float32, np.float64)}
ONE = {np.dtype(kind): np.ones((), kind) for kind in (np.float32, np.float64)}
MOST_ZEROS = 2**18  # kept to compare with: those for a batch of 64 in a layer of 4,096 neurons


@lru_cache(maxsize=8)
def zeros(shape, dtype):
    """An array of zeros to compare with, never to be written to."""
    return np.zeros(shape, dtype)


class ArraySigmoid:
    """1 / (1 + exp(-z)); where exp overflows to infinity, 1 / infinity is the 0 it should be."""

    def act(self, z, out):
        """Write a = act(z) to `out`, both (batch, neuron)."""
        np.negative(z, out=out)  # (batch, neuron)
        np.exp(out, out=out)
        np.add(out, ONE[out.dtype], out=out)
        np.reciprocal(out, out=out)

    def delta_act(self, z, a, out):
        """Write the slope da/dz to `out`; a = act(z) is known by then."""
        np.subtract(ONE[a.dtype], a, out=out)  # (batch, neuron)
        np.multiply(out, a, out=out)


class ArrayTanh:
    """The hyperbolic tangent."""

    def act(self, z, out):
        """Write a = act(z) to `out`, both (batch, neuron)."""
        np.tanh(z, out=out)

    def delta_act(self, z, a, out):
        """Write the slope da/dz to `out`; a = act(z) is known by then."""
        np.multiply(a, a, out=out)  # (batch, neuron)
        np.subtract(ONE[a.dtype], out, out=out)


class ArrayReLU:
    """z where it is positive, else 0.

    Measured: a few numbers are compared fastest with a single 0, and np.sign is their fastest slope. Many take a third
    of the time against an array of zeros, which is kept, and np.sign, which decides at each number, is slow there.
    """

    def act(self, z, out):
        """Write a = act(z) to `out`, both (batch, neuron)."""
        one_number = len(z) == 1 or z.size > MOST_ZEROS
        np.maximum(z, ZERO[z.dtype] if one_number else zeros(z.shape, z.dtype), out=out)

    def delta_act(self, z, a, out):
        """Write the slope da/dz to `out`; a = act(z) is known by then."""
        if len(a) == 1:
            np.sign(a, out=out)  # (1, neuron)
        else:
            np.greater(a, ZERO[a.dtype], out=out)  # (batch, neuron)


class ArrayLeakyReLU:
    """z where it is positive, else slope * z."""

    def __init__(self, slope):
        self.slope = slope
        with np.errstate(over="ignore"):  # a slope too large for float32: what is not finite shows in the next pass
            self.leak = {np.dtype(kind): np.full((), slope, kind) for kind in (np.float32, np.float64)}

    def act(self, z, out):
        """Write a = act(z) to `out`, both (batch, neuron)."""
        np.multiply(z, self.leak[z.dtype], out=out)  # (batch, neuron)
        np.minimum(z, out, out=out) if self.slope > 1.0 else np.maximum(z, out, out=out)

    def delta_act(self, z, a, out):
        """Write the slope da/dz to `out`; a = act(z) is known by then."""
        if 0.0 <= self.slope <= 1.0:
            np.greater(z, ZERO[z.dtype], out=out)  # (batch, neuron)
            np.maximum(out, self.leak[z.dtype], out=out)
        else:  # no maximum: this takes several times as long
            np.copyto(out, np.where(z > 0.0, 1.0, self.slope))  # (batch, neuron)


class ArrayIdentity:
    """z itself."""

    def act(self, z, out):
        """Write a = act(z) to `out`, both (batch, neuron)."""
        np.copyto(out, z)

    def delta_act(self, z, a, out):
        """Write the slope da/dz to `out`; a = act(z) is known by then."""
        out.fill(1.0)


class Workspace:
    """Arrays for a loss to calculate in: two arrays like the outputs, (output, batch), and two numbers per example."""

    def __init__(self, outputs):
        self.first, self.second = np.empty_like(outputs), np.empty_like(outputs)  # (output, batch)
        self.largest = np.empty(outputs.shape[1:], outputs.dtype)  # (batch,)
        self.total = np.empty(outputs.shape[1:], outputs.dtype)  # (batch,)


class ArrayMSE:
    """L = scale * sum over the outputs of (a - y)**2."""

    def __init__(self, loss):
        self.scale = loss.scale

    def output_gradients(self, outputs, labels, out, workspace):
        """Write dL/da of every example to `out`, all (output, batch)."""
        np.subtract(outputs, labels, out=out)  # (output, batch)
        np.multiply(out, 2.0 * self.scale, out=out)

    def values(self, outputs, labels, out, workspace):
        """Write L of every example to `out`, (batch,)."""
        np.subtract(outputs, labels, out=workspace.first)  # (output, batch)
        np.square(workspace.first, out=workspace.first)
        np.add.reduce(workspace.first, 0, None, out)  # (batch,)
        np.multiply(out, self.scale, out=out)

    def predict(self, outputs):
        """What the outputs (batch, output) say: themselves."""
        return outputs


class ArrayBinaryCrossEntropy:
    """-y * log(p) - (1 - y) * log(1 - p) with p = sigmoid(z)."""

    def __init__(self, loss):
        self.sigmoid = ArraySigmoid()

    def output_gradients(self, outputs, labels, out, workspace):
        """Write dL/dz = p - y of every example to `out`, all (1, batch)."""
        self.sigmoid.act(outputs, out)  # (1, batch)
        np.subtract(out, labels, out=out)

    def values(self, outputs, labels, out, workspace):
        """Write L = max(z, 0) - z * y + log(1 + exp(-|z|)) of every example to `out`, (batch,)."""
        np.abs(outputs, out=workspace.first)  # (1, batch)
        np.negative(workspace.first, out=workspace.first)
        np.exp(workspace.first, out=workspace.first)
        np.log1p(workspace.first, out=workspace.first)
        np.maximum(outputs, ZERO[outputs.dtype], out=workspace.second)
        np.add(workspace.first, workspace.second, out=workspace.first)
        np.multiply(outputs, labels, out=workspace.second)
        np.subtract(workspace.first[0], workspace.second[0], out=out)  # (batch,)

    def predict(self, outputs):
        """What the outputs (batch, 1) say: the probability of 1."""
        probabilities = np.empty_like(outputs)  # (batch, 1)
        self.sigmoid.act(outputs, probabilities)
        return probabilities


class ArraySoftmaxCrossEntropy:
    """-sum of y * log(p) with p = softmax(z)."""

    def __init__(self, loss):
        """Like the other two made of its loss, which has nothing to tell here."""

    def exponentials(self, outputs, out, workspace):
        """Write exp(z - largest z) to `out` (class, batch), and its sum over the classes to `workspace.total`."""
        np.maximum.reduce(outputs, 0, None, workspace.largest)  # (batch,)
        np.subtract(outputs, workspace.largest, out=out)  # (class, batch)
        np.exp(out, out=out)
        np.add.reduce(out, 0, None, workspace.total)  # (batch,)

    def output_gradients(self, outputs, labels, out, workspace):
        """Write dL/dz = p - y of every example to `out`, all (class, batch)."""
        self.exponentials(outputs, out, workspace)  # (class, batch)
        np.divide(out, workspace.total, out=out)
        np.subtract(out, labels, out=out)

    def values(self, outputs, labels, out, workspace):
        """Write L = sum of y * (log(sum of exp(z - largest)) + largest - z) of every example to `out`, (batch,)."""
        self.exponentials(outputs, workspace.first, workspace)  # (class, batch)
        np.log(workspace.total, out=workspace.total)  # (batch,)
        np.add(workspace.total, workspace.largest, out=workspace.total)
        np.subtract(workspace.total, outputs, out=workspace.first)  # (class, batch): -log(p)
        np.multiply(workspace.first, labels, out=workspace.first)
        np.add.reduce(workspace.first, 0, None, out)  # (batch,)

    def predict(self, outputs):
        """What the outputs (batch, class) say: the probability of each class."""
        probabilities = np.empty_like(outputs.T)  # (class, batch)
        workspace = Workspace(outputs.T)
        self.exponentials(np.ascontiguousarray(outputs.T), probabilities, workspace)
        return np.ascontiguousarray((probabilities / workspace.total).T)  # (batch, class)


def momentum_step(optimiser, model, learning_rate):
    """v = beta * v + dL/dw, w -= learning_rate * v, for every layer at once."""
    optimiser.velocities = checked_memory(optimiser.velocities, model, optimiser)
    for layer, velocities, gradients in zip(model.layers, optimiser.velocities, means_in_place(model), strict=True):
        velocities *= optimiser.beta
        velocities += gradients
        np.multiply(velocities, learning_rate, out=gradients)
        layer.parameters -= gradients
    model.start_batch()


def adam_step(optimiser, model, learning_rate):
    """m and v are running means of the gradient and its square; w -= learning_rate * m / (sqrt(v) + epsilon)."""
    optimiser.means = checked_memory(optimiser.means, model, optimiser)
    optimiser.squares = checked_memory(optimiser.squares, model, optimiser)
    for layer in model.layers:
        check_has_gradients(layer)
        largest = float(np.abs(layer.sums, out=layer.workspace).max()) / layer.num_examples
        if not largest * largest <= float(np.finfo(layer.dtype).max):  # an infinite square would stop the weight
            raise NotFiniteError(f"{layer.name}: the square of the gradient {largest:g} is not finite in {layer.dtype}")
    all_gradients = means_in_place(model)
    optimiser.num_steps += 1
    mean_correction = 1.0 - optimiser.beta1**optimiser.num_steps
    square_correction = 1.0 - optimiser.beta2**optimiser.num_steps
    zipped = zip(model.layers, all_gradients, optimiser.means, optimiser.squares, strict=True)
    for layer, gradients, means, squares in zipped:
        workspace = layer.workspace  # (input + 1, neuron)
        means *= optimiser.beta1
        np.multiply(gradients, 1.0 - optimiser.beta1, out=workspace)
        means += workspace
        squares *= optimiser.beta2
        np.square(gradients, out=gradients)
        gradients *= 1.0 - optimiser.beta2
        squares += gradients
        np.divide(squares, square_correction, out=workspace)
        np.sqrt(workspace, out=workspace)
        workspace += optimiser.epsilon
        np.divide(means, workspace, out=workspace)
        workspace *= learning_rate / mean_correction
        layer.parameters -= workspace
    model.start_batch()


def means_in_place(model):
    """The mean gradients since the last step, in the arrays that held their sums, each (input + 1, neuron)."""
    for layer in model.layers:  # all of them can step, or none does
        check_has_gradients(layer)
    for layer in model.layers:
        layer.sums /= layer.num_examples
    return [layer.sums for layer in model.layers]


def checked_memory(memory, model, optimiser):
    """What the optimiser remembers, one array per layer: zeros in the first step, later those of the same shapes."""
    if memory is None:
        return [np.zeros_like(layer.parameters) for layer in model.layers]
    if [np.shape(array) for array in memory] != [layer.parameters.shape for layer in model.layers]:
        raise NeuronsError(f"{optimiser} remembers another model's steps: use a new one for each model")
    return memory


ARRAY_ACTIVATIONS = {
    "sigmoid": ArraySigmoid(),
    "tanh": ArrayTanh(),
    "relu": ArrayReLU(),
    "identity": ArrayIdentity(),
}
ARRAY_LOSSES = {
    "mse": ArrayMSE,
    "binary_cross_entropy": ArrayBinaryCrossEntropy,
    "softmax_cross_entropy": ArraySoftmaxCrossEntropy,
}


def array_activation(act):
    """The array form of one of the package's activations."""
    if not is_our_activation(act):
        raise NeuronsError(f"the NumPy engine knows {', '.join(ACTIVATIONS)}, but not {show(act)}")
    return ArrayLeakyReLU(act.slope) if type(act) is LeakyReLU else ARRAY_ACTIVATIONS[act.name]


def array_loss(loss):
    """The array form of one of the package's losses."""
    if getattr(loss, "name", None) not in ARRAY_LOSSES or type(loss).__module__ != "neurons.losses":
        raise NeuronsError(
            f"the NumPy engine knows MSE, BinaryCrossEntropy and SoftmaxCrossEntropy, but not {show(loss)}"
        )
    return ARRAY_LOSSES[loss.name](loss)
