"""The numbers of a program as one row of slots, and the blocks of slots that may be weights or biases.

A leaf is what `inside/state.py` found: a number, an array or a list with its path. Leaves that lie side by side, as
`layers[0].neurons[*].weights` do, make a block together.
"""

import re
from typing import Any, NamedTuple

import numpy as np

from neurons.classroom.diagnosis.cases import Array
from neurons.classroom.programs.inside.trials import LARGEST_STILL
from neurons.classroom.programs.text.names import HIDDEN_WORDS, IN_WORDS, OUT_WORDS

NOT_PARAMETERS = re.compile(
    r"^(lr|l_rate|rate|alpha|eta|gamma|momentum|mu|learning\w*|error\w*|loss\w*|cost\w*|total\w*|acc\w*|eps\w*|epsilon"
    r"|lam\w*|beta\w*|reg\w*|decay|history\w*|target\w*|label\w*|expected\w*|tol\w*|threshold_error)$",
    re.IGNORECASE,
)
DERIVED = re.compile(  # in French `poids_cache` are hidden weights
    r"delta|grad|nabla|error|veloc|momentum|change|(?<!poids_)(?<!biais_)cache(?!e)|history|^d_?[wb]\d*$|^err|^(steps?|updates?)$",
    re.IGNORECASE,
)
SPEED = re.compile(r"^([vms](_?[wb]?\d*)|(vel|mom|prev)\w*)$", re.IGNORECASE)  # with Nesterov's, outputs depend on it
PARAMETER_LIKE = re.compile(
    r"(^|_)((w|b|bias|weights?|theta|thresh\w*|syn|pesos?|v|m)\d*(_?\w\d?)?|(b|w|bias|weights?)_?(in|out|hid)\w*"
    r"|(poids|gewichte?|biais|sesgos?|vies(es)?|schwellen?|umbral(es)?|seuils?|limiar(es)?)"
    rf"(\d*|_({IN_WORDS}|{HIDDEN_WORDS}|{OUT_WORDS})\w*))$",
    re.IGNORECASE,
)


class Leaf(NamedTuple):
    """Numbers of the program that lie together."""

    path: list[Any]
    shape: tuple[int, ...]
    changed: bool  # by a turn
    before: Array
    offset: int  # its first slot

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return int(np.prod(self.shape)) if self.shape else 1

    @property
    def slots(self) -> Array:
        """Its slots, in its shape."""
        return np.arange(self.offset, self.offset + self.size).reshape(self.shape)

    @property
    def name(self) -> str:
        """The path as the program would write it."""
        return written(self.path)

    @property
    def own_name(self) -> str:
        """The last name on its path."""
        names = [str(key) for kind, key in self.path if kind in "ac" or isinstance(key, str)]
        return names[-1] if names else ""


class Block(NamedTuple):
    """Slots with a shape, under a name."""

    name: str
    slots: Array
    is_stack: bool = False  # part of a larger block


OURS = {"net_": "net", "first_": "first", "second_": "second"}  # names in statements of ours, and how they are told


def told(path: list[Any]) -> list[Any]:
    """The path with a name of ours as it is told."""
    (kind, key), *rest = path
    return [[kind, OURS.get(key, key)], *rest]


def written(path: list[Any]) -> str:
    """A path as the program would write it."""
    text = ""
    for kind, key in told(path):
        text += f".{key}" if kind in "ac" else str(key) if not text else f"[{key!r}]"
    return text


def leaves_from(described: list[Any]) -> list[Leaf]:
    """The leaves that the other side has described."""
    found, offset = [], 0
    for path, shape, changed, before in described:
        numbers = np.array([0.0 if number is None else number for number in before], dtype=float)
        leaf = Leaf(path, tuple(shape), bool(changed), numbers, offset)
        found.append(leaf)
        offset += leaf.size
    return found


def may_be_parameter(leaf: Leaf) -> bool:
    """False for learning rates, losses and the like, and for what nothing changes: single numbers, large data."""
    if DERIVED.search(leaf.own_name) or NOT_PARAMETERS.match(leaf.own_name) and leaf.size == 1:
        return False
    return 1 < leaf.size <= LARGEST_STILL or leaf.changed or bool(PARAMETER_LIKE.search(leaf.own_name))


def is_like_parameter(leaf: Leaf) -> bool:
    """True for matrices, and for what is called like weights or biases."""
    return len([size for size in leaf.shape if size > 1]) > 1 or bool(PARAMETER_LIKE.search(leaf.own_name))


def is_speed_at_rest(leaf: Leaf) -> bool:
    """True for a velocity that is 0 before the first step."""
    return leaf.changed and not leaf.before.any() and any(SPEED.search(str(key)) for _, key in leaf.path)


def pattern_of(path: list[Any]) -> tuple[str, tuple[int, ...]]:
    """The path with a star for each index, and the indices."""
    text, indices = "", []
    for kind, key in told(path):
        if kind == "i" or isinstance(key, int):
            text += "[*]"
            indices.append(int(key))
        else:
            numbered = re.match(r"^(.*?[A-Za-z_])(\d+)$", str(key)) if kind == "k" and text else None
            if numbered:
                text += f"[{numbered[1]}*]"
                indices.append(int(numbered[2]))
            else:
                text += f".{key}" if kind in "ac" else str(key) if not text else f"[{key!r}]"
    return text, tuple(indices)


def with_indices(pattern: str, indices: tuple[int, ...]) -> str:
    """A pattern with numbers in the place of its first stars."""
    for index in indices:
        pattern = pattern.replace("*", str(index), 1)
    return pattern


def blocks_of(leaves: list[Leaf]) -> list[Block]:
    """All blocks: each leaf, slices of the ones with three dimensions, and what lies side by side."""
    found: list[Block] = []
    groups: dict[Any, list[tuple[tuple[int, ...], Leaf]]] = {}
    for leaf in leaves:
        if not may_be_parameter(leaf):
            continue
        slots = leaf.slots
        if slots.ndim == 3 and 1 in slots.shape:
            squeezed = slots.reshape([size for size in slots.shape if size != 1] or [1])
            found.append(Block(leaf.name, np.atleast_1d(squeezed)))
        elif slots.ndim == 3:
            found += [Block(f"{leaf.name}[{i}]", part) for i, part in enumerate(slots)]
        elif slots.ndim <= 2:
            found.append(Block(leaf.name, slots))
            if slots.ndim == 2:
                found += [Block(f"{leaf.name}[{i}]", part, True) for i, part in enumerate(slots)]
        pattern, indices = pattern_of(leaf.path)
        if indices and slots.ndim <= 2:
            groups.setdefault((pattern, leaf.shape), []).append((indices, leaf))
    whole: list[Block] = []
    for (pattern, shape), members in groups.items():
        whole += stacks(pattern, shape, members)
    inside = {int(slot) for block in whole for slot in block.slots.ravel()}
    return whole + [b._replace(is_stack=True) if int(b.slots.ravel()[0]) in inside else b for b in found]


def stacks(pattern: str, shape: tuple[int, ...], members: list[tuple[tuple[int, ...], Leaf]]) -> list[Block]:
    """The blocks that leaves of one pattern and one shape make."""
    found = []
    flat = tuple(size for size in shape if size != 1)
    for depth in (1, 2):
        if depth + len(flat) > 2:
            continue
        rows: dict[tuple[int, ...], list[tuple[tuple[int, ...], Leaf]]] = {}
        for indices, leaf in members:
            if len(indices) >= depth:
                rows.setdefault(indices[:-depth], []).append((indices[-depth:], leaf))
        for prefix, part in rows.items():
            part.sort(key=lambda member: member[0])
            sizes = [len({indices[i] for indices, _ in part}) for i in range(depth)]
            if len(part) > 1 and int(np.prod(sizes)) == len(part):
                slots = np.array([leaf.slots.reshape(flat) for _, leaf in part]).reshape(*sizes, *flat)
                found.append(Block(with_indices(pattern, prefix), slots))
    return found
