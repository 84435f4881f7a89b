"""How the program's network is read: the chain of layers whose weighted sums are among the numbers that it computed.

The parameters are filled with random numbers. A layer is found where W x + b, for some block of numbers, some side up,
with a bias or without, has all its entries among the numbers seen; nine digits agree, so that chance makes no layer.
"""

import time
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from neurons.classroom.diagnosis.cases import Array
from neurons.classroom.programs.numbers.functions import COMPOSED, act, names_for
from neurons.classroom.programs.numbers.slots import Block, Leaf

TELLING = ("sigmoid", "softmax", "tanh", *COMPOSED)  # functions that no backward pass computes by chance
MOST_SINGLES = {1: 40, 2: 30, 3: 16}  # numbers that are tried as the weights of a neuron with so many inputs


class Numbers:
    """The numbers that a turn computed."""

    def __init__(self, numbers: Any, places: Any) -> None:
        self.unsorted, self.places = np.array(numbers, dtype=float), np.array(places, dtype=int)
        finite = self.unsorted[np.isfinite(self.unsorted)]
        self.numbers = np.sort(finite) if finite.size else np.array([np.inf])
        self.tolerance = 1e-9

    def at(self, inside: list[bool]) -> "Numbers":
        """Those at some places alone: for each place, whether it is one of them."""
        kept = np.array(inside, dtype=bool)[self.places] if len(self.places) else slice(None)
        return Numbers(self.unsorted[kept], self.places[kept])

    def has(self, values: Array) -> bool:
        """True if all these numbers were computed."""
        values = np.ravel(values)
        if not np.isfinite(values).all():
            return False
        place = np.searchsorted(self.numbers, values)
        last = len(self.numbers) - 1
        below, above = self.numbers[np.clip(place - 1, 0, last)], self.numbers[np.clip(place, 0, last)]
        off = np.minimum(np.abs(below - values), np.abs(above - values))
        return bool((off <= self.tolerance * np.maximum(1e-3, np.abs(values))).all())

    def which(self, rows: Array) -> Array:
        """For each row, whether all its numbers were computed."""
        values = np.where(np.isfinite(rows), rows, np.inf)
        place = np.searchsorted(self.numbers, values)
        last = len(self.numbers) - 1
        below, above = self.numbers[np.clip(place - 1, 0, last)], self.numbers[np.clip(place, 0, last)]
        with np.errstate(invalid="ignore"):
            off = np.minimum(np.abs(below - values), np.abs(above - values))
            found = off <= self.tolerance * np.maximum(1e-3, np.abs(values))
        return found.reshape(len(rows), -1).all(axis=1) & np.isfinite(rows).reshape(len(rows), -1).all(axis=1)


class Layer(NamedTuple):
    """One layer: the slots of its weights (neuron, input) and biases, and its activation function."""

    W: Array
    b: Array | None
    b_sign: float
    act: str
    names: tuple[str, ...]
    side: str  # "" or "transposed": how the program keeps W

    @property
    def size(self) -> int:
        """The number of its neurons."""
        return len(self.W)

    def bias(self, values: Array) -> Array:
        """Its biases, as what is added."""
        if self.b is None:
            return np.zeros(self.size)
        return self.b_sign * np.broadcast_to(values[self.b], (self.size,))

    def outputs(self, values: Array, inputs: Array) -> Array:
        """act(W x + b) of one example."""
        return act(self.act, values[self.W] @ inputs + self.bias(values))

    @property
    def slots(self) -> set[int]:
        """All its slots."""
        return {*map(int, self.W.ravel()), *(map(int, np.ravel(self.b)) if self.b is not None else ())}


class Draw(NamedTuple):
    """One turn with random numbers: all slots before it, the example, and what was seen."""

    values: Array
    inputs: Array
    labels: Array
    seen: Numbers
    leaves: list[Leaf]  # that were filled with random numbers


def weight_views(block: Block, num_inputs: int) -> Iterator[tuple[Array, str, str]]:
    """(slots, which column is the bias, side) for each way in which a block can be the weights of a layer."""
    slots = block.slots
    if slots.ndim == 1:
        sides = [(slots.reshape(1, -1), "")] + ([(slots.reshape(-1, 1), "")] if num_inputs == 1 else [])
    elif slots.ndim == 2:
        sides = [(slots, ""), (slots.T, "transposed")]
    else:
        sides = [(slots.reshape(1, 1), "")]
    for view, side in sides:
        if view.shape[1] == num_inputs:
            yield view, "", side
        if view.shape[1] == num_inputs + 1:
            yield from ((view, column, side) for column in ("last", "first", "-last", "-first"))


def split(view: Array, column: str) -> tuple[Array, Array | None, float]:
    """(weights, biases, sign) of a view."""
    if not column:
        return view, None, 1.0
    sign = -1.0 if column.startswith("-") else 1.0
    if column.endswith("last"):
        return view[:, :-1], view[:, -1], sign
    return view[:, 1:], view[:, 0], sign


class Reader:
    """Finds the chains of layers that explain what was seen in a turn."""

    def __init__(self, blocks: list[Block], draws: list[Draw], text: str, until: float) -> None:
        self.blocks = blocks
        self.draws = draws
        self.text = text
        self.until = until  # on the clock
        self.chains: list[list[Layer]] = []
        self.biases: dict[int, tuple[list[str], Array]] = {}

    def read(self) -> list[list[Layer]]:
        """The chains, those with most layers first."""
        self.extend(self.draws[0].inputs, [], frozenset())
        good = [chain for chain in self.chains if self.holds(chain) and self.ends_in_outputs(chain)]
        ranks = {id(chain): (*worth(chain)[:1], self.meets_labels(chain), *worth(chain)[1:]) for chain in good}
        good.sort(key=lambda chain: ranks[id(chain)], reverse=True)
        return good

    def ends_in_outputs(self, chain: list[Layer]) -> bool:
        """True where the labels are compared with its end; a softmax, or a sigmoid after other layers, needs none."""
        return chain[-1].act in (TELLING if len(chain) > 1 else ("softmax",)) or self.meets_labels(chain)

    def meets_labels(self, chain: list[Layer]) -> bool:
        """True if the labels were compared with the outputs of the chain."""
        bends = False
        for draw in self.draws:
            values = draw.inputs
            for layer in chain:
                inputs, values = values, layer.outputs(draw.values, values)
            z = draw.values[chain[-1].W] @ inputs + chain[-1].bias(draw.values)
            bends = bends or bool((values != z).any())
            labels = draw.labels
            if np.isin(labels, (0.0, 1.0)).all() and len(labels) < len(values):  # one of the first classes
                labels = np.concatenate([labels, np.zeros(len(values) - len(labels))])
            if len(values) != len(labels):
                return False
            apart = values - labels
            visible = apart[np.abs(apart) > 1e-12]
            if not (draw.seen.has(visible) or draw.seen.has(-visible)):
                return False
        return bends or chain[-1].act == "identity"  # a ReLU that was never off is none

    def extend(self, inputs: Array, layers: list[Layer], used: frozenset[int]) -> None:
        """All chains that go on from these activations."""
        for layer in self.layers_on(inputs, used):
            if len(self.chains) > 200 or time.monotonic() > self.until:
                return
            chain = [*layers, layer]
            self.chains.append(chain)
            if len(chain) < 6 and not layer.act.startswith("softmax"):
                self.extend(layer.outputs(self.draws[0].values, inputs), chain, used | layer.slots)

    def layers_on(self, inputs: Array, used: frozenset[int]) -> list[Layer]:
        """The layers that take these activations."""
        found = []
        for block in self.blocks:
            if block.is_stack:
                continue
            if time.monotonic() > self.until:
                break
            for view, column, side in weight_views(block, len(inputs)):
                if any(int(slot) in used for slot in view.ravel()[:3]):
                    continue
                found += self.layers_of(block, view, column, side, inputs, used)
        if not any(layer.act != "identity" and layer.size > 1 for layer in found):
            found += self.neuron_by_neuron(inputs, used)
        return found

    def layers_of(
        self, block: Block, view: Array, column: str, side: str, inputs: Array, used: frozenset[int]
    ) -> list[Layer]:
        """The layers that a block can be, with each bias and activation function whose numbers were seen."""
        draw = self.draws[0]
        W, own, sign = split(view, column)
        sums = draw.values[W] @ inputs
        biases: list[tuple[Array | None, float, str]] = [(own, sign, "")]
        rows = (sums if own is None else sums + sign * draw.values[own])[np.newaxis]  # (biases, neurons)
        if own is None:
            others, slots = self.bias_blocks(len(W))
            free = np.flatnonzero(~np.isin(slots[:, 0], [*view.ravel(), *used]))
            biases += [(one_or_all(slots[i]), k, others[i]) for k in (1.0, -1.0) for i in free]
            added = draw.values[slots[free]]
            rows = np.concatenate([rows, sums + added, sums - added])
        found = []
        hits = [place for place, hit in enumerate(draw.seen.which(rows)) if hit]
        if len(hits) > 1 and biases[hits[0]][0] is None:
            hits = [*hits[1:], hits[0]]
        for place in hits:
            b, b_sign, name = biases[place]
            names = (block.name, name) if name else (block.name,)
            for act_name in self.acts_seen(rows[place]):
                if place == hits[-1] and len(hits) > 1 and b is None and act_name in ("identity", "relu"):
                    continue  # the sum before its bias is added
                if W.size == 1 and used and act_name not in TELLING:
                    continue  # a product of two numbers is easily met
                found.append(Layer(W, b, b_sign, act_name, names, side))
        return found

    def bias_blocks(self, num_neurons: int) -> tuple[list[str], Array]:
        """The blocks that may be the biases of so many neurons, or one number that they share: names, slots."""
        if num_neurons not in self.biases:
            fitting = [
                block
                for block in self.blocks
                if block.slots.size in (1, num_neurons) and not (block.is_stack and block.slots.ndim == 0)
            ]
            slots = np.zeros((len(fitting), num_neurons), dtype=int)  # (biases, neurons)
            for place, block in enumerate(fitting):
                slots[place] = block.slots.ravel()
            self.biases[num_neurons] = [block.name for block in fitting], slots
        return self.biases[num_neurons]

    def acts_seen(self, z: Array) -> list[str]:
        """The functions of which act(z) was seen; identity and ReLU always are."""
        found = []
        for name in names_for(self.text, len(z)):
            outputs = act(name, z)
            visible = outputs[np.abs(outputs) > 1e-12]
            if name not in ("relu", "identity") and not (outputs != z).any():
                continue  # the half on which it is the identity
            if visible.size and self.draws[0].seen.has(visible):
                found.append(name)
        return found

    def neuron_by_neuron(self, inputs: Array, used: frozenset[int]) -> list[Layer]:
        """A layer whose neurons keep their weights apart: in rows of their own, or in single numbers."""
        draw, n = self.draws[0], len(inputs)
        rows: list[tuple[str, Array]] = []
        singles: list[tuple[str, Array]] = []
        for block in self.blocks:
            slots = block.slots.ravel()
            if block.slots.ndim <= 1 and not any(int(slot) in used for slot in slots):
                if slots.size == n and n > 1 and not (block.is_stack and block.slots.ndim == 0):
                    rows.append((block.name, slots))
                if slots.size == 1 and not block.is_stack:
                    singles.append((block.name, slots))
                elif slots.size <= 12 and not block.is_stack:
                    singles += [(f"{block.name}[{i}]", slots[i : i + 1]) for i in range(slots.size)]
        if 1 <= n <= 3 and len(singles) <= MOST_SINGLES[n]:
            for parts in product(singles, repeat=n):
                slots = np.concatenate([slots for _, slots in parts])
                if len({int(slot) for slot in slots}) == n:
                    rows.append((", ".join(name for name, _ in parts), slots))
        if not rows or len(rows) * (1 + len(singles)) > 100_000:
            return []
        sums = draw.values[np.array([slots for _, slots in rows])] @ inputs  # (rows,)
        own = draw.values[np.array([int(slots[0]) for _, slots in singles], dtype=int)]
        added = np.concatenate([[0.0], own, -own])  # no bias, each as it is, each as a threshold
        z = sums[:, None] + added[None, :]  # (rows, biases)
        neurons: list[tuple[Array, Array | None, float, str, tuple[str, ...]]] = []
        for place in np.flatnonzero(draw.seen.which(z.reshape(-1, 1))):
            row, bias = divmod(int(place), len(added))
            name, slots = rows[row]
            b_name, b = ("", None) if bias == 0 else singles[(bias - 1) % len(singles)]
            if b is not None and int(b[0]) in {int(slot) for slot in slots}:
                continue
            sign = -1.0 if bias > len(singles) else 1.0
            for a in self.acts_seen(z[row, bias : bias + 1]):
                if a not in (*COMPOSED, "relu", "identity") and not a.startswith("leaky"):
                    neurons.append((slots, b, sign, a, (name, b_name) if b_name else (name,)))
        return assembled(neurons)

    def holds(self, chain: list[Layer]) -> bool:
        """True if the chain is there in every draw."""
        for draw in self.draws:
            values = draw.inputs
            for layer in chain:
                z = draw.values[layer.W] @ values + layer.bias(draw.values)
                values = act(layer.act, z)
                visible = values[np.abs(values) > 1e-12]
                if not draw.seen.has(z) or not draw.seen.has(visible):
                    return False
        return True


def one_or_all(slots: Array) -> Array:
    """The slots of biases; a single one where all neurons share it."""
    return slots[:1] if (slots == slots[0]).all() else slots


def assembled(neurons: list[tuple[Array, Array | None, float, str, tuple[str, ...]]]) -> list[Layer]:
    """A layer of neurons that were found one by one, if they share no number."""
    best: dict[int, tuple[Array, Array | None, float, str, tuple[str, ...]]] = {}
    for neuron in neurons:
        first = int(neuron[0][0])
        if first not in best or best[first][1] is None:
            best[first] = neuron
    chosen = sorted(best.values(), key=lambda neuron: int(neuron[0][0]))
    found = []
    for group in ([n for n in chosen if n[3] == name] for name in dict.fromkeys(n[3] for n in chosen)):
        slots = [int(slot) for neuron in group for slot in neuron[0]]
        if len(set(slots)) != len(slots):
            continue
        has_bias = all(neuron[1] is not None for neuron in group)
        if not has_bias and any(neuron[1] is not None for neuron in group) or len({n[2] for n in group}) > 1:
            continue
        W = np.array([neuron[0] for neuron in group])
        own = [np.array([int(neuron[1][0]) if neuron[1] is not None else 0]) for neuron in group]
        b = one_or_all(np.concatenate(own)) if has_bias else None
        if b is not None and len(set(b.tolist())) < len(b):
            continue  # some of them share a bias
        names = tuple(dict.fromkeys(name for neuron in group for name in neuron[4]))
        found.append(Layer(W, b, group[0][2], group[0][3], names, ""))
        found += [
            Layer(W[i : i + 1], None if b is None else own[i], group[0][2], group[0][3], group[i][4], "")
            for i in range(len(group))
            if len(group) > 1
        ]
    return found


def worth(chain: list[Layer]) -> tuple[float, ...]:
    """How much a chain explains: its length, its last function, its biases."""
    last = chain[-1].act
    telling = 2 if last not in ("identity", "relu") else 1 if last == "identity" else 0  # 0 - y is not a difference
    return (
        len(chain),
        sum(layer.act not in ("identity",) for layer in chain[:-1]),
        telling,
        sum(layer.b is not None for layer in chain),
        sum(layer.W.size for layer in chain),
        -sum(layer.act == "identity" for layer in chain),
    )
