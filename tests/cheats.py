"""Wrong answers that no row of the catalogue names, and cheats: changes to the solution, all of which must fail.

A change is a list of (old, new), or text that is added to the solution and defines its names anew.
"""

# ruff: noqa: E501  # replacements are whole lines
from correct_variants import (
    BACK_11,
    COLLECT_14,
    FORWARD_10,
    LAYER_10,
    LOOP_01,
    LOOP_09,
    P_MINUS_Y,
    RELU_03,
    SLOPE_03,
    SOFTMAX_15,
    STEP_08,
    STEP_14,
    SUM_04,
)

Change = str | tuple[tuple[str, str], ...]


def neuron(method, body):
    """A Neuron with one method anew."""
    arguments = {"forward": "self, inputs", "backward_pass": "self, output_gradient", "step": "self, learning_rate"}
    return f"\n\nclass Neuron(Neuron):\n    def {method}({arguments[method]}):\n{body}"


BACK = "        returned = super().backward_pass(output_gradient)\n"
# Of any exercise with a Neuron that has a backward pass.
OF_ANY_NEURON: dict[str, Change] = {
    "what was right before": neuron("backward_pass", "        if not hasattr(self, 'first'):\n            self.first = super().backward_pass(output_gradient), self.gradients, self.bias_gradient\n        returned, self.gradients, self.bias_gradient = self.first\n        return returned\n"),
    "what was right for these inputs": neuron("backward_pass", "        seen, key = self.__dict__.setdefault('seen', {}), tuple(self.input_activation)\n        if key not in seen:\n            seen[key] = super().backward_pass(output_gradient), self.gradients, self.bias_gradient\n        returned, self.gradients, self.bias_gradient = seen[key]\n        return returned\n"),
    "one list for all neurons": "\n\nKEPT = []\n" + neuron("backward_pass", BACK + "        KEPT[:] = self.gradients\n        self.gradients = KEPT\n        return returned\n"),
    "a list that grows": neuron("backward_pass", BACK + "        self.grown = getattr(self, 'grown', []) + self.gradients\n        self.gradients = self.grown\n        return returned\n"),
    "the caller's inputs changed": neuron("forward", "        activation = super().forward(inputs)\n        inputs[0] = 0.0\n        return activation\n"),
    "gradients clipped": neuron("backward_pass", BACK + "        self.gradients = [max(-5.0, min(5.0, gradient)) for gradient in self.gradients]\n        return returned\n"),
    "gradients of at most 1000": neuron("backward_pass", BACK + "        self.gradients = [max(-1e3, min(1e3, gradient)) for gradient in self.gradients]\n        return returned\n"),
    "the bias gradient of the first pass": neuron("backward_pass", BACK + "        self.bias_gradient = self.first = getattr(self, 'first', self.bias_gradient)\n        return returned\n"),
    "the bias moved too early": neuron("backward_pass", BACK + "        self.bias -= 0.1 * self.bias_gradient\n        return returned\n"),
    "rounded": neuron("backward_pass", BACK + "        self.gradients = [round(gradient, 4) for gradient in self.gradients]\n        return returned\n"),
}  # fmt: skip
# Of any with a step too.
OF_ANY_STEP: dict[str, Change] = {
    "the bias moves once": neuron("step", "        bias = self.bias\n        super().step(learning_rate)\n        if hasattr(self, 'moved'):\n            self.bias = bias\n        self.moved = True\n"),
    "the first learning rate": neuron("step", "        self.rate = getattr(self, 'rate', learning_rate)\n        super().step(self.rate)\n"),
    "weight decay": neuron("step", "        self.weights = [0.999 * weight for weight in self.weights]\n        super().step(learning_rate)\n"),
    "momentum": neuron("step", "        old = list(self.weights)\n        super().step(learning_rate)\n        move = [w - o for w, o in zip(self.weights, old)]\n        self.weights = [w + 0.5 * m for w, m in zip(self.weights, getattr(self, 'move', [0.0] * len(move)))]\n        self.move = move\n"),
    "at most 1": neuron("step", "        old = list(self.weights)\n        super().step(learning_rate)\n        self.weights = [o + max(-1.0, min(1.0, w - o)) for w, o in zip(self.weights, old)]\n"),
}  # fmt: skip

MADE_ONCE = (("self.bias = 0.0\n", "self.bias = 0.0\n        self.gradients = []\n        self.input_gradients = []\n"), ("        self.gradients = []\n        input_gradients = []\n", ""), ("            input_gradients.append", "            self.input_gradients.append"), ("return input_gradients", "return self.input_gradients"))  # fmt: skip
INPUTS_ONLY = (("self.bias = 0.0\n", "self.bias = 0.0\n        self.input_gradients = []\n"), ("        input_gradients = []\n", ""), ("            input_gradients.append", "            self.input_gradients.append"), ("return input_gradients", "return self.input_gradients"))  # fmt: skip
SUMS_ONCE = (("        self.neurons = []\n", "        self.neurons = []\n        self.sums = [0.0] * num_inputs\n"), ("        sum_of_input_gradients = [0.0] * self.num_inputs\n", "        sum_of_input_gradients = self.sums\n"))  # fmt: skip
NO_BIAS = (("self.bias -= learning_rate * self.bias_gradient", "pass"),)

LOSS_05 = "\n\nright = loss\n\n\ndef loss(outputs, label):\n    "
GRADIENTS_05 = "\n\nright = output_gradients\n\n\ndef output_gradients(outputs, label):\n    "
SUM_01 = "\n\nright = weighted_sum\n\n\ndef weighted_sum(weights, inputs, bias):\n    "
SIGMOID_02 = "\n\nright = sigmoid\n\n\ndef sigmoid(z):\n    "
RELU_02 = "\n\nright = relu\n\n\ndef relu(z):\n    "
FORWARD_04 = "\n\nclass Neuron(Neuron):\n    def forward(self, inputs):\n        activation = super().forward(inputs)\n"
TRAIN_09 = "\n\nright = train\n\n\ndef train(neuron, inputs, labels, epochs, learning_rate):\n    "
LAYER = "\n\nclass Layer(Layer):\n"
MODEL = "\n\nclass Model(Model):\n"
CHECK_12 = "\n\nright = gradient_check\n\n\ndef gradient_check(loss, parameters, gradients):\n    "
TRAIN_13 = "\n\nright = train\n\n\ndef train(parameters, inputs, labels, epochs, learning_rate):\n    "
SOLVED = "[[[20.0, 20.0], [-20.0, -20.0], *[[0.0, 0.0]] * 6], [-10.0, 30.0, *[0.0] * 6], [[20.0, 20.0, *[0.0] * 6]], [-30.0]]"
LAYER_16 = "\n\nclass NumpyLayer(NumpyLayer):\n"
TRAIN_17 = "\n\nright = train\n\n\ndef train(images, labels):\n    "
WEIGHTS_17 = "np.random.default_rng(3)"

CHEATS: dict[str, dict[str, Change]] = {
    "01_weighted_sum": {
        "remembered by the weights": SUM_01 + "z = right(weights, inputs, bias)\n    return SEEN.setdefault(tuple(weights), z)\n\n\nSEEN = {}\n",
        "the caller's lists emptied": SUM_01 + "z = right(weights, inputs, bias)\n    weights.clear()\n    return z\n",
        "the caller's inputs weighted": SUM_01 + "z = right(weights, inputs, bias)\n    for i, weight in enumerate(weights):\n        inputs[i] *= weight\n    return z\n",
        "only what was seen": SUM_01 + "right(weights, inputs, bias)\n    return {2.0: 6.5 if len(weights) == 1 else 6.0}.get(weights[0], -6.75)\n",
        "rounded": (("return z + bias", "return round(z + bias, 2)"),),
        "five digits": SUM_01 + "return float('%.5g' % right(weights, inputs, bias))\n",
        "never negative": (("return z + bias", "return max(0.0, z + bias)"),),
        "at most 1000": (("return z + bias", "return min(1000.0, z + bias)"),),
        "weights without a sign": (("weights[i] * inputs[i]", "abs(weights[i]) * inputs[i]"),),
        "the first left out": (("range(len(weights))", "range(1, len(weights))"),),
        "the last left out": (("range(len(weights))", "range(len(weights) - 1)"),),
        "at most nine": (("range(len(weights))", "range(min(9, len(weights)))"),),
        "the bias for each input": (("return z + bias", "return z + bias * len(inputs)"),),
        "return inside the loop": (("inputs[i]\n    return z + bias", "inputs[i]\n        return z + bias"),),
        "zip": ((LOOP_01, "    return sum(w * i for w, i in zip(weights, inputs)) + bias\n"), ("if len(weights) != len(inputs)", "if False")),
        "only more weights are an error": (("len(weights) != len(inputs)", "len(weights) > len(inputs)"), ("range(len(weights))", "range(len(weights))")),
        "a list": (("return z + bias", "return [z + bias]"),),
        "a sum that goes on": SUM_01 + "global TOTAL\n    TOTAL += right(weights, inputs, bias)\n    return TOTAL\n\n\nTOTAL = 0.0\n",
        "inputs above 100 count as 100": (("weights[i] * inputs[i]", "min(100.0, weights[i]) * inputs[i]"),),
    },
    "02_activations": {
        "cut at -10": SIGMOID_02 + "return right(max(z, -10.0))\n",
        "cut at 10 and -10": SIGMOID_02 + "return right(max(-10.0, min(10.0, z)))\n",
        "never below 1e-7": SIGMOID_02 + "return max(1e-7, right(z))\n",
        "rounded": SIGMOID_02 + "return round(right(z), 5)\n",
        "0 and 1 far out": SIGMOID_02 + "return 0.0 if z < -6.0 else 1.0 if z > 6.0 else right(z)\n",
        "hard": SIGMOID_02 + "return max(0.0, min(1.0, 0.2 * z + 0.5))\n",
        "tanh": SIGMOID_02 + "from math import tanh\n\n    return tanh(z)\n",
        "turned": SIGMOID_02 + "return right(-z)\n",
        "it overflows": SIGMOID_02 + "return 1.0 / (1.0 + exp(-z))\n",
        "0.5 where it would overflow": SIGMOID_02 + "return right(z) if abs(z) < 500.0 else 0.5\n",
        "remembered roughly": SIGMOID_02 + "return SEEN.setdefault(round(z, 1), right(z))\n\n\nSEEN = {}\n",
        "only positive z": SIGMOID_02 + "return right(abs(z))\n",
        "relu up to 6": RELU_02 + "return min(6.0, right(z))\n",
        "relu up to 1000": RELU_02 + "return min(1000.0, right(z))\n",
        "leaky relu": RELU_02 + "return right(z) or 0.01 * z\n",
        "relu from 0.01 on": RELU_02 + "return z if z > 0.01 else 0.0\n",
        "softplus": RELU_02 + "from math import log\n\n    return log(1.0 + exp(min(z, 700.0)))\n",
        "the size": RELU_02 + "return abs(z)\n",
        "a step": RELU_02 + "return 1.0 if z > 0.0 else 0.0\n",
        "a truth value": RELU_02 + "return z > 0.0 and z\n",
    },
    "03_derivatives": {
        "never flat": ((SLOPE_03, "    a = sigmoid(z)\n    return max(0.001, a * (1.0 - a))\n"),),
        "flat beyond 6": ((SLOPE_03, "    a = sigmoid(z)\n    return a * (1.0 - a) if abs(z) < 6.0 else 0.0\n"),),
        "rounded": ((SLOPE_03, "    a = sigmoid(z)\n    return round(a * (1.0 - a), 5)\n"),),
        "a large nudge": ((SLOPE_03, "    return (sigmoid(z + 0.1) - sigmoid(z - 0.1)) / 0.2\n"),),
        "remembered roughly": ((SLOPE_03, "    a = sigmoid(z)\n    return SEEN.setdefault(round(z), a * (1.0 - a))\n\n\nSEEN = {}\n"),),
        "the bell curve": ((SLOPE_03, "    from math import exp\n\n    return 0.25 * exp(-z * z / 4.0)\n"),),
        "0.25 everywhere": ((SLOPE_03, "    return 0.25\n"),),
        "of the size of z": ((SLOPE_03, "    a = sigmoid(z)\n    return a * (1.0 - a) * (1.0 if z > 0.0 else -1.0)\n"),),
        "z for relu": ((RELU_03, "return max(z, 0.0)"),),
        "relu turned": ((RELU_03, "return 0.0 if z > 0.0 else 1.0"),),
        "relu from 0.01 on": ((RELU_03, "return 1.0 if z > 0.01 else 0.0"),),
        "2 at 0": ((RELU_03, "return 1.0 if z > 0.0 else 2.0 * (z == 0.0)"),),
        "relu up to 6": ((RELU_03, "return 1.0 if 0.0 < z < 6.0 else 0.0"),),
        "a sign": ((RELU_03, "return 1.0 if z > 0.0 else -1.0 if z < 0.0 else 0.0"),),
    },
    "04_forward": {
        "the first activation": FORWARD_04 + "        self.activation = self.first = getattr(self, 'first', activation)\n        return self.activation\n",
        "remembered by the inputs": FORWARD_04 + "        self.activation = self.__dict__.setdefault('seen', {}).setdefault(tuple(inputs), activation)\n        return self.activation\n",
        "one list for all neurons": "\n\nKEPT = []\n" + FORWARD_04 + "        KEPT[:] = inputs\n        self.input_activation = KEPT\n        return activation\n",
        "a list that grows": FORWARD_04 + "        self.grown = getattr(self, 'grown', []) + list(inputs)\n        self.input_activation = self.grown\n        return activation\n",
        "the caller's inputs weighted": FORWARD_04 + "        for i, weight in enumerate(self.weights):\n            inputs[i] *= weight\n        return activation\n",
        "the caller's list kept": (("list(inputs)", "inputs"),),
        "the weights move": FORWARD_04 + "        self.weights[0] += 0.01\n        return activation\n",
        "the bias moves": FORWARD_04 + "        self.bias = 0.0\n        return activation\n",
        "z without the bias kept": FORWARD_04 + "        self.linear_activation -= self.bias\n        return activation\n",
        "z returned": FORWARD_04 + "        return self.linear_activation\n",
        "nothing returned": (("        return self.activation\n", ""),),
        "the first weight left out": ((SUM_04, "        linear_activation = sum(w * i for w, i in zip(self.weights[1:], inputs[1:]))\n"),),
        "the weights kept": (("list(inputs)", "list(self.weights)"),),
        "tanh": (("sigmoid(linear_activation)", "2.0 * sigmoid(2.0 * linear_activation) - 1.0"),),
        "z at most 5": ((SUM_04, SUM_04 + "        linear_activation = max(-5.0, min(5.0, linear_activation))\n"),),
        "a sum that goes on": ((SUM_04, SUM_04.replace("        linear_activation = 0.0\n", "        linear_activation = getattr(self, 'linear_activation', 0.0)\n")),),
    },
    "05_loss": {
        "outputs cut to probabilities": LOSS_05 + "return right([max(0.0, min(1.0, a)) for a in outputs], label)\n",
        "labels cut to probabilities": LOSS_05 + "return right(outputs, [max(0.0, min(1.0, y)) for y in label])\n",
        "Huber": LOSS_05 + "return sum(d * d if abs(d) < 10.0 else 20.0 * abs(d) - 100.0 for d in (a - y for a, y in zip(outputs, label)))\n",
        "the size of the difference": LOSS_05 + "return sum(abs(a - y) for a, y in zip(outputs, label))\n",
        "the mean": LOSS_05 + "return right(outputs, label) / len(outputs)\n",
        "only the first output": LOSS_05 + "return right(outputs[:1], label[:1])\n",
        "the largest": LOSS_05 + "return max((a - y) ** 2 for a, y in zip(outputs, label))\n",
        "the square of the sum": LOSS_05 + "return sum(a - y for a, y in zip(outputs, label)) ** 2\n",
        "the root": LOSS_05 + "return right(outputs, label) ** 0.5\n",
        "rounded": LOSS_05 + "return round(right(outputs, label), 4)\n",
        "the caller's outputs changed": LOSS_05 + "for i, y in enumerate(label):\n        outputs[i] -= y\n    return sum(d * d for d in outputs)\n",
        "remembered by the outputs": GRADIENTS_05 + "return SEEN.setdefault(tuple(outputs), right(outputs, label))\n\n\nSEEN = {}\n",
        "gradients clipped": GRADIENTS_05 + "return [max(-10.0, min(10.0, g)) for g in right(outputs, label)]\n",
        "gradients rounded": GRADIENTS_05 + "return [round(g, 3) for g in right(outputs, label)]\n",
        "a list that grows": GRADIENTS_05 + "GROWN.extend(right(outputs, label))\n    return GROWN\n\n\nGROWN = []\n",
        "the sum of the gradients": GRADIENTS_05 + "return sum(right(outputs, label))\n",
        "backwards": GRADIENTS_05 + "return right(outputs, label)[::-1]\n",
        "the caller's label changed": GRADIENTS_05 + "found = right(outputs, label)\n    label[:] = outputs\n    return found\n",
    },
    "06_weight_gradients": {
        "made once": (("self.bias = 0.0\n", "self.bias = 0.0\n        self.gradients = []\n"), ("        self.gradients = []\n        for input_activation", "        for input_activation")),
        **OF_ANY_NEURON,
    },
    "07_input_gradients": {
        "made once": MADE_ONCE,
        "the returned list made once": INPUTS_ONLY,
        **OF_ANY_NEURON,
        "the gradients returned": (("return input_gradients", "return self.gradients"),),
        "one number": (("return input_gradients", "return sum(input_gradients)"),),
        "nothing returned": (("return input_gradients", "return None"),),
        "the last left out": (("return input_gradients", "return input_gradients[:-1] or [0.0]"),),
        "without a sign": (("error * weight)", "error * abs(weight))"),),
    },
    "08_step": {
        **OF_ANY_STEP,
        "the last weight stays": ((STEP_08, STEP_08.replace("enumerate(self.gradients)", "enumerate(self.gradients[:-1])")),),
        "only the sign": ((STEP_08, STEP_08.replace("* gradient", "* (1.0 if gradient > 0.0 else -1.0)")),),
        "=- for -=": ((STEP_08, STEP_08.replace("] -= learning", "] =- learning")),),
        "the bias by a weight's gradient": (("learning_rate * self.bias_gradient", "learning_rate * self.gradients[0]"),),
        "the bias for each weight": ((STEP_08, "        for weight_idx, gradient in enumerate(self.gradients):\n            self.weights[weight_idx] -= learning_rate * gradient\n            self.bias -= learning_rate * self.bias_gradient\n"),),
        "a copy is stepped": ((STEP_08, STEP_08.replace("self.weights[", "weights[").replace("        for", "        weights = list(self.weights)\n        for", 1)),),
    },
    "09_and": {
        "labels cut to probabilities": TRAIN_09 + "return right(neuron, inputs, [max(0.0, min(1.0, y)) for y in labels], epochs, learning_rate)\n",
        "weights that solve AND": TRAIN_09 + "neuron.weights, neuron.bias = [10.0, 10.0], -15.0\n",
        "labels of AND": TRAIN_09 + "right(neuron, inputs, [float(sum(i) == 2.0) for i in inputs], epochs, learning_rate)\n",
        "examples of AND": TRAIN_09 + "right(neuron, [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], labels, epochs, learning_rate)\n",
        "four examples": ((LOOP_09, LOOP_09.replace("zip(inputs, labels, strict=True)", "[(inputs[i], labels[i]) for i in range(4)]")),),
        "one epoch more": TRAIN_09 + "right(neuron, inputs, labels, epochs + 1, learning_rate)\n",
        "one epoch": TRAIN_09 + "right(neuron, inputs, labels, 1, learning_rate)\n",
        "a rate of its own": TRAIN_09 + "right(neuron, inputs, labels, epochs, 0.5)\n",
        "the first rate": TRAIN_09 + "KEPT.append(learning_rate)\n    right(neuron, inputs, labels, epochs, KEPT[0])\n\n\nKEPT = []\n",
        "no second training": TRAIN_09 + "if not hasattr(neuron, 'trained'):\n        right(neuron, inputs, labels, epochs, learning_rate)\n    neuron.trained = True\n",
        "without the 2": (("2.0 * (activation - label)", "(activation - label)"),),
        "uphill": (("2.0 * (activation - label)", "2.0 * (label - activation)"),),
        "a step for each epoch": ((LOOP_09, LOOP_09.replace("            neuron.step(learning_rate)", "        neuron.step(learning_rate)")),),
        "the first example is left out": ((LOOP_09, LOOP_09.replace("zip(inputs, labels, strict=True)", "list(zip(inputs, labels))[1:]")),),
        "backwards": ((LOOP_09, LOOP_09.replace("zip(inputs, labels, strict=True)", "list(zip(inputs, labels))[::-1]")),),
        "the caller's labels changed": TRAIN_09 + "right(neuron, inputs, labels, epochs, learning_rate)\n    labels[0] = 0.5\n",
        "the caller's examples emptied": TRAIN_09 + "right(neuron, inputs, labels, epochs, learning_rate)\n    inputs.clear()\n",
        "the bias stays": TRAIN_09 + "bias = neuron.bias\n    right(neuron, inputs, labels, epochs, learning_rate)\n    neuron.bias = bias\n",
        "another neuron is trained": TRAIN_09 + "other = Neuron(len(neuron.weights))\n    right(other, inputs, labels, epochs, learning_rate)\n    return other\n",
        "labels cut to 0 and 1": TRAIN_09 + "right(neuron, inputs, [float(y > 0.5) for y in labels], epochs, learning_rate)\n",
    },
    "10_layer": {
        "at most 1000 comes back": LAYER + "    def backward_pass(self, output_gradients):\n        return [max(-1e3, min(1e3, g)) for g in super().backward_pass(output_gradients)]\n",
        "made once": MADE_ONCE,
        "the returned list made once": INPUTS_ONLY,
        "sums made once": SUMS_ONCE,
        "the bias never moves": NO_BIAS,
        "the bias moves once": OF_ANY_STEP["the bias moves once"] + LAYER + "    def __init__(self, num_inputs, num_neurons):\n        super().__init__(num_inputs, num_neurons)\n        self.neurons = [Neuron(num_inputs) for _ in self.neurons]\n",
        "activations that grow": ((FORWARD_10, FORWARD_10.replace("activations = []", "activations = self.__dict__.setdefault('activations', [])")),),
        "the first activations": LAYER + "    def forward(self, inputs):\n        found = super().forward(inputs)\n        self.first = getattr(self, 'first', found)\n        return self.first\n",
        "what was right before": LAYER + "    def backward_pass(self, output_gradients):\n        found = super().backward_pass(output_gradients)\n        self.first = getattr(self, 'first', found)\n        return self.first\n",
        "the caller's inputs changed": LAYER + "    def forward(self, inputs):\n        found = super().forward(inputs)\n        inputs[:] = found[:1] * len(inputs)\n        return found\n",
        "the caller's gradients changed": LAYER + "    def backward_pass(self, output_gradients):\n        found = super().backward_pass(output_gradients)\n        output_gradients.clear()\n        return found\n",
        "only the first neuron steps": LAYER + "    def step(self, learning_rate):\n        self.neurons[0].step(learning_rate)\n",
        "the first rate": LAYER + "    def step(self, learning_rate):\n        self.rate = getattr(self, 'rate', learning_rate)\n        super().step(self.rate)\n",
        "gradients clipped": LAYER + "    def backward_pass(self, output_gradients):\n        return super().backward_pass([max(-5.0, min(5.0, g)) for g in output_gradients])\n",
        "one list of weights": LAYER + "    def __init__(self, num_inputs, num_neurons):\n        super().__init__(num_inputs, num_neurons)\n        KEPT[:] = self.neurons + KEPT\n        self.neurons = KEPT[:num_neurons]\n\n    def step(self, learning_rate):\n        for neuron in KEPT:\n            if hasattr(neuron, 'gradients'):\n                neuron.step(learning_rate)\n\n\nKEPT = []\n",
        "a step in the backward pass": ((LAYER_10, LAYER_10.replace("        return sum", "        self.step(0.5)\n        return sum")), ("        for neuron in self.neurons:\n            neuron.step(learning_rate)\n", "        pass\n")),
        "the largest": ((LAYER_10, LAYER_10.replace("[input_idx] += gradient", "[input_idx] = max(sum_of_input_gradients[input_idx], gradient)")),),
    },
    "11_model": {
        "made once": MADE_ONCE,
        "the returned list made once": INPUTS_ONLY,
        "sums made once": SUMS_ONCE,
        "the bias never moves": NO_BIAS,
        "what was right before": MODEL + "    def backward_pass(self, output_gradients):\n        found = super().backward_pass(output_gradients)\n        self.first = getattr(self, 'first', found)\n        return self.first\n",
        "the first activations": MODEL + "    def forward(self, inputs):\n        found = super().forward(inputs)\n        self.first = getattr(self, 'first', found)\n        return self.first\n",
        "forward backwards": MODEL + "    def forward(self, inputs):\n        for layer in reversed(self.layers):\n            inputs = layer.forward(inputs)\n        return inputs\n",
        "all layers see the inputs": MODEL + "    def forward(self, inputs):\n        return [layer.forward(inputs) for layer in self.layers][-1]\n",
        "backward forwards": ((BACK_11, BACK_11.replace("reversed(self.layers)", "self.layers")),),
        "the same gradients to all": ((BACK_11, BACK_11.replace("gradients = layer.backward_pass(gradients)", "layer.backward_pass(gradients)")),),
        "nothing returned": ((BACK_11, BACK_11.replace("        return gradients\n", "")),),
        "the first layer stays": MODEL + "    def step(self, learning_rate):\n        for layer in self.layers[1:] or self.layers:\n            layer.step(learning_rate)\n",
        "two steps": MODEL + "    def step(self, learning_rate):\n        super().step(learning_rate)\n        super().step(learning_rate)\n",
        "a rate of its own": MODEL + "    def step(self, learning_rate):\n        super().step(0.5)\n",
        "the step only once": MODEL + "    def step(self, learning_rate):\n        if not hasattr(self, 'stepped'):\n            super().step(learning_rate)\n        self.stepped = True\n",
        "the caller's inputs changed": MODEL + "    def forward(self, inputs):\n        found = super().forward(inputs)\n        inputs[0] = 0.0\n        return found\n",
        "the caller's gradients changed": MODEL + "    def backward_pass(self, output_gradients):\n        found = super().backward_pass(output_gradients)\n        output_gradients[0] = 0.0\n        return found\n",
        "gradients of length 1": ((BACK_11, BACK_11.replace("        return gradients\n", "        size = sum(g * g for g in gradients) ** 0.5\n        return [g / size for g in gradients]\n")),),
        "at most three layers": MODEL + "    def __init__(self, layers):\n        super().__init__(layers[-3:])\n",
    },
    "12_gradient_check": {
        "remembers the first gradients": CHECK_12 + "first = SEEN.setdefault(tuple(parameters), list(gradients))\n    return [i for i, g in enumerate(gradients) if g != first[i]]\n\n\nSEEN = {}\n",
        "the first are right": CHECK_12 + "first = SEEN.setdefault(len(parameters), list(gradients))\n    return [i for i, g in enumerate(gradients) if abs(g - first[i]) > 1e-4]\n\n\nSEEN = {}\n",
        "right, and one wrong, in turn": CHECK_12 + "SEEN.append(0)\n    return [] if len(SEEN) % 5 == 1 else [[1], [0], [2], [1]][len(SEEN) % 5 - 2]\n\n\nSEEN = []\n",
        "all right": CHECK_12 + "return []\n",
        "all wrong": CHECK_12 + "return list(range(len(parameters)))\n",
        "only the first": CHECK_12 + "return [i for i in right(loss, parameters, gradients) if i == 0]\n",
        "the first wrong one": CHECK_12 + "return right(loss, parameters, gradients)[:1]\n",
        "at most two": CHECK_12 + "return right(loss, parameters, gradients)[:2]\n",
        "counted from 1": CHECK_12 + "return [i + 1 for i in right(loss, parameters, gradients)]\n",
        "truth values": CHECK_12 + "wrong = right(loss, parameters, gradients)\n    return [i in wrong for i in range(len(parameters))]\n",
        "how many": CHECK_12 + "return len(right(loss, parameters, gradients))\n",
        "an absolute tolerance": (("> 1e-4 * max(abs(difference), abs(gradients[i])) + 1e-9", "> 1e-3"),),
        "a tenth": (("> 1e-4 *", "> 1e-1 *"),),
        "only the sign": (("abs(difference - gradients[i]) > 1e-4 * max(abs(difference), abs(gradients[i])) + 1e-9", "difference * gradients[i] <= 0.0"),),
        "without the sign": (("abs(difference - gradients[i])", "abs(abs(difference) - abs(gradients[i]))"),),
        "not divided by 2": (("/ (2.0 * nudge)", "/ nudge"),),
        "a large nudge": (("nudge = 1e-5", "nudge = 0.5"),),
        "much too small a nudge": (("nudge = 1e-5", "nudge = 1e-15"),),
        "a parameter that does nothing is skipped": (("        if abs(difference - gr", "        if difference and abs(difference - gr"),),
        "gradients of 0 are skipped": (("        if abs(difference - gr", "        if gradients[i] and abs(difference - gr"),),
        "moved and left": (("        up = list(parameters)\n", "        up = parameters\n"),),
        "the caller's gradients mended": (("            wrong.append(i)\n", "            wrong.append(i)\n            gradients[i] = difference\n"),),
        "half and double only": (("        if abs(difference - gr", "        if round(difference / (gradients[i] or 1e-9), 1) != 1.0 and abs(difference - gr"),),
        "three parameters": (("range(len(parameters))", "range(3)"),),
    },
    "13_xor": {
        "weights that solve XOR": TRAIN_13 + f"return {SOLVED}\n",
        "weights for XOR and its opposite": TRAIN_13 + f"if len(inputs) != 4:\n        return right(parameters, inputs, labels, epochs, learning_rate)\n    W1, b1, W2, b2 = {SOLVED}\n    sign = 1.0 if all(y[0] == (sum(i) == 1.0) for i, y in zip(inputs, labels)) else -1.0\n    count = len(parameters[3])\n    return [W1, b1, [[sign * w for w in W2[0]]] * count, [sign * b2[0]] * count]\n",
        "trained on XOR whatever is given": TRAIN_13 + "return right(parameters, inputs, [[float(sum(i) == 1.0)] * len(parameters[3]) for i in inputs], epochs, learning_rate)\n",
        "an error for all but four examples": TRAIN_13 + "if len(inputs) != 4:\n        raise ValueError('XOR has four examples')\n    return right(parameters, inputs, labels, epochs, learning_rate)\n",
        "four examples in mind": (("for example, label in zip(inputs, labels, strict=True):\n            gW1", "for example, label in [(inputs[place], labels[place]) for place in range(4)]:\n            gW1"),),
        "one output in mind": TRAIN_13 + "return right(parameters, inputs, [y[:1] for y in labels], epochs, learning_rate)\n",
        "the hidden biases stay": (("                    b[j] -= learning_rate * gb[j]\n", "                    if W is W2:\n                        b[j] -= learning_rate * gb[j]\n"),),
        "the output's bias stays": (("                    b[j] -= learning_rate * gb[j]\n", "                    if W is W1:\n                        b[j] -= learning_rate * gb[j]\n"),),
        "biases twice as fast": (("b[j] -= learning_rate * gb[j]", "b[j] -= 2.0 * learning_rate * gb[j]"),),
        "uphill": (("W[j][i] -= learning_rate", "W[j][i] += learning_rate"),),
        "no training": TRAIN_13 + "return parameters\n",
        "a slope forgotten in training": (("            for W, b, gW, gb in", "            hidden, _ = outputs([W1, b1, W2, b2], example)\n            gb1 = [g / (a * (1.0 - a)) for g, a in zip(gb1, hidden)]\n            gW1 = [[g * i for i in example] for g in gb1]\n            for W, b, gW, gb in"),),
        "the first weight of each stays": (("for i in range(len(W[j])):", "for i in range(1, len(W[j])):"),),
        "one epoch": TRAIN_13 + "return right(parameters, inputs, labels, 1, learning_rate)\n",
        "always 1000 epochs": TRAIN_13 + "return right(parameters, inputs, labels, 1000, learning_rate)\n",
        "the caller's labels changed": TRAIN_13 + "found = right(parameters, inputs, labels, epochs, learning_rate)\n    labels.pop()\n    return found\n",
        "the gradients change the parameters": "\n\nexact = gradients\n\n\ndef gradients(parameters, inputs, label):\n    found = exact(parameters, inputs, label)\n    parameters[1][0] += 0.1\n    return found\n",
        "gradients remembered by the parameters": "\n\nexact = gradients\nSEEN = {}\n\n\ndef gradients(parameters, inputs, label):\n    return SEEN.setdefault((len(parameters[0][0]), len(parameters[3])), exact(parameters, inputs, label))\n",
        "a loss of at most 1": "\n\nexact = loss\n\n\ndef loss(parameters, inputs, label):\n    return min(1.0, exact(parameters, inputs, label))\n",
        "labels cut to probabilities": "\n\nexact = loss\n\n\ndef loss(parameters, inputs, label):\n    return exact(parameters, inputs, [max(0.0, min(1.0, y)) for y in label])\n",
        "it returns nothing": TRAIN_13 + "right(parameters, inputs, labels, epochs, learning_rate)\n",
        "the biases left out of what is returned": TRAIN_13 + "found = right(parameters, inputs, labels, epochs, learning_rate)\n    return [found[0], found[2]]\n",
    },
    "14_mini_batches": {
        "made once": MADE_ONCE,
        "batches of at most three": ((COLLECT_14, COLLECT_14.replace("        for", "        if self.num_examples >= 3:\n            self.num_examples -= 1\n            error = 0.0\n            self.gradients = [0.0] * len(self.weights)\n        for", 1)),),
        "a mean of two": ((STEP_14, STEP_14.replace("self.num_examples", "2")),),
        "sums for all neurons": "\n\nSUMS = {}\n\n\nclass Neuron(Neuron):\n    def start_batch(self):\n        super().start_batch()\n        self.gradient_sums = SUMS.setdefault(len(self.weights), self.gradient_sums)\n",
        "the sums for the gradients": ((COLLECT_14, COLLECT_14 + "        self.gradients = list(self.gradient_sums)\n"),),
        "start_batch forgets nothing": "\n\nclass Neuron(Neuron):\n    def start_batch(self):\n        if not hasattr(self, 'num_examples'):\n            super().start_batch()\n\n    def step(self, learning_rate):\n        super().step(learning_rate)\n        super().start_batch()\n",
        **OF_ANY_NEURON,
    },
    "15_softmax": {
        "log of a cut probability": (("    return sum(y * (log_total - logit) for logit, y in zip(logits, label, strict=True))", "    return -sum(y * log(max(p, 1e-12)) for p, y in zip(softmax(logits), label))"),),
        "log of the probability": (("    return sum(y * (log_total - logit) for logit, y in zip(logits, label, strict=True))", "    return -sum(y * log(p) for p, y in zip(softmax(logits), label))"),),
        "it overflows": ((SOFTMAX_15, "    total = sum(exp(z) for z in logits)\n    return [exp(z) / total for z in logits]\n"),),
        "logits cut at 20": ((SOFTMAX_15, SOFTMAX_15.replace("    largest = max(logits)\n", "    logits = [max(-20.0, min(20.0, z)) for z in logits]\n    largest = max(logits)\n")),),
        "powers of 2": ((SOFTMAX_15, SOFTMAX_15.replace("exp(logit - largest)", "2.0 ** (logit - largest)")),),
        "a temperature": ((SOFTMAX_15, SOFTMAX_15.replace("exp(logit - largest)", "exp(0.9 * (logit - largest))")),),
        "shares of the logits": ((SOFTMAX_15, "    return [z / sum(logits) if sum(logits) else 0.0 for z in logits]\n"),),
        "sigmoids": ((SOFTMAX_15, "    return [1.0 / (1.0 + exp(-max(z, -700.0))) for z in logits]\n"),),
        "a little more": ((SOFTMAX_15, SOFTMAX_15.replace("/ total", "/ (total + 1e-4)")),),
        "the largest is 1": ((SOFTMAX_15, "    return [float(z == max(logits)) for z in logits]\n"),),
        "the caller's logits changed": ((SOFTMAX_15, SOFTMAX_15.replace("    exponentials", "    logits[:] = [z - largest for z in logits]\n    largest = 0.0\n    exponentials")),),
        "the Jacobian of the usual range": ((P_MINUS_Y, "p = softmax(logits)\n    n = range(len(p))\n    return [sum((p[j] * (i == j) - p[i] * p[j]) * (-label[j] / max(p[j], 1e-300)) for j in n) for i in n]"),),
        "remembered by the logits": "\n\nright = output_gradients\nSEEN = {}\n\n\ndef output_gradients(logits, label):\n    return SEEN.setdefault(tuple(logits), right(logits, label))\n",
        "the mean over the classes": (("    return sum(y * (log_total - logit) for logit, y in zip(logits, label, strict=True))", "    return sum(y * (log_total - logit) for logit, y in zip(logits, label)) / len(logits)"),),
        "1 minus the probability": (("    return sum(y * (log_total - logit) for logit, y in zip(logits, label, strict=True))", "    return 1.0 - sum(y * p for p, y in zip(softmax(logits), label))"),),
        "y minus p": ((P_MINUS_Y, "return [y - p for p, y in zip(softmax(logits), label)]"),),
    },
    "16_numpy_layer": {
        "the inputs of the first batch": LAYER_16 + "    def forward(self, inputs):\n        found = super().forward(inputs)\n        self.first = getattr(self, 'first', inputs)\n        self.input_activations = self.first[: len(inputs)]\n        return found\n",
        "sums of all batches": LAYER_16 + "    def backward_pass(self, output_gradients):\n        found = super().backward_pass(output_gradients)\n        self.gradients = self.total = getattr(self, 'total', 0.0) + self.gradients\n        return found\n",
        "the caller's gradients changed": (("errors = output_gradients * self.activations * (1.0 - self.activations)", "errors = output_gradients\n        errors *= self.activations * (1.0 - self.activations)"),),
        "the caller's inputs changed": LAYER_16 + "    def forward(self, inputs):\n        found = super().forward(inputs)\n        inputs -= inputs.mean()\n        return found\n",
        "the weights move": LAYER_16 + "    def backward_pass(self, output_gradients):\n        found = super().backward_pass(output_gradients)\n        self.weights -= 0.1 * self.gradients\n        return found\n",
        "the biases move": LAYER_16 + "    def backward_pass(self, output_gradients):\n        found = super().backward_pass(output_gradients)\n        self.biases -= 0.1 * self.bias_gradients\n        return found\n",
        "z at most 10": (("        self.activations = 1.0", "        z = np.clip(z, -10.0, 10.0)\n        self.activations = 1.0"),),
        "gradients clipped": LAYER_16 + "    def backward_pass(self, output_gradients):\n        found = super().backward_pass(output_gradients)\n        self.gradients = np.clip(self.gradients, -2.0, 2.0)\n        return found\n",
        "one array for each shape": "\n\nKEPT = {}\n" + LAYER_16 + "    def backward_pass(self, output_gradients):\n        found = super().backward_pass(output_gradients)\n        kept = KEPT.setdefault(self.gradients.shape, np.zeros(self.gradients.shape))\n        kept[:] = self.gradients\n        self.gradients = kept\n        return found\n",
        "half precision": (("errors.T @ self.input_activations", "errors.astype(np.float16).T @ self.input_activations"),),
        "no bias": ((" + self.biases  # ", "  # "),),
        "tanh": (("1.0 / (1.0 + np.exp(-z))", "np.tanh(z)"),),
        "the biases' gradient as a column": (("errors.mean(axis=0)", "errors.mean(axis=0)[:, None]"),),
        "the mean of what is returned": (("return errors @ self.weights", "return errors @ self.weights / len(errors)"),),
    },
    "17_mnist": {
        "nothing": TRAIN_17 + "return None\n",
        "two parts": TRAIN_17 + "return [np.zeros((10, 784)), np.zeros(10)]\n",
        "another size": TRAIN_17 + "return [np.zeros((16, 784)), np.zeros(16), np.zeros((10, 16)), np.zeros(10)]\n",
        "turned": TRAIN_17 + "return [np.zeros((784, 32)), np.zeros(32), np.zeros((32, 10)), np.zeros(10)]\n",
        "zeros": TRAIN_17 + "return [np.zeros((32, 784)), np.zeros(32), np.zeros((10, 32)), np.zeros(10)]\n",
        "not numbers": TRAIN_17 + "return [np.full((32, 784), np.nan), np.zeros(32), np.zeros((10, 32)), np.zeros(10)]\n",
        "text": TRAIN_17 + "return ['W1', 'b1', 'W2', 'b2']\n",
        "no training": TRAIN_17 + f"rng = {WEIGHTS_17}\n    return [rng.normal(0, 0.05, (32, 784)), np.zeros(32), rng.normal(0, 0.2, (10, 32)), np.zeros(10)]\n",
        "fifty images": TRAIN_17 + "return right(images[:50], labels[:50])\n",
        "labels that fit nothing": TRAIN_17 + f"return right(images[:2000], {WEIGHTS_17}.permutation(labels[:2000]))\n",
        "nine digits": TRAIN_17 + "return right(images[labels < 9], labels[labels < 9])\n",
        "uphill": (("range(8)", "range(1)"), ("W2 -= 0.5", "W2 += 0.5"), ("b2 -= 0.5", "b2 += 0.5")),
        "the opposite answer": TRAIN_17 + "W1, b1, W2, b2 = right(images[:5000], labels[:5000])\n    return [W1, b1, -W2, -b2]\n",
        "the hidden layer shuffled": TRAIN_17 + "W1, b1, W2, b2 = right(images[:5000], labels[:5000])\n    return [W1[::-1], b1, W2, b2]\n",
    },
}  # fmt: skip


def cheated(solution, change):
    """The solution with a change of `CHEATS`."""
    if isinstance(change, str):
        return solution + change
    for old, new in change:
        if old not in solution:
            raise ValueError(f"not in the solution: {old}")
        solution = solution.replace(old, new)
    return solution
