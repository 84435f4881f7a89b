"""What is found in a loss function, and whether the gradients are those of another loss."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from neurons.classroom.diagnosis.catalogue import CATALOGUE
from neurons.classroom.diagnosis.explaining import in_order
from neurons.classroom.diagnosis.matching import FORWARD_SLOTS, Scale, Target, right, scales_for
from neurons.classroom.diagnosis.message import Found
from neurons.classroom.diagnosis.observe import Trouble, as_numbers, called, flat_parameters
from neurons.classroom.diagnosis.probes import probes
from neurons.classroom.diagnosis.reference import Case, Network, Variant, forward, loss_value
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
            if right(renamed, scales_for(other, True)):
                name = LOSS_NAMES[network.loss or "mse"]
                return [f"these are the gradients of {LOSS_NAMES[loss]}, but the loss was said to be {name}"]
    return []


def with_loss(found: Found, function: Callable[..., Any], network: Network, batch: bool) -> Found:
    """`found`, and what is to be said of the loss function."""
    cases = probes(network, batch)
    try:
        values = [loss_of_call(function, case, batch) for case in cases]
    except Trouble as trouble:
        return replace(found, trouble=f"the loss function: {trouble}")

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

    scales = fitting(network.loss or "mse")
    if scales:
        used = {frozenset(scale.ids) for scale in scales}
        if found.matches and not any(frozenset(match.scale.ids) in used for match in found.matches):
            ratio = found.matches[0].scale.factor(cases[0]) / scales[0].factor(cases[0])
            note = f"your gradients are {ratio:.4g} times the derivative of your own loss"
            return replace(found, notes=(*found.notes, note))
        return found
    for loss, name in LOSS_NAMES.items():
        if loss != network.loss and fitting(loss):
            said = LOSS_NAMES[network.loss or "mse"]
            return replace(found, wrong_loss=f"your loss function computes {name}, not {said}")
    forwards = [variant for variant in variants_for(network, batch, False) if variant.slot in FORWARD_SLOTS]
    ids = {variant.id for variant in forwards if fitting(network.loss or "mse", (variant,))}
    known = {mistake.id for mistake in found.mistakes}
    if ids & known:
        return found
    if ids:
        return replace(found, mistakes=(*found.mistakes, *(CATALOGUE[i] for i in in_order(ids))))
    name = LOSS_NAMES[network.loss or "mse"]
    return replace(found, wrong_loss=f"your loss function does not compute {name}, nor a multiple of it")


def loss_of_call(function: Callable[..., Any], case: Case, batch: bool) -> float:
    """What the student's loss function returns for a case."""
    inputs, labels = (case.inputs, case.labels) if batch else (case.inputs[0], case.labels[0])
    value = called(function, flat_parameters(case), inputs.copy(), labels.copy())
    try:
        array, _ = as_numbers(value, "")
    except Trouble:
        raise Trouble(f"it should return a number but returns {show(value)}") from None
    if array.size != 1 or not np.isfinite(array).all():
        raise Trouble(f"it should return one finite number but returns {show(value)}")
    return float(array.reshape(-1)[0])
