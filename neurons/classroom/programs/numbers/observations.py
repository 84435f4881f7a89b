"""What turns do on several cases; on cases that suit the program: as many examples, other classes, softened labels."""

import numpy as np

from neurons.classroom.diagnosis.cases import Case
from neurons.classroom.programs.numbers.labels import are_two_classes, levels_seen
from neurons.classroom.programs.numbers.reading import NUM_CASES, Reading
from neurons.classroom.programs.numbers.scales import Seen, best_comparison, same
from neurons.classroom.programs.numbers.sources import moves

MOST_COUNTED = 2000  # examples that a program may count on


def observed(reading: Reading, count: int = 1) -> list[Seen]:
    """What turns do on several cases; empty where one fails, or where the same turn does not give the same."""
    found = []
    for seed in range(NUM_CASES):
        case = reading.case(seed, count)
        groups = reading.observe(case)
        if groups is None:
            return []
        found.append(Seen(case, groups))
    still, moved = split_by_steps(found)
    if still and moved and reading.keeps_away(still, moved):
        return observed(reading, count)  # it stops where an error is small
    again = reading.observe(found[0].case)
    if again is None or any(abs(again[name] - values).max() > 1e-9 for name, values in found[0].groups.items()):
        return []
    return found


def split_by_steps(seen: list[Seen]) -> tuple[list[Case], list[Case]]:
    """The cases in which nothing moves, and the others."""
    return [one.case for one in seen if not moves(one.groups)], [one.case for one in seen if moves(one.groups)]


def of_last_class(reading: Reading) -> list[Seen]:
    """What turns do on examples of the last class alone, where the labels tell how many classes there are."""
    candidate = reading.candidate
    candidate.only_last = candidate.takes_classes and reading.num_labels > 1
    seen = observed(reading) if candidate.only_last else []
    candidate.only_last = bool(seen)
    return seen


def as_counted(reading: Reading, seen: list[Seen]) -> list[Seen]:
    """The same turns; on as many equal examples as the program has, where a constant of it may be their number.

    Of a program that divides one sum by 30 and takes the mean of another, one example alone tells nothing.
    """
    if not seen or not counts_on_examples(reading, seen):
        return seen
    candidate = reading.candidate
    candidate.count_on(candidate.num_examples)
    again = observed(reading)
    if not again:
        candidate.count_on(1)
    return again or seen


def counts_on_examples(reading: Reading, seen: list[Seen]) -> bool:
    """True if wrong steps are the right ones times the number of examples that the program has, or divided by it."""
    candidate, n = reading.candidate, reading.candidate.num_examples
    if not candidate.takes_several or candidate.described["count"] > 1 or n > MOST_COUNTED:
        return False
    comparison = best_comparison(reading, seen)
    known = [constant for name in comparison.wrong if (constant := comparison.constants[name])]
    ratios = [abs(constant / comparison.scale) for constant in known] if comparison.scale else []
    return any(same(ratio, float(n)) or same(ratio, 1.0 / n) for ratio in ratios)


def with_first_class(reading: Reading, seen: list[Seen]) -> list[Seen]:
    """The same turns; of a program whose classes begin with 1, on labels that do."""
    candidate, last = reading.candidate, f"W{len(reading.chain)}"
    if last not in best_comparison(reading, seen).wrong or not candidate.may_count_from_1:
        return seen
    candidate.first_class = 1
    again = observed(reading)
    if again and last not in best_comparison(reading, again).wrong:
        return again
    candidate.first_class = 0
    return seen


def with_labels_as_used(reading: Reading, seen: list[Seen]) -> list[Seen]:
    """The same turns; where the program softens its labels, or only compares them, on cases with such labels."""
    best = best_comparison(reading, seen)
    last = f"W{len(reading.chain)}"
    if last not in best.wrong and f"b{len(reading.chain)}" not in best.wrong:
        return seen
    candidate, chosen, plain = reading.candidate, seen, reading.candidate.levels
    candidate.has_two_classes = are_two_classes(reading)
    again = observed(reading) if candidate.has_two_classes else []
    if again:
        return again
    candidate.has_two_classes = False
    kept = plain
    for levels in levels_seen(reading):
        candidate.levels = levels
        again = observed(reading)
        if again:
            comparison = best_comparison(reading, again)
            if comparison.num_right > best.num_right:
                best, chosen, kept = comparison, again, levels
        candidate.levels = plain
    candidate.levels = kept
    return chosen


def takes_several_steps(reading: Reading, seen: list[Seen]) -> bool:
    """True if a turn on the program's own number of examples is no single step: no gradient tells what is right in it.

    Of two examples in equal parts, a single step does not ask for the order; if it takes some of them only, it is
    still a mixture of what each of the two does alone.
    """
    count = int(reading.candidate.described["count"])
    if count < 2 or best_comparison(reading, seen).num_right:
        return False
    case = reading.case(NUM_CASES, 2)
    parts = np.repeat([0, 1], [count - count // 2, count // 2])
    done = []
    for rows in (parts, parts[::-1], 0 * parts, 0 * parts + 1):
        groups = reading.observe(case._replace(inputs=case.inputs[rows], labels=case.labels[rows]))
        if groups is None:
            return True
        done.append(np.concatenate([values.ravel() for values in groups.values()]))
    both, turned, *alone = done
    slack = 1e-9 * max(1.0, float(np.abs(both).max()))
    if np.abs(both - turned).max() <= slack:
        return False
    shares, *_ = np.linalg.lstsq(np.stack(alone, axis=1), both, rcond=None)
    return bool(np.abs(both - np.stack(alone, axis=1) @ shares).max() > slack)
