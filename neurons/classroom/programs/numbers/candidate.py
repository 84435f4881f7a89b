"""A loop of the program with the variables that hold its data: its turns, and the networks that may be read there."""

import random
import re
from typing import Any

import numpy as np

from neurons.classroom.diagnosis.cases import Array, Case
from neurons.classroom.programs.numbers.network import Draw, Layer, Numbers, Reader
from neurons.classroom.programs.numbers.preparing import AS_GIVEN, preparations
from neurons.classroom.programs.numbers.session import Session
from neurons.classroom.programs.numbers.slots import (
    Leaf,
    blocks_of,
    is_like_parameter,
    is_speed_at_rest,
    leaves_from,
    may_be_parameter,
)
from neurons.classroom.programs.text.names import LABELS, is_like

READING = 1.0  # seconds for the layers in the numbers of one candidate


class Candidate:
    """A loop of the program with the variables that hold its data, not yet read."""

    def __init__(self, session: Session, number: int, described: dict[str, Any]) -> None:
        self.session, self.number, self.described = session, number, described
        self.leaves: list[Leaf] = leaves_from(described["leaves"])
        self.num_inputs = int(described["inputs"][1])
        self.num_labels = int(described["num_labels"])
        form = described["labels"][0] if described["labels"] else described["inputs"][0]
        self.takes_classes = form in ("classes", "class", "class pairs", "labelled", "labelled row")
        self.first_class = 0  # the number of the first class in its labels
        self.num_examples = int(described["inputs"][2])
        self.takes_several = bool(described["own"]) and self.num_examples > 1  # at once, in the program's own loop
        self.only_last = False  # whether all examples are of the last class: its number may say how many there are
        self.is_counted = False  # whether a constant in it is its number of examples: see `count_on`
        self.has_two_classes = False  # whether a label of one number is only compared: it is 0 or 1
        self.levels = 0.0, 1.0  # what the program makes of a 0 and a 1 in the labels that it is given
        self.inputs_as = self.labels_as = AS_GIVEN  # what it makes of them before it uses them
        self.held: list[Leaf] = []  # what stays as it is while others are drawn: means that prepare data, or velocities
        self.call = ""  # the statement of ours that runs its loop, or ""
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
    ) -> tuple[Array, Numbers] | None:
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
        return found, Numbers(numbers, places)

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

    @property
    def looks_ahead(self) -> bool:
        """True if its layers are found only with velocities at 0: it takes gradients ahead of its weights."""
        return any(leaf.changed for leaf in self.held)

    @property
    def may_count_from_1(self) -> bool:
        """True if its class numbers may begin with 1, as far as its own labels tell."""
        lowest = self.described["classes"] and self.described["classes"][0]
        is_known = self.described["own"] and not self.session.made_up_data()
        return self.takes_classes and (lowest == 1 or not is_known)

    def count_on(self, count: int) -> None:
        """Let a single example come so many times."""
        self.session.ask("count_on", self.number, count)
        self.described["count"], self.is_counted = count, count > 1

    @property
    def labels_are_classes(self) -> bool:
        """True if no label may lie between those of two classes."""
        return self.takes_classes or self.has_two_classes

    @property
    def may_be_no_label(self) -> bool:
        """True for a single number as the label, whose name does not say so: a rate, which moves everything, too."""
        labels = self.described["labels"]
        return bool(labels) and labels[0] == "scalar" and not is_like(LABELS, re.split(r"[.\[]", labels[3])[-1])

    @property
    def place(self) -> Any:
        """The line of its loop, and the variables that hold its data."""
        return self.described["line"], self.described["inputs"], self.described["labels"], self.described["count"]

    @property
    def batch_sizes(self) -> tuple[int, ...]:
        """How many examples a batch has that is looked at."""
        return (self.num_examples,) if self.is_counted else (3, 2)

    def handed(self, labels: Array) -> list[list[float]]:
        """The labels that the program is given, so that it makes these of them."""
        low, high = self.levels
        if self.takes_classes and self.first_class:
            return [[0.0] * self.first_class + [float(number) for number in label] for label in np.atleast_2d(labels)]
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
            right = num_labels - 1 if self.only_last else rng.randrange(num_labels)
            return np.array([float(place == right) for place in range(num_labels)])
        if self.has_two_classes:
            return np.array([float(rng.randrange(2))])
        drawn = np.array([rng.uniform(0.1, 0.9) for _ in range(num_labels)])
        if num_labels == 1:
            return np.round(drawn, 3)
        shares = np.round(drawn / drawn.sum(), 3)
        shares[-1] = round(1.0 - shares[:-1].sum(), 3)  # rounded, they add up to 1
        return shares

    def drawn(self, seed: int, narrowly: bool = False) -> Draw | None:
        """A turn with random numbers in everything that may be a parameter; `narrowly` in what is nearly sure to be."""
        rng = random.Random(seed)
        values = self.before.copy()
        may_be = is_like_parameter if narrowly else may_be_parameter
        leaves = [leaf for leaf in self.leaves if may_be(leaf) and leaf not in self.held]
        for leaf in leaves:
            shrink = min(1.0, (4.0 / max(leaf.shape[-1:] or (1,))) ** 0.5)
            values[leaf.slots.ravel()] = [
                round(rng.uniform(0.2, 1.3) * rng.choice((-1.0, 1.0)) * shrink, 4) for _ in range(leaf.size)
            ]
        inputs = np.array([round(rng.uniform(0.2, 1.4) * rng.choice((-1.0, 1.0)), 3) for _ in range(self.num_inputs)])
        labels = self.labels_drawn(rng, self.num_labels)
        done = self.turn(values, inputs, labels, leaves, record=True, lax=True)
        if done is None and self.takes_classes:  # a class may say how many there are
            labels = np.eye(max(1, self.num_labels))[0]
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
        self.inputs_as, self.labels_as = AS_GIVEN, AS_GIVEN
        self.held = [leaf for leaf in self.leaves if is_speed_at_rest(leaf)]
        more = self.chains_as_made(text) if self.held else []
        if any(len(chain) > 1 for chain in more):  # its weights are read some way ahead of where they are
            return more
        self.held = []
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
