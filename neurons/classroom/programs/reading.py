"""A program whose parameters are known: its cases, and what its turns make of them."""

import random
from typing import Any

import numpy as np

from neurons.classroom.diagnosis.cases import Array, Case, Network
from neurons.classroom.diagnosis.probes import shows_kinks
from neurons.classroom.diagnosis.reference import forward
from neurons.classroom.numbers import small_number
from neurons.classroom.programs.functions import COMPOSED
from neurons.classroom.programs.network import Draw, Layer, Reader, Seen
from neurons.classroom.programs.preparing import AS_GIVEN, preparations
from neurons.classroom.programs.session import Session
from neurons.classroom.programs.slots import Leaf, blocks_of, is_like_parameter, leaves_from, may_be_parameter

NUM_CASES = 4
LEAST_ERROR, MOST_ERROR = 0.15, 0.5  # how far a case is from its label; how far a program may still leave it alone
READING = 1.0  # seconds for the layers in the numbers of one candidate
NOT_THE_SAME = "the same step twice gives different numbers"


class Candidate:
    """A loop of the program with the variables that hold its data, not yet read."""

    def __init__(self, session: Session, number: int, described: dict[str, Any]) -> None:
        self.session, self.number, self.described = session, number, described
        self.leaves: list[Leaf] = leaves_from(described["leaves"])
        self.num_inputs = int(described["inputs"][1])
        self.num_labels = int(described["num_labels"])
        form = described["labels"][0] if described["labels"] else described["inputs"][0]
        self.takes_classes = form in ("classes", "class", "labelled", "labelled row")
        self.num_examples = int(described["inputs"][2])
        self.takes_several = bool(described["own"]) and self.num_examples > 1  # at once, in the program's own loop
        self.is_counted = False  # whether a constant in it is its number of examples: see `count_on`
        self.levels = 0.0, 1.0  # what the program makes of a 0 and a 1 in the labels that it is given
        self.inputs_as = self.labels_as = AS_GIVEN  # what it makes of them before it uses them
        self.held: list[Leaf] = []  # the numbers by which it does
        self.before = np.concatenate([leaf.before for leaf in self.leaves])

    def turn(
        self,
        values: Array,
        rows: Array,
        labels: Array,
        changed: list[Leaf],
        record: bool = False,
        lax: bool = False,
        turns: int = 1,
    ) -> tuple[Array, Seen] | None:
        """All slots after a turn, and what was seen; None where it failed. Of several turns the last one counts.

        With `lax`, numbers that are none afterwards do not matter: those that were seen do.
        """
        writes = [[self.leaves.index(leaf), values[leaf.slots].ravel()] for leaf in changed]
        answer = self.session.ask(
            "observe", self.number, self.handed_inputs(rows), self.handed(labels), writes, record, turns
        )
        if not answer:
            return None
        after, numbers, places = answer
        found = values.copy()
        for leaf, part in zip(self.leaves, after, strict=True):
            if len(part) != leaf.size or not all(isinstance(number, float) for number in part):
                if leaf in changed and not lax:
                    return None
                continue
            found[leaf.offset : leaf.offset + leaf.size] = part
        numbers = [number if isinstance(number, float) else np.nan for number in numbers]
        return found, Seen(numbers, places)

    def resized(self, values: Array, rows: Array, labels: Array, changed: list[Leaf]) -> list[Leaf]:
        """Those of the leaves that hold more or fewer numbers after a turn than before."""
        writes = [[self.leaves.index(leaf), values[leaf.slots].ravel()] for leaf in changed]
        answer = self.session.ask(
            "observe", self.number, self.handed_inputs(rows), self.handed(labels), writes, False, 1
        )
        after = answer[0] if answer else []
        pairs = zip(self.leaves, after, strict=False)
        return [leaf for leaf, part in pairs if leaf in changed and len(part) not in (0, leaf.size)]

    def follow(self, cases: list[Case], writes: list[Any], first: list[Any], is_counting: bool) -> list[Array]:
        """All slots after each of some turns, which begin with the same numbers, the first with some more of them.

        None where one of the turns fails.
        """
        turns = [[case.inputs.tolist(), self.handed(case.labels)] for case in cases]
        found = []
        for after in self.session.ask("follow", self.number, turns, writes, first, is_counting):
            values = self.before.copy()
            for leaf, part in zip(self.leaves, after, strict=True):
                is_whole = len(part) == leaf.size and all(isinstance(number, float) for number in part)
                values[leaf.offset : leaf.offset + leaf.size] = part if is_whole else np.nan
            found.append(values)
        return found

    def count_on(self, count: int) -> None:
        """Let a single example come so many times."""
        self.session.ask("count_on", self.number, count)
        self.described["count"], self.is_counted = count, count > 1

    @property
    def batch_sizes(self) -> tuple[int, ...]:
        """How many examples a batch has that is looked at."""
        return (self.num_examples,) if self.is_counted else (3, 2)

    def handed(self, labels: Array) -> list[list[float]]:
        """The labels that the program is given, so that it makes these of them."""
        low, high = self.levels
        plain = np.atleast_2d(labels) if self.levels == (0.0, 1.0) else (np.atleast_2d(labels) - low) / (high - low)
        return [[float(number) for number in label] for label in self.labels_as.given(plain)]

    def handed_inputs(self, rows: Array) -> list[list[float]]:
        """The inputs that the program is given, so that it makes these of them."""
        return [[float(number) for number in row] for row in self.inputs_as.given(np.atleast_2d(rows))]

    def labels_drawn(self, rng: random.Random, num_labels: int) -> Array:
        """A label as the program uses it; of those given, several numbers add up to 1, and a class is a single 1."""
        low, high = self.levels
        return low + (high - low) * self.plain_labels(rng, num_labels)

    def plain_labels(self, rng: random.Random, num_labels: int) -> Array:
        """A label as the program is given it."""
        if self.takes_classes and num_labels > 1:
            right = rng.randrange(num_labels)
            return np.array([float(place == right) for place in range(num_labels)])
        drawn = np.array([rng.uniform(0.1, 0.9) for _ in range(num_labels)])
        return np.round(drawn / drawn.sum() if num_labels > 1 else drawn, 3)

    def drawn(self, seed: int, narrowly: bool = False) -> Draw | None:
        """A turn with random numbers in everything that may be a parameter; `narrowly` in what is nearly sure to be."""
        rng = random.Random(seed)
        values = self.before.copy()
        is_like = is_like_parameter if narrowly else may_be_parameter
        leaves = [leaf for leaf in self.leaves if is_like(leaf) and leaf not in self.held]
        for leaf in leaves:
            shrink = min(1.0, (4.0 / max(leaf.shape[-1:] or (1,))) ** 0.5)
            values[leaf.slots.ravel()] = [
                round(rng.uniform(0.2, 1.3) * rng.choice((-1.0, 1.0)) * shrink, 4) for _ in range(leaf.size)
            ]
        inputs = np.array([round(rng.uniform(0.2, 1.4) * rng.choice((-1.0, 1.0)), 3) for _ in range(self.num_inputs)])
        labels = self.labels_drawn(rng, self.num_labels)
        done = self.turn(values, inputs, labels, leaves, record=True, lax=True)
        if done is None:  # what never moves may be anything: a count, a size, a second set of data
            leaves = [leaf for leaf in leaves if leaf.changed]
            for leaf in self.leaves:
                if leaf not in leaves:
                    values[leaf.slots.ravel()] = leaf.before
            done = self.turn(values, inputs, labels, leaves, record=True, lax=True)
        return None if done is None else Draw(values, inputs, labels, done[1], leaves)

    def chains(self, text: str) -> list[list[Layer]]:
        """How its network can be read, the likeliest first: on the data as they are given, or as it makes them."""
        found = self.chains_as_made(text)
        if any(len(chain) > 1 for chain in found) or not any(leaf.changed for leaf in self.leaves):
            return found
        still = [leaf for leaf in self.leaves if not leaf.changed and may_be_parameter(leaf)]
        for way in preparations(self, still):
            self.inputs_as, self.labels_as, self.held = way
            more = self.chains_as_made(text)
            if any(len(chain) > 1 for chain in more) or more and not found:
                return more
        self.inputs_as, self.labels_as, self.held = AS_GIVEN, AS_GIVEN, []
        return found

    def chains_as_made(self, text: str) -> list[list[Layer]]:
        """How its network can be read, on data made in one way."""
        found: list[list[Layer]] = []
        for narrowly in (False, True):
            draws = [draw for draw in (self.drawn(seed, narrowly) for seed in (5, 6, 11)) if draw is not None]
            if len(draws) > 1:
                filled = [leaf for leaf in self.leaves if all(leaf in draw.leaves for draw in draws)]
                chains = Reader(blocks_of(filled), draws, text, self.session.budget.until(READING)).read()
                if any(len(chain) > 1 for chain in chains):
                    return chains
                found = found or chains  # of one layer, that with all its biases
        return found


class Reading:
    """A candidate with its chain of layers: what its turns do on cases."""

    def __init__(self, candidate: Candidate, chain: list[Layer]) -> None:
        self.candidate, self.chain = candidate, chain
        self.sizes = (candidate.num_inputs, *(layer.size for layer in chain))
        self.acts = [layer.act for layer in chain]
        self.has_bias = [layer.b is not None for layer in chain]
        slots = {slot for layer in chain for slot in layer.slots}
        self.leaves = [leaf for leaf in candidate.leaves if slots & set(map(int, leaf.slots.ravel()))]
        self.num_labels = candidate.num_labels if not candidate.takes_classes else self.sizes[-1]
        self.least_error = LEAST_ERROR

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
            is_telling = shows_kinks(case._replace(inputs=rows[:1], labels=labels[:1]), seed) and not saturated(case)
            if is_telling and error_of(case) > self.least_error:
                break
        return case

    def keeps_away(self, cases: list[Case]) -> bool:
        """Let cases be further from their labels than these, at which a program stops; False where that is far."""
        error = 1.1 * max(map(error_of, cases))
        if error <= self.least_error or error > MOST_ERROR:
            return False
        self.least_error = error
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
        return found

    def observe(self, case: Case, turns: int = 1) -> dict[str, Array] | None:
        """The groups of one turn on a case, or of the last of several; None where it fails or gives no number."""
        before = self.slots_of(case)
        done = self.candidate.turn(before, case.inputs, case.labels, self.leaves, turns=turns)
        if done is None:
            return None
        groups = self.groups(before, done[0])
        return groups if all(np.isfinite(part).all() for part in groups.values()) else None

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

    def resized(self, case: Case) -> list[Leaf]:
        """The parameters whose shape changes in a turn, as it does where a step has one number for each example."""
        return self.candidate.resized(self.slots_of(case), case.inputs, case.labels, self.leaves)

    def writes(self, case: Case) -> list[Any]:
        """The parameters of a case as the other side takes them."""
        return self.written(self.slots_of(case))

    def written(self, values: Array) -> list[Any]:
        """All slots as the other side takes them."""
        return [[self.candidate.leaves.index(leaf), values[leaf.slots].ravel()] for leaf in self.leaves]


def error_of(case: Case) -> float:
    """How far the outputs of the nearest example are from its labels."""
    return float(np.abs(forward(case)[-1].a - case.labels).max(axis=1).min())


def saturated(case: Case) -> bool:
    """True if an output is so near to 0 or 1 that rounding shows."""
    return any(bool((np.abs(layer.z) > 4.0).any()) for layer in forward(case) if layer.act in ("sigmoid", "tanh"))
