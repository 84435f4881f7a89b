"""What a program makes of its data in a turn before it uses them: x / 255, (x - mean) / std, y / y.max()."""

import random
from typing import Any, NamedTuple

import numpy as np

from neurons.classroom.diagnosis.cases import Array
from neurons.classroom.programs.numbers.network import Numbers
from neurons.classroom.programs.numbers.slots import Leaf, may_be_parameter

MOST = 2  # ways in which inputs, or labels, may be made


class Made(NamedTuple):
    """Numbers that are used in the place of those given: factor * given + shift, in each column."""

    factor: Array
    shift: Array

    def given(self, used: Array) -> Array:
        """What the program must be given so that it uses these numbers."""
        return (np.asarray(used, dtype=float) - self.shift) / self.factor


AS_GIVEN = Made(np.ones(1), np.zeros(1))


class Preparation(NamedTuple):
    """How a turn makes its inputs and its labels."""

    inputs: Made
    labels: Made
    held: list[Leaf]  # numbers that are used for it, such as a mean


def preparations(candidate: Any, leaves: list[Leaf]) -> list[Preparation]:
    """The ways in which a candidate may prepare its data; `leaves` may be used for it."""
    rng = random.Random(17)
    rows = [np.array([rng.uniform(0.2, 1.4) for _ in range(candidate.num_inputs)]) for _ in range(3)]
    labels = [candidate.plain_labels(rng, candidate.num_labels) for _ in range(3)]
    turns = [turn_at(candidate, candidate.before, row, label, []) for row, label in zip(rows, labels, strict=True)]
    numbers = turns[0]
    if numbers is None or None in turns:
        return []
    inputs = affine_places(rows, turns)
    outputs = [] if candidate.takes_classes else affine_places(labels, turns)
    if not inputs and not outputs:
        return []

    def moved(some: list[Leaf]) -> set[int]:
        """The places at which other numbers in these leaves make other numbers."""
        values = candidate.before.copy()
        for leaf in some:
            values[leaf.slots.ravel()] = 1.37 * leaf.before + 0.21
        after = turn_at(candidate, values, rows[0], labels[0], some)
        return {place for place, part in numbers.items() if not np.array_equal((after or {}).get(place, ()), part)}

    learned = moved([leaf for leaf in candidate.leaves if leaf.changed and may_be_parameter(leaf)])  # z of one input
    inputs, outputs = (unequal([one for one in found if one[0] not in learned])[:MOST] for found in (inputs, outputs))
    used = {place for place, _ in (*inputs, *outputs)}
    held = [leaf for leaf in leaves if used and used & moved([leaf])]
    firsts, seconds = [made for _, made in inputs] or [AS_GIVEN], [AS_GIVEN, *(made for _, made in outputs)]
    return [Preparation(one, other, held) for one in firsts for other in seconds if one is not other]


def turn_at(candidate: Any, values: Array, row: Array, label: Array, leaves: list[Leaf]) -> dict[int, Array] | None:
    """The numbers of a turn at each place; None where it fails."""
    done = candidate.turn(values, row, label, leaves, record=True, lax=True)
    if done is None:
        return None
    seen: Numbers = done[1]
    order = np.argsort(seen.places, kind="stable")
    places, starts = np.unique(seen.places[order], return_index=True)
    if not len(places):
        return {}
    return dict(zip(map(int, places), np.split(seen.unsorted[order], starts[1:]), strict=True))


def affine_places(given: list[Array], turns: list[Any]) -> list[tuple[int, Made]]:
    """(place, how it is made) where each number is a multiple of one that was given, shifted."""
    found, (one, two, three) = [], given
    size = len(one)
    for place in turns[0]:
        seen = [numbers.get(place, ()) for numbers in turns]
        if any(len(part) < size or len(part) % size for part in seen):
            continue
        if any((np.reshape(part, (-1, size)) != part[:size]).any() for part in seen):
            continue
        first, second, third = (part[:size] for part in seen)
        with np.errstate(all="ignore"):  # of numbers that overflowed, or stand still, nothing fits
            factor = (second - first) / (two - one)
            shift = first - factor * one
            fits = np.abs(factor * three + shift - third) <= 1e-11 * np.maximum(1.0, np.abs(third))
        is_plain = np.abs(factor - 1.0).max() < 1e-9 and np.abs(shift).max() < 1e-9
        if fits.all() and not is_plain and np.abs(factor).min() > 1e-9:
            found.append((place, Made(factor, shift)))
    return found


def unequal(found: list[tuple[int, Made]]) -> list[tuple[int, Made]]:
    """Each way once, in order."""
    kept: dict[Any, tuple[int, Made]] = {}
    for place, made in found:
        kept.setdefault(tuple(np.round([*made.factor, *made.shift], 9)), (place, made))
    return list(kept.values())
