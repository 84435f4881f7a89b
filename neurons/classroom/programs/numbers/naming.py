"""Which mistakes of the catalogue make the steps what they are, under the constant that is free."""

import time
from itertools import combinations

import numpy as np

from neurons.classroom.diagnosis.cases import Array, Network
from neurons.classroom.diagnosis.matching import seen_in_last_layer
from neurons.classroom.diagnosis.reference import Variant, run, steps_one_by_one
from neurons.classroom.diagnosis.variants import variants_for
from neurons.classroom.programs.numbers.reading import Reading
from neurons.classroom.programs.numbers.scales import Comparison, Groups, Seen, allowed, as_kept, losses_for

NOT_HERE = ("S1", "S2", "L2", "L5", "B1", "B6")  # a constant or a sign, which are free
STEPPED = ("X6", "B9")  # these use the weights after the step, so the constant is not free
SECONDS = 3.0


class Fit:
    """Whether mistakes explain what was seen, for one loss."""

    def __init__(self, reading: Reading, seen: list[Seen], network: Network, scale: float) -> None:
        self.seen, self.network, self.scale = seen, network, scale
        self.values = [joined(one.groups) for one in seen]
        self.slack = [slack_of(one.groups) for one in seen]
        last = str(network.num_layers)
        self.in_last = [
            np.concatenate([np.full(v.size, name[1:] == last) for name, v in one.groups.items()]) for one in seen
        ]
        self.last_cache: dict[tuple[Variant, ...], bool] = {}

    def predicted(self, place: int, variants: tuple[Variant, ...], only_last: bool = False) -> Array | None:
        """What a program with these mistakes would do on a case, up to the constant."""
        one = self.seen[place]
        case = one.case._replace(network=self.network, learning_rate=self.scale or 1.0)
        with np.errstate(all="ignore"):
            try:
                if any(variant.slot == "online" for variant in variants):
                    groups = {name[5:]: value for name, value in steps_one_by_one(case, variants).items()}
                else:
                    done = run(case, variants, 1.0, only_last)
                    groups = done.steps() if done.step_of else done.groups()
            except (ValueError, IndexError):
                return None
        found = joined(as_kept(groups, one.groups))
        return found if np.isfinite(found).all() else None

    def constant(self, place: int, variants: tuple[Variant, ...], only_last: bool = False) -> float | None:
        """The constant under which the mistakes explain a case; None where there is none."""
        right = self.predicted(place, variants, only_last)
        if right is None:
            return None
        values, slack = self.values[place], self.slack[place]
        if only_last:
            mask = self.in_last[place]
            values, right, slack = values[mask], right[mask], slack[mask]
        size = float(right @ right)
        if size < 1e-24:
            return None
        c = float(values @ right) / size
        if any(variant.id in STEPPED for variant in variants) and self.scale:
            c = self.scale
        return c if c and (np.abs(values - c * right) <= slack).all() else None

    def explains(self, variants: tuple[Variant, ...]) -> bool:
        """True if these mistakes explain every case under one constant."""
        shown = tuple(variant for variant in variants if seen_in_last_layer(variant))
        if not any(variant.slot in ("step", "online", "batch") for variant in variants):
            if shown not in self.last_cache:
                self.last_cache[shown] = self.constant(0, shown, only_last=True) is not None
            if not self.last_cache[shown]:
                return False
        first = None
        for place in range(len(self.seen)):
            c = self.constant(place, variants)
            if c is None or first is not None and abs(c - first) > 1e-4 * abs(first):
                return False
            first = c
        return first is not None and first > 0.0


def joined(groups: Groups) -> Array:
    """All groups as one row of numbers."""
    return np.concatenate([np.ravel(values) for values in groups.values()])


def slack_of(groups: Groups) -> Array:
    """How far each of these numbers may be off."""
    largest = max(float(np.abs(values).max()) for values in groups.values())
    return np.concatenate([np.full(values.size, allowed(values, largest)) for values in groups.values()])


def candidates(network: Network, batch: bool) -> list[Variant]:
    """The mistakes that can be told apart from a choice here."""
    return [v for v in variants_for(network, batch, True) if v.id not in NOT_HERE]


def losses_in_order(reading: Reading, own_losses: list[str]) -> list[str]:
    """The losses that suit the output, the program's own first."""
    losses = losses_for(reading.network("mse").output)
    return sorted(losses, key=lambda loss: loss not in own_losses)


def single_mistakes(
    reading: Reading, seen: list[Seen], comparison: Comparison, own_losses: list[str]
) -> tuple[str, list[tuple[Variant, ...]]]:
    """The first loss with which any single mistake explains everything, and those that do; "" where none does."""
    for loss in losses_in_order(reading, own_losses):
        fit = Fit(reading, seen, reading.network(loss), abs(comparison.scale))
        found: list[tuple[Variant, ...]] = [(v,) for v in candidates(fit.network, False) if fit.explains((v,))]
        if found:
            return loss, found
    return "", []


def pairs_of_mistakes(
    reading: Reading, seen: list[Seen], comparison: Comparison, own_losses: list[str]
) -> list[tuple[Variant, ...]]:
    """The first pairs of mistakes that explain everything."""
    until = time.monotonic() + SECONDS
    for loss in losses_in_order(reading, own_losses):
        fit = Fit(reading, seen, reading.network(loss), abs(comparison.scale))
        widely = [
            v
            for v in candidates(fit.network, False)
            if v.where in ("all", "output", "hidden") or v.slot == "weight gradient"
        ]
        pairs: list[tuple[Variant, ...]] = []
        every = sorted(combinations(widely, 2), key=lambda pair: pair[0].slot != pair[1].slot)
        for pair in every:
            if time.monotonic() > until or len(pairs) > 3:
                break
            if not pair[0].excludes(pair[1]) and fit.explains(pair):
                pairs.append(pair)
        if pairs:
            return pairs
    return []
