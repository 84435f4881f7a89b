"""Which programs compute the student's numbers: the right one, one mistake, or two, each under every convention."""

from collections.abc import Callable
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from neurons.classroom.diagnosis.cases import Array, Case, Network
from neurons.classroom.diagnosis.observation import Observation
from neurons.classroom.diagnosis.reference import LayerPass, Pass, Variant, forward, run, steps_one_by_one

FORWARD_SLOTS = ("bias", "act")
BACKWARD_SLOTS = ("input gradient", "over neurons")


class Scale(NamedTuple):
    """A convention, or several: the factor they put on every gradient."""

    ids: tuple[str, ...]
    factor: Callable[[Case], float]


class Match(NamedTuple):
    """A program that computes what was observed: its mistakes and its conventions."""

    variants: tuple[Variant, ...]
    scale: Scale

    @property
    def ids(self) -> tuple[str, ...]:
        """The mistakes' ids."""
        return tuple(variant.id for variant in self.variants)


PLAIN = Scale((), lambda case: 1.0)


def scales_for(network: Network, batch: bool) -> list[Scale]:
    """All conventions that a program for this network can have, the plain one first."""
    found = [PLAIN]
    if network.loss == "mse":
        found += [with_factor(scale, "L1", lambda case: 0.5) for scale in found]
    if network.loss is not None and network.sizes[-1] > 1:
        found += [with_factor(scale, "L5", lambda case: 1.0 / case.network.sizes[-1]) for scale in found]
    if batch:
        by_sum = [with_factor(scale, "B1", lambda case: float(case.batch)) for scale in found]
        by_features = [with_factor(scale, "B6", lambda case: case.batch / case.network.sizes[0]) for scale in found]
        found += by_sum + by_features
    return found


def with_factor(scale: Scale, convention: str, factor: Callable[[Case], float]) -> Scale:
    """A scale with one more convention."""
    return Scale((*scale.ids, convention), lambda case: scale.factor(case) * factor(case))


class Target:
    """An observation made ready for many comparisons: one flat array with one tolerance per number.

    Its names: W1, b1, ... are gradients, "step W1", ... what a step took off, divided by the learning rate; a are the
    outputs and x the gradients of the model's inputs.
    """

    def __init__(self, observation: Observation) -> None:
        self.observation = observation
        self.forwards: dict[tuple[Variant, ...], list[LayerPass]] = {}
        self.case = observation.case
        self.names = list(observation.groups)
        self.values, self.allowed = flat_groups(observation, self.names)
        last = f"{self.case.network.num_layers}"
        self.last_names = [name for name in self.names if name.endswith(last)]
        self.last_values, self.last_allowed = flat_groups(observation, self.last_names)

    def of_network(self, network: Network) -> "Target":
        """The same observation, seen as that of another network."""
        return Target(self.observation._replace(case=self.case._replace(network=network)))

    def predicted(self, variants: tuple[Variant, ...], scale: float, only_last: bool = False) -> Array:
        """What a program with these mistakes computes, as one flat array."""
        with np.errstate(all="ignore"):
            if any(variant.slot == "online" for variant in variants):
                groups = steps_one_by_one(self.case, variants, scale)
            else:
                groups = predicted_groups(run(self.case, variants, scale, only_last, self.forward_layers(variants)))
        return np.concatenate([np.ravel(groups[name]) for name in (self.last_names if only_last else self.names)])

    def forward_layers(self, variants: tuple[Variant, ...]) -> list[LayerPass]:
        """The forward pass with these mistakes, made once for all programs that share it."""
        in_forward = tuple(variant for variant in variants if variant.slot in FORWARD_SLOTS)
        if in_forward not in self.forwards:
            self.forwards[in_forward] = forward(self.case, in_forward)
        return self.forwards[in_forward]

    def agrees(self, predicted: Array, only_last: bool = False) -> bool:
        """True if no number is off by more than it may."""
        values, allowed = (self.last_values, self.last_allowed) if only_last else (self.values, self.allowed)
        return bool((np.abs(values - predicted) <= allowed).all())


def flat_groups(observation: Observation, names: list[str]) -> tuple[Array, Array]:
    """The numbers of these groups as one flat array, and how far each may be off."""
    if not names:
        return np.zeros(0), np.zeros(0)
    groups = [np.ravel(observation.groups[name]) for name in names]
    allowed = [np.full(len(group), observation.allowed(name)) for name, group in zip(names, groups, strict=True)]
    return np.concatenate(groups), np.concatenate(allowed)


def predicted_groups(done: Pass) -> dict[str, Array]:
    """All that can be observed of a pass, by name."""
    groups = done.groups()
    steps = {f"step {name}": value for name, value in done.steps().items()}
    return {**groups, **steps, "a": done.layers[-1].a, "x": done.layers[0].gx}


def depends_on_scale(variants: tuple[Variant, ...]) -> bool:
    """True for programs whose gradients do not just grow with the convention's factor: they use updated weights."""
    return any(variant.id in ("X6", "B9") for variant in variants)


def matching_scales(
    targets: list[Target], variants: tuple[Variant, ...], scales: list[Scale], quick: bool = False
) -> list[Scale]:
    """The conventions under which these mistakes explain every target; `quick` looks at the last layer first."""
    left = scales
    if depends_on_scale(variants):
        return [scale for scale in left if all(t.agrees(t.predicted(variants, scale.factor(t.case))) for t in targets)]
    for place, target in enumerate(targets):
        if quick and place == 0 and target.last_names:
            predicted = target.predicted(variants, 1.0, only_last=True)
            left = fitting_scales(target, predicted, left, only_last=True)
            if not left:
                return []
        left = fitting_scales(target, target.predicted(variants, 1.0), left)
        if not left:
            return []
    return left


def fitting_scales(target: Target, predicted: Array, scales: list[Scale], only_last: bool = False) -> list[Scale]:
    """Those of `scales` with which `predicted` is what was seen."""
    values = target.last_values if only_last else target.values
    if not np.isfinite(predicted).all():
        return []
    if len(scales) == 1:
        return scales if target.agrees(scales[0].factor(target.case) * predicted, only_last) else []
    largest = int(np.abs(predicted).argmax())
    size = predicted[largest]
    if abs(size) <= 1e-12:  # nothing to scale but rounding
        return scales if target.agrees(predicted, only_last) else []
    ratio = values[largest] / size
    near = [scale for scale in scales if abs(scale.factor(target.case) - ratio) <= 1e-3 * abs(ratio)]
    return [scale for scale in near if target.agrees(scale.factor(target.case) * predicted, only_last)]


def simplest(matches: list[Match]) -> list[Match]:
    """Those with the fewest conventions, each set of ids once."""
    if not matches:
        return []
    fewest = min(strangeness(match.scale) for match in matches)
    found: dict[Any, Match] = {}
    for match in matches:
        if strangeness(match.scale) == fewest:
            found.setdefault((match.ids, match.scale.ids), match)
    return list(found.values())


def strangeness(scale: Scale) -> int:
    """How many conventions a scale takes; dividing by the features, which few do, counts as two."""
    return len(scale.ids) + (1 if "B6" in scale.ids else 0)


def right_matches(targets: list[Target], scales: list[Scale]) -> list[Match]:
    """The right program, if it explains everything: one match per possible set of conventions."""
    return simplest([Match((), scale) for scale in matching_scales(targets, (), scales)])


def single_matches(targets: list[Target], variants: tuple[Variant, ...], scales: list[Scale]) -> list[Match]:
    """The single mistakes that explain everything."""
    return simplest(
        [
            Match((variant,), scale)
            for variant in variants
            for scale in matching_scales(targets, (variant,), scales, quick=True)
        ]
    )


def pair_matches(targets: list[Target], variants: tuple[Variant, ...], scales: list[Scale]) -> list[Match]:
    """The pairs of two mistakes that explain everything.

    There are thousands, so none is looked for in one of several hidden layers alone (but for the factor of the weights:
    the first layer has no z before it). What the last layer shows depends on few of them: it is asked first, once for
    each.
    """
    found: list[Match] = []
    of_last_layer: dict[tuple[Variant, ...], list[Scale]] = {}
    widely = [v for v in variants if v.where in ("all", "output", "hidden") or v.slot == "weight gradient"]
    for pair in combinations(widely, 2):
        if pair[0].excludes(pair[1]):
            continue
        left = scales
        if targets[0].last_names and not any(variant.slot == "online" for variant in pair):
            seen_there = tuple(variant for variant in pair if seen_in_last_layer(variant))
            if seen_there not in of_last_layer:
                predicted = targets[0].predicted(seen_there, 1.0, only_last=True)
                of_last_layer[seen_there] = fitting_scales(targets[0], predicted, scales, only_last=True)
            left = of_last_layer[seen_there]
        if left:
            found.extend(Match(pair, scale) for scale in matching_scales(targets, pair, left))
    return simplest(found)


def seen_in_last_layer(variant: Variant) -> bool:
    """True if the mistake can change the gradients of the last layer's weights and bias."""
    return variant.slot in FORWARD_SLOTS or (variant.slot not in BACKWARD_SLOTS and variant.where != "hidden")
