"""What is found in a function of parameters, inputs and label."""

from collections.abc import Callable
from typing import Any

from neurons.classroom.diagnosis.catalogue import CATALOGUE
from neurons.classroom.diagnosis.explaining import SQUARE_ONLY, found_in, that_fails
from neurons.classroom.diagnosis.losses import gradients_of_another_loss
from neurons.classroom.diagnosis.matching import (
    Match,
    Scale,
    Target,
    matching_scales,
    pairs,
    right,
    scales_for,
    simplest,
    singles,
)
from neurons.classroom.diagnosis.message import Found
from neurons.classroom.diagnosis.observe import Function, Observation, Trouble
from neurons.classroom.diagnosis.probes import other_networks, probes
from neurons.classroom.diagnosis.reference import Network
from neurons.classroom.diagnosis.variants import variants_for

NEARLY = 2e-3  # relative to the largest number of a group: no known mistake comes near


def found_in_function(function: Callable[..., Any], network: Network, *, batch: bool, update: bool) -> Found:
    """What is found in a function of parameters, inputs and label."""
    student = Function(function, batch=batch, update=update)
    cases = probes(network, batch)
    try:
        observations = student.observe_all(cases)
    except Trouble as trouble:
        return on_square_sizes(trouble, function, network, batch, update)
    scales = scales_for(network, batch)
    targets = [Target(observation) for observation in observations]
    variants = variants_for(network, batch, update)

    matches = right(targets, scales)
    notes = [] if matches else [*gradients_of_another_loss(targets, network), *nearly_right(observations, scales)]
    if update and not any(values.any() for observation in observations for values in observation.groups.values()):
        notes.append("your function leaves the parameters as they were: `w = w - ...` gives a new array the name w")
    matches = matches or singles(targets, variants, scales) or pairs(targets, variants, scales)
    matches = narrowed(matches, student, network, batch, scales)
    return found_in(student, [network], observations, matches, batch, notes)


def nearly_right(observations: list[Observation], scales: list[Scale]) -> list[str]:
    """A sentence where the gradients are right, but for a few digits."""
    if right([Target(observation._replace(rounding=NEARLY)) for observation in observations], scales):
        return ["but for the last digits the numbers are right, as rounded ones are, or differences with a large step"]
    return []


def on_square_sizes(
    trouble: Trouble, function: Callable[..., Any], network: Network, batch: bool, update: bool
) -> Found:
    """What is found in a function that fails on its own sizes: a transposed matrix fits square layers only."""
    for size in (2, 3):
        square = network._replace(sizes=(size,) * len(network.sizes))
        student = Function(function, batch=batch, update=update)
        try:
            targets = [Target(observation) for observation in student.observe_all(probes(square, batch))]
        except Trouble:
            continue
        matches = singles(targets, variants_for(square, batch, update), scales_for(square, batch))
        if any(match.ids[0] in SQUARE_ONLY for match in matches):
            return that_fails(trouble, student, square, matches, batch)
    try:
        Function(function, batch=not batch, update=update).observe_all(probes(network, not batch))
    except Trouble:
        hint = ""
    else:
        hint = "; one example at a time it does not: leave out batch=True" if batch else "; with batch=True it does not"
    return Found(trouble=f"{trouble}{hint}", mistakes=tuple(CATALOGUE[i] for i in trouble.ids))


def narrowed(
    matches: list[Match], student: Function, network: Network, batch: bool, scales: list[Scale]
) -> list[Match]:
    """The matches that also explain networks of other sizes, where the student's function takes those.

    Other sizes only separate twins: whether the code is wrong was decided on the sizes that it was written for.
    """
    for other in other_networks(network):
        if len({(match.ids, match.scale.ids) for match in matches}) <= 1:
            break
        try:
            observations = [student.observe(case) for case in probes(other, batch, 3)]
        except Trouble:
            continue
        targets = [Target(observation) for observation in observations]
        left = [
            match
            for match in matches
            if match.scale.ids in [scale.ids for scale in matching_scales(targets, match.variants, scales)]
        ]
        matches = left or matches
    return simplest(matches)
