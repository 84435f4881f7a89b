"""Choices that no convention of the catalogue covers, and the scale of a program of which only a part is right.

Each of these programs is right: a leaky ReLU of another slope, weight decay, one constant for all gradients, weights
kept as (inputs, neurons). What is said of them follows "right, ".
"""

import numpy as np

from neurons.classroom.diagnosis.cases import Network
from neurons.classroom.diagnosis.matching import PLAIN, Match, Scale, Target, predicted_groups, right_matches
from neurons.classroom.diagnosis.observation import Observation
from neurons.classroom.diagnosis.reference import run

LEAKY_SLOPES = (0.1, 0.2, 0.3, 0.05, 0.02, 0.001, 0.25, 0.5)
NEARLY_ALL = 0.5  # of the groups, which must agree before a scale is told


def another_choice(targets: list[Target], scales: list[Scale]) -> tuple[list[Match], str]:
    """(the match, what follows "right, ") of a program that is right by another choice; ([], "") where none is."""
    for choice in (other_leaky_slope, weight_decay, turned_weights):
        matches, words = choice(targets, scales)
        if matches:
            return matches, words
    return [], ""


def other_leaky_slope(targets: list[Target], scales: list[Scale]) -> tuple[list[Match], str]:
    """A leaky ReLU whose slope on the negative side is another one."""
    network = targets[0].case.network
    if "leaky_relu" not in (network.output, network.hidden, *network.hidden):
        return [], ""
    for slope in LEAKY_SLOPES:
        name = f"leaky_relu({slope:g})"
        changed = network._replace(
            hidden=renamed(network.hidden, name), output=name if network.output == "leaky_relu" else network.output
        )
        matches = right_matches([target.of_network(changed) for target in targets], scales)
        if matches:
            return matches, f"with a leaky ReLU whose slope on the negative side is {slope:g}"
    return [], ""


def renamed(hidden: str | tuple[str, ...], name: str) -> str | tuple[str, ...]:
    """The hidden functions with another leaky ReLU."""
    if isinstance(hidden, str):
        return name if hidden == "leaky_relu" else hidden
    return tuple(name if one == "leaky_relu" else one for one in hidden)


def weight_decay(targets: list[Target], scales: list[Scale]) -> tuple[list[Match], str]:
    """A term lambda * W in every weight gradient, none in the biases'."""
    for scale in scales:
        factors = []
        for target in targets:
            factors += decays(target, scale.factor(target.case))
            if not factors or max(factors) - min(factors) > 1e-4 * abs(factors[0]):
                break
        else:
            if 0.0 < factors[0] <= 1.0:
                return [Match((), scale)], f"with weight decay: {factors[0]:.4g} * W in each weight gradient"
    return [], ""


def decays(target: Target, scale: float) -> list[float]:
    """What each weight group holds of its weights besides the gradient; empty where that is not a multiple of them."""
    right = predicted_groups(run(target.case, (), scale))
    found = []
    for name, values in target.observation.groups.items():
        rest, allowed = values - right[name], target.observation.allowed(name)
        kind = name.removeprefix("step ")
        if kind[0] != "W":
            if np.abs(rest).max() > allowed:
                return []
            continue
        W = target.case.parameters[int(kind[1:]) - 1][0]
        factor = float((rest * W).sum() / (W * W).sum())
        if not factor or np.abs(rest - factor * W).max() > 4.0 * allowed:
            return []
        found.append(factor)
    return found


def turned_weights(targets: list[Target], scales: list[Scale]) -> tuple[list[Match], str]:
    """Weights that are kept as (inputs, neurons): in square layers the shapes fit all the same."""
    if len(set(targets[0].case.network.sizes)) > 1:
        return [], ""
    matches = right_matches([turned(target) for target in targets], scales)
    if not matches:
        return [], ""
    words = "if W is (inputs, neurons): your program seems to use x @ W1, so that W1[i][j] belongs to input i, neuron j"
    return matches, words


def turned(target: Target) -> Target:
    """The same observation of a program that keeps its weights the other way."""
    case = target.case._replace(parameters=tuple((W.T, b) for W, b in target.case.parameters))
    groups = {
        name: values.T if name.removeprefix("step ")[0] == "W" else values
        for name, values in target.observation.groups.items()
    }
    return Target(target.observation._replace(case=case, groups=groups))


def one_constant(targets: list[Target]) -> tuple[list[Match], str]:
    """All gradients multiplied by one constant, the same in every case."""
    found = []
    for target in targets:
        right = target.predicted((), 1.0)
        size = float(right @ right)
        if size < 1e-18:
            return [], ""
        factor = float(target.values @ right) / size
        if factor <= 0.0 or not target.agrees(factor * right):
            return [], ""
        found.append(factor)
    if max(found) - min(found) > 1e-4 * max(found):
        return [], ""
    c = found[0]
    return [Match((), Scale((), lambda case: c))], f"up to the constant {c:.4g}, by which every gradient is multiplied"


def scale_of_most(observations: list[Observation], scales: list[Scale]) -> tuple[Scale, list[str]]:
    """The convention under which most groups are right, and the groups that are not."""
    best: tuple[Scale, list[str]] | None = None
    for scale in scales:
        wrong: dict[str, None] = {}
        for observation in observations:
            right = predicted_groups(run(observation.case, (), scale.factor(observation.case)))
            for name, values in observation.groups.items():
                if np.abs(values - right[name]).max() > observation.allowed(name):
                    wrong[name] = None
        if best is None or len(wrong) < len(best[1]):
            best = scale, list(wrong)
    if best is None or len(best[1]) > NEARLY_ALL * len(observations[0].groups):
        return PLAIN, []
    return best


def group_in_words(name: str, network: Network) -> str:
    """The biases of the output layer."""
    kind = name.removeprefix("step ")
    if kind[0] not in "Wb":
        return name
    layer = network.layer_name(int(kind[1:]) - 1)
    return f"the {'weights' if kind[0] == 'W' else 'biases'} of the {layer} layer"
