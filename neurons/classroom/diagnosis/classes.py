"""What is found in a class: on several sizes and activation functions, what explains all of them."""

from collections.abc import Callable
from itertools import product

import numpy as np

from neurons.classroom.diagnosis.cases import Network
from neurons.classroom.diagnosis.catalogue import CATALOGUE
from neurons.classroom.diagnosis.findings import SQUARE_ONLY, Findings, findings_from, findings_on_square_layers
from neurons.classroom.diagnosis.matching import (
    Match,
    Target,
    matching_scales,
    pair_matches,
    right_matches,
    scales_for,
    single_matches,
)
from neurons.classroom.diagnosis.observation import ObservationError
from neurons.classroom.diagnosis.probes import probes
from neurons.classroom.diagnosis.student_class import StudentClass
from neurons.classroom.diagnosis.variants import variants_for

OF_ONE_FUNCTION = ("A2b", "A5", "A9")  # formulas of the sigmoid: what they do elsewhere is the student's choice


def class_findings(cls: type, *, batch: bool) -> Findings:
    """What is found in a class: several sizes and activation functions, and what explains all of them."""
    try:
        student = StudentClass(cls, batch)
    except ObservationError as error:
        return Findings(failure=str(error))
    try:
        trials = [Trial(network, student, batch) for network in class_networks(student)]
    except ObservationError as error:
        return on_square_layers(error, student, batch)
    wrong = [trial for trial in trials if not trial.right]
    if wrong:
        matches = explaining_all(trials, single_matches) or explaining_all(trials, pair_matches)
    else:
        matches = trials[-1].right
    shown = wrong or trials
    return findings_from(student, [trial.network for trial in shown], shown[0].observations, matches, batch)


def explaining_all(trials: "list[Trial]", search: Callable[..., list[Match]]) -> list[Match]:
    """The matches on the first wrong network whose mistakes explain every other network too."""
    wrong = [trial for trial in trials if not trial.right]
    first = search(wrong[0].targets, wrong[0].variants, wrong[0].scales)
    common = {frozenset(match.ids) for match in first}
    common = {ids for ids in common if all(trial.allows(ids) for trial in trials if trial.right)}
    for trial in wrong[1:]:
        if common:
            common &= {frozenset(match.ids) for match in search(trial.targets, trial.variants, trial.scales)}
    return [match for match in first if frozenset(match.ids) in common]


def on_square_layers(error: ObservationError, student: StudentClass, batch: bool) -> Findings:
    """As `on_square_sizes`, for a class."""
    if student.kind != "Neuron":
        try:
            network = next(network for network in class_networks(student) if len(set(network.sizes)) == 1)
            trial = Trial(network, student, batch)
        except ObservationError:
            return Findings(failure=str(error), mistakes=tuple(CATALOGUE[i] for i in error.ids))
        matches = single_matches(trial.targets, trial.variants, trial.scales)
        if any(match.ids[0] in SQUARE_ONLY for match in matches):
            return findings_on_square_layers(error, student, network, matches, batch)
    return Findings(failure=str(error), mistakes=tuple(CATALOGUE[i] for i in error.ids))


class Trial:
    """One network on which a class was observed, and what explains it."""

    def __init__(self, network: Network, student: StudentClass, batch: bool) -> None:
        self.network = network
        self.observations = tuple(student.observe(case) for case in probes(network, batch, 3))
        self.targets = [Target(observation) for observation in self.observations]
        self.scales = scales_for(network, batch)
        self.variants = variants_for(network, batch, steps=True)
        self.right = right_matches(self.targets, self.scales)

    def allows(self, ids: frozenset[str]) -> bool:
        """True if these mistakes can be made although this network shows nothing wrong."""
        return all(self.allows_one(mistake_id) for mistake_id in ids if mistake_id not in OF_ONE_FUNCTION)

    def allows_one(self, mistake_id: str) -> bool:
        """True if the mistake cannot be made here, or changes nothing."""
        made = [variant for variant in self.variants if variant.id == mistake_id]
        made = [variant for variant in made if np.isfinite(self.targets[0].predicted((variant,), 1.0)).all()]
        return not made or any(matching_scales(self.targets, (variant,), self.scales) for variant in made)


def class_networks(student: StudentClass) -> list[Network]:
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
        if student.maker.takes_act_names:  # it may not know every name
            acts = [pair for pair in acts if student.computes(Network(sizes[0], *pair, None))] or acts[:1]
    else:
        acts = [own_activations(student, Network(sizes[0], loss=None))]
    return [Network(size, hidden, output, None) for hidden, output in acts for size in sizes]


def own_activations(student: StudentClass, network: Network) -> tuple[str, str]:
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
