"""Correct answers to exercises in other styles, as changes to the solution: none may be blamed."""

# ruff: noqa: E501  # replacements are whole lines

NUMPY = "import numpy as np\n"
SLOPE = ("activation_gradient = delta_sigmoid(self.linear_activation)", "")
LINES_06 = """\
        self.gradients = []
        for input_activation in self.input_activation:
            self.gradients.append(error * input_activation)
"""
LINES_07 = """\
        self.gradients = []
        input_gradients = []
        for weight_idx, weight in enumerate(self.weights):
            self.gradients.append(error * self.input_activation[weight_idx])
            input_gradients.append(error * weight)
"""
ERROR = "error = output_gradient * activation_gradient"
STORED = "a = self.activation\n        error = output_gradient * a * (1.0 - a)"
FLOAT32 = "error = float(np.float32(output_gradient) * np.float32(activation_gradient))"
COUNTED = "        self.gradients = [0.0] * len(self.weights)\n        for i in range(len(self.weights)):\n"
BACKWARDS = "        self.gradients = [0.0] * len(self.weights)\n        for i in reversed(range(len(self.weights))):\n"
STEP_08 = """\
        for weight_idx, gradient in enumerate(self.gradients):
            self.weights[weight_idx] -= learning_rate * gradient
        self.bias -= learning_rate * self.bias_gradient
"""
LAYER_10 = """\
        sum_of_input_gradients = [0.0] * self.num_inputs
        for neuron_idx, neuron in enumerate(self.neurons):
            input_gradients = neuron.backward_pass(output_gradients[neuron_idx])
            for input_idx, gradient in enumerate(input_gradients):
                sum_of_input_gradients[input_idx] += gradient
        return sum_of_input_gradients
"""
FORWARD_10 = """\
        activations = []
        for neuron in self.neurons:
            activations.append(neuron.forward(inputs))
        return activations
"""
FORWARD_11 = """\
        activations = inputs
        for layer in self.layers:
            activations = layer.forward(activations)
        return activations
"""
BACK_11 = """\
        gradients = output_gradients
        for layer in reversed(self.layers):
            gradients = layer.backward_pass(gradients)
        return gradients
"""
STEP_14 = """\
        for weight_idx, gradient_sum in enumerate(self.gradient_sums):
            self.weights[weight_idx] -= learning_rate * gradient_sum / self.num_examples
        self.bias -= learning_rate * self.bias_gradient_sum / self.num_examples
"""
COLLECT_14 = """\
        for weight_idx, gradient in enumerate(self.gradients):
            self.gradient_sums[weight_idx] += gradient
        self.bias_gradient_sum += error
"""
SLOPE_03 = "    a = sigmoid(z)\n    return a * (1.0 - a)\n"
RELU_03 = "return 1.0 if z > 0.0 else 0.0"
SOFTMAX_15 = """\
    largest = max(logits)
    exponentials = [exp(logit - largest) for logit in logits]
    total = sum(exponentials)
    return [exponential / total for exponential in exponentials]
"""
P_MINUS_Y = "return [p - y for p, y in zip(softmax(logits), label, strict=True)]"
HALF_05 = (("total += (a - y) ** 2", "total += 0.5 * (a - y) ** 2"), ("2.0 * (a - y)", "(a - y)"))

LOOP_01 = """\
    z = 0.0
    for i in range(len(weights)):
        z += weights[i] * inputs[i]
    return z + bias
"""
SIGMOID_02 = """\
    if z >= 0.0:
        return 1.0 / (1.0 + exp(-z))
    return exp(z) / (1.0 + exp(z))
"""
SUM_04 = """\
        linear_activation = 0.0
        for weight_idx, weight in enumerate(self.weights):
            linear_activation += weight * inputs[weight_idx]
"""
LOOP_09 = """\
        for example, label in zip(inputs, labels, strict=True):
            activation = neuron.forward(example)
            neuron.backward_pass(2.0 * (activation - label))
            neuron.step(learning_rate)
"""

# exercise -> name -> the parts of the solution that are replaced
VARIANTS: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "01_weighted_sum": {
        "sum of products": ((LOOP_01, "    return sum(w * i for w, i in zip(weights, inputs, strict=True)) + bias\n"),),
        "the bias first": (("    z = 0.0\n", "    z = bias\n"), ("return z + bias", "return z")),
        "backwards": (("range(len(weights))", "reversed(range(len(weights)))"),),
        "enumerate": (("    for i in range(len(weights)):\n        z += weights[i] * inputs[i]\n", "    for i, weight in enumerate(weights):\n        z = z + inputs[i] * weight\n"),),
        "NumPy": ((LOOP_01, "    import numpy as np\n\n    return np.dot(weights, inputs) + bias\n"),),
        "float32": ((LOOP_01, "    import numpy as np\n\n    return np.float32(np.dot(np.float32(weights), np.float32(inputs)) + bias)\n"),),
        "an assertion of the lengths": (("raise ValueError(f\"{len(weights)} weights but {len(inputs)} inputs\")", "raise ValueError"),),
        "math.fsum": ((LOOP_01, "    from math import fsum\n\n    return fsum([*(w * i for w, i in zip(weights, inputs, strict=True)), bias])\n"),),
        "a while loop": (("    for i in range(len(weights)):\n        z += weights[i] * inputs[i]\n", "    i = 0\n    while i < len(weights):\n        z += weights[i] * inputs[i]\n        i += 1\n"),),
    },
    "02_activations": {
        "caught": ((SIGMOID_02, "    try:\n        return 1.0 / (1.0 + exp(-z))\n    except OverflowError:\n        return 0.0\n"),),
        "cut": ((SIGMOID_02, "    return 1.0 / (1.0 + exp(-max(z, -700.0)))\n"),),
        "tanh": ((SIGMOID_02, "    from math import tanh\n\n    return 0.5 * (1.0 + tanh(0.5 * z))\n"),),
        "NumPy": ((SIGMOID_02, "    import numpy as np\n\n    return float(1.0 / (1.0 + np.exp(-np.clip(z, -700.0, None))))\n"),),
        "the larger exponential": ((SIGMOID_02, "    e = exp(-abs(z))\n    return 1.0 / (1.0 + e) if z >= 0.0 else e / (1.0 + e)\n"),),
        "max": (("return z if z > 0.0 else 0.0", "return max(0.0, z)"),),
        "times": (("return z if z > 0.0 else 0.0", "return z * (z > 0.0)"),),
        "the mean with |z|": (("return z if z > 0.0 else 0.0", "return (z + abs(z)) / 2.0"),),
        "an if with a block": (("    return z if z > 0.0 else 0.0\n", "    if z <= 0:\n        return 0\n    return z\n"),),
    },
    "04_forward": {
        "sum of products": ((SUM_04, "        linear_activation = sum(w * i for w, i in zip(self.weights, inputs, strict=True))\n"),),
        "the bias first": (("        linear_activation = 0.0\n", "        linear_activation = self.bias\n"), ("        linear_activation += self.bias\n", "")),
        "by index": ((SUM_04, "        linear_activation = 0.0\n        for i in range(len(inputs)):\n            linear_activation += inputs[i] * self.weights[i]\n"),),
        "backwards": ((SUM_04, "        linear_activation = 0.0\n        for i in reversed(range(len(inputs))):\n            linear_activation += inputs[i] * self.weights[i]\n"),),
        "NumPy": ((SUM_04, "        import numpy as np\n\n        linear_activation = float(np.dot(self.weights, inputs))\n"),),
        "float32": ((SUM_04, "        import numpy as np\n\n        linear_activation = np.float32(np.dot(np.float32(self.weights), np.float32(inputs)))\n"),),
        "a tuple kept": (("list(inputs)", "tuple(inputs)"),),
        "stored first": ((SUM_04, "        self.input_activation = [float(i) for i in inputs]\n        linear_activation = 0.0\n        for w, i in zip(self.weights, self.input_activation, strict=True):\n            linear_activation += w * i\n"),),
        "more attributes": ((SUM_04, SUM_04 + "        self.products = [w * i for w, i in zip(self.weights, inputs, strict=True)]\n"),),
    },
    "09_and": {
        "by index": ((LOOP_09, "        for i in range(len(inputs)):\n            neuron.backward_pass(2.0 * (neuron.forward(inputs[i]) - labels[i]))\n            neuron.step(learning_rate)\n"),),
        "a while loop": (("    for _ in range(epochs):\n", "    done = 0\n    while done < epochs:\n        done += 1\n"),),
        "a difference": (("            activation = neuron.forward(example)\n            neuron.backward_pass(2.0 * (activation - label))\n", "            difference = neuron.forward(example) - label\n            neuron.backward_pass(difference + difference)\n"),),
        "minus label": (("2.0 * (activation - label)", "-2.0 * (label - activation)"),),
        "it returns the neuron": ((LOOP_09, LOOP_09 + "    return neuron\n"),),
        "it prints": (("    for _ in range(epochs):\n", "    for epoch in range(epochs):\n        if epoch == 0:\n            print('start')\n"),),
        "zipped once": (("    for _ in range(epochs):\n        for example, label in zip(inputs, labels, strict=True):\n", "    pairs = list(zip(inputs, labels, strict=True))\n    for _ in range(epochs):\n        for example, label in pairs:\n"),),
        "the loss kept": (("            activation = neuron.forward(example)\n", "            activation = neuron.forward(example)\n            loss = (activation - label) ** 2\n            assert loss >= 0.0\n"),),
    },
    "03_derivatives": {
        "two sigmoids": ((SLOPE_03, "    return sigmoid(z) * (1.0 - sigmoid(z))\n"),),
        "sigmoid of -z": ((SLOPE_03, "    return sigmoid(z) * sigmoid(-z)\n"),),
        "a minus a squared": ((SLOPE_03, "    a = sigmoid(z)\n    return a - a**2\n"),),
        "exponentials": ((SLOPE_03, "    from math import exp\n\n    return exp(-z) / (1.0 + exp(-z)) ** 2\n"),),
        "tanh": ((SLOPE_03, "    from math import tanh\n\n    return 0.25 * (1.0 - tanh(z / 2.0) ** 2)\n"),),
        "NumPy": ((SLOPE_03, "    import numpy as np\n\n    a = 1 / (1 + np.exp(-z))\n    return a * (1 - a)\n"),),
        "float32": ((SLOPE_03, "    import numpy as np\n\n    a = np.float32(sigmoid(z))\n    return a * (1 - a)\n"),),
        "a slope of 1 at 0": ((RELU_03, "return 1.0 if z >= 0.0 else 0.0"),),
        "a slope of 0.5 at 0": ((RELU_03, "return 0.5 if z == 0.0 else float(z > 0.0)"),),
        "whole numbers": ((RELU_03, "return 1 if z > 0.0 else 0"),),
    },
    "05_loss": {
        "half the squared error": HALF_05,
        "comprehension": (
            ("    gradients = []\n    for", "    return [2 * (a - y) for a, y in zip(outputs, label)]\n    for"),
        ),
        "y minus a, twice negated": (("2.0 * (a - y)", "-2.0 * (y - a)"),),
        "the square as a product": (("(a - y) ** 2", "(a - y) * (a - y)"),),
        "an expanded square": (("(a - y) ** 2", "a * a - 2 * a * y + y * y"),),
        "NumPy": (("    gradients = []\n", "    import numpy as np\n    return 2 * (np.array(outputs) - np.array(label))\n"),),
        "float32": (
            ("    gradients = []\n", "    import numpy as np\n    return 2 * (np.float32(outputs) - np.float32(label))\n"),
        ),
        "a tuple": (("return gradients", "return tuple(gradients)"),),
    },
    "06_weight_gradients": {
        "comprehension": ((LINES_06, "        self.gradients = [error * i for i in self.input_activation]\n"),),
        "by index": ((LINES_06, COUNTED + "            self.gradients[i] = error * self.input_activation[i]\n"),),
        "backwards": ((LINES_06, BACKWARDS + "            self.gradients[i] = error * self.input_activation[i]\n"),),
        "from the stored activation": ((ERROR, STORED),),
        "another order of factors": ((ERROR, "error = activation_gradient * output_gradient"),),
        "NumPy": ((LINES_06, "        import numpy as np\n        self.gradients = error * np.array(self.input_activation)\n"),),
        "float32": ((ERROR, "import numpy as np\n        " + FLOAT32),),
        "a tuple": ((LINES_06, "        self.gradients = tuple(error * i for i in self.input_activation)\n"),),
        "names of one's own": (("self.linear_activation", "self.z"), ("self.input_activation", "self.inputs")),
        "a list of one's own for ever": ((LINES_06, "        self.gradients = self.__dict__.get('gradients', [0.0] * len(self.weights))\n        for i, given in enumerate(self.input_activation):\n            self.gradients[i] = error * given\n"),),
        "other attributes as well": ((ERROR, ERROR + "\n        self.error = self.delta = error"),),
        "it returns something": (("self.bias_gradient = error", "self.bias_gradient = error\n        return self"),),
    },
    "07_input_gradients": {
        "comprehensions": (
            (LINES_07, "        self.gradients = [error * i for i in self.input_activation]\n"
             "        input_gradients = [error * w for w in self.weights]\n"),
        ),
        "two loops": (
            (LINES_07, LINES_06 + "        input_gradients = []\n        for w in self.weights:\n"
             "            input_gradients.append(w * error)\n"),
        ),
        "adding to zeros": (
            (LINES_07, LINES_06 + "        input_gradients = [0.0] * len(self.weights)\n"
             "        for i, w in enumerate(self.weights):\n            input_gradients[i] += error * w\n"),
        ),
        "backwards": (
            (LINES_07, LINES_06 + "        input_gradients = [0.0] * len(self.weights)\n"
             "        for i in reversed(range(len(self.weights))):\n"
             "            input_gradients[i] = self.weights[i] * error\n"),
        ),
        "from the stored activation": ((ERROR, STORED),),
        "NumPy": (
            (LINES_07, LINES_06 + "        import numpy as np\n        input_gradients = error * np.array(self.weights)\n"),
        ),
        "float32": ((ERROR, "import numpy as np\n        " + FLOAT32),),
        "a tuple": (("return input_gradients", "return tuple(input_gradients)"),),
        "kept as well": (("return input_gradients", "self.input_gradients = input_gradients\n        return input_gradients"),),
    },
    "08_step": {
        "comprehension": (
            (STEP_08, "        self.weights = [w - learning_rate * g for w, g in zip(self.weights, self.gradients)]\n"
             "        self.bias = self.bias - learning_rate * self.bias_gradient\n"),
        ),
        "the bias first": (
            (STEP_08, "        self.bias -= self.bias_gradient * learning_rate\n"
             "        for i in range(len(self.weights)):\n"
             "            self.weights[i] = self.weights[i] - self.gradients[i] * learning_rate\n"),
        ),
        "backwards": (("enumerate(self.gradients)", "reversed(list(enumerate(self.gradients)))"),),
        "plus the negative": (("-= learning_rate * gradient\n", "+= -learning_rate * gradient\n"),),
        "a step named": (
            ("self.weights[weight_idx] -= learning_rate * gradient",
             "step = learning_rate * gradient\n            self.weights[weight_idx] -= step"),
        ),
        "NumPy": (
            (STEP_08, "        import numpy as np\n"
             "        self.weights = np.array(self.weights) - learning_rate * np.array(self.gradients)\n"
             "        self.bias -= learning_rate * self.bias_gradient\n"),
        ),
        "NumPy back to a list": (
            (STEP_08, "        import numpy as np\n"
             "        self.weights = (np.array(self.weights) - learning_rate * np.array(self.gradients)).tolist()\n"
             "        self.bias -= learning_rate * self.bias_gradient\n"),
        ),
        "cleared after the step": ((STEP_08, STEP_08 + "        self.gradients, self.bias_gradient = [0.0] * len(self.weights), 0.0\n"),),
        "it returns something": (("        self.bias -= learning_rate * self.bias_gradient\n",
                                  "        self.bias -= learning_rate * self.bias_gradient\n        return self.weights\n"),),
    },
    "10_layer": {
        "comprehension": ((FORWARD_10, "        return [neuron.forward(inputs) for neuron in self.neurons]\n"),),
        "inputs outside": (
            (LAYER_10, "        parts = [n.backward_pass(g) for n, g in zip(self.neurons, output_gradients)]\n"
             "        return [sum(part[i] for part in parts) for i in range(self.num_inputs)]\n"),
        ),
        "zip of columns": (
            (LAYER_10, "        parts = [n.backward_pass(g) for n, g in zip(self.neurons, output_gradients)]\n"
             "        return [sum(column) for column in zip(*parts)]\n"),
        ),
        "sums kept and cleared": ((LAYER_10, LAYER_10.replace("        sum_of_input_gradients = [0.0] * self.num_inputs\n", "        sum_of_input_gradients = self.__dict__.setdefault('sums', [0.0] * self.num_inputs)\n        sum_of_input_gradients[:] = [0.0] * self.num_inputs\n")),),
        "cleared after the step": (("        self.bias -= learning_rate * self.bias_gradient\n", "        self.bias -= learning_rate * self.bias_gradient\n        self.gradients, self.bias_gradient = None, None\n"),),
        "last neuron first": (("enumerate(self.neurons):\n            input", "reversed(list(enumerate(self.neurons))):\n            input"),),
        "by index": (
            ("for input_idx, gradient in enumerate(input_gradients):\n                sum_of_input_gradients[input_idx] += gradient",
             "for i in range(self.num_inputs):\n                sum_of_input_gradients[i] += input_gradients[i]"),
        ),
        "NumPy": (
            (LAYER_10, "        import numpy as np\n        total = np.zeros(self.num_inputs)\n"
             "        for neuron, gradient in zip(self.neurons, output_gradients):\n"
             "            total += neuron.backward_pass(gradient)\n        return total\n"),
        ),
        "float32": (
            (LAYER_10, "        import numpy as np\n        total = np.zeros(self.num_inputs, dtype=np.float32)\n"
             "        for neuron, gradient in zip(self.neurons, output_gradients):\n"
             "            total += np.float32(neuron.backward_pass(gradient))\n        return total\n"),
        ),
        "tuples": (("return activations\n", "return tuple(activations)\n"),
                   ("return sum_of_input_gradients", "return tuple(sum_of_input_gradients)")),
    },
    "11_model": {
        "a loop by index": ((FORWARD_11, "        for i in range(len(self.layers)):\n            inputs = self.layers[i].forward(inputs)\n        return inputs\n"),),
        "index backwards": (("reversed(self.layers)", "[self.layers[i] for i in range(len(self.layers) - 1, -1, -1)]"),),
        "a slice backwards": (("reversed(self.layers)", "self.layers[::-1]"),),
        "reduce": ((FORWARD_11, "        from functools import reduce\n        return reduce(lambda a, layer: layer.forward(a), self.layers, inputs)\n"),),
        "recursion": (
            (BACK_11, "        def back(layers, gradients):\n            if not layers:\n                return gradients\n"
             "            return back(layers[:-1], layers[-1].backward_pass(gradients))\n        return back(self.layers, output_gradients)\n"),
        ),
        "last layer steps first": (("for layer in self.layers:\n            layer.step", "for layer in reversed(self.layers):\n            layer.step"),),
        "a tuple of layers": (("self.layers = layers", "self.layers = tuple(layers)"),),
        "all kept": ((FORWARD_11, "        self.all = [inputs]\n        for layer in self.layers:\n            self.all.append(layer.forward(self.all[-1]))\n        return self.all[-1]\n"),),
        "NumPy between": (("activations = layer.forward(activations)", "import numpy as np\n            activations = np.array(layer.forward(activations))"),),
    },
    "12_gradient_check": {
        "one side": (("(loss(up) - loss(down)) / (2.0 * nudge)", "(loss(up) - loss(list(parameters))) / nudge"), ("> 1e-4 *", "> 1e-3 *")),
        "a larger nudge": (("nudge = 1e-5", "nudge = 1e-4"),),
        "a smaller nudge": (("nudge = 1e-5", "nudge = 1e-6"),),
        "relative to the sum": (("max(abs(difference), abs(gradients[i]))", "(abs(difference) + abs(gradients[i]))"),),
        "a percent": (("> 1e-4 *", "> 1e-2 *"),),
        "from the last to the first": (("range(len(parameters))", "reversed(range(len(parameters)))"),),
        "moved back by adding": (
            ("        up = list(parameters)\n        down = list(parameters)\n        up[i] += nudge\n        down[i] -= nudge\n", "        parameters[i] += nudge\n        high = loss(parameters)\n        parameters[i] -= 2.0 * nudge\n        low = loss(parameters)\n        parameters[i] += nudge\n"),
            ("loss(up) - loss(down)", "high - low"),
        ),
        "in place and back": (
            ("        up = list(parameters)\n        down = list(parameters)\n        up[i] += nudge\n        down[i] -= nudge\n", "        old = parameters[i]\n        parameters[i] = old + nudge\n        high = loss(parameters)\n        parameters[i] = old - nudge\n        low = loss(parameters)\n        parameters[i] = old\n"),
            ("loss(up) - loss(down)", "high - low"),
        ),
        "slices": (("        up = list(parameters)\n        down = list(parameters)\n        up[i] += nudge\n        down[i] -= nudge\n", "        up = parameters[:i] + [parameters[i] + nudge] + parameters[i + 1 :]\n        down = parameters[:i] + [parameters[i] - nudge] + parameters[i + 1 :]\n"),),
        "isclose": (("abs(difference - gradients[i]) > 1e-4 * max(abs(difference), abs(gradients[i])) + 1e-9", "not isclose(difference, gradients[i], rel_tol=1e-4, abs_tol=1e-9)"), ("    wrong = []", "    from math import isclose\n\n    wrong = []")),
        "NumPy": (("        up = list(parameters)\n        down = list(parameters)\n", "        import numpy as np\n        up, down = np.array(parameters), np.array(parameters)\n"), ("loss(up) - loss(down)", "loss(up.tolist()) - loss(down.tolist())")),
    },
    "14_mini_batches": {
        "cleared after the step": ((STEP_14, STEP_14 + "        self.gradients, self.bias_gradient = [], 0.0\n"),),
        "the mean named": (
            (STEP_14, "        for i in range(len(self.weights)):\n"
             "            mean = self.gradient_sums[i] / self.num_examples\n"
             "            self.weights[i] -= learning_rate * mean\n"
             "        self.bias -= learning_rate * (self.bias_gradient_sum / self.num_examples)\n"),
        ),
        "comprehension": (
            (STEP_14, "        rate = learning_rate / self.num_examples\n"
             "        self.weights = [w - rate * g for w, g in zip(self.weights, self.gradient_sums)]\n"
             "        self.bias -= rate * self.bias_gradient_sum\n"),
        ),
        "sums as a new list": (
            (COLLECT_14, "        self.gradient_sums = [s + g for s, g in zip(self.gradient_sums, self.gradients)]\n"
             "        self.bias_gradient_sum += error\n"),
        ),
        "a running mean": (
            (COLLECT_14, "        n = self.num_examples\n"
             "        self.gradient_sums = [(s * n + g) / (n + 1) for s, g in zip(self.gradient_sums, self.gradients)]\n"
             "        self.bias_gradient_sum = (self.bias_gradient_sum * n + error) / (n + 1)\n"),
            (STEP_14, "        for i in range(len(self.weights)):\n"
             "            self.weights[i] -= learning_rate * self.gradient_sums[i]\n"
             "        self.bias -= learning_rate * self.bias_gradient_sum\n"),
        ),
        "a list of gradients": (
            (COLLECT_14, "        if self.num_examples == 0:\n            self.seen = []\n"
             "        self.seen.append((list(self.gradients), error))\n"),
            (STEP_14, "        for gradients, error in self.seen:\n            for i, g in enumerate(gradients):\n"
             "                self.weights[i] -= learning_rate * g / len(self.seen)\n"
             "            self.bias -= learning_rate * error / len(self.seen)\n"),
        ),
        "NumPy": (
            (STEP_14, "        import numpy as np\n"
             "        self.weights = np.array(self.weights) - learning_rate * np.array(self.gradient_sums) / self.num_examples\n"
             "        self.bias -= learning_rate * self.bias_gradient_sum / self.num_examples\n"),
        ),
        "float32": (
            (COLLECT_14, "        import numpy as np\n"
             "        self.gradient_sums = np.float32(self.gradient_sums) + np.float32(self.gradients)\n"
             "        self.bias_gradient_sum += error\n"),
        ),
        "cleared by hand": (
            ("        self.start_batch()\n    #", ""),
            (STEP_14 + "        self.start_batch()\n", STEP_14 + "        self.gradient_sums = [0.0 for _ in self.weights]\n"
             "        self.bias_gradient_sum = 0.0\n        self.num_examples = 0\n"),
        ),
    },
    "15_softmax": {
        "one line": ((SOFTMAX_15, "    return [exp(z - max(logits)) / sum(exp(y - max(logits)) for y in logits) for z in logits]\n"),),
        "NumPy": ((SOFTMAX_15, "    import numpy as np\n\n    e = np.exp(np.array(logits) - max(logits))\n    return e / e.sum()\n"),),
        "float32": (
            (SOFTMAX_15, "    import numpy as np\n\n    e = np.exp(np.float32(logits) - np.float32(max(logits)))\n    return e / e.sum()\n"),
        ),
        "through logarithms": (
            (SOFTMAX_15, "    top = max(logits)\n    total = log(sum(exp(z - top) for z in logits))\n"
             "    return [exp(z - top - total) for z in logits]\n"),
        ),
        "minus 1 at the label": (
            (P_MINUS_Y, "p = softmax(logits)\n    p[label.index(1.0)] -= 1.0\n    return p"),
        ),
        "the full Jacobian": (
            (P_MINUS_Y, "p = softmax(logits)\n    n = range(len(p))\n"
             "    return [sum((p[j] * (i == j) - p[i] * p[j]) * (-label[j] / p[j]) for j in n if p[j]) if p[label.index(1.0)] else p[i] - label[i] for i in n]"),
        ),
        "loops": (
            (P_MINUS_Y, "gradients = []\n    p = softmax(logits)\n    for k in range(len(p)):\n"
             "        gradients.append(p[k] - label[k])\n    return gradients"),
        ),
        "tuples": ((P_MINUS_Y, "return tuple(p - y for p, y in zip(softmax(logits), label))"),),
    },
    "13_xor": {
        "half the squared error": (("sum((a - y) ** 2 for", "sum(0.5 * (a - y) ** 2 for"), ("[2.0 * (a - y) * a", "[(a - y) * a")),
        "other factors": (("2.0 * (a - y) * a * (1.0 - a)", "-2.0 * (y - a) * (a - a * a)"),),
        "arrays for the hidden errors": (("return [gW1, errors1, gW2, errors2]", "import numpy as np\n    return [np.array(gW1), np.array(errors1), np.array(gW2), np.array(errors2)]"),),
        "outer products": (("gW1 = [[error * i for i in inputs] for error in errors1]", "import numpy as np\n    gW1 = np.outer(errors1, inputs)"),),
        "float32": (("return [gW1, errors1, gW2, errors2]", "import numpy as np\n    return [np.float32(part) for part in (gW1, errors1, gW2, errors2)]"),),
        "tuples": (("return [gW1, errors1, gW2, errors2]", "return (gW1, tuple(errors1), gW2, tuple(errors2))"),),
        "the examples backwards": (
            ("        for example, label in zip(inputs, labels, strict=True):\n            gW1, gb1, gW2, gb2 = gradients([W1, b1, W2, b2], example, label)\n",
             "        for example, label in reversed(list(zip(inputs, labels, strict=True))):\n            gW1, gb1, gW2, gb2 = gradients([W1, b1, W2, b2], example, label)\n"),
        ),
        "by index": (("sum(error * weights[j] for error, weights in zip(errors2, W2, strict=True))", "sum(errors2[k] * W2[k][j] for k in range(len(W2)))"),),
        "the parameters copied first": (("    W1, b1, W2, b2 = parameters\n    for _ in", "    from copy import deepcopy\n\n    W1, b1, W2, b2 = deepcopy(parameters)\n    for _ in"),),
        "momentum": (("    W1, b1, W2, b2 = parameters\n    for _ in", "    W1, b1, W2, b2 = parameters\n    speed = {}\n    for _ in"), ("W[j][i] -= learning_rate * gW[j][i]", "speed[id(W), j, i] = 0.5 * speed.get((id(W), j, i), 0.0) + gW[j][i]\n                        W[j][i] -= 0.5 * learning_rate * speed[id(W), j, i]"), ("b[j] -= learning_rate * gb[j]", "speed[id(b), j] = 0.5 * speed.get((id(b), j), 0.0) + gb[j]\n                    b[j] -= 0.5 * learning_rate * speed[id(b), j]")),
        "it prints": (("    for _ in range(epochs):\n", "    for epoch in range(epochs):\n        if epoch % 100 == 0:\n            print(epoch)\n"),),
    },
    "16_numpy_layer": {
        "np.dot": (("inputs @ self.weights.T", "np.dot(inputs, self.weights.T)"), ("return errors @ self.weights", "return np.dot(errors, self.weights)")),
        "einsum": (("errors.T @ self.input_activations", "np.einsum('ej,ei->ji', errors, self.input_activations)"), ("return errors @ self.weights", "return np.einsum('ej,ji->ei', errors, self.weights)")),
        "z kept": (("        self.activations = 1.0", "        self.z = z\n        self.activations = 1.0"), ("* self.activations * (1.0 - self.activations)", "* np.exp(-self.z) / (1.0 + np.exp(-self.z)) ** 2")),
        "a loop over the examples": (
            ("self.gradients = errors.T @ self.input_activations / len(errors)", "self.gradients = sum(np.outer(e, x) for e, x in zip(errors, self.input_activations)) / len(errors)"),
        ),
        "the mean first": (("self.gradients = errors.T @ self.input_activations / len(errors)", "self.gradients = (errors / len(errors)).T @ self.input_activations"),),
        "broadcasting": (("self.gradients = errors.T @ self.input_activations / len(errors)", "self.gradients = (errors[:, :, None] * self.input_activations[:, None, :]).mean(axis=0)"),),
        "sum over the length": (("errors.mean(axis=0)", "errors.sum(axis=0) / errors.shape[0]"),),
        "biases as a row": (("errors.mean(axis=0)", "np.ones(len(errors)) @ errors / len(errors)"),),
        "a new array for what comes in": (("errors = output_gradients *", "errors = output_gradients.copy()\n        errors *="),),
        "a copy of the inputs": (("self.input_activations = inputs", "self.input_activations = np.array(inputs, copy=True)"),),
    },
    "17_mnist": {
        "float32": (("W1, b1 = rng.normal(0.0, 0.05, (32, 784)), np.zeros(32)", "W1, b1 = rng.normal(0.0, 0.05, (32, 784)).astype(np.float32), np.zeros(32, np.float32)"),),
        "batches of 8": (("16", "8"),),
        "another seed": (("default_rng(0)", "default_rng(5)"),),
        "more epochs": (("range(8)", "range(10)"),),
        "tanh for the sigmoid": (("1.0 / (1.0 + np.exp(-(x @ W1.T + b1)))", "0.5 * (1.0 + np.tanh(0.5 * (x @ W1.T + b1)))"),),
        "np.dot": (("errors2 @ W2 * hidden", "np.dot(errors2, W2) * hidden"),),
        "lists": (("return [W1, b1, W2, b2]", "return [W1.tolist(), b1.tolist(), W2.tolist(), b2.tolist()]"),),
        "the squared error": (("errors2 = (p - y) / len(batch)", "errors2 = 2.0 * (p - y) * p * (1.0 - p) / len(batch)"), ("range(8)", "range(16)")),
        "einsum": (("W1 -= 0.5 * errors1.T @ x", "W1 -= 0.5 * np.einsum('ej,ei->ji', errors1, x)"),),
    },
}  # fmt: skip


def varied(source, replacements):
    """The solution with its parts replaced."""
    for old, new in replacements:
        if old in source:
            source = source.replace(old, new)
        elif new:
            raise ValueError(f"not in the solution: {old}")
    return source
