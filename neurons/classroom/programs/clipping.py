"""Gradients that are clipped, by their norm or number by number: no step, or no number in one, exceeds a limit."""

import numpy as np

from neurons.classroom.diagnosis.cases import Array
from neurons.classroom.diagnosis.reference import forward
from neurons.classroom.programs.answers import NOT_REACHED, RIGHT, ProgramDiagnosis
from neurons.classroom.programs.choices import BATCH_UNCHECKED, is_one_example
from neurons.classroom.programs.reading import Reading
from neurons.classroom.programs.scales import Seen, as_kept, compare, losses_for
from neurons.classroom.programs.words import LOSSES, how_read

NEAR = 1e-6
FREE = 0.2  # the share of numbers that are not cut, at least
NEARLY = 0.01  # how far outputs are from their labels, where they are near
BY_NORM = "Its steps are clipped: none is longer than {:.4g}, over all its parameters. That is a choice."
BY_PART = "Its gradients are clipped, each array by itself: no step goes beyond {:.4g}. That is a choice."


def clipped(reading: Reading, seen: list[Seen]) -> ProgramDiagnosis | None:
    """The answer for a program whose steps are gradients, the large ones made equally large; else None."""
    seen = [*seen, *almost_right(reading, seen)]
    for loss in losses_for(reading.network("mse").output):
        for limit_in, told in ((longest_step, BY_NORM), (largest_part, BY_PART)):
            limit = limit_in(reading, seen, loss)
            if limit:
                parts = [how_read(reading), f"Every gradient is right, for {LOSSES[loss]}.", told.format(limit)]
                is_right, batch = of_batch(reading, loss)
                network = {
                    "sizes": list(reading.sizes),
                    "activations": list(reading.acts),
                    "loss": loss,
                    "parameters": [list(layer.names) for layer in reading.chain],
                }
                outcome = RIGHT if is_right else NOT_REACHED
                return ProgramDiagnosis(outcome, "\n".join(part for part in (*parts, batch) if part), network=network)
    return None


def almost_right(reading: Reading, seen: list[Seen]) -> list[Seen]:
    """What turns do where outputs are near their labels, so that gradients are small; nothing of classes."""
    found = []
    for sign, one in zip((-1.0, 1.0), () if reading.candidate.takes_classes else seen, strict=False):
        case = one.case._replace(labels=forward(one.case)[-1].a + sign * NEARLY)
        groups = reading.observe(case)
        found += [Seen(case, groups)] if groups is not None else []
    return found


def longest_step(reading: Reading, seen: list[Seen], loss: str) -> float:
    """How long a step may be: at least two are so long, all others are shorter, and all are gradients; else 0.0."""
    scales, lengths = [], []
    for one in seen:
        alone = compare(reading, [one], loss)
        if alone.wrong or alone.scale <= 0.0:
            return 0.0
        scales.append(alone.scale)
        lengths.append(float(np.sqrt(sum((values**2).sum() for values in one.groups.values()))))
    longest = max(lengths)
    cut = [length > longest * (1.0 - NEAR) for length in lengths]
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


def of_batch(reading: Reading, loss: str) -> tuple[bool, str]:
    """Whether a batch is no other than a gradient, and what is told of it."""
    if is_one_example(reading.candidate.described["inputs"][0]):
        return True, ""
    case = reading.case(21, reading.candidate.batch_sizes[0])
    groups = reading.observe(case)
    if groups is None:
        return True, BATCH_UNCHECKED
    seen = [Seen(case, groups)]
    if compare(reading, seen, loss).wrong and not largest_part(reading, [*seen, *almost_right(reading, seen)], loss):
        return False, BATCH_UNCHECKED
    return True, ""
