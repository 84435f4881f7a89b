"""One scale for everything: by which constant the program's steps are the gradients, and which groups are not.

The constant holds the learning rate, a half, a sum or a mean. It is taken from the groups that agree; then all groups
are compared under it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from neurons.classroom.diagnosis.cases import Array, Case, Network
from neurons.classroom.diagnosis.reference import Variant, run
from neurons.classroom.programs.numbers.reading import Groups, Reading, penalised
from neurons.classroom.programs.numbers.slots import Leaf

TOLERANCE = 2e-6
PENALTIES = "L2", "L1"
EQUAL_SIZES = 1e-3


@dataclass
class Seen:
    """What a turn did on a case."""

    case: Case
    groups: Groups


@dataclass
class Comparison:
    """The program against the gradients of one loss: each group's constant, or None where it has none."""

    network: Network
    constants: dict[str, float | None]
    scale: float  # the constant of the groups that agree; 0.0 where none is a multiple of its gradient
    decay: float = 0.0  # of the weights, in units of the gradient
    penalty: str = ""  # where there may be one: L2, on their squares; or L1, on their sizes
    decays: dict[str, float] = field(default_factory=dict)  # of each group that has one; below 0 its weights grow
    decays_last: bool = False  # whether the weights decay after their step, so that this is made smaller, too
    wrong: list[str] = field(default_factory=list)

    @property
    def num_right(self) -> int:
        """How many groups agree."""
        return len(self.constants) - len(self.wrong)


def losses_for(output: str) -> list[str]:
    """The losses that suit an output."""
    return {"softmax": ["ce", "mse"], "sigmoid": ["mse", "bce"]}.get(output, ["mse"])


def predicted(case: Case, network: Network, variants: tuple[Variant, ...] = (), names: object = ()) -> Groups:
    """The gradients of a program with these mistakes."""
    with np.errstate(all="ignore"):
        done = run(case._replace(network=network), variants)
        return done.steps() if done.step_of else done.groups()


def as_kept(groups: Groups, observed: Groups) -> Groups:
    """The predicted groups in the form in which the program keeps them: a bias may be shared by a layer."""
    found = {}
    for name, values in observed.items():
        value = groups.get(name)
        if value is None:  # the pass stopped before this layer
            value = np.zeros_like(values)
        elif values.size == 1 and np.size(value) > 1:
            value = np.array([np.sum(value)])
        found[name] = np.reshape(value, values.shape)
    return found


def allowed(values: Array, largest: float) -> float:
    """How far the numbers of a group may be off."""
    return TOLERANCE * max(float(np.abs(values).max()), 1e-3 * largest) + 1e-13


def constant_of(values: Array, right: Array, slack: float) -> float | None:
    """c if values = c * right; None if they are not a multiple of it."""
    size = float((right * right).sum())
    if size < 1e-24 or not np.isfinite(right).all():
        return 0.0 if np.abs(values).max() <= slack else None
    c = float((values * right).sum()) / size
    return c if np.abs(values - c * right).max() <= slack else None


def compare(
    reading: Reading,
    seen: list[Seen],
    loss: str,
    penalty: str = "",
    known: dict[tuple[int, str], Groups] | None = None,
) -> Comparison:
    """Every group against the gradients of a loss; with a penalty, also of the weights.

    `known` keeps the gradients, where the same cases come again.
    """
    network = reading.network(loss)
    per_group: dict[str, list[float | None]] = {}
    weights_decay: dict[str, list[float]] = {}
    for place, one in enumerate(seen):
        if known is None or (place, loss) not in known:
            right = as_kept(reading.gradients(one.case, network), one.groups)
            if known is not None:
                known[place, loss] = right
        else:
            right = known[place, loss]
        largest = max(float(np.abs(values).max()) for values in one.groups.values())
        for name, values in one.groups.items():
            slack = allowed(values, largest)
            if not (np.abs(values).max() > slack or np.abs(right[name]).max() > 1e-12):
                continue  # nothing to do, and nothing done
            constant = constant_of(values, right[name], slack)
            if constant is None and penalty and name[0] == "W":
                W = reading.penalised(one.case, name, penalty)
                fitted, *_ = np.linalg.lstsq(np.stack([right[name].ravel(), W.ravel()], 1), values.ravel(), rcond=None)
                if np.abs(values - fitted[0] * right[name] - fitted[1] * W).max() <= 4 * slack and fitted[0]:
                    constant = float(fitted[0])
                    weights_decay.setdefault(name, []).append(float(fitted[1]))
            of_weights = name.replace("b", "W")
            if name[0] == "b" and of_weights in weights_decay:  # biases decay as their weights do, or not at all
                decay, own = weights_decay[of_weights][-1], reading.penalised(one.case, name, penalty)
                rest = values - decay * own.reshape(values.shape) if own.size == values.size else values
                decayed, usual = constant_of(rest, right[name], slack), per_group[of_weights][-1]
                if decayed is not None and usual is not None and same(decayed, usual):
                    constant = decayed
                    weights_decay.setdefault(name, []).append(decay)
            per_group.setdefault(name, []).append(constant)
    known_constants = {name: agreed(per_group[name]) for name in seen[0].groups if name in per_group}
    of_steps = constants_before_decay(known_constants, {name: parts[0] for name, parts in weights_decay.items()})
    known_constants = {**known_constants, **of_steps}
    scale = common_scale(known_constants)
    constants = {name: known_constants.get(name, scale) for name in seen[0].groups}  # a gradient of 0 asks for nothing
    found = Comparison(network, constants, scale, penalty=penalty, decays_last=bool(of_steps))
    if weights_decay:
        decays = [d for parts in weights_decay.values() for d in parts]
        found.decays = {name: parts[0] for name, parts in weights_decay.items()}
        found.decay = max(decays, key=lambda d: (d > 0.0) == (scale > 0.0))
        off = max(abs(d) for d in decays) - min(abs(d) for d in decays)
        flips = any(max(parts) * min(parts) < 0.0 for parts in weights_decay.values())
        if not scale or off > 1e-4 * abs(found.decay) or flips or decay_is_lost(found):
            return Comparison(
                network, {**constants, **{n: None for n in constants if n[0] == "W"}}, 0.0, wrong=list(constants)
            )
    grows = [name for name, d in found.decays.items() if d * scale < 0.0]
    found.wrong = [name for name, c in constants.items() if c is None or not same(c, scale) or not scale]
    found.wrong += [name for name in grows if name not in found.wrong]
    return found


def constants_before_decay(constants: dict[str, float | None], decays: dict[str, float]) -> dict[str, float]:
    """For weights that decay after their step, the constants of that step, equal to those of biases; else empty."""
    others = [c for name, c in constants.items() if name not in decays and c is not None]
    stepped = {name: c for name, c in constants.items() if name in decays and c is not None}
    before = {name: c / (1.0 - decays[name]) for name, c in stepped.items() if 0.0 < decays[name] < 1.0}
    if not others or len(before) < len(decays) or any(same(c, others[0]) for c in stepped.values()):
        return {}
    return before if all(same(c, others[0]) for c in (*others, *before.values())) else {}


def decay_is_lost(found: Comparison) -> bool:
    """Decay as large as the step itself is not a choice."""
    return abs(found.decay) > 0.5 * abs(found.scale)


def agreed(constants: list[float | None]) -> float | None:
    """The constant that holds in every case, or None."""
    known = [c for c in constants if c is not None]
    if len(known) < len(constants) or max(known) - min(known) > 1e-4 * max(map(abs, known)) + 1e-15:
        return None
    return known[0]


def same(one: float, other: float) -> bool:
    """Equal up to rounding."""
    return abs(one - other) <= 1e-4 * abs(other)


def common_scale(constants: dict[str, float | None]) -> float:
    """The constant that most groups share; of two that as many share, one above 0, and then that of the later layer."""
    best, votes = 0.0, 0.0
    for name in sorted(constants, key=lambda name: (-int(name[1:]), name[0] == "b")):
        c = constants[name]
        if c is None or c == 0.0:
            continue
        count = sum(1.0 for other in constants.values() if other is not None and same(other, c)) + 0.5 * (c > 0.0)
        if count > votes:
            best, votes = c, count
    return best


def best_comparison(reading: Reading, seen: list[Seen], losses: tuple[str, ...] = ()) -> Comparison:
    """The comparison for the loss that explains most, of these or of all that suit the output."""
    found = [compare(reading, seen, loss) for loss in losses or losses_for(reading.network("mse").output)]
    if all(one.wrong for one in found):
        decayed = [compare(reading, seen, one.network.loss or "mse", kind) for one in found for kind in PENALTIES]
        found += [one for one in decayed if one.decay]
    return min(found, key=lambda one: (len(one.wrong), -last_layers_right(one)))


def last_layers_right(found: Comparison) -> int:
    """How many groups of the last layer agree."""
    return sum(1 for name in found.constants if int(name[1:]) == found.network.num_layers and name not in found.wrong)


def meant(comparison: Comparison, case: Case, name: str, gradient: Array) -> Array:
    """What a step should take off a group: its gradient under the common constant, and its decay, if it has any."""
    if name not in comparison.decays:
        return comparison.scale * gradient
    decay = abs(comparison.decays[name]) * (1.0 if comparison.scale > 0.0 else -1.0)
    step = comparison.scale * gradient * (1.0 - decay if comparison.decays_last else 1.0)
    return step + decay * penalised(case, name, comparison.penalty)


def without_decay(seen: list[Seen], comparison: Comparison, names: Iterable[str]) -> list[Seen]:
    """The same turns; these groups of weights, and of biases that decay, less the decay that the right ones show."""
    decays = comparison.decays.values()
    if any(decay * comparison.scale <= 0.0 for decay in decays) or not decays:
        return seen
    weights = [name for name in names if name[0] == "W" or name in comparison.decays]
    return [
        Seen(
            one.case,
            {
                name: v - comparison.decay * penalised(one.case, name, comparison.penalty) if name in weights else v
                for name, v in one.groups.items()
            },
        )
        for one in seen
    ]


def wrong_leaves(reading: Reading, seen: list[Seen], comparison: Comparison) -> list[Leaf]:
    """The program's own containers in which some number is wrong."""
    off: set[int] = set()
    for one in seen:
        right = as_kept(predicted(one.case, comparison.network), one.groups)
        largest = max(float(np.abs(values).max()) for values in one.groups.values())
        for name, values in one.groups.items():
            layer = reading.chain[int(name[1:]) - 1]
            slots: Array = np.ravel(layer.W if name[0] == "W" or layer.b is None else layer.b)
            differs = np.abs(values - meant(comparison, one.case, name, right[name])) > allowed(values, largest)
            off |= {int(slot) for slot in slots[np.ravel(differs)]}
    return [leaf for leaf in reading.leaves if off & set(map(int, leaf.slots.ravel()))]


def groups_of_one_size(seen: list[Seen]) -> list[str]:
    """The groups whose steps all have one size, as those of Adam do, up to what keeps it from dividing by 0."""
    found = []
    for name in seen[0].groups:
        sizes = np.concatenate([np.abs(one.groups[name]).ravel() for one in seen])
        moved = sizes[sizes > 1e-12]
        if moved.size > 3 and np.median(np.abs(moved / np.median(moved) - 1.0)) < EQUAL_SIZES:
            found.append(name)
    return found
