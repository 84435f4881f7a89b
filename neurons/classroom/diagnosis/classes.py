"""What is found in a class: on several sizes and activation functions, what explains all of them."""

from collections.abc import Callable
from itertools import product

import numpy as np

from neurons.classroom.diagnosis.catalogue import CATALOGUE
from neurons.classroom.diagnosis.explaining import SQUARE_ONLY, found_in, that_fails
from neurons.classroom.diagnosis.matching import Match, Target, matching_scales, pairs, right, scales_for, singles
from neurons.classroom.diagnosis.message import Found
from neurons.classroom.diagnosis.observe import Trouble
from neurons.classroom.diagnosis.observe_classes import Objects
from neurons.classroom.diagnosis.probes import probes
from neurons.classroom.diagnosis.reference import Network
from neurons.classroom.diagnosis.variants import variants_for

OF_ONE_FUNCTION = ("A2b", "A5", "A9")  # formulas of the sigmoid: what they do elsewhere is the student's choice


def found_in_class(cls: type, *, batch: bool) -> Found:
    """What is found in a class: several sizes and activation functions, and what explains all of them."""
    try:
        student = Objects(cls, batch)
    except Trouble as trouble:
        return Found(trouble=str(trouble))
    try:
        looks = [Look(network, student, batch) for network in class_networks(student)]
    except Trouble as trouble:
        return on_square_layers(trouble, student, batch)
    wrong = [look for look in looks if not look.right]
    if wrong:
        matches = explaining_all(looks, singles) or explaining_all(looks, pairs)
    else:
        matches = looks[-1].right
    shown = wrong or looks
    return found_in(student, [look.network for look in shown], shown[0].observations, matches, batch)


def explaining_all(looks: "list[Look]", search: Callable[..., list[Match]]) -> list[Match]:
    """The matches on the first wrong network whose mistakes explain every other network too."""
    wrong = [look for look in looks if not look.right]
    first = search(wrong[0].targets, wrong[0].variants, wrong[0].scales)
    common = {frozenset(match.ids) for match in first}
    common = {ids for ids in common if all(look.allows(ids) for look in looks if look.right)}
    for look in wrong[1:]:
        if common:
            common &= {frozenset(match.ids) for match in search(look.targets, look.variants, look.scales)}
    return [match for match in first if frozenset(match.ids) in common]


def on_square_layers(trouble: Trouble, student: Objects, batch: bool) -> Found:
    """As `on_square_sizes`, for a class."""
    if student.kind != "Neuron":
        try:
            network = next(network for network in class_networks(student) if len(set(network.sizes)) == 1)
            look = Look(network, student, batch)
        except Trouble:
            return Found(trouble=str(trouble), mistakes=tuple(CATALOGUE[i] for i in trouble.ids))
        matches = singles(look.targets, look.variants, look.scales)
        if any(match.ids[0] in SQUARE_ONLY for match in matches):
            return that_fails(trouble, student, network, matches, batch)
    return Found(trouble=str(trouble), mistakes=tuple(CATALOGUE[i] for i in trouble.ids))


class Look:
    """One network on which a class was observed, and what explains it."""

    def __init__(self, network: Network, student: Objects, batch: bool) -> None:
        self.network = network
        self.observations = tuple(student.observe(case) for case in probes(network, batch, 3))
        self.targets = [Target(observation) for observation in self.observations]
        self.scales = scales_for(network, batch)
        self.variants = variants_for(network, batch, steps=True)
        self.right = right(self.targets, self.scales)

    def allows(self, ids: frozenset[str]) -> bool:
        """True if these mistakes can be made although this network shows nothing wrong."""
        return all(self.allows_one(mistake_id) for mistake_id in ids if mistake_id not in OF_ONE_FUNCTION)

    def allows_one(self, mistake_id: str) -> bool:
        """True if the mistake cannot be made here, or changes nothing."""
        made = [variant for variant in self.variants if variant.id == mistake_id]
        made = [variant for variant in made if np.isfinite(self.targets[0].predicted((variant,), 1.0)).all()]
        return not made or any(matching_scales(self.targets, (variant,), self.scales) for variant in made)


def class_networks(student: Objects) -> list[Network]:
    """Networks to try a class on: square and not, each activation function that it can be given."""
    kind = student.kind
    if kind == "Neuron":
        sizes: list[tuple[int, ...]] = [(3, 1), (2, 1)]
    elif kind == "Layer":
        sizes = [(2, 3), (3, 2), (3, 3)]
    else:
        sizes = [(2, 3, 2), (2, 2, 2), (3, 3, 3, 3)]
    if student.maker.chooses_act():
        acts = [("sigmoid", "sigmoid"), ("relu", "relu"), ("tanh", "tanh")]
        if kind == "Model":
            acts = [("sigmoid", "sigmoid"), ("relu", "sigmoid"), ("tanh", "identity")]
        if student.maker.names_acts:  # it may not know every name
            acts = [pair for pair in acts if student.computes(Network(sizes[0], *pair, None))] or acts[:1]
    else:
        acts = [own_activations(student, Network(sizes[0], loss=None))]
    return [Network(size, hidden, output, None) for hidden, output in acts for size in sizes]


def own_activations(student: Objects, network: Network) -> tuple[str, str]:
    """(hidden, output) of a class that cannot be given an activation function, by what its forward pass returns.

    Both are sigmoid where nothing fits.
    """
    names = ("sigmoid", "relu", "tanh", "leaky_relu", "identity")
    for hidden, output in product(names, repeat=2):
        if network.num_layers == 1 and hidden != output:
            continue
        if student.computes(network._replace(hidden=hidden, output=output)):
            return hidden, output
    return "sigmoid", "sigmoid"
