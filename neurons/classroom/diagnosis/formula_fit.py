"""What formula does unknown code compute? A product of known factors is recovered from its numbers alone.

The logarithm of a product is a sum, so the exponents of the factors come from a linear fit to log|gradient|. They are
believed only if they are whole numbers and the product then gives every gradient exactly, its sign included.
"""

from typing import Any

import numpy as np

from neurons.classroom.diagnosis.cases import Network
from neurons.classroom.diagnosis.matching import PLAIN, Scale, predicted_groups
from neurons.classroom.diagnosis.observation import Observation, ObservationError
from neurons.classroom.diagnosis.probes import probes
from neurons.classroom.diagnosis.reference import LayerPass, run

ENOUGH = 60  # numbers to fit to
MOST_CASES = 40
LARGEST_EXPONENT = 3
CONSTANTS = {1.0: "", 2.0: "2", 0.5: "0.5", 4.0: "4", 0.25: "0.25"}
RIGHT_SLOPE = {
    "sigmoid": {"a": 1, "(1 - a)": 1},
    "tanh": {"(1 - a)": 1, "(1 + a)": 1},
    "relu": {},
    "leaky_relu": {},
    "identity": {},
}


def recovered_formula(student: Any, network: Network, scale: Scale = PLAIN) -> str:
    """A sentence for each group of gradients whose formula can be recovered; empty where there is none.

    `scale` is the convention by which the rest of the program is right.
    """
    if network.output == "softmax" or not all(network.act(i) in RIGHT_SLOPE for i in range(network.num_layers)):
        return ""
    seen: list[tuple[Observation, list[LayerPass]]] = []
    for case in probes(network, False, MOST_CASES):
        try:
            observation = student.observe(case)
        except ObservationError:
            return ""
        factor = scale.factor(case)
        groups = {name: values / factor for name, values in observation.groups.items()}
        seen.append((observation._replace(groups=groups), run(case).layers))
        if len(seen) * network.sizes[-1] * network.sizes[-2] >= ENOUGH and len(seen) >= 12:
            break
    sentences = []
    for layer_idx in reversed(range(network.num_layers)):
        known = True
        for kind in "Wb":
            name = next(
                (n for n in (f"{kind}{layer_idx + 1}", f"step {kind}{layer_idx + 1}") if n in seen[0][0].groups), None
            )
            if name is None:
                continue
            if all(is_as_it_should_be(observation, name) for observation, _ in seen):
                continue
            known = False
            sentence = group_formula(seen, layer_idx, name, network)
            if sentence:
                sentences.append(sentence)
        if not known:  # what the layers before were given is not known then
            break
    return "\n".join(sentences)


def is_as_it_should_be(observation: Observation, name: str) -> bool:
    """True if this group is as it should be."""
    right = predicted_groups(run(observation.case))[name]
    return bool(np.abs(observation.groups[name] - right).max() <= observation.allowed(name))


def factors_of(layer: LayerPass, is_weight: bool) -> dict[str, Any]:
    """The factors a formula may have, each with one number per gradient of the layer."""
    shape = layer.W.shape if is_weight else layer.b.shape

    def per_neuron(row: Any) -> Any:
        return np.broadcast_to(row[:, None] if is_weight else row, shape).ravel()

    a, z = layer.a[0], layer.z[0]
    found = {"output_gradient": per_neuron(layer.g[0])}
    if layer.act == "sigmoid":
        found.update({"a": per_neuron(a), "(1 - a)": per_neuron(1.0 - a)})
    elif layer.act == "tanh":
        found.update({"a": per_neuron(a), "(1 - a)": per_neuron(1.0 - a), "(1 + a)": per_neuron(1.0 + a)})
    found["z"] = per_neuron(z)
    if layer.case.network.biases:
        found["bias"] = per_neuron(layer.b)
    if is_weight:
        found["input_activation[i]"] = np.broadcast_to(layer.inputs[0], shape).ravel()
        found["weights[i]"] = layer.W.ravel()
    return found


def group_formula(seen: list[tuple[Observation, list[LayerPass]]], layer_idx: int, name: str, network: Network) -> str:
    """The sentence about one group of gradients; empty where no product of the factors gives it."""
    is_weight = "W" in name
    tables = [factors_of(layers[layer_idx], is_weight) for _, layers in seen]
    words = list(tables[0])
    columns = np.array([np.concatenate([table[word] for table in tables]) for word in words])  # (factor, number)
    values = np.concatenate([observation.groups[name].ravel() for observation, _ in seen])
    usable = (np.abs(values) > 1e-9) & (np.abs(columns) > 1e-12).all(axis=0)
    if network.act(layer_idx) in ("relu", "leaky_relu"):
        usable &= columns[words.index("z")] > 0.0  # on the other side its slope is another one
    if usable.sum() < len(words) + 8:
        return ""
    columns, values = columns[:, usable], values[usable]
    logs = np.vstack([np.log(np.abs(columns)), np.ones(len(values))]).T
    fit = np.linalg.lstsq(logs, np.log(np.abs(values)), rcond=None)[0]
    exponents = np.round(fit[:-1]).astype(int)
    if np.abs(fit[:-1] - exponents).max() > 0.01 or np.abs(exponents).max() > LARGEST_EXPONENT:
        return ""
    product = np.prod(columns ** exponents[:, None], axis=0)
    ratios = values / product
    constant = float(np.median(ratios))
    if np.abs(ratios - constant).max() > 1e-5 * abs(constant):
        return ""
    return sentence_for(
        name,
        network.layer_name(layer_idx),
        dict(zip(words, exponents, strict=True)),
        constant,
        right_exponents(network.act(layer_idx), is_weight),
    )


def right_exponents(act: str, is_weight: bool) -> dict[str, int]:
    """The factors of the right formula."""
    return {"output_gradient": 1, **RIGHT_SLOPE[act], **({"input_activation[i]": 1} if is_weight else {})}


def product_text(exponents: dict[str, int], constant: float = 1.0) -> str:
    """output_gradient * a**2 * input_activation[i]."""
    size = abs(constant)
    near = next((word for value, word in CONSTANTS.items() if abs(size - value) < 1e-4 * value), f"{size:.4g}")
    parts = [near] if near else []
    parts += [word if power == 1 else f"{word}**{power}" for word, power in exponents.items() if power]
    return ("-" if constant < 0 else "") + (" * ".join(parts) or "1")


def sentence_for(name: str, layer: str, found: dict[str, int], constant: float, right: dict[str, int]) -> str:
    """What the code seems to compute, and what is missing or too much."""
    missing = {word: power - found.get(word, 0) for word, power in right.items() if power > found.get(word, 0)}
    extra = {word: power - right.get(word, 0) for word, power in found.items() if power > right.get(word, 0)}
    below = {word: -power for word, power in found.items() if power < 0}
    what = "gradients[i]" if "W" in name else "bias_gradient"
    text = f"In the {layer} layer your {what} seems to be {product_text(found, constant)}"
    remarks = []
    if missing and not below:
        remarks.append(f"{product_text(missing)} is missing")
    if extra:
        remarks.append(f"{product_text(extra)} does not belong there")
    if constant < 0:
        remarks.append("the sign is flipped")
    if abs(abs(constant) - 1.0) > 1e-4:
        remarks.append(f"it is multiplied by {abs(constant):.4g}")
    right_text = f"right is {product_text(right)}"
    return f"{text}; {right_text}{': ' + ', '.join(remarks) if remarks else ''}."
