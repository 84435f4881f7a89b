"""What a first comparison leaves out: biases that are never added, slopes that are learned, labels far away."""

import numpy as np

from neurons.classroom.diagnosis.cases import Case
from neurons.classroom.programs.numbers.differences import Differences
from neurons.classroom.programs.numbers.reading import SHIFT, Reading
from neurons.classroom.programs.numbers.scales import Comparison, Seen, as_kept, compare, meant, predicted
from neurons.classroom.programs.numbers.slots import DERIVED, PARAMETER_LIKE, SPEED, Leaf
from neurons.classroom.programs.numbers.sources import changed

FAR = 40.0  # times as large as labels are elsewhere
MOST = 12  # numbers and arrays beside the layers that are looked at


def others_stepped(reading: Reading) -> list[Leaf]:
    """What a turn changes outside the layers, unless its name says that it is derived from them."""
    others = [leaf for leaf in reading.candidate.leaves if leaf.changed and leaf not in reading.leaves]
    return [leaf for leaf in others if not DERIVED.search(leaf.own_name)][:MOST]


def never_added(reading: Reading) -> list[tuple[int, Leaf]]:
    """(layer, biases) of each layer without a bias, where a turn steps some that nothing depends on."""
    case, found = reading.case(0), list[tuple[int, Leaf]]()
    free = {place: layer.size for place, layer in enumerate(reading.chain) if layer.b is None}
    for leaf in others_stepped(reading) if free else ():
        places = [place for place, left in free.items() if leaf.size == left]
        places += [place for place in free if leaf.size == 1]  # one neuron's, of several that lie apart
        if places and PARAMETER_LIKE.search(leaf.own_name) and reading.is_without_use(case, leaf):
            found.append((places[0], leaf))
            free[places[0]] -= leaf.size
            free = {place: left for place, left in free.items() if left}
    return found


def learned_beside(reading: Reading) -> list[Leaf]:
    """What a turn steps on which the outputs depend, though it is in no layer: a slope, a scale."""
    case, most = reading.case(0), max(reading.sizes)
    others = [leaf for leaf in others_stepped(reading) if leaf.size <= most and not SPEED.search(leaf.own_name)]
    return [leaf for leaf in others if is_learned(reading, case, leaf)]


def is_learned(reading: Reading, case: Case, leaf: Leaf) -> bool:
    """True for a leaf on which the outputs depend, where a turn changes it as the labels ask."""
    values, slots = reading.slots_of(case), leaf.slots.ravel()
    others = values.copy()
    others[slots] += SHIFT
    plain, moved, relabelled = (
        reading.candidate.turn(numbers, case.inputs, labels, [*reading.leaves, leaf], record=True)
        for numbers, labels in ((values, case.labels), (others, case.labels), (values, changed(case.labels)))
    )
    if plain is None or moved is None or relabelled is None:
        return False
    outputs = reading.outputs_in(case, plain[1])
    asks = np.abs(plain[0][slots] - relabelled[0][slots]).max() > 1e-12
    return bool(asks and plain[1].has(outputs) and not moved[1].has(outputs))


def far_away(reading: Reading, seen: list[Seen]) -> list[Seen]:
    """What turns do where labels are far from outputs that have no bounds; nothing of other outputs."""
    if isinstance(reading, Differences):
        may_be_far = reading.source is not None and reading.source.loss == "mse" and reading.num_labels == 1
    else:
        may_be_far = reading.acts[-1] == "identity"
    if not may_be_far or reading.candidate.labels_are_classes:
        return []
    cases = [one.case._replace(labels=far * one.case.labels) for far, one in zip((FAR, -FAR), seen, strict=False)]
    steps = [(case, reading.observe(case)) for case in cases]
    return [Seen(case, groups) for case, groups in steps if groups is not None]


def is_the_same_far_away(reading: Reading, seen: list[Seen], far: list[Seen], comparison: Comparison) -> bool:
    """True if large errors have the steps of the squared error, too, with the decay that small ones have shown."""
    if isinstance(reading, Differences):
        return not compare(reading, [*seen, *far], "mse", comparison.penalty).wrong
    for one in far:
        rights = as_kept(predicted(one.case, comparison.network), one.groups)
        for name, values in one.groups.items():
            off = np.abs(values - meant(comparison, one.case, name, rights[name])).max()
            if off > 1e-4 * np.abs(values).max() + 1e-12:
                return False
    return True
