"""A program whose parameters are known: its cases, and what its turns make of them."""

import random
from typing import Any

import numpy as np

from neurons.classroom.diagnosis.cases import Array, Case, Network
from neurons.classroom.diagnosis.probes import HAS_KINK, shows_kinks
from neurons.classroom.diagnosis.reference import forward, run
from neurons.classroom.numbers import small_number
from neurons.classroom.programs.numbers.candidate import Candidate
from neurons.classroom.programs.numbers.functions import COMPOSED
from neurons.classroom.programs.numbers.network import Layer, Numbers
from neurons.classroom.programs.numbers.slots import (
    Leaf,
    is_like_parameter,
    may_be_parameter,
)

NUM_CASES = 4
SHIFT = 0.25  # of a number, to see what depends on it
LEAST_ERROR, MOST_ERROR = 0.15, 0.5  # how far a case is from its label; how far a program may still leave it alone
Groups = dict[str, Array]  # W1, b1, ...


def containers(leaf: Leaf) -> list[Any]:
    """The paths of the list in which a number lies, and of what holds that list."""
    if leaf.path[-1][0] != "i":
        return []
    is_item = len(leaf.path) > 2 and leaf.path[-2][0] in ("i", "k")
    return [leaf.path[:-1], leaf.path[:-2]] if is_item else [leaf.path[:-1]]


class Reading:
    """A candidate with its chain of layers: what its turns do on cases."""

    has_doubtful_rates = False  # whether layers have rates of their own that may be a mistake

    def __init__(self, candidate: Candidate, chain: list[Layer]) -> None:
        self.candidate, self.chain = candidate, chain
        self.sizes = (candidate.num_inputs, *(layer.size for layer in chain))
        self.acts = [layer.act for layer in chain]
        self.has_bias = [layer.b is not None for layer in chain]
        slots = {slot for layer in chain for slot in layer.slots}
        self.leaves = [leaf for leaf in candidate.leaves if slots & set(map(int, leaf.slots.ravel()))]
        self.num_labels = candidate.num_labels if not candidate.takes_classes else self.sizes[-1]
        self.least_error = LEAST_ERROR
        self.rates: dict[str, float] = {}  # of the groups that have rates of their own, in units of the last layer's

    def network(self, loss: str) -> Network:
        """The network as the catalogue sees it; what was composed by mistake counts as what is meant."""
        meant = [COMPOSED[name][1] if name in COMPOSED else name for name in self.acts]
        return Network(self.sizes, tuple(meant[:-1]), meant[-1], loss, any(self.has_bias))

    @property
    def composed(self) -> list[tuple[int, str]]:
        """(layer, name) of each activation function that is composed of two."""
        return [(place, name) for place, name in enumerate(self.acts) if name in COMPOSED]

    def case(self, seed: int, count: int = 1) -> Case:
        """Numbers that show what there is to see: kinks from both sides, nothing that is 0 or 1."""
        network = self.network("mse")
        for attempt in range(200):
            rng = random.Random(7919 * seed + attempt)
            parameters = []
            for layer, n in zip(self.chain, self.sizes, strict=False):
                shrink = min(1.0, (4.0 / n) ** 0.5)
                W = np.array([[small_number(rng, 1.5) * shrink for _ in range(n)] for _ in range(layer.size)])
                b = np.array([small_number(rng, 1.5) for _ in range(layer.size)])
                if layer.b is None:
                    b = 0.0 * b
                elif np.size(layer.b) == 1:
                    b = np.full(layer.size, b[0])
                parameters.append((W, b))
            rows = np.array([[small_number(rng, 1.5) for _ in range(self.sizes[0])] for _ in range(count)])
            labels = np.array([self.candidate.labels_drawn(rng, self.num_labels) for _ in range(count)])
            case = Case(network, tuple(parameters), rows, labels, 1.0)
            one = case._replace(inputs=rows[:1], labels=labels[:1])
            is_telling = shows_kinks(one, seed) and has_output_of(one, seed % 2 == 0) and not saturated(case)
            if is_telling and error_of(case) > self.least_error:
                break
        return case

    def keeps_away(self, still: list[Case], moved: list[Case]) -> bool:
        """Let cases be further from their labels than those at which a program stops.

        False where these are far, or where it goes on nearer to a label: then it does not stop for that. Of several
        outputs nobody knows how it measures their errors.
        """
        error = max(map(error_of, still))
        if not self.least_error < 1.1 * error <= MOST_ERROR:
            return False
        if self.sizes[-1] == 1 and error > min(map(error_of, moved)):
            return False
        self.least_error = 1.1 * error
        return True

    def slots_of(self, case: Case) -> Array:
        """All slots with the parameters of a case in their places."""
        values = self.candidate.before.copy()
        for layer, (W, b) in zip(self.chain, case.parameters, strict=True):
            values[layer.W] = W
            if layer.b is not None:
                values[layer.b] = layer.b_sign * (b if np.size(layer.b) > 1 else b[:1])
        return values

    def groups(self, before: Array, after: Array) -> dict[str, Array]:
        """What a turn took off the parameters: W1, b1, ..., as far as there are biases."""
        found = {}
        for place, layer in enumerate(self.chain):
            found[f"W{place + 1}"] = before[layer.W] - after[layer.W]
            if layer.b is not None:
                found[f"b{place + 1}"] = layer.b_sign * (before[layer.b] - after[layer.b])
        return {name: part / self.rates.get(name, 1.0) for name, part in found.items()}

    def name_of(self, group: str) -> str:
        """A group by the program's own name for it."""
        layer = self.chain[int(group[1:]) - 1]
        if group[0] == "W":
            return f"`{layer.names[0]}`"
        return f"`{layer.names[1]}`" if len(layer.names) == 2 else f"the biases in `{layer.names[0]}`"

    def leaves_of(self, group: str) -> list[Leaf]:
        """The program's own containers of a group."""
        layer = self.chain[int(group[1:]) - 1]
        slots = set(map(int, np.ravel(layer.W if group[0] == "W" or layer.b is None else layer.b)))
        return [leaf for leaf in self.leaves if slots & set(map(int, leaf.slots.ravel()))]

    def leaves_items_out(self) -> bool:
        """True if a turn steps other items of a list of parameters, too: then these are not all the layers.

        A pair of weights and biases may itself be an item.
        """
        lists = [whole for leaf in self.leaves for whole in containers(leaf)]
        beside = [leaf for leaf in self.candidate.leaves if any(whole in lists for whole in containers(leaf))]
        others = [leaf for leaf in beside if leaf.changed and leaf not in self.leaves]
        if not others:
            return False
        case, slots = self.case(0), np.concatenate([leaf.slots.ravel() for leaf in others])
        values = self.slots_of(case)
        moved = values.copy()
        moved[slots] += SHIFT
        one, other = (
            self.candidate.turn(numbers, case.inputs, case.labels, [*self.leaves, *others])
            for numbers in (values, moved)
        )
        if one is None or other is None:
            return False
        return bool((one[0][slots] != other[0][slots]).any())  # else a turn makes them anew

    def gradients(self, case: Case, network: Network) -> Groups:
        """The right gradients of a network on a case."""
        with np.errstate(all="ignore"):
            return run(case._replace(network=network), ()).groups()

    def outputs_in(self, case: Case, numbers: Numbers) -> Array:
        """The outputs on a case, as they are among the numbers of a turn."""
        return forward(case)[-1].a

    def penalised(self, case: Case, name: str, penalty: str) -> Array:
        """What a penalty adds to the gradients of a group of weights, up to its factor."""
        return penalised(case, name, penalty)

    def observe(self, case: Case, turns: int = 1) -> dict[str, Array] | None:
        """The groups of one turn on a case, or of the last of several; None where it fails or gives no number."""
        before = self.slots_of(case)
        done = self.candidate.turn(before, case.inputs, case.labels, self.leaves, turns=turns)
        if done is None:
            return None
        groups = self.groups(before, done[0])
        return groups if all(np.isfinite(part).all() for part in groups.values()) else None

    def is_without_use(self, case: Case, leaf: Leaf) -> bool:
        """True for a leaf that a turn steps, though nothing else depends on it."""
        values, slots = self.slots_of(case), leaf.slots.ravel()
        others = values.copy()
        others[slots] += SHIFT
        before = self.candidate.turn(values, case.inputs, case.labels, self.leaves)
        after = self.candidate.turn(others, case.inputs, case.labels, [*self.leaves, leaf])
        if before is None or after is None:
            return False
        differs, steps = after[0] - before[0], np.abs(before[0] - values)[slots]
        differs[slots] -= SHIFT
        return bool(np.abs(differs).max() < 1e-12 < steps.max())

    def is_whole(self) -> bool:
        """True if its steps depend on no other numbers that change and may be weights: those of a layer not read."""
        others = [
            leaf
            for leaf in self.candidate.leaves
            if leaf.changed and leaf not in self.leaves and may_be_parameter(leaf) and is_like_parameter(leaf)
        ]
        case = self.case(0)
        values = self.slots_of(case)
        for leaf in others:
            values[leaf.offset : leaf.offset + leaf.size] = np.linspace(-0.7, 0.9, leaf.size)
        done = self.candidate.turn(values, case.inputs, case.labels, [*self.leaves, *others])
        groups, again = self.observe(case), None if done is None else self.groups(values, done[0])
        if groups is None or again is None:
            return False
        return all(np.abs(again[name] - part).max() <= 1e-9 for name, part in groups.items())

    def uses_data_beside(self) -> bool:
        """True if a turn also uses numbers of the program's own examples, which then do not belong to ours.

        Such are a copy of the inputs with a column of ones, or labels kept once as classes and once as rows.
        """
        count, case = self.candidate.num_examples, self.case(0)
        data = self.candidate.described["inputs"][3]
        beside = [
            leaf
            for leaf in self.candidate.leaves
            if count > 1 and count in leaf.shape and not leaf.changed and leaf not in self.leaves and leaf.name != data
        ]
        if not beside:
            return False
        values = self.slots_of(case)
        before = self.candidate.turn(values, case.inputs, case.labels, self.leaves)
        for leaf in beside:
            values[leaf.slots] = 0.83 * values[leaf.slots] + 0.11
        after = self.candidate.turn(values, case.inputs, case.labels, [*self.leaves, *beside])
        if before is None or after is None:
            return False
        steps, others = self.groups(self.slots_of(case), before[0]), self.groups(values, after[0])
        return any(np.abs(others[name] - part).max() > 1e-9 for name, part in steps.items())

    def resized(self, case: Case) -> list[Leaf]:
        """The parameters whose shape changes in a turn, as it does where a step has one number for each example."""
        return self.candidate.resized(self.slots_of(case), case.inputs, case.labels, self.leaves)

    def writes(self, case: Case) -> list[Any]:
        """The parameters of a case as the other side takes them."""
        return self.written(self.slots_of(case))

    def written(self, values: Array) -> list[Any]:
        """All slots as the other side takes them."""
        return [[self.candidate.leaves.index(leaf), values[leaf.slots].ravel()] for leaf in self.leaves]


def penalised(case: Case, name: str, penalty: str) -> Array:
    """What a penalty adds to the gradients of weights, or of biases, up to its factor."""
    values = case.parameters[int(name[1:]) - 1][name[0] == "b"]
    return values if penalty == "L2" else np.sign(values)


def error_of(case: Case) -> float:
    """How far the outputs of the nearest example are from its labels."""
    return float(np.abs(forward(case)[-1].a - case.labels).max(axis=1).min())


def has_output_of(case: Case, is_positive: bool) -> bool:
    """True if the first z has this sign: a slope of ReLU where there is none shows only below 0."""
    last = forward(case)[-1]
    return last.act in HAS_KINK or bool(last.z[0, 0] > 0.0) == is_positive


def saturated(case: Case) -> bool:
    """True if an output is so near to 0 or 1 that rounding shows."""
    return any(bool((np.abs(layer.z) > 4.0).any()) for layer in forward(case) if layer.act in ("sigmoid", "tanh"))
