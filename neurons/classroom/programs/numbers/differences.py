"""A program in which no layers are read: its steps against central differences of what it computes.

Each of its parameters is moved a little, and the numbers of a turn are watched. Its outputs are those for whose loss
some parameters take the right step; or its own loss is among its numbers. Nothing else is asked of the network: it may
drop neurons out, share weights, keep all of them in one row. With a `reach`, labels are so much larger in every other
case: a loss may have another form far from its label.
"""

import random
from typing import Any, NamedTuple

import numpy as np

from neurons.classroom.diagnosis.cases import Array, Case, Network
from neurons.classroom.programs.numbers.candidate import Candidate
from neurons.classroom.programs.numbers.network import Numbers
from neurons.classroom.programs.numbers.reading import Groups, Reading
from neurons.classroom.programs.numbers.slots import DERIVED, PARAMETER_LIKE, Leaf, may_be_parameter

OWN = "own"  # the loss that the program computes itself
GAIN = "gain"  # what it computes itself and makes large: a number below 0, as a logarithm of a probability is
STEP = 1e-5  # how far a parameter is moved
MOST_OF_LEAF, MOST_OF_ROW, MOST_LEAVES = 16, 32, 48


class Source(NamedTuple):
    """Where a loss is computed: the numbers of a place, from one of them on; of which loss they are the outputs."""

    place: int
    offset: int
    size: int
    loss: str
    labels: tuple[int, int] | None  # (place, offset) of the labels as the program uses them; None as they are given

    @property
    def is_own(self) -> bool:
        """True for what the program computes itself of all its examples."""
        return self.loss in (OWN, GAIN)

    @property
    def wanted(self) -> list[tuple[int, int]]:
        """(place, offset) of its numbers."""
        return [(self.place, offset) for offset in range(self.offset, self.offset + self.size)]


class Part(NamedTuple):
    """What is moved at once: a leaf in some directions, which are unit vectors or mixtures of all."""

    leaf: Leaf
    directions: Array
    name: str

    def along(self, values: Array) -> Array:
        """The leaf's share of all slots, along each direction."""
        return self.directions @ values[self.leaf.slots.ravel()]


class Differences(Reading):
    """A candidate of which each part of its parameters is a group by itself: W1, W2, ... for `compare`."""

    def __init__(
        self, candidate: Candidate, leaves: list[Leaf], num_labels: int, most_probes: int, reach: float = 1.0
    ) -> None:
        self.candidate, self.reach = candidate, reach
        self.sizes = candidate.num_inputs, num_labels
        self.chain, self.acts, self.has_bias, self.least_error = [], ["identity"], [False], 0.0
        self.num_labels = num_labels
        self.source: Source | None = None
        self.values: dict[bytes, Array] = {}  # all slots of a case, by its parameters
        self.known: dict[bytes, Groups] = {}  # gradients, by a case's numbers
        self.leaves, self.most_probes = leaves, most_probes
        self.parts = {f"W{place}": part for place, part in enumerate(parts_of(leaves, most_probes), start=1)}
        self.num_parts = len(self.parts)

    def use(self, groups: list[str]) -> None:
        """Leave out all other groups: those on which no output depends."""
        self.parts = {group: self.parts[group] for group in groups}
        self.leaves = [leaf for leaf in self.leaves if any(leaf is part.leaf for part in self.parts.values())]
        self.known = {key: {group: known[group] for group in groups} for key, known in self.known.items()}

    def network(self, loss: str) -> Network:
        """The outer sizes, as far as they are known."""
        return Network(self.sizes, "identity", "identity", loss)

    def case(self, seed: int, count: int = 1) -> Case:
        """Random numbers in all parameters, with examples."""
        rng = random.Random(104729 * (seed + 1))
        values = self.candidate.before.copy()
        for leaf in self.leaves:
            shrink = min(1.0, (3.0 / max(leaf.shape or (1,))) ** 0.5)
            values[leaf.slots.ravel()] = [signed(rng, 0.15, 1.0) * shrink for _ in range(leaf.size)]
        parameters = [(np.zeros(0), np.zeros(0))] * self.num_parts
        for group, part in self.parts.items():
            parameters[int(group[1:]) - 1] = part.along(values), np.zeros(0)
        rows = np.array([[signed(rng, 0.2, 1.2) for _ in range(self.sizes[0])] for _ in range(count)])
        labels = np.array([self.candidate.labels_drawn(rng, self.num_labels) for _ in range(count)])
        labels *= self.reach if seed % 2 else 1.0
        case = Case(self.network("mse"), tuple(parameters), rows, labels, 1.0)
        self.values[key_of(case)] = values
        return case

    def slots_of(self, case: Case) -> Array:
        """All slots with the parameters of a case in their places."""
        return self.values[key_of(case)]

    def groups(self, before: Array, after: Array) -> Groups:
        """What a turn took off the parameters, along each direction."""
        return {group: part.along(before - after) for group, part in self.parts.items()}

    def penalised(self, case: Case, name: str, penalty: str) -> Array:
        """The same, along each direction."""
        values = self.slots_of(case)
        return self.parts[name].along(values if penalty == "L2" else np.sign(values))

    def outputs_in(self, case: Case, numbers: Numbers) -> Array:
        """The numbers of which the loss is taken, or the loss."""
        source = self.source
        assert source is not None
        return by_place(numbers).get(source.place, np.zeros(0))[source.offset : source.offset + source.size]

    def distance(self, case: Case) -> float:
        """How far the outputs are from the label; of its own loss, how large it is. 0 where none is seen."""
        done = self.turn(case)
        outputs = np.zeros(0) if done is None else self.outputs_in(case, done[1])
        labels = case.labels.ravel()
        off = outputs if self.source is None or self.source.is_own or outputs.size != labels.size else outputs - labels
        return float(np.abs(off).max(initial=0.0))

    def turn(self, case: Case) -> tuple[Array, Numbers] | None:
        """All slots after a turn, and the numbers that were seen."""
        return self.candidate.turn(self.slots_of(case), case.inputs, case.labels, self.leaves, record=True)

    def without_use(self, case: Case, groups: list[str]) -> list[str]:
        """Those of the groups, called like weights, that a turn steps, though nothing else depends on them."""
        like = [group for group in groups if PARAMETER_LIKE.search(self.parts[group].leaf.own_name)]
        return [group for group in like if self.is_without_use(case, self.parts[group].leaf)]

    def moved(self, case: Case, wanted: list[tuple[int, int]]) -> Array:
        """(direction, number): how fast numbers of a turn, each (place, offset), change along each direction."""
        candidate, found = self.candidate, list[list[float]]()
        what = candidate.handed_inputs(case.inputs), candidate.handed(case.labels), self.writes(case)
        for part in self.parts.values():
            leaf = candidate.leaves.index(part.leaf)
            nudges = [[leaf, direction.tolist()] for direction in part.directions]
            answer = candidate.session.ask("nudged", candidate.number, *what, nudges, STEP, [[*at] for at in wanted])
            found += [[number if isinstance(number, float) else np.nan for number in row] for row in answer]
        return np.array(found).reshape(len(found), len(wanted))

    def split(self, row: Array) -> Groups:
        """Numbers for all directions, by group."""
        return dict(zip(self.parts, np.split(row, self.ends), strict=True))

    @property
    def ends(self) -> Array:
        """Where the directions of one group end, and those of the next begin."""
        return np.cumsum([len(part.directions) for part in self.parts.values()])[:-1]

    def key(self, case: Case) -> bytes:
        """What tells a case from others."""
        return key_of(case) + case.inputs.tobytes() + case.labels.tobytes()

    def gradients(self, case: Case, network: Network) -> Groups:
        """The gradients of the loss on a case, along each direction: the sum of those of its examples."""
        key = self.key(case)
        if key not in self.known:
            assert self.source is not None
            of_all = [case] if self.source.is_own else singles(case)  # its loss holds all, and maybe a penalty
            total: Any = sum(map(self.gradient, of_all))
            self.known[key] = self.split(total)
        return self.known[key]

    def gradient(self, case: Case) -> Array:
        """The same for all directions, of one example or of its own loss; NaN where a turn takes another way."""
        source, done = self.source, self.turn(case)
        assert source is not None
        slopes = None if done is None else slopes_of(source, by_place(done[1]), case)
        if slopes is None:
            return np.full(sum(len(part.directions) for part in self.parts.values()), np.nan)
        return self.moved(case, source.wanted) @ slopes


def singles(case: Case) -> list[Case]:
    """The examples of a case, each by itself."""
    return [
        case._replace(inputs=case.inputs[[place]], labels=case.labels[[place]]) for place in range(len(case.inputs))
    ]


def key_of(case: Case) -> bytes:
    """What tells the parameters of a case from those of others."""
    return b"".join(W.tobytes() for W, _ in case.parameters)


def signed(rng: random.Random, low: float, high: float) -> float:
    """A random number of a size in between."""
    return rng.uniform(low, high) * rng.choice((-1.0, 1.0))


def parts_of(leaves: list[Leaf], most: int) -> list[Part]:
    """The parts in which leaves are moved: each leaf; of one row that holds everything, its numbers."""
    if len(leaves) == 1 and len(leaves[0].shape) == 1 and leaves[0].size > MOST_OF_ROW // 4:
        row = leaves[0]
        chosen = np.unique(np.linspace(0, row.size - 1, MOST_OF_ROW).astype(int))
        return [Part(row, np.eye(row.size)[[place]], f"{row.name}[{place}]") for place in chosen]
    of_each = max(2, min(MOST_OF_LEAF, most // len(leaves)))
    return [Part(leaf, directions_in(leaf, of_each), leaf.name) for leaf in leaves]


def directions_in(leaf: Leaf, most: int) -> Array:
    """Directions in which a leaf is moved: each number of a small one; some numbers of a large one, and all at once."""
    if leaf.size <= most:
        return np.eye(leaf.size)
    rng = np.random.default_rng(leaf.size)
    chosen = np.sort(rng.choice(leaf.size, most - 1, replace=False))
    return np.vstack([np.eye(leaf.size)[chosen], rng.normal(size=leaf.size) / leaf.size**0.5])


def parameters_in(candidate: Candidate) -> list[Leaf]:
    """The leaves that may be parameters: what a turn changes, and what is called like weights or biases."""
    return [
        leaf
        for leaf in candidate.leaves
        if may_be_parameter(leaf)
        and not DERIVED.search(leaf.own_name)
        and (leaf.changed or PARAMETER_LIKE.search(leaf.own_name) and leaf not in candidate.held)
    ][:MOST_LEAVES]


def by_place(numbers: Numbers) -> dict[int, Array]:
    """The numbers of each place, in the order in which they came."""
    order = np.argsort(numbers.places, kind="stable")
    places, starts = np.unique(numbers.places[order], return_index=True)
    parts = np.split(numbers.unsorted[order], starts[1:]) if len(places) else []
    return dict(zip(map(int, places), parts, strict=True))


def slopes_of(source: Source, seen: dict[int, Array], case: Case) -> Array | None:
    """The slope of the loss at each of the outputs; None where they are not seen."""
    outputs = seen.get(source.place, np.zeros(0))[source.offset : source.offset + source.size]
    if len(outputs) < source.size:
        return None
    if source.loss == OWN:
        return np.ones(1)
    if source.loss == GAIN:
        return -np.ones(1) if outputs[0] < 0.0 else None
    y = case.labels[0]
    if source.labels is not None:
        place, offset = source.labels
        y = seen.get(place, np.zeros(0))[offset : offset + len(y)]
        if len(y) < case.labels.shape[1]:
            return None
    return slope_of_loss(source.loss, outputs, np.resize(y, source.size))


def slope_of_loss(loss: str, a: Array, y: Array) -> Array:
    """dL/da of outputs a for labels y; NaN where a loss is not to be had of them."""
    with np.errstate(all="ignore"):
        if loss == "mse":
            return a - y
        if loss == "bce":
            return np.where((a > 0.0) & (a < 1.0), (a - y) / (a * (1.0 - a)), np.nan)
        if loss == "ce":
            return np.where(a > 0.0, -y / a, np.nan)
        if loss.startswith("huber "):
            return np.clip(a - y, -float(loss[6:]), float(loss[6:]))
        if loss == "abs":
            return np.sign(a - y)
        if loss == "nll":  # of logarithms of probabilities
            return -y if abs(np.exp(a).sum() - 1.0) < 1e-6 else np.full(len(a), np.nan)
        if loss == "margins":
            return slope_of_margins(a, y)
        return np.where(y * a < 1.0, -y, 0.0)  # hinge


def slope_of_margins(a: Array, y: Array) -> Array:
    """The same for the hinge loss of several classes: all scores should be 1 below that of the right one."""
    if len(a) < 2 or sorted(y) != [0.0] * (len(y) - 1) + [1.0]:
        return np.full(len(a), np.nan)
    is_near = (a - a @ y + 1.0 > 0.0) & (y == 0.0)
    return is_near - is_near.sum() * y
