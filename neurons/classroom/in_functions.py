"""What is found in a function of parameters, inputs and label."""

from collections.abc import Callable
from typing import Any

from neurons.classroom.catalogue import CATALOGUE
from neurons.classroom.explaining import SQUARE_ONLY, called_twice, conventions_of, ranked, smallest_for, that_fails
from neurons.classroom.formulas import seeming_formula
from neurons.classroom.in_losses import gradients_of_another_loss
from neurons.classroom.matching import (
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
from neurons.classroom.message import Found
from neurons.classroom.observe import Function, Trouble
from neurons.classroom.probes import other_networks, probes
from neurons.classroom.reference import Network
from neurons.classroom.variants import variants_for


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
    collects = (CATALOGUE["B8"],) if student.collects else ()

    matches = right(targets, scales)
    if matches:
        return Found(
            also=collects,
            conventions=conventions_of(matches),
            matches=tuple(matches),
            observations=tuple(observations),
            notes=tuple(student.notes),
            called_twice=lambda: called_twice(student, [network]),
        )
    variants = variants_for(network, batch, update)
    matches = singles(targets, variants, scales)
    if not matches:
        matches = pairs(targets, variants, scales)
    if matches:
        matches = narrowed(matches, student, network, batch, update, scales)
    return Found(
        mistakes=ranked(matches),
        also=collects,
        is_pair=bool(matches) and len(matches[0].variants) == 2,
        conventions=conventions_of(matches),
        matches=tuple(matches),
        observations=tuple(observations),
        unknown=not matches,
        notes=(*student.notes, *gradients_of_another_loss(targets, network)),
        formula="" if matches else seeming_formula(student, network),
        smallest=lambda: smallest_for(student, [network], matches, batch),
    )


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
    return Found(trouble=str(trouble), mistakes=tuple(CATALOGUE[i] for i in trouble.ids))


def narrowed(
    matches: list[Match], student: Function, network: Network, batch: bool, update: bool, scales: list[Scale]
) -> list[Match]:
    """The matches that also explain networks of other sizes, where the student's function takes those.

    Other sizes only separate twins: whether the code is wrong was decided on the sizes that it was written for.
    """
    for other in other_networks(network):
        if len({match.ids for match in matches}) == 1:
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
