"""Wrong answers to exercises: the mistakes of the catalogue, each as a change to the solution, with its id.

Several ids: the numbers that the exercise sees are those of any of them, and each must be named.
"""

# ruff: noqa: E501  # replacements are whole lines
from correct_variants import BACK_11, COLLECT_14, ERROR, RELU_03, SLOPE_03

STEP_14 = """\
        for weight_idx, gradient_sum in enumerate(self.gradient_sums):
            self.weights[weight_idx] -= learning_rate * gradient_sum / self.num_examples
"""
INPUTS_14 = """\
        self.error_sum = self.error_sum + error if self.num_examples else error
        given = self.input_activation
        self.given_sums = [old + new for old, new in zip(self.given_sums, given)] if self.num_examples else given
        self.gradient_sums = [self.error_sum * total / (self.num_examples + 1) for total in self.given_sums]
        self.bias_gradient_sum += error
"""
ROWS_16 = "errors.T @ self.input_activations / len(errors)"
GRADIENT_06 = "self.gradients.append(error * input_activation)"
INPUT_07 = "input_gradients.append(error * weight)"
SUM_10 = "sum_of_input_gradients[input_idx] += gradient"
LOSS_05 = "gradients.append(2.0 * (a - y))"
TOTAL_15 = "    return [exponential / total for exponential in exponentials]\n"
SOFT_15 = "return [p - y for p, y in zip(softmax(logits), label, strict=True)]"
HIDDEN_13 = "errors1.append(output_gradient * a * (1.0 - a))"
OUTPUT_13 = "errors2 = [2.0 * (a - y) * a * (1.0 - a) for a, y in zip(output, label, strict=True)]"
SENT_13 = "output_gradient = sum(error * weights[j] for error, weights in zip(errors2, W2, strict=True))"

TRAIN_13 = "            gW1, gb1, gW2, gb2 = gradients([W1, b1, W2, b2], example, label)\n"
EARLY_13 = (
    TRAIN_13
    + """\
            hidden, _ = outputs([W1, b1, W2, b2], example)
            moved = [[w - learning_rate * g for w, g in zip(*rows)] for rows in zip(W2, gW2)]
            gb1 = [sum(e * row[j] for e, row in zip(gb2, moved)) * a * (1.0 - a) for j, a in enumerate(hidden)]
            gW1 = [[error * i for i in example] for error in gb1]
"""
)

# exercise -> (ids, old, new)
WRONG: dict[str, list[tuple[str, str, str]]] = {
    "01_weighted_sum": [
        ("F1", "return z + bias", "return z"),
        ("F1", "return z + bias", "return z + 2 * bias"),
    ],
    "03_derivatives": [
        ("A2", SLOPE_03, "    a = sigmoid(sigmoid(z))\n    return a * (1.0 - a)\n"),
        ("A2b", SLOPE_03, "    return z * (1.0 - z)\n"),
        ("A3", SLOPE_03, "    a = sigmoid(z)\n    return z * a * (1.0 - a)\n"),
        ("A4", SLOPE_03, "    return sigmoid(z)\n"),
        ("A5", SLOPE_03, "    return 1.0 - sigmoid(z)\n"),
        ("A6", RELU_03, "return 1.0"),
        ("A8", RELU_03, "return 1.0 if z > 0.0 else 0.01"),
        ("A9", RELU_03, "return sigmoid(z) * (1.0 - sigmoid(z))"),
    ],
    "04_forward": [
        ("F1", "linear_activation += self.bias", "pass"),
        ("F1", "linear_activation += self.bias", "linear_activation += 2 * self.bias"),
        ("F2", "sigmoid(linear_activation)", "linear_activation"),
    ],
    "05_loss": [
        ("L1", LOSS_05, "gradients.append(a - y)"),
        ("L2", LOSS_05, "gradients.append(2.0 * (y - a))"),
        ("L3", LOSS_05, "gradients.append((a - y) ** 2)"),
        ("L4", LOSS_05, "gradients.append(2.0 * abs(a - y))"),
        ("L5", LOSS_05, "gradients.append(2.0 * (a - y) / len(outputs))"),
        ("L6", LOSS_05, "gradients.append(2.0 * a)"),
    ],
    "06_weight_gradients": [
        ("B8", "self.bias_gradient = error", "self.bias_gradient = error + getattr(self, 'bias_gradient', 0.0)"),
        ("W1", GRADIENT_06, "self.gradients.append(error)"),
        ("W2", GRADIENT_06, "self.gradients = [error * w for w in self.weights]"),
        ("W3", GRADIENT_06, "self.gradients.append(error * self.activation)"),
        ("W7", GRADIENT_06, "self.gradients.append(error * input_activation if self.gradients else 0.0)"),
        ("W9", GRADIENT_06, "self.gradients.append(output_gradient * input_activation)"),
        ("A1 L7", ERROR, "error = output_gradient"),
        ("A3", ERROR, ERROR + " * self.linear_activation"),
        ("A4", ERROR, "error = output_gradient * self.activation"),
        ("A5", ERROR, "error = output_gradient * (1.0 - self.activation)"),
        ("A2", "delta_sigmoid(self.linear_activation)", "delta_sigmoid(self.activation)"),
        ("X10", ERROR, ERROR + " * activation_gradient"),
        ("Bi1", "self.bias_gradient = error", "self.bias_gradient = 0.0"),
        ("Bi2", "self.bias_gradient = error", "self.bias_gradient = error * self.bias"),
        ("Bi4", "self.bias_gradient = error", "self.bias_gradient = output_gradient"),
    ],
    "07_input_gradients": [
        ("B8", "self.bias_gradient = error", "self.bias_gradient = error + getattr(self, 'bias_gradient', 0.0)"),
        ("X1", INPUT_07, "input_gradients.append(error)"),
        ("X2", INPUT_07, "input_gradients.append(error * self.input_activation[weight_idx])"),
        ("X3", INPUT_07, "input_gradients.append(output_gradient * weight)"),
        ("X8", INPUT_07, "input_gradients.append(error * weight / sum(self.weights))"),
        ("X9", INPUT_07, "input_gradients.append(0.0)"),
    ],
    "08_step": [
        ("S1", "-= learning_rate *", "+= learning_rate *"),
        ("S2", "-= learning_rate *", "-="),
        ("S2", "-= learning_rate *", "-= learning_rate * learning_rate *"),
        ("S3", "self.bias -= learning_rate * self.bias_gradient", "pass"),
    ],
    "10_layer": [
        ("X4", SUM_10, "sum_of_input_gradients[input_idx] = gradient"),
        ("X5", SUM_10, "sum_of_input_gradients[input_idx] += gradient / len(self.neurons)"),
        ("X3", SUM_10, "sum_of_input_gradients[input_idx] += output_gradients[neuron_idx] * neuron.weights[input_idx]"),
        ("W8", "for _ in range(num_neurons):\n            self.neurons.append(Neuron(num_inputs))", "self.neurons = [Neuron(num_inputs)] * num_neurons"),
    ],
    "11_model": [
        ("X9", BACK_11, BACK_11.replace("backward_pass(gradients)", "backward_pass(gradients)\n            gradients = [0.0 for _ in gradients]")),
        ("X6", BACK_11, BACK_11.replace("gradients = layer", "layer.backward_pass(gradients)\n            layer.step(0.1)\n            gradients = layer")),
        ("S4", "for layer in self.layers:\n            layer.step", "for layer in self.layers[-1:]:\n            layer.step"),
    ],
    "13_xor": [
        ("A1", HIDDEN_13, "errors1.append(output_gradient)"),
        ("L7", OUTPUT_13, "errors2 = [2.0 * (a - y) for a, y in zip(output, label, strict=True)]"),
        ("L2", OUTPUT_13, OUTPUT_13.replace("(a - y)", "(y - a)")),
        ("L6", OUTPUT_13, OUTPUT_13.replace("(a - y)", "a")),
        ("X1", SENT_13, "output_gradient = sum(errors2)"),
        ("A4", HIDDEN_13, "errors1.append(output_gradient * a)"),
        ("A5", HIDDEN_13, "errors1.append(output_gradient * (1.0 - a))"),
        ("X9", SENT_13, "output_gradient = 0.0"),
        ("X10", HIDDEN_13, "errors1.append(output_gradient * (a * (1.0 - a)) ** 2)"),
        ("W3", "gW2 = [[error * a for a in hidden] for error in errors2]", "gW2 = [[error * a for _ in hidden] for error, a in zip(errors2, output)]"),
        ("W6", "return [gW1, errors1, gW2, errors2]", "return [[list(c) for c in zip(*gW1)], errors1, [list(c) for c in zip(*gW2)], errors2]"),
        ("X4", SENT_13, SENT_13.replace("errors2, W2", "errors2[-1:], W2[-1:]")),
        ("Bi3", "return [gW1, errors1, gW2, errors2]", "return [gW1, [sum(errors1)] * len(b1), gW2, [sum(errors2)] * len(b2)]"),
        ("Bi1", "return [gW1, errors1, gW2, errors2]", "return [gW1, [0.0] * len(b1), gW2, [0.0] * len(b2)]"),
        ("L1", "errors2 = [2.0 * (a - y)", "errors2 = [(a - y)"),
        ("W1", "gW1 = [[error * i for i in inputs] for error in errors1]", "gW1 = [[error for _ in inputs] for error in errors1]"),
        ("X6", TRAIN_13, EARLY_13),
        ("S2", "learning_rate * g", "g"),
        ("S3", "b[j] -= learning_rate * gb[j]", "pass"),
    ],
    "14_mini_batches": [
        ("B1", " / self.num_examples", ""),
        ("B2", " / self.num_examples", " / self.num_examples**2"),
        ("B3", "+= gradient\n        self.bias_gradient_sum +=", "= gradient\n        self.bias_gradient_sum ="),
        ("B4", STEP_14, "        self.gradient_sums = [self.bias_gradient_sum * i for i in self.input_activation]\n" + STEP_14),
        ("B7", COLLECT_14, INPUTS_14),
        ("B8", "        self.start_batch()\n", ""),
        ("B8", "self.bias_gradient_sum / self.num_examples\n        self.start_batch()\n", "self.bias_gradient_sum / self.num_examples\n        self.num_examples = 0\n"),
        ("Bi5", "self.bias_gradient_sum / self.num_examples", "self.bias_gradient_sum"),
        ("Bi1", "self.bias_gradient_sum += error", "self.bias_gradient_sum += 0.0"),
        ("S1", "-= learning_rate *", "+= learning_rate *"),
        ("S2", "-= learning_rate *", "-="),
        ("S3", "self.bias -= learning_rate * self.bias_gradient_sum / self.num_examples", "pass"),
    ],
    "15_softmax": [
        ("C6", TOTAL_15, TOTAL_15.replace("return", "p =") + "    total = sum(exp(q) for q in p)\n    return [exp(q) / total for q in p]\n"),
        ("C1", SOFT_15, "return [(p - y) * p * (1.0 - p) for p, y in zip(softmax(logits), label, strict=True)]"),
        ("C2", SOFT_15, "return [-y * (1.0 - p) for p, y in zip(softmax(logits), label, strict=True)]"),
        ("C3", SOFT_15, "return softmax(logits)"),
        ("C4", SOFT_15, "return [-y / p for p, y in zip(softmax(logits), label, strict=True)]"),
        ("C5", SOFT_15, "return [2.0 * (p - y) for p, y in zip(softmax(logits), label, strict=True)]"),
        ("C8", SOFT_15, "return [p - y for p, y in zip(softmax(logits), label[-1:] + label[:-1], strict=True)]"),
    ],
    "16_numpy_layer": [
        ("B1", " / len(errors)  # (neuron, input)\n        self.bias_gradients = errors.mean(axis=0)", "\n        self.bias_gradients = errors.sum(axis=0)"),
        ("B2", " / len(errors)  # (neuron, input)\n        self.bias_gradients = errors.mean(axis=0)", " / len(errors) ** 2\n        self.bias_gradients = errors.mean(axis=0) / len(errors)"),
        ("Bi1", "errors.mean(axis=0)", "np.zeros(len(self.biases))"),
        ("Bi4", "errors.mean(axis=0)", "output_gradients.mean(axis=0)"),
        ("X3", "return errors @ self.weights", "return output_gradients @ self.weights"),
        ("X9", "return errors @ self.weights", "return 0.0 * errors @ self.weights"),
        ("A3", "errors = output_gradients", "errors = (self.input_activations @ self.weights.T + self.biases) * output_gradients"),
        ("A4", " * self.activations * (1.0 - self.activations)", " * self.activations"),
        ("Bi3", "errors.mean(axis=0)", "np.full(len(self.biases), errors.sum() / len(errors))"),
        ("Bi5", "errors.mean(axis=0)", "errors.sum(axis=0)"),
        ("A1 L7", " * self.activations * (1.0 - self.activations)", ""),
        ("W6", ROWS_16, "self.input_activations.T @ errors / len(errors)"),
        ("X7", "return errors @ self.weights", "return errors @ self.weights.T"),
        ("B4", ROWS_16, "np.outer(errors.mean(axis=0), self.input_activations[-1])"),
        ("B7", ROWS_16, "np.outer(errors.mean(axis=0), self.input_activations.mean(axis=0))"),
        ("W1", "errors.T @ self.input_activations", "errors.T @ np.ones_like(self.input_activations)"),
    ],
}  # fmt: skip
