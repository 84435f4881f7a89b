"""Gradients that are clipped, by their norm or number by number: no step, or no number in one, exceeds a limit.

Of a step as a whole, what does not exceed it may be the size of a part of it, as of one layer's weights.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import numpy as np

from neurons.classroom.diagnosis.cases import Array
from neurons.classroom.diagnosis.reference import forward
from neurons.classroom.programs.answers import NOT_REACHED, RIGHT, ProgramDiagnosis
from neurons.classroom.programs.choices.choices import BATCH_UNCHECKED, all_are_computed, is_one_example
from neurons.classroom.programs.judging.judge_differences import is_one_by_one
from neurons.classroom.programs.numbers.reading import Reading
from neurons.classroom.programs.numbers.scales import Groups, Seen, as_kept, compare, losses_for
from neurons.classroom.programs.words import LOSSES, how_read, joined_words

NEAR = 1e-6
NEAR_SIZE = 1e-5  # a size by which gradients are divided is made a little larger, so that it is never 0
FREE = 0.2  # the share of numbers that are not cut, at least
NEARLY = 0.01  # how far outputs are from their labels, where they are near
BY_NORM = "Its steps are clipped: none is longer than {:.4g}, over all its parameters. That is a choice."
BY_SIZE = "Its steps are all made shorter or longer by one factor, so that {} is at most {:.4g}. That is a choice."
BY_PART = "Its gradients are clipped, each array by itself: no step goes beyond {:.4g}. That is a choice."


def clipped(reading: Reading, seen: list[Seen]) -> ProgramDiagnosis | None:
    """The answer for a program whose steps are gradients, the large ones made equally large; else None."""
    seen = [*seen, *almost_right(reading, seen)]
    found: ProgramDiagnosis | None = None
    for loss in losses_for(reading.network("mse").output):  # of one output and one example, both have such steps
        told = limit_told(reading, seen, loss)
        if told:
            parts = [how_read(reading), f"Every gradient is right, for {LOSSES[loss]}.", told]
            is_right, batch = of_batch(reading, loss)
            if not is_right and told.startswith(BY_SIZE.partition("{")[0]) and has_whole_batches(reading):
                continue
            network = {
                "sizes": list(reading.sizes),
                "activations": list(reading.acts),
                "loss": loss,
                "parameters": [list(layer.names) for layer in reading.chain],
            }
            outcome = RIGHT if is_right else NOT_REACHED
            message = "\n".join(part for part in (*parts, batch) if part)
            found = ProgramDiagnosis(outcome, message, network=network) if found is None or is_right else found
            if is_right:
                break
    return found


def limit_told(reading: Reading, seen: list[Seen], loss: str) -> str:
    """What is never larger than a limit, where steps are gradients but for that; "" where they are not."""
    limit = longest_step(reading, seen, loss, partial(length, seen[0].groups), NEAR)
    if limit:
        return BY_NORM.format(limit)
    limit = largest_part(reading, seen, loss)
    if limit:
        return BY_PART.format(limit)
    for told, size in sizes_of_step(reading, seen[0].groups):
        limit = longest_step(reading, seen, loss, size, NEAR_SIZE)
        if limit:
            return BY_SIZE.format(told, limit)
    return ""


def sizes_of_step(reading: Reading, groups: Groups) -> Iterator[tuple[str, Callable[[Groups], float]]]:
    """What a step may be measured by: the length or the largest number of a part of it, or of several."""
    weights = [name for name in groups if name[0] == "W"]
    layers = [[name for name in groups if name[1:] == weight[1:]] for weight in weights]
    single = [[name] for name, values in groups.items() if values.size > 1]
    for names in [*single, *layers, weights, list(groups)]:
        parts = joined_words([reading.name_of(name) for name in names])
        yield f"the length of the step of {parts}", partial(length, names)
        yield f"the largest number in the step of {parts}", partial(largest_number, names)
    for names in (weights, list(groups)):
        parts = joined_words([reading.name_of(name) for name in names])
        yield f"the sum of the lengths of the steps of {parts}", partial(sum_of_lengths, names)
        yield f"the longest of the steps of {parts}", partial(greatest_length, names)


def length(names: Iterable[str], step: Groups) -> float:
    """How long a step is, in these groups together."""
    return float(np.sqrt(sum((step[name] ** 2).sum() for name in names)))


def largest_number(names: Iterable[str], step: Groups) -> float:
    """The largest number in these groups."""
    return max(float(np.abs(step[name]).max()) for name in names)


def sum_of_lengths(names: Iterable[str], step: Groups) -> float:
    """How long the steps of these groups are, one after the other."""
    return sum(length([name], step) for name in names)


def greatest_length(names: Iterable[str], step: Groups) -> float:
    """How long the longest of the steps of these groups is."""
    return max(length([name], step) for name in names)


def almost_right(reading: Reading, seen: list[Seen]) -> list[Seen]:
    """What turns do where outputs are near their labels, so that gradients are small; nothing of classes."""
    found = []
    for sign, one in zip((-1.0, 1.0), () if reading.candidate.labels_are_classes else seen, strict=False):
        case = one.case._replace(labels=forward(one.case)[-1].a + sign * NEARLY)
        groups = reading.observe(case)
        found += [Seen(case, groups)] if groups is not None else []
    return found


def longest_step(reading: Reading, seen: list[Seen], loss: str, size: Callable[[Groups], float], near: float) -> float:
    """How large a step may be: at least two are so large, all others are smaller, and all are gradients; else 0.0."""
    scales, lengths = [], []
    for one in seen:
        alone = compare(reading, [one], loss)
        if alone.wrong or alone.scale <= 0.0:
            return 0.0
        scales.append(alone.scale)
        lengths.append(size(one.groups))
    longest = max(lengths)
    cut = [length > longest * (1.0 - near) for length in lengths]
    whole = [scale for scale, is_cut in zip(scales, cut, strict=True) if not is_cut]
    others_are_one = not whole or max(whole) - min(whole) <= NEAR * max(whole)
    are_less = all(scale <= max(whole, default=scale) for scale, is_cut in zip(scales, cut, strict=True) if is_cut)
    return longest if sum(cut) > 1 and others_are_one and are_less else 0.0


def largest_part(reading: Reading, seen: list[Seen], loss: str) -> float:
    """The limit of numbers, or of steps, where each group is a gradient, or one cut off; 0.0 where one is neither."""
    network = reading.network(loss)
    rights = [as_kept(reading.gradients(one.case, network), one.groups) for one in seen]
    pairs = {
        name: [(one.groups[name], right[name]) for one, right in zip(seen, rights, strict=True)] for name in rights[0]
    }
    with np.errstate(all="ignore"):
        ratios = np.concatenate([np.ravel(step / right) for part in pairs.values() for step, right in part])
    scale = max(ratios[np.isfinite(ratios)], default=0.0)  # of what is cut, the ratio is less
    limits = [limit_of(part, scale) for part in pairs.values()]
    return max(limits) if scale > 0.0 and min(limits) >= 0.0 else 0.0


def limit_of(pairs: list[tuple[Array, Array]], scale: float) -> float:
    """Where a group's numbers, or its steps as a whole, are cut: 0.0 for nowhere, -1.0 for no gradients."""
    steps, rights = [step.ravel() for step, _ in pairs], [scale * right.ravel() for _, right in pairs]
    largest = max(float(np.abs(step).max()) for step in steps)

    def are_steps(expected: list[Array]) -> bool:
        off = [np.abs(step - part).max() for step, part in zip(steps, expected, strict=True)]
        return max(off) <= NEAR * largest

    if are_steps(rights):
        return 0.0
    sizes = np.abs(np.concatenate(rights))
    is_free = (sizes[sizes > 0.0] < largest).mean() > FREE  # the steps of Adam are equally large, nearly all of them
    if is_free and are_steps([np.clip(right, -largest, largest) for right in rights]):
        return largest
    longest = max(float(np.linalg.norm(step)) for step in steps)
    shares = [min(1.0, longest / max(float(np.linalg.norm(right)), 1e-24)) for right in rights]
    is_shorter = are_steps([share * right for share, right in zip(shares, rights, strict=True)])
    return longest if is_shorter and 1.0 in shares else -1.0


def has_whole_batches(reading: Reading) -> bool:
    """True if a turn computes all outputs of a batch at once: then its step should be that of them all."""
    case = reading.case(21, reading.candidate.batch_sizes[0])
    groups = reading.observe(case)
    return groups is not None and all_are_computed(reading, Seen(case, groups))


def of_batch(reading: Reading, loss: str) -> tuple[bool, str]:
    """Whether a batch is no other than a gradient, and what is told of it."""
    if is_one_example(reading.candidate.described["inputs"][0]):
        return True, ""
    case = reading.case(21, reading.candidate.batch_sizes[0])
    groups = reading.observe(case)
    if groups is None:
        return True, BATCH_UNCHECKED
    seen = [Seen(case, groups)]
    is_gradient = not compare(reading, seen, loss).wrong or is_one_by_one(reading, case, groups)
    if not is_gradient and not largest_part(reading, [*seen, *almost_right(reading, seen)], loss):
        return False, BATCH_UNCHECKED
    return True, ""
