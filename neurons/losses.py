"""The losses: `value(outputs, label)` is L of one example, `output_gradients(outputs, label)` is dL/da, per output.

A label is a list with one number per output, a single number where there is one output, or the index of the right
class where there are several. The loss of several examples is the mean of their losses.
"""

from math import exp, log, log1p
from typing import Any

from neurons.activations import sigmoid
from neurons.checks import ListLike, as_int, checked_number, checked_numbers, checked_positive, is_list
from neurons.errors import LengthError, NeuronsError
from neurons.text import for_debuggers, show


def label_vector(label: Any, num_outputs: int, what: str = "the label") -> list[float]:
    """`label` as a list of one float per output: [0.0, 1.0, 0.0] for class 1 of 3."""
    if is_list(label):
        return checked_numbers(label, what, num_outputs)
    if num_outputs == 1:
        return [checked_number(label, what)]
    class_idx = as_int(label)
    if class_idx is None:
        expected = f"a class from 0 to {num_outputs - 1} or a list of {num_outputs} numbers"
        raise NeuronsError(f"{what} must be {expected} but got {show(label)}")
    if not 0 <= class_idx < num_outputs:
        raise NeuronsError(f"{what} must be a class from 0 to {num_outputs - 1} but got {show(label)}")
    vector = [0.0] * num_outputs
    vector[class_idx] = 1.0
    return vector


def checked_outputs(outputs: Any, what: str = "outputs") -> list[float]:
    """`outputs` as a list of at least one finite float."""
    outputs = checked_numbers(outputs, what)
    if not outputs:
        raise LengthError(f"{what} must be at least 1 number but got 0")
    return outputs


class MSE:
    """Squared error: L = scale * sum over the outputs of (a - y)**2, so dL/da = scale * 2 * (a - y).

    As in the lesson, it is a sum over the outputs and a mean over the examples. Textbooks that begin with half the
    squared error use `scale=0.5`; libraries that also divide by the number of outputs use `scale=1 / num_outputs`.
    """

    name = "mse"

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = checked_positive(scale, "the scale of MSE")

    def label_vector(self, label: ListLike | float, num_outputs: int, what: str = "the label") -> list[float]:
        """`label` as a list of one float per output."""
        return label_vector(label, num_outputs, what)

    def value(self, outputs: list[float], label: ListLike | float) -> float:
        """L for one example."""
        if not isinstance(label, list) or len(label) != len(outputs):
            label = self.label_vector(label, len(outputs))
        total = 0.0
        for output_idx, output in enumerate(outputs):
            difference = output - label[output_idx]
            total += difference * difference
        return self.scale * total

    def output_gradients(self, outputs: list[float], label: ListLike | float) -> list[float]:
        """dL/da for one example, one per output."""
        if not isinstance(label, list) or len(label) != len(outputs):
            label = self.label_vector(label, len(outputs))
        gradients = []
        for output_idx, output in enumerate(outputs):
            gradients.append(2.0 * self.scale * (output - label[output_idx]))
        return gradients

    def predict(self, outputs: list[float]) -> list[float]:
        """What the outputs say: themselves."""
        return outputs[:]

    @for_debuggers
    def __repr__(self) -> str:
        return "MSE()" if self.scale == 1.0 else f"MSE(scale={self.scale:g})"


def softmax(logits: list[float]) -> list[float]:
    """The softmax of a list of logits: exp(z) of each, divided by their sum, so that they sum to 1.

    It subtracts the largest logit first: the result is the same, and exp never overflows.
    """
    logits = checked_outputs(logits, "logits")
    largest = max(logits)
    exponentials = []
    total = 0.0
    for logit in logits:
        exponential = exp(logit - largest)
        exponentials.append(exponential)
        total += exponential
    return [exponential / total for exponential in exponentials]


def softmax_jacobian(logits: list[float]) -> list[list[float]]:
    """The full Jacobian of softmax, as rows: dp[i]/dz[j] = p[i] * (1 - p[i]) where i = j, else -p[i] * p[j].

    Multiplied out with dL/dp[i] = -y[i] / p[i] it arrives at p - y, the gradient of `SoftmaxCrossEntropy`.
    """
    probabilities = softmax(logits)
    jacobian = []
    for i, p_i in enumerate(probabilities):
        jacobian.append([p_i * (1.0 - p_i) if i == j else -p_i * p_j for j, p_j in enumerate(probabilities)])
    return jacobian


class SoftmaxCrossEntropy:
    """Cross-entropy of the softmax of the outputs: L = -sum of y * log(p), so dL/dz = p - y.

    Softmax looks at all outputs at once: a single neuron cannot do it. So the output neurons are `identity`, their
    activations are the logits z, and this loss takes the softmax. Labels: the index of the right class, or one
    probability per class with the sum 1.
    """

    name = "softmax_cross_entropy"

    def label_vector(self, label: ListLike | float, num_outputs: int, what: str = "the label") -> list[float]:
        """`label` as a list of one probability per output."""
        if num_outputs == 1 and not is_list(label):
            expected = "a list of one probability, as there is one output,"
            raise NeuronsError(f"{what} must be {expected} but got {show(label)}")
        vector = label_vector(label, num_outputs, what)
        if min(vector) < 0.0 or abs(sum(vector) - 1.0) > 1e-6:
            raise NeuronsError(f"{what} must be probabilities that sum to 1 but got {show(label)}")
        return vector

    def value(self, outputs: list[float], label: ListLike | float) -> float:
        """L for one example."""
        outputs = checked_outputs(outputs)
        label = self.label_vector(label, len(outputs))
        largest = max(outputs)
        total = 0.0
        for output in outputs:
            total += exp(output - largest)
        loss = 0.0
        for output_idx, output in enumerate(outputs):  # log(p) = z - largest - log(total), without rounding p to 0
            if label[output_idx] != 0.0:  # 0 times an infinite distance would not be 0
                loss += label[output_idx] * (log(total) + (largest - output))
        return loss

    def output_gradients(self, outputs: list[float], label: ListLike | float) -> list[float]:
        """dL/dz = p - y for one example, one per output."""
        outputs = checked_outputs(outputs)
        label = self.label_vector(label, len(outputs))
        gradients = []
        for output_idx, probability in enumerate(softmax(outputs)):
            gradients.append(probability - label[output_idx])
        return gradients

    def predict(self, outputs: list[float]) -> list[float]:
        """What the outputs say: the probability of each class."""
        return softmax(outputs)

    def __repr__(self) -> str:
        return "SoftmaxCrossEntropy()"


class BinaryCrossEntropy:
    """Cross-entropy of one yes-or-no output: L = -y * log(p) - (1 - y) * log(1 - p) with p = sigmoid(z).

    The one output neuron is `identity`: its activation is the logit z, and this loss takes the sigmoid, which keeps
    L finite where p rounds to 0 or 1. dL/dz = p - y. The label is 0 or 1, or a probability between them.
    """

    name = "binary_cross_entropy"

    def label_vector(self, label: ListLike | float, num_outputs: int, what: str = "the label") -> list[float]:
        """`label` as a list of one float from 0 to 1."""
        if num_outputs != 1:
            raise LengthError(f"BinaryCrossEntropy takes one output, one logit, but got {num_outputs} outputs")
        vector = label_vector(label, 1, what)
        if not 0.0 <= vector[0] <= 1.0:
            raise NeuronsError(f"{what} must lie between 0 and 1 but got {show(label)}")
        return vector

    def value(self, outputs: list[float], label: ListLike | float) -> float:
        """L for one example."""
        outputs = checked_outputs(outputs)
        label = self.label_vector(label, len(outputs))
        logit = outputs[0]
        # -y * log(p) - (1 - y) * log(1 - p), rearranged so that exp cannot overflow and no log sees a 0
        return max(logit, 0.0) - logit * label[0] + log1p(exp(-abs(logit)))

    def output_gradients(self, outputs: list[float], label: ListLike | float) -> list[float]:
        """dL/dz = p - y for one example, in a list of one."""
        outputs = checked_outputs(outputs)
        label = self.label_vector(label, len(outputs))
        return [sigmoid.act(outputs[0]) - label[0]]

    def predict(self, outputs: list[float]) -> list[float]:
        """What the output says: the probability of 1."""
        return [sigmoid.act(outputs[0])]

    def __repr__(self) -> str:
        return "BinaryCrossEntropy()"


LOSSES: dict[str, type] = {loss.name: loss for loss in (MSE, BinaryCrossEntropy, SoftmaxCrossEntropy)}
