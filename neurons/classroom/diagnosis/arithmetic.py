"""The arithmetic of a small case, line by line: what the student's program computes beside what is right."""

from typing import Any, NamedTuple

from neurons.classroom.diagnosis.reference import Array, Case, Network, Pass, Variant, run


class Line(NamedTuple):
    """One number of a pass: its name, how it is computed, and the two values; None where it was not seen."""

    name: str
    formula: str
    yours: float | None
    correct: float

    @property
    def differs(self) -> bool:
        """True if the two values are not the same, by more than rounding."""
        if self.yours is None:
            return False
        return abs(self.yours - self.correct) > 1e-9 + 1e-4 * max(abs(self.yours), abs(self.correct))


def number(value: float) -> str:
    """Six digits."""
    return f"{value + 0.0:.6g}"


SLOPE_TEXT = {
    "sigmoid": "a * (1 - a)",
    "tanh": "1 - a * a",
    "relu": "1 if z > 0 else 0",
    "leaky_relu": "1 if z > 0 else 0.01",
    "identity": "1",
}


def neuron_name(network: Network, layer_idx: int, j: int) -> str:
    """hidden[0]., or nothing where there is one neuron alone."""
    if network.num_layers == 1 and network.sizes[-1] == 1:
        return ""
    return f"{network.layer_name(layer_idx)}[{j}]."


def values_of(done: Pass, scale: float) -> dict[tuple[Any, ...], float]:
    """Every number of a pass by (what, layer, example, indices)."""
    found: dict[tuple[Any, ...], float] = {}

    def add(what: str, layer_idx: int, array: Array) -> None:
        if array is None:
            return
        for index in range(array.size):
            place = []
            rest = index
            for length in reversed(array.shape):
                place.append(rest % length)
                rest //= length
            key = (what, layer_idx, *reversed(place))
            found[key] = float(array.flat[index])

    for layer_idx, at in enumerate(done.layers):
        add("z", layer_idx, at.z)
        add("a", layer_idx, at.a)
        add("g", layer_idx, None if at.g is None else scale * at.g)
        add("slope", layer_idx, at.slope)
        add("d", layer_idx, scale * at.d)
        add("gx", layer_idx, scale * at.gx)
        add("gW", layer_idx, at.gW)
        add("gb", layer_idx, at.gb)
    for name, array in done.steps().items():
        add(f"step {name[0]}", int(name[1:]) - 1, array)
    return found


def lines(case: Case, variants: tuple[Variant, ...] | None, scale: float, observed: dict[str, Array]) -> list[Line]:
    """The arithmetic of a case, down to the first line that differs.

    `variants` are the mistakes that explain the student's numbers; None where none do, and then only what was
    observed stands in the student's column.
    """
    right = values_of(run(case, (), scale), scale)
    yours = seen(observed)
    if variants is not None:
        yours = {**values_of(run(case, variants, scale), scale), **yours}
    found = []
    for key, name, formula in plan(case, observed):
        correct = right.get(key)
        value = yours.get(key)
        if correct is None or (value is None and variants is not None):
            continue
        line = Line(name, formula, value, correct)
        found.append(line)
        if line.differs:
            break
    return found


def lines_of_calls(case: Case, calls: list[dict[str, Array]]) -> list[Line]:
    """The first number that a second call computes otherwise than the first, in both calls."""
    right = values_of(run(case), 1.0)
    first, second = (seen(groups) for groups in calls)
    for key, name, formula in plan(case, calls[0]):
        if key in right and key in first and abs(second[key] - first[key]) > 1e-6 * abs(first[key]):
            correct = right[key]
            return [
                Line(f"{name}, one call", formula, first[key], correct),
                Line(f"{name}, the same call again", formula, second[key], correct),
            ]
    return []


def seen(observed: dict[str, Array]) -> dict[tuple[Any, ...], float]:
    """The observed numbers under the keys of `values_of`."""
    found: dict[tuple[Any, ...], float] = {}
    for name, array in observed.items():
        if name == "x":
            what, layer_idx = "gx", 0
        elif name == "a":
            continue  # of the last layer: added by its index below
        elif name.startswith("step"):
            what, layer_idx = name[:6], int(name[6:]) - 1
        else:
            what, layer_idx = f"g{name[0]}", int(name[1:]) - 1
        if array.ndim == 1:
            found.update({(what, layer_idx, j): float(v) for j, v in enumerate(array)})
        else:
            found.update({(what, layer_idx, i, j): float(v) for i, row in enumerate(array) for j, v in enumerate(row)})
    if "a" in observed:
        last = max(int(name[-1]) for name in observed if name[-1].isdigit()) - 1
        outputs = observed["a"]
        found.update({("a", last, i, j): float(v) for i, row in enumerate(outputs) for j, v in enumerate(row)})
    return found


def through_weights(case: Case, layer_idx: int, i: int) -> str:
    """What goes back through the weights of input i of a layer: dL/dz * w of each neuron."""
    W = case.parameters[layer_idx][0]
    names = [neuron_name(case.network, layer_idx, j) for j in range(len(W))]
    return " + ".join(f"{name}dL/dz * {number(W[j, i])}" for j, name in enumerate(names))


def plan(case: Case, observed: dict[str, Array]) -> list[tuple[tuple[Any, ...], str, str]]:
    """(key, name, formula) of every line, in the order in which a program computes them."""
    network = case.network
    found: list[tuple[tuple[Any, ...], str, str]] = []
    last = network.num_layers - 1
    many = case.batch > 1

    def of(example: int) -> str:
        return f" of example {example}" if many else ""

    for example in range(case.batch):
        for layer_idx in range(network.num_layers):
            W, b = case.parameters[layer_idx]
            for j in range(len(b)):
                who = neuron_name(network, layer_idx, j)
                inputs = [
                    number(case.inputs[example][i]) if layer_idx == 0 else f"{neuron_name(network, layer_idx - 1, i)}a"
                    for i in range(W.shape[1])
                ]
                terms = [f"{number(W[j, i])} * {inputs[i]}" for i in range(W.shape[1])]
                terms += [number(b[j])] if network.biases else []
                found.append((("z", layer_idx, example, j), f"{who}z{of(example)}", " + ".join(terms)))
            for j in range(len(b)):
                who = neuron_name(network, layer_idx, j)
                found.append((("a", layer_idx, example, j), f"{who}a{of(example)}", f"{network.act(layer_idx)}(z)"))
    for layer_idx in reversed(range(network.num_layers)):
        act = network.act(layer_idx)
        for example in range(case.batch):
            for j in range(network.sizes[layer_idx + 1]):
                who = neuron_name(network, layer_idx, j)
                y = number(case.labels[example][j]) if layer_idx == last else ""
                if layer_idx < last:
                    from_next = through_weights(case, layer_idx + 1, j)
                elif network.loss is None:
                    from_next = "given"
                elif network.loss == "mse":
                    from_next = f"2 * (a - {y})"
                else:
                    from_next = f"of the loss, with y = {y}"
                fused = layer_idx == last and network.loss in ("bce", "ce")
                if not fused:
                    found.append((("g", layer_idx, example, j), f"{who}dL/da{of(example)}", from_next))
                    if act in SLOPE_TEXT:
                        found.append((("slope", layer_idx, example, j), f"{who}da/dz{of(example)}", SLOPE_TEXT[act]))
                error = f"a - {y}" if fused else "dL/da * da/dz"
                if act == "softmax" and not fused:
                    error = "the Jacobian of softmax, times dL/da"
                found.append((("d", layer_idx, example, j), f"{who}dL/dz{of(example)}", error))
        mean = "mean of " if many else ""
        for j in range(network.sizes[layer_idx + 1]):
            who = neuron_name(network, layer_idx, j)
            for i in range(network.sizes[layer_idx]):
                into = f"x[{i}]" if layer_idx == 0 else f"{neuron_name(network, layer_idx - 1, i)}a"
                if layer_idx == 0 and not many:
                    into = number(case.inputs[0][i])
                found.append((("gW", layer_idx, j, i), f"dL/d {who}w[{i}]", f"{mean}dL/dz * {into}"))
            if network.biases:
                found.append((("gb", layer_idx, j), f"dL/d {who}b", f"{mean}dL/dz"))
        if layer_idx == 0 and "x" in observed:
            for i in range(network.sizes[0]):
                found.append((("gx", 0, 0, i), f"dL/d x[{i}]", through_weights(case, 0, i)))
    for layer_idx in range(network.num_layers):
        if f"step W{layer_idx + 1}" not in observed:
            continue
        for j in range(network.sizes[layer_idx + 1]):
            who = neuron_name(network, layer_idx, j)
            for i in range(network.sizes[layer_idx]):
                found.append((("step W", layer_idx, j, i), f"step of {who}w[{i}] / rate", "its gradient"))
            if network.biases:
                found.append((("step b", layer_idx, j), f"step of {who}b / rate", "its gradient"))
    return found
