"""What is wrong with a loss function, and whether the gradients are those of another loss."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from neurons.classroom.diagnosis.cases import Case, Network, flat_parameters
from neurons.classroom.diagnosis.catalogue import CATALOGUE
from neurons.classroom.diagnosis.findings import Findings, ordered_ids
from neurons.classroom.diagnosis.matching import FORWARD_SLOTS, Scale, Target, right_matches, scales_for
from neurons.classroom.diagnosis.observation import ObservationError, as_numbers, call_student
from neurons.classroom.diagnosis.probes import probes
from neurons.classroom.diagnosis.reference import Variant, forward, loss_value
from neurons.classroom.diagnosis.variants import variants_for
from neurons.text import show

LOSS_NAMES = {"mse": "squared error", "bce": "binary cross-entropy", "ce": "cross-entropy"}


def gradients_of_another_loss(targets: list[Target], network: Network) -> list[str]:
    """A sentence where the gradients are right for another loss than the one that was named."""
    for loss in LOSS_NAMES:
        fits = {"mse": True, "bce": network.output == "sigmoid", "ce": network.output == "softmax"}[loss]
        if fits and loss != network.loss:
            other = network._replace(loss=loss)
            renamed = [target.of_network(other) for target in targets]
            if right_matches(renamed, scales_for(other, True)):
                name = LOSS_NAMES[network.loss or "mse"]
                return [f"these are the gradients of {LOSS_NAMES[loss]}, but you named the loss {name}"]
    return []


def with_loss_findings(findings: Findings, function: Callable[..., Any], network: Network, batch: bool) -> Findings:
    """`findings`, and what is to be said of the loss function."""
    cases = probes(network, batch)
    try:
        values = [loss_of_call(function, case, batch) for case in cases]
    except ObservationError as error:
        return replace(findings, failure=f"the loss function: {error}")

    def fitting(loss: str, variants: tuple[Variant, ...] = ()) -> list[Scale]:
        net = network._replace(loss=loss)
        means = [float(loss_value(loss, forward(case, variants)[-1].a, case.labels).mean()) for case in cases]
        return [
            scale
            for scale in scales_for(net, batch)
            if all(
                abs(value - scale.factor(case) * mean) <= 1e-4 * abs(mean) + 1e-9
                for value, mean, case in zip(values, means, cases, strict=True)
            )
        ]

    expected = network.loss or "mse"
    scales = fitting(expected)
    if scales:
        used = {frozenset(scale.ids) for scale in scales}
        if findings.matches and not any(frozenset(match.scale.ids) in used for match in findings.matches):
            ratio = findings.matches[0].scale.factor(cases[0]) / scales[0].factor(cases[0])
            note = f"your gradients are {ratio:.4g} times the derivative of your own loss"
            return replace(findings, notes=(*findings.notes, note))
        return findings
    for loss, name in LOSS_NAMES.items():
        if loss != network.loss and fitting(loss):
            return replace(findings, wrong_loss=f"your loss function computes {name}, not {LOSS_NAMES[expected]}")
    forwards = [variant for variant in variants_for(network, batch, False) if variant.slot in FORWARD_SLOTS]
    ids = {variant.id for variant in forwards if fitting(expected, (variant,))}
    known = {mistake.id for mistake in findings.mistakes}
    if ids & known:
        return findings
    if ids:
        return replace(findings, mistakes=(*findings.mistakes, *(CATALOGUE[i] for i in ordered_ids(ids))))
    sentence = f"your loss function does not compute {LOSS_NAMES[expected]}, nor a multiple of it"
    return replace(findings, wrong_loss=sentence)


def loss_of_call(function: Callable[..., Any], case: Case, batch: bool) -> float:
    """What the student's loss function returns for a case."""
    inputs, labels = (case.inputs, case.labels) if batch else (case.inputs[0], case.labels[0])
    value = call_student(function, flat_parameters(case), inputs.copy(), labels.copy())
    try:
        array, _ = as_numbers(value, "")
    except ObservationError:
        raise ObservationError(f"it should return a number but returns {show(value)}") from None
    if array.size != 1 or not np.isfinite(array).all():
        raise ObservationError(f"it should return one finite number but returns {show(value)}")
    return float(array.reshape(-1)[0])
