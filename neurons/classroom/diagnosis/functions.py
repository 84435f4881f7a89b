"""What is found in a function of parameters, inputs and label."""

from collections.abc import Callable
from typing import Any

from neurons.classroom.diagnosis.cases import Network
from neurons.classroom.diagnosis.catalogue import CATALOGUE
from neurons.classroom.diagnosis.choices import another_choice, group_in_words, one_constant, scale_of_most
from neurons.classroom.diagnosis.findings import SQUARE_ONLY, Findings, findings_from, findings_on_square_layers
from neurons.classroom.diagnosis.losses import gradients_of_another_loss
from neurons.classroom.diagnosis.matching import (
    PLAIN,
    Match,
    Scale,
    Target,
    matching_scales,
    pair_matches,
    right_matches,
    scales_for,
    simplest,
    single_matches,
)
from neurons.classroom.diagnosis.observation import Observation, ObservationError
from neurons.classroom.diagnosis.probes import other_networks, probes
from neurons.classroom.diagnosis.student_function import StudentFunction
from neurons.classroom.diagnosis.variants import variants_for

NEARLY = 2e-3  # relative to the largest number of a group: no known mistake comes near


def function_findings(function: Callable[..., Any], network: Network, *, batch: bool, update: bool) -> Findings:
    """What is found in a function of parameters, inputs and label."""
    student = StudentFunction(function, batch=batch, update=update)
    cases = probes(network, batch)
    try:
        observations = student.observe_all(cases)
    except ObservationError as error:
        return on_square_sizes(error, function, network, batch, update)
    scales = scales_for(network, batch)
    targets = [Target(observation) for observation in observations]
    variants = variants_for(network, batch, update)

    matches = right_matches(targets, scales)
    notes = [] if matches else [*gradients_of_another_loss(targets, network), *nearly_right(observations, scales)]
    if update and not any(values.any() for observation in observations for values in observation.groups.values()):
        notes.append("your function leaves the parameters as they were: `w = w - ...` gives a new array the name w")
    but = ""
    if not matches:
        matches, but = another_choice(targets, scales)
    if not matches:
        matches = single_matches(targets, variants, scales)
    if not matches:
        matches, but = one_constant(targets)
    matches = matches or pair_matches(targets, variants, scales)
    if but:
        return Findings(matches=tuple(matches), observations=tuple(observations), notes=tuple(student.notes), but=but)
    matches = narrowed(matches, student, network, batch, scales)
    scale, wrong = (PLAIN, []) if matches else scale_of_most(observations, scales)
    if wrong:
        names = join_names([group_in_words(name, network) for name in wrong])
        by = f", by the convention {' and '.join(scale.ids)}" if scale.ids else ""
        notes.append(f"all but {names} is right{by}")
    return findings_from(student, [network], observations, matches, batch, notes, scale)


def join_names(names: list[str]) -> str:
    """a, b and c."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def nearly_right(observations: list[Observation], scales: list[Scale]) -> list[str]:
    """A sentence where the gradients are right, but for a few digits."""
    if right_matches([Target(observation._replace(rounding=NEARLY)) for observation in observations], scales):
        return ["but for the last digits the numbers are right, as rounded ones are, or differences with a large step"]
    return []


def on_square_sizes(
    error: ObservationError, function: Callable[..., Any], network: Network, batch: bool, update: bool
) -> Findings:
    """What is found in a function that fails on its own sizes: a transposed matrix fits square layers only."""
    for size in (2, 3):
        square = network._replace(sizes=(size,) * len(network.sizes))
        student = StudentFunction(function, batch=batch, update=update)
        try:
            targets = [Target(observation) for observation in student.observe_all(probes(square, batch))]
        except ObservationError:
            continue
        matches = single_matches(targets, variants_for(square, batch, update), scales_for(square, batch))
        if any(match.ids[0] in SQUARE_ONLY for match in matches):
            return findings_on_square_layers(error, student, square, matches, batch)
    try:
        StudentFunction(function, batch=not batch, update=update).observe_all(probes(network, not batch))
    except ObservationError:
        hint = ""
    else:
        hint = "; one example at a time it does not: leave out batch=True" if batch else "; with batch=True it does not"
    return Findings(failure=f"{error}{hint}", mistakes=tuple(CATALOGUE[i] for i in error.ids))


def narrowed(
    matches: list[Match], student: StudentFunction, network: Network, batch: bool, scales: list[Scale]
) -> list[Match]:
    """The matches that also explain networks of other sizes, where the student's function takes those.

    Other sizes only separate twins: whether the code is wrong was decided on the sizes that it was written for.
    """
    for other in other_networks(network):
        if len({(match.ids, match.scale.ids) for match in matches}) <= 1:
            break
        try:
            observations = [student.observe(case) for case in probes(other, batch, 3)]
        except ObservationError:
            continue
        targets = [Target(observation) for observation in observations]
        left = [
            match
            for match in matches
            if match.scale.ids in [scale.ids for scale in matching_scales(targets, match.variants, scales)]
        ]
        matches = left or matches
    return simplest(matches)
